#pragma once
// Routes: which channels a message may go by, and how one of them is chosen. Technology's; audited. Also the
// table of how often carriers' codes lead to another attempt. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/carrier.h"
#include "domain/carrier_code.h"
#include "engine/engine.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

enum class RouteUse : uint8_t { kEnabled, kDisabled };
BOOST_DESCRIBE_ENUM(RouteUse, kEnabled, kDisabled)

struct RouteChannelSpec {
  ChannelId channel_id;
  std::vector<domain::Carrier> carriers;
  std::vector<domain::MessageClass> message_classes;
  int64_t cost_millifen = 0;  // of a segment, in thousandths of a fen
  int64_t weight = 0;
  int64_t tier = 1;
  RouteUse use = RouteUse::kEnabled;
  static constexpr json::Rule kRules[] = {
      {.member = "carriers",
       .max_items = 5,
       .description = "of the numbers it carries; unknown: those whose carrier nobody knows"},
      {.member = "message_classes", .max_items = 4},
      {.member = "cost_millifen",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = limits::kRouteCost,
       .description = "of a segment, in thousandths of a fen; without weights the cheapest channel of the "
                      "lowest tier is used"},
      {.member = "weight",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = limits::kRouteWeight,
       .description = "its share among the channels of its tier; where any has one, those without are not "
                      "used. A customer stays with one channel"},
      {.member = "tier",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kRouteTiers,
       .description = "higher ones are used when no channel of a lower one can be"},
      {.member = "use", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(RouteChannelSpec, (),
                      (channel_id, carriers, message_classes, cost_millifen, weight, tier, use))

struct RouteSpec {
  std::string name;
  std::vector<RouteChannelSpec> channels;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "channels", .max_items = limits::kRouteChannels}};
};
BOOST_DESCRIBE_STRUCT(RouteSpec, (), (name, channels))

struct RouteView {
  RouteId id;
  std::string name;
  std::vector<RouteChannelSpec> channels;
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(RouteView, (), (id, name, channels, created_by, created_at, updated_at, version))

struct ListRoutes {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<RouteId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListRoutes, (), (limit, after))

struct RoutePage {
  std::vector<RouteView> items;
  std::optional<RouteId> next_after;
};
BOOST_DESCRIBE_STRUCT(RoutePage, (), (items, next_after))

struct RetryRuleView {
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  domain::CodeAction action = domain::CodeAction::kRetry;
  int64_t times = 0;
  int64_t pause_seconds = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "action",
       .description = "one that asks for another attempt: retry, retry_late, delay, other_channel, "
                      "refresh_carrier"},
      {.member = "times",
       .minimum = 0,
       .maximum = limits::kAttemptsPerMessage - 1,
       .description = "0 = no other attempt"},
      {.member = "pause_seconds",
       .minimum = 0,
       .maximum = limits::kRetryPauseSeconds,
       .description = "before the second attempt; twice as long before each one after it"}};
};
BOOST_DESCRIBE_STRUCT(RetryRuleView, (), (message_class, action, times, pause_seconds))

struct RetryRules {
  std::vector<RetryRuleView> items;
};
BOOST_DESCRIBE_STRUCT(RetryRules, (), (items))

class Routes {
 public:
  Routes(const store::Store& store, engine::Engine& engine) : store_(store), engine_(engine) {}

  // kConflict (field "/name") when the name is taken; kInvalidArgument with the field, for a channel that is
  // not there, that comes twice, or that serves nobody.
  Result<RouteView> create(const Principal& who, const RouteSpec& spec);
  // Holds for what is queued too: messages are given to channels anew.
  Result<RouteView> update(const Principal& who, RouteId id, std::optional<int64_t> version,
                           const RouteSpec& spec);
  Result<RouteView> get(RouteId id);
  Result<RoutePage> list(const ListRoutes& request);
  // kConflict while a campaign that is not over names it.
  Result<> remove(const Principal& who, RouteId id, std::optional<int64_t> version);

  Result<RetryRules> retry_rules();
  Result<RetryRuleView> put_retry_rule(const Principal& who, const RetryRuleView& rule);

 private:
  const store::Store& store_;
  engine::Engine& engine_;
};

}  // namespace yizhan::service
