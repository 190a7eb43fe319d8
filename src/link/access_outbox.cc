#include "link/access_outbox.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/log.h"
#include "codec/smpp/receipt.h"
#include "codec/smpp/status.h"

namespace yizhan::link {
namespace {

constexpr Duration kCarrierZone = hours(8);
// A receipt always has both dates; what is not known is zeros, as centres write it.
constexpr std::string_view kNoDate = "0000000000";

std::string receipt_date(Time t) {
  return t ? smpp::format_receipt_date(t, kCarrierZone) : std::string(kNoDate);
}

// The id that CMPP and SMGP give a message of a handset: one a segment, and the same when it goes again, so
// that the application can know it.
std::array<uint8_t, 10> message_id(const codec::Dialect& dialect, uint64_t delivery, uint32_t segment) {
  static_assert(limits::kSegmentsPerMessage <= 16);
  const uint64_t number = delivery << 4 | segment;
  std::array<uint8_t, 10> id{};
  Bytes bytes;
  switch (dialect.protocol()) {
    case codec::Protocol::kCmpp20:
    case codec::Protocol::kCmpp30:
      ByteWriter(bytes).u64(number);
      break;
    case codec::Protocol::kSmgp30:
      if (!from_hex(dialect.message_ref(number, {}).view(), bytes)) bytes.clear();
      break;
    case codec::Protocol::kSmpp34:
    case codec::Protocol::kSgip12:
      break;
  }
  std::copy_n(bytes.begin(), std::min(bytes.size(), id.size()), id.begin());
  return id;
}

// Whether the application may take it another time.
bool is_temporary(const codec::Dialect& dialect, uint32_t status) {
  using codec::Fault;
  if (dialect.meaning(codec::Act::kDeliverAnswer, status) == codec::StatusMeaning::kThrottled) return true;
  for (const Fault fault : {Fault::kThrottled, Fault::kQueueFull, Fault::kSystem})
    if (status == dialect.submit_status(fault)) return true;
  return dialect.protocol() == codec::Protocol::kSmpp34 &&
         status == static_cast<uint32_t>(smpp::Status::kTemporaryAppError);
}

}  // namespace

bool AccessOutbox::cut(const AccessDelivery& delivery, uint32_t& segments) {
  if (delivery.receipt) {
    segments = 1;
    return true;
  }
  encoding_ = text::measure(delivery.text, dialect_->encodings()).encoding;
  // The same reference when it goes again, so that the application knows a part that it has already.
  const auto cut_up = text::split(
      delivery.text, {.encoding = encoding_, .reference = static_cast<uint16_t>(delivery.id)}, segments_);
  if (!cut_up) return false;
  segments = static_cast<uint32_t>(segments_.size());
  return true;
}

bool AccessOutbox::write_receipt(Bytes& out, codec::Sequence sequence, const AccessDelivery& d) const {
  const AccessDelivery::Receipt& receipt = *d.receipt;
  const std::string submitted = receipt_date(receipt.submitted), done = receipt_date(receipt.done);
  codec::Deliver pdu{.source = d.source, .destination = d.destination};
  pdu.receipt = codec::Receipt{.message = receipt.message,
                               .state = receipt.state,
                               .stat = receipt.stat,
                               .error = receipt.error,
                               .code = codec::error_number(receipt.error),
                               .submitted = submitted,
                               .done = done};
  return dialect_->write_deliver(out, sequence, pdu);
}

bool AccessOutbox::write_segment(Bytes& out, codec::Sequence sequence, const Flight& f) const {
  if (f.delivery.receipt) return write_receipt(out, sequence, f.delivery);
  const text::Segment segment = segments_[f.written];
  codec::Deliver pdu{.source = f.delivery.source,
                     .destination = f.delivery.destination,
                     .payload = segment.payload,
                     .coding = codec::coding_of(encoding_),
                     .has_header = segment.udh_bytes > 0};
  if (segment.udh_bytes > 0)
    pdu.part = text::UserDataHeader{.bytes = segment.udh_bytes,
                                    .reference = static_cast<uint16_t>(f.delivery.id),
                                    .total = static_cast<uint8_t>(f.segments),
                                    .number = static_cast<uint8_t>(f.written + 1)};
  pdu.echo.id = message_id(*dialect_, f.delivery.id, f.written);
  return dialect_->write_deliver(out, sequence, pdu);
}

void AccessOutbox::pump(Bytes& out, const NextSequence& next_sequence, Instant now,
                        std::vector<Delivered>& done) {
  while (next_ < first_ + flights_.size() && unanswered_ < window_) {
    const uint64_t number = next_;
    Flight& f = flight(number);
    if (f.settled) {
      ++next_;
      continue;
    }
    if (f.segments == 0 && !cut(f.delivery, f.segments)) {
      log::warn("a message for an application takes too many segments delivery={}", f.delivery.id);
      worsen(number, Outcome::kRefused);
      settle_if_whole(number, done);
      continue;
    }
    const codec::Sequence sequence = next_sequence();
    if (!write_segment(out, sequence, f)) {
      log::warn("a delivery does not fit the application's protocol delivery={} protocol={}", f.delivery.id,
                codec::protocol_name(dialect_->protocol()));
      worsen(number, Outcome::kRefused);
      settle_if_whole(number, done);
      continue;
    }
    slots_.push_back({.sequence = sequence, .flight = number, .sent = now});
    ++unanswered_;
    if (++f.written == f.segments) ++next_;
  }
  trim();
}

bool AccessOutbox::answered(const codec::Sequence& sequence, uint32_t status, std::vector<Delivered>& done) {
  const auto slot =
      std::ranges::find_if(slots_, [&](const Slot& s) { return s.waits && s.sequence == sequence; });
  if (slot == slots_.end()) return false;
  const Outcome bad = is_temporary(*dialect_, status) ? Outcome::kAgain : Outcome::kRefused;
  take_answer(*slot, status == 0 ? Outcome::kTaken : bad, done);
  while (!slots_.empty() && !slots_.front().waits) slots_.pop_front();
  trim();
  return true;
}

void AccessOutbox::expire(Instant limit, std::vector<Delivered>& done) {
  while (!slots_.empty() && (!slots_.front().waits || slots_.front().sent <= limit)) {
    if (slots_.front().waits) take_answer(slots_.front(), Outcome::kAgain, done);
    slots_.pop_front();
  }
  trim();
}

void AccessOutbox::take_answer(Slot& slot, Outcome outcome, std::vector<Delivered>& done) {
  slot.waits = false;
  --unanswered_;
  ++flight(slot.flight).answered;
  if (outcome != Outcome::kTaken) worsen(slot.flight, outcome);
  settle_if_whole(slot.flight, done);
}

// A refusal outweighs another try; the rest of the message is not written any more.
void AccessOutbox::worsen(uint64_t number, Outcome outcome) {
  Flight& f = flight(number);
  f.outcome = std::max(f.outcome, outcome);
  f.segments = f.written;
  if (number == next_) ++next_;
}

void AccessOutbox::settle_if_whole(uint64_t number, std::vector<Delivered>& done) {
  Flight& f = flight(number);
  if (f.settled || f.answered < f.segments) return;
  f.settled = true;
  done.push_back({f.delivery.id, f.outcome});
}

void AccessOutbox::trim() {
  while (!flights_.empty() && flights_.front().settled && first_ < next_) {
    flights_.pop_front();
    ++first_;
  }
}

void AccessOutbox::return_unwritten(std::vector<Delivered>& done) {
  for (Flight& f : flights_) {
    if (f.settled || f.written > 0) continue;
    f.settled = true;
    done.push_back({f.delivery.id, Outcome::kAgain});
  }
}

void AccessOutbox::abandon(std::vector<Delivered>& done) {
  for (const Flight& f : flights_)
    if (!f.settled) done.push_back({f.delivery.id, std::max(f.outcome, Outcome::kAgain)});
  first_ = next_ = first_ + flights_.size();
  flights_.clear();
  slots_.clear();
  unanswered_ = 0;
}

}  // namespace yizhan::link
