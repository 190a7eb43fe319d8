#include "engine/recipient.h"

#include "base/bytes.h"
#include "base/limits.h"

namespace yizhan::engine {
namespace {

constexpr uint8_t kFormat = 1;
constexpr uint16_t kAbsent = 0xFFFF;

void put(std::string& out, uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}

}  // namespace

Result<> pack(uint64_t number, std::span<const std::optional<std::string_view>> values, std::string& out) {
  put(out, kFormat, 1);
  put(out, number, 8);
  put(out, values.size(), 1);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) {
      put(out, kAbsent, 2);
      continue;
    }
    if (values[i]->size() > limits::kVariableBytes)
      return fail(ErrorCode::kInvalidArgument, "a variable's value is too long", std::to_string(i));
    put(out, values[i]->size(), 2);
    out += *values[i];
  }
  return {};
}

Result<> unpack(std::string_view packed, Recipient& out) {
  ByteReader reader(as_bytes(packed));
  const uint8_t format = reader.u8();
  out.number = reader.u64();
  const size_t count = reader.u8();
  out.values.clear();
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    const uint16_t length = reader.u16();
    if (length == kAbsent)
      out.values.emplace_back(std::nullopt);
    else
      out.values.emplace_back(as_chars(reader.bytes(length)));
  }
  if (!reader.ok() || format != kFormat || reader.remaining() != 0)
    return fail(ErrorCode::kCorrupt, "a message's payload cannot be read");
  return {};
}

}  // namespace yizhan::engine
