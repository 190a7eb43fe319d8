#include "codec/smpp/pdu.h"

#include <algorithm>
#include <cstring>

namespace yizhan::smpp {
namespace {

uint32_t read_u32(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) << 24 | static_cast<uint32_t>(p[1]) << 16 |
         static_cast<uint32_t>(p[2]) << 8 | p[3];
}

constexpr size_t kAddressBytes = 21;
// Wire format (4.5.1).
constexpr uint8_t kMaxDestinations = 254;

// The string at the start of `rest`, which is cut behind its NUL.
std::string_view take_c_string(ByteSpan& rest) {
  const std::string_view all = as_chars(rest);
  const size_t end = std::min(all.find('\0'), all.size());
  rest = rest.subspan(std::min(end + 1, rest.size()));
  return all.substr(0, end);
}

// ---------------------------------------------------------------- decoding, a field at a time

// The body and how far it has been read.
struct Input {
  const uint8_t* at;
  const uint8_t* end;
  bool is_response;
  size_t left() const { return static_cast<size_t>(end - at); }
};

template <class Pdu, auto kMember>
Status decode_field(Input& in, Pdu& out, Int<kMember>) {
  if (in.at == in.end) return Status::kInvalidCommandLength;
  out.*kMember = *in.at++;
  return Status::kOk;
}

template <class Pdu, auto kMember, size_t kMax, Status kBad>
Status decode_field(Input& in, Pdu& out, CString<kMember, kMax, kBad>) {
  const size_t room = std::min(kMax, in.left());
  const auto* nul = room == 0 ? nullptr : static_cast<const uint8_t*>(std::memchr(in.at, 0, room));
  if (nul != nullptr) {
    out.*kMember = {reinterpret_cast<const char*>(in.at), static_cast<size_t>(nul - in.at)};
    in.at = nul + 1;
    return Status::kOk;
  }
  if (!in.is_response || in.left() >= kMax) return in.left() < kMax ? Status::kInvalidCommandLength : kBad;
  out.*kMember = {reinterpret_cast<const char*>(in.at), in.left()};
  in.at = in.end;
  return Status::kOk;
}

template <class Pdu, auto kMember>
Status decode_field(Input& in, Pdu& out, ShortMessage<kMember>) {
  if (in.at == in.end) return Status::kInvalidCommandLength;
  const size_t length = *in.at++;
  if (length > kShortMessageBytes || length > in.left()) return Status::kInvalidMessageLength;
  out.*kMember = {in.at, length};
  in.at += length;
  return Status::kOk;
}

template <class Pdu, auto kMember>
Status decode_field(Input& in, Pdu& out, Optional<kMember>) {
  const ByteSpan rest{in.at, in.end};
  const size_t whole = codec::whole_tlvs(rest);
  if (rest.size() - whole >= codec::kTlvHeadBytes && !in.is_response) return Status::kInvalidTlvStream;
  (out.*kMember).raw = rest.first(whole);
  in.at += whole;
  return Status::kOk;
}

// Takes a C-octet string of at most `max` bytes with its NUL out of `in`.
Status skip_c_string(Input& in, size_t max, Status bad) {
  const size_t room = std::min(max, in.left());
  const auto* nul = room == 0 ? nullptr : static_cast<const uint8_t*>(std::memchr(in.at, 0, room));
  if (nul == nullptr) return in.left() < max ? Status::kInvalidCommandLength : bad;
  in.at = nul + 1;
  return Status::kOk;
}

template <class Pdu, auto kMember>
Status decode_field(Input& in, Pdu& out, Destinations<kMember>) {
  if (in.at == in.end) return Status::kInvalidCommandLength;
  DestinationList& list = out.*kMember;
  list.count = *in.at++;
  if (list.count == 0 || list.count > kMaxDestinations) return Status::kInvalidDestinationCount;
  const uint8_t* const begin = in.at;
  for (uint8_t i = 0; i < list.count; ++i) {
    if (in.at == in.end) return Status::kInvalidCommandLength;
    const uint8_t flag = *in.at++;
    if (flag != DestinationList::kAddress && flag != DestinationList::kListName)
      return Status::kInvalidDestinationFlag;
    const size_t numbers = flag == DestinationList::kAddress ? 2 : 0;  // ton, npi
    if (in.left() < numbers) return Status::kInvalidCommandLength;
    in.at += numbers;
    if (const Status status = skip_c_string(in, kAddressBytes, Status::kInvalidDestinationAddress);
        status != Status::kOk)
      return status;
  }
  list.raw = {begin, in.at};
  return Status::kOk;
}

template <class Pdu, auto kMember>
Status decode_field(Input& in, Pdu& out, Failed<kMember>) {
  SubmitMultiResp::Failures& failures = out.*kMember;
  if (in.at == in.end) return Status::kOk;  // a response may end early
  failures.count = *in.at++;
  const uint8_t* const begin = in.at;
  for (uint8_t i = 0; i < failures.count; ++i) {
    if (in.left() < 2) return Status::kInvalidCommandLength;
    in.at += 2;
    if (const Status status = skip_c_string(in, kAddressBytes, Status::kInvalidDestinationAddress);
        status != Status::kOk)
      return status;
    if (in.left() < sizeof(uint32_t)) return Status::kInvalidCommandLength;
    in.at += sizeof(uint32_t);
  }
  failures.raw = {begin, in.at};
  return Status::kOk;
}

template <class Pdu, class... Fields>
Status decode_fields(Input& in, Pdu& out, FieldList<Fields...>) {
  Status status = Status::kOk;
  (void)(((status = decode_field(in, out, Fields{})) == Status::kOk) && ...);
  return status;
}

// ---------------------------------------------------------------- encoding: measure, then write

template <class Pdu, auto kMember>
Status measure_field(size_t& bytes, const Pdu&, Int<kMember>) {
  bytes += 1;
  return Status::kOk;
}

template <class Pdu, auto kMember, size_t kMax, Status kBad>
Status measure_field(size_t& bytes, const Pdu& pdu, CString<kMember, kMax, kBad>) {
  const std::string_view s = pdu.*kMember;
  bytes += s.size() + 1;
  if (s.empty()) return Status::kOk;
  return s.size() < kMax && std::memchr(s.data(), 0, s.size()) == nullptr ? Status::kOk : kBad;
}

template <class Pdu, auto kMember>
Status measure_field(size_t& bytes, const Pdu& pdu, ShortMessage<kMember>) {
  bytes += 1 + (pdu.*kMember).size();
  return (pdu.*kMember).size() <= kShortMessageBytes ? Status::kOk : Status::kInvalidMessageLength;
}

template <class Pdu, auto kMember>
Status measure_field(size_t& bytes, const Pdu& pdu, Optional<kMember>) {
  bytes += (pdu.*kMember).raw.size();
  return Status::kOk;
}

template <class Pdu, auto kMember>
Status measure_field(size_t& bytes, const Pdu& pdu, Destinations<kMember>) {
  const DestinationList& list = pdu.*kMember;
  bytes += 1 + list.raw.size();
  return list.count > 0 && list.count <= kMaxDestinations ? Status::kOk : Status::kInvalidDestinationCount;
}

template <class Pdu, auto kMember>
Status measure_field(size_t& bytes, const Pdu& pdu, Failed<kMember>) {
  bytes += 1 + (pdu.*kMember).raw.size();
  return Status::kOk;
}

template <class Pdu, class... Fields>
Status measure_fields(size_t& bytes, const Pdu& pdu, FieldList<Fields...>) {
  Status status = Status::kOk;
  (void)(((status = measure_field(bytes, pdu, Fields{})) == Status::kOk) && ...);
  return status;
}

uint8_t* write_bytes(uint8_t* at, const void* data, size_t n) {
  if (n != 0) std::memcpy(at, data, n);
  return at + n;
}

uint8_t* write_u32(uint8_t* at, uint32_t v) {
  at[0] = static_cast<uint8_t>(v >> 24);
  at[1] = static_cast<uint8_t>(v >> 16);
  at[2] = static_cast<uint8_t>(v >> 8);
  at[3] = static_cast<uint8_t>(v);
  return at + 4;
}

template <class Pdu, auto kMember>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Int<kMember>) {
  *at = pdu.*kMember;
  return at + 1;
}

