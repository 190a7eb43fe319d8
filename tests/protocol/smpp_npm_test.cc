// The npm package smpp, an SMPP implementation that nobody here wrote: its server as the carrier of our link,
// and its client as an application at our server; plain and by TLS.

#include <gtest/gtest.h>

#include "codec/smpp/status.h"
#include "link/access_test_support.h"
#include "net/test_certificate.h"
#include "tests/support/link_world.h"
#include "tests/support/peer.h"
#include "tests/support/smpp_peer.h"
#include "tests/support/test_database.h"

namespace yizhan::link {
namespace {

using codec::Fault;
using testing::header_of;
using testing::hex_of;
using testing::LinkRecorder;
using testing::message_of;
using testing::number_of;
using testing::RunningLink;
using testing::SmppPeer;
using testing::status_of;
using testing::text_of;

constexpr std::string_view kService = "10690001", kHandset = "8613900000001";
constexpr std::string_view kGsmText = "Prices @ {£5|€6} [50% off] ~ÄÖÑÜ Ωmega";
constexpr std::string_view kChineseText = "【驿站百货】您的验证码 482913，请勿转告他人😀";

int64_t code(smpp::Status status) { return static_cast<int64_t>(status); }

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// ---------------------------------------------------------------- its server, our client

class NpmCarrier : public ::testing::Test {
 protected:
  void SetUp() override { YIZHAN_NEEDS_PEER(testing::have_smpp_peer(), "the npm package smpp"); }

  static LinkConfig config(uint16_t port) {
    LinkConfig c;
    c.name = "npm";
    c.host = "127.0.0.1";
    c.port = port;
    c.system_id = "sp0001";
    c.password = "secret";
    c.system_type = "SALES";
    c.address_range = "1069";
    c.backoff_min = milliseconds(1);
    c.backoff_max = milliseconds(50);
    c.throttle_pause = milliseconds(1);
    return c;
  }
  void start(LinkConfig c) { link_ = std::make_unique<RunningLink>(clock_, std::move(c), events_); }
  // Started, and let in by the peer.
  void bind() {
    start(config(peer_.listen()));
    peer_.answer(peer_.pdu("bind_transceiver"), {{"system_id", "SMSC"}});
    ASSERT_TRUE(events_.wait_state(LinkState::kBound));
  }
  CarrierLink& link() { return *link_->operator->(); }

  static SubmitBatch one_text(uint64_t id, std::string_view text, text::Encoding encoding) {
    SubmitBatch batch;
    text::SegmentList segments;
    EXPECT_TRUE(text::split(text, {.encoding = encoding, .reference = 0x5A}, segments));
    for (size_t i = 0; i < segments.size(); ++i)
      EXPECT_TRUE(batch.add(
          {.attempt_id = id + i,
           .message_id = 1'000 + id,
           .source = kService,
           .destination = kHandset,
           .payload = segments[i].payload,
           .coding = encoding == text::Encoding::kUcs2 ? codec::Coding::kUcs2 : codec::Coding::kDefault,
           .has_header = segments[i].udh_bytes > 0,
           .part_number = static_cast<uint8_t>(i + 1),
           .part_count = static_cast<uint8_t>(segments.size())}));
    return batch;
  }
  Response only_response() {
    std::vector<Response> all = events_.take_responses(1);
    return all.empty() ? Response{} : std::move(all.front());
  }
  // A long text goes out and comes together again from the parts as the package reads them.
  void long_text(std::string_view text, text::Encoding encoding, int64_t data_coding) {
    SubmitBatch batch = one_text(1, text, encoding);
    const size_t parts = batch.size();
    ASSERT_GT(parts, 1U);
    link().submit(std::move(batch));
    std::string whole;
    for (size_t i = 1; i <= parts; ++i) {
      const json::Object submit = peer_.pdu("submit_sm");
      EXPECT_EQ(number_of(submit, "esm_class"), 0x40);
      EXPECT_EQ(number_of(submit, "data_coding"), data_coding);
      EXPECT_EQ(header_of(submit),
                to_hex(Bytes{0, 3, 0x5A, static_cast<uint8_t>(parts), static_cast<uint8_t>(i)}));
      whole += message_of(submit);
      peer_.answer(submit, {{"message_id", "part-" + std::to_string(i)}});
    }
    EXPECT_EQ(whole, text);
    for (const Response& r : events_.take_responses(parts)) EXPECT_EQ(r.kind, ResponseKind::kAccepted);
  }

