#pragma once
// The regulated sectors that a content is bound by (policy 3.3.1): those that screening finds in its text and
// those that its author declares, what each asks, and compliance's answers to that. Pure but for the
// screener; any thread.

#include <boost/describe.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/content.h"
#include "domain/names.h"
#include "screen/screener.h"
#include "service/content_text.h"

namespace yizhan::service {

// A person's answer to a point, which is also what a checklist is stored as.
#define YIZHAN_ANSWERS(X) X(kYes, 1, "yes") X(kNo, 2, "no")
YIZHAN_ENUM(Answer, YIZHAN_ANSWERS)

#define YIZHAN_SECTOR_ITEM_KINDS(X)                                  \
  X(kRequiredText, 1, "required_text")     /* the message says it */ \
  X(kQualification, 2, "qualification")    /* the company has it */  \
  X(kForbiddenClaim, 3, "forbidden_claim") /* the message does not say it */
YIZHAN_ENUM(SectorItemKind, YIZHAN_SECTOR_ITEM_KINDS)

// One item that a sector adds to the checklist. Its key stays the same for as long as the rule pack names
// what it asks the same: the rule's id, or the sector's id and screen::document_key with a slash between.
struct SectorItem {
  std::string key;
  SectorItemKind kind = SectorItemKind::kRequiredText;
  std::string title_zh;
  std::string title_en;
  std::string legal_basis;
};
BOOST_DESCRIBE_STRUCT(SectorItem, (), (key, kind, title_zh, title_en, legal_basis))

struct SectorView : FoundSectorView {
  std::vector<SectorItem> items;
};
BOOST_DESCRIBE_STRUCT(SectorView, (FoundSectorView), (items))

struct SectorList {
  std::vector<SectorView> items;
};
BOOST_DESCRIBE_STRUCT(SectorList, (), (items))

struct BindingSector : SectorView {
  bool found = false;     // by screening
  bool declared = false;  // by the author
};
BOOST_DESCRIBE_STRUCT(BindingSector, (SectorView), (found, declared))

struct SectorAnswer {
  std::string key;  // SectorItem::key
  Answer answer = Answer::kNo;
  std::string note;
  static constexpr json::Rule kRules[] = {
      {.member = "key", .min_length = 1, .max_length = limits::kSectorKeyBytes},
      {.member = "note", .presence = json::Presence::kOptional, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(SectorAnswer, (), (key, answer, note))

// As it is kept: with what was asked then, since rule packs change.
struct SectorAnswerView {
  std::string sector;
  std::string key;
  SectorItemKind kind = SectorItemKind::kRequiredText;
  std::string title_zh;
  std::string title_en;
  Answer answer = Answer::kNo;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(SectorAnswerView, (), (sector, key, kind, title_zh, title_en, answer, note))

// All of these fail closed: kUnavailable without rule packs.
Result<SectorList> known_sectors(const screen::Screener* screener);
// kInvalidArgument ("/sectors/0") for one that the packs do not know.
Result<> check_declared(const screen::Screener* screener, std::span<const std::string> sectors);
// In the packs' order. kConflict ("sectors") when one was declared that the packs do not know any more,
// kTooLarge when they ask more than a checklist may hold.
Result<std::vector<BindingSector>> binding_sectors(const screen::Screener* screener,
                                                   const domain::ContentText& text);

// Each names an item of the sectors, once: as it is kept. kInvalidArgument ("/sector_answers/0/key").
Result<std::vector<SectorAnswerView>> check_sector_answers(std::span<const SectorAnswer> answers,
                                                           std::span<const BindingSector> sectors);
// What may be approved: every item of every sector answered yes, with a note. kChecklistIncomplete
// ("/sector_answers", "/sector_answers/0/answer", "/sector_answers/0/note"), naming what is open.
Result<> check_sectors_met(std::span<const SectorAnswerView> answers, std::span<const BindingSector> sectors);

}  // namespace yizhan::service
