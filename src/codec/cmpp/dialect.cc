#include "codec/cmpp/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "codec/carrier_content.h"
#include "codec/cmpp/pdu.h"
#include "codec/smpp/receipt.h"

namespace yizhan::cmpp {
namespace {

using codec::Act;
using codec::MessageRef;
using codec::Pdu;
using codec::ReceiptState;
using codec::ReceiptWish;
using codec::Sequence;
using codec::StatusMeaning;

constexpr uint8_t kPriorities = 4;
constexpr uint8_t kFeeUserIsSp = 2;  // Fee_UserType (7.4.3.1)
constexpr std::string_view kFree = "01";
constexpr uint32_t kCancelFailed = 1;

uint32_t result_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return 0;
    case Fault::kMalformed:
    case Fault::kBadCoding:
      return result::kStructure;
    case Fault::kUnknownCommand:
      return result::kCommand;
    case Fault::kThrottled:
    case Fault::kQueueFull:
      return result::kFlowControl;
    case Fault::kBadSource:
      return result::kSource;
    case Fault::kBadDestination:
      return result::kDestination;
    case Fault::kTooLong:
      return result::kTooLong;
    case Fault::kNotApproved:
      return result::kNotApproved;
    case Fault::kNoConsent:
      return result::kNoConsent;
    case Fault::kFrequency:
      return result::kOverFrequency;
    case Fault::kExpired:
      return result::kExpired;
    default:
      return result::kNotServed;
  }
}

uint32_t connect_status_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return 0;
    case Fault::kMalformed:
      return connect_status::kStructure;
    case Fault::kBadAccount:
    case Fault::kAddressRefused:
      return connect_status::kSource;
    case Fault::kBadSecret:
      return connect_status::kAuthentication;
    case Fault::kVersion:
      return connect_status::kVersion;
    default:
      return connect_status::kOther;
  }
}

MessageRef ref_of(uint64_t msg_id) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), msg_id).ptr;
  return MessageRef(std::string_view(digits.data(), static_cast<size_t>(end - digits.data())));
}

template <Version V>
class CmppDialect final : public codec::Dialect {
 public:
  CmppDialect(codec::Protocol protocol, codec::DialectOptions options)
      : Dialect(protocol, std::move(options)) {}

  codec::Frame frame(ByteSpan received) const override {
    return codec::frame_by_length(received, kHeaderBytes);
  }
  void read(ByteSpan pdu, Pdu& out) const override;

  bool write_login(Bytes& out, Sequence sequence, const codec::Credentials& c) const override;
  Fault write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const override;
  void write_deliver_answer(Bytes& out, Sequence sequence, const codec::Deliver::Echo& echo,
                            Fault fault) const override {
    put(out, DeliverResp<V>{.msg_id = ByteReader(echo.id).u64(), .result = result_of(fault)}, sequence);
  }
  bool write_query(Bytes&, Sequence, const codec::Query&) const override { return false; }

  bool proves(const codec::Login& login, std::string_view secret) const override {
    return codec::same_digest(login.digest, authenticator_source(login.account, secret, login.timestamp));
  }
  void write_login_answer(Bytes& out, Sequence sequence, const Pdu& login, std::string_view secret,
                          Fault fault) const override;
  void write_submit_answer(Bytes& out, Sequence sequence, uint32_t command, Fault fault,
                           const MessageRef& message) const override {
    write_submit_status(out, sequence, command, result_of(fault), message);
  }
  void write_submit_status(Bytes& out, Sequence sequence, uint32_t, uint32_t status,
                           const MessageRef& message) const override {
    const uint64_t msg_id = status == 0 ? codec::parse_decimal(message.view()).value_or(0) : 0;
    const uint32_t result = V == Version::k30 ? status : std::min<uint32_t>(status, UINT8_MAX);
    put(out, SubmitResp<V>{.msg_id = msg_id, .result = result}, sequence);
  }
  bool write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const override;
  void write_query_answer(Bytes&, Sequence, const codec::QueryAnswer&) const override {}
  MessageRef message_ref(uint64_t number, Sequence) const override { return ref_of(number); }

