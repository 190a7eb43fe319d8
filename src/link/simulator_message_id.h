#pragma once
// An SMPP message id as the simulator's configuration writes it. Plain data.

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "link/simulator_config.h"

namespace yizhan::link {

constexpr bool is_hex(MessageIdForm form) {
  return form == MessageIdForm::kHex || form == MessageIdForm::kHexUpper || form == MessageIdForm::kPaddedHex;
}

class MessageIdText {
 public:
  MessageIdText(uint64_t id, MessageIdForm form) {
    const char* const digits = form == MessageIdForm::kHexUpper ? "0123456789ABCDEF" : "0123456789abcdef";
    const uint64_t base = is_hex(form) ? 16 : 10;
    size_t least = 1;
    if (form == MessageIdForm::kPaddedDecimal) least = 20;
    if (form == MessageIdForm::kPaddedHex) least = 16;
    for (; id != 0 || size_ < least; id /= base) data_[data_.size() - ++size_] = digits[id % base];
  }
  std::string_view view() const { return {data_.data() + data_.size() - size_, size_}; }

 private:
  std::array<char, 20> data_;
  size_t size_ = 0;
};

// The number behind it, 0 when the text is none.
inline uint64_t parse_message_id(std::string_view text, MessageIdForm form) {
  uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [at, ec] = std::from_chars(text.data(), end, id, is_hex(form) ? 16 : 10);
  return ec == std::errc() && at == end ? id : 0;
}

}  // namespace yizhan::link
