#pragma once
// A channel's link to its carrier, and what passes between it and the engine: segments out, responses and
// deliveries in, state and figures. The engine gives batches of segments and gets every one of them back
// exactly once (accepted, rejected, not sent or unknown; an unknown may be corrected once by a late
// response), and deliveries to acknowledge. What is behind it, open_link() decides from the configuration.

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/dialect.h"
#include "link/lanes.h"
#include "link/link_config.h"
#include "text/segmentation.h"

namespace yizhan::link {

// One submit. Views: into the caller's buffers when given to SubmitBatch::add, into the batch when read.
struct SegmentOut {
  uint64_t attempt_id = 0;
  uint64_t message_id = 0;
  uint64_t group = 0;  // campaign; what recall() takes back
  std::string_view source, destination;
  std::string_view validity_period;  // SMPP time format, 16 characters or none
  ByteSpan payload;                  // header and text as on the wire, at most limits::kSegmentBytes
  codec::Coding coding = codec::Coding::kDefault;
  bool has_header = false;
  uint8_t part_number = 1, part_count = 1;
  codec::ReceiptWish receipt = codec::ReceiptWish::kAlways;
  uint8_t priority = 0;
  uint8_t units = 1;  // what it counts for in rate and throttling: the segments that the carrier makes of it
  Lane lane = Lane::kVerification;  // the same for all segments of a message
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
  Lane lane(size_t i) const { return heads_[i].lane; }
  std::array<size_t, kLanes.size()> by_lane() const;
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
    uint16_t payload_bytes;
    uint8_t source_bytes, destination_bytes, validity_bytes;
    codec::Coding coding;
    bool has_header;
    uint8_t part_number, part_count;
    codec::ReceiptWish receipt;
    uint8_t priority, units;
    Lane lane;
    SegmentStage stage = SegmentStage::kAside;
  };
  std::vector<Head> heads_;
  Bytes arena_;
};

enum class ResponseKind : uint8_t {
  kAccepted,
  kRejected,  // a definite answer, or a segment that cannot be encoded: `code` says why
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
  uint32_t status = 0;             // the protocol's own number
  std::string code;                // of a rejection: the key in the table of carrier codes
  std::string carrier_message_id;  // as the carrier spells it
  std::string canonical_id;        // for matching receipts
  Time sent_at;                    // zero when never sent
  Time at;
};

// A receipt or a message from a handset. To be acknowledged once it is on disk.
struct Delivery {
  uint64_t token = 0;
  bool is_receipt = false;  // by the protocol's mark, never by the text
  bool intermediate = false;
  std::string source, destination;
  codec::Coding coding = codec::Coding::kDefault;
  uint8_t header_bytes = 0;                  // of the user data header at the start of content
  std::optional<text::UserDataHeader> part;  // one of several: by user data header or the protocol's fields
  Bytes content;
  // Receipts only
  std::string receipted_message_id;  // as the carrier spells it
  std::string canonical_id;          // for matching responses
  codec::ReceiptState state = codec::ReceiptState::kNone;
  std::string stat, error, done_date;     // raw
  std::optional<uint32_t> network_error;  // SMPP: type << 16 | code; SGIP: ErrorCode
  Time at;

  ByteSpan text() const { return ByteSpan(content).subspan(header_bytes); }
};

// A question after a message that the carrier accepted (SMPP 3.4, 4.8: query_sm).
struct Query {
  uint64_t token = 0;      // the asker's
  std::string source;      // as it was submitted
  std::string message_id;  // as the carrier spelled it
};
enum class QueryOutcome : uint8_t {
  kState,           // `state` says; it need not be final
  kUnknownMessage,  // the carrier does not know it, or not what became of it
  kUnsupported,     // the carrier answers no such questions
  kNoAnswer,        // none in time, or none that says anything
};
struct QueryAnswer {
  uint64_t token = 0;
  QueryOutcome outcome = QueryOutcome::kNoAnswer;
  codec::ReceiptState state = codec::ReceiptState::kNone;
  uint8_t error = 0;   // the network's own number; 0 = none
  std::string status;  // of kUnsupported: what the protocol calls it
  Time at;
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
  virtual void on_query_answers(std::vector<QueryAnswer>&&) {}
  // `reason` is for people: no credentials, no personal data.
  virtual void on_state(LinkState state, std::string reason) = 0;
  // A lane's credit has risen to half its capacity or above after having been below it.
  virtual void on_credit() = 0;
};

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
  std::array<size_t, kLanes.size()> queued_by_lane{};       // not yet written
  std::array<uint64_t, kLanes.size()> submitted_by_lane{};  // since the link began
  uint32_t segments_per_second = 0;                         // submitted in the last whole second
  double rate_limit = 0;                                    // what throttling allows now; 0 = no limit
  Duration latency_p50, latency_p99;  // submit to response, of the last half to whole minute
};

// Every member may be called from any thread. Events come on the link's strand. The io_context must outlive
// the link; for `done` of stop() and for events it must be running. Not to be destroyed from within an event;
// after the destructor no event comes.
class Link {
 public:
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  virtual void start() = 0;
  // Returns queued segments as kNotSent, waits up to `timeout` for answers and acknowledgements, logs out,
  // closes (what is still unanswered is kUnknown) and calls `done` on the strand. For good: no start() after.
  virtual void stop(Duration timeout, std::function<void()> done) = 0;

  // All segments of one lane to one number go by one session in this order, as long as the sessions stay up;
  // between lanes the carrier is shared by weight, a message of several segments is not interrupted. A batch
  // that exceeds credit() by so much that the queue's bound is broken comes back as kNotSent.
  virtual void submit(SubmitBatch&& batch) = 0;
  // Answers deliveries once they are on disk, or asks the carrier to keep them for now (kQueueFull). Tokens
  // of a connection that is gone are ignored: the carrier delivers again.
  virtual void acknowledge(std::vector<uint64_t> tokens, codec::Fault fault = codec::Fault::kNone) = 0;
  // What the carrier brought by another way than the link's own connections (a provider's callback): given to
  // on_deliveries() with tokens of the link; `done` is called, on the strand, once all are acknowledged, with
  // the fault if one was. kUnknownCommand from a link that has no such way.
  virtual void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) = 0;
  // Asks about messages, one after the other and only while no segment waits to be written; each is answered
  // exactly once. More than query_room() come back as kNoAnswer; a link that cannot ask says kUnsupported.
  virtual void query(std::vector<Query>&& queries) = 0;
  virtual size_t query_room() const = 0;  // zero while it is not bound
  // Segments of the group, or of these messages, that are not yet written come back as kNotSent, at once or,
  // where the carrier turns them away for now, instead of being written again. Not those that complete a
  // message of which a part is with the carrier already.
  virtual void recall(uint64_t group) = 0;
  virtual void recall_messages(std::vector<uint64_t> message_ids) = 0;
  virtual void recall_all() = 0;

  // Segments the link will take now in all, and of a lane, for which some room is kept; zero while it is not
  // bound.
  virtual size_t credit() const = 0;
  virtual size_t credit(Lane lane) const = 0;
  // The credit of a link that holds nothing, and of each of its lanes.
  virtual size_t capacity() const = 0;
  virtual size_t lane_capacity() const = 0;
  virtual LinkStats stats() const = 0;

 protected:
  Link() = default;
};

// The configuration must have passed check().
std::unique_ptr<Link> open_link(boost::asio::io_context& context, const Clock& clock, LinkConfig config,
                                LinkEvents& events);

}  // namespace yizhan::link
