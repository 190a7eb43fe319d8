#pragma once
// Server-sent events to one client: any thread pushes, the session sends. A client that does not keep up is
// dropped; it comes back with Last-Event-ID. Any thread.

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace yizhan::http {

struct Event {
  std::string_view name;  // empty: "message"
  std::string_view data;  // any lines
  std::string_view id;    // empty: none; no line breaks
};

enum class Pushed : uint8_t { kAccepted, kClosed };

class EventStream {
 public:
  explicit EventStream(size_t buffer_bytes = limits::kEventStreamBufferBytes) : buffer_bytes_(buffer_bytes) {}

  // kClosed: the client is gone, too slow or the stream was closed; the pusher forgets the stream.
  Pushed push(const Event& event);
  // What is buffered is still sent, then the connection ends. Idempotent.
  void close();
  bool closed() const;

  // For the session. The listener is called (on the pusher's thread, without a lock) when there is something
  // to do; pass nullptr to end that, after which it is not called any more.
  void listen(std::function<void()> wake);
  struct Pending {
    std::string text;
    bool closed = false;
  };
  Pending take();
  // The client was too slow for limits::kEventStreamBufferBytes.
  bool overflowed() const;
  // The client is gone: drops what is buffered.
  void disconnect();

 private:
  const size_t buffer_bytes_;
  mutable std::mutex mutex_;
  std::string pending_;
  bool closed_ = false;
  bool overflowed_ = false;
  std::mutex wake_mutex_;  // held while waking, so that listen(nullptr) waits for a running call
  std::function<void()> wake_;
};

// The wire form (WHATWG HTML, section 9.2.5).
void append_event(std::string& out, const Event& event);

}  // namespace yizhan::http
