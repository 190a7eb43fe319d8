#include "service/channels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <thread>

#include "engine/bind_trial.h"
#include "engine/channel_history.h"
#include "link/simulator.h"
#include "store/queries.h"
#include "store/schema.h"
#include "support/sending_world.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using testing::command_line;

// Links of this engine try an address where nobody listens; what they say is not looked at.
class ChannelsTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    engine_.emplace(store(), io_, engine::ScreenRendered{});
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    engine_.reset();
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }
  Channels channels() { return Channels(store(), *engine_); }
  static ChannelSpec spec(const std::string& name = "主通道") {
    ChannelSpec s;
    s.name = name;
    s.provider = "north";
    s.host = "127.0.0.1";
    s.port = 1;
    s.system_id = "yizhan";
    s.password = "secret1";
    s.access_code = "10690001";
    return s;
  }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorCode code, std::string_view field) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field);
  }
  std::string password_of(ChannelId id) {
    const auto sealed = db().read([&](db::Tx& tx) -> Result<Bytes> {
      Bytes out;
      YZ_CHECK(tx.each_sql("SELECT password_sealed FROM channel", {},
                           [&](const db::Row& r) { out = r.bytes(0); }));
      return out;
    });
    EXPECT_TRUE(sealed);
    return store().cipher.open({store::column::kChannelPassword, id.value}, *sealed).value_or("?");
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::optional<engine::Engine> engine_;
  std::thread thread_;
};

YIZHAN_FOR_EACH_STORE(ChannelsTest);

TEST_P(ChannelsTest, AreSetUpChangedAndSwitchedOff) {
  const auto made = channels().create(command_line(), spec());
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->version, 1);
  EXPECT_EQ(made->use, ChannelUse::kEnabled);
  EXPECT_TRUE(made->link);
  EXPECT_EQ(json::encode(*made).find("secret1"), std::string::npos);
  EXPECT_EQ(password_of(made->id), "secret1");

  ChannelSpec changed = spec("备用通道");
  changed.password.reset();
  changed.options.window = 16;
  const auto updated = channels().update(command_line(), made->id, 1, changed);
  ASSERT_TRUE(updated) << to_string(updated.error());
  EXPECT_EQ(updated->name, "备用通道");
  EXPECT_EQ(updated->options.window, 16);
  EXPECT_EQ(password_of(made->id), "secret1");
  changed.password = "new";
  ASSERT_TRUE(channels().update(command_line(), made->id, 2, changed));
  EXPECT_EQ(password_of(made->id), "new");
  expect_refused(channels().update(command_line(), made->id, 1, changed), ErrorCode::kVersionConflict,
                 "version");

  const auto off = channels().disable(command_line(), made->id, 3);
  ASSERT_TRUE(off) << to_string(off.error());
  EXPECT_EQ(off->use, ChannelUse::kDisabled);
  EXPECT_FALSE(off->link);
  EXPECT_EQ(channels().disable(command_line(), made->id, {})->version, off->version);
  EXPECT_TRUE(channels().enable(command_line(), made->id, {})->link);
  EXPECT_EQ(actions(), (std::vector<std::string>{"channel.create", "channel.update", "channel.update",
                                                 "channel.disable", "channel.enable"}));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%secret1%'"), 0);
}

TEST_P(ChannelsTest, RefuseWhatMakesNoSense) {
  ASSERT_TRUE(channels().create(command_line(), spec()));
  expect_refused(channels().create(command_line(), spec()), ErrorCode::kConflict, "/name");
  ChannelSpec bad = spec("x");
  bad.password.reset();
  expect_refused(channels().create(command_line(), bad), ErrorCode::kInvalidArgument, "/password");
  bad = spec("x");
  bad.options.window_start_minute = 600;
  bad.options.window_end_minute = 600;
  expect_refused(channels().create(command_line(), bad), ErrorCode::kInvalidArgument,
                 "/options/window_end_minute");
  bad = spec("x");
  bad.options.reconnect_min_ms = 5'000;
  bad.options.reconnect_max_ms = 1'000;
  expect_refused(channels().create(command_line(), bad), ErrorCode::kInvalidArgument,
                 "/options/reconnect_max_ms");
  expect_refused(channels().get(ChannelId{5}), ErrorCode::kNotFound, "");
}

TEST_P(ChannelsTest, AreListedByPages) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(channels().create(command_line(), spec(name)));
  const auto first = channels().list({.limit = 2});
  ASSERT_TRUE(first && first->next_after);
  EXPECT_EQ(first->items[1].name, "b");
  EXPECT_TRUE(first->items[0].link);
  const auto rest = channels().list({.limit = 2, .after = parse_id<ChannelTag>(*first->next_after).value()});
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_FALSE(rest->next_after);
}

