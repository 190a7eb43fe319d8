#include "codec/dialect.h"
#include "codec/smpp/dialect.h"

namespace yizhan::codec {

std::unique_ptr<Dialect> make_dialect(Protocol protocol, DialectOptions options) {
  if (protocol != Protocol::kSmpp34) return nullptr;
  return smpp::make_dialect(std::move(options));
}

}  // namespace yizhan::codec
