#pragma once
// PostgreSQL's binary values: parameters, arrays, rows. The layouts are those of the types' send and receive
// functions (src/backend/utils/adt of PostgreSQL); integers are big-endian. Single thread.

#include <libpq-fe.h>

#include "db/query.h"
#include "db/row.h"

namespace yizhan::db {

// True for the types a Row can read: integers, booleans, reals, numeric, texts, bytea, void.
bool is_supported(Oid type);

class PostgresRows final : public RowSource {
 public:
  explicit PostgresRows(const PGresult* result) : result_(result) {}

  int columns() const override;
  bool is_null(int row, int column) const override;
  int64_t i64(int row, int column) const override;
  double f64(int row, int column) const override;
  std::string_view text(int row, int column) const override;
  ByteSpan blob(int row, int column) const override;

 private:
  std::string_view cell(int row, int column) const;
  const PGresult* result_;
};

// The values of one execution in libpq's form; set() again keeps the memory. Views into what it was set from.
struct PostgresValues {
  std::vector<Oid> types;
  std::vector<const char*> data;
  std::vector<int> sizes;
  std::vector<int> formats;
  std::vector<uint64_t> numbers;    // integers and reals, big-endian
  std::vector<std::string> arrays;  // of a batch, one a column

  void set(std::span<const Param> params);
  // `letters` as in Query::batch, for columns without any value.
  void set(const Columns& batch, const char* letters);
  int count() const { return static_cast<int>(types.size()); }

 private:
  void resize(size_t n);
};

}  // namespace yizhan::db
