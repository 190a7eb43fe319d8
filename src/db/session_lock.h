#pragma once
// A lock that a PostgreSQL session holds as long as the object lives, so that one process only works on a
// schema. SQLite needs none: there the folder is locked. Any thread.

#include <memory>

#include "db/database.h"

namespace yizhan::db {

class Connection;

class SessionLock {
 public:
  // Waits options.busy_timeout for another session's end (one that was killed is noticed in a moment), then
  // kBusy.
  static Result<std::unique_ptr<SessionLock>> take(const Options& options);
  ~SessionLock();
  SessionLock(const SessionLock&) = delete;
  SessionLock& operator=(const SessionLock&) = delete;

 private:
  explicit SessionLock(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace yizhan::db
