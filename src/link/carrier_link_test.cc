#include "link/carrier_link.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/random.h"
#include "codec/smpp/receipt.h"

namespace yizhan::link {
namespace {

using namespace std::chrono_literals;
using smpp::CommandId;
using smpp::Status;

// ---------------------------------------------------------------- the carrier's end, scripted by the test's
// own thread

class PeerConnection {
 public:
  explicit PeerConnection(int fd) : fd_(fd) {}
  ~PeerConnection() { hang_up(); }
  PeerConnection(PeerConnection&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  PeerConnection& operator=(PeerConnection&&) = delete;

  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // The next PDU; empty when the link has closed the connection.
  Bytes read() {
    while (true) {
      const smpp::Frame frame = smpp::frame_length(in_);
      if (frame.state == smpp::FrameState::kComplete) {
        Bytes pdu(in_.begin(), in_.begin() + frame.length);
        in_.erase(in_.begin(), in_.begin() + frame.length);
        return pdu;
      }
      if (!receive(kTestPatience)) return {};
    }
  }
  // True when nothing at all comes within a moment. Proves nothing by itself; for checks that a thing which
  // would have been written together with what was already read was not.
  bool nothing_pending() { return in_.empty() && !receive(0ms); }
  template <class Pdu>
  smpp::Header expect() {
    last_ = read();
    if (last_.empty()) {
      ADD_FAILURE() << "closed instead of " << smpp::command_name(Pdu::kCommand);
      return {};
    }
    const smpp::Header header = smpp::parse_header(last_);
    EXPECT_EQ(smpp::command_name(header.command), smpp::command_name(Pdu::kCommand));
    return header;
  }
  template <class Pdu>
  Pdu body() const {
    return smpp::decode<Pdu>(last_).value();
  }
  template <class Pdu>
  void send(const Pdu& pdu, uint32_t sequence, Status status = Status::kOk) {
    Bytes out;
    ASSERT_EQ(smpp::encode(out, pdu, sequence, status), Status::kOk);
    send_bytes(out);
  }
  void send_bytes(ByteSpan bytes) {
    ASSERT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  void bind(Status status = Status::kOk) {
    const smpp::Header header = expect<smpp::BindTransceiver>();
    send(smpp::BindTransceiverResp{.system_id = "peer"}, header.sequence, status);
  }
  bool closed_by_link() { return read().empty(); }

 private:
  bool receive(std::chrono::milliseconds patience) {
    pollfd p{fd_, POLLIN, 0};
    if (::poll(&p, 1, static_cast<int>(patience.count())) <= 0) return false;
    uint8_t buffer[65536];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    in_.insert(in_.end(), buffer, buffer + n);
    return true;
  }
  int fd_;
  Bytes in_, last_;
};

class Peer {
 public:
  Peer() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    socklen_t length = sizeof address;
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Peer() { ::close(fd_); }
  uint16_t port() const { return port_; }
  PeerConnection accept() {
    pollfd p{fd_, POLLIN, 0};
    EXPECT_EQ(::poll(&p, 1, static_cast<int>(std::chrono::milliseconds(kTestPatience).count())), 1)
        << "the link did not connect";
    return PeerConnection{::accept(fd_, nullptr, nullptr)};
  }
  bool nobody_waits() {
    pollfd p{fd_, POLLIN, 0};
    return ::poll(&p, 1, 0) == 0;
  }

 private:
  int fd_;
  uint16_t port_ = 0;
};

// ---------------------------------------------------------------- the engine's end

class LinkRecorder final : public LinkEvents {
 public:
  void on_responses(std::vector<Response>&& got) override {
    const std::lock_guard lock(mutex_);
    for (Response& r : got) responses.push_back(std::move(r));
    changed_.notify_all();
  }
  void on_deliveries(std::vector<Delivery>&& got) override {
    const std::lock_guard lock(mutex_);
    if (std::exchange(throw_once, false)) throw std::runtime_error("no room");
    for (Delivery& d : got) deliveries.push_back(std::move(d));
    changed_.notify_all();
  }
  void on_query_answers(std::vector<QueryAnswer>&& got) override {
    const std::lock_guard lock(mutex_);
    for (QueryAnswer& a : got) answers.push_back(std::move(a));
    changed_.notify_all();
  }
  void on_state(LinkState state, std::string reason) override {
    const std::lock_guard lock(mutex_);
    states.emplace_back(state, std::move(reason));
    changed_.notify_all();
  }
  void on_credit() override {
    const std::lock_guard lock(mutex_);
    ++credits;
    changed_.notify_all();
  }
  void on_stopped() {
    const std::lock_guard lock(mutex_);
    stopped = true;
    changed_.notify_all();
  }

  template <class Predicate>
  void wait(const char* what, Predicate predicate) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kTestPatience, predicate)) << "waited in vain for " << what;
  }
  void wait_responses(size_t n) {
    wait("responses", [&] { return responses.size() >= n; });
  }
  void wait_state(LinkState state) {
    wait("state", [&] { return !states.empty() && states.back().first == state; });
  }
  bool saw(LinkState state) {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(states, [&](const auto& s) { return s.first == state; });
  }

