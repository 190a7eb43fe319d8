#pragma once
// Who a campaign is for: a filter over customers, a saved segment, or the customers of one import. Stored and
// exchanged as JSON. Pure.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/message.h"
#include "text/number_plan.h"

namespace yizhan::json {
// By its name; elsewhere carriers are numbers.
template <>
struct Text<text::Carrier> {
  static constexpr text::Carrier kAll[] = {text::Carrier::kUnknown, text::Carrier::kMobile,
                                           text::Carrier::kUnicom, text::Carrier::kTelecom,
                                           text::Carrier::kBroadcast};
  static std::string format(text::Carrier carrier) { return std::string(text::carrier_name(carrier)); }
  static Result<text::Carrier> parse(std::string_view name) {
    for (const text::Carrier carrier : kAll)
      if (text::carrier_name(carrier) == name) return carrier;
    return fail(ErrorCode::kInvalidArgument, "must be one of unknown, mobile, unicom, telecom, broadcast");
  }
  static Object schema() {
    Array names;
    for (const text::Carrier carrier : kAll) names.emplace_back(text::carrier_name(carrier));
    return {{"type", "string"}, {"enum", std::move(names)}};
  }
};
}  // namespace yizhan::json

namespace yizhan::domain {

// A further attribute of a customer that has one of these values.
struct SegmentAttribute {
  std::string name;
  std::vector<std::string> values;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "values",
       .min_length = 1,
       .max_length = limits::kCustomerAttributeCharacters,
       .min_items = 1,
       .max_items = limits::kSegmentAttributeValues}};
};
BOOST_DESCRIBE_STRUCT(SegmentAttribute, (), (name, values))

// Every condition given must hold; a list holds when one of its values does, but every attribute named must.
// No condition = every customer. Sent: a campaign's message counted against the customer's limits.
struct SegmentFilter {
  std::vector<std::string> cities;
  std::vector<std::string> member_levels;
  std::vector<std::string> regions;  // of the number: CN, HK …
  std::optional<MessageClass> consented_to;
  std::optional<ImportId> import_id;
  std::vector<SegmentAttribute> attributes;
  std::vector<text::Carrier> carriers;  // by the number's prefix, a hint
  std::optional<int64_t> sent_within_days, not_sent_within_days, replied_within_days;

  static constexpr json::Rule kRules[] = {
      {.member = "cities",
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
       .max_items = 100},
      {.member = "attributes",
       .presence = json::Presence::kOptional,
       .max_items = limits::kSegmentAttributes},
      {.member = "carriers", .presence = json::Presence::kOptional, .max_items = limits::kSegmentCarriers},
      {.member = "sent_within_days", .minimum = 1, .maximum = limits::kSegmentDays},
      {.member = "not_sent_within_days", .minimum = 1, .maximum = limits::kSegmentDays},
      {.member = "replied_within_days", .minimum = 1, .maximum = limits::kSegmentDays}};
};
BOOST_DESCRIBE_STRUCT(SegmentFilter, (),
                      (cities, member_levels, regions, consented_to, import_id, attributes, carriers,
                       sent_within_days, not_sent_within_days, replied_within_days))

// Exactly one of the three.
struct Audience {
  std::optional<SegmentId> segment_id;
  std::optional<ImportId> import_id;
  std::optional<SegmentFilter> filter;
};
BOOST_DESCRIBE_STRUCT(Audience, (), (segment_id, import_id, filter))

}  // namespace yizhan::domain
