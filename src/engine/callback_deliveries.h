#pragma once
// What a provider's callback brought, in the form in which links bring it. Pure, any thread.

#include <string_view>
#include <vector>

#include "link/link.h"
#include "provider/callback.h"

namespace yizhan::engine {

// `access_code` is where a reply went that does not say it; `now` is the time of what does not say it, and
// the latest that anything can have happened.
std::vector<link::Delivery> to_deliveries(const provider::CallbackNews& news, std::string_view access_code,
                                          Time now);

}  // namespace yizhan::engine