template <class Pdu, auto kMember, size_t kMax, Status kBad>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, CString<kMember, kMax, kBad>) {
  at = write_bytes(at, (pdu.*kMember).data(), (pdu.*kMember).size());
  *at = 0;
  return at + 1;
}

template <class Pdu, auto kMember>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, ShortMessage<kMember>) {
  *at = static_cast<uint8_t>((pdu.*kMember).size());
  return write_bytes(at + 1, (pdu.*kMember).data(), (pdu.*kMember).size());
}

template <class Pdu, auto kMember>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Optional<kMember>) {
  return write_bytes(at, (pdu.*kMember).raw.data(), (pdu.*kMember).raw.size());
}

template <class Pdu, auto kMember>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Destinations<kMember>) {
  *at = (pdu.*kMember).count;
  return write_bytes(at + 1, (pdu.*kMember).raw.data(), (pdu.*kMember).raw.size());
}

template <class Pdu, auto kMember>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Failed<kMember>) {
  *at = (pdu.*kMember).count;
  return write_bytes(at + 1, (pdu.*kMember).raw.data(), (pdu.*kMember).raw.size());
}

template <class Pdu, class... Fields>
void write_fields(uint8_t* at, const Pdu& pdu, FieldList<Fields...>) {
  ((at = write_field(at, pdu, Fields{})), ...);
}

