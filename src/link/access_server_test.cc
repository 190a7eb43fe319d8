#include "link/access_server.h"

#include <gtest/gtest.h>

#include "codec/smpp/pdu.h"
#include "link/access_test_support.h"

namespace yizhan::link {
namespace {

using codec::Act;
using codec::Fault;
using codec::Protocol;
using codec::Role;

class AccessServerTest : public AccessServerFixture, public ::testing::WithParamInterface<Protocol> {
 protected:
  Application connect() { return AccessServerFixture::connect(GetParam()); }
  static std::unique_ptr<codec::Dialect> server_dialect() {
    return codec::make_dialect(GetParam(), {.side = codec::Side::kServer});
  }
  static uint32_t status_of(Fault fault) { return server_dialect()->submit_status(fault); }
  // A login that must be refused for this; the connection ends after its answer.
  void refused(Fault fault, std::string_view account = "erp", std::string_view secret = "secret") {
    Application app = connect();
    EXPECT_EQ(app.login(account, secret), login_status(GetParam(), fault));
    EXPECT_TRUE(app.ended());
    EXPECT_EQ(handler_.last_login().fault, fault);
    EXPECT_EQ(handler_.last_login().account, account);
  }
};
INSTANTIATE_TEST_SUITE_P(All, AccessServerTest, ::testing::ValuesIn(codec::kProtocols), protocol_test_name);

// ---------------------------------------------------------------- logins

TEST_P(AccessServerTest, LetsInWhoKnowsTheSecret) {
  start();
  Application app = connect();
  EXPECT_EQ(app.login(), 0U);
  const auto login = handler_.last_login();
  EXPECT_EQ(login.account, "erp");
  EXPECT_EQ(login.protocol, GetParam());
  EXPECT_EQ(login.address, "127.0.0.1");
  EXPECT_EQ(login.fault, Fault::kNone);
  EXPECT_EQ(server_->stats().sessions, 1U);
  EXPECT_EQ(server_->sessions(handler_.accounts.begin()->second.id), 1U);
  EXPECT_EQ(server_->stats().logins, 1U);
}

TEST_P(AccessServerTest, RefusesByTheReason) {
  AccessAccount& erp = handler_.accounts["erp"];
  handler_.accounts["off"] = {.id = 8, .name = "off", .secret = "secret", .enabled = false};
  handler_.accounts["blank"] = {.id = 9, .name = "blank"};
  handler_.accounts["far"] = {
      .id = 10, .name = "far", .secret = "secret", .allowed_addresses = {"10.0.0.0/8", "::1"}};
  const Protocol other = GetParam() == Protocol::kSmpp34 ? Protocol::kSgip12 : Protocol::kSmpp34;
  handler_.accounts["other"] = {.id = 11, .name = "other", .secret = "secret", .protocols = {other}};
  handler_.accounts["none"] = {.id = 12, .name = "none", .secret = "secret", .max_sessions = 0};
  erp.allowed_addresses = {"127.0.0.0/8"};
  start();
  refused(Fault::kBadAccount, "nobody");
  refused(Fault::kBadAccount, "off");
  refused(Fault::kBadSecret, "erp", "secret1");
  refused(Fault::kBadSecret, "erp", "");
  refused(Fault::kBadSecret, "blank", "");
  refused(Fault::kAddressRefused, "far");
  refused(Fault::kAddressRefused, "far", "guess");
  refused(Fault::kVersion, "other");
  refused(Fault::kTooManySessions, "none");
  Application good = connect();
  EXPECT_EQ(good.login(), 0U);
  EXPECT_EQ(server_->stats().logins_refused, 9U);
}

TEST_P(AccessServerTest, CountsTheSessionsOfAnAccount) {
  handler_.accounts["erp"].max_sessions = 2;
  start();
  Application first = connect();
  auto second = std::make_unique<Application>(GetParam(), port(GetParam()));
  EXPECT_EQ(first.login(), 0U);
  EXPECT_EQ(second->login(), 0U);
  refused(Fault::kTooManySessions);
  second.reset();
  ASSERT_TRUE(eventually([](const auto& s) { return s.sessions == 1; }));
  Application third = connect();
  EXPECT_EQ(third.login(), 0U);
}

TEST_P(AccessServerTest, ASecondLoginIsRefusedAndTheFirstStays) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  start();
  Application app = connect();
  EXPECT_EQ(app.login_to_send(), 0U);
  EXPECT_EQ(app.login_to_send(), login_status(GetParam(), Fault::kAlreadyLoggedIn));
  app.submit();
  EXPECT_EQ(app.submit_status(), 0U);
}

TEST_P(AccessServerTest, WhoDoesNotLogInIsClosed) {
  config_.login_timeout = milliseconds(20);
  start();
  Application app = connect();
  EXPECT_TRUE(app.ended());
  EXPECT_TRUE(eventually([](const auto& s) { return s.connections == 0; }));
  EXPECT_TRUE(handler_.logins.empty());
}

TEST_P(AccessServerTest, ConnectionsHaveALimit) {
  config_.max_connections = 1;
  start();
  Application app = connect();
  EXPECT_EQ(app.login(), 0U);
  Application surplus = connect();
  EXPECT_TRUE(surplus.ended());
}

TEST_P(AccessServerTest, SubmitsBeforeTheLoginAreRefused) {
  start();
  Application app = connect();
  app.submit();
  const bool version_unknown = GetParam() == Protocol::kCmpp20 || GetParam() == Protocol::kCmpp30;
  if (version_unknown) {
    EXPECT_TRUE(app.ended());
  } else {
    const auto answer = app.read();
    ASSERT_TRUE(answer);
    EXPECT_NE(answer->pdu.status, 0U);
    EXPECT_EQ(app.login(), 0U);
  }
  EXPECT_EQ(server_->stats().submits, 0U);
}

TEST_P(AccessServerTest, SubmitsOfAReceiverAreRefused) {
  if (GetParam() == Protocol::kCmpp20 || GetParam() == Protocol::kCmpp30)
    GTEST_SKIP() << "CMPP logs in for both";
  start();
  Application app = connect();
  EXPECT_EQ(app.login("erp", "secret", Role::kReceive), 0U);
  app.submit();
  EXPECT_EQ(app.submit_status(), status_of(Fault::kNotLoggedIn));
  EXPECT_EQ(server_->stats().submits, 0U);
}

TEST_P(AccessServerTest, LogoutIsAnsweredAfterWhatIsUnderWay) {
  start();
  Application app = connect();
  EXPECT_EQ(app.login_to_send(), 0U);
  const auto sequence = app.submit();
  const auto submits = handler_.take_submits(1);
  app.write([&](Bytes& out) { app.dialect().write_logout(out, app.next()); });
  app.submit();  // too late
  EXPECT_EQ(app.submit_status(), status_of(Fault::kNotLoggedIn));
  server_->answer({KeepingHandler::good(submits[0])});
  const auto answer = app.expect(Act::kSubmitAnswer);
  EXPECT_EQ(answer.pdu.sequence, sequence);
  app.expect(Act::kLogoutAnswer);
  EXPECT_TRUE(app.ended());
}

// ---------------------------------------------------------------- versions and configuration

class AccessServerConfiguration : public AccessServerFixture {
 protected:
  ErrorCode refused_for(std::string_view field) {
    auto server = AccessServer::create(clock_, config_, handler_);
    EXPECT_FALSE(server);
    if (server) return {};
    EXPECT_EQ(server.error().field, field);
    return server.error().code;
  }
};

TEST_F(AccessServerConfiguration, AListenerForOneVersionOfCmppRefusesTheOther) {
  for (const auto& [served, other] :
       {std::pair{Protocol::kCmpp30, Protocol::kCmpp20}, std::pair{Protocol::kCmpp20, Protocol::kCmpp30}}) {
    config_.listeners = {{.protocols = {served}}};
    start();
    Application good(served, server_->port()), bad(other, server_->port());
    EXPECT_EQ(good.login(), 0U);
    EXPECT_EQ(bad.login(), login_status(other, Fault::kVersion));
    EXPECT_TRUE(bad.ended());
    server_.reset();
  }
}

TEST_F(AccessServerConfiguration, AnEarlySmppClientGetsNoOptionalParameters) {
  start();
  Application app = connect(Protocol::kSmpp34);
  Bytes bind;
  ASSERT_EQ(
      smpp::encode(bind,
                   smpp::BindTransceiver{.system_id = "erp", .password = "secret", .interface_version = 0x33},
                   1),
      smpp::Status::kOk);
  app.send(bind);
  EXPECT_EQ(app.expect(Act::kLoginAnswer).pdu.status, 0U);
  AccessDelivery receipt{.id = 1, .source = "8613800000001", .destination = "10690001"};
  receipt.receipt = {.message = codec::MessageRef("17"), .stat = "DELIVRD", .error = "000"};
  server_->deliver(kErp, {receipt});
  const auto got = app.expect(Act::kDeliver);
  const auto pdu = smpp::decode<smpp::DeliverSm>(got.bytes);
  ASSERT_TRUE(pdu);
  EXPECT_TRUE(pdu->tlvs.raw.empty());
  ASSERT_TRUE(got.pdu.deliver.receipt);
  EXPECT_EQ(got.pdu.deliver.receipt->message.view(), "17");
}

TEST_F(AccessServerConfiguration, WhatMakesNoSenseIsNamed) {
  const AccessServerConfig good = config_;
  config_.listeners[1].protocols = {Protocol::kSmpp34, Protocol::kCmpp30};
  EXPECT_EQ(refused_for("listeners/1/protocols"), ErrorCode::kInvalidArgument);
  config_.listeners[1].protocols = {};
  EXPECT_EQ(refused_for("listeners/1/protocols"), ErrorCode::kInvalidArgument);
  config_.listeners = {};
  EXPECT_EQ(refused_for("listeners"), ErrorCode::kInvalidArgument);
  config_ = good;
  config_.deliver_window = 0;
  EXPECT_EQ(refused_for("deliver_window"), ErrorCode::kInvalidArgument);
  config_ = good;
  config_.max_connections = limits::kAccessConnections + 1;
  EXPECT_EQ(refused_for("max_connections"), ErrorCode::kInvalidArgument);
  config_ = good;
  config_.listeners[2].address = "not an address";
  EXPECT_EQ(refused_for("not an address:0"), ErrorCode::kInvalidArgument);
  config_ = good;
  start();
  config_.listeners[0].port = server_->port(0);
  EXPECT_EQ(refused_for("127.0.0.1:" + std::to_string(server_->port(0))), ErrorCode::kUnavailable);
}

// ---------------------------------------------------------------- submits

TEST_P(AccessServerTest, TakesASubmitWhole) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  const auto sequence = app.submit("ni hao", "8613800000009");
  const auto submits = handler_.take_submits(1);
  const AccessSubmit& s = submits[0];
  EXPECT_EQ(s.account_id, kErp);
  EXPECT_EQ(s.protocol, GetParam());
  EXPECT_EQ(s.sequence, sequence);
  EXPECT_EQ(s.source, "10690001");
  EXPECT_EQ(s.destinations, std::vector<std::string>{"8613800000009"});
  EXPECT_EQ(as_chars(s.text), "ni hao");
  EXPECT_EQ(s.coding, codec::Coding::kAscii);
  EXPECT_FALSE(s.part);
  EXPECT_EQ(s.receipt, codec::ReceiptWish::kAlways);
  EXPECT_EQ(s.at, clock_.now());
  const AccessAnswer good = KeepingHandler::good(s);
  server_->answer({good});
  const auto answer = app.expect(Act::kSubmitAnswer);
  EXPECT_EQ(answer.pdu.sequence, sequence);
  EXPECT_EQ(answer.pdu.submit_answer.status, 0U);
  EXPECT_EQ(answer.pdu.submit_answer.message.view(), good.message.view());
}

