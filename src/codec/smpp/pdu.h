#pragma once
// The PDUs of SMPP 3.4: one struct each with a table of its fields, from which decoding and encoding follow.
// Decoding allocates nothing: strings and bytes of a decoded struct are views into the PDU and live as long
// as its buffer. Pure functions, any thread. Source: SMPP Protocol Specification v3.4 issue 1.2, chapters 4
// and 5.
//
//   pdu     = length:u32 command_id:u32 command_status:u32 sequence:u32 body      (length counts itself)
//   body    = the fields of the command in order, then any number of tlv
//   tlv     = tag:u16 length:u16 value

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/frame.h"
#include "codec/receipt_state.h"
#include "codec/smpp/status.h"
#include "codec/tlv.h"

namespace yizhan::smpp {

inline constexpr size_t kHeaderBytes = 16;
inline constexpr size_t kShortMessageBytes = 254;
inline constexpr uint32_t kResponseBit = 0x8000'0000;
// Wire format: sequence numbers run from 1 to this and start again (section 3.2).
inline constexpr uint32_t kMaxSequence = 0x7FFF'FFFF;
inline constexpr uint8_t kInterfaceVersion34 = 0x34;

enum class CommandId : uint32_t {
  kBindReceiver = 0x01,
  kBindTransmitter = 0x02,
  kQuerySm = 0x03,
  kSubmitSm = 0x04,
  kDeliverSm = 0x05,
  kUnbind = 0x06,
  kReplaceSm = 0x07,
  kCancelSm = 0x08,
  kBindTransceiver = 0x09,
  kOutbind = 0x0B,
  kEnquireLink = 0x15,
  kSubmitMulti = 0x21,
  kAlertNotification = 0x102,
  kDataSm = 0x103,
  kGenericNack = 0x8000'0000,
  kBindReceiverResp = 0x8000'0001,
  kBindTransmitterResp = 0x8000'0002,
  kQuerySmResp = 0x8000'0003,
  kSubmitSmResp = 0x8000'0004,
  kDeliverSmResp = 0x8000'0005,
  kUnbindResp = 0x8000'0006,
  kReplaceSmResp = 0x8000'0007,
  kCancelSmResp = 0x8000'0008,
  kBindTransceiverResp = 0x8000'0009,
  kEnquireLinkResp = 0x8000'0015,
  kSubmitMultiResp = 0x8000'0021,
  kDataSmResp = 0x8000'0103,
};

// "submit_sm"; empty for a command that the specification does not name.
std::string_view command_name(CommandId id);
constexpr bool is_response(CommandId id) { return (static_cast<uint32_t>(id) & kResponseBit) != 0; }
constexpr CommandId response_to(CommandId id) {
  return static_cast<CommandId>(static_cast<uint32_t>(id) | kResponseBit);
}

// esm_class (5.2.12)
inline constexpr uint8_t kEsmTypeMask = 0x3C;
inline constexpr uint8_t kEsmReceipt = 0x04;
inline constexpr uint8_t kEsmIntermediate = 0x20;
inline constexpr uint8_t kEsmUdhi = 0x40;
inline constexpr uint8_t kEsmReplyPath = 0x80;

// data_coding (5.2.19); 0 is the centre's default, whatever that is: per-link configuration.
inline constexpr uint8_t kCodingDefault = 0x00;
inline constexpr uint8_t kCodingAscii = 0x01;
inline constexpr uint8_t kCodingLatin1 = 0x03;
inline constexpr uint8_t kCodingBinary2 = 0x02;
inline constexpr uint8_t kCodingBinary = 0x04;
inline constexpr uint8_t kCodingUcs2 = 0x08;
inline constexpr uint8_t kCodingGb18030 = 0x0F;  // reserved there; what Chinese centres mean by it

// registered_delivery (5.2.17)
inline constexpr uint8_t kReceiptNever = 0;
inline constexpr uint8_t kReceiptAlways = 1;
inline constexpr uint8_t kReceiptOnFailure = 2;

// Tags of the optional parameters (5.3.2). Others are kept all the same.
namespace tag {
inline constexpr uint16_t kReceiptedMessageId = 0x001E;
inline constexpr uint16_t kUserMessageReference = 0x0204;
inline constexpr uint16_t kSarReference = 0x020C;
inline constexpr uint16_t kSarTotal = 0x020E;
inline constexpr uint16_t kSarSequence = 0x020F;
inline constexpr uint16_t kInterfaceVersion = 0x0210;
inline constexpr uint16_t kNetworkErrorCode = 0x0423;
inline constexpr uint16_t kMessagePayload = 0x0424;
inline constexpr uint16_t kMessageState = 0x0427;
}  // namespace tag

using MessageState = codec::ReceiptState;  // message_state (5.2.28)

// ---------------------------------------------------------------- frames

struct Header {
  uint32_t length = 0;
  CommandId command{};
  Status status = Status::kOk;
  uint32_t sequence = 0;
};

using codec::Frame;
using codec::FrameState;

// Looks at the first bytes received. The caller allocates for `length` only after this has judged it.
Frame frame_length(ByteSpan received, size_t cap = limits::kPduBytes);

// Of a span of at least kHeaderBytes.
Header parse_header(ByteSpan pdu);

// ---------------------------------------------------------------- optional parameters

using codec::append_tlv;
using codec::append_tlv_c_string;
using codec::append_tlv_u16;
using codec::append_tlv_u8;
using codec::Tlv;
using codec::Tlvs;

// ---------------------------------------------------------------- field tables

template <class... Fields>
struct FieldList {};
// A one-byte integer. (SMPP bodies hold no wider ones.)
template <auto kMember>
struct Int {};
// A C-octet string of at most kMax bytes with its NUL; kBad answers one that is too long or never ends.
template <auto kMember, size_t kMax, Status kBad>
struct CString {};
// A length byte and that many bytes, at most kShortMessageBytes.
template <auto kMember>
struct ShortMessage {};
// The optional parameters, to the end.
template <auto kMember>
struct Optional {};

template <class Pdu>
struct Layout;

// ---------------------------------------------------------------- PDUs

template <CommandId kId>
struct BindPdu {
  static constexpr CommandId kCommand = kId;
  std::string_view system_id, password, system_type;
  uint8_t interface_version = kInterfaceVersion34;
  uint8_t addr_ton = 0, addr_npi = 0;
  std::string_view address_range;
};
using BindReceiver = BindPdu<CommandId::kBindReceiver>;
using BindTransmitter = BindPdu<CommandId::kBindTransmitter>;
using BindTransceiver = BindPdu<CommandId::kBindTransceiver>;
template <CommandId kId>
struct Layout<BindPdu<kId>> {
  using P = BindPdu<kId>;
  using Fields =
      FieldList<CString<&P::system_id, 16, Status::kInvalidSystemId>,
                CString<&P::password, 9, Status::kInvalidPassword>,
                CString<&P::system_type, 13, Status::kInvalidSystemType>, Int<&P::interface_version>,
                Int<&P::addr_ton>, Int<&P::addr_npi>, CString<&P::address_range, 41, Status::kBindFailed>>;
};

template <CommandId kId>
struct BindRespPdu {
  static constexpr CommandId kCommand = kId;
  std::string_view system_id;
  Tlvs tlvs;
};
using BindReceiverResp = BindRespPdu<CommandId::kBindReceiverResp>;
using BindTransmitterResp = BindRespPdu<CommandId::kBindTransmitterResp>;
using BindTransceiverResp = BindRespPdu<CommandId::kBindTransceiverResp>;
template <CommandId kId>
struct Layout<BindRespPdu<kId>> {
  using P = BindRespPdu<kId>;
  using Fields = FieldList<CString<&P::system_id, 16, Status::kInvalidSystemId>, Optional<&P::tlvs>>;
};

struct Outbind {
  static constexpr CommandId kCommand = CommandId::kOutbind;
  std::string_view system_id, password;
};
template <>
struct Layout<Outbind> {
  using Fields = FieldList<CString<&Outbind::system_id, 16, Status::kInvalidSystemId>,
                           CString<&Outbind::password, 9, Status::kInvalidPassword>>;
};

// submit_sm and deliver_sm have the same body.
template <CommandId kId>
struct MessagePdu {
  static constexpr CommandId kCommand = kId;
  std::string_view service_type;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source;
  uint8_t destination_ton = 0, destination_npi = 0;
  std::string_view destination;
  uint8_t esm_class = 0, protocol_id = 0, priority = 0;
  std::string_view schedule_delivery_time, validity_period;
  uint8_t registered_delivery = 0, replace_if_present = 0, data_coding = 0, sm_default_msg_id = 0;
  ByteSpan short_message;
  Tlvs tlvs;

