#include "codec/cmpp/pdu.h"

namespace yizhan::cmpp {
namespace {

constexpr size_t kSourceZeros = 9;
constexpr size_t kReport20Bytes = 60;
constexpr size_t kReport30Bytes = 71;

struct NamedNumber {
  uint32_t number;
  std::string_view name;
};
constexpr NamedNumber kConnectStatuses[] = {
    {0, "ok"},
    {connect_status::kStructure, "structure"},
    {connect_status::kSource, "source address"},
    {connect_status::kAuthentication, "authentication"},
    {connect_status::kVersion, "version"},
    {connect_status::kOther, "other"},
};
constexpr NamedNumber kResults[] = {
    {0, "ok"},
    {result::kStructure, "structure"},
    {result::kCommand, "command"},
    {result::kDuplicateSequence, "duplicate sequence"},
    {result::kLength, "length"},
    {result::kFee, "fee code"},
    {result::kTooLong, "too long"},
    {result::kService, "service code"},
    {result::kFlowControl, "flow control"},
    {result::kNotServed, "not served here"},
    {result::kSource, "Src_Id"},
    {result::kMessageSource, "Msg_src"},
    {result::kFeeTerminal, "Fee_terminal_Id"},
    {result::kDestination, "Dest_terminal_Id"},
    {result::kNotApproved, "not approved"},
    {result::kNoConsent, "no consent"},
    {result::kOverFrequency, "over frequency"},
    {result::kExpired, "expired"},
};

template <size_t kNumbers>
std::string_view name_in(const NamedNumber (&names)[kNumbers], uint32_t number) {
  for (const NamedNumber& n : names)
    if (n.number == number) return n.name;
  return {};
}

template <Version V>
std::optional<Report<Version::k30>> parse_as(ByteSpan content) {
  Report<V> r;
  if (table::read(content, r) != Fault::kNone) return std::nullopt;
  return Report<Version::k30>{r.msg_id,           r.stat,         r.submit_time, r.done_time,
                              r.dest_terminal_id, r.smsc_sequence};
}

}  // namespace

std::string_view connect_status_name(uint32_t status) { return name_in(kConnectStatuses, status); }
std::string_view result_name(uint32_t number) { return name_in(kResults, number); }

Header parse_header(ByteSpan pdu) {
  ByteReader r(pdu.first(kHeaderBytes));
  Header header;
  header.length = r.u32();
  header.command = static_cast<Command>(r.u32());
  header.sequence = r.u32();
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
Fault encode(Bytes& out, const Pdu& pdu, uint32_t sequence) {
  return table::append<kHeaderBytes>(out, pdu, [sequence](uint8_t* at) {
    at = table::detail::write_integer<4>(at, static_cast<uint32_t>(Pdu::kCommand));
    table::detail::write_integer<4>(at, sequence);
  });
}

#define X(...)                                                              \
  template std::expected<__VA_ARGS__, Fault> decode<__VA_ARGS__>(ByteSpan); \
  template Fault encode<__VA_ARGS__>(Bytes&, const __VA_ARGS__&, uint32_t);
YIZHAN_CMPP_PDUS(X)
#undef X

uint64_t pack(const MsgId& id) {
  return static_cast<uint64_t>(id.month & 0xF) << 60 | static_cast<uint64_t>(id.day & 0x1F) << 55 |
         static_cast<uint64_t>(id.hour & 0x1F) << 50 | static_cast<uint64_t>(id.minute & 0x3F) << 44 |
         static_cast<uint64_t>(id.second & 0x3F) << 38 | static_cast<uint64_t>(id.gateway & 0x3F'FFFF) << 16 |
         id.sequence;
}

MsgId unpack(uint64_t id) {
  return {.month = static_cast<uint8_t>(id >> 60),
          .day = static_cast<uint8_t>(id >> 55 & 0x1F),
          .hour = static_cast<uint8_t>(id >> 50 & 0x1F),
          .minute = static_cast<uint8_t>(id >> 44 & 0x3F),
          .second = static_cast<uint8_t>(id >> 38 & 0x3F),
          .gateway = static_cast<uint32_t>(id >> 16 & 0x3F'FFFF),
          .sequence = static_cast<uint16_t>(id)};
}

uint64_t nth_msg_id(uint64_t first, size_t n) { return (first & ~uint64_t{0xFFFF}) | ((first + n) & 0xFFFF); }

codec::Digest authenticator_source(std::string_view source_addr, std::string_view secret,
                                   uint32_t timestamp) {
  constexpr std::array<uint8_t, kSourceZeros> kZeros{};
  const auto digits = codec::timestamp_digits(timestamp);
  return codec::md5({as_bytes(source_addr), kZeros, as_bytes(secret),
                     as_bytes(std::string_view(digits.data(), digits.size()))});
}

codec::Digest authenticator_ismg(Version version, uint32_t status, ByteSpan source, std::string_view secret) {
  std::array<uint8_t, 4> wide{};
  table::detail::write_integer<4>(wide.data(), status);
  const ByteSpan status_bytes = version == Version::k30 ? ByteSpan(wide) : ByteSpan(wide).last(1);
  return codec::md5({status_bytes, source, as_bytes(secret)});
}

std::optional<Report<Version::k30>> parse_report(ByteSpan content) {
  if (content.size() >= kReport30Bytes) return parse_as<Version::k30>(content);
  if (content.size() >= kReport20Bytes) return parse_as<Version::k20>(content);
  return std::nullopt;
}

template <Version V>
bool append_report(Bytes& out, const Report<V>& report) {
  size_t bytes = 0;
  if (table::measure(report, bytes) != Fault::kNone) return false;
  const size_t start = out.size();
  out.resize(start + bytes);
  table::write(out.data() + start, report);
  return true;
}
template bool append_report<Version::k20>(Bytes&, const Report<Version::k20>&);
template bool append_report<Version::k30>(Bytes&, const Report<Version::k30>&);

}  // namespace yizhan::cmpp
