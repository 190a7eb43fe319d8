#include "link/simulator.h"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "codec/smpp/pdu.h"
#include "codec/smpp/receipt.h"
#include "link/link_test_support.h"
#include "link/simulator_accepted.h"
#include "link/simulator_fate.h"
#include "link/simulator_log.h"
#include "net/io_threads.h"
#include "text/utf8.h"

namespace yizhan::link {
namespace {

using smpp::CommandId;
using smpp::Status;
using Tcp = boost::asio::ip::tcp;

struct Received {
  smpp::Header header;
  Bytes bytes;
};

// A client that does one thing after another and blocks; its reads end in an error after ten seconds.
class Client {
 public:
  explicit Client(uint16_t port) : socket_(context_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    const timeval limit{.tv_sec = 10};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  void send(const Bytes& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }
  template <class Pdu>
  void send(const Pdu& pdu, uint32_t sequence) {
    Bytes out;
    EXPECT_EQ(smpp::encode(out, pdu, sequence), Status::kOk);
    send(out);
  }
  void send_header(CommandId command, uint32_t sequence, Status status = Status::kOk) {
    Bytes out;
    smpp::encode_header(out, command, status, sequence);
    send(out);
  }

  // The next PDU; nothing when the connection has ended or what came is no frame.
  std::optional<Received> read() {
    Received out;
    out.bytes.resize(smpp::kHeaderBytes);
    boost::system::error_code ec;
    boost::asio::read(socket_, boost::asio::buffer(out.bytes), ec);
    if (ec) return std::nullopt;
    const smpp::Frame frame = smpp::frame_length(out.bytes);
    if (frame.length < smpp::kHeaderBytes || frame.length > limits::kPduBytes) return std::nullopt;
    out.bytes.resize(frame.length);
    boost::asio::read(
        socket_,
        boost::asio::buffer(out.bytes.data() + smpp::kHeaderBytes, out.bytes.size() - smpp::kHeaderBytes),
        ec);
    if (ec) return std::nullopt;
    out.header = smpp::parse_header(out.bytes);
    return out;
  }
  // The next PDU, which must have this command.
  Received expect(CommandId command) {
    auto got = read();
    EXPECT_TRUE(got) << "connection ended";
    if (!got) return {};
    EXPECT_EQ(got->header.command, command);
    return *got;
  }
  bool ended() { return !read(); }

  template <class Bind = smpp::BindTransceiver>
  Status bind(std::string_view id = "demo", std::string_view password = "demo") {
    send(Bind{.system_id = id, .password = password}, 1);
    return expect(smpp::response_to(Bind::kCommand)).header.status;
  }
  void submit(std::string_view to, uint32_t sequence, std::string_view text = "hello",
              uint8_t registered = smpp::kReceiptAlways, uint8_t esm_class = 0) {
    send(smpp::SubmitSm{.source = "10690001",
                        .destination = to,
                        .esm_class = esm_class,
                        .registered_delivery = registered,
                        .short_message = as_bytes(text)},
         sequence);
  }
  // Answers a deliver_sm.
  void acknowledge(const Received& deliver, Status status = Status::kOk) {
    send_header(CommandId::kDeliverSmResp, deliver.header.sequence, status);
  }

 private:
  boost::asio::io_context context_;
  Tcp::socket socket_;
};

std::string response_id(const Received& response) {
  const auto pdu = smpp::decode<smpp::SubmitSmResp>(response.bytes);
  EXPECT_TRUE(pdu);
  return pdu ? std::string(pdu->message_id) : "";
}

struct Delivered {
  std::string source, destination, id, stat, err, text;
  uint8_t coding = 0;
};
Delivered delivered(const Received& deliver) {
  const auto pdu = smpp::decode<smpp::DeliverSm>(deliver.bytes);
  EXPECT_TRUE(pdu);
  if (!pdu) return {};
  Delivered out{.source = std::string(pdu->source),
                .destination = std::string(pdu->destination),
                .coding = pdu->data_coding};
  if (smpp::delivery_kind(pdu->esm_class) == smpp::DeliveryKind::kReceipt) {
    const smpp::Receipt receipt = smpp::read_receipt(*pdu);
    out.id = receipt.message_id;
    out.stat = receipt.text.stat;
    out.err = receipt.text.err;
  } else if (out.coding == smpp::kCodingUcs2) {
    text::append_utf8_from_utf16be(pdu->short_message, out.text);
  } else {
    out.text = as_chars(pdu->short_message);
  }
  return out;
}

// Answers every delivery until the simulator owes nothing more; `take` sees all that comes.
template <class Take>
void drain(CarrierSimulator& simulator, Client& client, Take take) {
  while (simulator.stats().pending > 0) {
    client.send_header(CommandId::kEnquireLink, 1);
    for (;;) {
      const auto got = client.read();
      ASSERT_TRUE(got);
      if (got->header.command == CommandId::kEnquireLinkResp) break;
      if (got->header.command == CommandId::kDeliverSm) client.acknowledge(*got);
      take(*got);
    }
  }
}

class SimulatorTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* const info = testing::UnitTest::GetInstance()->current_test_info();
    log_ = std::filesystem::temp_directory_path() /
           ("simulator_" + std::to_string(::getpid()) + '_' + info->name() + ".log");
    std::filesystem::remove(log_);
    config.port = 0;
    config.receipt_delay = {0, 0};
    config.log = log_.string();
    config.seed = 7;
  }
  void TearDown() override { std::filesystem::remove(log_); }

