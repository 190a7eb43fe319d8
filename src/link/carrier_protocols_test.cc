// The same link over every protocol, plain and by TLS, against a small carrier made of the dialect's server
// side.

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "link/carrier_link.h"
#include "link/link_test_support.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/stream.h"
#include "net/test_certificate.h"

namespace yizhan::link {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using codec::Act;
using codec::Fault;
using codec::Protocol;

constexpr auto kAwaitable = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr std::string_view kHandset = "8613900000001", kService = "10690001";

// Answers every login and submit, and delivers what it is told to, on the connection that asked first; in
// SGIP on one that it opens itself.
class SmallCarrier {
 public:
  struct Options {
    Protocol protocol = Protocol::kSmpp34;
    std::shared_ptr<net::ssl::context> tls;
    std::string secret = "secret";
    std::string dial_name, dial_password;  // SGIP
  };

  explicit SmallCarrier(Options options)
      : options_(std::move(options)),
        dialect_(codec::make_dialect(options_.protocol, {.side = codec::Side::kServer})) {
    auto listener = net::Listener::create(
        threads_, {}, [this](tcp::socket socket) { return serve(std::move(socket), Kind::kAccepted); });
    listener_ = *std::move(listener);
  }
  ~SmallCarrier() {
    listener_->stop();
    threads_.stop();
    deliveries_.reset();  // before the context that its socket is of
  }

  uint16_t port() const { return listener_->port(); }
  // SGIP: opens the connection for deliveries.
  void dial(uint16_t port) {
    boost::asio::co_spawn(threads_.context(0), dial_and_serve(port), boost::asio::detached);
  }
  void deliver(const codec::Deliver& deliver) {
    Bytes bytes;
    const codec::Sequence sequence = dialect_->stamp(++sequence_, Time{1'700'000'000'000'000});
    ASSERT_TRUE(dialect_->write_deliver(bytes, sequence, deliver));
    boost::asio::post(threads_.context(0), [this, bytes = std::move(bytes)] { send(deliveries_, bytes); });
  }
  template <class Predicate>
  void wait(const char* what, Predicate predicate) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kTestPatience, predicate)) << what;
  }

  std::vector<std::string> sources, texts;  // of the submits
  std::vector<std::optional<text::UserDataHeader>> parts;
  std::vector<codec::MessageRef> refs;  // given to them
  std::vector<uint32_t> delivery_answers;
  uint32_t logins = 0, logins_refused = 0, logouts = 0, keep_alives = 0;
  uint32_t dialled_answers = 0, last_dialled_status = 0;
  uint32_t throttle_next = 0;  // so many submits are answered with flow control

 private:
  enum class Kind : uint8_t { kAccepted, kDialled };

  net::Task<void> dial_and_serve(uint16_t port) {
    tcp::socket socket(threads_.context(0));
    const auto [error] =
        co_await socket.async_connect({boost::asio::ip::address_v4::loopback(), port}, kAwaitable);
    if (error) co_return;
    co_await serve(std::move(socket), Kind::kDialled);
  }

  net::Task<void> serve(tcp::socket socket, Kind kind) {
    const auto stream = std::make_shared<net::Stream>(std::move(socket));
    if (options_.tls != nullptr) {
      const auto failed = co_await stream->handshake_as_server(options_.tls);
      if (failed) co_return;
    }
    if (kind == Kind::kDialled) {
      deliveries_ = stream;
      Bytes login;
      EXPECT_TRUE(dialect_->write_login(login, dialect_->stamp(++sequence_, {}),
                                        {.account = options_.dial_name, .secret = options_.dial_password}));
      send(stream, login);
    }
    Bytes in;
    std::array<uint8_t, 4096> buffer{};
    codec::Pdu pdu;
    for (;;) {
      const auto [error, bytes] = co_await stream->async_read_some(boost::asio::buffer(buffer), kAwaitable);
      if (error) co_return;
      in.insert(in.end(), buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(bytes));
      for (;;) {
        const codec::Frame frame = dialect_->frame(in);
        if (frame.state != codec::FrameState::kComplete) break;
        dialect_->read(ByteSpan(in).first(frame.length), pdu);
        Bytes out;
        handle(pdu, out, stream);
        if (!out.empty()) send(stream, out);
        in.erase(in.begin(), in.begin() + static_cast<ptrdiff_t>(frame.length));
      }
    }
  }

