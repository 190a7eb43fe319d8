#include "service/content_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/consent.h"
#include "text/template_text.h"
#include "text/utf8.h"

namespace yizhan::service {

namespace {

// The widest value that a variable may take is written with a character that no small alphabet has.
constexpr std::string_view kWidestCharacter = "字";

Result<> check_template(std::string_view part, const char* field) {
  if (const auto fault = text::find_template_fault(part))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} at byte {}", text::template_fault_name(fault->kind), fault->offset), field);
  return {};
}

Result<> check_signature(std::string_view signature) {
  for (const std::string_view bracket : {"【", "】", "{", "}"})
    if (const size_t at = signature.find(bracket); at != signature.npos)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("\"{}\" at byte {}: the signature is written without brackets and variables",
                              bracket, at),
                  "/signature");
  return {};
}

// Body and opt-out text together: their variables may not touch where the two meet.
Result<> check_whole(const ContentTextSpec& spec) {
  const std::string whole = domain::whole_template({}, spec.body, spec.opt_out_text);
  const auto fault = text::find_template_fault(whole);
  if (!fault) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{} where the opt-out text follows the body, at byte {} of both",
                          text::template_fault_name(fault->kind), fault->offset),
              "/opt_out_text");
}

Result<> check_variables(const ContentTextSpec& spec) {
  const auto parsed =
      YZ_TRY(text::TemplateText::parse(domain::whole_template({}, spec.body, spec.opt_out_text)));
  std::set<std::string_view> declared;
  for (size_t i = 0; i < spec.variables.size(); ++i) {
    const VariableSpec& v = spec.variables[i];
    const std::string field = fmt::format("/variables/{}", i);
    if (!declared.insert(v.name).second)
      return fail(ErrorCode::kInvalidArgument, "this variable is declared twice", field + "/name");
    if (!parsed.index_of(v.name))
      return fail(ErrorCode::kInvalidArgument, "the text has no such variable", field + "/name");
    if (text::count_code_points(v.sample) > static_cast<size_t>(v.max_length))
      return fail(ErrorCode::kInvalidArgument, "the sample is longer than the variable may be",
                  field + "/sample");
  }
  for (const std::string& name : parsed.variables())
    if (!declared.contains(name)) {
      const size_t at = spec.body.find("{" + name + "}");
      return fail(ErrorCode::kInvalidArgument, fmt::format("the variable {} is not declared", name),
                  at == std::string::npos ? "/opt_out_text" : "/body");
    }
  return {};
}

std::string rendered(const text::TemplateText& parsed, const std::vector<std::string>& values) {
  std::vector<std::optional<std::string_view>> given(values.begin(), values.end());
  std::string out;
  // Without limits only a value over kVariableBytes is refused; the widest is cut to that.
  if (!parsed.render(given, out)) out.clear();
  return out;
}

}  // namespace

std::string_view encoding_name(text::Encoding encoding) {
  switch (encoding) {
    case text::Encoding::kGsm7:
      return "gsm7";
    case text::Encoding::kUcs2:
      return "ucs2";
    case text::Encoding::kLatin1:
      return "latin1";
    case text::Encoding::kAscii:
      return "ascii";
    case text::Encoding::kGb18030:
      return "gb18030";
  }
  return "?";
}

std::string widest_value(int64_t characters) {
  std::string value;
  for (int64_t i = 0; i < characters && value.size() + kWidestCharacter.size() <= limits::kVariableBytes; ++i)
    value += kWidestCharacter;
  return value;
}

domain::ContentText to_domain(const ContentTextSpec& spec) {
  domain::ContentText text{spec.message_class, spec.purpose,      spec.signature,
                           spec.body,          spec.opt_out_text, {}};
  for (const VariableSpec& v : spec.variables)
    text.variables.push_back({v.name, v.max_length, v.sample, v.personal});
  text.sectors = spec.sectors;
  std::ranges::sort(text.sectors);
  text.sectors.erase(std::ranges::unique(text.sectors).begin(), text.sectors.end());
  return text;
}

Result<> check_text(const ContentTextSpec& spec) {
  // An authorisation would otherwise be taken for consent to such messages.
  if (spec.purpose == domain::kPrivacyPurpose)
    return fail(ErrorCode::kInvalidArgument, "the ledger keeps privacy authorisations by this purpose",
                "/purpose");
  YZ_CHECK(check_signature(spec.signature));
  YZ_CHECK(check_template(spec.body, "/body"));
  YZ_CHECK(check_template(spec.opt_out_text, "/opt_out_text"));
  YZ_CHECK(check_whole(spec));
  return check_variables(spec);
}

MeasureView measure_text(const domain::ContentText& text) {
  const std::string whole = domain::whole_template(text.signature, text.body, text.opt_out_text);
  MeasureView view;
  std::string longest = whole;
  view.preview = whole;
  if (const auto parsed = text::TemplateText::parse(whole)) {
    std::vector<std::string> samples, widest;
    for (const std::string& name : parsed->variables()) {
      const auto declared = std::ranges::find(text.variables, name, &domain::Variable::name);
      const bool known = declared != text.variables.end();
      samples.push_back(known && !declared->sample.empty() ? declared->sample : "{" + name + "}");
      widest.push_back(widest_value(known ? declared->max_length : limits::kVariableBytes));
    }
    view.preview = rendered(*parsed, samples);
    longest = rendered(*parsed, widest);
  }
  const text::SegmentCount count = text::measure(view.preview);
  view.encoding = encoding_name(count.encoding);
  view.units = count.units;
  view.segments = count.segments;
  const text::SegmentCount most = text::measure(longest);
  view.longest_encoding = encoding_name(most.encoding);
  view.longest_units = most.units;
  view.longest_segments = most.segments;
  return view;
}

}  // namespace yizhan::service
