#include "db/query.h"

#include "base/limits.h"

namespace yizhan::db {

std::string Params::add_param(const Param& p) {
  if (!p.is_null() && (p.type() == Type::kText || p.type() == Type::kBlob)) {
    const std::string& copy = kept_.emplace_back(p.data(), p.size());
    list_.push_back(Param::view(p.type(), copy.data(), copy.size()));
  } else {
    list_.push_back(p);
  }
  return '$' + std::to_string(list_.size());
}

void Columns::clear() {
  for (Column& c : columns_) {
    c.type = Type::kUnknown;
    c.values.clear();
    c.sizes.clear();
    c.is_null.clear();
    c.nulls = 0;
  }
  arena_.clear();
  rows_ = 0;
  error_.clear();
}

bool Columns::shape(size_t columns) {
  if (rows_ != 0) {
    error_ = "rows of different lengths in one batch";
    return false;
  }
  columns_.assign(columns, {});
  for (Column& c : columns_) c.values.reserve(reserve_);
  return true;
}

void Columns::append_any(Column& c, const Param& p) {
  if (c.type == Type::kUnknown && p.type() != Type::kUnknown) {
    c.type = p.type();
    if (c.type == Type::kText || c.type == Type::kBlob) c.sizes.resize(c.values.size());
  } else if (p.type() != Type::kUnknown && p.type() != c.type) {
    error_ = "values of different types in one column of a batch";
  }
  const bool bytes = c.type == Type::kText || c.type == Type::kBlob;
  if (p.is_null() || p.type() != c.type) {
    if (c.nulls == 0) c.is_null.resize(c.values.size());
    ++c.nulls;
    c.is_null.push_back(true);
    c.values.push_back(kNull);
    if (bytes) c.sizes.push_back(0);
    return;
  }
  if (c.nulls > 0) c.is_null.push_back(false);
  if (bytes) {
    c.values.push_back(static_cast<int64_t>(arena_.size()));
    c.sizes.push_back(static_cast<uint32_t>(p.size()));
    arena_.append(p.data(), p.size());
  } else {
    c.values.push_back(c.type == Type::kReal ? std::bit_cast<int64_t>(p.real()) : p.integer());
  }
}

bool Columns::in_one_run(size_t row) const {
  if (row + 1 >= rows_ || columns_.empty() || columns_[0].nulls > 0) return false;
  if (columns_[0].values[row + 1] != columns_[0].values[row] + 1) return false;
  for (size_t i = 1; i < columns_.size(); ++i) {
    const Column& c = columns_[i];
    if (c.nulls > 0 || c.type == Type::kUnknown) return false;
    if (c.sizes.empty()) {
      if (c.values[row] != c.values[row + 1]) return false;
      continue;
    }
    const auto text = [&](size_t r) {
      return std::string_view(arena_).substr(static_cast<size_t>(c.values[r]), c.sizes[r]);
    };
    if (text(row) != text(row + 1)) return false;
  }
  return true;
}

}  // namespace yizhan::db