  // The content: message_payload when short_message is empty and that is there (5.3.2.32).
  ByteSpan content() const {
    if (!short_message.empty()) return short_message;
    return tlvs.find(tag::kMessagePayload).value_or(ByteSpan{});
  }
};
using SubmitSm = MessagePdu<CommandId::kSubmitSm>;
using DeliverSm = MessagePdu<CommandId::kDeliverSm>;
template <CommandId kId>
struct Layout<MessagePdu<kId>> {
  using P = MessagePdu<kId>;
  using Fields = FieldList<CString<&P::service_type, 6, Status::kInvalidServiceType>, Int<&P::source_ton>,
                           Int<&P::source_npi>, CString<&P::source, 21, Status::kInvalidSourceAddress>,
                           Int<&P::destination_ton>, Int<&P::destination_npi>,
                           CString<&P::destination, 21, Status::kInvalidDestinationAddress>,
                           Int<&P::esm_class>, Int<&P::protocol_id>, Int<&P::priority>,
                           CString<&P::schedule_delivery_time, 17, Status::kInvalidSchedule>,
                           CString<&P::validity_period, 17, Status::kInvalidExpiry>,
                           Int<&P::registered_delivery>, Int<&P::replace_if_present>, Int<&P::data_coding>,
                           Int<&P::sm_default_msg_id>, ShortMessage<&P::short_message>, Optional<&P::tlvs>>;
};

// submit_sm_resp, deliver_sm_resp (whose message_id is unused), data_sm_resp.
template <CommandId kId>
struct MessageRespPdu {
  static constexpr CommandId kCommand = kId;
  std::string_view message_id;
  Tlvs tlvs;
};
using SubmitSmResp = MessageRespPdu<CommandId::kSubmitSmResp>;
using DeliverSmResp = MessageRespPdu<CommandId::kDeliverSmResp>;
using DataSmResp = MessageRespPdu<CommandId::kDataSmResp>;
template <CommandId kId>
struct Layout<MessageRespPdu<kId>> {
  using P = MessageRespPdu<kId>;
  using Fields = FieldList<CString<&P::message_id, 65, Status::kInvalidMessageId>, Optional<&P::tlvs>>;
};

struct DataSm {
  static constexpr CommandId kCommand = CommandId::kDataSm;
  std::string_view service_type;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source;
  uint8_t destination_ton = 0, destination_npi = 0;
  std::string_view destination;
  uint8_t esm_class = 0, registered_delivery = 0, data_coding = 0;
  Tlvs tlvs;
};
template <>
struct Layout<DataSm> {
  using P = DataSm;
  using Fields =
      FieldList<CString<&P::service_type, 6, Status::kInvalidServiceType>, Int<&P::source_ton>,
                Int<&P::source_npi>, CString<&P::source, 65, Status::kInvalidSourceAddress>,
                Int<&P::destination_ton>, Int<&P::destination_npi>,
                CString<&P::destination, 65, Status::kInvalidDestinationAddress>, Int<&P::esm_class>,
                Int<&P::registered_delivery>, Int<&P::data_coding>, Optional<&P::tlvs>>;
};

// The number of destinations (at most 254), each an address or the name of a distribution list.
template <auto kMember>
struct Destinations {};
// The number of destinations that failed, and each with its status.
template <auto kMember>
struct Failed {};

// The list as it is on the wire; checked by decode, so walking cannot overrun (4.5.1.1).
struct DestinationList {
  static constexpr uint8_t kAddress = 1, kListName = 2;
  struct Entry {
    uint8_t flag = kAddress;
    uint8_t ton = 0, npi = 0;  // of an address
    std::string_view text;     // the address, or the list's name
  };
  uint8_t count = 0;
  ByteSpan raw;

