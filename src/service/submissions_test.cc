#include "service/submissions.h"

#include <gtest/gtest.h>

#include "domain/application.h"
#include "engine/application_upkeep.h"
#include "engine/housekeeping.h"
#include "engine/inbound.h"
#include "service/applications.h"
#include "service/submission_batch.h"
#include "support/sending_store.h"
#include "text/utf8.h"

namespace yizhan::service {
namespace {

using codec::Fault;
using domain::AttemptOutcome;
using domain::MessageClass;
using link::AccessSubmit;

constexpr const char* kAccessCode = "10690001";

class SubmissionsTest : public testing::SendingStoreTest {
 protected:
  void SetUp() override {
    SendingStoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ok(world_->add_customers(3));
    channel_ = ok(world_->add_channel(1));
    code_ = content(MessageClass::kVerification, "您的验证码是{code}，{minutes}分钟内有效。", "");
    notice_ = content(MessageClass::kNotification, "您的订单{order}已发货。", "");
    offer_ = content(MessageClass::kMarketing, "亲爱的{name}，全场九折。", "拒收请回复R");
    submissions_.emplace(store(), screen_);
    account_ = account({code_, notice_, offer_});
  }

  int64_t account(const std::vector<int64_t>& contents,
                  std::vector<MessageClass> classes = {
                      MessageClass::kVerification, MessageClass::kNotification, MessageClass::kMarketing}) {
    ApplicationSpec spec;
    spec.name = "ERP " + std::to_string(++accounts_);
    spec.login = "erp" + std::to_string(accounts_);
    spec.secret = "secret";
    spec.protocols = {domain::ChannelProtocol::kSmpp, domain::ChannelProtocol::kCmpp3};
    spec.message_classes = std::move(classes);
    spec.access_code = kAccessCode;
    spec.channel_id = ChannelId{channel_};
    for (const int64_t id : contents) spec.contents.push_back(ContentId{id});
    return ok(Applications(store()).create({store::ActorKind::kCommandLine, 0, "test", {}, {}}, spec))
        .id.value;
  }

  AccessSubmit submit(std::string_view text, std::string destination = "13800000000") {
    AccessSubmit s;
    s.token = ++token_;
    s.account_id = account_;
    s.sequence = {.number = static_cast<uint32_t>(token_)};
    s.source = kAccessCode;
    s.destinations = {std::move(destination)};
    text::append_utf16be(text, s.text);
    s.coding = codec::Coding::kUcs2;
    s.at = clock_.now();
    return s;
  }
  static constexpr const char* kCode = "【驿站】您的验证码是482913，5分钟内有效。";
  static constexpr const char* kOffer = "【驿站】亲爱的张三，全场九折。拒收请回复R";

  // The parts of a text, cut after so many characters.
  std::vector<AccessSubmit> parts(std::u16string_view text, size_t characters, uint16_t reference = 7,
                                  const std::string& destination = "13800000000") {
    std::vector<AccessSubmit> all;
    const auto total = static_cast<uint8_t>((text.size() + characters - 1) / characters);
    for (uint8_t n = 1; n <= total; ++n) {
      AccessSubmit s = submit("", destination);
      for (const char16_t c : text.substr((n - 1) * characters, characters)) {
        s.text.push_back(static_cast<uint8_t>(c >> 8));
        s.text.push_back(static_cast<uint8_t>(c));
      }
      s.part = {.bytes = 6, .reference = reference, .total = total, .number = n};
      all.push_back(std::move(s));
    }
    return all;
  }
  static constexpr std::u16string_view kLongCode = u"【驿站】您的验证码是482913，5分钟内有效。";

  SubmissionAnswers all(const std::vector<AccessSubmit>& submits) {
    return ok(submissions_->submit(submits));
  }
  SubmissionAnswer one(const AccessSubmit& s) { return all({s}).answers.at(0); }
  Fault fault(const AccessSubmit& s) { return one(s).fault; }

