#include "provider/signing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "crypto/base64.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "crypto/hmac_sha1.h"
#include "provider/request_template.h"

namespace yizhan::provider {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

crypto::Digest hmac(ByteSpan key, std::string_view text) { return crypto::HmacKey(key).mac(as_bytes(text)); }

Pairs sorted(Pairs pairs) {
  std::ranges::sort(pairs);
  return pairs;
}

// The headers that are signed, and the canonical request over them, which both V3 schemes write alike.
struct Canonical {
  std::string request, names;
};
Canonical canonical(const Unsigned& r, Pairs headers) {
  headers = sorted(std::move(headers));
  Canonical c;
  std::string lines;
  for (const auto& [name, value] : headers) {
    lines += name + ':' + value + '\n';
    c.names += (c.names.empty() ? "" : ";") + name;
  }
  c.request = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", r.method, r.path, encoded_parameters(sorted(r.query)),
                          lines, c.names, crypto::sha256_hex(r.body));
  return c;
}

std::string content_type(const Unsigned& request) {
  for (const auto& [name, value] : request.headers)
    if (lower(name) == "content-type") return value;
  return {};
}

}  // namespace

std::string utc_seconds(Time now) { return to_rfc3339({now.us - now.us % seconds(1).us}); }

std::string encoded_parameters(const Pairs& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    append_percent_encoded(out, name);
    out += '=';
    append_percent_encoded(out, value);
  }
  return out;
}

void sign_rpc_hmac_sha1(Unsigned& request, const Account& account) {
  Pairs all = request.query;
  all.insert(all.end(), request.form.begin(), request.form.end());
  std::string text = fmt::format("{}&%2F&", request.method);
  append_percent_encoded(text, encoded_parameters(sorted(std::move(all))));
  const auto mac = crypto::hmac_sha1(as_bytes(account.secret + '&'), as_bytes(text));
  request.query.emplace_back("Signature", crypto::to_base64(mac));
}

void sign_acs3_hmac_sha256(Unsigned& request, const Account& account, Time now, std::string_view nonce) {
  request.headers.emplace_back("x-acs-date", utc_seconds(now));
  request.headers.emplace_back("x-acs-signature-nonce", nonce);
  request.headers.emplace_back("x-acs-content-sha256", crypto::sha256_hex(request.body));
  Pairs signed_headers{{"host", std::string(request.host)}};
  for (const auto& [name, value] : request.headers) {
    std::string known = lower(name);
    if (known == "content-type" || known.starts_with("x-acs-"))
      signed_headers.emplace_back(std::move(known), value);
  }
  const Canonical c = canonical(request, std::move(signed_headers));
  const std::string text = "ACS3-HMAC-SHA256\n" + crypto::sha256_hex(c.request);
  request.headers.emplace_back(
      "Authorization", fmt::format("ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={}",
                                   account.key_id, c.names, to_hex(hmac(as_bytes(account.secret), text))));
}

void sign_tc3_hmac_sha256(Unsigned& request, const Account& account, Time now) {
  const int64_t timestamp = now.us / seconds(1).us;
  const std::string date = utc_seconds(now).substr(0, 10);
  const Canonical c =
      canonical(request, {{"content-type", content_type(request)}, {"host", std::string(request.host)}});
  const std::string scope = fmt::format("{}/{}/tc3_request", date, request.service);
  const std::string text =
      fmt::format("TC3-HMAC-SHA256\n{}\n{}\n{}", timestamp, scope, crypto::sha256_hex(c.request));
  const auto of_date = hmac(as_bytes("TC3" + account.secret), date);
  const auto of_service = hmac(of_date, request.service);
  const auto key = hmac(of_service, "tc3_request");
  request.headers.emplace_back("X-TC-Timestamp", std::to_string(timestamp));
  request.headers.emplace_back("Authorization",
                               fmt::format("TC3-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                           account.key_id, scope, c.names, to_hex(hmac(key, text))));
}

}  // namespace yizhan::provider
