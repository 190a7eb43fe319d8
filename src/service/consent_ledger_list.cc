#include "service/consent_ledger_list.h"

#include <algorithm>

#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

// A place in the order of recording.
struct Place {
  Time recorded_at;
  int64_t id = 0;
};

Result<ConsentLedgerEntry> map_entry(const store::Store& store, const db::Row& r) {
  ConsentLedgerEntry v;
  v.id = r.id<ConsentId>(0);
  v.customer_id = r.id<CustomerId>(1);
  v.number_masked =
      text::mask_number("+" + YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(2))));
  v.message_class = r.as<domain::MessageClass>(3);
  v.purpose = r.string(4);
  v.kind = r.as<domain::ConsentKind>(5);
  v.method = r.string(6);
  v.text = r.string(7);
  v.occurred_at = r.time(8);
  v.recorded_at = r.time(9);
  v.source = r.as<domain::ConsentSource>(10);
  if (r.i64(11) != 0) v.import_id = r.id<ImportId>(11);
  if (r.i64(12) != 0) v.evidence_id = r.id<EvidenceId>(12);
  if (r.i64(13) != 0) v.operator_id = r.id<UserId>(13);
  v.note = r.string(14);
  return v;
}

// Entries below it are looked at.
Result<Place> upper_place(db::Tx& tx, const ListConsentLedger& request) {
  Place upper{Time{INT64_MAX}, INT64_MAX};
  if (request.until) upper = {*request.until, 0};
  if (!request.after) return upper;
  const auto at =
      YZ_TRY(tx.one(q::consent_recorded_at, [](const db::Row& r) { return r.time(0); }, *request.after));
  if (!at) return fail(ErrorCode::kInvalidArgument, "not what next_after gave", "?after");
  if (*at < upper.recorded_at) upper = {*at, request.after->value};
  return upper;
}

template <class E>
int64_t number_of(const std::optional<E>& wanted) {
  return wanted ? static_cast<int64_t>(*wanted) : 0;
}

}  // namespace

Result<ConsentLedgerPage> ConsentLedgerList::list(const ListConsentLedger& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<ConsentLedgerPage> {
    const Place upper = YZ_TRY(upper_place(tx, request));
    const Time since = request.from.value_or(Time{});
    const auto bound = YZ_TRY(tx.one(
        q::consent_ledger_bound, [](const db::Row& r) { return Place{r.time(0), r.i64(1)}; },
        upper.recorded_at, upper.id, since, rows_ - 1));
    const Place lower = bound.value_or(Place{since, 0});
    ConsentLedgerPage page;
    YZ_CHECK(tx.each(
        q::consent_ledger_page,
        [&](const db::Row& r) -> Result<> {
          page.items.push_back(YZ_TRY(map_entry(store_, r)));
          return {};
        },
        upper.recorded_at, upper.id, lower.recorded_at, lower.id, number_of(request.message_class),
        number_of(request.kind), number_of(request.source), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    } else if (bound) {
      page.next_after = to_string(ConsentId{bound->id});
    }
    return page;
  });
}

}  // namespace yizhan::service
