#include "service/campaign_clerk.h"

#include <chrono>

#include "base/log.h"
#include "store/queries.h"

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
  YZ_CHECK(tests_.settle());
  YZ_CHECK(start_scheduled());
  return settle_campaigns();
}

Result<> CampaignClerk::start_scheduled() {
  std::vector<CampaignId> due;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    std::vector<CampaignId> ids;
    YZ_CHECK(tx.each(
        q::campaigns_in_states, [&](const db::Row& r) { ids.push_back(r.id<CampaignId>(0)); },
        CampaignState::kScheduled, CampaignState::kScheduled, CampaignState::kScheduled));
    for (const CampaignId id : ids) {
      const CampaignRow row = YZ_TRY(load_campaign(tx, id));
      if (row.view.parameters && row.view.parameters->scheduled_at.value_or(Time{}) <= store_.now())
        due.push_back(id);
    }
    return {};
  }));
  for (const CampaignId id : due) {
    const auto started = store_.db.write([&](db::Tx& tx) -> Result<> {
      const CampaignRow row = YZ_TRY(load_campaign(tx, id));
      if (row.view.state != CampaignState::kScheduled) return {};
      const auto outcome = start_now(tx, store_, system_principal(), row);
      // What forbids the start (test expired, approval void) sends the campaign back to technology, with the
      // reason.
      if (!outcome && outcome.error().code != ErrorCode::kEmergencyStop)
        YZ_TRY(tx.run(q::campaign_set_state, id, CampaignState::kHandedOver, error_name(outcome.error().code),
                      store_.now(), row.view.version));
      return {};
    });
    if (!started) return started;
    engine_.wake();
  }
  return {};
}

Result<> CampaignClerk::settle_campaigns() {
  std::vector<CampaignId> ids;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    return tx.each(q::campaigns_to_settle, [&](const db::Row& r) { ids.push_back(r.id<CampaignId>(0)); });
  }));
  for (const CampaignId id : ids) YZ_CHECK(settle(id));
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
