#include "codec/cmpp/pdu.h"

#include <gtest/gtest.h>

#include "codec/testdata/golden.h"

namespace yizhan::cmpp {
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
  // Cut anywhere before its last field it is malformed, never read beyond.
  EXPECT_EQ(decode<Pdu>(ByteSpan(golden).first(kHeaderBytes - 1)).error(), Fault::kMalformed);
  return *decoded;
}

const std::string kDigest = "d48a700e1389010edff06e2ef1bf1a47";

TEST(CmppGolden, Connect) {
  const Bytes digest = hex(kDigest);
  const Connect pdu{
      .source_addr = "900001", .authenticator_source = digest, .version = 0x20, .timestamp = 723140509};
  // Total_Length 12+27=39, Command_Id, Sequence_Id, Source_Addr 6, AuthenticatorSource 16, Version 1,
  // Timestamp 4: 0723140509 is 0x2B1A3F9D.
  const Connect read =
      expect_golden("00000027 00000001 00000007" + field("900001", 6) + kDigest + "20 2b1a3f9d", pdu, 7);
  EXPECT_EQ(read.source_addr, "900001");
  EXPECT_EQ(read.timestamp, 723140509U);
  EXPECT_EQ(read.version, 0x20);
}

TEST(CmppGolden, ConnectResp) {
  const Bytes digest = hex(kDigest);
  // 12+1+16+1=30; 12+4+16+1=33.
  const auto two = expect_golden("0000001e 80000001 00000007 03" + kDigest + "20",
                                 ConnectResp<Version::k20>{.status = 3, .authenticator_ismg = digest}, 7);
  EXPECT_EQ(two.status, 3U);
  const auto three = expect_golden("00000021 80000001 00000007 00000003" + kDigest + "30",
                                   ConnectResp<Version::k30>{.status = 3, .authenticator_ismg = digest}, 7);
  EXPECT_EQ(three.status, 3U);
  EXPECT_EQ(three.version, 0x30);
}

template <Version V>
Submit<V> sample_submit(ByteSpan numbers) {
  return {.pk_total = 2,
          .pk_number = 1,
          .registered_delivery = 1,
          .msg_level = 3,
          .service_id = "MSALE",
          .fee_user_type = 2,
          .fee_terminal_id = {},
          .tp_udhi = 1,
          .msg_fmt = 8,
          .msg_src = "900001",
          .fee_type = "01",
          .fee_code = "0",
          .valid_time = {},
          .at_time = {},
          .src_id = "10690001",
          .dest_terminal_id = {numbers, kNumberBytes<V>},
          .content = as_bytes("hi"sv),
          .link_id = {}};
}

// The fields before Fee_terminal_Id, which are the same in both versions: Msg_Id 8, Pk_total 1, Pk_number 1,
// Registered_Delivery 1, Msg_level 1, Service_Id 10, Fee_UserType 1.
const std::string kSubmitHead = "0000000000000000 02 01 01 03" + field("MSALE", 10) + "02";
// From TP_pId to Src_Id: TP_pId 1, TP_udhi 1, Msg_Fmt 1, Msg_src 6, FeeType 2, FeeCode 6, ValId_Time 17,
// At_Time 17, Src_Id 21.
const std::string kSubmitMiddle = "00 01 08" + field("900001", 6) + field("01", 2) + field("0", 6) +
                                  field("", 17) + field("", 17) + field("10690001", 21);

TEST(CmppGolden, Submit20) {
  Bytes numbers;
  ASSERT_TRUE(codec::append_number(numbers, "13900000001", 21));
  ASSERT_TRUE(codec::append_number(numbers, "13900000002", 21));
  // 12 + 126 + 21·2 + 2 = 182 = 0xB6. Fee_terminal_Id 21; DestUsr_tl 1, Dest_terminal_Id 21·2, Msg_Length 1,
  // content, Reserve 8.
  const auto read =
      expect_golden("000000b6 00000004 00000101" + kSubmitHead + field("", 21) + kSubmitMiddle + "02" +
                        field("13900000001", 21) + field("13900000002", 21) + "02 6869" + field("", 8),
                    sample_submit<Version::k20>(numbers), 0x101);
  EXPECT_EQ(read.service_id, "MSALE");
  EXPECT_EQ(read.src_id, "10690001");
  ASSERT_EQ(read.dest_terminal_id.size(), 2U);
  EXPECT_EQ(read.dest_terminal_id[0], "13900000001");
  EXPECT_EQ(read.dest_terminal_id[1], "13900000002");
  EXPECT_EQ(as_chars(read.content), "hi");
  EXPECT_EQ(read.msg_fmt, 8);
  EXPECT_EQ(read.tp_udhi, 1);
}

