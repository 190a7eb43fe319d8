#include "codec/carrier_content.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace yizhan::codec {
namespace {

constexpr uint8_t kFormatAscii = 0;
constexpr uint8_t kFormatBinary = 4;
constexpr uint8_t kFormatUcs2 = 8;
constexpr uint8_t kFormatGb18030 = 15;

}  // namespace

Coding coding_of_format(uint8_t format) {
  switch (format) {
    case kFormatAscii:
      return Coding::kAscii;
    case kFormatBinary:
      return Coding::kBinary;
    case kFormatUcs2:
      return Coding::kUcs2;
    case kFormatGb18030:
      return Coding::kGb18030;
    default:
      return Coding::kOther;  // 3 writes to the card
  }
}

std::optional<uint8_t> format_of_coding(Coding coding, uint8_t raw) {
  switch (coding) {
    case Coding::kDefault:
    case Coding::kAscii:
      return kFormatAscii;
    case Coding::kBinary:
      return kFormatBinary;
    case Coding::kUcs2:
      return kFormatUcs2;
    case Coding::kGb18030:
      return kFormatGb18030;
    case Coding::kOther:
      return raw;
    case Coding::kLatin1:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<text::UserDataHeader> read_part(bool has_header, ByteSpan content, uint32_t total,
                                              uint32_t number) {
  text::UserDataHeader part;
  if (has_header) {
    const auto header = text::parse_user_data_header(content);
    if (header && header->total > 1) return *header;
    if (header) part.bytes = header->bytes;
  }
  if (total < 2 || total > UINT8_MAX || number < 1 || number > total) return std::nullopt;
  part.total = static_cast<uint8_t>(total);
  part.number = static_cast<uint8_t>(number);
  return part;
}

Digest md5(std::initializer_list<ByteSpan> parts) {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  Digest out{};
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  bool good = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1;
  for (const ByteSpan part : parts)
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  if (!good || EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) out.fill(0);
  return out;
}

bool same_digest(ByteSpan given, const Digest& right) {
  const bool known = std::ranges::any_of(right, [](uint8_t b) { return b != 0; });
  return given.size() == right.size() && CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0 &&
         known;
}

bool same_password(std::string_view given, std::string_view right) {
  std::array<char, limits::kPasswordBytes> padded_given{}, padded_right{};
  if (given.size() > padded_given.size() || right.size() > padded_right.size()) return false;
  std::ranges::copy(given, padded_given.begin());
  std::ranges::copy(right, padded_right.begin());
  const int differs = CRYPTO_memcmp(padded_given.data(), padded_right.data(), padded_given.size());
  return (static_cast<unsigned>(differs) | static_cast<unsigned>(given.size() ^ right.size())) == 0;
}

std::array<char, 10> timestamp_digits(uint32_t timestamp) {
  std::array<char, 10> out{};
  for (size_t i = out.size(); i-- > 0; timestamp /= 10) out[i] = static_cast<char>('0' + timestamp % 10);
  return out;
}

std::optional<uint64_t> parse_decimal(std::string_view digits) {
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

}  // namespace yizhan::codec
