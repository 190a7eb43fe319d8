#pragma once
// The routes as they are stored, and the signatures that channels may not carry, of those under which
// something is being sent. Immutable once loaded; any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/tx.h"
#include "domain/route.h"

namespace yizhan::engine {

struct RouteTable {
  std::map<int64_t, std::vector<domain::RouteChannel>> routes;    // by id; lower tiers first
  std::map<std::string, std::set<int64_t>, std::less<>> without;  // by signature: channels
  bool operator==(const RouteTable&) const = default;

  static Result<RouteTable> load(db::Tx& tx, Time now);
  // Empty when there is no such route.
  const std::vector<domain::RouteChannel>& of(int64_t route_id) const;
  bool carries(std::string_view signature, int64_t channel_id) const {
    const auto found = without.find(signature);
    return found == without.end() || !found->second.contains(channel_id);
  }
};

Result<std::vector<domain::RouteChannel>> load_route_channels(db::Tx& tx, int64_t route_id);

}  // namespace yizhan::engine