TEST_P(AccessServerTest, TakesSeveralDestinations) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  app.submit({.source = "10690001",
              .destinations = {"8613800000001", "8613800000002", "8613800000003"},
              .payload = as_bytes("all"),
              .coding = codec::Coding::kAscii});
  const auto submits = handler_.take_submits(1);
  EXPECT_EQ(submits[0].destinations,
            (std::vector<std::string>{"8613800000001", "8613800000002", "8613800000003"}));
  server_->answer({KeepingHandler::good(submits[0])});
  EXPECT_EQ(app.submit_status(), 0U);
}

TEST_P(AccessServerTest, PartsComeWithoutTheirHeader) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  const Bytes payload = {0x05, 0x00, 0x03, 0x2A, 0x02, 0x01, 0x4F, 0x60};
  app.submit({.source = "10690001",
              .destinations = {"8613800000001"},
              .payload = payload,
              .coding = codec::Coding::kUcs2,
              .has_header = true,
              .part = text::UserDataHeader{.bytes = 6, .reference = 0x2A, .total = 2, .number = 1}});
  const auto submits = handler_.take_submits(1);
  EXPECT_EQ(submits[0].text, (Bytes{0x4F, 0x60}));
  EXPECT_EQ(submits[0].coding, codec::Coding::kUcs2);
  ASSERT_TRUE(submits[0].part);
  EXPECT_EQ(submits[0].part->reference, 0x2A);
  EXPECT_EQ(submits[0].part->total, 2);
  EXPECT_EQ(submits[0].part->number, 1);
}