TEST_P(ChannelsTest, CodesAreReadSetAndRemoved) {
  const auto shipped = channels().codes({.limit = 500});
  ASSERT_TRUE(shipped);
  ASSERT_EQ(shipped->items.size(), domain::default_carrier_codes().size());
  // Page by page it is the same list.
  std::vector<std::string> seen;
  ListCarrierCodes request{.limit = 7};
  for (;;) {
    const auto page = channels().codes(request);
    ASSERT_TRUE(page);
    for (const CarrierCodeView& code : page->items) seen.push_back(json::encode(code));
    if (!page->next_after) break;
    request.after = page->next_after;
  }
  ASSERT_EQ(seen.size(), shipped->items.size());
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], json::encode(shipped->items[i]));

  const auto channel = channels().create(command_line(), spec());
  ASSERT_TRUE(channel);
  const CarrierCodeView own{"north",
                            domain::Carrier::kUnknown,
                            domain::CodeStage::kReceipt,
                            "MK:0001",
                            domain::CodeClass::kBlacklist,
                            domain::CodeAction::kSuppress,
                            "blacklisted",
                            "respect it"};
  ASSERT_TRUE(channels().put_code(command_line(), own));
  // The engine reads a channel anew when its version changes.
  EXPECT_EQ(channels().get(channel->id)->version, channel->version + 1);
  const auto of_north = channels().codes({.provider = "north"});
  ASSERT_TRUE(of_north);
  ASSERT_EQ(of_north->items.size(), 1u);
  EXPECT_EQ(json::encode(of_north->items[0]), json::encode(own));
  ASSERT_TRUE(channels().remove_code(
      command_line(), {"north", domain::Carrier::kUnknown, domain::CodeStage::kReceipt, "MK:0001"}));
  expect_refused(channels().remove_code(command_line(), {"north", domain::Carrier::kUnknown,
                                                         domain::CodeStage::kReceipt, "MK:0001"}),
                 ErrorCode::kNotFound, "");
  expect_refused(channels().remove_code(
                     command_line(), {"", domain::Carrier::kUnknown, domain::CodeStage::kReceipt, "UNDELIV"}),
                 ErrorCode::kInvalidArgument, "?provider");
  expect_refused(channels().codes({.after = "zz"}), ErrorCode::kInvalidArgument, "?after");
  EXPECT_EQ(actions().back(), "carrier_code.remove");
}

// A carrier on this machine that knows one account.
std::unique_ptr<link::CarrierSimulator> carrier(const Clock& clock) {
  link::SimulatorConfig config;
  config.port = 0;
  config.accounts = {{"yizhan", "secret1"}};
  auto made = link::CarrierSimulator::create(config, clock);
  EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
  return made ? std::move(*made) : nullptr;
}

TEST_P(ChannelsTest, AnAccountIsTriedBeforeItIsUsed) {
  const auto simulator = carrier(clock_);
  ASSERT_NE(simulator, nullptr);
  Channels all(store(), *engine_);
  ChannelSpec s = spec();
  s.port = simulator->port();
  const auto bound = all.test_bind(command_line(), {.spec = s});
  ASSERT_TRUE(bound) << to_string(bound.error());
  EXPECT_EQ(bound->outcome, domain::BindOutcome::kBound) << bound->detail;
  EXPECT_TRUE(testing::eventually([&] { return simulator->stats().sessions == 0; }));
  EXPECT_EQ(simulator->stats().binds, 1u);
  s.options.bind_mode = domain::BindMode::kTransmitterAndReceiver;
  EXPECT_EQ(all.test_bind(command_line(), {.spec = s})->outcome, domain::BindOutcome::kBound);
  s.password = "wrong";
  const auto refused = all.test_bind(command_line(), {.spec = s});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->outcome, domain::BindOutcome::kRefused);
  EXPECT_FALSE(refused->detail.empty());
  s.password.reset();  // an empty one, then
  EXPECT_EQ(all.test_bind(command_line(), {.spec = s})->outcome, domain::BindOutcome::kRefused);
  s.port = 1;
  EXPECT_EQ(all.test_bind(command_line(), {.spec = s})->outcome, domain::BindOutcome::kUnreachable);
  EXPECT_EQ(actions(), std::vector<std::string>(5, "channel.test_bind"));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%secret1%' OR detail LIKE '%wrong%'"),
            0);
}

