#include "codec/sgip/pdu.h"

namespace yizhan::sgip {
namespace {

uint8_t* write_rest(uint8_t* at, Command command, const codec::Sequence& sequence) {
  at = table::detail::write_integer<4>(at, static_cast<uint32_t>(command));
  at = table::detail::write_integer<4>(at, sequence.node);
  at = table::detail::write_integer<4>(at, sequence.time);
  return table::detail::write_integer<4>(at, sequence.number);
}

}  // namespace

std::string_view error_name(uint32_t number) {
  switch (number) {
    case 0:
      return "ok";
    case error::kIllegalLogin:
      return "illegal login";
    case error::kRepeatedLogin:
      return "repeated login";
    case error::kTooManyConnections:
      return "too many connections";
    case error::kLoginType:
      return "login type";
    case error::kParameter:
      return "parameter format";
    case error::kNumber:
      return "illegal number";
    case error::kCommand:
      return "command";
    case error::kLength:
      return "length";
    case error::kSequence:
      return "illegal sequence";
    case error::kBusy:
      return "node busy";
    case error::kUnreachable:
      return "destination unreachable";
    case error::kUserUnreachable:
      return "user unreachable";
    case error::kUnknownUser:
      return "unknown user";
    case error::kSystem:
      return "system failure";
    case error::kOverFlow:
      return "over the flow limit";
    case error::kTooManyLogins:
      return "too many logins";
    case error::kFlowControl:
      return "flow control";
    case error::kNotApproved:
      return "not approved";
    case error::kNoConsent:
      return "no consent";
    case error::kOverFrequency:
      return "over frequency";
    case error::kExpired:
      return "expired";
    default:
      return {};
  }
}

Header parse_header(ByteSpan pdu) {
  ByteReader r(pdu.first(kHeaderBytes));
  Header header;
  header.length = r.u32();
  header.command = static_cast<Command>(r.u32());
  header.sequence.node = r.u32();
  header.sequence.time = r.u32();
  header.sequence.number = r.u32();
  return header;
}

template <class Pdu>
std::expected<Pdu, Fault> decode(ByteSpan pdu) {
  std::expected<Pdu, Fault> out;
  if (pdu.size() < kHeaderBytes) return std::unexpected(Fault::kMalformed);
  if (parse_header(pdu).command != Pdu::kCommand) return std::unexpected(Fault::kUnknownCommand);
  if (const Fault fault = table::read(pdu.subspan(kHeaderBytes), *out); fault != Fault::kNone)
    out = std::unexpected(fault);
  return out;
}

template <class Pdu>
Fault encode(Bytes& out, const Pdu& pdu, codec::Sequence sequence) {
  return table::append<kHeaderBytes>(out, pdu, [&](uint8_t* at) { write_rest(at, Pdu::kCommand, sequence); });
}

void encode_result(Bytes& out, Command response, uint8_t result, codec::Sequence sequence) {
  const ResultPdu<Command{}> pdu{.result = result};
  static_cast<void>(
      table::append<kHeaderBytes>(out, pdu, [&](uint8_t* at) { write_rest(at, response, sequence); }));
}

#define X(Pdu)                                              \
  template std::expected<Pdu, Fault> decode<Pdu>(ByteSpan); \
  template Fault encode<Pdu>(Bytes&, const Pdu&, codec::Sequence);
YIZHAN_SGIP_PDUS(X)
#undef X

}  // namespace yizhan::sgip
