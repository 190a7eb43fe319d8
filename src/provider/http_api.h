#pragma once
// A provider's description made ready for one account: writes whole HTTP/1.1 requests, one message each, and
// says what an answer means. Immutable: any thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "provider/description.h"
#include "provider/signing.h"

namespace yizhan::provider {

struct OutgoingMessage {
  std::string_view number;  // E.164 digits
  std::string_view text;    // UTF-8, as the recipient reads it
  std::string_view access_code;
  uint64_t id = 0;
};

enum class Verdict : uint8_t {
  kAccepted,
  kRejected,        // a definite no: `code` says why
  kThrottled,       // not taken: slower
  kBadCredentials,  // not taken: the account is refused
  kUnknown,         // no telling: a failure of theirs, or an answer that cannot be read
};
struct Answer {
  Verdict verdict = Verdict::kUnknown;
  std::string code;  // of the error, or "HTTP:500"
  std::string message_id;
};

class HttpApi {
 public:
  // `host` as the header says it, with the port where that is not the scheme's own. kInvalidArgument with the
  // place as field: "request/body", "answer/success".
  static Result<HttpApi> create(const Description& description, Account account, std::string host);

  // `nonce`: see make_nonce().
  std::string request(const OutgoingMessage& message, Time now, std::string_view nonce) const;
  Answer read_answer(int status, std::string_view body) const;

 private:
  struct Parts;
  explicit HttpApi(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const Parts> parts_;
};

// 32 hexadecimal digits that nobody can foresee.
std::string make_nonce();

}  // namespace yizhan::provider