  int64_t batch() { return value("SELECT max(id) FROM batch"); }
  // What waits for the application, in order: "DELIVRD 000 <reference>", "reply <destination>".
  std::vector<std::string> waiting(int64_t application) {
    std::vector<std::string> found;
    ok(db().read([&](db::Tx& tx) {
      return tx.each(
          store::q::application_delivery_page,
          [&](const db::Row& row) {
            found.push_back(row.as<domain::ApplicationDeliveryKind>(1) ==
                                    domain::ApplicationDeliveryKind::kReply
                                ? "reply " + row.string(10)
                                : row.string(8) + " " + row.string(9) + " " + std::to_string(row.i64(3)));
          },
          application, INT64_MAX, 100);
    }));
    return found;
  }
  std::vector<std::string> waiting() { return waiting(account_); }
  static std::string receipt(std::string_view stat, const SubmissionAnswer& answer,
                             domain::Reason reason = domain::Reason::kNone) {
    return std::string(stat) + " " + engine::receipt_error(reason) + " " +
           std::to_string(answer.name.reference);
  }
  // The carrier's receipt.
  engine::ReceiptEntry carrier_receipt(const engine::ClaimedSegment& s, std::string code = "DELIVRD",
                                       int64_t state = engine::receipt_state::kDelivered) {
    return SendingStoreTest::receipt(s, std::move(code), state);
  }
  void set_hour(std::string_view at) { clock_.set(parse_rfc3339(at).value()); }

