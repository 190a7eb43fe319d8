#include "codec/smgp/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "codec/carrier_content.h"
#include "codec/smgp/pdu.h"

namespace yizhan::smgp {
namespace {

using codec::Act;
using codec::MessageRef;
using codec::Pdu;
using codec::ReceiptState;
using codec::ReceiptWish;
using codec::Role;
using codec::Sequence;
using codec::StatusMeaning;

constexpr uint8_t kPriorities = 4;
constexpr std::string_view kFree = "00";
constexpr size_t kMsgSrcBytes = 8;  // section 6.3
constexpr std::string_view kHexDigits = "0123456789abcdef";

uint32_t status_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return 0;
    case Fault::kMalformed:
    case Fault::kUnknownMessage:
      return status::kStructure;
    case Fault::kUnknownCommand:
    case Fault::kAlreadyLoggedIn:
      return status::kCommand;
    case Fault::kNotLoggedIn:
    case Fault::kBadAccount:
    case Fault::kBadSecret:
      return status::kAuthentication;
    case Fault::kAddressRefused:
      return status::kAddress;
    case Fault::kTooManySessions:
      return status::kTooManyConnections;
    case Fault::kVersion:
      return status::kVersion;
    case Fault::kThrottled:
      return status::kDailyFlow;
    case Fault::kQueueFull:
    case Fault::kSystem:
      return status::kBusy;
    case Fault::kBadSource:
      return status::kSource;
    case Fault::kBadDestination:
      return status::kDestination;
    case Fault::kBadCoding:
      return status::kMsgFormat;
    case Fault::kTooLong:
      return status::kMsgLength;
    case Fault::kExpired:
      return status::kValidityOver;
    case Fault::kNotApproved:
      return status::kNotApproved;
    case Fault::kNoConsent:
      return status::kNoConsent;
    case Fault::kFrequency:
      return status::kOverFrequency;
  }
  return status::kBusy;
}

MessageRef ref_of(const MsgId& id) {
  std::array<char, 2 * std::tuple_size_v<MsgId>> digits{};
  for (size_t i = 0; i < id.size(); ++i) {
    digits[2 * i] = kHexDigits[id[i] >> 4];
    digits[2 * i + 1] = kHexDigits[id[i] & 0xF];
  }
  return MessageRef(std::string_view(digits.data(), digits.size()));
}

std::optional<MsgId> parse_ref(std::string_view digits) {
  MsgId id{};
  if (digits.size() != 2 * id.size()) return std::nullopt;
  for (size_t i = 0; i < digits.size(); ++i) {
    const char c =
        digits[i] >= 'A' && digits[i] <= 'F' ? static_cast<char>(digits[i] - 'A' + 'a') : digits[i];
    const size_t value = kHexDigits.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    id[i / 2] = static_cast<uint8_t>(id[i / 2] << 4 | value);
  }
  return id;
}

Role read_role(uint8_t mode) {
  if (mode == kModeSend) return Role::kSend;
  return mode == kModeReceive ? Role::kReceive : Role::kBoth;
}

uint8_t login_mode(Role role) {
  switch (role) {
    case Role::kSend:
      return kModeSend;
    case Role::kReceive:
      return kModeReceive;
    case Role::kBoth:
      return kModeBoth;
  }
  return kModeBoth;
}

// Which part, and that a header begins the content: in the optional parameters, which a PDU without has none
// of.
void append_part(Bytes& tlvs, bool has_header, const std::optional<text::UserDataHeader>& part) {
  if (has_header) codec::append_tlv_u8(tlvs, tag::kTpUdhi, codec::kHasHeader);
  if (!part) return;
  codec::append_tlv_u8(tlvs, tag::kPkTotal, part->total);
  codec::append_tlv_u8(tlvs, tag::kPkNumber, part->number);
}

template <class Message>
void read_part(const codec::Tlvs& tlvs, ByteSpan content, Message& out) {
  out.has_header = false;
  out.part = {};
  if (tlvs.raw.empty()) return;
  out.has_header = codec::says_header(static_cast<uint8_t>(tlvs.integer(tag::kTpUdhi).value_or(0)));
  out.part = codec::read_part(out.has_header, content, tlvs.integer(tag::kPkTotal).value_or(1),
                              tlvs.integer(tag::kPkNumber).value_or(1));
}

class SmgpDialect final : public codec::Dialect {
 public:
  explicit SmgpDialect(codec::DialectOptions options)
      : Dialect(codec::Protocol::kSmgp30, std::move(options)) {}

