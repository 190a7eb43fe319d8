#pragma once
// The table of carriers' codes of one provider, as loaded from the store. Immutable once loaded; any thread.

#include <map>
#include <string>

#include "db/tx.h"
#include "domain/carrier_code.h"

namespace yizhan::engine {

struct CodeMeaning {
  domain::CodeClass code_class = domain::CodeClass::kRejected;
  domain::CodeAction action = domain::CodeAction::kFail;
};

class CarrierCodes {
 public:
  // Rows of the provider go before those of every provider.
  static Result<CarrierCodes> load(db::Tx& tx, std::string_view provider);
  CodeMeaning meaning(domain::CodeStage stage, std::string_view code) const;

 private:
  std::map<std::pair<domain::CodeStage, std::string>, CodeMeaning, std::less<>> table_;
};

// "0x00000058"
std::string response_code(uint32_t status);

}  // namespace yizhan::engine
