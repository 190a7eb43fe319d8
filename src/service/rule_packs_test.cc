#include "service/rule_packs.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <fstream>

#include "service/contents.h"
#include "service/health.h"
#include "service/screening_clerk.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace fs = std::filesystem;
using screen::Verdict;

// A small pack of the company's beside the shipped ones.
std::string pack(const std::string& version, const std::string& date, const std::string& term,
                 const std::string& severity = "block") {
  return "[pack]\nid = \"company\"\nversion = \"" + version +
         "\"\njurisdiction = \"CN\"\neffective_date = " + date +
         "\n[[rule]]\nid = \"company.words\"\ncategory = \"FALSE_PROMISE\"\nseverity = \"" + severity +
         "\"\nlegal_basis = \"x\"\nsuggestion = { zh = \"改\", en = \"change\" }\nterms = [\"" + term +
         "\"]\n";
}

class RulePacksTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    fs::create_directories(folder());
    for (const char* name : {"cn_format.toml", "cn_forbidden.toml", "cn_advertising.toml", "cn_sector.toml"})
      fs::copy(std::string("rules/") + name, folder() + "/" + name);
    fs::copy("rules/data", folder() + "/data", fs::copy_options::recursive);
    packs_.emplace(store(), folder(), in_force_);
  }
  std::string folder() const { return folder_.file("rules"); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder() + "/" + name, std::ios::binary) << text;
  }
  Verdict judged(const std::string& text) const {
    const auto screener = in_force_.get();
    return screener->screen_rendered("【驿站科技】" + text + "拒收请回复R", screen::MessageClass::kMarketing)
        .verdict;
  }
  std::optional<RulePackDetail> company() const {
    for (const RulePackDetail& one : packs_->view().packs)
      if (one.id == "company") return one;
    return std::nullopt;
  }

  testing::TemporaryFolder folder_;
  ScreenerInForce in_force_;
  std::optional<RulePacks> packs_;
  const Principal admin_{store::ActorKind::kUser, 1, "admin", {}, {}};
};

YIZHAN_FOR_EACH_STORE(RulePacksTest);

TEST_P(RulePacksTest, WhatIsInForceIsTold) {
  write("company.toml", pack("1", "2020-01-01", "蓝月亮计划"));
  packs_->load_first();
  const RulePacksView view = packs_->view();
  ASSERT_EQ(view.packs.size(), 5U);
  EXPECT_EQ(view.loaded_at, store().now());
  EXPECT_EQ(view.trigger, RulePackTrigger::kStart);
  EXPECT_EQ(view.set.size(), 64U);
  EXPECT_FALSE(view.last_failure);
  const auto mine = company();
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->version, "1");
  EXPECT_EQ(mine->jurisdiction, "CN");
  EXPECT_EQ(mine->effective_date, "2020-01-01");
  EXPECT_EQ(mine->file, "company.toml");
  EXPECT_EQ(mine->rules, 1);
  EXPECT_EQ(mine->terms, 1);
  EXPECT_TRUE(actions().empty()) << "a start is no change";
}

TEST_P(RulePacksTest, AReloadReachesEverybodyWhoScreens) {
  packs_->load_first();
  Contents contents(store(), in_force_);
  const auto engine_screen = screen_rendered(in_force_);
  const auto throughout = screen_rendered_by(in_force_.get());
  const std::string text = "【驿站科技】蓝月亮计划开放报名。拒收请回复R";
  EXPECT_TRUE(engine_screen(text, domain::MessageClass::kMarketing).passes);
  const std::string before = packs_->view().set;

  write("company.toml", pack("1", "2020-01-01", "蓝月亮计划"));
  const auto done = packs_->reload(admin_, RulePackTrigger::kRequest);
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_NE(done->set, before);
  EXPECT_EQ(done->trigger, RulePackTrigger::kRequest);
  EXPECT_FALSE(engine_screen(text, domain::MessageClass::kMarketing).passes);
  EXPECT_TRUE(throughout(text, domain::MessageClass::kMarketing).passes)
      << "what was begun goes on as it was";
  ContentTextSpec spec;
  spec.signature = "驿站科技";
  spec.body = "蓝月亮计划开放报名。";
  spec.opt_out_text = "拒收请回复R";
  const auto measured = contents.measure(spec);
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->screening.verdict, "block");
  EXPECT_EQ(actions(), std::vector<std::string>{"rule_packs.reload"});
}