TEST_P(AccessServerTest, HeadersOfOtherKindsAreRefused) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  const Bytes ports = {0x06, 0x05, 0x04, 0x0B, 0x84, 0x23, 0xF0, 0x01};
  const Bytes cut_off = {0x09, 0x00, 0x03, 0x2A, 0x02, 0x01};
  for (const Bytes& payload : {ports, cut_off}) {
    app.submit({.source = "10690001",
                .destinations = {"8613800000001"},
                .payload = payload,
                .coding = codec::Coding::kBinary,
                .has_header = true});
    EXPECT_EQ(app.submit_status(), status_of(Fault::kBadCoding));
  }
  EXPECT_EQ(server_->stats().submits_refused, 2U);
}

TEST_P(AccessServerTest, NoDestinationIsRefused) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  // Written by hand where the client's side would not.
  const std::string_view number = GetParam() == Protocol::kSmpp34 ? "" : "8613800000001";
  Bytes out;
  ASSERT_EQ(app.dialect().write_submit(out, app.next(),
                                       {.source = "10690001",
                                        .destinations = {number},
                                        .payload = as_bytes("hello"),
                                        .coding = codec::Coding::kAscii}),
            Fault::kNone);
  const auto at = std::ranges::search(out, as_bytes(number));
  std::ranges::fill(at, uint8_t{0});
  app.send(out);
  EXPECT_EQ(app.submit_status(), status_of(Fault::kBadDestination));
}