  codec::Frame frame(ByteSpan received) const override {
    return codec::frame_by_length(received, kHeaderBytes);
  }
  void read(ByteSpan pdu, Pdu& out) const override;

  bool write_login(Bytes& out, Sequence sequence, const codec::Credentials& c) const override {
    const codec::Digest digest = authenticator_client(c.account, c.secret, c.timestamp);
    return encode(out,
                  Login{.client_id = c.account,
                        .authenticator_client = digest,
                        .login_mode = login_mode(c.role),
                        .timestamp = c.timestamp},
                  sequence.number) == Fault::kNone;
  }
  Fault write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const override;
  void write_deliver_answer(Bytes& out, Sequence sequence, const codec::Deliver::Echo& echo,
                            Fault fault) const override {
    put(out, DeliverResp{.msg_id = echo.id, .status = status_of(fault), .tlvs = {}}, sequence);
  }
  bool write_query(Bytes&, Sequence, const codec::Query&) const override { return false; }

  bool proves(const codec::Login& login, std::string_view secret) const override {
    return codec::same_digest(login.digest, authenticator_client(login.account, secret, login.timestamp));
  }
  void write_login_answer(Bytes& out, Sequence sequence, const Pdu& login, std::string_view secret,
                          Fault fault) const override;
  void write_submit_answer(Bytes& out, Sequence sequence, uint32_t command, Fault fault,
                           const MessageRef& message) const override {
    write_submit_status(out, sequence, command, status_of(fault), message);
  }
  void write_submit_status(Bytes& out, Sequence sequence, uint32_t, uint32_t status,
                           const MessageRef& message) const override {
    const MsgId id = status == 0 ? parse_ref(message.view()).value_or(MsgId{}) : MsgId{};
    put(out, SubmitResp{.msg_id = id, .status = status, .tlvs = {}}, sequence);
  }
  bool write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const override;
  void write_query_answer(Bytes&, Sequence, const codec::QueryAnswer&) const override {}
  // The number's decimal digits are the BCD digits: 64 bits are at most twenty of them.
  MessageRef message_ref(uint64_t number, Sequence) const override {
    return MessageRef(fmt::format("{:020}", number));
  }

  bool has_keep_alive() const override { return true; }
  void write_keep_alive(Bytes& out, Sequence sequence) const override { put(out, ActiveTest{}, sequence); }
  void write_keep_alive_answer(Bytes& out, Sequence sequence) const override {
    put(out, ActiveTestResp{}, sequence);
  }
  void write_logout(Bytes& out, Sequence sequence) const override { put(out, Exit{}, sequence); }
  void write_logout_answer(Bytes& out, Sequence sequence) const override { put(out, ExitResp{}, sequence); }
  void write_refusal(Bytes& out, const Pdu& request, Fault fault) const override;

  StatusMeaning meaning(Act answer, uint32_t status) const override {
    if (status == 0) return StatusMeaning::kGood;
    if (answer == Act::kLoginAnswer)
      return status == status::kAddress || status == status::kAuthentication || status == status::kAccountOver
                 ? StatusMeaning::kBadCredentials
                 : StatusMeaning::kOther;
    return status == status::kBusy || status == status::kDailyFlow ? StatusMeaning::kThrottled
                                                                   : StatusMeaning::kOther;
  }
  uint32_t submit_status(Fault fault) const override { return status_of(fault); }
  std::string_view status_name(Act, uint32_t status) const override { return smgp::status_name(status); }
  std::string status_code(uint32_t status) const override { return fmt::format("SMGP:{}", status); }
  text::EncodingSet encodings() const override { return {text::Encoding::kAscii, text::Encoding::kUcs2}; }

 private:
  // Of a PDU whose fields always fit.
  template <class Wire>
  static void put(Bytes& out, const Wire& pdu, Sequence sequence) {
    static_cast<void>(encode(out, pdu, sequence.number));
  }
  template <class Wire, class Take>
  static void take(ByteSpan pdu, Act act, Pdu& out, Take take_fields);
  static void take_submit(const Submit& pdu, codec::Submit& out);
  static void take_deliver(const Deliver& pdu, codec::Deliver& out);
};

// A request that does not decode is malformed, an answer that does not is ignored.
template <class Wire, class Take>
void SmgpDialect::take(ByteSpan pdu, Act act, Pdu& out, Take take_fields) {
  const auto decoded = decode<Wire>(pdu);
  if (decoded) {
    out.act = act;
    take_fields(*decoded);
  } else if (!is_response(Wire::kCommand)) {
    out.act = Act::kMalformed;
    out.fault = decoded.error();
  }
}

