#include "net/bounded_pool.h"

#include <algorithm>

#include "base/log.h"
#include "net/io_threads.h"

namespace yizhan::net {

BoundedPool::BoundedPool(std::string_view name, size_t threads, size_t capacity) : capacity_(capacity) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i)
    threads_.emplace_back([this, label = std::string(name) + '-' + std::to_string(i)] { work(label); });
}

BoundedPool::~BoundedPool() { stop(); }

bool BoundedPool::try_post(Job&& job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= capacity_) {
      ++refused_;
      return false;
    }
    jobs_.push_back(std::move(job));
    most_queued_ = std::max(most_queued_, jobs_.size());
  }
  wake_.notify_one();
  return true;
}

PoolStats BoundedPool::stats() const {
  const std::lock_guard lock(mutex_);
  return {.threads = threads_.size(),
          .capacity = capacity_,
          .queued = jobs_.size(),
          .running = running_,
          .done = done_,
          .refused = refused_,
          .most_queued = most_queued_};
}

void BoundedPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void BoundedPool::work(const std::string& name) {
  name_thread(name);
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    ++running_;
    lock.unlock();
    try {
      job();
    } catch (const std::exception& e) {
      log::error("a job threw what={}", e.what());
    }
    // What the job owned must be gone before the next one is taken, and not under the lock.
    job = nullptr;
    lock.lock();
    --running_;
    ++done_;
  }
}

}  // namespace yizhan::net
