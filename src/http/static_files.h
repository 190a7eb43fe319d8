#pragma once
// The console's files, read into memory once, so that no request ever names a path on disk. Immutable after
// load(); any thread.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace yizhan::http {

// Wherever it stands in an HTML file or in the policy it becomes a nonce of that one response.
inline constexpr std::string_view kNoncePlaceholder = "__CSP_NONCE__";

struct StaticOptions {
  std::string index = "/index.html";          // also the answer for any other page of the console
  std::string immutable_prefix = "/assets/";  // names with a hash of the content: cached for a year
  std::string api_prefix = "/api/";           // never answered by the index
  std::string content_security_policy =
      "default-src 'none'; script-src 'self' 'nonce-__CSP_NONCE__'; style-src 'self' 'nonce-__CSP_NONCE__'; "
      "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
      "worker-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
};

class StaticFiles {
 public:
  // Files of the directory and below; links and names that begin with a dot are left out. "x.br" and "x.gz"
  // beside "x" are its precompressed forms. kNotFound without the folder or its index, kTooLarge over
  // limits::kStaticFiles or kStaticBytes.
  static Result<StaticFiles> load(const std::filesystem::path& directory, StaticOptions options = {});

  // For Router::set_fallback, Execution::kInline. kNotFound where the console has no page.
  Result<Response> respond(const Request& request) const;
  size_t size() const { return files_.size(); }

 private:
  struct File {
    SharedText plain, brotli, gzip;
    std::string content_type;
    std::string etag;  // without quotes; empty for what differs in each response
  };
  Response page(const File& file) const;

  StaticOptions options_;
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace yizhan::http