  std::optional<Submissions> submissions_;
  int64_t account_ = 0, accounts_ = 0;
  int64_t code_ = 0, notice_ = 0, offer_ = 0;
  uint64_t token_ = 0;
};
YIZHAN_FOR_EACH_STORE(SubmissionsTest);

TEST_P(SubmissionsTest, WhatIsApprovedIsQueuedAndDelivered) {
  const auto answers = all({submit(kCode), submit(kOffer, "+8613800000001")});
  EXPECT_TRUE(answers.queued);
  ASSERT_EQ(answers.answers.size(), 2U);
  EXPECT_EQ(answers.answers[0].fault, Fault::kNone);
  EXPECT_EQ(answers.answers[1].fault, Fault::kNone);
  EXPECT_EQ(answers.answers[0].token, 1U);
  EXPECT_EQ(count("batch WHERE origin = 4 AND state = 2 AND total = 1"), 2);
  EXPECT_EQ(count("outbox"), 2);
  EXPECT_EQ(count("submission"), 2);
  EXPECT_EQ(state_of(answers.answers[0].name.reference), "queued");

  const int64_t of = value("SELECT batch_id FROM message ORDER BY id LIMIT 1");
  const auto segments = claim(of);
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments[0].number, testing::SendingWorld::number_of(0));
  apply({response(segments[0], AttemptOutcome::kAccepted)});
  EXPECT_TRUE(waiting().empty());
  apply({}, {carrier_receipt(segments[0])});
  EXPECT_EQ(waiting(), std::vector{receipt("DELIVRD", answers.answers[0])});
  expect_counted(of);
  EXPECT_EQ(count("frequency_use"), 1);
}

TEST_P(SubmissionsTest, TheBodyAloneIsMadeWhole) {
  const auto answer = one(submit("亲爱的李四，全场九折。"));
  EXPECT_EQ(answer.fault, Fault::kNone);
  const auto c = prepare(batch());
  write([&](db::Tx& tx) { return c->commit(tx); });
  ASSERT_EQ(c->segments().size(), 1U);
  std::string sent;
  text::append_decoded(c->segments()[0].encoding, c->payload(c->segments()[0]), sent);
  EXPECT_EQ(sent, "【驿站】亲爱的李四，全场九折。拒收请回复R");
}

TEST_P(SubmissionsTest, OtherWordsAreNotApproved) {
  EXPECT_EQ(fault(submit("【驿站】您中奖了，点击领取。")), Fault::kNotApproved);
  EXPECT_EQ(fault(submit("【别家】您的验证码是482913，5分钟内有效。")), Fault::kNotApproved);
  // Approved, but another account's.
  account_ = account({});
  EXPECT_EQ(fault(submit(kCode)), Fault::kNotApproved);
  // Its content, but not its class.
  account_ = account({code_}, {MessageClass::kVerification});
  EXPECT_EQ(fault(submit(kCode)), Fault::kNone);
  execute("UPDATE application SET message_classes = 4");
  EXPECT_EQ(fault(submit(kCode)), Fault::kNotApproved);
  EXPECT_EQ(count("message"), 1);
}

TEST_P(SubmissionsTest, AnApprovalThatIsGoneCountsNoMore) {
  EXPECT_EQ(fault(submit(kCode)), Fault::kNone);
  execute("UPDATE content SET approved_version_id = 0 WHERE id = " + std::to_string(code_));
  EXPECT_EQ(fault(submit(kCode)), Fault::kNotApproved);
  // What was taken before meets the gates again.
  const auto id = value("SELECT max(id) FROM message");
  claim(batch());
  EXPECT_EQ(state_of(id), "refused approval_void");
  EXPECT_EQ(waiting(), std::vector{"REJECTD 010 " + std::to_string(id)});
  expect_counted(batch());
}

TEST_P(SubmissionsTest, FormIsJudgedFirst) {
  AccessSubmit s = submit(kCode);
  s.source = "10699999";
  EXPECT_EQ(fault(s), Fault::kBadSource);
  EXPECT_EQ(fault(submit(kCode, "12345")), Fault::kBadDestination);
  EXPECT_EQ(fault(submit(kCode, "02112345678")), Fault::kBadDestination);
  s = submit(kCode);
  s.coding = codec::Coding::kBinary;
  EXPECT_EQ(fault(s), Fault::kBadCoding);
  s = submit(kCode);
  s.part = {.bytes = 6, .reference = 1, .total = 11, .number = 1};
  EXPECT_EQ(fault(s), Fault::kTooLong);
  s.part = {.bytes = 6, .reference = 1, .total = 3, .number = 4};
  EXPECT_EQ(fault(s), Fault::kBadCoding);
  s = submit(kCode);
  s.validity = "260302095900032+";
  EXPECT_EQ(fault(s), Fault::kExpired);
  execute("UPDATE application SET enabled = 0");
  EXPECT_EQ(fault(submit(kCode)), Fault::kBadAccount);
  EXPECT_EQ(count("message"), 0);
  EXPECT_EQ(count("submission_part"), 0);
}

TEST_P(SubmissionsTest, MarketingNeedsConsent) {
  EXPECT_EQ(fault(submit(kOffer)), Fault::kNone);
  EXPECT_EQ(fault(submit(kOffer, "13900000001")), Fault::kNoConsent) << "nobody knows this number";
  EXPECT_EQ(count("customer"), 3);
  execute("UPDATE consent_state SET kind = 2 WHERE customer_id = 2");
  EXPECT_EQ(fault(submit(kOffer, "13800000001")), Fault::kNoConsent);
  execute("UPDATE customer SET suppressed = 8 WHERE id = 3");
  EXPECT_EQ(fault(submit(kOffer, "13800000002")), Fault::kNoConsent);
  EXPECT_EQ(fault(submit(kCode, "13800000002")), Fault::kNone);
}

TEST_P(SubmissionsTest, StrangersAreWrittenDownOnce) {
  const auto answers = all({submit(kCode, "13900000001"), submit("您的订单7已发货。", "8613900000001"),
                            submit("瞎说", "13900000002")});
  EXPECT_EQ(answers.answers[0].fault, Fault::kNone);
  EXPECT_EQ(answers.answers[1].fault, Fault::kNone);
  EXPECT_EQ(answers.answers[2].fault, Fault::kNotApproved);
  EXPECT_EQ(count("customer"), 4);
  EXPECT_EQ(count("customer WHERE zone = 'Asia/Shanghai' AND region = 'CN' AND import_id = 0"
                  " AND attributes LIKE '%application%'"),
            1);
  EXPECT_EQ(fault(submit("您的订单8已发货。", "13900000001")), Fault::kNone);
  EXPECT_EQ(count("customer"), 4);
  // The suppression list knows strangers too.
  const auto index = store().number_index.of("8613900000009");
  write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(
        tx.run(store::q::suppression_insert, 1, index, Bytes{1}, MessageClass::kVerification, "", 1, 0, 0));
    return {};
  });
  EXPECT_EQ(fault(submit(kCode, "13900000009")), Fault::kNoConsent);
  EXPECT_EQ(count("customer"), 4);
}