TEST(CmppGolden, Submit30) {
  Bytes numbers;
  ASSERT_TRUE(codec::append_number(numbers, "13900000001", 32));
  Submit<Version::k30> pdu = sample_submit<Version::k30>(numbers);
  pdu.link_id = "LINK";
  pdu.dest_terminal_type = 1;
  // 12 + 151 + 32 + 2 = 197 = 0xC5. Fee_terminal_Id 32 and type 1; DestUsr_tl 1, Dest_terminal_Id 32 and type
  // 1, Msg_Length 1, content, LinkID 20.
  const auto read =
      expect_golden("000000c5 00000004 00000101" + kSubmitHead + field("", 32) + "00" + kSubmitMiddle + "01" +
                        field("13900000001", 32) + "01 02 6869" + field("LINK", 20),
                    pdu, 0x101);
  ASSERT_EQ(read.dest_terminal_id.size(), 1U);
  EXPECT_EQ(read.dest_terminal_id[0], "13900000001");
  EXPECT_EQ(read.link_id, "LINK");
}

TEST(CmppGolden, SubmitResp) {
  // 12+8+1=21, 12+8+4=24.
  const auto two = expect_golden("00000015 80000004 00000101 7bb85241e240002a 08",
                                 SubmitResp<Version::k20>{.msg_id = 0x7bb85241e240002a, .result = 8}, 0x101);
  EXPECT_EQ(two.msg_id, 0x7bb85241e240002aU);
  EXPECT_EQ(two.result, 8U);
  const auto three =
      expect_golden("00000018 80000004 00000101 7bb85241e240002a 00000108",
                    SubmitResp<Version::k30>{.msg_id = 0x7bb85241e240002a, .result = 0x108}, 0x101);
  EXPECT_EQ(three.result, 0x108U);
  Bytes out;
  EXPECT_EQ(encode(out, SubmitResp<Version::k20>{.result = 256}, 1), Fault::kMalformed);
  EXPECT_TRUE(out.empty());
}

TEST(CmppGolden, Deliver20) {
  // 12 + 73 + 2 = 87 = 0x57: Msg_Id 8, Dest_Id 21, Service_Id 10, TP_pid, TP_udhi, Msg_Fmt, Src_terminal_Id
  // 21, Registered_Delivery 1, Msg_Length 1, content, Reserved 8.
  const auto read = expect_golden("00000057 00000005 00000001 7bb85241e240002a" + field("10690001", 21) +
                                      field("MSALE", 10) + "00 00 0f" + field("13900000001", 21) +
                                      "00 02 5432" + field("", 8),
                                  Deliver<Version::k20>{.msg_id = 0x7bb85241e240002a,
                                                        .dest_id = "10690001",
                                                        .service_id = "MSALE",
                                                        .msg_fmt = 15,
                                                        .src_terminal_id = "13900000001",
                                                        .content = as_bytes("T2"sv),
                                                        .link_id = {}},
                                  1);
  EXPECT_EQ(read.src_terminal_id, "13900000001");
  EXPECT_EQ(read.dest_id, "10690001");
  EXPECT_EQ(read.msg_fmt, 15);
}