  std::vector<Response> responses;
  std::vector<Delivery> deliveries;
  std::vector<QueryAnswer> answers;
  std::vector<std::pair<LinkState, std::string>> states;
  size_t credits = 0;
  bool stopped = false, throw_once = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

LinkConfig test_config(const Peer& peer) {
  LinkConfig c;
  c.name = "test";
  c.host = "127.0.0.1";
  c.port = peer.port();
  c.system_id = "id";
  c.password = "secret";
  c.queue_segments = 256;
  c.backoff_min = milliseconds(1);
  c.backoff_max = milliseconds(50);
  c.response_timeout = seconds(30);
  c.throttle_pause = milliseconds(1);
  return c;
}

class CarrierLinkTest : public ::testing::Test {
 protected:
  ~CarrierLinkTest() override {
    link_.reset();
    work_.reset();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  CarrierLink& start(LinkConfig config) {
    EXPECT_TRUE(check(config)) << to_string(check(config).error());
    link_ = std::make_unique<CarrierLink>(context_, clock_, std::move(config), events_);
    link_->start();
    return *link_;
  }
  void stop(Duration timeout) {
    link_->stop(timeout, [this] { events_.on_stopped(); });
  }
  // One segment per message, ids counting up from `first`; destinations differ.
  static SubmitBatch batch_of(uint64_t first, size_t count, uint64_t group = 1,
                              Lane lane = Lane::kVerification) {
    SubmitBatch batch;
    for (uint64_t id = first; id < first + count; ++id) {
      const std::string destination = "86139" + std::to_string(10000000 + id);
      EXPECT_TRUE(batch.add({.attempt_id = id,
                             .message_id = 1000 + id,
                             .group = group,
                             .source = "1069",
                             .destination = destination,
                             .payload = as_bytes("hello"),
                             .lane = lane}));
    }
    return batch;
  }
  // Messages of two segments each, with the ids 2n - 1 and 2n.
  static SubmitBatch long_batch_of(uint64_t first, size_t messages, uint64_t group = 1,
                                   Lane lane = Lane::kVerification) {
    SubmitBatch batch;
    for (uint64_t m = first; m < first + messages; ++m)
      for (const uint64_t id : {2 * m - 1, 2 * m})
        EXPECT_TRUE(batch.add({.attempt_id = id,
                               .message_id = 1000 + m,
                               .group = group,
                               .source = "1069",
                               .destination = destination_of(m),
                               .payload = as_bytes(id % 2 == 1 ? "first" : "second"),
                               .lane = lane}));
    return batch;
  }
  static std::string destination_of(uint64_t id) { return "86139" + std::to_string(10000000 + id); }

  Peer peer_;
  ManualClock clock_{Time{1'700'000'000'000'000}};
  LinkRecorder events_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(context_);
  // Two threads, so that only the strand keeps the link's state whole.
  std::vector<std::thread> threads_ = [this] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([this] { context_.run(); });
    return threads;
  }();
  std::unique_ptr<CarrierLink> link_;
};

// ---------------------------------------------------------------- questions after messages

TEST_F(CarrierLinkTest, AQuestionWaitsBehindEveryMessage) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  link.submit(batch_of(1, 3, 1, Lane::kMarketing));
  const smpp::Header first = c.expect<smpp::SubmitSm>();
  EXPECT_EQ(link.query_room(), limits::kLinkQueries);
  link.query({{.token = 9, .source = "1069", .message_id = "m9"}});
  c.send(smpp::SubmitSmResp{.message_id = "m1"}, first.sequence);
  c.send(smpp::SubmitSmResp{.message_id = "m2"}, c.expect<smpp::SubmitSm>().sequence);
  // The last one is on the wire: nothing waits any more.
  const smpp::Header last = c.expect<smpp::SubmitSm>();
  const smpp::Header asked = c.expect<smpp::QuerySm>();
  EXPECT_EQ(c.body<smpp::QuerySm>().message_id, "m9");
  EXPECT_EQ(c.body<smpp::QuerySm>().source, "1069");
  c.send(smpp::QuerySmResp{.message_id = "m9", .final_date = {}, .message_state = 5, .error_code = 12},
         asked.sequence);
  events_.wait("the answer", [&] { return events_.answers.size() == 1; });
  EXPECT_EQ(events_.answers[0].token, 9U);
  EXPECT_EQ(events_.answers[0].outcome, QueryOutcome::kState);
  EXPECT_EQ(events_.answers[0].state, codec::ReceiptState::kUndeliverable);
  EXPECT_EQ(events_.answers[0].error, 12);
  c.send(smpp::SubmitSmResp{.message_id = "m3"}, last.sequence);
  events_.wait_responses(3);
}

TEST_F(CarrierLinkTest, EveryQuestionIsAnsweredOnce) {
  CarrierLink& link = start(test_config(peer_));
  std::vector<Query> queries;
  for (uint64_t i = 1; i <= 4; ++i) queries.push_back({.token = i, .source = "1", .message_id = "m"});
  link.query(std::vector(queries));  // not bound: nobody to ask
  events_.wait("no answers", [&] { return events_.answers.size() == 4; });
  EXPECT_EQ(events_.answers[0].outcome, QueryOutcome::kNoAnswer);
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  link.query(std::move(queries));
  c.send(smpp::QuerySmResp{}, c.expect<smpp::QuerySm>().sequence, Status::kQueryFailed);
  c.send(smpp::QuerySmResp{}, c.expect<smpp::QuerySm>().sequence, Status::kInvalidMessageId);
  Bytes nack;
  smpp::encode_header(nack, CommandId::kGenericNack, Status::kInvalidCommandId,
                      c.expect<smpp::QuerySm>().sequence);
  c.send_bytes(nack);
  c.expect<smpp::QuerySm>();
  events_.wait("three answers", [&] { return events_.answers.size() == 7; });
  EXPECT_EQ(events_.answers[4].outcome, QueryOutcome::kUnsupported);
  EXPECT_EQ(events_.answers[4].status, "ESME_RQUERYFAIL");
  EXPECT_EQ(events_.answers[5].outcome, QueryOutcome::kUnknownMessage);
  EXPECT_EQ(events_.answers[6].outcome, QueryOutcome::kUnsupported);
  c.hang_up();  // the line goes with the last one on it
  events_.wait("the last", [&] { return events_.answers.size() == 8; });
  EXPECT_EQ(events_.answers[7].outcome, QueryOutcome::kNoAnswer);
}

TEST_F(CarrierLinkTest, MoreQuestionsThanThereIsRoomForComeBack) {
  CarrierLink& link = start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  std::vector<Query> queries(limits::kLinkQueries + 1, {.token = 1, .source = "1", .message_id = "m"});
  link.query(std::move(queries));
  events_.wait("answers", [&] { return events_.answers.size() == limits::kLinkQueries + 1; });
  EXPECT_EQ(events_.answers[0].outcome, QueryOutcome::kNoAnswer);
  EXPECT_EQ(link.query_room(), limits::kLinkQueries);
  EXPECT_TRUE(c.nothing_pending());
}

// ---------------------------------------------------------------- binding

TEST_F(CarrierLinkTest, BindsAndOffersCredit) {
  CarrierLink& link = start(test_config(peer_));
  EXPECT_EQ(link.credit(), 0U);
  PeerConnection c = peer_.accept();
  const smpp::Header header = c.expect<smpp::BindTransceiver>();
  EXPECT_EQ(c.body<smpp::BindTransceiver>().system_id, "id");
  EXPECT_EQ(c.body<smpp::BindTransceiver>().password, "secret");
  EXPECT_EQ(c.body<smpp::BindTransceiver>().interface_version, 0x34);
  c.send(smpp::BindTransceiverResp{.system_id = "peer"}, header.sequence);
  events_.wait("credit", [&] { return events_.credits == 1; });
  EXPECT_EQ(link.credit(), 256U);
  EXPECT_EQ(link.stats().state, LinkState::kBound);
  EXPECT_EQ(link.stats().bound_since, clock_.now());
}

TEST_F(CarrierLinkTest, TransmitterAndReceiverPair) {
  LinkConfig config = test_config(peer_);
  config.bind_mode = BindMode::kTransmitterReceiver;
  start(config);
  int transmitters = 0, receivers = 0;
  std::vector<PeerConnection> connections;
  for (int i = 0; i < 2; ++i) {
    connections.push_back(peer_.accept());
    const Bytes pdu = connections.back().read();
    const smpp::Header header = smpp::parse_header(pdu);
    if (header.command == CommandId::kBindTransmitter) {
      ++transmitters;
      connections.back().send(smpp::BindTransmitterResp{}, header.sequence);
    } else {
      ++receivers;
      connections.back().send(smpp::BindReceiverResp{}, header.sequence);
    }
  }
  EXPECT_EQ(transmitters, 1);
  EXPECT_EQ(receivers, 1);
  events_.wait_state(LinkState::kBound);
}

TEST_F(CarrierLinkTest, BadCredentialsAreSaidOnceAndNotHammered) {
  CarrierLink& link = start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind(Status::kInvalidPassword);
  EXPECT_TRUE(c.closed_by_link());
  events_.wait_state(LinkState::kBadCredentials);
  EXPECT_EQ(events_.states.back().second, "login refused: ESME_RINVPASWD");
  link.submit(batch_of(1, 2));
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kNotSent);
  EXPECT_TRUE(peer_.nobody_waits());
}

TEST_F(CarrierLinkTest, ARefusedBindIsTriedAgain) {
  start(test_config(peer_));
  {
    PeerConnection c = peer_.accept();
    c.bind(Status::kAlreadyBound);
    EXPECT_TRUE(c.closed_by_link());
  }
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  EXPECT_FALSE(events_.saw(LinkState::kBadCredentials));
}

TEST_F(CarrierLinkTest, ASilentPeerIsLeftAfterTheConnectTimeout) {
  LinkConfig config = test_config(peer_);
  config.connect_timeout = milliseconds(20);
  start(config);
  PeerConnection silent = peer_.accept();
  silent.expect<smpp::BindTransceiver>();
  EXPECT_TRUE(silent.closed_by_link());
}

// ---------------------------------------------------------------- submitting

TEST_F(CarrierLinkTest, MatchesResponsesInAnyOrderAndKeepsTheRawId) {
  LinkConfig config = test_config(peer_);
  config.message_id_form = smpp::MessageIdForm::kSubmitHexReceiptDecimal;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 3));
  std::vector<uint32_t> sequences;
  for (uint64_t id = 1; id <= 3; ++id) {
    sequences.push_back(c.expect<smpp::SubmitSm>().sequence);
    EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(id));
    EXPECT_EQ(c.body<smpp::SubmitSm>().source, "1069");
    EXPECT_EQ(as_chars(c.body<smpp::SubmitSm>().short_message), "hello");
  }
  c.send(smpp::SubmitSmResp{.message_id = "00FF"}, sequences[2]);
  c.send(smpp::SubmitSmResp{}, sequences[1], Status::kInvalidDestinationAddress);
  c.send(smpp::GenericNack{}, sequences[0], Status::kSystemError);
  events_.wait_responses(3);
  const auto& r = events_.responses;
  EXPECT_EQ(r[0].attempt_id, 3U);
  EXPECT_EQ(r[0].message_id, 1003U);
  EXPECT_EQ(r[0].kind, ResponseKind::kAccepted);
  EXPECT_EQ(r[0].carrier_message_id, "00FF");
  EXPECT_EQ(r[0].canonical_id, "255");
  EXPECT_EQ(r[0].sent_at, clock_.now());
  EXPECT_EQ(r[1].attempt_id, 2U);
  EXPECT_EQ(r[1].kind, ResponseKind::kRejected);
  EXPECT_EQ(r[1].status, 0x0BU);
  EXPECT_EQ(r[2].attempt_id, 1U);
  EXPECT_EQ(r[2].kind, ResponseKind::kRejected);
  EXPECT_EQ(r[2].status, 0x08U);
}

