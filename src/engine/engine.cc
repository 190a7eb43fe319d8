#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "base/limits.h"
#include "base/log.h"
#include "domain/campaign.h"
#include "engine/callback_deliveries.h"
#include "store/audit.h"
#include "store/queries.h"
#include "store/settings.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchState;
using domain::CampaignState;
using domain::MessageState;
using domain::Reason;

namespace {

constexpr int64_t kRefreshUs = 500'000;
constexpr int64_t kDeferredUs = 2'000'000;
constexpr int64_t kMarkUs = 2'000'000;
constexpr auto kHousekeepingPause = std::chrono::milliseconds(400);
constexpr int64_t kDoubtUs =
    600'000'000;  // after which a commit of unknown outcome is taken not to have happened
constexpr Duration kChannelDrain = seconds(5);
constexpr auto kLastWrites = std::chrono::seconds(10);  // for a store that fails while the server stops
constexpr int64_t kChunkRows = 5'000;
// Of a batch with a route: so many wait for channels at most, so that a slow one does not hold up the others.
constexpr int64_t kSpreadRows = 4 * kChunkRows;
// While something runs that people wait for, whatever else is done lasts about so long at a time.
// A commit of a database server takes the longer, however little is in it.
constexpr int64_t kStepUs = 10'000, kServerStepUs = 15'000;
constexpr size_t kSmallestStep = 100;
// Wait for at least this much credit, or half of a link that holds less than twice as much.
constexpr size_t kSmallestClaim = 256, kSmallestNotificationClaim = 16;
constexpr auto kIdleWait = std::chrono::milliseconds(20);

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t step_us(const store::Store& store) {
  return store.db.dialect() == db::Dialect::kPostgres ? kServerStepUs : kStepUs;
}

// Who goes first: what somebody waits for, then what is owed, then what is offered.
int rank(const BatchPlan& plan) {
  if (plan.origin == domain::BatchOrigin::kOptOutConfirmation) return 0;
  if (plan.origin == domain::BatchOrigin::kPreSendTest) return 1;
  switch (plan.message_class) {
    case domain::MessageClass::kVerification:
      return 2;
    case domain::MessageClass::kNotification:
      return 3;
    case domain::MessageClass::kPublicService:
      return 4;
    case domain::MessageClass::kMarketing:
      break;
  }
  return 5;
}

// How much credit a claim is worth: what people wait for goes message by message.
size_t smallest_claim(domain::Lane lane, size_t capacity) {
  switch (lane) {
    case domain::Lane::kVerification:
      return 1;
    case domain::Lane::kNotification:
      return std::min(kSmallestNotificationClaim, capacity / 2);
    case domain::Lane::kMarketing:
      break;
  }
  return std::min(kSmallestClaim, capacity / 2);
}

}  // namespace

Engine::Engine(const store::Store& store, boost::asio::io_context& io, ScreenRendered screen)
    : store_(store),
      io_(io),
      screen_(std::move(screen)),
      housekeeping_(store),
      receipt_queries_(store),
      claim_step_(kSmallestStep, limits::kClaimBatchMessages, step_us(store)),
      release_step_(kSmallestStep, kChunkRows, step_us(store)),
      promote_step_(kSmallestStep, kChunkRows, step_us(store)),
      spread_step_(kSmallestStep, kChunkRows, step_us(store)) {}

Result<> Engine::start() {
  YZ_CHECK(take_up());
  YZ_CHECK(reload_channels());
  thread_ = std::thread([this] { run(); });
  upkeep_thread_ = std::thread([this] { upkeep(); });
  return {};
}

// What was in flight when the last process ended may or may not have reached the carrier.
Result<> Engine::take_up() {
  int64_t total = 0;
  for (int64_t closed = 1; closed > 0;) {
    closed = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<int64_t> {
      return Ledger(tx, Care::kLookedUp, store_.now()).close_interrupted(kChunkRows);
    }));
    total += closed;
  }
  int64_t mark = YZ_TRY(store_.db.read([](db::Tx& tx) { return tx.number(q::outstanding_mark); }));
  for (int64_t from = mark; from != 0;) {
    const auto taken = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<Ledger::TakenUp> {
      return Ledger(tx, Care::kLookedUp, store_.now()).take_up(from, kChunkRows);
    }));
    total += taken.closed;
    from = taken.next;
  }
  last_claimed_ = store_.ids.next();
  if (total > 0) log::warn("attempts without an answer are now unknown count={}", total);
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_CHECK(tx.run_later(q::outstanding_mark_set, last_claimed_.load() + 1));
    if (total == 0) return {};
    return store::append_audit(tx, store_, {},
                               {.action = "engine.recover",
                                .object_type = "attempt",
                                .object_id = 0,
                                .reason = "the server stopped while they were in flight",
                                .detail = fmt::format(R"({{"attempts":{}}})", total)});
  });
}

