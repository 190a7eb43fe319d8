#include "engine/application_deliveries.h"

#include <fmt/format.h>

#include <unordered_set>

#include "domain/application.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using codec::ReceiptState;
using codec::ReceiptWish;
using domain::ApplicationDeliveryKind;
using domain::MessageState;
using domain::Reason;

namespace {

// The first of `count` numbers in a row. They order deliveries, and none comes twice.
Result<int64_t> take_numbers(db::Tx& tx, size_t count) {
  YZ_CHECK(tx.run_later(q::application_delivery_take_numbers, count));
  return YZ_TRY(tx.number(q::application_delivery_last)) - static_cast<int64_t>(count) + 1;
}

// One receipt for each submit that wants one.
class Receipts {
 public:
  void add(const Acknowledged& submit, MessageState to, Reason reason, Time done) {
    ReceiptWord word = receipt_word(to);
    // The protocols have a word of their own for what grew too old, whoever found it so.
    if (reason == Reason::kValidityExpired) word = {ReceiptState::kExpired, "EXPIRED"};
    if (word.state == ReceiptState::kNone || submit.receipt == ReceiptWish::kNever) return;
    if (submit.receipt == ReceiptWish::kOnFailure && word.state == ReceiptState::kDelivered) return;
    all_.push_back({submit, word, receipt_error(reason), done});
  }
  Result<> write(db::Tx& tx, Time now) {
    if (all_.empty()) return {};
    int64_t number = YZ_TRY(take_numbers(tx, all_.size()));
    db::Columns rows;
    rows.reserve(all_.size());
    for (const auto& [submit, word, error, done] : all_) {
      const SubmitName& n = submit.name;
      rows.row(submit.application_id, number++, ApplicationDeliveryKind::kReceipt, submit.message_id,
               n.protocol, n.reference, n.sequence.node, n.sequence.time, n.sequence.number, word.state,
               word.stat, error, submit.source, submit.number_sealed, Bytes{}, submit.submitted_at, done,
               now);
    }
    YZ_CHECK(tx.bulk_later(q::application_delivery_insert, rows));
    return {};
  }

 private:
  struct Receipt {
    Acknowledged submit;
    ReceiptWord word;
    std::string error;
    Time done;
  };
  std::vector<Receipt> all_;
};

// Which of these batches hold what applications submitted.
Result<std::unordered_set<int64_t>> application_batches(db::Tx& tx, std::span<const Change> changes) {
  std::unordered_set<int64_t> seen, found;
  db::Columns rows;
  for (const Change& c : changes)
    if (receipt_word(c.to).state != ReceiptState::kNone && seen.insert(c.batch_id).second)
      rows.row(c.batch_id);
  if (!rows.empty())
    YZ_CHECK(tx.bulk_each(q::application_batches_among, rows,
                          [&](const db::Row& row) { found.insert(row.i64(0)); }));
  return found;
}

}  // namespace

SubmitName read_submit_name(const db::Row& row, int first) {
  return {.protocol = row.as<codec::Protocol>(first),
          .reference = row.i64(first + 1),
          .sequence = {.number = static_cast<uint32_t>(row.i64(first + 4)),
                       .node = static_cast<uint32_t>(row.i64(first + 2)),
                       .time = static_cast<uint32_t>(row.i64(first + 3))}};
}

Acknowledged read_acknowledged(const db::Row& row, int first, int64_t application_id, int64_t message_id) {
  return {.application_id = application_id,
          .message_id = message_id,
          .name = read_submit_name(row, first),
          .receipt = row.as<ReceiptWish>(first + 5),
          .source = row.string(first + 6),
          .number_sealed = row.bytes(first + 7),
          .submitted_at = row.time(first + 8)};
}

ReceiptWord receipt_word(MessageState state) {
  switch (state) {
    case MessageState::kDelivered:
      return {ReceiptState::kDelivered, "DELIVRD"};
    case MessageState::kFailed:
      return {ReceiptState::kUndeliverable, "UNDELIV"};
    case MessageState::kExpired:
      return {ReceiptState::kExpired, "EXPIRED"};
    case MessageState::kUnknown:
      return {ReceiptState::kUnknown, "UNKNOWN"};
    case MessageState::kRefused:
      return {ReceiptState::kRejected, "REJECTD"};
    case MessageState::kHeld:
    case MessageState::kQueued:
    case MessageState::kInFlight:
    case MessageState::kSent:
      break;
  }
  return {};
}

std::string receipt_error(Reason reason) { return fmt::format("{:03}", static_cast<int>(reason)); }

Result<> queue_receipts(db::Tx& tx, std::span<const Change> changes, Time at) {
  const std::unordered_set<int64_t> batches = YZ_TRY(application_batches(tx, changes));
  if (batches.empty()) return {};
  db::Columns rows;
  std::vector<const Change*> of_row;
  for (const Change& c : changes) {
    if (receipt_word(c.to).state == ReceiptState::kNone || !batches.contains(c.batch_id)) continue;
    rows.row(c.message_id);
    of_row.push_back(&c);
  }
  Receipts receipts;
  const auto take = [&](const db::Row& row) {
    const Change& c = *of_row[static_cast<size_t>(row.i64(0))];
    receipts.add(read_acknowledged(row, 2, row.i64(1), c.message_id), c.to, c.reason, at);
  };
  YZ_CHECK(tx.bulk_each(q::submission_reference_receipts, rows, take));
  YZ_CHECK(tx.bulk_each(q::submission_receipts, rows, take));
  return receipts.write(tx, at);
}

Result<> queue_receipts(db::Tx& tx, std::span<const Acknowledged> submits, MessageState state, Reason reason,
                        Time at) {
  Receipts receipts;
  for (const Acknowledged& submit : submits) receipts.add(submit, state, reason, at);
  return receipts.write(tx, at);
}

Result<> queue_replies(db::Tx& tx, const store::Store& store, std::span<const InboundEntry> entries) {
  std::vector<std::pair<int64_t, const InboundEntry*>> replies;
  for (const InboundEntry& entry : entries) {
    const auto application = YZ_TRY(tx.one(
        q::application_of_destination, [](const db::Row& row) { return row.i64(0); }, entry.destination));
    if (application) replies.emplace_back(*application, &entry);
  }
  if (replies.empty()) return {};
  int64_t number = YZ_TRY(take_numbers(tx, replies.size()));
  db::Columns rows;
  for (const auto& [application, entry] : replies)
    rows.row(application, number++, ApplicationDeliveryKind::kReply, 0, 0, 0, 0, 0, 0, ReceiptState::kNone,
             "", "", entry->destination, store.cipher.seal(store::column::kApplicationNumber, entry->source),
             store.cipher.seal(store::column::kApplicationText, entry->text), entry->at, entry->at,
             store.now());
  YZ_CHECK(tx.bulk_later(q::application_delivery_insert, rows));
  return {};
}

}  // namespace yizhan::engine
