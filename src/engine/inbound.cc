#include "engine/inbound.h"

#include <fmt/format.h>

#include "domain/consent.h"
#include "engine/application_deliveries.h"
#include "engine/changes.h"
#include "engine/recipient.h"
#include "store/audit.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;
using domain::ConsentKind;
using domain::ConsentSource;
using domain::InboundKind;
using domain::MessageClass;
using domain::MessageState;
using domain::Reason;

namespace {

// What a refusal by reply covers: everything that is not owed to the customer.
constexpr MessageClass kRefusable[] = {MessageClass::kMarketing, MessageClass::kPublicService};

struct Sender {
  uint64_t number = 0;
  crypto::BlindHash index{};
  int64_t customer_id = 0;
  int64_t suppressed = 0;
};

Result<Sender> find_sender(db::Tx& tx, const store::Store& store, std::string_view source) {
  Sender sender;
  const auto parsed = text::parse_number(source);
  const std::string digits = parsed ? std::to_string(parsed->digits) : std::string(source);
  if (parsed) sender.number = parsed->digits;
  sender.index = store.number_index.of(digits);
  const auto found = YZ_TRY(tx.one(
      q::customer_by_index, [](const db::Row& row) { return std::pair{row.i64(0), row.i64(1)}; },
      sender.index));
  if (found) std::tie(sender.customer_id, sender.suppressed) = *found;
  return sender;
}

Result<> withdraw_consent(db::Tx& tx, const store::Store& store, const Sender& sender, Time at) {
  db::Columns events, states;
  for (const MessageClass message_class : kRefusable) {
    const int64_t event = store.ids.next();
    events.row(event, sender.customer_id, message_class, "", ConsentKind::kWithdrawn, "reply", 0, at,
               store.now(), ConsentSource::kReply, 0, 0, 0, "");
    states.row(sender.customer_id, message_class, "", ConsentKind::kWithdrawn, event, at);
  }
  YZ_CHECK(tx.bulk_later(q::consent_event_insert, events));
  YZ_CHECK(tx.bulk_later(q::consent_state_put, states));
  return {};
}

Result<> suppress(db::Tx& tx, const store::Store& store, const Sender& sender, std::string_view digits,
                  std::string_view reason, ConsentSource source) {
  int64_t mask = 0;
  for (const MessageClass message_class : kRefusable) {
    mask |= domain::class_bit(message_class);
    YZ_CHECK(tx.run_later(q::suppression_insert, store.ids.next(), sender.index,
                          store.cipher.seal(store::column::kSuppressionNumber, digits), message_class, reason,
                          source, 0, store.now()));
  }
  if (sender.customer_id != 0)
    YZ_CHECK(tx.run_later(q::customer_suppress, sender.customer_id, mask, store.now()));
  return {};
}

// The open batch of confirmations on this channel, made when there is none; 0 when compliance has approved no
// text.
Result<int64_t> confirmation_batch(db::Tx& tx, const store::Store& store, int64_t channel_id) {
  const auto version = YZ_TRY(tx.one(
      q::content_system_approved, [](const db::Row& row) { return std::pair{row.i64(0), row.bytes(1)}; },
      "opt_out_confirmation"));
  if (!version) return 0;
  const auto open = YZ_TRY(tx.one(
      q::batch_open_confirmation, [](const db::Row& row) { return row.i64(0); },
      BatchOrigin::kOptOutConfirmation, version->first, channel_id, BatchState::kRunning));
  if (open) return *open;
  const int64_t id = store.ids.next();
  const Time now = store.now();
  YZ_CHECK(tx.run_later(q::batch_insert, id, BatchOrigin::kOptOutConfirmation, 0, version->first,
                        version->second, MessageClass::kNotification, "", channel_id, 0, domain::kDayMinutes,
                        0, 0, BatchState::kRunning, 0, 0, 0, now, now));
  return id;
}

Result<> queue_confirmation(db::Tx& tx, const store::Store& store, int64_t channel_id, const Sender& sender,
                            InboundEffects& effects) {
  if (sender.customer_id == 0 || sender.number == 0) return {};
  const int64_t batch = YZ_TRY(confirmation_batch(tx, store, channel_id));
  if (batch == 0) return {};
  const int64_t message = store.ids.next();
  std::string packed;
  YZ_CHECK(pack(sender.number, {}, packed));
  db::Columns messages, outbox;
  messages.row(message, batch, sender.customer_id, message, MessageState::kQueued, Reason::kNone, 0,
               store.cipher.seal({store::column::kMessagePayload, message}, packed), store.now());
  outbox.row(batch, message);
  YZ_CHECK(tx.bulk_later(q::message_insert, messages));
  YZ_CHECK(tx.bulk_later(q::outbox_insert, outbox));
  YZ_CHECK(tx.run_later(q::batch_add_message, batch, message));
  Changes changes(Care::kExpected);
  changes.count(batch, MessageState::kQueued, Reason::kNone, +1);
  effects.queued = true;
  return changes.write(tx, store.now());
}

Result<bool> has_withdrawn(db::Tx& tx, const Sender& sender) {
  bool withdrawn = sender.customer_id == 0;  // of a stranger the suppression is all there is
  YZ_CHECK(tx.each(
      q::consent_state_of_class,
      [&](const db::Row& row) {
        if (row.text(0).empty() && row.as<ConsentKind>(1) == ConsentKind::kWithdrawn) withdrawn = true;
      },
      sender.customer_id, MessageClass::kMarketing));
  return withdrawn;
}

Result<> opt_out(db::Tx& tx, const store::Store& store, int64_t channel_id, const Sender& sender,
                 const InboundEntry& entry, InboundEffects& effects) {
  const std::string digits = sender.number != 0 ? std::to_string(sender.number) : entry.source;
  // A second reply of someone who said so already changes nothing and is not confirmed again. (Someone whom
  // the carrier's blacklist put on the list has not said so.)
  if ((sender.suppressed & domain::class_bit(MessageClass::kMarketing)) != 0 &&
      YZ_TRY(has_withdrawn(tx, sender)))
    return {};
  YZ_CHECK(suppress(tx, store, sender, digits, "reply", ConsentSource::kReply));
  if (sender.customer_id != 0) {
    YZ_CHECK(withdraw_consent(tx, store, sender, entry.at));
    YZ_CHECK(tx.each(
        q::messages_in_flight_of_customer,
        [&](const db::Row& row) { effects.recall_message_ids.push_back(row.i64(0)); }, sender.customer_id));
  }
  YZ_CHECK(queue_confirmation(tx, store, channel_id, sender, effects));
  ++effects.opt_outs;
  return {};
}

}  // namespace

