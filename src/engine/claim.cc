#include "engine/claim.h"

#include <algorithm>

#include "base/log.h"
#include "engine/changes.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchState;
using domain::MessageState;
using domain::Reason;

Result<> Claim::prepare(db::Tx& snapshot, size_t messages, size_t segments) {
  size_t left = segments;
  return snapshot.each(
      q::outbox_next, [&](const db::Row& row) { return full_ ? Result<>{} : prepare_row(row, left); },
      plan_->id, target_.outbox_channel, messages);
}

Result<> Claim::prepare_row(const db::Row& row, size_t& segments_left) {
  if (row.as<MessageState>(5) != MessageState::kQueued) {
    stale_.row(row.i64(0), plan_->id, target_.outbox_channel);
    return {};
  }
  Prepared p{.message_id = row.i64(0),
             .customer_id = row.i64(1),
             .attempts = row.i64(3),
             .number = 0,
             .zone = row.string(4),
             .region = row.string(6),
             .created_at = row.time(7),
             .expires_at = row.time(8),
             .queued = row.as<Reason>(9),
             .composed = Reason::kNone,
             .personal_data = false,
             .encoding = text::Encoding::kUcs2,
             .first_segment = static_cast<uint32_t>(slices_.size()),
             .segment_count = 0,
             .units = 0};
  opened_.clear();
  if (auto opened =
          store_.cipher.open_to({store::column::kMessagePayload, p.message_id}, row.blob(2), opened_);
      !opened)
    return opened;
  YZ_CHECK(unpack(opened_, recipient_));
  p.number = recipient_.number;
  const Composer::Outcome outcome = plan_->compose(
      recipient_, form_, static_cast<uint16_t>(p.message_id & 0xFF), screen_, text_, segments_);
  p.composed = outcome.reason;
  p.personal_data = outcome.personal_data;
  p.encoding = outcome.encoding;
  if (outcome.reason == Reason::kNone) {
    if (!prepared_.empty() && outcome.units > segments_left) {
      full_ = true;
      return {};
    }
    segments_left -= std::min<size_t>(segments_left, outcome.units);
    for (size_t i = 0; i < segments_.size(); ++i) {
      const text::Segment s = segments_[i];
      slices_.push_back(
          {static_cast<uint32_t>(payload_.size()), static_cast<uint32_t>(s.payload.size()), s.udh_bytes > 0});
      payload_.insert(payload_.end(), s.payload.begin(), s.payload.end());
    }
    p.segment_count = static_cast<uint32_t>(segments_.size());
    p.units = outcome.units;
  }
  prepared_.push_back(std::move(p));
  return {};
}

Result<> Claim::commit(db::Tx& tx) {
  claimed_.clear();
  stopped_ = false;
  const Time now = store_.now();
  const auto state = YZ_TRY(tx.number(q::batch_state, plan_->id));
  BatchRules batch = YZ_TRY(load_batch_rules(tx, *plan_, now, target_.channel_id));
  // With a route, another channel may carry what this one may not any more: it is chosen for anew.
  const bool elsewhere = target_.outbox_channel != 0 && !batch.rules.carried;
  if (static_cast<BatchState>(state) != BatchState::kRunning || batch.rules.emergency_stop || elsewhere) {
    stopped_ = true;
    return {};
  }
  GateRules& rules = batch.rules;
  domain::SendWindow& hours = rules.hours.batch;
  hours.start_minute = std::max(hours.start_minute, target_.hours.start_minute);
  hours.end_minute = std::min(hours.end_minute, target_.hours.end_minute);
  std::vector<int64_t> customers;
  customers.reserve(prepared_.size());
  for (const Prepared& p : prepared_) customers.push_back(p.customer_id);
  batch.authorisations |= std::ranges::any_of(prepared_, &Prepared::personal_data);
  std::vector<CustomerGates> data = YZ_TRY(look_up_customers(tx, *plan_, batch, customers, now));
  CountedTogether together(customers);
  std::vector<Verdict> verdicts;
  verdicts.reserve(prepared_.size());
  for (size_t i = 0; i < prepared_.size(); ++i) {
    const Prepared& p = prepared_[i];
    together.add_to(i, data[i].used);
    verdicts.push_back(judge(rules,
                             {.number = p.number,
                              .region = p.region,
                              .zone = p.zone,
                              .suppressed = data[i].suppressed,
                              .barred = data[i].barred,
                              .consent_of_class = data[i].consent_of_class,
                              .consent_of_purpose = data[i].consent_of_purpose,
                              .privacy = data[i].privacy,
                              .personal_data = p.personal_data,
                              .used = data[i].used,
                              .preference = data[i].preference,
                              .since = valid_since(*plan_, p.created_at, now),
                              .expires_at = p.expires_at,
                              .composed = p.composed},
                             now));
    if (verdicts.back().state == MessageState::kQueued) together.count(i, now);
  }
  return write(tx, verdicts, now);
}

