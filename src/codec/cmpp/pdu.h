#pragma once
// The PDUs of CMPP 2.0 and 3.0: one struct each with a table of its fields, from which decoding and encoding
// follow; what differs between the versions is in the table. Also the identity of a message, the two digests
// of a login and the content of a report. Views into the PDU. Pure functions, any thread. Sources: China
// Mobile CMPP 2.0 (2002) and CMPP 3.0 (QB-009-2003), chapters 7 and 8 of each.
//
//   pdu = Total_Length:u32 Command_Id:u32 Sequence_Id:u32 body       (Total_Length counts itself)
//
// Where implementations disagree: the timestamp in a digest is always ten digits (some leave the leading zero
// of January to September out), and CMPP 3.0's tail is a LinkID of 20 (some still send a Reserve of 8; it is
// read).

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "codec/carrier_content.h"
#include "codec/field_table.h"

namespace yizhan::cmpp {

using codec::Fault;
namespace table = codec::table;

inline constexpr size_t kHeaderBytes = 12;
inline constexpr uint32_t kResponseBit = 0x8000'0000;
// DestUsr_tl is below 100 (7.4.3.1).
inline constexpr size_t kDestinations = 99;

enum class Version : uint8_t { k20 = 0x20, k30 = 0x30 };
// What a version has of it.
template <Version V>
inline constexpr bool kIs30 = V == Version::k30;
template <Version V>
inline constexpr size_t kStatusBytes = kIs30<V> ? 4 : 1;
template <Version V>
inline constexpr size_t kNumberBytes = kIs30<V> ? 32 : 21;
template <Version V>
inline constexpr size_t kTailBytes = kIs30<V> ? 20 : 8;

enum class Command : uint32_t {
  kConnect = 1,
  kTerminate = 2,
  kSubmit = 4,
  kDeliver = 5,
  kQuery = 6,
  kCancel = 7,
  kActiveTest = 8,
  kConnectResp = kResponseBit | 1,
  kTerminateResp = kResponseBit | 2,
  kSubmitResp = kResponseBit | 4,
  kDeliverResp = kResponseBit | 5,
  kQueryResp = kResponseBit | 6,
  kCancelResp = kResponseBit | 7,
  kActiveTestResp = kResponseBit | 8,
};
constexpr bool is_response(Command id) { return (static_cast<uint32_t>(id) & kResponseBit) != 0; }

// Status of CONNECT_RESP (7.4.1.2).
namespace connect_status {
inline constexpr uint32_t kStructure = 1, kSource = 2, kAuthentication = 3, kVersion = 4, kOther = 5;
}
// Result of SUBMIT_RESP and DELIVER_RESP (7.4.3.2, 7.4.5.2).
namespace result {
inline constexpr uint32_t kStructure = 1, kCommand = 2, kDuplicateSequence = 3, kLength = 4, kFee = 5,
                          kTooLong = 6, kService = 7, kFlowControl = 8, kNotServed = 9, kSource = 10,
                          kMessageSource = 11, kFeeTerminal = 12, kDestination = 13;
// Of our own, beyond those that the specification names.
inline constexpr uint32_t kNotApproved = 201, kNoConsent = 202, kOverFrequency = 203, kExpired = 204;
}  // namespace result
// "flow control"; empty for a number that has no name.
std::string_view connect_status_name(uint32_t status);
std::string_view result_name(uint32_t result);

// ---------------------------------------------------------------- PDUs

struct Connect {
  static constexpr Command kCommand = Command::kConnect;
  std::string_view source_addr;
  ByteSpan authenticator_source;
  uint8_t version = 0;
  uint32_t timestamp = 0;
  using Fields = table::List<table::Text<&Connect::source_addr, 6, Fault::kBadAccount>,
                             table::Octets<&Connect::authenticator_source, 16>, table::Int<&Connect::version>,
                             table::Int<&Connect::timestamp>>;
};

template <Version V>
struct ConnectResp {
  static constexpr Command kCommand = Command::kConnectResp;
  uint32_t status = 0;
  ByteSpan authenticator_ismg;
  uint8_t version = static_cast<uint8_t>(V);
  using Fields =
      table::List<table::Int<&ConnectResp::status, kStatusBytes<V>>,
                  table::Octets<&ConnectResp::authenticator_ismg, 16>, table::Int<&ConnectResp::version>>;
};

template <Version V>
struct Submit {
  static constexpr Command kCommand = Command::kSubmit;
  uint64_t msg_id = 0;
  uint8_t pk_total = 1, pk_number = 1;
  uint8_t registered_delivery = 0, msg_level = 0;
  std::string_view service_id;
  uint8_t fee_user_type = 0;
  std::string_view fee_terminal_id;
  uint8_t fee_terminal_type = 0;  // 3.0
  uint8_t tp_pid = 0, tp_udhi = 0, msg_fmt = 0;
  std::string_view msg_src, fee_type, fee_code, valid_time, at_time, src_id;
  codec::NumberList dest_terminal_id;
  uint8_t dest_terminal_type = 0;  // 3.0
  ByteSpan content;
  std::string_view link_id;  // 3.0; a reserve in 2.0
  using Fields =
      table::List<table::Int<&Submit::msg_id>, table::Int<&Submit::pk_total>, table::Int<&Submit::pk_number>,
                  table::Int<&Submit::registered_delivery>, table::Int<&Submit::msg_level>,
                  table::Text<&Submit::service_id, 10>, table::Int<&Submit::fee_user_type>,
                  table::Text<&Submit::fee_terminal_id, kNumberBytes<V>>,
                  table::When<kIs30<V>, table::Int<&Submit::fee_terminal_type>>, table::Int<&Submit::tp_pid>,
                  table::Int<&Submit::tp_udhi>, table::Int<&Submit::msg_fmt>,
                  table::Text<&Submit::msg_src, 6>, table::Text<&Submit::fee_type, 2>,
                  table::Text<&Submit::fee_code, 6>, table::Text<&Submit::valid_time, 17>,
                  table::Text<&Submit::at_time, 17>, table::Text<&Submit::src_id, 21, Fault::kBadSource>,
                  table::Numbers<&Submit::dest_terminal_id, kNumberBytes<V>, kDestinations>,
                  table::When<kIs30<V>, table::Int<&Submit::dest_terminal_type>>,
                  table::Content<&Submit::content, 1>, table::Trailing<&Submit::link_id, kTailBytes<V>>>;
};

template <Version V>
struct SubmitResp {
  static constexpr Command kCommand = Command::kSubmitResp;
  uint64_t msg_id = 0;
  uint32_t result = 0;
  using Fields =
      table::List<table::Int<&SubmitResp::msg_id>, table::Int<&SubmitResp::result, kStatusBytes<V>>>;
};

template <Version V>
struct Deliver {
  static constexpr Command kCommand = Command::kDeliver;
  uint64_t msg_id = 0;
  std::string_view dest_id, service_id;
  uint8_t tp_pid = 0, tp_udhi = 0, msg_fmt = 0;
  std::string_view src_terminal_id;
  uint8_t src_terminal_type = 0;    // 3.0
  uint8_t registered_delivery = 0;  // 1: the content is a report
  ByteSpan content;
  std::string_view link_id;  // 3.0; a reserve in 2.0
  using Fields =
      table::List<table::Int<&Deliver::msg_id>, table::Text<&Deliver::dest_id, 21, Fault::kBadDestination>,
                  table::Text<&Deliver::service_id, 10>, table::Int<&Deliver::tp_pid>,
                  table::Int<&Deliver::tp_udhi>, table::Int<&Deliver::msg_fmt>,
                  table::Text<&Deliver::src_terminal_id, kNumberBytes<V>, Fault::kBadSource>,
                  table::When<kIs30<V>, table::Int<&Deliver::src_terminal_type>>,
                  table::Int<&Deliver::registered_delivery>, table::Content<&Deliver::content, 1>,
                  table::Trailing<&Deliver::link_id, kTailBytes<V>>>;
};

template <Version V>
struct DeliverResp {
  static constexpr Command kCommand = Command::kDeliverResp;
  uint64_t msg_id = 0;
  uint32_t result = 0;
  using Fields =
      table::List<table::Int<&DeliverResp::msg_id>, table::Int<&DeliverResp::result, kStatusBytes<V>>>;
};

// Figures of a day, of all or of one service: not of a message.
struct Query {
  static constexpr Command kCommand = Command::kQuery;
  std::string_view time;  // YYYYMMDD
  uint8_t query_type = 0;
  std::string_view query_code;
  using Fields = table::List<table::Text<&Query::time, 8>, table::Int<&Query::query_type>,
                             table::Text<&Query::query_code, 10>, table::Reserved<8>>;
};

struct QueryResp {
  static constexpr Command kCommand = Command::kQueryResp;
  std::string_view time;
  uint8_t query_type = 0;
  std::string_view query_code;
  uint32_t mt_messages = 0, mt_users = 0, mt_success = 0, mt_waiting = 0, mt_failed = 0;
  uint32_t mo_success = 0, mo_waiting = 0, mo_failed = 0;
  using Fields = table::List<table::Text<&QueryResp::time, 8>, table::Int<&QueryResp::query_type>,
                             table::Text<&QueryResp::query_code, 10>, table::Int<&QueryResp::mt_messages>,
                             table::Int<&QueryResp::mt_users>, table::Int<&QueryResp::mt_success>,
                             table::Int<&QueryResp::mt_waiting>, table::Int<&QueryResp::mt_failed>,
                             table::Int<&QueryResp::mo_success>, table::Int<&QueryResp::mo_waiting>,
                             table::Int<&QueryResp::mo_failed>>;
};

struct Cancel {
  static constexpr Command kCommand = Command::kCancel;
  uint64_t msg_id = 0;
  using Fields = table::List<table::Int<&Cancel::msg_id>>;
};

template <Version V>
struct CancelResp {
  static constexpr Command kCommand = Command::kCancelResp;
  uint32_t success_id = 0;  // 0 done, 1 not
  using Fields = table::List<table::Int<&CancelResp::success_id, kStatusBytes<V>>>;
};

template <Command kId>
struct EmptyPdu {
  static constexpr Command kCommand = kId;
  using Fields = table::List<>;
};
using Terminate = EmptyPdu<Command::kTerminate>;
using TerminateResp = EmptyPdu<Command::kTerminateResp>;
using ActiveTest = EmptyPdu<Command::kActiveTest>;

struct ActiveTestResp {
  static constexpr Command kCommand = Command::kActiveTestResp;
  using Fields = table::List<table::Reserved<1>>;
};

// Every PDU struct above: what decode and encode exist for.
// clang-format off: a list, which the formatter never lays out the same way twice
#define YIZHAN_CMPP_PDUS(X) \
  X(Connect) X(ConnectResp<Version::k20>) X(ConnectResp<Version::k30>) X(Terminate) X(TerminateResp) \
  X(Submit<Version::k20>) X(Submit<Version::k30>) X(SubmitResp<Version::k20>) X(SubmitResp<Version::k30>) \
  X(Deliver<Version::k20>) X(Deliver<Version::k30>) X(DeliverResp<Version::k20>) X(DeliverResp<Version::k30>) \
  X(Query) X(QueryResp) X(Cancel) X(CancelResp<Version::k20>) X(CancelResp<Version::k30>) X(ActiveTest) \
  X(ActiveTestResp)
// clang-format on

struct Header {
  uint32_t length = 0;
  Command command{};
  uint32_t sequence = 0;
};
// Of a span of at least kHeaderBytes.
Header parse_header(ByteSpan pdu);

// Decodes one whole PDU (as framed by its length). kUnknownCommand when the header's command is another's.
template <class Pdu>
std::expected<Pdu, Fault> decode(ByteSpan pdu);

// Appends one PDU. kNone, or the fault of the field that does not fit, `out` being then as it was.
template <class Pdu>
[[nodiscard]] Fault encode(Bytes& out, const Pdu& pdu, uint32_t sequence);

#define X(...)                                                                     \
  extern template std::expected<__VA_ARGS__, Fault> decode<__VA_ARGS__>(ByteSpan); \
  extern template Fault encode<__VA_ARGS__>(Bytes&, const __VA_ARGS__&, uint32_t);
YIZHAN_CMPP_PDUS(X)
#undef X

// ---------------------------------------------------------------- Msg_Id (7.4.3.2)

// From the highest bit: month 4, day 5, hour 5, minute 6, second 6, gateway 22, sequence 16. It has no year.
struct MsgId {
  uint8_t month = 0, day = 0, hour = 0, minute = 0, second = 0;
  uint32_t gateway = 0;
  uint16_t sequence = 0;
  bool operator==(const MsgId&) const = default;
};
// Bits of a part that do not fit are lost.
uint64_t pack(const MsgId& id);
MsgId unpack(uint64_t id);
// Of the n-th destination (from 0) of a submit that was answered with `first`: the sequence goes up and
// wraps.
uint64_t nth_msg_id(uint64_t first, size_t n);

// ---------------------------------------------------------------- login (7.4.1)

// AuthenticatorSource: MD5(Source_Addr, nine zeros, secret, timestamp in ten digits).
codec::Digest authenticator_source(std::string_view source_addr, std::string_view secret, uint32_t timestamp);
// AuthenticatorISMG: MD5(Status as wide as the version has it, AuthenticatorSource, secret).
codec::Digest authenticator_ismg(Version version, uint32_t status, ByteSpan source, std::string_view secret);

// ---------------------------------------------------------------- report (7.4.5.1): a DELIVER's content

template <Version V>
struct Report {
  uint64_t msg_id = 0;
  std::string_view stat, submit_time, done_time, dest_terminal_id;
  uint32_t smsc_sequence = 0;
  using Fields = table::List<table::Int<&Report::msg_id>, table::Text<&Report::stat, 7>,
                             table::Text<&Report::submit_time, 10>, table::Text<&Report::done_time, 10>,
                             table::Text<&Report::dest_terminal_id, kNumberBytes<V>>,
                             table::Int<&Report::smsc_sequence>>;
};
// Of 60 bytes (2.0) or 71 (3.0): the length says which, since there are gateways that speak 3.0 and report
// in 2.0.
std::optional<Report<Version::k30>> parse_report(ByteSpan content);
template <Version V>
[[nodiscard]] bool append_report(Bytes& out, const Report<V>& report);

}  // namespace yizhan::cmpp
