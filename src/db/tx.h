#pragma once
// A transaction: either a consistent read snapshot or a job's share of the writer's group. One thread at a
// time, valid only inside the function it is passed to.
//
// Errors of every call: kConflict (unique rule; field = its name), kWrongState (other constraint; field = its
// name), kBusy (locked, dead-lock, serialisation), kDiskFull, kCorrupt, kUnavailable (connection lost),
// kTooLarge (batch), kInternal (a mistake in the program: bad SQL, a write in a read snapshot), kStoreFailed
// (anything else). Constraint names are the same in both dialects: the index's own name, else
// <table>_<columns>_key, <table>_pkey; <table>.<column> for NOT NULL; the constraint's name for CHECK; empty
// for SQLite's foreign keys.

#include <concepts>
#include <memory>
#include <type_traits>

#include "base/error.h"
#include "db/query.h"
#include "db/row.h"

namespace yizhan::db {

class Connection;
struct Statement;
enum class Fetch : uint8_t { kWhole, kStream };  // see each() and stream()

// A borrowed callable bool(const Row&): false stops.
class RowVisitor {
 public:
  template <class Fn>
    requires(!std::same_as<std::remove_cvref_t<Fn>, RowVisitor>)
  RowVisitor(Fn& fn)
      : context_(&fn),
        call_([](void* context, const Row& row) { return (*static_cast<Fn*>(context))(row); }) {}
  bool operator()(const Row& row) const { return call_(context_, row); }

 private:
  void* context_;
  bool (*call_)(void*, const Row&);
};

namespace detail {
template <class T>
struct Mapped {
  using type = T;
  static constexpr bool kFallible = false;
};
template <class T>
struct Mapped<Result<T>> {
  using type = T;
  static constexpr bool kFallible = true;
};
}  // namespace detail

// After a statement has failed the transaction is lost, as in PostgreSQL: every later call returns the same
// error and the job fails with it whatever it returns. What may fail and be survived goes into attempt().
class Tx {
 public:
  explicit Tx(Connection& connection) : connection_(connection) {}
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  Dialect dialect() const;

  // Executes; the number of affected rows (of returned rows for a statement that returns rows).
  template <class... P>
  Result<int64_t> run(const Query& query, const P&... params) {
    return run_params(query, std::array<Param, sizeof...(P)>{Param(params)...});
  }

  // Calls fn, void(const Row&) or Result<void>(const Row&), for each row; its error stops and is returned. fn
  // may run other statements of this Tx. PostgreSQL holds the whole result in memory: page large reads, or
  // stream().
  template <class Fn, class... P>
  Result<void> each(const Query& query, Fn&& fn, const P&... params) {
    const std::array<Param, sizeof...(P)> list{Param(params)...};
    return visit(fn, [&](RowVisitor visitor) { return each_params(query, list, visitor, Fetch::kWhole); });
  }

  // As each() in constant memory for results of any size; fn must not use this Tx.
  template <class Fn, class... P>
  Result<void> stream(const Query& query, Fn&& fn, const P&... params) {
    const std::array<Param, sizeof...(P)> list{Param(params)...};
    return visit(fn, [&](RowVisitor visitor) { return each_params(query, list, visitor, Fetch::kStream); });
  }

  // The row mapped by map(const Row&), which returns M or Result<M>; nullopt without a row; kInternal when
  // there are more rows than one.
  template <class Fn, class... P>
  auto one(const Query& query, Fn&& map, const P&... params) {
    using Map = detail::Mapped<std::invoke_result_t<Fn&, const Row&>>;
    using Out = Result<std::optional<typename Map::type>>;
    std::optional<typename Map::type> value;
    size_t rows = 0;
    auto take = [&](const Row& row) -> Result<void> {
      if (++rows > 1) return fail(ErrorCode::kInternal, "more than one row", query.name);
      if constexpr (Map::kFallible) {
        auto mapped = map(row);
        if (!mapped) return std::unexpected(std::move(mapped).error());
        value.emplace(*std::move(mapped));
      } else {
        value.emplace(map(row));
      }
      return {};
    };
    if (auto done = each(query, take, params...); !done) return Out(std::unexpected(std::move(done).error()));
    return Out(std::move(value));
  }