// Stores from where on attempts may be outstanding without a row. What is claimed after last_claimed_ was
// read is above it; what came before is with its channel, or doubtful.
Result<> Engine::keep_mark() {
  const int64_t now = steady_us();
  if (now < next_mark_us_) return {};
  next_mark_us_ = now + kMarkUs;
  int64_t mark = last_claimed_ + 1;
  if (const int64_t doubtful = doubtful_from_; doubtful != 0) mark = std::min(mark, doubtful);
  std::vector<std::shared_ptr<ChannelRuntime>> runtimes;
  {
    const std::lock_guard lock(channels_mutex_);
    for (const auto& [id, slot] : channels_) runtimes.push_back(slot.runtime);
  }
  for (const auto& runtime : runtimes) mark = std::min(mark, runtime->lowest_outstanding());
  if (mark <= mark_) return {};
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_CHECK(tx.run_later(q::outstanding_mark_set, mark));
    return {};
  }));
  mark_ = mark;
  return {};
}

void Engine::stop(Duration drain) {
  {
    const std::lock_guard lock(wake_mutex_);
    stopping_ = true;
  }
  wake_condition_.notify_all();
  upkeep_condition_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (upkeep_thread_.joinable()) upkeep_thread_.join();
  std::unique_lock lock(channels_mutex_);
  closed_ = true;
  for (auto& [id, slot] : channels_) {
    slot.next.reset();
    if (!slot.stopping) close_channel(id, slot, drain);
  }
  const auto patience = std::chrono::steady_clock::now() + std::chrono::microseconds(drain.us) + kLastWrites;
  while (!channels_.empty() || leaving_ > 0) {
    channels_changed_.wait_for(lock, kIdleWait);
    if (std::chrono::steady_clock::now() > patience)
      std::erase_if(channels_, [](const auto& entry) { return entry.second.runtime->idle(); });
    for (const auto& [id, slot] : channels_) slot.runtime->look_after();
  }
}

void Engine::wake() {
  refresh_.store(true, std::memory_order_relaxed);
  nudge();
}

// The worker that waits here is one of few: the store has limits::kCallbackPatienceMs to take it.
Result<> Engine::receive_callback(int64_t channel_id, const provider::CallbackNews& news) {
  const auto runtime = channel(channel_id);
  if (runtime == nullptr) return fail(ErrorCode::kUnavailable, "the channel is not open now");
  struct Outcome {
    std::mutex mutex;
    std::condition_variable known;
    std::optional<codec::Fault> fault;
  };
  const auto outcome = std::make_shared<Outcome>();
  runtime->receive(to_deliveries(news, runtime->row().access_code, store_.now()),
                   [outcome](codec::Fault fault) {
                     const std::lock_guard lock(outcome->mutex);
                     outcome->fault = fault;
                     outcome->known.notify_all();
                   });
  std::unique_lock lock(outcome->mutex);
  outcome->known.wait_for(lock, std::chrono::milliseconds(limits::kCallbackPatienceMs),
                          [&] { return outcome->fault.has_value(); });
  if (!outcome->fault) return fail(ErrorCode::kTimeout, "not on disk yet: bring it again");
  if (*outcome->fault == codec::Fault::kNone) return {};
  if (*outcome->fault == codec::Fault::kUnknownCommand)
    return fail(ErrorCode::kWrongState, "this channel's carrier has no callbacks");
  return fail(ErrorCode::kBusy, "no room now: bring it again");
}

void Engine::nudge() {
  {
    const std::lock_guard lock(wake_mutex_);
    woken_ = true;
  }
  wake_condition_.notify_one();
}

void Engine::recall(const std::function<void(Recalled&)>& note,
                    const std::function<void(ChannelRuntime&)>& recall) {
  const std::lock_guard lock(recall_mutex_);
  note(recalled_);
  // More than a claim could hold of them: the claim is cheaper to take back whole.
  if (recalled_.batch_ids.size() + recalled_.message_ids.size() > limits::kClaimBatchMessages)
    recalled_ = {.all = true, .batch_ids = {}, .message_ids = {}};
  const std::lock_guard channels_lock(channels_mutex_);
  for (const auto& [id, slot] : channels_) recall(*slot.runtime);
}

void Engine::recall_batch(int64_t batch_id) {
  recall([&](Recalled& recalled) { recalled.batch_ids.push_back(batch_id); },
         [&](ChannelRuntime& runtime) { runtime.recall_batch(batch_id); });
}

void Engine::recall_all() {
  recall([](Recalled& recalled) { recalled.all = true; },
         [](ChannelRuntime& runtime) { runtime.recall_all(); });
}

void Engine::recall_messages(std::vector<int64_t> message_ids) {
  if (message_ids.empty()) return;
  recall(
      [&](Recalled& recalled) {
        recalled.message_ids.insert(recalled.message_ids.end(), message_ids.begin(), message_ids.end());
      },
      [&](ChannelRuntime& runtime) { runtime.recall_messages(message_ids); });
}

void Engine::recall_customer(int64_t customer_id) {
  std::vector<int64_t> messages;
  const auto found = store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::messages_in_flight_of_customer, [&](const db::Row& row) { messages.push_back(row.i64(0)); },
        customer_id);
  });
  // Then nothing tells whose messages the links hold: all come back and meet the gates.
  if (!found) {
    log::error("recall of one customer failed, all is recalled: {}", to_string(found.error()));
    return recall_all();
  }
  recall_messages(std::move(messages));
}

