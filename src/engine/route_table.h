#pragma once
// The routes as they are stored, and the signatures that channels may not be used with. Immutable once
// loaded; any thread.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/tx.h"
#include "domain/route.h"

namespace yizhan::engine {

struct RouteTable {
  std::map<int64_t, std::vector<domain::RouteChannel>> routes;  // by id; lower tiers first
  std::set<std::pair<std::string, int64_t>> frozen;             // signature and channel
  bool operator==(const RouteTable&) const = default;

  static Result<RouteTable> load(db::Tx& tx);
  // Empty when there is no such route.
  const std::vector<domain::RouteChannel>& of(int64_t route_id) const;
  bool is_frozen(std::string_view signature, int64_t channel_id) const {
    return !frozen.empty() && frozen.contains({std::string(signature), channel_id});
  }
};

Result<std::vector<domain::RouteChannel>> load_route_channels(db::Tx& tx, int64_t route_id);

}  // namespace yizhan::engine
