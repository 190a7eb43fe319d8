#pragma once
// The look-up of customers by name, beside the customers (migration 0014 says why). An entry that the
// customer's own row does not bear out finds nobody. The writer's thread but for index_import().

#include <cstdint>
#include <span>

#include "crypto/blind_index.h"
#include "db/tx.h"
#include "store/store.h"

namespace yizhan::service {

struct CustomerName {
  crypto::BlindHash name_index{};
  int64_t customer_id = 0;
  auto operator<=>(const CustomerName&) const = default;
};

// Also what is there already.
Result<> add_names(db::Tx& tx, std::span<const CustomerName> names);
// Before the customers' rows get other names.
Result<> forget_names(db::Tx& tx, const db::Columns& customer_ids);
// Those that an import did not come to, step by step.
Result<> index_import(const store::Store& store, int64_t import_id);

}  // namespace yizhan::service
