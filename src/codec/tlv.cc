#include "codec/tlv.h"

#include <algorithm>

namespace yizhan::codec {
namespace {

void append_tlv_head(Bytes& out, uint16_t tag, size_t length) {
  ByteWriter w{out};
  w.u16(tag);
  w.u16(static_cast<uint16_t>(length));
}

}  // namespace

std::optional<ByteSpan> Tlvs::find(uint16_t wanted) const {
  for (const Tlv tlv : *this)
    if (tlv.tag == wanted) return tlv.value;
  return std::nullopt;
}

std::optional<uint32_t> Tlvs::integer(uint16_t wanted) const {
  const std::optional<ByteSpan> value = find(wanted);
  if (!value || value->empty() || value->size() > 4) return std::nullopt;
  uint32_t v = 0;
  for (const uint8_t b : *value) v = v << 8 | b;
  return v;
}

std::optional<std::string_view> Tlvs::c_string(uint16_t wanted) const {
  const std::optional<ByteSpan> value = find(wanted);
  if (!value) return std::nullopt;
  const std::string_view s = as_chars(*value);
  return s.substr(0, s.find('\0'));
}

void append_tlv(Bytes& out, uint16_t tag, ByteSpan value) {
  value = value.first(std::min<size_t>(value.size(), 0xFFFF));
  append_tlv_head(out, tag, value.size());
  out.insert(out.end(), value.begin(), value.end());
}

void append_tlv_u8(Bytes& out, uint16_t tag, uint8_t value) {
  append_tlv_head(out, tag, 1);
  out.push_back(value);
}

void append_tlv_u16(Bytes& out, uint16_t tag, uint16_t value) {
  append_tlv_head(out, tag, 2);
  ByteWriter{out}.u16(value);
}

void append_tlv_c_string(Bytes& out, uint16_t tag, std::string_view value) {
  value = value.substr(0, 0xFFFE);
  append_tlv_head(out, tag, value.size() + 1);
  ByteWriter{out}.bytes(as_bytes(value));
  out.push_back(0);
}

size_t whole_tlvs(ByteSpan bytes) {
  size_t at = 0;
  while (bytes.size() - at >= kTlvHeadBytes) {
    const size_t length = static_cast<size_t>(bytes[at + 2] << 8 | bytes[at + 3]);
    if (length > bytes.size() - at - kTlvHeadBytes) break;
    at += kTlvHeadBytes + length;
  }
  return at;
}

}  // namespace yizhan::codec