  void handle(const codec::Pdu& pdu, Bytes& out, const std::shared_ptr<net::Stream>& stream) {
    const std::lock_guard lock(mutex_);
    switch (pdu.act) {
      case Act::kLogin: {
        const bool good = pdu.login.account == "sp0001" && dialect_->proves(pdu.login, options_.secret);
        dialect_->write_login_answer(out, pdu.sequence, pdu, options_.secret,
                                     good ? Fault::kNone : Fault::kBadSecret);
        good ? ++logins : ++logins_refused;
        if (good && options_.protocol != Protocol::kSgip12) deliveries_ = stream;
        break;
      }
      case Act::kSubmit:
        take(pdu, out);
        break;
      case Act::kDeliverAnswer:
        delivery_answers.push_back(pdu.status);
        break;
      case Act::kLoginAnswer:
        ++dialled_answers;
        last_dialled_status = pdu.status;
        break;
      case Act::kKeepAlive:
        ++keep_alives;
        dialect_->write_keep_alive_answer(out, pdu.sequence);
        break;
      case Act::kLogout:
        ++logouts;
        dialect_->write_logout_answer(out, pdu.sequence);
        break;
      default:
        break;
    }
    changed_.notify_all();
  }

  void take(const codec::Pdu& pdu, Bytes& out) {
    const codec::Submit& submit = pdu.submit;
    const codec::MessageRef ref = dialect_->message_ref(0x7bb8'5241'e240'0000 + refs.size(), pdu.sequence);
    if (throttle_next > 0) {
      --throttle_next;
      return dialect_->write_submit_answer(out, pdu.sequence, pdu.command, Fault::kThrottled, {});
    }
    ByteSpan text = submit.payload;
    if (submit.has_header) text = text.subspan(text::parse_user_data_header(text)->bytes);
    std::string utf8;
    text::append_decoded(codec::encoding_of(submit.coding, dialect_->options()).value(), text, utf8);
    sources.emplace_back(submit.source);
    texts.push_back(utf8);
    parts.push_back(submit.part);
    refs.push_back(ref);
    dialect_->write_submit_answer(out, pdu.sequence, pdu.command, Fault::kNone, ref);
  }

  // One write at a time, in order.
  void send(std::shared_ptr<net::Stream> stream, const Bytes& bytes) {
    if (stream == nullptr) return;
    Bytes& queue = unwritten_[stream.get()];
    queue.insert(queue.end(), bytes.begin(), bytes.end());
    if (queue.size() == bytes.size()) write_next(std::move(stream));
  }
  void write_next(std::shared_ptr<net::Stream> stream) {
    const auto chunk = std::make_shared<Bytes>(unwritten_[stream.get()]);
    net::Stream& to = *stream;
    boost::asio::async_write(
        to, boost::asio::buffer(*chunk),
        [this, chunk, stream = std::move(stream)](const boost::system::error_code& error, size_t) {
          Bytes& queue = unwritten_[stream.get()];
          queue.erase(queue.begin(), queue.begin() + static_cast<ptrdiff_t>(chunk->size()));
          if (!error && !queue.empty()) write_next(stream);
        });
  }

  const Options options_;
  const std::unique_ptr<codec::Dialect> dialect_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint32_t sequence_ = 0;
  std::map<net::Stream*, Bytes> unwritten_;
  std::shared_ptr<net::Stream> deliveries_;
  net::IoThreads threads_{"carrier", 1};
  std::unique_ptr<net::Listener> listener_;
};

class ProtocolRecorder final : public LinkEvents {
 public:
  void on_responses(std::vector<Response>&& got) override {
    const std::lock_guard lock(mutex_);
    std::move(got.begin(), got.end(), std::back_inserter(responses));
    changed_.notify_all();
  }
  void on_deliveries(std::vector<Delivery>&& got) override {
    const std::lock_guard lock(mutex_);
    std::move(got.begin(), got.end(), std::back_inserter(deliveries));
    changed_.notify_all();
  }
  void on_state(LinkState state, std::string reason) override {
    const std::lock_guard lock(mutex_);
    states.emplace_back(state, std::move(reason));
    changed_.notify_all();
  }
  void on_credit() override {}
  void on_stopped() {
    const std::lock_guard lock(mutex_);
    stopped = true;
    changed_.notify_all();
  }
  template <class Predicate>
  void wait(const char* what, Predicate predicate) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kTestPatience, predicate)) << what;
  }
  void wait_state(LinkState state) {
    wait("state", [&] { return !states.empty() && states.back().first == state; });
  }

  std::vector<Response> responses;
  std::vector<Delivery> deliveries;
  std::vector<std::pair<LinkState, std::string>> states;
  bool stopped = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

