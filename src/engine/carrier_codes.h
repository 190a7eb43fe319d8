#pragma once
// The table of carriers' codes of one provider, as loaded from the store. Immutable once loaded; any thread.

#include <map>
#include <string>
#include <tuple>

#include "db/tx.h"
#include "domain/carrier_code.h"

namespace yizhan::engine {

// As it stands here it is what a code absent from the table is taken for.
struct CodeMeaning {
  domain::CodeClass code_class = domain::CodeClass::kRejected;
  domain::CodeAction action = domain::CodeAction::kFail;
  std::string cause, remedy;  // for people; empty where the table has no such code
};

// How often, and after what first pause, another attempt follows.
struct RetryRule {
  int64_t times = 0;
  Duration pause;
  // Before the attempt after so many: twice as long each time, up to six times.
  Duration before(int64_t attempts) const;
};

class CarrierCodes {
 public:
  static Result<CarrierCodes> load(db::Tx& tx, std::string_view provider);
  // Of the code itself, else of the word before its ':', else what an unlisted code is taken for. Rows of the
  // provider go before those of every provider, those of the message's carrier (text::Carrier) before those
  // of every carrier. Lives as long as this.
  const CodeMeaning& meaning(domain::CodeStage stage, std::string_view code, int64_t carrier = 0) const;
  // Of a class and an action without a rule: none.
  RetryRule retry(domain::MessageClass message_class, domain::CodeAction action) const;

 private:
  enum class Scope : uint8_t { kGeneral, kProvider };
  const CodeMeaning* find(domain::CodeStage stage, std::string_view code, int64_t carrier) const;

  std::map<std::tuple<Scope, int64_t, domain::CodeStage, std::string>, CodeMeaning> table_;
  std::map<std::pair<domain::MessageClass, domain::CodeAction>, RetryRule> rules_;
  CodeMeaning unlisted_;
};

// What a response is called: its code where one is stored, else its status as SMPP's, "0x00000058".
std::string response_code(int64_t status, std::string_view stored_code);

}  // namespace yizhan::engine
