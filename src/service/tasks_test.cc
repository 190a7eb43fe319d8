#include "service/tasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/campaign.h"
#include "domain/content.h"
#include "service/directory.h"
#include "store/queries.h"
#include "store/settings.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::CampaignState;
using domain::ContentState;
using domain::Role;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr int64_t kAuthor = 1, kColleague = 2, kTechnician = 3, kReviewer = 4, kLeft = 5;
constexpr int kPassed = 0, kBlocked = 2;  // screen::Verdict

// Rows as the services write them; the clock stands, so what came first is told by its time.
class TasksTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    add_user(kAuthor, Role::kMarketing);
    add_user(kColleague, Role::kMarketing);
    add_user(kTechnician, Role::kTechnology);
    add_user(kReviewer, Role::kCompliance);
    add_user(kLeft, Role::kMarketing);
    execute("UPDATE user_account SET disabled = 1 WHERE id = 5");
  }

  template <class... P>
  void put(const db::Query& query, const P&... params) {
    const auto done = db().write([&](db::Tx& tx) { return tx.run(query, params...); });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  void add_user(int64_t id, Role role) {
    const std::string name = "u" + std::to_string(id);
    put(q::user_insert, id, name, "User " + name, domain::Roles{}.with(role).bits, "", store().now());
  }
  void add_content(int64_t id, ContentState state, int64_t author, int verdict = kPassed) {
    put(q::content_insert, id, "content " + std::to_string(id), 3, "", 0, state, id + 1000, 0, author,
        at(id));
    put(q::content_version_insert, id + 1000, id, 1, 3, "", "", "", "", "[]", Bytes(), verdict, "[]", "[]",
        author, at(id), "[]", "");
  }
  void add_review(int64_t content, domain::ReviewKind kind, int64_t reviewer, const char* opinion,
                  domain::ReviewDecision decision = domain::ReviewDecision::kPassed) {
    put(q::content_review_insert, ++review_, content, content + 1000, Bytes(), 1, kind, decision, "", opinion,
        "[]", "[]", "[]", reviewer, at(content), "[]", "[]", "[]");
  }
  void add_campaign(int64_t id, CampaignState state, int64_t content, int64_t owner, Time planned_at) {
    put(q::campaign_insert, id, "campaign " + std::to_string(id), "goal", 3, "", content, Bytes(), "{}",
        planned_at, 0, owner, state, owner, at(id));
  }
  Time at(int64_t n) const { return store().now() + seconds(n); }

  TaskList tasks_of(int64_t user, Role role) {
    Tasks tasks(store(), [this] { return links_; });
    return listed(tasks, user, role);
  }
  static TaskList listed(Tasks& tasks, int64_t user, Role role) {
    const auto list = tasks.list({store::ActorKind::kUser, user, "u", domain::Roles{}.with(role), {}});
    EXPECT_TRUE(list) << (list ? "" : to_string(list.error()));
    return list.value_or(TaskList{});
  }
  // "kind id" in the order of the list.
  static std::vector<std::string> told(const TaskList& list) {
    std::vector<std::string> out;
    for (const TaskView& task : list.items) out.push_back(task.kind + ' ' + task.title);
    return out;
  }

  std::vector<engine::ChannelStatus> links_;
  int64_t review_ = 0;
};

YIZHAN_FOR_EACH_STORE(TasksTest);