TEST(CmppGolden, Deliver30WithItsReport) {
  // Report 71 = 0x47: Msg_Id 8, Stat 7, Submit_time 10, Done_time 10, Dest_terminal_Id 32, SMSC_sequence 4.
  const std::string report = "7bb85241e240002a" + field("DELIVRD", 7) + field("2607231405", 10) +
                             field("2607231406", 10) + field("13900000001", 32) + "00000009";
  const Bytes content = hex(report);
  // 12 + 97 + 71 = 180 = 0xB4; Src_terminal_Id 32 and type 1, LinkID 20.
  const auto read =
      expect_golden("000000b4 00000005 00000001 7bb85241e240002b" + field("10690001", 21) + field("", 10) +
                        "00 00 00" + field("13900000001", 32) + "00 01 47" + report + field("", 20),
                    Deliver<Version::k30>{.msg_id = 0x7bb85241e240002b,
                                          .dest_id = "10690001",
                                          .service_id = {},
                                          .src_terminal_id = "13900000001",
                                          .registered_delivery = 1,
                                          .content = content,
                                          .link_id = {}},
                    1);
  const auto parsed = parse_report(read.content);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->msg_id, 0x7bb85241e240002aU);
  EXPECT_EQ(parsed->stat, "DELIVRD");
  EXPECT_EQ(parsed->submit_time, "2607231405");
  EXPECT_EQ(parsed->done_time, "2607231406");
  EXPECT_EQ(parsed->dest_terminal_id, "13900000001");
  EXPECT_EQ(parsed->smsc_sequence, 9U);
  Bytes written;
  ASSERT_TRUE(append_report(written, *parsed));
  EXPECT_EQ(written, content);
}

TEST(CmppGolden, Report20) {
  // 60: as above with a Dest_terminal_Id of 21.
  const Bytes golden = hex("7bb85241e240002a" + field("MA:0001", 7) + field("2607231405", 10) +
                           field("2607231406", 10) + field("13900000001", 21) + "00000000");
  ASSERT_EQ(golden.size(), 60U);
  const auto parsed = parse_report(golden);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->stat, "MA:0001");
  EXPECT_EQ(parsed->dest_terminal_id, "13900000001");
  EXPECT_FALSE(parse_report(ByteSpan(golden).first(59)));
  Bytes written;
  ASSERT_TRUE(append_report(written, Report<Version::k20>{.msg_id = parsed->msg_id,
                                                          .stat = parsed->stat,
                                                          .submit_time = parsed->submit_time,
                                                          .done_time = parsed->done_time,
                                                          .dest_terminal_id = parsed->dest_terminal_id}));
  EXPECT_EQ(written, golden);
  EXPECT_FALSE(append_report(written, Report<Version::k20>{.stat = "TOO LONG"}));
}

TEST(CmppGolden, DeliverResp) {
  EXPECT_EQ(expect_golden("00000015 80000005 00000001 7bb85241e240002a 01",
                          DeliverResp<Version::k20>{.msg_id = 0x7bb85241e240002a, .result = 1}, 1)
                .result,
            1U);
  EXPECT_EQ(expect_golden("00000018 80000005 00000001 7bb85241e240002a 00000001",
                          DeliverResp<Version::k30>{.msg_id = 0x7bb85241e240002a, .result = 1}, 1)
                .result,
            1U);
}

TEST(CmppGolden, QueryAndItsAnswer) {
  // 12 + 27 = 39: Time 8, Query_Type 1, Query_Code 10, Reserve 8.
  const auto query = expect_golden(
      "00000027 00000006 00000002" + field("20260723", 8) + "01" + field("MSALE", 10) + field("", 8),
      Query{.time = "20260723", .query_type = 1, .query_code = "MSALE"}, 2);
  EXPECT_EQ(query.time, "20260723");
  EXPECT_EQ(query.query_code, "MSALE");
  // 12 + 51 = 63: Time 8, Query_Type 1, Query_Code 10, eight counts of 4.
  const auto answer =
      expect_golden("0000003f 80000006 00000002" + field("20260723", 8) + "01" + field("MSALE", 10) +
                        "00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
                    QueryResp{.time = "20260723",
                              .query_type = 1,
                              .query_code = "MSALE",
                              .mt_messages = 1,
                              .mt_users = 2,
                              .mt_success = 3,
                              .mt_waiting = 4,
                              .mt_failed = 5,
                              .mo_success = 6,
                              .mo_waiting = 7,
                              .mo_failed = 8},
                    2);
  EXPECT_EQ(answer.mt_failed, 5U);
  EXPECT_EQ(answer.mo_failed, 8U);
}