TEST_P(AccessServerTest, AnswersComeBackInAnyOrderByToken) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  std::vector<codec::Sequence> sequences;
  for (int i = 0; i < 3; ++i) sequences.push_back(app.submit(std::to_string(i)));
  const auto submits = handler_.take_submits(3);
  server_->answer({{.token = submits[2].token, .fault = Fault::kNotApproved},
                   KeepingHandler::good(submits[0]),
                   {.token = submits[1].token, .fault = Fault::kFrequency}});
  const std::array<std::pair<size_t, Fault>, 3> expected = {
      {{2, Fault::kNotApproved}, {0, Fault::kNone}, {1, Fault::kFrequency}}};
  for (const auto& [which, fault] : expected) {
    const auto answer = app.expect(Act::kSubmitAnswer);
    EXPECT_EQ(answer.pdu.sequence, sequences[which]);
    EXPECT_EQ(answer.pdu.submit_answer.status, status_of(fault));
  }
  // Again, or with tokens that nobody has: of no consequence.
  server_->answer({KeepingHandler::good(submits[0]), {.token = 1}, {.token = submits[1].token + 1}});
  EXPECT_TRUE(eventually([](const auto& s) { return s.answers_late == 3; }));
  app.submit();
  handler_.take_submits(1);
}

TEST_P(AccessServerTest, OneReadIsOneBatch) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  Bytes burst;
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(app.dialect().write_submit(burst, app.next(),
                                         {.source = "10690001",
                                          .destinations = {"8613800000001"},
                                          .payload = as_bytes("x"),
                                          .coding = codec::Coding::kAscii}),
              Fault::kNone);
  app.send(burst);
  handler_.take_submits(10);
  EXPECT_LT(handler_.batches, 10U);
}

