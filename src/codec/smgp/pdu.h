#pragma once
// The PDUs of SMGP 3.0.3: one struct each with a table of its fields, from which decoding and encoding
// follow. Also the digests of a login and the text of a report. Views into the PDU. Pure functions, any
// thread. Source: China Telecom SMGP 3.0.3 (chapter 6: messages, 6.3: optional parameters, 6.2.2: statuses).
//
//   pdu = PacketLength:u32 RequestID:u32 SequenceID:u32 body tlv*        (PacketLength counts itself)
//
// Where implementations disagree: the digest of a LOGIN_RESP is over the status as it is on the wire, four
// bytes (one library takes its last byte only), and 75 is the daily limit by the specification while carriers
// send it over any rate.

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "codec/carrier_content.h"
#include "codec/field_table.h"
#include "codec/smpp/receipt.h"
#include "codec/tlv.h"

namespace yizhan::smgp {

using codec::Fault;
namespace table = codec::table;

inline constexpr size_t kHeaderBytes = 12;
inline constexpr uint32_t kResponseBit = 0x8000'0000;
inline constexpr size_t kNumberBytes = 21;
// DestTermIDCount is at most 100 (6.2.4.1).
inline constexpr size_t kDestinations = 100;
inline constexpr uint8_t kVersion30 = 0x30;

enum class Command : uint32_t {
  kLogin = 1,
  kSubmit = 2,
  kDeliver = 3,
  kActiveTest = 4,
  kForward = 5,  // between gateways; not served
  kExit = 6,
  kQuery = 7,
  kLoginResp = kResponseBit | 1,
  kSubmitResp = kResponseBit | 2,
  kDeliverResp = kResponseBit | 3,
  kActiveTestResp = kResponseBit | 4,
  kForwardResp = kResponseBit | 5,
  kExitResp = kResponseBit | 6,
  kQueryResp = kResponseBit | 7,
};
constexpr bool is_response(Command id) { return (static_cast<uint32_t>(id) & kResponseBit) != 0; }

// LoginMode (6.2.1.1)
inline constexpr uint8_t kModeSend = 0;
inline constexpr uint8_t kModeReceive = 1;
inline constexpr uint8_t kModeBoth = 2;
inline constexpr uint8_t kMsgTypeMt = 6;

// Tags of the optional parameters (6.3). Others are kept all the same.
namespace tag {
inline constexpr uint16_t kTpPid = 0x0001;
inline constexpr uint16_t kTpUdhi = 0x0002;
inline constexpr uint16_t kLinkId = 0x0003;
inline constexpr uint16_t kPkTotal = 0x0009;
inline constexpr uint16_t kPkNumber = 0x000A;
inline constexpr uint16_t kMsgSrc = 0x0010;
}  // namespace tag

namespace status {
inline constexpr uint32_t kBusy = 1, kTooManyConnections = 2, kStructure = 10, kCommand = 11,
                          kDuplicateSequence = 12, kAddress = 20, kAuthentication = 21, kVersion = 22,
                          kMsgType = 30, kPriority = 31, kFeeType = 32, kFeeCode = 33, kMsgFormat = 34,
                          kTimeFormat = 35, kMsgLength = 36, kValidityOver = 37, kQueryType = 38, kRoute = 39,
                          kServiceId = 43, kValidTime = 44, kAtTime = 45, kSource = 46, kDestination = 47,
                          kChargeTerminal = 48, kSpCode = 49, kNoRoute = 58, kForbiddenHours = 74,
                          kDailyFlow = 75, kAccountOver = 76;
// Of our own, beyond those that the specification and carriers' manuals name.
inline constexpr uint32_t kNotApproved = 201, kNoConsent = 202, kOverFrequency = 203;
}  // namespace status
// "daily flow"; empty for a number that has no name.
std::string_view status_name(uint32_t status);

// Ten bytes: gateway 3, time MMDDhhmm 4, sequence 3, all in BCD. Kept as they are.
using MsgId = std::array<uint8_t, 10>;

// ---------------------------------------------------------------- PDUs

struct Login {
  static constexpr Command kCommand = Command::kLogin;
  std::string_view client_id;
  ByteSpan authenticator_client;
  uint8_t login_mode = kModeBoth;
  uint32_t timestamp = 0;
  uint8_t client_version = kVersion30;
  using Fields = table::List<table::Text<&Login::client_id, 8, Fault::kBadAccount>,
                             table::Octets<&Login::authenticator_client, 16>, table::Int<&Login::login_mode>,
                             table::Int<&Login::timestamp>, table::Int<&Login::client_version>>;
};

struct LoginResp {
  static constexpr Command kCommand = Command::kLoginResp;
  uint32_t status = 0;
  ByteSpan authenticator_server;
  uint8_t server_version = kVersion30;
  using Fields =
      table::List<table::Int<&LoginResp::status>, table::Octets<&LoginResp::authenticator_server, 16>,
                  table::Int<&LoginResp::server_version>>;
};

struct Submit {
  static constexpr Command kCommand = Command::kSubmit;
  uint8_t msg_type = kMsgTypeMt, need_report = 0, priority = 0;
  std::string_view service_id, fee_type, fee_code, fixed_fee;
  uint8_t msg_format = 0;
  std::string_view valid_time, at_time, src_term_id, charge_term_id;
  codec::NumberList dest_term_id;
  ByteSpan content;
  codec::Tlvs tlvs;
  using Fields =
      table::List<table::Int<&Submit::msg_type>, table::Int<&Submit::need_report>,
                  table::Int<&Submit::priority>, table::Text<&Submit::service_id, 10>,
                  table::Text<&Submit::fee_type, 2>, table::Text<&Submit::fee_code, 6>,
                  table::Text<&Submit::fixed_fee, 6>, table::Int<&Submit::msg_format>,
                  table::Text<&Submit::valid_time, 17>, table::Text<&Submit::at_time, 17>,
                  table::Text<&Submit::src_term_id, 21, Fault::kBadSource>,
                  table::Text<&Submit::charge_term_id, kNumberBytes>,
                  table::Numbers<&Submit::dest_term_id, kNumberBytes, kDestinations>,
                  table::Content<&Submit::content, 1>, table::Reserved<8>, table::Parameters<&Submit::tlvs>>;
};

// SUBMIT_RESP, DELIVER_RESP, FORWARD_RESP.
template <Command kId>
struct MessageRespPdu {
  static constexpr Command kCommand = kId;
  MsgId msg_id{};
  uint32_t status = 0;
  codec::Tlvs tlvs;
  using Fields = table::List<table::Octets<&MessageRespPdu::msg_id, 10>, table::Int<&MessageRespPdu::status>,
                             table::Parameters<&MessageRespPdu::tlvs>>;
};
using SubmitResp = MessageRespPdu<Command::kSubmitResp>;
using DeliverResp = MessageRespPdu<Command::kDeliverResp>;
using ForwardResp = MessageRespPdu<Command::kForwardResp>;

struct Deliver {
  static constexpr Command kCommand = Command::kDeliver;
  MsgId msg_id{};
  uint8_t is_report = 0, msg_format = 0;
  std::string_view recv_time, src_term_id, dest_term_id;
  ByteSpan content;
  codec::Tlvs tlvs;
  using Fields = table::List<table::Octets<&Deliver::msg_id, 10>, table::Int<&Deliver::is_report>,
                             table::Int<&Deliver::msg_format>, table::Text<&Deliver::recv_time, 14>,
                             table::Text<&Deliver::src_term_id, kNumberBytes, Fault::kBadSource>,
                             table::Text<&Deliver::dest_term_id, kNumberBytes, Fault::kBadDestination>,
                             table::Content<&Deliver::content, 1>, table::Reserved<8>,
                             table::Parameters<&Deliver::tlvs>>;
};

// Figures of a day, of all or of one service: not of a message.
struct Query {
  static constexpr Command kCommand = Command::kQuery;
  std::string_view query_time;  // YYYYMMDD
  uint8_t query_type = 0;
  std::string_view query_code;
  using Fields = table::List<table::Text<&Query::query_time, 8>, table::Int<&Query::query_type>,
                             table::Text<&Query::query_code, 10>, table::Reserved<8>>;
};

struct QueryResp {
  static constexpr Command kCommand = Command::kQueryResp;
  std::string_view query_time;
  uint8_t query_type = 0;
  std::string_view query_code;
  uint32_t mt_messages = 0, mt_users = 0, mt_success = 0, mt_waiting = 0, mt_failed = 0;
  uint32_t mo_success = 0, mo_waiting = 0, mo_failed = 0;
  using Fields = table::List<table::Text<&QueryResp::query_time, 8>, table::Int<&QueryResp::query_type>,
                             table::Text<&QueryResp::query_code, 10>, table::Int<&QueryResp::mt_messages>,
                             table::Int<&QueryResp::mt_users>, table::Int<&QueryResp::mt_success>,
                             table::Int<&QueryResp::mt_waiting>, table::Int<&QueryResp::mt_failed>,
                             table::Int<&QueryResp::mo_success>, table::Int<&QueryResp::mo_waiting>,
                             table::Int<&QueryResp::mo_failed>, table::Reserved<8>>;
};

template <Command kId>
struct EmptyPdu {
  static constexpr Command kCommand = kId;
  using Fields = table::List<>;
};
using ActiveTest = EmptyPdu<Command::kActiveTest>;
using ActiveTestResp = EmptyPdu<Command::kActiveTestResp>;
using Exit = EmptyPdu<Command::kExit>;
using ExitResp = EmptyPdu<Command::kExitResp>;

// Every PDU struct above: what decode and encode exist for.
#define YIZHAN_SMGP_PDUS(X) \
  X(Login)                  \
  X(LoginResp)              \
  X(Submit)                 \
  X(SubmitResp)             \
  X(Deliver)                \
  X(DeliverResp) X(ForwardResp) X(Query) X(QueryResp) X(ActiveTest) X(ActiveTestResp) X(Exit) X(ExitResp)

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

#define X(Pdu)                                                     \
  extern template std::expected<Pdu, Fault> decode<Pdu>(ByteSpan); \
  extern template Fault encode<Pdu>(Bytes&, const Pdu&, uint32_t);
YIZHAN_SMGP_PDUS(X)
#undef X

// ---------------------------------------------------------------- login (6.2.1)

// AuthenticatorClient: MD5(ClientID, seven zeros, secret, timestamp in ten digits).
codec::Digest authenticator_client(std::string_view client_id, std::string_view secret, uint32_t timestamp);
// AuthenticatorServer: MD5(Status, AuthenticatorClient, secret).
codec::Digest authenticator_server(uint32_t status, ByteSpan client, std::string_view secret);

// ---------------------------------------------------------------- report: a DELIVER's content (6.2.6.1)

// SMPP's text with the ten raw bytes of the MsgID after "id:", 122 bytes in all:
//   id:MMMMMMMMMM sub:NNN dlvrd:NNN Submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:SSSSSSS err:EEE
//   Text:(20)
inline constexpr size_t kReportBytes = 122;
struct Report {
  MsgId msg_id{};
  smpp::ReceiptText text;  // without its id
};
// The id by its place, since any byte may be in it; what follows it as loosely as SMPP's. Nothing when it is
// too short for an id.
std::optional<Report> parse_report(ByteSpan content);
// Appends kReportBytes. False, and nothing appended, when a field is wider than its place; `text` is cut.
[[nodiscard]] bool append_report(Bytes& out, const Report& report);

}  // namespace yizhan::smgp