std::vector<ChannelStatus> Engine::channels() const {
  const std::lock_guard lock(channels_mutex_);
  std::vector<ChannelStatus> out;
  for (const auto& [id, slot] : channels_) {
    if (slot.stopping && !slot.next) continue;  // switched off: what is left of it is nobody's link
    out.push_back({id, slot.runtime->row().name, slot.runtime->stats(), slot.runtime->health(),
                   slot.runtime->queries()});
  }
  return out;
}

std::shared_ptr<ChannelRuntime> Engine::channel(int64_t id) const {
  const std::lock_guard lock(channels_mutex_);
  const auto it = channels_.find(id);
  return it == channels_.end() ? nullptr : it->second.runtime;
}

ChannelHooks Engine::hooks() {
  return {.wake = [this] { nudge(); },
          .recall = [this](int64_t batch_id) { recall_batch(batch_id); },
          .recall_messages = [this](std::vector<int64_t> ids) { recall_messages(std::move(ids)); },
          .pause_failing = [this](db::Tx& tx, const Effects& effects) { return pause_failing(tx, effects); },
          .urgent = [this] { return urgent(); }};
}

Result<std::vector<Engine::LoadedChannel>> Engine::load_channels() {
  return store_.db.read([&](db::Tx& tx) -> Result<std::vector<LoadedChannel>> {
    std::vector<LoadedChannel> all;
    YZ_CHECK(tx.each(q::channels_enabled, [&](const db::Row& row) -> Result<> {
      all.push_back({YZ_TRY(read_channel(store_, row)), {}});
      return {};
    }));
    for (LoadedChannel& one : all) one.codes = YZ_TRY(CarrierCodes::load(tx, one.row.provider));
    return all;
  });
}

// Opens what is new or changed, closes what is gone. Only a carrier's codes changed: the link stays.
Result<> Engine::reload_channels() {
  const std::vector<LoadedChannel> loaded = YZ_TRY(load_channels());
  const std::lock_guard lock(channels_mutex_);
  if (closed_) return {};
  for (auto& [id, slot] : channels_) {
    const auto found = std::find_if(loaded.begin(), loaded.end(),
                                    [&](const LoadedChannel& one) { return one.row.id == id; });
    slot.next.reset();
    if (found != loaded.end() && !slot.stopping && slot.runtime->row() == found->row) {
      slot.runtime->set_codes(found->codes);
      continue;
    }
    if (found != loaded.end()) slot.next = *found;
    if (!slot.stopping) close_channel(id, slot, kChannelDrain);
  }
  for (const LoadedChannel& one : loaded)
    if (!channels_.contains(one.row.id)) open_channel(one);
  return {};
}

// These two with channels_mutex_ held.
void Engine::open_channel(const LoadedChannel& loaded) {
  auto runtime = std::make_shared<ChannelRuntime>(io_, store_, loaded.row, loaded.codes, hooks());
  runtime->start();
  channels_[loaded.row.id].runtime = std::move(runtime);
}

void Engine::close_channel(int64_t id, ChannelSlot& slot, Duration drain) {
  slot.stopping = true;
  slot.runtime->stop(drain, [this, id] { channel_stopped(id); });
}

// Some carriers let one bind in at a time: the next link comes only now.
void Engine::channel_stopped(int64_t id) {
  std::shared_ptr<ChannelRuntime> old;
  {
    const std::lock_guard lock(channels_mutex_);
    auto entry = channels_.extract(id);
    if (entry.empty()) return;
    old = std::move(entry.mapped().runtime);
    if (entry.mapped().next && !closed_) open_channel(*entry.mapped().next);
    ++leaving_;
  }
  old.reset();
  const std::lock_guard lock(channels_mutex_);
  --leaving_;
  channels_changed_.notify_all();
}

void Engine::run() {
  for (;;) {
    const bool worked = round();
    std::unique_lock lock(wake_mutex_);
    if (stopping_) return;
    if (!worked) wake_condition_.wait_for(lock, kIdleWait, [&] { return woken_ || stopping_; });
    const bool woken = std::exchange(woken_, false) || std::exchange(nudged_, false);
    if (stopping_) return;
    if (woken || worked) look_everywhere();
  }
}

// Looks through large tables page by page: nobody waits for it, so it has a thread of its own.
void Engine::upkeep() {
  std::unique_lock lock(wake_mutex_);
  while (!stopping_) {
    lock.unlock();
    const auto more = housekeeping_.round();
    if (!more) log::error("housekeeping failed: {}", to_string(more.error()));
    ask_after_messages();
    if (const auto kept = keep_mark(); !kept)
      log::error("the mark of what is outstanding was not kept: {}", to_string(kept.error()));
    lock.lock();
    if (!more || !*more) upkeep_condition_.wait_for(lock, kHousekeepingPause, [&] { return stopping_; });
  }
}