TEST_P(ChannelsTest, AChannelIsTriedWithItsStoredPassword) {
  const auto simulator = carrier(clock_);
  ASSERT_NE(simulator, nullptr);
  Channels all(store(), *engine_);
  ChannelSpec s = spec();
  s.port = simulator->port();
  const auto made = all.create(command_line(), s);
  ASSERT_TRUE(made) << to_string(made.error());
  ASSERT_TRUE(all.disable(command_line(), made->id, {}));
  const auto bound = all.test_bind(command_line(), {.channel_id = made->id});
  ASSERT_TRUE(bound) << to_string(bound.error());
  EXPECT_EQ(bound->outcome, domain::BindOutcome::kBound) << bound->detail;
  expect_refused(all.test_bind(command_line(), {}), ErrorCode::kInvalidArgument, "/channel_id");
  expect_refused(all.test_bind(command_line(), {.channel_id = made->id, .spec = s}),
                 ErrorCode::kInvalidArgument, "/channel_id");
  expect_refused(all.test_bind(command_line(), {.channel_id = ChannelId{5}}), ErrorCode::kNotFound,
                 "/channel_id");
  s.options.window_start_minute = s.options.window_end_minute = 600;
  expect_refused(all.test_bind(command_line(), {.spec = s}), ErrorCode::kInvalidArgument,
                 "/spec/options/window_end_minute");
}

// It takes the connection and says nothing.
TEST_P(ChannelsTest, ASilentCarrierIsATimeout) {
  boost::asio::ip::tcp::acceptor silent(io_, {boost::asio::ip::address_v4::loopback(), 0});
  engine::ChannelRow row{.host = "127.0.0.1", .system_id = "yizhan", .port = silent.local_endpoint().port()};
  const auto tried = engine::try_bind(io_, clock_, row, milliseconds(250));
  ASSERT_TRUE(tried) << to_string(tried.error());
  EXPECT_EQ(tried->outcome, domain::BindOutcome::kTimeout) << tried->detail;
  row.host.clear();
  EXPECT_FALSE(engine::try_bind(io_, clock_, row, milliseconds(250)));
}

TEST_P(ChannelsTest, AHistoryIsKeptOfEachChannel) {
  const auto simulator = carrier(clock_);
  ASSERT_NE(simulator, nullptr);
  ChannelSpec s = spec();
  s.port = simulator->port();
  const auto good = channels().create(command_line(), s);
  const auto bad = channels().create(command_line(), spec("nobody listens"));
  ASSERT_TRUE(good && bad);
  const auto has = [&](ChannelId id, domain::ChannelState state) {
    const auto page = channels().history(id, {});
    return page && std::ranges::any_of(page->items, [&](const auto& e) { return e.state == state; });
  };
  EXPECT_TRUE(testing::eventually([&] { return has(good->id, domain::ChannelState::kBound); }));
  EXPECT_TRUE(testing::eventually([&] { return has(bad->id, domain::ChannelState::kBackoff); }));
  EXPECT_FALSE(has(bad->id, domain::ChannelState::kBound));
  ASSERT_TRUE(channels().disable(command_line(), good->id, {}));
  EXPECT_TRUE(testing::eventually([&] { return has(good->id, domain::ChannelState::kStopped); }));
  const auto page = channels().history(good->id, {});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 4u);  // connecting, bound, draining, stopped
  EXPECT_EQ(page->items[0].state, domain::ChannelState::kStopped);
  EXPECT_EQ(page->items[2].state, domain::ChannelState::kBound);
  EXPECT_EQ(page->items[2].sessions_bound, 1);
  EXPECT_EQ(page->items[2].at, clock_.now());
  EXPECT_EQ(page->items[3].id, 1);
  const auto first = channels().history(good->id, {.limit = 3});
  ASSERT_TRUE(first && first->next_after);
  EXPECT_EQ(*first->next_after, 2);
  EXPECT_EQ(channels().history(good->id, {.after = first->next_after})->items.size(), 1u);
  expect_refused(channels().history(ChannelId{5}, {}), ErrorCode::kNotFound, "");
}

TEST_P(ChannelsTest, OfAHistoryTheNewestStay) {
  const auto history = std::make_shared<engine::ChannelHistory>(store(), 7, 3);
  for (int i = 0; i < 10; ++i) {
    history->note(i % 2 == 0 ? link::LinkState::kConnecting : link::LinkState::kBackoff,
                  "no\xFF" + std::to_string(i), 0);
    EXPECT_TRUE(testing::eventually([&] {
      return count("SELECT coalesce(max(number), 0) FROM channel_event WHERE channel_id = 7") == i + 1;
    }));
  }
  EXPECT_EQ(count("SELECT count(*) FROM channel_event"), 3);
  EXPECT_EQ(count("SELECT min(number) FROM channel_event"), 8);
  EXPECT_EQ(count("SELECT count(*) FROM channel_event WHERE detail = 'no?9'"), 1);
}

}  // namespace
}  // namespace yizhan::service
