#include <gtest/gtest.h>

#include "link/access_test_support.h"
#include "text/segmentation.h"

namespace yizhan::link {
namespace {

using codec::Act;
using codec::Fault;
using codec::Protocol;
using Outcome = AccessHandler::DeliveryOutcome;

// Deliveries to the applications of an account, over real sockets.
class AccessDeliveryTest : public AccessServerFixture, public ::testing::WithParamInterface<Protocol> {
 protected:
  Application connect() { return AccessServerFixture::connect(GetParam()); }
  static AccessDelivery message(uint64_t id, std::string text = "TD") {
    return {.id = id, .source = "8613800000001", .destination = "10690001", .text = std::move(text)};
  }
  static codec::MessageRef ref(Protocol protocol, uint64_t number) {
    const auto dialect = codec::make_dialect(protocol, {.side = codec::Side::kServer});
    return dialect->message_ref(number, {.number = 5, .node = 3'010'012'345, .time = 1'128'053'000});
  }
  AccessDelivery receipt(uint64_t id, Protocol protocol) {
    AccessDelivery out{.id = id, .source = "8613800000001", .destination = "10690001"};
    out.receipt = {.message = ref(protocol, id),
                   .protocol = protocol,
                   .state = codec::ReceiptState::kDelivered,
                   .stat = "DELIVRD",
                   .error = "000",
                   .submitted = Time{.us = 1'795'843'800'000'000},  // 2026-11-28T05:30:00Z
                   .done = Time{.us = 1'795'843'860'000'000}};
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(All, AccessDeliveryTest, ::testing::ValuesIn(codec::kProtocols), protocol_test_name);

TEST_P(AccessDeliveryTest, AMessageOfAHandsetReachesTheApplication) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  ASSERT_TRUE(handler_.wait_for_receivers(1));
  EXPECT_EQ(handler_.receivers[0], kErp);
  server_->deliver(kErp, {message(1, "退订 ok")});
  const auto got = app.expect(Act::kDeliver);
  EXPECT_EQ(got.pdu.deliver.source, "8613800000001");
  EXPECT_EQ(got.pdu.deliver.destination, "10690001");
  EXPECT_FALSE(got.pdu.deliver.receipt);
  const auto encoding = codec::encoding_of(got.pdu.deliver.coding, app.dialect().options());
  ASSERT_TRUE(encoding);
  std::string text;
  text::append_decoded(*encoding, got.pdu.deliver.payload, text);
  EXPECT_EQ(text, "退订 ok");
  EXPECT_TRUE(handler_.delivered.empty());
  app.answer(got);
  EXPECT_EQ(handler_.take_delivered(1).at(1), Outcome::kTaken);
}

TEST_P(AccessDeliveryTest, AReceiptReachesTheApplication) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  server_->deliver(kErp, {receipt(42, GetParam())});
  const auto got = app.expect(Act::kDeliver);
  ASSERT_TRUE(got.pdu.deliver.receipt);
  const codec::Receipt& r = *got.pdu.deliver.receipt;
  EXPECT_EQ(r.message.view(), ref(GetParam(), 42).view());
  EXPECT_EQ(r.state, codec::ReceiptState::kDelivered);
  if (GetParam() != Protocol::kSgip12) {  // whose report has neither
    EXPECT_EQ(r.stat, "DELIVRD");
    EXPECT_EQ(r.submitted, "2611281330");
    EXPECT_EQ(r.done, "2611281331");
  }
  app.answer(got);
  EXPECT_EQ(handler_.take_delivered(1).at(42), Outcome::kTaken);
}

TEST_P(AccessDeliveryTest, SegmentsOfOneMessageCarryItsWholeTextInOrder) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  std::string text;
  for (int i = 0; i < 50; ++i) text += "驿站短信";
  server_->deliver(kErp, {message(0x2A, text), message(2)});
  std::string received;
  for (uint8_t number = 1; number <= 3; ++number) {
    const auto got = app.expect(Act::kDeliver);
    ASSERT_TRUE(got.pdu.deliver.part);
    EXPECT_EQ(got.pdu.deliver.part->reference, 0x2A);
    EXPECT_EQ(got.pdu.deliver.part->total, 3);
    EXPECT_EQ(got.pdu.deliver.part->number, number);
    EXPECT_EQ(got.pdu.deliver.coding, codec::Coding::kUcs2);
    text::append_decoded(text::Encoding::kUcs2, got.pdu.deliver.payload.subspan(got.pdu.deliver.part->bytes),
                         received);
    app.answer(got);
  }
  EXPECT_EQ(received, text);
  EXPECT_EQ(handler_.take_delivered(1).at(0x2A), Outcome::kTaken);
  app.answer(app.expect(Act::kDeliver));
  EXPECT_EQ(handler_.take_delivered(1).at(2), Outcome::kTaken);
}

TEST_P(AccessDeliveryTest, GoesRoundTheSessionsThatReceive) {
  start();
  Application first = connect(), second = connect();
  ASSERT_EQ(first.login_to_receive(), 0U);
  ASSERT_EQ(second.login_to_receive(), 0U);
  std::vector<AccessDelivery> messages;
  for (uint64_t id = 1; id <= 4; ++id) messages.push_back(message(id));
  server_->deliver(kErp, std::move(messages));
  for (int i = 0; i < 2; ++i) {
    first.answer(first.expect(Act::kDeliver));
    second.answer(second.expect(Act::kDeliver));
  }
  EXPECT_EQ(handler_.take_delivered(4).size(), 4U);
}

TEST_P(AccessDeliveryTest, WithoutASessionThatReceivesItIsForAnotherTry) {
  start();
  server_->deliver(kErp, {message(1)});
  EXPECT_EQ(handler_.take_delivered(1).at(1), Outcome::kAgain);
  if (GetParam() == Protocol::kCmpp20 || GetParam() == Protocol::kCmpp30) return;  // all receive
  Application sender = connect();
  ASSERT_EQ(sender.login("erp", "secret", codec::Role::kSend), 0U);
  server_->deliver(kErp, {message(2)});
  EXPECT_EQ(handler_.take_delivered(1).at(2), Outcome::kAgain);
  EXPECT_TRUE(handler_.receivers.empty());
}

TEST_P(AccessDeliveryTest, TheAnswerDecides) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  const std::vector<std::pair<Fault, Outcome>> cases = {{Fault::kQueueFull, Outcome::kAgain},
                                                        {Fault::kThrottled, Outcome::kAgain},
                                                        {Fault::kBadDestination, Outcome::kRefused},
                                                        {Fault::kNone, Outcome::kTaken}};
  for (const auto& [fault, outcome] : cases) {
    const auto id = static_cast<uint64_t>(fault) + 1;
    server_->deliver(kErp, {message(id)});
    app.answer(app.expect(Act::kDeliver), fault);
    EXPECT_EQ(handler_.take_delivered(1).at(id), outcome) << id;
  }
}

TEST_P(AccessDeliveryTest, AnAnswerThatDoesNotComeIsForAnotherTry) {
  config_.deliver_timeout = milliseconds(20);
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  server_->deliver(kErp, {message(1)});
  const auto late = app.expect(Act::kDeliver);
  EXPECT_EQ(handler_.take_delivered(1).at(1), Outcome::kAgain);
  app.answer(late);
  server_->deliver(kErp, {message(2)});
  app.answer(app.expect(Act::kDeliver));
  EXPECT_EQ(handler_.take_delivered(1).at(2), Outcome::kTaken);
}

TEST_P(AccessDeliveryTest, WhatALostSessionHadComesAgainAfterReconnecting) {
  start();
  {
    Application app = connect();
    ASSERT_EQ(app.login_to_receive(), 0U);
    server_->deliver(kErp, {message(1), message(2)});
    app.answer(app.expect(Act::kDeliver));
    app.expect(Act::kDeliver);
    EXPECT_EQ(handler_.take_delivered(1).at(1), Outcome::kTaken);
  }
  EXPECT_EQ(handler_.take_delivered(1).at(2), Outcome::kAgain);
  Application again = connect();
  ASSERT_EQ(again.login_to_receive(), 0U);
  ASSERT_TRUE(handler_.wait_for_receivers(2));
  server_->deliver(kErp, {message(2)});
  again.answer(again.expect(Act::kDeliver));
  EXPECT_EQ(handler_.take_delivered(1).at(2), Outcome::kTaken);
}

TEST_P(AccessDeliveryTest, WhatALostSessionHadIsOfferedToTheOthers) {
  start();
  Application other = connect();
  ASSERT_EQ(other.login_to_receive(), 0U);
  ASSERT_TRUE(handler_.wait_for_receivers(1));
  {
    Application app = connect();
    ASSERT_EQ(app.login_to_receive(), 0U);
    ASSERT_TRUE(handler_.wait_for_receivers(2));
    server_->deliver(kErp, {message(1), message(2)});
    other.answer(other.expect(Act::kDeliver));
    app.expect(Act::kDeliver);
  }
  const auto outcomes = handler_.take_delivered(2);
  EXPECT_EQ(std::ranges::count(outcomes, Outcome::kAgain, &std::pair<const uint64_t, Outcome>::second), 1);
  EXPECT_TRUE(handler_.wait_for_receivers(3));
}

TEST_P(AccessDeliveryTest, AReceiptGoesOnlyWhereItsIdIsSpelledSo) {
  start();
  const bool is_smpp = GetParam() == Protocol::kSmpp34;
  const Protocol foreign = is_smpp ? Protocol::kSmgp30 : Protocol::kSmpp34;
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  server_->deliver(kErp, {receipt(1, foreign)});
  EXPECT_EQ(handler_.take_delivered(1).at(1), Outcome::kAgain);
  Application speaks_it = AccessServerFixture::connect(foreign);
  ASSERT_EQ(speaks_it.login_to_receive(), 0U);
  server_->deliver(kErp, {receipt(1, foreign), receipt(2, GetParam()), receipt(3, foreign)});
  speaks_it.answer(speaks_it.expect(Act::kDeliver));
  speaks_it.answer(speaks_it.expect(Act::kDeliver));
  app.answer(app.expect(Act::kDeliver));
  EXPECT_EQ(handler_.take_delivered(3).size(), 3U);
}

TEST_P(AccessDeliveryTest, AFullSessionSaysWhenThereIsRoomAgain) {
  start();
  Application app = connect();
  ASSERT_EQ(app.login_to_receive(), 0U);
  ASSERT_TRUE(handler_.wait_for_receivers(1));
  constexpr size_t kSurplus = 5;
  std::vector<AccessDelivery> messages;
  for (uint64_t id = 1; id <= limits::kAccessDeliveries + kSurplus; ++id) messages.push_back(message(id));
  server_->deliver(kErp, std::move(messages));
  const auto surplus = handler_.take_delivered(kSurplus);
  EXPECT_EQ(surplus.begin()->first, limits::kAccessDeliveries + 1);
  EXPECT_EQ(surplus.begin()->second, Outcome::kAgain);
  for (size_t i = 0; i < limits::kAccessDeliveries / 2; ++i) app.answer(app.expect(Act::kDeliver));
  EXPECT_TRUE(handler_.wait_for_receivers(2));
}

}  // namespace
}  // namespace yizhan::link