void Engine::ask_after_messages() {
  std::vector<std::shared_ptr<ChannelRuntime>> asking;
  {
    const std::lock_guard lock(channels_mutex_);
    for (const auto& [id, slot] : channels_)
      if (!slot.stopping && slot.runtime->query_room() > 0) asking.push_back(slot.runtime);
  }
  for (const auto& runtime : asking)
    if (const auto done = receipt_queries_.round(*runtime); !done)
      log::error("channel name={} could not be asked after messages: {}", runtime->row().name,
                 to_string(done.error()));
}

bool Engine::take_nudge() {
  const std::lock_guard lock(wake_mutex_);
  return std::exchange(woken_, false);
}

void Engine::urgent_first() {
  if (!take_nudge()) return;
  nudged_ = true;
  // A batch that is new may be what people wait for; those that ended stay until the next round.
  if (refresh_.exchange(false, std::memory_order_relaxed)) {
    next_refresh_us_ = 0;
    if (const auto refreshed = refresh_batches(Forget::kNothing); !refreshed)
      log::error("dispatcher refresh failed: {}", to_string(refreshed.error()));
  }
  if (emergency_) return;
  for (auto& [id, running] : running_) {
    if (running.plan->lane() != domain::Lane::kVerification) continue;
    for (auto& [channel_id, flow] : running.flows) flow.look = true;
    running.spread = true;
    if (const auto given = spread(running); !given)
      log::error("dispatcher spread failed: {}", to_string(given.error()));
    if (const auto claimed = claim(running); !claimed)
      log::error("dispatcher claim failed: {}", to_string(claimed.error()));
  }
}

size_t Engine::rows_of(const StepSize& step, size_t most) const {
  return urgent_ ? std::min(step.rows(), most) : most;
}

// Batches that were found empty are looked at again only when something happened: applications keep many
// running, of which few have anything to send at a time.
void Engine::look_everywhere() {
  for (auto& [id, running] : running_) {
    running.spread = true;
    for (auto& [channel_id, flow] : running.flows) flow.look = true;
  }
}

// One look at everything; true when something was sent or moved and another look is worth it at once.
bool Engine::round() {
  bool worked = false;
  const auto noted = [](const auto& result, const char* what) {
    if (!result) log::error("dispatcher {} failed: {}", what, to_string(result.error()));
    return result.has_value();
  };
  const int64_t now = steady_us();
  if (refresh_.exchange(false, std::memory_order_relaxed) || now >= next_refresh_us_) {
    next_refresh_us_ = now + kRefreshUs;
    noted(refresh_batches(Forget::kEnded), "refresh");
    noted(sweep_cancelled(), "sweep");
    follow_health();
    noted(settle_doubtful(), "look at doubtful claims");
    const std::lock_guard lock(channels_mutex_);
    for (const auto& [id, slot] : channels_) slot.runtime->look_after();
  }
  if (now >= next_deferred_us_) {
    const auto promoted = promote_deferred();
    const bool moved = noted(promoted, "deferred") && *promoted;
    next_deferred_us_ = moved ? now : now + kDeferredUs;  // there may be more of them
    worked |= moved;
  }
  for (Running* running : in_turn()) {
    if (emergency_) return worked;
    const auto released = release(*running);
    const bool moved = noted(released, "release") && *released;
    if (moved) urgent_first();
    const auto given = spread(*running);
    const bool chosen = noted(given, "spread") && *given;
    if (chosen) urgent_first();
    const auto claimed = claim(*running);
    const bool sent = noted(claimed, "claim") && *claimed;
    if (sent) urgent_first();
    worked |= moved || chosen || sent;
  }
  return worked;
}

// By rank; within a rank whoever was served longest ago comes first, and those who have something to send
// share the channel.
std::vector<Engine::Running*> Engine::in_turn() {
  std::vector<Running*> all;
  all.reserve(running_.size());
  std::map<std::pair<int64_t, int>, size_t> hungry;
  for (auto& [id, running] : running_) {
    all.push_back(&running);
    for (const auto& [channel_id, flow] : running.flows)
      if (flow.hungry) ++hungry[{channel_id, rank(*running.plan)}];
  }
  for (Running* running : all)
    for (auto& [channel_id, flow] : running->flows)
      flow.sharers = std::max<size_t>(1, hungry[{channel_id, rank(*running->plan)}]);
  std::sort(all.begin(), all.end(), [](const Running* a, const Running* b) {
    return std::tuple(rank(*a->plan), a->served, a->plan->id) <
           std::tuple(rank(*b->plan), b->served, b->plan->id);
  });
  return all;
}

