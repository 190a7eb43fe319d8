#include "service/monitor.h"

#include <algorithm>

#include "engine/carrier_codes.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageState;

namespace {

constexpr Duration kRateSpan = seconds(10);  // what "the last seconds" are
constexpr Duration kSampleSpacing = milliseconds(500);

struct Batch {
  int64_t id = 0, first = 0, last = 0;
};

std::map<std::string, int64_t> zeros() {
  std::map<std::string, int64_t> counts;
  for (const MessageState state : values_of(MessageState{})) counts[std::string(name_of(state))] = 0;
  return counts;
}

struct Counts {
  std::map<std::string, int64_t> by_state = zeros();
  std::vector<StateReasonCount> funnel;
  int64_t total = 0;
  int64_t left = 0;  // sent, and what came of it

  void add(const db::Row& r) {
    const StateReasonCount count{r.as<MessageState>(0), r.as<domain::Reason>(1), r.i64(2)};
    by_state[std::string(name_of(count.state))] += count.count;
    total += count.count;
    if (count.state == MessageState::kSent || count.state == MessageState::kDelivered ||
        count.state == MessageState::kFailed || count.state == MessageState::kExpired ||
        count.state == MessageState::kUnknown)
      left += count.count;
    funnel.push_back(count);
  }
};

Result<Batch> map_snapshot(const db::Row& r, CampaignSnapshot& out) {
  out.campaign_id = r.id<CampaignId>(0);
  out.name = r.string(1);
  out.state = r.as<domain::CampaignState>(2);
  out.state_reason = r.string(3);
  out.targeted = r.i64(5);
  if (r.i64(7) != 0) out.batch_state = r.as<domain::BatchState>(7);
  out.batch_reason = r.string(8);
  if (r.i64(12) != 0) out.channel_id = r.id<ChannelId>(12);
  out.started_at = if_set(r.time(13));
  out.finished_at = if_set(r.time(14));
  return Batch{r.i64(4), r.i64(10), r.i64(11)};
}

Result<Batch> load_batch(db::Tx& tx, CampaignId id, CampaignSnapshot& out) {
  const auto batch =
      YZ_TRY(tx.one(q::batch_of_campaign, [&](const db::Row& r) { return map_snapshot(r, out); }, id));
  if (!batch) return fail(ErrorCode::kNotFound, "no such campaign");
  return *batch;
}

Result<std::string> masked(const store::Store& store, ByteSpan sealed) {
  return text::mask_number("+" + YZ_TRY(store.cipher.open(store::column::kCustomerNumber, sealed)));
}

Result<> map_message(const store::Store& store, const db::Row& r, MessageView& v) {
  v.id = r.id<MessageId>(0);
  v.customer_id = r.id<CustomerId>(1);
  v.state = r.as<MessageState>(2);
  v.reason = r.as<domain::Reason>(3);
  v.attempts = r.i64(4);
  v.segments = r.i64(5);
  v.carrier = text::carrier_name(r.as<text::Carrier>(6));
  v.submitted_at = if_set(r.time(7));
  v.state_at = r.time(8);
  v.number = YZ_TRY(masked(store, r.blob(9)));
  return {};
}

AttemptView map_attempt(const db::Row& r) {
  AttemptView a;
  a.id = r.id<AttemptId>(0);
  a.number = r.i64(1);
  a.segment = r.i64(2);
  a.segments = r.i64(3);
  a.outcome = r.as<domain::AttemptOutcome>(4);
  a.stored_at = r.time(5);
  a.responded_at = if_set(r.time(6));
  if (a.responded_at) a.response_status = engine::response_code(r.i64(7), r.text(13));
  a.carrier_message_id = r.string(8);
  a.receipt_at = if_set(r.time(9));
  a.receipt_state = r.i64(10);
  a.receipt_code = r.string(11);
  a.channel_id = r.id<ChannelId>(12);
  return a;
}

// Whether the batch has any message that is asked for, by its counts.
Result<bool> has_any(db::Tx& tx, const Batch& batch, const ListMessages& request) {
  int64_t count = 0;
  YZ_CHECK(tx.each(
      q::batch_counts,
      [&](const db::Row& r) {
        if (request.state && *request.state != r.as<MessageState>(0)) return;
        if (request.reason && *request.reason != r.as<domain::Reason>(1)) return;
        count += r.i64(2);
      },
      batch.id));
  return count != 0;
}

}  // namespace