  bool has_keep_alive() const override { return true; }
  void write_keep_alive(Bytes& out, Sequence sequence) const override { put(out, ActiveTest{}, sequence); }
  void write_keep_alive_answer(Bytes& out, Sequence sequence) const override {
    put(out, ActiveTestResp{}, sequence);
  }
  void write_logout(Bytes& out, Sequence sequence) const override { put(out, Terminate{}, sequence); }
  void write_logout_answer(Bytes& out, Sequence sequence) const override {
    put(out, TerminateResp{}, sequence);
  }
  void write_refusal(Bytes& out, const Pdu& request, Fault fault) const override;

  StatusMeaning meaning(Act answer, uint32_t status) const override {
    if (status == 0) return StatusMeaning::kGood;
    if (answer != Act::kLoginAnswer)
      return status == result::kFlowControl ? StatusMeaning::kThrottled : StatusMeaning::kOther;
    return status == connect_status::kSource || status == connect_status::kAuthentication
               ? StatusMeaning::kBadCredentials
               : StatusMeaning::kOther;
  }
  uint32_t submit_status(Fault fault) const override { return result_of(fault); }
  std::string_view status_name(Act answer, uint32_t status) const override {
    return answer == Act::kLoginAnswer ? connect_status_name(status) : result_name(status);
  }
  std::string status_code(uint32_t status) const override { return fmt::format("CMPP:{}", status); }
  text::EncodingSet encodings() const override { return {text::Encoding::kAscii, text::Encoding::kUcs2}; }

 private:
  // Of a PDU whose fields always fit.
  template <class Wire>
  static void put(Bytes& out, const Wire& pdu, Sequence sequence) {
    static_cast<void>(encode(out, pdu, sequence.number));
  }
  // Decodes into `take`; a request that does not decode is malformed, an answer that does not is ignored.
  template <class Wire, class Take>
  static void take(ByteSpan pdu, Act act, Pdu& out, Take take_fields);
  static void take_login(const Connect& pdu, Pdu& out);
  static void take_submit(const Submit<V>& pdu, codec::Submit& out);
  static void take_deliver(const Deliver<V>& pdu, codec::Deliver& out);
};

template <Version V>
template <class Wire, class Take>
void CmppDialect<V>::take(ByteSpan pdu, Act act, Pdu& out, Take take_fields) {
  const auto decoded = decode<Wire>(pdu);
  if (decoded) {
    out.act = act;
    take_fields(*decoded);
  } else if (!is_response(Wire::kCommand)) {
    out.act = Act::kMalformed;
    out.fault = decoded.error();
  }
}

// The versions' later PDUs differ in size: one that means the other version is told at once.
template <Version V>
void CmppDialect<V>::take_login(const Connect& pdu, Pdu& out) {
  out.login = {.account = pdu.source_addr,
               .role = codec::Role::kBoth,
               .password = {},
               .digest = pdu.authenticator_source,
               .timestamp = pdu.timestamp,
               .version = pdu.version};
  const bool means_30 = pdu.version >= static_cast<uint8_t>(Version::k30);
  if (means_30 == kIs30<V>) return;
  out.act = Act::kMalformed;
  out.fault = Fault::kVersion;
}

template <Version V>
void CmppDialect<V>::take_submit(const Submit<V>& pdu, codec::Submit& out) {
  out.source = pdu.src_id;
  out.destinations.clear();
  for (size_t i = 0; i < pdu.dest_terminal_id.size(); ++i)
    out.destinations.push_back(pdu.dest_terminal_id[i]);
  out.payload = pdu.content;
  out.coding = codec::coding_of_format(pdu.msg_fmt);
  out.raw_coding = pdu.msg_fmt;
  out.has_header = codec::says_header(pdu.tp_udhi);
  out.part = codec::read_part(out.has_header, pdu.content, pdu.pk_total, pdu.pk_number);
  out.receipt = pdu.registered_delivery == 1 ? ReceiptWish::kAlways : ReceiptWish::kNever;
  out.priority = std::min<uint8_t>(pdu.msg_level, kPriorities - 1);
  out.validity = pdu.valid_time;
}

