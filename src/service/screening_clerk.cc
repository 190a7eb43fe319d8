#include "service/screening_clerk.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace yizhan::service {

namespace {

constexpr auto kScreeningPause = std::chrono::seconds(10);  // changes of what is in force wake it

}  // namespace

void ScreeningClerk::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      const bool more = round();
      lock.lock();
      if (more) continue;
      condition_.wait_for(lock, kScreeningPause, [this] { return stopping_ || woken_; });
      woken_ = false;
    }
  });
}

void ScreeningClerk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ScreeningClerk::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  condition_.notify_all();
}

bool ScreeningClerk::round() {
  note("rule packs", packs_.load_if_day_changed());
  note("allowed phrases", phrases_.expire());
  const auto more = rescreenings_.step();
  note("live contents", more ? Result<>() : std::unexpected(more.error()));
  return more && *more;
}

void ScreeningClerk::note(const char* what, const Result<>& done) {
  if (done) {
    faults_.erase(what);
    return;
  }
  std::string fault = to_string(done.error());
  std::string& last = faults_[what];
  if (fault != last) log::error("screening clerk: {}: {}", what, fault);
  last = std::move(fault);
}

}  // namespace yizhan::service