TEST_F(CarrierLinkTest, NeverMoreUnansweredThanTheWindow) {
  LinkConfig config = test_config(peer_);
  config.window = 4;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  link.submit(batch_of(1, 10));
  std::deque<uint32_t> unanswered;
  for (int i = 0; i < 4; ++i) unanswered.push_back(c.expect<smpp::SubmitSm>().sequence);
  EXPECT_TRUE(c.nothing_pending());
  for (int answered = 0; answered < 10; ++answered) {
    c.send(smpp::SubmitSmResp{.message_id = "x"}, unanswered.front());
    unanswered.pop_front();
    if (answered >= 6) continue;
    unanswered.push_back(c.expect<smpp::SubmitSm>().sequence);
    EXPECT_TRUE(c.nothing_pending());
  }
  events_.wait_responses(10);
}

TEST_F(CarrierLinkTest, ABatchAboveTheBoundComesBack) {
  LinkConfig config = test_config(peer_);
  config.queue_segments = 4;
  CarrierLink& link = start(config);
  link.submit(batch_of(1, 5));
  events_.wait_responses(5);
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kNotSent);
  link.submit(batch_of(10, 4));  // the bound is whole again
  PeerConnection c = peer_.accept();
  c.bind();
  for (int i = 0; i < 4; ++i) c.expect<smpp::SubmitSm>();
}