  const SystemClock clock_;
  LinkRecorder events_;
  SmppPeer peer_;
  std::unique_ptr<RunningLink> link_;
};

TEST_F(NpmCarrier, ReadsOurBind) {
  start(config(peer_.listen()));
  const json::Object bind = peer_.pdu("bind_transceiver");
  EXPECT_EQ(text_of(bind, "system_id"), "sp0001");
  EXPECT_EQ(text_of(bind, "password"), "secret");
  EXPECT_EQ(text_of(bind, "system_type"), "SALES");
  EXPECT_EQ(text_of(bind, "address_range"), "1069");
  EXPECT_EQ(number_of(bind, "interface_version"), 0x34);
  peer_.answer(bind, {{"system_id", "SMSC"}, {"sc_interface_version", 0x34}});
  EXPECT_TRUE(events_.wait_state(LinkState::kBound));
}

TEST_F(NpmCarrier, BindsAPairOfTransmitterAndReceiver) {
  LinkConfig c = config(peer_.listen());
  c.bind_mode = BindMode::kTransmitterReceiver;
  start(c);
  std::set<std::string> commands;
  for (int i = 0; i < 2; ++i) {
    const json::Object bind = peer_.event("pdu");
    commands.insert(std::string(bind.at("command").as_string()));
    peer_.answer(bind, {{"system_id", "SMSC"}});
  }
  EXPECT_EQ(commands, (std::set<std::string>{"bind_receiver", "bind_transmitter"}));
  EXPECT_TRUE(events_.wait_state(LinkState::kBound));
}

TEST_F(NpmCarrier, RefusesAWrongPassword) {
  start(config(peer_.listen()));
  peer_.answer(peer_.pdu("bind_transceiver"), {{"command_status", code(smpp::Status::kInvalidPassword)}});
  EXPECT_TRUE(events_.wait_state(LinkState::kBadCredentials));
}

TEST_F(NpmCarrier, ReadsTextsInBothAlphabets) {
  ASSERT_NO_FATAL_FAILURE(bind());
  link().submit(one_text(1, kGsmText, text::Encoding::kGsm7));
  const json::Object first = peer_.pdu("submit_sm");
  EXPECT_EQ(text_of(first, "source_addr"), kService);
  EXPECT_EQ(text_of(first, "destination_addr"), kHandset);
  EXPECT_EQ(number_of(first, "dest_addr_ton"), 1);
  EXPECT_EQ(number_of(first, "dest_addr_npi"), 1);
  EXPECT_EQ(number_of(first, "registered_delivery"), 1);
  EXPECT_EQ(number_of(first, "esm_class"), 0);
  EXPECT_EQ(number_of(first, "data_coding"), 0);
  EXPECT_EQ(message_of(first), kGsmText);
  peer_.answer(first, {{"message_id", "0a1B-x"}});
  const Response accepted = only_response();
  EXPECT_EQ(accepted.kind, ResponseKind::kAccepted);
  EXPECT_EQ(accepted.carrier_message_id, "0a1B-x");

  link().submit(one_text(2, kChineseText, text::Encoding::kUcs2));
  const json::Object second = peer_.pdu("submit_sm");
  EXPECT_EQ(number_of(second, "data_coding"), 8);
  EXPECT_EQ(message_of(second), kChineseText);
  peer_.answer(second, {{"message_id", "2"}});
  EXPECT_EQ(only_response().kind, ResponseKind::kAccepted);
}

TEST_F(NpmCarrier, ReadsLongTextsByTheirHeaders) {
  ASSERT_NO_FATAL_FAILURE(bind());
  long_text(repeated(kGsmText, 12), text::Encoding::kGsm7, 0);
  long_text(repeated(kChineseText, 6), text::Encoding::kUcs2, 8);
}

TEST_F(NpmCarrier, RefusesAndThrottles) {
  ASSERT_NO_FATAL_FAILURE(bind());
  link().submit(one_text(1, "no such number", text::Encoding::kGsm7));
  peer_.answer(peer_.pdu("submit_sm"), {{"command_status", code(smpp::Status::kInvalidDestinationAddress)}});
  const Response refused = only_response();
  EXPECT_EQ(refused.kind, ResponseKind::kRejected);
  EXPECT_EQ(refused.status, static_cast<uint32_t>(smpp::Status::kInvalidDestinationAddress));
  EXPECT_EQ(refused.code, "0x0000000B");

  link().submit(one_text(2, "too fast", text::Encoding::kGsm7));
  peer_.answer(peer_.pdu("submit_sm"), {{"command_status", code(smpp::Status::kThrottled)}});
  peer_.answer(peer_.pdu("submit_sm"), {{"message_id", "second try"}});
  EXPECT_EQ(only_response().carrier_message_id, "second try");
  EXPECT_EQ(link().stats().throttled, 1U);
}

TEST_F(NpmCarrier, SendsReceipts) {
  ASSERT_NO_FATAL_FAILURE(bind());
  json::Object receipt{
      {"source_addr", kHandset},
      {"destination_addr", kService},
      {"esm_class", 4},
      {"data_coding", 0},
      {"short_message",
       "id:0a1B-x sub:001 dlvrd:000 submit date:2607231405 done date:2607231406 stat:UNDELIV err:021 text:"}};
  peer_.send("deliver_sm", receipt);
  receipt["short_message"] = "";
  receipt["receipted_message_id"] = "by parameter";
  receipt["message_state"] = 2;
  peer_.send("deliver_sm", receipt);
  const std::vector<Delivery> got = events_.take_deliveries(2);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_TRUE(got[0].is_receipt);
  EXPECT_EQ(got[0].receipted_message_id, "0a1B-x");
  EXPECT_EQ(got[0].state, codec::ReceiptState::kUndeliverable);
  EXPECT_EQ(got[0].stat, "UNDELIV");
  EXPECT_EQ(got[0].error, "021");
  EXPECT_EQ(got[0].done_date, "2607231406");
  EXPECT_TRUE(got[1].is_receipt);
  // The package ends a parameter of this kind with a NUL, as 5.3.2.12 asks.
  EXPECT_EQ(got[1].canonical_id, "by parameter");
  EXPECT_EQ(got[1].state, codec::ReceiptState::kDelivered);
  link().acknowledge({got[0].token, got[1].token});
  for (const json::Object& answer : peer_.pdus("deliver_sm_resp", 2)) EXPECT_EQ(status_of(answer), 0);
}

TEST_F(NpmCarrier, SendsMessagesOfHandsets) {
  ASSERT_NO_FATAL_FAILURE(bind());
  const json::Object plain{{"source_addr", kHandset},
                           {"destination_addr", kService},
                           {"data_coding", 0},
                           {"short_message", "TD @€"}};
  peer_.send("deliver_sm", plain);
  json::Object chinese = plain;
  chinese["data_coding"] = 8;
  chinese["short_message"] = "退订";
  peer_.send("deliver_sm", chinese);
  json::Object part = chinese;
  part["short_message"] = json::Object{{"udh", hex_of(Bytes{5, 0, 3, 9, 2, 2})}, {"message", "下半"}};
  peer_.send("deliver_sm", part);

  const std::vector<Delivery> got = events_.take_deliveries(3);
  ASSERT_EQ(got.size(), 3U);
  std::string texts[3];
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_FALSE(got[i].is_receipt);
    EXPECT_EQ(got[i].source, kHandset);
    EXPECT_EQ(got[i].destination, kService);
    text::append_decoded(codec::encoding_of(got[i].coding, {}).value_or(text::Encoding::kAscii),
                         got[i].text(), texts[i]);
  }
  EXPECT_EQ(texts[0], "TD @€");
  EXPECT_EQ(texts[1], "退订");
  EXPECT_EQ(texts[2], "下半");
  ASSERT_TRUE(got[2].part);
  EXPECT_EQ(got[2].part->reference, 9);
  EXPECT_EQ(got[2].part->total, 2);
  EXPECT_EQ(got[2].part->number, 2);
  link().acknowledge({got[0].token});
  EXPECT_EQ(status_of(peer_.pdu("deliver_sm_resp")), 0);
  link().acknowledge({got[1].token}, Fault::kQueueFull);
  EXPECT_EQ(status_of(peer_.pdu("deliver_sm_resp")), code(smpp::Status::kTemporaryAppError));
}

TEST_F(NpmCarrier, AsksAndAnswersForLifeAndParts) {
  LinkConfig c = config(peer_.listen());
  c.keep_alive_interval = milliseconds(20);
  start(c);
  peer_.answer(peer_.pdu("bind_transceiver"), {{"system_id", "SMSC"}});
  peer_.answer(peer_.pdu("enquire_link"));
  peer_.answer(peer_.pdu("enquire_link"));
  peer_.send("enquire_link");
  EXPECT_EQ(status_of(peer_.pdu("enquire_link_resp")), 0);
  // A command of version 5.0, which we do not serve.
  peer_.send("broadcast_sm", {{"message_id", "b"}});
  EXPECT_EQ(status_of(peer_.pdu("generic_nack")), code(smpp::Status::kInvalidCommandId));

  // The carrier sends us away, and we come again.
  peer_.send("unbind");
  EXPECT_EQ(status_of(peer_.pdu("unbind_resp")), 0);
  peer_.event("closed", [](const json::Object& e) { return e.at("session").as_int64() == 1; });
  peer_.answer(peer_.pdu("bind_transceiver", 2), {{"system_id", "SMSC"}});
  ASSERT_TRUE(events_.wait_state(LinkState::kBound));

  bool stopped = false;
  link().stop(seconds(5), [&] { events_.change([&] { stopped = true; }); });
  peer_.answer(peer_.pdu("unbind", 2));
  peer_.event("closed", [](const json::Object& e) { return e.at("session").as_int64() == 2; });
  EXPECT_TRUE(events_.wait([&] { return stopped; }));
}

class NpmCarrierByTls : public NpmCarrier {
 protected:
  const net::TestCertificate carrier_{"IP:127.0.0.1"};
  LinkConfig verified(const std::string& ca) {
    LinkConfig c = config(peer_.listen(carrier_.certificate_pem, carrier_.key_pem));
    c.tls = Tls::kVerified;
    c.tls_ca_pem = ca;
    return c;
  }
  void refused(LinkConfig c) {
    start(std::move(c));
    EXPECT_TRUE(events_.wait_state(LinkState::kBackoff));
    peer_.event("refused");
    EXPECT_EQ(link().stats().sessions_bound, 0U);
  }
};

TEST_F(NpmCarrierByTls, IsBelievedByItsCertificate) {
  start(verified(carrier_.certificate_pem));
  peer_.answer(peer_.pdu("bind_transceiver"), {{"system_id", "SMSC"}});
  ASSERT_TRUE(events_.wait_state(LinkState::kBound));
  long_text(repeated(kChineseText, 6), text::Encoding::kUcs2, 8);
}

TEST_F(NpmCarrierByTls, IsNotBelievedByAnothers) {
  refused(verified(net::TestCertificate("IP:127.0.0.1").certificate_pem));
}

TEST_F(NpmCarrierByTls, IsNotBelievedUnderAnotherName) {
  const net::TestCertificate elsewhere("DNS:carrier.example");
  LinkConfig c = config(peer_.listen(elsewhere.certificate_pem, elsewhere.key_pem));
  c.tls = Tls::kVerified;
  c.tls_ca_pem = elsewhere.certificate_pem;
  refused(std::move(c));
}

// ---------------------------------------------------------------- its client, our server

class NpmApplication : public AccessServerFixture {
 protected:
  void SetUp() override { YIZHAN_NEEDS_PEER(testing::have_smpp_peer(), "the npm package smpp"); }

