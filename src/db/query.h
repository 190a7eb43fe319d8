#pragma once
// What goes into a statement: named queries, parameters, batches of rows. Pure data, single thread.

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"

namespace yizhan::db {

enum class Dialect : uint8_t { kSqlite, kPostgres };

// A named statement, a constant made from a .sql file at build time (cmake/embed_sql.cmake). The address is
// the key of the prepared-statement cache, so a Query has static storage. A text that is null does not exist
// in that dialect.
struct Query {
  const char* name;
  const char* sqlite;    // ?1 ?2 …; of a bulk statement: its columns in order, then ord if it is used
  const char* postgres;  // $1 $2 …; of a bulk statement: the columns as arrays
  // Of a bulk statement one letter a column, its declared type: i(nteger), r(eal), t(ext), b(lob). Else null.
  const char* batch = nullptr;
  // The text of SQLite is for a run of rows: those that follow one another and differ only in their first
  // column, an integer that goes up by one. Its parameters: the first row's columns, its ord, the first
  // column's last value.
  bool runs = false;
  // Another text of a bulk statement for SQLite: ?1 is the whole batch, which bulk_rows(?1) gives as a table
  // of the columns c1, c2, … and ord (db/detail/sqlite_batch.h). Null where there is none.
  const char* sqlite_batch = nullptr;
};

// The store's value types. There are no others: booleans, enums, ids and times are integers.
enum class Type : uint8_t { kUnknown, kInteger, kReal, kText, kBlob };

// One parameter: a typed view, valid as long as the value it was made from. An empty optional is a NULL of
// its type; std::nullopt has none, and does where the statement says it (col = $1, VALUES ($1)), not in "$1
// IS NULL".
class Param {
 public:
  constexpr Param() = default;
  constexpr Param(std::nullopt_t) {}
  template <std::integral T>
  constexpr Param(T v) : type_(Type::kInteger), null_(false), integer_(static_cast<int64_t>(v)) {}
  template <class T>
    requires std::is_enum_v<T>
  constexpr Param(T v) : Param(std::to_underlying(v)) {}
  template <class Tag>
  constexpr Param(Id<Tag> v) : Param(v.value) {}
  constexpr Param(Time v) : Param(v.us) {}
  constexpr Param(Duration v) : Param(v.us) {}
  constexpr Param(double v) : type_(Type::kReal), null_(false), real_(v) {}
  Param(std::string_view v) : Param(Type::kText, v.data(), v.size()) {}
  Param(const std::string& v) : Param(std::string_view(v)) {}
  Param(const char* v) : Param(std::string_view(v)) {}
  Param(ByteSpan v) : Param(Type::kBlob, v.data(), v.size()) {}
  Param(const Bytes& v) : Param(ByteSpan(v)) {}
  template <size_t N>
  Param(const std::array<uint8_t, N>& v) : Param(ByteSpan(v)) {}
  template <class T>
  Param(const std::optional<T>& v) : Param(v ? Param(*v) : null(type_of<T>())) {}

  static constexpr Param null(Type type) {
    Param p;
    p.type_ = type;
    return p;
  }
  static Param view(Type type, const void* data, size_t size) { return Param(type, data, size); }

  Type type() const { return type_; }
  bool is_null() const { return null_; }
  int64_t integer() const { return integer_; }
  double real() const { return real_; }
  // Never a null pointer, so that an empty text or blob is not taken for NULL.
  const char* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  Param(Type type, const void* data, size_t size)
      : type_(type), null_(false), data_(data ? static_cast<const char*>(data) : ""), size_(size) {}
  template <class T>
  static constexpr Type type_of() {
    if constexpr (std::is_floating_point_v<T>) return Type::kReal;
    if constexpr (std::is_convertible_v<const T&, std::string_view>) return Type::kText;
    if constexpr (std::is_convertible_v<const T&, ByteSpan>) return Type::kBlob;
    return Type::kInteger;
  }

  Type type_ = Type::kUnknown;
  bool null_ = true;
  union {
    int64_t integer_ = 0;
    double real_;
    const char* data_;
  };
  size_t size_ = 0;
};

// The owned parameters of one composed statement: sql += params.add(value) appends "$n" to the text and keeps
// a copy of the value.
class Params {
 public:
  template <class T>
  std::string add(const T& value) {
    return add_param(Param(value));
  }
  std::span<const Param> view() const { return list_; }
  size_t size() const { return list_.size(); }

 private:
  std::string add_param(const Param& p);
  std::vector<Param> list_;
  std::deque<std::string> kept_;  // a deque, so that views of its strings stay valid
};

// A batch of rows for a bulk statement, held by column. clear() keeps the memory. Texts and blobs are copied
// into one arena. A column's type is that of its first value that has one; a row of another shape makes
// error() say so, and bulk() returns it.
class Columns {
 public:
  template <class... P>
  void row(const P&... values) {
    if (columns_.size() != sizeof...(P) && !shape(sizeof...(P))) return;
    size_t i = 0;
    (append(columns_[i++], Param(values)), ...);
    ++rows_;
  }
  size_t size() const { return rows_; }
  bool empty() const { return rows_ == 0; }
  size_t column_count() const { return columns_.size(); }
  void reserve(size_t rows) { reserve_ = rows; }
  void clear();
  // Bytes of text and blob held, for callers that bound a batch by bytes.
  size_t arena_bytes() const { return arena_.size(); }

  // For the drivers.
  Type type(size_t column) const { return columns_[column].type; }
  bool has_null(size_t column) const { return columns_[column].nulls > 0; }
  Param at(size_t row, size_t column) const {
    const Column& c = columns_[column];
    const int64_t v = c.values[row];
    if (c.nulls > 0 && v == kNull && c.is_null[row]) return Param::null(c.type);
    switch (c.type) {
      case Type::kInteger:
        return Param(v);
      case Type::kReal:
        return Param(std::bit_cast<double>(v));
      case Type::kText:
      case Type::kBlob:
        return Param::view(c.type, arena_.data() + v, c.sizes[row]);
      case Type::kUnknown:
        break;
    }
    return Param();
  }
  // Whether a row and the one after it are of one run (Query::runs). The first column is an integer's.
  bool in_one_run(size_t row) const;
  const std::string& error() const { return error_; }

 private:
  static constexpr int64_t kNull = 0;
  struct Column {
    Type type = Type::kUnknown;
    std::vector<int64_t> values;  // the integer, the bits of the real, or the offset into the arena
    std::vector<uint32_t> sizes;  // of texts and blobs; empty for the others
    std::vector<bool> is_null;    // empty until the first NULL
    size_t nulls = 0;
  };
  bool shape(size_t columns);
  void append(Column& c, const Param& p) {
    if (p.type() == Type::kInteger && c.type == Type::kInteger && !p.is_null() && c.nulls == 0)
      c.values.push_back(p.integer());
    else
      append_any(c, p);
  }
  void append_any(Column& c, const Param& p);

  std::vector<Column> columns_;
  std::string arena_;
  size_t rows_ = 0;
  size_t reserve_ = 0;
  std::string error_;
};

}  // namespace yizhan::db
