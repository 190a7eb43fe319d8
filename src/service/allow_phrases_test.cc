#include "service/allow_phrases.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "service/screening_clerk.h"
#include "service/screenings.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::MessageClass;

TEST(NeverAllowedFor, WhatTheLawForbidsAnybodyToSend) {
  screen::RuleInfo rule;
  rule.category = screen::Category::kGambling;
  rule.severity[static_cast<size_t>(screen::MessageClass::kMarketing)] = screen::Severity::kReview;
  EXPECT_FALSE(is_never_allowed_for(rule)) << "it asks for a reviewer only";
  rule.severity[static_cast<size_t>(screen::MessageClass::kPublicService)] = screen::Severity::kBlock;
  EXPECT_TRUE(is_never_allowed_for(rule)) << "it blocks in one class";
  rule.category = screen::Category::kAbsoluteTerm;
  EXPECT_FALSE(is_never_allowed_for(rule));
}

class AllowPhrasesTest : public testing::ServiceTest {
 protected:
  static constexpr const char* kBody = "国家级制陶师到店，欢迎光临。";

  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    packs_.emplace(store(), "rules", in_force_);
    packs_->load_first();
    phrases_.emplace(store(), *packs_);
    const FindingView* found = absolute(screened());
    ASSERT_NE(found, nullptr);
    rule_ = found->rule_id;
  }
  ScreeningView screened(const std::string& body = kBody) {
    last_ = screen_text(in_force_.get().get(),
                        {MessageClass::kMarketing, "promotion", "驿站科技", body, "拒收请回复R", {}})
                .value_or(ScreeningView{});
    return last_;
  }
  // What is found of 国家级.
  const FindingView* absolute(const ScreeningView& screening) {
    last_ = screening;
    for (const FindingView& f : last_.findings)
      if (f.term == "国家级") return &f;
    return nullptr;
  }
  std::string company_version() {
    for (const RulePackView& pack : screened().rule_packs)
      if (pack.id == kCompanyPackId) return pack.version;
    return "";
  }
  template <class T>
  static T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    return result ? std::move(result).value() : T{};
  }
  template <class T>
  static void refused(const Result<T>& result, ErrorCode code, std::string_view field = {}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field) << result.error().message;
  }
  AllowPhraseView asked(const std::string& phrase = "国家级制陶师") {
    return ok(phrases_->request(
        marketing_, {.phrase = phrase, .rule_id = rule_, .content_id = {}, .reason = "官方称号"}));
  }

  ScreenerInForce in_force_;
  std::optional<RulePacks> packs_;
  std::optional<AllowPhrases> phrases_;
  std::string rule_;
  ScreeningView last_;
  const Principal marketing_{store::ActorKind::kUser, 11, "m", {}, {}};
  const Principal compliance_{store::ActorKind::kUser, 13, "c", {}, {}};
};

YIZHAN_FOR_EACH_STORE(AllowPhrasesTest);

TEST_P(AllowPhrasesTest, WhatIsGrantedIsInForceAtOnceAndAfterALoad) {
  const AllowPhraseView request = asked();
  EXPECT_EQ(request.state, AllowPhraseState::kRequested);
  EXPECT_EQ(request.category, "ABSOLUTE_TERM");
  EXPECT_NE(absolute(screened()), nullptr) << "a request allows nothing";
  EXPECT_EQ(company_version(), "");
  const std::string set = packs_->view().set;

  const AllowPhraseView granted =
      ok(phrases_->grant(compliance_, request.id, request.version, {"核对过证书", {rule_}, {}}));
  EXPECT_EQ(granted.state, AllowPhraseState::kGranted);
  EXPECT_EQ(granted.rules, std::vector<std::string>{rule_});
  EXPECT_EQ(absolute(screened()), nullptr);
  EXPECT_NE(absolute(screened("国家级品质。")), nullptr) << "the phrase alone is allowed";
  EXPECT_EQ(company_version(), "1") << "and a screening says by which lists it was made";
  EXPECT_NE(packs_->view().set, set) << "what is live is screened anew";
  EXPECT_EQ(packs_->view().trigger, RulePackTrigger::kLists);

  ok(packs_->reload(compliance_, RulePackTrigger::kRequest));
  EXPECT_EQ(absolute(screened()), nullptr);
  RulePacks restarted(store(), "rules", in_force_);
  restarted.load_first();
  EXPECT_EQ(absolute(screened()), nullptr);

  ok(phrases_->revoke(compliance_, request.id, {}, {"证书已过期"}));
  EXPECT_NE(absolute(screened()), nullptr);
  EXPECT_EQ(company_version(), "2");
  const auto log = actions();
  EXPECT_EQ(std::ranges::count(log, "allow_phrase.request"), 1);
  EXPECT_EQ(std::ranges::count(log, "allow_phrase.grant"), 1);
  EXPECT_EQ(std::ranges::count(log, "allow_phrase.revoke"), 1);
}

