#pragma once
// One row of a result. Valid only inside the callback it is passed to, with every view taken from it. A NULL
// reads as 0 or empty. Reading a column as another type than it has is a mistake in the program (asserted).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace yizhan::db {

// What a driver implements to be read from.
class RowSource {
 public:
  virtual int columns() const = 0;
  virtual bool is_null(int row, int column) const = 0;
  virtual int64_t i64(int row, int column) const = 0;
  virtual double f64(int row, int column) const = 0;
  virtual std::string_view text(int row, int column) const = 0;
  virtual ByteSpan blob(int row, int column) const = 0;

 protected:
  ~RowSource() = default;
};

class Row {
 public:
  Row(const RowSource& source, int row) : source_(&source), row_(row) {}

  int columns() const { return source_->columns(); }
  bool is_null(int column) const { return source_->is_null(row_, column); }
  int64_t i64(int column) const { return source_->i64(row_, column); }
  double f64(int column) const { return source_->f64(row_, column); }
  std::string_view text(int column) const { return source_->text(row_, column); }
  ByteSpan blob(int column) const { return source_->blob(row_, column); }

  bool flag(int column) const { return i64(column) != 0; }
  Time time(int column) const { return Time{i64(column)}; }
  std::string string(int column) const { return std::string(text(column)); }
  Bytes bytes(int column) const {
    const ByteSpan b = blob(column);
    return Bytes(b.begin(), b.end());
  }
  template <class IdType>
  IdType id(int column) const {
    return IdType{i64(column)};
  }
  template <class Enum>
  Enum as(int column) const {
    return static_cast<Enum>(i64(column));
  }
  std::optional<int64_t> maybe_i64(int column) const {
    return is_null(column) ? std::nullopt : std::optional(i64(column));
  }

 private:
  const RowSource* source_;
  int row_;
};

}  // namespace yizhan::db
