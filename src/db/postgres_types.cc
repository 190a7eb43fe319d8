#include "db/detail/postgres_types.h"

#include <bit>
#include <cassert>

namespace yizhan::db {
namespace {

// src/include/catalog/pg_type.dat of PostgreSQL.
enum : Oid {
  kBool = 16,
  kBytea = 17,
  kChar = 18,
  kName = 19,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kOid = 26,
  kJson = 114,
  kFloat4 = 700,
  kFloat8 = 701,
  kUnknown = 705,
  kByteaArray = 1001,
  kTextArray = 1009,
  kInt8Array = 1016,
  kFloat8Array = 1022,
  kBpchar = 1042,
  kVarchar = 1043,
  kNumeric = 1700,
  kVoid = 2278,
};

uint64_t big_endian(std::string_view bytes) {
  uint64_t v = 0;
  for (const char c : bytes) v = (v << 8) | static_cast<uint8_t>(c);
  return v;
}

int16_t int16_at(std::string_view bytes, size_t at) {
  return static_cast<int16_t>(big_endian(bytes.substr(at, 2)));
}

// numeric: count of base-10000 digits, weight of the first, sign, display scale, the digits.
template <class Number>
Number from_numeric(std::string_view bytes) {
  const int digits = int16_at(bytes, 0);
  const int weight = int16_at(bytes, 2);
  const bool negative = int16_at(bytes, 4) == 0x4000;
  Number value = 0;
  Number fraction = 1;
  for (int i = 0; i <= weight || i < digits; ++i) {
    const Number digit =
        i < digits ? static_cast<Number>(int16_at(bytes, 8 + 2 * static_cast<size_t>(i))) : 0;
    if (i <= weight) {
      value = value * 10'000 + digit;
    } else if constexpr (std::is_floating_point_v<Number>) {
      fraction /= 10'000;
      value += digit * fraction;
    }
  }
  return negative ? -value : value;
}

Oid scalar_type(Type type) {
  switch (type) {
    case Type::kInteger:
      return kInt8;
    case Type::kReal:
      return kFloat8;
    case Type::kText:
      return kText;
    case Type::kBlob:
      return kBytea;
    case Type::kUnknown:
      break;
  }
  return 0;
}

Type type_of_letter(char letter) {
  switch (letter) {
    case 'i':
      return Type::kInteger;
    case 'r':
      return Type::kReal;
    case 't':
      return Type::kText;
    default:
      return Type::kBlob;
  }
}

Oid array_type(Type type) {
  switch (type) {
    case Type::kInteger:
      return kInt8Array;
    case Type::kReal:
      return kFloat8Array;
    case Type::kText:
      return kTextArray;
    default:
      return kByteaArray;
  }
}

uint64_t network(const Param& p) {
  const uint64_t host =
      p.type() == Type::kReal ? std::bit_cast<uint64_t>(p.real()) : static_cast<uint64_t>(p.integer());
  return std::endian::native == std::endian::little ? std::byteswap(host) : host;
}

void put32(std::string& out, uint32_t v) {
  const uint32_t wire = std::endian::native == std::endian::little ? std::byteswap(v) : v;
  out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

// array_recv: dimensions, flag for NULLs, element type, length, lower bound; then size and bytes of each
// element.
void encode_array(const Columns& batch, size_t column, Type type, std::string& out) {
  out.clear();
  out.reserve(20 + batch.size() * 12 +
              (type == Type::kText || type == Type::kBlob ? batch.arena_bytes() : 0));
  put32(out, 1);
  put32(out, batch.has_null(column) ? 1 : 0);
  put32(out, scalar_type(type));
  put32(out, static_cast<uint32_t>(batch.size()));
  put32(out, 1);
  for (size_t row = 0; row < batch.size(); ++row) {
    const Param p = batch.at(row, column);
    if (p.is_null()) {
      put32(out, 0xffffffff);
    } else if (type == Type::kText || type == Type::kBlob) {
      put32(out, static_cast<uint32_t>(p.size()));
      out.append(p.data(), p.size());
    } else {
      const uint64_t wire = network(p);
      put32(out, sizeof wire);
      out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
    }
  }
}

}  // namespace

bool is_supported(Oid type) {
  switch (type) {
    case kBool:
    case kBytea:
    case kChar:
    case kName:
    case kInt8:
    case kInt2:
    case kInt4:
    case kText:
    case kOid:
    case kJson:
    case kFloat4:
    case kFloat8:
    case kUnknown:
    case kBpchar:
    case kVarchar:
    case kNumeric:
    case kVoid:
      return true;
    default:
      return false;
  }
}

int PostgresRows::columns() const { return PQnfields(result_); }

bool PostgresRows::is_null(int row, int column) const { return PQgetisnull(result_, row, column) != 0; }

std::string_view PostgresRows::cell(int row, int column) const {
  assert(column >= 0 && column < PQnfields(result_));
  return {PQgetvalue(result_, row, column), static_cast<size_t>(PQgetlength(result_, row, column))};
}

int64_t PostgresRows::i64(int row, int column) const {
  const std::string_view bytes = cell(row, column);
  if (bytes.empty()) return 0;
  switch (PQftype(result_, column)) {
    case kInt8:
    case kOid:
    case kBool:
      return static_cast<int64_t>(big_endian(bytes));
    case kInt4:
      return static_cast<int32_t>(big_endian(bytes));
    case kInt2:
      return int16_at(bytes, 0);
    case kNumeric:
      return from_numeric<int64_t>(bytes);
    default:
      assert(false);
      return 0;
  }
}

double PostgresRows::f64(int row, int column) const {
  const std::string_view bytes = cell(row, column);
  if (bytes.empty()) return 0;
  switch (PQftype(result_, column)) {
    case kFloat8:
      return std::bit_cast<double>(big_endian(bytes));
    case kFloat4:
      return std::bit_cast<float>(static_cast<uint32_t>(big_endian(bytes)));
    case kNumeric:
      return from_numeric<double>(bytes);
    default:
      return static_cast<double>(i64(row, column));
  }
}

std::string_view PostgresRows::text(int row, int column) const {
  switch (PQftype(result_, column)) {
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
    case kChar:
    case kUnknown:
    case kJson:
      return cell(row, column);
    default:
      assert(false);
      return {};
  }
}

ByteSpan PostgresRows::blob(int row, int column) const {
  assert(PQftype(result_, column) == kBytea);
  return as_bytes(cell(row, column));
}

void PostgresValues::resize(size_t n) {
  types.assign(n, 0);
  data.assign(n, nullptr);
  sizes.assign(n, 0);
  formats.assign(n, 1);
  if (numbers.size() < n) numbers.resize(n);
}

void PostgresValues::set(std::span<const Param> params) {
  resize(params.size());
  for (size_t i = 0; i < params.size(); ++i) {
    const Param& p = params[i];
    types[i] = scalar_type(p.type());
    if (p.is_null()) continue;
    if (p.type() == Type::kInteger || p.type() == Type::kReal) {
      numbers[i] = network(p);
      data[i] = reinterpret_cast<const char*>(&numbers[i]);
      sizes[i] = sizeof(uint64_t);
    } else {
      data[i] = p.data();
      sizes[i] = static_cast<int>(p.size());
    }
  }
}

void PostgresValues::set(const Columns& batch, const char* letters) {
  const size_t n = batch.column_count();
  resize(n);
  if (arrays.size() < n) arrays.resize(n);
  for (size_t i = 0; i < n; ++i) {
    const Type type = batch.type(i) == Type::kUnknown ? type_of_letter(letters[i]) : batch.type(i);
    encode_array(batch, i, type, arrays[i]);
    types[i] = array_type(type);
    data[i] = arrays[i].data();
    sizes[i] = static_cast<int>(arrays[i].size());
  }
}

}  // namespace yizhan::db
