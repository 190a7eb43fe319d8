#pragma once
// The rows of contents, versions and reviews, for the two halves of Contents. One thread per Tx.

#include <optional>
#include <string>

#include "service/contents.h"

namespace yizhan::service {

// kNotFound.
Result<ContentSummary> load_content(db::Tx& tx, ContentId id);
Result<ContentVersionView> load_content_version(db::Tx& tx, ContentId id, int64_t number);
Result<ContentView> load_content_view(db::Tx& tx, ContentId id);

// kVersionConflict, kWrongState.
Result<> check_version(const ContentSummary& content, std::optional<int64_t> expected);
Result<> check_transition(const ContentSummary& content, domain::ContentState to);
Result<> version_conflict(const ContentSummary& content);

// Writes a version with what screening found in it; the content's row is the caller's.
Result<> insert_version(db::Tx& tx, const store::Store& store, ContentId content, ContentVersionId id,
                        int64_t number, const domain::ContentText& text, const ScreeningView& screening,
                        int64_t author);

struct NewReview {
  domain::ReviewKind kind = domain::ReviewKind::kFirstReview;
  domain::ReviewDecision decision = domain::ReviewDecision::kPassed;
  std::string opinion;
  std::vector<CheckAnswer> checklist;
  std::vector<NamedProblem> problems;
  std::vector<Disposition> dispositions;
  std::vector<SectorAnswerView> sector_answers;
  std::vector<ProblemJudgementView> judgements;
  std::vector<SecondReviewReason> second_review;
  std::vector<QualificationId> documents;
};
// Writes the review of a version; one of compliance gets the next opinion number, which is returned.
Result<std::string> insert_review(db::Tx& tx, const store::Store& store, ContentId content,
                                  ContentVersionId version, const Bytes& hash, int64_t round,
                                  const NewReview& review, int64_t reviewer);

Result<> audit_content(db::Tx& tx, const store::Store& store, const Principal& who, std::string_view action,
                       ContentId id, int64_t version_number, const Bytes& hash, std::string_view reason = {},
                       std::string_view opinion_number = {}, json::Object detail = {});

}  // namespace yizhan::service
