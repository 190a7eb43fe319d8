#pragma once
// The table of carriers' codes of one provider, as loaded from the store. Immutable once loaded; any thread.

#include <map>
#include <string>

#include "db/tx.h"
#include "domain/carrier_code.h"

namespace yizhan::engine {

// As it stands here it is what a code absent from the table is taken for.
struct CodeMeaning {
  domain::CodeClass code_class = domain::CodeClass::kRejected;
  domain::CodeAction action = domain::CodeAction::kFail;
  std::string cause, remedy;  // for people; empty where the table has no such code
};

class CarrierCodes {
 public:
  // Rows of the provider go before those of every provider.
  static Result<CarrierCodes> load(db::Tx& tx, std::string_view provider);
  // Of the code itself, else of the word before its ':', else what an unlisted code is taken for. Lives as
  // long as this.
  const CodeMeaning& meaning(domain::CodeStage stage, std::string_view code) const;

 private:
  std::map<std::pair<domain::CodeStage, std::string>, CodeMeaning, std::less<>> table_;
  CodeMeaning unlisted_;
};

// What a response is called: its code where one is stored, else its status as SMPP's, "0x00000058".
std::string response_code(int64_t status, std::string_view stored_code);

}  // namespace yizhan::engine