void SmgpDialect::take_submit(const Submit& pdu, codec::Submit& out) {
  out.source = pdu.src_term_id;
  out.destinations.clear();
  for (size_t i = 0; i < pdu.dest_term_id.size(); ++i) out.destinations.push_back(pdu.dest_term_id[i]);
  out.payload = pdu.content;
  out.coding = codec::coding_of_format(pdu.msg_format);
  out.raw_coding = pdu.msg_format;
  read_part(pdu.tlvs, pdu.content, out);
  out.receipt = pdu.need_report == 1 ? ReceiptWish::kAlways : ReceiptWish::kNever;
  out.priority = std::min<uint8_t>(pdu.priority, kPriorities - 1);
  out.validity = pdu.valid_time;
}

void SmgpDialect::take_deliver(const Deliver& pdu, codec::Deliver& out) {
  out = {.source = pdu.src_term_id,
         .destination = pdu.dest_term_id,
         .payload = pdu.content,
         .coding = codec::coding_of_format(pdu.msg_format),
         .raw_coding = pdu.msg_format,
         .part = {},
         .receipt = {},
         .echo = {.command = static_cast<uint32_t>(Command::kDeliver), .id = pdu.msg_id}};
  if (pdu.is_report != 1) return read_part(pdu.tlvs, pdu.content, out);
  // One that does not parse is a receipt of no known message: to be acknowledged all the same, or it comes
  // for ever.
  out.receipt.emplace();
  const auto report = parse_report(pdu.content);
  if (!report) return;
  out.receipt->message = ref_of(report->msg_id);
  out.receipt->state = smpp::state_of_stat(report->text.stat);
  out.receipt->intermediate = codec::is_intermediate(out.receipt->state);
  out.receipt->stat = report->text.stat;
  out.receipt->error = report->text.err;
  out.receipt->submitted = report->text.submit_date;
  out.receipt->done = report->text.done_date;
}

void SmgpDialect::read(ByteSpan pdu, Pdu& out) const {
  const Header header = parse_header(pdu);
  out.act = Act::kIgnored;
  out.sequence = {.number = header.sequence};
  out.command = static_cast<uint32_t>(header.command);
  out.status = 0;
  out.fault = Fault::kNone;
  out.login_proof = {};
  switch (header.command) {
    case Command::kSubmit:
      return take<Submit>(pdu, Act::kSubmit, out, [&](const auto& p) { take_submit(p, out.submit); });
    case Command::kSubmitResp:
      return take<SubmitResp>(pdu, Act::kSubmitAnswer, out, [&](const auto& p) {
        out.status = p.status;
        out.submit_answer = {.status = p.status, .message = p.status == 0 ? ref_of(p.msg_id) : MessageRef{}};
      });
    case Command::kDeliver:
      return take<Deliver>(pdu, Act::kDeliver, out, [&](const auto& p) { take_deliver(p, out.deliver); });
    case Command::kDeliverResp:
      return take<DeliverResp>(pdu, Act::kDeliverAnswer, out, [&](const auto& p) { out.status = p.status; });
    case Command::kLogin:
      return take<Login>(pdu, Act::kLogin, out, [&](const auto& p) {
        out.login = {.account = p.client_id,
                     .role = read_role(p.login_mode),
                     .password = {},
                     .digest = p.authenticator_client,
                     .timestamp = p.timestamp,
                     .version = p.client_version};
      });
    case Command::kLoginResp:
      return take<LoginResp>(pdu, Act::kLoginAnswer, out, [&](const auto& p) {
        out.status = p.status;
        out.login_proof = p.authenticator_server;
      });
    case Command::kActiveTest:
      out.act = Act::kKeepAlive;
      return;
    case Command::kActiveTestResp:
      out.act = Act::kKeepAliveAnswer;
      return;
    case Command::kExit:
      out.act = Act::kLogout;
      return;
    case Command::kExitResp:
      out.act = Act::kLogoutAnswer;
      return;
    default:
      if (is_response(header.command)) return;
      out.act = Act::kUnwanted;
      out.fault = Fault::kUnknownCommand;
  }
}