uint16_t free_port() {
  boost::asio::io_context context;
  return tcp::acceptor(context, {boost::asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
}

class CarrierProtocols : public ::testing::TestWithParam<Protocol> {
 protected:
  ~CarrierProtocols() override {
    link_.reset();
    work_.reset();
    thread_.join();
  }
  LinkConfig config(const SmallCarrier& carrier) const {
    LinkConfig c;
    c.name = "test";
    c.protocol = GetParam();
    c.dialect.service_type = "SVC";
    if (GetParam() != Protocol::kSmpp34) c.dialect.enterprise_code = "90001";
    c.dialect.sgip_node = 3'010'099'001;
    c.host = "127.0.0.1";
    c.port = carrier.port();
    c.system_id = "sp0001";
    c.password = "secret";
    c.backoff_min = milliseconds(1);
    c.backoff_max = milliseconds(50);
    c.throttle_pause = milliseconds(1);
    return c;
  }
  CarrierLink& start(LinkConfig c) {
    EXPECT_TRUE(check(c)) << to_string(check(c).error());
    link_ = std::make_unique<CarrierLink>(context_, clock_, std::move(c), events_);
    link_->start();
    return *link_;
  }
  bool sgip() const { return GetParam() == Protocol::kSgip12; }
  static SubmitBatch one_text(uint64_t id, std::string_view text, bool receipt = true) {
    SubmitBatch batch;
    text::SegmentList segments;
    EXPECT_TRUE(text::split(text, {.encoding = text::Encoding::kUcs2, .reference = 7}, segments));
    for (size_t i = 0; i < segments.size(); ++i)
      EXPECT_TRUE(batch.add({.attempt_id = id + i,
                             .message_id = 1'000 + id,
                             .source = kService,
                             .destination = kHandset,
                             .payload = segments[i].payload,
                             .coding = codec::Coding::kUcs2,
                             .has_header = segments[i].udh_bytes > 0,
                             .part_number = static_cast<uint8_t>(i + 1),
                             .part_count = static_cast<uint8_t>(segments.size()),
                             .receipt = receipt ? codec::ReceiptWish::kAlways : codec::ReceiptWish::kNever}));
    return batch;
  }

  ManualClock clock_{Time{1'700'000'000'000'000}};
  ProtocolRecorder events_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(context_);
  std::thread thread_{[this] { context_.run(); }};
  std::unique_ptr<CarrierLink> link_;
};

TEST_P(CarrierProtocols, SubmitsAndLearnsTheIds) {
  SmallCarrier carrier({.protocol = GetParam()});
  CarrierLink& link = start(config(carrier));
  events_.wait_state(LinkState::kBound);
  const std::string long_text(150, 'x');
  link.submit(one_text(1, "你好，验证码 123456"));
  link.submit(one_text(10, long_text));
  events_.wait("responses", [&] { return events_.responses.size() == 4; });
  std::set<std::string> ids;
  for (const Response& r : events_.responses) {
    EXPECT_EQ(r.kind, ResponseKind::kAccepted);
    EXPECT_FALSE(r.canonical_id.empty());
    ids.insert(r.canonical_id);
  }
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_EQ(carrier.texts[0], "你好，验证码 123456");
  EXPECT_EQ(carrier.texts[1] + carrier.texts[2] + carrier.texts[3], long_text);
  EXPECT_EQ(carrier.sources[0], kService);
  EXPECT_FALSE(carrier.parts[0]);
  ASSERT_TRUE(carrier.parts[2]);
  EXPECT_EQ(carrier.parts[2]->reference, 7);
  EXPECT_EQ(carrier.parts[2]->total, 3);
  EXPECT_EQ(carrier.parts[2]->number, 2);
  link.stop(seconds(5), [&] { events_.on_stopped(); });
  events_.wait("stopped", [&] { return events_.stopped; });
  carrier.wait("logout", [&] { return carrier.logouts == 1; });
}

TEST_P(CarrierProtocols, SessionsOfALinkNameNoTwoMessagesAlike) {
  SmallCarrier carrier({.protocol = GetParam()});
  LinkConfig c = config(carrier);
  c.sessions = 3;
  CarrierLink& link = start(c);
  carrier.wait("logins", [&] { return carrier.logins == 3; });
  events_.wait_state(LinkState::kBound);
  constexpr size_t kMessages = 60;
  SubmitBatch batch;
  for (uint64_t id = 1; id <= kMessages; ++id)
    ASSERT_TRUE(batch.add({.attempt_id = id,
                           .message_id = id,
                           .source = kService,
                           .destination = std::to_string(8'613'900'000'000 + id),
                           .payload = as_bytes(std::string_view("hello")),
                           .coding = codec::Coding::kAscii}));
  link.submit(std::move(batch));
  events_.wait("responses", [&] { return events_.responses.size() == kMessages; });
  std::set<std::string> ids;
  for (const Response& r : events_.responses) ids.insert(r.canonical_id);
  EXPECT_EQ(ids.size(), kMessages);
}

TEST_P(CarrierProtocols, AWrongSecretIsSaidAndNotHammered) {
  SmallCarrier carrier({.protocol = GetParam(), .secret = "other"});
  start(config(carrier));
  events_.wait_state(LinkState::kBadCredentials);
  EXPECT_EQ(carrier.logins_refused, 1U);
  EXPECT_EQ(carrier.logins, 0U);
}

TEST_P(CarrierProtocols, ReceiptsAndRepliesAreAnsweredWhenTheyAreTaken) {
  SmallCarrier carrier({.protocol = GetParam(), .dial_name = "carrier", .dial_password = "knock"});
  LinkConfig c = config(carrier);
  c.listen_address = "127.0.0.1";
  if (sgip()) c.listen_port = free_port();
  c.peer_name = "carrier";
  c.peer_password = "knock";
  CarrierLink& link = start(c);
  events_.wait_state(LinkState::kBound);
  if (sgip()) carrier.dial(link.listening_port());
  if (sgip()) carrier.wait("let in", [&] { return carrier.dialled_answers == 1; });
  EXPECT_EQ(carrier.last_dialled_status, 0U);
  link.submit(one_text(1, "hello"));
  events_.wait("response", [&] { return events_.responses.size() == 1; });

  codec::Deliver receipt{.source = kHandset, .destination = kService};
  receipt.receipt = codec::Receipt{.message = carrier.refs[0],
                                   .state = codec::ReceiptState::kDelivered,
                                   .stat = "DELIVRD",
                                   .error = "000",
                                   .code = {},
                                   .submitted = "2607231405",
                                   .done = "2607231406"};
  carrier.deliver(receipt);
  Bytes reply_text;
  for (const char c16 : std::string_view("TD"))
    reply_text.insert(reply_text.end(), {0, static_cast<uint8_t>(c16)});
  const codec::Deliver reply{
      .source = kHandset, .destination = kService, .payload = reply_text, .coding = codec::Coding::kUcs2};
  carrier.deliver(reply);
  events_.wait("deliveries", [&] { return events_.deliveries.size() == 2; });
  const Delivery& got = events_.deliveries[0];
  EXPECT_TRUE(got.is_receipt);
  EXPECT_EQ(got.canonical_id, events_.responses[0].canonical_id);
  EXPECT_EQ(got.state, codec::ReceiptState::kDelivered);
  EXPECT_FALSE(events_.deliveries[1].is_receipt);
  EXPECT_EQ(events_.deliveries[1].destination, kService);
  std::string text;
  text::append_decoded(text::Encoding::kUcs2, events_.deliveries[1].text(), text);
  EXPECT_EQ(text, "TD");
  EXPECT_TRUE(carrier.delivery_answers.empty());
  link.acknowledge({got.token});
  link.acknowledge({events_.deliveries[1].token}, Fault::kQueueFull);
  carrier.wait("answers", [&] { return carrier.delivery_answers.size() == 2; });
  EXPECT_EQ(carrier.delivery_answers[0], 0U);
  EXPECT_NE(carrier.delivery_answers[1], 0U);
}

TEST_P(CarrierProtocols, FlowControlIsNoAttempt) {
  SmallCarrier carrier({.protocol = GetParam()});
  carrier.throttle_next = 3;
  CarrierLink& link = start(config(carrier));
  events_.wait_state(LinkState::kBound);
  link.submit(one_text(1, "hello"));
  events_.wait("response", [&] { return events_.responses.size() == 1; });
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kAccepted);
  EXPECT_EQ(link.stats().throttled, 3U);
}

TEST_P(CarrierProtocols, KeepsAliveWhereTheProtocolKnowsHow) {
  SmallCarrier carrier({.protocol = GetParam()});
  LinkConfig c = config(carrier);
  c.keep_alive_interval = milliseconds(10);
  CarrierLink& link = start(c);
  events_.wait_state(LinkState::kBound);
  if (!sgip()) {
    carrier.wait("kept alive", [&] { return carrier.keep_alives >= 3; });
    EXPECT_EQ(link.stats().state, LinkState::kBound);
    return;
  }
  link.submit(one_text(1, "hello"));
  events_.wait("response", [&] { return events_.responses.size() == 1; });
  EXPECT_EQ(carrier.keep_alives, 0U);
}

TEST_P(CarrierProtocols, GarbageEndsTheConnectionAndNothingElse) {
  net::IoThreads threads("garbage", 1);
  std::atomic<int> connections{0};
  auto listener = net::Listener::create(threads, {}, [&](tcp::socket socket) -> net::Task<void> {
    ++connections;
    // A length of 4 GB, then anything.
    const std::array<uint8_t, 24> bytes{0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3};
    const auto [error, n] = co_await boost::asio::async_write(socket, boost::asio::buffer(bytes), kAwaitable);
    std::array<uint8_t, 512> rest{};
    for (bool open = !error; open;) {
      const auto [ended, m] = co_await socket.async_read_some(boost::asio::buffer(rest), kAwaitable);
      open = !ended;
    }
    static_cast<void>(n);
  });
  ASSERT_TRUE(listener);
  SmallCarrier unused({.protocol = GetParam()});
  LinkConfig c = config(unused);
  c.port = (*listener)->port();
  CarrierLink& link = start(c);
  events_.wait("came back", [&] { return connections >= 3; });
  EXPECT_FALSE(link.stats().last_error.empty());
  link_.reset();
  (*listener)->stop();
  threads.stop();
}

TEST_P(CarrierProtocols, WhatNoPduCanHoldIsRefusedWithItsField) {
  const SmallCarrier carrier({.protocol = GetParam()});
  const auto field_at_fault = [&](auto change) {
    LinkConfig c = config(carrier);
    EXPECT_TRUE(check(c));
    change(c);
    const auto checked = check(c);
    return checked ? std::string("fits") : checked.error().field;
  };
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.system_id = "seventeen letters"; }), "system_id");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.password.assign(65, 'x'); }), "password");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.dialect.enterprise_code = "123456789"; }),
            "enterprise_code");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.dialect.service_type = "elevenchars"; }), "service_type");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.local_address = "here"; }), "local_address");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.listen_port = 8'801; }), "peer_name");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.listen_port = 8'801, c.peer_name = "carrier"; }),
            "peer_password");
  EXPECT_EQ(field_at_fault([](LinkConfig& c) { c.tls = Tls::kVerified, c.tls_ca_pem = "no PEM"; }),
            "tls_ca_pem");
  EXPECT_EQ(field_at_fault([this](LinkConfig& c) { c.dialect.enterprise_code = sgip() ? "123456" : ""; }),
            sgip() ? "enterprise_code" : "fits");
}