uint8_t* write_header(uint8_t* at, size_t length, CommandId command, Status status, uint32_t sequence) {
  at = write_u32(at, static_cast<uint32_t>(length));
  at = write_u32(at, static_cast<uint32_t>(command));
  at = write_u32(at, static_cast<uint32_t>(status));
  return write_u32(at, sequence);
}

}  // namespace

std::string_view command_name(CommandId id) {
  switch (id) {
    case CommandId::kBindReceiver:
      return "bind_receiver";
    case CommandId::kBindTransmitter:
      return "bind_transmitter";
    case CommandId::kQuerySm:
      return "query_sm";
    case CommandId::kSubmitSm:
      return "submit_sm";
    case CommandId::kDeliverSm:
      return "deliver_sm";
    case CommandId::kUnbind:
      return "unbind";
    case CommandId::kReplaceSm:
      return "replace_sm";
    case CommandId::kCancelSm:
      return "cancel_sm";
    case CommandId::kBindTransceiver:
      return "bind_transceiver";
    case CommandId::kOutbind:
      return "outbind";
    case CommandId::kEnquireLink:
      return "enquire_link";
    case CommandId::kSubmitMulti:
      return "submit_multi";
    case CommandId::kAlertNotification:
      return "alert_notification";
    case CommandId::kDataSm:
      return "data_sm";
    case CommandId::kGenericNack:
      return "generic_nack";
    case CommandId::kBindReceiverResp:
      return "bind_receiver_resp";
    case CommandId::kBindTransmitterResp:
      return "bind_transmitter_resp";
    case CommandId::kQuerySmResp:
      return "query_sm_resp";
    case CommandId::kSubmitSmResp:
      return "submit_sm_resp";
    case CommandId::kDeliverSmResp:
      return "deliver_sm_resp";
    case CommandId::kUnbindResp:
      return "unbind_resp";
    case CommandId::kReplaceSmResp:
      return "replace_sm_resp";
    case CommandId::kCancelSmResp:
      return "cancel_sm_resp";
    case CommandId::kBindTransceiverResp:
      return "bind_transceiver_resp";
    case CommandId::kEnquireLinkResp:
      return "enquire_link_resp";
    case CommandId::kSubmitMultiResp:
      return "submit_multi_resp";
    case CommandId::kDataSmResp:
      return "data_sm_resp";
  }
  return {};
}

