#include "engine/channel_history.h"

#include <algorithm>

#include "base/log.h"
#include "base/utf8.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::ChannelState;

namespace {

ChannelState state_of(link::LinkState state) {
  switch (state) {
    case link::LinkState::kStopped:
      return ChannelState::kStopped;
    case link::LinkState::kConnecting:
      return ChannelState::kConnecting;
    case link::LinkState::kBound:
      return ChannelState::kBound;
    case link::LinkState::kBackoff:
      return ChannelState::kBackoff;
    case link::LinkState::kBadCredentials:
      return ChannelState::kBadCredentials;
    case link::LinkState::kDraining:
      return ChannelState::kDraining;
  }
  return ChannelState::kStopped;
}

// The system's messages are in its own locale: what is no UTF-8 the store would not take.
std::string storable(std::string_view detail) {
  std::string out;
  for (size_t at = 0; at < detail.size() && out.size() < limits::kChannelEventDetailBytes;) {
    const size_t bytes = utf8_sequence_bytes(detail, at);
    if (bytes == 0 || detail[at] == '\0')
      out += '?';
    else
      out += detail.substr(at, bytes);
    at += std::max<size_t>(bytes, 1);
  }
  return out;
}

}  // namespace

void ChannelHistory::note(link::LinkState state, std::string_view detail, size_t sessions_bound) {
  {
    const std::lock_guard lock(mutex_);
    // The oldest that is not being written makes room.
    if (waiting_.size() - writing_ >= limits::kChannelEventsWaiting)
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(writing_));
    waiting_.push_back(
        {store_.now(), state_of(state), storable(detail), static_cast<int64_t>(sessions_bound)});
  }
  schedule();
}

void ChannelHistory::schedule() {
  {
    const std::lock_guard lock(mutex_);
    if (scheduled_ || waiting_.empty()) return;
    scheduled_ = true;
  }
  auto self = shared_from_this();
  store_.db.submit([self](db::Tx& tx) { return self->write(tx); },
                   [self](const Result<>& result) { self->written(result); }, db::Priority::kUrgent);
}

// Runs on the writer; runs again if its transaction was undone.
Result<> ChannelHistory::write(db::Tx& tx) {
  int64_t number = YZ_TRY(tx.number(q::channel_event_last, channel_id_));
  db::Columns rows;
  {
    const std::lock_guard lock(mutex_);
    for (const Event& e : waiting_)
      rows.row(channel_id_, ++number, e.at, e.state, e.detail, e.sessions_bound);
    writing_ = waiting_.size();
  }
  YZ_TRY(tx.bulk(q::channel_event_insert, rows));
  YZ_TRY(tx.run(q::channel_event_purge, channel_id_, number - kept_));
  return {};
}

void ChannelHistory::written(const Result<>& result) {
  {
    const std::lock_guard lock(mutex_);
    if (result) waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(writing_));
    writing_ = 0;
    scheduled_ = false;
  }
  if (result)
    schedule();  // what came meanwhile
  else
    log::error("channel history not written channel={} error={}", to_string(ChannelId{channel_id_}),
               to_string(result.error()));
}

}  // namespace yizhan::engine
