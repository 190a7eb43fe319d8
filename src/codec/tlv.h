#pragma once
// Optional parameters of SMPP and SMGP, which have the same form: tag, length, value. Views into the PDU,
// unknown ones kept. Pure functions, any thread. Sources: SMPP v3.4 3.2.4.1; SMGP 3.0.3 section 6.3.
//
//   tlv = tag:u16 length:u16 value

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace yizhan::codec {

inline constexpr size_t kTlvHeadBytes = 4;

struct Tlv {
  uint16_t tag = 0;
  ByteSpan value;
};

// The optional parameters of a PDU as they are on the wire; checked by decode, so walking cannot overrun.
struct Tlvs {
  ByteSpan raw;

  class Iterator {
   public:
    explicit Iterator(ByteSpan rest) : rest_(rest) {}
    Tlv operator*() const {
      return {static_cast<uint16_t>(rest_[0] << 8 | rest_[1]), rest_.subspan(kTlvHeadBytes, value_bytes())};
    }
    Iterator& operator++() {
      rest_ = rest_.subspan(kTlvHeadBytes + value_bytes());
      return *this;
    }
    bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

   private:
    size_t value_bytes() const { return static_cast<size_t>(rest_[2] << 8 | rest_[3]); }
    ByteSpan rest_;
  };
  Iterator begin() const { return Iterator{raw}; }
  Iterator end() const { return Iterator{raw.last(0)}; }

  // The first with the tag.
  std::optional<ByteSpan> find(uint16_t tag) const;
  // Big-endian integer of one to four bytes; nothing when absent or of another size.
  std::optional<uint32_t> integer(uint16_t tag) const;
  // Without its NUL, which some centres leave out.
  std::optional<std::string_view> c_string(uint16_t tag) const;
};

void append_tlv(Bytes& out, uint16_t tag, ByteSpan value);
void append_tlv_u8(Bytes& out, uint16_t tag, uint8_t value);
void append_tlv_u16(Bytes& out, uint16_t tag, uint16_t value);
void append_tlv_c_string(Bytes& out, uint16_t tag, std::string_view value);

// The length of the whole parameters that the bytes begin with; what is left is too short to be one.
size_t whole_tlvs(ByteSpan bytes);

}  // namespace yizhan::codec
