#include "db/detail/checkpointer.h"

#include <utility>

#include "base/log.h"

namespace yizhan::db {

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), thread_([this] { loop(); }) {}

Checkpointer::~Checkpointer() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ == State::kIdle; });
    state_ = State::kClosing;
  }
  changed_.notify_all();
  thread_.join();
}

void Checkpointer::start() {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kUnderWay;
  }
  changed_.notify_all();
}

bool Checkpointer::under_way() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::kUnderWay;
}

void Checkpointer::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return state_ != State::kUnderWay; });
}

void Checkpointer::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return state_ != State::kIdle; });
    if (state_ == State::kClosing) return;
    lock.unlock();
    if (auto done = connection_->checkpoint(Connection::Checkpoint::kPassive); !done)
      log::warn("db checkpoint: {}", to_string(done.error()));
    lock.lock();
    state_ = State::kIdle;
    changed_.notify_all();
  }
}

}  // namespace yizhan::db