TEST_F(CarrierLinkTest, WhatCannotBeEncodedIsRejectedHere) {
  CarrierLink& link = start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  SubmitBatch batch;
  ASSERT_TRUE(batch.add({.attempt_id = 1, .source = std::string_view("1\0", 2), .destination = "86139"}));
  EXPECT_FALSE(batch.add({.attempt_id = 2, .destination = "861390000000000000000"}));
  EXPECT_FALSE(batch.add({.attempt_id = 2, .payload = Bytes(limits::kSegmentBytes + 1)}));
  link.submit(std::move(batch));
  events_.wait_responses(1);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kRejected);
  EXPECT_EQ(events_.responses[0].status, static_cast<uint32_t>(Status::kInvalidSourceAddress));
}

TEST_F(CarrierLinkTest, AThrottledSegmentGoesAgainBeforeLaterOnes) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 3));
  c.send(smpp::SubmitSmResp{}, c.expect<smpp::SubmitSm>().sequence, Status::kThrottled);
  c.send(smpp::SubmitSmResp{}, c.expect<smpp::SubmitSm>().sequence, Status::kQueueFull);
  EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(1));
  for (uint64_t id = 1; id <= 3; ++id) {
    const uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
    EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(id));
    c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence);
  }
  events_.wait_responses(3);
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kAccepted);
  EXPECT_EQ(link.stats().throttled, 2U);
  EXPECT_GT(link.stats().rate_limit, 0);
}

TEST_F(CarrierLinkTest, ThrottledForEverIsRejectedInTheEnd) {
  LinkConfig config = test_config(peer_);
  config.max_throttle_retries = 2;
  config.throttle_pause_max = milliseconds(1);
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 1));
  for (int i = 0; i < 3; ++i)
    c.send(smpp::SubmitSmResp{}, c.expect<smpp::SubmitSm>().sequence, Status::kThrottled);
  events_.wait_responses(1);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kRejected);
  EXPECT_EQ(events_.responses[0].status, 0x58U);
}

// ---------------------------------------------------------------- lanes

TEST_F(CarrierLinkTest, ACodeOvertakesWhatMarketingHasQueued) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 100, 1, Lane::kMarketing));
  uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
  EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(1));
  link.submit(batch_of(500, 2));
  for (const uint64_t id : {500, 501, 2, 3}) {
    c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence);
    sequence = c.expect<smpp::SubmitSm>().sequence;
    EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(id));
  }
}

TEST_F(CarrierLinkTest, EachLaneHasItsShare) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  config.lane_weights = {4, 2, 1};
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  SubmitBatch all;
  for (uint64_t id = 1; id <= 90; ++id)
    EXPECT_TRUE(all.add({.attempt_id = id,
                         .message_id = id,
                         .destination = destination_of(id),
                         .lane = kLanes[(id - 1) / 30]}));
  link.submit(std::move(all));
  std::string lanes;
  for (int i = 0; i < 21; ++i) {
    const uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
    const auto id = std::stoul(std::string(c.body<smpp::SubmitSm>().destination).substr(5)) - 10000000;
    lanes += "VNM"[(id - 1) / 30];
    c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence);
  }
  EXPECT_EQ(lanes, "VVVVNNMVVVVNNMVVVVNNM");
  const LinkStats stats = link.stats();
  EXPECT_GE(stats.submitted_by_lane[index_of(Lane::kMarketing)], 2U);
  EXPECT_GE(stats.queued_by_lane[index_of(Lane::kMarketing)], 26U);
}

TEST_F(CarrierLinkTest, MarketingLeavesRoomInTheWindow) {
  LinkConfig config = test_config(peer_);
  config.window = 8;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 50, 1, Lane::kMarketing));
  for (uint64_t id = 1; id <= 7; ++id) c.expect<smpp::SubmitSm>();
  EXPECT_TRUE(c.nothing_pending());
  EXPECT_EQ(link.credit(Lane::kMarketing), 256U - 64 - 50);
  link.submit(batch_of(500, 1));
  c.expect<smpp::SubmitSm>();
  EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(500));
}

TEST_F(CarrierLinkTest, NothingComesBetweenThePartsOfAMessage) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(long_batch_of(1, 2, 1, Lane::kMarketing));
  uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
  link.submit(batch_of(500, 1));
  for (const uint64_t id : {1, 500, 2, 2}) {
    c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence);
    sequence = c.expect<smpp::SubmitSm>().sequence;
    EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(id));
  }
}

