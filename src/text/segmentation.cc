#include "text/segmentation.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "text/gb18030.h"
#include "text/gsm7.h"
#include "text/utf8.h"

namespace yizhan::text {
namespace {

constexpr uint32_t kUnfit = UINT32_MAX;

// Units of one code point in an encoding, 0 when it has none.
uint32_t width(Encoding e, char32_t c) {
  switch (e) {
    case Encoding::kGsm7:
      return static_cast<uint32_t>(gsm7_septets(c));
    case Encoding::kUcs2:
      return c > 0xFFFF ? 2 : 1;
    case Encoding::kLatin1:
      return c <= 0xFF ? 1 : 0;
    case Encoding::kAscii:
      return c <= 0x7F ? 1 : 0;
    case Encoding::kGb18030:
      return static_cast<uint32_t>(gb18030_bytes(c));
  }
  return 0;
}

// Counts the segments of one encoding as the code points come.
struct Tally {
  Encoding encoding = Encoding::kUcs2;
  uint16_t part = 0;
  uint32_t units = 0;
  uint32_t parts = 1;
  uint32_t filled = 0;

  void add(uint32_t w) {
    if (units == kUnfit) return;
    if (w == 0) {
      units = kUnfit;
      return;
    }
    units += w;
    if (filled + w > part) {
      ++parts;
      filled = 0;
    }
    filled += w;
  }
};

// In the order in which equal costs are preferred.
constexpr std::array<Encoding, kEncodings> kPreference = {
    Encoding::kGsm7, Encoding::kAscii, Encoding::kLatin1, Encoding::kUcs2, Encoding::kGb18030};

size_t append_encoded(Encoding e, char32_t c, Bytes& out) {
  if (e == Encoding::kGsm7) return append_gsm7(c, out);
  if (e == Encoding::kGb18030) return append_gb18030(c, out);
  const uint32_t w = width(e, c);
  if (e != Encoding::kUcs2) {
    if (w == 1) out.push_back(static_cast<uint8_t>(c));
    return w;
  }
  const auto unit = [&out](uint32_t u) {
    out.push_back(static_cast<uint8_t>(u >> 8));
    out.push_back(static_cast<uint8_t>(u));
  };
  if (w == 1) {
    unit(c);
  } else {
    unit(0xD800 + ((c - 0x10000) >> 10));
    unit(0xDC00 + ((c - 0x10000) & 0x3FF));
  }
  return w;
}

}  // namespace

SegmentCount measure(std::string_view utf8, EncodingSet allowed, Concatenation concatenation) {
  std::array<Tally, kEncodings> tallies;
  size_t considered = 0;
  for (const Encoding e : kPreference)
    if (allowed.has(e) || e == Encoding::kUcs2)
      tallies[considered++] = {.encoding = e, .part = segment_sizes(e).part(concatenation)};
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    for (size_t i = 0; i < considered; ++i) tallies[i].add(width(tallies[i].encoding, c));
  }
  SegmentCount best{Encoding::kUcs2, 0, kUnfit}, last_resort;
  for (size_t i = 0; i < considered; ++i) {
    const Tally& t = tallies[i];
    if (t.units == kUnfit) continue;
    const SegmentCount count{t.encoding, t.units, t.units <= segment_sizes(t.encoding).single ? 1 : t.parts};
    if (!allowed.has(t.encoding)) {
      last_resort = count;
    } else if (count.segments < best.segments) {
      best = count;
    }
  }
  return best.segments == kUnfit ? last_resort : best;
}

uint32_t domestic_segments(std::string_view utf8) {
  constexpr SegmentSizes kSizes = segment_sizes(Encoding::kUcs2);
  const size_t units = count_utf16_units(utf8);
  if (units <= kSizes.single) return 1;
  return static_cast<uint32_t>((units + kSizes.with_udh8 - 1) / kSizes.with_udh8);
}

class Splitter {
 public:
  Splitter(const SplitOptions& options, SegmentList& out) : o_(options), out_(out) {
    out_.bytes_.clear();
    out_.text_.clear();
    out_.cuts_.clear();
    out_.slices_.clear();
  }

  Result<void> run(std::string_view utf8) {
    YZ_CHECK(encode(utf8));
    const size_t total = out_.cuts_.size();
    if (total > limits::kSegmentsPerMessage) {
      return fail(ErrorCode::kTooLarge, fmt::format("text takes {} segments, at most {} are allowed", total,
                                                    limits::kSegmentsPerMessage));
    }
    size_t begin = 0;
    for (size_t i = 0; i < total; ++i) {
      emit(ByteSpan(out_.text_).subspan(begin, out_.cuts_[i] - begin), total, i + 1);
      begin = out_.cuts_[i];
    }
    return {};
  }