  // The first column of the only row as an integer; kNotFound without a row.
  template <class... P>
  Result<int64_t> number(const Query& query, const P&... params) {
    const auto value = YZ_TRY(one(query, [](const Row& row) { return row.i64(0); }, params...));
    if (!value) return fail(ErrorCode::kNotFound, "no row", query.name);
    return *value;
  }

  // A bulk statement for every row of the batch; affected rows in total. At most limits::kBulkRows rows.
  Result<int64_t> bulk(const Query& query, const Columns& batch);

  // run() and bulk() of statements that return no rows, where nobody needs to know how many were affected. On
  // PostgreSQL they cost no round trip: an error may come with any later call of this Tx, or be the
  // transaction's when the job has returned.
  template <class... P>
  Result<void> run_later(const Query& query, const P&... params) {
    return send_params(query, std::array<Param, sizeof...(P)>{Param(params)...});
  }
  Result<void> bulk_later(const Query& query, const Columns& batch);

  // bulk() of a statement that returns rows, in no particular order: have it select r.ord (the row's
  // index in the batch, from 0) where the order matters. fn as in each().
  template <class Fn>
  Result<void> bulk_each(const Query& query, const Columns& batch, Fn&& fn) {
    return visit(fn, [&](RowVisitor visitor) { return bulk_rows(query, batch, visitor); });
  }

  // SQL composed at run time, for the few statements that cannot be constants. Values only through $1, $2, …;
  // the same text in both dialects. Prepared statements of the last limits::kDynamicStatements texts are
  // kept.
  Result<int64_t> run_sql(std::string_view sql, std::span<const Param> params);
  template <class Fn>
  Result<void> each_sql(std::string_view sql, std::span<const Param> params, Fn&& fn) {
    return visit(fn, [&](RowVisitor visitor) { return each_text(sql, params, visitor); });
  }

  // Runs fn, Result<T>(), inside a savepoint of its own: when it fails its changes are undone, the error is
  // returned and the transaction goes on. Writers only.
  template <class Fn>
  auto attempt(Fn&& fn) -> std::invoke_result_t<Fn&> {
    if (auto begun = begin_attempt(); !begun) return std::unexpected(std::move(begun).error());
    auto result = fn();
    auto ended = end_attempt(result.has_value());
    if (result && !ended) return std::unexpected(std::move(ended).error());
    return result;
  }

  // Only lets the database check the statement, for a test that goes over all of them.
  Result<void> prepare(const Query& query);

  // Several statements separated by semicolons, without parameters: migrations only.
  Result<void> execute_script(std::string_view sql);

  // The error that lost this transaction, if any.
  const std::optional<Error>& lost() const { return lost_; }

 private:
  Result<int64_t> run_params(const Query& query, std::span<const Param> params);
  Result<void> send_params(const Query& query, std::span<const Param> params);
  Result<void> each_params(const Query& query, std::span<const Param> params, RowVisitor visitor,
                           Fetch fetch);
  Result<void> bulk_rows(const Query& query, const Columns& batch, RowVisitor visitor);
  Result<void> each_text(std::string_view sql, std::span<const Param> params, RowVisitor visitor);

  // Adapts fn to a visitor and returns its error in place of the driver's success.
  template <class Fn, class Execute>
  static Result<void> visit(Fn& fn, Execute&& execute) {
    if constexpr (std::is_void_v<std::invoke_result_t<Fn&, const Row&>>) {
      auto call = [&](const Row& row) {
        fn(row);
        return true;
      };
      return execute(RowVisitor(call));
    } else {
      Result<void> outcome;
      auto call = [&](const Row& row) {
        outcome = fn(row);
        return outcome.has_value();
      };
      Result<void> executed = execute(RowVisitor(call));
      if (!executed) return executed;
      return outcome;
    }
  }

  template <class Fn>
  auto guarded(Fn&& fn) -> std::invoke_result_t<Fn&>;
  Result<void> fetch_rows(const Statement& statement, std::span<const Param> params, RowVisitor visitor,
                          Fetch fetch);
  Result<void> begin_attempt();
  Result<void> end_failed_attempt(int level);
  Result<void> end_attempt(bool keep);

  Connection& connection_;
  std::optional<Error> lost_;
  int attempts_ = 0;
  bool streaming_ = false;
};

}  // namespace yizhan::db
