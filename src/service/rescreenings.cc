#include "service/rescreenings.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/log.h"
#include "domain/campaign.h"
#include "engine/batch_plan.h"
#include "engine/signatures.h"
#include "service/content_rows.h"
#include "service/screenings.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;
using domain::ContentState;

namespace {

constexpr const char* kHaltReason = "screening_suspended";
constexpr int64_t kApproved = 2;  // content_rescreening.live_as

screen::Severity severity_of(const FindingView& f) {
  return screen::parse_severity(f.severity).value_or(screen::Severity::kBlock);
}

// The row as it is stored, with what its view does not show.
struct Row {
  RescreeningView view;
  std::string accepted;
};

Result<Row> map_row(const db::Row& r) {
  Row row;
  RescreeningView& v = row.view;
  v.version_id = r.id<ContentVersionId>(0);
  v.content_id = r.id<ContentId>(1);
  v.content_name = r.string(2);
  v.version_number = r.i64(3);
  v.state = r.as<RescreeningState>(4);
  v.rule_pack_set = r.string(5);
  v.screened_at = r.time(6);
  v.screening =
      YZ_TRY(read_screening({r.as<screen::Verdict>(7), r.text(8), r.text(9), r.text(10), r.text(11)}));
  if (r.i64(12) != 0) v.opened_at = r.time(12);
  row.accepted = r.string(13);
  if (r.i64(14) != 0) v.decided_by = r.id<UserId>(14);
  if (r.i64(15) != 0) v.decided_at = r.time(15);
  v.reason = r.string(16);
  v.dispositions = YZ_TRY(json::decode<std::vector<Disposition>>(r.text(17)));
  return row;
}

bool is_open(RescreeningState state) {
  return state == RescreeningState::kWorse || state == RescreeningState::kSuspended;
}

Result<Row> load_approved(db::Tx& tx, const ContentSummary& content) {
  if (content.approved_version_id) {
    auto row = YZ_TRY(tx.one(q::rescreening_load, map_row, *content.approved_version_id));
    if (row) return *std::move(row);
  }
  return fail(ErrorCode::kNotFound, "no approved version of this content has been screened anew");
}

}  // namespace

bool is_worse(const std::vector<FindingView>& before, const ScreeningView& now) {
  auto gravest = screen::Severity::kInfo;
  std::set<std::tuple<std::string_view, std::string_view, std::string_view, screen::Severity>> known;
  for (const FindingView& f : before) {
    const screen::Severity severity = severity_of(f);
    gravest = std::max(gravest, severity);
    known.emplace(f.rule_id, f.part, f.matched, severity);
  }
  const screen::Verdict verdict = verdict_of(now);
  if (verdict == screen::Verdict::kPass) return false;
  const auto asked =
      verdict == screen::Verdict::kBlock ? screen::Severity::kBlock : screen::Severity::kReview;
  if (asked != gravest) return asked > gravest;
  return std::ranges::any_of(now.findings, [&](const FindingView& f) {
    return severity_of(f) == asked && !known.contains({f.rule_id, f.part, f.matched, asked});
  });
}

struct Rescreenings::Due {
  int64_t version_id = 0, content_id = 0, live_as = 0;
  domain::ContentText text;
};

struct Rescreenings::Found {
  int64_t version_id = 0, content_id = 0, live_as = 0;
  ScreeningView screening;
};

Result<std::vector<Rescreenings::Due>> Rescreenings::due(const std::string& set) const {
  return store_.db.read([&](db::Tx& tx) -> Result<std::vector<Due>> {
    std::vector<Due> rows;
    YZ_CHECK(tx.each(
        q::rescreening_due,
        [&](const db::Row& r) -> Result<> {
          Due& row = rows.emplace_back();
          row.version_id = r.i64(0);
          row.content_id = r.i64(1);
          row.live_as = r.i64(2);
          row.text = {r.as<domain::MessageClass>(3),
                      r.string(4),
                      r.string(5),
                      r.string(6),
                      r.string(7),
                      YZ_TRY(engine::parse_variables(r.text(8)))};
          return {};
        },
        set, limits::kRescreenedRows, ContentState::kFirstReviewed, ContentState::kSubmitted,
        ContentState::kSecondReview));
    return rows;
  });
}

