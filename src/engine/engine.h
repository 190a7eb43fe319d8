#pragma once
// The engine: one dispatcher thread that claims from the outbox and feeds the channels, lane by lane; another
// keeps house. Services start, pause and cancel batches in the store and then call wake() or recall; the
// engine never sends what the store does not say may be sent. While anything runs that people wait for, the
// dispatcher does the rest in steps of a few milliseconds and looks between them. Public functions: any
// thread.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/bind_trial.h"
#include "engine/channel_runtime.h"
#include "engine/failure_watch.h"
#include "engine/housekeeping.h"
#include "engine/receipt_queries.h"
#include "engine/route_table.h"
#include "engine/step_size.h"
#include "provider/callback.h"
#include "store/store.h"

namespace yizhan::engine {

struct ChannelStatus {
  int64_t channel_id = 0;
  std::string name;
  link::LinkStats link;
  HealthView health;
  ReceiptQueryView queries;
};

class Engine {
 public:
  // Without `screen` no text passes.
  Engine(const store::Store& store, boost::asio::io_context& io, ScreenRendered screen);
  ~Engine() { stop(milliseconds(0)); }

  // Closes attempts that a stop cut off (they become unknown), opens the enabled channels, starts
  // dispatching.
  Result<> start();
  // Stops claiming, drains the links' windows for at most `drain`, writes what they said.
  void stop(Duration drain);
  const ScreenRendered& screen() const { return screen_; }
  // Whether something runs that people wait for.
  bool urgent() const { return urgent_.load(std::memory_order_relaxed); }

  // Something may be sendable, or a batch was cancelled.
  void wake();
  // Segments of a paused or cancelled batch that are not on the wire come back to the queue.
  void recall_batch(int64_t batch_id);
  void recall_all();
  // The customer opted out: messages to him that the link holds unsent come back and meet the gates again.
  void recall_customer(int64_t customer_id);
  // A batch was resumed by people: its failures are counted anew.
  void forget_failures(int64_t batch_id) { failures_.forget(batch_id); }
  // After channels or carrier codes were created, changed or removed. A changed channel drains first: its new
  // link binds when the old one is gone.
  Result<> reload_channels();
  std::vector<ChannelStatus> channels() const;
  // Channels of the batch's route that nothing would be given to now while another one serves.
  Result<std::set<int64_t>> ill_channels(const BatchPlan& plan) const;
  // What a provider posted, of a channel by HTTP. Returns once it is on disk; blocks for at most
  // limits::kCallbackPatienceMs. kUnavailable when the channel is not open, kBusy, kTimeout: the provider
  // shall bring it again. What comes twice is stored as if it came once, receipts at least.
  Result<> receive_callback(int64_t channel_id, const provider::CallbackNews& news);
  // Tries an account with a session of its own, whether its channel is open or not; blocks for at most
  // limits::kTestBindTimeoutMs. kInvalidArgument with the field's name for what no link can be set up with.
  Result<BindTrial> try_bind(const ChannelRow& row) const {
    return engine::try_bind(io_, store_.clock, row, milliseconds(limits::kTestBindTimeoutMs));
  }

 private:
  // A batch on one channel.
  struct Flow {
    bool look = true;    // there may be something since the last look found nothing
    bool hungry = true;  // the last look found something to send
    size_t sharers = 1;  // hungry batches of its rank on the channel
  };
  struct Running {
    std::shared_ptr<const BatchPlan> plan;
    std::map<int64_t, Flow> flows;  // by channel; without a route there is one
    bool spread = true;             // there may be messages for which no channel has been chosen
    uint64_t generation = 0;        // of the routes and the channels' health, by which channels were chosen
    int64_t released_to = 0;        // messages up to this id are out of "not started"
    bool released = false;
    double tokens = 0;  // segments the batch's own rate allows now
    int64_t refilled_steady_us = 0;
    bool halted = false;  // a claim found that nothing may leave: until the next refresh
    uint64_t served = 0;  // the claim that was its last, among those of all
  };
  // A channel at work; while it stops, what comes after it.
  struct LoadedChannel {
    ChannelRow row;
    CarrierCodes codes;
  };
  struct ChannelSlot {
    std::shared_ptr<ChannelRuntime> runtime;
    bool stopping = false;
    std::optional<LoadedChannel> next;
  };
  // A claim of which nobody knows whether it was committed.
  struct Doubtful {
    std::vector<int64_t> attempt_ids;
    int64_t since_steady_us = 0;
  };

