#pragma once
// TLS contexts for either end. At least TLS 1.2. Built once and shared; any thread. Errors name the field
// that is at fault. Source of the verification rules: RFC 9525 (names), as Asio and OpenSSL 3 implement them.

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "base/error.h"

namespace yizhan::net {

namespace ssl = boost::asio::ssl;

enum class TlsVerify : uint8_t {
  kPeer,  // the certificate must be good and name the host
  kNone,  // for a peer that cannot do better: anyone in between may read along
};

struct TlsClientOptions {
  TlsVerify verify = TlsVerify::kPeer;
  std::string ca_pem;  // who is believed, as PEM; empty = whom the system believes
};
// kInvalidArgument with field "ca_pem" when that holds no certificate.
Result<std::shared_ptr<ssl::context>> tls_client_context(const TlsClientOptions& options);

struct TlsServerOptions {
  std::string certificate;  // path of a PEM file: the certificate and its chain
  std::string key;          // path of a PEM file
};
// kInvalidArgument with field "certificate" or "key".
Result<std::shared_ptr<ssl::context>> tls_server_context(const TlsServerOptions& options);

}  // namespace yizhan::net
