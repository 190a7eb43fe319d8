// A campaign over a channel by HTTP on both stores: real requests to a provider on this machine, its receipts
// and replies by callback.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "engine/engine.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/stream.h"
#include "service/channels.h"
#include "tests/support/sending_world.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

using boost::asio::ip::tcp;
using Counts = std::map<std::string, int64_t>;

// Answers every request as the provider of examples/http_providers/form_acs3.json would.
class StubProvider {
 public:
  uint16_t port() const { return listener_->port(); }
  ~StubProvider() {
    listener_->stop();
    threads_.stop();
  }
  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }
  std::string first_request() {
    const std::lock_guard lock(mutex_);
    return first_request_;
  }

 private:
  std::string answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    if (first_request_.empty()) first_request_ = request;
    const std::string id = fmt::format("{}^0", ids_.size());
    ids_.push_back(id);
    const std::string body = fmt::format(R"({{"Code":"OK","BizId":"{}","RequestId":"r"}})", id);
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  }
  net::Task<void> serve(tcp::socket socket) {
    constexpr auto kAwaitable = boost::asio::as_tuple(boost::asio::use_awaitable);
    std::string in;
    std::array<char, 4096> buffer{};
    for (;;) {
      const auto [error, bytes] = co_await socket.async_read_some(boost::asio::buffer(buffer), kAwaitable);
      if (error) co_return;
      in.append(buffer.data(), bytes);
      if (!in.ends_with("\r\n\r\n")) continue;  // its requests have no body
      const std::string out = answer(std::exchange(in, {}));
      const auto [write_error, written] =
          co_await boost::asio::async_write(socket, boost::asio::buffer(out), kAwaitable);
      if (write_error) co_return;
    }
  }

  std::mutex mutex_;
  std::vector<std::string> ids_;
  std::string first_request_;
  net::IoThreads threads_{"provider", 1};
  std::unique_ptr<net::Listener> listener_ =
      net::Listener::create(threads_, {}, [this](tcp::socket s) { return serve(std::move(s)); }).value();
};

class HttpProvider : public testing::StoreTest {
 protected:
  template <class T>
  T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
  }
  void SetUp() override {
    make(store::migrations());
    if (::testing::Test::IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
    world_.emplace(db(), clock_);
    ok(world_->prepare());
    thread_ = std::thread([this] { io_.run(); });
    engine_ = std::make_unique<engine::Engine>(world_->store(), io_,
                                               [](std::string_view, domain::MessageClass) { return true; });
    ok(engine_->start());
    channels_ = std::make_unique<service::Channels>(world_->store(), *engine_);
  }
  void TearDown() override {
    channels_.reset();
    engine_.reset();
    guard_.reset();
    if (thread_.joinable()) thread_.join();
  }
  service::ChannelSpec spec() {
    std::ifstream file("examples/http_providers/form_acs3.json");
    std::stringstream text;
    text << file.rdbuf();
    service::ChannelSpec s{.name = "云短信", .provider = "cloud", .protocol = domain::ChannelProtocol::kHttp};
    s.host = "127.0.0.1";
    s.port = provider_.port();
    s.system_id = "LTAI5tEXAMPLEEXAMPLEEXAMP";
    s.password = "secret";
    s.access_code = "1069";
    s.options = json::decode<domain::ChannelOptions>(text.str()).value();
    s.options.http->scheme = provider::Scheme::kHttp;
    s.options.window = 4;
    s.options.segments_per_second = 0;
    s.requires_filed_signature = false;  // what providers ask of signatures is signatures_test's matter
    return s;
  }
  Counts counts(int64_t batch) { return ok(world_->counts(batch)); }
  json::Value receipts(const std::vector<std::string>& ids, bool success) {
    json::Array items;
    for (const std::string& id : ids)
      items.push_back(json::Object{{"biz_id", id},
                                   {"success", success},
                                   {"err_code", success ? "DELIVERED" : "MK:0001"},
                                   {"report_time", "2026-03-02 10:00:01"}});
    return items;
  }

  StubProvider provider_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  std::thread thread_;
  std::optional<testing::SendingWorld> world_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<service::Channels> channels_;
  const service::Principal who_{store::ActorKind::kCommandLine, 0, "test", {}, {}};
};
YIZHAN_FOR_EACH_STORE(HttpProvider);