INSTANTIATE_TEST_SUITE_P(Each, CarrierProtocols, ::testing::ValuesIn(codec::kProtocols),
                         [](const auto& info) { return std::string(codec::protocol_name(info.param)); });

// ---------------------------------------------------------------- TLS, and where a link connects from

class CarrierTls : public CarrierProtocols {
 protected:
  void SetUp() override {
    certificate_.write_to(folder_);
    auto context = net::tls_server_context({certificate_.certificate_path, certificate_.key_path});
    ASSERT_TRUE(context);
    server_ = *context;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ = [] {
    std::string name = (std::filesystem::temp_directory_path() / "yizhan-link-XXXXXX").string();
    return std::filesystem::path(mkdtemp(name.data()));
  }();
  net::TestCertificate certificate_{"IP:127.0.0.1"};
  std::shared_ptr<net::ssl::context> server_;
};

TEST_P(CarrierTls, SubmitsEncryptedToACarrierThatProvesWhoItIs) {
  SmallCarrier carrier({.protocol = GetParam(), .tls = server_});
  LinkConfig c = config(carrier);
  c.tls = Tls::kVerified;
  c.tls_ca_pem = certificate_.certificate_pem;
  c.local_address = "127.0.0.1";
  CarrierLink& link = start(c);
  events_.wait_state(LinkState::kBound);
  SubmitBatch many;
  for (uint64_t id = 1; id <= 500; ++id)
    ASSERT_TRUE(many.add({.attempt_id = id, .message_id = id, .source = kService, .destination = kHandset}));
  link.submit(std::move(many));
  events_.wait("responses", [&] { return events_.responses.size() == 500; });
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kAccepted);
}