TEST(CmppGolden, CancelAndItsAnswer) {
  EXPECT_EQ(
      expect_golden("00000014 00000007 00000003 7bb85241e240002a", Cancel{.msg_id = 0x7bb85241e240002a}, 3)
          .msg_id,
      0x7bb85241e240002aU);
  EXPECT_EQ(
      expect_golden("0000000d 80000007 00000003 01", CancelResp<Version::k20>{.success_id = 1}, 3).success_id,
      1U);
  EXPECT_EQ(expect_golden("00000010 80000007 00000003 00000001", CancelResp<Version::k30>{.success_id = 1}, 3)
                .success_id,
            1U);
}

TEST(CmppGolden, WithoutABody) {
  expect_golden("0000000c 00000008 00000004", ActiveTest{}, 4);
  expect_golden("0000000d 80000008 00000004 00", ActiveTestResp{}, 4);
  expect_golden("0000000c 00000002 00000005", Terminate{}, 5);
  expect_golden("0000000c 80000002 00000005", TerminateResp{}, 5);
  // The reserve of an ACTIVE_TEST_RESP may be missing.
  EXPECT_TRUE(decode<ActiveTestResp>(hex("0000000c 80000008 00000004")));
}

TEST(Cmpp, WhatIsCutShortIsMalformedAndATailMayBe) {
  Bytes numbers, wire;
  ASSERT_TRUE(codec::append_number(numbers, "13900000001", 21));
  ASSERT_EQ(encode(wire, sample_submit<Version::k20>(numbers), 1), Fault::kNone);
  const ByteSpan all(wire);
  for (size_t n = kHeaderBytes; n < wire.size() - 8; ++n)
    EXPECT_EQ(decode<Submit<Version::k20>>(all.first(n)).error(), Fault::kMalformed) << n;
  for (size_t n = wire.size() - 8; n <= wire.size(); ++n)
    EXPECT_TRUE(decode<Submit<Version::k20>>(all.first(n))) << n;
}

TEST(Cmpp, FieldsThatDoNotFitAreNamed) {
  Bytes numbers, out;
  Submit<Version::k20> pdu = sample_submit<Version::k20>(numbers);
  EXPECT_EQ(encode(out, pdu, 1), Fault::kBadDestination);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(codec::append_number(numbers, "13900000001", 21));
  pdu.dest_terminal_id = {numbers, 21};
  EXPECT_EQ(encode(out, pdu, 1), Fault::kBadDestination);
  pdu.dest_terminal_id.raw = ByteSpan(numbers).first(99 * 21);
  EXPECT_EQ(encode(out, pdu, 1), Fault::kNone);
  pdu.src_id = "1069000000000000000000";  // 22
  EXPECT_EQ(encode(out, pdu, 1), Fault::kBadSource);
  pdu.src_id = "1069\0001"sv;
  EXPECT_EQ(encode(out, pdu, 1), Fault::kBadSource);
  EXPECT_FALSE(codec::append_number(numbers, "1390000000113900000001", 21));
  EXPECT_FALSE(codec::append_number(numbers, "", 21));
}

TEST(Cmpp, MsgIdHasItsParts) {
  const MsgId id{
      .month = 7, .day = 23, .hour = 14, .minute = 5, .second = 9, .gateway = 123456, .sequence = 42};
  EXPECT_EQ(pack(id), 0x7bb85241e240002aU);
  EXPECT_EQ(unpack(0x7bb85241e240002a), id);
  EXPECT_EQ(nth_msg_id(0x7bb85241e240002a, 0), 0x7bb85241e240002aU);
  EXPECT_EQ(nth_msg_id(0x7bb85241e240ffff, 1), 0x7bb85241e2400000U);
  EXPECT_EQ(nth_msg_id(0x7bb85241e240fffe, 3), 0x7bb85241e2400001U);
}

TEST(Cmpp, LoginsAreProvedOnBothSides) {
  const codec::Digest source = authenticator_source("900001", "secret", 723140509);
  EXPECT_EQ(to_hex(source), kDigest);
  EXPECT_EQ(to_hex(authenticator_ismg(Version::k20, 0, source, "secret")),
            "19ea8623c67937595d6db3e9f1b44397");
  EXPECT_EQ(to_hex(authenticator_ismg(Version::k30, 0, source, "secret")),
            "f0f15bd3d882b188303c6d0c4d3250a7");
}

}  // namespace
}  // namespace yizhan::cmpp
