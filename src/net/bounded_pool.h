#pragma once
// Threads for blocking work (SQL, password hashing, files) behind a queue with a bound: when it is full the
// caller is told at once and answers kBusy, so load never piles up. Any thread.

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "net/task.h"

namespace yizhan::net {

struct PoolStats {
  size_t threads = 0;
  size_t capacity = 0;
  size_t queued = 0;
  size_t running = 0;
  uint64_t done = 0;
  uint64_t refused = 0;
  size_t most_queued = 0;
};

class BoundedPool {
 public:
  using Job = std::move_only_function<void()>;

  // `threads` at least one; `capacity` counts waiting jobs, not running ones.
  BoundedPool(std::string_view name, size_t threads, size_t capacity = limits::kWorkQueueJobs);
  ~BoundedPool();
  BoundedPool(const BoundedPool&) = delete;
  BoundedPool& operator=(const BoundedPool&) = delete;

  // False when the queue is full or the pool stopped: `job` is then still the caller's. A job should not
  // throw; if it does, that is logged.
  [[nodiscard]] bool try_post(Job&& job);
  PoolStats stats() const;
  // Takes no more jobs, runs those that wait, joins. Idempotent; not from a job.
  void stop();

 private:
  void work(const std::string& name);

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  size_t running_ = 0;
  uint64_t done_ = 0;
  uint64_t refused_ = 0;
  size_t most_queued_ = 0;
  std::vector<std::thread> threads_;
};

namespace detail {

template <class T>
struct ResultOf {
  using type = Result<T>;
};
template <class T>
struct ResultOf<Result<T>> {
  using type = Result<T>;
};

// An exception of a library stops here and becomes a value.
template <class Outcome, class Function>
Outcome call_as_result(Function& function) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Function&>>) {
      function();
      return {};
    } else {
      return function();
    }
  } catch (const std::exception& e) {
    return fail(ErrorCode::kInternal, e.what());
  }
}

// One call: its function, the coroutine that waits for it, and what keeps that coroutine's executor alive.
template <class Outcome, class Function, class Handler>
struct PoolCall {
  PoolCall(Handler h, Function f)
      : work(asio::make_work_guard(asio::get_associated_executor(h))),
        handler(std::move(h)),
        function(std::move(f)) {}

  void complete() {
    Outcome outcome = refused ? Outcome(fail(ErrorCode::kBusy, "the work queue is full"))
                              : call_as_result<Outcome>(function);
    const auto executor = work.get_executor();
    asio::post(executor, [h = std::move(handler), o = std::move(outcome)]() mutable { h(std::move(o)); });
  }

  decltype(asio::make_work_guard(asio::get_associated_executor(std::declval<Handler&>()))) work;
  Handler handler;
  Function function;
  bool refused = false;
};

}  // namespace detail

// Runs `function` on the pool and resumes the caller on its own executor: one hop each way. A function that
// returns T or Result<T> gives Result<T>; a full pool gives kBusy, an exception kInternal. The function is
// moved into the job: it must own, or outlive with the pool, all it refers to.
template <class Function>
auto run_on(BoundedPool& pool, Function function)
    -> Task<typename detail::ResultOf<std::invoke_result_t<Function&>>::type> {
  using Outcome = typename detail::ResultOf<std::invoke_result_t<Function&>>::type;
  auto initiate = [&pool, &function](auto handler) {
    using Call = detail::PoolCall<Outcome, Function, decltype(handler)>;
    auto call = std::make_unique<Call>(std::move(handler), std::move(function));
    Call* const refusable = call.get();
    BoundedPool::Job job = [c = std::move(call)] { c->complete(); };
    if (pool.try_post(std::move(job))) return;
    // A refused job is still ours, and with it the call.
    refusable->refused = true;
    refusable->complete();
  };
  Outcome outcome = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Outcome)>(
      std::move(initiate), asio::use_awaitable);
  co_return outcome;
}

}  // namespace yizhan::net
