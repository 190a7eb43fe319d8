// Lists of campaigns and contents: filters, search by name, and what became of each campaign's messages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/changes.h"
#include "service/campaigns.h"
#include "service/contents.h"
#include "store/queries.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::MessageClass;
using domain::MessageState;
using ::testing::ElementsAre;

class CampaignListTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    engine_.emplace(store(), io_, engine::ScreenRendered{});
    campaigns_.emplace(store(), *engine_);
    execute(
        "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
        "INSERT INTO user_account VALUES (2, 'n', 'N', 2, '', 0, 0, 0, 0, 0, 0, 0, 1)");
    add_content(5, "Spring SALE 春季");
    add_content(6, "50%_off");
    add(10, "Spring SALE 春季", MessageClass::kMarketing, 1);
    add(11, "summer sale", MessageClass::kMarketing, 2);
    add(12, "maintenance", MessageClass::kNotification, 2);
    add(13, "50%_off", MessageClass::kMarketing, 1);
  }
  template <class... P>
  void put(const db::Query& query, const P&... params) {
    const auto done = db().write([&](db::Tx& tx) { return tx.run(query, params...); });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  void add_content(int64_t id, const char* name) {
    put(q::content_insert, id, name, 3, "", 0, 1, id + 100, 0, 1, store().now());
    put(q::content_version_insert, id + 100, id, 1, 3, "", "", "", "", "[]", Bytes(), 0, "[]", "[]", 1,
        store().now(), "[]", "");
  }
  void add(int64_t id, const char* name, MessageClass message_class, int64_t owner) {
    put(q::campaign_insert, id, name, "goal", message_class, "", 5, Bytes(), "{}", store().now(), 0, owner,
        domain::CampaignState::kPlanned, owner, store().now());
  }
  void freeze(int64_t id, int64_t delivered, int64_t refused) {
    put(q::campaign_freezing, id, domain::CampaignState::kFreezing, id + 100, 0, Bytes(), store().now(), 1);
    const auto done = db().write([&](db::Tx& tx) {
      engine::Changes changes(engine::Care::kExpected);
      changes.count(id + 100, MessageState::kDelivered, domain::Reason::kNone, delivered);
      changes.count(id + 100, MessageState::kRefused, domain::Reason::kSuppressed, refused);
      changes.count(id + 100, MessageState::kRefused, domain::Reason::kFrequency, 1);
      return changes.write(tx, store().now());
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  std::vector<int64_t> found(const ListCampaigns& request) {
    const auto page = campaigns_->list(request);
    EXPECT_TRUE(page) << (page ? "" : to_string(page.error()));
    std::vector<int64_t> ids;
    if (page)
      for (const CampaignView& view : page->items) ids.push_back(view.id.value);
    return ids;
  }

  boost::asio::io_context io_;
  std::optional<engine::Engine> engine_;
  std::optional<Campaigns> campaigns_;
};

YIZHAN_FOR_EACH_STORE(CampaignListTest);

TEST_P(CampaignListTest, IsFilteredByOwnerClassAndPartOfTheName) {
  EXPECT_THAT(found({}), ElementsAre(13, 12, 11, 10));
  EXPECT_THAT(found({.owner_id = UserId{2}}), ElementsAre(12, 11));
  EXPECT_THAT(found({.message_class = MessageClass::kNotification}), ElementsAre(12));
  EXPECT_THAT(found({.q = "Sale"}), ElementsAre(11, 10));
  EXPECT_THAT(found({.q = "春"}), ElementsAre(10));
  EXPECT_THAT(found({.q = "%_"}), ElementsAre(13));  // no wildcards
  EXPECT_THAT(found({.q = ""}), ElementsAre(13, 12, 11, 10));
  EXPECT_THAT(found({.owner_id = UserId{1}, .q = "sale"}), ElementsAre(10));
  EXPECT_THAT(found({.limit = 1, .after = CampaignId{11}}), ElementsAre(10));
}

TEST_P(CampaignListTest, TellsOfEachCampaignWhatBecameOfItsMessages) {
  freeze(10, 5, 2);
  freeze(12, 7, 0);
  const auto page = campaigns_->list({});
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->items.size(), 4u);
  EXPECT_TRUE(page->items[0].by_state.empty());  // before the freeze
  EXPECT_EQ(page->items[1].by_state.at("delivered"), 7);
  EXPECT_EQ(page->items[1].by_state.at("refused"), 1);
  const auto& counts = page->items[3].by_state;
  EXPECT_EQ(counts.size(), 9u);
  EXPECT_EQ(counts.at("delivered"), 5);
  EXPECT_EQ(counts.at("refused"), 3);
  EXPECT_EQ(counts.at("held"), 0);
  const auto alone = campaigns_->get(CampaignId{10});
  ASSERT_TRUE(alone) << to_string(alone.error());
  EXPECT_EQ(alone->by_state, counts);
}

TEST_P(CampaignListTest, ContentsAreFoundByPartOfTheirName) {
  Contents contents(store(), nullptr);
  const auto names = [&](const char* part) {
    std::vector<std::string> out;
    const auto page = contents.list({.q = part});
    EXPECT_TRUE(page) << (page ? "" : to_string(page.error()));
    if (page)
      for (const ContentSummary& content : page->items) out.push_back(content.name);
    return out;
  };
  EXPECT_THAT(names("sAle"), ElementsAre("Spring SALE 春季"));
  EXPECT_THAT(names("0%_"), ElementsAre("50%_off"));
  EXPECT_THAT(names("autumn"), ElementsAre());
}

}  // namespace
}  // namespace yizhan::service
