#pragma once
// From a customer's row to the values of a template's variables. One thread at a time.

#include <string>
#include <vector>

#include "store/audience.h"
#include "store/store.h"

namespace yizhan::service {

// Is this variable filled from the customer's name? What a person reads of it is masked.
bool is_name_variable(std::string_view name);

// A variable is filled from the customer's field of the same name (name, city, member_level; 姓名 城市
// 会员等级), else from the attribute of that name; a customer without one is refused at the gate, never sent
// a gap.
class ProfileValues {
 public:
  explicit ProfileValues(std::vector<std::string> variables);
  // Appends the packed recipient (engine/recipient.h).
  Result<> pack(const store::Store& store, const store::AudienceRow& row, std::string& out) const;

 private:
  enum class Field : uint8_t { kName, kCity, kMemberLevel, kAttribute };
  struct Source {
    Field field;
    std::string attribute;
  };
  std::vector<Source> sources_;
  bool needs_profile_ = false, needs_attributes_ = false;
};

}  // namespace yizhan::service
