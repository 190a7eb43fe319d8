#pragma once
// What passes between the engine and a carrier link: segments out, responses and deliveries in, the link's
// configuration, state and figures. Plain data; LinkEvents is called on the link's strand.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/smpp/message_id.h"
#include "codec/smpp/pdu.h"
#include "text/segmentation.h"

namespace yizhan::link {

// One submit_sm. Views: into the caller's buffers when given to SubmitBatch::add, into the batch when read.
struct SegmentOut {
  uint64_t attempt_id = 0;
  uint64_t message_id = 0;
  uint64_t group = 0;  // campaign; what recall() takes back
  std::string_view source, destination;
  std::string_view validity_period;  // SMPP time format, 16 characters or none
  ByteSpan payload;                  // header and text as on the wire, at most 254 bytes
  uint8_t data_coding = 0;
  uint8_t esm_class = 0;
  uint8_t registered_delivery = smpp::kReceiptAlways;
  uint8_t priority = 0;
};

// Where a segment of a batch stands at the link. kWithCarrier: written or about to be, or accepted.
enum class SegmentStage : uint8_t { kAside, kWithCarrier };

// Segments for one link in sending order, their bytes in one arena. Segments of a message are adjacent.
class SubmitBatch {
 public:
  void reserve(size_t segments, size_t bytes) {
    heads_.reserve(segments);
    arena_.reserve(bytes);
  }
  // kInvalidArgument when an address or payload is longer than any PDU can hold; nothing is added then.
  Result<void> add(const SegmentOut& segment);
  SegmentOut operator[](size_t i) const;
  size_t size() const { return heads_.size(); }
  bool empty() const { return heads_.empty(); }

  // The link's notes, on its strand.
  void set_stage(size_t i, SegmentStage stage) { heads_[i].stage = stage; }
  // Another segment of the same message is with the carrier: without this one the message would stay in
  // pieces.
  bool begun_elsewhere(size_t i) const;

 private:
  struct Head {
    uint64_t attempt_id, message_id, group;
    uint32_t begin;  // in the arena: source, destination, validity, payload
    uint8_t source_bytes, destination_bytes, validity_bytes, payload_bytes;
    uint8_t data_coding, esm_class, registered_delivery, priority;
    SegmentStage stage = SegmentStage::kAside;
  };
  std::vector<Head> heads_;
  Bytes arena_;
};

enum class ResponseKind : uint8_t {
  kAccepted,
  kRejected,  // a definite answer, or a segment that cannot be encoded: `status` says why
  kNotSent,   // never accepted by the carrier: safe to queue again
  kUnknown,   // written, no answer: time-out or disconnect
};
enum class Punctuality : uint8_t {
  kInTime,
  kLate,  // follows a kUnknown given for the same attempt, and is the truth
};

struct Response {
  uint64_t attempt_id = 0;
  uint64_t message_id = 0;
  ResponseKind kind = ResponseKind::kNotSent;
  Punctuality punctuality = Punctuality::kInTime;
  uint32_t status = 0;             // smpp::Status
  std::string carrier_message_id;  // as the carrier spells it
  std::string canonical_id;        // for matching receipts
  Time sent_at;                    // zero when never sent
  Time at;
};

// A deliver_sm or data_sm: a receipt or a message from a handset. To be acknowledged once it is on disk.
struct Delivery {
  uint64_t token = 0;
  bool is_receipt = false;  // by esm_class, never by the text
  bool intermediate = false;
  std::string source, destination;
  uint8_t data_coding = 0, esm_class = 0;
  uint8_t header_bytes = 0;                  // of the user data header at the start of content
  std::optional<text::UserDataHeader> part;  // one of several: by user data header or SAR parameters
  Bytes content;                             // short_message or message_payload
  // Receipts only
  std::string receipted_message_id;  // as the carrier spells it
  std::string canonical_id;          // for matching responses
  smpp::MessageState message_state = smpp::MessageState::kNone;
  std::string stat, error, done_date;     // raw, as in the text
  std::optional<uint32_t> network_error;  // type << 16 | code
  Time at;

