#include "service/content_samples.h"

#include <algorithm>

#include "engine/composer.h"
#include "service/customers.h"
#include "service/profile.h"
#include "store/audience.h"
#include "text/utf8.h"

namespace yizhan::service {

namespace {

constexpr size_t kRecipientsShown = 5;

using Values = std::vector<std::optional<std::string_view>>;

// Composes for a look: the message as it would be sent is measured, the masked one is shown.
class Rendering {
 public:
  static Result<Rendering> create(const domain::ContentText& text) {
    Rendering r(
        YZ_TRY(engine::Composer::create(text.signature, text.body, text.opt_out_text, text.variables)),
        YZ_TRY(engine::Composer::create(text.signature, text.body, text.opt_out_text, {})));
    for (const std::string& name : r.names()) {
      const auto declared = std::ranges::find(text.variables, name, &domain::Variable::name);
      r.limits_.push_back(static_cast<size_t>(declared->max_length));
      r.gaps_.push_back("{" + name + "}");
    }
    return r;
  }
  const std::vector<std::string>& names() const { return sending_.variables(); }

  // What `recipient` would cost; 0 segments when it would not be sent for want of a value.
  ContentSample measure(SampleKind kind, const engine::Recipient& recipient) {
    ContentSample sample{.kind = kind};
    for (size_t i = 0; i < names().size(); ++i)
      if (!fits(i, recipient.values[i])) sample.missing.push_back(names()[i]);
    const auto outcome = sending_.compose(recipient, {}, 0, text_, segments_);
    if (!sample.missing.empty()) return sample;
    const text::SegmentCount count = text::measure(text_);
    sample.encoding = encoding_name(outcome.encoding);
    sample.units = count.units;
    // A text of more segments than may be sent is not cut.
    sample.segments = segments_.empty() ? count.segments : static_cast<int64_t>(segments_.size());
    return sample;
  }

  // The same with its text, names masked.
  ContentSample show(SampleKind kind, engine::Recipient recipient) {
    ContentSample sample = measure(kind, recipient);
    std::vector<std::string> masked(names().size());
    for (size_t i = 0; i < names().size(); ++i) {
      if (!recipient.values[i]) {
        recipient.values[i] = gaps_[i];
      } else if (kind != SampleKind::kSample && kind != SampleKind::kLongest &&
                 is_name_variable(names()[i])) {
        masked[i] = mask_name(*recipient.values[i]);
        recipient.values[i] = masked[i];
      }
    }
    const auto outcome = showing_.compose(recipient, {}, 0, sample.text, segments_);
    if (!sample.missing.empty()) sample.encoding = encoding_name(outcome.encoding);
    return sample;
  }

 private:
  Rendering(engine::Composer sending, engine::Composer showing)
      : sending_(std::move(sending)), showing_(std::move(showing)) {}

  bool fits(size_t i, const std::optional<std::string_view>& value) const {
    return value && text::count_code_points(*value) <= limits_[i];
  }

  engine::Composer sending_;  // as the engine has it: with the declared limits
  engine::Composer showing_;  // without, for what stands in place of a value
  std::vector<size_t> limits_;
  std::vector<std::string> gaps_;
  std::string text_;
  text::SegmentList segments_;
};

// With the samples of its author, or with the widest values that the variables may take.
ContentSample declared(Rendering& rendering, const domain::ContentText& text, SampleKind kind) {
  std::vector<std::string> kept;
  for (const std::string& name : rendering.names()) {
    const auto variable = std::ranges::find(text.variables, name, &domain::Variable::name);
    kept.push_back(kind == SampleKind::kLongest ? widest_value(variable->max_length) : variable->sample);
  }
  engine::Recipient recipient;
  for (const std::string& value : kept)
    recipient.values.push_back(value.empty() ? std::nullopt : std::optional<std::string_view>(value));
  return rendering.show(kind, recipient);
}

}  // namespace

Result<ContentSamples> ContentSampler::sample(const SampleRequest& request) const {
  if (auto checked = check_text(request.text); !checked) {
    Error error = std::move(checked).error();
    error.field.insert(0, "/text");
    return std::unexpected(std::move(error));
  }
  const domain::ContentText text = to_domain(request.text);
  Rendering rendering = YZ_TRY(Rendering::create(text));
  ContentSamples out;
  for (const SampleKind kind : {SampleKind::kSample, SampleKind::kLongest})
    out.items.push_back(declared(rendering, text, kind));
  if (!request.audience) return out;

  const auto rows = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<std::vector<store::AudienceRow>> {
    const auto filter = YZ_TRY(store::resolve_audience(tx, *request.audience));
    return store::next_audience_rows(tx, filter, store_.now(), 0,
                                     static_cast<int64_t>(limits::kSampledRecipients));
  }));
  out.looked_at = std::ssize(rows);
  const ProfileValues values(rendering.names());
  std::vector<std::string> packed(rows.size());
  engine::Recipient recipient;
  std::optional<size_t> costliest;
  ContentSample most;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (auto done = values.pack(store_, rows[i], packed[i]); !done) {
      if (done.error().code != ErrorCode::kInvalidArgument) return std::unexpected(std::move(done).error());
      return fail(ErrorCode::kInvalidArgument, "a recipient's value is longer than any variable may be",
                  "/audience");
    }
    YZ_CHECK(engine::unpack(packed[i], recipient));
    ContentSample measured = rendering.measure(SampleKind::kCostliest, recipient);
    if (costliest && std::pair(measured.segments, measured.units) <= std::pair(most.segments, most.units))
      continue;
    costliest = i;
    most = std::move(measured);
  }
  const auto show = [&](SampleKind kind, size_t i) -> Result<> {
    YZ_CHECK(engine::unpack(packed[i], recipient));
    out.items.push_back(rendering.show(kind, recipient));
    out.items.back().customer_id = CustomerId{rows[i].customer_id};
    return {};
  };
  if (costliest) YZ_CHECK(show(SampleKind::kCostliest, *costliest));
  const size_t shown = std::min(rows.size(), kRecipientsShown);
  for (size_t i = 0; i < shown; ++i) YZ_CHECK(show(SampleKind::kRecipient, i * rows.size() / shown));
  return out;
}

}  // namespace yizhan::service
