#include "codec/smpp/dialect.h"

#include <fmt/format.h>

#include "codec/smpp/pdu.h"
#include "codec/smpp/receipt.h"

namespace yizhan::smpp {
namespace {

using codec::Act;
using codec::Coding;
using codec::Fault;
using codec::MessageRef;
using codec::Pdu;
using codec::ReceiptWish;
using codec::Role;
using codec::Sequence;
using codec::Side;
using codec::StatusMeaning;

constexpr uint8_t kPriorities = 4;

Coding read_coding(uint8_t data_coding) {
  switch (data_coding) {
    case kCodingDefault:
      return Coding::kDefault;
    case kCodingAscii:
      return Coding::kAscii;
    case kCodingLatin1:
      return Coding::kLatin1;
    case kCodingBinary:
    case kCodingBinary2:
      return Coding::kBinary;
    case kCodingUcs2:
      return Coding::kUcs2;
    case kCodingGb18030:
      return Coding::kGb18030;
    default:
      return Coding::kOther;
  }
}

uint8_t data_coding(Coding coding, uint8_t raw) {
  switch (coding) {
    case Coding::kDefault:
      return kCodingDefault;
    case Coding::kAscii:
      return kCodingAscii;
    case Coding::kLatin1:
      return kCodingLatin1;
    case Coding::kBinary:
      return kCodingBinary;
    case Coding::kUcs2:
      return kCodingUcs2;
    case Coding::kGb18030:
      return kCodingGb18030;
    case Coding::kOther:
      return raw;
  }
  return raw;
}

Status status_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return Status::kOk;
    case Fault::kMalformed:
      return Status::kInvalidCommandLength;
    case Fault::kUnknownCommand:
      return Status::kInvalidCommandId;
    case Fault::kNotLoggedIn:
      return Status::kIncorrectBindStatus;
    case Fault::kAlreadyLoggedIn:
      return Status::kAlreadyBound;
    case Fault::kBadAccount:
      return Status::kInvalidSystemId;
    case Fault::kBadSecret:
      return Status::kInvalidPassword;
    case Fault::kAddressRefused:
    case Fault::kTooManySessions:
    case Fault::kVersion:
      return Status::kBindFailed;
    case Fault::kThrottled:
      return Status::kThrottled;
    case Fault::kQueueFull:
      return Status::kQueueFull;
    case Fault::kSystem:
      return Status::kSystemError;
    case Fault::kBadSource:
      return Status::kInvalidSourceAddress;
    case Fault::kBadDestination:
      return Status::kInvalidDestinationAddress;
    case Fault::kBadCoding:
      return Status::kInvalidEsmClass;
    case Fault::kTooLong:
      return Status::kInvalidMessageLength;
    case Fault::kNotApproved:
      return kNotApproved;
    case Fault::kNoConsent:
      return kNoConsent;
    case Fault::kFrequency:
      return kOverFrequency;
    case Fault::kExpired:
      return Status::kInvalidExpiry;
    case Fault::kUnknownMessage:
      return Status::kInvalidMessageId;
  }
  return Status::kSystemError;
}

// The part numbers: by the user data header, else by the SAR parameters.
std::optional<text::UserDataHeader> read_part(bool has_header, ByteSpan content, const Tlvs& tlvs) {
  if (has_header) {
    const auto header = text::parse_user_data_header(content);
    if (header && header->total > 1) return *header;
    if (header) return std::nullopt;
  }
  if (tlvs.raw.empty()) return std::nullopt;
  const auto reference = tlvs.integer(tag::kSarReference);
  const auto total = tlvs.integer(tag::kSarTotal), number = tlvs.integer(tag::kSarSequence);
  if (!reference || !total || !number || *total < 2 || *total > 255 || *number < 1 || *number > *total)
    return std::nullopt;
  return text::UserDataHeader{.bytes = 0,
                              .reference = static_cast<uint16_t>(*reference),
                              .total = static_cast<uint8_t>(*total),
                              .number = static_cast<uint8_t>(*number)};
}

ReceiptWish read_wish(uint8_t registered_delivery) {
  switch (registered_delivery & 3) {
    case kReceiptAlways:
      return ReceiptWish::kAlways;
    case kReceiptOnFailure:
      return ReceiptWish::kOnFailure;
    default:
      return ReceiptWish::kNever;
  }
}

uint8_t registered_delivery(ReceiptWish wish) {
  switch (wish) {
    case ReceiptWish::kNever:
      return kReceiptNever;
    case ReceiptWish::kAlways:
      return kReceiptAlways;
    case ReceiptWish::kOnFailure:
      return kReceiptOnFailure;
  }
  return kReceiptNever;
}

