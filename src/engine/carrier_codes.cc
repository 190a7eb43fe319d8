#include "engine/carrier_codes.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/queries.h"

namespace yizhan::engine {

namespace {

constexpr int64_t kDoublings = 6;

}  // namespace

Duration RetryRule::before(int64_t attempts) const {
  return Duration{pause.us << std::clamp<int64_t>(attempts - 1, 0, kDoublings)};
}

Result<CarrierCodes> CarrierCodes::load(db::Tx& tx, std::string_view provider) {
  CarrierCodes codes;
  YZ_CHECK(tx.each(
      store::q::carrier_codes,
      [&](const db::Row& row) {
        const Scope scope = row.text(7).empty() ? Scope::kGeneral : Scope::kProvider;
        codes.table_[{scope, row.i64(0), row.as<domain::CodeStage>(1), row.string(2)}] = {
            row.as<domain::CodeClass>(3), row.as<domain::CodeAction>(4), row.string(5), row.string(6)};
      },
      provider));
  YZ_CHECK(tx.each(store::q::retry_rules, [&](const db::Row& row) {
    codes.rules_[{row.as<domain::MessageClass>(0), row.as<domain::CodeAction>(1)}] = {
        .times = row.i64(2), .pause = seconds(row.i64(3))};
  }));
  return codes;
}

const CodeMeaning* CarrierCodes::find(domain::CodeStage stage, std::string_view code, int64_t carrier) const {
  for (const Scope scope : {Scope::kProvider, Scope::kGeneral}) {
    for (const int64_t of : {carrier, int64_t{0}})
      if (const auto it = table_.find({scope, of, stage, std::string(code)}); it != table_.end())
        return &it->second;
  }
  return nullptr;
}

const CodeMeaning& CarrierCodes::meaning(domain::CodeStage stage, std::string_view code,
                                         int64_t carrier) const {
  if (const CodeMeaning* found = find(stage, code, carrier)) return *found;
  // "UNDELIV:012" is an UNDELIV where the number has no entry of its own.
  if (const CodeMeaning* found = find(stage, code.substr(0, code.find(':')), carrier)) return *found;
  return unlisted_;
}

RetryRule CarrierCodes::retry(domain::MessageClass message_class, domain::CodeAction action) const {
  const auto found = rules_.find({message_class, action});
  return found == rules_.end() ? RetryRule{} : found->second;
}

std::string response_code(int64_t status, std::string_view stored_code) {
  return stored_code.empty() ? fmt::format("0x{:08X}", static_cast<uint32_t>(status))
                             : std::string(stored_code);
}

}  // namespace yizhan::engine
