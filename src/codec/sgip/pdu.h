#pragma once
// The PDUs of SGIP 1.2: one struct each with a table of its fields, from which decoding and encoding follow.
// Views into the PDU. Pure functions, any thread. Sources: China Unicom SGIP 1.2, and SGIP 1.3, which keeps
// its formats (section numbers and tables here are 1.3's: 4.2.3 messages, 4.4 tracing, 5.1 commands, 5.2
// errors).
//
//   pdu      = length:u32 command:u32 sequence body                  (length counts itself)
//   sequence = node:u32 time:u32 counter:u32                         (time: MMDDhhmmss as a decimal number)
//
// Where sources disagree: over its rate a sender is answered 33 (1.3: over the flow limit; 1.2: the centre's
// queue is full) or 88 (carriers' manuals); both are read, 88 is written. An Unbind_Resp has no body, unlike
// the others.

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.h"
#include "codec/dialect.h"
#include "codec/field_table.h"

namespace yizhan::sgip {

using codec::Fault;
namespace table = codec::table;

inline constexpr size_t kHeaderBytes = 20;
inline constexpr uint32_t kResponseBit = 0x8000'0000;
inline constexpr size_t kNumberBytes = 21;
// UserCount is 1 to 100 (table 4-17).
inline constexpr size_t kDestinations = 100;

enum class Command : uint32_t {
  kBind = 1,
  kUnbind = 2,
  kSubmit = 3,
  kDeliver = 4,
  kReport = 5,
  kTrace = 0x1000,
  kBindResp = kResponseBit | 1,
  kUnbindResp = kResponseBit | 2,
  kSubmitResp = kResponseBit | 3,
  kDeliverResp = kResponseBit | 4,
  kReportResp = kResponseBit | 5,
  kTraceResp = kResponseBit | 0x1000,
};
constexpr bool is_response(Command id) { return (static_cast<uint32_t>(id) & kResponseBit) != 0; }

// Login Type (table 4-15)
inline constexpr uint8_t kProviderToGateway = 1;
inline constexpr uint8_t kGatewayToProvider = 2;
inline constexpr uint8_t kTesting = 11;
// ReportFlag (table 4-17)
inline constexpr uint8_t kReportOnFailure = 0;
inline constexpr uint8_t kReportAlways = 1;
inline constexpr uint8_t kReportNever = 2;
// State of a report (table 4-21)
inline constexpr uint8_t kStateDelivered = 0;
inline constexpr uint8_t kStateWaiting = 1;
inline constexpr uint8_t kStateFailed = 2;

// Result and ErrorCode (5.2)
namespace error {
inline constexpr uint8_t kIllegalLogin = 1, kRepeatedLogin = 2, kTooManyConnections = 3, kLoginType = 4,
                         kParameter = 5, kNumber = 6, kCommand = 7, kLength = 8, kSequence = 9, kBusy = 11,
                         kUnreachable = 21, kUserUnreachable = 25, kUnknownUser = 29, kSystem = 32,
                         kOverFlow = 33, kTooManyLogins = 34, kFlowControl = 88;
// Of our own, in the range that is left open (125 to 255).
inline constexpr uint8_t kNotApproved = 201, kNoConsent = 202, kOverFrequency = 203, kExpired = 204;
}  // namespace error
// "flow control"; empty for a number that has no name.
std::string_view error_name(uint32_t error);

// ---------------------------------------------------------------- PDUs

struct Bind {
  static constexpr Command kCommand = Command::kBind;
  uint8_t login_type = 0;
  std::string_view login_name, login_password;
  using Fields =
      table::List<table::Int<&Bind::login_type>, table::Text<&Bind::login_name, 16, Fault::kBadAccount>,
                  table::Text<&Bind::login_password, 16, Fault::kBadSecret>, table::Reserved<8>>;
};

// Bind_Resp, Submit_Resp, Deliver_Resp, Report_Resp.
template <Command kId>
struct ResultPdu {
  static constexpr Command kCommand = kId;
  uint8_t result = 0;
  using Fields = table::List<table::Int<&ResultPdu::result>, table::Reserved<8>>;
};
using BindResp = ResultPdu<Command::kBindResp>;
using SubmitResp = ResultPdu<Command::kSubmitResp>;
using DeliverResp = ResultPdu<Command::kDeliverResp>;
using ReportResp = ResultPdu<Command::kReportResp>;

struct Submit {
  static constexpr Command kCommand = Command::kSubmit;
  std::string_view sp_number, charge_number;
  codec::NumberList user_number;  // with 86 before them
  std::string_view corp_id, service_type;
  uint8_t fee_type = 0;
  std::string_view fee_value, given_value;
  uint8_t agent_flag = 0, morelate_to_mt_flag = 0, priority = 0;
  std::string_view expire_time, schedule_time;
  uint8_t report_flag = kReportOnFailure, tp_pid = 0, tp_udhi = 0, message_coding = 0, message_type = 0;
  ByteSpan content;
  using Fields =
      table::List<table::Text<&Submit::sp_number, 21, Fault::kBadSource>,
                  table::Text<&Submit::charge_number, kNumberBytes>,
                  table::Numbers<&Submit::user_number, kNumberBytes, kDestinations>,
                  table::Text<&Submit::corp_id, 5>, table::Text<&Submit::service_type, 10>,
                  table::Int<&Submit::fee_type>, table::Text<&Submit::fee_value, 6>,
                  table::Text<&Submit::given_value, 6>, table::Int<&Submit::agent_flag>,
                  table::Int<&Submit::morelate_to_mt_flag>, table::Int<&Submit::priority>,
                  table::Text<&Submit::expire_time, 16>, table::Text<&Submit::schedule_time, 16>,
                  table::Int<&Submit::report_flag>, table::Int<&Submit::tp_pid>, table::Int<&Submit::tp_udhi>,
                  table::Int<&Submit::message_coding>, table::Int<&Submit::message_type>,
                  table::Content<&Submit::content, 4>, table::Reserved<8>>;
};

struct Deliver {
  static constexpr Command kCommand = Command::kDeliver;
  std::string_view user_number, sp_number;
  uint8_t tp_pid = 0, tp_udhi = 0, message_coding = 0;
  ByteSpan content;
  using Fields =
      table::List<table::Text<&Deliver::user_number, kNumberBytes, Fault::kBadSource>,
                  table::Text<&Deliver::sp_number, 21, Fault::kBadDestination>, table::Int<&Deliver::tp_pid>,
                  table::Int<&Deliver::tp_udhi>, table::Int<&Deliver::message_coding>,
                  table::Content<&Deliver::content, 4>, table::Reserved<8>>;
};

struct Report {
  static constexpr Command kCommand = Command::kReport;
  uint32_t submit_node = 0, submit_time = 0, submit_counter = 0;
  uint8_t report_type = 0;  // 0 of a submit, 1 of a forwarded deliver
  std::string_view user_number;
  uint8_t state = 0, error_code = 0;
  using Fields = table::List<table::Int<&Report::submit_node>, table::Int<&Report::submit_time>,
                             table::Int<&Report::submit_counter>, table::Int<&Report::report_type>,
                             table::Text<&Report::user_number, kNumberBytes, Fault::kBadSource>,
                             table::Int<&Report::state>, table::Int<&Report::error_code>, table::Reserved<8>>;
};

struct Trace {
  static constexpr Command kCommand = Command::kTrace;
  uint32_t submit_node = 0, submit_time = 0, submit_counter = 0;
  std::string_view user_number;
  using Fields =
      table::List<table::Int<&Trace::submit_node>, table::Int<&Trace::submit_time>,
                  table::Int<&Trace::submit_counter>,
                  table::Text<&Trace::user_number, kNumberBytes, Fault::kBadDestination>, table::Reserved<8>>;
};

// Of the first node that the message has passed; `count` says how many there are, each with these fields.
struct TraceResp {
  static constexpr Command kCommand = Command::kTraceResp;
  uint8_t count = 0, result = 0;
  std::string_view node_id, receive_time, send_time;
  using Fields = table::List<table::Int<&TraceResp::count>, table::Int<&TraceResp::result>,
                             table::Text<&TraceResp::node_id, 10>, table::Text<&TraceResp::receive_time, 16>,
                             table::Text<&TraceResp::send_time, 16>, table::Reserved<8>>;
};

template <Command kId>
struct EmptyPdu {
  static constexpr Command kCommand = kId;
  using Fields = table::List<>;
};
using Unbind = EmptyPdu<Command::kUnbind>;
using UnbindResp = EmptyPdu<Command::kUnbindResp>;

// Every PDU struct above: what decode and encode exist for.
#define YIZHAN_SGIP_PDUS(X) \
  X(Bind)                   \
  X(BindResp)               \
  X(Unbind)                 \
  X(UnbindResp)             \
  X(Submit) X(SubmitResp) X(Deliver) X(DeliverResp) X(Report) X(ReportResp) X(Trace) X(TraceResp)

struct Header {
  uint32_t length = 0;
  Command command{};
  codec::Sequence sequence;
};
// Of a span of at least kHeaderBytes.
Header parse_header(ByteSpan pdu);

// Decodes one whole PDU (as framed by its length). kUnknownCommand when the header's command is another's.
template <class Pdu>
std::expected<Pdu, Fault> decode(ByteSpan pdu);

// Appends one PDU. kNone, or the fault of the field that does not fit, `out` being then as it was.
template <class Pdu>
[[nodiscard]] Fault encode(Bytes& out, const Pdu& pdu, codec::Sequence sequence);
// The answer of any command that has the usual form: a result and a reserve.
void encode_result(Bytes& out, Command response, uint8_t result, codec::Sequence sequence);

#define X(Pdu)                                                     \
  extern template std::expected<Pdu, Fault> decode<Pdu>(ByteSpan); \
  extern template Fault encode<Pdu>(Bytes&, const Pdu&, codec::Sequence);
YIZHAN_SGIP_PDUS(X)
#undef X

}  // namespace yizhan::sgip