TEST_P(AccessServerTest, OverTheWindowIsThrottledAtOnce) {
  handler_.accounts["erp"].window = 2;
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  app.submit();
  app.submit();
  const auto over = app.submit();
  const auto answer = app.expect(Act::kSubmitAnswer);
  EXPECT_EQ(answer.pdu.sequence, over);
  EXPECT_EQ(answer.pdu.submit_answer.status, status_of(Fault::kThrottled));
  const auto submits = handler_.take_submits(2);
  server_->answer({KeepingHandler::good(submits[1])});
  EXPECT_EQ(app.submit_status(), 0U);
  app.submit();
  handler_.take_submits(1);
}

TEST_P(AccessServerTest, TheRateCountsSegmentsAndDestinationsOfAllSessions) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  handler_.accounts["erp"].segments_per_second = 5;
  start();
  Application first = connect(), second = connect();
  ASSERT_EQ(first.login_to_send(), 0U);
  ASSERT_EQ(second.login_to_send(), 0U);
  first.submit({.source = "10690001",
                .destinations = {"8613800000001", "8613800000002", "8613800000003"},
                .payload = as_bytes("all"),
                .coding = codec::Coding::kAscii});
  EXPECT_EQ(first.submit_status(), 0U);
  second.submit();
  EXPECT_EQ(second.submit_status(), 0U);
  second.submit();
  EXPECT_EQ(second.submit_status(), 0U);
  second.submit();
  EXPECT_EQ(second.submit_status(), status_of(Fault::kThrottled));
  first.submit();
  EXPECT_EQ(first.submit_status(), status_of(Fault::kThrottled));
  clock_.advance(milliseconds(200));
  first.submit();
  EXPECT_EQ(first.submit_status(), 0U);
  EXPECT_EQ(server_->stats().submits_throttled, 2U);
}

TEST_P(AccessServerTest, AnswersOfSessionsThatAreGoneAreDropped) {
  start();
  std::vector<AccessSubmit> submits;
  {
    Application app = connect();
    ASSERT_EQ(app.login_to_send(), 0U);
    app.submit();
    submits = handler_.take_submits(1);
  }
  ASSERT_TRUE(eventually([](const auto& s) { return s.sessions == 0; }));
  server_->answer({KeepingHandler::good(submits[0])});
  EXPECT_TRUE(eventually([](const auto& s) { return s.answers_late == 1; }));
}

TEST_P(AccessServerTest, QueriesFindNothing) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  Bytes out;
  const codec::Sequence sequence = app.next();
  if (!app.dialect().write_query(out, sequence, {.message = codec::MessageRef("17"), .source = "1"}))
    GTEST_SKIP() << "no query by id";
  app.send(out);
  const auto answer = app.expect(Act::kQueryAnswer);
  EXPECT_EQ(answer.pdu.sequence, sequence);
  EXPECT_NE(answer.pdu.status, 0U);
}

