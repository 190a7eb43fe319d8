#pragma once
// A watchdog that closes a socket when its time is up; the pending operation then ends with an error. It is
// used instead of `operation || timer`, which loses what a partial read has already taken. Moving the
// deadline is a store, not a timer operation, so a session may set it on every message. Used on the socket's
// own thread only.

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "base/time.h"
#include "net/task.h"

namespace yizhan::net {

class Deadline {
 public:
  // The socket must outlive the Deadline.
  explicit Deadline(asio::ip::tcp::socket& socket);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Closes the socket `after` from now unless moved or cleared before.
  void set(Duration after);
  void clear();
  // True once the socket has been closed by this deadline.
  bool expired() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace yizhan::net