Result<bool> Rescreenings::step() {
  // One screener for the whole step: rows say by which packs they were screened.
  const RulePacks::Snapshot packs = packs_.snapshot();
  if (packs.screener == nullptr) return false;
  std::vector<Found> found;
  const std::vector<Due> rows = YZ_TRY(due(packs.set));
  for (const Due& row : rows)
    found.push_back(
        {row.version_id, row.content_id, row.live_as, YZ_TRY(screen_text(packs.screener.get(), row.text))});
  if (found.empty()) return false;
  std::vector<int64_t> halted;
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    for (const Found& one : found) YZ_CHECK(keep(tx, one, packs.set, halted));
    return {};
  }));
  for (const int64_t batch : halted) engine_.recall_batch(batch);
  if (!halted.empty()) engine_.wake();
  return std::ssize(rows) == limits::kRescreenedRows;
}

// What was found goes beside what was approved; what changed for the worse is compliance's to decide on.
Result<> Rescreenings::keep(db::Tx& tx, const Found& found, const std::string& set,
                            std::vector<int64_t>& halted) {
  const int64_t live_as =
      YZ_TRY(tx.number(q::rescreening_live_as, found.version_id, ContentState::kFirstReviewed,
                       ContentState::kSubmitted, ContentState::kSecondReview));
  if (live_as != found.live_as) return {};  // decided meanwhile: the next step sees what it is now
  const auto before = YZ_TRY(tx.one(q::rescreening_load, map_row, found.version_id));
  // What is live of a content is its latest version.
  const ContentSummary content = YZ_TRY(load_content(tx, ContentId{found.content_id}));
  const auto version = YZ_TRY(load_content_version(tx, content.id, content.version_number));
  const bool accepted = before && !before->accepted.empty();
  const auto known = accepted ? YZ_TRY(json::decode<std::vector<FindingView>>(before->accepted))
                              : version.screening.findings;
  // What is in review is decided on there, with what the packs of then find.
  auto state = accepted ? RescreeningState::kConfirmed : RescreeningState::kUnchanged;
  if (live_as == kApproved && is_worse(known, found.screening))
    state = verdict_of(found.screening) == screen::Verdict::kBlock ? RescreeningState::kSuspended
                                                                   : RescreeningState::kWorse;
  const bool was_suspended = before && before->view.state == RescreeningState::kSuspended;
  Time opened;
  if (is_open(state)) opened = before && before->view.opened_at ? *before->view.opened_at : store_.now();
  const StoredScreening columns = stored(found.screening);
  YZ_TRY(tx.run(q::rescreening_put, found.version_id, found.content_id, set, live_as, state, columns.verdict,
                columns.findings, columns.rule_packs, columns.sectors, columns.promotion, store_.now(),
                opened));
  if (state == RescreeningState::kSuspended && !was_suspended) YZ_CHECK(suspend(tx, found, halted));
  if (was_suspended && state != RescreeningState::kSuspended) YZ_CHECK(lift(tx, found));
  if (!is_open(state) || (before && before->view.state == state)) return {};
  YZ_TRY(tx.run(q::tests_expire_of_version, found.version_id, store_.now(), domain::TestState::kPassed));
  if (state == RescreeningState::kSuspended) return {};
  return audit_content(tx, store_, system_principal(), "content.screened_worse", content.id, version.number,
                       version.hash, "other rule packs find more than was approved");
}

// As when a carrier refuses a text: nothing of it leaves, what runs is paused for people to look at.
Result<> Rescreenings::suspend(db::Tx& tx, const Found& found, std::vector<int64_t>& halted) {
  std::vector<int64_t> batches;
  YZ_CHECK(tx.each(
      q::running_batches_of_version, [&](const db::Row& row) { batches.push_back(row.i64(0)); },
      found.version_id, BatchState::kRunning));
  for (const int64_t id : batches) {
    YZ_CHECK(engine::halt_batch(tx, store_, id, kHaltReason));
    halted.push_back(id);
  }
  log::warn("content {} is suspended: the rule packs in force block it",
            to_string(ContentId{found.content_id}));
  const ContentSummary content = YZ_TRY(load_content(tx, ContentId{found.content_id}));
  return audit_content(tx, store_, system_principal(), "content.suspend", content.id, content.version_number,
                       content.hash, blocking_findings(found.screening));
}

