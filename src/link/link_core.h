#pragma once
// What every link does alike, whatever is behind it: bounds its queue, counts, says what became of segments,
// keeps its state and its heartbeat, stops in good order. A kind of link adds where segments wait and how
// they are sent. Everything runs on the core's strand but what is marked otherwise. PostedLink is the Link in
// front of it: it posts each call to the strand.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.h"
#include "link/latency.h"
#include "link/link.h"
#include "link/pacer.h"
#include "link/submit_window.h"
#include "net/tls.h"

namespace yizhan::link {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Instant = std::chrono::steady_clock::time_point;

// FNV-1a of a number, which decides what it is sent by: not for secrets.
uint64_t hash_number(std::string_view number);

class LinkCore : public std::enable_shared_from_this<LinkCore> {
 public:
  LinkCore(boost::asio::io_context& context, const Clock& c, LinkConfig link_config, LinkEvents& events);
  virtual ~LinkCore() = default;
  LinkCore(const LinkCore&) = delete;
  LinkCore& operator=(const LinkCore&) = delete;

  // From any thread. False when the queue's bound would be broken: then refuse() is to be called.
  bool reserve(const SubmitBatch& batch) { return room_.take(batch.by_lane()); }
  size_t credit() const { return sending_.load(std::memory_order_relaxed) ? room_.left() : 0; }
  size_t credit(Lane lane) const { return sending_.load(std::memory_order_relaxed) ? room_.left(lane) : 0; }
  size_t lane_capacity() const { return room_.capacity(); }
  size_t query_room() const;
  // False when there is no room for so many.
  bool reserve_queries(size_t count);
  LinkStats published() const;
  // No event comes any more.
  void silence();

  void start();
  void stop(Duration timeout, std::function<void()> done);
  // Without waiting for anything, and without a word to anyone.
  void shut();
  void enqueue(SubmitBatch&& batch);
  // Gives back a batch for which there was no room.
  void refuse(const SubmitBatch& batch);
  virtual void recall(const std::function<bool(const SegmentOut&)>& wanted) = 0;
  virtual void acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault) = 0;
  virtual void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done);

  virtual void ask(std::vector<Query>&& queries);
  // Without asking.
  void turn_away(const std::vector<Query>& queries);

  // A question that was reserved is answered.
  void answer(QueryAnswer&& answer);
  // A segment of that lane is settled.
  void resolve(Response&& response, Lane lane);
  // It is settled again, by an answer after its time-out.
  void resolve_late(Response&& response);
  // The segment was not sent and will not be: back to the engine.
  void return_unsent(const SegmentOut& segment);
  // Calls settle() at that time.
  void wake_at(Instant when);
  // Everything that came has been handled: send, publish, tell.
  void settle();
  // How long to wait after so many failures in a row: twice as long each time, half of it by chance, so that
  // many links of one carrier do not come back together.
  Duration backoff_after(uint32_t failures);

  const LinkConfig config;
  const std::shared_ptr<net::ssl::context> tls;  // null without TLS
  const Clock& clock;
  const Strand strand;
  Pacer pacer;
  LaneShares shares;
  LatencyWindow latency;
  LinkStats stats;
  std::vector<Delivery> deliveries;  // handed on by settle()
  Random random;

 protected:
  // What a kind of link adds.
  virtual void open() = 0;                          // it is started
  virtual void stopping() = 0;                      // takes on nothing new
  virtual void close() = 0;                         // ends all it has, at once
  virtual void queue(QueuedSegment&& segment) = 0;  // where it waits to be sent
  virtual void return_all_queued() = 0;
  virtual void pump(Instant now) = 0;   // sends what may go
  virtual void drain(Instant now) = 0;  // while stopping: finish() when nothing is left
  virtual void tick(Instant) {}         // time-outs
  virtual void count_stats() = 0;       // the figures that are counted when asked for

  LinkState state() const { return state_; }
  bool started() const { return started_; }
  bool is_stopping() const { return stopping_; }
  bool finished() const { return finished_; }
  Instant drain_until() const { return drain_until_; }
  void set_state(LinkState state, const std::string& reason);
  void finish();

 private:
  template <class Call>
  void tell(Call call) {
    const std::lock_guard lock(events_mutex_);
    if (events_ != nullptr) call(*events_);
  }
  void keep(Response&& response);
  void publish();
  void emit();
  void schedule_tick();
  void on_tick();

  boost::asio::steady_timer tick_timer_, pace_timer_;
  const Duration tick_;
  Instant wake_ = Instant::max();
  uint64_t last_order_ = 0;
  Instant lost_at_;
  LinkState state_ = LinkState::kStopped;
  bool started_ = false, stopping_ = false, finished_ = false;
  std::array<bool, kLanes.size()> credit_was_low_;
  bool settling_ = false;
  Instant drain_until_{};
  std::vector<std::function<void()>> done_;
  std::vector<Response> responses_;
  std::vector<QueryAnswer> query_answers_;
  uint64_t submitted_before_ = 0;
  Instant second_began_{};

  LaneRoom room_;
  std::atomic<size_t> asked_{0};  // questions without an answer
  std::atomic<bool> sending_{false};
  mutable std::mutex published_mutex_;
  LinkStats published_;
  std::mutex events_mutex_;
  LinkEvents* events_;
};

class PostedLink : public Link {
 public:
  explicit PostedLink(std::shared_ptr<LinkCore> core) : core_(std::move(core)) {}
  ~PostedLink() override;

  void start() override;
  void stop(Duration timeout, std::function<void()> done) override;
  void submit(SubmitBatch&& batch) override;
  void acknowledge(std::vector<uint64_t> tokens, codec::Fault fault = codec::Fault::kNone) override;
  void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) override;
  void query(std::vector<Query>&& queries) override;
  size_t query_room() const override { return core_->query_room(); }
  void recall(uint64_t group) override;
  void recall_messages(std::vector<uint64_t> message_ids) override;
  void recall_all() override;
  size_t credit() const override { return core_->credit(); }
  size_t credit(Lane lane) const override { return core_->credit(lane); }
  size_t lane_capacity() const override { return core_->lane_capacity(); }
  size_t capacity() const override { return core_->config.queue_segments; }
  LinkStats stats() const override { return core_->published(); }

 private:
  // Posts what calls the core, which lives until then.
  template <class Call>
  void post(Call call) {
    boost::asio::post(core_->strand, [core = core_, call = std::move(call)]() mutable { call(*core); });
  }

  const std::shared_ptr<LinkCore> core_;
};

}  // namespace yizhan::link
