#include "service/applications.h"

#include <gtest/gtest.h>

#include "store/schema.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::ChannelProtocol;
using domain::MessageClass;
using testing::command_line;

class ApplicationsTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    execute(
        "INSERT INTO channel (id, name, provider, protocol, host, port, system_id, password_sealed,"
        " peer_password_sealed, access_code, options, enabled, created_by, created_at, updated_at, version)"
        " VALUES (7, 'c', '', 'smpp', 'h', 1, 's', CAST('' AS " +
        blob() + "), CAST('' AS " + blob() + "), '1069', '{}', 1, 0, 0, 0, 1)");
    add_content(11, MessageClass::kVerification, 0);
    add_content(12, MessageClass::kMarketing, 0);
    add_content(13, MessageClass::kNotification, 1);
  }
  std::string blob() { return is_sqlite() ? "BLOB" : "BYTEA"; }
  void add_content(int64_t id, MessageClass message_class, int system) {
    execute("INSERT INTO content VALUES (" + std::to_string(id) + ", 'c', " +
            std::to_string(static_cast<int>(message_class)) + ", '', " + std::to_string(system) +
            ", 1, 0, 0, 1, 0, 0, 0, 1)");
  }
  Applications applications() {
    Applications a(store());
    a.set_hooks({.changed = [this](ApplicationId id,
                                   Applications::Sessions sessions) { changes_.emplace_back(id, sessions); },
                 .sessions = [](ApplicationId) { return std::optional<int64_t>(2); }});
    return a;
  }
  static ApplicationSpec spec(const std::string& name = "订单系统") {
    ApplicationSpec s;
    s.name = name;
    s.login = "900001";
    s.secret = "secret12";
    s.protocols = {ChannelProtocol::kCmpp3, ChannelProtocol::kSmpp};
    s.allowed_addresses = {"10.0.0.0/8", "::1"};
    s.message_classes = {MessageClass::kVerification, MessageClass::kNotification};
    s.access_code = "10690001";
    s.channel_id = ChannelId{7};
    s.contents = {ContentId{11}};
    return s;
  }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorCode code, std::string_view field) {
    ASSERT_FALSE(result) << field;
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field);
  }

  std::vector<std::pair<ApplicationId, Applications::Sessions>> changes_;
};

YIZHAN_FOR_EACH_STORE(ApplicationsTest);

TEST_P(ApplicationsTest, AreSetUpChangedAndSwitchedOff) {
  auto a = applications();
  const auto made = a.create(command_line(), spec());
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->contents, std::vector{ContentId{11}});
  EXPECT_EQ(made->message_classes, (std::vector{MessageClass::kVerification, MessageClass::kNotification}));
  EXPECT_EQ(made->state.sessions, 2);
  EXPECT_FALSE(made->state.last_login_at);
  EXPECT_EQ(json::encode(*made).find("secret12"), std::string::npos);
  const auto accounts = a.accounts();
  ASSERT_TRUE(accounts && accounts->size() == 1);
  EXPECT_EQ(accounts->front().first, "900001");
  EXPECT_EQ(accounts->front().second.secret, "secret12");
  EXPECT_EQ(accounts->front().second.protocols,
            (std::vector{codec::Protocol::kCmpp30, codec::Protocol::kSmpp34}));

  ApplicationSpec other = spec("会员系统");
  other.secret.reset();
  other.contents.clear();
  other.window = 8;
  const auto updated = a.update(command_line(), made->id, 1, other);
  ASSERT_TRUE(updated) << to_string(updated.error());
  EXPECT_TRUE(updated->contents.empty());
  EXPECT_EQ(updated->window, 8);
  EXPECT_EQ(a.accounts()->front().second.secret, "secret12");
  other.secret = "another";
  ASSERT_TRUE(a.update(command_line(), made->id, 2, other));
  EXPECT_EQ(a.accounts()->front().second.secret, "another");
  expect_refused(a.update(command_line(), made->id, 1, other), ErrorCode::kVersionConflict, "version");

  const auto off = a.disable(command_line(), made->id, 3);
  ASSERT_TRUE(off) << to_string(off.error());
  EXPECT_EQ(off->use, ApplicationUse::kDisabled);
  EXPECT_FALSE(a.accounts()->front().second.enabled);
  EXPECT_EQ(a.disable(command_line(), made->id, {})->version, off->version);
  EXPECT_EQ(a.enable(command_line(), made->id, {})->use, ApplicationUse::kEnabled);

  using enum Applications::Sessions;
  std::vector<Applications::Sessions> told;
  for (const auto& [id, sessions] : changes_) told.push_back(sessions);
  EXPECT_EQ(told, (std::vector{kStay, kStay, kEnd, kEnd, kEnd, kStay}));
  EXPECT_EQ(actions(),
            (std::vector<std::string>{"application.create", "application.update", "application.update",
                                      "application.disable", "application.enable"}));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%secret12%' OR detail LIKE '%another%'"),
            0);
}

