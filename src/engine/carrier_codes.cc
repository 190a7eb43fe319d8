#include "engine/carrier_codes.h"

#include <fmt/format.h>

#include "store/queries.h"

namespace yizhan::engine {

Result<CarrierCodes> CarrierCodes::load(db::Tx& tx, std::string_view provider) {
  CarrierCodes codes;
  YZ_CHECK(tx.each(
      store::q::carrier_codes,
      [&](const db::Row& row) {
        codes.table_[{row.as<domain::CodeStage>(0), row.string(1)}] = {
            row.as<domain::CodeClass>(2), row.as<domain::CodeAction>(3), row.string(4), row.string(5)};
      },
      provider));
  return codes;
}

const CodeMeaning& CarrierCodes::meaning(domain::CodeStage stage, std::string_view code) const {
  if (const auto it = table_.find(std::pair{stage, std::string(code)}); it != table_.end()) return it->second;
  // "UNDELIV:012" is an UNDELIV where the number has no entry of its own.
  const std::string word(code.substr(0, code.find(':')));
  if (const auto it = table_.find(std::pair{stage, word}); it != table_.end()) return it->second;
  return unlisted_;
}

std::string response_code(int64_t status, std::string_view stored_code) {
  return stored_code.empty() ? fmt::format("0x{:08X}", static_cast<uint32_t>(status))
                             : std::string(stored_code);
}

}  // namespace yizhan::engine