Result<> apply_inbound(db::Tx& tx, const store::Store& store, int64_t channel_id,
                       std::span<const InboundEntry> entries, InboundEffects& effects) {
  if (entries.empty()) return {};
  db::Columns rows;
  for (const InboundEntry& entry : entries) {
    // Looked up per message: an earlier one of this very batch may have opted the sender out.
    const Sender sender = YZ_TRY(find_sender(tx, store, entry.source));
    const InboundKind kind = domain::classify_reply(entry.text);
    int64_t answered = 0;
    if (sender.customer_id != 0)
      answered = YZ_TRY(tx.one(
                            q::last_batch_of_customer, [](const db::Row& row) { return row.i64(0); },
                            sender.customer_id))
                     .value_or(0);
    const int64_t id = store.ids.next();
    rows.row(id, channel_id, sender.customer_id, sender.index,
             store.cipher.seal(store::column::kInboundNumber, entry.source), entry.destination,
             store.cipher.seal(store::column::kInboundText, entry.text), kind, answered, entry.at);
    if (kind == InboundKind::kOptOut) YZ_CHECK(opt_out(tx, store, channel_id, sender, entry, effects));
  }
  YZ_CHECK(tx.bulk_later(q::inbound_insert, rows));
  YZ_CHECK(queue_replies(tx, store, entries));
  if (effects.opt_outs == 0) return {};
  return store::append_audit(tx, store, {store::ActorKind::kCustomer, 0, "reply"},
                             {.action = "consent.withdraw",
                              .object_type = "channel",
                              .object_id = channel_id,
                              .reason = "opt-out by reply",
                              .detail = fmt::format(R"({{"opt_outs":{}}})", effects.opt_outs)});
}

Result<> suppress_recipients(db::Tx& tx, const store::Store& store, std::span<const int64_t> message_ids) {
  if (message_ids.empty()) return {};
  int64_t added = 0;
  for (const int64_t message_id : message_ids) {
    std::string digits;
    Sender sender;
    const auto read = YZ_TRY(tx.one(
        q::customer_of_message,
        [&](const db::Row& row) -> Result<int64_t> {
          sender.customer_id = row.i64(0);
          std::copy_n(row.blob(1).begin(), std::min(row.blob(1).size(), sender.index.size()),
                      sender.index.begin());
          YZ_CHECK(store.cipher.open_to(store::column::kCustomerNumber, row.blob(2), digits));
          return sender.customer_id;
        },
        message_id));
    if (!read) continue;
    YZ_CHECK(suppress(tx, store, sender, digits, "carrier_blacklist", ConsentSource::kApi));
    ++added;
  }
  return store::append_audit(tx, store, {},
                             {.action = "suppression.add",
                              .object_type = "suppression",
                              .object_id = 0,
                              .reason = "on the carrier's blacklist",
                              .detail = fmt::format(R"({{"customers":{}}})", added)});
}

}  // namespace yizhan::engine
