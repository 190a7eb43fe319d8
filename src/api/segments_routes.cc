#include <algorithm>

#include "api/customers_routes.h"
#include "service/principal.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::AudienceCount;
using service::ListSegments;
using service::RegisterTestHandset;
using service::SaveSegment;
using service::SegmentPage;
using service::SegmentView;
using service::TestHandsetList;
using service::TestHandsetView;

namespace {

// A saved segment, or the conditions of a filter; with both, segment_id is refused by what it is given to.
struct CountAudience {
  std::optional<SegmentId> segment_id;
  std::vector<std::string> cities, member_levels, regions;
  std::optional<domain::MessageClass> consented_to;
  std::optional<ImportId> import_id;
  std::vector<std::string> attributes;
  std::vector<text::Carrier> carriers;
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
       .min_length = 3,
       .max_items = limits::kSegmentAttributes * limits::kSegmentAttributeValues,
       .description = "name=value; a name given again has more values"},
      {.member = "carriers", .presence = json::Presence::kOptional, .max_items = limits::kSegmentCarriers},
      {.member = "sent_within_days", .minimum = 1, .maximum = limits::kSegmentDays},
      {.member = "not_sent_within_days", .minimum = 1, .maximum = limits::kSegmentDays},
      {.member = "replied_within_days", .minimum = 1, .maximum = limits::kSegmentDays}};
};
BOOST_DESCRIBE_STRUCT(CountAudience, (),
                      (segment_id, cities, member_levels, regions, consented_to, import_id, attributes,
                       carriers, sent_within_days, not_sent_within_days, replied_within_days))

// "tier=gold" and "tier=silver" are one attribute with two values. Held to the limits of a filter in a body.
Result<std::vector<domain::SegmentAttribute>> attributes_of(const std::vector<std::string>& pairs) {
  std::vector<domain::SegmentAttribute> out;
  for (const std::string& pair : pairs) {
    const size_t sign = pair.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == pair.size())
      return fail(ErrorCode::kInvalidArgument, "must be name=value", "?attributes");
    const std::string name = pair.substr(0, sign);
    auto known = std::ranges::find(out, name, &domain::SegmentAttribute::name);
    if (known == out.end()) known = out.insert(out.end(), {name, {}});
    known->values.push_back(pair.substr(sign + 1));
    if (out.size() > limits::kSegmentAttributes || known->values.size() > limits::kSegmentAttributeValues)
      return fail(ErrorCode::kInvalidArgument, "too many attributes or values", "?attributes");
  }
  return out;
}

Result<domain::Audience> audience_of(const CountAudience& query) {
  domain::Audience audience;
  audience.segment_id = query.segment_id;
  const bool filtered = !query.cities.empty() || !query.member_levels.empty() || !query.regions.empty() ||
                        query.consented_to || query.import_id || !query.attributes.empty() ||
                        !query.carriers.empty() || query.sent_within_days || query.not_sent_within_days ||
                        query.replied_within_days;
  if (!query.segment_id || filtered)
    audience.filter = {.cities = query.cities,
                       .member_levels = query.member_levels,
                       .regions = query.regions,
                       .consented_to = query.consented_to,
                       .import_id = query.import_id,
                       .attributes = YZ_TRY(attributes_of(query.attributes)),
                       .carriers = query.carriers,
                       .sent_within_days = query.sent_within_days,
                       .not_sent_within_days = query.not_sent_within_days,
                       .replied_within_days = query.replied_within_days};
  return audience;
}

// The version that the caller saw; with `If-Match: *` the one there is.
Result<int64_t> version_seen(const service::Segments& segments, const Call& call, SegmentId id) {
  if (call.if_match) return *call.if_match;
  return YZ_TRY(segments.get(id)).version;
}