TEST_P(ApplicationsTest, RefuseWhatMakesNoSense) {
  auto a = applications();
  const auto made = a.create(command_line(), spec());
  ASSERT_TRUE(made);
  const auto refused = [&](std::string_view field, auto change) {
    ApplicationSpec s = spec("其它");
    s.login = "900002";
    change(s);
    expect_refused(a.create(command_line(), s), ErrorCode::kInvalidArgument, field);
  };
  refused("/secret", [](auto& s) { s.secret.reset(); });
  refused("/secret", [](auto& s) { s.secret = "ninechars"; });
  refused("/secret", [](auto& s) { s.secret = "空"; });
  refused("/login", [](auto& s) { s.login = "9000011"; });
  refused("/login", [](auto& s) { s.login = "a b"; });
  refused("/protocols/1", [](auto& s) { s.protocols = {ChannelProtocol::kSmpp, ChannelProtocol::kSmpp}; });
  refused("/allowed_addresses/1", [](auto& s) { s.allowed_addresses = {"10.0.0.1", "10.0.0.0/99"}; });
  refused("/access_code", [](auto& s) { s.access_code = "1069x"; });
  refused("/channel_id", [](auto& s) { s.channel_id = ChannelId{8}; });
  refused("/contents/1", [](auto& s) { s.contents = {ContentId{11}, ContentId{99}}; });
  refused("/contents/0", [](auto& s) { s.contents = {ContentId{12}}; });
  refused("/contents/0", [](auto& s) { s.contents = {ContentId{13}}; });
  refused("/contents/1", [](auto& s) { s.contents = {ContentId{11}, ContentId{11}}; });
  ApplicationSpec same = spec("其它");
  expect_refused(a.create(command_line(), same), ErrorCode::kConflict, "/login");
  same = spec();
  same.login = "900002";
  expect_refused(a.create(command_line(), same), ErrorCode::kConflict, "/name");
  expect_refused(a.get(ApplicationId{1}), ErrorCode::kNotFound, "");

  // A secret that was long enough for CMPP alone does not do for SMPP.
  ApplicationSpec cmpp = spec();
  cmpp.protocols = {ChannelProtocol::kCmpp3};
  cmpp.secret = "a-longer-secret";
  ASSERT_TRUE(a.update(command_line(), made->id, {}, cmpp));
  ApplicationSpec both = spec();
  both.secret.reset();
  expect_refused(a.update(command_line(), made->id, {}, both), ErrorCode::kInvalidArgument, "/secret");
}

TEST_P(ApplicationsTest, GoByARouteInPlaceOfAChannel) {
  execute(
      "INSERT INTO route (id, name, created_by, created_at, updated_at, version) VALUES (5, 'r', 0, 0, 0, 1);"
      "INSERT INTO route (id, name, created_by, created_at, updated_at, version) VALUES (6, 's', 0, 0, 0, 1);"
      "INSERT INTO route_channel (route_id, channel_id, carriers, message_classes, cost, weight, tier, "
      "enabled) "
      "VALUES (5, 9, 0, 30, 0, 0, 1, 0), (5, 7, 0, 30, 0, 0, 2, 1)");
  auto a = applications();
  ApplicationSpec s = spec();
  s.route_id = RouteId{5};
  expect_refused(a.create(command_line(), s), ErrorCode::kInvalidArgument, "/channel_id");
  s.channel_id.reset();
  const auto made = a.create(command_line(), s);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->route_id, RouteId{5});
  EXPECT_FALSE(made->channel_id);
  EXPECT_EQ(count("SELECT channel_id FROM application"), 7) << "the first of its channels in use";
  s.route_id = RouteId{6};
  expect_refused(a.update(command_line(), made->id, {}, s), ErrorCode::kInvalidArgument, "/route_id");
  s.route_id.reset();
  expect_refused(a.update(command_line(), made->id, {}, s), ErrorCode::kInvalidArgument, "/channel_id");
  const auto back = a.update(command_line(), made->id, {}, spec());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->channel_id, ChannelId{7});
  EXPECT_FALSE(back->route_id);
}

TEST_P(ApplicationsTest, AreListedPageByPage) {
  auto a = applications();
  for (int i = 0; i < 3; ++i) {
    ApplicationSpec s = spec("系统" + std::to_string(i));
    s.login = std::to_string(i);
    ASSERT_TRUE(a.create(command_line(), s));
    clock_.advance(seconds(1));
  }
  const auto first = a.list({.limit = 2, .after = {}});
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 2U);
  EXPECT_EQ(first->items[1].login, "1");
  ASSERT_TRUE(first->next_after);
  const auto rest = a.list({.limit = 2, .after = parse_id<ApplicationTag>(*first->next_after).value()});
  ASSERT_EQ(rest->items.size(), 1U);
  EXPECT_EQ(rest->items[0].contents.size(), 1U);
  EXPECT_FALSE(rest->next_after);
}

}  // namespace
}  // namespace yizhan::service
