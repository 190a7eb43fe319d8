// The simulator in every protocol, over real sockets, by a client that is nothing but the protocol's Dialect.

#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>

#include "base/limits.h"
#include "codec/dialect.h"
#include "link/link_test_support.h"
#include "link/simulator.h"
#include "link/simulator_log.h"
#include "net/test_certificate.h"
#include "net/tls.h"

namespace yizhan::link {
namespace {

using codec::Act;
using codec::Fault;
using codec::Protocol;
using codec::ReceiptState;
using Tcp = boost::asio::ip::tcp;

constexpr std::string_view kAccount = "900001", kSecret = "secret";
constexpr std::string_view kSimulatedService = "10690001", kSimulatedHandset = "8613800000001";
constexpr size_t kLengthBytes = 4;
constexpr int kWaitMs = 10'000;

struct ReceivedUnit {
  Bytes bytes;
  codec::Pdu pdu;  // views into bytes
};

struct Text {
  std::string_view payload = "hello";
  codec::ReceiptWish receipt = codec::ReceiptWish::kAlways;
  std::optional<text::UserDataHeader> part;
  bool has_header = false;
};

// One end of a connection that does one thing after another and blocks; a plain read fails after ten seconds.
class DialectPeer {
 public:
  DialectPeer(Protocol protocol, uint16_t port, std::shared_ptr<net::ssl::context> tls = nullptr)
      : dialect_(make(protocol)), socket_(context_), tls_context_(std::move(tls)) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    if (!tls_context_) return;
    tls_.emplace(socket_, *tls_context_);
    tls_->handshake(boost::asio::ssl::stream_base::client);
  }
  DialectPeer(Protocol protocol, Tcp::acceptor& from) : dialect_(make(protocol)), socket_(context_) {
    socket_ = accept(from);
  }

  const codec::Dialect& dialect() const { return *dialect_; }
  uint32_t refused_with(Fault fault) const { return dialect_->submit_status(fault); }

  uint32_t log_in(std::string_view account = kAccount, std::string_view secret = kSecret,
                  codec::Role role = codec::Role::kBoth) {
    Bytes out;
    const codec::Credentials c{.account = account,
                               .secret = secret,
                               .role = role,
                               .timestamp = codec::mmddhhmmss(kClock.now()),
                               .system_type = {},
                               .address_range = {}};
    EXPECT_TRUE(dialect_->write_login(out, stamp(), c));
    send(out);
    return expect(Act::kLoginAnswer).pdu.status;
  }
  codec::Sequence append_submit(Bytes& out, const std::vector<std::string>& to, const Text& text = {}) {
    codec::Submit submit{.source = kSimulatedService, .payload = as_bytes(text.payload)};
    for (const std::string& number : to) submit.destinations.push_back(number);
    submit.coding = codec::Coding::kAscii;
    submit.receipt = text.receipt;
    submit.has_header = text.has_header;
    submit.part = text.part;
    const codec::Sequence sequence = stamp();
    EXPECT_EQ(dialect_->write_submit(out, sequence, submit), Fault::kNone);
    return sequence;
  }
  codec::Sequence submit(const std::vector<std::string>& to, const Text& text = {}) {
    Bytes out;
    const codec::Sequence sequence = append_submit(out, to, text);
    send(out);
    return sequence;
  }
  void acknowledge(const ReceivedUnit& deliver, Fault fault = Fault::kNone) {
    Bytes out;
    dialect_->write_deliver_answer(out, deliver.pdu.sequence, deliver.pdu.deliver.echo, fault);
    send(out);
  }
  void keep_alive() {
    Bytes out;
    dialect_->write_keep_alive(out, stamp());
    send(out);
  }
  void log_out() {
    Bytes out;
    dialect_->write_logout(out, stamp());
    send(out);
  }
  void answer_login(const ReceivedUnit& login) {
    Bytes out;
    dialect_->write_login_answer(out, login.pdu.sequence, login.pdu, {}, Fault::kNone);
    send(out);
  }
  void answer_logout(const ReceivedUnit& logout) {
    Bytes out;
    dialect_->write_logout_answer(out, logout.pdu.sequence);
    send(out);
  }
  void send(const Bytes& bytes) {
    if (tls_) {
      boost::asio::write(*tls_, boost::asio::buffer(bytes));
    } else {
      boost::asio::write(socket_, boost::asio::buffer(bytes));
    }
  }