TEST_F(CarrierLinkTest, ThrottledMarketingDoesNotHoldCodesBack) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 2, 1, Lane::kMarketing));
  uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
  link.submit(batch_of(500, 1));
  c.send(smpp::SubmitSmResp{}, sequence, Status::kThrottled);
  for (const uint64_t id : {500, 1, 2}) {
    sequence = c.expect<smpp::SubmitSm>().sequence;
    EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(id));
    c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence);
  }
}

// ---------------------------------------------------------------- no answer

TEST_F(CarrierLinkTest, NoAnswerIsUnknownAndALateAnswerCorrectsIt) {
  LinkConfig config = test_config(peer_);
  config.response_timeout = milliseconds(20);
  config.max_silent_timeouts = 5;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 1));
  const uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
  events_.wait_responses(1);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kUnknown);
  c.send(smpp::SubmitSmResp{.message_id = "late"}, sequence);
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[1].attempt_id, 1U);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kAccepted);
  EXPECT_EQ(events_.responses[1].punctuality, Punctuality::kLate);
  EXPECT_EQ(events_.responses[1].carrier_message_id, "late");
  c.send(smpp::SubmitSmResp{.message_id = "again"}, sequence);
  c.send(smpp::EnquireLink{}, 5);
  c.expect<smpp::EnquireLinkResp>();
  EXPECT_EQ(link.credit(), 256U);
}

TEST_F(CarrierLinkTest, RepeatedSilenceDropsTheSession) {
  LinkConfig config = test_config(peer_);
  config.response_timeout = milliseconds(20);
  config.max_silent_timeouts = 2;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 2));
  c.expect<smpp::SubmitSm>();
  c.expect<smpp::SubmitSm>();
  EXPECT_TRUE(c.closed_by_link());
  events_.wait_responses(2);
  PeerConnection again = peer_.accept();
  again.bind();
  events_.wait_state(LinkState::kBound);
  EXPECT_EQ(link.stats().unknown, 2U);
}

TEST_F(CarrierLinkTest, DisconnectMakesTheWrittenUnknownAndKeepsTheUnsentForTheNextSession) {
  LinkConfig config = test_config(peer_);
  config.window = 2;
  CarrierLink& link = start(config);
  {
    PeerConnection c = peer_.accept();
    c.bind();
    link.submit(batch_of(1, 4));
    c.expect<smpp::SubmitSm>();
    c.expect<smpp::SubmitSm>();
  }
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kUnknown);
  EXPECT_EQ(events_.responses[0].attempt_id, 1U);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kUnknown);
  PeerConnection c = peer_.accept();
  c.bind();
  for (uint64_t id = 3; id <= 4; ++id) {
    const uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
    EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(id));
    c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence);
  }
  events_.wait_responses(4);
  EXPECT_EQ(link.stats().reconnects, 1U);
}

TEST_F(CarrierLinkTest, TheUnsentComeBackWhenTheLinkStaysAway) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  config.unsent_hold = milliseconds(20);
  config.backoff_min = config.backoff_max = hours(1);
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 3));
  c.expect<smpp::SubmitSm>();
  c.hang_up();
  events_.wait_responses(3);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kUnknown);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kNotSent);
  EXPECT_EQ(events_.responses[2].kind, ResponseKind::kNotSent);
  EXPECT_EQ(link.credit(), 0U);
}

// ---------------------------------------------------------------- deliveries

TEST_F(CarrierLinkTest, ReceiptsSplitAcrossReadsAreHandedOnWholeAndAcknowledgedWhenTold) {
  LinkConfig config = test_config(peer_);
  config.message_id_form = smpp::MessageIdForm::kSubmitHexReceiptDecimal;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  Bytes wire;
  for (uint32_t i = 1; i <= 3; ++i) {
    const std::string text =
        "id:000" + std::to_string(i) + " sub:001 dlvrd:001 done date:2603021001 stat:DELIVRD err:000 text:";
    ASSERT_EQ(smpp::encode(wire,
                           smpp::DeliverSm{.source = "8613900000000",
                                           .destination = "1069",
                                           .esm_class = 4,
                                           .short_message = as_bytes(text)},
                           100 + i),
              Status::kOk);
  }
  // Cut inside the second PDU; the link answers an enquire_link in between, so the cut is really two reads.
  const size_t cut = wire.size() / 3 + 30;
  c.send_bytes(ByteSpan(wire).first(cut));
  events_.wait("the first receipt", [&] { return events_.deliveries.size() == 1; });
  c.send_bytes(ByteSpan(wire).subspan(cut));
  events_.wait("all receipts", [&] { return events_.deliveries.size() == 3; });
  const Delivery& d = events_.deliveries[1];
  EXPECT_TRUE(d.is_receipt);
  EXPECT_EQ(d.receipted_message_id, "0002");
  EXPECT_EQ(d.canonical_id, "2");
  EXPECT_EQ(d.state, smpp::MessageState::kDelivered);
  EXPECT_EQ(d.stat, "DELIVRD");
  EXPECT_EQ(d.error, "000");
  EXPECT_EQ(d.done_date, "2603021001");
  EXPECT_EQ(d.source, "8613900000000");
  c.send(smpp::EnquireLink{}, 55);
  EXPECT_EQ(c.expect<smpp::EnquireLinkResp>().sequence, 55U)
      << "keep-alive does not wait for acknowledgements";
  link.acknowledge({events_.deliveries[2].token, events_.deliveries[0].token});
  EXPECT_EQ(c.expect<smpp::DeliverSmResp>().sequence, 103U);
  EXPECT_EQ(c.expect<smpp::DeliverSmResp>().sequence, 101U);
  link.acknowledge({events_.deliveries[1].token}, codec::Fault::kQueueFull);
  const smpp::Header refused = c.expect<smpp::DeliverSmResp>();
  EXPECT_EQ(refused.sequence, 102U);
  EXPECT_EQ(refused.status, Status::kTemporaryAppError);
}

