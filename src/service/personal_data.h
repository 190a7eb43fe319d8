#pragma once
// Keeps personal data out of what lies open in the store: attributes are neither sealed nor masked, so a name
// or value that looks personal is refused. The same detectors as screening's. Immutable: any thread.

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "screen/normalize.h"

namespace yizhan::service {

class PersonalData {
 public:
  // kUnavailable when the tables that see through disguised spellings are missing.
  static Result<PersonalData> create();

  // A name that says what is in it: identity card, passport, bank card, e-mail, mobile number.
  bool named_by(std::string_view header) const;
  // A value that is or holds an identity card number, a bank card number, a mobile number or an e-mail
  // address.
  bool held_by(std::string_view value) const;
  // kInvalidArgument naming the first attribute that is personal (field "/attributes/<name>").
  Result<> check(const std::map<std::string, std::string>& attributes) const;

 private:
  explicit PersonalData(const screen::FoldTable& folds) : folds_(&folds) {}
  const screen::FoldTable* folds_;
};

}  // namespace yizhan::service
