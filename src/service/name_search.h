#pragma once
// How lists are searched by name: a part of it, the case of A to Z not counting, as the statements' lower()
// does in both dialects. Pure, any thread.

#include <string>
#include <string_view>

namespace yizhan::service {

inline std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace yizhan::service
