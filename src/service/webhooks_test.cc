// Where applications are told: settings, what waits, what is dead, what the sender is given.

#include "service/webhooks.h"

#include <gtest/gtest.h>

#include "engine/application_upkeep.h"
#include "engine/inbound.h"
#include "support/program_world.h"

namespace yizhan::service {
namespace {

using domain::ApplicationDeliveryKind;
using domain::AttemptOutcome;

class WebhooksTest : public testing::ProgramStoreTest {
 protected:
  // Messages that nobody knows the end of: their receipts.
  std::vector<int64_t> lose(int count) {
    std::vector<int64_t> ids;
    for (int i = 0; i < count; ++i) {
      SubmitMessage message = notice(std::to_string(i), "1380000000" + std::to_string(i % 3));
      message.reference = "r" + std::to_string(++references_);
      ids.push_back(answer_to(message).message_id);
      apply({response(claim(value("SELECT max(batch_id) FROM outbox")).at(0), AttemptOutcome::kUnknown)});
    }
    return ids;
  }
  WebhookTarget target(ApplicationDeliveryKind kind = ApplicationDeliveryKind::kReceipt) {
    for (const WebhookTarget& t : ok(webhooks_->targets()))
      if (t.kind == kind) return t;
    ADD_FAILURE() << "no target";
    return {};
  }
  ChooseDeadLetters all_dead() {
    ChooseDeadLetters chosen;
    for (const auto& letter : ok(webhooks_->dead_letters(application_, {})).items)
      chosen.ids.push_back(letter.id);
    return chosen;
  }
  void kill(const std::vector<int64_t>& numbers) {
    for (int64_t i = 0; i < limits::kWebhookAttempts; ++i)
      ok(webhooks_->failed(target(), numbers, "HTTP 500"));
  }
  int references_ = 0;
};
YIZHAN_FOR_EACH_STORE(WebhooksTest);

TEST_P(WebhooksTest, ASecretIsShownOnceAndRenewed) {
  EXPECT_EQ(ok(webhooks_->get(application_)).version, 0);
  EXPECT_EQ(webhooks_->get(ApplicationId{1}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(webhooks_->renew_secret(who(), application_).error().code, ErrorCode::kNotFound);
  const WebhookSpec spec{.receipt_url = "https://a.example/r", .reply_url = {}};
  const auto made = ok(webhooks_->put(who(), application_, {}, spec));
  ASSERT_TRUE(made.secret);
  EXPECT_EQ(target().secret, *made.secret);
  EXPECT_EQ(ok(webhooks_->targets()).size(), 1U);
  EXPECT_FALSE(ok(webhooks_->put(who(), application_, made.webhook.version, spec)).secret);
  EXPECT_EQ(webhooks_->put(who(), application_, made.webhook.version, spec).error().code,
            ErrorCode::kVersionConflict);
  const auto renewed = ok(webhooks_->renew_secret(who(), application_));
  EXPECT_NE(*renewed.secret, *made.secret);
  EXPECT_EQ(target().secret, *renewed.secret);
  ok(webhooks_->put(who(), application_, {},
                    {.receipt_url = {}, .reply_url = {}, .use = WebhookUse::kDisabled}));
  EXPECT_TRUE(ok(webhooks_->targets()).empty());
}

TEST_P(WebhooksTest, AnAddressIsAskedAbout) {
  webhooks_->set_hooks({.check_url = [](const std::string&) -> Result<> {
                          return fail(ErrorCode::kInvalidArgument, "not this one");
                        },
                        .changed = {}});
  EXPECT_EQ(webhooks_->put(who(), application_, {}, {.receipt_url = "https://a.example", .reply_url = {}})
                .error()
                .field,
            "/receipt_url");
  EXPECT_EQ(webhooks_->put(who(), application_, {}, {.receipt_url = {}, .reply_url = "https://a.example"})
                .error()
                .field,
            "/reply_url");
  EXPECT_EQ(count("application_webhook"), 0);
}

TEST_P(WebhooksTest, EventsComeInTheirOrderUntilTheyAreTaken) {
  give_webhook();
  const auto ids = lose(3);
  const WebhookBatch batch = ok(webhooks_->next(target(), 2));
  ASSERT_EQ(batch.numbers.size(), 2U);
  EXPECT_TRUE(batch.more);
  const json::Value body = ok(json::parse(batch.body));
  const json::Value& event = body.at("events").at(0);
  EXPECT_EQ(event.at("type").as_string(), "receipt");
  EXPECT_EQ(event.at("message_id").as_string(), to_string(MessageId{ids[0]}));
  EXPECT_EQ(event.at("reference").as_string(), "r1");
  EXPECT_EQ(event.at("state").as_string(), "unknown");
  EXPECT_EQ(event.at("reason").as_string(), "no_answer");
  EXPECT_EQ(event.at("number").as_string(), "+8613800000000");
  // Given again as long as they were not taken.
  EXPECT_EQ(ok(webhooks_->next(target(), 2)).numbers, batch.numbers);
  ok(webhooks_->taken(target(), batch.numbers));
  EXPECT_EQ(ok(webhooks_->next(target(), 2)).numbers.size(), 1U);
  EXPECT_TRUE(ok(webhooks_->get(application_)).state.last_success_at);
  EXPECT_EQ(ok(webhooks_->deliveries(application_, {})).items.size(), 1U);
}

TEST_P(WebhooksTest, RepliesGoByOneWayOnly) {
  ok(applications_->update(who(), application_, {}, [&] {
    ApplicationSpec s = spec({notice_});
    s.access_code = "10690001";
    return s;
  }()));
  const auto reply = [&] {
    write([&](db::Tx& tx) {
      return engine::queue_replies(
          tx, store(),
          std::array{engine::InboundEntry{
              .source = "8613800000000", .destination = "10690001", .text = "好的", .at = clock_.now()}});
    });
  };
  const auto by_session = [&] {
    return ok(db().read([&](db::Tx& tx) -> Result<int64_t> {
      int64_t n = 0;
      YZ_CHECK(tx.each(
          store::q::application_delivery_page, [&](const db::Row&) { ++n; }, application_, int64_t{2}, 10));
      return n;
    }));
  };
  reply();
  EXPECT_EQ(by_session(), 1);
  give_webhook();
  EXPECT_EQ(by_session(), 0);
  const auto batch = ok(webhooks_->next(target(ApplicationDeliveryKind::kReply), 10));
  ASSERT_EQ(batch.numbers.size(), 1U);
  const json::Value body = ok(json::parse(batch.body));
  EXPECT_EQ(body.at("events").at(0).at("text").as_string(), "好的");
  EXPECT_EQ(body.at("events").at(0).at("access_code").as_string(), "10690001");
}

TEST_P(WebhooksTest, WhoHasHadHisAttemptsIsADeadLetter) {
  give_webhook();
  lose(2);
  const auto numbers = ok(webhooks_->next(target(), 1)).numbers;
  kill(numbers);
  EXPECT_EQ(count("application_delivery"), 1);
  const auto page = ok(webhooks_->dead_letters(application_, {}));
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].id.value, numbers[0]);
  EXPECT_EQ(page.items[0].last_error, "HTTP 500");
  EXPECT_EQ(page.items[0].attempts, limits::kWebhookAttempts);
  EXPECT_EQ(page.items[0].number, "+86 138****0000");
  const WebhookView view = ok(webhooks_->get(application_));
  EXPECT_EQ(view.state.dead_letters, 1);
  EXPECT_EQ(view.state.last_error, "HTTP 500");
  // Once more, under its number; or never.
  EXPECT_EQ(ok(webhooks_->redeliver(who(), application_, all_dead())).count, 1);
  EXPECT_EQ(ok(webhooks_->next(target(), 1)).numbers, numbers);
  EXPECT_EQ(count("application_delivery WHERE refusals = 0"), 2);
  kill(numbers);
  EXPECT_EQ(ok(webhooks_->discard(who(), application_, all_dead())).count, 1);
  EXPECT_EQ(count("webhook_dead_letter"), 0);
  EXPECT_EQ(count("audit_log WHERE action IN ('webhook.redeliver', 'webhook.discard')"), 2);
}

TEST_P(WebhooksTest, WhatIsTooOldIsADeadLetterAndThenGone) {
  give_webhook();
  lose(1);
  clock_.advance(hours(limits::kWebhookAgeHours));
  EXPECT_TRUE(ok(webhooks_->next(target(), 1)).numbers.empty());
  EXPECT_EQ(ok(webhooks_->get(application_)).state.dead_letters, 1);
  clock_.advance(days(limits::kWebhookDeadDays + 1));
  engine::ApplicationUpkeep upkeep(store());
  ok(upkeep.round());
  EXPECT_EQ(count("webhook_dead_letter"), 0);
  EXPECT_EQ(count("audit_log WHERE action = 'webhook.dead_letters_dropped'"), 1);
}

}  // namespace
}  // namespace yizhan::service
