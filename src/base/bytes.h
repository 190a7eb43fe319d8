#pragma once
// Reading and writing big-endian bytes over spans, without copies. A reader's error is sticky: after the
// first read past the end every further read gives zero or empty and ok() is false, so a decoder checks once.
// Single thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan {

using ByteSpan = std::span<const uint8_t>;
using Bytes = std::vector<uint8_t>;

inline ByteSpan as_bytes(std::string_view s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}
inline std::string_view as_chars(ByteSpan b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

std::string to_hex(ByteSpan bytes);
// False on an odd length or a character that is no hex digit; `out` is then unspecified.
bool from_hex(std::string_view hex, Bytes& out);

class ByteReader {
 public:
  explicit ByteReader(ByteSpan data) : data_(data) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return data_.size() - at_; }
  size_t position() const { return at_; }

  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }

  // Exactly n bytes, a view into the data.
  ByteSpan bytes(size_t n) {
    if (!need(n)) return {};
    const ByteSpan out = data_.subspan(at_, n);
    at_ += n;
    return out;
  }
  // A NUL-terminated string of at most `max` bytes with its NUL; a missing NUL is an error.
  std::string_view c_string(size_t max);
  // A fixed field of n bytes, cut at its first NUL.
  std::string_view fixed_string(size_t n) {
    const std::string_view s = as_chars(bytes(n));
    return s.substr(0, s.find('\0'));
  }

 private:
  bool need(size_t n) {
    if (!ok_ || remaining() < n) ok_ = false;
    return ok_;
  }
  uint64_t integer(size_t n) {
    if (!need(n)) return 0;
    uint64_t v = 0;
    for (size_t i = 0; i < n; ++i) v = (v << 8) | data_[at_++];
    return v;
  }

  ByteSpan data_;
  size_t at_ = 0;
  bool ok_ = true;
};

// Appends to a buffer that it does not own.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  size_t position() const { return out_.size(); }
  void u8(uint8_t v) { out_.push_back(v); }
  void u16(uint16_t v) { integer(v, 2); }
  void u32(uint32_t v) { integer(v, 4); }
  void u64(uint64_t v) { integer(v, 8); }
  void bytes(ByteSpan b) { out_.insert(out_.end(), b.begin(), b.end()); }
  // The string and its NUL, cut so that both fit in `max` bytes.
  void c_string(std::string_view s, size_t max);
  // The string in a field of exactly n bytes, cut or padded with NULs.
  void fixed_string(std::string_view s, size_t n);
  // Overwrites four bytes written before, for lengths known only at the end.
  void patch_u32(size_t position, uint32_t v) {
    for (size_t i = 0; i < 4; ++i) out_[position + i] = static_cast<uint8_t>(v >> (24 - 8 * i));
  }

 private:
  void integer(uint64_t v, size_t n) {
    for (size_t i = n; i-- > 0;) out_.push_back(static_cast<uint8_t>(v >> (8 * i)));
  }
  Bytes& out_;
};

}  // namespace yizhan
