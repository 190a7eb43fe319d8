#include "engine/batch_plan.h"

#include <algorithm>

#include "base/json.h"
#include "engine/channel_row.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

Composer::Outcome BatchPlan::compose(const Recipient& recipient, const TextForm& form, uint16_t reference,
                                     const ScreenRendered& screen, std::string& text,
                                     text::SegmentList& segments) const {
  Composer::Outcome outcome = composer.compose(recipient, form, reference, text, segments);
  if (outcome.reason != domain::Reason::kNone) return outcome;
  const Screened screened = screen ? screen(text, message_class) : Screened{};
  if (!screened.passes) outcome.reason = domain::Reason::kScreening;
  // What the template says was looked at in its review.
  outcome.personal_data = std::ranges::any_of(screened.personal, [&](const screen::Span& span) {
    return !composer.says(std::string_view(text).substr(span.begin, span.end - span.begin));
  });
  return outcome;
}

Result<std::vector<domain::Variable>> parse_variables(std::string_view text) {
  const json::Value value = YZ_TRY(json::parse(text));
  std::vector<domain::Variable> variables;
  try {
    for (const auto& item : value.as_array()) {
      const auto& object = item.as_object();
      variables.push_back({std::string(object.at("name").as_string()), object.at("max_length").as_int64(),
                           std::string(object.at("sample").as_string()), object.contains("personal")});
    }
  } catch (const std::exception&) {
    return fail(ErrorCode::kCorrupt, "a content's variables cannot be read", "content_version.variables");
  }
  return variables;
}

std::string serialize_variables(const std::vector<domain::Variable>& variables) {
  json::Array list;
  for (const domain::Variable& v : variables) {
    json::Object object{{"name", v.name}, {"max_length", v.max_length}, {"sample", v.sample}};
    if (v.personal) object["personal"] = true;
    list.push_back(std::move(object));
  }
  return json::serialize(list);
}

Result<std::vector<domain::FrequencyRule>> parse_campaign_frequency(std::string_view text,
                                                                    domain::MessageClass message_class) {
  std::vector<domain::FrequencyRule> rules;
  if (text.empty()) return rules;
  const json::Value value = YZ_TRY(json::parse(text));
  try {
    for (const auto& item : value.as_array()) {
      const auto& object = item.as_object();
      rules.push_back({message_class, seconds(object.at("span_seconds").as_int64()),
                       object.at("maximum").as_int64(), domain::FrequencySource::kCampaign});
    }
  } catch (const std::exception&) {
    return fail(ErrorCode::kCorrupt, "a batch's own limits cannot be read", "batch.frequency");
  }
  return rules;
}

std::string serialize_campaign_frequency(const std::vector<domain::FrequencyRule>& rules) {
  if (rules.empty()) return {};
  json::Array list;
  for (const domain::FrequencyRule& rule : rules)
    list.push_back(json::Object{{"span_seconds", rule.span.us / seconds(1).us}, {"maximum", rule.maximum}});
  return json::serialize(list);
}

namespace {

struct VersionText {
  std::string signature, body, opt_out_text, variables;
};

Result<VersionText> load_text(db::Tx& tx, int64_t content_version_id) {
  auto text = YZ_TRY(tx.one(
      q::content_version_text,
      [](const db::Row& row) {
        return VersionText{row.string(0), row.string(1), row.string(2), row.string(3)};
      },
      content_version_id));
  if (!text) return fail(ErrorCode::kNotFound, "no such content version");
  return *std::move(text);
}

Result<Composer> composer_of(const VersionText& text) {
  return Composer::create(text.signature, text.body, text.opt_out_text,
                          YZ_TRY(parse_variables(text.variables)));
}

}  // namespace

Result<Composer> load_composer(db::Tx& tx, int64_t content_version_id) {
  return composer_of(YZ_TRY(load_text(tx, content_version_id)));
}

Result<TextForm> load_form(db::Tx& tx, int64_t channel_id) {
  const auto form = YZ_TRY(tx.one(
      q::channel_form,
      [](const db::Row& row) -> Result<TextForm> {
        const auto protocol = domain::parse_name<domain::ChannelProtocol>(row.text(0));
        if (!protocol)
          return fail(ErrorCode::kCorrupt, "a channel's protocol is unknown", "channel.protocol");
        return text_form(*protocol, YZ_TRY(json::decode<domain::ChannelOptions>(row.text(1))));
      },
      channel_id));
  return form.value_or(TextForm{});
}

Result<std::shared_ptr<const BatchPlan>> load_batch_plan(db::Tx& tx, int64_t batch_id) {
  struct Header {
    int64_t id;
    domain::BatchOrigin origin;
    int64_t campaign_id, content_version_id;
    Bytes content_hash;
    domain::MessageClass message_class;
    std::string purpose;
    int64_t channel_id;
    domain::SendWindow window;
    int64_t segments_per_second, failure_pause_percent, first_message_id, last_message_id;
    Time started_at, expires_at;
    std::string frequency;
    int64_t route_id;
  };
  const auto h = YZ_TRY(tx.one(
      q::batch_load,
      [](const db::Row& row) {
        return Header{row.i64(0),
                      row.as<domain::BatchOrigin>(1),
                      row.i64(2),
                      row.i64(3),
                      row.bytes(4),
                      row.as<domain::MessageClass>(5),
                      row.string(6),
                      row.i64(7),
                      {row.i64(8), row.i64(9)},
                      row.i64(10),
                      row.i64(11),
                      row.i64(13),
                      row.i64(14),
                      row.time(15),
                      row.time(16),
                      row.string(17),
                      row.i64(18)};
      },
      batch_id));
  if (!h) return std::shared_ptr<const BatchPlan>{};
  VersionText text = YZ_TRY(load_text(tx, h->content_version_id));
  Composer composer = YZ_TRY(composer_of(text));
  return std::make_shared<const BatchPlan>(
      BatchPlan{.id = h->id,
                .origin = h->origin,
                .campaign_id = h->campaign_id,
                .content_version_id = h->content_version_id,
                .content_hash = h->content_hash,
                .message_class = h->message_class,
                .purpose = h->purpose,
                .channel_id = h->channel_id,
                .route_id = h->route_id,
                .signature = std::move(text.signature),
                .window = h->window,
                .segments_per_second = h->segments_per_second,
                .failure_pause_percent = h->failure_pause_percent,
                .first_message_id = h->first_message_id,
                .last_message_id = h->last_message_id,
                .started_at = h->started_at,
                .expires_at = h->expires_at,
                .frequency = YZ_TRY(parse_campaign_frequency(h->frequency, h->message_class)),
                .composer = std::move(composer)});
}

}  // namespace yizhan::engine
