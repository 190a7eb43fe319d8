#include "service/idempotency.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/hash_chain.h"
#include "service/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kField = "Idempotency-Key";

crypto::Digest hash_of(const Principal& by, std::string_view scope, std::string_view key) {
  crypto::CanonicalEntry bytes;
  bytes.integer(static_cast<int64_t>(by.kind)).integer(by.id).text(scope).text(key);
  return crypto::sha256(bytes.view());
}

std::unexpected<Error> conflict(std::string message) {
  return fail(ErrorCode::kConflict, std::move(message), std::string(kField));
}

Result<> check_key(std::string_view key) {
  const bool good = !key.empty() && key.size() <= limits::kIdempotencyKeyBytes &&
                    std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
  if (good) return {};
  return fail(ErrorCode::kInvalidArgument, "must be 1 to 128 printable ASCII characters without blanks",
              std::string(kField));
}

}  // namespace

Result<std::string> Idempotency::hash_of_file(const std::string& path) {
  return to_hex(YZ_TRY(crypto::sha256_file(path)));
}

Result<std::optional<Idempotency::Row>> Idempotency::take(db::Tx& tx, const crypto::Digest& key) const {
  return tx.one(
      q::idempotency_take,
      [](const db::Row& row) {
        return Row{row.bytes(0), row.i64(1), row.i64(2), static_cast<int>(row.i64(3)),
                   row.bytes(4), row.time(5)};
      },
      key);
}

Result<Begun> Idempotency::begin(const Principal& by, std::string_view scope, std::string_view key,
                                 std::string_view request) const {
  YZ_CHECK(check_key(key));
  const crypto::Digest request_hash = crypto::sha256(request);
  const crypto::Digest hash = hash_of(by, scope, key);
  auto begun = store_.db.write([&](db::Tx& tx) -> Result<Begun> {
    YZ_TRY(tx.run(q::idempotency_purge, store_.now() - kIdempotencyLife));
    if (const auto row = YZ_TRY(take(tx, hash))) {
      if (!std::ranges::equal(row->request_hash, request_hash))
        return fail(ErrorCode::kIdempotencyMismatch, "the key was used for another request",
                    std::string(kField));
      return repeat(tx, hash, *row);
    }
    const store::RequestKey mine{hash, store_.ids.next()};
    YZ_TRY(tx.run(q::idempotency_insert, hash, request_hash, mine.attempt, Bytes{}, store_.now()));
    return Begun{mine, {}};
  });
  // Two at once on two nodes: the other was quicker.
  if (!begun && begun.error().code == ErrorCode::kConflict && begun.error().field != kField)
    return conflict("this request is being worked on");
  return begun;
}

Result<Begun> Idempotency::repeat(db::Tx& tx, const crypto::Digest& key, const Row& row) const {
  if (row.status != 0) {
    const crypto::SealContext context(store::column::kIdempotencyResponse, row.attempt);
    std::string text = YZ_TRY(store_.cipher.open(context, row.response_sealed));
    return Begun{{key, row.attempt}, KeptResponse{row.status, std::move(text)}};
  }
  if (store_.now() - row.created_at < kIdempotencyInProgress)
    return conflict("this request is being worked on");
  if (row.audit_id != 0) {
    const auto object = YZ_TRY(tx.one(
        q::audit_object, [](const db::Row& r) { return audit_reference(r.text(0), r.i64(1)).value_or(""); },
        row.audit_id));
    return conflict("this request was done, its answer is lost; see " + object.value_or(""));
  }
  const store::RequestKey mine{key, store_.ids.next()};
  YZ_TRY(tx.run(q::idempotency_take_over, key, mine.attempt, store_.now()));
  return Begun{mine, {}};
}

Result<> Idempotency::keep(db::Tx& tx, const store::RequestKey& key, const KeptResponse& response) const {
  if (response.text.size() > limits::kIdempotencyResponseBytes) return {};
  const crypto::SealContext context(store::column::kIdempotencyResponse, key.attempt);
  YZ_TRY(tx.run(q::idempotency_finish, key.key, key.attempt, response.status,
                store_.cipher.seal(context, response.text)));
  return {};
}

Result<> Idempotency::finish(const store::RequestKey& key, const KeptResponse& response) const {
  return store_.db.write([&](db::Tx& tx) { return keep(tx, key, response); });
}

Result<> Idempotency::refuse(const store::RequestKey& key, const KeptResponse& response) const {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    if (YZ_TRY(tx.run(q::idempotency_release, key.key, key.attempt)) > 0) return {};
    return keep(tx, key, response);
  });
}

}  // namespace yizhan::service
