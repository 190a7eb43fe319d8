#pragma once
// One connection of the carrier simulator: its stream, what is to be written, the deliveries without an
// answer. Lives on the simulator's I/O thread.

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "link/simulator_config.h"
#include "link/simulator_pending.h"
#include "net/stream.h"

namespace yizhan::link {

// Deliveries that wait for their answer, by sequence number: a ring as large as the window. Their sequence
// numbers have bit 30 set, which keeps them apart from those of other requests and within SMPP's range.
class DeliverWindow {
 public:
  explicit DeliverWindow(uint32_t window) : window_(window) {
    size_t size = 1;
    while (size < window) size *= 2;
    slots_.resize(size);
  }

  bool full() const { return next_ - oldest_ >= window_; }
  bool empty() const { return next_ == oldest_; }
  // The sequence number that `entry` goes out with. Not when full.
  uint32_t add(uint32_t entry, int64_t now_ms) {
    slot(next_) = {entry, now_ms};
    return kMark | static_cast<uint32_t>(next_++ & kCounter);
  }
  // The entry that waited under this number, kNoEntry when there is none.
  uint32_t answer(uint32_t sequence) {
    const uint64_t offset = (sequence - oldest_) & kCounter;
    if ((sequence & ~kCounter) != kMark || offset >= next_ - oldest_) return kNoEntry;
    const uint32_t entry = slot(oldest_ + offset).entry;
    slot(oldest_ + offset).entry = kNoEntry;
    skip_answered();
    return entry;
  }
  // The oldest entry if it was sent at or before `sent_ms`, taken out; else kNoEntry.
  uint32_t take_oldest(int64_t sent_ms) {
    if (empty() || slot(oldest_).sent_ms > sent_ms) return kNoEntry;
    const uint32_t entry = slot(oldest_++).entry;
    skip_answered();
    return entry;
  }

 private:
  static constexpr uint32_t kMark = 0x4000'0000;
  static constexpr uint32_t kCounter = 0x3FFF'FFFF;

  struct Slot {
    uint32_t entry = kNoEntry;
    int64_t sent_ms = 0;
  };
  Slot& slot(uint64_t counter) { return slots_[counter & (slots_.size() - 1)]; }
  void skip_answered() {
    while (oldest_ != next_ && slot(oldest_).entry == kNoEntry) ++oldest_;
  }

  uint64_t window_;
  uint64_t next_ = 1;
  uint64_t oldest_ = 1;
  std::vector<Slot> slots_;
};

// Who opened the connection. SGIP's carrier dials its client to deliver (1.2, section 2.2).
enum class OpenedBy : uint8_t { kClient, kSimulator };

struct SimulatorSession {
  SimulatorSession(net::Stream::Socket socket, uint32_t n, OpenedBy by, uint32_t deliver_window)
      : stream(std::move(socket)),
        wake(stream.get_executor()),
        number(n),
        opened_by(by),
        deliveries(deliver_window) {}

  size_t unwritten() const { return out.size() - written + sending.size() - sent; }

  net::Stream stream;
  boost::asio::steady_timer wake;  // what the reading coroutine waits for when it must not read
  const uint32_t number;           // as in the log
  const OpenedBy opened_by;
  bool shaking_hands = false;  // TLS
  bool bound = false;
  bool can_submit = false;
  bool can_receive = false;
  bool frozen = false;   // the half-open fault: reads on, does nothing
  bool leaving = false;  // a logout of ours has no answer yet
  bool closed = false;
  bool close_when_written = false;
  bool write_waits = false;  // for the socket to take more, or for TLS to have written `sending`
  bool dirty = false;        // in the list of sessions to write
  bool asked = false;        // a keep-alive has no answer yet
  uint16_t account = 0;
  uint32_t unanswered_submits = 0;  // segments
  uint32_t requests = 0;            // of ours, other than deliveries
  uint64_t submits = 0;             // those that were not throttled
  int64_t last_read_ms = 0;
  int64_t active_ms = 0;  // when something other than a keep-alive was said last
  Bytes out;
  size_t written = 0;  // of `out`
  Bytes sending;       // TLS: what is being written must stay where it is
  size_t sent = 0;     // of `sending`
  DeliverWindow deliveries;
};

}  // namespace yizhan::link
