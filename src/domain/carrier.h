#pragma once
// The carriers of a number by name, as people choose among them; the numbers are text::Carrier's. Pure.

#include "domain/names.h"

namespace yizhan::domain {

#define YIZHAN_CARRIERS(X)  \
  X(kUnknown, 0, "unknown") \
  X(kMobile, 1, "mobile")   \
  X(kUnicom, 2, "unicom")   \
  X(kTelecom, 3, "telecom") \
  X(kBroadcast, 4, "broadcast")
YIZHAN_ENUM(Carrier, YIZHAN_CARRIERS)

}  // namespace yizhan::domain
