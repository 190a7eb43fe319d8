#pragma once
// The carrier simulator's own account of what it received and sent: writer, reader, and the summary by
// destination that a checker holds against the ledger. Grammar: docs/formats/simulator_log.md. Each class is
// used by a single thread. The log holds phone numbers (it stands for the other side of the wire), so it is
// made only where a path is configured.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "codec/dialect.h"

namespace yizhan::link {

enum class SimulatorEvent : char {
  kRun = 'V',
  kBind = 'B',
  kSessionEnd = 'E',
  kFault = 'F',
  kSubmit = 'S',
  kReceipt = 'R',
  kInbound = 'M',
  kAnswer = 'A',
  kGivenUp = 'X',
};

// One line, read or to be written; only the fields of its kind count (the grammar says which). In records
// from the reader the views are valid until the next one.
struct SimulatorRecord {
  SimulatorEvent event = SimulatorEvent::kRun;
  int64_t at_us = 0;  // since the start of the run (V line)
  uint32_t session = 0;
  uint32_t sequence = 0;
  std::string_view source;
  std::string_view destination;
  uint8_t esm_class = 0;
  uint8_t data_coding = 0;
  uint8_t registered = 0;
  uint16_t part_reference = 0;
  uint8_t part_number = 1;
  uint8_t part_count = 1;
  uint64_t text_hash = 0;
  uint32_t status = 0;
  uint64_t message_id = 0;  // 0 = none assigned
  // Submit: the planned receipt, "DELIVRD/000", or "-" when none will come; receipt: what was sent.
  std::string_view outcome;
  // Submit: sent, held, lost, garbage, oversize. Receipt: normal, duplicate, early, late. Bind: the mode.
  // Session end and fault: the reason.
  std::string_view word;
  uint32_t attempt = 1;  // receipts and inbound: 1, and more when sent again
  std::string_view account;
  ByteSpan text;                                        // submit and inbound with log_texts=hex
  codec::Protocol protocol = codec::Protocol::kSmpp34;  // V
  uint64_t seed = 0;                                    // V
  int64_t start_us = 0;                                 // V: UTC
};

// Appends lines to a buffer and the buffer to a file in large writes. After a failed write (a full disk) it
// writes no more, failed() says so, and the simulator goes on.
class SimulatorLogWriter {
 public:
  SimulatorLogWriter() = default;
  ~SimulatorLogWriter();
  SimulatorLogWriter(const SimulatorLogWriter&) = delete;
  SimulatorLogWriter& operator=(const SimulatorLogWriter&) = delete;

  // Opens for appending, created with mode 0600, locked against other simulators. kUnavailable with the path
  // in `field`.
  Result<void> open(const std::string& path);
  bool is_open() const { return file_ >= 0; }
  bool failed() const { return failed_; }
  void write(const SimulatorRecord& record);
  void flush();

 private:
  void finish_line(char* end);

  int file_ = -1;
  bool failed_ = false;
  std::vector<char> buffer_;
  size_t used_ = 0;
};

struct SimulatorLogFacts {
  uint64_t lines = 0;
  uint64_t torn_lines = 0;  // cut by the death of a simulator
};

// Calls `take` for every record in order. kNotFound or kCorrupt with "path:line" in `field`. Bad lines are
// accepted only where a simulator was killed: at the end and before a V line.
Result<SimulatorLogFacts> read_simulator_log(const std::string& path,
                                             const std::function<void(const SimulatorRecord&)>& take);

// One message as the carrier saw it: all its segments accepted.
struct SimulatedMessage {
  int64_t accepted_us = 0;  // UTC, when its last segment was
  std::string source;
  uint64_t content_hash = 0;  // of all segments in order; equal texts have equal hashes
  uint8_t segments = 1;
  // The worst of its segments' outcomes: planned at acceptance, and sent in receipts; "" for none.
  std::string planned;
  std::string receipted;
  uint32_t receipts_sent = 0;      // without repetitions for lack of an answer
  uint32_t receipts_answered = 0;  // with status 0
};

struct SimulatedDestination {
  uint32_t submits = 0;
  uint32_t accepted_segments = 0;
  uint32_t refused_submits = 0;
  uint32_t unanswered_submits = 0;   // accepted, but no proper response went out
  uint32_t incomplete_messages = 0;  // some segments accepted, not all
  uint32_t inbound = 0;              // messages from this number, without repetitions
  std::vector<SimulatedMessage> messages;
};

struct SimulatorSummary {
  SimulatorLogFacts facts;
  uint64_t runs = 0;
  uint64_t submits = 0;
  uint64_t accepted_segments = 0;
  uint64_t messages = 0;
  uint64_t receipts_sent = 0;
  uint64_t receipts_answered = 0;
  uint64_t inbound_sent = 0;
  uint64_t faults = 0;
  std::unordered_map<uint32_t, uint64_t> responses_by_status;
  std::unordered_map<std::string, uint64_t> receipts_by_outcome;
  std::unordered_map<std::string, SimulatedDestination> destinations;
};

Result<SimulatorSummary> summarize_simulator_log(const std::string& path);

}  // namespace yizhan::link
