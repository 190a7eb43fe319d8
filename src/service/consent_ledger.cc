#include "service/consent_ledger.h"

#include "crypto/digest.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

Result<int64_t> consent_text_id(db::Tx& tx, const store::Store& store, const std::string& text) {
  if (text.empty()) return 0;
  const auto hash = crypto::sha256(text);
  const auto known = YZ_TRY(tx.one(q::consent_text_by_hash, [](const db::Row& r) { return r.i64(0); }, hash));
  if (known) return *known;
  const int64_t id = store.ids.next();
  YZ_TRY(tx.run(q::consent_text_insert, id, hash, text));
  return id;
}

Result<ConsentId> append_consent(db::Tx& tx, const store::Store& store, const ConsentEntry& e) {
  const int64_t text = YZ_TRY(consent_text_id(tx, store, e.text));
  const auto id = store.ids.make<ConsentId>();
  db::Columns events, states;
  events.row(id, e.customer_id, e.message_class, e.purpose, e.kind, e.method, text, e.occurred_at,
             store.now(), e.source, 0, e.evidence_id, e.operator_id, e.note);
  states.row(e.customer_id, e.message_class, e.purpose, e.kind, id, e.occurred_at);
  YZ_TRY(tx.bulk(q::consent_event_insert, events));
  YZ_TRY(tx.bulk(q::consent_state_put, states));
  return id;
}

Result<int64_t> add_suppression(db::Tx& tx, const store::Store& store, const SuppressionEntry& entry) {
  const std::string digits = std::to_string(entry.digits);
  const auto index = store.number_index.of(digits);
  YZ_TRY(tx.run(q::suppression_insert, store.ids.next(), index,
                store.cipher.seal(store::column::kSuppressionNumber, digits), entry.message_class,
                entry.reason, entry.source, entry.created_by, store.now()));
  const auto customer =
      YZ_TRY(tx.one(q::customer_by_index, [](const db::Row& r) { return r.i64(0); }, index)).value_or(0);
  if (customer != 0)
    YZ_TRY(tx.run(q::customer_suppress, customer, domain::class_bit(entry.message_class), store.now()));
  return customer;
}

Result<int64_t> suppressed_classes(db::Tx& tx, const crypto::BlindHash& number_index) {
  db::Columns keys;
  keys.row(number_index);
  int64_t mask = 0;
  YZ_CHECK(tx.bulk_each(q::suppressions_by_index, keys,
                        [&](const db::Row& r) { mask |= domain::class_bit(r.as<domain::MessageClass>(1)); }));
  return mask;
}

Result<int64_t> rebuild_consent_state(db::Tx& tx) {
  YZ_TRY(tx.run(q::consent_state_clear));
  return tx.run(q::consent_state_rebuild);
}

}  // namespace yizhan::service
