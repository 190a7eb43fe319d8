#pragma once
// Until when a submit is valid, as the protocols write it: "YYMMDDhhmmsstnnp" (SMPP 3.4, section 7.1.1; CMPP,
// SGIP and SMGP took it over). Pure, any thread.

#include <optional>
#include <string_view>

#include "base/time.h"

namespace yizhan::service {

// Absolute, or from `now` on. Nothing for an empty text and for what cannot be read: then it has no end.
std::optional<Time> valid_until(std::string_view text, Time now);

}  // namespace yizhan::service
