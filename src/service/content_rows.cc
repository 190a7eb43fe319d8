#include "service/content_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "crypto/digest.h"
#include "engine/batch_plan.h"
#include "service/audited.h"
#include "service/content_privacy.h"
#include "service/opinions.h"
#include "service/screenings.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ContentState;

namespace {

constexpr int kOpinionDigits = 6;

Approval approval_of(ContentState state, bool stands, bool was_approved, bool suspended, bool may_bear) {
  if (stands && suspended) return Approval::kSuspended;
  if (stands) return may_bear ? Approval::kStands : Approval::kUnsigned;
  if (state == ContentState::kWithdrawn) return Approval::kWithdrawn;
  return was_approved ? Approval::kVoidedByChange : Approval::kNone;
}

ContentSummary map_content(const db::Row& r) {
  ContentSummary c;
  c.id = r.id<ContentId>(0);
  c.name = r.string(1);
  c.message_class = r.as<domain::MessageClass>(2);
  c.purpose = r.string(3);
  c.origin = r.flag(4) ? ContentOrigin::kSystem : ContentOrigin::kUser;
  c.state = r.as<ContentState>(5);
  c.version_id = r.id<ContentVersionId>(6);
  if (r.i64(7) != 0) c.approved_version_id = r.id<ContentVersionId>(7);
  c.round = r.i64(8);
  c.created_by = r.id<UserId>(9);
  c.created_at = r.time(10);
  c.updated_at = r.time(11);
  c.version = r.i64(12);
  c.version_number = r.i64(13);
  c.hash = r.bytes(14);
  c.verdict = verdict_name(r.as<screen::Verdict>(15));
  c.signature = signature_word(r.text(18), r.id<SignatureId>(19), r.i64(20), r.i64(21), c.message_class);
  c.approval = approval_of(c.state, c.approved_version_id.has_value(), r.flag(16), r.flag(17),
                           check_may_bear(c.signature).has_value());
  return c;
}

Result<ContentVersionView> map_version(const db::Row& r) {
  ContentVersionView v;
  v.id = r.id<ContentVersionId>(0);
  v.number = r.i64(1);
  v.text = {r.as<domain::MessageClass>(2), r.string(3), r.string(4), r.string(5), r.string(6), {}};
  for (const domain::Variable& variable : YZ_TRY(engine::parse_variables(r.text(7))))
    v.text.variables.push_back({variable.name, variable.max_length, variable.sample, variable.personal});
  v.hash = r.bytes(8);
  v.screening =
      YZ_TRY(read_screening({r.as<screen::Verdict>(9), r.text(10), r.text(11), r.text(14), r.text(15)}));
  v.created_by = r.id<UserId>(12);
  v.created_at = r.time(13);
  v.carries_personal_data = r.flag(16);
  v.measure = measure_text(to_domain(v.text));
  return v;
}

Result<ReviewView> map_review(const db::Row& r) {
  ReviewView v;
  v.id = r.id<ReviewId>(0);
  v.version_id = r.id<ContentVersionId>(1);
  v.version_number = r.i64(2);
  v.version_hash = r.bytes(3);
  v.round = r.i64(4);
  v.kind = r.as<domain::ReviewKind>(5);
  v.decision = r.as<domain::ReviewDecision>(6);
  if (!r.text(7).empty()) v.opinion_number = r.string(7);
  v.opinion = r.string(8);
  v.checklist = YZ_TRY(json::decode<std::vector<CheckAnswer>>(r.text(9)));
  v.problems = YZ_TRY(json::decode<std::vector<NamedProblem>>(r.text(10)));
  v.dispositions = YZ_TRY(json::decode<std::vector<Disposition>>(r.text(11)));
  if (r.i64(12) != 0) v.reviewer_id = r.id<UserId>(12);
  v.reviewed_at = r.time(13);
  v.sector_answers = YZ_TRY(json::decode<std::vector<SectorAnswerView>>(r.text(14)));
  v.second_review = YZ_TRY(json::decode<std::vector<SecondReviewReason>>(r.text(15)));
  v.judgements = YZ_TRY(json::decode<std::vector<ProblemJudgementView>>(r.text(16)));
  return v;
}

// RO-2026-000001, numbered within the year (UTC) without a gap.
Result<std::string> next_opinion_number(db::Tx& tx, Time now) {
  int year = 0;
  const std::string date = to_rfc3339(now);
  std::from_chars(date.data(), date.data() + 4, year);
  const std::string prefix = fmt::format("RO-{:04}-", year);
  const auto last = YZ_TRY(tx.one(
      q::content_opinion_last, [](const db::Row& r) { return r.string(0); }, prefix,
      fmt::format("RO-{:04}-", year + 1)));
  int64_t number = 0;
  if (last && last->size() > prefix.size())
    std::from_chars(last->data() + prefix.size(), last->data() + last->size(), number);
  return fmt::format("{}{:0{}}", prefix, number + 1, kOpinionDigits);
}

}  // namespace

