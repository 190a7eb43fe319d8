#include "service/customer_names.h"

#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

Result<> add_names(db::Tx& tx, std::span<const CustomerName> names) {
  db::Columns rows;
  for (const CustomerName& name : names) rows.row(name.name_index, name.customer_id);
  if (!rows.empty()) YZ_CHECK(tx.bulk_later(q::customer_name_insert, rows));
  return {};
}

Result<> forget_names(db::Tx& tx, const db::Columns& customer_ids) {
  if (!customer_ids.empty()) YZ_CHECK(tx.bulk_later(q::customer_name_forget, customer_ids));
  return {};
}

namespace {

Result<> index_steps(const store::Store& store, int64_t import_id, int64_t after, const db::Query& step,
                     const db::Query& index) {
  while (after >= 0) {
    after = YZ_TRY(store.db.write([&](db::Tx& tx) -> Result<int64_t> {
      const int64_t last =
          YZ_TRY(tx.number(step, import_id, after, static_cast<int64_t>(limits::kImportBatchRows)));
      if (last == 0) return -1;
      YZ_CHECK(tx.run_later(index, import_id, after, last));
      return last;
    }));
  }
  return {};
}

}  // namespace

Result<> index_import(const store::Store& store, int64_t import_id) {
  YZ_CHECK(index_steps(store, import_id, import_id, q::import_added_step, q::customer_name_of_added));
  return index_steps(store, import_id, 0, q::import_customer_step, q::customer_name_of_import);
}

}  // namespace yizhan::service
