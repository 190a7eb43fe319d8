#pragma once
// What is on its way to one session of an application: deliveries in order, each cut into the segments of the
// session's protocol, at most a window of them without an answer. Single thread.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "link/access.h"

namespace yizhan::link {

class AccessOutbox {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Delivered = AccessHandler::Delivered;
  using Outcome = AccessHandler::DeliveryOutcome;
  using NextSequence = std::function<codec::Sequence()>;

  // `dialect` must outlive it.
  AccessOutbox(const codec::Dialect& dialect, uint32_t window) : dialect_(&dialect), window_(window) {}

  // Given and not settled, nor before one that is not.
  size_t size() const { return flights_.size(); }
  // Segments without an answer.
  size_t unanswered() const { return unanswered_; }
  void add(AccessDelivery&& delivery) { flights_.push_back({.delivery = std::move(delivery)}); }

  // What is settled meanwhile is appended to `done`, by these and the following.
  // Writes what the window has room for.
  void pump(Bytes& out, const NextSequence& next_sequence, Instant now, std::vector<Delivered>& done);
  // False when no segment waits for that sequence (any more).
  bool answered(const codec::Sequence& sequence, uint32_t status, std::vector<Delivered>& done);
  // Segments sent at or before `limit` have waited too long.
  void expire(Instant limit, std::vector<Delivered>& done);
  // Gives back what has not begun.
  void return_unwritten(std::vector<Delivered>& done);
  // Gives back all: the session is gone.
  void abandon(std::vector<Delivered>& done);

 private:
  struct Flight {
    AccessDelivery delivery;
    uint32_t segments = 0;  // 0: not cut yet
    uint32_t written = 0, answered = 0;
    Outcome outcome = Outcome::kTaken;
    bool settled = false;
  };
  struct Slot {
    codec::Sequence sequence;
    uint64_t flight = 0;
    Instant sent;
    bool waits = true;
  };

  Flight& flight(uint64_t number) { return flights_[number - first_]; }
  bool cut(const AccessDelivery& delivery, uint32_t& segments);
  bool write_segment(Bytes& out, codec::Sequence sequence, const Flight& flight) const;
  bool write_receipt(Bytes& out, codec::Sequence sequence, const AccessDelivery& delivery) const;
  void take_answer(Slot& slot, Outcome outcome, std::vector<Delivered>& done);
  void worsen(uint64_t number, Outcome outcome);
  void settle_if_whole(uint64_t number, std::vector<Delivered>& done);
  void trim();

  const codec::Dialect* dialect_;
  uint32_t window_;
  std::deque<Flight> flights_;
  uint64_t first_ = 0;  // number of the front
  uint64_t next_ = 0;   // number of the first that is not wholly written
  std::deque<Slot> slots_;
  size_t unanswered_ = 0;
  text::Encoding encoding_ = text::Encoding::kUcs2;
  text::SegmentList segments_;  // of `next_`, once it has begun
};

}  // namespace yizhan::link
