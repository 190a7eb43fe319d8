#include "crypto/fatal.h"

#include <cstdlib>

#include "base/log.h"

namespace yizhan::crypto {

void fatal(std::string_view what) {
  log::error("cryptography failed, stopping what={}", what);
  std::abort();
}

}  // namespace yizhan::crypto
