#include "text/charset.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <bitset>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

uint8_t octet(std::string_view s, size_t i) { return static_cast<uint8_t>(s[i]); }

// What a scan of bytes as UTF-8 finds.
struct Utf8Evidence {
  size_t good_bytes = 0;  // in well-formed sequences of two bytes or more
  size_t bad_bytes = 0;
  size_t long_sequences = 0;  // of three or four bytes: a Chinese text has them
};

// A sequence that the end cuts off: everything there is of it is right.
bool cut_off(std::string_view s, size_t at) {
  const uint8_t a = octet(s, at);
  const size_t need = a >= 0xF0 && a <= 0xF4 ? 4 : a >= 0xE0 && a < 0xF0 ? 3 : a >= 0xC2 && a < 0xE0 ? 2 : 0;
  if (need == 0 || s.size() - at >= need) return false;
  for (size_t i = at + 1; i < s.size(); ++i)
    if ((octet(s, i) & 0xC0) != 0x80) return false;
  return true;
}

Utf8Evidence scan_utf8(std::string_view s, Extent extent) {
  Utf8Evidence e;
  for (size_t i = 0; i < s.size();) {
    const size_t n = utf8_sequence_length(s, i);
    if (n == 0) {
      if (extent == Extent::kHead && cut_off(s, i)) break;
      ++e.bad_bytes;
      ++i;
      continue;
    }
    if (n > 1) e.good_bytes += n;
    if (n > 2) ++e.long_sequences;
    i += n;
  }
  return e;
}

// Length of the GB18030 sequence at `at`, 0 = malformed, more than what is left = cut off.
size_t gb18030_length(std::string_view s, size_t at) {
  const uint8_t a = octet(s, at);
  if (a < 0x80) return 1;
  if (a == 0x80 || a == 0xFF) return 0;
  if (at + 1 >= s.size()) return 2;
  const uint8_t b = octet(s, at + 1);
  if ((b >= 0x40 && b <= 0x7E) || (b >= 0x80 && b <= 0xFE)) return 2;
  if (b < 0x30 || b > 0x39) return 0;
  if (at + 2 < s.size() && (octet(s, at + 2) < 0x81 || octet(s, at + 2) > 0xFE)) return 0;
  if (at + 3 < s.size() && (octet(s, at + 3) < 0x30 || octet(s, at + 3) > 0x39)) return 0;
  return 4;
}

bool is_gb18030(std::string_view s, Extent extent) {
  for (size_t i = 0; i < s.size();) {
    const size_t n = gb18030_length(s, i);
    if (n == 0) return false;
    if (i + n > s.size()) return extent == Extent::kHead;
    i += n;
  }
  return true;
}

bool is_ascii_letter(std::string_view s, size_t at) {
  return at < s.size() && ((s[at] >= 'a' && s[at] <= 'z') || (s[at] >= 'A' && s[at] <= 'Z'));
}

// Whether well-formed UTF-8 of two-byte sequences only reads like GBK: each pair is a common character of
// GB2312, and read as UTF-8 the text would be no language: several scripts, letters long out of use,
// controls, or accented letters that stand in no word.
bool reads_like_gbk(std::string_view s) {
  std::bitset<USCRIPT_CODE_LIMIT> scripts;
  bool odd = false;
  bool in_words = false;
  for (size_t i = 0; i < s.size();) {
    const size_t begin = i;
    const auto c = static_cast<UChar32>(next_code_point(s, i));
    if (c < 0x80) continue;
    if (begin + 1 == s.size()) break;  // a head that is cut within its last character
    if (octet(s, begin) < 0xB0 || octet(s, begin) > 0xD7 || octet(s, begin + 1) < 0xA1) return false;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &status);
    const bool old_cyrillic = script == USCRIPT_CYRILLIC && c > 0x45F;
    if (script == USCRIPT_UNKNOWN || c < 0xA0 || old_cyrillic) odd = true;
    if (script > USCRIPT_INHERITED && script < USCRIPT_CODE_LIMIT) scripts.set(static_cast<size_t>(script));
    if ((begin > 0 && is_ascii_letter(s, begin - 1)) || is_ascii_letter(s, i)) in_words = true;
  }
  scripts.reset(USCRIPT_LATIN);
  return odd || scripts.count() > 1 || (scripts.none() && !in_words);
}

