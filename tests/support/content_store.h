#pragma once
// Contents on a store with the rule packs that are shipped, and the people who write, review and decide.
// Single thread.
//
//   class ContentsTest : public testing::ContentStoreTest {};
//   YIZHAN_FOR_EACH_STORE(ContentsTest);

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/contents.h"
#include "support/service_store.h"

namespace yizhan::testing {

inline std::shared_ptr<const screen::Screener> screener_of(const std::vector<std::string>& files) {
  auto loaded = screen::Screener::load(files, "2026-01-01");
  EXPECT_TRUE(loaded) << (loaded ? "" : to_string(loaded.error()));
  return loaded.value_or(nullptr);
}
inline std::shared_ptr<const screen::Screener> shipped_screener() {
  static const auto screener = screener_of({"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                            "rules/cn_advertising.toml", "rules/cn_sector.toml"});
  return screener;
}

// A sector of the shipped rule packs.
inline constexpr const char* kEducation = "cn.sector.education";

inline service::ContentDraft draft(
    std::string body = "尊敬的{name}，您订购的会员服务已到续费时间，详情请咨询门店。") {
  service::ContentDraft d;
  d.name = "续费提醒";
  d.message_class = domain::MessageClass::kMarketing;
  d.purpose = "promotion";
  d.signature = "驿站科技";
  d.body = std::move(body);
  d.opt_out_text = "拒收请回复R";
  if (d.body.contains("{name}")) d.variables = {{"name", 10, "王女士"}};
  return d;
}

inline std::vector<service::CheckAnswer> all_points(service::Answer answer = service::Answer::kYes,
                                                    std::string note = "核对无误") {
  std::vector<service::CheckAnswer> list;
  for (const domain::CheckPoint point : values_of(domain::CheckPoint{}))
    list.push_back({point, answer, note});
  return list;
}

inline service::ApproveContent approval_of(const service::ContentView& view) {
  service::ApproveContent approval{"同意发送", all_points(), {}};
  for (const service::FindingView& f : view.latest.screening.findings)
    approval.dispositions.push_back({f.index, service::DispositionDecision::kDismissed, "门店服务，非促销"});
  for (const service::OpenProblem& p : view.open_problems)
    approval.judgements.push_back({p.number, service::ProblemOutcome::kAccepted, "", {}});
  return approval;
}

class ContentStoreTest : public ServiceTest {
 protected:
  // The signature of its texts stands.
  void SetUp() override {
    ServiceTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) add_signature("驿站科技");
  }
  service::Contents contents() { return service::Contents(store(), shipped_screener()); }
  static service::Principal person(int64_t id) {
    return {store::ActorKind::kUser, id, "u" + std::to_string(id), {}, {}};
  }
  const service::Principal author_ = person(11), first_ = person(12), compliance_ = person(13),
                           second_ = person(15);

  service::ContentView created(service::ContentDraft d = draft()) {
    auto view = contents().create(author_, d);
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view.value_or(service::ContentView{});
  }
  service::ContentView submitted(service::ContentView view) {
    const auto reviewed = contents().first_review(first_, view.id, view.version,
                                                  {all_points(service::Answer::kYes, ""), "已初审"});
    EXPECT_TRUE(reviewed) << (reviewed ? "" : to_string(reviewed.error()));
    const auto sent = contents().submit(author_, view.id, reviewed.value_or(view).version);
    EXPECT_TRUE(sent) << (sent ? "" : to_string(sent.error()));
    return sent.value_or(view);
  }
  service::ContentView approved() {
    const service::ContentView view = submitted(created());
    auto done = contents().approve(compliance_, view.id, view.version, approval_of(view));
    EXPECT_TRUE(done) << (done ? "" : to_string(done.error()));
    return done.value_or(view);
  }
  // Every open problem answered in the same way.
  void answer_all(ContentId id, service::ProblemAnswer answer = service::ProblemAnswer::kResolved) {
    service::AnswerProblems request;
    const auto view = contents().get(id);
    ASSERT_TRUE(view) << to_string(view.error());
    for (const service::OpenProblem& p : view->open_problems) {
      request.review_id = p.review_id;
      request.answers.push_back({p.number, answer, "已处理"});
    }
    const auto done = contents().answer_problems(author_, id, {}, request);
    ASSERT_TRUE(done) << to_string(done.error());
  }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorCode code, std::string_view field) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field) << result.error().message;
  }
};

}  // namespace yizhan::testing