// What data_sm lacks stays as the others' default.
template <class Message>
DeliverSm as_deliver(const Message& pdu) {
  DeliverSm out{.source = pdu.source, .destination = pdu.destination};
  out.esm_class = pdu.esm_class;
  out.data_coding = pdu.data_coding;
  out.tlvs = pdu.tlvs;
  if constexpr (requires { pdu.short_message; }) out.short_message = pdu.short_message;
  return out;
}

template <class Message>
void take_deliver(const Message& message, codec::Deliver& out) {
  const DeliverSm pdu = as_deliver(message);
  const DeliveryKind kind = delivery_kind(pdu.esm_class);
  out = {.source = pdu.source,
         .destination = pdu.destination,
         .payload = pdu.content(),
         .coding = read_coding(pdu.data_coding),
         .raw_coding = pdu.data_coding,
         .has_header = (pdu.esm_class & kEsmUdhi) != 0,
         .part = {},
         .receipt = {},
         .echo = {.command = static_cast<uint32_t>(Message::kCommand)}};
  out.part = read_part(out.has_header, out.payload, pdu.tlvs);
  if (kind != DeliveryKind::kReceipt && kind != DeliveryKind::kIntermediate) return;
  const Receipt receipt = read_receipt(pdu);
  out.receipt = codec::Receipt{.message = MessageRef(receipt.message_id),
                               .state = receipt.state,
                               .intermediate = kind == DeliveryKind::kIntermediate,
                               .stat = receipt.text.stat,
                               .error = receipt.text.err,
                               .code = receipt.network_error,
                               .submitted = receipt.text.submit_date,
                               .done = receipt.text.done_date};
}

template <class Message>
void take_submit(const Message& pdu, codec::Submit& out) {
  out.source = pdu.source;
  out.destinations.clear();
  if constexpr (requires { pdu.destinations; })
    pdu.destinations.each([&](const DestinationList::Entry& entry) {
      if (entry.flag == DestinationList::kAddress) out.destinations.push_back(entry.text);
    });
  else
    out.destinations.push_back(pdu.destination);
  if constexpr (requires { pdu.content(); })
    out.payload = pdu.content();
  else
    out.payload = pdu.tlvs.find(tag::kMessagePayload).value_or(ByteSpan{});
  out.coding = read_coding(pdu.data_coding);
  out.raw_coding = pdu.data_coding;
  out.has_header = (pdu.esm_class & kEsmUdhi) != 0;
  out.part = read_part(out.has_header, out.payload, pdu.tlvs);
  out.receipt = read_wish(pdu.registered_delivery);
  if constexpr (requires { pdu.priority; }) {
    out.priority = pdu.priority;
    out.validity = pdu.validity_period;
  } else {
    out.priority = 0;
    out.validity = {};
  }
}

class SmppDialect final : public codec::Dialect {
 public:
  explicit SmppDialect(codec::DialectOptions options)
      : Dialect(codec::Protocol::kSmpp34, std::move(options)) {}

  codec::Frame frame(ByteSpan received) const override { return frame_length(received); }
  void read(ByteSpan pdu, Pdu& out) const override;

  bool write_login(Bytes& out, Sequence sequence, const codec::Credentials& c) const override;
  Fault write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const override;
  void write_deliver_answer(Bytes& out, Sequence sequence, const codec::Deliver::Echo& echo,
                            Fault fault) const override;
  bool write_query(Bytes& out, Sequence sequence, const codec::Query& query) const override {
    return encode(out,
                  QuerySm{.message_id = query.message.view(),
                          .source_ton = options().source_ton,
                          .source_npi = options().source_npi,
                          .source = query.source},
                  sequence.number) == Status::kOk;
  }

  bool proves(const codec::Login& login, std::string_view secret) const override;
  void write_login_answer(Bytes& out, Sequence sequence, const Pdu& login, std::string_view secret,
                          Fault fault) const override;
  void write_submit_answer(Bytes& out, Sequence sequence, uint32_t command, Fault fault,
                           const MessageRef& message) const override {
    write_submit_status(out, sequence, command, static_cast<uint32_t>(status_of(fault)), message);
  }
  void write_submit_status(Bytes& out, Sequence sequence, uint32_t command, uint32_t status,
                           const MessageRef& message) const override;
  bool write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const override;
  void write_query_answer(Bytes& out, Sequence sequence, const codec::QueryAnswer& answer) const override;
  MessageRef message_ref(uint64_t number, Sequence) const override {
    return MessageRef(std::to_string(number));
  }