  // Connected and bound; the answer to the bind.
  json::Object bind(std::string_view command = "bind_transceiver", std::string_view password = "secret") {
    peer_.connect(port(codec::Protocol::kSmpp34));
    const int64_t session = peer_.event("session").at("session").as_int64();
    peer_.send(command, {{"system_id", "erp"}, {"password", password}}, session);
    return peer_.pdu(std::string(command) + "_resp", session);
  }
  static json::Object to_handset(const json::Object& more) {
    json::Object out{{"source_addr", kService}, {"destination_addr", kHandset}, {"registered_delivery", 1}};
    for (const auto& [name, value] : more) out[name] = value;
    return out;
  }
  static std::string decoded(const AccessSubmit& submit) {
    std::string out;
    text::append_decoded(codec::encoding_of(submit.coding, {}).value_or(text::Encoding::kGsm7), submit.text,
                         out);
    return out;
  }
  std::string answered_with(const AccessSubmit& submit, Fault fault = Fault::kNone) {
    AccessAnswer answer = KeepingHandler::good(submit);
    answer.fault = fault;
    const std::string id(answer.message.view());
    server_->answer({answer});
    return id;
  }

  SmppPeer peer_;
};

TEST_F(NpmApplication, BindsInEveryWay) {
  start();
  for (const char* const command : {"bind_transmitter", "bind_receiver", "bind_transceiver"}) {
    const json::Object answer = bind(command);
    EXPECT_EQ(status_of(answer), 0) << command;
    EXPECT_EQ(text_of(answer, "system_id"), "yizhan");
  }
  EXPECT_TRUE(handler_.wait_for_receivers(2));
  EXPECT_EQ(server_->stats().sessions, 3U);
}

TEST_F(NpmApplication, IsRefusedWithAWrongPassword) {
  start();
  EXPECT_EQ(status_of(bind("bind_transceiver", "wrong")), code(smpp::Status::kInvalidPassword));
  peer_.event("closed");
  EXPECT_EQ(handler_.last_login().fault, Fault::kBadSecret);
}

TEST_F(NpmApplication, SubmitsTexts) {
  start();
  ASSERT_EQ(status_of(bind()), 0);
  peer_.send("submit_sm", to_handset({{"data_coding", 0}, {"short_message", kGsmText}}));
  peer_.send("submit_sm", to_handset({{"data_coding", 8}, {"short_message", kChineseText}}));
  // Left to choose, the package says "IA5" for this.
  peer_.send("submit_sm", to_handset({{"short_message", "Code 482913."}, {"registered_delivery", 0}}));
  const std::vector<AccessSubmit> got = handler_.take_submits(3);
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[0].source, kService);
  EXPECT_EQ(got[0].destinations, std::vector<std::string>{std::string(kHandset)});
  EXPECT_EQ(got[0].receipt, codec::ReceiptWish::kAlways);
  EXPECT_EQ(decoded(got[0]), kGsmText);
  EXPECT_EQ(decoded(got[1]), kChineseText);
  EXPECT_EQ(decoded(got[2]), "Code 482913.");
  EXPECT_EQ(got[2].receipt, codec::ReceiptWish::kNever);
  std::set<std::string> given, seen;
  for (const AccessSubmit& submit : got) given.insert(answered_with(submit));
  for (const json::Object& answer : peer_.pdus("submit_sm_resp", 3)) {
    EXPECT_EQ(status_of(answer), 0);
    seen.insert(text_of(answer, "message_id"));
  }
  EXPECT_EQ(seen, given);
}

