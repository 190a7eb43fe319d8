#pragma once
// SGIP 1.2 as a Dialect. A connection carries one direction and its client is whoever sends: Role::kReceive
// is the login of a gateway that dials the provider (type 2) to bring deliveries and reports, the other roles
// are the provider's own (type 1). Any other type of login is refused as Fault::kVersion. There is no
// keep-alive. Numbers go out with 86 before them and are read as they come. Any thread.

#include <memory>

#include "codec/dialect.h"

namespace yizhan::sgip {

std::unique_ptr<codec::Dialect> make_dialect(codec::DialectOptions options);

}  // namespace yizhan::sgip
