#include "codec/smpp/receipt.h"

#include <gtest/gtest.h>

#include "codec/smpp/message_id.h"

namespace yizhan::smpp {
namespace {

TEST(SmppReceipt, KindIsToldByEsmClassOnly) {
  EXPECT_EQ(delivery_kind(0x00), DeliveryKind::kMessage);
  EXPECT_EQ(delivery_kind(0x40), DeliveryKind::kMessage);
  EXPECT_EQ(delivery_kind(0x04), DeliveryKind::kReceipt);
  EXPECT_EQ(delivery_kind(0xC7), DeliveryKind::kReceipt);
  EXPECT_EQ(delivery_kind(0x20), DeliveryKind::kIntermediate);
  EXPECT_EQ(delivery_kind(0x08), DeliveryKind::kOther);
  EXPECT_EQ(delivery_kind(0x24), DeliveryKind::kOther);
}

TEST(SmppReceipt, TheUsualText) {
  const ReceiptText r = parse_receipt_text(
      "id:0123456789 sub:001 dlvrd:001 submit date:2603021000 done date:260302100105 stat:DELIVRD err:000 "
      "text:hello id:9 stat:EXPIRED");
  EXPECT_EQ(r.id, "0123456789");
  EXPECT_EQ(r.sub, 1U);
  EXPECT_EQ(r.dlvrd, 1U);
  EXPECT_EQ(r.submit_date, "2603021000");
  EXPECT_EQ(r.done_date, "260302100105");
  EXPECT_EQ(r.stat, "DELIVRD");
  EXPECT_EQ(r.err, "000");
  EXPECT_EQ(r.text, "hello id:9 stat:EXPIRED");
}

TEST(SmppReceipt, AnyOrderCaseAndGaps) {
  const ReceiptText r =
      parse_receipt_text("Text:abc STAT:UNDELIV;ERR:0x1F Done Date: 2603021001 ID: 7F-00a, sub: dlvrd:x");
  EXPECT_EQ(r.text, "abc");
  EXPECT_EQ(r.stat, "UNDELIV");
  EXPECT_EQ(r.err, "0x1F");
  EXPECT_EQ(r.done_date, "2603021001");
  EXPECT_EQ(r.id, "7F-00a");
  EXPECT_FALSE(r.sub);
  EXPECT_FALSE(r.dlvrd);
  EXPECT_EQ(r.submit_date, "");
}

TEST(SmppReceipt, WordsThatOnlyContainAKeyAreNone) {
  const ReceiptText r = parse_receipt_text("valid:1 mid:2 laststat:X");
  EXPECT_EQ(r.id, "");
  EXPECT_EQ(r.stat, "");
}

TEST(SmppReceipt, ParametersWinOverTheText) {
  Bytes tlvs;
  append_receipt_tlvs("abc", MessageState::kExpired, tlvs);
  append_tlv(tlvs, tag::kNetworkErrorCode, Bytes{3, 0, 6});
  const DeliverSm pdu{.esm_class = 4, .short_message = as_bytes("id:999 stat:DELIVRD"), .tlvs = {tlvs}};
  const Receipt r = read_receipt(pdu);
  EXPECT_EQ(r.message_id, "abc");
  EXPECT_EQ(r.state, MessageState::kExpired);
  EXPECT_EQ(r.network_error, 0x030006U);
  EXPECT_EQ(r.text.stat, "DELIVRD");
}

TEST(SmppReceipt, TextAloneIsEnough) {
  const DeliverSm pdu{.esm_class = 4, .short_message = as_bytes("id:00aB stat:Delivered err:12")};
  const Receipt r = read_receipt(pdu);
  EXPECT_EQ(r.message_id, "00aB");
  EXPECT_EQ(r.state, MessageState::kDelivered);
  EXPECT_FALSE(r.network_error);
  EXPECT_EQ(state_of_stat("MB:0001"), MessageState::kNone);
}

TEST(SmppReceipt, DatesOfEveryWidth) {
  const Duration beijing = hours(8);
  const Time expected = parse_rfc3339("2026-03-02T10:01:00+08:00").value();
  EXPECT_EQ(parse_receipt_date("2603021001", beijing), expected);
  EXPECT_EQ(parse_receipt_date("260302100105", beijing), expected + seconds(5));
  EXPECT_EQ(parse_receipt_date("20260302100105", beijing), expected + seconds(5));
  for (const char* bad :
       {"", "26030210", "2613021001", "2602301001", "2603022501", "26030210a1", "2603021061"})
    EXPECT_FALSE(parse_receipt_date(bad, beijing)) << bad;
  EXPECT_EQ(format_receipt_date(expected, beijing), "2603021001");
}

TEST(SmppReceipt, WhatWeWriteIsWhatWeRead) {
  std::string text;
  append_receipt_text({.id = "42",
                       .submit_date = "2603021000",
                       .done_date = "2603021001",
                       .stat = "DELIVRD",
                       .err = "",
                       .text = "a text of more than twenty characters",
                       .sub = 1,
                       .dlvrd = 1},
                      text);
  EXPECT_EQ(text,
            "id:42 sub:001 dlvrd:001 submit date:2603021000 done date:2603021001 stat:DELIVRD err:000 "
            "text:a text of more than ");
  EXPECT_EQ(parse_receipt_text(text).id, "42");
  for (int s = 1; s <= 8; ++s) {
    const auto state = static_cast<MessageState>(s);
    EXPECT_EQ(state_of_stat(stat_of_state(state)), state);
  }
}

std::string on_submit(std::string_view raw, MessageIdForm form) {
  return canonical_message_id(raw, form, MessageIdSource::kSubmitResponse);
}
std::string on_receipt(std::string_view raw, MessageIdForm form) {
  return canonical_message_id(raw, form, MessageIdSource::kReceipt);
}

TEST(SmppMessageId, BothSpellingsMeet) {
  using F = MessageIdForm;
  EXPECT_EQ(on_submit("00AB", F::kVerbatim), "00AB");
  EXPECT_EQ(on_submit("0000000042", F::kDecimal), on_receipt("42", F::kDecimal));
  EXPECT_EQ(on_submit("0000ABCD", F::kHex), on_receipt("abcd", F::kHex));
  EXPECT_EQ(on_submit("4D2", F::kSubmitHexReceiptDecimal),
            on_receipt("0000001234", F::kSubmitHexReceiptDecimal));
  EXPECT_EQ(on_submit("1234", F::kSubmitDecimalReceiptHex),
            on_receipt("0x4d2 ", F::kSubmitDecimalReceiptHex));
  EXPECT_EQ(on_submit("0000", F::kDecimal), "0");
  EXPECT_EQ(on_submit("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", F::kSubmitHexReceiptDecimal),
            "340282366920938463463374607431768211455");
}

TEST(SmppMessageId, WhatIsNoNumberStaysItself) {
  using F = MessageIdForm;
  EXPECT_EQ(on_submit(" msg-1 ", F::kHex), "msg-1");
  EXPECT_EQ(on_submit("", F::kHex), "");
  EXPECT_EQ(on_submit("0x", F::kHex), "0x");
  const std::string huge(40, 'A');
  EXPECT_EQ(on_submit("00" + huge, F::kHex), std::string(40, 'a'));
  EXPECT_EQ(numeric_message_id("4d2", F::kHex, MessageIdSource::kReceipt), 1234U);
  EXPECT_FALSE(numeric_message_id("4d2", F::kDecimal, MessageIdSource::kReceipt));
  EXPECT_FALSE(numeric_message_id("10000000000000000", F::kHex, MessageIdSource::kReceipt));
  EXPECT_FALSE(numeric_message_id("12", F::kVerbatim, MessageIdSource::kReceipt));
}

TEST(SmppMessageId, FormNamesRoundTrip) {
  for (const auto form : {MessageIdForm::kVerbatim, MessageIdForm::kDecimal, MessageIdForm::kHex,
                          MessageIdForm::kSubmitHexReceiptDecimal, MessageIdForm::kSubmitDecimalReceiptHex})
    EXPECT_EQ(parse_message_id_form(message_id_form_name(form)), form);
  EXPECT_FALSE(parse_message_id_form("octal"));
}

}  // namespace
}  // namespace yizhan::smpp
