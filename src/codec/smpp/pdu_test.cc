#include "codec/smpp/pdu.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/random.h"

namespace yizhan::smpp {
namespace {

using namespace std::string_view_literals;

std::string hex_of(std::string_view spaced) {
  std::string out;
  for (const char c : spaced)
    if (c != ' ' && c != '\n') out += c;
  return out;
}
Bytes bytes_of(std::string_view spaced_hex) {
  Bytes out;
  EXPECT_TRUE(from_hex(hex_of(spaced_hex), out));
  return out;
}
template <class Pdu>
std::string encoded(const Pdu& pdu, uint32_t sequence, Status status = Status::kOk) {
  Bytes out;
  EXPECT_EQ(encode(out, pdu, sequence, status), Status::kOk);
  return to_hex(out);
}

// Golden bytes, computed by hand from the layouts of chapter 4 of the specification.

TEST(SmppGolden, BindTransceiver) {
  const BindTransceiver bind{.system_id = "SMPP3TEST",
                             .password = "secret08",
                             .system_type = "SUBMIT1",
                             .addr_ton = 1,
                             .addr_npi = 1,
                             .address_range = ""};
  // length 0x2F = 16 + 10 + 9 + 8 + 1 + 1 + 1 + 1
  EXPECT_EQ(encoded(bind, 1), hex_of("0000002f 00000009 00000000 00000001"
                                     "534d50503354455354 00"  // system_id "SMPP3TEST"
                                     "7365637265743038 00"    // password "secret08"
                                     "5355424d495431 00"      // system_type "SUBMIT1"
                                     "34 01 01 00"));         // version 3.4, ton, npi, range ""
}

TEST(SmppGolden, BindResponse) {
  Bytes tlvs;
  append_tlv_u8(tlvs, tag::kInterfaceVersion, 0x34);
  EXPECT_EQ(encoded(BindTransmitterResp{.system_id = "SMSC", .tlvs = {tlvs}}, 7),
            hex_of("0000001a 80000002 00000000 00000007 534d534300 0210 0001 34"));
}

TEST(SmppGolden, SubmitSm) {
  const SubmitSm submit{.source_ton = 5,
                        .source_npi = 0,
                        .source = "Yizhan",
                        .destination_ton = 1,
                        .destination_npi = 1,
                        .destination = "8613900000000",
                        .esm_class = 0x40,
                        .registered_delivery = 1,
                        .data_coding = 8,
                        .short_message = as_bytes("\x4F\x60\x59\x7D")};
  // length 0x38 = 16 + 1 + 9 + 16 + 3 + 2 + 4 + 5
  EXPECT_EQ(encoded(submit, 0x01020304),
            hex_of("00000038 00000004 00000000 01020304"
                   "00"                                   // service_type
                   "05 00 59697a68616e 00"                // source
                   "01 01 38363133393030303030303030 00"  // destination
                   "40 00 00"                             // esm_class, protocol_id, priority
                   "00 00"                                // schedule, validity
                   "01 00 08 00"                          // registered, replace, data_coding, default id
                   "04 4f60597d"));                       // sm_length, "你好" in UCS-2
}

TEST(SmppGolden, SubmitSmResponse) {
  EXPECT_EQ(encoded(SubmitSmResp{.message_id = "ab12"}, 5),
            hex_of("00000015 80000004 00000000 00000005 6162313200"));
  EXPECT_EQ(encoded(SubmitSmResp{.message_id = "ignored"}, 5, Status::kThrottled),
            hex_of("00000010 80000004 00000058 00000005"));
}

TEST(SmppGolden, DeliverSmWithReceiptParameters) {
  Bytes tlvs;
  append_tlv_c_string(tlvs, tag::kReceiptedMessageId, "7f");
  append_tlv_u8(tlvs, tag::kMessageState, 2);
  append_tlv(tlvs, tag::kNetworkErrorCode, bytes_of("03 0006"));
  const DeliverSm deliver{.source = "1390", .destination = "106", .esm_class = 4, .tlvs = {tlvs}};
  // length 0x3B = 16 + 1 + 7 + 6 + 10 + 7 + 5 + 7
  EXPECT_EQ(encoded(deliver, 9), hex_of("0000003b 00000005 00000000 00000009"
                                        "00 00 00 3133393000 00 00 31303600"
                                        "04 00 00 00 00 00 00 00 00 00"
                                        "001e 0003 376600"
                                        "0427 0001 02"
                                        "0423 0003 030006"));
}

TEST(SmppGolden, TheOthers) {
  EXPECT_EQ(encoded(EnquireLink{}, 2), hex_of("00000010 00000015 00000000 00000002"));
  EXPECT_EQ(encoded(EnquireLinkResp{}, 2), hex_of("00000010 80000015 00000000 00000002"));
  EXPECT_EQ(encoded(Unbind{}, 3), hex_of("00000010 00000006 00000000 00000003"));
  EXPECT_EQ(encoded(UnbindResp{}, 3), hex_of("00000010 80000006 00000000 00000003"));
  EXPECT_EQ(encoded(GenericNack{}, 4, Status::kInvalidCommandId),
            hex_of("00000010 80000000 00000003 00000004"));
  EXPECT_EQ(encoded(DeliverSmResp{}, 4), hex_of("00000011 80000005 00000000 00000004 00"));
  EXPECT_EQ(encoded(Outbind{.system_id = "a", .password = "b"}, 1),
            hex_of("00000014 0000000b 00000000 00000001 6100 6200"));
  EXPECT_EQ(encoded(QuerySm{.message_id = "x1", .source_ton = 1, .source_npi = 1, .source = "10"}, 6),
            hex_of("00000018 00000003 00000000 00000006 783100 01 01 313000"));
  EXPECT_EQ(
      encoded(QuerySmResp{.message_id = "x1", .final_date = "", .message_state = 2, .error_code = 0}, 6),
      hex_of("00000016 80000003 00000000 00000006 783100 00 02 00"));
  EXPECT_EQ(encoded(CancelSm{.message_id = "x1", .source = "10", .destination = "13"}, 6),
            hex_of("0000001e 00000008 00000000 00000006 00 783100 00 00 313000 00 00 313300"));
  EXPECT_EQ(
      encoded(
          ReplaceSm{
              .message_id = "x1", .source = "10", .registered_delivery = 1, .short_message = as_bytes("hi")},
          6),
      hex_of("0000001f 00000007 00000000 00000006 783100 00 00 313000 00 00 01 00 02 6869"));
  EXPECT_EQ(encoded(DataSm{.source = "1", .destination = "2", .esm_class = 0, .data_coding = 4}, 6),
            hex_of("0000001c 00000103 00000000 00000006 00 00 00 3100 00 00 3200 00 00 04"));
}

// ---------------------------------------------------------------- frames

TEST(SmppFrame, LengthIsJudgedBeforeAnythingIsAllocated) {
  EXPECT_EQ(frame_length(bytes_of("000000")).state, FrameState::kNeedMore);
  EXPECT_EQ(frame_length(bytes_of("0000000f")).state, FrameState::kInvalid);
  EXPECT_EQ(frame_length(bytes_of("ffffffff")).state, FrameState::kInvalid);
  EXPECT_EQ(frame_length(bytes_of("00010001")).state, FrameState::kInvalid);
  const Frame waiting = frame_length(bytes_of("00010000"));
  EXPECT_EQ(waiting.state, FrameState::kNeedMore);
  EXPECT_EQ(waiting.length, limits::kPduBytes);
  const Frame whole = frame_length(bytes_of("00000010 00000015 00000000 00000001 ff"));
  EXPECT_EQ(whole.state, FrameState::kComplete);
  EXPECT_EQ(whole.length, 16U);
}

// ---------------------------------------------------------------- refusals and leniency

template <class Pdu>
Status refusal(std::string_view spaced_hex) {
  const Bytes pdu = bytes_of(spaced_hex);
  const auto decoded = decode<Pdu>(pdu);
  return decoded ? Status::kOk : decoded.error();
}

TEST(SmppDecode, EachFieldAnswersWithItsOwnStatus) {
  const std::string head = "00000000 00000004 00000000 00000001 ";
  EXPECT_EQ(refusal<SubmitSm>(head + "616161616161 00"), Status::kInvalidServiceType);
  EXPECT_EQ(refusal<SubmitSm>(head + "00 00 00" + std::string(42, '1') + "00"),
            Status::kInvalidSourceAddress);
  EXPECT_EQ(refusal<SubmitSm>(head + "00 00 00 00 00 00" + std::string(42, '1') + "00"),
            Status::kInvalidDestinationAddress);
  EXPECT_EQ(refusal<SubmitSm>(head + "00 00 00 00"), Status::kInvalidCommandLength);
  EXPECT_EQ(refusal<SubmitSm>(head + "00 0000 00 0000 00 000000 0000 00000000 05 61"),
            Status::kInvalidMessageLength);
  EXPECT_EQ(refusal<SubmitSm>(head + "00 0000 00 0000 00 000000 0000 00000000 ff" + std::string(510, '1')),
            Status::kInvalidMessageLength);
  EXPECT_EQ(refusal<SubmitSm>(head + "00 0000 00 0000 00 000000 0000 00000000 00 0424 0005 61"),
            Status::kInvalidTlvStream);
  EXPECT_EQ(refusal<DeliverSm>(head), Status::kInvalidCommandId);
  EXPECT_EQ(refusal<SubmitSm>("00000010 00000004"), Status::kInvalidCommandLength);
}

TEST(SmppDecode, UnknownParametersAreKeptAndPaddingIsNot) {
  const Bytes pdu = bytes_of(
      "00000000 00000004 00000000 00000001 00 0000 00 0000 00 000000 0000 00000000 00"
      "1400 0002 abcd 1401 0000 0424 0003 616263 000000");
  const auto submit = decode<SubmitSm>(pdu);
  ASSERT_TRUE(submit);
  std::vector<uint16_t> tags;
  for (const Tlv tlv : submit->tlvs) tags.push_back(tlv.tag);
  EXPECT_EQ(tags, (std::vector<uint16_t>{0x1400, 0x1401, 0x0424}));
  EXPECT_EQ(submit->tlvs.integer(0x1400), 0xABCDU);
  EXPECT_FALSE(submit->tlvs.integer(0x1401));
  EXPECT_EQ(as_chars(submit->content()), "abc");
}

TEST(SmppDecode, ResponsesMayLackTheirBodyOrTheLastNul) {
  const Bytes bare = bytes_of("00000010 80000004 00000008 00000001");
  EXPECT_EQ(decode<SubmitSmResp>(bare)->message_id, "");
  const Bytes unterminated = bytes_of("00000013 80000004 00000000 00000001 616263");
  EXPECT_EQ(decode<SubmitSmResp>(unterminated)->message_id, "abc");
  const Bytes junk_behind = bytes_of("0000001a 80000004 00000000 00000001 616200 1111 ffff 00");
  EXPECT_EQ(decode<SubmitSmResp>(junk_behind)->message_id, "ab");
  EXPECT_EQ(refusal<SubmitSmResp>("00000000 80000004 00000000 00000001" + std::string(140, '4')),
            Status::kInvalidMessageId);
}

TEST(SmppEncode, WhatDoesNotFitIsRefusedAndNeverCut) {
  Bytes out{1, 2, 3};
  EXPECT_EQ(encode(out, SubmitSm{.destination = "861390000000012345678"}, 1),
            Status::kInvalidDestinationAddress);
  EXPECT_EQ(encode(out, SubmitSm{.source = "a\0b"sv}, 1), Status::kInvalidSourceAddress);
  const Bytes long_text(255);
  EXPECT_EQ(encode(out, SubmitSm{.short_message = long_text}, 1), Status::kInvalidMessageLength);
  const Bytes huge(limits::kPduBytes);
  EXPECT_EQ(encode(out, SubmitSm{.tlvs = {huge}}, 1), Status::kInvalidCommandLength);
  EXPECT_EQ(out, (Bytes{1, 2, 3}));
}

// submit_multi to an address and a distribution list, by hand from 4.5.1.
TEST(SmppDecode, SubmitMultiNamesItsDestinations) {
  Bytes list;
  append_destination(list, {.ton = 1, .npi = 1, .text = "8613800000001"});
  append_destination(list, {.flag = DestinationList::kListName, .text = "vip"});
  EXPECT_EQ(to_hex(list),
            "010101" + to_hex(as_bytes("8613800000001"sv)) + "00" + "02" + to_hex(as_bytes("vip"sv)) + "00");
  Bytes wire;
  ASSERT_EQ(
      encode(wire,
             SubmitMulti{.source = "10690", .destinations = {2, list}, .short_message = as_bytes("x"sv)}, 5),
      Status::kOk);
  const auto decoded = decode<SubmitMulti>(wire);
  ASSERT_TRUE(decoded);
  std::vector<std::string> seen;
  decoded->destinations.each(
      [&](const DestinationList::Entry& e) { seen.push_back(std::to_string(e.flag) + std::string(e.text)); });
  EXPECT_EQ(seen, (std::vector<std::string>{"18613800000001", "2vip"}));
  wire[16 + 1 + 2 + 6] = 0;  // number_of_dests
  EXPECT_EQ(decode<SubmitMulti>(wire).error(), Status::kInvalidDestinationCount);
  wire[16 + 1 + 2 + 6] = 3;
  EXPECT_FALSE(decode<SubmitMulti>(wire));
}

TEST(SmppStatus, NamesAndUnknownNumbers) {
  EXPECT_EQ(status_name(Status::kThrottled), "ESME_RTHROTTLED");
  EXPECT_EQ(status_name(static_cast<Status>(0x58)), "ESME_RTHROTTLED");
  EXPECT_EQ(status_name(static_cast<Status>(0x401)), "");
  EXPECT_EQ(command_name(CommandId::kSubmitSmResp), "submit_sm_resp");
  EXPECT_EQ(command_name(static_cast<CommandId>(0x77)), "");
}

// ---------------------------------------------------------------- round trip of random PDUs

template <class Field>
struct Fill;
template <auto kMember>
struct Fill<Int<kMember>> {
  static void apply(auto& pdu, Random& random, std::string&) {
    pdu.*kMember = static_cast<uint8_t>(random.next());
  }
};
template <auto kMember, size_t kMax, Status kBad>
struct Fill<CString<kMember, kMax, kBad>> {
  static void apply(auto& pdu, Random& random, std::string& arena) {
    const size_t at = arena.size(), n = random.below(kMax);
    for (size_t i = 0; i < n; ++i) arena += static_cast<char>(1 + random.below(255));
    pdu.*kMember = std::string_view(arena).substr(at);
  }
};
template <auto kMember>
struct Fill<ShortMessage<kMember>> {
  static void apply(auto& pdu, Random& random, std::string& arena) {
    const size_t at = arena.size(), n = random.below(kShortMessageBytes + 1);
    for (size_t i = 0; i < n; ++i) arena += static_cast<char>(random.next());
    pdu.*kMember = as_bytes(std::string_view(arena).substr(at));
  }
};
template <auto kMember>
struct Fill<Optional<kMember>> {
  static void apply(auto& pdu, Random& random, std::string& arena) {
    Bytes tlvs;
    for (uint64_t n = random.below(4); n > 0; --n)
      append_tlv(tlvs, static_cast<uint16_t>(random.next()), Bytes(random.below(300), 7));
    const size_t at = arena.size();
    arena += as_chars(tlvs);
    (pdu.*kMember).raw = as_bytes(std::string_view(arena).substr(at));
  }
};
std::string random_address(Random& random) {
  std::string address;
  for (uint64_t n = random.below(21); n > 0; --n) address += static_cast<char>('0' + random.below(10));
  return address;
}
template <auto kMember>
struct Fill<Destinations<kMember>> {
  static void apply(auto& pdu, Random& random, std::string& arena) {
    Bytes list;
    const auto count = static_cast<uint8_t>(1 + random.below(9));
    for (uint8_t i = 0; i < count; ++i) {
      const bool address = random.below(3) != 0;
      append_destination(list, {.flag = address ? DestinationList::kAddress : DestinationList::kListName,
                                .ton = 1,
                                .npi = 1,
                                .text = random_address(random)});
    }
    const size_t at = arena.size();
    arena += as_chars(list);
    pdu.*kMember = {count, as_bytes(std::string_view(arena).substr(at))};
  }
};
template <auto kMember>
struct Fill<Failed<kMember>> {
  static void apply(auto& pdu, Random& random, std::string& arena) {
    Bytes list;
    const auto count = static_cast<uint8_t>(random.below(5));
    for (uint8_t i = 0; i < count; ++i)
      append_failure(list, {1, 1, random_address(random), static_cast<uint32_t>(random.next())});
    const size_t at = arena.size();
    arena += as_chars(list);
    pdu.*kMember = {count, as_bytes(std::string_view(arena).substr(at))};
  }
};
template <class Pdu, class... Fields>
void fill(Pdu& pdu, Random& random, std::string& arena, FieldList<Fields...>) {
  (Fill<Fields>::apply(pdu, random, arena), ...);
}

template <class Pdu>
void round_trips(Random& random) {
  std::string arena;
  arena.reserve(8192);  // views into it must not move
  Pdu pdu;
  fill(pdu, random, arena, typename Layout<Pdu>::Fields{});
  Bytes wire, again;
  ASSERT_EQ(encode(wire, pdu, 77), Status::kOk);
  EXPECT_EQ(frame_length(wire).state, FrameState::kComplete);
  EXPECT_EQ(frame_length(wire).length, wire.size());
  EXPECT_EQ(parse_header(wire).command, Pdu::kCommand);
  EXPECT_EQ(parse_header(wire).sequence, 77U);
  const auto decoded = decode<Pdu>(wire);
  ASSERT_TRUE(decoded) << status_name(decoded.error());
  ASSERT_EQ(encode(again, *decoded, 77), Status::kOk);
  EXPECT_EQ(to_hex(wire), to_hex(again));
  // No prefix may do worse than be refused.
  for (size_t n = 0; n < wire.size(); ++n) (void)decode<Pdu>(ByteSpan(wire).first(n));
}

TEST(SmppRoundTrip, EveryPduWithRandomFields) {
  Random random{20260302};
  for (int i = 0; i < 40; ++i) {
#define X(Pdu) round_trips<Pdu>(random);
    YIZHAN_SMPP_PDUS(X)
#undef X
  }
}

}  // namespace
}  // namespace yizhan::smpp
