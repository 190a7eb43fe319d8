#include "service/content_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "text/template_text.h"
#include "text/utf8.h"

namespace yizhan::service {

namespace {

// The widest value that a variable may take is written with a character that no small alphabet has.
constexpr std::string_view kWidestCharacter = "字";

screen::MessageClass class_for_screening(domain::MessageClass c) {
  switch (c) {
    case domain::MessageClass::kVerification:
      return screen::MessageClass::kVerification;
    case domain::MessageClass::kNotification:
      return screen::MessageClass::kNotification;
    case domain::MessageClass::kMarketing:
      return screen::MessageClass::kMarketing;
    case domain::MessageClass::kPublicService:
      return screen::MessageClass::kPublicService;
  }
  return screen::MessageClass::kMarketing;
}

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

FindingView view_of(const screen::Finding& f, size_t index) {
  return {.index = static_cast<int64_t>(index),
          .rule_id = f.rule_id,
          .category = std::string(category_name(f.category)),
          .severity = std::string(severity_name(f.severity)),
          .part = std::string(part_name(f.part)),
          .begin = f.bytes.begin,
          .end = f.bytes.end,
          .utf16_begin = f.utf16.begin,
          .utf16_end = f.utf16.end,
          .matched = f.matched,
          .how_matched = variants_name(f.how_matched),
          .legal_basis = f.legal_basis,
          .suggestion_zh = f.suggestion.zh,
          .suggestion_en = f.suggestion.en};
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
  for (const VariableSpec& v : spec.variables) text.variables.push_back({v.name, v.max_length, v.sample});
  return text;
}

Result<> check_text(const ContentTextSpec& spec) {
  YZ_CHECK(check_signature(spec.signature));
  YZ_CHECK(check_template(spec.body, "/body"));
  YZ_CHECK(check_template(spec.opt_out_text, "/opt_out_text"));
  YZ_CHECK(check_whole(spec));
  return check_variables(spec);
}

Result<ScreeningView> screen_text(const screen::Screener* screener, const domain::ContentText& text) {
  if (screener == nullptr)
    return fail(ErrorCode::kUnavailable, "no rule pack is loaded, so no text can be screened");
  std::vector<screen::DraftVariable> variables;
  for (const domain::Variable& v : text.variables)
    variables.push_back({v.name, static_cast<uint32_t>(v.max_length)});
  const screen::Screening screening = screener->screen(
      {class_for_screening(text.message_class), text.signature, text.body, text.opt_out_text, variables});
  ScreeningView view;
  view.verdict = verdict_name(screening.verdict);
  for (size_t i = 0; i < screening.findings.size(); ++i)
    view.findings.push_back(view_of(screening.findings[i], i));
  for (const screen::PackInfo& pack : screening.packs) view.rule_packs.push_back({pack.id, pack.version});
  return view;
}

screen::Verdict verdict_of(const ScreeningView& screening) {
  for (const auto verdict : {screen::Verdict::kPass, screen::Verdict::kReview})
    if (screening.verdict == verdict_name(verdict)) return verdict;
  return screen::Verdict::kBlock;
}

std::string blocking_findings(const ScreeningView& screening) {
  std::string out;
  for (const FindingView& f : screening.findings)
    if (f.severity == severity_name(screen::Severity::kBlock))
      out += fmt::format("{}{} ({}, bytes {} to {})", out.empty() ? "" : ", ", f.rule_id, f.part, f.begin,
                         f.end);
  return out;
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
