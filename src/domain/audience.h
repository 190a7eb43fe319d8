#pragma once
// Who a campaign is for: a filter over customers, a saved segment, or the customers of one import. Stored and
// exchanged as JSON. Pure.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "domain/message.h"

namespace yizhan::domain {

// Every condition given must hold; a list holds when one of its values does. No condition = every customer.
struct SegmentFilter {
  std::vector<std::string> cities;
  std::vector<std::string> member_levels;
  std::vector<std::string> regions;  // of the number: CN, HK …
  std::optional<MessageClass> consented_to;
  std::optional<ImportId> import_id;

  static constexpr json::Rule kRules[] = {{.member = "cities",
                                           .presence = json::Presence::kOptional,
                                           .min_length = 1,
                                           .max_length = 64,
                                           .max_items = 100},
                                          {.member = "member_levels",
                                           .presence = json::Presence::kOptional,
                                           .min_length = 1,
                                           .max_length = 64,
                                           .max_items = 100},
                                          {.member = "regions",
                                           .presence = json::Presence::kOptional,
                                           .min_length = 2,
                                           .max_length = 3,
                                           .max_items = 100}};
};
BOOST_DESCRIBE_STRUCT(SegmentFilter, (), (cities, member_levels, regions, consented_to, import_id))

// Exactly one of the three.
struct Audience {
  std::optional<SegmentId> segment_id;
  std::optional<ImportId> import_id;
  std::optional<SegmentFilter> filter;
};
BOOST_DESCRIBE_STRUCT(Audience, (), (segment_id, import_id, filter))

}  // namespace yizhan::domain