// UTF-16 without a mark: text with line ends and delimiters has zero bytes in every other place.
Charset guess_utf16(std::string_view s) {
  size_t even = 0;
  size_t odd = 0;
  for (size_t i = 0; i < s.size(); ++i)
    if (s[i] == '\0') ++(i % 2 == 0 ? even : odd);
  if (odd > 0 && even == 0) return Charset::kUtf16Le;
  if (even > 0 && odd == 0) return Charset::kUtf16Be;
  return Charset::kUnknown;
}

// Big5 is well-formed GB18030 as well; only the frequency of its characters tells, so only long texts count.
bool is_probably_big5(std::string_view s) {
  constexpr size_t kEnoughBytes = 200;
  constexpr int32_t kMargin = 30;
  const auto high = std::ranges::count_if(s, [](char c) { return static_cast<uint8_t>(c) >= 0x80; });
  if (static_cast<size_t>(high) < kEnoughBytes) return false;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status),
                                                                            ucsdet_close);
  ucsdet_setText(detector.get(), std::to_address(s.begin()),
                 static_cast<int32_t>(std::min<size_t>(s.size(), 1 << 20)), &status);
  int32_t found = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &found, &status);
  if (U_FAILURE(status)) return false;
  int32_t big5 = 0;
  int32_t gb = 0;
  for (int32_t i = 0; i < found; ++i) {
    const std::string_view name = ucsdet_getName(matches[i], &status);
    if (name == "Big5") big5 = ucsdet_getConfidence(matches[i], &status);
    if (name == "GB18030") gb = ucsdet_getConfidence(matches[i], &status);
  }
  return U_SUCCESS(status) && big5 >= gb + kMargin;
}

}  // namespace

std::string_view charset_name(Charset charset) {
  switch (charset) {
    case Charset::kUtf8:
      return "UTF-8";
    case Charset::kUtf16Le:
      return "UTF-16LE";
    case Charset::kUtf16Be:
      return "UTF-16BE";
    case Charset::kGb18030:
      return "GB18030";
    case Charset::kUnknown:
      break;
  }
  return "unknown";
}

CharsetGuess guess_charset(std::string_view bytes, Extent extent) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return {Charset::kUtf8, 3};
  if (bytes.starts_with("\xFF\xFE")) return {Charset::kUtf16Le, 2};
  if (bytes.starts_with("\xFE\xFF")) return {Charset::kUtf16Be, 2};
  if (bytes.starts_with("\x84\x31\x95\x33")) return {Charset::kGb18030, 4};
  if (bytes.find('\0') != std::string_view::npos) return {guess_utf16(bytes), 0};
  const Utf8Evidence e = scan_utf8(bytes, extent);
  const bool gb = is_gb18030(bytes, extent);
  if (e.bad_bytes == 0) {
    const bool doubtful = e.good_bytes > 0 && e.long_sequences == 0;
    return {doubtful && gb && reads_like_gbk(bytes) ? Charset::kGb18030 : Charset::kUtf8, 0};
  }
  constexpr size_t kMostlyGood = 4;
  if (e.long_sequences > 0 && e.good_bytes >= kMostlyGood * e.bad_bytes) return {Charset::kUtf8, 0};
  if (gb && !is_probably_big5(bytes)) return {Charset::kGb18030, 0};
  return {Charset::kUnknown, 0};
}

class Transcoder::Impl {
 public:
  explicit Impl(Charset charset) : charset_(charset), settled_(charset != Charset::kUnknown) {}

  Result<void> push(std::string_view chunk, std::string& out, Extent extent) {
    if (settled_ && !at_start_) return convert(chunk, out, extent);
    held_.append(chunk);
    if (!settled_) {
      if (!settle(out, extent)) return {};
      if (charset_ == Charset::kUnknown)
        return fail(ErrorCode::kUnsupportedMedia, "the character set is none of UTF-8, UTF-16, GB18030",
                    "file");
    } else if (held_.size() < kBomBytes && extent == Extent::kHead) {
      return {};
    }
    at_start_ = false;
    std::string bytes;
    bytes.swap(held_);
    const CharsetGuess mark = consumed_ == 0
                                  ? guess_charset(std::string_view(bytes).substr(0, kBomBytes), Extent::kHead)
                                  : CharsetGuess{};
    const size_t skip = mark.charset == charset_ ? mark.bom_bytes : 0;
    consumed_ += skip;
    return convert(std::string_view(bytes).substr(skip), out, extent);
  }

