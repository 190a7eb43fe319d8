// What programs ask for over the API: keys, messages by template, repetitions, verification codes.

#include <gtest/gtest.h>

#include "engine/application_upkeep.h"
#include "support/program_world.h"

namespace yizhan::service {
namespace {

using Kind = TemplateAnswer::Kind;
using domain::AttemptOutcome;
using domain::MessageClass;
using domain::Reason;

class ProgramsTest : public testing::ProgramStoreTest {
 protected:
  ErrorCode refused(SubmitMessage message, std::string_view field) {
    const TemplateAnswer answer = answer_to(std::move(message));
    EXPECT_EQ(answer.kind, Kind::kRefused);
    EXPECT_EQ(answer.refusal.error.field, field) << answer.refusal.error.message;
    return answer.refusal.error.code;
  }
  StartVerification verification(std::string number = "13800000000") {
    StartVerification request;
    request.content_id = ContentId{code_};
    request.number = std::move(number);
    request.variables = {{"minutes", "5"}};
    request.attempts = 3;
    return request;
  }
  // The code that a message carries, as its recipient would read it.
  std::string code_of(int64_t message_id) {
    return ok(db().read([&](db::Tx& tx) -> Result<std::string> {
      std::string code;
      const std::array<db::Param, 1> id{db::Param(message_id)};
      YZ_CHECK(
          tx.each_sql("SELECT sealed FROM message WHERE id = $1", id, [&](const db::Row& row) -> Result<> {
            const std::string packed =
                YZ_TRY(store().cipher.open({store::column::kMessagePayload, message_id}, row.blob(0)));
            engine::Recipient recipient;
            YZ_CHECK(engine::unpack(packed, recipient));
            code = *recipient.values.at(0);
            return {};
          }));
      return code;
    }));
  }
  CheckedVerification check(const TemplateAnswer& started, const std::string& code) {
    return ok(programs_->check(*caller_, VerificationId{started.verification_id}, {code}));
  }
  static std::string other_than(std::string code) {
    code[0] = code[0] == '9' ? '0' : static_cast<char>(code[0] + 1);
    return code;
  }
};
YIZHAN_FOR_EACH_STORE(ProgramsTest);

// ---------------------------------------------------------------- messages

TEST_P(ProgramsTest, AMessageByTemplateIsQueuedAndSent) {
  const TemplateAnswer answer = answer_to(notice("A1"));
  EXPECT_EQ(answer.kind, Kind::kTaken);
  EXPECT_EQ(state_of(answer.message_id), "queued");
  EXPECT_EQ(count("outbox"), 1);
  EXPECT_EQ(count("batch WHERE origin = 4 AND state = 2 AND total = 1"), 1);
  EXPECT_EQ(woken_, 1);
  const auto segments = claim(value("SELECT max(id) FROM batch"));
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments[0].message_id, answer.message_id);
  apply({response(segments[0], AttemptOutcome::kAccepted)});
  EXPECT_EQ(state_of(answer.message_id), "sent");
}

TEST_P(ProgramsTest, ReceiptsAreKeptForWhoIsToldOfThem) {
  const auto lose = [&](const std::string& order) {
    ASSERT_EQ(answer_to(notice(order)).kind, Kind::kTaken);
    apply({response(claim(value("SELECT max(batch_id) FROM outbox")).at(0), AttemptOutcome::kUnknown)});
  };
  lose("A1");
  EXPECT_EQ(count("application_delivery"), 0);
  give_webhook();
  lose("A2");
  EXPECT_EQ(count("application_delivery WHERE protocol = 6 AND stat = 'UNKNOWN'"), 1);
}

TEST_P(ProgramsTest, WhatCannotBeSaidIsRefusedWithItsPlace) {
  EXPECT_EQ(refused({ContentId{1}, "13800000000", {}, {}, {}}, "/content_id"), ErrorCode::kApprovalRequired);
  EXPECT_EQ(refused({ContentId{notice_}, "13800000000", {}, {}, {}}, "/variables/order"),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused({ContentId{notice_}, "13800000000", {{"order", "1"}, {"more", "2"}}, {}, {}},
                    "/variables/more"),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused(notice("1", "12"), "/number"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(
      refused({ContentId{offer_}, "13800000000", {{"name", std::string(60, 'x')}}, {}, {}}, "/variables"),
      ErrorCode::kInvalidArgument);
  SubmitMessage late = notice("1");
  late.valid_until = clock_.now() - seconds(1);
  EXPECT_EQ(refused(late, "/valid_until"), ErrorCode::kInvalidArgument);
  execute("UPDATE content SET approved_version_id = 0 WHERE id = " + std::to_string(notice_));
  EXPECT_EQ(refused(notice("1"), "/content_id"), ErrorCode::kApprovalRequired);
  EXPECT_EQ(count("message"), 0);
}

TEST_P(ProgramsTest, ASignatureThatMayNotBeBorneIsRefused) {
  execute("UPDATE signature SET state = 5");
  EXPECT_EQ(refused(notice("1"), "/content_id"), ErrorCode::kSignatureNotApproved);
  execute("UPDATE signature SET state = 3");
  execute("UPDATE channel SET requires_filed_signature = 1");
  EXPECT_EQ(refused(notice("1"), "/content_id"), ErrorCode::kRefused);
  EXPECT_EQ(count("message"), 0);
  execute("INSERT INTO signature_filing SELECT id, " + std::to_string(channel_) +
          ", 3, '', 0, '', '', 0, 0, 0, 1 FROM signature");
  EXPECT_EQ(answer_to(notice("1")).kind, Kind::kTaken);
}

TEST_P(ProgramsTest, AContentIsKnownByItsNameWhereThatIsOneOnly) {
  const auto name = [&](int64_t content, const std::string& text) {
    execute("UPDATE content SET name = '" + text + "' WHERE id = " + std::to_string(content));
  };
  name(notice_, "发货通知");
  name(code_, "验证码");
  SubmitMessage message = notice("A1");
  message.content_id.reset();
  message.content_name = "发货通知";
  message.reference = "r1";
  const TemplateAnswer answer = answer_to(message);
  ASSERT_EQ(answer.kind, Kind::kTaken) << answer.refusal.error.message;
  EXPECT_EQ(value("SELECT content_version_id FROM batch"),
            value("SELECT approved_version_id FROM content WHERE id = " + std::to_string(notice_)));
  EXPECT_EQ(answer_to(message).message_id, answer.message_id) << "the same request under its reference";
  message.reference.reset();
  message.content_name = "没有";
  EXPECT_EQ(refused(message, "/content_name"), ErrorCode::kApprovalRequired);
  // Renamed: the old name says nothing any more; given to another as well, it says too much.
  name(notice_, "没有");
  EXPECT_EQ(answer_to(message).kind, Kind::kTaken);
  name(offer_, "没有");
  EXPECT_EQ(refused(message, "/content_name"), ErrorCode::kInvalidArgument);
  message.content_id = ContentId{notice_};
  EXPECT_EQ(submit(message).error().field, "/content_id");
  message.content_id.reset();
  message.content_name.reset();
  EXPECT_EQ(submit(message).error().field, "/content_id");

  StartVerification code = verification();
  code.content_id.reset();
  code.content_name = "验证码";
  EXPECT_EQ(ok(start(code)).kind, Kind::kTaken);
  code.content_id = ContentId{code_};
  EXPECT_EQ(start(code).error().field, "/content_id");
}

TEST_P(ProgramsTest, ARouteIsItsBatchs) {
  execute(
      "INSERT INTO route (id, name, created_by, created_at, updated_at, version) VALUES (5, 'r', 0, 0, 0, 1);"
      "INSERT INTO route_channel (route_id, channel_id, carriers, message_classes, cost, weight, tier, "
      "enabled) "
      "VALUES (5, " +
      std::to_string(channel_) + ", 0, 30, 0, 0, 1, 1)");
  ASSERT_EQ(answer_to(notice("A1")).kind, Kind::kTaken);
  ApplicationSpec by_route = spec({code_, notice_, offer_});
  by_route.channel_id.reset();
  by_route.route_id = RouteId{5};
  ok(applications_->update(who(), application_, {}, by_route));
  const TemplateAnswer answer = answer_to(notice("A2"));
  ASSERT_EQ(answer.kind, Kind::kTaken);
  EXPECT_EQ(count("batch WHERE route_id = 5 AND window_start = 0 AND window_end = 1440"), 1);
  EXPECT_EQ(count("batch"), 2) << "that of the channel stays as it was";
  ASSERT_EQ(answer_to(notice("A3")).kind, Kind::kTaken);
  EXPECT_EQ(count("batch"), 2);
  EXPECT_EQ(count("batch WHERE route_id = 5 AND total = 2"), 1);
}

TEST_P(ProgramsTest, TheGatesSpeakForPrograms) {
  // Marketing to a stranger, and to one who has refused it.
  const SubmitMessage stranger{ContentId{offer_}, "13900000009", {{"name", "张"}}, {}, {}};
  TemplateAnswer answer = answer_to(stranger);
  EXPECT_EQ(answer.refusal.error.code, ErrorCode::kRefused);
  EXPECT_EQ(answer.refusal.reason, Reason::kConsentMissing);
  execute("UPDATE customer SET suppressed = 30 WHERE id = 1");
  answer = answer_to({ContentId{offer_}, "13800000000", {{"name", "张"}}, {}, {}});
  EXPECT_EQ(answer.refusal.reason, Reason::kSuppressed);
  // At night marketing waits, or is refused when that is too late.
  clock_.set(parse_rfc3339("2026-03-02T23:00:00+08:00").value());
  SubmitMessage offer{ContentId{offer_}, "13800000001", {{"name", "张"}}, {}, {}};
  answer = answer_to(offer);
  EXPECT_EQ(state_of(answer.message_id), "held outside_window");
  offer.valid_until = clock_.now() + hours(1);
  EXPECT_EQ(refused(offer, "/valid_until"), ErrorCode::kRefused);
}

TEST_P(ProgramsTest, AKeySubmitsItsClassesOnly) {
  const auto narrow = ok(keys_->authenticate(key(application_, {MessageClass::kVerification}), "127.0.0.1"));
  const auto answer = ok(submit(notice("1"), {}, narrow.get()));
  EXPECT_EQ(answer.refusal.error.code, ErrorCode::kForbidden);
  // Another application does not say what is this one's.
  const ApplicationId other = application({});
  const auto stranger = ok(keys_->authenticate(key(other), "127.0.0.1"));
  EXPECT_EQ(ok(submit(notice("1"), {}, stranger.get())).refusal.error.code, ErrorCode::kApprovalRequired);
}

TEST_P(ProgramsTest, ARepetitionGetsTheFirstAnswer) {
  SubmitMessage message = notice("A1");
  message.reference = "order-1";
  const TemplateAnswer first = answer_to(message, "key-1");
  const TemplateAnswer again = answer_to(message);
  EXPECT_EQ(again.kind, Kind::kKnown);
  EXPECT_EQ(again.message_id, first.message_id);
  EXPECT_EQ(answer_to(message, "key-1").message_id, first.message_id);
  EXPECT_EQ(count("message"), 1);
  // Other words under the same name.
  SubmitMessage other = notice("A2");
  other.reference = "order-1";
  EXPECT_EQ(refused(other, "/reference"), ErrorCode::kIdempotencyMismatch);
  EXPECT_EQ(answer_to(notice("A3"), "key-1").refusal.error.field, "Idempotency-Key");
  // What was refused is judged anew.
  SubmitMessage bad = notice("A4", "12");
  bad.reference = "order-2";
  EXPECT_EQ(answer_to(bad).kind, Kind::kRefused);
  bad.number = "13800000001";
  EXPECT_EQ(answer_to(bad).kind, Kind::kTaken);
  EXPECT_EQ(count("message"), 2);
}

TEST_P(ProgramsTest, OneCallOfManyAnswersEachAtItsPlace) {
  SubmitMessages request;
  request.messages = {notice("1"), notice("2", "12"), notice("3", "13800000001"), notice("3", "13800000001")};
  request.messages[2].reference = request.messages[3].reference = "three";
  request.messages[0].valid_until = clock_.now() + days(30);
  const auto answers = ok(programs_->submit_all(*caller_, SubmitMessages(request), "batch-1"));
  ASSERT_EQ(answers.items.size(), 4U);
  EXPECT_EQ(answers.accepted, 2) << answers.items[2].problem.value_or(MessageProblem{}).detail;
  EXPECT_EQ(answers.refused, 2);
  EXPECT_EQ(answers.items[0].problem->field, "/valid_until");
  EXPECT_EQ(answers.items[1].problem->code, "invalid_argument");
  EXPECT_EQ(answers.items[2].message_id, answers.items[3].message_id);
  EXPECT_EQ(answers.items[2].reference, "three");
  EXPECT_EQ(count("message"), 1);
  const auto again = ok(programs_->submit_all(*caller_, SubmitMessages(request), "batch-1"));
  EXPECT_EQ(again.items[2].message_id, answers.items[2].message_id);
  EXPECT_EQ(count("message"), 1);
}

TEST_P(ProgramsTest, AnApplicationSeesItsOwnMessages) {
  std::vector<int64_t> ids;
  for (int i = 0; i < 3; ++i) {
    SubmitMessage message = notice(std::to_string(i), "1380000000" + std::to_string(i));
    message.reference = "r" + std::to_string(i);
    ids.push_back(answer_to(message).message_id);
  }
  auto page = ok(programs_->list(*caller_, {.limit = 2, .after = {}, .reference = {}}));
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].id.value, ids[2]);
  EXPECT_EQ(page.items[0].reference, "r2");
  EXPECT_EQ(page.items[0].content_id.value, notice_);
  EXPECT_EQ(page.items[0].number, "+86 138****0002");
  ASSERT_TRUE(page.next_after);
  page = ok(programs_->list(*caller_, {.limit = 2, .after = page.items[1].id, .reference = {}}));
  EXPECT_EQ(page.items.size(), 1U);
  EXPECT_FALSE(page.next_after);
  page = ok(programs_->list(*caller_, {.limit = 2, .after = {}, .reference = "r1"}));
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].id.value, ids[1]);
  EXPECT_TRUE(programs_->check_own(*caller_, MessageId{ids[0]}));
  const auto stranger = ok(keys_->authenticate(key(application({})), "127.0.0.1"));
  EXPECT_TRUE(ok(programs_->list(*stranger, {})).items.empty());
  EXPECT_EQ(programs_->check_own(*stranger, MessageId{ids[0]}).error().code, ErrorCode::kNotFound);
}

