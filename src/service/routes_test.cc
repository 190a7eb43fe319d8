#include "service/routes.h"

#include <gtest/gtest.h>

#include "engine/code_actions.h"
#include "service/carrier_findings.h"
#include "store/schema.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using testing::command_line;

class RoutesTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    // Disabled: this engine opens no link.
    for (const int64_t id : {7, 8})
      execute(
          "INSERT INTO channel (id, name, provider, protocol, host, port, system_id, password_sealed, "
          "peer_password_sealed, access_code, options, enabled, created_by, created_at, updated_at, version) "
          "VALUES (" +
          std::to_string(id) + ", 'channel " + std::to_string(id) +
          "', '', 'smpp', '127.0.0.1', 1, 'x', CAST('' AS " + (is_sqlite() ? "BLOB" : "BYTEA") +
          "), CAST('' AS " + (is_sqlite() ? "BLOB" : "BYTEA") + "), '1069', '{}', 0, 0, 0, 0, 1)");
    engine_.emplace(store(), io_, engine::ScreenRendered{});
  }
  Routes routes() { return Routes(store(), *engine_); }
  CarrierFindings findings() { return CarrierFindings(store(), *engine_); }
  static RouteChannelSpec way(int64_t channel) {
    return {.channel_id = ChannelId{channel},
            .carriers = {domain::Carrier::kUnknown, domain::Carrier::kMobile},
            .message_classes = {domain::MessageClass::kMarketing},
            .cost_millifen = 3'800,
            .tier = 2};
  }
  static RouteSpec spec(const std::string& name = "全网") { return {name, {way(7), way(8)}}; }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorCode code, std::string_view field) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field);
  }

  boost::asio::io_context io_;
  std::optional<engine::Engine> engine_;
};
YIZHAN_FOR_EACH_STORE(RoutesTest);

TEST_P(RoutesTest, AreMadeChangedAndRemoved) {
  const auto made = routes().create(command_line(), spec());
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(json::encode(made->channels), json::encode(spec().channels));
  expect_refused(routes().create(command_line(), spec()), ErrorCode::kConflict, "/name");
  RouteSpec changed = spec("other");
  changed.channels.pop_back();
  changed.channels[0].weight = 5;
  changed.channels[0].use = RouteUse::kDisabled;
  const auto updated = routes().update(command_line(), made->id, made->version, changed);
  ASSERT_TRUE(updated);
  EXPECT_EQ(json::encode(routes().get(made->id)->channels), json::encode(changed.channels));
  expect_refused(routes().update(command_line(), made->id, made->version, changed),
                 ErrorCode::kVersionConflict, "version");
  EXPECT_EQ(routes().list({})->items.size(), 1U);
  ASSERT_TRUE(routes().remove(command_line(), made->id, updated->version));
  expect_refused(routes().get(made->id), ErrorCode::kNotFound, "");
  EXPECT_EQ(actions(), (std::vector<std::string>{"route.create", "route.update", "route.remove"}));
}

TEST_P(RoutesTest, AnApplicationKeepsItsRoute) {
  const auto made = routes().create(command_line(), spec());
  ASSERT_TRUE(made);
  execute(
      "INSERT INTO application (id, name, login, secret_sealed, protocols, allowed_addresses, "
      "message_classes, "
      "access_code, channel_id, segments_per_second, submit_window, max_sessions, enabled, last_login_at, "
      "created_by, created_at, updated_at, version, route_id) VALUES (1, 'a', 'a', CAST('' AS " +
      std::string(is_sqlite() ? "BLOB" : "BYTEA") + "), '[]', '[]', 0, '1', 7, 0, 1, 1, 1, 0, 0, 0, 0, 1, " +
      std::to_string(made->id.value) + ")");
  expect_refused(routes().remove(command_line(), made->id, {}), ErrorCode::kConflict, "");
  execute("UPDATE application SET route_id = 0");
  EXPECT_TRUE(routes().remove(command_line(), made->id, {}));
}