  // The next PDU; nothing when the connection has ended, in ten seconds nothing came, or what came is no
  // frame.
  std::optional<ReceivedUnit> read() {
    ReceivedUnit out;
    out.bytes.resize(kLengthBytes);
    if (!read_exactly(out.bytes, 0)) return std::nullopt;
    const uint32_t length = ByteReader(out.bytes).u32();
    if (length < 3 * kLengthBytes || length > limits::kPduBytes) return std::nullopt;
    out.bytes.resize(length);
    if (!read_exactly(out.bytes, kLengthBytes)) return std::nullopt;
    dialect_->read(out.bytes, out.pdu);
    return out;
  }
  // The next PDU, which must be this.
  ReceivedUnit expect(Act act) {
    auto got = read();
    EXPECT_TRUE(got) << "connection ended";
    if (!got) return {};
    EXPECT_EQ(got->pdu.act, act);
    return std::move(*got);
  }
  uint32_t expect_status() { return expect(Act::kSubmitAnswer).pdu.status; }
  bool ended() { return !read(); }

 private:
  static std::unique_ptr<codec::Dialect> make(Protocol protocol) {
    return codec::make_dialect(protocol, {.service_type = {},
                                          .enterprise_code = "90000",  // SGIP: 5 characters
                                          .sgip_node = 3'020'012'345,
                                          .server_name = {}});
  }
  static bool readable(int fd) {
    pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, kWaitMs) == 1;
  }
  Tcp::socket accept(Tcp::acceptor& from) {
    if (!readable(from.native_handle())) throw std::runtime_error("nobody dials");
    return from.accept(context_);
  }
  codec::Sequence stamp() { return dialect_->stamp(++sequence_, kClock.now()); }
  bool read_exactly(Bytes& into, size_t from) {
    boost::system::error_code ec;
    const auto buffer = boost::asio::buffer(into.data() + from, into.size() - from);
    if (tls_) {
      boost::asio::read(*tls_, buffer, ec);
      return !ec;
    }
    if (buffer.size() == 0) return true;
    if (!readable(socket_.native_handle())) return false;
    boost::asio::read(socket_, buffer, ec);
    return !ec;
  }

  boost::asio::io_context context_;
  std::unique_ptr<codec::Dialect> dialect_;
  Tcp::socket socket_;
  std::shared_ptr<net::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Tcp::socket&>> tls_;
  uint32_t sequence_ = 0;
};

class SimulatorProtocols : public testing::TestWithParam<Protocol> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("simulator_protocols_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    config.protocol = GetParam();
    config.port = 0;
    config.accounts = {{std::string(kAccount), std::string(kSecret)}};
    config.receipt_delay = {0, 0};
    config.log = (folder_ / "carrier.log").string();
    config.seed = 7;
    if (sgip()) {
      config.sgip_dial = "127.0.0.1:" + std::to_string(listener_.local_endpoint().port());
      config.sgip_dial_as = {"unicom", "gateway"};
    }
  }
  void TearDown() override {
    receiver_.reset();
    client_.reset();
    simulator.reset();
    std::filesystem::remove_all(folder_);
  }

  bool sgip() const { return GetParam() == Protocol::kSgip12; }
  void start() {
    receiver_.reset();
    client_.reset();
    simulator.reset();
    auto created = CarrierSimulator::create(config, kClock);
    ASSERT_TRUE(created) << to_string(created.error());
    simulator = std::move(*created);
  }
  // A client that has logged in.
  DialectPeer& client() {
    if (!client_) {
      client_.emplace(GetParam(), simulator->port());
      EXPECT_EQ(client_->log_in(), 0U);
    }
    return *client_;
  }
  // The end to which receipts and messages of handsets come: the client's own, or its SGIP listener.
  DialectPeer& receiver() {
    if (!sgip()) return client();
    if (!receiver_) {
      receiver_.emplace(GetParam(), listener_);
      const ReceivedUnit login = receiver_->expect(Act::kLogin);
      EXPECT_EQ(login.pdu.login.account, "unicom");
      EXPECT_EQ(login.pdu.login.role, codec::Role::kReceive);
      EXPECT_TRUE(receiver_->dialect().proves(login.pdu.login, "gateway"));
      receiver_->answer_login(login);
    }
    return *receiver_;
  }
  void drop_receiver() { receiver_.reset(); }
  ReceivedUnit receipt() {
    ReceivedUnit got = receiver().expect(Act::kDeliver);
    EXPECT_TRUE(got.pdu.deliver.receipt);
    return got;
  }
  // Nothing is on its way to the client: what it says next is answered next.
  void expect_nothing_more() {
    client().log_out();
    client().expect(Act::kLogoutAnswer);
    EXPECT_TRUE(client().ended());
  }
  SimulatorSummary summary() {
    simulator->flush_log();
    auto out = summarize_simulator_log(config.log);
    EXPECT_TRUE(out) << to_string(out.error());
    return out ? std::move(*out) : SimulatorSummary{};
  }
  std::filesystem::path folder() const { return folder_; }

  SimulatorConfig config;
  std::unique_ptr<CarrierSimulator> simulator;

 private:
  std::filesystem::path folder_;
  boost::asio::io_context context_;
  Tcp::acceptor listener_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::optional<DialectPeer> client_, receiver_;
};
INSTANTIATE_TEST_SUITE_P(All, SimulatorProtocols, testing::ValuesIn(codec::kProtocols),
                         [](const auto& info) { return std::string(codec::protocol_name(info.param)); });