Fault SmgpDialect::write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const {
  const auto format = codec::format_of_coding(submit.coding, submit.raw_coding);
  if (!format) return Fault::kBadCoding;
  if (submit.payload.size() > codec::content_limit(*format)) return Fault::kTooLong;
  thread_local Bytes numbers, tlvs;
  numbers.clear();
  for (const std::string_view destination : submit.destinations)
    if (!codec::append_number(numbers, destination, kNumberBytes)) return Fault::kBadDestination;
  tlvs.clear();
  append_part(tlvs, submit.has_header, submit.part);
  const codec::DialectOptions& o = options();
  if (o.enterprise_code.size() > kMsgSrcBytes) return Fault::kMalformed;
  if (!o.enterprise_code.empty()) {
    std::array<uint8_t, kMsgSrcBytes> padded{};
    std::ranges::copy(o.enterprise_code, padded.begin());
    codec::append_tlv(tlvs, tag::kMsgSrc, padded);
  }
  return encode(out,
                Submit{.need_report = submit.receipt == ReceiptWish::kNever ? uint8_t{0} : uint8_t{1},
                       .priority = std::min<uint8_t>(submit.priority, kPriorities - 1),
                       .service_id = o.service_type,
                       .fee_type = o.fee_type.empty() ? kFree : std::string_view(o.fee_type),
                       .fee_code = o.fee_code,
                       .fixed_fee = "0",
                       .msg_format = *format,
                       .valid_time = submit.validity,
                       .at_time = {},
                       .src_term_id = submit.source,
                       .charge_term_id = {},
                       .dest_term_id = {numbers, kNumberBytes},
                       .content = submit.payload,
                       .tlvs = {tlvs}},
                sequence.number);
}

void SmgpDialect::write_login_answer(Bytes& out, Sequence sequence, const Pdu& login, std::string_view secret,
                                     Fault fault) const {
  LoginResp pdu{.status = status_of(fault), .authenticator_server = {}};
  codec::Digest digest{};
  if (pdu.status == 0) {
    digest = authenticator_server(pdu.status, login.login.digest, secret);
    pdu.authenticator_server = digest;
  }
  put(out, pdu, sequence);
}

bool SmgpDialect::write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const {
  const auto format = codec::format_of_coding(deliver.coding, deliver.raw_coding);
  if (!format) return false;
  thread_local Bytes report, tlvs;
  tlvs.clear();
  Deliver pdu{.msg_id = deliver.echo.id,
              .msg_format = *format,
              .recv_time = {},
              .src_term_id = deliver.source,
              .dest_term_id = deliver.destination,
              .content = deliver.payload,
              .tlvs = {}};
  if (deliver.receipt) {
    const codec::Receipt& receipt = *deliver.receipt;
    const auto msg_id = parse_ref(receipt.message.view());
    report.clear();
    if (!msg_id) return false;
    const smpp::ReceiptText text{
        .submit_date = receipt.submitted,
        .done_date = receipt.done,
        .stat = receipt.stat.empty() ? smpp::stat_of_state(receipt.state) : receipt.stat,
        .err = receipt.error,
        .text = as_chars(deliver.payload),
        .sub = 1,
        .dlvrd = receipt.state == ReceiptState::kDelivered ? 1U : 0U};
    if (!append_report(report, {*msg_id, text})) return false;
    if (pdu.msg_id == MsgId{}) pdu.msg_id = *msg_id;
    pdu.is_report = 1;
    pdu.msg_format = 0;
    pdu.content = report;
  } else {
    append_part(tlvs, deliver.has_header, deliver.part);
    pdu.tlvs.raw = tlvs;
  }
  return encode(out, pdu, sequence.number) == Fault::kNone;
}

void SmgpDialect::write_refusal(Bytes& out, const Pdu& request, Fault fault) const {
  const uint32_t status = status_of(fault);
  switch (static_cast<Command>(request.command)) {
    case Command::kLogin:
      return put(out, LoginResp{.status = status, .authenticator_server = {}}, request.sequence);
    case Command::kSubmit:
      return put(out, SubmitResp{.status = status, .tlvs = {}}, request.sequence);
    case Command::kDeliver:
      return put(out, DeliverResp{.status = status, .tlvs = {}}, request.sequence);
    case Command::kForward:
      return put(out, ForwardResp{.status = status, .tlvs = {}}, request.sequence);
    default:
      return;  // a query's answer has no status, and what is not known has no answer
  }
}

}  // namespace

std::unique_ptr<codec::Dialect> make_dialect(codec::DialectOptions options) {
  return std::make_unique<SmgpDialect>(std::move(options));
}

}  // namespace yizhan::smgp
