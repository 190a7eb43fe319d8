#include "net/io_threads.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/log.h"

namespace yizhan::net {

namespace {

// A handler that throws is a defect, but one connection's defect must not end every other's thread.
void run_loop(asio::io_context& context) {
  for (;;) {
    try {
      context.run();
      return;
    } catch (const std::exception& e) {
      log::error("an I/O handler threw what={}", e.what());
    }
  }
}

}  // namespace

void name_thread(const std::string& name) { pthread_setname_np(pthread_self(), name.substr(0, 15).c_str()); }

// Of Linux, a nice value is a thread's own and goes on to its children; without the right to set it nothing
// changes.
void give_way() {
  constexpr int kNice = 10;
  setpriority(PRIO_PROCESS, 0, kNice);
}

IoThreads::IoThreads(std::string_view name, size_t count) {
  for (size_t i = 0; i < std::max<size_t>(count, 1); ++i) {
    auto& lane = *lanes_.emplace_back(std::make_unique<Lane>());
    lane.thread = std::thread([&lane, label = std::string(name) + '-' + std::to_string(i)] {
      name_thread(label);
      run_loop(lane.context);
    });
  }
}

IoThreads::~IoThreads() { stop(); }

asio::io_context& IoThreads::next() {
  return lanes_[next_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()]->context;
}

void IoThreads::stop() {
  for (auto& lane : lanes_) lane->context.stop();
  for (auto& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

}  // namespace yizhan::net