// Campaigns stay paused: that they go on, people say.
Result<> Rescreenings::lift(db::Tx& tx, const Found& found) {
  YZ_TRY(tx.run(q::batches_unfreeze, found.version_id, BatchState::kRunning, BatchState::kPaused,
                BatchOrigin::kApplication, kHaltReason));
  const ContentSummary content = YZ_TRY(load_content(tx, ContentId{found.content_id}));
  return audit_content(tx, store_, system_principal(), "content.suspension_lift", content.id,
                       content.version_number, content.hash,
                       "the rule packs in force do not block it any more");
}

Result<RescreeningPage> Rescreenings::list(const ListRescreenings& request) const {
  const std::string set = packs_.view().set;
  return store_.db.read([&](db::Tx& tx) -> Result<RescreeningPage> {
    RescreeningPage page;
    YZ_CHECK(tx.each(
        q::rescreening_list,
        [&](const db::Row& r) -> Result<> {
          page.items.push_back(YZ_TRY(map_row(r)).view);
          return {};
        },
        request.of == RescreeningsOf::kOpen ? 1 : 0, request.after.value_or(ContentVersionId{INT64_MAX}),
        request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().version_id);
    }
    page.left = YZ_TRY(tx.number(q::rescreening_left, set, ContentState::kFirstReviewed,
                                 ContentState::kSubmitted, ContentState::kSecondReview));
    return page;
  });
}

Result<RescreeningView> Rescreenings::get(ContentId id) const {
  return store_.db.read([&](db::Tx& tx) -> Result<RescreeningView> {
    return YZ_TRY(load_approved(tx, YZ_TRY(load_content(tx, id)))).view;
  });
}

Result<RescreeningView> Rescreenings::confirm(const Principal& who, ContentId id,
                                              std::optional<int64_t> version,
                                              const ConfirmRescreening& request) {
  const RulePacks::Snapshot packs = packs_.snapshot();
  auto done = store_.db.write([&](db::Tx& tx) -> Result<RescreeningView> {
    const ContentSummary content = YZ_TRY(load_content(tx, id));
    YZ_CHECK(check_version(content, version));
    const Row row = YZ_TRY(load_approved(tx, content));
    if (!is_open(row.view.state))
      return fail(ErrorCode::kWrongState, "nothing about this content is to be decided", "state");
    // Who approved it as the first of two may: this is another decision.
    constexpr int64_t kNoVersion = 0;
    if (YZ_TRY(tx.number(q::content_hand_in, id, who.person(), kNoVersion)) != 0)
      return fail(ErrorCode::kSeparationOfDuties,
                  "whoever wrote, first reviewed or submitted the content cannot decide on it");
    if (row.view.rule_pack_set != packs.set)
      return fail(ErrorCode::kBusy, "the rule packs in force have not screened it yet; try again");
    if (verdict_of(row.view.screening) == screen::Verdict::kBlock)
      return fail(ErrorCode::kScreeningBlocked,
                  "screening blocks this text: " + blocking_findings(row.view.screening), "findings");
    YZ_CHECK(check_dispositions(request.dispositions, row.view.screening));
    YZ_CHECK(check_findings_settled(request.dispositions, row.view.screening));
    YZ_TRY(tx.run(q::rescreening_confirm, row.view.version_id, RescreeningState::kConfirmed, who.person(),
                  store_.now(), request.reason, json::encode(request.dispositions)));
    YZ_CHECK(audit_content(tx, store_, who, "content.confirm", id, content.version_number, content.hash,
                           request.reason));
    return YZ_TRY(load_approved(tx, content)).view;
  });
  if (done) engine_.wake();
  return done;
}

}  // namespace yizhan::service