TEST_P(SubmissionsTest, FrequencyCountsWhatIsSubmittedTogether) {
  // Verification: one a minute.
  const auto answers = all({submit(kCode), submit(kCode), submit(kCode, "13800000001")});
  EXPECT_EQ(answers.answers[0].fault, Fault::kNone);
  EXPECT_EQ(answers.answers[1].fault, Fault::kFrequency);
  EXPECT_EQ(answers.answers[2].fault, Fault::kNone);
  EXPECT_EQ(claim(batch()).size(), 2U);
  EXPECT_EQ(fault(submit(kCode)), Fault::kFrequency);
  clock_.advance(minutes(2));
  EXPECT_EQ(fault(submit(kCode)), Fault::kNone);
}

TEST_P(SubmissionsTest, OneClaimCountsItsOwnMessages) {
  // Taken one after the other before the first has left: the claim lets one go.
  const auto first = one(submit(kCode)), second = one(submit(kCode));
  EXPECT_EQ(second.fault, Fault::kNone);
  EXPECT_EQ(claim(batch()).size(), 1U);
  EXPECT_EQ(state_of(first.name.reference), "in_flight");
  EXPECT_EQ(state_of(second.name.reference), "refused frequency_exceeded");
  EXPECT_EQ(waiting(), std::vector{receipt("REJECTD", second, domain::Reason::kFrequency)});
  expect_counted(batch());
}

TEST_P(SubmissionsTest, AnEmergencyStopIsNoRoom) {
  auto settings = ok(db().read([](db::Tx& tx) { return store::load_sending_settings(tx); }));
  settings.emergency_stop = true;
  write([&](db::Tx& tx) { return store::save_sending_settings(tx, store(), settings, 0); });
  EXPECT_EQ(fault(submit(kCode)), Fault::kQueueFull);
  EXPECT_EQ(count("message"), 0);
}

TEST_P(SubmissionsTest, OutsideTheHoursItWaits) {
  set_hour("2026-03-02T22:00:00+08:00");
  const auto answer = one(submit(kOffer));
  EXPECT_EQ(answer.fault, Fault::kNone);
  EXPECT_EQ(state_of(answer.name.reference), "held outside_window");
  EXPECT_EQ(value("SELECT due_at FROM deferred"), parse_rfc3339("2026-03-03T09:00:00+08:00").value().us);
  EXPECT_EQ(count("outbox"), 0);
  EXPECT_EQ(fault(submit(kCode)), Fault::kNone);
  EXPECT_EQ(count("outbox"), 1) << "a code goes at any hour";
  AccessSubmit s = submit(kOffer, "13800000001");
  s.validity = "000000020000000R";
  EXPECT_EQ(fault(s), Fault::kExpired);
  expect_counted(value("SELECT batch_id FROM message WHERE id = " + std::to_string(answer.name.reference)));
}

TEST_P(SubmissionsTest, WhatScreeningBlocksIsNotApproved) {
  submissions_.emplace(store(), [](std::string_view text, MessageClass) { return !text.contains("666"); });
  EXPECT_EQ(fault(submit("您的订单666已发货。")), Fault::kNotApproved);
  EXPECT_EQ(fault(submit("您的订单665已发货。")), Fault::kNone);
}

TEST_P(SubmissionsTest, SeveralNumbersStandForThemselves) {
  AccessSubmit s = submit(kOffer);
  s.protocol = codec::Protocol::kCmpp30;
  s.destinations = {"13800000000", "13900000001", "13800000002"};
  const auto answer = one(s);
  EXPECT_EQ(answer.fault, Fault::kNone);
  EXPECT_EQ(count("message"), 2);
  const int64_t first = answer.name.reference;
  EXPECT_EQ(first >> 16, (first + 2) >> 16);
  EXPECT_EQ(state_of(first), "queued");
  EXPECT_EQ(state_of(first + 2), "queued");
  EXPECT_EQ(waiting(), std::vector{"REJECTD 016 " + std::to_string(first + 1)});
  s.destinations = {"13900000001", "13900000002"};
  EXPECT_EQ(fault(s), Fault::kNoConsent);
  EXPECT_EQ(waiting().size(), 1U) << "the answer says it";
}

