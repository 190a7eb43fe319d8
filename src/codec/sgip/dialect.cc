#include "codec/sgip/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "codec/carrier_content.h"
#include "codec/sgip/pdu.h"

namespace yizhan::sgip {
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
constexpr uint8_t kFeeFree = 1;      // 5.3
constexpr uint8_t kNotAskedFor = 2;  // MorelatetoMTFlag (table 4-17)
constexpr std::string_view kCountry = "86";
// ChargeNumber: the provider pays (table 4-17).
constexpr std::string_view kProviderPays = "000000000000000000000";

uint8_t error_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return 0;
    case Fault::kNotLoggedIn:
    case Fault::kBadAccount:
    case Fault::kBadSecret:
    case Fault::kAddressRefused:
      return error::kIllegalLogin;
    case Fault::kAlreadyLoggedIn:
      return error::kRepeatedLogin;
    case Fault::kTooManySessions:
      return error::kTooManyConnections;
    case Fault::kVersion:
      return error::kLoginType;
    case Fault::kMalformed:
    case Fault::kBadSource:
    case Fault::kBadCoding:
      return error::kParameter;
    case Fault::kBadDestination:
      return error::kNumber;
    case Fault::kUnknownCommand:
      return error::kCommand;
    case Fault::kTooLong:
      return error::kLength;
    case Fault::kUnknownMessage:
      return error::kSequence;
    case Fault::kQueueFull:
      return error::kBusy;
    case Fault::kSystem:
      return error::kSystem;
    case Fault::kThrottled:
      return error::kFlowControl;
    case Fault::kNotApproved:
      return error::kNotApproved;
    case Fault::kNoConsent:
      return error::kNoConsent;
    case Fault::kFrequency:
      return error::kOverFrequency;
    case Fault::kExpired:
      return error::kExpired;
  }
  return error::kSystem;
}

MessageRef ref_of(const Sequence& s) {
  std::array<char, 3 * 10 + 2> text{};  // three numbers of 32 bits
  const auto end = fmt::format_to_n(text.data(), text.size(), "{}-{}-{}", s.node, s.time, s.number).out;
  return MessageRef(std::string_view(text.data(), static_cast<size_t>(end - text.data())));
}

