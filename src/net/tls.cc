#include "net/tls.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/verify_mode.hpp>

namespace yizhan::net {
namespace {

using boost::system::error_code;

std::shared_ptr<ssl::context> make_context(ssl::context::method method) {
  auto context = std::make_shared<ssl::context>(method);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                       ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::single_dh_use);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  return context;
}

}  // namespace

Result<std::shared_ptr<ssl::context>> tls_client_context(const TlsClientOptions& options) {
  auto context = make_context(ssl::context::tls_client);
  if (options.verify == TlsVerify::kNone) {
    context->set_verify_mode(ssl::verify_none);
    return context;
  }
  context->set_verify_mode(ssl::verify_peer);
  error_code error;
  if (options.ca_pem.empty()) {
    context->set_default_verify_paths(error);
    if (error)
      return fail(ErrorCode::kUnavailable, "the system's certificates: " + error.message(), "ca_pem");
    return context;
  }
  context->add_certificate_authority(boost::asio::buffer(options.ca_pem), error);
  if (error) return fail(ErrorCode::kInvalidArgument, "no PEM certificate: " + error.message(), "ca_pem");
  return context;
}

Result<std::shared_ptr<ssl::context>> tls_server_context(const TlsServerOptions& options) {
  auto context = make_context(ssl::context::tls_server);
  error_code error;
  context->use_certificate_chain_file(options.certificate, error);
  if (error)
    return fail(ErrorCode::kInvalidArgument, options.certificate + ": " + error.message(), "certificate");
  context->use_private_key_file(options.key, ssl::context::pem, error);
  if (!error && SSL_CTX_check_private_key(context->native_handle()) != 1)
    return fail(ErrorCode::kInvalidArgument, "the key is not the certificate's", "key");
  if (error) return fail(ErrorCode::kInvalidArgument, options.key + ": " + error.message(), "key");
  return context;
}

}  // namespace yizhan::net
