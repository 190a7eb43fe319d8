#include "codec/sgip/pdu.h"

#include <gtest/gtest.h>

#include "codec/testdata/golden.h"

namespace yizhan::sgip {
namespace {

using namespace std::literals;
using codec::field;
using codec::hex;

// Node 3 021 0 00123 = 3021000123 is 0xB410CDBB, 07-23 14:05:09 = 723140509 is 0x2B1A3F9D.
constexpr codec::Sequence kSequence{.number = 5, .node = 3021000123, .time = 723140509};
const std::string kSequenceBytes = "b410cdbb 2b1a3f9d 00000005";

// The bytes of a PDU are what encode makes of the struct, and what decode makes of the bytes encodes to them
// again.
template <class Pdu>
Pdu expect_golden(std::string_view digits, const Pdu& pdu) {
  const Bytes& golden = codec::kept_hex(digits);
  Bytes encoded, again;
  EXPECT_EQ(encode(encoded, pdu, kSequence), Fault::kNone);
  EXPECT_EQ(to_hex(encoded), to_hex(golden));
  const auto decoded = decode<Pdu>(golden);
  EXPECT_TRUE(decoded.has_value());
  if (!decoded) return {};
  EXPECT_EQ(parse_header(golden).sequence, kSequence);
  EXPECT_EQ(encode(again, *decoded, kSequence), Fault::kNone);
  EXPECT_EQ(to_hex(again), to_hex(golden));
  EXPECT_EQ(decode<Pdu>(ByteSpan(golden).first(kHeaderBytes - 1)).error(), Fault::kMalformed);
  return *decoded;
}

TEST(SgipGolden, Bind) {
  // 20 + 41 = 61: Login Type 1, Login Name 16, Login Password 16, Reserve 8.
  const auto read = expect_golden(
      "0000003d 00000001" + kSequenceBytes + "01" + field("sp123", 16) + field("secret", 16) + field("", 8),
      Bind{.login_type = 1, .login_name = "sp123", .login_password = "secret"});
  EXPECT_EQ(read.login_name, "sp123");
  EXPECT_EQ(read.login_password, "secret");
  EXPECT_EQ(read.login_type, 1);
}

TEST(SgipGolden, MainAnswersAreAResultAndAReserve) {
  // 20 + 9 = 29.
  EXPECT_EQ(
      expect_golden("0000001d 80000001" + kSequenceBytes + "01" + field("", 8), BindResp{.result = 1}).result,
      1);
  EXPECT_EQ(
      expect_golden("0000001d 80000003" + kSequenceBytes + "58" + field("", 8), SubmitResp{.result = 88})
          .result,
      88);
  expect_golden("0000001d 80000004" + kSequenceBytes + "00" + field("", 8), DeliverResp{});
  expect_golden("0000001d 80000005" + kSequenceBytes + "00" + field("", 8), ReportResp{});
  Bytes out;
  encode_result(out, static_cast<Command>(0x80000011), 7, kSequence);  // of a UserRpt
  EXPECT_EQ(out, hex("0000001d 80000011" + kSequenceBytes + "07" + field("", 8)));
}

TEST(SgipGolden, UnbindHasNoBody) {
  expect_golden("00000014 00000002" + kSequenceBytes, Unbind{});
  expect_golden("00000014 80000002" + kSequenceBytes, UnbindResp{});
}

Submit sample_submit(ByteSpan numbers) {
  return {.sp_number = "10690001",
          .charge_number = "000000000000000000000",
          .user_number = {numbers, kNumberBytes},
          .corp_id = "12345",
          .service_type = "SALE",
          .fee_type = 1,
          .fee_value = "0",
          .given_value = "0",
          .morelate_to_mt_flag = 2,
          .priority = 3,
          .expire_time = "260724140509032+",
          .schedule_time = {},
          .report_flag = 1,
          .tp_udhi = 1,
          .message_coding = 8,
          .content = as_bytes("hi"sv)};
}

TEST(SgipGolden, Submit) {
  Bytes numbers;
  ASSERT_TRUE(codec::append_number(numbers, "8613900000001", 21));
  ASSERT_TRUE(codec::append_number(numbers, "8613900000002", 21));
  // 20 + 123 + 21·2 + 2 = 187 = 0xBB: SPNumber 21, ChargeNumber 21, UserCount 1, UserNumber 21·2, CorpId 5,
  // ServiceType 10, FeeType 1, FeeValue 6, GivenValue 6, AgentFlag 1, MorelatetoMTFlag 1, Priority 1,
  // ExpireTime 16, ScheduleTime 16, ReportFlag 1, TP_pid 1, TP_udhi 1, MessageCoding 1, MessageType 1,
  // MessageLength 4, content, Reserve 8.
  const auto read = expect_golden(
      "000000bb 00000003" + kSequenceBytes + field("10690001", 21) + field("000000000000000000000", 21) +
          "02" + field("8613900000001", 21) + field("8613900000002", 21) + field("12345", 5) +
          field("SALE", 10) + "01" + field("0", 6) + field("0", 6) + "00 02 03" +
          field("260724140509032+", 16) + field("", 16) + "01 00 01 08 00 00000002 6869" + field("", 8),
      sample_submit(numbers));
  EXPECT_EQ(read.sp_number, "10690001");
  ASSERT_EQ(read.user_number.size(), 2U);
  EXPECT_EQ(read.user_number[0], "8613900000001");
  EXPECT_EQ(read.user_number[1], "8613900000002");
  EXPECT_EQ(read.expire_time, "260724140509032+");
  EXPECT_EQ(as_chars(read.content), "hi");
  EXPECT_EQ(read.report_flag, 1);
}

TEST(SgipGolden, Deliver) {
  // 20 + 57 + 2 = 79: UserNumber 21, SPNumber 21, TP_pid 1, TP_udhi 1, MessageCoding 1, MessageLength 4,
  // content, Reserve 8.
  const auto read = expect_golden("0000004f 00000004" + kSequenceBytes + field("8613900000001", 21) +
                                      field("10690001", 21) + "00 00 0f 00000002 5432" + field("", 8),
                                  Deliver{.user_number = "8613900000001",
                                          .sp_number = "10690001",
                                          .message_coding = 15,
                                          .content = as_bytes("T2"sv)});
  EXPECT_EQ(read.user_number, "8613900000001");
  EXPECT_EQ(read.sp_number, "10690001");
  EXPECT_EQ(as_chars(read.content), "T2");
}

TEST(SgipGolden, Report) {
  // 20 + 44 = 64: SubmitSequenceNumber 12, ReportType 1, UserNumber 21, State 1, ErrorCode 1, Reserve 8.
  const auto read = expect_golden("00000040 00000005" + kSequenceBytes + "b410cdbb 2b1a3f9c 00000009 00" +
                                      field("8613900000001", 21) + "02 19" + field("", 8),
                                  Report{.submit_node = 3021000123,
                                         .submit_time = 723140508,
                                         .submit_counter = 9,
                                         .user_number = "8613900000001",
                                         .state = 2,
                                         .error_code = 25});
  EXPECT_EQ(read.submit_time, 723140508U);
  EXPECT_EQ(read.submit_counter, 9U);
  EXPECT_EQ(read.state, 2);
  EXPECT_EQ(read.error_code, 25);
}

TEST(SgipGolden, TraceAndItsAnswer) {
  // 20 + 41 = 61: SubmitSequenceNumber 12, UserNumber 21, Reserve 8.
  EXPECT_EQ(expect_golden("0000003d 00001000" + kSequenceBytes + "b410cdbb 2b1a3f9c 00000009" +
                              field("8613900000001", 21) + field("", 8),
                          Trace{.submit_node = 3021000123,
                                .submit_time = 723140508,
                                .submit_counter = 9,
                                .user_number = "8613900000001"})
                .user_number,
            "8613900000001");
  // 20 + 52 = 72: Count 1, Result 1, NodeId 10, ReceiveTime 16, SendTime 16, Reserve 8.
  EXPECT_EQ(expect_golden("00000048 80001000" + kSequenceBytes + "01 00" + field("3021000123", 10) +
                              field("260723140508", 16) + field("260723140509", 16) + field("", 8),
                          TraceResp{.count = 1,
                                    .node_id = "3021000123",
                                    .receive_time = "260723140508",
                                    .send_time = "260723140509"})
                .node_id,
            "3021000123");
}

TEST(Sgip, WhatIsCutShortIsMalformedAndAReserveMayBe) {
  Bytes numbers, wire;
  ASSERT_TRUE(codec::append_number(numbers, "8613900000001", 21));
  ASSERT_EQ(encode(wire, sample_submit(numbers), kSequence), Fault::kNone);
  for (size_t n = kHeaderBytes; n < wire.size() - 8; ++n)
    EXPECT_EQ(decode<Submit>(ByteSpan(wire).first(n)).error(), Fault::kMalformed) << n;
  EXPECT_TRUE(decode<Submit>(ByteSpan(wire).first(wire.size() - 8)));
}

TEST(Sgip, AContentLongerThanItsPduIsMalformed) {
  Bytes wire;
  ASSERT_EQ(encode(wire, Deliver{.user_number = "86139", .sp_number = "1"}, kSequence), Fault::kNone);
  // MessageLength stands after the header, 21 + 21 + 3 bytes.
  for (size_t i = 0; i < 4; ++i) wire[kHeaderBytes + 45 + i] = 0xFF;
  EXPECT_EQ(decode<Deliver>(wire).error(), Fault::kMalformed);
}

}  // namespace
}  // namespace yizhan::sgip
