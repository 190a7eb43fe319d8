#include "engine/receipt_queries.h"

#include <algorithm>

#include "base/limits.h"
#include "store/queries.h"
#include "store/settings.h"

namespace yizhan::engine {

namespace q = store::q;

namespace {

constexpr int64_t kAskedRows = 2'000;
constexpr int64_t kAskedDoublings = 20;

// From one question to the next.
Duration spacing(const ChannelRow& row, int64_t asked) {
  const Duration most = minutes(limits::kQuerySpacingMaxMinutes);
  const Duration first = seconds(row.options.receipt_query_seconds);
  if (first >= most) return first;
  return std::min(most, Duration{first.us << std::min(asked, kAskedDoublings)});
}

}  // namespace

// An attempt's id holds the time of its claim.
Result<std::vector<ReceiptQueries::Due>> ReceiptQueries::due(const ChannelRow& row, size_t most) {
  std::vector<Due> found;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    found.clear();
    const Time now = store_.now();
    const Duration patience = YZ_TRY(store::load_sending_settings(tx)).receipt_overdue;
    const int64_t late = IdGenerator::first_at(now - seconds(row.options.receipt_query_seconds));
    const int64_t overdue = IdGenerator::first_at(now - patience);
    std::string place = places_[row.id];
    int64_t rows = 0;
    YZ_CHECK(tx.each(
        q::receipt_wait_questions,
        [&](const db::Row& r) {
          if (found.size() == most) return;
          place = r.string(0);
          ++rows;
          const int64_t attempt = r.i64(1);
          if (attempt >= late || attempt < overdue || r.time(3) > now) return;
          found.push_back(
              {{.attempt_id = attempt, .carrier_ref = place, .carrier_message_id = {}}, r.i64(2)});
        },
        row.id, place, kAskedRows));
    // Where the page was not the last, or was left in the middle, the next look goes on.
    places_[row.id] = rows == kAskedRows || found.size() == most ? std::move(place) : std::string();
    db::Columns attempts;
    for (const Due& one : found) attempts.row(one.question.attempt_id);
    if (attempts.empty()) return {};
    return tx.bulk_each(q::attempt_carrier_ids, attempts, [&](const db::Row& r) {
      found[static_cast<size_t>(r.i64(0))].question.carrier_message_id = r.string(1);
    });
  }));
  // What is stored with bytes written out is not what the carrier wrote.
  std::erase_if(found, [](const Due& one) {
    const std::string& id = one.question.carrier_message_id;
    return id.empty() || id.contains('\\');
  });
  return found;
}

Result<> ReceiptQueries::round(ChannelRuntime& channel) {
  const size_t room = channel.query_room();
  if (room == 0) return {};
  const ChannelRow& row = channel.row();
  std::vector<Due> all = YZ_TRY(due(row, room));
  if (all.empty()) return {};
  const Time now = store_.now();
  db::Columns asked;
  for (const Due& one : all)
    asked.row(row.id, one.question.carrier_ref, one.asked + 1, now + spacing(row, one.asked));
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_CHECK(tx.bulk_later(q::receipt_wait_asked, asked));
    return {};
  }));
  std::vector<ReceiptQuestion> questions;
  for (Due& one : all) questions.push_back(std::move(one.question));
  channel.ask(std::move(questions));
  return {};
}

}  // namespace yizhan::engine
