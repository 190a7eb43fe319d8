#include "service/test_handsets.h"

#include <charconv>

#include "service/consent_ledger.h"
#include "service/customers.h"
#include "store/audit.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageClass;

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

struct Holder {
  CustomerId id;
  int64_t suppressed = 0;
};

Result<Holder> find_or_insert(db::Tx& tx, const store::Store& store, const std::string& number) {
  const auto parsed = text::parse_mobile(number);
  if (!parsed) return fail(ErrorCode::kInvalidArgument, parsed.error().message, "/number");
  const auto index = store.number_index.of(std::to_string(parsed->digits));
  const auto found = YZ_TRY(tx.one(
      q::customer_by_index, [](const db::Row& r) { return Holder{r.id<CustomerId>(0), r.i64(1)}; }, index));
  if (found) return *found;
  const CustomerId id = YZ_TRY(insert_customer(tx, store, {.number = number}));
  return Holder{id, YZ_TRY(suppressed_classes(tx, index))};
}

}  // namespace

Result<TestHandsetView> TestHandsets::add(const Principal& who, const RegisterTestHandset& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<TestHandsetView> {
    if (YZ_TRY(tx.number(q::handset_count)) >= static_cast<int64_t>(limits::kTestHandsets))
      return fail(ErrorCode::kTooMany, "there are as many test handsets as there may be");
    const Holder holder = YZ_TRY(find_or_insert(tx, store_, request.number));
    if (holder.suppressed != 0)
      return fail(ErrorCode::kConflict, "the number is on the suppression list", "/number");
    const auto id = store_.ids.make<TestHandsetId>();
    const auto inserted = tx.attempt(
        [&] { return tx.run(q::handset_insert, id, request.label, holder.id, who.id, store_.now()); });
    if (!inserted && inserted.error().code == ErrorCode::kConflict)
      return fail(ErrorCode::kConflict, "the number is a test handset already", "/number");
    YZ_CHECK(inserted);
    for (const MessageClass message_class : values_of(MessageClass{}))
      YZ_TRY(append_consent(tx, store_,
                            {.customer_id = holder.id.value,
                             .message_class = message_class,
                             .method = "test_handset",
                             .occurred_at = store_.now(),
                             .operator_id = who.id}));
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"test_handset.add", "test_handset", id.value, {}, "{}"}));
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