TEST_P(TasksTest, MarketingSeesWhatItsContentsWaitFor) {
  add_content(10, ContentState::kRejected, kAuthor);
  add_review(10, domain::ReviewKind::kCompliance, kReviewer, "请说明服务内容");
  add_content(11, ContentState::kRejected, kColleague);
  add_content(12, ContentState::kDraft, kAuthor, kBlocked);
  add_content(13, ContentState::kDraft, kColleague);
  add_content(14, ContentState::kFirstReviewed, kColleague);
  add_content(15, ContentState::kSubmitted, kAuthor);
  add_content(16, ContentState::kRejected, kLeft);
  const TaskList list = tasks_of(kAuthor, Role::kMarketing);
  EXPECT_THAT(told(list), ElementsAre("content_to_revise content 10", "content_to_revise content 12",
                                      "content_to_first_review content 13", "content_to_submit content 14",
                                      "content_to_revise content 16"));
  EXPECT_THAT(list.counts, ElementsAre(Pair("content_to_first_review", 1), Pair("content_to_revise", 3),
                                       Pair("content_to_submit", 1)));
  EXPECT_FALSE(list.truncated);
  const TaskView& first = list.items[0];
  EXPECT_EQ(first.object_type, "content");
  EXPECT_EQ(first.object_id, to_string(ContentId{10}));
  EXPECT_EQ(first.state, "rejected");
  EXPECT_EQ(first.since, at(10));
  EXPECT_EQ(first.deadline, std::nullopt);
  EXPECT_EQ(first.detail, "请说明服务内容");
}

TEST_P(TasksTest, AReviewerDoesNotSeeWhatHeHadAHandIn) {
  add_content(10, ContentState::kSubmitted, kAuthor);
  add_content(11, ContentState::kSubmitted, kReviewer);
  add_content(12, ContentState::kSubmitted, kAuthor);
  add_review(12, domain::ReviewKind::kFirstReview, kReviewer, "");
  EXPECT_THAT(told(tasks_of(kReviewer, Role::kCompliance)), ElementsAre("content_to_review content 10"));
  EXPECT_THAT(told(tasks_of(kTechnician, Role::kTechnology)), ElementsAre());
}

TEST_P(TasksTest, ASecondReviewIsForAnotherOneOfCompliance) {
  add_user(6, Role::kCompliance);
  add_content(10, ContentState::kSecondReview, kAuthor);
  add_review(10, domain::ReviewKind::kCompliance, kReviewer, "同意", domain::ReviewDecision::kPassedOn);
  EXPECT_THAT(told(tasks_of(kReviewer, Role::kCompliance)), ElementsAre());
  const TaskList list = tasks_of(6, Role::kCompliance);
  EXPECT_THAT(told(list), ElementsAre("content_to_review content 10"));
  EXPECT_EQ(list.items[0].state, "second_review");
}

TEST_P(TasksTest, ADocumentThatEndsSoonIsRenewed) {
  const auto add_document = [&](int64_t id, const char* kind, Time until) {
    put(q::qualification_insert, id, kind, std::string(kind) + " " + std::to_string(id), "1", "x", Time{1},
        until, 1, kReviewer, at(id));
  };
  put(q::evidence_insert, 1, Bytes(), "f", "application/pdf", 1, 1, at(0));
  const Time now = store().now();
  add_document(10, "licence", now + days(limits::kQualificationWarningDays));
  add_document(11, "licence", now + days(1));  // another one is valid longer
  add_document(12, "permit", now - days(1));   // has ended
  add_document(13, "number", now + days(limits::kQualificationWarningDays) + seconds(1));  // not soon
  add_document(14, "revoked", now + days(1));
  execute("UPDATE qualification SET revoked_at = 1 WHERE id = 14");
  const TaskList list = tasks_of(kReviewer, Role::kCompliance);
  EXPECT_THAT(told(list),
              ElementsAre("qualification_expiring permit 12", "qualification_expiring licence 10"));
  EXPECT_EQ(list.items[0].state, "expired");
  EXPECT_EQ(list.items[1].state, "expiring");
  EXPECT_EQ(list.items[1].deadline, now + days(limits::kQualificationWarningDays));
  EXPECT_EQ(list.items[1].detail, "licence");
  EXPECT_EQ(told(tasks_of(6, Role::kAdministrator)).size(), 2u);
  EXPECT_THAT(told(tasks_of(kAuthor, Role::kMarketing)), ElementsAre());
  put(q::qualification_insert, 15, "permit", "permit 15", "2", "x", at(0), Time{}, 1, kReviewer, at(15));
  EXPECT_THAT(told(tasks_of(kReviewer, Role::kCompliance)), ElementsAre("qualification_expiring licence 10"));
}

