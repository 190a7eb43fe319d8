#include "engine/signatures.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "base/log.h"
#include "domain/campaign.h"
#include "engine/route_table.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;
using domain::CampaignState;
using domain::FilingState;
using domain::SignatureDeed;
using domain::SignatureState;

namespace {

struct Carriage {
  int64_t channel_id = 0;
  bool enabled = false, carries = false;
};

Result<std::vector<Carriage>> carriage_of(db::Tx& tx, std::string_view signature, Time now) {
  std::vector<Carriage> all;
  YZ_CHECK(tx.each(
      q::text_channels,
      [&](const db::Row& r) {
        all.push_back(
            {r.i64(0), r.flag(1),
             domain::carries(domain::filing_rule(r.flag(2)), {r.as<FilingState>(3), r.time(4)}, now)});
      },
      signature));
  return all;
}

}  // namespace

Result<std::set<int64_t>> channels_without(db::Tx& tx, std::string_view signature, Time now) {
  std::set<int64_t> without;
  for (const Carriage& c : YZ_TRY(carriage_of(tx, signature, now)))
    if (!c.carries) without.insert(c.channel_id);
  return without;
}

Result<> note_signature_event(db::Tx& tx, const store::Store& store, const SignatureStep& step) {
  YZ_TRY(tx.run(q::signature_event_insert, store.ids.next(), step.signature_id, step.deed, step.to,
                step.reason, step.actor_id, store.now()));
  return {};
}

Result<bool> take_signature_step(db::Tx& tx, const store::Store& store, const SignatureStep& step) {
  if (YZ_TRY(tx.run(q::signature_set_state, step.signature_id, step.to, store.now(), step.from)) != 1)
    return false;
  YZ_CHECK(note_signature_event(tx, store, step));
  return true;
}

Result<> write_filing(db::Tx& tx, const store::Store& store, const FilingEntry& e) {
  const Time now = store.now();
  YZ_TRY(tx.run(q::signature_filing_put, e.signature_id, e.channel_id, e.filing.state, e.reference,
                e.filing.valid_until, e.note, e.code, e.evidence_id, e.actor_id, now));
  YZ_TRY(tx.run(q::signature_filing_event_insert, store.ids.next(), e.signature_id, e.channel_id,
                e.filing.state, e.reference, e.filing.valid_until, e.note, e.code, e.evidence_id, e.actor_id,
                now));
  return {};
}

Result<> halt_batch(db::Tx& tx, const store::Store& store, int64_t batch_id, const char* reason) {
  const auto origin =
      YZ_TRY(tx.one(q::batch_load, [](const db::Row& row) { return row.as<BatchOrigin>(1); }, batch_id));
  if (origin == BatchOrigin::kApplication) {
    YZ_TRY(tx.run(q::batch_set_state, batch_id, BatchState::kPaused, reason, BatchState::kRunning));
    return {};
  }
  if (YZ_TRY(tx.run(q::batch_pause, batch_id, BatchState::kPaused, reason, BatchState::kRunning,
                    BatchOrigin::kCampaign, CampaignState::kRunning)) != 0)
    YZ_TRY(tx.run(q::campaign_set_state_of_batch, batch_id, CampaignState::kPaused, reason, store.now(),
                  CampaignState::kRunning));
  return {};
}

namespace {

struct Batch {
  int64_t id = 0, channel_id = 0, route_id = 0;
  BatchOrigin origin = BatchOrigin::kCampaign;
  std::string state_reason;
};

Result<std::vector<Batch>> batches_of(db::Tx& tx, std::string_view signature, BatchState state) {
  std::vector<Batch> all;
  YZ_CHECK(tx.each(
      q::batches_of_signature,
      [&](const db::Row& r) {
        all.push_back({r.i64(0), r.i64(2), r.i64(3), r.as<BatchOrigin>(1), r.string(4)});
      },
      signature, state));
  return all;
}

// Whether some channel of the batch may carry it.
Result<bool> has_way(db::Tx& tx, const Batch& batch, const std::set<int64_t>& without) {
  if (batch.route_id == 0) return !without.contains(batch.channel_id);
  const auto channels = YZ_TRY(load_route_channels(tx, batch.route_id));
  return std::ranges::any_of(
      channels, [&](const domain::RouteChannel& c) { return c.enabled && !without.contains(c.channel_id); });
}

const char* reason_of(Halted which) {
  return which == Halted::kAll ? kSignatureSuspended : kSignatureUnfiled;
}

}  // namespace

Result<std::vector<int64_t>> halt_signature(db::Tx& tx, const store::Store& store, std::string_view signature,
                                            Halted which) {
  std::vector<int64_t> halted;
  const auto without = YZ_TRY(channels_without(tx, signature, store.now()));
  for (const Batch& batch : YZ_TRY(batches_of(tx, signature, BatchState::kRunning))) {
    if (which == Halted::kUncarried && YZ_TRY(has_way(tx, batch, without))) continue;
    YZ_CHECK(halt_batch(tx, store, batch.id, reason_of(which)));
    halted.push_back(batch.id);
  }
  return halted;
}