Result<> Engine::refresh_batches(Forget forget) {
  return store_.db.read([&](db::Tx& tx) -> Result<> {
    emergency_ = YZ_TRY(store::load_sending_settings(tx)).emergency_stop;
    std::vector<int64_t> ids;
    YZ_CHECK(tx.each(
        q::batches_in_state, [&](const db::Row& row) { ids.push_back(row.i64(0)); }, BatchState::kRunning));
    if (forget == Forget::kEnded) {
      std::erase_if(running_,
                    [&](const auto& e) { return std::find(ids.begin(), ids.end(), e.first) == ids.end(); });
      failures_.keep_only(ids);
    }
    for (auto& [id, running] : running_) running.halted = false;
    if (RouteTable routes = YZ_TRY(RouteTable::load(tx, store_.now())); routes != routes_) {
      routes_ = std::move(routes);
      ++generation_;
      for (auto& [id, running] : running_) set_flows(running);
    }
    look_everywhere();
    for (const int64_t id : ids) {
      if (running_.contains(id)) continue;
      auto plan = YZ_TRY(load_batch_plan(tx, id));
      if (plan == nullptr) continue;
      Running& running = running_[id] =
          Running{.plan = plan, .released_to = plan->first_message_id - 1, .refilled_steady_us = steady_us()};
      set_flows(running);
    }
    urgent_ = std::ranges::any_of(
        running_, [](const auto& e) { return e.second.plan->lane() == domain::Lane::kVerification; });
    return {};
  });
}

// Messages of a cancelled batch that have not left are refused.
Result<> Engine::sweep_cancelled() {
  struct Batch {
    int64_t id, first_message_id, last_message_id;
  };
  std::vector<Batch> batches;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    return tx.each(
        q::batches_to_sweep,
        [&](const db::Row& row) { batches.push_back({row.i64(0), row.i64(1), row.i64(2)}); },
        BatchState::kCancelled);
  }));
  for (const auto& [id, first, last] : batches) {
    int64_t cursor = first - 1;
    for (bool more = true; more;) {
      more = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<bool> {
        YZ_CHECK(tx.run_later(q::outbox_delete_batch, id));
        YZ_CHECK(tx.run_later(q::deferred_delete_batch, id));
        Changes changes(Care::kExpected);
        int64_t rows = 0;
        YZ_CHECK(tx.each(
            q::message_sweep_batch,
            [&](const db::Row& row) {
              ++rows;
              cursor = row.i64(0);
              changes.add({.message_id = cursor,
                           .batch_id = id,
                           .from = row.as<MessageState>(1),
                           .from_reason = row.as<Reason>(2),
                           .to = MessageState::kRefused,
                           .reason = Reason::kCampaignCancelled});
            },
            id, cursor, last, kChunkRows));
        YZ_CHECK(changes.write(tx, store_.now()));
        return rows == kChunkRows;
      }));
    }
  }
  return {};
}

Result<bool> Engine::promote_deferred() {
  const int64_t began = steady_us();
  size_t rows = 0;
  const auto moved = store_.db.write([&](db::Tx& tx) -> Result<bool> {
    db::Columns due, outbox;
    Changes changes(Care::kExpected);
    YZ_CHECK(tx.each(
        q::deferred_due,
        [&](const db::Row& row) {
          due.row(row.i64(0), row.i64(1));
          const auto state = row.as<MessageState>(3);
          // Of any other state it has no business here.
          if (state == MessageState::kHeld || state == MessageState::kQueued)
            outbox.row(row.i64(2), row.i64(1));
          if (state == MessageState::kHeld)
            changes.add({.message_id = row.i64(1),
                         .batch_id = row.i64(2),
                         .from = MessageState::kHeld,
                         .from_reason = row.as<Reason>(4),
                         .to = MessageState::kQueued});
        },
        store_.now(), rows_of(promote_step_, kChunkRows)));
    rows = due.size();
    if (due.empty()) return false;
    YZ_CHECK(tx.bulk_later(q::deferred_delete, due));
    if (!outbox.empty()) YZ_CHECK(tx.bulk_later(q::outbox_insert, outbox));
    YZ_CHECK(changes.write(tx, store_.now()));
    return true;
  });
  promote_step_.took(rows, steady_us() - began);
  return moved;
}

// A started batch's messages leave "not started" chunk by chunk, as the outbox empties: starting is instant
// and a stop in between loses nothing.
Result<bool> Engine::release(Running& running) {
  if (running.released) return false;
  if (!YZ_TRY(may_release(running))) return false;
  const int64_t began = steady_us();
  size_t rows = 0;
  // What is remembered of the batch changes only with the store.
  const int64_t last = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<int64_t> {
    const int64_t batch = running.plan->id, from = running.released_to;
    const auto next = YZ_TRY(tx.one(
        q::message_to_release, [](const db::Row& row) { return std::pair{row.i64(0), row.i64(1)}; }, from,
        running.plan->last_message_id, batch, MessageState::kHeld, Reason::kNotStarted,
        rows_of(release_step_, kChunkRows)));
    const auto [to, count] = next.value_or(std::pair<int64_t, int64_t>{});
    rows = static_cast<size_t>(count);
    if (rows == 0) return 0;
    YZ_CHECK(tx.run_later(q::outbox_release, from, to, batch, MessageState::kHeld, Reason::kNotStarted));
    YZ_CHECK(tx.run_later(q::message_release, from, to, batch, MessageState::kHeld, Reason::kNotStarted,
                          MessageState::kQueued, store_.now()));
    Changes changes(Care::kExpected);
    changes.count(batch, MessageState::kHeld, Reason::kNotStarted, -count);
    changes.count(batch, MessageState::kQueued, Reason::kNone, count);
    YZ_CHECK(changes.write(tx, store_.now()));
    return to;
  }));
  release_step_.took(rows, steady_us() - began);
  running.released = last == 0;
  running.spread = true;
  if (!running.released) running.released_to = last;
  return !running.released;
}