TEST_P(SimulatorProtocols, JudgesLogins) {
  config.bind_refused_first = 1;
  start();
  DialectPeer wrong(GetParam(), simulator->port());
  EXPECT_EQ(wrong.dialect().meaning(Act::kLoginAnswer, wrong.log_in(kAccount, "wrong")),
            codec::StatusMeaning::kBadCredentials);
  EXPECT_TRUE(wrong.ended());
  DialectPeer nobody(GetParam(), simulator->port());
  EXPECT_EQ(nobody.dialect().meaning(Act::kLoginAnswer, nobody.log_in("nobody")),
            codec::StatusMeaning::kBadCredentials);
  DialectPeer early(GetParam(), simulator->port());
  early.submit({std::string(kSimulatedHandset)});
  EXPECT_EQ(early.expect_status(), early.refused_with(Fault::kNotLoggedIn));
  EXPECT_NE(early.log_in(), 0U);
  EXPECT_EQ(client().log_in(kAccount, kSecret) != 0, true);
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.binds, 1U);
  EXPECT_EQ(stats.binds_refused, 4U);
  expect_nothing_more();
}

TEST_P(SimulatorProtocols, AcceptsAndReports) {
  config.outcomes = {{"UNDELIV", "012", 1.0}};
  start();
  const codec::Sequence sequence = client().submit({std::string(kSimulatedHandset)});
  const ReceivedUnit answer = client().expect(Act::kSubmitAnswer);
  EXPECT_EQ(answer.pdu.status, 0U);
  EXPECT_EQ(answer.pdu.sequence, sequence);
  EXPECT_FALSE(answer.pdu.submit_answer.message.empty());
  const ReceivedUnit got = receipt();
  const codec::Receipt& report = *got.pdu.deliver.receipt;
  EXPECT_EQ(report.message.view(), answer.pdu.submit_answer.message.view());
  EXPECT_EQ(report.state, ReceiptState::kUndeliverable);
  EXPECT_FALSE(report.intermediate);
  EXPECT_EQ(got.pdu.deliver.source, kSimulatedHandset);
  if (sgip()) {
    EXPECT_EQ(report.code, 12U);
  } else {
    EXPECT_EQ(report.stat, "UNDELIV");
    EXPECT_EQ(got.pdu.deliver.destination, kSimulatedService);
    EXPECT_EQ(report.submitted.size(), 10U);
  }
  receiver().acknowledge(got);
  client().submit({std::string(kSimulatedHandset)},
                  {.payload = "other", .receipt = codec::ReceiptWish::kNever});
  EXPECT_EQ(client().expect_status(), 0U);
  if (sgip()) {
    receiver().log_out();
    receiver().expect(Act::kLogoutAnswer);
  }
  expect_nothing_more();
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.receipts_answered, 1U);
  EXPECT_EQ(stats.pending, 0U);
  EXPECT_EQ(stats.protocol_errors, 0U);
}