TEST_F(CarrierLinkTest, MessagesFromHandsetsWithTheirPartNumbers) {
  CarrierLink& link = start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  const Bytes with_header{5, 0, 3, 0x2A, 2, 1, 'T', 'D'};
  c.send(
      smpp::DeliverSm{
          .source = "86139", .destination = "1069", .esm_class = 0x40, .short_message = with_header},
      1);
  Bytes sar;
  smpp::append_tlv_u16(sar, smpp::tag::kSarReference, 0x1234);
  smpp::append_tlv_u8(sar, smpp::tag::kSarTotal, 3);
  smpp::append_tlv_u8(sar, smpp::tag::kSarSequence, 2);
  smpp::append_tlv(sar, smpp::tag::kMessagePayload, as_bytes("id:1 stat:DELIVRD"));
  c.send(smpp::DataSm{.source = "86139", .destination = "1069", .data_coding = 8, .tlvs = {sar}}, 2);
  events_.wait("both", [&] { return events_.deliveries.size() == 2; });
  const Delivery& a = events_.deliveries[0];
  EXPECT_FALSE(a.is_receipt);
  EXPECT_EQ(a.part, (text::UserDataHeader{.bytes = 6, .reference = 0x2A, .total = 2, .number = 1}));
  EXPECT_EQ(as_chars(a.text()), "TD");
  const Delivery& b = events_.deliveries[1];
  EXPECT_FALSE(b.is_receipt) << "never by the text";
  EXPECT_EQ(b.part, (text::UserDataHeader{.bytes = 0, .reference = 0x1234, .total = 3, .number = 2}));
  EXPECT_EQ(as_chars(b.text()), "id:1 stat:DELIVRD");
  link.acknowledge({a.token, b.token});
  EXPECT_EQ(c.expect<smpp::DeliverSmResp>().sequence, 1U);
  EXPECT_EQ(c.expect<smpp::DataSmResp>().sequence, 2U);
}

TEST_F(CarrierLinkTest, TooManyUnacknowledgedAreRefusedForNow) {
  LinkConfig config = test_config(peer_);
  config.unacknowledged = 2;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  for (uint32_t i = 1; i <= 3; ++i) c.send(smpp::DeliverSm{.source = "1", .destination = "2"}, i);
  const smpp::Header refused = c.expect<smpp::DeliverSmResp>();
  EXPECT_EQ(refused.sequence, 3U);
  EXPECT_EQ(refused.status, Status::kTemporaryAppError);
  events_.wait("two", [&] { return events_.deliveries.size() == 2; });
  link.acknowledge({events_.deliveries[0].token});
  EXPECT_EQ(c.expect<smpp::DeliverSmResp>().sequence, 1U);
  c.send(smpp::DeliverSm{.source = "1", .destination = "2"}, 4);
  events_.wait("room", [&] { return events_.deliveries.size() == 3; });
}

TEST_F(CarrierLinkTest, AnAcknowledgementForALostConnectionIsNotSentOnTheNext) {
  CarrierLink& link = start(test_config(peer_));
  {
    PeerConnection c = peer_.accept();
    c.bind();
    c.send(smpp::DeliverSm{.source = "1", .destination = "2"}, 7);
    events_.wait("one", [&] { return events_.deliveries.size() == 1; });
  }
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  link.acknowledge({events_.deliveries[0].token});
  link.submit(batch_of(1, 1));
  c.expect<smpp::SubmitSm>();  // and nothing before it
}

// ---------------------------------------------------------------- keep-alive, garbage, unbind

TEST_F(CarrierLinkTest, EnquiresInSilenceAndLeavesWhenUnanswered) {
  LinkConfig config = test_config(peer_);
  config.keep_alive_interval = milliseconds(10);
  config.response_timeout = milliseconds(40);
  start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  const smpp::Header first = c.expect<smpp::EnquireLink>();
  c.send(smpp::EnquireLinkResp{}, first.sequence);
  const smpp::Header second = c.expect<smpp::EnquireLink>();
  EXPECT_NE(first.sequence, second.sequence);
  EXPECT_TRUE(c.closed_by_link());
  PeerConnection again = peer_.accept();
  again.bind();
}

TEST_F(CarrierLinkTest, GarbageIsNackedAndTheConnectionDropped) {
  start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
  const Bytes garbage{0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5};
  c.send_bytes(garbage);
  const smpp::Header nack = c.expect<smpp::GenericNack>();
  EXPECT_EQ(nack.status, Status::kInvalidCommandLength);
  EXPECT_TRUE(c.closed_by_link());
  PeerConnection again = peer_.accept();
  again.bind();
}

TEST_F(CarrierLinkTest, UnknownCommandsAreNackedAndSurvived) {
  start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  Bytes out;
  smpp::encode_header(out, static_cast<CommandId>(0x77), Status::kOk, 9);
  c.send_bytes(out);
  const smpp::Header nack = c.expect<smpp::GenericNack>();
  EXPECT_EQ(nack.status, Status::kInvalidCommandId);
  EXPECT_EQ(nack.sequence, 9U);
  c.send(smpp::SubmitSmResp{.message_id = "nobody asked"}, 12345);
  c.send(smpp::EnquireLink{}, 10);
  c.expect<smpp::EnquireLinkResp>();
}

