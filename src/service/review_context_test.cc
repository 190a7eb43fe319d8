#include "service/review_context.h"

#include <gtest/gtest.h>

#include "domain/consent.h"
#include "store/queries.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::ConsentKind;
using domain::MessageClass;
using domain::ReviewDecision;

class ReviewContextTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) add_signature("驿站科技");
  }
  static std::shared_ptr<const screen::Screener> screener() {
    static const auto loaded =
        screen::Screener::load(std::vector<std::string>{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                                        "rules/cn_advertising.toml", "rules/cn_sector.toml"},
                               "2026-01-01");
    return loaded.value_or(nullptr);
  }
  Contents contents() { return Contents(store(), screener()); }
  ReviewContexts contexts() { return ReviewContexts(store()); }
  static Principal person(int64_t id, domain::Role role) {
    return {store::ActorKind::kUser, id, "u" + std::to_string(id), domain::Roles{}.with(role), {}};
  }
  const Principal author_ = person(11, domain::Role::kMarketing),
                  first_ = person(12, domain::Role::kMarketing),
                  submitter_ = person(14, domain::Role::kMarketing),
                  compliance_ = person(13, domain::Role::kCompliance);

  static std::vector<CheckAnswer> points() {
    std::vector<CheckAnswer> list;
    for (const auto point : values_of(domain::CheckPoint{}))
      list.push_back({point, Answer::kYes, "核对无误"});
    return list;
  }
  ContentView created(std::string body) {
    ContentDraft draft;
    draft.name = "续费提醒";
    draft.purpose = "promotion";
    draft.signature = "驿站科技";
    draft.body = std::move(body);
    draft.opt_out_text = "拒收请回复R";
    const auto view = contents().create(author_, draft);
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view.value_or(ContentView{});
  }
  ContentView submitted(std::string body) {
    const ContentView view = created(std::move(body));
    EXPECT_TRUE(contents().first_review(first_, view.id, {}, {points(), "已初审"}));
    const auto sent = contents().submit(submitter_, view.id, {});
    EXPECT_TRUE(sent) << (sent ? "" : to_string(sent.error()));
    return sent.value_or(view);
  }
  ContentView decided(std::string body, ReviewDecision decision) {
    const ContentView view = submitted(std::move(body));
    std::vector<Disposition> dispositions;
    for (const FindingView& f : view.latest.screening.findings)
      dispositions.push_back({f.index, DispositionDecision::kDismissed, "无妨"});
    const auto done =
        decision == ReviewDecision::kApproved
            ? contents().approve(compliance_, view.id, {}, {"同意", points(), dispositions})
            : contents().reject(compliance_, view.id, {}, {"不妥", {{"legality", "x", {}}}, points(), {}});
    EXPECT_TRUE(done) << (done ? "" : to_string(done.error()));
    return done.value_or(view);
  }

  // Customer `id`, with what the ledger and the suppression list say of marketing.
  void add_customer(int64_t id, int64_t kind, const std::string& purpose = "", bool suppressed = false) {
    const std::string n = std::to_string(id);
    const std::string number = is_sqlite() ? "x'0" + n + "'" : "'\\x0" + n + "'";
    execute("INSERT INTO customer VALUES (" + n + ", " + number + ", " + number +
            ", NULL, NULL, 'CN', 1, 'Asia/Shanghai', '北京', '', '{}', " + (suppressed ? "8" : "0") +
            ", 0, 0, 0, 1, 0)");
    if (kind != 0)
      execute("INSERT INTO consent_state VALUES (" + n + ", 3, '" + purpose + "', " + std::to_string(kind) +
              ", 0, 0)");
  }
  void add_campaign(CampaignId id, ContentId content, int64_t state = 1) {
    const auto done = db().write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(q::campaign_insert, id, "春季", "拉新", MessageClass::kMarketing, "promotion", content,
                    Bytes{}, R"({"filter":{"cities":["北京"],"member_levels":[],"regions":[]}})",
                    store().now(), 0, 11, state, 11, store().now()));
      return {};
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  void add_user() {
    execute("INSERT INTO user_account VALUES (11, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1)");
  }
};

YIZHAN_FOR_EACH_STORE(ReviewContextTest);

