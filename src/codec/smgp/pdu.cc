#include "codec/smgp/pdu.h"

#include <fmt/format.h>

#include <algorithm>

namespace yizhan::smgp {
namespace {

constexpr size_t kClientZeros = 7;
constexpr std::string_view kIdKey = "id:";
constexpr std::string_view kNoError = "000";
constexpr size_t kDateDigits = 10, kStatLetters = 7, kErrDigits = 3, kTextBytes = 20;

struct NamedStatus {
  uint32_t number;
  std::string_view name;
};
constexpr NamedStatus kStatuses[] = {
    {0, "ok"},
    {status::kBusy, "system busy"},
    {status::kTooManyConnections, "too many connections"},
    {status::kStructure, "structure"},
    {status::kCommand, "command"},
    {status::kDuplicateSequence, "duplicate sequence"},
    {status::kAddress, "IP address"},
    {status::kAuthentication, "authentication"},
    {status::kVersion, "version"},
    {status::kMsgType, "MsgType"},
    {status::kPriority, "Priority"},
    {status::kFeeType, "FeeType"},
    {status::kFeeCode, "FeeCode"},
    {status::kMsgFormat, "MsgFormat"},
    {status::kTimeFormat, "time format"},
    {status::kMsgLength, "MsgLength"},
    {status::kValidityOver, "validity over"},
    {status::kQueryType, "QueryType"},
    {status::kRoute, "route"},
    {status::kServiceId, "ServiceID"},
    {status::kValidTime, "ValidTime"},
    {status::kAtTime, "AtTime"},
    {status::kSource, "SrcTermID"},
    {status::kDestination, "DestTermID"},
    {status::kChargeTerminal, "ChargeTermID"},
    {status::kSpCode, "SP code"},
    {status::kNoRoute, "no route"},
    {status::kForbiddenHours, "forbidden hours"},
    {status::kDailyFlow, "daily flow"},
    {status::kAccountOver, "account expired"},
    {status::kNotApproved, "not approved"},
    {status::kNoConsent, "no consent"},
    {status::kOverFrequency, "over frequency"},
};

}  // namespace

std::string_view status_name(uint32_t number) {
  for (const NamedStatus& s : kStatuses)
    if (s.number == number) return s.name;
  return {};
}

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

#define X(Pdu)                                              \
  template std::expected<Pdu, Fault> decode<Pdu>(ByteSpan); \
  template Fault encode<Pdu>(Bytes&, const Pdu&, uint32_t);
YIZHAN_SMGP_PDUS(X)
#undef X

codec::Digest authenticator_client(std::string_view client_id, std::string_view secret, uint32_t timestamp) {
  constexpr std::array<uint8_t, kClientZeros> kZeros{};
  const auto digits = codec::timestamp_digits(timestamp);
  return codec::md5({as_bytes(client_id), kZeros, as_bytes(secret),
                     as_bytes(std::string_view(digits.data(), digits.size()))});
}

codec::Digest authenticator_server(uint32_t status, ByteSpan client, std::string_view secret) {
  std::array<uint8_t, 4> wide{};
  table::detail::write_integer<4>(wide.data(), status);
  return codec::md5({wide, client, as_bytes(secret)});
}

std::optional<Report> parse_report(ByteSpan content) {
  Report out;
  if (content.size() < kIdKey.size() + out.msg_id.size()) return std::nullopt;
  std::copy_n(content.begin() + kIdKey.size(), out.msg_id.size(), out.msg_id.begin());
  out.text = smpp::parse_receipt_text(as_chars(content.subspan(kIdKey.size() + out.msg_id.size())));
  return out;
}

bool append_report(Bytes& out, const Report& report) {
  const smpp::ReceiptText& t = report.text;
  if (t.submit_date.size() > kDateDigits || t.done_date.size() > kDateDigits ||
      t.stat.size() > kStatLetters || t.err.size() > kErrDigits)
    return false;
  const auto put = [&out](std::string_view s) { out.insert(out.end(), s.begin(), s.end()); };
  const auto put_padded = [&](std::string_view key, std::string_view value, size_t width) {
    put(key);
    put(value);
    out.insert(out.end(), width - value.size(), uint8_t{' '});
  };
  put(kIdKey);
  out.insert(out.end(), report.msg_id.begin(), report.msg_id.end());
  put(fmt::format(" sub:{:03} dlvrd:{:03}", std::min(t.sub.value_or(1), 999U),
                  std::min(t.dlvrd.value_or(0), 999U)));
  put_padded(" Submit date:", t.submit_date, kDateDigits);
  put_padded(" done date:", t.done_date, kDateDigits);
  put_padded(" stat:", t.stat, kStatLetters);
  put_padded(" err:", t.err.empty() ? kNoError : t.err, kErrDigits);
  put_padded(" Text:", t.text.substr(0, kTextBytes), kTextBytes);
  return true;
}

}  // namespace yizhan::smgp