TEST_P(RoutesTest, WhatCannotWorkIsRefused) {
  RouteSpec none = spec();
  none.channels.clear();
  expect_refused(routes().create(command_line(), none), ErrorCode::kInvalidArgument, "/channels");
  RouteSpec twice = spec();
  twice.channels[1].channel_id = ChannelId{7};
  expect_refused(routes().create(command_line(), twice), ErrorCode::kInvalidArgument,
                 "/channels/1/channel_id");
  RouteSpec unknown = spec();
  unknown.channels[0].channel_id = ChannelId{9};
  expect_refused(routes().create(command_line(), unknown), ErrorCode::kInvalidArgument,
                 "/channels/0/channel_id");
  RouteSpec nobody = spec();
  nobody.channels[0].carriers.clear();
  expect_refused(routes().create(command_line(), nobody), ErrorCode::kInvalidArgument,
                 "/channels/0/carriers");
}

TEST_P(RoutesTest, ARouteInUseIsNotRemoved) {
  const auto made = routes().create(command_line(), spec());
  ASSERT_TRUE(made);
  ASSERT_TRUE(db().write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::batch_insert, int64_t{5}, domain::BatchOrigin::kCampaign, 0, 0, Bytes{},
                  domain::MessageClass::kMarketing, "", 7, 0, 1440, 0, 0, domain::BatchState::kRunning, 0, 0,
                  0, clock_.now(), 0));
    YZ_TRY(tx.run(store::q::batch_set_route, int64_t{5}, made->id));
    return {};
  }));
  expect_refused(routes().remove(command_line(), made->id, made->version), ErrorCode::kConflict, "");
}

TEST_P(RoutesTest, RetryRulesAreShippedAndSet) {
  const auto shipped = routes().retry_rules();
  ASSERT_TRUE(shipped);
  ASSERT_FALSE(shipped->items.empty());
  for (const RetryRuleView& rule : shipped->items)
    if (rule.action == domain::CodeAction::kRetryLate &&
        rule.message_class == domain::MessageClass::kVerification)
      EXPECT_EQ(rule.times, 0) << "a code that comes late is of no use";
  const RetryRuleView own{domain::MessageClass::kMarketing, domain::CodeAction::kRetryLate, 2, 600};
  ASSERT_TRUE(routes().put_retry_rule(command_line(), own));
  const auto now = routes().retry_rules();
  EXPECT_EQ(now->items.size(), shipped->items.size());
  EXPECT_TRUE(std::ranges::any_of(
      now->items, [&](const RetryRuleView& rule) { return json::encode(rule) == json::encode(own); }));
  expect_refused(routes().put_retry_rule(
                     command_line(), {domain::MessageClass::kMarketing, domain::CodeAction::kSuppress, 1, 1}),
                 ErrorCode::kInvalidArgument, "/action");
}

TEST_P(RoutesTest, ANumbersBarIsShownAndLifted) {
  expect_refused(findings().number(CustomerId{3}), ErrorCode::kNotFound, "");
  execute(std::string(
              "INSERT INTO customer (id, number_index, number_sealed, profile_sealed, region, carrier, zone, "
              "city, member_level, attributes, suppressed, import_id, created_at, updated_at, version) "
              "VALUES (3, ") +
          (is_sqlite() ? "x'0102', x'00', x'00'" : "'\\x0102', '\\x00', '\\x00'") +
          ", 'CN', 1, 'Asia/Shanghai', '', '', '{}', 0, 0, 0, 0, 1)");
  EXPECT_EQ(findings().number(CustomerId{3})->bar, NumberBar::kOpen);
  ASSERT_TRUE(db().write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::number_quality_put, Bytes{1, 2}, 0, int64_t{9}, domain::CodeClass::kSuspended,
                  clock_.now(), (clock_.now() + hours(1)).us));
    return {};
  }));
  const auto barred = findings().number(CustomerId{3});
  ASSERT_TRUE(barred);
  EXPECT_EQ(barred->bar, NumberBar::kUntil);
  clock_.advance(hours(2));
  EXPECT_EQ(findings().number(CustomerId{3})->bar, NumberBar::kOpen);
  const auto lifted = findings().lift(command_line(), CustomerId{3}, {"the customer called"});
  ASSERT_TRUE(lifted);
  EXPECT_FALSE(lifted->failed_at);
  expect_refused(findings().lift(command_line(), CustomerId{3}, {"again"}), ErrorCode::kNotFound, "");
  EXPECT_EQ(actions(), (std::vector<std::string>{"number_quality.lift"}));
}

}  // namespace
}  // namespace yizhan::service