// ---------------------------------------------------------------- keep-alive and bad company

TEST_P(AccessServerTest, KeepAliveIsAnsweredWhileSubmitsWait) {
  if (!server_dialect()->has_keep_alive()) GTEST_SKIP() << "the protocol has none";
  start();
  Application app = connect();
  ASSERT_EQ(app.login(), 0U);
  app.submit();
  const auto sequence = app.next();
  app.write([&](Bytes& out) { app.dialect().write_keep_alive(out, sequence); });
  EXPECT_EQ(app.expect(Act::kKeepAliveAnswer).pdu.sequence, sequence);
}

TEST_P(AccessServerTest, WhoAnswersKeepAliveStaysAndWhoDoesNotIsClosed) {
  if (!server_dialect()->has_keep_alive()) GTEST_SKIP() << "the protocol has none";
  config_.keep_alive_interval = milliseconds(20);
  config_.keep_alive_unanswered = 2;
  start();
  Application app = connect();
  ASSERT_EQ(app.login(), 0U);
  for (int i = 0; i < 8; ++i) {
    const auto asked = app.expect(Act::kKeepAlive);
    app.write([&](Bytes& out) { app.dialect().write_keep_alive_answer(out, asked.pdu.sequence); });
  }
  for (int i = 0; i < 2; ++i) app.expect(Act::kKeepAlive);
  EXPECT_TRUE(app.ended());
  EXPECT_TRUE(eventually([](const auto& s) { return s.silent == 1 && s.sessions == 0; }));
}

TEST_P(AccessServerTest, ASilentSessionWithoutKeepAliveIsLoggedOut) {
  if (server_dialect()->has_keep_alive()) GTEST_SKIP() << "the protocol has one";
  config_.sgip_idle = milliseconds(20);
  start();
  Application app = connect();
  ASSERT_EQ(app.login(), 0U);
  const auto asked = app.expect(Act::kLogout);
  app.write([&](Bytes& out) { app.dialect().write_logout_answer(out, asked.pdu.sequence); });
  EXPECT_TRUE(app.ended());
}

TEST_P(AccessServerTest, PartsOfAPduWaitForTheRest) {
  start();
  Application app = connect();
  Bytes out;
  ASSERT_TRUE(app.dialect().write_login(out, app.next(),
                                        {.account = "erp",
                                         .secret = "secret",
                                         .role = Role::kSend,
                                         .timestamp = codec::mmddhhmmss(clock_.now())}));
  for (const uint8_t byte : out) app.send({&byte, 1});
  EXPECT_EQ(app.expect(Act::kLoginAnswer).pdu.status, 0U);
  // And one that is cut off ends with its connection.
  app.send(ByteSpan(out).first(out.size() - 1));
  app.socket().shutdown(boost::asio::socket_base::shutdown_send);
  EXPECT_TRUE(app.ended());
}

TEST_P(AccessServerTest, GarbageEndsItsOwnSessionOnly) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  start();
  Application good = connect();
  ASSERT_EQ(good.login_to_send(), 0U);
  const Bytes four_gigabytes = {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1};
  const Bytes too_short = {0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1};
  const Bytes letters(100, 'G');
  for (const Bytes& garbage : {four_gigabytes, too_short, letters}) {
    for (const bool logged_in : {false, true}) {
      Application app = connect();
      if (logged_in) EXPECT_EQ(app.login(), 0U);
      app.send(garbage);
      while (!app.ended()) {
      }
    }
  }
  EXPECT_EQ(server_->stats().malformed, 6U);
  ASSERT_TRUE(eventually([](const auto& s) { return s.connections == 1; }));
  good.submit();
  EXPECT_EQ(good.submit_status(), 0U);
}