std::optional<Sequence> parse_ref(std::string_view text) {
  std::array<uint32_t, 3> parts{};
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t end = i + 1 == parts.size() ? text.size() : text.find('-');
    if (end == std::string_view::npos) return std::nullopt;
    const auto number = codec::parse_decimal(text.substr(0, end));
    if (!number || *number > UINT32_MAX) return std::nullopt;
    parts[i] = static_cast<uint32_t>(*number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Sequence{.number = parts[2], .node = parts[0], .time = parts[1]};
}

// Appends a handset's number with the country before it.
bool append_with_country(Bytes& raw, std::string_view number) {
  if (number.starts_with(kCountry) || number.empty()) return codec::append_number(raw, number, kNumberBytes);
  std::array<char, kNumberBytes> whole{};
  if (number.size() > whole.size() - kCountry.size()) return false;
  std::ranges::copy(number, std::ranges::copy(kCountry, whole.begin()).out);
  return codec::append_number(raw, {whole.data(), kCountry.size() + number.size()}, kNumberBytes);
}

uint8_t report_flag(ReceiptWish wish) {
  switch (wish) {
    case ReceiptWish::kNever:
      return kReportNever;
    case ReceiptWish::kAlways:
      return kReportAlways;
    case ReceiptWish::kOnFailure:
      return kReportOnFailure;
  }
  return kReportAlways;
}

ReceiptWish read_wish(uint8_t flag) {
  if (flag == kReportOnFailure) return ReceiptWish::kOnFailure;
  return flag == kReportAlways ? ReceiptWish::kAlways : ReceiptWish::kNever;
}

class SgipDialect final : public codec::Dialect {
 public:
  explicit SgipDialect(codec::DialectOptions options)
      : Dialect(codec::Protocol::kSgip12, std::move(options)),
        fee_type_(static_cast<uint8_t>(codec::parse_decimal(this->options().fee_type).value_or(kFeeFree))) {}

  codec::Frame frame(ByteSpan received) const override {
    return codec::frame_by_length(received, kHeaderBytes);
  }
  void read(ByteSpan pdu, Pdu& out) const override;

  bool write_login(Bytes& out, Sequence sequence, const codec::Credentials& c) const override {
    return encode(out,
                  Bind{.login_type = c.role == Role::kReceive ? kGatewayToProvider : kProviderToGateway,
                       .login_name = c.account,
                       .login_password = c.secret},
                  sequence) == Fault::kNone;
  }
  Fault write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const override;
  void write_deliver_answer(Bytes& out, Sequence sequence, const codec::Deliver::Echo& echo,
                            Fault fault) const override {
    encode_result(out, static_cast<Command>(echo.command | kResponseBit), error_of(fault), sequence);
  }
  bool write_query(Bytes&, Sequence, const codec::Query&) const override { return false; }

  bool proves(const codec::Login& login, std::string_view secret) const override {
    return codec::same_password(login.password, secret);
  }
  void write_login_answer(Bytes& out, Sequence sequence, const Pdu&, std::string_view,
                          Fault fault) const override {
    encode_result(out, Command::kBindResp, error_of(fault), sequence);
  }
  void write_submit_answer(Bytes& out, Sequence sequence, uint32_t, Fault fault,
                           const MessageRef&) const override {
    encode_result(out, Command::kSubmitResp, error_of(fault), sequence);
  }
  void write_submit_status(Bytes& out, Sequence sequence, uint32_t, uint32_t status,
                           const MessageRef&) const override {
    encode_result(out, Command::kSubmitResp, static_cast<uint8_t>(std::min<uint32_t>(status, UINT8_MAX)),
                  sequence);
  }
  bool write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const override;
  void write_query_answer(Bytes&, Sequence, const codec::QueryAnswer&) const override {}
  MessageRef message_ref(uint64_t, Sequence sequence) const override { return ref_of(sequence); }

  bool has_keep_alive() const override { return false; }
  void write_keep_alive(Bytes&, Sequence) const override {}
  void write_keep_alive_answer(Bytes&, Sequence) const override {}
  void write_logout(Bytes& out, Sequence sequence) const override {
    static_cast<void>(encode(out, Unbind{}, sequence));
  }
  void write_logout_answer(Bytes& out, Sequence sequence) const override {
    static_cast<void>(encode(out, UnbindResp{}, sequence));
  }
  void write_refusal(Bytes& out, const Pdu& request, Fault fault) const override;

  StatusMeaning meaning(Act answer, uint32_t status) const override {
    if (status == 0) return StatusMeaning::kGood;
    if (status == error::kFlowControl || status == error::kOverFlow || status == error::kBusy)
      return StatusMeaning::kThrottled;
    return answer == Act::kLoginAnswer && status == error::kIllegalLogin ? StatusMeaning::kBadCredentials
                                                                         : StatusMeaning::kOther;
  }
  uint32_t submit_status(Fault fault) const override { return error_of(fault); }
  std::string_view status_name(Act, uint32_t status) const override { return error_name(status); }
  std::string status_code(uint32_t status) const override { return fmt::format("SGIP:{}", status); }
  Sequence stamp(uint32_t number, Time now) const override {
    return {.number = number, .node = options().sgip_node, .time = codec::mmddhhmmss(now)};
  }
  text::EncodingSet encodings() const override { return {text::Encoding::kAscii, text::Encoding::kUcs2}; }

 private:
  template <class Wire, class Take>
  static void take(ByteSpan pdu, Act act, Pdu& out, Take take_fields);
  static void take_login(const Bind& pdu, Pdu& out);
  static void take_submit(const Submit& pdu, codec::Submit& out);
  static void take_deliver(const Deliver& pdu, codec::Deliver& out);
  static void take_report(const Report& pdu, codec::Deliver& out);

  const uint8_t fee_type_;
};

// A request that does not decode is malformed, an answer that does not is ignored.
template <class Wire, class Take>
void SgipDialect::take(ByteSpan pdu, Act act, Pdu& out, Take take_fields) {
  const auto decoded = decode<Wire>(pdu);
  if (decoded) {
    out.act = act;
    take_fields(*decoded);
  } else if (!is_response(Wire::kCommand)) {
    out.act = Act::kMalformed;
    out.fault = decoded.error();
  }
}

void SgipDialect::take_login(const Bind& pdu, Pdu& out) {
  out.login = {.account = pdu.login_name,
               .role = pdu.login_type == kGatewayToProvider ? Role::kReceive : Role::kSend,
               .password = pdu.login_password,
               .digest = {},
               .timestamp = 0,
               .version = 0};
  if (pdu.login_type == kProviderToGateway || pdu.login_type == kGatewayToProvider) return;
  out.act = Act::kMalformed;
  out.fault = Fault::kVersion;
}

void SgipDialect::take_submit(const Submit& pdu, codec::Submit& out) {
  out.source = pdu.sp_number;
  out.destinations.clear();
  for (size_t i = 0; i < pdu.user_number.size(); ++i) out.destinations.push_back(pdu.user_number[i]);
  out.payload = pdu.content;
  out.coding = codec::coding_of_format(pdu.message_coding);
  out.raw_coding = pdu.message_coding;
  out.has_header = codec::says_header(pdu.tp_udhi);
  out.part = codec::read_part(out.has_header, pdu.content, 1, 1);
  out.receipt = read_wish(pdu.report_flag);
  out.priority = std::min<uint8_t>(pdu.priority, kPriorities - 1);
  out.validity = pdu.expire_time;
}

void SgipDialect::take_deliver(const Deliver& pdu, codec::Deliver& out) {
  out = {.source = pdu.user_number,
         .destination = pdu.sp_number,
         .payload = pdu.content,
         .coding = codec::coding_of_format(pdu.message_coding),
         .raw_coding = pdu.message_coding,
         .has_header = codec::says_header(pdu.tp_udhi),
         .part = {},
         .receipt = {},
         .echo = {.command = static_cast<uint32_t>(Command::kDeliver)}};
  out.part = codec::read_part(out.has_header, pdu.content, 1, 1);
}

// State by section 5.4; what a carrier adds beyond it is no known state.
void SgipDialect::take_report(const Report& pdu, codec::Deliver& out) {
  out = {.source = pdu.user_number,
         .destination = {},
         .payload = {},
         .part = {},
         .receipt = codec::Receipt{},
         .echo = {.command = static_cast<uint32_t>(Command::kReport)}};
  codec::Receipt& receipt = *out.receipt;
  receipt.message = ref_of({.number = pdu.submit_counter, .node = pdu.submit_node, .time = pdu.submit_time});
  switch (pdu.state) {
    case kStateDelivered:
      receipt.state = ReceiptState::kDelivered;
      break;
    case kStateWaiting:
      receipt.state = ReceiptState::kEnroute;
      break;
    case kStateFailed:
      receipt.state = ReceiptState::kUndeliverable;
      receipt.code = pdu.error_code;
      break;
    default:
      receipt.state = ReceiptState::kNone;
  }
  receipt.intermediate = receipt.state == ReceiptState::kEnroute;
}

void SgipDialect::read(ByteSpan pdu, Pdu& out) const {
  const Header header = parse_header(pdu);
  out.act = Act::kIgnored;
  out.sequence = header.sequence;
  out.command = static_cast<uint32_t>(header.command);
  out.status = 0;
  out.fault = Fault::kNone;
  out.login_proof = {};
  const auto status = [&](const auto& p) { out.status = p.result; };
  switch (header.command) {
    case Command::kSubmit:
      return take<Submit>(pdu, Act::kSubmit, out, [&](const auto& p) { take_submit(p, out.submit); });
    case Command::kSubmitResp:
      return take<SubmitResp>(pdu, Act::kSubmitAnswer, out, [&](const auto& p) {
        out.status = p.result;
        out.submit_answer = {.status = p.result,
                             .message = p.result == 0 ? ref_of(header.sequence) : MessageRef{}};
      });
    case Command::kDeliver:
      return take<Deliver>(pdu, Act::kDeliver, out, [&](const auto& p) { take_deliver(p, out.deliver); });
    case Command::kReport:
      return take<Report>(pdu, Act::kDeliver, out, [&](const auto& p) { take_report(p, out.deliver); });
    case Command::kDeliverResp:
      return take<DeliverResp>(pdu, Act::kDeliverAnswer, out, status);
    case Command::kReportResp:
      return take<ReportResp>(pdu, Act::kDeliverAnswer, out, status);
    case Command::kBind:
      return take<Bind>(pdu, Act::kLogin, out, [&](const auto& p) { take_login(p, out); });
    case Command::kBindResp:
      return take<BindResp>(pdu, Act::kLoginAnswer, out, status);
    case Command::kUnbind:
      out.act = Act::kLogout;
      return;
    case Command::kUnbindResp:
      out.act = Act::kLogoutAnswer;
      return;
    default:
      if (is_response(header.command)) return;
      out.act = Act::kUnwanted;
      out.fault = Fault::kUnknownCommand;
  }
}

Fault SgipDialect::write_submit(Bytes& out, Sequence sequence, const codec::Submit& submit) const {
  const auto format = codec::format_of_coding(submit.coding, submit.raw_coding);
  if (!format || (submit.part && !submit.has_header)) return Fault::kBadCoding;  // no fields for part numbers
  if (submit.payload.size() > codec::content_limit(*format)) return Fault::kTooLong;
  thread_local Bytes numbers;
  numbers.clear();
  for (const std::string_view destination : submit.destinations)
    if (!append_with_country(numbers, destination)) return Fault::kBadDestination;
  const codec::DialectOptions& o = options();
  return encode(out,
                Submit{.sp_number = submit.source,
                       .charge_number = kProviderPays,
                       .user_number = {numbers, kNumberBytes},
                       .corp_id = o.enterprise_code,
                       .service_type = o.service_type,
                       .fee_type = fee_type_,
                       .fee_value = o.fee_code,
                       .given_value = "0",
                       .morelate_to_mt_flag = kNotAskedFor,
                       .priority = std::min<uint8_t>(submit.priority, kPriorities - 1),
                       .expire_time = submit.validity,
                       .schedule_time = {},
                       .report_flag = report_flag(submit.receipt),
                       .tp_udhi = submit.has_header ? codec::kHasHeader : uint8_t{0},
                       .message_coding = *format,
                       .content = submit.payload},
                sequence);
}

bool SgipDialect::write_deliver(Bytes& out, Sequence sequence, const codec::Deliver& deliver) const {
  thread_local Bytes number;
  number.clear();
  if (!append_with_country(number, deliver.source)) return false;
  const codec::NumberList user{number, kNumberBytes};
  if (deliver.receipt) {
    const codec::Receipt& receipt = *deliver.receipt;
    const auto submit = parse_ref(receipt.message.view());
    if (!submit) return false;
    Report pdu{.submit_node = submit->node,
               .submit_time = submit->time,
               .submit_counter = submit->number,
               .user_number = user[0]};
    if (receipt.intermediate || codec::is_intermediate(receipt.state)) {
      pdu.state = kStateWaiting;
    } else if (receipt.state != ReceiptState::kDelivered) {
      pdu.state = kStateFailed;
      pdu.error_code = static_cast<uint8_t>(std::min<uint32_t>(receipt.code.value_or(0), UINT8_MAX));
    }
    return encode(out, pdu, sequence) == Fault::kNone;
  }
  const auto format = codec::format_of_coding(deliver.coding, deliver.raw_coding);
  if (!format || (deliver.part && !deliver.has_header)) return false;
  return encode(out,
                Deliver{.user_number = user[0],
                        .sp_number = deliver.destination,
                        .tp_udhi = deliver.has_header ? codec::kHasHeader : uint8_t{0},
                        .message_coding = *format,
                        .content = deliver.payload},
                sequence) == Fault::kNone;
}

void SgipDialect::write_refusal(Bytes& out, const Pdu& request, Fault fault) const {
  const auto command = static_cast<Command>(request.command);
  if (request.command == 0 || is_response(command)) return;
  if (command == Command::kUnbind) return write_logout_answer(out, request.sequence);
  if (command == Command::kTrace) {
    const TraceResp pdu{
        .count = 1, .result = error_of(fault), .node_id = {}, .receive_time = {}, .send_time = {}};
    static_cast<void>(encode(out, pdu, request.sequence));
    return;
  }
  encode_result(out, static_cast<Command>(request.command | kResponseBit), error_of(fault), request.sequence);
}

}  // namespace

std::unique_ptr<codec::Dialect> make_dialect(codec::DialectOptions options) {
  return std::make_unique<SgipDialect>(std::move(options));
}

}  // namespace yizhan::sgip
