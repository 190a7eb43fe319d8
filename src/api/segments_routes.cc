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
BOOST_DESCRIBE_STRUCT(CountAudience, (),
                      (segment_id, cities, member_levels, regions, consented_to, import_id))

domain::Audience audience_of(const CountAudience& query) {
  domain::Audience audience;
  audience.segment_id = query.segment_id;
  const bool filtered = !query.cities.empty() || !query.member_levels.empty() || !query.regions.empty() ||
                        query.consented_to || query.import_id;
  if (!query.segment_id || filtered)
    audience.filter = {query.cities, query.member_levels, query.regions, query.consented_to, query.import_id};
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
       .permission = Permission::kCustomerRead,
       .exported = true},
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
      [&segments](Call&, const CountAudience& query) { return segments.count(audience_of(query)); });
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
