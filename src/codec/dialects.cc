#include <string>

#include "codec/carrier_content.h"
#include "codec/cmpp/dialect.h"
#include "codec/cmpp/pdu.h"
#include "codec/dialect.h"
#include "codec/sgip/dialect.h"
#include "codec/smgp/dialect.h"
#include "codec/smpp/dialect.h"

namespace yizhan::codec {

std::unique_ptr<Dialect> make_dialect(Protocol protocol, DialectOptions options) {
  switch (protocol) {
    case Protocol::kSmpp34:
      return smpp::make_dialect(std::move(options));
    case Protocol::kCmpp20:
    case Protocol::kCmpp30:
      return cmpp::make_dialect(protocol, std::move(options));
    case Protocol::kSgip12:
      return sgip::make_dialect(std::move(options));
    case Protocol::kSmgp30:
      return smgp::make_dialect(std::move(options));
  }
  return nullptr;
}

MessageRef nth_message(Protocol protocol, const MessageRef& first, size_t n) {
  if (n == 0 || (protocol != Protocol::kCmpp20 && protocol != Protocol::kCmpp30)) return first;
  const auto id = parse_decimal(first.view());
  return id ? MessageRef(std::to_string(cmpp::nth_msg_id(*id, n))) : first;
}

}  // namespace yizhan::codec
