#pragma once
// For tests that compare PDUs with bytes written down by hand. Single thread.

#include <gtest/gtest.h>

#include <list>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace yizhan::codec {

// Bytes from hexadecimal digits; blanks do not count.
inline Bytes hex(std::string_view digits) {
  std::string dense;
  for (const char c : digits)
    if (c != ' ') dense.push_back(c);
  Bytes out;
  EXPECT_TRUE(from_hex(dense, out));
  return out;
}

// The same, kept until the program ends, for views into them.
inline const Bytes& kept_hex(std::string_view digits) {
  static std::list<Bytes> kept;
  return kept.emplace_back(hex(digits));
}

// The digits of a string in a field of `width` bytes.
inline std::string field(std::string_view s, size_t width) {
  std::string padded(s);
  padded.resize(width, '\0');
  return to_hex(as_bytes(padded));
}

}  // namespace yizhan::codec
