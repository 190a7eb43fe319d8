#pragma once
// CMPP 2.0 and 3.0 as a Dialect. A connection carries both directions: a login's role is always kBoth.
// Queries are of a day's figures and cancellations are not served; what has no answer with a status gets
// none. Any thread.

#include <memory>

#include "codec/dialect.h"

namespace yizhan::cmpp {

// kCmpp20 or kCmpp30.
std::unique_ptr<codec::Dialect> make_dialect(codec::Protocol protocol, codec::DialectOptions options);

}  // namespace yizhan::cmpp