TEST_P(SubmissionsTest, PartsInAnyOrderMakeOneMessage) {
  const auto p = parts(kLongCode, 10);
  ASSERT_EQ(p.size(), 3U);
  const auto third = one(p[2]), first = one(p[0]);
  EXPECT_EQ(third.fault, Fault::kNone);
  EXPECT_EQ(count("message"), 0);
  EXPECT_EQ(count("submission_part"), 2);
  const auto second = one(p[1]);
  EXPECT_EQ(second.fault, Fault::kNone);
  EXPECT_EQ(count("message"), 1);
  EXPECT_EQ(state_of(second.name.reference), "queued");
  const auto segments = claim(batch());
  apply({response(segments[0], AttemptOutcome::kAccepted)}, {carrier_receipt(segments[0])});
  auto found = waiting();
  std::ranges::sort(found);
  auto expected =
      std::vector{receipt("DELIVRD", third), receipt("DELIVRD", first), receipt("DELIVRD", second)};
  std::ranges::sort(expected);
  EXPECT_EQ(found, expected) << "one for each part that was acknowledged";
}

TEST_P(SubmissionsTest, APartSentAgainIsAnsweredTheSame) {
  const auto p = parts(kLongCode, 10);
  const auto first = one(p[0]), again = one(p[0]);
  EXPECT_EQ(again.fault, Fault::kNone);
  EXPECT_EQ(again.name.reference, first.name.reference);
  const auto rest = all({p[1], p[2], p[2]});
  EXPECT_EQ(rest.answers[2].fault, Fault::kNone);
  EXPECT_EQ(rest.answers[2].name.reference, rest.answers[1].name.reference);
  EXPECT_EQ(one(p[2]).name.reference, rest.answers[1].name.reference);
  EXPECT_EQ(one(p[0]).name.reference, first.name.reference);
  EXPECT_EQ(count("message"), 1);
  EXPECT_EQ(count("submission_reference"), 2);
}

TEST_P(SubmissionsTest, AReferenceMayComeRoundAgain) {
  all(parts(kLongCode, 10));
  EXPECT_EQ(claim(batch()).size(), 1U);
  clock_.advance(minutes(5));
  const auto other = parts(u"【驿站】您的验证码是111111，5分钟内有效。", 10);
  for (const auto& s : other) EXPECT_EQ(fault(s), Fault::kNone);
  EXPECT_EQ(count("message"), 2);
  EXPECT_EQ(claim(batch()).size(), 1U);
  // One that was never whole expires.
  const auto lost = one(parts(u"【驿站】您的验证码是2", 5)[0]);
  one(parts(u"【别家】您的验证码是3", 5)[0]);
  EXPECT_EQ(waiting(), std::vector{receipt("EXPIRED", lost)});
}

TEST_P(SubmissionsTest, PartsOfARefusedMessageAreRejected) {
  const auto p = parts(u"【驿站】您中奖了，快来领取您的奖品。", 8);
  std::vector<SubmissionAnswer> answers;
  for (const auto& s : p) answers.push_back(one(s));
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].fault, Fault::kNone);
  EXPECT_EQ(answers[2].fault, Fault::kNotApproved);
  EXPECT_EQ(waiting(), (std::vector{receipt("REJECTD", answers[0], domain::Reason::kApprovalVoid),
                                    receipt("REJECTD", answers[1], domain::Reason::kApprovalVoid)}));
  EXPECT_EQ(count("submission_part"), 0);
  EXPECT_EQ(count("message"), 0);
  // In one go, and with the last one repeated: it is refused as often as it is sent.
  const auto at_once = all({p[0], p[1], p[2], p[2]});
  EXPECT_EQ(at_once.answers[2].fault, Fault::kNotApproved);
  EXPECT_EQ(at_once.answers[3].fault, Fault::kNotApproved);
}

TEST_P(SubmissionsTest, ALastPartTurnedAwayForNowMayComeAgain) {
  const auto p = parts(kLongCode, 10);
  one(p[0]);
  one(p[1]);
  auto settings = ok(db().read([](db::Tx& tx) { return store::load_sending_settings(tx); }));
  settings.emergency_stop = true;
  write([&](db::Tx& tx) { return store::save_sending_settings(tx, store(), settings, 0); });
  EXPECT_EQ(fault(p[2]), Fault::kQueueFull);
  EXPECT_EQ(count("submission_part WHERE message_id = 0"), 2);
  settings.emergency_stop = false;
  write([&](db::Tx& tx) { return store::save_sending_settings(tx, store(), settings, 0); });
  EXPECT_EQ(fault(p[2]), Fault::kNone);
  EXPECT_EQ(count("message"), 1);
  EXPECT_TRUE(waiting().empty());
}