TEST_P(TasksTest, TheDeadlineOfAContentIsTheFirstCampaignThatWaitsForIt) {
  for (const int64_t id : {10, 11, 12}) add_content(id, ContentState::kSubmitted, kAuthor);
  add_campaign(20, CampaignState::kPlanned, 11, kAuthor, at(500));
  add_campaign(21, CampaignState::kPlanned, 12, kAuthor, at(900));
  add_campaign(22, CampaignState::kPlanned, 12, kAuthor, at(400));
  add_campaign(23, CampaignState::kCancelled, 10, kAuthor, at(100));
  const TaskList list = tasks_of(kReviewer, Role::kCompliance);
  EXPECT_THAT(told(list), ElementsAre("content_to_review content 12", "content_to_review content 11",
                                      "content_to_review content 10"));
  EXPECT_EQ(list.items[0].deadline, at(400));
  EXPECT_EQ(list.items[2].deadline, std::nullopt);
}

TEST_P(TasksTest, CampaignsWaitForTheirOwnerThenForTechnology) {
  add_content(10, ContentState::kApproved, kAuthor);
  execute("UPDATE content SET approved_version_id = 1010 WHERE id = 10");
  add_content(11, ContentState::kApproved, kAuthor);
  add_campaign(20, CampaignState::kPlanned, 10, kAuthor, at(900));
  add_campaign(21, CampaignState::kPlanned, 11, kAuthor, at(900));  // its content is not approved
  add_campaign(22, CampaignState::kFrozen, 10, kAuthor, at(800));
  add_campaign(23, CampaignState::kFrozen, 10, kColleague, at(100));
  add_campaign(24, CampaignState::kFrozen, 10, kLeft, at(950));
  add_campaign(30, CampaignState::kHandedOver, 10, kAuthor, at(700));
  add_campaign(31, CampaignState::kReady, 10, kAuthor, at(600));
  add_campaign(32, CampaignState::kPaused, 10, kAuthor, at(1));
  add_campaign(33, CampaignState::kScheduled, 10, kAuthor, at(1));
  execute("UPDATE campaign SET state_reason = 'failure_rate' WHERE id = 32");
  EXPECT_THAT(told(tasks_of(kAuthor, Role::kMarketing)),
              ElementsAre("campaign_to_hand_over campaign 22", "campaign_to_hand_over campaign 20",
                          "campaign_to_hand_over campaign 24"));
  const TaskList list = tasks_of(kTechnician, Role::kTechnology);
  EXPECT_THAT(told(list), ElementsAre("campaign_to_start campaign 31", "campaign_to_prepare campaign 30",
                                      "campaign_paused campaign 32"));
  EXPECT_EQ(list.items[2].deadline, std::nullopt);
  EXPECT_EQ(list.items[2].detail, "failure_rate");
}

TEST_P(TasksTest, AReportWaitsForTheOwnerUntilItIsAcknowledged) {
  add_content(10, ContentState::kApproved, kAuthor);
  for (const int64_t id : {20, 21}) {
    add_campaign(id, CampaignState::kCompleted, 10, id == 20 ? kAuthor : kColleague, at(1));
    put(q::report_insert, id + 10, "SR-" + std::to_string(id), id, "{}", Bytes(), at(id));
  }
  const TaskList list = tasks_of(kAuthor, Role::kMarketing);
  EXPECT_THAT(told(list), ElementsAre("report_to_acknowledge campaign 20"));
  EXPECT_EQ(list.items[0].object_id, to_string(ReportId{30}));
  EXPECT_EQ(list.items[0].detail, "SR-20");
  put(q::report_acknowledge, 30, kAuthor, at(2));
  EXPECT_TRUE(tasks_of(kAuthor, Role::kMarketing).items.empty());
}