TEST_P(AllowPhrasesTest, ForTheRulesItIsRestrictedToOrForAll) {
  const AllowPhraseView elsewhere = asked();
  ok(phrases_->grant(compliance_, elsewhere.id, {}, {"x", {"cn.promotion.rules"}, {}}));
  EXPECT_NE(absolute(screened()), nullptr) << "allowed for another rule";
  const AllowPhraseView everywhere = asked();
  ok(phrases_->grant(compliance_, everywhere.id, {}, {"x", {}, {}}));
  EXPECT_EQ(absolute(screened()), nullptr);
}

TEST_P(AllowPhrasesTest, NothingIsAllowedForWhatTheLawForbids) {
  const ScreeningView gambling = screened("六合彩资料送上门。");
  ASSERT_EQ(gambling.verdict, "block");
  const auto rule = std::ranges::find(gambling.findings, "block", &FindingView::severity)->rule_id;
  refused(phrases_->request(marketing_,
                            {.phrase = "六合彩资料", .rule_id = rule, .content_id = {}, .reason = "x"}),
          ErrorCode::kInvalidArgument, "/rule_id");
  const AllowPhraseView request = asked("六合彩资料");
  refused(phrases_->grant(compliance_, request.id, {}, {"x", {rule}, {}}), ErrorCode::kInvalidArgument,
          "/rules");
  // Not even by a phrase that is allowed for every rule.
  ok(phrases_->grant(compliance_, request.id, {}, {"x", {}, {}}));
  EXPECT_EQ(screened("六合彩资料送上门。").verdict, "block");
}

TEST_P(AllowPhrasesTest, WhoAsksDoesNotDecideAndADecisionIsOne) {
  const AllowPhraseView request = asked();
  refused(phrases_->grant(marketing_, request.id, {}, {"x", {}, {}}), ErrorCode::kSeparationOfDuties);
  refused(phrases_->refuse(marketing_, request.id, {}, {"x"}), ErrorCode::kSeparationOfDuties);
  refused(phrases_->refuse(compliance_, request.id, 7, {"x"}), ErrorCode::kVersionConflict, "version");
  refused(phrases_->revoke(compliance_, request.id, {}, {"x"}), ErrorCode::kWrongState, "state");
  const AllowPhraseView no = ok(phrases_->refuse(compliance_, request.id, request.version, {"属绝对化用语"}));
  EXPECT_EQ(no.state, AllowPhraseState::kRefused);
  EXPECT_EQ(no.reason, "属绝对化用语");
  refused(phrases_->grant(compliance_, request.id, {}, {"x", {}, {}}), ErrorCode::kWrongState, "state");
  EXPECT_NE(absolute(screened()), nullptr);
  EXPECT_EQ(ok(phrases_->list({})).items.size(), 1U);
  EXPECT_TRUE(ok(phrases_->list({.after = {}, .state = AllowPhraseState::kGranted})).items.empty());
}

TEST_P(AllowPhrasesTest, ItsTimeEnds) {
  const AllowPhraseView request = asked();
  refused(phrases_->grant(compliance_, request.id, {}, {"x", {}, clock_.now()}), ErrorCode::kInvalidArgument,
          "/expires_at");
  ok(phrases_->grant(compliance_, request.id, {}, {"x", {}, clock_.now() + hours(1)}));
  boost::asio::io_context io;
  engine::Engine engine(store(), io, {});
  Rescreenings rescreenings(store(), *packs_, engine);
  ScreeningClerk clerk(*packs_, *phrases_, rescreenings);
  clerk.round();
  EXPECT_EQ(absolute(screened()), nullptr);
  clock_.advance(hours(1));
  clerk.round();
  EXPECT_NE(absolute(screened()), nullptr);
  EXPECT_EQ(ok(phrases_->get(request.id)).state, AllowPhraseState::kExpired);
  EXPECT_EQ(actions().back(), "allow_phrase.expire");
}

// Digits alone are no words: such a phrase would keep every later load from succeeding.
TEST_P(AllowPhrasesTest, APhraseThatCannotBeLookedForIsNotGranted) {
  const AllowPhraseView request = asked("12345");
  refused(phrases_->grant(compliance_, request.id, {}, {"x", {}, {}}), ErrorCode::kInvalidArgument, "phrase");
  EXPECT_EQ(ok(phrases_->get(request.id)).state, AllowPhraseState::kRequested);
}

TEST_P(AllowPhrasesTest, ChecksAndUnknownRulesAreNotAllowedFor) {
  for (const char* rule : {"cn.signature.length", "no.such.rule"})
    refused(
        phrases_->request(marketing_, {.phrase = "某某", .rule_id = rule, .content_id = {}, .reason = "x"}),
        ErrorCode::kInvalidArgument, "/rule_id");
}

}  // namespace
}  // namespace yizhan::service
