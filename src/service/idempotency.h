#pragma once
// Requests that their sender may repeat (Idempotency-Key) without anything being done twice. Blocks; any
// thread.
//
// What is guaranteed, whatever crashes when:
// - begin() reserves the key in a transaction of its own before the deed. The deed's transaction marks it
// done (append_audit,
//   through Principal::request), so deed and mark are on disk together or not at all. finish() stores the
//   response after.
// - Stopped before the deed was committed: the same request is done anew once kIdempotencyInProgress has
// passed; a deed of the
//   first attempt that comes late is undone, for its attempt no longer holds the key.
// - Stopped between the deed and its response: the deed is never repeated; the answer is kConflict naming
// what was made.
// - Otherwise the same key and request get the stored response, word for word, for kIdempotencyLife.
// A deed must therefore write its audit entry in its (first) transaction, which every deed does.

#include <optional>
#include <string>
#include <string_view>

#include "crypto/digest.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

inline constexpr Duration kIdempotencyLife = hours(24);
// Longer than any request may last: until then a reservation without a mark counts as being worked on.
inline constexpr Duration kIdempotencyInProgress = minutes(2);

struct KeptResponse {
  int status = 0;
  std::string text;  // as given to finish()
};

struct Begun {
  store::RequestKey key;               // goes into Principal::request
  std::optional<KeptResponse> replay;  // when there: answer this, do nothing
};

class Idempotency {
 public:
  explicit Idempotency(const store::Store& store) : store_(store) {}

  // `scope` is the route; `request` all that was asked, of which the hash is kept. kIdempotencyMismatch: the
  // key was used for another request; kConflict: that request is being worked on, or was done and its
  // response is lost; kInvalidArgument: no good key.
  Result<Begun> begin(const Principal& by, std::string_view scope, std::string_view key,
                      std::string_view request) const;
  // Of an uploaded file, as a part of `request`: the form around it differs from one sending to the next.
  // Reads the file. kNotFound, kStoreFailed.
  static Result<std::string> hash_of_file(const std::string& path);
  // After a success. A response over limits::kIdempotencyResponseBytes is not kept: a repetition gets
  // kConflict.
  Result<> finish(const store::RequestKey& key, const KeptResponse& response) const;
  // After a refusal: the key is free again if nothing was done under it, else the refusal is kept.
  Result<> refuse(const store::RequestKey& key, const KeptResponse& response) const;

 private:
  struct Row {
    Bytes request_hash;
    int64_t attempt = 0;
    int64_t audit_id = 0;
    int status = 0;
    Bytes response_sealed;
    Time created_at;
  };

  Result<std::optional<Row>> take(db::Tx& tx, const crypto::Digest& key) const;
  Result<Begun> repeat(db::Tx& tx, const crypto::Digest& key, const Row& row) const;
  Result<> keep(db::Tx& tx, const store::RequestKey& key, const KeptResponse& response) const;

  const store::Store& store_;
};

}  // namespace yizhan::service