Frame frame_length(ByteSpan received, size_t cap) {
  return codec::frame_by_length(received, kHeaderBytes, cap);
}

Header parse_header(ByteSpan pdu) {
  const uint8_t* p = pdu.first(kHeaderBytes).data();
  return {read_u32(p), static_cast<CommandId>(read_u32(p + 4)), static_cast<Status>(read_u32(p + 8)),
          read_u32(p + 12)};
}

DestinationList::Entry DestinationList::next(ByteSpan& rest) {
  Entry entry{.flag = rest[0]};
  const bool address = entry.flag == kAddress;
  if (address) {
    entry.ton = rest[1];
    entry.npi = rest[2];
  }
  rest = rest.subspan(address ? 3 : 1);
  entry.text = take_c_string(rest);
  return entry;
}

void append_destination(Bytes& out, const DestinationList::Entry& entry) {
  ByteWriter w{out};
  w.u8(entry.flag);
  if (entry.flag == DestinationList::kAddress) {
    w.u8(entry.ton);
    w.u8(entry.npi);
  }
  w.c_string(entry.text, kAddressBytes);
}

SubmitMultiResp::Failure SubmitMultiResp::Failures::next(ByteSpan& rest) {
  Failure failure{.ton = rest[0], .npi = rest[1]};
  rest = rest.subspan(2);
  failure.address = take_c_string(rest);
  failure.status = read_u32(rest.data());
  rest = rest.subspan(sizeof(uint32_t));
  return failure;
}

void append_failure(Bytes& out, const SubmitMultiResp::Failure& failure) {
  ByteWriter w{out};
  w.u8(failure.ton);
  w.u8(failure.npi);
  w.c_string(failure.address, kAddressBytes);
  w.u32(failure.status);
}

template <class Pdu>
std::expected<Pdu, Status> decode(ByteSpan pdu) {
  std::expected<Pdu, Status> out;
  if (pdu.size() < kHeaderBytes) return std::unexpected(Status::kInvalidCommandLength);
  if (parse_header(pdu).command != Pdu::kCommand) return std::unexpected(Status::kInvalidCommandId);
  Input in{pdu.data() + kHeaderBytes, pdu.data() + pdu.size(), is_response(Pdu::kCommand)};
  if (in.is_response && in.at == in.end) return out;
  if (const Status status = decode_fields(in, *out, typename Layout<Pdu>::Fields{}); status != Status::kOk)
    out = std::unexpected(status);
  return out;
}

template <class Pdu>
Status encode(Bytes& out, const Pdu& pdu, uint32_t sequence, Status status) {
  using Fields = typename Layout<Pdu>::Fields;
  if (is_response(Pdu::kCommand) && status != Status::kOk) {
    encode_header(out, Pdu::kCommand, status, sequence);
    return Status::kOk;
  }
  size_t bytes = kHeaderBytes;
  if (const Status bad = measure_fields(bytes, pdu, Fields{}); bad != Status::kOk) return bad;
  if (bytes > limits::kPduBytes) return Status::kInvalidCommandLength;
  const size_t start = out.size();
  out.resize(start + bytes);
  write_fields(write_header(out.data() + start, bytes, Pdu::kCommand, status, sequence), pdu, Fields{});
  return Status::kOk;
}

void encode_header(Bytes& out, CommandId command, Status status, uint32_t sequence) {
  const size_t start = out.size();
  out.resize(start + kHeaderBytes);
  write_header(out.data() + start, kHeaderBytes, command, status, sequence);
}

#define X(Pdu)                                               \
  template std::expected<Pdu, Status> decode<Pdu>(ByteSpan); \
  template Status encode<Pdu>(Bytes&, const Pdu&, uint32_t, Status);
YIZHAN_SMPP_PDUS(X)
#undef X

}  // namespace yizhan::smpp
