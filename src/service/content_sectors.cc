#include "service/content_sectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace yizhan::service {

namespace {

std::unexpected<Error> no_packs() {
  return fail(ErrorCode::kUnavailable, "no rule pack is loaded, so no sector is known");
}

// The ids of the sectors that screening finds.
std::vector<std::string> sectors_found(const screen::Screener& screener, const domain::ContentText& text) {
  std::vector<screen::DraftVariable> variables;
  for (const domain::Variable& v : text.variables)
    variables.push_back({v.name, static_cast<uint32_t>(v.max_length)});
  const auto message_class = screen::parse_message_class(name_of(text.message_class));
  const screen::Screening screening =
      screener.screen({message_class.value_or(screen::MessageClass::kMarketing), text.signature, text.body,
                       text.opt_out_text, variables});
  std::vector<std::string> ids;
  for (const screen::SectorFound& sector : screening.sectors) ids.push_back(sector.id);
  return ids;
}

SectorView view_of(const screen::SectorRules& rules) {
  const screen::SectorFound& sector = rules.sector;
  SectorView view{{.id = sector.id,
                   .title_zh = sector.title.zh,
                   .title_en = sector.title.en,
                   .required_qualifications = sector.required_qualifications,
                   .second_reviewer = sector.second_reviewer},
                  {}};
  const auto add_rules = [&](const std::vector<screen::SectorRule>& list, SectorItemKind kind) {
    for (const screen::SectorRule& rule : list)
      view.items.push_back({rule.id, kind, rule.suggestion.zh, rule.suggestion.en, rule.legal_basis});
  };
  add_rules(rules.required_texts, SectorItemKind::kRequiredText);
  for (const screen::AnyDocument& any : sector.required_qualifications)
    view.items.push_back({sector.id + "/" + screen::document_key(any), SectorItemKind::kQualification,
                          fmt::format("{}", fmt::join(any, " 或 ")),
                          fmt::format("{}", fmt::join(any, " or ")), rules.legal_basis});
  add_rules(rules.forbidden, SectorItemKind::kForbiddenClaim);
  return view;
}

}  // namespace

Result<SectorList> known_sectors(const screen::Screener* screener) {
  if (screener == nullptr) return no_packs();
  SectorList list;
  for (const screen::SectorRules& rules : screener->sector_rules()) list.items.push_back(view_of(rules));
  return list;
}

Result<> check_declared(const screen::Screener* screener, std::span<const std::string> sectors) {
  if (sectors.empty()) return {};
  const SectorList known = YZ_TRY(known_sectors(screener));
  for (size_t i = 0; i < sectors.size(); ++i)
    if (std::ranges::find(known.items, sectors[i], &SectorView::id) == known.items.end())
      return fail(ErrorCode::kInvalidArgument, "the rule packs know no such sector",
                  fmt::format("/sectors/{}", i));
  return {};
}

Result<std::vector<BindingSector>> binding_sectors(const screen::Screener* screener,
                                                   const domain::ContentText& text) {
  SectorList known = YZ_TRY(known_sectors(screener));
  const std::vector<std::string> found = sectors_found(*screener, text);
  std::vector<BindingSector> binding;
  size_t declared = 0, items = 0;
  for (SectorView& sector : known.items) {
    BindingSector one{std::move(sector)};
    one.found = std::ranges::find(found, one.id) != found.end();
    one.declared = std::ranges::find(text.sectors, one.id) != text.sectors.end();
    declared += one.declared ? 1 : 0;
    if (!one.found && !one.declared) continue;
    items += one.items.size();
    binding.push_back(std::move(one));
  }
  if (declared != text.sectors.size())
    return fail(ErrorCode::kConflict, "a declared sector is not in the rule packs any more", "sectors");
  if (items > limits::kSectorItems)
    return fail(ErrorCode::kTooLarge, "the sectors ask more than one checklist may hold", "sectors");
  return binding;
}

Result<std::vector<SectorAnswerView>> check_sector_answers(std::span<const SectorAnswer> answers,
                                                           std::span<const BindingSector> sectors) {
  std::map<std::string_view, std::pair<const SectorItem*, const BindingSector*>> items;
  for (const BindingSector& sector : sectors)
    for (const SectorItem& item : sector.items) items.emplace(item.key, std::pair(&item, &sector));
  std::set<std::string_view> seen;
  std::vector<SectorAnswerView> kept;
  for (size_t i = 0; i < answers.size(); ++i) {
    const SectorAnswer& a = answers[i];
    const std::string field = fmt::format("/sector_answers/{}/key", i);
    const auto found = items.find(a.key);
    if (found == items.end())
      return fail(ErrorCode::kInvalidArgument, "no sector of the content asks this", field);
    if (!seen.insert(a.key).second)
      return fail(ErrorCode::kInvalidArgument, "this item is answered twice", field);
    const auto& [item, sector] = found->second;
    kept.push_back({sector->id, item->key, item->kind, item->title_zh, item->title_en, a.answer, a.note});
  }
  return kept;
}

Result<> check_sectors_met(std::span<const SectorAnswerView> answers,
                           std::span<const BindingSector> sectors) {
  for (size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].answer != Answer::kYes)
      return fail(ErrorCode::kChecklistIncomplete,
                  fmt::format("{} is answered no, so the text cannot pass", answers[i].key),
                  fmt::format("/sector_answers/{}/answer", i));
    if (answers[i].note.empty())
      return fail(ErrorCode::kChecklistIncomplete, fmt::format("{} needs a note", answers[i].key),
                  fmt::format("/sector_answers/{}/note", i));
  }
  std::string open;
  for (const BindingSector& sector : sectors)
    for (const SectorItem& item : sector.items)
      if (std::ranges::find(answers, item.key, &SectorAnswerView::key) == answers.end())
        open += (open.empty() ? "" : ", ") + item.key;
  if (open.empty()) return {};
  return fail(ErrorCode::kChecklistIncomplete, "items of the sectors that are not answered: " + open,
              "/sector_answers");
}

}  // namespace yizhan::service