  // Calls `take` for each, in order.
  template <class Take>
  void each(Take take) const {
    ByteSpan rest = raw;
    for (uint8_t i = 0; i < count; ++i) take(next(rest));
  }
  // The first of `rest`, which is cut by it.
  static Entry next(ByteSpan& rest);
};
// For encoding.
void append_destination(Bytes& out, const DestinationList::Entry& entry);

struct SubmitMulti {
  static constexpr CommandId kCommand = CommandId::kSubmitMulti;
  std::string_view service_type;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source;
  DestinationList destinations;
  uint8_t esm_class = 0, protocol_id = 0, priority = 0;
  std::string_view schedule_delivery_time, validity_period;
  uint8_t registered_delivery = 0, replace_if_present = 0, data_coding = 0, sm_default_msg_id = 0;
  ByteSpan short_message;
  Tlvs tlvs;
  ByteSpan content() const {
    if (!short_message.empty()) return short_message;
    return tlvs.find(tag::kMessagePayload).value_or(ByteSpan{});
  }
};
template <>
struct Layout<SubmitMulti> {
  using P = SubmitMulti;
  using Fields =
      FieldList<CString<&P::service_type, 6, Status::kInvalidServiceType>, Int<&P::source_ton>,
                Int<&P::source_npi>, CString<&P::source, 21, Status::kInvalidSourceAddress>,
                Destinations<&P::destinations>, Int<&P::esm_class>, Int<&P::protocol_id>, Int<&P::priority>,
                CString<&P::schedule_delivery_time, 17, Status::kInvalidSchedule>,
                CString<&P::validity_period, 17, Status::kInvalidExpiry>, Int<&P::registered_delivery>,
                Int<&P::replace_if_present>, Int<&P::data_coding>, Int<&P::sm_default_msg_id>,
                ShortMessage<&P::short_message>, Optional<&P::tlvs>>;
};

// With the destinations that failed: so many of ton, npi, address, status (4.5.2.1).
struct SubmitMultiResp {
  static constexpr CommandId kCommand = CommandId::kSubmitMultiResp;
  struct Failure {
    uint8_t ton = 0, npi = 0;
    std::string_view address;
    uint32_t status = 0;
  };
  struct Failures {
    uint8_t count = 0;
    ByteSpan raw;
    template <class Take>
    void each(Take take) const {
      ByteSpan rest = raw;
      for (uint8_t i = 0; i < count; ++i) take(next(rest));
    }
    static Failure next(ByteSpan& rest);
  };
  std::string_view message_id;
  Failures failures;
  Tlvs tlvs;
};
void append_failure(Bytes& out, const SubmitMultiResp::Failure& failure);
template <>
struct Layout<SubmitMultiResp> {
  using P = SubmitMultiResp;
  using Fields = FieldList<CString<&P::message_id, 65, Status::kInvalidMessageId>, Failed<&P::failures>,
                           Optional<&P::tlvs>>;
};

struct AlertNotification {
  static constexpr CommandId kCommand = CommandId::kAlertNotification;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source;
  uint8_t esme_ton = 0, esme_npi = 0;
  std::string_view esme;
  Tlvs tlvs;
};
template <>
struct Layout<AlertNotification> {
  using P = AlertNotification;
  using Fields =
      FieldList<Int<&P::source_ton>, Int<&P::source_npi>,
                CString<&P::source, 65, Status::kInvalidSourceAddress>, Int<&P::esme_ton>, Int<&P::esme_npi>,
                CString<&P::esme, 65, Status::kInvalidDestinationAddress>, Optional<&P::tlvs>>;
};

struct QuerySm {
  static constexpr CommandId kCommand = CommandId::kQuerySm;
  std::string_view message_id;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source;
};
template <>
struct Layout<QuerySm> {
  using P = QuerySm;
  using Fields = FieldList<CString<&P::message_id, 65, Status::kInvalidMessageId>, Int<&P::source_ton>,
                           Int<&P::source_npi>, CString<&P::source, 21, Status::kInvalidSourceAddress>>;
};

struct QuerySmResp {
  static constexpr CommandId kCommand = CommandId::kQuerySmResp;
  std::string_view message_id, final_date;
  uint8_t message_state = 0, error_code = 0;
};
template <>
struct Layout<QuerySmResp> {
  using P = QuerySmResp;
  using Fields = FieldList<CString<&P::message_id, 65, Status::kInvalidMessageId>,
                           CString<&P::final_date, 17, Status::kQueryFailed>, Int<&P::message_state>,
                           Int<&P::error_code>>;
};

struct CancelSm {
  static constexpr CommandId kCommand = CommandId::kCancelSm;
  std::string_view service_type, message_id;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source;
  uint8_t destination_ton = 0, destination_npi = 0;
  std::string_view destination;
};
template <>
struct Layout<CancelSm> {
  using P = CancelSm;
  using Fields = FieldList<CString<&P::service_type, 6, Status::kInvalidServiceType>,
                           CString<&P::message_id, 65, Status::kInvalidMessageId>, Int<&P::source_ton>,
                           Int<&P::source_npi>, CString<&P::source, 21, Status::kInvalidSourceAddress>,
                           Int<&P::destination_ton>, Int<&P::destination_npi>,
                           CString<&P::destination, 21, Status::kInvalidDestinationAddress>>;
};

struct ReplaceSm {
  static constexpr CommandId kCommand = CommandId::kReplaceSm;
  std::string_view message_id;
  uint8_t source_ton = 0, source_npi = 0;
  std::string_view source, schedule_delivery_time, validity_period;
  uint8_t registered_delivery = 0, sm_default_msg_id = 0;
  ByteSpan short_message;
};
template <>
struct Layout<ReplaceSm> {
  using P = ReplaceSm;
  using Fields =
      FieldList<CString<&P::message_id, 65, Status::kInvalidMessageId>, Int<&P::source_ton>,
                Int<&P::source_npi>, CString<&P::source, 21, Status::kInvalidSourceAddress>,
                CString<&P::schedule_delivery_time, 17, Status::kInvalidSchedule>,
                CString<&P::validity_period, 17, Status::kInvalidExpiry>, Int<&P::registered_delivery>,
                Int<&P::sm_default_msg_id>, ShortMessage<&P::short_message>>;
};

// Commands that are a header and nothing else.
template <CommandId kId>
struct EmptyPdu {
  static constexpr CommandId kCommand = kId;
};
using EnquireLink = EmptyPdu<CommandId::kEnquireLink>;
using EnquireLinkResp = EmptyPdu<CommandId::kEnquireLinkResp>;
using Unbind = EmptyPdu<CommandId::kUnbind>;
using UnbindResp = EmptyPdu<CommandId::kUnbindResp>;
using GenericNack = EmptyPdu<CommandId::kGenericNack>;
using CancelSmResp = EmptyPdu<CommandId::kCancelSmResp>;
using ReplaceSmResp = EmptyPdu<CommandId::kReplaceSmResp>;
template <CommandId kId>
struct Layout<EmptyPdu<kId>> {
  using Fields = FieldList<>;
};

// Every PDU struct above: what decode and encode exist for.
// clang-format off: a list, which the formatter never lays out the same way twice
#define YIZHAN_SMPP_PDUS(X) \
  X(BindReceiver) X(BindTransmitter) X(BindTransceiver) X(BindReceiverResp) \
  X(BindTransmitterResp) X(BindTransceiverResp) X(Outbind) X(SubmitSm) X(SubmitSmResp) \
  X(DeliverSm) X(DeliverSmResp) X(DataSm) X(DataSmResp) X(QuerySm) X(QuerySmResp) X(CancelSm) \
  X(CancelSmResp) X(ReplaceSm) X(ReplaceSmResp) X(SubmitMulti) X(SubmitMultiResp) X(AlertNotification) X(EnquireLink) X(EnquireLinkResp) X(Unbind) \
  X(UnbindResp) X(GenericNack)
// clang-format on

// Decodes one whole PDU (as framed by frame_length). The error is the status to answer with:
// kInvalidCommandId when the header's command is another's, a field's own status when that is malformed.
// Lenient where carriers are: a response may lack its body (an error's usually does) or the NUL of its last
// string, and a tail too short to be an optional parameter is padding.
template <class Pdu>
std::expected<Pdu, Status> decode(ByteSpan pdu);

// Appends one PDU. kOk, or the status of the field that does not fit (too long, or a string with a NUL
// inside), `out` being then as it was. A response with a status other than kOk is sent as a bare header.
template <class Pdu>
[[nodiscard]] Status encode(Bytes& out, const Pdu& pdu, uint32_t sequence, Status status = Status::kOk);

// Appends a PDU without a body: enquire_link, generic_nack, the answer to an unknown command.
void encode_header(Bytes& out, CommandId command, Status status, uint32_t sequence);

#define X(Pdu)                                                      \
  extern template std::expected<Pdu, Status> decode<Pdu>(ByteSpan); \
  extern template Status encode<Pdu>(Bytes&, const Pdu&, uint32_t, Status);
YIZHAN_SMPP_PDUS(X)
#undef X

}  // namespace yizhan::smpp