void add_changers(Catalogue& catalogue, const service::Segments& segments) {
  catalogue.route<SaveSegment, SegmentView>({.method = Method::kPost,
                                             .path = "/api/v1/segments",
                                             .operation_id = "createSegment",
                                             .tag = "segments",
                                             .summary = "Save a segment",
                                             .permission = Permission::kSegmentWrite,
                                             .audit = AuditClass::kChange,
                                             .status = 201,
                                             .idempotency = Idempotency::kByKey},
                                            [&segments](Call& call, const SaveSegment& request) {
                                              return segments.create(call.principal(), request);
                                            });
  catalogue.route<SaveSegment, SegmentView>(
      {.method = Method::kPut,
       .path = "/api/v1/segments/{segment_id}",
       .operation_id = "changeSegment",
       .tag = "segments",
       .summary = "Change a segment",
       .permission = Permission::kSegmentWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&segments](Call& call, const SaveSegment& request) -> Result<SegmentView> {
        const auto id = YZ_TRY(call.id<SegmentId>("segment_id"));
        return segments.change(call.principal(), id, YZ_TRY(version_seen(segments, call, id)), request);
      });
  catalogue.route<None, None>(
      {.method = Method::kDelete,
       .path = "/api/v1/segments/{segment_id}",
       .operation_id = "removeSegment",
       .tag = "segments",
       .summary = "Remove a segment that no campaign is planned for",
       .permission = Permission::kSegmentWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&segments](Call& call) -> Result<None> {
        const auto id = YZ_TRY(call.id<SegmentId>("segment_id"));
        YZ_CHECK(segments.remove(call.principal(), id, YZ_TRY(version_seen(segments, call, id))));
        return None{};
      });
}

}  // namespace

void add_segment_routes(Catalogue& catalogue, const service::Segments& segments) {
  catalogue.route<FromQuery<ListSegments>, SegmentPage>(
      {.path = "/api/v1/segments",
       .operation_id = "listSegments",
       .tag = "segments",
       .summary = "Saved segments",
       .permission = Permission::kCustomerRead},
      [&segments](Call&, const ListSegments& query) { return segments.list(query); });
  catalogue.route<None, SegmentView>({.path = "/api/v1/segments/{segment_id}",
                                      .operation_id = "getSegment",
                                      .tag = "segments",
                                      .summary = "A saved segment",
                                      .permission = Permission::kCustomerRead},
                                     [&segments](Call& call) -> Result<SegmentView> {
                                       return segments.get(YZ_TRY(call.id<SegmentId>("segment_id")));
                                     });
  catalogue.route<FromQuery<CountAudience>, AudienceCount>(
      {.path = "/api/v1/audiences/count",
       .operation_id = "countAudience",
       .tag = "segments",
       .summary = "How many customers a segment, an import or a filter holds now",
       .permission = Permission::kCustomerRead},
      [&segments](Call&, const CountAudience& query) -> Result<AudienceCount> {
        return segments.count(YZ_TRY(audience_of(query)));
      });
  add_changers(catalogue, segments);
}

void add_test_handset_routes(Catalogue& catalogue, const service::TestHandsets& handsets) {
  catalogue.route<None, TestHandsetList>({.path = "/api/v1/test_handsets",
                                          .operation_id = "listTestHandsets",
                                          .tag = "test_handsets",
                                          .summary = "The phones that pre-send tests go to",
                                          .permission = Permission::kCampaignRead},
                                         [&handsets](Call&) { return handsets.list(); });
  catalogue.route<RegisterTestHandset, TestHandsetView>(
      {.method = Method::kPost,
       .path = "/api/v1/test_handsets",
       .operation_id = "addTestHandset",
       .tag = "test_handsets",
       .summary = "Register a test handset",
       .permission = Permission::kCampaignTest,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&handsets](Call& call, const RegisterTestHandset& request) {
        return handsets.add(call.principal(), request);
      });
  catalogue.route<None, None>({.method = Method::kDelete,
                               .path = "/api/v1/test_handsets/{test_handset_id}",
                               .operation_id = "removeTestHandset",
                               .tag = "test_handsets",
                               .summary = "Take a test handset off the list",
                               .permission = Permission::kCampaignTest,
                               .audit = AuditClass::kChange},
                              [&handsets](Call& call) -> Result<None> {
                                const auto id = YZ_TRY(call.id<TestHandsetId>("test_handset_id"));
                                YZ_CHECK(handsets.remove(call.principal(), id));
                                return None{};
                              });
}

}  // namespace yizhan::api