  bool has_keep_alive() const override { return true; }
  void write_keep_alive(Bytes& out, Sequence sequence) const override {
    encode_header(out, CommandId::kEnquireLink, Status::kOk, sequence.number);
  }
  void write_keep_alive_answer(Bytes& out, Sequence sequence) const override {
    encode_header(out, CommandId::kEnquireLinkResp, Status::kOk, sequence.number);
  }
  void write_logout(Bytes& out, Sequence sequence) const override {
    encode_header(out, CommandId::kUnbind, Status::kOk, sequence.number);
  }
  void write_logout_answer(Bytes& out, Sequence sequence) const override {
    encode_header(out, CommandId::kUnbindResp, Status::kOk, sequence.number);
  }
  void write_refusal(Bytes& out, const Pdu& request, Fault fault) const override;

  StatusMeaning meaning(Act answer, uint32_t status) const override;
  uint32_t submit_status(Fault fault) const override { return static_cast<uint32_t>(status_of(fault)); }
  std::string_view status_name(Act, uint32_t status) const override {
    return smpp::status_name(static_cast<Status>(status));
  }
  std::string status_code(uint32_t status) const override { return fmt::format("0x{:08X}", status); }
  uint32_t largest_sequence() const override { return kMaxSequence; }
  text::EncodingSet encodings() const override { return {options().default_alphabet, text::Encoding::kUcs2}; }

 private:
  // Decodes a request, or says why it is malformed.
  template <class Wire, class Take>
  void take(ByteSpan pdu, Act act, Pdu& out, Take take_it) const;
  bool read_request(ByteSpan pdu, CommandId command, Pdu& out) const;
  bool read_answer(ByteSpan pdu, CommandId command, Pdu& out) const;
  template <class Wire>
  Fault encode_submit(Bytes& out, Sequence sequence, const codec::Submit& submit, Wire wire) const;
};

// ---------------------------------------------------------------- reading

template <class Wire, class Take>
void SmppDialect::take(ByteSpan pdu, Act act, Pdu& out, Take take_it) const {
  const auto decoded = decode<Wire>(pdu);
  if (!decoded) {
    out.act = Act::kMalformed;
    out.fault = Fault::kMalformed;
    out.status = static_cast<uint32_t>(decoded.error());
    return;
  }
  out.act = act;
  take_it(*decoded);
}

bool SmppDialect::read_request(ByteSpan pdu, CommandId command, Pdu& out) const {
  const auto login = [&](Role role) {
    return [&out, role](const auto& bind) {
      out.login = {.account = bind.system_id,
                   .role = role,
                   .password = bind.password,
                   .digest = {},
                   .timestamp = 0,
                   .version = bind.interface_version};
    };
  };
  const auto submit = [&](const auto& message) { take_submit(message, out.submit); };
  const auto deliver = [&](const auto& message) { take_deliver(message, out.deliver); };
  switch (command) {
    case CommandId::kSubmitSm:
      return take<SubmitSm>(pdu, Act::kSubmit, out, submit), true;
    case CommandId::kSubmitMulti:
      return take<SubmitMulti>(pdu, Act::kSubmit, out, submit), true;
    case CommandId::kDataSm:
      if (options().side == Side::kServer) return take<DataSm>(pdu, Act::kSubmit, out, submit), true;
      return take<DataSm>(pdu, Act::kDeliver, out, deliver), true;
    case CommandId::kDeliverSm:
      return take<DeliverSm>(pdu, Act::kDeliver, out, deliver), true;
    case CommandId::kBindReceiver:
      return take<BindReceiver>(pdu, Act::kLogin, out, login(Role::kReceive)), true;
    case CommandId::kBindTransmitter:
      return take<BindTransmitter>(pdu, Act::kLogin, out, login(Role::kSend)), true;
    case CommandId::kBindTransceiver:
      return take<BindTransceiver>(pdu, Act::kLogin, out, login(Role::kBoth)), true;
    case CommandId::kQuerySm:
      return take<QuerySm>(pdu, Act::kQuery, out,
                           [&](const QuerySm& q) { out.query = {MessageRef(q.message_id), q.source}; }),
             true;
    case CommandId::kEnquireLink:
      return out.act = Act::kKeepAlive, true;
    case CommandId::kUnbind:
      return out.act = Act::kLogout, true;
    case CommandId::kAlertNotification:
    case CommandId::kOutbind:
      return out.act = Act::kIgnored, true;
    default:
      return false;
  }
}