TEST_F(NpmApplication, SubmitsLongTextsInThreeWays) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  start();
  ASSERT_EQ(status_of(bind()), 0);
  for (uint8_t part = 1; part <= 2; ++part)
    peer_.send(
        "submit_sm",
        to_handset({{"data_coding", 8},
                    {"short_message", json::Object{{"udh", hex_of(Bytes{5, 0, 3, 0x77, 2, part})},
                                                   {"message", "第" + std::to_string(part) + "段"}}}}));
  for (int part = 1; part <= 2; ++part)
    peer_.send("submit_sm", to_handset({{"data_coding", 8},
                                        {"short_message", "第" + std::to_string(part) + "段"},
                                        {"sar_msg_ref_num", 0x1234},
                                        {"sar_total_segments", 2},
                                        {"sar_segment_seqnum", part}}));
  const std::string long_text = repeated(kChineseText, 6);
  peer_.send("submit_sm",
             to_handset({{"data_coding", 8}, {"message_payload", json::Object{{"message", long_text}}}}));
  const std::vector<AccessSubmit> got = handler_.take_submits(5);
  ASSERT_EQ(got.size(), 5U);
  for (size_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(got[i].part) << i;
    EXPECT_EQ(got[i].part->reference, i < 2 ? 0x77 : 0x1234);
    EXPECT_EQ(got[i].part->total, 2);
    EXPECT_EQ(got[i].part->number, i % 2 + 1);
    EXPECT_EQ(decoded(got[i]), "第" + std::to_string(i % 2 + 1) + "段");
  }
  EXPECT_FALSE(got[4].part);
  EXPECT_EQ(decoded(got[4]), long_text);
  for (const json::Object& answer : peer_.pdus("submit_sm_resp", 5)) EXPECT_EQ(status_of(answer), 0);
}

