#include "service/test_handsets.h"

#include <charconv>

#include "service/consent_ledger.h"
#include "service/customers.h"
#include "store/audit.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ConsentKind;

namespace {

Result<std::vector<TestHandsetView>> load_handsets(db::Tx& tx, const store::Store& store) {
  std::vector<TestHandsetView> all;
  YZ_CHECK(tx.each(
      q::handset_list,
      [&](const db::Row& r) -> Result<> {
        const std::string digits = YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(3)));
        uint64_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        all.push_back({r.id<TestHandsetId>(0), r.string(1), r.id<CustomerId>(2), text::mask_number(number),
                       r.id<UserId>(4), r.time(5)});
        return {};
      },
      limits::kTestHandsets));
  return all;
}

Result<CustomerId> find_or_insert(db::Tx& tx, const store::Store& store, const std::string& number) {
  const auto parsed = text::parse_mobile(number);
  if (!parsed) return fail(ErrorCode::kInvalidArgument, parsed.error().message, "/number");
  const auto index = store.number_index.of(std::to_string(parsed->digits));
  if (YZ_TRY(suppressed_classes(tx, index)) != 0)
    return fail(ErrorCode::kConflict, "the number is on the suppression list", "/number");
  const auto found =
      YZ_TRY(tx.one(q::customer_by_index, [](const db::Row& r) { return r.id<CustomerId>(0); }, index));
  if (!found) return insert_customer(tx, store, {.number = number});
  if (YZ_TRY(tx.number(q::consents_in_kinds, *found, ConsentKind::kWithdrawn, ConsentKind::kRefused)) != 0)
    return fail(ErrorCode::kConflict, "its holder refused messages of a class or purpose", "/number");
  return *found;
}

}  // namespace

Result<TestHandsetView> TestHandsets::add(const Principal& who, const RegisterTestHandset& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<TestHandsetView> {
    if (YZ_TRY(tx.number(q::handset_count)) >= static_cast<int64_t>(limits::kTestHandsets))
      return fail(ErrorCode::kTooMany, "there are as many test handsets as there may be");
    const CustomerId holder = YZ_TRY(find_or_insert(tx, store_, request.number));
    const auto id = store_.ids.make<TestHandsetId>();
    const auto inserted = tx.attempt(
        [&] { return tx.run(q::handset_insert, id, request.label, holder, who.person(), store_.now()); });
    if (!inserted && inserted.error().code == ErrorCode::kConflict)
      return fail(ErrorCode::kConflict, "the number is a test handset already", "/number");
    YZ_CHECK(inserted);
    const json::Object detail{{"customer", to_string(holder)}};
    YZ_CHECK(
        store::append_audit(tx, store_, who.actor(),
                            {"test_handset.add", "test_handset", id.value, {}, json::serialize(detail)}));
    for (TestHandsetView& view : YZ_TRY(load_handsets(tx, store_)))
      if (view.id == id) return std::move(view);
    return fail(ErrorCode::kInternal, "the test handset is not there");
  });
}

Result<TestHandsetList> TestHandsets::list() const {
  return store_.db.read([&](db::Tx& tx) -> Result<TestHandsetList> {
    return TestHandsetList{YZ_TRY(load_handsets(tx, store_))};
  });
}

Result<> TestHandsets::remove(const Principal& who, TestHandsetId id) const {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    if (YZ_TRY(tx.run(q::handset_delete, id)) == 0) return fail(ErrorCode::kNotFound, "no such test handset");
    return store::append_audit(tx, store_, who.actor(),
                               {"test_handset.remove", "test_handset", id.value, {}, "{}"});
  });
}

}  // namespace yizhan::service
