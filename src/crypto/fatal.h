#pragma once
// The end of the process when a primitive fails that can only fail for lack of memory or a broken library:
// going on would mean storing what should have been sealed. Private to crypto/. Any thread.

#include <string_view>

namespace yizhan::crypto {

[[noreturn]] void fatal(std::string_view what);

}  // namespace yizhan::crypto