Result<bool> Engine::may_release(const Running& running) {
  return store_.db.read([&](db::Tx& tx) -> Result<bool> {
    if (running.plan->route_id == 0)
      return !YZ_TRY(tx.one(
                         q::outbox_exists, [](const db::Row&) { return true; }, running.plan->id))
                  .has_value();
    const bool starved =
        std::ranges::any_of(running.flows, [](const auto& flow) { return !flow.second.hungry; });
    return YZ_TRY(tx.number(q::outbox_rows, running.plan->id, kSpreadRows)) < (starved ? kSpreadRows : 1);
  });
}

// A route's channels, or the batch's own.
void Engine::set_flows(Running& running) {
  if (running.plan->route_id == 0) {
    running.flows.try_emplace(running.plan->channel_id);
    return;
  }
  std::map<int64_t, Flow> flows;
  for (const domain::RouteChannel& channel : routes_.of(running.plan->route_id))
    flows.emplace(channel.channel_id, Flow{});
  running.flows = std::move(flows);
}

// Messages that wait at a channel which is not well any more come back, and are given to others.
void Engine::follow_health() {
  std::vector<std::shared_ptr<ChannelRuntime>> ill;
  {
    const std::lock_guard lock(channels_mutex_);
    for (const auto& [id, slot] : channels_) {
      if (!slot.runtime->settle_health()) continue;
      ++generation_;
      if (!slot.runtime->usable()) ill.push_back(slot.runtime);
    }
  }
  for (const auto& runtime : ill)
    for (const auto& [id, running] : running_)
      if (running.plan->route_id != 0) runtime->recall_batch(id);
}

bool Engine::usable(int64_t channel_id) const {
  const auto runtime = channel(channel_id);
  return runtime != nullptr && runtime->usable();
}

Result<std::set<int64_t>> Engine::ill_channels(const BatchPlan& plan) const {
  std::set<int64_t> ill;
  if (plan.route_id == 0) return ill;
  const auto channels =
      YZ_TRY(store_.db.read([&](db::Tx& tx) { return load_route_channels(tx, plan.route_id); }));
  for (const domain::RouteChannel& c : channels)
    if (!usable(c.channel_id)) ill.insert(c.channel_id);
  return ill;
}

struct Engine::Unassigned {
  int64_t message_id = 0, carrier = 0, customer_id = 0;
  std::string zone;
  MessageState state = MessageState::kQueued;
  domain::Reason reason = domain::Reason::kNone;
  std::vector<int64_t> refused_by;
};

Result<std::vector<Engine::Unassigned>> Engine::unassigned(const Running& running) {
  return store_.db.read([&](db::Tx& tx) -> Result<std::vector<Unassigned>> {
    std::vector<Unassigned> all;
    db::Columns tried;
    std::vector<size_t> places;
    YZ_CHECK(tx.each(
        q::outbox_unassigned,
        [&](const db::Row& row) {
          all.push_back({row.i64(0),
                         row.i64(1),
                         row.i64(2),
                         row.string(4),
                         row.as<MessageState>(5),
                         row.as<Reason>(6),
                         {}});
          if (row.i64(3) == 0) return;
          tried.row(row.i64(0));
          places.push_back(all.size() - 1);
        },
        running.plan->id, rows_of(spread_step_, kChunkRows)));
    if (!tried.empty())
      YZ_CHECK(tx.bulk_each(q::refused_by, tried, [&](const db::Row& row) {
        all[places[static_cast<size_t>(row.i64(0))]].refused_by.push_back(row.i64(1));
      }));
    return all;
  });
}

std::optional<int64_t> Engine::choose(const BatchPlan& plan, std::span<const domain::RouteChannel> channels,
                                      const Unassigned& message) const {
  return domain::choose_channel(
      channels, {message.carrier, plan.message_class, message.customer_id, message.refused_by},
      [&](int64_t id) {
        if (!usable(id)) return false;
        const auto runtime = channel(id);
        if (runtime == nullptr) return false;
        const domain::ChannelOptions& o = runtime->row().options;
        if (o.window_start_minute == 0 && o.window_end_minute == domain::kDayMinutes) return true;
        const domain::Hours hours{.message_class = plan.message_class,
                                  .batch = {o.window_start_minute, o.window_end_minute},
                                  .windows = {},
                                  .holidays = {}};
        return domain::window_state(hours, {}, message.zone, store_.now()) == domain::WindowState::kOpen;
      });
}

// What was given to channels of another time comes back first, so that it is chosen for anew.
Result<bool> Engine::gather(Running& running) {
  const auto most = static_cast<int64_t>(rows_of(spread_step_, kChunkRows));
  const int64_t moved =
      YZ_TRY(store_.db.write([&](db::Tx& tx) { return tx.run(q::outbox_unassign, running.plan->id, most); }));
  if (moved < most) running.generation = generation_;
  return moved > 0;
}