TEST_P(CarrierTls, DoesNotLogInToACarrierThatCannotProveIt) {
  SmallCarrier carrier({.protocol = GetParam(), .tls = server_});
  LinkConfig c = config(carrier);
  c.tls = Tls::kVerified;  // by the system's certificates, to which a fresh one does not belong
  start(c);
  events_.wait_state(LinkState::kBackoff);
  EXPECT_EQ(carrier.logins, 0U);
  EXPECT_TRUE(link_->stats().last_error.starts_with("TLS")) << link_->stats().last_error;
}

TEST_P(CarrierTls, BelievesAnybodyOnlyWhenTold) {
  SmallCarrier carrier({.protocol = GetParam(), .tls = server_});
  LinkConfig c = config(carrier);
  c.tls = Tls::kUnverified;
  start(c);
  events_.wait_state(LinkState::kBound);
}

INSTANTIATE_TEST_SUITE_P(Smpp, CarrierTls, ::testing::Values(Protocol::kSmpp34),
                         [](const auto& info) { return std::string(codec::protocol_name(info.param)); });

class SgipListener : public CarrierProtocols {};

TEST_P(SgipListener, LetsInNobodyWithAnotherName) {
  SmallCarrier carrier({.protocol = GetParam(), .dial_name = "carrier", .dial_password = "guess"});
  LinkConfig c = config(carrier);
  c.listen_address = "127.0.0.1";
  c.listen_port = free_port();
  c.peer_name = "carrier";
  c.peer_password = "knock";
  CarrierLink& link = start(c);
  events_.wait_state(LinkState::kBound);
  carrier.dial(link.listening_port());
  carrier.wait("refused", [&] { return carrier.dialled_answers == 1; });
  EXPECT_NE(carrier.last_dialled_status, 0U);
}

INSTANTIATE_TEST_SUITE_P(Sgip, SgipListener, ::testing::Values(Protocol::kSgip12),
                         [](const auto& info) { return std::string(codec::protocol_name(info.param)); });

}  // namespace
}  // namespace yizhan::link