TEST_F(CarrierLinkTest, AThrowingReceiverOfEventsCostsTheConnectionOnly) {
  events_.throw_once = true;
  start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  c.send(smpp::DeliverSm{.source = "1", .destination = "2"}, 1);
  EXPECT_TRUE(c.closed_by_link());
  PeerConnection again = peer_.accept();
  again.bind();
  again.send(smpp::DeliverSm{.source = "1", .destination = "2"}, 1);
  events_.wait("the delivery sent again", [&] { return events_.deliveries.size() == 1; });
}

TEST_F(CarrierLinkTest, ConnectsByNameToo) {
  LinkConfig config = test_config(peer_);
  config.host = "localhost";
  start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  events_.wait_state(LinkState::kBound);
}

TEST_F(CarrierLinkTest, UnbindByTheCarrierIsAnsweredThenReconnected) {
  start(test_config(peer_));
  {
    PeerConnection c = peer_.accept();
    c.bind();
    c.send(smpp::Unbind{}, 3);
    EXPECT_EQ(c.expect<smpp::UnbindResp>().sequence, 3U);
    EXPECT_TRUE(c.closed_by_link());
  }
  PeerConnection again = peer_.accept();
  again.bind();
  events_.wait_state(LinkState::kBound);
}

// ---------------------------------------------------------------- recall, stop

TEST_F(CarrierLinkTest, RecallReturnsTheUnsentOfAGroup) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 3, 7));
  link.submit(batch_of(10, 2, 8));
  const uint32_t first = c.expect<smpp::SubmitSm>().sequence;
  link.recall(7);
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kNotSent);
  EXPECT_EQ(events_.responses[0].attempt_id, 2U);
  EXPECT_EQ(events_.responses[1].attempt_id, 3U);
  c.send(smpp::SubmitSmResp{.message_id = "x"}, first);
  c.expect<smpp::SubmitSm>();
  EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(10));
  link.recall_all();
  events_.wait_responses(4);
  EXPECT_EQ(events_.responses[3].kind, ResponseKind::kNotSent);
  EXPECT_EQ(events_.responses[3].attempt_id, 11U);
}

TEST_F(CarrierLinkTest, ARecalledSegmentThatIsTurnedAwayIsNotWrittenAgain) {
  LinkConfig config = test_config(peer_);
  config.window = 2;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 1, 7));
  link.submit(batch_of(2, 1, 8));
  const uint32_t first = c.expect<smpp::SubmitSm>().sequence;
  const uint32_t second = c.expect<smpp::SubmitSm>().sequence;
  link.recall(7);
  c.send(smpp::SubmitSmResp{}, first, Status::kThrottled);
  events_.wait_responses(1);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kNotSent);
  EXPECT_EQ(events_.responses[0].attempt_id, 1U);
  c.send(smpp::SubmitSmResp{}, second, Status::kThrottled);  // not recalled: again
  const uint32_t again = c.expect<smpp::SubmitSm>().sequence;
  EXPECT_EQ(c.body<smpp::SubmitSm>().destination, destination_of(2));
  c.send(smpp::SubmitSmResp{.message_id = "x"}, again);
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kAccepted);
}

TEST_F(CarrierLinkTest, RecallOfSomeMessages) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 5));
  c.expect<smpp::SubmitSm>();
  link.recall_messages({1005, 1001, 1003});
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[0].attempt_id, 3U);
  EXPECT_EQ(events_.responses[1].attempt_id, 5U);
}

TEST_F(CarrierLinkTest, RecallDoesNotCutAMessageInTwo) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(long_batch_of(1, 2));
  const uint32_t first = c.expect<smpp::SubmitSm>().sequence;
  link.recall_all();
  events_.wait_responses(2);
  for (size_t i = 0; i < 2; ++i) EXPECT_EQ(events_.responses[i].message_id, 1002U) << "not begun: comes back";
  c.send(smpp::SubmitSmResp{.message_id = "x"}, first);
  const uint32_t second = c.expect<smpp::SubmitSm>().sequence;
  EXPECT_EQ(as_chars(c.body<smpp::SubmitSm>().short_message), "second");
  c.send(smpp::SubmitSmResp{.message_id = "y"}, second);
  events_.wait_responses(4);
  for (size_t i = 2; i < 4; ++i) EXPECT_EQ(events_.responses[i].kind, ResponseKind::kAccepted);
}

TEST_F(CarrierLinkTest, ARecalledMessageOfWhichNothingWasTakenComesBackWhole) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(long_batch_of(1, 1));
  const uint32_t first = c.expect<smpp::SubmitSm>().sequence;
  link.recall_all();
  c.send(smpp::SubmitSmResp{}, first, Status::kThrottled);
  events_.wait_responses(2);
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kNotSent);
}

TEST_F(CarrierLinkTest, StopCompletesWhatIsHalfSent) {
  LinkConfig config = test_config(peer_);
  config.window = 1;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(long_batch_of(1, 2));
  const uint32_t first = c.expect<smpp::SubmitSm>().sequence;
  stop(seconds(20));
  events_.wait_responses(2);
  c.send(smpp::SubmitSmResp{.message_id = "x"}, first);
  const uint32_t second = c.expect<smpp::SubmitSm>().sequence;
  c.send(smpp::SubmitSmResp{.message_id = "y"}, second);
  c.send(smpp::UnbindResp{}, c.expect<smpp::Unbind>().sequence);
  events_.wait("stopped", [&] { return events_.stopped; });
  ASSERT_EQ(events_.responses.size(), 4U);
  for (size_t i = 2; i < 4; ++i) EXPECT_EQ(events_.responses[i].kind, ResponseKind::kAccepted);
}