TEST_P(HttpProvider, FromCampaignToReceiptAndReply) {
  const auto channel = ok(channels_->create(who_, spec()));
  EXPECT_EQ(channel.protocol, domain::ChannelProtocol::kHttp);
  const auto address = ok(channels_->renew_callback(who_, channel.id));
  EXPECT_EQ(address.path, "/api/v1/carrier_callbacks/" + address.token);
  ok(world_->add_customers(20));
  ok(world_->add_content("您已退订。", "", "opt_out_confirmation"));
  const int64_t version = ok(world_->add_content("亲爱的{name}，全场九折。", "拒收请回复R"));
  const int64_t batch = ok(world_->add_batch(version, channel.id.value, 20));
  ok(world_->start_batch(batch));
  engine_->wake();
  ASSERT_TRUE(testing::eventually([&] { return counts(batch) == Counts{{"sent", 20}}; }))
      << ::testing::PrintToString(counts(batch));
  EXPECT_NE(provider_.first_request().find("SignName=%E9%A9%BF%E7%AB%99&"), std::string::npos)
      << provider_.first_request();
  EXPECT_NE(provider_.first_request().find("\r\nAuthorization: ACS3-HMAC-SHA256 Credential=LTAI5t"),
            std::string::npos);

  std::vector<std::string> ids = provider_.ids();
  ASSERT_EQ(ids.size(), 20U);
  const std::vector<std::string> failed(ids.begin(), ids.begin() + 2);
  ids.erase(ids.begin(), ids.begin() + 2);
  // What is acknowledged is on disk, and what comes twice changes nothing.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ok(channels_->take_callback(address.token, "192.0.2.1", receipts(ids, true))),
              R"({"code":0,"msg":"OK"})");
    ok(channels_->take_callback(address.token, "192.0.2.1", receipts(failed, false)));
    EXPECT_EQ(counts(batch), (Counts{{"delivered", 18}, {"failed", 2}}));
    EXPECT_EQ(ok(world_->projected(batch)), (Counts{{"delivered", 18}, {"failed", 2}}));
  }

  const json::Value reply =
      json::parse(
          R"([{"phone_number":"13800000003","content":"R","dest_code":"1069","send_time":"2026-03-02 10:00:02"}])")
          .value();
  ok(channels_->take_callback(address.token, "192.0.2.1", reply));
  const auto number = [&](const std::string& sql) {
    int64_t n = -1;
    ok(db().read(
        [&](db::Tx& tx) { return tx.each_sql(sql, {}, [&](const db::Row& row) { n = row.i64(0); }); }));
    return n;
  };
  EXPECT_EQ(number("SELECT count(*) FROM inbound_message WHERE destination = '1069'"), 1);
  EXPECT_EQ(number("SELECT kind FROM consent_state WHERE customer_id = 4 AND message_class = " +
                   std::to_string(static_cast<int>(domain::MessageClass::kMarketing))),
            static_cast<int64_t>(domain::ConsentKind::kWithdrawn));
}

TEST_P(HttpProvider, AnAddressIsKnownByItsTokenAlone) {
  const auto channel = ok(channels_->create(who_, spec()));
  const auto first = ok(channels_->renew_callback(who_, channel.id));
  const auto second = ok(channels_->renew_callback(who_, channel.id));
  const auto code = [&](const std::string& token, const json::Value& body, const char* from = "192.0.2.1") {
    const auto taken = channels_->take_callback(token, from, body);
    return taken ? std::string("taken") : std::string(error_name(taken.error().code));
  };
  ASSERT_TRUE(testing::eventually([&] { return channels_->get(channel.id)->link->state == "bound"; }));
  EXPECT_EQ(code(second.token, receipts({"x"}, true)), "taken");
  EXPECT_EQ(code(first.token, receipts({"x"}, true)), "not_found");  // renewed
  EXPECT_EQ(code("", receipts({"x"}, true)), "not_found");
  EXPECT_EQ(code(second.token, json::parse("{}").value()), "invalid_argument");
  service::ChannelSpec narrowed = spec();
  narrowed.options.http->callback.sources = {"192.0.2.7"};
  ok(channels_->update(who_, channel.id, {}, narrowed));
  EXPECT_EQ(code(second.token, receipts({"x"}, true)), "forbidden");
  // Until the old link has gone, the provider is asked to bring it again.
  EXPECT_TRUE(
      testing::eventually([&] { return code(second.token, receipts({"x"}, true), "192.0.2.7") == "taken"; }));
  ok(channels_->disable(who_, channel.id, {}));
  ASSERT_TRUE(testing::eventually(
      [&] { return code(second.token, receipts({"x"}, true), "192.0.2.7") == "unavailable"; }));
  // Only what is by HTTP has callbacks.
  service::ChannelSpec smpp = spec();
  smpp.name = "smpp";
  smpp.protocol = domain::ChannelProtocol::kSmpp;
  smpp.options = {};
  smpp.system_id = "id";
  const auto other = ok(channels_->create(who_, smpp));
  EXPECT_EQ(channels_->renew_callback(who_, other.id).error().code, ErrorCode::kWrongState);
}

}  // namespace
}  // namespace yizhan
