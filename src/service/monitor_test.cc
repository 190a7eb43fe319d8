#include "service/monitor.h"

#include <gtest/gtest.h>

#include "engine/changes.h"
#include "store/queries.h"
#include "store/schema.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::MessageState;

// A campaign with six messages in several states, written as the engine writes them.
class MonitorTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    engine_.emplace(store(), io_, engine::ScreenRendered{});
    monitor_.emplace(store(), *engine_);
    execute(
        "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
        "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1)");
    const auto made = db().write([&](db::Tx& tx) { return fill(tx); });
    ASSERT_TRUE(made) << to_string(made.error());
  }

  Result<> fill(db::Tx& tx) {
    const Bytes none;
    YZ_TRY(tx.run(q::campaign_insert, kCampaign, "春季", "goal", 3, "", 2, none, "{}", store().now(), 0, 1, 8,
                  1, store().now()));
    YZ_TRY(tx.run(q::batch_insert, kBatch, 1, kCampaign, 3, none, 3, "", kChannel, 540, 1200, 0, 0, 2, 6, 100,
                  105, store().now(), store().now()));
    YZ_TRY(tx.run(q::campaign_freezing, kCampaign, 2, kBatch, 3, none, store().now(), 1));
    YZ_TRY(tx.run(q::campaign_frozen, kCampaign, 8, 6, none, store().now(), 2));
    const std::pair<MessageState, domain::Reason> rows[] = {
        {MessageState::kDelivered, domain::Reason::kNone},
        {MessageState::kDelivered, domain::Reason::kNone},
        {MessageState::kFailed, domain::Reason::kNumberVacant},
        {MessageState::kQueued, domain::Reason::kNone},
        {MessageState::kRefused, domain::Reason::kSuppressed},
        {MessageState::kRefused, domain::Reason::kFrequency}};
    db::Columns messages;
    engine::Changes changes(engine::Care::kExpected);
    for (int64_t i = 0; i < 6; ++i) {
      const std::string digits = "861380013800" + std::to_string(i);
      YZ_TRY(
          tx.run_sql("INSERT INTO customer VALUES ($1, $2, $3, NULL, NULL, 'CN', 1, 'Asia/Shanghai', '', '', "
                     "'{}', 0, 0, 0, 0, 1, 0)",
                     customer(50 + i, digits).view()));
      messages.row(100 + i, kBatch, 50 + i, 0, rows[i].first, rows[i].second, 1,
                   store().cipher.seal({store::column::kMessagePayload, 100 + i}, "x"), store().now());
      changes.count(kBatch, rows[i].first, rows[i].second, 1);
    }
    YZ_TRY(tx.bulk(q::message_insert, messages));
    YZ_CHECK(changes.write(tx, store().now()));
    db::Columns attempts, responses, receipts, errors;
    attempts.row(900, 102, 7, 1, 1, 1, store().now());
    responses.row(900, domain::AttemptOutcome::kAccepted, store().now(), 0, "abc", "", "");
    receipts.row(900, store().now(), 5, "UNDELIV");
    errors.row(kBatch, domain::CodeStage::kReceipt, "UNDELIV", 1);
    YZ_TRY(tx.bulk(q::attempt_insert, attempts));
    YZ_TRY(tx.bulk(q::attempt_respond, responses));
    YZ_TRY(tx.bulk(q::attempt_receipt, receipts));
    YZ_TRY(tx.bulk(q::batch_error_add, errors));
    return {};
  }
  db::Params customer(int64_t id, const std::string& digits) {
    db::Params params;
    params.add(id);
    params.add(store().number_index.of(digits));
    params.add(store().cipher.seal(store::column::kCustomerNumber, digits));
    return params;
  }

  static constexpr CampaignId kCampaign{10};
  static constexpr int64_t kBatch = 20, kChannel = 7;
  boost::asio::io_context io_;
  std::optional<engine::Engine> engine_;
  std::optional<Monitor> monitor_;
};

