#pragma once
// Moves the pages of SQLite's write-ahead log to its file on a thread of its own, over a connection of its
// own, while the writer goes on writing: most of it is waiting for the disk. What the writer adds meanwhile
// stays for it to move, so that the log comes to its end and begins anew. The writer's thread, but for its
// own.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "db/detail/connection.h"

namespace yizhan::db {

class Checkpointer {
 public:
  explicit Checkpointer(std::unique_ptr<Connection> connection);
  // Waits for what is under way.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  void start();  // not while one is under way
  bool under_way() const;
  void wait();

 private:
  enum class State : uint8_t { kIdle, kUnderWay, kClosing };
  void loop();

  std::unique_ptr<Connection> connection_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kIdle;
  std::thread thread_;
};

}  // namespace yizhan::db
