#include "engine/route_table.h"

#include "domain/signature.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

namespace {

domain::RouteChannel channel_at(const db::Row& row, int first) {
  return {.channel_id = row.i64(first),
          .carriers = row.i64(first + 1),
          .message_classes = row.i64(first + 2),
          .cost = row.i64(first + 3),
          .weight = row.i64(first + 4),
          .tier = row.i64(first + 5),
          .enabled = row.flag(first + 6)};
}

}  // namespace

Result<RouteTable> RouteTable::load(db::Tx& tx, Time now) {
  RouteTable table;
  YZ_CHECK(tx.each(q::route_channels_all,
                   [&](const db::Row& row) { table.routes[row.i64(0)].push_back(channel_at(row, 1)); }));
  YZ_CHECK(tx.each(q::sent_signatures_channels, [&](const db::Row& row) {
    const domain::Filing filing{row.as<domain::FilingState>(3), row.time(4)};
    if (!domain::carries(domain::filing_rule(row.flag(2)), filing, now))
      table.without[row.string(0)].insert(row.i64(1));
  }));
  return table;
}

const std::vector<domain::RouteChannel>& RouteTable::of(int64_t route_id) const {
  static const std::vector<domain::RouteChannel> kNone;
  const auto found = routes.find(route_id);
  return found == routes.end() ? kNone : found->second;
}

Result<std::vector<domain::RouteChannel>> load_route_channels(db::Tx& tx, int64_t route_id) {
  std::vector<domain::RouteChannel> channels;
  YZ_CHECK(tx.each(
      q::route_channels, [&](const db::Row& row) { channels.push_back(channel_at(row, 0)); }, route_id));
  return channels;
}

}  // namespace yizhan::engine
