#include "service/screenings.h"

#include <fmt/format.h>

#include "base/json.h"

namespace yizhan::service {

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

namespace {

template <class View>
void put_place(View& view, screen::Span bytes, screen::Span utf16) {
  view.begin = bytes.begin;
  view.end = bytes.end;
  view.utf16_begin = utf16.begin;
  view.utf16_end = utf16.end;
}

FindingView view_of(const screen::Finding& f, size_t index) {
  FindingView view;
  view.index = static_cast<int64_t>(index);
  view.rule_id = f.rule_id;
  view.pack_id = f.pack_id;
  view.pack_version = f.pack_version;
  view.category = category_name(f.category);
  view.severity = severity_name(f.severity);
  view.part = part_name(f.part);
  put_place(view, f.bytes, f.utf16);
  view.matched = f.matched;
  view.term = f.term;
  view.replacement = f.replacement;
  for (const std::string_view name : variant_names(f.how_matched)) view.how_matched.emplace_back(name);
  for (const screen::NestedTerm& n : f.nested) {
    NestedTermView& nested = view.nested.emplace_back();
    nested.term = n.term;
    put_place(nested, n.bytes, n.utf16);
  }
  for (const screen::OtherKind& kind : f.other_kinds)
    view.other_kinds.push_back({kind.rule_id, std::string(category_name(kind.category))});
  view.legal_basis = f.legal_basis;
  view.suggestion_zh = f.suggestion.zh;
  view.suggestion_en = f.suggestion.en;
  return view;
}

std::optional<PromotionView> view_of(const screen::Promotion& promotion) {
  if (!promotion.found) return std::nullopt;
  PromotionView view;
  for (size_t i = 0; i < screen::kEssentials; ++i) {
    const auto essential = static_cast<screen::Essential>(i);
    EssentialView& one = view.essentials.emplace_back();
    one.essential = essential_name(essential);
    for (const screen::EssentialSpan& said : promotion.spans) {
      if (said.essential != essential) continue;
      EssentialSpanView& span = one.spans.emplace_back();
      span.part = part_name(said.part);
      put_place(span, said.bytes, said.utf16);
      span.text = said.text;
    }
  }
  return view;
}

// Findings from before the whole screening was kept say in one word how they matched, and nothing of their
// pack; until a scored finding named all kinds that are likely, each was one.
void complete(json::Object& finding) {
  if (const auto* how = finding.if_contains("how_matched"); how != nullptr && how->is_string()) {
    json::Array names;
    constexpr std::string_view kBetween = ", ";
    std::string_view rest = how->get_string();
    if (rest == screen::variants_name({})) rest = {};
    while (!rest.empty()) {
      const size_t end = rest.find(kBetween);
      names.emplace_back(rest.substr(0, end));
      rest = end == rest.npos ? std::string_view{} : rest.substr(end + kBetween.size());
    }
    finding["how_matched"] = std::move(names);
  }
  for (const char* member : {"pack_id", "pack_version", "term", "replacement"}) finding.emplace(member, "");
  for (const char* member : {"nested", "other_kinds"}) finding.emplace(member, json::Array{});
}

Result<std::vector<FindingView>> read_findings(std::string_view text) {
  json::Value list = YZ_TRY(json::parse(text));
  if (list.is_array())
    for (auto& item : list.get_array())
      if (item.is_object()) complete(item.get_object());
  return json::decode<std::vector<FindingView>>(json::serialize(list));
}

}  // namespace

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
  for (const screen::SectorFound& sector : screening.sectors)
    view.sectors.push_back({sector.id, sector.title.zh, sector.title.en, sector.required_qualifications,
                            sector.second_reviewer});
  view.promotion = view_of(screening.promotion);
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

StoredScreening stored(const ScreeningView& screening) {
  return {verdict_of(screening), json::encode(screening.findings), json::encode(screening.rule_packs),
          json::encode(screening.sectors),
          screening.promotion ? json::encode(*screening.promotion) : std::string()};
}

Result<std::vector<FoundSectorView>> read_found_sectors(std::string_view text) {
  json::Value list = YZ_TRY(json::parse(text));
  if (list.is_array())
    for (auto& sector : list.get_array()) {
      json::Value* asked =
          sector.is_object() ? sector.get_object().if_contains("required_qualifications") : nullptr;
      if (asked == nullptr || !asked->is_array()) continue;
      for (auto& one : asked->get_array())
        if (one.is_string()) one = json::Array{std::move(one)};
    }
  return json::decode<std::vector<FoundSectorView>>(json::serialize(list));
}

Result<ScreeningView> read_screening(const ScreeningColumns& columns) {
  ScreeningView view;
  view.verdict = verdict_name(columns.verdict);
  view.findings = YZ_TRY(read_findings(columns.findings));
  view.rule_packs = YZ_TRY(json::decode<std::vector<RulePackView>>(columns.rule_packs));
  view.sectors = YZ_TRY(read_found_sectors(columns.sectors));
  if (!columns.promotion.empty()) view.promotion = YZ_TRY(json::decode<PromotionView>(columns.promotion));
  return view;
}

}  // namespace yizhan::service
