#include "codec/smgp/pdu.h"

#include <gtest/gtest.h>

#include "codec/testdata/golden.h"

namespace yizhan::smgp {
namespace {

using namespace std::literals;
using codec::field;
using codec::hex;

// The bytes of a PDU are what encode makes of the struct, and what decode makes of the bytes encodes to them
// again.
template <class Pdu>
Pdu expect_golden(std::string_view digits, const Pdu& pdu, uint32_t sequence) {
  const Bytes& golden = codec::kept_hex(digits);
  Bytes encoded, again;
  EXPECT_EQ(encode(encoded, pdu, sequence), Fault::kNone);
  EXPECT_EQ(to_hex(encoded), to_hex(golden));
  const auto decoded = decode<Pdu>(golden);
  EXPECT_TRUE(decoded.has_value());
  if (!decoded) return {};
  EXPECT_EQ(parse_header(golden).sequence, sequence);
  EXPECT_EQ(encode(again, *decoded, sequence), Fault::kNone);
  EXPECT_EQ(to_hex(again), to_hex(golden));
  EXPECT_EQ(decode<Pdu>(ByteSpan(golden).first(kHeaderBytes - 1)).error(), Fault::kMalformed);
  return *decoded;
}

// Gateway 021001, 07-23 14:05, sequence 000042.
const std::string kIdDigits = "02100107231405000042";
constexpr MsgId kId{0x02, 0x10, 0x01, 0x07, 0x23, 0x14, 0x05, 0x00, 0x00, 0x42};
const std::string kDigest = "00112233445566778899aabbccddeeff";

TEST(SmgpGolden, Login) {
  const Bytes digest = hex(kDigest);
  // 12 + 30 = 42: ClientID 8, AuthenticatorClient 16, LoginMode 1, TimeStamp 4, ClientVersion 1.
  const auto read = expect_golden(
      "0000002a 00000001 00000007" + field("12345678", 8) + kDigest + "02 2b1a3f9d 30",
      Login{.client_id = "12345678", .authenticator_client = digest, .login_mode = 2, .timestamp = 723140509},
      7);
  EXPECT_EQ(read.client_id, "12345678");
  EXPECT_EQ(read.timestamp, 723140509U);
}

TEST(SmgpGolden, LoginResp) {
  const Bytes digest = hex(kDigest);
  // 12 + 21 = 33: Status 4, AuthenticatorServer 16, ServerVersion 1.
  EXPECT_EQ(expect_golden("00000021 80000001 00000007 00000015" + kDigest + "30",
                          LoginResp{.status = 21, .authenticator_server = digest}, 7)
                .status,
            21U);
}

Submit sample_submit(ByteSpan numbers, ByteSpan tlvs) {
  return {.need_report = 1,
          .priority = 3,
          .service_id = "SALE",
          .fee_type = "00",
          .fee_code = "0",
          .fixed_fee = "0",
          .msg_format = 8,
          .valid_time = {},
          .at_time = {},
          .src_term_id = "10690001",
          .charge_term_id = {},
          .dest_term_id = {numbers, kNumberBytes},
          .content = as_bytes("hi"sv),
          .tlvs = {tlvs}};
}

TEST(SmgpGolden, Submit) {
  Bytes numbers;
  ASSERT_TRUE(codec::append_number(numbers, "13900000001", 21));
  ASSERT_TRUE(codec::append_number(numbers, "13900000002", 21));
  // TP_udhi 1, PkTotal 2, PkNumber 1, and one that nobody knows.
  const std::string parameters = "0002 0001 01 0009 0001 02 000a 0001 01 0099 0003 414243";
  const Bytes tlvs = hex(parameters);
  // 12 + 114 + 21·2 + 2 + 22 = 192 = 0xC0: MsgType 1, NeedReport 1, Priority 1, ServiceID 10, FeeType 2,
  // FeeCode 6, FixedFee 6, MsgFormat 1, ValidTime 17, AtTime 17, SrcTermID 21, ChargeTermID 21,
  // DestTermIDCount 1, DestTermID 21·2, MsgLength 1, content, Reserve 8, parameters 5+5+5+7.
  const auto read = expect_golden(
      "000000c0 00000002 00000101 06 01 03" + field("SALE", 10) + field("00", 2) + field("0", 6) +
          field("0", 6) + "08" + field("", 17) + field("", 17) + field("10690001", 21) + field("", 21) +
          "02" + field("13900000001", 21) + field("13900000002", 21) + "02 6869" + field("", 8) + parameters,
      sample_submit(numbers, tlvs), 0x101);
  EXPECT_EQ(read.service_id, "SALE");
  EXPECT_EQ(read.src_term_id, "10690001");
  ASSERT_EQ(read.dest_term_id.size(), 2U);
  EXPECT_EQ(read.dest_term_id[1], "13900000002");
  EXPECT_EQ(as_chars(read.content), "hi");
  EXPECT_EQ(read.tlvs.integer(tag::kPkTotal), 2U);
  EXPECT_EQ(read.tlvs.integer(tag::kPkNumber), 1U);
  ASSERT_TRUE(read.tlvs.find(0x99));
  EXPECT_EQ(as_chars(*read.tlvs.find(0x99)), "ABC");
}

TEST(SmgpGolden, AnswersWithAnId) {
  // 12 + 14 = 26: MsgID 10, Status 4.
  const auto read = expect_golden("0000001a 80000002 00000101" + kIdDigits + "0000004b",
                                  SubmitResp{.msg_id = kId, .status = 75, .tlvs = {}}, 0x101);
  EXPECT_EQ(read.msg_id, kId);
  EXPECT_EQ(read.status, 75U);
  expect_golden("0000001a 80000003 00000101" + kIdDigits + "00000000", DeliverResp{.msg_id = kId, .tlvs = {}},
                0x101);
  expect_golden("0000001a 80000005 00000101" + kIdDigits + "0000000b",
                ForwardResp{.msg_id = kId, .status = 11, .tlvs = {}}, 0x101);
}

TEST(SmgpGolden, Deliver) {
  // 12 + 77 + 2 = 91: MsgID 10, IsReport 1, MsgFormat 1, RecvTime 14, SrcTermID 21, DestTermID 21, MsgLength
  // 1, content, Reserve 8.
  const auto read =
      expect_golden("0000005b 00000003 00000001" + kIdDigits + "00 0f" + field("20260723140509", 14) +
                        field("13900000001", 21) + field("10690001", 21) + "02 5432" + field("", 8),
                    Deliver{.msg_id = kId,
                            .msg_format = 15,
                            .recv_time = "20260723140509",
                            .src_term_id = "13900000001",
                            .dest_term_id = "10690001",
                            .content = as_bytes("T2"sv),
                            .tlvs = {}},
                    1);
  EXPECT_EQ(read.msg_id, kId);
  EXPECT_EQ(read.recv_time, "20260723140509");
  EXPECT_EQ(read.src_term_id, "13900000001");
  EXPECT_EQ(as_chars(read.content), "T2");
}

TEST(SmgpGolden, ReportHasItsIdInRawBytes) {
  // 3+10 +1+4+3 +1+6+3 +1+12+10 +1+10+10 +1+5+7 +1+4+3 +1+5+20 = 122. The id holds a NUL and a blank.
  const MsgId id{0x02, 0x00, 0x20, 0x07, 0x23, 0x14, 0x05, 0x00, 0x3A, 0x42};
  const std::string golden =
      "id:"s + "\x02\x00\x20\x07\x23\x14\x05\x00\x3a\x42"s +
      " sub:001 dlvrd:001 Submit date:2607231405 done date:2607231406 stat:DELIVRD err:000"
      " Text:" +
      "hello               ";
  ASSERT_EQ(golden.size(), kReportBytes);
  const auto read = parse_report(as_bytes(golden));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->msg_id, id);
  EXPECT_EQ(read->text.stat, "DELIVRD");
  EXPECT_EQ(read->text.err, "000");
  EXPECT_EQ(read->text.submit_date, "2607231405");
  EXPECT_EQ(read->text.done_date, "2607231406");
  EXPECT_EQ(read->text.sub, 1U);
  EXPECT_EQ(read->text.dlvrd, 1U);
  EXPECT_EQ(read->text.text, "hello");
  Bytes written;
  ASSERT_TRUE(append_report(written, *read));
  EXPECT_EQ(as_chars(written), golden);
  EXPECT_FALSE(parse_report(as_bytes("id:123456789"sv)));
  EXPECT_FALSE(append_report(written, {.text = {.stat = "TOO LONG"}}));
  EXPECT_EQ(written.size(), kReportBytes);
}

TEST(SmgpGolden, QueryAndItsAnswer) {
  // 12 + 27 = 39: QueryTime 8, QueryType 1, QueryCode 10, Reserve 8.
  EXPECT_EQ(expect_golden(
                "00000027 00000007 00000002" + field("20260723", 8) + "01" + field("SALE", 10) + field("", 8),
                Query{.query_time = "20260723", .query_type = 1, .query_code = "SALE"}, 2)
                .query_code,
            "SALE");
  // 12 + 59 = 71: QueryTime 8, QueryType 1, QueryCode 10, eight counts of 4, Reserve 8.
  EXPECT_EQ(expect_golden("00000047 80000007 00000002" + field("20260723", 8) + "01" + field("SALE", 10) +
                              "00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008" +
                              field("", 8),
                          QueryResp{.query_time = "20260723",
                                    .query_type = 1,
                                    .query_code = "SALE",
                                    .mt_messages = 1,
                                    .mt_users = 2,
                                    .mt_success = 3,
                                    .mt_waiting = 4,
                                    .mt_failed = 5,
                                    .mo_success = 6,
                                    .mo_waiting = 7,
                                    .mo_failed = 8},
                          2)
                .mo_failed,
            8U);
}

TEST(SmgpGolden, WithoutABody) {
  expect_golden("0000000c 00000004 00000004", ActiveTest{}, 4);
  expect_golden("0000000c 80000004 00000004", ActiveTestResp{}, 4);
  expect_golden("0000000c 00000006 00000005", Exit{}, 5);
  expect_golden("0000000c 80000006 00000005", ExitResp{}, 5);
}

TEST(Smgp, WhatIsCutShortIsMalformedAndAReserveMayBe) {
  Bytes numbers, wire;
  ASSERT_TRUE(codec::append_number(numbers, "13900000001", 21));
  ASSERT_EQ(encode(wire, sample_submit(numbers, {}), 1), Fault::kNone);
  for (size_t n = kHeaderBytes; n < wire.size() - 8; ++n)
    EXPECT_EQ(decode<Submit>(ByteSpan(wire).first(n)).error(), Fault::kMalformed) << n;
  EXPECT_TRUE(decode<Submit>(ByteSpan(wire).first(wire.size() - 8)));
}

// MD5("12345678" + seven NULs + "secret" + "0723140509"), and of four NULs, that digest and "secret", by
// md5sum.
TEST(Smgp, LoginsAreProvedOnBothSides) {
  const codec::Digest client = authenticator_client("12345678", "secret", 723140509);
  EXPECT_EQ(to_hex(client), "69b98eb50fc65e13266f46327e8fcc69");
  EXPECT_EQ(to_hex(authenticator_server(0, client, "secret")), "a171558288b5c030c838e0119b589e44");
}

}  // namespace
}  // namespace yizhan::smgp