TEST_P(SubmissionsTest, PartsOfTwoCodingsAreNoMessage) {
  auto p = parts(kLongCode, 13);
  p[1].coding = codec::Coding::kGb18030;
  EXPECT_EQ(fault(p[0]), Fault::kNone);
  EXPECT_EQ(fault(p[1]), Fault::kBadCoding);
  EXPECT_EQ(count("submission_part"), 0);
}

TEST_P(SubmissionsTest, PartsThatWaitTooLongExpire) {
  const auto p = parts(kLongCode, 10);
  const auto lost = one(p[0]);
  all(parts(kLongCode, 10, 8));
  AccessSubmit silent = parts(kLongCode, 10, 9)[0];
  silent.receipt = codec::ReceiptWish::kNever;
  one(silent);
  engine::ApplicationUpkeep upkeep(store());
  ok(upkeep.round());
  EXPECT_EQ(count("submission_part"), 5);
  clock_.advance(minutes(limits::kSubmissionPartMinutes));
  ok(upkeep.round());
  EXPECT_EQ(count("submission_part"), 0);
  EXPECT_EQ(waiting(), std::vector{receipt("EXPIRED", lost)});
}

TEST_P(SubmissionsTest, EachEndIsTold) {
  // Else a notification whose handset was away is tried again before its end is told.
  write([](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::retry_rule_put, domain::MessageClass::kNotification,
                  domain::CodeAction::kRetryLate, 0, 0));
    return {};
  });
  std::vector<SubmissionAnswer> answers;
  for (int i = 0; i < 5; ++i) answers.push_back(one(submit("您的订单" + std::to_string(i) + "已发货。")));
  const auto s = claim(batch());
  ASSERT_EQ(s.size(), 5U);
  constexpr uint32_t kNoSuchNumber = 0x0B;
  apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted),
         response(s[2], AttemptOutcome::kRejected, kNoSuchNumber), response(s[3], AttemptOutcome::kUnknown),
         response(s[4], AttemptOutcome::kAccepted)});
  EXPECT_EQ(waiting(), (std::vector{receipt("UNDELIV", answers[2], domain::Reason::kNumberVacant),
                                    receipt("UNKNOWN", answers[3], domain::Reason::kNoAnswer)}));
  apply({}, {carrier_receipt(s[0]), carrier_receipt(s[1], "EXPIRED", engine::receipt_state::kExpired)});
  EXPECT_EQ(waiting().size(), 4U);
  EXPECT_EQ(waiting()[2], receipt("DELIVRD", answers[0]));
  EXPECT_TRUE(waiting()[3].starts_with("EXPIRED ")) << waiting()[3];
  // No word for three days.
  clock_.advance(hours(limits::kReceiptOverdueHours + 1));
  engine::Housekeeping housekeeping(store());
  ok(housekeeping.round());
  EXPECT_EQ(waiting(), std::vector{receipt("EXPIRED", answers[4], domain::Reason::kReceiptOverdue)})
      << "the others were not fetched in that time";
  expect_counted(batch());
}

TEST_P(SubmissionsTest, WhatWasUnknownIsCorrected) {
  const auto answer = one(submit(kCode));
  const auto s = claim(batch());
  apply({response(s[0], AttemptOutcome::kUnknown)});
  apply({response(s[0], AttemptOutcome::kAccepted, 0, true)});
  apply({}, {carrier_receipt(s[0])});
  EXPECT_EQ(waiting(),
            (std::vector{receipt("UNKNOWN", answer, domain::Reason::kNoAnswer), receipt("DELIVRD", answer)}));
}

TEST_P(SubmissionsTest, ReceiptsAreWished) {
  AccessSubmit never = submit("您的订单1已发货。"), failures = submit("您的订单2已发货。", "13800000001"),
               failing = submit("您的订单3已发货。", "13800000002");
  never.receipt = codec::ReceiptWish::kNever;
  failures.receipt = failing.receipt = codec::ReceiptWish::kOnFailure;
  const auto answers = all({never, failures, failing}).answers;
  const auto s = claim(batch());
  apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted),
         response(s[2], AttemptOutcome::kUnknown)},
        {carrier_receipt(s[0]), carrier_receipt(s[1])});
  EXPECT_EQ(waiting(), std::vector{receipt("UNKNOWN", answers[2], domain::Reason::kNoAnswer)});
}

