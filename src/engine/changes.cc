#include "engine/changes.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "engine/application_deliveries.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

// Reads the states as they are now; several changes of one message apply one after the other.
Result<> Changes::look_up(db::Tx& tx) {
  struct Now {
    domain::MessageState state;
    domain::Reason reason;
  };
  std::unordered_map<int64_t, Now> now;
  db::Columns ids;
  for (const Change& c : changes_)
    if (now.emplace(c.message_id, Now{}).second) ids.row(c.message_id);
  std::vector<int64_t> order;
  for (size_t i = 0; i < ids.size(); ++i) order.push_back(ids.at(i, 0).integer());
  std::unordered_map<int64_t, Now> found;
  YZ_CHECK(tx.bulk_each(q::message_state, ids, [&](const db::Row& row) {
    found[order[static_cast<size_t>(row.i64(0))]] = {row.as<domain::MessageState>(1),
                                                     row.as<domain::Reason>(2)};
  }));
  std::vector<Change> allowed;
  std::unordered_map<int64_t, size_t> place;  // of a message's change in `allowed`
  for (Change c : changes_) {
    const auto it = found.find(c.message_id);
    if (it == found.end()) continue;
    if (!domain::may_become(it->second.state, c.to)) {
      if (!c.otherwise || !domain::may_become(it->second.state, c.otherwise->first)) continue;
      std::tie(c.to, c.reason) = *c.otherwise;
      c.due = {};
      c.use = Use::kKept;
    }
    c.from = it->second.state;
    c.from_reason = it->second.reason;
    it->second = {c.to, c.reason};
    if (const auto [slot, fresh] = place.emplace(c.message_id, allowed.size()); fresh) {
      allowed.push_back(c);
    } else {
      Change& merged = allowed[slot->second];
      merged.to = c.to;
      merged.reason = c.reason;
      merged.due = c.due;
      merged.use = c.use;
    }
  }
  changes_ = std::move(allowed);
  return {};
}

Result<> Changes::write(db::Tx& tx, Time at) {
  if (care_ == Care::kLookedUp && !changes_.empty()) YZ_CHECK(look_up(tx));
  if (!changes_.empty()) {
    // Alike beside alike and in the order of their numbers: written in runs, and page after page.
    std::ranges::sort(changes_, {},
                      [](const Change& c) { return std::tuple(c.from, c.to, c.reason, c.message_id); });
    db::Columns rows;
    rows.reserve(changes_.size());
    for (const Change& c : changes_) {
      if (!domain::may_become(c.from, c.to))
        return fail(ErrorCode::kInternal, "a message cannot go from " + std::string(domain::name_of(c.from)) +
                                              " to " + std::string(domain::name_of(c.to)));
      rows.row(c.message_id, c.from, c.to, c.reason, at);
      count(c.batch_id, c.from, c.from_reason, -1);
      count(c.batch_id, c.to, c.reason, +1);
    }
    const int64_t affected = YZ_TRY(tx.bulk(q::message_transition, rows));
    if (affected != static_cast<int64_t>(changes_.size()))
      return fail(ErrorCode::kVersionConflict, "a message was not in the state expected");
    YZ_CHECK(queue_receipts(tx, changes_, at));
  }
  db::Columns counts;
  for (const auto& [key, delta] : counts_)
    if (delta != 0) counts.row(std::get<0>(key), std::get<1>(key), std::get<2>(key), delta);
  if (!counts.empty()) YZ_CHECK(tx.bulk_later(q::batch_count_add, counts));
  db::Columns errors;
  for (const auto& [key, delta] : errors_)
    errors.row(std::get<0>(key), std::get<1>(key), std::get<2>(key), delta);
  if (!errors.empty()) YZ_CHECK(tx.bulk_later(q::batch_error_add, errors));
  return {};
}

}  // namespace yizhan::engine