Result<> release_signature(db::Tx& tx, const store::Store& store, std::string_view signature, Halted which) {
  const auto without = YZ_TRY(channels_without(tx, signature, store.now()));
  for (const Batch& batch : YZ_TRY(batches_of(tx, signature, BatchState::kPaused))) {
    if (batch.origin != BatchOrigin::kApplication || batch.state_reason != reason_of(which)) continue;
    if (which == Halted::kUncarried && !YZ_TRY(has_way(tx, batch, without))) continue;
    YZ_TRY(tx.run(q::batch_set_state, batch.id, BatchState::kRunning, "", BatchState::kPaused));
  }
  return {};
}

namespace {

// As it is now; nothing when nobody entered any.
Result<std::optional<FilingEntry>> load_entry(db::Tx& tx, int64_t signature_id, int64_t channel_id) {
  return tx.one(
      q::signature_filing_load,
      [&](const db::Row& row) {
        return FilingEntry{.signature_id = signature_id,
                           .channel_id = channel_id,
                           .filing = {row.as<FilingState>(0), row.time(1)},
                           .reference = row.string(2),
                           .note = row.string(3),
                           .code = row.string(4),
                           .evidence_id = row.i64(5)};
      },
      signature_id, channel_id);
}

Result<> audit_filing(db::Tx& tx, const store::Store& store, std::string_view action,
                      const std::string& signature, const FilingEntry& entry) {
  return store::append_audit(
      tx, store, {},
      {.action = action,
       .object_type = "signature",
       .object_id = entry.signature_id,
       .reason = entry.note,
       .detail = json::serialize(json::Object{{"signature", signature},
                                              {"channel_id", to_string(ChannelId{entry.channel_id})},
                                              {"reference", entry.reference},
                                              {"code", entry.code}})});
}

Result<> suspend(db::Tx& tx, const store::Store& store, int64_t signature_id, const std::string& signature,
                 const std::string& code, Effects& effects) {
  constexpr const char* kReason = "no channel is left: the carrier says that it is not filed";
  if (!YZ_TRY(take_signature_step(tx, store,
                                  {.signature_id = signature_id,
                                   .from = SignatureState::kApproved,
                                   .to = SignatureState::kSuspended,
                                   .deed = SignatureDeed::kSuspended,
                                   .reason = kReason})))
    return {};
  for (const int64_t id : YZ_TRY(halt_signature(tx, store, signature, Halted::kAll)))
    effects.recall_batch_ids.push_back(id);
  log::warn("signature {} is suspended: no channel is left that may carry it", signature);
  return store::append_audit(
      tx, store, {},
      {.action = "signature.suspend",
       .object_type = "signature",
       .object_id = signature_id,
       .reason = kReason,
       .detail = json::serialize(json::Object{{"signature", signature}, {"code", code}})});
}

}  // namespace

Result<> carrier_rejects(db::Tx& tx, const store::Store& store, int64_t channel_id,
                         const Effects::Frozen& refused, Effects& effects) {
  const auto text = YZ_TRY(
      tx.one(q::signature_of_version, [](const db::Row& row) { return row.string(0); }, refused.version_id));
  if (!text) return {};
  const auto id = YZ_TRY(tx.one(q::signature_by_text, [](const db::Row& row) { return row.i64(0); }, *text));
  if (!id) return {};
  const auto before = YZ_TRY(load_entry(tx, *id, channel_id));
  FilingEntry entry = before.value_or(FilingEntry{.signature_id = *id, .channel_id = channel_id});
  // Every message of a campaign may get the same answer.
  if (entry.filing.state == FilingState::kRejected ||
      !domain::may_become(entry.filing.state, FilingState::kRejected))
    return {};
  entry.filing.state = FilingState::kRejected;
  entry.note = "the carrier does not know it";
  entry.code = refused.code;
  YZ_CHECK(write_filing(tx, store, entry));
  YZ_CHECK(audit_filing(tx, store, "signature.carrier_rejected", *text, entry));
  const auto carriage = YZ_TRY(carriage_of(tx, *text, store.now()));
  if (std::ranges::any_of(carriage, [](const Carriage& c) { return c.enabled && c.carries; })) {
    for (const int64_t batch : YZ_TRY(halt_signature(tx, store, *text, Halted::kUncarried)))
      effects.recall_batch_ids.push_back(batch);
    return {};
  }
  return suspend(tx, store, *id, *text, refused.code, effects);
}

Result<> end_filing(db::Tx& tx, const store::Store& store, int64_t signature_id, int64_t channel_id) {
  auto entry = YZ_TRY(load_entry(tx, signature_id, channel_id));
  if (!entry || entry->filing.state != FilingState::kFiled || !entry->filing.valid_until ||
      store.now() < entry->filing.valid_until)
    return {};
  const auto text =
      YZ_TRY(tx.one(q::signature_load, [](const db::Row& row) { return row.string(1); }, signature_id));
  if (!text) return {};
  entry->filing.state = FilingState::kExpired;
  entry->actor_id = 0;
  YZ_CHECK(write_filing(tx, store, *entry));
  YZ_CHECK(audit_filing(tx, store, "signature.filing_expired", *text, *entry));
  YZ_TRY(halt_signature(tx, store, *text, Halted::kUncarried));
  return {};
}

}  // namespace yizhan::engine
