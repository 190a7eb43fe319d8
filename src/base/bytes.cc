#include "base/bytes.h"

#include <algorithm>

namespace yizhan {

std::string to_hex(ByteSpan bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const uint8_t b : bytes) {
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

bool from_hex(std::string_view hex, Bytes& out) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (hex.size() % 2 != 0) return false;
  out.clear();
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int hi = digit(hex[i]), lo = digit(hex[i + 1]);
    if (hi < 0 || lo < 0) return false;
    out.push_back(static_cast<uint8_t>(hi << 4 | lo));
  }
  return true;
}

std::string_view ByteReader::c_string(size_t max) {
  if (!ok_) return {};
  const ByteSpan rest = data_.subspan(at_, std::min(max, remaining()));
  const auto nul = std::find(rest.begin(), rest.end(), 0);
  if (nul == rest.end()) {
    ok_ = false;
    return {};
  }
  const size_t length = static_cast<size_t>(nul - rest.begin());
  at_ += length + 1;
  return as_chars(rest.first(length));
}

void ByteWriter::c_string(std::string_view s, size_t max) {
  bytes(as_bytes(s.substr(0, max - 1)));
  u8(0);
}

void ByteWriter::fixed_string(std::string_view s, size_t n) {
  s = s.substr(0, n);
  bytes(as_bytes(s));
  out_.insert(out_.end(), n - s.size(), 0);
}

}  // namespace yizhan
