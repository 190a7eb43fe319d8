#pragma once
// The figures that belong to clauses of the policy: counts of the running system, by name. One thread per Tx.

#include <map>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "db/tx.h"

namespace yizhan::service {

using PolicyFigures = std::map<std::string_view, double>;

// Its unit (count, percent, seconds); nullopt when there is no figure of that name.
std::optional<std::string_view> policy_figure_unit(std::string_view name);
// All of them as of now.
Result<PolicyFigures> read_policy_figures(db::Tx& tx, Time now);

}  // namespace yizhan::service