TEST_P(SimulatorProtocols, ReportsOnlyFailureWhenAskedTo) {
  // CMPP and SMGP can only ask for all or none.
  if (GetParam() != Protocol::kSmpp34 && !sgip()) GTEST_SKIP();
  config.outcomes = {{"UNDELIV", "001", 0.5}};
  start();
  uint64_t failed = 0;
  for (int i = 0; i < 20; ++i) {
    client().submit({std::to_string(8613800000000 + i)}, {.receipt = codec::ReceiptWish::kOnFailure});
    std::optional<ReceivedUnit> got = client().read();
    for (; got && got->pdu.act == Act::kDeliver; got = client().read()) client().acknowledge(*got);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->pdu.act, Act::kSubmitAnswer);
  }
  simulator->flush_log();
  EXPECT_TRUE(read_simulator_log(config.log, [&](const SimulatorRecord& r) {
    failed += r.event == SimulatorEvent::kSubmit && r.outcome == "UNDELIV/001";
    EXPECT_NE(r.outcome, "DELIVRD/000");
  }));
  EXPECT_GT(failed, 0U);
  EXPECT_LT(failed, 20U);
}

TEST_P(SimulatorProtocols, SeveralNumbersAreSeveralSegments) {
  config.window = 4;
  config.latency = {100, 100};
  start();
  const std::vector<std::string> numbers = {"8613800000001", "8613800000002", "8613800000003"};
  Bytes both;
  const codec::Sequence first = client().append_submit(both, numbers);
  const codec::Sequence second = client().append_submit(both, {"8613800000004", "8613800000005"});
  client().send(both);
  const ReceivedUnit refused = client().expect(Act::kSubmitAnswer);
  EXPECT_EQ(refused.pdu.sequence, second);
  EXPECT_EQ(refused.pdu.status, client().refused_with(Fault::kThrottled));
  const ReceivedUnit answer = client().expect(Act::kSubmitAnswer);
  EXPECT_EQ(answer.pdu.sequence, first);
  std::map<std::string, std::string> ids;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const ReceivedUnit got = receipt();
    ids[std::string(got.pdu.deliver.source)] = got.pdu.deliver.receipt->message.view();
    receiver().acknowledge(got);
  }
  ASSERT_EQ(ids.size(), numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    EXPECT_EQ(ids[numbers[i]], codec::nth_message(GetParam(), answer.pdu.submit_answer.message, i).view());
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.submits, 5U);
  EXPECT_EQ(stats.throttled, 2U);
  EXPECT_EQ(stats.accepted, 3U);
  const SimulatorSummary seen = summary();
  for (const std::string& number : numbers) EXPECT_EQ(seen.destinations.at(number).messages.size(), 1U);
}

TEST_P(SimulatorProtocols, OneRefusedNumberRefusesAll) {
  config.number_errors = {{11, 0.5}};
  start();
  uint32_t refused = 0;
  for (int i = 0; i < 20; ++i) {
    client().submit({std::to_string(8613800000000 + i), std::to_string(8613900000000 + i)},
                    {.receipt = codec::ReceiptWish::kNever});
    refused += client().expect_status() == 11;
  }
  // A quarter of the pairs have two good numbers.
  EXPECT_GT(refused, 8U);
  EXPECT_LT(refused, 20U);
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.refused_by_status.at(11), 2 * refused);
  EXPECT_EQ(stats.accepted, 2 * (20 - refused));
}

TEST_P(SimulatorProtocols, ThrottlesByRate) {
  config.rate_per_second = 10;
  start();
  Bytes batch;
  for (int i = 0; i < 20; ++i)
    client().append_submit(batch, {"861"}, {.receipt = codec::ReceiptWish::kNever});
  client().send(batch);
  std::map<uint32_t, int> statuses;
  for (int i = 0; i < 20; ++i) ++statuses[client().expect_status()];
  EXPECT_GE(statuses[client().refused_with(Fault::kThrottled)], 1);
  EXPECT_GE(statuses[0], 1);
  EXPECT_EQ(client().dialect().meaning(Act::kSubmitAnswer, client().refused_with(Fault::kThrottled)),
            codec::StatusMeaning::kThrottled);
}

TEST_P(SimulatorProtocols, AnswersWithTheProtocolsOwnStatuses) {
  config.first_errors = {{13, 1.0}};
  config.pending_max = 4;
  config.receipt_delay = {60'000, 60'000};
  start();
  client().submit({"861"});
  EXPECT_EQ(client().expect_status(), 13U);
  client().submit({"861"});
  EXPECT_EQ(client().expect_status(), 0U);
  // No room for another response, receipt, duplicate and reply.
  client().submit({"862"});
  EXPECT_EQ(client().expect_status(), client().refused_with(Fault::kQueueFull));
}

