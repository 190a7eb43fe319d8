#pragma once
// How a channel stood, for people: each change of its link's state becomes a row of channel_event. Noted on
// the link's strand without waiting, written by the store's writer, what gathered meanwhile in one
// transaction. Any thread.

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/limits.h"
#include "domain/channel.h"
#include "link/link.h"
#include "store/store.h"

namespace yizhan::engine {

class ChannelHistory : public std::enable_shared_from_this<ChannelHistory> {
 public:
  // `kept` events of the channel stay, the oldest go.
  ChannelHistory(const store::Store& store, int64_t channel_id, int64_t kept = limits::kChannelEvents)
      : store_(store), channel_id_(channel_id), kept_(kept) {}

  // While the store cannot be written, the newest limits::kChannelEventsWaiting wait for the next note.
  void note(link::LinkState state, std::string_view detail, size_t sessions_bound);

 private:
  struct Event {
    Time at;
    domain::ChannelState state;
    std::string detail;
    int64_t sessions_bound;
  };

  void schedule();
  Result<> write(db::Tx& tx);
  void written(const Result<>& result);

  const store::Store& store_;
  const int64_t channel_id_;
  const int64_t kept_;

  std::mutex mutex_;
  std::deque<Event> waiting_;
  bool scheduled_ = false;
  size_t writing_ = 0;  // of the first ones waiting, those in the transaction under way
};

}  // namespace yizhan::engine