template <Version V>
void CmppDialect<V>::take_deliver(const Deliver<V>& pdu, codec::Deliver& out) {
  out = {.source = pdu.src_terminal_id,
         .destination = pdu.dest_id,
         .payload = pdu.content,
         .coding = codec::coding_of_format(pdu.msg_fmt),
         .raw_coding = pdu.msg_fmt,
         .has_header = codec::says_header(pdu.tp_udhi),
         .part = {},
         .receipt = {},
         .echo = {.command = static_cast<uint32_t>(Command::kDeliver)}};
  table::detail::write_integer<8>(out.echo.id.data(), pdu.msg_id);
  if (pdu.registered_delivery != 1) {
    out.part = codec::read_part(out.has_header, pdu.content, 1, 1);
    return;
  }
  // One that does not parse is a receipt of no known message: to be acknowledged all the same, or it comes
  // for ever.
  out.receipt.emplace();
  const auto report = parse_report(pdu.content);
  if (!report) return;
  if (out.source.empty()) out.source = report->dest_terminal_id;
  out.receipt->message = ref_of(report->msg_id);
  out.receipt->state = smpp::state_of_stat(report->stat);
  out.receipt->intermediate = codec::is_intermediate(out.receipt->state);
  out.receipt->stat = report->stat;
  out.receipt->submitted = report->submit_time;
  out.receipt->done = report->done_time;
}

template <Version V>
void CmppDialect<V>::read(ByteSpan pdu, Pdu& out) const {
  const Header header = parse_header(pdu);
  out.act = Act::kIgnored;
  out.sequence = {.number = header.sequence};
  out.command = static_cast<uint32_t>(header.command);
  out.status = 0;
  out.fault = Fault::kNone;
  out.login_proof = {};
  switch (header.command) {
    case Command::kSubmit:
      return take<Submit<V>>(pdu, Act::kSubmit, out, [&](const auto& p) { take_submit(p, out.submit); });
    case Command::kDeliver:
      return take<Deliver<V>>(pdu, Act::kDeliver, out, [&](const auto& p) { take_deliver(p, out.deliver); });
    case Command::kSubmitResp:
      return take<SubmitResp<V>>(pdu, Act::kSubmitAnswer, out, [&](const auto& p) {
        out.status = p.result;
        out.submit_answer = {.status = p.result, .message = p.result == 0 ? ref_of(p.msg_id) : MessageRef{}};
      });
    case Command::kDeliverResp:
      return take<DeliverResp<V>>(pdu, Act::kDeliverAnswer, out,
                                  [&](const auto& p) { out.status = p.result; });
    case Command::kConnect:
      return take<Connect>(pdu, Act::kLogin, out, [&](const auto& p) { take_login(p, out); });
    case Command::kConnectResp:
      return take<ConnectResp<V>>(pdu, Act::kLoginAnswer, out, [&](const auto& p) {
        out.status = p.status;
        out.login_proof = p.authenticator_ismg;
      });
    case Command::kActiveTest:
      out.act = Act::kKeepAlive;
      return;
    case Command::kActiveTestResp:
      out.act = Act::kKeepAliveAnswer;
      return;
    case Command::kTerminate:
      out.act = Act::kLogout;
      return;
    case Command::kTerminateResp:
      out.act = Act::kLogoutAnswer;
      return;
    default:
      if (is_response(header.command)) return;
      out.act = Act::kUnwanted;
      out.fault = Fault::kUnknownCommand;
  }
}

template <Version V>
bool CmppDialect<V>::write_login(Bytes& out, Sequence sequence, const codec::Credentials& c) const {
  const codec::Digest digest = authenticator_source(c.account, c.secret, c.timestamp);
  return encode(out,
                Connect{.source_addr = c.account,
                        .authenticator_source = digest,
                        .version = static_cast<uint8_t>(V),
                        .timestamp = c.timestamp},
                sequence.number) == Fault::kNone;
}