TEST_P(SimulatorProtocols, SendsEarlyDuplicateAndLateReceipts) {
  config.receipt_early = 1;
  config.receipt_early_ms = 50;
  start();
  client().submit({"8613800000001"});
  receiver().acknowledge(receipt());
  EXPECT_EQ(client().expect_status(), 0U);
  EXPECT_EQ(simulator->stats().receipts_early, 1U);

  config.receipt_early = 0;
  config.receipt_duplicated = 1;
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  const ReceivedUnit first = receipt(), second = receipt();
  EXPECT_FALSE(first.pdu.sequence == second.pdu.sequence);
  EXPECT_EQ(first.pdu.deliver.receipt->message.view(), second.pdu.deliver.receipt->message.view());

  config.receipt_duplicated = 0;
  config.receipt_late = 1;
  config.receipt_late_delay = {30, 40};
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  receipt();
  EXPECT_EQ(simulator->stats().receipts_late, 1U);
}

TEST_P(SimulatorProtocols, LosesResponsesAndReceipts) {
  config.lost_response = 1;
  start();
  client().submit({"8613800000001"});
  receiver().acknowledge(receipt());
  expect_nothing_more();
  EXPECT_EQ(simulator->stats().responses_lost, 1U);
  EXPECT_EQ(summary().destinations.at("8613800000001").unanswered_submits, 1U);

  config.lost_response = 0;
  config.receipt_lost = 1;
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  expect_nothing_more();
  EXPECT_EQ(simulator->stats().receipts_lost, 1U);
  EXPECT_EQ(simulator->stats().pending, 0U);
}

TEST_P(SimulatorProtocols, SendsAgainWhatIsNotAnsweredOrForNowRefused) {
  config.deliver_timeout_ms = 20;
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  const ReceivedUnit first = receipt(), again = receipt();
  EXPECT_EQ(first.pdu.deliver.receipt->message.view(), again.pdu.deliver.receipt->message.view());
  EXPECT_GE(simulator->stats().sent_again, 1U);

  config.deliver_timeout_ms = 60'000;
  config.deliver_retry_ms = 1;
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  receiver().acknowledge(receipt(), Fault::kQueueFull);
  receiver().acknowledge(receipt(), Fault::kMalformed);
  receiver().log_out();
  receiver().expect(Act::kLogoutAnswer);
  const SimulatorStats stats = simulator->stats();
  EXPECT_EQ(stats.sent_again, 1U);
  EXPECT_EQ(stats.given_up, 1U);
  EXPECT_EQ(stats.pending, 0U);
}

TEST_P(SimulatorProtocols, ReceiptsSurviveADisconnect) {
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  const ReceivedUnit first = receipt();
  simulator->drop_connections();
  EXPECT_TRUE(receiver().ended());
  drop_receiver();
  std::optional<DialectPeer> second;
  if (!sgip()) {
    second.emplace(GetParam(), simulator->port());
    EXPECT_EQ(second->log_in(), 0U);
  }
  DialectPeer& to = second ? *second : receiver();
  const ReceivedUnit again = to.expect(Act::kDeliver);
  EXPECT_EQ(first.pdu.deliver.receipt->message.view(), again.pdu.deliver.receipt->message.view());
  EXPECT_EQ(simulator->stats().sent_again, 1U);
}

TEST_P(SimulatorProtocols, TwoSessionsTakeEachOthersReceipts) {
  if (sgip()) GTEST_SKIP() << "there is one listener";
  start();
  DialectPeer other(GetParam(), simulator->port());
  EXPECT_EQ(other.log_in(), 0U);
  const std::vector<std::string> numbers = {"8613800000001", "8613800000002"};
  Bytes both;
  for (const std::string& number : numbers) client().append_submit(both, {number});
  client().send(both);
  std::set<std::string> mine, others;
  others.insert(std::string(other.expect(Act::kDeliver).pdu.deliver.source));
  int answers = 0;
  while (answers < 2 || mine.empty()) {
    const auto got = client().read();
    ASSERT_TRUE(got);
    if (got->pdu.act == Act::kDeliver) {
      mine.insert(std::string(got->pdu.deliver.source));
    } else {
      ++answers;
    }
  }
  EXPECT_NE(mine, others);
}

TEST_P(SimulatorProtocols, AnswersOutOfOrder) {
  config.out_of_order = 0.5;
  config.out_of_order_ms = 20;
  start();
  Bytes batch;
  for (int i = 0; i < 20; ++i)
    client().append_submit(batch, {std::to_string(8613800000000 + i)},
                           {.receipt = codec::ReceiptWish::kNever});
  client().send(batch);
  std::vector<uint32_t> order;
  for (int i = 0; i < 20; ++i) order.push_back(client().expect(Act::kSubmitAnswer).pdu.sequence.number);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20U);
}