TEST_P(ReviewContextTest, WhoMayDecideIsWhatApprovingSays) {
  const ContentView draft = created("您的会员服务已到续费时间。");
  EXPECT_EQ(contexts().of(compliance_, draft.id)->why_not, DecisionBar::kNotSubmitted);
  const ContentView sent = submitted("您的会员服务已到续费时间。");
  const auto bar = [&](const Principal& who) { return contexts().of(who, sent.id)->why_not; };
  const auto in_compliance = [&](const Principal& who) { return person(who.id, domain::Role::kCompliance); };
  EXPECT_EQ(bar(author_), DecisionBar::kNoPermission);
  const std::pair<Principal, DecisionBar> hands[] = {{author_, DecisionBar::kAuthor},
                                                     {first_, DecisionBar::kFirstReviewer},
                                                     {submitter_, DecisionBar::kSubmitter}};
  for (const auto& [who, expected] : hands) {
    const auto context = contexts().of(in_compliance(who), sent.id);
    ASSERT_TRUE(context) << to_string(context.error());
    EXPECT_FALSE(context->may_decide);
    EXPECT_EQ(context->why_not, expected);
    const auto refused = contents().approve(in_compliance(who), sent.id, {}, {"同意", points(), {}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kSeparationOfDuties);
  }
  const auto context = contexts().of(compliance_, sent.id);
  EXPECT_TRUE(context->may_decide);
  EXPECT_FALSE(context->why_not);
  EXPECT_EQ(context->submitted_by, UserId{submitter_.id});
  EXPECT_EQ(context->submitted_at, store().now());
  EXPECT_EQ(contexts().of(compliance_, ContentId{5}).error().code, ErrorCode::kNotFound);
}

TEST_P(ReviewContextTest, TheConsentBasisSumsToTheAudience) {
  add_user();
  const ContentView sent = submitted("您的会员服务已到续费时间。");
  const auto granted = static_cast<int64_t>(ConsentKind::kGranted);
  add_customer(1, granted);
  add_customer(2, granted, "promotion");
  add_customer(3, granted, "another");  // of another purpose: none for this one
  add_customer(4, 0);
  add_customer(5, static_cast<int64_t>(ConsentKind::kWithdrawn));
  add_customer(6, static_cast<int64_t>(ConsentKind::kRefused), "promotion");
  add_customer(7, granted, "", true);
  add_customer(8, granted);
  execute("UPDATE customer SET city = '上海' WHERE id = 8");  // in no audience
  add_campaign(CampaignId{10}, sent.id);
  add_campaign(CampaignId{11}, sent.id);
  add_campaign(CampaignId{12}, sent.id, static_cast<int64_t>(domain::CampaignState::kCancelled));
  const auto context = contexts().of(compliance_, sent.id);
  ASSERT_TRUE(context) << to_string(context.error());
  ASSERT_EQ(context->campaigns.size(), 2u);
  EXPECT_EQ(context->campaigns[0].id, CampaignId{11});
  EXPECT_EQ(context->campaigns[0].audience_count, 7);
  EXPECT_FALSE(context->campaigns[0].frozen);
  EXPECT_EQ(context->audience_count, 14);
  const ConsentBasis& basis = context->consent_basis;
  EXPECT_EQ(basis.granted, 4);
  EXPECT_EQ(basis.missing, 4);
  EXPECT_EQ(basis.withdrawn, 4);
  EXPECT_EQ(basis.suppressed, 2);
}

TEST_P(ReviewContextTest, AFrozenAudienceIsCountedByItsRows) {
  add_user();
  const ContentView sent = submitted("您的会员服务已到续费时间。");
  for (int64_t id = 1; id <= 3; ++id) add_customer(id, static_cast<int64_t>(ConsentKind::kGranted));
  add_campaign(CampaignId{10}, sent.id);
  const auto frozen = db().write([&](db::Tx& tx) -> Result<> {
    db::Columns messages;
    for (int64_t id = 1; id <= 2; ++id)
      messages.row(100 + id, 20, id, 0, domain::MessageState::kHeld, domain::Reason::kNotStarted, 1, Bytes{1},
                   store().now());
    YZ_TRY(tx.bulk(q::message_insert, messages));
    YZ_TRY(tx.run(q::batch_insert, 20, 1, CampaignId{10}, 3, Bytes{}, 3, "promotion", 0, 0, 1440, 0, 0, 1, 2,
                  101, 102, store().now(), 0));
    YZ_TRY(tx.run(q::campaign_freezing, CampaignId{10}, 2, 20, 3, Bytes{}, store().now(), 1));
    YZ_TRY(tx.run(q::campaign_frozen, CampaignId{10}, 3, 2, Bytes{}, store().now(), 2));
    return {};
  });
  ASSERT_TRUE(frozen) << to_string(frozen.error());
  execute("INSERT INTO frequency_use VALUES (2, 3, " + std::to_string(store().now().us) + ", 1)");
  const auto context = contexts().of(compliance_, sent.id);
  ASSERT_TRUE(context) << to_string(context.error());
  ASSERT_EQ(context->campaigns.size(), 1u);
  EXPECT_TRUE(context->campaigns[0].frozen);
  EXPECT_EQ(context->audience_count, 2);
  EXPECT_EQ(context->consent_basis.granted, 2);
  EXPECT_EQ(context->frequency[0].at_limit, 1);
}

TEST_P(ReviewContextTest, WhoHasHadTheLimitIsCounted) {
  add_user();
  const ContentView sent = submitted("您的会员服务已到续费时间。");
  add_campaign(CampaignId{10}, sent.id);
  const int64_t now = store().now().us;
  const auto use = [&](int64_t customer, int64_t message_class, Duration ago, int64_t message) {
    execute("INSERT INTO frequency_use VALUES (" + std::to_string(customer) + ", " +
            std::to_string(message_class) + ", " + std::to_string(now - ago.us) + ", " +
            std::to_string(message) + ")");
  };
  for (int64_t id = 1; id <= 4; ++id) add_customer(id, 0);
  use(1, 3, hours(1), 1);
  use(1, 3, days(3), 2);
  use(2, 3, days(1), 3);  // a day ago to the microsecond: out of the window
  use(2, 3, days(2), 4);
  use(3, 1, hours(1), 5);  // of another class
  const auto context = contexts().of(compliance_, sent.id);
  ASSERT_TRUE(context) << to_string(context.error());
  ASSERT_EQ(context->frequency.size(), 3u);  // the defaults of marketing: 1 a day, 2 a week, 4 in 30 days
  EXPECT_EQ(context->frequency[0].limit, 1);
  EXPECT_EQ(context->frequency[0].period_seconds, 86'400);
  EXPECT_EQ(context->frequency[0].at_limit, 1);
  EXPECT_EQ(context->frequency[1].at_limit, 2);
  EXPECT_EQ(context->frequency[2].at_limit, 0);
}

TEST_P(ReviewContextTest, SimilarTextsComeWithTheirDecision) {
  const ContentView near = decided("您的会员服务已到续费时间，详情请咨询门店。", ReviewDecision::kApproved);
  const ContentView nearer = decided("您的会员服务已到续费时间，请咨询。", ReviewDecision::kRejected);
  decided("本店周末营业时间调整为上午十点。", ReviewDecision::kApproved);
  created("您的会员服务已到续费时间。");  // never reviewed
  const ContentView sent = submitted("您的会员服务已到续费时间，请咨询我。");
  const auto context = contexts().of(compliance_, sent.id);
  ASSERT_TRUE(context) << to_string(context.error());
  ASSERT_EQ(context->similar.size(), 2u);
  EXPECT_EQ(context->similar[0].content_id, nearer.id);
  EXPECT_EQ(context->similar[0].decision, ReviewDecision::kRejected);
  EXPECT_EQ(context->similar[0].opinion_number, "RO-2027-000002");
  EXPECT_EQ(context->similar[0].text, "【驿站科技】您的会员服务已到续费时间，请咨询。拒收请回复R");
  EXPECT_EQ(context->similar[1].content_id, near.id);
  EXPECT_GT(context->similar[0].similarity, context->similar[1].similarity);
  EXPECT_GE(context->similar[1].similarity, 0.3);
}

TEST_P(ReviewContextTest, AtMostFiveSimilarTexts) {
  for (int i = 0; i < 7; ++i) decided("您的会员服务已到续费时间。", ReviewDecision::kApproved);
  const auto context = contexts().of(compliance_, submitted("您的会员服务已到续费时间。").id);
  ASSERT_TRUE(context);
  ASSERT_EQ(context->similar.size(), 5u);
  EXPECT_EQ(context->similar[0].opinion_number, "RO-2027-000007");  // the latest of equals first
  EXPECT_DOUBLE_EQ(context->similar[0].similarity, 1);
}

TEST_P(ReviewContextTest, TheVersionsToCompareWith) {
  const ContentView approved = decided("您的会员服务已到续费时间。", ReviewDecision::kApproved);
  EXPECT_FALSE(contexts().of(compliance_, approved.id)->last_reviewed_version);  // there is none before it
  ContentDraft draft;
  static_cast<ContentTextSpec&>(draft) = approved.latest.text;
  draft.name = approved.name;
  const auto save = [&](const char* body) {
    draft.body = body;
    ASSERT_TRUE(contents().save(author_, approved.id, {}, draft));
    ASSERT_TRUE(contents().first_review(first_, approved.id, {}, {points(), "已初审"}));
    ASSERT_TRUE(contents().submit(submitter_, approved.id, {}));
  };
  save("您的会员服务已到续费时间，请咨询。");
  ASSERT_TRUE(
      contents().reject(compliance_, approved.id, {}, {"不妥", {{"legality", "x", {}}}, points(), {}}));
  // The problem is to be answered before the next submission.
  const auto rejected = contents().get(approved.id);
  ASSERT_TRUE(rejected);
  ASSERT_TRUE(contents().answer_problems(
      author_, approved.id, {},
      {rejected->open_problems.at(0).review_id, {{0, ProblemAnswer::kResolved, "已改"}}}));
  save("您的会员服务已到续费时间，请咨询门店。");
  const auto context = contexts().of(compliance_, approved.id);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->last_reviewed_version, 2);
  EXPECT_EQ(context->last_approved_version, 1);
}

}  // namespace
}  // namespace yizhan::service
