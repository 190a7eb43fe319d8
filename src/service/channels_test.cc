#include "service/channels.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

#include "store/queries.h"
#include "store/schema.h"
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
  ASSERT_TRUE(channels().remove_code(command_line(), {"north", domain::CodeStage::kReceipt, "MK:0001"}));
  expect_refused(channels().remove_code(command_line(), {"north", domain::CodeStage::kReceipt, "MK:0001"}),
                 ErrorCode::kNotFound, "");
  expect_refused(channels().remove_code(command_line(), {"", domain::CodeStage::kReceipt, "UNDELIV"}),
                 ErrorCode::kInvalidArgument, "?provider");
  expect_refused(channels().codes({.after = "zz"}), ErrorCode::kInvalidArgument, "?after");
  EXPECT_EQ(actions().back(), "carrier_code.remove");
}

}  // namespace
}  // namespace yizhan::service
