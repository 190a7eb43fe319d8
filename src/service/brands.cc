#include "service/brands.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "service/audited.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<BrandView> map_brand(const db::Row& r) {
  BrandView v;
  v.id = r.id<BrandId>(0);
  v.name = r.string(1);
  v.ownership = r.as<BrandOwnership>(2);
  v.aliases = YZ_TRY(json::decode<std::vector<std::string>>(r.text(3)));
  v.note = r.string(4);
  v.created_by = r.id<UserId>(5);
  v.created_at = r.time(6);
  if (r.i64(8) != 0) {
    v.updated_by = r.id<UserId>(7);
    v.updated_at = r.time(8);
  }
  v.version = r.i64(9);
  return v;
}

Result<BrandView> load(db::Tx& tx, BrandId id) {
  auto view = YZ_TRY(tx.one(q::brand_load, map_brand, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such brand");
  return *std::move(view);
}

// What the audit log keeps of a mark.
json::Object described(const BrandView& brand) {
  return {{"name", brand.name},
          {"ownership", name_of(brand.ownership)},
          {"aliases", json::to_value(brand.aliases)}};
}

// One that cannot be looked for would keep every later load from succeeding.
Result<> check_spellings(RulePacks& packs, const BrandDraft& brand) {
  std::vector<std::string> spellings = brand.aliases;
  spellings.push_back(brand.name);
  if (auto fits = packs.try_phrases(spellings); !fits)
    return fail(ErrorCode::kInvalidArgument, fits.error().message, "/name");
  return {};
}

// `id` is not another one.
Result<> check_name_free(db::Tx& tx, const std::string& name, BrandId id) {
  if (YZ_TRY(tx.number(q::brand_named, name, id)) == 0) return {};
  return fail(ErrorCode::kConflict, "this name is on the list", "/name");
}

bool says_the_same(const BrandView& brand, const BrandDraft& draft) {
  return brand.name == draft.name && brand.ownership == draft.ownership && brand.aliases == draft.aliases &&
         brand.note == draft.note;
}

}  // namespace

Result<BrandView> Brands::add(const Principal& who, const BrandDraft& brand) {
  YZ_CHECK(check_spellings(packs_, brand));
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<BrandView> {
    if (YZ_TRY(tx.number(q::brand_count)) >= static_cast<int64_t>(limits::kBrands))
      return fail(ErrorCode::kTooMany, "the list is full");
    YZ_CHECK(check_name_free(tx, brand.name, BrandId{}));
    const auto id = store_.ids.make<BrandId>();
    YZ_TRY(tx.run(q::brand_insert, id, brand.name, brand.ownership, json::encode(brand.aliases), brand.note,
                  who.person(), store_.now()));
    YZ_CHECK(company_lists_changed(tx));
    const BrandView made = YZ_TRY(load(tx, id));
    YZ_CHECK(audit(tx, store_, who, "brand.add", id, described(made), brand.note));
    return made;
  }));
  YZ_CHECK(packs_.reload_lists());
  return view;
}

Result<BrandView> Brands::save(const Principal& who, BrandId id, std::optional<int64_t> version,
                               const BrandDraft& brand) {
  YZ_CHECK(check_spellings(packs_, brand));
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<BrandView> {
    const BrandView before = YZ_TRY(load(tx, id));
    if (version && *version != before.version)
      return fail(ErrorCode::kVersionConflict,
                  fmt::format("someone else was quicker; the current version is {}", before.version),
                  "version");
    if (says_the_same(before, brand)) return before;
    YZ_CHECK(check_name_free(tx, brand.name, id));
    if (YZ_TRY(tx.run(q::brand_save, id, brand.name, brand.ownership, json::encode(brand.aliases), brand.note,
                      who.person(), store_.now(), before.version)) != 1)
      return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
    YZ_CHECK(company_lists_changed(tx));
    BrandView after = YZ_TRY(load(tx, id));
    YZ_CHECK(audit(tx, store_, who, "brand.save", id,
                   {{"before", described(before)}, {"after", described(after)}}, brand.note));
    return after;
  }));
  YZ_CHECK(packs_.reload_lists());
  return view;
}

Result<> Brands::remove(const Principal& who, BrandId id, const StatedReason& why) {
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const BrandView brand = YZ_TRY(load(tx, id));
    YZ_TRY(tx.run(q::brand_delete, id));
    YZ_CHECK(company_lists_changed(tx));
    return audit(tx, store_, who, "brand.remove", id, described(brand), why.reason);
  }));
  return packs_.reload_lists();
}

Result<BrandPage> Brands::list(const ListBrands& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<BrandPage> {
    BrandPage page;
    YZ_CHECK(tx.each(
        q::brand_list,
        [&](const db::Row& r) -> Result<> {
          page.items.push_back(YZ_TRY(map_brand(r)));
          return {};
        },
        request.after.value_or(BrandId{INT64_MAX}),
        request.ownership ? static_cast<int64_t>(*request.ownership) : 0, request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    }
    return page;
  });
}

}  // namespace yizhan::service