TEST_P(SubmissionsTest, CampaignsHaveNoReceipts) {
  const int64_t campaign = another_batch(2);
  const auto s = claim(campaign);
  apply({response(s[0], AttemptOutcome::kAccepted)}, {carrier_receipt(s[0])});
  EXPECT_EQ(count("application_delivery"), 0);
}

TEST_P(SubmissionsTest, RepliesGoToTheLongestAccessCode) {
  const int64_t other = account({});
  execute("UPDATE application SET access_code = '1069000188' WHERE id = " + std::to_string(other));
  const std::vector<engine::InboundEntry> entries = {{"8613800000000", "10690001", "好的", clock_.now()},
                                                     {"8613800000001", "106900018801", "收到", clock_.now()},
                                                     {"8613800000002", "10690002", "谁", clock_.now()},
                                                     {"8613800000001", "1069000199", "R", clock_.now()}};
  write([&](db::Tx& tx) -> Result<> {
    engine::InboundEffects effects;
    YZ_CHECK(engine::apply_inbound(tx, store(), channel_, entries, effects));
    EXPECT_EQ(effects.opt_outs, 1);
    return {};
  });
  EXPECT_EQ(waiting(), (std::vector<std::string>{"reply 10690001", "reply 1069000199"}));
  EXPECT_EQ(waiting(other), std::vector<std::string>{"reply 106900018801"});
  EXPECT_EQ(fault(submit(kOffer, "13800000001")), Fault::kNoConsent) << "the opt-out came first";
}

TEST_P(SubmissionsTest, EachDayHasItsBatchAndItIsClosed) {
  one(submit("您的订单1已发货。"));
  one(submit("您的订单2已发货。", "13800000001"));
  const int64_t first = batch();
  EXPECT_EQ(count("batch"), 1);
  engine::ApplicationUpkeep upkeep(store());
  clock_.advance(hours(23));  // the next day, and the first two are still good
  one(submit("您的订单3已发货。"));
  EXPECT_EQ(count("batch"), 2);
  ok(upkeep.round());
  EXPECT_EQ(count("batch WHERE state = 5"), 0) << "two messages have not left";
  const auto s = claim(first);
  apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kUnknown)});
  clock_.advance(minutes(2));
  ok(upkeep.round());
  EXPECT_EQ(count("batch WHERE state = 5"), 0) << "a receipt is awaited";
  apply({}, {carrier_receipt(s[0])});
  clock_.advance(minutes(2));
  ok(upkeep.round());
  EXPECT_EQ(value("SELECT id FROM batch WHERE state = 5"), first);
  expect_counted(first);
  EXPECT_EQ(value("SELECT total FROM batch WHERE id = " + std::to_string(first)), 2);
  EXPECT_EQ(count("audit_log WHERE action = 'application.batch_close'"), 1);
}

TEST_P(SubmissionsTest, WhatIsNotFetchedIsDroppedInTheEnd) {
  one(submit("您的订单1已发货。"));
  apply({response(claim(batch())[0], AttemptOutcome::kUnknown)});
  EXPECT_EQ(waiting().size(), 1U);
  engine::ApplicationUpkeep upkeep(store());
  clock_.advance(hours(limits::kApplicationDeliveryHours));
  ok(upkeep.round());
  EXPECT_EQ(waiting().size(), 1U);
  clock_.advance(minutes(2));
  ok(upkeep.round());
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(count("audit_log WHERE action = 'application.deliveries_dropped'"), 1);
}

TEST(SubmissionFaults, EveryReasonHasOne) {
  for (const domain::Reason reason : domain::values_of(domain::Reason{}))
    EXPECT_EQ(fault_of(reason) == Fault::kNone, reason == domain::Reason::kNone) << name_of(reason);
  EXPECT_TRUE(is_passing(fault_of(domain::Reason::kEmergencyStop)));
  EXPECT_FALSE(is_passing(fault_of(domain::Reason::kFrequency)));
}

}  // namespace
}  // namespace yizhan::service