TEST_F(NpmApplication, SubmitsToSeveral) {
  start();
  ASSERT_EQ(status_of(bind()), 0);
  peer_.send("submit_multi",
             {{"source_addr", kService},
              {"dest_address", json::Array{json::Object{{"destination_addr", "8613900000001"}},
                                           json::Object{{"destination_addr", "8613900000002"}}}},
              {"data_coding", 0},
              {"short_message", "to both"}});
  const std::vector<AccessSubmit> got = handler_.take_submits(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].destinations, (std::vector<std::string>{"8613900000001", "8613900000002"}));
  EXPECT_EQ(decoded(got[0]), "to both");
  const std::string id = answered_with(got[0]);
  const json::Object answer = peer_.pdu("submit_multi_resp");
  EXPECT_EQ(status_of(answer), 0);
  EXPECT_EQ(text_of(answer, "message_id"), id);
}

TEST_F(NpmApplication, IsToldWhyItIsRefused) {
  start();
  ASSERT_EQ(status_of(bind()), 0);
  constexpr std::pair<Fault, int64_t> kRefusals[] = {{Fault::kNotApproved, 0x400},
                                                     {Fault::kNoConsent, 0x401},
                                                     {Fault::kFrequency, 0x402},
                                                     {Fault::kBadDestination, 0x0B},
                                                     {Fault::kQueueFull, 0x14}};
  for (const auto& [fault, status] : kRefusals) {
    peer_.send("submit_sm", to_handset({{"data_coding", 0}, {"short_message", "hello"}}));
    const std::vector<AccessSubmit> got = handler_.take_submits(1);
    ASSERT_EQ(got.size(), 1U);
    answered_with(got[0], fault);
    EXPECT_EQ(status_of(peer_.pdu("submit_sm_resp")), status);
  }
  peer_.send("query_sm", {{"message_id", "1"}, {"source_addr", kService}});
  EXPECT_EQ(status_of(peer_.pdu("query_sm_resp")), code(smpp::Status::kInvalidMessageId));
  peer_.send("broadcast_sm", {{"message_id", "b"}});
  EXPECT_EQ(status_of(peer_.pdu("generic_nack")), code(smpp::Status::kInvalidCommandId));
}

