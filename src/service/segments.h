#pragma once
// Saved segments: named filters over customers that campaigns are planned for. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "domain/audience.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct SaveSegment {
  std::string name;
  domain::SegmentFilter filter;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters}};
};
BOOST_DESCRIBE_STRUCT(SaveSegment, (), (name, filter))

struct SegmentView {
  SegmentId id;
  std::string name;
  domain::SegmentFilter filter;
  UserId created_by;
  Time created_at;
  Time updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SegmentView, (), (id, name, filter, created_by, created_at, updated_at, version))

struct ListSegments {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<SegmentId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListSegments, (), (limit, after))

struct SegmentPage {
  std::vector<SegmentView> items;
  std::optional<SegmentId> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(SegmentPage, (), (items, next_after))

struct AudienceCount {
  int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(AudienceCount, (), (count))

class Segments {
 public:
  explicit Segments(const store::Store& store) : store_(store) {}

  Result<SegmentView> get(SegmentId id) const;
  Result<SegmentPage> list(const ListSegments& request) const;
  // kConflict (field /name) for a name that is taken.
  Result<SegmentView> create(const Principal& who, const SaveSegment& request) const;
  Result<SegmentView> change(const Principal& who, SegmentId id, int64_t version,
                             const SaveSegment& request) const;
  // kConflict while a campaign that is not frozen yet is planned for it.
  Result<> remove(const Principal& who, SegmentId id, int64_t version) const;
  // How many customers there are in it now.
  Result<AudienceCount> count(const domain::Audience& audience) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
