#include "link/access_rate.h"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/limits.h"

namespace yizhan::link {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

// By the range's prefix: its own host bits do not matter.
template <class Network, class Address>
bool within(const Network& network, const Address& address) {
  return Network(address, network.prefix_length()).canonical() == network.canonical();
}

bool in_range(const ip::address& address, const std::string& range) {
  const bool has_prefix = range.contains('/');
  error_code error;
  if (address.is_v4()) {
    const auto network = ip::make_network_v4(has_prefix ? range : range + "/32", error);
    return !error && within(network, address.to_v4());
  }
  const auto network = ip::make_network_v6(has_prefix ? range : range + "/128", error);
  // A zone names an interface of this machine and is no part of a range.
  return !error && within(network, ip::address_v6(address.to_v6().to_bytes()));
}

}  // namespace

bool address_allowed(ip::address address, const std::vector<std::string>& ranges) {
  if (ranges.empty()) return true;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  const size_t looked_at = std::min(ranges.size(), limits::kAccessAddressRanges);
  return std::any_of(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(looked_at),
                     [&](const std::string& range) { return in_range(address, range); });
}

bool address_text_allowed(const std::string& address, const std::vector<std::string>& ranges) {
  error_code error;
  const ip::address parsed = ip::make_address(address, error);
  return !error && address_allowed(parsed, ranges);
}

bool is_address_range(const std::string& range) {
  const bool v6 = range.contains(':');
  const bool has_prefix = range.contains('/');
  error_code error;
  if (v6)
    ip::make_network_v6(has_prefix ? range : range + "/128", error);
  else
    ip::make_network_v4(has_prefix ? range : range + "/32", error);
  return !error;
}

}  // namespace yizhan::link