YIZHAN_FOR_EACH_STORE(MonitorTest);

// The code's own entry at the channel's provider, then the common one, then that of the word before the
// colon.
TEST_P(MonitorTest, ACodeMeansWhatItsProviderSays) {
  ASSERT_TRUE(store().db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(q::channel_insert, kChannel, "n", "north", "smpp", "127.0.0.1", 2775, "s", Bytes{},
                  "10690001", "{}", 1, 1, store().now(), Bytes{}, 0));
    YZ_TRY(tx.run(q::carrier_code_put, "north", 0, domain::CodeStage::kReceipt, "MK:0001",
                  domain::CodeClass::kNumberInvalid, domain::CodeAction::kFail, "number never given out",
                  ""));
    db::Columns errors;
    for (const char* code : {"UNDELIV:012", "MK:0001", "ZZ:9"})
      errors.row(kBatch, domain::CodeStage::kReceipt, code, 1);
    YZ_TRY(tx.bulk(q::batch_error_add, errors));
    return {};
  }));
  const auto snapshot = monitor_->snapshot(kCampaign);
  ASSERT_TRUE(snapshot) << to_string(snapshot.error());
  std::map<std::string, std::string> causes;
  for (const CodeCount& error : snapshot->errors) causes[error.code] = error.cause;
  EXPECT_EQ(causes["MK:0001"], "number never given out");
  EXPECT_EQ(causes["UNDELIV:012"], causes["UNDELIV"]);
  EXPECT_EQ(causes["UNDELIV"], "undeliverable");
  EXPECT_EQ(causes["ZZ:9"], "");
}

TEST_P(MonitorTest, TheFunnelSumsToTheTotal) {
  const auto snapshot = monitor_->snapshot(kCampaign);
  ASSERT_TRUE(snapshot) << to_string(snapshot.error());
  EXPECT_EQ(snapshot->targeted, 6);
  EXPECT_EQ(snapshot->sum, Conservation::kHolds);
  int64_t sum = 0;
  for (const auto& [state, count] : snapshot->by_state) sum += count;
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(snapshot->by_state.size(), values_of(MessageState{}).size());
  EXPECT_EQ(snapshot->by_state.at("delivered"), 2);
  EXPECT_EQ(snapshot->by_state.at("refused"), 2);
  EXPECT_EQ(snapshot->by_state.at("sent"), 0);
  EXPECT_EQ(snapshot->batch_state, domain::BatchState::kRunning);
  ASSERT_EQ(snapshot->errors.size(), 1u);
  EXPECT_EQ(snapshot->errors[0].code, "UNDELIV");
  EXPECT_EQ(snapshot->errors[0].stage, "receipt");
  EXPECT_FALSE(snapshot->errors[0].remedy.empty());
  const auto totals = monitor_->totals();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->messages, 6);
  EXPECT_EQ(totals->sum, Conservation::kHolds);
  EXPECT_EQ(monitor_->snapshot(CampaignId{77}).error().code, ErrorCode::kNotFound);
}

TEST_P(MonitorTest, ABrokenSumIsShown) {
  execute("UPDATE batch_count SET count = count + 1 WHERE state = 5");
  EXPECT_EQ(monitor_->snapshot(kCampaign)->sum, Conservation::kBroken);
  EXPECT_EQ(monitor_->totals()->sum, Conservation::kBroken);
}

TEST_P(MonitorTest, TheRateIsThatOfTheLastSeconds) {
  EXPECT_EQ(monitor_->snapshot(kCampaign)->messages_per_second, 0);
  execute("UPDATE batch_count SET count = count + 20 WHERE state = 5");
  clock_.advance(seconds(2));
  EXPECT_DOUBLE_EQ(monitor_->snapshot(kCampaign)->messages_per_second, 10);
  for (int i = 0; i < 15; ++i) {
    clock_.advance(seconds(1));
    ASSERT_TRUE(monitor_->snapshot(kCampaign));
  }
  EXPECT_EQ(monitor_->snapshot(kCampaign)->messages_per_second, 0);
}