  uint16_t start() {
    simulator.reset();
    auto created = CarrierSimulator::create(config, kClock);
    EXPECT_TRUE(created) << to_string(created.error());
    simulator = std::move(*created);
    return simulator->port();
  }
  SimulatorSummary summary() {
    simulator->flush_log();
    auto out = summarize_simulator_log(config.log);
    EXPECT_TRUE(out) << to_string(out.error());
    return out ? std::move(*out) : SimulatorSummary{};
  }

  SimulatorConfig config;
  std::unique_ptr<CarrierSimulator> simulator;

 private:
  std::filesystem::path log_;
};

TEST_F(SimulatorTest, JudgesBinds) {
  config.bind_modes = BindModes::kTransceiver;
  config.bind_refused_first = 1;
  const uint16_t port = start();
  EXPECT_EQ(Client(port).bind("nobody", "demo"), Status::kInvalidSystemId);
  Client wrong(port);
  EXPECT_EQ(wrong.bind("demo", "wrong"), Status::kInvalidPassword);
  EXPECT_TRUE(wrong.ended());
  EXPECT_EQ(Client(port).bind<smpp::BindReceiver>(), Status::kBindFailed);
  EXPECT_EQ(Client(port).bind(), Status::kSystemError);
  Client right(port);
  EXPECT_EQ(right.bind(), Status::kOk);
  EXPECT_EQ(right.bind(), Status::kAlreadyBound);
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.binds, 1u);
  EXPECT_EQ(stats.binds_refused, 5u);
  EXPECT_EQ(stats.sessions, 1u);
}

