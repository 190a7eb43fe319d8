#include "base/ids.h"

#include <algorithm>

namespace yizhan {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int64_t kEpochMs = 1'735'689'600'000;  // 2025-01-01T00:00:00Z
constexpr int kSequenceBits = 22;

}  // namespace

std::string encode_base32(int64_t value) {
  std::string out(13, '0');
  auto v = static_cast<uint64_t>(value);
  for (size_t i = 13; i-- > 0; v >>= 5) out[i] = kAlphabet[v & 31];
  return out;
}

Result<int64_t> decode_base32(std::string_view text) {
  if (text.size() != 13) return fail(ErrorCode::kInvalidArgument, "an id has 13 characters after its prefix");
  uint64_t v = 0;
  for (const char c : text) {
    const size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos || (v >> 58) != 0)
      return fail(ErrorCode::kInvalidArgument, "an id holds only digits and lower-case letters");
    v = (v << 5) | digit;
  }
  return static_cast<int64_t>(v);
}

int64_t IdGenerator::first_at(Time at) {
  return std::max<int64_t>(at.us / 1'000 - kEpochMs, 1) << kSequenceBits;
}

int64_t IdGenerator::next(int64_t count) {
  const int64_t by_clock = first_at(clock_.now());
  int64_t current = next_.load(std::memory_order_relaxed);
  int64_t first = 0;
  do {
    first = std::max(current, by_clock);
  } while (!next_.compare_exchange_weak(current, first + count, std::memory_order_relaxed));
  return first;
}

void IdGenerator::resume_after(int64_t last) {
  int64_t current = next_.load(std::memory_order_relaxed);
  while (current <= last && !next_.compare_exchange_weak(current, last + 1, std::memory_order_relaxed)) {
  }
}

}  // namespace yizhan