TEST_P(MonitorTest, MessagesByStateAndReason) {
  const auto all = monitor_->messages(kCampaign, {.limit = 4});
  ASSERT_TRUE(all) << to_string(all.error());
  ASSERT_EQ(all->items.size(), 4u);
  EXPECT_EQ(all->items[0].number, "+86 138****8000");
  ASSERT_TRUE(all->next_after);
  const auto rest =
      monitor_->messages(kCampaign, {.limit = 4, .after = parse_id<MessageTag>(*all->next_after).value()});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->items.size(), 2u);
  EXPECT_FALSE(rest->next_after);
  EXPECT_EQ(monitor_->messages(kCampaign, {.state = MessageState::kRefused})->items.size(), 2u);
  EXPECT_EQ(monitor_->messages(kCampaign, {.reason = domain::Reason::kSuppressed})->items.size(), 1u);
  // Every count drills down to its rows.
  for (const StateReasonCount& c : monitor_->snapshot(kCampaign)->funnel)
    EXPECT_EQ(static_cast<int64_t>(
                  monitor_->messages(kCampaign, {.state = c.state, .reason = c.reason})->items.size()),
              c.count);
}

// However rare the state: a page looks at so many messages, says how far it came, and the pages together are
// all of them.
TEST_P(MonitorTest, APageLooksAtSoManyMessagesOnly) {
  Monitor narrow(store(), *engine_, 2);
  const auto first = narrow.messages(kCampaign, {.state = MessageState::kRefused});
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_TRUE(first->items.empty());
  EXPECT_EQ(first->next_after, to_string(MessageId{101}));
  for (const int64_t rows : {1, 2, 3, 5, 6, 7}) {
    Monitor monitor(store(), *engine_, rows);
    for (const auto& [filter, expected] :
         {std::pair{ListMessages{.limit = 1, .state = MessageState::kRefused},
                    std::vector<int64_t>{104, 105}},
          std::pair{ListMessages{.reason = domain::Reason::kNumberVacant}, std::vector<int64_t>{102}},
          std::pair{ListMessages{.limit = 4}, std::vector<int64_t>{100, 101, 102, 103, 104, 105}}}) {
      std::vector<int64_t> ids;
      ListMessages request = filter;
      for (int pages = 0; pages < 20; ++pages) {
        const auto page = monitor.messages(kCampaign, request);
        ASSERT_TRUE(page) << to_string(page.error());
        for (const MessageView& m : page->items) ids.push_back(m.id.value);
        request.after.reset();
        if (!page->next_after) break;
        request.after = parse_id<MessageTag>(*page->next_after).value();
      }
      EXPECT_FALSE(request.after) << "the pages do not end";
      EXPECT_EQ(ids, expected) << rows;
    }
  }
  // What the counts say is not there is not looked for.
  const auto none = narrow.messages(kCampaign, {.state = MessageState::kExpired});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->items.empty());
  EXPECT_FALSE(none->next_after);
}

TEST_P(MonitorTest, AMessageWithItsAttempts) {
  const auto detail = monitor_->message(MessageId{102});
  ASSERT_TRUE(detail) << to_string(detail.error());
  EXPECT_EQ(detail->number, "+86 138****8002");
  EXPECT_EQ(detail->campaign_id, kCampaign);
  ASSERT_EQ(detail->attempt_list.size(), 1u);
  EXPECT_EQ(detail->attempt_list[0].outcome, domain::AttemptOutcome::kAccepted);
  EXPECT_EQ(detail->attempt_list[0].response_status, "0x00000000");
  EXPECT_EQ(detail->attempt_list[0].carrier_message_id, "abc");
  EXPECT_EQ(detail->attempt_list[0].receipt_code, "UNDELIV");
  EXPECT_EQ(monitor_->message(MessageId{1}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan::service