template <Version V>
Fault CmppDialect<V>::write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const {
  const auto format = codec::format_of_coding(submit.coding, submit.raw_coding);
  if (!format) return Fault::kBadCoding;
  if (submit.payload.size() > codec::content_limit(*format)) return Fault::kTooLong;
  thread_local Bytes numbers;
  numbers.clear();
  for (const std::string_view destination : submit.destinations)
    if (!codec::append_number(numbers, destination, kNumberBytes<V>)) return Fault::kBadDestination;
  const codec::DialectOptions& o = options();
  Submit<V> pdu{.registered_delivery = submit.receipt == ReceiptWish::kNever ? uint8_t{0} : uint8_t{1},
                .msg_level = std::min<uint8_t>(submit.priority, kPriorities - 1),
                .service_id = o.service_type,
                .fee_user_type = kFeeUserIsSp,
                .fee_terminal_id = {},
                .tp_udhi = submit.has_header ? codec::kHasHeader : uint8_t{0},
                .msg_fmt = *format,
                .msg_src = o.enterprise_code,
                .fee_type = o.fee_type.empty() ? kFree : std::string_view(o.fee_type),
                .fee_code = o.fee_code,
                .valid_time = submit.validity,
                .at_time = {},
                .src_id = submit.source,
                .dest_terminal_id = {numbers, kNumberBytes<V>},
                .content = submit.payload,
                .link_id = {}};
  if (submit.part) {
    pdu.pk_total = submit.part->total;
    pdu.pk_number = submit.part->number;
  }
  return encode(out, pdu, sequence.number);
}

template <Version V>
void CmppDialect<V>::write_login_answer(Bytes& out, Sequence sequence, const Pdu& login,
                                        std::string_view secret, Fault fault) const {
  const uint32_t status = connect_status_of(fault);
  ConnectResp<V> pdu{.status = status, .authenticator_ismg = {}};
  codec::Digest digest{};
  if (status == 0) {
    digest = authenticator_ismg(V, status, login.login.digest, secret);
    pdu.authenticator_ismg = digest;
  }
  put(out, pdu, sequence);
}

template <Version V>
bool CmppDialect<V>::write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const {
  const auto format = codec::format_of_coding(deliver.coding, deliver.raw_coding);
  if (!format || (deliver.part && !deliver.has_header))
    return false;  // there are no part numbers in a DELIVER
  Deliver<V> pdu{.msg_id = ByteReader(deliver.echo.id).u64(),
                 .dest_id = deliver.destination,
                 .service_id = options().service_type,
                 .tp_udhi = deliver.has_header ? codec::kHasHeader : uint8_t{0},
                 .msg_fmt = *format,
                 .src_terminal_id = deliver.source,
                 .content = deliver.payload,
                 .link_id = {}};
  thread_local Bytes report;
  if (deliver.receipt) {
    const codec::Receipt& receipt = *deliver.receipt;
    const auto msg_id = codec::parse_decimal(receipt.message.view());
    report.clear();
    if (!msg_id ||
        !append_report(report, Report<V>{.msg_id = *msg_id,
                                         .stat = receipt.stat.empty() ? smpp::stat_of_state(receipt.state)
                                                                      : receipt.stat,
                                         .submit_time = receipt.submitted,
                                         .done_time = receipt.done,
                                         .dest_terminal_id = deliver.source}))
      return false;
    if (pdu.msg_id == 0) pdu.msg_id = *msg_id;
    pdu.registered_delivery = 1;
    pdu.tp_udhi = 0;
    pdu.msg_fmt = 0;
    pdu.content = report;
  }
  return encode(out, pdu, sequence.number) == Fault::kNone;
}

template <Version V>
void CmppDialect<V>::write_refusal(Bytes& out, const Pdu& request, Fault fault) const {
  switch (static_cast<Command>(request.command)) {
    case Command::kConnect:
      return put(out, ConnectResp<V>{.status = connect_status_of(fault), .authenticator_ismg = {}},
                 request.sequence);
    case Command::kSubmit:
      return put(out, SubmitResp<V>{.result = result_of(fault)}, request.sequence);
    case Command::kDeliver:
      return put(out, DeliverResp<V>{.result = result_of(fault)}, request.sequence);
    case Command::kCancel:
      return put(out, CancelResp<V>{.success_id = kCancelFailed}, request.sequence);
    default:
      return;  // a query's answer has no status, and what is not known has no answer
  }
}

}  // namespace

std::unique_ptr<codec::Dialect> make_dialect(codec::Protocol protocol, codec::DialectOptions options) {
  if (protocol == codec::Protocol::kCmpp20)
    return std::make_unique<CmppDialect<Version::k20>>(protocol, std::move(options));
  return std::make_unique<CmppDialect<Version::k30>>(protocol, std::move(options));
}

}  // namespace yizhan::cmpp
