#include "service/segments.h"

#include "store/audience.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<SegmentView> map_segment(const db::Row& r) {
  SegmentView v;
  v.id = r.id<SegmentId>(0);
  v.name = r.string(1);
  v.filter = YZ_TRY(json::decode<domain::SegmentFilter>(r.text(2)));
  v.created_by = r.id<UserId>(3);
  v.created_at = r.time(4);
  v.updated_at = r.time(5);
  v.version = r.i64(6);
  return v;
}

Result<SegmentView> load_segment(db::Tx& tx, SegmentId id) {
  auto view = YZ_TRY(tx.one(q::segment_load, map_segment, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such segment");
  return *std::move(view);
}

std::unexpected<Error> changed_meanwhile(int64_t version) {
  return fail(ErrorCode::kVersionConflict,
              "the segment was changed meanwhile; its version is " + std::to_string(version), "version");
}

// A taken name is the caller's fault, at a place of his request.
Result<> named(Result<int64_t> done) {
  if (done) return {};
  if (done.error().code == ErrorCode::kConflict)
    return fail(ErrorCode::kConflict, "another segment has this name", "/name");
  return std::unexpected(std::move(done).error());
}

}  // namespace

Result<SegmentView> Segments::get(SegmentId id) const {
  return store_.db.read([&](db::Tx& tx) { return load_segment(tx, id); });
}

Result<SegmentPage> Segments::list(const ListSegments& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<SegmentPage> {
    SegmentPage page;
    YZ_CHECK(tx.each(
        q::segment_page,
        [&](const db::Row& r) -> Result<> {
          page.items.push_back(YZ_TRY(map_segment(r)));
          return {};
        },
        request.after.value_or(SegmentId{}), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

Result<SegmentView> Segments::create(const Principal& who, const SaveSegment& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<SegmentView> {
    const auto id = store_.ids.make<SegmentId>();
    YZ_CHECK(named(tx.attempt([&] {
      return tx.run(q::segment_insert, id, request.name, json::encode(request.filter), who.id, store_.now());
    })));
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"segment.create", "segment", id.value, {}, json::encode(request)}));
    return load_segment(tx, id);
  });
}

Result<SegmentView> Segments::change(const Principal& who, SegmentId id, int64_t version,
                                     const SaveSegment& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<SegmentView> {
    const SegmentView now = YZ_TRY(load_segment(tx, id));
    if (now.version != version) return changed_meanwhile(now.version);
    int64_t done = 0;
    YZ_CHECK(named(tx.attempt([&]() -> Result<int64_t> {
      done = YZ_TRY(
          tx.run(q::segment_update, id, request.name, json::encode(request.filter), store_.now(), version));
      return done;
    })));
    if (done == 0) return changed_meanwhile(YZ_TRY(load_segment(tx, id)).version);
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"segment.change", "segment", id.value, {}, json::encode(request)}));
    return load_segment(tx, id);
  });
}

Result<> Segments::remove(const Principal& who, SegmentId id, int64_t version) const {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    const SegmentView now = YZ_TRY(load_segment(tx, id));
    if (now.version != version) return changed_meanwhile(now.version);
    if (YZ_TRY(tx.number(q::campaigns_planned_for, "%\"" + to_string(id) + "\"%")) != 0)
      return fail(ErrorCode::kConflict, "a campaign is planned for this segment");
    if (YZ_TRY(tx.run(q::segment_delete, id, version)) == 0) return changed_meanwhile(version);
    return store::append_audit(tx, store_, who.actor(), {"segment.remove", "segment", id.value, {}, "{}"});
  });
}

Result<AudienceCount> Segments::count(const domain::Audience& audience) const {
  return store_.db.read([&](db::Tx& tx) -> Result<AudienceCount> {
    const auto filter = YZ_TRY(store::resolve_audience(tx, audience));
    return AudienceCount{YZ_TRY(store::count_audience(tx, filter, store_.now()))};
  });
}

}  // namespace yizhan::service