TEST_F(NpmApplication, IsThrottledByWindowAndByRate) {
  handler_.accounts["erp"].window = 2;
  handler_.accounts["fast"] = {.id = 8, .name = "fast", .secret = "secret", .segments_per_second = 3};
  start();
  ASSERT_EQ(status_of(bind()), 0);
  const json::Object text = to_handset({{"data_coding", 0}, {"short_message", "hello"}});
  for (int i = 0; i < 3; ++i) peer_.send("submit_sm", text);
  EXPECT_EQ(status_of(peer_.pdu("submit_sm_resp")), code(smpp::Status::kThrottled));
  for (const AccessSubmit& submit : handler_.take_submits(2)) answered_with(submit);
  for (const json::Object& answer : peer_.pdus("submit_sm_resp", 2)) EXPECT_EQ(status_of(answer), 0);

  peer_.connect(port(codec::Protocol::kSmpp34));
  peer_.event("session");
  peer_.send("bind_transmitter", {{"system_id", "fast"}, {"password", "secret"}}, 2);
  ASSERT_EQ(status_of(peer_.pdu("bind_transmitter_resp", 2)), 0);
  for (int i = 0; i < 4; ++i) peer_.send("submit_sm", text, 2);
  EXPECT_EQ(status_of(peer_.pdu("submit_sm_resp", 2)), code(smpp::Status::kThrottled));
  EXPECT_EQ(handler_.take_submits(3).size(), 3U);
}