TEST_P(SimulatorProtocols, SendsGarbageAndALengthOfFourGigabytes) {
  config.garbage.every = 1;
  config.faults_max = 1;
  start();
  client().submit({"861"}, {.receipt = codec::ReceiptWish::kNever});
  EXPECT_TRUE(client().ended());

  config.garbage = {};
  config.oversize.every = 1;
  start();
  client().submit({"861"}, {.receipt = codec::ReceiptWish::kNever});
  EXPECT_TRUE(client().ended());
  EXPECT_EQ(simulator->stats().faults.at("oversize"), 1U);
  EXPECT_EQ(simulator->stats().accepted, 1U);
}

TEST_P(SimulatorProtocols, CutsTheConnection) {
  config.disconnect.every = 3;
  config.faults_max = 1;
  start();
  Bytes batch;
  for (int i = 0; i < 3; ++i) client().append_submit(batch, {"861"}, {.receipt = codec::ReceiptWish::kNever});
  client().send(batch);
  while (client().read()) {
  }
  EXPECT_EQ(simulator->stats().faults.at("disconnect"), 1U);
  EXPECT_EQ(simulator->stats().accepted, 3U);
}

TEST_P(SimulatorProtocols, StopsAnsweringWithTheSocketOpen) {
  config.half_open.every = 1;
  config.faults_max = 1;
  config.idle_close_ms = 10;  // even then it stays open
  start();
  client().submit({"8613800000001"}, {.receipt = codec::ReceiptWish::kNever});
  EXPECT_EQ(client().expect_status(), 0U);
  client().submit({"8613800000002"});
  client().log_out();
  // Another session is served meanwhile, and the frozen one is still there.
  DialectPeer other(GetParam(), simulator->port());
  EXPECT_EQ(other.log_in(), 0U);
  other.submit({"8613800000003"}, {.receipt = codec::ReceiptWish::kNever});
  EXPECT_EQ(other.expect_status(), 0U);
  EXPECT_TRUE(other.ended()) << "idle";
  EXPECT_EQ(simulator->stats().submits, 2U);
  EXPECT_EQ(simulator->stats().sessions, 1U);
}

TEST_P(SimulatorProtocols, ReadsSlowly) {
  config.read_bytes_per_second = 50'000;
  start();
  Bytes batch;
  for (int i = 0; i < 20; ++i)
    client().append_submit(batch, {"861"}, {.receipt = codec::ReceiptWish::kNever});
  client().send(batch);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client().expect_status(), 0U);
}

TEST_P(SimulatorProtocols, WritesInPieces) {
  config.write_chunk_bytes = 1;
  start();
  client().submit({"8613800000001"});
  const ReceivedUnit answer = client().expect(Act::kSubmitAnswer);
  const ReceivedUnit got = receipt();
  EXPECT_EQ(got.pdu.deliver.receipt->message.view(), answer.pdu.submit_answer.message.view());
  EXPECT_GE(simulator->stats().writes, answer.bytes.size() + got.bytes.size());
}

TEST_P(SimulatorProtocols, AsksAnIdleSessionAndClosesASilentOne) {
  config.enquire_link_ms = 20;
  start();
  DialectPeer& peer = client();
  if (!peer.dialect().has_keep_alive()) {
    expect_nothing_more();
    return;
  }
  const ReceivedUnit asked = peer.expect(Act::kKeepAlive);
  Bytes answer;
  peer.dialect().write_keep_alive_answer(answer, asked.pdu.sequence);
  peer.send(answer);
  peer.expect(Act::kKeepAlive);
  EXPECT_TRUE(peer.ended());
}

TEST_P(SimulatorProtocols, ClosesAnIdleConnection) {
  config.idle_close_ms = 20;
  start();
  EXPECT_TRUE(client().ended());
  DialectPeer silent(GetParam(), simulator->port());
  EXPECT_TRUE(silent.ended());
}

TEST_P(SimulatorProtocols, AnswersAKeepAliveAndRefusesWhatItDoesNotServe) {
  start();
  if (client().dialect().has_keep_alive()) {
    client().keep_alive();
    client().expect(Act::kKeepAliveAnswer);
  }
  // A delivery is the carrier's to make.
  Bytes out;
  ASSERT_TRUE(client().dialect().write_deliver(out, {.number = 99},
                                               {.source = kSimulatedHandset,
                                                .destination = kSimulatedService,
                                                .payload = as_bytes("x"),
                                                .coding = codec::Coding::kAscii}));
  client().send(out);
  const ReceivedUnit refused = client().expect(Act::kDeliverAnswer);
  EXPECT_NE(refused.pdu.status, 0U);
  EXPECT_EQ(simulator->stats().protocol_errors, 1U);
  expect_nothing_more();
}

