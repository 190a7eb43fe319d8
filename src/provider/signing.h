#pragma once
// The ways in which requests to SMS providers are signed. Pure functions, any thread. Sources, as facts:
// - rpc_hmac_sha1: Alibaba Cloud, "RPC mechanism, signature V1": HMAC-SHA1 over the sorted parameters.
// - acs3_hmac_sha256: Alibaba Cloud, "Request syntax and signature method V3".
// - tc3_hmac_sha256: Tencent Cloud, "Signature method v3".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace yizhan::provider {

struct Account {
  std::string key_id, secret;
};

// A request before it is signed. Parameters are not encoded yet; header names are as written.
struct Unsigned {
  std::string_view method, host, path;  // path encoded, without the query
  std::vector<std::pair<std::string, std::string>> query, form;
  std::vector<std::pair<std::string, std::string>> headers;  // content-type among them, host not
  std::string_view body;
  std::string_view service;
};

// name=value&…, both percent-encoded, in the order given.
std::string encoded_parameters(const std::vector<std::pair<std::string, std::string>>& parameters);

// Each adds what the provider checks: a parameter Signature, or headers.
void sign_rpc_hmac_sha1(Unsigned& request, const Account& account);
void sign_acs3_hmac_sha256(Unsigned& request, const Account& account, Time now, std::string_view nonce);
void sign_tc3_hmac_sha256(Unsigned& request, const Account& account, Time now);

// 2026-03-02T02:00:00Z, without fractions.
std::string utc_seconds(Time now);

}  // namespace yizhan::provider
