#pragma once
// What the simulated carrier is told to do: its accounts, its speed, its error and receipt mix, its faults.
// Plain data; the text form of every option (command line or TOML key, default, help) is in
// simulator_options(). Probabilities are 0..1; ranges are uniform and inclusive.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/dialect.h"

namespace yizhan::link {

// How long both may be: account_sizes.h.
struct SimulatorAccount {
  std::string system_id;
  std::string password;
  bool operator==(const SimulatorAccount&) const = default;
};

struct MsRange {
  int64_t min_ms = 0;
  int64_t max_ms = 0;
  bool operator==(const MsRange&) const = default;
};

// The protocol's own number for the status of a submit's answer, and how often it is answered.
struct StatusChance {
  uint32_t status = 0;
  double probability = 0;
  bool operator==(const StatusChance&) const = default;
};

// The final state in a receipt: "stat" as written there (at most 7 letters) and the three characters of
// "err". SGIP has a state and a number instead: what is not DELIVRD has failed, the number is that of "err".
struct OutcomeChance {
  std::string stat;
  std::string error = "000";
  double probability = 0;
  bool operator==(const OutcomeChance&) const = default;
};

struct ReplyWeight {
  std::string text;  // UTF-8, at most 70 UTF-16 units
  double weight = 1;
  bool operator==(const ReplyWeight&) const = default;
};

// A fault happens to every n-th submit of a session (0 = never) and with a probability by submit.
struct FaultRule {
  uint32_t every = 0;
  double probability = 0;
  bool operator==(const FaultRule&) const = default;
};

// How SMPP's message id is written; the other protocols have one form. Padded forms have 20 digits or 16 hex
// digits.
enum class MessageIdForm : uint8_t { kDecimal, kHex, kHexUpper, kPaddedDecimal, kPaddedHex };
// Which segments of a long message get a receipt.
enum class MultipartReceipts : uint8_t { kEach, kFirst, kLast };
// Bit set of what may be bound.
enum class BindModes : uint8_t { kReceiver = 1, kTransmitter = 2, kTransceiver = 4, kAll = 7 };
// The alphabet of inbound messages: kAuto takes the default alphabet when it can hold the text.
enum class ReplyCoding : uint8_t { kAuto, kUcs2 };
enum class LogTexts : uint8_t { kHashOnly, kHex };

struct SimulatorConfig {
  codec::Protocol protocol = codec::Protocol::kSmpp34;

  // Where it listens, who may log in
  std::string address = "127.0.0.1";
  uint16_t port = 2775;  // 0: chosen by the system
  std::string system_id = "carrier";
  std::vector<SimulatorAccount> accounts = {{"demo", "demo"}};
  BindModes bind_modes = BindModes::kAll;
  uint32_t max_sessions = 64;
  uint32_t bind_refused_first = 0;  // the first n right logins are answered with a system error
  // PEM files; with both it listens with TLS.
  std::string tls_certificate;
  std::string tls_key;
  uint64_t seed = 1;

  // SGIP: receipts and replies go to a listener of the client's, which the carrier dials (1.2, section 2.2).
  std::string sgip_dial;  // host:port; empty: it dials nobody and keeps what it owes
  SimulatorAccount sgip_dial_as = {"carrier", "carrier"};
  uint32_t sgip_node = 3'010'000'001;  // its own node number, in the sequences of what it sends
  int64_t sgip_idle_ms = 60'000;       // then it closes the connection that it dialled

  // Submits
  // Both count segments: a submit to several numbers is several.
  uint32_t window = 0;                      // unanswered submits per session before throttling; 0 = no limit
  uint32_t rate_per_second = 0;             // submits per account before throttling; 0 = no limit
  MsRange latency;                          // from submit to response
  std::vector<StatusChance> errors;         // drawn anew at each attempt
  std::vector<StatusChance> number_errors;  // drawn by destination: it fails always
  std::vector<StatusChance> first_errors;   // drawn by message: its first attempt fails
  int64_t throttled_for_ms = 0;             // from its start, by the clock it was given: every submit
  double lost_response = 0;                 // accepted, but never answered
  double out_of_order = 0;                  // held back by out_of_order_ms behind later responses
  int64_t out_of_order_ms = 5;