TEST_P(SimulatorProtocols, DropsASessionThatSendsNoFrames) {
  start();
  client().send(Bytes(64, 0xff));
  while (client().read()) {
  }
  EXPECT_EQ(simulator->stats().sessions, 0U);
  EXPECT_EQ(simulator->stats().protocol_errors, 1U);
}

TEST_P(SimulatorProtocols, SendsInboundInParts) {
  start();
  std::string text;
  for (int i = 0; i < 100; ++i) text += "驿";
  client();
  ASSERT_TRUE(simulator->send_mo(kSimulatedHandset, kSimulatedService, text));
  std::set<std::string> ids;
  for (const uint8_t part : {1, 2}) {
    const ReceivedUnit got = receiver().expect(Act::kDeliver);
    const codec::Deliver& deliver = got.pdu.deliver;
    EXPECT_FALSE(deliver.receipt);
    EXPECT_EQ(deliver.source, kSimulatedHandset);
    EXPECT_EQ(deliver.destination, kSimulatedService);
    EXPECT_EQ(deliver.coding, codec::Coding::kUcs2);
    ASSERT_TRUE(deliver.part);
    EXPECT_EQ(deliver.part->number, part);
    EXPECT_EQ(deliver.part->total, 2);
    ids.insert(std::string(as_chars(deliver.echo.id)));
    receiver().acknowledge(got);
  }
  if (GetParam() != Protocol::kSmpp34 && !sgip()) EXPECT_EQ(ids.size(), 2U);
  ASSERT_TRUE(simulator->send_mo(kSimulatedHandset, kSimulatedService, "TD"));
  const ReceivedUnit got = receiver().expect(Act::kDeliver);
  EXPECT_EQ(as_chars(got.pdu.deliver.payload), "TD");
  EXPECT_EQ(summary().destinations.at(std::string(kSimulatedHandset)).inbound, 3U);
}

TEST_P(SimulatorProtocols, TellsPartsByTheirHeader) {
  config.multipart_receipts = MultipartReceipts::kLast;
  start();
  for (const char part : {1, 2}) {
    const std::string payload = std::string("\x05\x00\x03\x2a\x02", 5) + part + "part";
    client().submit({"8613800000001"},
                    {.payload = payload,
                     .part =
                         text::UserDataHeader{
                             .bytes = 6, .reference = 0x2a, .total = 2, .number = static_cast<uint8_t>(part)},
                     .has_header = true});
    EXPECT_EQ(client().expect_status(), 0U);
  }
  receiver().acknowledge(receipt());
  const SimulatorSummary seen = summary();
  EXPECT_EQ(seen.accepted_segments, 2U);
  EXPECT_EQ(seen.messages, 1U);
  EXPECT_EQ(seen.destinations.at("8613800000001").messages.at(0).receipted, "DELIVRD/000");
}

TEST_P(SimulatorProtocols, NamesItsProtocolInTheLog) {
  start();
  const codec::Sequence sequence = client().submit({"861"}, {.receipt = codec::ReceiptWish::kNever});
  EXPECT_EQ(client().expect_status(), 0U);
  simulator->flush_log();
  int runs = 0, submits = 0;
  EXPECT_TRUE(read_simulator_log(config.log, [&](const SimulatorRecord& r) {
    if (r.event == SimulatorEvent::kRun) {
      ++runs;
      EXPECT_EQ(r.protocol, GetParam());
    }
    if (r.event != SimulatorEvent::kSubmit) return;
    ++submits;
    EXPECT_EQ(r.sequence, sequence.number);
    EXPECT_EQ(r.source, kSimulatedService);
  }));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(submits, 1);
}

