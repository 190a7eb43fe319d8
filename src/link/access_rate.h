#pragma once
// How much an application may submit, and from where. Single thread.

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace yizhan::link {

// A token bucket in segments that holds one second's worth.
class SegmentBucket {
 public:
  // False when `segments` are too many now. More than a second's worth are let through by a full bucket and
  // paid off afterwards. `per_second` 0 = no limit.
  bool take(uint32_t segments, uint32_t per_second, Time now) {
    if (per_second == 0) return true;
    const double capacity = per_second;
    // A clock that was set back must not stop the account.
    const double elapsed = static_cast<double>(std::max<int64_t>((now - last_).us, 0)) / 1e6;
    tokens_ = std::min(tokens_ + elapsed * capacity, capacity);
    last_ = now;
    if (tokens_ < std::min<double>(segments, capacity)) return false;
    tokens_ -= segments;
    return true;
  }

 private:
  double tokens_ = 0;
  Time last_;
};

// Whether one of `ranges` ("10.0.0.0/8", "192.0.2.7", "2001:db8::/32") has the address; none at all have
// every one. What is not a range has none: a mistake lets nobody in. An IPv4 address within IPv6 counts as
// IPv4.
bool address_allowed(boost::asio::ip::address address, const std::vector<std::string>& ranges);

// The same of an address as text; what is no address is not allowed.
bool address_text_allowed(const std::string& address, const std::vector<std::string>& ranges);

// Whether a text is such a range.
bool is_address_range(const std::string& range);

}  // namespace yizhan::link
