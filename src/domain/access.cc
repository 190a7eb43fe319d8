#include "domain/access.h"

namespace yizhan::domain {
namespace {

constexpr int64_t bits_of(std::string_view letters) {
  Roles roles;
  for (const char c : letters) {
    switch (c) {
      case 'M':
        roles = roles.with(Role::kMarketing);
        break;
      case 'T':
        roles = roles.with(Role::kTechnology);
        break;
      case 'S':
        roles = roles.with(Role::kCustomerService);
        break;
      case 'C':
        roles = roles.with(Role::kCompliance);
        break;
      case 'A':
        roles = roles.with(Role::kAdministrator);
        break;
      case 'U':
        roles = roles.with(Role::kAuditor);
        break;
      default:
        break;
    }
  }
  return roles.bits;
}

}  // namespace

std::string_view name_of(Permission permission) {
  switch (permission) {
#define X(enumerator, number, name, roles) \
  case Permission::enumerator:             \
    return name;
    YIZHAN_PERMISSION_TABLE(X)
#undef X
  }
  return "?";
}

int64_t holders_of(Permission permission) {
  switch (permission) {
#define X(enumerator, number, name, roles) \
  case Permission::enumerator:             \
    return bits_of(roles);
    YIZHAN_PERMISSION_TABLE(X)
#undef X
  }
  return 0;
}

}  // namespace yizhan::domain