bool SmppDialect::read_answer(ByteSpan pdu, CommandId command, Pdu& out) const {
  // An id that cannot be read does not undo that the carrier has taken the segment.
  const auto submit_answer = [&](const auto& decoded) {
    out.act = Act::kSubmitAnswer;
    out.submit_answer.status = out.status;
    out.submit_answer.message.assign(decoded ? decoded->message_id : std::string_view{});
  };
  switch (command) {
    case CommandId::kSubmitSmResp:
      return submit_answer(decode<SubmitSmResp>(pdu)), true;
    case CommandId::kSubmitMultiResp:
      return submit_answer(decode<SubmitMultiResp>(pdu)), true;
    case CommandId::kDataSmResp:
      if (options().side == Side::kServer) return out.act = Act::kDeliverAnswer, true;
      return submit_answer(decode<DataSmResp>(pdu)), true;
    case CommandId::kDeliverSmResp:
      return out.act = Act::kDeliverAnswer, true;
    case CommandId::kBindReceiverResp:
    case CommandId::kBindTransmitterResp:
    case CommandId::kBindTransceiverResp:
      return out.act = Act::kLoginAnswer, true;
    case CommandId::kEnquireLinkResp:
      return out.act = Act::kKeepAliveAnswer, true;
    case CommandId::kUnbindResp:
      return out.act = Act::kLogoutAnswer, true;
    case CommandId::kGenericNack:
      return out.act = Act::kNack, true;
    case CommandId::kQuerySmResp: {
      out.act = Act::kQueryAnswer;
      out.query_answer = {.status = out.status, .message = {}, .state = codec::ReceiptState::kNone};
      const auto decoded = decode<QuerySmResp>(pdu);
      if (!decoded || out.status != 0) return true;
      out.query_answer.message.assign(decoded->message_id);
      out.query_answer.error = decoded->error_code;
      if (decoded->message_state <= static_cast<uint8_t>(codec::ReceiptState::kRejected))
        out.query_answer.state = static_cast<codec::ReceiptState>(decoded->message_state);
      return true;
    }
    default:
      return false;
  }
}

void SmppDialect::read(ByteSpan pdu, Pdu& out) const {
  const Header header = parse_header(pdu);
  out.sequence = {.number = header.sequence};
  out.command = static_cast<uint32_t>(header.command);
  out.fault = Fault::kNone;
  out.login_proof = {};
  if (is_response(header.command)) {
    out.status = static_cast<uint32_t>(header.status);
    if (!read_answer(pdu, header.command, out)) out.act = Act::kIgnored;
    return;
  }
  out.status = 0;
  if (read_request(pdu, header.command, out)) return;
  out.act = Act::kUnwanted;
  out.fault = Fault::kUnknownCommand;
}

// ---------------------------------------------------------------- as a client

bool SmppDialect::write_login(Bytes& out, Sequence sequence, const codec::Credentials& c) const {
  const auto write = [&]<class Wire>(Wire) {
    return encode(out,
                  Wire{.system_id = c.account,
                       .password = c.secret,
                       .system_type = c.system_type,
                       .address_range = c.address_range},
                  sequence.number) == Status::kOk;
  };
  switch (c.role) {
    case Role::kSend:
      return write(BindTransmitter{});
    case Role::kReceive:
      return write(BindReceiver{});
    case Role::kBoth:
      return write(BindTransceiver{});
  }
  return false;
}

// Parameters only where they are needed; a thread's own buffer for them.
template <class Wire>
Fault SmppDialect::encode_submit(Bytes& out, Sequence sequence, const codec::Submit& submit,
                                 Wire wire) const {
  thread_local Bytes parameters;
  parameters.clear();
  wire.service_type = options().service_type;
  wire.source_ton = options().source_ton;
  wire.source_npi = options().source_npi;
  wire.source = submit.source;
  wire.esm_class = submit.has_header ? kEsmUdhi : 0;
  wire.priority = std::min<uint8_t>(submit.priority, kPriorities - 1);
  wire.validity_period = submit.validity;
  wire.registered_delivery = registered_delivery(submit.receipt);
  wire.data_coding = data_coding(submit.coding, submit.raw_coding);
  if (submit.part && !submit.has_header) {
    append_tlv_u16(parameters, tag::kSarReference, submit.part->reference);
    append_tlv_u8(parameters, tag::kSarTotal, submit.part->total);
    append_tlv_u8(parameters, tag::kSarSequence, submit.part->number);
  }
  if (submit.payload.size() <= kShortMessageBytes)
    wire.short_message = submit.payload;
  else
    append_tlv(parameters, tag::kMessagePayload, submit.payload);
  wire.tlvs.raw = parameters;
  switch (encode(out, wire, sequence.number)) {
    case Status::kOk:
      return Fault::kNone;
    case Status::kInvalidSourceAddress:
      return Fault::kBadSource;
    case Status::kInvalidDestinationAddress:
    case Status::kInvalidDestinationCount:
      return Fault::kBadDestination;
    case Status::kInvalidMessageLength:
    case Status::kInvalidCommandLength:
      return Fault::kTooLong;
    default:
      return Fault::kMalformed;
  }
}