// What a run gave for each number: response status, then the receipts' outcomes.
TEST_P(SimulatorProtocols, SameSeedSameOutcomesInAnyOrder) {
  config.errors = {{9, 0.2}};
  config.outcomes = {{"UNDELIV", "001", 0.3}};
  config.receipt_lost = 0.2;
  config.receipt_duplicated = 0.2;
  std::array<std::map<std::string, std::string>, 2> runs;
  for (size_t run = 0; run < runs.size(); ++run) {
    config.log = (folder() / std::to_string(run)).string();
    start();
    for (int i = 0; i < 100; ++i) {
      const std::string number = std::to_string(8613800000000 + (run == 0 ? i : 99 - i));
      client().submit({number});
      std::optional<ReceivedUnit> got = client().read();
      for (; got && got->pdu.act == Act::kDeliver; got = client().read()) client().acknowledge(*got);
      ASSERT_TRUE(got);
      runs[run][number] = std::to_string(got->pdu.status);
    }
    // Each receipt once, whether it is answered or not.
    simulator->stop();
    EXPECT_TRUE(read_simulator_log(config.log, [&](const SimulatorRecord& r) {
      if (r.event == SimulatorEvent::kSubmit)
        runs[run][std::string(r.destination)].append(" ").append(r.outcome);
    }));
  }
  EXPECT_EQ(runs[0], runs[1]);
  std::set<std::string> kinds;
  for (const auto& [number, outcome] : runs[0]) kinds.insert(outcome);
  EXPECT_GE(kinds.size(), 4U);
}

TEST_P(SimulatorProtocols, ListensWithTls) {
  net::TestCertificate certificate("IP:127.0.0.1");
  certificate.write_to(folder());
  config.tls_certificate = certificate.certificate_path;
  config.tls_key = certificate.key_path;
  start();
  auto context =
      net::tls_client_context({.verify = net::TlsVerify::kPeer, .ca_pem = certificate.certificate_pem});
  ASSERT_TRUE(context);
  DialectPeer peer(GetParam(), simulator->port(), *context);
  EXPECT_EQ(peer.log_in(), 0U);
  constexpr int kMany = 500;
  Bytes batch;
  for (int i = 0; i < kMany; ++i)
    peer.append_submit(batch, {std::to_string(8613800000000 + i)}, {.receipt = codec::ReceiptWish::kNever});
  peer.send(batch);
  for (int i = 0; i < kMany; ++i) EXPECT_EQ(peer.expect_status(), 0U);
  peer.log_out();
  peer.expect(Act::kLogoutAnswer);
  EXPECT_TRUE(peer.ended());
  // Who speaks in the clear is no client.
  DialectPeer plain(GetParam(), simulator->port());
  plain.submit({"861"});
  while (plain.read()) {
  }
  EXPECT_EQ(simulator->stats().accepted, static_cast<uint64_t>(kMany));
}

class SgipSimulator : public SimulatorProtocols {};
INSTANTIATE_TEST_SUITE_P(Only, SgipSimulator, testing::Values(Protocol::kSgip12),
                         [](const auto&) { return std::string("sgip"); });

TEST_P(SgipSimulator, LeavesWhenIdleAndDialsAgain) {
  config.sgip_idle_ms = 20;
  start();
  for (int i = 0; i < 2; ++i) {
    client().submit({"8613800000001"});
    EXPECT_EQ(client().expect_status(), 0U);
    receiver().acknowledge(receipt());
    receiver().answer_logout(receiver().expect(Act::kLogout));
    EXPECT_TRUE(receiver().ended());
    drop_receiver();
  }
  EXPECT_EQ(simulator->stats().dials, 2U);
  EXPECT_EQ(simulator->stats().dials_failed, 0U);
  EXPECT_EQ(simulator->stats().receipts_answered, 2U);
}

TEST_P(SgipSimulator, DialsUntilSomebodyAnswers) {
  boost::asio::io_context context;
  Tcp::acceptor later(context, {boost::asio::ip::address_v4::loopback(), 0});
  config.sgip_dial = "127.0.0.1:" + std::to_string(later.local_endpoint().port());
  config.deliver_timeout_ms = 20;
  start();
  client().submit({"8613800000001"});
  EXPECT_EQ(client().expect_status(), 0U);
  {
    // One who does not answer the login, and one who hangs up.
    DialectPeer silent(GetParam(), later);
    silent.expect(Act::kLogin);
    EXPECT_TRUE(silent.ended());
    const DialectPeer rude(GetParam(), later);
  }
  DialectPeer good(GetParam(), later);
  good.answer_login(good.expect(Act::kLogin));
  const ReceivedUnit got = good.expect(Act::kDeliver);
  EXPECT_TRUE(got.pdu.deliver.receipt);
  EXPECT_GE(simulator->stats().dials_failed, 2U);
}

}  // namespace
}  // namespace yizhan::link
