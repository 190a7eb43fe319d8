#include "db/tx.h"

#include <fmt/format.h>

#include <cstring>

#include "base/limits.h"
#include "db/detail/connection.h"

namespace yizhan::db {
namespace {

Error streaming_error() { return Error{ErrorCode::kInternal, "a statement inside stream()", {}}; }

}  // namespace

// Runs a driver call unless the transaction is lost, and remembers the error that loses it.
template <class Fn>
auto Tx::guarded(Fn&& fn) -> std::invoke_result_t<Fn&> {
  if (lost_) return std::unexpected(*lost_);
  if (streaming_) {
    lost_ = streaming_error();
    return std::unexpected(*lost_);
  }
  auto result = fn();
  if (!result && !lost_) lost_ = result.error();
  if (lost_) return std::unexpected(*lost_);
  return result;
}

Dialect Tx::dialect() const { return connection_.dialect(); }

Result<int64_t> Tx::run_params(const Query& query, std::span<const Param> params) {
  return guarded([&] { return connection_.run({&query, {}}, params); });
}

Result<void> Tx::send_params(const Query& query, std::span<const Param> params) {
  return guarded([&] { return connection_.run_later(query, params); });
}

Result<void> Tx::each_params(const Query& query, std::span<const Param> params, RowVisitor visitor,
                             Fetch fetch) {
  return guarded([&] { return fetch_rows({&query, {}}, params, visitor, fetch); });
}

Result<void> Tx::fetch_rows(const Statement& statement, std::span<const Param> params, RowVisitor visitor,
                            Fetch fetch) {
  streaming_ = fetch == Fetch::kStream;
  auto result = connection_.each(statement, params, visitor, fetch);
  streaming_ = false;
  return result;
}

Result<int64_t> Tx::bulk(const Query& query, const Columns& batch) {
  return guarded([&]() -> Result<int64_t> {
    YZ_CHECK(check_batch(query, batch));
    if (batch.empty()) return 0;
    return connection_.bulk(query, batch, nullptr);
  });
}

Result<void> Tx::bulk_later(const Query& query, const Columns& batch) {
  return guarded([&]() -> Result<void> {
    YZ_CHECK(check_batch(query, batch));
    if (batch.empty()) return {};
    return connection_.bulk_later(query, batch);
  });
}

Result<void> Tx::bulk_rows(const Query& query, const Columns& batch, RowVisitor visitor) {
  return guarded([&]() -> Result<void> {
    YZ_CHECK(check_batch(query, batch));
    if (batch.empty()) return {};
    YZ_TRY(connection_.bulk(query, batch, &visitor));
    return {};
  });
}

Result<int64_t> Tx::run_sql(std::string_view sql, std::span<const Param> params) {
  return guarded([&] { return connection_.run({nullptr, sql}, params); });
}

Result<void> Tx::each_text(std::string_view sql, std::span<const Param> params, RowVisitor visitor) {
  return guarded([&] { return fetch_rows({nullptr, sql}, params, visitor, Fetch::kWhole); });
}

Result<void> Tx::prepare(const Query& query) {
  return guarded([&] { return connection_.prepare(query); });
}

Result<void> Tx::execute_script(std::string_view sql) {
  return guarded([&] { return connection_.script(sql); });
}

Result<void> Tx::begin_attempt() {
  return guarded([&]() -> Result<void> {
    if (attempts_ >= static_cast<int>(limits::kNestedAttempts))
      return fail(ErrorCode::kInternal, "attempts nested too deeply");
    ++attempts_;
    return connection_.savepoint(attempts_);
  });
}

Result<void> Tx::end_attempt(bool keep) {
  const int level = attempts_--;
  if (keep && !lost_)
    if (auto settled = connection_.settle(); !settled) lost_ = settled.error();
  if (!connection_.in_transaction()) {
    if (!lost_) lost_ = Error{ErrorCode::kUnavailable, "the transaction is gone", {}};
    return std::unexpected(*lost_);
  }
  if (keep && lost_) {  // the callable swallowed a statement's error
    const Error swallowed = *lost_;
    YZ_CHECK(end_failed_attempt(level));
    return std::unexpected(swallowed);
  }
  if (!keep) return end_failed_attempt(level);
  return guarded([&] { return connection_.release(level); });
}

Result<void> Tx::end_failed_attempt(int level) {
  lost_.reset();
  return guarded([&] { return connection_.rollback_to(level); });
}

Result<void> check_batch(const Query& query, const Columns& batch) {
  if (!query.batch) return fail(ErrorCode::kInternal, "not a bulk statement", query.name);
  if (!batch.error().empty()) return fail(ErrorCode::kInvalidArgument, batch.error(), query.name);
  if (batch.size() > limits::kBulkRows || batch.arena_bytes() > limits::kBulkBytes)
    return fail(ErrorCode::kTooLarge, "the batch is too large", query.name);
  if (batch.empty()) return {};
  const size_t columns = std::strlen(query.batch);
  if (batch.column_count() != columns)
    return fail(ErrorCode::kInternal,
                fmt::format("a batch of {} columns where {} are declared", batch.column_count(), columns),
                query.name);
  for (size_t i = 0; i < columns; ++i) {
    const char letter = "?irtb"[static_cast<size_t>(batch.type(i))];
    if (letter != '?' && letter != query.batch[i])
      return fail(ErrorCode::kInternal,
                  fmt::format("column {} of the batch has not its declared type", i + 1), query.name);
  }
  return {};
}

}  // namespace yizhan::db