Fault SmppDialect::write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const {
  if (submit.destinations.size() == 1)
    return encode_submit(out, sequence, submit,
                         SubmitSm{.destination_ton = options().destination_ton,
                                  .destination_npi = options().destination_npi,
                                  .destination = submit.destinations.front()});
  if (submit.destinations.empty() || submit.destinations.size() > UINT8_MAX) return Fault::kBadDestination;
  thread_local Bytes list;
  list.clear();
  for (const std::string_view destination : submit.destinations)
    append_destination(
        list, {.ton = options().destination_ton, .npi = options().destination_npi, .text = destination});
  return encode_submit(out, sequence, submit,
                       SubmitMulti{.destinations = {static_cast<uint8_t>(submit.destinations.size()), list}});
}

void SmppDialect::write_deliver_answer(Bytes& out, Sequence sequence, const codec::Deliver::Echo& echo,
                                       Fault fault) const {
  // To be tried again rather than lost: what is not for good is a temporary error (5.1.3).
  const Status status = fault == Fault::kNone        ? Status::kOk
                        : fault == Fault::kQueueFull ? Status::kTemporaryAppError
                                                     : status_of(fault);
  const bool data_sm = echo.command == static_cast<uint32_t>(CommandId::kDataSm);
  const Status encoded = data_sm ? encode(out, DataSmResp{}, sequence.number, status)
                                 : encode(out, DeliverSmResp{}, sequence.number, status);
  static_cast<void>(encoded);  // an empty id always fits
}

// ---------------------------------------------------------------- as a server

bool SmppDialect::proves(const codec::Login& login, std::string_view secret) const {
  // A password is at most eight characters (5.2.2): in constant time over all of them.
  size_t differs = login.password.size() ^ secret.size();
  for (size_t i = 0; i < secret.size(); ++i)
    differs |= static_cast<uint8_t>(secret[i] ^ (i < login.password.size() ? login.password[i] : '\0'));
  return differs == 0;
}

void SmppDialect::write_login_answer(Bytes& out, Sequence sequence, const Pdu& login, std::string_view,
                                     Fault fault) const {
  const auto response = response_to(static_cast<CommandId>(login.command));
  if (fault != Fault::kNone) return encode_header(out, response, status_of(fault), sequence.number);
  Bytes version;
  append_tlv_u8(version, tag::kInterfaceVersion, kInterfaceVersion34);
  const auto write = [&]<class Wire>(Wire) {
    // A client of an earlier version does not expect parameters (3.3).
    const Tlvs parameters{login.login.version >= kInterfaceVersion34 ? ByteSpan(version) : ByteSpan{}};
    return encode(out, Wire{.system_id = options().server_name, .tlvs = parameters}, sequence.number);
  };
  Status status = Status::kOk;
  switch (login.login.role) {
    case Role::kSend:
      status = write(BindTransmitterResp{});
      break;
    case Role::kReceive:
      status = write(BindReceiverResp{});
      break;
    case Role::kBoth:
      status = write(BindTransceiverResp{});
      break;
  }
  if (status != Status::kOk) encode_header(out, response, status, sequence.number);
}

void SmppDialect::write_submit_status(Bytes& out, Sequence sequence, uint32_t command, uint32_t status,
                                      const MessageRef& message) const {
  const auto write = [&]<class Wire>(Wire) {
    const auto given = static_cast<Status>(status);
    if (encode(out, Wire{.message_id = message.view()}, sequence.number, given) != Status::kOk)
      encode_header(out, Wire::kCommand, Status::kSystemError, sequence.number);
  };
  switch (static_cast<CommandId>(command)) {
    case CommandId::kSubmitMulti:
      return write(SubmitMultiResp{});
    case CommandId::kDataSm:
      return write(DataSmResp{});
    default:
      return write(SubmitSmResp{});
  }
}

