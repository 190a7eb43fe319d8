#pragma once
// Keeps a second server off the same data: it would take what the first has in flight for cut off, and send
// what the first is sending. Held for as long as the object lives, and gone with the process however that
// ends.

#include <memory>

#include "app/config.h"
#include "db/session_lock.h"

namespace yizhan::app {

class DataLock {
 public:
  // Makes the data folder when there is none. kBusy, with the folder in `field`, while another server works
  // there or on the same PostgreSQL schema.
  static Result<std::unique_ptr<DataLock>> take(const Config& config);
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

 private:
  explicit DataLock(int file) : file_(file) {}
  int file_;
  std::unique_ptr<db::SessionLock> session_;
};

}  // namespace yizhan::app