TEST_F(CarrierLinkTest, StopReturnsTheUnsentWaitsForAnswersAndUnbinds) {
  LinkConfig config = test_config(peer_);
  config.window = 2;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 4));
  const uint32_t a = c.expect<smpp::SubmitSm>().sequence, b = c.expect<smpp::SubmitSm>().sequence;
  stop(seconds(20));
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kNotSent);
  EXPECT_EQ(link.credit(), 0U);
  c.send(smpp::SubmitSmResp{.message_id = "x"}, a);
  c.send(smpp::SubmitSmResp{}, b, Status::kThrottled);
  const smpp::Header unbind = c.expect<smpp::Unbind>();
  c.send(smpp::UnbindResp{}, unbind.sequence);
  events_.wait("stopped", [&] { return events_.stopped; });
  EXPECT_TRUE(c.closed_by_link());
  ASSERT_EQ(events_.responses.size(), 4U);
  EXPECT_EQ(events_.responses[2].kind, ResponseKind::kAccepted);
  EXPECT_EQ(events_.responses[3].kind, ResponseKind::kNotSent) << "throttled: never accepted";
  EXPECT_EQ(events_.states.back().first, LinkState::kStopped);
  link.submit(batch_of(20, 1));
  events_.wait_responses(5);
  EXPECT_EQ(events_.responses[4].kind, ResponseKind::kNotSent);
}

TEST_F(CarrierLinkTest, StopPastItsDeadlineLeavesUnknowns) {
  CarrierLink& link = start(test_config(peer_));
  PeerConnection c = peer_.accept();
  c.bind();
  link.submit(batch_of(1, 1));
  c.expect<smpp::SubmitSm>();
  stop(milliseconds(5));
  events_.wait("stopped", [&] { return events_.stopped; });
  ASSERT_EQ(events_.responses.size(), 1U);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kUnknown);
}

TEST_F(CarrierLinkTest, StopBeforeAnyConnection) {
  LinkConfig config = test_config(peer_);
  config.backoff_min = config.backoff_max = hours(1);
  CarrierLink& link = start(config);
  {
    PeerConnection c = peer_.accept();
  }
  events_.wait_state(LinkState::kBackoff);
  link.submit(batch_of(1, 1));
  stop(seconds(20));
  events_.wait("stopped", [&] { return events_.stopped; });
  EXPECT_EQ(events_.responses.at(0).kind, ResponseKind::kNotSent);
}

// ---------------------------------------------------------------- several sessions, load

TEST_F(CarrierLinkTest, SeveralSessionsShareTheLoadAndOneNumberStaysOnOne) {
  LinkConfig config = test_config(peer_);
  config.sessions = 2;
  config.window = 64;
  CarrierLink& link = start(config);
  std::vector<PeerConnection> c;
  for (int i = 0; i < 2; ++i) {
    c.push_back(peer_.accept());
    c.back().bind();
  }
  events_.wait_state(LinkState::kBound);
  c[0].send(smpp::EnquireLink{}, 1);
  c[0].expect<smpp::EnquireLinkResp>();
  c[1].send(smpp::EnquireLink{}, 1);
  c[1].expect<smpp::EnquireLinkResp>();
  SubmitBatch batch;
  for (uint64_t id = 0; id < 60; ++id)
    ASSERT_TRUE(
        batch.add({.attempt_id = id, .destination = destination_of(id / 3), .payload = as_bytes("x")}));
  link.submit(std::move(batch));
  std::set<std::string> numbers[2];
  const auto give_up_at = std::chrono::steady_clock::now() + kTestPatience;
  for (size_t got = 0; got < 60 && std::chrono::steady_clock::now() < give_up_at;) {
    for (size_t i = 0; i < 2; ++i) {
      for (; !c[i].nothing_pending(); ++got) {
        c[i].expect<smpp::SubmitSm>();
        numbers[i].emplace(c[i].body<smpp::SubmitSm>().destination);
      }
    }
  }
  EXPECT_EQ(numbers[0].size() + numbers[1].size(), 20U) << "no number on both";
  EXPECT_GT(numbers[0].size(), 0U);
  EXPECT_GT(numbers[1].size(), 0U);
}

TEST_F(CarrierLinkTest, AThousandSegmentsWithRandomAnswersAreEachResolvedOnce) {
  LinkConfig config = test_config(peer_);
  config.window = 16;
  config.queue_segments = 1000;
  config.throttle_pause_max = milliseconds(1);
  config.segments_per_second = 1'000'000;
  CarrierLink& link = start(config);
  PeerConnection c = peer_.accept();
  c.bind();
  for (int i = 0; i < 10; ++i) link.submit(batch_of(1 + static_cast<uint64_t>(i) * 100, 100));
  Random random{5};
  size_t settled = 0;
  while (settled < 1000) {
    const uint32_t sequence = c.expect<smpp::SubmitSm>().sequence;
    ASSERT_NE(sequence, 0U);
    if (random.chance(0.02)) {
      c.send(smpp::SubmitSmResp{}, sequence, Status::kThrottled);
    } else {
      ++settled;
      c.send(smpp::SubmitSmResp{.message_id = "x"}, sequence,
             random.chance(0.1) ? Status::kSystemError : Status::kOk);
    }
  }
  events_.wait_responses(1000);
  std::vector<uint64_t> ids;
  for (const Response& r : events_.responses) ids.push_back(r.attempt_id);
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::unique(ids).size(), 0U);
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_EQ(link.credit(), 1000U);
}

TEST(LinkConfigCheck, NamesTheField) {
  LinkConfig c;
  EXPECT_EQ(check(c).error().field, "host");
  c.host = "127.0.0.1";
  EXPECT_TRUE(check(c));
  c.password = "123456789";
  EXPECT_EQ(check(c).error().field, "password");
  c.password = {};
  c.window = limits::kLinkWindow + 1;
  EXPECT_EQ(check(c).error().field, "window");
  c.window = 1;
  c.response_timeout = {};
  EXPECT_EQ(check(c).error().field, "response_timeout");
}

}  // namespace
}  // namespace yizhan::link