TEST_F(SimulatorTest, AnswersTheOtherCommands) {
  Client client(start());
  client.submit("861", 1);
  EXPECT_EQ(client.expect(CommandId::kSubmitSmResp).header.status, Status::kIncorrectBindStatus);
  EXPECT_EQ(client.bind<smpp::BindReceiver>(), Status::kOk);
  client.submit("861", 2);
  EXPECT_EQ(client.expect(CommandId::kSubmitSmResp).header.status, Status::kIncorrectBindStatus);
  client.send_header(CommandId::kEnquireLink, 9);
  EXPECT_EQ(client.expect(CommandId::kEnquireLinkResp).header.sequence, 9u);
  client.send_header(static_cast<CommandId>(0x0000'0042), 10);
  EXPECT_EQ(client.expect(CommandId::kGenericNack).header.status, Status::kInvalidCommandId);
  client.send_header(CommandId::kUnbind, 11);
  client.expect(CommandId::kUnbindResp);
  EXPECT_TRUE(client.ended());
}

TEST_F(SimulatorTest, DropsASessionThatSendsNoFrames) {
  Client client(start());
  client.send(Bytes(16, 0xff));
  EXPECT_EQ(client.expect(CommandId::kGenericNack).header.status, Status::kInvalidCommandLength);
  EXPECT_TRUE(client.ended());
}

TEST_F(SimulatorTest, AcceptsAndReports) {
  config.outcomes = {{"UNDELIV", "012", 1.0}};
  config.submit_id = MessageIdForm::kPaddedHex;
  config.first_message_id = 0xabc;
  Client client(start());
  client.bind();
  client.submit("8613800000001", 5);
  const Received response = client.expect(CommandId::kSubmitSmResp);
  EXPECT_EQ(response.header.sequence, 5u);
  EXPECT_EQ(response_id(response), "0000000000000abc");
  const Received deliver = client.expect(CommandId::kDeliverSm);
  const Delivered receipt = delivered(deliver);
  EXPECT_EQ(receipt.id, "2748");
  EXPECT_EQ(receipt.stat, "UNDELIV");
  EXPECT_EQ(receipt.err, "012");
  EXPECT_EQ(receipt.source, "8613800000001");
  EXPECT_EQ(receipt.destination, "10690001");
  client.acknowledge(deliver);
  client.submit("8613800000001", 6, "x", smpp::kReceiptNever);
  client.expect(CommandId::kSubmitSmResp);
  client.send_header(CommandId::kUnbind, 7);
  client.expect(CommandId::kUnbindResp);
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.receipts_answered, 1u);
  EXPECT_EQ(stats.pending, 0u);
}

TEST_F(SimulatorTest, ThrottlesByRateWithoutUsingUpAttempts) {
  config.rate_per_second = 10;
  config.first_errors = {{0x14, 1.0}};
  Client client(start());
  client.bind();
  std::map<Status, int> statuses;
  // One token is there at the start; at ten a second a burst of twenty must meet the limit.
  Bytes batch;
  for (uint32_t i = 0; i < 20; ++i) {
    const smpp::SubmitSm pdu{.source = "1", .destination = "861"};
    ASSERT_EQ(smpp::encode(batch, pdu, i), Status::kOk);
  }
  client.send(batch);
  for (uint32_t i = 0; i < 20; ++i) ++statuses[client.expect(CommandId::kSubmitSmResp).header.status];
  EXPECT_GE(statuses[Status::kThrottled], 1);
  EXPECT_EQ(statuses[Status::kQueueFull], 1);
}

TEST_F(SimulatorTest, ThrottlesOverItsWindow) {
  config.window = 3;
  config.latency = {50, 50};
  Client client(start());
  client.bind();
  Bytes batch;
  for (uint32_t i = 1; i <= 5; ++i) {
    const smpp::SubmitSm pdu{.source = "1", .destination = "861"};
    ASSERT_EQ(smpp::encode(batch, pdu, i), Status::kOk);
  }
  client.send(batch);
  std::map<Status, int> statuses;
  for (uint32_t i = 0; i < 5; ++i) ++statuses[client.expect(CommandId::kSubmitSmResp).header.status];
  EXPECT_EQ(statuses[Status::kThrottled], 2);
  EXPECT_EQ(statuses[Status::kOk], 3);
}

// What a run gave for each number: response status, then the receipts' states.
std::map<std::string, std::string> run_mixed(SimulatorConfig config, bool backwards) {
  config.errors = {{0x08, 0.1}};
  config.number_errors = {{0x0B, 0.1}};
  config.outcomes = {{"UNDELIV", "001", 0.2}, {"EXPIRED", "002", 0.1}};
  config.receipt_lost = 0.1;
  config.receipt_duplicated = 0.1;
  config.latency = {0, 5};
  config.receipt_delay = {0, 20};
  auto created = CarrierSimulator::create(config, kClock);
  EXPECT_TRUE(created);
  std::map<std::string, std::string> out;
  {
    Client client((*created)->port());
    client.bind();
    for (uint32_t i = 0; i < 300; ++i)
      client.submit("86138" + std::to_string(backwards ? 299 - i : i), backwards ? 299 - i : i);
    const auto take = [&](const Received& got) {
      if (got.header.command == CommandId::kSubmitSmResp)
        out["86138" + std::to_string(got.header.sequence)] +=
            std::to_string(static_cast<int>(got.header.status));
    };
    // All submits have been read once this is answered.
    client.send_header(CommandId::kEnquireLink, 1);
    for (auto got = client.read(); got && got->header.command != CommandId::kEnquireLinkResp;
         got = client.read()) {
      if (got->header.command == CommandId::kDeliverSm) client.acknowledge(*got);
      take(*got);
    }
    drain(**created, client, take);
  }
  (*created)->stop();
  const auto facts = read_simulator_log(config.log, [&](const SimulatorRecord& r) {
    if (r.event == SimulatorEvent::kReceipt && r.attempt == 1)
      out[std::string(r.source)].append(" ").append(r.outcome);
  });
  EXPECT_TRUE(facts);
  return out;
}

TEST_F(SimulatorTest, SameSeedSameOutcomesInAnyOrder) {
  const auto forward = run_mixed(config, false);
  config.log += "2";
  const auto backward = run_mixed(config, true);
  std::filesystem::remove(config.log);
  EXPECT_EQ(forward.size(), 300u);
  EXPECT_EQ(forward, backward);
  std::set<std::string> kinds;
  for (const auto& [number, outcome] : forward) kinds.insert(outcome);
  EXPECT_GE(kinds.size(), 7u);
}

TEST_F(SimulatorTest, SendsEarlyDuplicateAndLateReceipts) {
  config.receipt_early = 1;
  {
    Client client(start());
    client.bind();
    client.submit("861", 1);
    client.acknowledge(client.expect(CommandId::kDeliverSm));
    client.expect(CommandId::kSubmitSmResp);
  }
  config.receipt_early = 0;
  config.receipt_duplicated = 1;
  {
    Client client(start());
    client.bind();
    client.submit("861", 1);
    client.expect(CommandId::kSubmitSmResp);
    const Received first = client.expect(CommandId::kDeliverSm);
    const Received second = client.expect(CommandId::kDeliverSm);
    EXPECT_NE(first.header.sequence, second.header.sequence);
    EXPECT_EQ(delivered(first).id, delivered(second).id);
  }
  config.receipt_duplicated = 0;
  config.receipt_late = 1;
  config.receipt_late_delay = {30, 40};
  Client client(start());
  client.bind();
  client.submit("861", 1);
  client.expect(CommandId::kSubmitSmResp);
  client.expect(CommandId::kDeliverSm);
  EXPECT_EQ(simulator->stats().receipts_late, 1u);
}

TEST_F(SimulatorTest, ReportsTheSegmentsThatItIsToldTo) {
  config.multipart_receipts = MultipartReceipts::kLast;
  Client client(start());
  client.bind();
  for (const char part : {1, 2, 3}) {
    const std::string payload = std::string("\x05\x00\x03\x2a\x03", 5) + part + "part";
    client.submit("861", static_cast<uint32_t>(part), payload, smpp::kReceiptAlways, smpp::kEsmUdhi);
  }
  std::map<uint32_t, std::string> ids;
  for (int i = 0; i < 3; ++i) {
    const Received response = client.expect(CommandId::kSubmitSmResp);
    ids[response.header.sequence] = response_id(response);
  }
  const Received deliver = client.expect(CommandId::kDeliverSm);
  EXPECT_EQ(delivered(deliver).id, ids[3]);
  client.acknowledge(deliver);
  client.send_header(CommandId::kEnquireLink, 9);
  client.expect(CommandId::kEnquireLinkResp);
  EXPECT_EQ(simulator->stats().pending, 0u);
  const SimulatorSummary seen = summary();
  EXPECT_EQ(seen.submits, 3u);
  EXPECT_EQ(seen.messages, 1u);
  EXPECT_EQ(seen.destinations.at("861").messages.at(0).receipted, "DELIVRD/000");
}

TEST_F(SimulatorTest, ReceiptsWaitForAReceiverAndSurviveADisconnect) {
  const uint16_t port = start();
  std::string id;
  {
    Client sender(port);
    sender.bind<smpp::BindTransmitter>();
    sender.submit("861", 1);
    id = response_id(sender.expect(CommandId::kSubmitSmResp));
  }
  {
    Client unreliable(port);
    unreliable.bind<smpp::BindReceiver>();
    EXPECT_EQ(delivered(unreliable.expect(CommandId::kDeliverSm)).id, id);
  }
  Client receiver(port);
  receiver.bind();
  const Received again = receiver.expect(CommandId::kDeliverSm);
  EXPECT_EQ(delivered(again).id, id);
  receiver.acknowledge(again);
  receiver.send_header(CommandId::kEnquireLink, 2);
  receiver.expect(CommandId::kEnquireLinkResp);
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.receipts_sent, 1u);
  EXPECT_EQ(stats.sent_again, 1u);
  EXPECT_EQ(stats.receipts_answered, 1u);
  EXPECT_EQ(stats.pending, 0u);
}