TEST_F(NpmApplication, GetsItsReceipts) {
  start();
  ASSERT_EQ(status_of(bind()), 0);
  ASSERT_TRUE(handler_.wait_for_receivers(1));
  peer_.send("submit_sm", to_handset({{"data_coding", 0}, {"short_message", "hello"}}));
  const std::vector<AccessSubmit> got = handler_.take_submits(1);
  ASSERT_EQ(got.size(), 1U);
  const std::string id = answered_with(got[0]);
  EXPECT_EQ(text_of(peer_.pdu("submit_sm_resp"), "message_id"), id);

  AccessDelivery receipt{
      .id = 31, .source = std::string(kHandset), .destination = std::string(kService), .text = {}};
  receipt.receipt = AccessDelivery::Receipt{.message = codec::MessageRef(id),
                                            .state = codec::ReceiptState::kUndeliverable,
                                            .stat = "UNDELIV",
                                            .error = "021",
                                            .submitted = clock_.now(),
                                            .done = clock_.now()};
  server_->deliver(kErp, {receipt});
  const json::Object came = peer_.pdu("deliver_sm");
  EXPECT_EQ(number_of(came, "esm_class"), 4);
  EXPECT_EQ(text_of(came, "source_addr"), kHandset);
  EXPECT_EQ(text_of(came, "destination_addr"), kService);
  EXPECT_EQ(text_of(came, "receipted_message_id"), id);
  EXPECT_EQ(number_of(came, "message_state"), 5);
  EXPECT_TRUE(message_of(came).starts_with("id:" + id + " ")) << message_of(came);
  EXPECT_NE(message_of(came).find(" stat:UNDELIV err:021"), std::string::npos) << message_of(came);
  peer_.answer(came);
  EXPECT_EQ(handler_.take_delivered(1).at(31), AccessHandler::DeliveryOutcome::kTaken);
}

