#pragma once
// Who a request comes from and what it may do: fills in the catalogue's hooks. The one place where
// permissions are checked. One per server; any thread.
//
// People: the cookie `yizhan_session` (HttpOnly, SameSite=Strict, Secure over TLS) and, on whatever changes
// something, the header X-CSRF-Token. Programs: `Authorization: Bearer yz_…`, which goes before a cookie, and
// those of applications, for what is meant for them: `Bearer yzp_…`. Who
// must change his password may do that, see his session and end it, nothing else.

#include <string>
#include <string_view>

#include "api/catalogue.h"
#include "api/rate_limit.h"
#include "service/application_keys.h"
#include "service/idempotency.h"
#include "service/identity.h"

namespace yizhan::api {

inline constexpr std::string_view kSessionCookie = "yizhan_session";

enum class Transport : uint8_t { kPlain, kTls };

struct AccessOptions {
  Transport transport = Transport::kPlain;  // as the browser sees it: kTls behind a proxy that ends TLS, too
  int64_t logins_per_minute_of_address = 60;
  int64_t logins_per_minute_of_login = 10;
  int64_t callbacks_per_minute_of_address = limits::kCallbacksPerMinute;
  int64_t unknown_callbacks_per_minute_of_address = limits::kUnknownCallbacksPerMinute;
};

class Access {
 public:
  // What is referred to outlives this object, and this object its hooks. Without `keys` no application calls.
  Access(service::Identity& identity, const service::Idempotency& idempotency, const Clock& clock,
         AccessOptions options = {}, service::ApplicationKeys* keys = nullptr);

  Hooks hooks();

  // kTooMany; for the login route, which knows the login only from the body.
  Result<> limit_login(std::string_view login);
  // kTooMany; for the route of carriers' callbacks, once its token has turned out to be none.
  Result<> limit_unknown_callback(std::string_view address);
  // Values of Set-Cookie.
  std::string session_cookie(std::string_view token) const;
  std::string no_session_cookie() const { return cookie("", "; Max-Age=0"); }

 private:
  Result<std::shared_ptr<const service::Authenticated>> authenticate(const http::Request& request);
  Result<http::Response> once(Call& call, const std::function<Result<http::Response>()>& run);
  std::string cookie(std::string_view token, std::string_view further) const;

  Result<std::shared_ptr<const service::ProgramCaller>> find_program(const http::Request& request);

  service::Identity& identity_;
  const service::Idempotency& idempotency_;
  const AccessOptions options_;
  service::ApplicationKeys* const keys_;
  RateLimit by_address_;
  RateLimit by_login_;
  RateLimit callbacks_by_address_;
  RateLimit unknown_callbacks_by_address_;
};

}  // namespace yizhan::api
