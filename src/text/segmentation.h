#pragma once
// Which encoding a text takes, how many segments it costs, and the cut into segments. Pure functions over
// the caller's buffers, any thread. Sources: 3GPP TS 23.038 (alphabets), TS 23.040 9.2.3.24.1 and .8
// (concatenation headers); the domestic counting rule is the Chinese carriers' own.
//
// Inputs are expected to be UTF-8; a malformed byte counts and is sent as U+FFFD. An empty text is one empty
// segment.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace yizhan::text {

// The numbers are stored with messages: never change one.
enum class Encoding : uint8_t { kGsm7 = 0, kUcs2 = 1, kLatin1 = 2, kAscii = 3, kGb18030 = 4 };
inline constexpr size_t kEncodings = 5;

// The encodings that a link can carry.
class EncodingSet {
 public:
  constexpr EncodingSet() = default;
  constexpr EncodingSet(std::initializer_list<Encoding> encodings) {
    for (const Encoding e : encodings) bits_ |= bit(e);
  }
  constexpr bool has(Encoding e) const { return (bits_ & bit(e)) != 0; }

 private:
  static constexpr uint8_t bit(Encoding e) { return static_cast<uint8_t>(1U << static_cast<unsigned>(e)); }
  uint8_t bits_ = 0;
};
inline constexpr EncodingSet kGsm7OrUcs2{Encoding::kGsm7, Encoding::kUcs2};

// How a segment of several says which one it is.
enum class Concatenation : uint8_t {
  kUdh8,   // header 05 00 03 ref total number
  kUdh16,  // header 06 08 04 ref ref total number
  kNone,   // nothing in the payload: the protocol's own fields say it; sizes as for kUdh16
};
enum class Gsm7Form : uint8_t { kUnpacked, kPacked };

// Units (septets, UTF-16 units, bytes) in a segment that stands alone, and in one of several.
struct SegmentSizes {
  uint16_t single;
  uint16_t with_udh8;
  uint16_t with_udh16;
  constexpr uint16_t part(Concatenation c) const {
    return c == Concatenation::kUdh8 ? with_udh8 : with_udh16;
  }
};
// GSM 7-bit 160/153/152, UCS-2 70/67/66, bytes (Latin-1, ASCII, GB 18030) 140/134/133.
constexpr SegmentSizes segment_sizes(Encoding e) {
  if (e == Encoding::kGsm7) return {160, 153, 152};
  if (e == Encoding::kUcs2) return {70, 67, 66};
  return {140, 134, 133};
}

struct SegmentCount {
  Encoding encoding = Encoding::kUcs2;
  uint32_t units = 0;     // of that encoding
  uint32_t segments = 1;  // exact: an escape pair, a surrogate pair, a character of GB 18030 is never cut
  bool operator==(const SegmentCount&) const = default;
};

// The cheapest allowed encoding that can carry the text (fewest segments, then GSM 7-bit, ASCII, Latin-1,
// UCS-2, GB 18030), with its cost. UCS-2 carries everything; when it is not allowed and nothing else fits,
// the answer is UCS-2 all the same: the caller compares. One pass, no allocation; only the encodings that are
// allowed cost time.
SegmentCount measure(std::string_view utf8, EncodingSet allowed = kGsm7OrUcs2,
                     Concatenation concatenation = Concatenation::kUdh8);

// What mainland carriers bill: up to 70 UTF-16 units one segment, else the units over 67, rounded up.
uint32_t domestic_segments(std::string_view utf8);

struct SplitOptions {
  Encoding encoding = Encoding::kUcs2;
  Concatenation concatenation = Concatenation::kUdh8;
  Gsm7Form gsm7_form = Gsm7Form::kUnpacked;
  uint16_t reference = 0;  // kUdh8 uses the low 8 bits
};

struct Segment {
  ByteSpan payload;         // header and text as they go on the wire
  uint8_t udh_bytes = 0;    // how much of the payload is the header
  uint16_t text_units = 0;  // septets, UTF-16 units or bytes of text
};

// The result of split(), reused from message to message without allocating. Spans that it gives stay valid
// until the next split into it.
class SegmentList {
 public:
  size_t size() const { return slices_.size(); }
  bool empty() const { return slices_.empty(); }
  // One segment that is the whole text as it stands, for a carrier that cuts it itself.
  void assign_whole(std::string_view utf8);
  Segment operator[](size_t i) const {
    const Slice& s = slices_[i];
    return {ByteSpan(bytes_).subspan(s.begin, s.length), s.udh_bytes, s.text_units};
  }

 private:
  friend class Splitter;
  struct Slice {
    uint32_t begin;
    uint32_t length;
    uint16_t text_units;
    uint8_t udh_bytes;
  };
  Bytes bytes_;
  Bytes text_;                  // the whole text encoded, GSM 7-bit unpacked
  std::vector<uint32_t> cuts_;  // ends of the segments in text_
  std::vector<Slice> slices_;
};

// Cuts a text into segments. kInvalidArgument when a character is not in the encoding (field "byte N"),
// kTooLarge when it takes more than limits::kSegmentsPerMessage; `out` is then empty.
Result<void> split(std::string_view utf8, const SplitOptions& options, SegmentList& out);

// The user data header of a received payload that has one (the link's UDHI flag says so).
struct UserDataHeader {
  uint8_t bytes = 0;  // of the whole header, its length byte included
  uint16_t reference = 0;
  uint8_t total = 1;  // 1 when the header has no concatenation element
  uint8_t number = 1;
  bool operator==(const UserDataHeader&) const = default;
};
// kMalformed when lengths do not fit, or total/number are zero or contradict each other.
Result<UserDataHeader> parse_user_data_header(ByteSpan payload);

// Appends received text bytes (without header; GSM 7-bit unpacked) as UTF-8. What cannot be decoded becomes
// U+FFFD.
void append_decoded(Encoding encoding, ByteSpan text, std::string& utf8);

}  // namespace yizhan::text