  // Receipts
  std::vector<OutcomeChance> outcomes;  // what is left to 1 is DELIVRD/000
  MsRange receipt_delay = {20, 200};    // from response to receipt
  double receipt_lost = 0;
  double receipt_duplicated = 0;
  double receipt_early = 0;       // sent before the response
  int64_t receipt_early_ms = 20;  // by how much
  double receipt_late = 0;        // receipt_late_delay instead of receipt_delay
  MsRange receipt_late_delay = {5'000, 10'000};
  MultipartReceipts multipart_receipts = MultipartReceipts::kEach;
  MessageIdForm submit_id = MessageIdForm::kDecimal;
  MessageIdForm receipt_id = MessageIdForm::kDecimal;
  uint64_t first_message_id = 0;        // 0: from the clock, so that ids differ from run to run
  bool receipt_tlv = true;              // SMPP: receipted_message_id and message_state beside the text
  uint32_t deliver_window = 512;        // unanswered deliveries per session
  int64_t deliver_timeout_ms = 10'000;  // without an answer a delivery is sent again
  int64_t deliver_retry_ms = 1'000;     // after a temporary error in its answer
  uint32_t deliver_attempts = 8;        // then it is given up
  uint32_t pending_max = 4'000'000;     // responses, receipts, replies in memory; over it "queue full"

  // Questions after messages (SMPP query_sm): answered with what the receipt says or would have said
  std::vector<StatusChance> query_errors;  // drawn by message and how often it was asked after
  double query_lost = 0;                   // never answered

  // Replies of recipients
  double replies = 0;
  std::vector<ReplyWeight> reply_texts = {{"R", 4}, {"TD", 3}, {"退订", 2}, {"T", 1}, {"谢谢", 2}, {"Ｒ", 1}};
  MsRange reply_delay = {100, 1'000};
  ReplyCoding reply_coding = ReplyCoding::kAuto;

  // Faults of the line
  FaultRule disconnect;                // the message is accepted, responses not yet written are lost
  FaultRule half_open;                 // the socket stays, nothing is answered any more
  FaultRule garbage;                   // random bytes in place of the response
  FaultRule oversize;                  // a response header with an impossible length
  uint32_t faults_max = 0;             // after so many faults the line is sound; 0 = no limit
  uint32_t read_bytes_per_second = 0;  // slow reading; 0 = as fast as it comes
  uint32_t write_chunk_bytes = 0;      // each write carries at most so many bytes; 0 = all there is
  int64_t enquire_link_ms = 0;         // asks an idle session, closes it when unanswered; 0 = never; not SGIP
  int64_t idle_close_ms = 0;           // closes a client's connection on which nothing was said; 0 = never

  // The event log (docs/formats/simulator_log.md); empty = none
  std::string log;
  LogTexts log_texts = LogTexts::kHashOnly;
  int64_t log_flush_ms = 200;

  bool operator==(const SimulatorConfig&) const = default;
};

// One option in text: its key, how its value looks, its default, what it does.
struct SimulatorOption {
  std::string_view key;
  std::string_view shape;
  std::string_view fallback;
  std::string_view help;
};
std::span<const SimulatorOption> simulator_options();

// From key=value pairs, the rest as by default. kInvalidArgument with the key in `field` for an unknown key,
// a value that does not parse, probabilities that sum over 1.
Result<SimulatorConfig> parse_simulator_config(const std::map<std::string, std::string>& values);

// What is wrong with a configuration built in code.
Result<void> check_simulator_config(const SimulatorConfig& config);

}  // namespace yizhan::link