TEST_P(AccessServerTest, APduThatDoesNotDecodeIsRefusedAndTheSessionStays) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  Bytes cut;
  ASSERT_EQ(app.dialect().write_submit(cut, app.next(),
                                       {.source = "10690001",
                                        .destinations = {"8613800000001"},
                                        .payload = as_bytes("x"),
                                        .coding = codec::Coding::kAscii}),
            Fault::kNone);
  cut.resize(30);
  cut[3] = static_cast<uint8_t>(cut.size());
  app.send(cut);
  const auto answer = app.read();
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->pdu.status, 0U);
  EXPECT_EQ(server_->stats().malformed, 1U);
  app.submit();
  EXPECT_EQ(app.submit_status(), 0U);
}

TEST_P(AccessServerTest, WhoDoesNotReadIsNoLongerReadAndThenClosed) {
  if (!server_dialect()->has_keep_alive()) GTEST_SKIP() << "the flood is of keep-alives";
  config_.max_unwritten = 64 * 1024;
  config_.write_timeout = milliseconds(100);
  start();
  Application app = connect();
  ASSERT_EQ(app.login(), 0U);
  Bytes flood;
  while (flood.size() < 1024 * 1024) app.dialect().write_keep_alive(flood, app.next());
  // Written until the server reads no more and closes.
  boost::system::error_code gone;
  while (!gone) boost::asio::write(app.socket(), boost::asio::buffer(flood), gone);
  EXPECT_TRUE(eventually([](const auto& s) { return s.stalled == 1 && s.connections == 0; }));
}

// ---------------------------------------------------------------- drop and stop

TEST_P(AccessServerTest, DropEndsTheSessionsOfOneAccount) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  handler_.accounts["crm"] = {.id = 8, .name = "crm", .secret = "secret"};
  start();
  Application erp = connect(), crm = connect();
  ASSERT_EQ(erp.login_to_send(), 0U);
  ASSERT_EQ(crm.login("crm", "secret", Role::kSend), 0U);
  handler_.accounts["erp"].enabled = false;
  server_->drop_account(kErp);
  const auto asked = erp.expect(Act::kLogout);
  erp.write([&](Bytes& out) { erp.dialect().write_logout_answer(out, asked.pdu.sequence); });
  EXPECT_TRUE(erp.ended());
  crm.submit();
  EXPECT_EQ(crm.submit_status(), 0U);
  refused(Fault::kBadAccount);
}

TEST_P(AccessServerTest, StopWaitsForAnswersAndLogsOut) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  app.submit();
  const auto submits = handler_.take_submits(1);
  std::promise<void> stopped;
  server_->stop(minutes(1), [&] { stopped.set_value(); });
  app.submit();
  EXPECT_EQ(app.submit_status(), status_of(Fault::kQueueFull));
  server_->answer({KeepingHandler::good(submits[0])});
  EXPECT_EQ(app.submit_status(), 0U);
  const auto asked = app.expect(Act::kLogout);
  app.write([&](Bytes& out) { app.dialect().write_logout_answer(out, asked.pdu.sequence); });
  EXPECT_TRUE(app.ended());
  EXPECT_EQ(stopped.get_future().wait_for(kTestPatience), std::future_status::ready);
  EXPECT_EQ(server_->stats().connections, 0U);
}

TEST_P(AccessServerTest, StopEndsWhoDoesNotAnswer) {
  config_.goodbye = milliseconds(20);
  start();
  Application app = connect(), silent = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  app.submit();
  handler_.take_submits(1);
  std::promise<void> stopped;
  server_->stop(milliseconds(10), [&] { stopped.set_value(); });
  EXPECT_EQ(stopped.get_future().wait_for(kTestPatience), std::future_status::ready);
  EXPECT_EQ(server_->stats().connections, 0U);
}

TEST_P(AccessServerTest, ADestructionInTheMiddleOfThingsIsQuiet) {
  start();
  Application app = connect(), silent = connect();
  ASSERT_EQ(app.login_to_send(), 0U);
  app.submit();
  handler_.take_submits(1);
  server_.reset();
  EXPECT_TRUE(app.ended());
}

}  // namespace
}  // namespace yizhan::link