// ---------------------------------------------------------------- keys

TEST_P(ProgramsTest, AKeyIsGoodUntilItIsRevokedOrOver) {
  EXPECT_EQ(caller_->application_id, application_.value);
  EXPECT_FALSE(keys_->authenticate("yzp_nobody", "127.0.0.1"));
  EXPECT_EQ(count("application_key WHERE token_hash IS NOT NULL"), 1);
  const auto page = ok(keys_->list(application_, {}));
  ASSERT_EQ(page.items.size(), 1U);
  ok(keys_->revoke(who(), application_, page.items[0].id));
  EXPECT_EQ(keys_->authenticate(token_, "127.0.0.1").error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(keys_->revoke(who(), application_, page.items[0].id).error().code, ErrorCode::kWrongState);
  const std::string another = key(application_);
  EXPECT_TRUE(keys_->authenticate(another, "127.0.0.1"));
  clock_.advance(days(30));
  EXPECT_FALSE(keys_->authenticate(another, "127.0.0.1"));
}

TEST_P(ProgramsTest, TheApplicationDecidesWhoItsKeysLetIn) {
  ok(applications_->disable(who(), application_, {}));
  EXPECT_FALSE(keys_->authenticate(token_, "127.0.0.1"));
  ok(applications_->enable(who(), application_, {}));
  EXPECT_TRUE(keys_->authenticate(token_, "127.0.0.1"));
  ApplicationSpec narrow = spec({notice_});
  narrow.allowed_addresses = {"10.0.0.0/8"};
  narrow.message_classes = {MessageClass::kNotification};
  ok(applications_->update(who(), application_, {}, narrow));
  EXPECT_FALSE(keys_->authenticate(token_, "127.0.0.1"));
  EXPECT_EQ(ok(keys_->authenticate(token_, "10.1.2.3"))->message_classes,
            domain::class_bit(MessageClass::kNotification));
  narrow.protocols = {domain::ChannelProtocol::kSmpp};
  narrow.secret = "secret";
  ok(applications_->update(who(), application_, {}, narrow));
  EXPECT_FALSE(keys_->authenticate(token_, "10.1.2.3"));
}

TEST_P(ProgramsTest, KeysThatMakeNoSenseAreRefused) {
  const auto error = [&](CreateApplicationKey request) {
    return keys_->create(who(), application_, request).error();
  };
  auto request = key_request({MessageClass::kPublicService});
  EXPECT_EQ(error(request).field, "/message_classes/0");
  request = key_request({MessageClass::kNotification});
  request.expires_at = clock_.now();
  EXPECT_EQ(error(request).field, "/expires_at");
  request = key_request({MessageClass::kNotification});
  ok(keys_->create(who(), application_, request));
  EXPECT_EQ(error(request).field, "/name");
  EXPECT_EQ(keys_->create(who(), ApplicationId{1}, request).error().code, ErrorCode::kNotFound);
  while (count("application_key") < static_cast<int64_t>(limits::kApplicationKeys)) key(application_);
  EXPECT_EQ(error(key_request({MessageClass::kNotification})).code, ErrorCode::kConflict);
}

TEST_P(ProgramsTest, AKeyHasItsRate) {
  auto request = key_request({MessageClass::kNotification});
  request.messages_per_second = 2;
  const auto slow =
      ok(keys_->authenticate(ok(keys_->create(who(), application_, request)).token, "127.0.0.1"));
  EXPECT_EQ(ok(submit(notice("1"), {}, slow.get())).kind, Kind::kTaken);
  EXPECT_EQ(ok(submit(notice("2"), {}, slow.get())).kind, Kind::kTaken);
  EXPECT_EQ(submit(notice("3"), {}, slow.get()).error().code, ErrorCode::kTooMany);
  // A reload of the keys gives nobody a new share.
  ok(keys_->reload());
  EXPECT_EQ(submit(notice("3"), {}, slow.get()).error().code, ErrorCode::kTooMany);
  clock_.advance(milliseconds(500));
  EXPECT_EQ(ok(submit(notice("3"), {}, slow.get())).kind, Kind::kTaken);
}

// ---------------------------------------------------------------- verification codes

TEST_P(ProgramsTest, ACodeIsSentAndGivenBack) {
  const TemplateAnswer started = ok(start(verification()));
  ASSERT_EQ(started.kind, Kind::kTaken) << started.refusal.error.message;
  EXPECT_EQ(started.expires_at, clock_.now() + minutes(5));
  const std::string code = code_of(started.message_id);
  EXPECT_EQ(code.size(), 6U);
  CheckedVerification checked = check(started, other_than(code));
  EXPECT_EQ(checked.result, CheckResult::kWrong);
  EXPECT_EQ(checked.attempts_left, 2);
  EXPECT_EQ(check(started, code).result, CheckResult::kOk);
  EXPECT_EQ(check(started, code).result, CheckResult::kUsedUp);
}

TEST_P(ProgramsTest, WrongCodesUseUpTheAttempts) {
  const TemplateAnswer started = ok(start(verification()));
  const std::string code = code_of(started.message_id);
  for (int64_t left = 2; left >= 0; --left) EXPECT_EQ(check(started, other_than(code)).attempts_left, left);
  EXPECT_EQ(check(started, code).result, CheckResult::kUsedUp);
}

TEST_P(ProgramsTest, ACodeEndsInTimeAndWithTheNextOne) {
  const TemplateAnswer first = ok(start(verification()));
  clock_.advance(minutes(2));
  const TemplateAnswer second = ok(start(verification("+86 138 0000 0000")));
  ASSERT_EQ(second.kind, Kind::kTaken) << second.refusal.error.message;
  EXPECT_EQ(check(first, code_of(first.message_id)).result, CheckResult::kReplaced);
  clock_.advance(minutes(5));
  EXPECT_EQ(check(second, code_of(second.message_id)).result, CheckResult::kExpired);
  const auto stranger = ok(keys_->authenticate(key(application({})), "127.0.0.1"));
  EXPECT_EQ(programs_->check(*stranger, VerificationId{second.verification_id}, {"1"}).error().code,
            ErrorCode::kNotFound);
}

TEST_P(ProgramsTest, ACallForACodeMayBeRepeated) {
  const TemplateAnswer first = ok(start(verification(), "login-7"));
  clock_.advance(seconds(1));
  const TemplateAnswer again = ok(start(verification(), "login-7"));
  EXPECT_EQ(again.kind, Kind::kKnown);
  EXPECT_EQ(again.verification_id, first.verification_id);
  EXPECT_EQ(again.expires_at, first.expires_at);
  EXPECT_EQ(check(again, code_of(first.message_id)).result, CheckResult::kOk);
  // Only contents of the class may carry codes.
  StartVerification other = verification();
  other.content_id = ContentId{notice_};
  EXPECT_EQ(ok(start(other)).refusal.error.field, "/content_id");
}

TEST_P(ProgramsTest, WhatIsOverIsForgotten) {
  ok(start(verification(), "login-7"));
  SubmitMessage message = notice("1");
  message.reference = "r1";
  answer_to(message);
  engine::ApplicationUpkeep upkeep(store());
  ok(upkeep.round());
  EXPECT_EQ(count("submission_key"), 2);
  EXPECT_EQ(count("verification"), 1);
  clock_.advance(hours(limits::kVerificationKeptHours + 1));
  ok(upkeep.round());
  EXPECT_EQ(count("submission_key WHERE kind = 1"), 1);  // as long as its message
  EXPECT_EQ(count("submission_key"), 1);
  EXPECT_EQ(count("verification"), 0);
}

// ---------------------------------------------------------------- the intake

// The writer does nothing else until go().
class HeldWriter {
 public:
  explicit HeldWriter(db::Database& database) {
    database.submit(
        [this](db::Tx&) -> Result<> {
          held_.set_value();
          go_.get_future().wait();
          return {};
        },
        [](Result<>) {});
    held_.get_future().wait();
  }
  void go() { go_.set_value(); }

 private:
  std::promise<void> held_, go_;
};

TEST_P(ProgramsTest, WhatGathersIsOneTransaction) {
  HeldWriter writer(db());  // until all have come
  std::atomic<int> taken{0};
  std::vector<std::future<void>> all;
  for (int i = 0; i < 50; ++i) {
    auto done = std::make_shared<std::promise<void>>();
    all.push_back(done->get_future());
    programs_->submit(*caller_, notice(std::to_string(i), "1380000000" + std::to_string(i % 3)), {},
                      [&taken, done](Result<TemplateAnswer> answer) {
                        taken += answer && answer->kind == Kind::kTaken ? 1 : 0;
                        done->set_value();
                      });
  }
  const uint64_t commits = db().stats().commits;
  writer.go();
  for (auto& one : all) one.wait();
  EXPECT_EQ(taken, 50);
  EXPECT_LE(db().stats().commits, commits + 2);
  EXPECT_EQ(count("message"), 50);
}

TEST_P(ProgramsTest, AfterItsEndTheIntakeTakesNothing) {
  intake_->stop();
  EXPECT_EQ(submit(notice("1")).error().code, ErrorCode::kBusy);
  EXPECT_EQ(count("message"), 0);
}

TEST_P(ProgramsTest, AFullIntakeSaysSo) {
  HeldWriter writer(db());
  std::vector<TemplateSubmit> many(limits::kIntakeMessages);
  std::promise<void> answered;
  intake_->submit(std::move(many), [&](Result<std::vector<TemplateAnswer>>) { answered.set_value(); });
  EXPECT_EQ(submit(notice("1")).error().code, ErrorCode::kBusy);
  writer.go();
  answered.get_future().wait();
}

class PersonalValuesTest : public testing::ProgramStoreTest {
 protected:
  void SetUp() override {
    screen_ = finding_personal({"13812345678", "已发货"});
    ProgramStoreTest::SetUp();
  }
};

YIZHAN_FOR_EACH_STORE(PersonalValuesTest);

// Policy 3.3.2, in values as in the text.
TEST_P(PersonalValuesTest, GoToWhoAuthorisedThem) {
  execute("INSERT INTO consent_state VALUES (2, 2, 'privacy_authorisation', 1, 0, 0)");
  const TemplateAnswer no = answer_to(notice("13812345678"));
  EXPECT_EQ(no.kind, Kind::kRefused);
  EXPECT_EQ(no.refusal.error.code, ErrorCode::kRefused);
  EXPECT_EQ(no.refusal.reason, Reason::kPrivacyMissing);
  EXPECT_EQ(answer_to(notice("13812345678", "13800000001")).kind, Kind::kTaken);
  EXPECT_EQ(answer_to(notice("13812345678", "13900000009")).refusal.reason, Reason::kPrivacyMissing)
      << "of somebody nobody knows yet";
  EXPECT_EQ(answer_to(notice("A1")).kind, Kind::kTaken);
}

}  // namespace
}  // namespace yizhan::service
