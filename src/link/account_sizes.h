#pragma once
// The longest name and secret of an account in each protocol. Plain data. Sources: SMPP 3.4 5.2.1 and 5.2.2;
// CMPP Source_Addr; SGIP 1.2 Login Name and Login Password; SMGP 3.0 ClientID.

#include <cstddef>

#include "codec/dialect.h"

namespace yizhan::link {

struct AccountSizes {
  size_t name, secret;
};
constexpr AccountSizes account_sizes(codec::Protocol protocol) {
  constexpr size_t kHashedSecret = 64;  // CMPP and SMGP hash their secrets: any length will do
  switch (protocol) {
    case codec::Protocol::kSmpp34:
      return {15, 8};
    case codec::Protocol::kCmpp20:
    case codec::Protocol::kCmpp30:
      return {6, kHashedSecret};
    case codec::Protocol::kSgip12:
      return {16, 16};
    case codec::Protocol::kSmgp30:
      return {8, kHashedSecret};
  }
  return {0, 0};
}

}  // namespace yizhan::link
