#pragma once
// The engine: one dispatcher thread that claims from the outbox and feeds the channels. Services start, pause
// and cancel batches in the store and then call wake() or recall; the engine never sends what the store does
// not say may be sent. Public functions: any thread.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/bind_trial.h"
#include "engine/channel_runtime.h"
#include "engine/failure_watch.h"
#include "store/store.h"

namespace yizhan::engine {

struct ChannelStatus {
  int64_t channel_id = 0;
  std::string name;
  link::LinkStats link;
};

class Engine {
 public:
  // Without `screen` no text passes.
  Engine(const store::Store& store, boost::asio::io_context& io, ScreenRendered screen)
      : store_(store), io_(io), screen_(std::move(screen)) {}
  ~Engine() { stop(milliseconds(0)); }

  // Closes attempts that a stop cut off (they become unknown), opens the enabled channels, starts
  // dispatching.
  Result<> start();
  // Stops claiming, drains the links' windows for at most `drain`, writes what they said.
  void stop(Duration drain);
  const ScreenRendered& screen() const { return screen_; }

  // Something may be sendable, or a batch was cancelled.
  void wake();
  // Segments of a paused or cancelled batch that are not on the wire come back to the queue.
  void recall_batch(int64_t batch_id);
  void recall_all();
  // The customer opted out: messages to him that the link holds unsent come back and meet the gates again.
  void recall_customer(int64_t customer_id);
  // A batch was resumed by people: its failures are counted anew.
  void forget_failures(int64_t batch_id) { failures_.forget(batch_id); }
  // After channels were created, changed or disabled.
  Result<> reload_channels();
  std::vector<ChannelStatus> channels() const;
  // Tries an account with a session of its own, whether its channel is open or not; blocks for at most
  // limits::kTestBindTimeoutMs. kInvalidArgument with the field's name for what no link can be set up with.
  Result<BindTrial> try_bind(const ChannelRow& row) const {
    return engine::try_bind(io_, store_.clock, row, milliseconds(limits::kTestBindTimeoutMs));
  }

 private:
  struct Running {
    std::shared_ptr<const BatchPlan> plan;
    int64_t released_to = 0;  // messages up to this id are out of "not started"
    bool released = false;
    double tokens = 0;  // segments the batch's own rate allows now
    int64_t refilled_steady_us = 0;
  };

  Result<> close_interrupted();
  void nudge();
  void run();
  bool round();
  Result<> refresh_batches();
  Result<> sweep_cancelled();
  Result<bool> promote_deferred();
  Result<bool> release(Running& running);
  Result<bool> claim(Running& running);
  size_t allowance(Running& running, size_t credit);
  Result<> expire_overdue();
  void recall_messages(std::vector<int64_t> message_ids);
  // Runs `recall` for each channel; what `note` says is kept back from the claim that is on its way.
  void recall(const std::function<void(Recalled&)>& note, const std::function<void(ChannelRuntime&)>& recall);
  std::shared_ptr<ChannelRuntime> channel(int64_t id) const;
  Result<std::vector<int64_t>> pause_failing(db::Tx& tx, const Effects& effects);
  ChannelHooks hooks();

  const store::Store& store_;
  boost::asio::io_context& io_;
  const ScreenRendered screen_;
  FailureWatch failures_;

  // A claim leaves the writer, then reaches the link: a recall in between would find it in neither. Held
  // while it is handed over. Before channels_mutex_.
  std::mutex recall_mutex_;
  Recalled recalled_;  // since the claim on its way was begun

  mutable std::mutex channels_mutex_;
  std::map<int64_t, std::shared_ptr<ChannelRuntime>> channels_;
  std::map<int64_t, int64_t> channel_versions_;

  std::mutex wake_mutex_;
  std::condition_variable wake_condition_;
  bool woken_ = false;
  std::atomic<bool> refresh_{false};
  bool stopping_ = false;
  std::thread thread_;

  // The dispatcher thread's.
  std::map<int64_t, Running> running_;
  int64_t next_refresh_us_ = 0, next_overdue_us_ = 0;
};

}  // namespace yizhan::engine
