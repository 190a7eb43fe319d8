#include "codec/dialect.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "codec/carrier_content.h"
#include "codec/cmpp/pdu.h"
#include "codec/sgip/pdu.h"
#include "codec/smgp/pdu.h"
#include "codec/testdata/golden.h"

namespace yizhan::codec {
namespace {

using namespace std::literals;

// What every protocol has to do alike, as a client and as a server.
class EveryDialect : public ::testing::TestWithParam<Protocol> {
 protected:
  static std::unique_ptr<Dialect> make(Side side) {
    return make_dialect(
        GetParam(),
        {.side = side, .service_type = "SALE", .enterprise_code = "12345", .sgip_node = 3021000123});
  }
  Pdu read(const Dialect& dialect) {
    Pdu pdu;
    EXPECT_EQ(dialect.frame(wire_).state, FrameState::kComplete);
    EXPECT_EQ(dialect.frame(wire_).length, wire_.size());
    dialect.read(wire_, pdu);
    return pdu;
  }
  static Sequence sequence() {
    return GetParam() == Protocol::kSgip12 ? Sequence{.number = 7, .node = 3021000123, .time = 723140509}
                                           : Sequence{.number = 7};
  }
  static std::string account() { return GetParam() == Protocol::kSmgp30 ? "12345678" : "900001"; }
  // An id that this server gives.
  MessageRef id() const { return server_->message_ref(8'000'000'000'000'042, sequence()); }

  const std::unique_ptr<Dialect> client_ = make(Side::kClient);
  const std::unique_ptr<Dialect> server_ = make(Side::kServer);
  Bytes wire_;
};

TEST_P(EveryDialect, IsOfItsProtocol) {
  EXPECT_EQ(client_->protocol(), GetParam());
  EXPECT_EQ(parse_protocol(protocol_name(GetParam())), GetParam());
}

TEST_P(EveryDialect, FramesByLengthWithACap) {
  const auto frame = [&](std::string_view digits) { return client_->frame(hex(digits)); };
  EXPECT_EQ(frame("").state, FrameState::kNeedMore);
  EXPECT_EQ(frame("000000").length, 0U);
  EXPECT_EQ(frame("00000040").state, FrameState::kNeedMore);
  EXPECT_EQ(frame("00000040").length, 0x40U);
  EXPECT_EQ(frame("0000000b").state, FrameState::kInvalid);
  EXPECT_EQ(frame("ffffffff").state, FrameState::kInvalid);
  EXPECT_EQ(frame("00010000").state, FrameState::kNeedMore);
  EXPECT_EQ(frame("00010001").state, FrameState::kInvalid);
}

TEST_P(EveryDialect, LogsInAndIsProved) {
  ASSERT_TRUE(client_->write_login(
      wire_, sequence(),
      {.account = account(), .secret = "secret", .role = Role::kSend, .timestamp = 723140509}));
  const Pdu login = read(*server_);
  ASSERT_EQ(login.act, Act::kLogin);
  EXPECT_EQ(login.sequence, sequence());
  EXPECT_EQ(login.login.account, account());
  EXPECT_TRUE(server_->proves(login.login, "secret"));
  for (const std::string_view wrong : {"", "secre", "secret2", "Secret"})
    EXPECT_FALSE(server_->proves(login.login, wrong)) << wrong;
  for (const Fault fault : {Fault::kNone, Fault::kBadSecret, Fault::kTooManySessions}) {
    Bytes answer;
    Pdu answered;
    server_->write_login_answer(answer, login.sequence, login, "secret", fault);
    client_->read(answer, answered);
    ASSERT_EQ(answered.act, Act::kLoginAnswer);
    EXPECT_EQ(answered.sequence, sequence());
    EXPECT_EQ(answered.status == 0, fault == Fault::kNone);
    EXPECT_FALSE(client_->status_name(answered.act, answered.status).empty());
    const StatusMeaning meaning = client_->meaning(answered.act, answered.status);
    EXPECT_EQ(meaning == StatusMeaning::kGood, fault == Fault::kNone);
    EXPECT_EQ(
        meaning == StatusMeaning::kBadCredentials,
        fault == Fault::kBadSecret || (GetParam() == Protocol::kSmpp34 && fault == Fault::kTooManySessions));
  }
}

TEST_P(EveryDialect, AnAccountThatDoesNotFitIsRefusedBeforeItIsSent) {
  EXPECT_FALSE(
      client_->write_login(wire_, sequence(), {.account = "an account of thirty characters", .secret = "x"}));
  EXPECT_TRUE(wire_.empty());
}

TEST_P(EveryDialect, AnswersASubmitWithItsId) {
  server_->write_submit_answer(wire_, sequence(), 0, Fault::kNone, id());
  const Pdu good = read(*client_);
  ASSERT_EQ(good.act, Act::kSubmitAnswer);
  EXPECT_EQ(good.submit_answer.status, 0U);
  EXPECT_EQ(good.submit_answer.message.view(), id().view());
  EXPECT_EQ(client_->meaning(good.act, good.status), StatusMeaning::kGood);
  for (int f = static_cast<int>(Fault::kMalformed); f <= static_cast<int>(Fault::kUnknownMessage); ++f) {
    const auto fault = static_cast<Fault>(f);
    wire_.clear();
    server_->write_submit_answer(wire_, sequence(), 0, fault, id());
    const Pdu refused = read(*client_);
    ASSERT_EQ(refused.act, Act::kSubmitAnswer);
    EXPECT_EQ(refused.status, server_->submit_status(fault));
    EXPECT_NE(refused.status, 0U);
    EXPECT_TRUE(refused.submit_answer.message.empty());
    if (fault == Fault::kThrottled) {
      EXPECT_EQ(client_->meaning(refused.act, refused.status), StatusMeaning::kThrottled);
    }
  }
}

TEST_P(EveryDialect, PassesOnAnyStatusForASimulator) {
  server_->write_submit_status(wire_, sequence(), 0, 88, id());
  const Pdu pdu = read(*client_);
  EXPECT_EQ(pdu.submit_answer.status, 88U);
  EXPECT_NE(client_->status_code(88).find(GetParam() == Protocol::kSmpp34 ? "0x00000058" : ":88"),
            std::string::npos);
}

TEST_P(EveryDialect, KeepsAliveAndLogsOut) {
  if (client_->has_keep_alive()) {
    client_->write_keep_alive(wire_, sequence());
    EXPECT_EQ(read(*server_).act, Act::kKeepAlive);
    wire_.clear();
    server_->write_keep_alive_answer(wire_, sequence());
    EXPECT_EQ(read(*client_).act, Act::kKeepAliveAnswer);
    wire_.clear();
  }
  client_->write_logout(wire_, sequence());
  const Pdu logout = read(*server_);
  EXPECT_EQ(logout.act, Act::kLogout);
  EXPECT_EQ(logout.sequence, sequence());
  wire_.clear();
  server_->write_logout_answer(wire_, sequence());
  EXPECT_EQ(read(*client_).act, Act::kLogoutAnswer);
}

TEST_P(EveryDialect, ADeliveryIsAnsweredWithWhatItSays) {
  Deliver message{.source = "13900000001", .destination = "10690001", .payload = as_bytes("T"sv)};
  message.coding = Coding::kAscii;
  message.echo.id = {0x02, 0x10, 0x01, 0x07, 0x23, 0x14, 0x05, 0x09};
  ASSERT_TRUE(server_->write_deliver(wire_, sequence(), message));
  const Pdu pdu = read(*client_);
  ASSERT_EQ(pdu.act, Act::kDeliver);
  EXPECT_FALSE(pdu.deliver.receipt);
  Bytes answer;
  Pdu answered;
  client_->write_deliver_answer(answer, pdu.sequence, pdu.deliver.echo, Fault::kNone);
  server_->read(answer, answered);
  EXPECT_EQ(answered.act, Act::kDeliverAnswer);
  EXPECT_EQ(answered.status, 0U);
  EXPECT_EQ(answered.sequence, sequence());
  const bool has_id = GetParam() != Protocol::kSmpp34 && GetParam() != Protocol::kSgip12;
  const auto echoed = std::ranges::search(answer, std::span(message.echo.id).first(8));
  EXPECT_EQ(!echoed.empty(), has_id);
  answer.clear();
  client_->write_deliver_answer(answer, pdu.sequence, pdu.deliver.echo, Fault::kQueueFull);
  server_->read(answer, answered);
  EXPECT_NE(answered.status, 0U);
}

TEST_P(EveryDialect, WhatIsNotServedIsToldFromWhatIsIgnored) {
  const size_t header = GetParam() == Protocol::kSgip12 ? 20 : GetParam() == Protocol::kSmpp34 ? 16 : 12;
  const auto of_command = [&](uint32_t command) {
    wire_.assign(header, 0);
    wire_[3] = static_cast<uint8_t>(header);
    for (size_t i = 0; i < 4; ++i) wire_[4 + i] = static_cast<uint8_t>(command >> (24 - 8 * i));
    return read(*server_);
  };
  const Pdu request = of_command(0x7777);
  EXPECT_EQ(request.act, Act::kUnwanted);
  EXPECT_EQ(request.fault, Fault::kUnknownCommand);
  EXPECT_EQ(of_command(0x80007777).act, Act::kIgnored);
  // A submit without a body.
  const uint32_t submit = GetParam() == Protocol::kSgip12 ? 3 : GetParam() == Protocol::kSmgp30 ? 2 : 4;
  const Pdu empty = of_command(submit);
  ASSERT_EQ(empty.act, Act::kMalformed);
  EXPECT_EQ(empty.fault, Fault::kMalformed);
  Bytes answer;
  server_->write_refusal(answer, empty, empty.fault);
  Pdu refused;
  client_->read(answer, refused);
  EXPECT_EQ(refused.act, Act::kSubmitAnswer);
  EXPECT_NE(refused.status, 0U);
  // An answer without its body says nothing about the segment.
  if (GetParam() != Protocol::kSmpp34) {
    EXPECT_EQ(of_command(submit | 0x80000000).act, Act::kIgnored);
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, EveryDialect, ::testing::ValuesIn(kProtocols),
                         [](const auto& p) { return std::string(protocol_name(p.param)); });

TEST(NthMessage, CountsUpInCmppOnly) {
  EXPECT_EQ(nth_message(Protocol::kCmpp20, MessageRef("65535"), 0).view(), "65535");
  EXPECT_EQ(nth_message(Protocol::kCmpp30, MessageRef("65535"), 1).view(), "0");
  EXPECT_EQ(nth_message(Protocol::kCmpp20, MessageRef("131071"), 2).view(), "65537");
  EXPECT_EQ(nth_message(Protocol::kCmpp20, MessageRef("no number"), 2).view(), "no number");
  for (const Protocol p : {Protocol::kSmpp34, Protocol::kSgip12, Protocol::kSmgp30})
    EXPECT_EQ(nth_message(p, MessageRef("1"), 3).view(), "1");
}

// ---------------------------------------------------------------- what only one protocol has

Pdu read_pdu(const Dialect& dialect, ByteSpan wire) {
  Pdu out;
  dialect.read(wire, out);
  return out;
}

TEST(CmppDialect, ALoginOfTheOtherVersionIsRefusedAsSuch) {
  for (const auto& [ours, theirs] :
       {std::pair{Protocol::kCmpp20, Protocol::kCmpp30}, std::pair{Protocol::kCmpp30, Protocol::kCmpp20}}) {
    Bytes wire, answer;
    const auto server = make_dialect(ours);
    ASSERT_TRUE(make_dialect(theirs)->write_login(wire, {1}, {.account = "900001", .secret = "secret"}));
    const Pdu login = read_pdu(*server, wire);
    ASSERT_EQ(login.act, Act::kMalformed);
    EXPECT_EQ(login.fault, Fault::kVersion);
    server->write_refusal(answer, login, login.fault);
    const Pdu refused = read_pdu(*make_dialect(ours), answer);
    EXPECT_EQ(refused.act, Act::kLoginAnswer);
    EXPECT_EQ(refused.status, 4U);
  }
}

TEST(CmppDialect, TheServerProvesItselfToo) {
  const auto dialect = make_dialect(Protocol::kCmpp20);
  Bytes wire, answer;
  ASSERT_TRUE(
      dialect->write_login(wire, {1}, {.account = "900001", .secret = "secret", .timestamp = 723140509}));
  const Pdu login = read_pdu(*dialect, wire);
  EXPECT_EQ(to_hex(login.login.digest), "d48a700e1389010edff06e2ef1bf1a47");
  dialect->write_login_answer(answer, {1}, login, "secret", Fault::kNone);
  EXPECT_EQ(to_hex(read_pdu(*dialect, answer).login_proof), "19ea8623c67937595d6db3e9f1b44397");
  answer.clear();
  dialect->write_login_answer(answer, {1}, login, "secret", Fault::kBadSecret);
  EXPECT_EQ(to_hex(read_pdu(*dialect, answer).login_proof), std::string(32, '0'));
}

TEST(CmppDialect, PartsComeByHeaderElseByCount) {
  const auto dialect = make_dialect(Protocol::kCmpp20);
  Bytes numbers, wire;
  ASSERT_TRUE(append_number(numbers, "13900000001", 21));
  const Bytes content = hex("050003 2a 03 02 61");
  for (const uint8_t udhi : {0x01, 0x40, 0x00}) {
    wire.clear();
    cmpp::Submit<cmpp::Version::k20> pdu{.pk_total = 3, .pk_number = 2, .tp_udhi = udhi, .content = content};
    pdu.dest_terminal_id = {numbers, 21};
    ASSERT_EQ(cmpp::encode(wire, pdu, 1), Fault::kNone);
    const Pdu read = read_pdu(*dialect, wire);
    ASSERT_TRUE(read.submit.part);
    EXPECT_EQ(read.submit.has_header, udhi != 0);
    EXPECT_EQ(read.submit.part->reference, udhi != 0 ? 0x2A : 0);
    EXPECT_EQ(read.submit.part->bytes, udhi != 0 ? 6 : 0);
    EXPECT_EQ(read.submit.part->total, 3);
    EXPECT_EQ(read.submit.part->number, 2);
  }
}

TEST(CmppDialect, WordsOfReceipts) {
  const auto dialect = make_dialect(Protocol::kCmpp20);
  struct Case {
    std::string_view stat;
    ReceiptState state;
    bool intermediate;
  };
  for (const Case& c : {Case{"DELIVRD", ReceiptState::kDelivered, false},
                        {"EXPIRED", ReceiptState::kExpired, false},
                        {"DELETED", ReceiptState::kDeleted, false},
                        {"UNDELIV", ReceiptState::kUndeliverable, false},
                        {"ACCEPTD", ReceiptState::kAccepted, true},
                        {"UNKNOWN", ReceiptState::kUnknown, false},
                        {"REJECTD", ReceiptState::kRejected, false},
                        {"MA:0001", ReceiptState::kNone, false},
                        {"ID:0076", ReceiptState::kNone, false}}) {
    Bytes wire;
    Deliver deliver{.source = "13900000001", .destination = "1069"};
    deliver.receipt =
        Receipt{.message = MessageRef("42"), .stat = c.stat, .submitted = "2607231405", .done = "2607231406"};
    ASSERT_TRUE(dialect->write_deliver(wire, {1}, deliver));
    const Pdu read = read_pdu(*dialect, wire);
    ASSERT_TRUE(read.deliver.receipt);
    EXPECT_EQ(read.deliver.receipt->message.view(), "42");
    EXPECT_EQ(read.deliver.receipt->stat, c.stat);
    EXPECT_EQ(read.deliver.receipt->state, c.state) << c.stat;
    EXPECT_EQ(read.deliver.receipt->intermediate, c.intermediate) << c.stat;
    EXPECT_EQ(read.deliver.receipt->submitted, "2607231405");
    EXPECT_EQ(read.deliver.receipt->done, "2607231406");
  }
}

TEST(CmppDialect, AReceiptThatDoesNotParseIsStillOne) {
  Bytes wire;
  ASSERT_EQ(
      cmpp::encode(
          wire, cmpp::Deliver<cmpp::Version::k20>{.registered_delivery = 1, .content = as_bytes("?"sv)}, 1),
      Fault::kNone);
  const Pdu read = read_pdu(*make_dialect(Protocol::kCmpp20), wire);
  ASSERT_EQ(read.act, Act::kDeliver);
  ASSERT_TRUE(read.deliver.receipt);
  EXPECT_TRUE(read.deliver.receipt->message.empty());
}

TEST(CmppDialect, CancellationsFailAndQueriesStayUnanswered) {
  const auto dialect = make_dialect(Protocol::kCmpp20);
  Bytes wire, answer;
  ASSERT_EQ(cmpp::encode(wire, cmpp::Cancel{.msg_id = 1}, 9), Fault::kNone);
  const Pdu cancel = read_pdu(*dialect, wire);
  EXPECT_EQ(cancel.act, Act::kUnwanted);
  dialect->write_refusal(answer, cancel, cancel.fault);
  const auto failed = cmpp::decode<cmpp::CancelResp<cmpp::Version::k20>>(answer);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->success_id, 1U);
  wire.clear();
  answer.clear();
  ASSERT_EQ(cmpp::encode(wire, cmpp::Query{}, 9), Fault::kNone);
  dialect->write_refusal(answer, read_pdu(*dialect, wire), Fault::kUnknownCommand);
  EXPECT_TRUE(answer.empty());
  EXPECT_FALSE(dialect->write_query(answer, {1}, {.message = MessageRef("1")}));
}

TEST(SgipDialect, StampsAndNamesMessagesByTheSubmitsSequence) {
  const auto dialect = make_dialect(Protocol::kSgip12, {.sgip_node = 3021000123});
  // 2026-07-23 06:05:09 UTC.
  const Sequence stamped = dialect->stamp(9, Time{1'784'786'709'000'000});
  EXPECT_EQ(stamped, (Sequence{.number = 9, .node = 3021000123, .time = 723140509}));
  EXPECT_EQ(dialect->message_ref(1, stamped).view(), "3021000123-723140509-9");
}

TEST(SgipDialect, NumbersGoOutWithTheirCountry) {
  const auto dialect = make_dialect(Protocol::kSgip12);
  Bytes wire;
  const Submit submit{.source = "10690001",
                      .destinations = {"13900000001", "8613900000002"},
                      .payload = as_bytes("hi"sv),
                      .coding = Coding::kAscii};
  ASSERT_EQ(dialect->write_submit(wire, {1}, submit), Fault::kNone);
  const Pdu read = read_pdu(*dialect, wire);
  ASSERT_EQ(read.submit.destinations.size(), 2U);
  EXPECT_EQ(read.submit.destinations[0], "8613900000001");
  EXPECT_EQ(read.submit.destinations[1], "8613900000002");
  const auto raw = sgip::decode<sgip::Submit>(wire);
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->charge_number, std::string(21, '0'));
  EXPECT_EQ(raw->fee_type, 1);
}

TEST(SgipDialect, StatesOfReports) {
  const auto dialect = make_dialect(Protocol::kSgip12);
  const auto round = [&](Receipt receipt) {
    Bytes wire;
    receipt.message.assign("3021000123-723140509-9");
    Deliver deliver{.source = "13900000001"};
    deliver.receipt = receipt;
    EXPECT_TRUE(dialect->write_deliver(wire, {1}, deliver));
    Pdu read = read_pdu(*dialect, wire);
    EXPECT_EQ(read.command, 5U);
    EXPECT_EQ(read.deliver.source, "8613900000001");
    EXPECT_EQ(read.deliver.receipt->message.view(), "3021000123-723140509-9");
    Bytes answer;
    dialect->write_deliver_answer(answer, read.sequence, read.deliver.echo, Fault::kNone);
    EXPECT_TRUE(sgip::decode<sgip::ReportResp>(answer));
    return *read.deliver.receipt;
  };
  EXPECT_EQ(round({.state = ReceiptState::kDelivered}).state, ReceiptState::kDelivered);
  EXPECT_FALSE(round({.state = ReceiptState::kDelivered}).code);
  EXPECT_EQ(round({.state = ReceiptState::kAccepted}).state, ReceiptState::kEnroute);
  EXPECT_TRUE(round({.state = ReceiptState::kEnroute, .intermediate = true}).intermediate);
  const Receipt failed = round({.state = ReceiptState::kExpired, .code = 25});
  EXPECT_EQ(failed.state, ReceiptState::kUndeliverable);
  EXPECT_EQ(failed.code, 25U);
  EXPECT_FALSE(failed.intermediate);
  for (const std::string_view bad : {"", "1-2", "1-2-", "1-2-3-4", "1-2-4294967296", "a-b-c"}) {
    Bytes wire;
    Deliver deliver{.source = "13900000001"};
    deliver.receipt = Receipt{.message = MessageRef(bad)};
    EXPECT_FALSE(dialect->write_deliver(wire, {1}, deliver)) << bad;
    EXPECT_TRUE(wire.empty());
  }
}

TEST(SgipDialect, TheGatewayDialsUsWithItsOwnTypeOfLogin) {
  const auto dialect = make_dialect(Protocol::kSgip12);
  const auto of_role = [&](Role role) {
    Bytes wire;
    EXPECT_TRUE(dialect->write_login(wire, {1}, {.account = "a", .secret = "b", .role = role}));
    EXPECT_EQ(wire[20], role == Role::kReceive ? 2 : 1);
    return read_pdu(*dialect, wire).login.role;
  };
  EXPECT_EQ(of_role(Role::kSend), Role::kSend);
  EXPECT_EQ(of_role(Role::kReceive), Role::kReceive);
  EXPECT_EQ(of_role(Role::kBoth), Role::kSend);
  Bytes wire;
  ASSERT_EQ(sgip::encode(wire, sgip::Bind{.login_type = 3}, {1}), Fault::kNone);
  EXPECT_EQ(read_pdu(*dialect, wire).fault, Fault::kVersion);
}

TEST(SgipDialect, BothNumbersForTooFastAreThrottles) {
  const auto dialect = make_dialect(Protocol::kSgip12);
  EXPECT_EQ(dialect->submit_status(Fault::kThrottled), 88U);
  EXPECT_EQ(dialect->status_code(88), "SGIP:88");
  for (const uint32_t status : {33U, 88U})
    EXPECT_EQ(dialect->meaning(Act::kSubmitAnswer, status), StatusMeaning::kThrottled);
}

TEST(SgipDialect, WhatIsNotServedIsAnsweredInItsOwnForm) {
  const auto dialect = make_dialect(Protocol::kSgip12);
  Bytes wire, answer;
  ASSERT_EQ(sgip::encode(wire, sgip::Trace{}, {1}), Fault::kNone);
  const Pdu trace = read_pdu(*dialect, wire);
  EXPECT_EQ(trace.act, Act::kUnwanted);
  dialect->write_refusal(answer, trace, trace.fault);
  const auto traced = sgip::decode<sgip::TraceResp>(answer);
  ASSERT_TRUE(traced);
  EXPECT_EQ(traced->result, 7);
  Pdu user_report = trace;
  user_report.command = 0x11;
  answer.clear();
  dialect->write_refusal(answer, user_report, Fault::kUnknownCommand);
  EXPECT_EQ(answer.size(), 29U);
  EXPECT_EQ(answer[20], 7);
}

TEST(SmgpDialect, IdsAreTwentyDigits) {
  const auto dialect = make_dialect(Protocol::kSmgp30);
  EXPECT_EQ(dialect->message_ref(42, {}).view(), "00000000000000000042");
  EXPECT_EQ(dialect->message_ref(UINT64_MAX, {}).view(), "18446744073709551615");
  Bytes wire;
  dialect->write_submit_answer(wire, {1}, 2, Fault::kNone, MessageRef("0210010723140500004F"));
  EXPECT_EQ(read_pdu(*dialect, wire).submit_answer.message.view(), "0210010723140500004f");
}

TEST(SmgpDialect, StatusesThatSlowDown) {
  const auto dialect = make_dialect(Protocol::kSmgp30);
  EXPECT_EQ(dialect->submit_status(Fault::kThrottled), 75U);
  EXPECT_EQ(dialect->status_code(75), "SMGP:75");
  for (const uint32_t status : {1U, 75U})
    EXPECT_EQ(dialect->meaning(Act::kSubmitAnswer, status), StatusMeaning::kThrottled);
  EXPECT_EQ(dialect->meaning(Act::kSubmitAnswer, 47), StatusMeaning::kOther);
}

TEST(SmgpDialect, FreeIsItsOwnNumberAndTheProviderIsNamed) {
  const auto dialect = make_dialect(Protocol::kSmgp30, {.enterprise_code = "SP001"});
  Bytes wire;
  const Submit submit{
      .source = "1069", .destinations = {"13900000001"}, .payload = {}, .coding = Coding::kAscii};
  ASSERT_EQ(dialect->write_submit(wire, {1}, submit), Fault::kNone);
  const auto raw = smgp::decode<smgp::Submit>(wire);
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->fee_type, "00");
  EXPECT_EQ(raw->tlvs.c_string(smgp::tag::kMsgSrc), "SP001");
  EXPECT_EQ(
      make_dialect(Protocol::kSmgp30, {.enterprise_code = "123456789"})->write_submit(wire, {1}, submit),
      Fault::kMalformed);
}

TEST(SmgpDialect, ARouteCommandIsUnwantedAndAForwardRefused) {
  const auto dialect = make_dialect(Protocol::kSmgp30);
  Bytes answer;
  const Pdu forward = read_pdu(*dialect, hex("0000000c 00000005 00000001"));
  EXPECT_EQ(forward.act, Act::kUnwanted);
  dialect->write_refusal(answer, forward, forward.fault);
  const auto refused = smgp::decode<smgp::ForwardResp>(answer);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 11U);
  EXPECT_EQ(read_pdu(*dialect, hex("0000000c 0000000a 00000001")).act, Act::kUnwanted);
}

}  // namespace
}  // namespace yizhan::codec