Result<bool> Engine::spread(Running& running) {
  if (running.plan->route_id == 0 || running.halted) return false;
  if (running.generation != generation_ && YZ_TRY(gather(running))) return true;
  if (!running.spread) return false;
  const int64_t began = steady_us();
  const std::vector<Unassigned> all = YZ_TRY(unassigned(running));
  running.spread = !all.empty();
  if (all.empty()) return false;
  const BatchPlan& plan = *running.plan;
  const std::vector<domain::RouteChannel>& route = routes_.of(plan.route_id);
  std::vector<domain::RouteChannel> filed = route;
  std::erase_if(
      filed, [&](const domain::RouteChannel& c) { return !routes_.carries(plan.signature, c.channel_id); });
  db::Columns given, refused;
  Changes changes(Care::kExpected);
  for (const Unassigned& message : all) {
    if (const auto chosen = choose(plan, filed, message)) {
      given.row(running.plan->id, message.message_id, *chosen);
      continue;
    }
    refused.row(message.message_id, running.plan->id, int64_t{0});
    if (message.state != MessageState::kQueued) continue;  // it has no business here
    changes.add({.message_id = message.message_id,
                 .batch_id = running.plan->id,
                 .from = MessageState::kQueued,
                 .from_reason = message.reason,
                 .to = MessageState::kRefused,
                 .reason = filed.size() != route.size() && choose(plan, route, message)
                               ? Reason::kNoFiledChannel
                               : Reason::kNoRoute});
  }
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    if (!given.empty()) YZ_CHECK(tx.bulk_later(q::outbox_assign, given));
    if (refused.empty()) return {};
    YZ_CHECK(tx.bulk_later(q::outbox_delete, refused));
    Changes writing = changes;  // the transaction may be undone and done again
    return writing.write(tx, store_.now());
  }));
  spread_step_.took(all.size(), steady_us() - began);
  for (auto& [channel_id, flow] : running.flows) flow.look = true;
  return true;
}

// How many segments the batch may take now: the link's credit, and the batch's own rate.
size_t Engine::allowance(Running& running, size_t credit) {
  const int64_t rate = running.plan->segments_per_second;
  if (rate == 0) return credit;
  const int64_t now = steady_us();
  const double burst = std::max(1.0, static_cast<double>(rate) / 10);
  running.tokens = std::min(burst, running.tokens + static_cast<double>(now - running.refilled_steady_us) *
                                                        static_cast<double>(rate) / 1e6);
  running.refilled_steady_us = now;
  return std::min(credit, static_cast<size_t>(running.tokens));
}

Result<bool> Engine::claim(Running& running) {
  bool sent = false;
  std::optional<Error> failure;
  for (auto& [channel_id, flow] : running.flows) {
    const auto claimed = claim(running, channel_id, flow);
    if (claimed)
      sent |= *claimed;
    else
      failure = claimed.error();
  }
  if (failure && !sent) return std::unexpected(*std::move(failure));
  return sent;
}

Result<bool> Engine::claim(Running& running, int64_t channel_id, Flow& flow) {
  const BatchPlan& plan = *running.plan;
  const auto runtime = channel(channel_id);
  if (running.halted || !(flow.look || flow.hungry)) return false;
  if (doubtful_.size() >= limits::kDoubtfulClaims) return false;
  if (runtime == nullptr || !runtime->bound()) return false;
  const domain::Lane lane = plan.lane();
  const size_t credit = runtime->credit(lane);
  const size_t least = smallest_claim(lane, runtime->lane_capacity());
  if (credit < std::max<size_t>(1, least)) return false;
  const size_t share = std::max(least, runtime->lane_capacity() / flow.sharers);
  const size_t allowed = allowance(running, std::min(credit, share));
  if (allowed == 0) return false;
  const size_t most = std::min(limits::kClaimBatchMessages, allowed);
  const bool bounded = lane != domain::Lane::kVerification;
  const int64_t began = steady_us();
  ClaimTarget target{.channel_id = channel_id};
  if (plan.route_id != 0) {
    const domain::ChannelOptions& o = runtime->row().options;
    target = {channel_id, channel_id, {o.window_start_minute, o.window_end_minute}};
  }
  Claim claim(store_, running.plan, target, runtime->form(), screen_);
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    return claim.prepare(tx, bounded ? rows_of(claim_step_, most) : most, allowed);
  }));
  flow.hungry = !claim.empty();
  flow.look = false;
  if (claim.empty()) return false;
  {
    const std::lock_guard lock(recall_mutex_);
    recalled_ = {};
  }
  const auto committed = store_.db.write([&](db::Tx& tx) -> Result<> { return claim.commit(tx); });
  if (!committed) {
    if (db::outcome_unknown(committed.error())) {
      Doubtful& doubtful = doubtful_.emplace_back();
      doubtful.since_steady_us = steady_us();
      for (const ClaimedSegment& segment : claim.segments())
        doubtful.attempt_ids.push_back(segment.attempt_id);
      note_doubtful();
    }
    return std::unexpected(committed.error());
  }
  if (claim.stopped()) {
    running.halted = true;  // the batch was paused or cancelled, or everything is stopped
    return false;
  }
  if (bounded) claim_step_.took(claim.messages(), steady_us() - began);
  for (const ClaimedSegment& segment : claim.segments()) running.tokens -= segment.units;
  running.served = ++served_;
  hand_over(*runtime, claim);
  return true;
}

