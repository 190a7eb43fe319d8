#include "service/customer_messages.h"

#include <gtest/gtest.h>

#include "service/customers.h"
#include "store/queries.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::BatchOrigin;
using domain::MessageState;
using domain::Reason;
using testing::command_line;

// Two customers; batches whose messages are given one by one. Ids are chosen so that the order shows.
class CustomerMessagesTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const Customers customers(store());
    for (CustomerId* id : {&one_, &other_}) {
      const auto made =
          customers.create(command_line(), {.number = id == &one_ ? "13800138000" : "13800138001"});
      ASSERT_TRUE(made) << to_string(made.error());
      *id = made->id;
    }
    execute(
        "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
        "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1)");
    const auto made = db().write([&](db::Tx& tx) -> Result<> {
      const Bytes none;
      YZ_TRY(tx.run_sql(
          "INSERT INTO content_version (id, content_id, number, message_class, purpose, signature, body, "
          "opt_out_text, variables, hash, verdict, findings, rule_packs, created_by, created_at)"
          " VALUES (3, 2, 1, 3, '', '驿站', '亲爱的{name}', '拒收请回复R', '[]', $1, 1, '[]', '[]', 0, 0)",
          std::array{db::Param(none)}));
      YZ_TRY(tx.run(q::campaign_insert, kCampaign, "春季", "goal", 3, "", 2, none, "{}", store().now(), 0, 1,
                    8, 1, store().now()));
      return {};
    });
    ASSERT_TRUE(made) << to_string(made.error());
  }

  struct Row {
    int64_t id;
    CustomerId customer;
    MessageState state = MessageState::kDelivered;
    Reason reason = Reason::kNone;
  };
  void add_batch(int64_t id, BatchOrigin origin, const std::vector<Row>& rows) {
    const auto done = db().write([&](db::Tx& tx) -> Result<> {
      const Bytes none;
      const bool campaign = origin == BatchOrigin::kCampaign;
      YZ_TRY(tx.run(q::batch_insert, id, origin, campaign ? kCampaign : CampaignId{}, 3, none, 3, "", 7, 540,
                    1200, 0, 0, 2, rows.size(), rows.front().id, rows.back().id, store().now(),
                    store().now()));
      db::Columns messages;
      for (const Row& row : rows)
        messages.row(row.id, id, row.customer, row.id, row.state, row.reason, 1,
                     store().cipher.seal({store::column::kMessagePayload, row.id}, "x"), store().now());
      YZ_TRY(tx.bulk(q::message_insert, messages));
      return {};
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  std::vector<int64_t> ids(const CustomerMessagePage& page) {
    std::vector<int64_t> out;
    for (const CustomerMessageView& m : page.items) out.push_back(m.id.value);
    return out;
  }
  // Every page after the other, each looking into `batches` batches.
  std::vector<int64_t> all(int64_t batches, int64_t limit) {
    const CustomerMessages messages(store(), batches);
    std::vector<int64_t> out;
    ListCustomerMessages request{.limit = limit};
    for (int pages = 0; pages < 50; ++pages) {
      const auto page = messages.messages(one_, request);
      EXPECT_TRUE(page) << (page ? "" : to_string(page.error()));
      if (!page) return out;
      for (const int64_t id : ids(*page)) out.push_back(id);
      if (!page->next_after) return out;
      request.after = parse_id<MessageTag>(*page->next_after).value();
    }
    ADD_FAILURE() << "the pages do not end";
    return out;
  }

  static constexpr CampaignId kCampaign{10};
  CustomerId one_, other_;
};

YIZHAN_FOR_EACH_STORE(CustomerMessagesTest);

TEST_P(CustomerMessagesTest, SayWhatWasAndWasNotSentAndWhy) {
  add_batch(20, BatchOrigin::kCampaign,
            {{100, other_}, {101, one_, MessageState::kRefused, Reason::kFrequency}, {102, other_}});
  add_batch(30, BatchOrigin::kOptOutConfirmation, {{300, one_, MessageState::kSent}});
  const CustomerMessages messages(store());
  const auto page = messages.messages(one_, {});
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(ids(*page), (std::vector<int64_t>{300, 101}));
  EXPECT_FALSE(page->next_after);
  EXPECT_FALSE(page->items[0].campaign_id);
  EXPECT_EQ(page->items[0].origin, BatchOrigin::kOptOutConfirmation);
  EXPECT_EQ(page->items[1].campaign_id, kCampaign);
  EXPECT_EQ(page->items[1].campaign_name, "春季");
  EXPECT_EQ(page->items[1].reason, Reason::kFrequency);
  EXPECT_EQ(page->items[1].text_template, "【驿站】亲爱的{name}拒收请回复R");
  EXPECT_FALSE(page->items[1].submitted_at);
  EXPECT_EQ(messages.messages(CustomerId{5}, {}).error().code, ErrorCode::kNotFound);
}

// The batch of confirmations stays open, so its messages lie between those of others.
TEST_P(CustomerMessagesTest, ComeNewestFirstWhereBatchesOverlap) {
  add_batch(20, BatchOrigin::kOptOutConfirmation, {{100, one_}, {250, one_}, {500, other_}});
  add_batch(30, BatchOrigin::kCampaign, {{200, one_}, {201, other_}});
  add_batch(40, BatchOrigin::kCampaign, {{300, one_}, {301, other_}});
  add_batch(50, BatchOrigin::kCampaign, {{400, other_}});
  const std::vector<int64_t> expected{300, 250, 200, 100};
  for (const int64_t batches : {1, 2, 10})
    for (const int64_t limit : {1, 2, 3, 4, 50}) EXPECT_EQ(all(batches, limit), expected) << batches << limit;
}

TEST_P(CustomerMessagesTest, APageLooksIntoSoManyBatchesOnly) {
  for (int64_t i = 0; i < 6; ++i)
    add_batch(20 + i, BatchOrigin::kCampaign, {{100 + 10 * i, i == 0 ? one_ : other_}});
  const auto page = CustomerMessages(store(), 2).messages(one_, {});
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_TRUE(page->items.empty());
  ASSERT_TRUE(page->next_after);
  EXPECT_EQ(all(2, 50), std::vector<int64_t>{100});
}

TEST_P(CustomerMessagesTest, RepliesShowTheirWordsOnlyForAReason) {
  add_batch(20, BatchOrigin::kCampaign, {{100, one_}});
  const auto done = db().write([&](db::Tx& tx) -> Result<> {
    db::Columns rows;
    const crypto::BlindHash index{};
    const auto reply = [&](int64_t id, CustomerId customer, domain::InboundKind kind, int64_t batch) {
      rows.row(id, 7, customer, index, store().cipher.seal(store::column::kInboundNumber, "13800138000"),
               "10690", store().cipher.seal(store::column::kInboundText, "不要再发"), kind, batch,
               store().now());
    };
    reply(600, one_, domain::InboundKind::kOptOut, 20);
    reply(601, one_, domain::InboundKind::kOther, 0);
    reply(602, other_, domain::InboundKind::kOther, 0);
    YZ_TRY(tx.bulk(q::inbound_insert, rows));
    return {};
  });
  ASSERT_TRUE(done) << to_string(done.error());
  const CustomerMessages messages(store());
  const auto first = messages.replies(one_, {.limit = 1});
  ASSERT_TRUE(first) << to_string(first.error());
  ASSERT_EQ(first->items.size(), 1u);
  EXPECT_EQ(first->items[0].id, InboundId{601});
  EXPECT_FALSE(first->items[0].campaign_id);
  ASSERT_TRUE(first->next_after);
  const auto rest = messages.replies(one_, {.after = parse_id<InboundTag>(*first->next_after).value()});
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_EQ(rest->items[0].kind, domain::InboundKind::kOptOut);
  EXPECT_EQ(rest->items[0].campaign_id, kCampaign);
  EXPECT_FALSE(rest->next_after);

  const auto clear = messages.reveal(command_line(), one_, InboundId{600}, {"complaint 7"});
  ASSERT_TRUE(clear) << to_string(clear.error());
  EXPECT_EQ(clear->text, "不要再发");
  EXPECT_EQ(actions().back(), "reply.reveal");
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE reason = 'complaint 7' AND object_id = 600"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%不要%'"), 0);
  // Not by the way of another customer.
  EXPECT_EQ(messages.reveal(command_line(), one_, InboundId{602}, {"x"}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan::service