// Messages that left, a second, from what earlier looks of the last seconds saw.
double Monitor::rate(CampaignId id, Time now, int64_t left) {
  const std::lock_guard lock(mutex_);
  std::erase_if(samples_, [&](const auto& entry) { return entry.second.back().at < now - kRateSpan; });
  auto found = samples_.find(id);
  if (found == samples_.end()) {
    if (samples_.size() >= limits::kMonitoredCampaigns) return 0;
    samples_[id] = {{now, left}};
    return 0;
  }
  std::vector<Sample>& samples = found->second;
  if (now - samples.back().at >= kSampleSpacing) {
    samples.push_back({now, left});
    // The oldest stays until another is old enough to measure from.
    while (samples.size() > 2 && samples[1].at <= now - kRateSpan) samples.erase(samples.begin());
  }
  const Duration span = now - samples.front().at;
  const int64_t gone = left - samples.front().left;
  return span.us <= 0 ? 0 : std::max(0.0, static_cast<double>(gone) * 1e6 / static_cast<double>(span.us));
}

std::vector<ChannelStanding> Monitor::standings() const {
  std::vector<ChannelStanding> out;
  for (const engine::ChannelStatus& status : engine_.channels())
    out.push_back({ChannelId{status.channel_id}, status.name, link_view(status.link)});
  return out;
}

Result<CampaignSnapshot> Monitor::snapshot(CampaignId id) {
  Counts counts;
  auto taken = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<CampaignSnapshot> {
    CampaignSnapshot out;
    const Batch batch = YZ_TRY(load_batch(tx, id, out));
    if (batch.id == 0) return out;
    YZ_CHECK(tx.each(q::batch_counts, [&](const db::Row& r) { counts.add(r); }, batch.id));
    out.errors = YZ_TRY(codes_met(tx, batch.id));
    return out;
  }));
  // While the freeze runs the audience is not counted yet.
  if (taken.state == domain::CampaignState::kFreezing) taken.targeted = counts.total;
  taken.sum = counts.total == taken.targeted ? Conservation::kHolds : Conservation::kBroken;
  taken.by_state = std::move(counts.by_state);
  taken.funnel = std::move(counts.funnel);
  taken.channels = standings();
  taken.at = store_.now();
  taken.messages_per_second = rate(id, taken.at, counts.left);
  return taken;
}

Result<TotalsView> Monitor::totals() {
  Counts counts;
  auto view = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<TotalsView> {
    TotalsView out;
    YZ_CHECK(tx.each(q::all_batch_counts, [&](const db::Row& r) { counts.add(r); }));
    out.messages = YZ_TRY(tx.number(q::all_messages));
    return out;
  }));
  view.sum = counts.total == view.messages ? Conservation::kHolds : Conservation::kBroken;
  view.by_state = std::move(counts.by_state);
  view.funnel = std::move(counts.funnel);
  view.channels = standings();
  view.at = store_.now();
  return view;
}

Result<MessagePage> Monitor::messages(CampaignId id, const ListMessages& request) {
  return store_.db.read([&](db::Tx& tx) -> Result<MessagePage> {
    CampaignSnapshot ignored;
    const Batch batch = YZ_TRY(load_batch(tx, id, ignored));
    MessagePage page;
    if (batch.id == 0 || !YZ_TRY(has_any(tx, batch, request))) return page;
    const int64_t state = request.state ? static_cast<int64_t>(*request.state) : 0;
    const int64_t reason = request.reason ? static_cast<int64_t>(*request.reason) : -1;
    const int64_t after = std::max(batch.first - 1, request.after.value_or(MessageId{}).value);
    const auto bound = YZ_TRY(tx.one(
        q::message_list_bound, [](const db::Row& r) { return r.i64(0); }, after, batch.last, rows_ - 1));
    YZ_CHECK(tx.each(
        q::message_list,
        [&](const db::Row& r) -> Result<> { return map_message(store_, r, page.items.emplace_back()); },
        after, bound.value_or(batch.last), batch.id, state, reason, request.limit + 1));
    if (page.items.size() > static_cast<size_t>(request.limit)) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    } else if (bound && *bound < batch.last) {
      page.next_after = to_string(MessageId{*bound});
    }
    return page;
  });
}

Result<MessageDetail> Monitor::message(MessageId id) {
  return store_.db.read([&](db::Tx& tx) -> Result<MessageDetail> {
    MessageDetail detail;
    const auto found = YZ_TRY(tx.one(
        q::message_load,
        [&](const db::Row& r) -> Result<bool> {
          YZ_CHECK(map_message(store_, r, detail));
          if (r.i64(11) != 0) detail.campaign_id = r.id<CampaignId>(11);
          return true;
        },
        id));
    if (!found) return fail(ErrorCode::kNotFound, "no such message");
    YZ_CHECK(tx.each(
        q::submission_of_message,
        [&](const db::Row& r) {
          detail.application_id = r.id<ApplicationId>(0);
          if (!r.text(1).empty()) detail.reference = r.string(1);
          detail.accepted_at = r.time(2);
        },
        id));
    YZ_CHECK(tx.each(
        q::attempts_detail, [&](const db::Row& r) { detail.attempt_list.push_back(map_attempt(r)); }, id));
    return detail;
  });
}

}  // namespace yizhan::service