 private:
  // Encodes the text and notes where parts end; one cut when it all fits in a single segment.
  Result<void> encode(std::string_view utf8) {
    const SegmentSizes sizes = segment_sizes(o_.encoding);
    const size_t part = sizes.part(o_.concatenation);
    size_t units = 0;
    size_t filled = 0;
    for (size_t at = 0; at < utf8.size();) {
      const size_t from = at;
      const size_t before = out_.text_.size();
      const size_t w = append_encoded(o_.encoding, next_code_point(utf8, at), out_.text_);
      if (w == 0) {
        return fail(ErrorCode::kInvalidArgument, "the encoding has no such character",
                    fmt::format("byte {}", from));
      }
      if (filled + w > part) {
        out_.cuts_.push_back(static_cast<uint32_t>(before));
        filled = 0;
      }
      filled += w;
      units += w;
    }
    if (units <= sizes.single) out_.cuts_.clear();
    out_.cuts_.push_back(static_cast<uint32_t>(out_.text_.size()));
    return {};
  }

  uint8_t append_header(size_t total, size_t number) {
    Bytes& b = out_.bytes_;
    const auto low = static_cast<uint8_t>(o_.reference);
    const auto high = static_cast<uint8_t>(o_.reference >> 8);
    if (total == 1 || o_.concatenation == Concatenation::kNone) return 0;
    const auto n = static_cast<uint8_t>(total);
    const auto k = static_cast<uint8_t>(number);
    if (o_.concatenation == Concatenation::kUdh8) {
      b.insert(b.end(), {0x05, 0x00, 0x03, low, n, k});
      return 6;
    }
    b.insert(b.end(), {0x06, 0x08, 0x04, high, low, n, k});
    return 7;
  }

  void emit(ByteSpan text, size_t total, size_t number) {
    const size_t begin = out_.bytes_.size();
    const uint8_t udh = append_header(total, number);
    if (o_.encoding == Encoding::kGsm7 && o_.gsm7_form == Gsm7Form::kPacked) {
      gsm7_pack(text, (7 - udh * 8 % 7) % 7, out_.bytes_);
    } else {
      out_.bytes_.insert(out_.bytes_.end(), text.begin(), text.end());
    }
    const size_t units = o_.encoding == Encoding::kUcs2 ? text.size() / 2 : text.size();
    out_.slices_.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(out_.bytes_.size() - begin),
                            static_cast<uint16_t>(units), udh});
  }

  const SplitOptions& o_;
  SegmentList& out_;
};

void SegmentList::assign_whole(std::string_view utf8) {
  bytes_.assign(utf8.begin(), utf8.end());
  slices_.assign(
      1, Slice{.begin = 0, .length = static_cast<uint32_t>(utf8.size()), .text_units = 0, .udh_bytes = 0});
}

Result<void> split(std::string_view utf8, const SplitOptions& options, SegmentList& out) {
  Splitter splitter(options, out);
  return splitter.run(utf8);
}

Result<UserDataHeader> parse_user_data_header(ByteSpan payload) {
  ByteReader r(payload);
  UserDataHeader header;
  const size_t length = r.u8();
  ByteReader elements(r.bytes(length));
  if (!r.ok()) return fail(ErrorCode::kMalformed, "user data header longer than the payload");
  header.bytes = static_cast<uint8_t>(length + 1);
  if (length == UINT8_MAX) return fail(ErrorCode::kMalformed, "user data header too long");
  while (elements.ok() && elements.remaining() > 0) {
    const uint8_t id = elements.u8();
    ByteReader value(elements.bytes(elements.u8()));
    const bool wide = id == 0x08;
    if (id != 0x00 && !wide) continue;
    header.reference = wide ? value.u16() : value.u8();
    header.total = value.u8();
    header.number = value.u8();
    if (!value.ok() || value.remaining() > 0 || header.number == 0 || header.number > header.total)
      return fail(ErrorCode::kMalformed, "concatenation element of the user data header makes no sense");
  }
  if (!elements.ok()) return fail(ErrorCode::kMalformed, "user data header element cut off");
  return header;
}

void append_decoded(Encoding encoding, ByteSpan text, std::string& utf8) {
  switch (encoding) {
    case Encoding::kGsm7:
      gsm7_decode(text, utf8);
      return;
    case Encoding::kUcs2:
      append_utf8_from_utf16be(text, utf8);
      return;
    case Encoding::kLatin1:
      for (const uint8_t b : text) append_utf8(b, utf8);
      return;
    case Encoding::kAscii:
      for (const uint8_t b : text) append_utf8(b <= 0x7F ? b : kReplacementCharacter, utf8);
      return;
    case Encoding::kGb18030:
      gb18030_decode(text, utf8);
      return;
  }
}

}  // namespace yizhan::text
