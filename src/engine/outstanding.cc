#include "engine/outstanding.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "base/ids.h"
#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

namespace {

constexpr Duration kOld = seconds(limits::kOutstandingSeconds);

}  // namespace

void Outstanding::add(int64_t attempt_id, const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  attempts_.emplace_hint(attempts_.end(), attempt_id, attempt);
}

int64_t Outstanding::lowest() const {
  const std::lock_guard lock(mutex_);
  int64_t lowest = attempts_.empty() ? std::numeric_limits<int64_t>::max() : attempts_.begin()->first;
  for (const Entry& entry : waits_) lowest = std::min(lowest, entry.wait.attempt_id);
  return lowest;
}

bool Outstanding::empty() const {
  const std::lock_guard lock(mutex_);
  return attempts_.empty() && waits_.empty();
}

bool Outstanding::has_old(Time now) const {
  const std::lock_guard lock(mutex_);
  return (!attempts_.empty() && attempts_.begin()->first < IdGenerator::first_at(now - kOld)) ||
         (!waits_.empty() && waits_.front().wait.since < now - kOld);
}

std::optional<Outstanding::Attempt> Outstanding::attempt(int64_t attempt_id) const {
  const std::lock_guard lock(mutex_);
  const auto it = attempts_.find(attempt_id);
  if (it == attempts_.end()) return std::nullopt;
  return it->second;
}

bool Outstanding::wait(const std::string& carrier_ref, const Wait& wait) {
  {
    const std::lock_guard lock(mutex_);
    if (by_ref_.contains(carrier_ref)) return true;
    if (waits_.size() + staged_.waits.size() >= limits::kOutstandingReceipts) return false;
  }
  staged_.waits.try_emplace(carrier_ref, wait);
  return true;
}

std::optional<Outstanding::Wait> Outstanding::waiting(const std::string& carrier_ref) const {
  if (const auto fresh = staged_.waits.find(carrier_ref); fresh != staged_.waits.end()) return fresh->second;
  const std::lock_guard lock(mutex_);
  const auto it = by_ref_.find(carrier_ref);
  if (it == by_ref_.end()) return std::nullopt;
  return it->second->wait;
}

void Outstanding::received(const std::string& carrier_ref) {
  if (staged_.waits.erase(carrier_ref) == 0) staged_.received.push_back(carrier_ref);
}

Result<> Outstanding::write_old(db::Tx& tx, int64_t channel_id, Time now, bool everything) {
  if (!everything && !has_old(now)) return {};
  const int64_t old_attempt =
      everything ? std::numeric_limits<int64_t>::max() : IdGenerator::first_at(now - kOld);
  std::vector<std::pair<std::string, Wait>> waits;
  db::Columns attempts;
  {
    const std::unordered_set<int64_t> answered(staged_.answered.begin(), staged_.answered.end());
    const std::unordered_set<std::string_view> received(staged_.received.begin(), staged_.received.end());
    const std::lock_guard lock(mutex_);
    for (auto it = attempts_.begin(); it != attempts_.end() && it->first < old_attempt; ++it)
      if (!answered.contains(it->first))
        attempts.row(it->first, it->second.message_id, it->second.batch_id, it->second.segments);
    for (auto it = waits_.begin(); it != waits_.end() && (everything || it->wait.since < now - kOld); ++it)
      if (!received.contains(it->carrier_ref)) waits.emplace_back(it->carrier_ref, it->wait);
  }
  for (size_t i = 0; i < attempts.size(); ++i) staged_.answered.push_back(attempts.at(i, 0).integer());
  for (const auto& [carrier_ref, wait] : waits) staged_.received.push_back(carrier_ref);
  if (everything) {
    waits.insert(waits.end(), staged_.waits.begin(), staged_.waits.end());
    staged_.waits.clear();
  }
  std::ranges::sort(waits, {}, [](const auto& one) -> const std::string& { return one.first; });
  db::Columns rows;
  for (const auto& [carrier_ref, wait] : waits)
    rows.row(channel_id, carrier_ref, wait.attempt_id, wait.of.message_id, wait.of.batch_id,
             wait.of.segments);
  if (!attempts.empty()) YZ_CHECK(tx.bulk_later(q::inflight_insert, attempts));
  if (!rows.empty()) YZ_CHECK(tx.bulk_later(q::receipt_wait_insert, rows));
  return {};
}

void Outstanding::settle() {
  const std::lock_guard lock(mutex_);
  for (const int64_t id : staged_.answered) attempts_.erase(id);
  for (const std::string& carrier_ref : staged_.received) {
    const auto it = by_ref_.find(carrier_ref);
    if (it == by_ref_.end()) continue;
    const auto place = it->second;
    by_ref_.erase(it);
    waits_.erase(place);
  }
  for (const auto& [carrier_ref, wait] : staged_.waits) {
    waits_.push_back({carrier_ref, wait});
    by_ref_.emplace(waits_.back().carrier_ref, std::prev(waits_.end()));
  }
  staged_ = {};
}

}  // namespace yizhan::engine
