#pragma once
// Finds links in a normalised text: with a scheme, "www.", or a bare host whose last label is a known
// top-level domain; and IPv4 addresses. Pure functions, any thread. Source: RFC 3986, appendix A.

#include <span>
#include <string>
#include <vector>

#include "screen/normalize.h"

namespace yizhan::screen {

struct Link {
  uint32_t begin = 0;  // in units
  uint32_t end = 0;
  std::string host;  // lower case, as folded; without port
  bool has_scheme = false;
  bool https = false;
  bool address = false;   // the host is an IPv4 address
  bool variable = false;  // a variable stands in it or touches its end
};

// Appends to `links`.
void find_links(std::span<const Unit> units, std::vector<Link>& links);

}  // namespace yizhan::screen