bool SmppDialect::write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const {
  DeliverSm pdu{.source_ton = options().destination_ton,
                .source_npi = options().destination_npi,
                .source = deliver.source,
                .destination_ton = options().source_ton,
                .destination_npi = options().source_npi,
                .destination = deliver.destination};
  pdu.data_coding = data_coding(deliver.coding, deliver.raw_coding);
  thread_local Bytes parameters;
  thread_local std::string text;
  parameters.clear();
  text.clear();
  if (deliver.receipt) {
    const codec::Receipt& receipt = *deliver.receipt;
    pdu.esm_class = receipt.intermediate ? kEsmIntermediate : kEsmReceipt;
    pdu.data_coding = kCodingDefault;
    append_receipt_text({.id = receipt.message.view(),
                         .submit_date = receipt.submitted,
                         .done_date = receipt.done,
                         .stat = receipt.stat,
                         .err = receipt.error,
                         .text = as_chars(deliver.payload),
                         .sub = 1,
                         .dlvrd = receipt.state == codec::ReceiptState::kDelivered ? 1 : 0},
                        text);
    if (options().receipt_parameters) append_receipt_tlvs(receipt.message.view(), receipt.state, parameters);
    pdu.short_message = as_bytes(text);
  } else {
    pdu.esm_class = deliver.has_header ? kEsmUdhi : 0;
    if (deliver.payload.size() <= kShortMessageBytes)
      pdu.short_message = deliver.payload;
    else
      append_tlv(parameters, tag::kMessagePayload, deliver.payload);
    if (deliver.part && !deliver.has_header) {
      append_tlv_u16(parameters, tag::kSarReference, deliver.part->reference);
      append_tlv_u8(parameters, tag::kSarTotal, deliver.part->total);
      append_tlv_u8(parameters, tag::kSarSequence, deliver.part->number);
    }
  }
  pdu.tlvs.raw = parameters;
  return encode(out, pdu, sequence.number) == Status::kOk;
}

void SmppDialect::write_query_answer(Bytes& out, Sequence sequence, const codec::QueryAnswer& answer) const {
  const QuerySmResp pdu{.message_id = answer.message.view(),
                        .final_date = {},
                        .message_state = static_cast<uint8_t>(answer.state),
                        .error_code = answer.error};
  if (encode(out, pdu, sequence.number, static_cast<Status>(answer.status)) != Status::kOk)
    encode_header(out, CommandId::kQuerySmResp, Status::kQueryFailed, sequence.number);
}

void SmppDialect::write_refusal(Bytes& out, const Pdu& request, Fault fault) const {
  const auto command = static_cast<CommandId>(request.command);
  const bool known = !command_name(command).empty();
  Status status = request.status != 0 ? static_cast<Status>(request.status) : status_of(fault);
  if (command == CommandId::kCancelSm && fault == Fault::kUnknownCommand) status = Status::kCancelFailed;
  if (command == CommandId::kReplaceSm && fault == Fault::kUnknownCommand) status = Status::kReplaceFailed;
  if (known && !is_response(command) && command != CommandId::kAlertNotification &&
      command != CommandId::kOutbind)
    return encode_header(out, response_to(command), status, request.sequence.number);
  encode_header(out, CommandId::kGenericNack, status, request.sequence.number);
}

StatusMeaning SmppDialect::meaning(Act answer, uint32_t raw) const {
  const auto status = static_cast<Status>(raw);
  if (status == Status::kOk) return StatusMeaning::kGood;
  if (answer == Act::kLoginAnswer) {
    const bool refused = status == Status::kBindFailed || status == Status::kInvalidPassword ||
                         status == Status::kInvalidSystemId;
    return refused ? StatusMeaning::kBadCredentials : StatusMeaning::kOther;
  }
  if (answer == Act::kQueryAnswer) {
    if (status == Status::kInvalidCommandId || status == Status::kQueryFailed)
      return StatusMeaning::kUnsupported;
    if (status == Status::kInvalidMessageId) return StatusMeaning::kUnknownMessage;
  }
  return status == Status::kThrottled || status == Status::kQueueFull ? StatusMeaning::kThrottled
                                                                      : StatusMeaning::kOther;
}

}  // namespace

std::unique_ptr<codec::Dialect> make_dialect(codec::DialectOptions options) {
  return std::make_unique<SmppDialect>(std::move(options));
}

}  // namespace yizhan::smpp