TEST_P(RulePacksTest, AFaultyPackLeavesTheOldOnesInForce) {
  write("company.toml", pack("1", "2020-01-01", "蓝月亮计划"));
  packs_->load_first();
  const std::string set = packs_->view().set;
  write("company.toml", pack("2", "2020-01-01", "红月亮计划", "fatal"));
  const auto done = packs_->reload(admin_, RulePackTrigger::kRequest);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kRulePackFaulty);
  EXPECT_TRUE(done.error().field.starts_with("company.toml: ")) << done.error().field;
  EXPECT_NE(done.error().field.find("company.words"), std::string::npos) << done.error().field;

  EXPECT_EQ(judged("蓝月亮计划开放报名。"), Verdict::kBlock);
  const RulePacksView view = packs_->view();
  EXPECT_EQ(view.set, set);
  ASSERT_TRUE(view.last_failure);
  EXPECT_EQ(view.last_failure->place, done.error().field);
  EXPECT_EQ(actions(), std::vector<std::string>{"rule_packs.reload_failed"});

  // A rule that is there twice: the file is told, too.
  write("company.toml", pack("2", "2020-01-01", "红月亮计划"));
  write("other.toml",
        "[pack]\nid = \"other\"\nversion = \"1\"\njurisdiction = \"CN\"\neffective_date = 2020-01-01\n"
        "[[allow]]\nid = \"company.words\"\nreason = \"x\"\nphrases = [\"某某\"]\n");
  const auto twice = packs_->reload(admin_, RulePackTrigger::kRequest);
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().field.find(".toml: company.words"), std::string::npos) << twice.error().field;

  fs::remove(folder() + "/other.toml");
  ASSERT_TRUE(packs_->reload(admin_, RulePackTrigger::kSignal));
  EXPECT_FALSE(packs_->view().last_failure);
  EXPECT_EQ(judged("蓝月亮计划开放报名。"), Verdict::kPass);
}

TEST_P(RulePacksTest, WithoutPacksNothingPasses) {
  fs::remove_all(folder());
  packs_->load_first();
  EXPECT_EQ(in_force_.get(), nullptr);
  EXPECT_TRUE(packs_->view().packs.empty());
  EXPECT_TRUE(packs_->view().last_failure);
  EXPECT_FALSE(screen_rendered(in_force_)("x", domain::MessageClass::kNotification).passes);
  Contents contents(store(), in_force_);
  ContentTextSpec spec;
  spec.body = "x";
  const auto measured = contents.measure(spec);
  ASSERT_FALSE(measured);
  EXPECT_EQ(measured.error().code, ErrorCode::kUnavailable);
}

TEST_P(RulePacksTest, APackTakesEffectAtMidnightInBeijing) {
  clock_.set(parse_rfc3339("2026-06-30T15:00:00Z").value());  // 23:00 there
  write("company.toml", pack("1", "2026-07-01", "蓝月亮计划"));
  packs_->load_first();
  EXPECT_FALSE(company());
  ASSERT_EQ(packs_->view().later.size(), 1U);
  EXPECT_EQ(packs_->view().later[0].effective_date, "2026-07-01");
  boost::asio::io_context io;
  engine::Engine engine(store(), io, {});
  Rescreenings rescreenings(store(), *packs_, engine);
  AllowPhrases phrases(store(), *packs_);
  ScreeningClerk clerk(*packs_, phrases, rescreenings);
  clock_.set(parse_rfc3339("2026-06-30T15:59:59Z").value());
  clerk.round();
  EXPECT_FALSE(company());
  clock_.set(parse_rfc3339("2026-06-30T16:00:00Z").value());
  clerk.round();
  EXPECT_TRUE(company());
  EXPECT_EQ(packs_->view().trigger, RulePackTrigger::kDate);
  EXPECT_EQ(judged("蓝月亮计划开放报名。"), Verdict::kBlock);
  // A day on which nothing changes is none that is told of.
  clock_.set(parse_rfc3339("2026-07-01T16:00:00Z").value());
  clerk.round();
  EXPECT_EQ(actions(), std::vector<std::string>{"rule_packs.reload"});
}

TEST_P(RulePacksTest, AFailureIsAHealthFinding) {
  packs_->load_first();
  const auto look = [&] {
    for (const HealthCheck& check :
         Health(store(), {.version = "1",
                          .data_folder = "/",
                          .started_at = store().now(),
                          .rule_packs = [this] { return packs_->view(); },
                          .links = [] { return std::vector<engine::ChannelStatus>{}; }})
             .look()
             .checks)
      if (check.name == "rule_packs") return check;
    return HealthCheck{};
  };
  EXPECT_EQ(look().status, "ok");
  write("company.toml", "[pack");
  EXPECT_FALSE(packs_->reload(admin_, RulePackTrigger::kSignal));
  EXPECT_EQ(look().status, "warn");
  EXPECT_NE(look().detail.find("company.toml: line 1"), std::string::npos) << look().detail;
}

}  // namespace
}  // namespace yizhan::service