TEST_P(TasksTest, AnEnabledChannelWithoutABoundLinkIsDownSinceItWasSeenSo) {
  for (const int64_t id : {40, 41, 42})
    put(q::channel_insert, id, "channel " + std::to_string(id), "", "smpp", "h", 1, "", Bytes(), "", "{}",
        id == 42 ? 0 : 1, 1, store().now(), Bytes(), 0);
  engine::ChannelStatus bound{.channel_id = 40, .name = {}, .link = {}};
  bound.link.state = link::LinkState::kBound;
  engine::ChannelStatus lost{.channel_id = 41, .name = {}, .link = {}};
  lost.link.state = link::LinkState::kBackoff;
  lost.link.last_error = "connection refused";
  links_ = {bound, lost};
  Tasks tasks(store(), [this] { return links_; });
  const Time seen = store().now();
  EXPECT_EQ(listed(tasks, kTechnician, Role::kTechnology).items.size(), 1u);
  clock_.advance(minutes(5));
  const TaskList list = listed(tasks, kTechnician, Role::kTechnology);
  ASSERT_THAT(told(list), ElementsAre("channel_down channel 41"));
  EXPECT_EQ(list.items[0].state, "backoff");
  EXPECT_EQ(list.items[0].detail, "connection refused");
  EXPECT_EQ(list.items[0].since, seen);
  EXPECT_TRUE(listed(tasks, kReviewer, Role::kCompliance).items.empty());
  links_[1].link.state = link::LinkState::kBound;
  EXPECT_TRUE(listed(tasks, kTechnician, Role::kTechnology).items.empty());
}

TEST_P(TasksTest, AnEmergencyStopWaitsForThoseWhoMayReleaseIt) {
  const auto stopped = db().write([&](db::Tx& tx) -> Result<> {
    store::SendingSettings settings;
    settings.emergency_stop = true;
    YZ_CHECK(store::save_sending_settings(tx, store(), settings, kTechnician));
    return store::append_audit(tx, store(), {},
                               {.action = "emergency.stop", .object_type = "server", .reason = "误发"});
  });
  ASSERT_TRUE(stopped) << to_string(stopped.error());
  const TaskList list = tasks_of(kReviewer, Role::kCompliance);
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(list.items[0].kind, "emergency_stop_active");
  EXPECT_EQ(list.items[0].object_type, "system");
  EXPECT_EQ(list.items[0].since, store().now());
  EXPECT_EQ(list.items[0].detail, "误发");
  EXPECT_TRUE(tasks_of(kTechnician, Role::kTechnology).items.empty());
}

TEST_P(TasksTest, CountsAreOfEverythingEvenWhenTheListIsCut) {
  const auto many = static_cast<int64_t>(limits::kTasksShown) + 5;
  for (int64_t id = 0; id < many; ++id) add_content(5000 + id, ContentState::kSubmitted, kAuthor);
  const TaskList list = tasks_of(kReviewer, Role::kCompliance);
  EXPECT_EQ(list.items.size(), limits::kTasksShown);
  EXPECT_TRUE(list.truncated);
  EXPECT_THAT(list.counts, ElementsAre(Pair("content_to_review", many)));
}

TEST_P(TasksTest, TheDirectoryNamesPeopleAndProgramsAndNothingElse) {
  put(q::api_key_insert, kColleague, "crm", Bytes{1}, domain::Roles{}.with(Role::kMarketing).bits, kAuthor,
      store().now(), store().now());
  const Directory directory(store());
  std::vector<std::string> names;
  ListDirectory request{.limit = 2, .after = {}};
  for (int page = 0; page < 10; ++page) {
    const auto found = directory.list(request);
    ASSERT_TRUE(found) << to_string(found.error());
    for (const DirectoryEntry& entry : found->items) names.push_back(entry.kind + ' ' + entry.display_name);
    if (!found->next_after) break;
    request.after = found->next_after;
  }
  EXPECT_THAT(names, ElementsAre("user User u1", "user User u2", "api_key crm", "user User u3",
                                 "user User u4", "user User u5"));
  const auto first = directory.list({.limit = 1, .after = {}});
  EXPECT_EQ(json::encode(first->items[0]),
            R"({"id":"usr_0000000000001","display_name":"User u1","roles":["marketing"],"kind":"user"})");
  EXPECT_EQ(directory.list({.limit = 1, .after = "cmp_0000000000001"}).error().field, "?after");
}

}  // namespace
}  // namespace yizhan::service
