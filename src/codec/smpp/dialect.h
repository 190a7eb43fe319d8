#pragma once
// SMPP 3.4 as a Dialect. Statuses for what the specification has no word for are in the range that it leaves
// to vendors (0x400 to 0x4FF, table 5-2). Any thread.

#include <memory>

#include "codec/dialect.h"
#include "codec/smpp/status.h"

namespace yizhan::smpp {

// No approved template says this, or the class is not the account's.
inline constexpr auto kNotApproved = static_cast<Status>(0x0400);
// No consent, or refused by its holder.
inline constexpr auto kNoConsent = static_cast<Status>(0x0401);
// Over a frequency limit.
inline constexpr auto kOverFrequency = static_cast<Status>(0x0402);

std::unique_ptr<codec::Dialect> make_dialect(codec::DialectOptions options);

}  // namespace yizhan::smpp