Result<> Claim::write(db::Tx& tx, const std::vector<Verdict>& verdicts, Time now) {
  Changes changes(Care::kExpected);
  db::Columns taken, claims, attempts, deferred, frequency;
  int64_t next_attempt = store_.ids.next(static_cast<int64_t>(slices_.size()) + 1);
  for (size_t i = 0; i < prepared_.size(); ++i) {
    const Prepared& p = prepared_[i];
    const Verdict& v = verdicts[i];
    taken.row(p.message_id, plan_->id, target_.outbox_channel);
    if (v.state != MessageState::kQueued) {
      changes.add({.message_id = p.message_id,
                   .batch_id = plan_->id,
                   .from = MessageState::kQueued,
                   .from_reason = p.queued,
                   .to = v.state,
                   .reason = v.reason});
      if (v.state == MessageState::kHeld) deferred.row(v.due, p.message_id, plan_->id);
      continue;
    }
    claims.row(p.message_id, p.units, now);
    changes.count(plan_->id, MessageState::kQueued, p.queued, -1);
    changes.count(plan_->id, MessageState::kInFlight, Reason::kNone, +1);
    if (counts_uses(plan_->origin)) frequency.row(p.customer_id, plan_->message_class, now, p.message_id);
    for (uint32_t s = 0; s < p.segment_count; ++s) {
      const Slice& slice = slices_[p.first_segment + s];
      const int64_t attempt = next_attempt++;
      attempts.row(attempt, p.message_id, target_.channel_id, p.attempts + 1, s + 1, p.segment_count, now);
      claimed_.push_back({attempt, p.message_id, p.number, p.encoding, slice.has_header,
                          static_cast<uint8_t>(s + 1), static_cast<uint8_t>(p.segment_count),
                          static_cast<uint8_t>(p.units / p.segment_count), slice.begin, slice.length});
    }
  }
  if (!stale_.empty()) {
    log::error("outbox rows of messages that are not queued were dropped batch={} rows={}", plan_->id,
               YZ_TRY(tx.bulk(q::outbox_delete, stale_)));
    if (taken.empty()) return {};
  }
  if (YZ_TRY(tx.bulk(q::outbox_delete, taken)) != static_cast<int64_t>(taken.size()))
    return fail(ErrorCode::kVersionConflict, "a message left the outbox while it was being claimed");
  if (!claims.empty()) {
    if (YZ_TRY(tx.bulk(q::message_claim, claims)) != static_cast<int64_t>(claims.size()))
      return fail(ErrorCode::kVersionConflict, "a message was not queued while it was being claimed");
    YZ_CHECK(tx.bulk_later(q::attempt_insert, attempts));
    if (!frequency.empty()) YZ_CHECK(tx.bulk_later(q::frequency_insert, frequency));
  }
  if (!deferred.empty()) YZ_CHECK(tx.bulk_later(q::deferred_insert, deferred));
  return changes.write(tx, now);
}

}  // namespace yizhan::engine
