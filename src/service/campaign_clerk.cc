#include "service/campaign_clerk.h"

#include <chrono>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "store/queries.h"
#include "store/settings.h"

namespace yizhan::service {

namespace q = store::q;
using domain::BatchState;
using domain::CampaignState;
using domain::MessageState;

namespace {

constexpr auto kPause = std::chrono::milliseconds(250);

// Messages by state, from the projection kept beside the ledger; the report itself counts the rows.
struct Open {
  int64_t to_send = 0;  // held, queued
  int64_t in_flight = 0;
  int64_t sent = 0;  // waiting for a receipt
};

Result<Open> open_messages(db::Tx& tx, int64_t batch_id) {
  Open open;
  YZ_CHECK(tx.each(
      q::batch_counts,
      [&](const db::Row& r) {
        switch (r.as<MessageState>(0)) {
          case MessageState::kHeld:
          case MessageState::kQueued:
            open.to_send += r.i64(2);
            break;
          case MessageState::kInFlight:
            open.in_flight += r.i64(2);
            break;
          case MessageState::kSent:
            open.sent += r.i64(2);
            break;
          default:
            break;
        }
      },
      batch_id));
  return open;
}

}  // namespace

void CampaignClerk::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      if (const auto done = round(); !done) log::error("campaign clerk: {}", to_string(done.error()));
      lock.lock();
      condition_.wait_for(lock, kPause, [this] { return stopping_; });
    }
  });
}

void CampaignClerk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<> CampaignClerk::round() {
  for (const TestId id : YZ_TRY(tests_.waiting())) note(to_string(id), tests_.settle(id));
  const auto campaigns = [&](const db::Query& query, const auto&... params) {
    return store_.db.read([&](db::Tx& tx) -> Result<std::vector<CampaignId>> {
      std::vector<CampaignId> ids;
      YZ_CHECK(tx.each(query, [&](const db::Row& r) { ids.push_back(r.id<CampaignId>(0)); }, params...));
      return ids;
    });
  };
  constexpr auto kWaits = CampaignState::kScheduled;
  for (const CampaignId id : YZ_TRY(campaigns(q::campaigns_in_states, kWaits, kWaits, kWaits)))
    note(to_string(id), start_if_due(id));
  for (const CampaignId id : YZ_TRY(campaigns(q::campaigns_to_settle))) note(to_string(id), settle(id));
  faults_before_ = std::exchange(faults_, {});
  return {};
}

void CampaignClerk::note(const std::string& what, const Result<>& done) {
  if (done) return;
  std::string fault = what + ": " + to_string(done.error());
  if (!faults_before_.contains(fault)) log::error("campaign clerk: {}", fault);
  if (faults_.size() < limits::kClerkFaults) faults_.insert(std::move(fault));
}

Result<> CampaignClerk::refuse_start(db::Tx& tx, const CampaignRow& row, CampaignState back_to,
                                     std::string_view reason) {
  YZ_TRY(tx.run(q::campaign_set_state, row.view.id, back_to, reason, store_.now(), row.view.version));
  return store::append_audit(tx, store_, {},
                             {.action = "campaign.start_refused",
                              .object_type = "campaign",
                              .object_id = row.view.id.value,
                              .reason = reason});
}

Result<> CampaignClerk::start_if_due(CampaignId id) {
  const auto due = [&](const CampaignRow& row) {
    return row.view.state == CampaignState::kScheduled && row.view.parameters &&
           row.view.parameters->scheduled_at.value_or(Time{}) <= store_.now();
  };
  // A look first: what waits for its hour costs the writer nothing.
  if (!YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<bool> { return due(YZ_TRY(load_campaign(tx, id))); })))
    return {};
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    if (!due(row)) return {};
    // What was to go at noon and could not is not sent at midnight without being asked for.
    const Duration grace = YZ_TRY(store::load_sending_settings(tx)).schedule_grace;
    if (*row.view.parameters->scheduled_at + grace < store_.now())
      return refuse_start(tx, row, CampaignState::kReady, "schedule_missed");
    const auto outcome = start_now(tx, store_, system_principal(), row);
    if (outcome) return {};
    switch (outcome.error().code) {
      case ErrorCode::kEmergencyStop:  // starts when it is released
        return {};
      // Announced or let go by compliance, it can be started as it is.
      case ErrorCode::kNoticeRequired:
        return refuse_start(tx, row, CampaignState::kReady, error_name(outcome.error().code));
      // The start is forbidden: back to technology, with the reason.
      case ErrorCode::kApprovalRequired:
      case ErrorCode::kApprovalVoid:
      case ErrorCode::kSignatureNotApproved:
      case ErrorCode::kTestRequired:
        return refuse_start(tx, row, CampaignState::kHandedOver, error_name(outcome.error().code));
      case ErrorCode::kWrongState:
        if (outcome.error().field != kExpiresAt) return outcome;
        return refuse_start(tx, row, CampaignState::kHandedOver, error_name(outcome.error().code));
      default:  // nothing about the campaign: tried again
        return outcome;
    }
  }));
  engine_.wake();
  return {};
}

Result<> CampaignClerk::settle(CampaignId id) {
  // A look first, so that a running campaign costs the writer nothing.
  const bool due = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<bool> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    const Open open = YZ_TRY(open_messages(tx, row.batch_id));
    return open.to_send + open.in_flight == 0 &&
           (open.sent == 0 || row.view.state == CampaignState::kRunning);
  }));
  if (!due) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    CampaignRow row = YZ_TRY(load_campaign(tx, id));
    const Open open = YZ_TRY(open_messages(tx, row.batch_id));
    // What is in flight may yet be queued again, and then there must be a campaign to pause.
    if (open.to_send + open.in_flight != 0) return {};
    if (row.view.state == CampaignState::kRunning) {
      YZ_TRY(
          tx.run(q::campaign_set_state, id, CampaignState::kFinishing, "", store_.now(), row.view.version));
      YZ_CHECK(store::append_audit(
          tx, store_, {},
          {.action = "campaign.finishing", .object_type = "campaign", .object_id = id.value}));
      row = YZ_TRY(load_campaign(tx, id));
    }
    if (open.sent != 0 || row.report_id != 0) return {};
    const ReportId report = YZ_TRY(reports_.make(tx, row));
    const auto final_state =
        row.view.state == CampaignState::kCancelled ? CampaignState::kCancelled : CampaignState::kCompleted;
    YZ_TRY(tx.run(q::campaign_settled, id, final_state, store_.now(), report));
    YZ_TRY(tx.run(q::batch_finish, row.batch_id,
                  final_state == CampaignState::kCancelled ? BatchState::kCancelled : BatchState::kFinished,
                  store_.now()));
    return store::append_audit(
        tx, store_, {}, {.action = "campaign.complete", .object_type = "campaign", .object_id = id.value});
  });
}

}  // namespace yizhan::service
