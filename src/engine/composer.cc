#include "engine/composer.h"

#include "base/limits.h"

namespace yizhan::engine {

Result<Composer> Composer::create(std::string_view signature, std::string_view body,
                                  std::string_view opt_out_text,
                                  const std::vector<domain::Variable>& variables) {
  const std::string whole = domain::whole_template(signature, body, opt_out_text);
  const text::TemplateText unlimited = YZ_TRY(text::TemplateText::parse(whole));
  std::vector<text::VariableLimit> limits;
  for (const domain::Variable& v : variables)
    if (unlimited.index_of(v.name)) limits.push_back({v.name, static_cast<uint32_t>(v.max_length)});
  return Composer(YZ_TRY(text::TemplateText::parse(whole, limits)));
}

bool Composer::says(std::string_view words) const {
  for (size_t i = 0; i < template_.piece_count(); ++i)
    if (template_.piece(i).literal.contains(words)) return true;
  return false;
}

Composer::Outcome Composer::compose(const Recipient& recipient, const TextForm& form, uint16_t reference,
                                    std::string& text, text::SegmentList& segments) const {
  Outcome outcome;
  text.clear();
  if (recipient.values.size() != template_.variables().size() || !template_.render(recipient.values, text)) {
    outcome.reason = domain::Reason::kVariableMissing;
    for (const auto& value : recipient.values)
      if (!value) return outcome;
    outcome.reason = domain::Reason::kTooLong;  // every value is there: one is longer than approved
    return outcome;
  }
  return cut(text, form, reference, segments);
}

Composer::Outcome Composer::cut(std::string_view text, const TextForm& form, uint16_t reference,
                                text::SegmentList& segments) {
  Outcome outcome;
  if (form.cut == Cut::kWhole) {
    segments.assign_whole(text);
    outcome.units = text::domestic_segments(text);
    if (outcome.units > limits::kSegmentsPerMessage || text.size() > limits::kSegmentBytes)
      outcome.reason = domain::Reason::kTooLong;
    return outcome;
  }
  outcome.encoding = text::measure(text, form.encodings, form.concatenation).encoding;
  const auto split = text::split(text,
                                 {.encoding = outcome.encoding,
                                  .concatenation = form.concatenation,
                                  .gsm7_form = form.gsm7_form,
                                  .reference = reference},
                                 segments);
  if (!split)
    outcome.reason =
        split.error().code == ErrorCode::kTooLarge ? domain::Reason::kTooLong : domain::Reason::kUnsendable;
  outcome.units = static_cast<uint32_t>(segments.size());
  return outcome;
}

}  // namespace yizhan::engine