  // What the last process left without rows, and what it left open.
  Result<> take_up();
  Result<> keep_mark();
  void nudge();
  void run();
  bool round();
  void upkeep();
  void ask_after_messages();
  // Between two steps: what people wait for and what came meanwhile goes first.
  void urgent_first();
  bool take_nudge();
  void look_everywhere();
  // What a step of all but what people wait for may take.
  size_t rows_of(const StepSize& step, size_t most) const;
  enum class Forget : uint8_t { kEnded, kNothing };
  Result<> refresh_batches(Forget forget);
  Result<> sweep_cancelled();
  Result<bool> promote_deferred();
  Result<bool> release(Running& running);
  Result<bool> may_release(const Running& running);
  // Gives messages of a batch with a route to channels, and anew when the channels' health has changed.
  Result<bool> spread(Running& running);
  Result<bool> gather(Running& running);
  struct Unassigned;
  Result<std::vector<Unassigned>> unassigned(const Running& running);
  std::optional<int64_t> choose(const BatchPlan& plan, std::span<const domain::RouteChannel> channels,
                                const Unassigned& message) const;
  // By all channels of the batch; true when something was sent.
  Result<bool> claim(Running& running);
  Result<bool> claim(Running& running, int64_t channel_id, Flow& flow);
  void hand_over(ChannelRuntime& runtime, const Claim& claim);
  bool usable(int64_t channel_id) const;
  void follow_health();
  void set_flows(Running& running);
  Result<> settle_doubtful();
  void note_doubtful();
  std::vector<Running*> in_turn();
  size_t allowance(Running& running, size_t credit);
  Result<std::vector<LoadedChannel>> load_channels();
  void open_channel(const LoadedChannel& loaded);
  void close_channel(int64_t id, ChannelSlot& slot, Duration drain);
  void channel_stopped(int64_t id);
  void recall_messages(std::vector<int64_t> message_ids);
  // Runs `recall` for each channel; what `note` says is kept back from the claim that is on its way.
  void recall(const std::function<void(Recalled&)>& note, const std::function<void(ChannelRuntime&)>& recall);
  std::shared_ptr<ChannelRuntime> channel(int64_t id) const;
  Result<std::vector<int64_t>> pause_failing(db::Tx& tx, const Effects& effects);
  Result<> watch(db::Tx& tx, Word word, const std::vector<Effects::Outcomes>& words,
                 std::vector<std::pair<int64_t, const char*>>& failing);
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
  std::condition_variable channels_changed_;
  std::map<int64_t, ChannelSlot> channels_;
  bool closed_ = false;  // no channel is opened any more
  size_t leaving_ = 0;   // channels taken out of channels_ whose runtime is not destroyed yet

  std::mutex wake_mutex_;
  std::condition_variable wake_condition_;
  bool woken_ = false;
  std::atomic<bool> refresh_{false};
  bool stopping_ = false;
  std::thread thread_;
  std::condition_variable upkeep_condition_;
  std::thread upkeep_thread_;
  Housekeeping housekeeping_;  // these two: the upkeep thread's
  ReceiptQueries receipt_queries_;

  std::atomic<int64_t> last_claimed_{0};  // the greatest attempt that has come to its channel, or is doubtful
  std::atomic<int64_t> doubtful_from_{0};  // no doubtful attempt is below; 0 = there is none
  int64_t mark_ = 0;                       // as stored; these two the upkeep thread's
  int64_t next_mark_us_ = 0;

  // The dispatcher thread's.
  std::map<int64_t, Running> running_;
  std::vector<Doubtful> doubtful_;
  bool emergency_ = false;
  std::atomic<bool> urgent_{false};  // something runs that people wait for
  bool nudged_ = false;              // since everything was looked at
  uint64_t served_ = 0;              // claims so far
  int64_t next_refresh_us_ = 0, next_deferred_us_ = 0;
  StepSize claim_step_, release_step_, promote_step_, spread_step_;
  RouteTable routes_;
  uint64_t generation_ = 1;
};

}  // namespace yizhan::engine