TEST_F(SimulatorTest, SendsAgainWhatIsNotAnsweredThenGivesUp) {
  config.deliver_timeout_ms = 10;
  config.deliver_attempts = 3;
  Client client(start());
  client.bind();
  client.submit("861", 1);
  client.expect(CommandId::kSubmitSmResp);
  for (int i = 0; i < 3; ++i) client.expect(CommandId::kDeliverSm);
  client.submit("862", 2);
  client.expect(CommandId::kSubmitSmResp);
  const Received deliver = client.expect(CommandId::kDeliverSm);
  client.acknowledge(deliver, Status::kPermanentAppError);
  client.send_header(CommandId::kEnquireLink, 2);
  client.expect(CommandId::kEnquireLinkResp);
  EXPECT_GE(simulator->stats().given_up, 1u);
}

TEST_F(SimulatorTest, RepeatsAfterATemporaryRefusal) {
  config.deliver_retry_ms = 1;
  Client client(start());
  client.bind();
  client.submit("861", 1);
  client.expect(CommandId::kSubmitSmResp);
  client.acknowledge(client.expect(CommandId::kDeliverSm), Status::kQueueFull);
  client.acknowledge(client.expect(CommandId::kDeliverSm));
  client.send_header(CommandId::kEnquireLink, 2);
  client.expect(CommandId::kEnquireLinkResp);
  EXPECT_EQ(simulator->stats().receipts_answered, 1u);
}

