#pragma once
// What a test of a CarrierLink needs around it: a thread that runs its I/O, and events that are kept and can
// be waited for. Any thread.

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "link/carrier_link.h"

namespace yizhan::testing {

// Everything that must happen, happens within this or the test fails.
inline constexpr std::chrono::seconds kPatience{60};

// A port that nothing listens on now.
inline uint16_t free_port() {
  using boost::asio::ip::tcp;
  boost::asio::io_context context;
  return tcp::acceptor(context, {boost::asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
}

class LinkRecorder final : public link::LinkEvents {
 public:
  void on_responses(std::vector<link::Response>&& got) override {
    change([&] { std::move(got.begin(), got.end(), std::back_inserter(responses)); });
  }
  void on_deliveries(std::vector<link::Delivery>&& got) override {
    change([&] { std::move(got.begin(), got.end(), std::back_inserter(deliveries)); });
  }
  void on_state(link::LinkState state, std::string reason) override {
    change([&] { states.emplace_back(state, std::move(reason)); });
  }
  void on_credit() override {}

  template <class Change>
  void change(Change what) {
    const std::lock_guard lock(mutex_);
    what();
    changed_.notify_all();
  }
  // Whether `ready` came to hold of what has been kept; false when it never did.
  template <class Predicate>
  bool wait(Predicate ready) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, ready);
  }
  bool wait_state(link::LinkState state) {
    return wait([&] { return !states.empty() && states.back().first == state; });
  }
  // Exactly so many, which are then no longer kept.
  std::vector<link::Response> take_responses(size_t n) { return take(responses, n); }
  std::vector<link::Delivery> take_deliveries(size_t n) { return take(deliveries, n); }

  std::vector<link::Response> responses;
  std::vector<link::Delivery> deliveries;
  std::vector<std::pair<link::LinkState, std::string>> states;

 private:
  template <class Kept>
  std::vector<Kept> take(std::vector<Kept>& kept, size_t n) {
    EXPECT_TRUE(wait([&] { return kept.size() >= n; })) << kept.size() << " of " << n;
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(kept.size(), n);
    return std::exchange(kept, {});
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

// One link and the thread that runs it; the events must outlive it.
class RunningLink {
 public:
  RunningLink(const Clock& clock, link::LinkConfig config, link::LinkEvents& events) {
    const auto good = link::check(config);
    EXPECT_TRUE(good) << to_string(good.error());
    link_ = std::make_unique<link::CarrierLink>(context_, clock, std::move(config), events);
    link_->start();
  }
  ~RunningLink() {
    link_.reset();
    work_.reset();
    thread_.join();
  }
  RunningLink(const RunningLink&) = delete;
  RunningLink& operator=(const RunningLink&) = delete;

  link::CarrierLink* operator->() { return link_.get(); }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(context_);
  std::thread thread_{[this] { context_.run(); }};
  std::unique_ptr<link::CarrierLink> link_;
};

}  // namespace yizhan::testing
