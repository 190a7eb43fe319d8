#pragma once
// SMGP 3.0.3 as a Dialect. A receipt can be asked for or not: ReceiptWish::kOnFailure asks for all of them.
// Queries are of a day's figures and not served; what has no answer with a status gets none. Any thread.

#include <memory>

#include "codec/dialect.h"

namespace yizhan::smgp {

std::unique_ptr<codec::Dialect> make_dialect(codec::DialectOptions options);

}  // namespace yizhan::smgp
