#include "engine/housekeeping.h"

#include <vector>

#include "base/limits.h"
#include "engine/signatures.h"
#include "store/audience.h"
#include "store/queries.h"
#include "store/settings.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::MessageState;

namespace {

// Few enough that a write of what a page held does not keep others waiting.
constexpr int64_t kPageRows = 2'000;

}  // namespace

Result<bool> Housekeeping::round() {
  YZ_CHECK(parked_receipts());
  YZ_CHECK(frequency());
  YZ_CHECK(filings());
  YZ_CHECK(applications_.round());
  return overdue_receipts();
}

// An attempt's id holds the time of its claim. A row stays for a while after its message has expired: a
// receipt that is very late is still better than none.
Result<bool> Housekeeping::overdue_receipts() {
  std::vector<Ledger::Overdue> expired;
  db::Columns forgotten;
  int64_t rows = 0;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    const Duration patience = YZ_TRY(store::load_sending_settings(tx)).receipt_overdue;
    const int64_t due = IdGenerator::first_at(store_.now() - patience);
    const int64_t gone = IdGenerator::first_at(store_.now() - patience - hours(limits::kReceiptGraceHours));
    std::vector<Ledger::Overdue> late;
    db::Columns messages;
    Place last;
    YZ_CHECK(tx.each(
        q::receipt_wait_page,
        [&](const db::Row& row) {
          last = {row.i64(0), row.string(1)};
          ++rows;
          if (row.i64(2) < gone) forgotten.row(last.channel_id, last.carrier_ref);
          if (row.i64(2) >= due) return;
          late.push_back({row.i64(3), row.i64(4)});
          messages.row(row.i64(3));
        },
        waiting_.channel_id, waiting_.carrier_ref, kPageRows));
    waiting_ = rows == kPageRows ? last : Place{};
    if (late.empty()) return {};
    // Expired before, or unknown: that is for people to see.
    return tx.bulk_each(q::message_state, messages, [&](const db::Row& row) {
      if (row.as<MessageState>(1) == MessageState::kSent)
        expired.push_back(late[static_cast<size_t>(row.i64(0))]);
    });
  }));
  if (expired.empty() && forgotten.empty()) return false;
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_CHECK(Ledger(tx, Care::kLookedUp, store_.now()).expire(expired));
    if (!forgotten.empty()) YZ_TRY(tx.bulk(q::receipt_wait_delete, forgotten));
    return {};
  }));
  return !expired.empty() && rows == kPageRows;
}

Result<> Housekeeping::parked_receipts() {
  db::Columns old;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    const Time before = store_.now() - hours(limits::kReceiptOverdueHours);
    int64_t rows = 0;
    Place last;
    YZ_CHECK(tx.each(
        q::receipt_parked_page,
        [&](const db::Row& row) {
          last = {row.i64(0), row.string(1)};
          ++rows;
          if (row.time(2) < before) old.row(last.channel_id, last.carrier_ref);
        },
        parked_.channel_id, parked_.carrier_ref, kPageRows));
    parked_ = rows == kPageRows ? last : Place{};
    return {};
  }));
  if (old.empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.bulk(q::receipt_parked_delete, old));
    return {};
  });
}

// No rule may look back further than limits::kFrequencySpanSeconds.
Result<> Housekeeping::frequency() {
  db::Columns old;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    const int64_t before = (store_.now() - seconds(limits::kFrequencySpanSeconds)).us;
    int64_t rows = 0;
    Use last;
    YZ_CHECK(tx.each(
        q::frequency_page,
        [&](const db::Row& row) {
          last = {row.i64(0), row.i64(1), row.i64(2), row.i64(3)};
          ++rows;
          if (last.used_at < before)
            old.row(last.customer_id, last.message_class, last.used_at, last.message_id);
        },
        use_.customer_id, use_.message_class, use_.used_at, use_.message_id, kPageRows));
    use_ = rows == kPageRows ? last : Use{};
    return {};
  }));
  if (old.empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(q::frequency_forget_releases, store_.now() - seconds(limits::kFrequencySpanSeconds)));
    return store::forget_frequency_uses(tx, old);
  });
}

// From its end on a filing carries nothing, whether this has come by or not; here it is said so, and what has
// no channel left stops.
Result<> Housekeeping::filings() {
  struct Over {
    int64_t signature_id = 0, channel_id = 0;
  };
  std::vector<Over> over;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::signature_filings_over, [&](const db::Row& row) { over.push_back({row.i64(0), row.i64(1)}); },
        store_.now(), kPageRows);
  }));
  for (const Over& one : over)
    YZ_CHECK(store_.db.write(
        [&](db::Tx& tx) { return end_filing(tx, store_, one.signature_id, one.channel_id); }));
  return {};
}

}  // namespace yizhan::engine
