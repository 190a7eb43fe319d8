#pragma once
// Owns the I/O threads: one io_context per thread, so everything spawned on one context runs on one thread
// and needs neither a strand nor a lock. next(), executor() and stop() from any thread.
//
// Shutdown: stop() ends the loops and joins; suspended coroutines are destroyed with the IoThreads, on the
// thread that destroys it. So what coroutines refer to must be declared before (outlive) the IoThreads, and
// pools that complete into it (bounded_pool.h) must be stopped first.

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/task.h"

namespace yizhan::net {

class IoThreads {
 public:
  // Starts `count` threads (at least one), named "<name>-<n>" for tools that list threads (15 characters).
  IoThreads(std::string_view name, size_t count);
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  size_t size() const { return lanes_.size(); }
  asio::io_context& context(size_t index) { return lanes_[index]->context; }
  // Round robin: where to put the next connection.
  asio::io_context& next();
  // Ends the loops at once, whatever is pending, and joins. Idempotent; not from an I/O thread.
  void stop();

 private:
  struct Lane {
    // One thread runs the context; others only post to it.
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
  };
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<size_t> next_{0};
};

// Names the calling thread for tools; cut to 15 bytes.
void name_thread(const std::string& name);
// For work that can wait: when processors are short, the calling thread and those that it starts from now on
// run after all others. For good.
void give_way();

}  // namespace yizhan::net