// After its commit.
void Engine::hand_over(ChannelRuntime& runtime, const Claim& claim) {
  if (claim.segments().empty()) return;
  std::vector<link::Response> kept;
  {
    const std::lock_guard lock(recall_mutex_);
    kept = runtime.submit(claim, recalled_);
  }
  last_claimed_ = claim.segments().back().attempt_id;
  if (!kept.empty()) runtime.on_responses(std::move(kept));
}

// The connection broke in a COMMIT. What turns out to have been committed was never given to a link: it goes
// back. The server may still be at it when we look, so we go on looking for a while.
Result<> Engine::settle_doubtful() {
  for (auto doubtful = doubtful_.begin(); doubtful != doubtful_.end();) {
    db::Columns ids;
    for (const int64_t id : doubtful->attempt_ids) ids.row(id);
    std::vector<ResponseEntry> unsent;
    YZ_CHECK(store_.db.read([&](db::Tx& tx) {
      return tx.bulk_each(q::attempts_open, ids, [&](const db::Row& row) {
        unsent.push_back({.attempt_id = doubtful->attempt_ids[static_cast<size_t>(row.i64(0))],
                          .outcome = domain::AttemptOutcome::kNotSent,
                          .status = 0,
                          .carrier_message_id = {},
                          .carrier_ref = {},
                          .at = store_.now()});
      });
    }));
    if (!unsent.empty()) {
      log::warn("a claim was committed after all, its messages are queued again segments={}", unsent.size());
      YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
        Effects effects;
        return Ledger(tx, Care::kLookedUp, store_.now()).apply_responses({}, unsent, effects);
      }));
    }
    if (!unsent.empty() || steady_us() - doubtful->since_steady_us > kDoubtUs)
      doubtful = doubtful_.erase(doubtful);
    else
      ++doubtful;
  }
  note_doubtful();
  return {};
}

void Engine::note_doubtful() {
  int64_t from = 0;
  for (const Doubtful& doubtful : doubtful_)
    for (const int64_t id : doubtful.attempt_ids) from = from == 0 ? id : std::min(from, id);
  doubtful_from_ = from;
}

// Pauses campaigns' batches whose failures passed their threshold, with their campaigns, in the transaction
// that counted them.
Result<std::vector<int64_t>> Engine::pause_failing(db::Tx& tx, const Effects& effects) {
  std::vector<std::pair<int64_t, const char*>> failing;
  YZ_CHECK(watch(tx, Word::kAnswer, effects.answers, failing));
  YZ_CHECK(watch(tx, Word::kReceipt, effects.receipts, failing));
  for (const int64_t id : effects.pause_batch_ids) failing.emplace_back(id, "carrier_code");
  std::vector<int64_t> paused;
  for (const auto& [id, reason] : failing) {
    if (YZ_TRY(tx.run(q::batch_pause, id, BatchState::kPaused, reason, BatchState::kRunning,
                      domain::BatchOrigin::kCampaign, CampaignState::kRunning)) == 0)
      continue;
    YZ_CHECK(tx.run_later(q::campaign_set_state_of_batch, id, CampaignState::kPaused, reason, store_.now(),
                          CampaignState::kRunning));
    YZ_CHECK(store::append_audit(
        tx, store_, {},
        {.action = "batch.pause", .object_type = "batch", .object_id = id, .reason = reason}));
    log::warn("batch paused by itself reason={}", reason);
    paused.push_back(id);
  }
  return paused;
}

// Only what failed can pass a threshold, so only then the thresholds are read.
Result<> Engine::watch(db::Tx& tx, Word word, const std::vector<Effects::Outcomes>& words,
                       std::vector<std::pair<int64_t, const char*>>& failing) {
  std::optional<int64_t> minimum;
  std::map<int64_t, int64_t> percents;
  for (const Effects::Outcomes& o : words) {
    const FailureWatch::Rate rate = failures_.add(o.batch_id, word, o.failed, o.count);
    if (!o.failed) continue;
    if (!minimum) minimum = YZ_TRY(store::load_sending_settings(tx)).failure_pause_minimum;
    auto known = percents.find(o.batch_id);
    if (known == percents.end()) {
      const auto percent =
          YZ_TRY(tx.one(q::batch_load, [](const db::Row& row) { return row.i64(11); }, o.batch_id));
      known = percents.emplace(o.batch_id, percent.value_or(0)).first;
    }
    if (rate.reaches(known->second, *minimum)) failing.emplace_back(o.batch_id, "failure_rate");
  }
  return {};
}

}  // namespace yizhan::engine
