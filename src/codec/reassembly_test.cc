#include "codec/reassembly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "text/segmentation.h"
#include "text/utf8.h"

namespace yizhan::codec {
namespace {

constexpr Time kNow{1'000'000};

InboundPart part_of(uint8_t number, uint8_t total, std::string_view text, uint16_t reference = 7) {
  return {.source = "8613900000000",
          .destination = "1069",
          .data_coding = 8,
          .part = {.bytes = 6, .reference = reference, .total = total, .number = number},
          .text = as_bytes(text),
          .cookie = number};
}

TEST(Reassembly, AnyOrderDuplicatesDropped) {
  Reassembler r{{}};
  std::vector<Assembled> out;
  EXPECT_EQ(r.add(part_of(3, 3, "C"), kNow, out), PartOutcome::kStored);
  EXPECT_EQ(r.add(part_of(1, 3, "A"), kNow, out), PartOutcome::kStored);
  InboundPart again = part_of(1, 3, "A");
  again.cookie = 9;
  EXPECT_EQ(r.add(again, kNow, out), PartOutcome::kStored) << "not complete: not to be answered yet";
  EXPECT_EQ(r.add(part_of(2, 3, "B"), kNow, out), PartOutcome::kCompleted);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(as_chars(out[0].text), "ABC");
  EXPECT_TRUE(out[0].missing.empty());
  EXPECT_EQ(out[0].cookies, (std::vector<uint64_t>{1, 2, 3, 9}));
  EXPECT_EQ(r.add(part_of(2, 3, "B"), kNow, out), PartOutcome::kDuplicate) << "after completion too";
  EXPECT_EQ(r.waiting(), 0U);
  EXPECT_EQ(r.bytes(), 0U);
}

TEST(Reassembly, AReusedReferenceBeginsAnotherMessage) {
  Reassembler r{{}};
  std::vector<Assembled> out;
  r.add(part_of(1, 2, "A"), kNow, out);
  EXPECT_EQ(r.add(part_of(1, 2, "X"), kNow, out), PartOutcome::kStored);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(as_chars(out[0].text), "A");
  EXPECT_EQ(out[0].missing, std::vector<uint8_t>{2});
  EXPECT_EQ(r.add(part_of(2, 2, "Y"), kNow, out), PartOutcome::kCompleted);
  EXPECT_EQ(as_chars(out[1].text), "XY");
}

TEST(Reassembly, AddressesReferenceAndTotalKeepMessagesApart) {
  Reassembler r{{}};
  std::vector<Assembled> out;
  r.add(part_of(1, 2, "A"), kNow, out);
  InboundPart other = part_of(2, 2, "B");
  other.source = "8613900000001";
  EXPECT_EQ(r.add(other, kNow, out), PartOutcome::kStored);
  EXPECT_EQ(r.add(part_of(2, 2, "B", 8), kNow, out), PartOutcome::kStored);
  EXPECT_EQ(r.add(part_of(2, 3, "B"), kNow, out), PartOutcome::kStored);
  EXPECT_EQ(r.add(part_of(2, 2, "B"), kNow, out), PartOutcome::kCompleted);
  EXPECT_EQ(r.waiting(), 3U);
}

TEST(Reassembly, TimeoutHandsOutThePieces) {
  Reassembler r{{.timeout = seconds(10)}};
  std::vector<Assembled> out;
  r.add(part_of(2, 3, "退订"), kNow, out);
  r.expire(kNow + seconds(9), out);
  EXPECT_TRUE(out.empty());
  r.expire(kNow + seconds(10), out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(as_chars(out[0].text), "退订");
  EXPECT_EQ(out[0].missing, (std::vector<uint8_t>{1, 3}));
  EXPECT_EQ(r.waiting(), 0U);
}

TEST(Reassembly, BoundedInMessagesAndBytes) {
  Reassembler r{{.messages = 4, .bytes = 20}};
  std::vector<Assembled> out;
  for (uint16_t reference = 0; reference < 100; ++reference) {
    r.add(part_of(1, 3, "12345", reference), kNow, out);
    r.add(part_of(2, 3, "12345", reference), kNow, out);
    EXPECT_LE(r.waiting(), 4U);
    EXPECT_LE(r.bytes(), 20U);
  }
  EXPECT_EQ(out.size() + r.waiting(), 100U);
  EXPECT_EQ(r.add(part_of(0, 3, ""), kNow, out), PartOutcome::kRefused);
  EXPECT_EQ(r.add(part_of(4, 3, ""), kNow, out), PartOutcome::kRefused);
}

// Any text, any encoding: split, shuffle, put together again.
TEST(Reassembly, SplitShuffledAndPutTogetherIsTheSameText) {
  Random random{4};
  static constexpr std::string_view kPieces[] = {"a",  "Z",  "€",  "[", "é",   "你",
                                                 "好", "😀", "\n", "½", "退订"};
  for (int round = 0; round < 200; ++round) {
    std::string message;
    for (uint64_t n = random.below(400); n > 0; --n) message += kPieces[random.below(std::size(kPieces))];
    text::SegmentList segments;
    const auto concatenation = random.chance(0.5) ? text::Concatenation::kUdh8 : text::Concatenation::kUdh16;
    ASSERT_TRUE(text::split(
        message, {.encoding = text::Encoding::kUcs2, .concatenation = concatenation, .reference = 0x1234},
        segments));
    if (segments.size() < 2) continue;
    std::vector<size_t> order(segments.size());
    std::iota(order.begin(), order.end(), size_t{0});
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    Reassembler r{{}};
    std::vector<Assembled> out;
    for (const size_t i : order) {
      const ByteSpan payload = segments[i].payload;
      const auto header = text::parse_user_data_header(payload);
      ASSERT_TRUE(header);
      r.add({.source = "1",
             .destination = "2",
             .data_coding = 8,
             .part = *header,
             .text = payload.subspan(header->bytes)},
            kNow, out);
    }
    ASSERT_EQ(out.size(), 1U);
    std::string joined;
    text::append_utf8_from_utf16be(out[0].text, joined);
    EXPECT_EQ(joined, message);
  }
}

}  // namespace
}  // namespace yizhan::codec