  Charset charset() const { return charset_ == Charset::kUnknown ? Charset::kUtf8 : charset_; }
  uint64_t fault_offset() const { return fault_offset_; }
  uint64_t fault_line() const { return fault_line_; }

 private:
  static constexpr size_t kBomBytes = 4;
  static constexpr size_t kEvidenceBytes = 16 * 1024;

  static size_t plain_prefix(std::string_view s) {
    const auto it =
        std::ranges::find_if(s, [](char c) { return c == '\0' || static_cast<uint8_t>(c) >= 0x80; });
    return static_cast<size_t>(it - s.begin());
  }

  // Passes ASCII through and decides once there is enough that is not. False: needs more.
  bool settle(std::string& out, Extent extent) {
    if (extent == Extent::kHead) {
      if (held_.size() < kBomBytes) return false;
      const size_t plain = plain_prefix(held_);
      if (plain == held_.size()) pass_ascii(out);
      if (held_.size() - std::min(plain, held_.size()) < kEvidenceBytes) return false;
    }
    charset_ = guess_charset(held_, extent).charset;
    // UTF-16 would have shown itself at the start: zero bytes or a mark in the middle are no text.
    const bool wide = charset_ == Charset::kUtf16Le || charset_ == Charset::kUtf16Be;
    if (wide && consumed_ > 0) charset_ = Charset::kUnknown;
    settled_ = true;
    return true;
  }

  void pass_ascii(std::string& out) {
    out.append(held_);
    lines_ += static_cast<uint64_t>(std::ranges::count(held_, '\n'));
    consumed_ += held_.size();
    held_.clear();
  }

  Result<void> convert(std::string_view chunk, std::string& out, Extent extent) {
    const size_t before = out.size();
    Result<void> result;
    switch (charset_) {
      case Charset::kGb18030:
        result = convert_gb18030(chunk, out, extent);
        break;
      case Charset::kUtf16Le:
      case Charset::kUtf16Be:
        result = convert_utf16(chunk, out, extent);
        break;
      case Charset::kUtf8:
      case Charset::kUnknown:
        result = convert_utf8(chunk, out, extent);
        break;
    }
    if (result) {
      lines_ +=
          static_cast<uint64_t>(std::count(out.begin() + static_cast<ptrdiff_t>(before), out.end(), '\n'));
    }
    return result;
  }

  Result<void> fault(uint64_t offset, std::string_view decoded, std::string_view what) {
    fault_offset_ = offset;
    fault_line_ = lines_ + 1 + static_cast<uint64_t>(std::ranges::count(decoded, '\n'));
    return fail(ErrorCode::kMalformed,
                fmt::format("invalid {} sequence at byte offset {}{}", charset_name(charset_), offset, what),
                fmt::format("line {}", fault_line_));
  }

  Result<void> convert_utf8(std::string_view chunk, std::string& out, Extent extent) {
    const size_t before = out.size();
    out.append(tail_).append(chunk);
    const uint64_t begins = consumed_ - tail_.size();
    tail_.clear();
    const auto view = [&] { return std::string_view(out).substr(before); };
    const size_t bad = first_utf8_fault(view());
    consumed_ += chunk.size();
    if (bad == kNoFault) return {};
    if (!cut_off(view(), bad)) return fault(begins + bad, view().substr(0, bad), "");
    if (extent == Extent::kWhole)
      return fault(begins + bad, view().substr(0, bad), ": the file ends inside it");
    tail_ = view().substr(bad);
    out.resize(before + bad);
    return {};
  }

  Result<void> convert_utf16(std::string_view chunk, std::string& out, Extent extent) {
    const size_t before = out.size();
    std::string joined;
    if (!tail_.empty()) {
      joined.append(tail_).append(chunk);
      chunk = joined;
    }
    const uint64_t begins = consumed_;
    const auto unit = [&](size_t i) {
      const uint8_t a = octet(chunk, i);
      const uint8_t b = octet(chunk, i + 1);
      return static_cast<char32_t>(charset_ == Charset::kUtf16Le ? b << 8 | a : a << 8 | b);
    };
    size_t i = 0;
    while (i + 1 < chunk.size()) {
      char32_t c = unit(i);
      size_t n = 2;
      if (c >= 0xD800 && c <= 0xDFFF) {
        if (c < 0xDC00 && i + 3 >= chunk.size()) break;
        if (c >= 0xDC00 || unit(i + 2) < 0xDC00 || unit(i + 2) > 0xDFFF)
          return fault(begins + i, std::string_view(out).substr(before), "");
        c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
        n = 4;
      }
      append_utf8(c, out);
      i += n;
    }
    consumed_ += i;
    const std::string rest(chunk.substr(i));
    tail_ = rest;
    if (extent == Extent::kWhole && !tail_.empty())
      return fault(begins + i, std::string_view(out).substr(before), ": the file ends inside it");
    return {};
  }

