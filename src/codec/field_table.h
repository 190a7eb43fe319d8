#pragma once
// Field tables for the protocols whose fields have fixed widths (CMPP, SGIP, SMGP): a PDU is a struct that
// lists its fields in the order of the wire, and reading, measuring and writing follow from the list. Reading
// allocates nothing: strings and bytes are views into the PDU read and live as long as its buffer. Pure
// functions, any thread.
//
//   struct Cancel {
//     uint64_t msg_id = 0;
//     using Fields = table::List<table::Int<&Cancel::msg_id>>;
//   };

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/bytes.h"
#include "codec/dialect.h"
#include "codec/tlv.h"

namespace yizhan::codec {

// Numbers of handsets one after the other, each padded with NULs to the same width.
struct NumberList {
  ByteSpan raw;
  uint8_t width = 0;

  size_t size() const { return width == 0 ? 0 : raw.size() / width; }
  std::string_view operator[](size_t i) const;
};

namespace table {

template <class... Fields>
struct List {};
// A big-endian integer of kBytes, or as wide as its member. kBad answers one that does not fit.
template <auto kMember, size_t kBytes = 0>
struct Int {};
// A string in kBytes, padded with NULs on the right; nothing after the first NUL counts, nor do trailing
// blanks.
template <auto kMember, size_t kBytes, Fault kBad = Fault::kMalformed>
struct Text {};
// The same as the last field, which some peers cut short or leave out.
template <auto kMember, size_t kBytes>
struct Trailing {};
// kBytes as they are: a ByteSpan of that size (or none: zeros) or an array.
template <auto kMember, size_t kBytes>
struct Octets {};
// Zeros. Read as anything; at the end they may be short or missing.
template <size_t kBytes>
struct Reserved {};
// A count of one byte and that many numbers of kWidth bytes.
template <auto kMember, size_t kWidth, size_t kMost>
struct Numbers {};
// A length of kLengthBytes and that many bytes.
template <auto kMember, size_t kLengthBytes>
struct Content {};
// Optional parameters, to the end.
template <auto kMember>
struct Parameters {};
// A field that only some versions have.
template <bool kThere, class Field>
struct When {};

namespace detail {

struct Input {
  const uint8_t* at;
  const uint8_t* end;
  size_t left() const { return static_cast<size_t>(end - at); }
};

template <class Pdu, auto kMember>
using MemberOf = std::remove_cvref_t<decltype(std::declval<Pdu&>().*kMember)>;
template <class Pdu, auto kMember, size_t kBytes>
inline constexpr size_t kIntBytes = kBytes != 0 ? kBytes : sizeof(MemberOf<Pdu, kMember>);

template <size_t kBytes>
uint64_t read_integer(const uint8_t* at) {
  uint64_t v = 0;
  for (size_t i = 0; i < kBytes; ++i) v = v << 8 | at[i];
  return v;
}

template <size_t kBytes>
uint8_t* write_integer(uint8_t* at, uint64_t v) {
  for (size_t i = 0; i < kBytes; ++i) at[i] = static_cast<uint8_t>(v >> (8 * (kBytes - 1 - i)));
  return at + kBytes;
}

inline std::string_view padded(const uint8_t* at, size_t bytes) {
  const auto* nul = bytes == 0 ? nullptr : static_cast<const uint8_t*>(std::memchr(at, 0, bytes));
  if (nul != nullptr) bytes = static_cast<size_t>(nul - at);
  while (bytes > 0 && at[bytes - 1] == ' ') --bytes;
  return {reinterpret_cast<const char*>(at), bytes};
}

inline uint8_t* write_padded(uint8_t* at, std::string_view s, size_t bytes) {
  if (!s.empty()) std::memcpy(at, s.data(), s.size());
  std::memset(at + s.size(), 0, bytes - s.size());
  return at + bytes;
}

inline bool fits(std::string_view s, size_t bytes) {
  return s.empty() || (s.size() <= bytes && std::memchr(s.data(), 0, s.size()) == nullptr);
}

// ---------------------------------------------------------------- reading, a field at a time

template <class Pdu, auto kMember, size_t kBytes>
Fault read_field(Input& in, Pdu& out, Int<kMember, kBytes>) {
  constexpr size_t kWidth = kIntBytes<Pdu, kMember, kBytes>;
  if (in.left() < kWidth) return Fault::kMalformed;
  out.*kMember = static_cast<MemberOf<Pdu, kMember>>(read_integer<kWidth>(in.at));
  in.at += kWidth;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kBytes, Fault kBad>
Fault read_field(Input& in, Pdu& out, Text<kMember, kBytes, kBad>) {
  if (in.left() < kBytes) return Fault::kMalformed;
  out.*kMember = padded(in.at, kBytes);
  in.at += kBytes;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kBytes>
Fault read_field(Input& in, Pdu& out, Trailing<kMember, kBytes>) {
  const size_t bytes = in.left() < kBytes ? in.left() : kBytes;
  out.*kMember = padded(in.at, bytes);
  in.at += bytes;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kBytes>
Fault read_field(Input& in, Pdu& out, Octets<kMember, kBytes>) {
  if (in.left() < kBytes) return Fault::kMalformed;
  if constexpr (std::is_same_v<MemberOf<Pdu, kMember>, ByteSpan>)
    out.*kMember = {in.at, kBytes};
  else
    std::memcpy((out.*kMember).data(), in.at, kBytes);
  in.at += kBytes;
  return Fault::kNone;
}

template <class Pdu, size_t kBytes>
Fault read_field(Input& in, Pdu&, Reserved<kBytes>) {
  in.at += in.left() < kBytes ? in.left() : kBytes;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kWidth, size_t kMost>
Fault read_field(Input& in, Pdu& out, Numbers<kMember, kWidth, kMost>) {
  if (in.at == in.end) return Fault::kMalformed;
  const size_t count = *in.at++;
  if (count == 0 || count > kMost) return Fault::kBadDestination;
  if (in.left() < count * kWidth) return Fault::kMalformed;
  out.*kMember = {{in.at, count * kWidth}, static_cast<uint8_t>(kWidth)};
  in.at += count * kWidth;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kLengthBytes>
Fault read_field(Input& in, Pdu& out, Content<kMember, kLengthBytes>) {
  if (in.left() < kLengthBytes) return Fault::kMalformed;
  const uint64_t length = read_integer<kLengthBytes>(in.at);
  in.at += kLengthBytes;
  if (in.left() < length) return Fault::kMalformed;
  out.*kMember = {in.at, static_cast<size_t>(length)};
  in.at += length;
  return Fault::kNone;
}

template <class Pdu, auto kMember>
Fault read_field(Input& in, Pdu& out, Parameters<kMember>) {
  const ByteSpan rest{in.at, in.end};
  (out.*kMember).raw = rest.first(whole_tlvs(rest));
  in.at = in.end;
  return Fault::kNone;
}

template <class Pdu, bool kThere, class Field>
Fault read_field(Input& in, Pdu& out, When<kThere, Field>) {
  if constexpr (kThere) return read_field(in, out, Field{});
  return Fault::kNone;
}

template <class Pdu, class... Fields>
Fault read_fields(Input& in, Pdu& out, List<Fields...>) {
  Fault fault = Fault::kNone;
  (void)(((fault = read_field(in, out, Fields{})) == Fault::kNone) && ...);
  return fault;
}

// ---------------------------------------------------------------- writing: measure, then write

template <class Pdu, auto kMember, size_t kBytes>
Fault measure_field(size_t& bytes, const Pdu& pdu, Int<kMember, kBytes>) {
  constexpr size_t kWidth = kIntBytes<Pdu, kMember, kBytes>;
  bytes += kWidth;
  if constexpr (kWidth < sizeof(MemberOf<Pdu, kMember>))
    if ((pdu.*kMember) >> (8 * kWidth) != 0) return Fault::kMalformed;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kBytes, Fault kBad>
Fault measure_field(size_t& bytes, const Pdu& pdu, Text<kMember, kBytes, kBad>) {
  bytes += kBytes;
  return fits(pdu.*kMember, kBytes) ? Fault::kNone : kBad;
}

template <class Pdu, auto kMember, size_t kBytes>
Fault measure_field(size_t& bytes, const Pdu& pdu, Trailing<kMember, kBytes>) {
  bytes += kBytes;
  return fits(pdu.*kMember, kBytes) ? Fault::kNone : Fault::kMalformed;
}

template <class Pdu, auto kMember, size_t kBytes>
Fault measure_field(size_t& bytes, const Pdu& pdu, Octets<kMember, kBytes>) {
  bytes += kBytes;
  return (pdu.*kMember).empty() || (pdu.*kMember).size() == kBytes ? Fault::kNone : Fault::kMalformed;
}

template <class Pdu, size_t kBytes>
Fault measure_field(size_t& bytes, const Pdu&, Reserved<kBytes>) {
  bytes += kBytes;
  return Fault::kNone;
}

template <class Pdu, auto kMember, size_t kWidth, size_t kMost>
Fault measure_field(size_t& bytes, const Pdu& pdu, Numbers<kMember, kWidth, kMost>) {
  const NumberList& list = pdu.*kMember;
  bytes += 1 + list.raw.size();
  const bool good = list.width == kWidth && list.size() >= 1 && list.size() <= kMost;
  return good ? Fault::kNone : Fault::kBadDestination;
}

template <class Pdu, auto kMember, size_t kLengthBytes>
Fault measure_field(size_t& bytes, const Pdu& pdu, Content<kMember, kLengthBytes>) {
  bytes += kLengthBytes + (pdu.*kMember).size();
  const bool good = kLengthBytes > 1 || (pdu.*kMember).size() <= UINT8_MAX;
  return good ? Fault::kNone : Fault::kTooLong;
}

template <class Pdu, auto kMember>
Fault measure_field(size_t& bytes, const Pdu& pdu, Parameters<kMember>) {
  bytes += (pdu.*kMember).raw.size();
  return Fault::kNone;
}

template <class Pdu, bool kThere, class Field>
Fault measure_field(size_t& bytes, const Pdu& pdu, When<kThere, Field>) {
  if constexpr (kThere) return measure_field(bytes, pdu, Field{});
  return Fault::kNone;
}

template <class Pdu, class... Fields>
Fault measure_fields(size_t& bytes, const Pdu& pdu, List<Fields...>) {
  Fault fault = Fault::kNone;
  (void)(((fault = measure_field(bytes, pdu, Fields{})) == Fault::kNone) && ...);
  return fault;
}

inline uint8_t* write_bytes(uint8_t* at, ByteSpan bytes) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

template <class Pdu, auto kMember, size_t kBytes>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Int<kMember, kBytes>) {
  return write_integer<kIntBytes<Pdu, kMember, kBytes>>(at, pdu.*kMember);
}

template <class Pdu, auto kMember, size_t kBytes, Fault kBad>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Text<kMember, kBytes, kBad>) {
  return write_padded(at, pdu.*kMember, kBytes);
}

template <class Pdu, auto kMember, size_t kBytes>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Trailing<kMember, kBytes>) {
  return write_padded(at, pdu.*kMember, kBytes);
}

template <class Pdu, auto kMember, size_t kBytes>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Octets<kMember, kBytes>) {
  return write_padded(at, as_chars(pdu.*kMember), kBytes);
}

template <class Pdu, size_t kBytes>
uint8_t* write_field(uint8_t* at, const Pdu&, Reserved<kBytes>) {
  std::memset(at, 0, kBytes);
  return at + kBytes;
}

template <class Pdu, auto kMember, size_t kWidth, size_t kMost>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Numbers<kMember, kWidth, kMost>) {
  *at = static_cast<uint8_t>((pdu.*kMember).size());
  return write_bytes(at + 1, (pdu.*kMember).raw);
}

template <class Pdu, auto kMember, size_t kLengthBytes>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Content<kMember, kLengthBytes>) {
  at = write_integer<kLengthBytes>(at, (pdu.*kMember).size());
  return write_bytes(at, pdu.*kMember);
}

template <class Pdu, auto kMember>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, Parameters<kMember>) {
  return write_bytes(at, (pdu.*kMember).raw);
}

template <class Pdu, bool kThere, class Field>
uint8_t* write_field(uint8_t* at, const Pdu& pdu, When<kThere, Field>) {
  if constexpr (kThere) at = write_field(at, pdu, Field{});
  return at;
}

template <class Pdu, class... Fields>
uint8_t* write_fields(uint8_t* at, const Pdu& pdu, List<Fields...>) {
  ((at = write_field(at, pdu, Fields{})), ...);
  return at;
}

}  // namespace detail

// Reads the fields of a struct from the beginning of `body`; what comes after them is left alone.
template <class Pdu>
Fault read(ByteSpan body, Pdu& out) {
  detail::Input in{body.data(), body.data() + body.size()};
  return detail::read_fields(in, out, typename Pdu::Fields{});
}

// Bytes of the fields, added to `bytes`; a fault when one does not fit.
template <class Pdu>
Fault measure(const Pdu& pdu, size_t& bytes) {
  return detail::measure_fields(bytes, pdu, typename Pdu::Fields{});
}

// Writes as many bytes as measure() counted and returns their end.
template <class Pdu>
uint8_t* write(uint8_t* at, const Pdu& pdu) {
  return detail::write_fields(at, pdu, typename Pdu::Fields{});
}

// Appends a whole PDU: its length, the rest of the header as `write_rest` writes it to the kHeaderBytes - 4
// bytes it is given, and the body. kNone, or the fault of the field that does not fit, `out` being then as it
// was.
template <size_t kHeaderBytes, class Pdu, class WriteRest>
[[nodiscard]] Fault append(Bytes& out, const Pdu& pdu, WriteRest write_rest) {
  size_t bytes = kHeaderBytes;
  if (const Fault fault = measure(pdu, bytes); fault != Fault::kNone) return fault;
  if (bytes > limits::kPduBytes) return Fault::kTooLong;
  const size_t start = out.size();
  out.resize(start + bytes);
  uint8_t* const at = out.data() + start;
  write_rest(detail::write_integer<4>(at, bytes));
  write(at + kHeaderBytes, pdu);
  return Fault::kNone;
}

}  // namespace table

inline std::string_view NumberList::operator[](size_t i) const {
  return table::detail::padded(raw.data() + i * width, width);
}

// Appends a number to the bytes of a NumberList. False, and nothing appended, when it is empty or too wide.
[[nodiscard]] inline bool append_number(Bytes& raw, std::string_view number, size_t width) {
  if (number.empty() || !table::detail::fits(number, width)) return false;
  const size_t start = raw.size();
  raw.resize(start + width);
  std::memcpy(raw.data() + start, number.data(), number.size());
  return true;
}

}  // namespace yizhan::codec