Result<ContentSummary> load_content(db::Tx& tx, ContentId id) {
  auto content = YZ_TRY(tx.one(q::content_load, map_content, id));
  if (!content) return fail(ErrorCode::kNotFound, "no such content");
  return *std::move(content);
}

Result<ContentVersionView> load_content_version(db::Tx& tx, ContentId id, int64_t number) {
  auto version = YZ_TRY(tx.one(q::content_version_load, map_version, id, number));
  if (!version) return fail(ErrorCode::kNotFound, "the content has no such version");
  YZ_CHECK(tx.each(
      q::content_version_sectors, [&](const db::Row& r) { version->text.sectors.push_back(r.string(0)); },
      version->id));
  return *std::move(version);
}

Result<ContentView> load_content_view(db::Tx& tx, ContentId id) {
  ContentView view;
  static_cast<ContentSummary&>(view) = YZ_TRY(load_content(tx, id));
  view.latest = YZ_TRY(load_content_version(tx, id, view.version_number));
  YZ_CHECK(tx.each(
      q::content_version_list,
      [&](const db::Row& r) {
        view.versions.push_back({r.id<ContentVersionId>(0), r.i64(1), r.bytes(2),
                                 std::string(verdict_name(r.as<screen::Verdict>(3))), r.id<UserId>(4),
                                 r.time(5)});
      },
      id));
  YZ_CHECK(tx.each(
      q::content_review_list,
      [&](const db::Row& r) -> Result<> {
        view.reviews.push_back(YZ_TRY(map_review(r)));
        return {};
      },
      id));
  YZ_CHECK(tx.each(
      q::content_review_documents,
      [&](const db::Row& r) {
        const auto review = std::ranges::find(view.reviews, r.id<ReviewId>(0), &ReviewView::id);
        if (review != view.reviews.end())
          review->documents.push_back({r.id<QualificationId>(1), r.string(2), r.string(3), r.string(4)});
      },
      id));
  view.open_problems = YZ_TRY(open_problems(tx, id));
  return view;
}

Result<> version_conflict(const ContentSummary& content) {
  return fail(ErrorCode::kVersionConflict,
              fmt::format("someone else was quicker; the current version is {}", content.version), "version");
}

Result<> check_version(const ContentSummary& content, std::optional<int64_t> expected) {
  if (expected && *expected != content.version) return version_conflict(content);
  return {};
}

Result<> check_transition(const ContentSummary& content, ContentState to) {
  if (domain::may_become(content.state, to)) return {};
  return fail(ErrorCode::kWrongState,
              fmt::format("content that is {} cannot become {}", name_of(content.state), name_of(to)),
              "state");
}

Result<> insert_version(db::Tx& tx, const store::Store& store, ContentId content, ContentVersionId id,
                        int64_t number, const domain::ContentText& text, const ScreeningView& screening,
                        int64_t author) {
  const StoredScreening found = stored(screening);
  YZ_TRY(tx.run(q::content_version_insert, id, content, number, text.message_class, text.purpose,
                text.signature, text.body, text.opt_out_text, engine::serialize_variables(text.variables),
                crypto::sha256(domain::canonical(text)), found.verdict, found.findings, found.rule_packs,
                author, store.now(), found.sectors, found.promotion));
  for (const std::string& sector : text.sectors) YZ_TRY(tx.run(q::content_version_sector_insert, id, sector));
  return mark_personal_data(tx, id, carries_personal_data(text, screening));
}

Result<std::string> insert_review(db::Tx& tx, const store::Store& store, ContentId content,
                                  ContentVersionId version, const Bytes& hash, int64_t round,
                                  const NewReview& review, int64_t reviewer) {
  std::string number;
  if (review.kind == domain::ReviewKind::kCompliance || review.kind == domain::ReviewKind::kSecondReview)
    number = YZ_TRY(next_opinion_number(tx, store.now()));
  const auto id = store.ids.make<ReviewId>();
  YZ_TRY(tx.run(q::content_review_insert, id, content, version, hash, round, review.kind, review.decision,
                number, review.opinion, json::encode(review.checklist), json::encode(review.problems),
                json::encode(review.dispositions), reviewer, store.now(), json::encode(review.sector_answers),
                json::encode(review.second_review), json::encode(review.judgements)));
  for (const QualificationId document : review.documents)
    YZ_TRY(tx.run(q::content_review_document_insert, id, document));
  if (!number.empty()) {
    const OpinionBasis basis = YZ_TRY(opinion_basis(tx, YZ_TRY(load_content(tx, content)), id));
    YZ_TRY(tx.run(q::content_review_set_basis, id, json::encode(basis)));
  }
  return number;
}

Result<> audit_content(db::Tx& tx, const store::Store& store, const Principal& who, std::string_view action,
                       ContentId id, int64_t version_number, const Bytes& hash, std::string_view reason,
                       std::string_view opinion_number, json::Object detail) {
  detail["version"] = version_number;
  detail["hash"] = to_hex(hash);
  if (!opinion_number.empty()) detail["opinion_number"] = opinion_number;
  return audit(tx, store, who, action, id, detail, reason);
}

}  // namespace yizhan::service