TEST_F(SimulatorTest, RecipientsReply) {
  config.replies = 1;
  config.reply_texts = {{"Ｒ", 1}};
  config.reply_delay = {1, 2};
  Client client(start());
  client.bind();
  client.submit("8613800000001", 1);
  client.expect(CommandId::kSubmitSmResp);
  EXPECT_EQ(delivered(client.expect(CommandId::kDeliverSm)).stat, "DELIVRD");
  const Delivered reply = delivered(client.expect(CommandId::kDeliverSm));
  EXPECT_EQ(reply.source, "8613800000001");
  EXPECT_EQ(reply.destination, "10690001");
  EXPECT_EQ(reply.coding, smpp::kCodingUcs2);
  EXPECT_EQ(reply.text, "Ｒ");
}

TEST_F(SimulatorTest, SendsInboundOnDemand) {
  Client client(start());
  client.bind();
  ASSERT_TRUE(simulator->send_mo("8613800000001", "10690001", "TD"));
  const Received short_one = client.expect(CommandId::kDeliverSm);
  EXPECT_EQ(delivered(short_one).text, "TD");
  EXPECT_EQ(delivered(short_one).coding, smpp::kCodingDefault);
  client.acknowledge(short_one);
  std::string text;
  for (int i = 0; i < 100; ++i) text += "驿";
  ASSERT_TRUE(simulator->send_mo("861", "10690001", text, "demo"));
  for (const uint8_t part : {1, 2}) {
    const Received got = client.expect(CommandId::kDeliverSm);
    const auto pdu = smpp::decode<smpp::DeliverSm>(got.bytes);
    ASSERT_TRUE(pdu);
    EXPECT_EQ(pdu->esm_class, smpp::kEsmUdhi);
    EXPECT_EQ(pdu->short_message[5], part);
    client.acknowledge(got);
  }
  EXPECT_EQ(simulator->send_mo("861", "1069", "x", "nobody").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(simulator->send_mo("", "1069", "x").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(simulator->send_mo("861", "1069", "\xff").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(summary().destinations.at("8613800000001").inbound, 1u);
}

TEST_F(SimulatorTest, LosesResponsesOfAcceptedMessages) {
  config.lost_response = 1;
  Client client(start());
  client.bind();
  client.submit("861", 1);
  EXPECT_EQ(delivered(client.expect(CommandId::kDeliverSm)).stat, "DELIVRD");
  const SimulatorSummary seen = summary();
  EXPECT_EQ(seen.messages, 1u);
  EXPECT_EQ(seen.destinations.at("861").unanswered_submits, 1u);
}

TEST_F(SimulatorTest, AnswersOutOfOrder) {
  config.out_of_order = 0.5;
  config.out_of_order_ms = 10;
  Client client(start());
  client.bind();
  Bytes batch;
  for (uint32_t i = 1; i <= 20; ++i) {
    const std::string to = "86" + std::to_string(i);
    ASSERT_EQ(smpp::encode(batch, smpp::SubmitSm{.source = "1", .destination = to}, i), Status::kOk);
  }
  client.send(batch);
  std::vector<uint32_t> order;
  for (int i = 0; i < 20; ++i) order.push_back(client.expect(CommandId::kSubmitSmResp).header.sequence);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20u);
}

TEST_F(SimulatorTest, CutsTheConnectionAfterNSubmitsButOnlySoOften) {
  config.disconnect.every = 3;
  config.faults_max = 1;
  const uint16_t port = start();
  {
    Client client(port);
    client.bind();
    Bytes batch;
    for (uint32_t i = 1; i <= 3; ++i) {
      const smpp::SubmitSm pdu{.source = "1", .destination = "861", .short_message = as_bytes("x")};
      ASSERT_EQ(smpp::encode(batch, pdu, i), Status::kOk);
    }
    client.send(batch);
    while (client.read()) {
    }
  }
  Client client(port);
  client.bind();
  for (uint32_t i = 1; i <= 6; ++i) {
    client.submit("862", i, "x", smpp::kReceiptNever);
    client.expect(CommandId::kSubmitSmResp);
  }
  EXPECT_EQ(simulator->stats().faults.at("disconnect"), 1u);
  EXPECT_EQ(summary().destinations.at("861").messages.size(), 3u);
}

TEST_F(SimulatorTest, StopsAnsweringWithTheSocketOpen) {
  config.half_open.every = 1;
  config.faults_max = 1;
  const uint16_t port = start();
  Client client(port);
  client.bind();
  client.submit("861", 1);
  client.expect(CommandId::kSubmitSmResp);
  client.send_header(CommandId::kEnquireLink, 2);
  client.submit("862", 3);
  // Its receipt goes to the next session instead, and nothing of the frozen one's was looked at.
  Client other(port);
  other.bind();
  EXPECT_EQ(delivered(other.expect(CommandId::kDeliverSm)).source, "861");
  EXPECT_EQ(simulator->stats().submits, 1u);
  EXPECT_EQ(simulator->stats().sessions, 2u);
}

TEST_F(SimulatorTest, SendsGarbageAndImpossibleLengths) {
  config.garbage.every = 1;
  {
    Client client(start());
    client.bind();
    client.submit("861", 1, "x", smpp::kReceiptNever);
    EXPECT_FALSE(client.read());
  }
  config.garbage = {};
  config.oversize.every = 1;
  Client client(start());
  client.bind();
  client.submit("861", 1, "x", smpp::kReceiptNever);
  EXPECT_FALSE(client.read());
  EXPECT_EQ(summary().faults, 2u);
}

TEST_F(SimulatorTest, ReadsSlowlyYetAnswersEverything) {
  config.read_bytes_per_second = 20'000;
  Client client(start());
  client.bind();
  for (uint32_t i = 1; i <= 20; ++i) client.submit("861", i, "x", smpp::kReceiptNever);
  for (uint32_t i = 1; i <= 20; ++i) client.expect(CommandId::kSubmitSmResp);
}

TEST_F(SimulatorTest, AsksAnIdleSessionAndClosesASilentOne) {
  config.enquire_link_ms = 20;
  Client client(start());
  client.bind();
  const Received first = client.expect(CommandId::kEnquireLink);
  client.send_header(CommandId::kEnquireLinkResp, first.header.sequence);
  client.expect(CommandId::kEnquireLink);
  EXPECT_TRUE(client.ended());
}

TEST_F(SimulatorTest, RefusesOverItsMemory) {
  config.pending_max = 4;
  config.receipt_delay = {60'000, 60'000};
  Client client(start());
  client.bind();
  client.submit("861", 1);
  EXPECT_EQ(client.expect(CommandId::kSubmitSmResp).header.status, Status::kOk);
  client.submit("862", 2);
  EXPECT_EQ(client.expect(CommandId::kSubmitSmResp).header.status, Status::kQueueFull);
}

TEST_F(SimulatorTest, AnswersQueriesOfWhatItAccepted) {
  config.accounts = {{"demo", "demo"}, {"other", "demo"}};
  config.outcomes = {{"EXPIRED", "002", 1.0}};
  config.submit_id = MessageIdForm::kHexUpper;
  config.first_message_id = 0xabcd;
  config.receipt_delay = {50, 50};
  Client client(start());
  client.bind();
  const auto query = [](Client& from, std::string_view id) {
    from.send(smpp::QuerySm{.message_id = id, .source = "10690001"}, 20);
    return from.expect(CommandId::kQuerySmResp);
  };
  const auto state = [](const Received& answer) {
    const auto pdu = smpp::decode<smpp::QuerySmResp>(answer.bytes);
    EXPECT_TRUE(pdu);
    return pdu ? static_cast<codec::ReceiptState>(pdu->message_state) : codec::ReceiptState::kNone;
  };
  client.submit("861", 1);
  const std::string id = response_id(client.expect(CommandId::kSubmitSmResp));
  EXPECT_EQ(id, "ABCD");
  EXPECT_EQ(state(query(client, id)), codec::ReceiptState::kEnroute);
  client.acknowledge(client.expect(CommandId::kDeliverSm));
  const Received final_one = query(client, id);
  EXPECT_EQ(final_one.header.status, Status::kOk);
  EXPECT_EQ(state(final_one), codec::ReceiptState::kExpired);
  EXPECT_EQ(query(client, "ABCE").header.status, Status::kInvalidMessageId);
  EXPECT_EQ(query(client, "no id").header.status, Status::kInvalidMessageId);
  Client other(simulator->port());
  EXPECT_EQ(query(other, id).header.status, Status::kIncorrectBindStatus);
  other.bind("other");
  EXPECT_EQ(query(other, id).header.status, Status::kInvalidMessageId);
}

TEST_F(SimulatorTest, QueriesFailAsTheSeedSays) {
  config.query_errors = {{0x67, 0.5}};
  config.first_message_id = 7;
  config.receipt_lost = 1;
  Client client(start());
  client.bind();
  client.submit("861", 1);
  const std::string id = response_id(client.expect(CommandId::kSubmitSmResp));
  int failed = 0;
  for (uint32_t n = 0; n < 40; ++n) {
    client.send(smpp::QuerySm{.message_id = id, .source = "10690001"}, 20 + n);
    failed += client.expect(CommandId::kQuerySmResp).header.status == Status::kQueryFailed;
  }
  EXPECT_GT(failed, 8);
  EXPECT_LT(failed, 32);
  EXPECT_EQ(simulator->stats().queries, 40U);
}

TEST_F(SimulatorTest, ThrottlesEverythingForAWhile) {
  config.throttled_for_ms = 3'600'000;
  Client client(start());
  client.bind();
  client.submit("861", 1);
  EXPECT_EQ(client.expect(CommandId::kSubmitSmResp).header.status, Status::kThrottled);
  EXPECT_EQ(simulator->stats().throttled, 1U);
}

TEST_F(SimulatorTest, TakesDataSmAndSubmitMulti) {
  config.submit_id = MessageIdForm::kHex;
  Client client(start());
  client.bind();
  Bytes payload;
  smpp::append_tlv(payload, smpp::tag::kMessagePayload, as_bytes("hello"));
  client.send(smpp::DataSm{.source = "10690001",
                           .destination = "8613800000001",
                           .registered_delivery = smpp::kReceiptAlways,
                           .tlvs = {payload}},
              1);
  const auto data = smpp::decode<smpp::DataSmResp>(client.expect(CommandId::kDataSmResp).bytes);
  ASSERT_TRUE(data);
  EXPECT_FALSE(data->message_id.empty());
  client.acknowledge(client.expect(CommandId::kDeliverSm));
  Bytes numbers;
  for (const std::string_view number : {"8613800000002", "8613800000003"})
    smpp::append_destination(numbers, {.ton = 1, .npi = 1, .text = number});
  client.send(smpp::SubmitMulti{.source = "10690001",
                                .destinations = {2, numbers},
                                .registered_delivery = smpp::kReceiptAlways,
                                .short_message = as_bytes("hello")},
              2);
  client.expect(CommandId::kSubmitMultiResp);
  std::set<std::string> ids, sources;
  for (int i = 0; i < 2; ++i) {
    const Received deliver = client.expect(CommandId::kDeliverSm);
    ids.insert(delivered(deliver).id);
    sources.insert(delivered(deliver).source);
    client.acknowledge(deliver);
  }
  EXPECT_EQ(ids.size(), 1U) << "they share the response's";
  EXPECT_EQ(sources, (std::set<std::string>{"8613800000002", "8613800000003"}));
}

TEST(AcceptedMessages, RemembersTheLastOnes) {
  AcceptedMessages accepted;
  EXPECT_FALSE(accepted.ask(7));
  const uint64_t first = 7, last = first + limits::kSimulatorQueried;
  for (uint64_t id = first; id <= last; ++id)
    accepted.add(id, {.account = 3, .outcome = static_cast<uint8_t>(id % 5), .final_ms = 1});
  EXPECT_FALSE(accepted.ask(first)) << "it had to make room";
  ASSERT_TRUE(accepted.ask(first + 1));
  EXPECT_EQ(accepted.ask(last)->outcome, last % 5);
  EXPECT_EQ(accepted.ask(last)->account, 3);
  EXPECT_FALSE(accepted.ask(last + 1));
  EXPECT_FALSE(accepted.ask(0));
}

TEST_F(SimulatorTest, DropsConnectionsAndStops) {
  const uint16_t port = start();
  Client client(port);
  client.bind();
  simulator->drop_connections();
  EXPECT_TRUE(client.ended());
  Client second(port);
  second.bind();
  simulator->stop();
  EXPECT_TRUE(second.ended());
  EXPECT_EQ(simulator->stats().sessions, 0u);
  EXPECT_FALSE(to_text(simulator->stats()).empty());
  simulator->stop();
}

TEST_F(SimulatorTest, ReportsWhatItCannotStart) {
  start();
  EXPECT_EQ(CarrierSimulator::create(config, kClock).error().code, ErrorCode::kUnavailable) << "log in use";
  config.tls_certificate = config.tls_key = "/no/such/file.pem";
  EXPECT_EQ(CarrierSimulator::create(config, kClock).error().code, ErrorCode::kInvalidArgument);
  config.tls_certificate.clear();
  config.tls_key.clear();
  config.log = "/no/such/directory/log";
  EXPECT_EQ(CarrierSimulator::create(config, kClock).error().code, ErrorCode::kUnavailable);
  config.log.clear();
  config.accounts.clear();
  EXPECT_EQ(CarrierSimulator::create(config, kClock).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(SimulatorTest, LogAgreesWithTheCounters) {
  config.errors = {{0x08, 0.2}};
  config.outcomes = {{"UNDELIV", "001", 0.3}};
  config.receipt_lost = 0.2;
  Client client(start());
  client.bind();
  for (uint32_t i = 0; i < 200; ++i) client.submit("86139" + std::to_string(i), i);
  client.submit("last", 200);
  // Until the last one has been answered some may not even have been read.
  for (auto got = client.read(); got && got->header.sequence != 200; got = client.read()) {
    if (got->header.command == CommandId::kDeliverSm) client.acknowledge(*got);
  }
  drain(*simulator, client, [](const Received&) {});
  const SimulatorStats stats = simulator->stats();
  const SimulatorSummary seen = summary();
  EXPECT_EQ(seen.submits, stats.submits);
  EXPECT_EQ(seen.accepted_segments, stats.accepted);
  EXPECT_EQ(seen.messages, stats.accepted);
  EXPECT_EQ(seen.responses_by_status.at(0x08), stats.refused_by_status.at(0x08));
  EXPECT_EQ(seen.receipts_sent, stats.receipts_sent);
  EXPECT_EQ(seen.receipts_answered, stats.receipts_answered);
  EXPECT_EQ(seen.receipts_by_outcome.at("UNDELIV/001"), stats.receipts_by_outcome.at("UNDELIV/001"));
  EXPECT_EQ(seen.receipts_sent + stats.receipts_lost, stats.accepted);
  EXPECT_EQ(seen.facts.torn_lines, 0u);
}

}  // namespace
}  // namespace yizhan::link