TEST_F(NpmApplication, GetsRepliesAndMayAskForThemAgain) {
  start();
  ASSERT_EQ(status_of(bind("bind_receiver")), 0);
  ASSERT_TRUE(handler_.wait_for_receivers(1));
  const std::string long_text = repeated("退订短信，谢谢。", 15);
  server_->deliver(
      kErp,
      {{.id = 41, .source = std::string(kHandset), .destination = std::string(kService), .text = "TD@"},
       {.id = 42, .source = std::string(kHandset), .destination = std::string(kService), .text = "退订"}});
  const std::vector<json::Object> both = peer_.pdus("deliver_sm", 2);
  EXPECT_EQ(number_of(both[0], "esm_class"), 0);
  EXPECT_EQ(message_of(both[0]), "TD@");
  EXPECT_EQ(number_of(both[1], "data_coding"), 8);
  EXPECT_EQ(message_of(both[1]), "退订");
  peer_.answer(both[0], {{"command_status", code(smpp::Status::kTemporaryAppError)}});
  peer_.answer(both[1]);
  const auto outcomes = handler_.take_delivered(2);
  EXPECT_EQ(outcomes.at(41), AccessHandler::DeliveryOutcome::kAgain);
  EXPECT_EQ(outcomes.at(42), AccessHandler::DeliveryOutcome::kTaken);

  server_->deliver(
      kErp,
      {{.id = 43, .source = std::string(kHandset), .destination = std::string(kService), .text = long_text}});
  std::string whole;
  for (int part = 1; part <= 2; ++part) {
    const json::Object came = peer_.pdu("deliver_sm");
    EXPECT_EQ(number_of(came, "esm_class") & 0x40, 0x40);
    EXPECT_TRUE(header_of(came).ends_with(part == 1 ? "0201" : "0202")) << header_of(came);
    whole += message_of(came);
    peer_.answer(came);
  }
  EXPECT_EQ(whole, long_text);
  EXPECT_EQ(handler_.take_delivered(1).at(43), AccessHandler::DeliveryOutcome::kTaken);
}

TEST_F(NpmApplication, StaysInTouchAndTakesItsLeave) {
  config_.keep_alive_interval = milliseconds(20);
  start();
  ASSERT_EQ(status_of(bind()), 0);
  peer_.answer(peer_.pdu("enquire_link"));
  peer_.send("enquire_link");
  EXPECT_EQ(status_of(peer_.pdu("enquire_link_resp")), 0);
  peer_.send("unbind");
  EXPECT_EQ(status_of(peer_.pdu("unbind_resp")), 0);
  peer_.event("closed");
}

TEST_F(NpmApplication, IsAskedToLeaveWhenTheServerStops) {
  start();
  ASSERT_EQ(status_of(bind()), 0);
  std::promise<void> stopped;
  server_->stop(seconds(5), [&] { stopped.set_value(); });
  peer_.answer(peer_.pdu("unbind"));
  peer_.event("closed");
  EXPECT_EQ(stopped.get_future().wait_for(kTestPatience), std::future_status::ready);
}

class NpmApplicationByTls : public NpmApplication {
 protected:
  void listen() {
    certificate_.write_to(folder_.file(""));
    config_.listeners[0].certificate = certificate_.certificate_path;
    config_.listeners[0].key = certificate_.key_path;
    start();
  }
  const testing::TemporaryFolder folder_;
  net::TestCertificate certificate_{"IP:127.0.0.1"};
};

TEST_F(NpmApplicationByTls, BelievesOurCertificate) {
  handler_.mode = KeepingHandler::Submits::kAnswered;
  listen();
  peer_.connect(port(codec::Protocol::kSmpp34), certificate_.certificate_pem);
  peer_.event("session");
  peer_.send("bind_transceiver", {{"system_id", "erp"}, {"password", "secret"}});
  ASSERT_EQ(status_of(peer_.pdu("bind_transceiver_resp")), 0);
  peer_.send("submit_sm", to_handset({{"data_coding", 8}, {"short_message", kChineseText}}));
  EXPECT_EQ(status_of(peer_.pdu("submit_sm_resp")), 0);
  EXPECT_EQ(decoded(handler_.take_submits(1).at(0)), kChineseText);
}

TEST_F(NpmApplicationByTls, DoesNotBelieveAnothers) {
  listen();
  peer_.connect(port(codec::Protocol::kSmpp34), net::TestCertificate("IP:127.0.0.1").certificate_pem);
  peer_.event("error");
  peer_.event("closed");
  EXPECT_EQ(server_->stats().logins, 0U);
}

}  // namespace
}  // namespace yizhan::link