  Result<void> open_converter() {
    UErrorCode status = U_ZERO_ERROR;
    converter_.reset(ucnv_open("gb18030", &status));
    if (U_SUCCESS(status))
      ucnv_setToUCallBack(converter_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    if (U_FAILURE(status)) return fail(ErrorCode::kInternal, fmt::format("ICU: {}", u_errorName(status)));
    return {};
  }

  Result<void> convert_gb18030(std::string_view chunk, std::string& out, Extent extent) {
    if (!converter_) YZ_CHECK(open_converter());
    const size_t before = out.size();
    const char* source = chunk.data();
    const char* const end = source + chunk.size();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    UChar buffer[2048] = {};
    while (status == U_BUFFER_OVERFLOW_ERROR) {
      UChar* target = buffer;
      status = U_ZERO_ERROR;
      ucnv_toUnicode(converter_.get(), &target, std::end(buffer), &source, end, nullptr,
                     extent == Extent::kWhole, &status);
      append_units(buffer, target, out);
    }
    consumed_ += chunk.size();
    if (U_SUCCESS(status)) return {};
    char bad[32];
    auto bad_bytes = static_cast<int8_t>(sizeof bad);
    UErrorCode ignored = U_ZERO_ERROR;
    ucnv_getInvalidChars(converter_.get(), bad, &bad_bytes, &ignored);
    const uint64_t at = consumed_ - static_cast<uint64_t>(end - source) - static_cast<uint64_t>(bad_bytes);
    return fault(at, std::string_view(out).substr(before),
                 status == U_TRUNCATED_CHAR_FOUND ? ": the file ends inside it" : "");
  }

  // ICU gives whole pairs in one call except where the buffer ends between them.
  void append_units(const UChar* from, const UChar* to, std::string& out) {
    for (const UChar* p = from; p < to; ++p) {
      if (*p >= 0xD800 && *p < 0xDC00) {
        high_surrogate_ = *p;
      } else if (*p >= 0xDC00 && *p <= 0xDFFF) {
        append_utf8(0x10000 + ((high_surrogate_ - 0xD800U) << 10) + (*p - 0xDC00U), out);
      } else {
        append_utf8(*p, out);
      }
    }
  }

  struct CloseConverter {
    void operator()(UConverter* c) const { ucnv_close(c); }
  };

  Charset charset_;
  bool settled_;
  bool at_start_ = true;   // nothing converted yet: a byte order mark may come
  std::string held_;       // bytes waiting for the decision
  std::string tail_;       // a sequence that the last chunk cut off
  uint64_t consumed_ = 0;  // bytes of the file before the next chunk (UTF-16: before the tail)
  uint64_t lines_ = 0;
  uint64_t fault_offset_ = 0;
  uint64_t fault_line_ = 0;
  char32_t high_surrogate_ = 0;
  std::unique_ptr<UConverter, CloseConverter> converter_;
};

Transcoder::Transcoder() : Transcoder(Charset::kUnknown) {}
Transcoder::Transcoder(Charset charset) : impl_(std::make_unique<Impl>(charset)) {}
Transcoder::~Transcoder() = default;
Transcoder::Transcoder(Transcoder&&) noexcept = default;
Transcoder& Transcoder::operator=(Transcoder&&) noexcept = default;

Result<void> Transcoder::push(std::string_view chunk, std::string& utf8) {
  return impl_->push(chunk, utf8, Extent::kHead);
}
Result<void> Transcoder::finish(std::string& utf8) { return impl_->push({}, utf8, Extent::kWhole); }
Charset Transcoder::charset() const { return impl_->charset(); }
uint64_t Transcoder::fault_offset() const { return impl_->fault_offset(); }
uint64_t Transcoder::fault_line() const { return impl_->fault_line(); }

}  // namespace yizhan::text