  ByteSpan text() const { return ByteSpan(content).subspan(header_bytes); }
};

enum class LinkState : uint8_t { kStopped, kConnecting, kBound, kBackoff, kBadCredentials, kDraining };
std::string_view link_state_name(LinkState state);  // "bad_credentials"

// Called on the link's strand, one call per batch of what a read brought. Must not block: take and return.
// May call the link's members, except its destructor.
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;
  virtual void on_responses(std::vector<Response>&& responses) = 0;
  virtual void on_deliveries(std::vector<Delivery>&& deliveries) = 0;
  // `reason` is for people: no credentials, no personal data.
  virtual void on_state(LinkState state, std::string reason) = 0;
  // credit() has risen to half the queue or above after having been below it.
  virtual void on_credit() = 0;
};

enum class BindMode : uint8_t {
  kTransceiver,
  kTransmitterReceiver,  // a pair of binds where there would be one
};

struct LinkConfig {
  std::string name;  // for the log
  std::string host;
  uint16_t port = 2775;
  std::string system_id, password, system_type;
  BindMode bind_mode = BindMode::kTransceiver;
  std::string address_range;
  std::string service_type;
  uint8_t source_ton = 0, source_npi = 0;
  uint8_t destination_ton = 1, destination_npi = 1;
  uint32_t sessions = 1;
  uint32_t window = 32;              // unanswered segments per session, at most limits::kLinkWindow
  uint32_t segments_per_second = 0;  // of the whole link; 0 = no limit but the carrier's throttling
  size_t queue_segments = limits::kLinkQueueSegments;   // queued and unanswered together
  size_t unacknowledged = limits::kLinkUnacknowledged;  // deliveries per session; above it the carrier waits
  Duration response_timeout = seconds(30);
  Duration enquire_link_interval = seconds(30);  // of silence from the carrier
  Duration connect_timeout = seconds(10);        // until bound
  Duration backoff_min = milliseconds(500);
  Duration backoff_max = seconds(60);
  Duration bad_credentials_retry = minutes(10);
  Duration unsent_hold = seconds(15);  // how long queued segments wait for a lost link
  Duration throttle_pause = milliseconds(500);
  Duration throttle_pause_max = seconds(10);
  uint32_t max_throttle_retries = 20;  // of one segment; then it is rejected with the throttle's status
  uint32_t max_silent_timeouts = 3;    // without a response between them; then the session is dropped
  uint64_t jitter_seed = 1;
  text::Encoding default_alphabet = text::Encoding::kGsm7;  // what data_coding 0 means at this centre
  smpp::MessageIdForm message_id_form = smpp::MessageIdForm::kVerbatim;
};
// kInvalidArgument with the field's name: too long for its PDU, zero, above its limit.
Result<void> check(const LinkConfig& config);

// Why the last bind did not come about.
enum class BindFailure : uint8_t { kNone, kUnreachable, kRefused, kTimeout };

struct LinkStats {
  LinkState state = LinkState::kStopped;
  std::string last_error;
  BindFailure bind_failure = BindFailure::kNone;
  Time bound_since;  // zero while not bound
  size_t sessions_bound = 0;
  size_t queued = 0;
  size_t in_window = 0;
  size_t unacknowledged = 0;
  uint64_t submitted = 0, accepted = 0, rejected = 0, throttled = 0, unknown = 0, not_sent = 0, late = 0;
  uint64_t deliveries = 0, receipts = 0, unmatched_responses = 0, reconnects = 0;
  uint32_t segments_per_second = 0;   // submitted in the last whole second
  double rate_limit = 0;              // what throttling allows now; 0 = no limit
  Duration latency_p50, latency_p99;  // submit to response, of the last half to whole minute
};

}  // namespace yizhan::link
