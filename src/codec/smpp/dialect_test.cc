#include "codec/smpp/dialect.h"

#include <gtest/gtest.h>

#include "codec/smpp/pdu.h"

namespace yizhan::smpp {
namespace {

using namespace std::literals;
using codec::Act;
using codec::Fault;
using codec::MessageRef;
using codec::Pdu;
using codec::Role;
using codec::Side;

class SmppDialect : public ::testing::Test {
 protected:
  Pdu read(const codec::Dialect& dialect) {
    Pdu pdu;
    EXPECT_EQ(dialect.frame(wire_).length, wire_.size());
    dialect.read(wire_, pdu);
    return pdu;
  }

  const std::unique_ptr<codec::Dialect> client_ = make_dialect({});
  const std::unique_ptr<codec::Dialect> server_ = make_dialect({.side = Side::kServer});
  Bytes wire_;
};

TEST_F(SmppDialect, LogsInAndIsKnownByItsPassword) {
  for (const Role role : {Role::kSend, Role::kReceive, Role::kBoth}) {
    wire_.clear();
    ASSERT_TRUE(client_->write_login(wire_, {7}, {.account = "erp", .secret = "secret", .role = role}));
    const Pdu pdu = read(*server_);
    ASSERT_EQ(pdu.act, Act::kLogin);
    EXPECT_EQ(pdu.login.account, "erp");
    EXPECT_EQ(pdu.login.role, role);
    EXPECT_TRUE(server_->proves(pdu.login, "secret"));
    EXPECT_FALSE(server_->proves(pdu.login, "secrets"));
    EXPECT_FALSE(server_->proves(pdu.login, "secre"));
    EXPECT_FALSE(server_->proves(pdu.login, ""));
    Bytes answer;
    server_->write_login_answer(answer, pdu.sequence, pdu, "secret", Fault::kBadSecret);
    Pdu answered;
    client_->read(answer, answered);
    EXPECT_EQ(answered.act, Act::kLoginAnswer);
    EXPECT_EQ(answered.sequence.number, 7U);
    EXPECT_EQ(client_->meaning(answered.act, answered.status), codec::StatusMeaning::kBadCredentials);
  }
  EXPECT_FALSE(client_->write_login(wire_, {7}, {.account = "erp", .secret = "longer than nine"}));
}

TEST_F(SmppDialect, DataSmIsASubmitToTheServerAndADeliveryToTheClient) {
  Bytes payload;
  append_tlv(payload, tag::kMessagePayload, as_bytes("hello"sv));
  ASSERT_EQ(encode(wire_, DataSm{.source = "1", .destination = "2", .tlvs = {payload}}, 3), Status::kOk);
  const Pdu submitted = read(*server_);
  ASSERT_EQ(submitted.act, Act::kSubmit);
  EXPECT_EQ(as_chars(submitted.submit.payload), "hello");
  ASSERT_EQ(submitted.submit.destinations.size(), 1U);
  const Pdu delivered = read(*client_);
  ASSERT_EQ(delivered.act, Act::kDeliver);
  Bytes answer;
  client_->write_deliver_answer(answer, delivered.sequence, delivered.deliver.echo, Fault::kQueueFull);
  EXPECT_EQ(parse_header(answer).command, CommandId::kDataSmResp);
  EXPECT_EQ(parse_header(answer).status, Status::kTemporaryAppError);
}

TEST_F(SmppDialect, SeveralDestinationsGoAsSubmitMulti) {
  codec::Submit submit{.source = "10690", .destinations = {"8613800000001", "8613800000002"}};
  ASSERT_EQ(client_->write_submit(wire_, {9}, submit), Fault::kNone);
  const Pdu pdu = read(*server_);
  ASSERT_EQ(pdu.act, Act::kSubmit);
  EXPECT_EQ(pdu.submit.destinations, submit.destinations);
  Bytes answer;
  server_->write_submit_answer(answer, pdu.sequence, pdu.command, Fault::kNone, MessageRef("17"));
  Pdu answered;
  client_->read(answer, answered);
  EXPECT_EQ(answered.act, Act::kSubmitAnswer);
  EXPECT_EQ(answered.submit_answer.message.view(), "17");
}

TEST_F(SmppDialect, ALongPayloadAndSarPartsTravelAsParameters) {
  const Bytes content(300, 'x');
  const text::UserDataHeader part{.bytes = 0, .reference = 513, .total = 4, .number = 2};
  codec::Submit submit{.source = "1", .destinations = {"2"}, .payload = content};
  submit.part = part;
  ASSERT_EQ(client_->write_submit(wire_, {9}, submit), Fault::kNone);
  const Pdu pdu = read(*server_);
  ASSERT_EQ(pdu.act, Act::kSubmit);
  EXPECT_EQ(to_hex(pdu.submit.payload), to_hex(content));
  EXPECT_EQ(pdu.submit.part, part);
}

TEST_F(SmppDialect, AReceiptComesBackAsItWasMeant) {
  codec::Deliver deliver{.source = "8613800000001", .destination = "10690"};
  deliver.receipt = codec::Receipt{.message = MessageRef("42"),
                                   .state = codec::ReceiptState::kUndeliverable,
                                   .stat = "UNDELIV",
                                   .error = "012",
                                   .code = {},
                                   .submitted = "2607231405",
                                   .done = "2607231406"};
  ASSERT_TRUE(server_->write_deliver(wire_, {4}, deliver));
  const Pdu pdu = read(*client_);
  ASSERT_EQ(pdu.act, Act::kDeliver);
  ASSERT_TRUE(pdu.deliver.receipt);
  EXPECT_EQ(pdu.deliver.receipt->message.view(), "42");
  EXPECT_EQ(pdu.deliver.receipt->state, codec::ReceiptState::kUndeliverable);
  EXPECT_EQ(pdu.deliver.receipt->stat, "UNDELIV");
  EXPECT_EQ(pdu.deliver.receipt->error, "012");
  EXPECT_EQ(pdu.deliver.receipt->done, "2607231406");
  EXPECT_FALSE(pdu.deliver.receipt->intermediate);
}

TEST_F(SmppDialect, WhatIsNotServedIsRefusedByItsOwnResponse) {
  ASSERT_EQ(encode(wire_, CancelSm{.message_id = "1"}, 6), Status::kOk);
  Pdu pdu = read(*server_);
  EXPECT_EQ(pdu.act, Act::kUnwanted);
  Bytes answer;
  server_->write_refusal(answer, pdu, pdu.fault);
  EXPECT_EQ(parse_header(answer).command, CommandId::kCancelSmResp);
  EXPECT_EQ(parse_header(answer).status, Status::kCancelFailed);
  EXPECT_EQ(parse_header(answer).sequence, 6U);

  wire_.clear();
  encode_header(wire_, static_cast<CommandId>(0x77), Status::kOk, 8);
  pdu = read(*server_);
  answer.clear();
  server_->write_refusal(answer, pdu, pdu.fault);
  EXPECT_EQ(parse_header(answer).command, CommandId::kGenericNack);
  EXPECT_EQ(parse_header(answer).status, Status::kInvalidCommandId);

  wire_.clear();
  encode_header(wire_, CommandId::kSubmitSm, Status::kOk, 9);
  pdu = read(*server_);
  EXPECT_EQ(pdu.act, Act::kMalformed);
  answer.clear();
  server_->write_refusal(answer, pdu, pdu.fault);
  EXPECT_EQ(parse_header(answer).command, CommandId::kSubmitSmResp);
  EXPECT_NE(parse_header(answer).status, Status::kOk);
}

}  // namespace
}  // namespace yizhan::smpp
