#include "service/signatures.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/gate_lookup.h"
#include "engine/housekeeping.h"
#include "engine/signatures.h"
#include "service/contents.h"
#include "service/tasks.h"
#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;
using domain::FilingState;
using domain::MessageClass;
using domain::SignatureDeed;
using domain::SignatureSource;
using domain::SignatureState;

constexpr const char* kText = "驿站百货";

ScreenerInForce forbidden_screener() {
  static const auto loaded = screen::Screener::load(
      std::vector<std::string>{"rules/cn_format.toml", "rules/cn_forbidden.toml"}, "2026-01-01");
  EXPECT_TRUE(loaded) << (loaded ? "" : to_string(loaded.error()));
  return loaded.value_or(nullptr);
}

class SignaturesTest : public testing::CampaignWorld {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(world_->store(), folder_.file("evidence"));
    signatures_.emplace(world_->store(), forbidden_screener(), *engine_);
    filings_.emplace(world_->store(), *evidence_, *engine_);
  }
  static Principal person(int64_t id, domain::Role role) {
    return {store::ActorKind::kUser, id, "u" + std::to_string(id), domain::Roles{}.with(role), {}};
  }
  Qualifications documents() { return Qualifications(world_->store(), *evidence_); }
  std::string file(std::string_view text = "%PDF-1.7 licence") {
    const std::string path = folder_.file("licence.pdf");
    std::ofstream(path) << text;
    return path;
  }
  QualificationView hold(int64_t valid_days = 365) {
    const Time from = clock_.now() - days(1);
    return ok(documents().add(
        reviewer_, {"营业执照", "营业执照", "91310000", "市场监督管理局", from, from + days(valid_days)},
        file(), "licence.pdf"));
  }
  SignatureDraft draft(std::vector<QualificationId> proofs = {}, std::string text = kText) {
    return {.text = std::move(text),
            .source = SignatureSource::kCompanyName,
            .explanation = "公司字号",
            .message_classes = {MessageClass::kMarketing, MessageClass::kNotification},
            .qualification_ids = std::move(proofs)};
  }
  SignatureView submitted() {
    const SignatureView made = ok(signatures_->create(author_, draft({hold().id})));
    return ok(signatures_->submit(author_, made.id, made.version));
  }
  SignatureView approved() {
    const SignatureView sent = submitted();
    return ok(signatures_->approve(reviewer_, sent.id, sent.version, {"同意"}));
  }
  // That of the world's campaigns.
  SignatureId of_campaigns() { return SignatureId{count("SELECT id FROM signature WHERE text = '驿站'")}; }
  SignatureView read(SignatureId id) { return ok(signatures_->get(reviewer_, id)); }
  SignatureFilingView file_as(SignatureId id, FilingState state, std::optional<Time> until = {}) {
    return ok(filings_->set(technology_, id, channel_, {},
                            {.state = state, .reference = "R-1", .valid_until = until, .note = {}}));
  }
  void require_filing() {
    execute("UPDATE channel SET requires_filed_signature = 1 WHERE id = " + std::to_string(channel_.value));
  }
  // What the gates ask of a batch now.
  engine::BatchRules rules_of(int64_t batch) {
    return ok(db().read([&](db::Tx& tx) -> Result<engine::BatchRules> {
      const auto plan = YZ_TRY(engine::load_batch_plan(tx, batch));
      return engine::load_batch_rules(tx, *plan, clock_.now());
    }));
  }
  std::vector<TaskView> tasks_of(const Principal& who) {
    Tasks tasks(world_->store(), [] { return std::vector<engine::ChannelStatus>{}; });
    std::vector<TaskView> all = ok(tasks.list(who)).items;
    std::erase_if(all, [](const TaskView& task) { return task.object_type != "signature"; });
    return all;
  }
  int64_t logged(const std::string& action) {
    return count("SELECT count(*) FROM audit_log WHERE action = '" + action + "'");
  }

  testing::TemporaryFolder folder_;
  std::optional<EvidenceFiles> evidence_;
  std::optional<Signatures> signatures_;
  std::optional<SignatureFilingRegister> filings_;
  const Principal author_ = person(11, domain::Role::kMarketing),
                  reviewer_ = person(13, domain::Role::kCompliance),
                  other_ = person(15, domain::Role::kCompliance),
                  filer_ = person(17, domain::Role::kTechnology);
};
YIZHAN_FOR_EACH_STORE(SignaturesTest);

TEST_P(SignaturesTest, TheWholeRoad) {
  const SignatureView made = ok(signatures_->create(author_, draft({hold().id})));
  EXPECT_EQ(made.state, SignatureState::kDraft);
  EXPECT_EQ(made.text, kText);
  ASSERT_EQ(made.qualifications.size(), 1U);
  EXPECT_FALSE(made.may_decide);
  const SignatureView sent = ok(signatures_->submit(author_, made.id, made.version));
  EXPECT_EQ(sent.state, SignatureState::kSubmitted);
  EXPECT_TRUE(read(made.id).may_decide);
  const SignatureView done = ok(signatures_->approve(reviewer_, made.id, sent.version, {"同意使用"}));
  EXPECT_EQ(done.state, SignatureState::kApproved);
  EXPECT_EQ(done.state_reason, "同意使用");
  ASSERT_EQ(done.events.size(), 3U);
  EXPECT_EQ(done.events[0].deed, SignatureDeed::kApproved);
  EXPECT_EQ(done.events[0].actor_id, UserId{13});
  EXPECT_EQ(done.events[0].at, clock_.now());
  EXPECT_EQ(done.events[2].deed, SignatureDeed::kCreated);
  const SignatureView held = ok(signatures_->suspend(reviewer_, made.id, done.version, {"复查"}));
  EXPECT_EQ(held.state, SignatureState::kSuspended);
  const SignatureView again = ok(signatures_->resume(other_, made.id, held.version, {"无误"}));
  EXPECT_EQ(again.state, SignatureState::kApproved);
  const SignatureView gone = ok(signatures_->withdraw(reviewer_, made.id, {}, {"停用"}));
  EXPECT_EQ(gone.state, SignatureState::kWithdrawn);
  for (const char* action : {"signature.create", "signature.submit", "signature.approve", "signature.suspend",
                             "signature.resume", "signature.withdraw"})
    EXPECT_EQ(logged(action), 1) << action;
  const auto page = ok(signatures_->list({.after = {}, .state = SignatureState::kWithdrawn, .q = {}}));
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].filings.size(), 1U);
  EXPECT_EQ(ok(signatures_->list({.after = {}, .state = {}, .q = "百货"})).items.size(), 1U);
}

TEST_P(SignaturesTest, WhoeverAsksForItDoesNotDecide) {
  const SignatureView sent = submitted();
  const Principal both{store::ActorKind::kUser,
                       author_.id,
                       "u",
                       domain::Roles{}.with(domain::Role::kMarketing).with(domain::Role::kCompliance),
                       {}};
  refused(signatures_->approve(both, sent.id, {}, {"x"}), ErrorCode::kSeparationOfDuties);
  refused(signatures_->reject(both, sent.id, {}, {"x"}), ErrorCode::kSeparationOfDuties);
  EXPECT_FALSE(ok(signatures_->get(both, sent.id)).may_decide);
  // Nor whoever changed it.
  ok(signatures_->reject(reviewer_, sent.id, {}, {"说明不清"}));
  ok(signatures_->edit(other_, sent.id, {}, draft({hold().id})));
  ok(signatures_->submit(author_, sent.id, {}));
  refused(signatures_->approve(other_, sent.id, {}, {"x"}), ErrorCode::kSeparationOfDuties);
  ok(signatures_->approve(reviewer_, sent.id, {}, {"同意"}));
  ok(signatures_->suspend(reviewer_, sent.id, {}, {"复查"}));
  refused(signatures_->resume(both, sent.id, {}, {"x"}), ErrorCode::kSeparationOfDuties);
}

TEST_P(SignaturesTest, TheRightToItIsProved) {
  const SignatureView made = ok(signatures_->create(author_, draft()));
  refused(signatures_->submit(author_, made.id, {}), ErrorCode::kQualificationMissing, "qualification_ids");
  refused(signatures_->edit(author_, made.id, {}, draft({QualificationId{99}})), ErrorCode::kInvalidArgument,
          "/qualification_ids/0");
  const QualificationView proof = hold(5);
  refused(signatures_->edit(author_, made.id, {}, draft({proof.id, proof.id})), ErrorCode::kInvalidArgument,
          "/qualification_ids/1");
  ok(signatures_->edit(author_, made.id, {}, draft({proof.id})));
  ok(signatures_->submit(author_, made.id, {}));
  clock_.advance(days(6));
  refused(signatures_->approve(reviewer_, made.id, {}, {"同意"}), ErrorCode::kQualificationExpired,
          "qualification_ids");
}

TEST_P(SignaturesTest, WhatASignatureMayNotBe) {
  for (const char* text : {"短信", "验证码", "通知", "测试", "12345", "驿站 百货", "驿站-百货"})
    refused(signatures_->create(author_, draft({}, text)), ErrorCode::kScreeningBlocked, "/text");
  ok(signatures_->create(author_, draft({}, "驿站ABC")));
  for (const char* alike : {"驿站ABC", "驿站abc", "驛站ABC"})
    refused(signatures_->create(author_, draft({}, alike)), ErrorCode::kConflict, "/text");
  Signatures blind(world_->store(), {}, *engine_);
  refused(blind.create(author_, draft()), ErrorCode::kUnavailable);
}

TEST_P(SignaturesTest, EveryOtherStepIsRefused) {
  const SignatureView made = ok(signatures_->create(author_, draft({hold().id})));
  for (const auto deed : {&Signatures::approve, &Signatures::reject, &Signatures::suspend,
                          &Signatures::resume, &Signatures::withdraw})
    refused(((*signatures_).*deed)(reviewer_, made.id, {}, {"x"}), ErrorCode::kWrongState, "state");
  ok(signatures_->submit(author_, made.id, {}));
  refused(signatures_->edit(author_, made.id, {}, draft()), ErrorCode::kWrongState, "state");
  refused(signatures_->resume(reviewer_, made.id, {}, {"x"}), ErrorCode::kWrongState, "state");
  refused(signatures_->approve(reviewer_, made.id, int64_t{1}, {"x"}), ErrorCode::kVersionConflict,
          "version");
  ok(signatures_->reject(reviewer_, made.id, {}, {"文件不符"}));
  EXPECT_EQ(read(made.id).state_reason, "文件不符");
  refused(signatures_->submit(author_, made.id, {}), ErrorCode::kWrongState, "state");
  ok(signatures_->edit(author_, made.id, {}, draft({hold().id})));
  ok(signatures_->submit(author_, made.id, {}));
  ok(signatures_->approve(reviewer_, made.id, {}, {"同意"}));
  // In use it is only explained and proved better.
  SignatureDraft wider = draft({hold().id});
  wider.message_classes.push_back(MessageClass::kVerification);
  refused(signatures_->edit(author_, made.id, {}, wider), ErrorCode::kWrongState, "/message_classes");
  refused(signatures_->edit(author_, made.id, {}, draft({}, "驿站商城")), ErrorCode::kWrongState, "/text");
  const SignatureView proved = ok(signatures_->edit(author_, made.id, {}, draft({hold().id, hold().id})));
  EXPECT_EQ(proved.state, SignatureState::kApproved);
  EXPECT_EQ(proved.qualifications.size(), 2U);
  refused(signatures_->get(reviewer_, SignatureId{99}), ErrorCode::kNotFound);
}

TEST_P(SignaturesTest, AContentBearsWhatIsKnownAndIsApprovedUnderWhatIsApproved) {
  Contents contents(world_->store(), forbidden_screener());
  std::vector<CheckAnswer> points;
  for (const auto point : values_of(domain::CheckPoint{})) points.push_back({point, Answer::kYes, "已核对"});
  ContentDraft text;
  text.name = "到店";
  text.message_class = MessageClass::kNotification;
  text.signature = kText;
  text.body = "您预约的服务时间为明天上午，请准时到店。";
  const ContentView made = ok(contents.create(author_, text));
  EXPECT_EQ(made.signature.word, SignatureWord::kUnknown);
  EXPECT_EQ(ok(contents.measure(text)).signature.word, SignatureWord::kUnknown);
  ok(contents.first_review(author_, made.id, {}, {points, "已初审"}));
  refused(contents.submit(author_, made.id, {}), ErrorCode::kSignatureNotApproved, "/signature");

  const SignatureView signature = submitted();
  const ContentView sent = ok(contents.submit(author_, made.id, {}));
  EXPECT_EQ(sent.signature.word, SignatureWord::kPending) << "it may still be approved";
  EXPECT_EQ(sent.signature.signature_id, signature.id);
  refused(contents.approve(reviewer_, made.id, {}, {"同意", points, {}, {}}),
          ErrorCode::kSignatureNotApproved, "/signature");
  ok(signatures_->approve(reviewer_, signature.id, {}, {"同意"}));
  EXPECT_EQ(ok(contents.approve(reviewer_, made.id, {}, {"同意", points, {}, {}})).approval,
            Approval::kStands);
  ASSERT_EQ(read(signature.id).contents.size(), 1U);
  EXPECT_TRUE(read(signature.id).contents[0].approved);
  EXPECT_EQ(read(signature.id).live_contents, 1);

  ok(signatures_->suspend(reviewer_, signature.id, {}, {"复查"}));
  EXPECT_EQ(ok(contents.get(made.id)).approval, Approval::kUnsigned);
  // Of a class that it is not approved for.
  ok(signatures_->resume(reviewer_, signature.id, {}, {"无误"}));
  text.message_class = MessageClass::kVerification;
  text.body = "您的验证码是{code}，五分钟内有效。";
  text.variables = {{"code", 6, "123456"}};
  const ContentView code = ok(contents.create(author_, text));
  EXPECT_EQ(code.signature.word, SignatureWord::kNotForClass);
  ok(contents.first_review(author_, code.id, {}, {points, "已初审"}));
  refused(contents.submit(author_, code.id, {}), ErrorCode::kSignatureNotApproved, "/signature");
}

TEST_P(SignaturesTest, SuspendingItStopsWhatRunsAndWhatWaits) {
  const CampaignView waiting = handed_over(), going = running();
  const int64_t batch = batch_of(going.id);
  const SignatureId id = of_campaigns();
  EXPECT_TRUE(rules_of(batch).rules.signature.approved);
  ok(signatures_->suspend(reviewer_, id, {}, {"运营商投诉"}));
  EXPECT_EQ(state(going.id), CampaignState::kPaused);
  EXPECT_EQ(ok(campaigns_->get(going.id)).state_reason, engine::kSignatureSuspended);
  EXPECT_FALSE(rules_of(batch).rules.signature.approved);
  EXPECT_EQ(rules_of(batch).rules.signature.text, "suspended");
  const engine::Verdict verdict = engine::judge(rules_of(batch).rules, {.number = 1}, clock_.now());
  EXPECT_EQ(name_of(verdict.reason), "signature_not_approved");
  // Nothing begins, and what is paused does not go on.
  refused(campaigns_->resume(technology_, going.id, {"x"}), ErrorCode::kSignatureNotApproved, "content_id");
  ok(campaigns_->set_parameters(technology_, waiting.id, {}, parameters()));
  refused(tests_->start(technology_, waiting.id, {}), ErrorCode::kSignatureNotApproved, "content_id");
  ok(signatures_->resume(reviewer_, id, {}, {"已澄清"}));
  EXPECT_EQ(state(going.id), CampaignState::kPaused) << "that it goes on, people say";
  ok(campaigns_->resume(technology_, going.id, {"已澄清"}));
  EXPECT_EQ(state(going.id), CampaignState::kRunning);
  EXPECT_TRUE(rules_of(batch).rules.signature.approved);
}

TEST_P(SignaturesTest, AFilingIsEnteredStepByStepAndItsHistoryStays) {
  const SignatureView waiting = submitted();
  refused(filings_->set(technology_, waiting.id, channel_, {}, {FilingState::kFiled, {}, {}, {}}),
          ErrorCode::kWrongState, "state");
  refused(filings_->set(technology_, waiting.id, ChannelId{99}, {}, {FilingState::kNotFiled, {}, {}, {}}),
          ErrorCode::kNotFound, "channel_id");
  const SignatureId id = ok(signatures_->approve(reviewer_, waiting.id, {}, {"同意"})).id;
  refused(filings_->attach(technology_, id, channel_, file(), "a.pdf"), ErrorCode::kWrongState, "state");
  EXPECT_EQ(file_as(id, FilingState::kSubmitted).version, 1);
  refused(filings_->attach(technology_, id, channel_, file("text"), "a.pdf"), ErrorCode::kUnsupportedMedia,
          "file");
  refused(filings_->set(technology_, id, channel_, int64_t{7}, {FilingState::kFiled, {}, {}, {}}),
          ErrorCode::kVersionConflict, "version");
  refused(filings_->set(technology_, id, channel_, {}, {FilingState::kExpired, {}, {}, {}}),
          ErrorCode::kInvalidArgument, "/state");
  refused(filings_->set(technology_, id, channel_, {}, {FilingState::kFiled, {}, clock_.now(), {}}),
          ErrorCode::kInvalidArgument, "/valid_until");
  const SignatureFilingView filed = file_as(id, FilingState::kFiled, clock_.now() + days(100));
  EXPECT_TRUE(filed.carried);
  EXPECT_EQ(filed.reference, "R-1");
  refused(filings_->set(technology_, id, channel_, {}, {FilingState::kSubmitted, {}, {}, {}}),
          ErrorCode::kWrongState, "state");
  const auto proved = ok(filings_->attach(technology_, id, channel_, file(), "回执.pdf"));
  ASSERT_TRUE(proved.evidence_id);
  const std::string copy = folder_.file("copy.pdf");
  EXPECT_EQ(ok(filings_->restore_file(id, *proved.evidence_id, copy)).name, "回执.pdf");
  refused(filings_->restore_file(of_campaigns(), *proved.evidence_id, copy), ErrorCode::kNotFound);
  const auto withdrawn = file_as(id, FilingState::kWithdrawn);
  EXPECT_FALSE(withdrawn.evidence_id) << "it proved another state";
  EXPECT_FALSE(withdrawn.carried) << "though the channel asks for no filing";
  const auto history = read(id).filing_history;
  ASSERT_EQ(history.size(), 4U);
  EXPECT_EQ(history[0].state, FilingState::kWithdrawn);
  EXPECT_EQ(history[3].state, FilingState::kSubmitted);
  EXPECT_EQ(history[0].actor_id, UserId{2});
  EXPECT_EQ(logged("signature.filing"), 3);
  EXPECT_EQ(ok(filings_->list(id)).items.size(), 1U);
}

TEST_P(SignaturesTest, WhereAChannelAsksForItNothingGoesWithoutAFiling) {
  const CampaignView going = running();
  const int64_t batch = batch_of(going.id);
  EXPECT_TRUE(rules_of(batch).rules.carried);
  require_filing();
  EXPECT_FALSE(rules_of(batch).rules.carried);
  const engine::Verdict verdict = engine::judge(rules_of(batch).rules, {.number = 1}, clock_.now());
  EXPECT_EQ(name_of(verdict.reason), "no_filed_channel");
  const engine::BatchRules rules = rules_of(batch);
  const auto told = engine::tell(rules.rules, {.number = 1}, clock_.now());
  const auto gate = std::ranges::find(told, engine::Gate::kFiling, &engine::ToldGate::gate);
  ASSERT_NE(gate, told.end());
  EXPECT_TRUE(gate->decides);
  const SignatureId id = of_campaigns();
  file_as(id, FilingState::kFiled, clock_.now() + days(1));
  EXPECT_TRUE(rules_of(batch).rules.carried);
  // The end holds whether somebody has looked or not.
  clock_.advance(days(1));
  EXPECT_FALSE(rules_of(batch).rules.carried);
}

TEST_P(SignaturesTest, ThePreSendTestSaysBeforehandThatNoChannelIsLeft) {
  require_filing();
  const CampaignView set = with_parameters();
  const TestView test = ok(tests_->start(technology_, set.id, {}));
  EXPECT_EQ(name_of(test.state), "failed");
  ASSERT_TRUE(test.funnel);
  EXPECT_EQ(test.funnel->refused.at("no_filed_channel"), kCustomers);
}

TEST_P(SignaturesTest, AFilingThatEndsIsToldBeforehandAndStopsWhatRuns) {
  const SignatureId id = of_campaigns();
  file_as(id, FilingState::kFiled, clock_.now() + days(31));
  require_filing();
  EXPECT_TRUE(tasks_of(filer_).empty());
  clock_.advance(days(2));
  auto tasks = tasks_of(filer_);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].kind, "signature_to_file");
  EXPECT_EQ(tasks[0].state, "filed");
  EXPECT_EQ(tasks[0].object_id, to_string(id));
  EXPECT_TRUE(tasks[0].deadline);

  const CampaignView going = running();
  engine::Housekeeping housekeeping(world_->store());
  ok(housekeeping.round());
  EXPECT_EQ(state(going.id), CampaignState::kRunning);
  clock_.advance(days(29));
  ok(housekeeping.round());
  EXPECT_EQ(ok(filings_->list(id)).items[0].state, FilingState::kExpired);
  EXPECT_EQ(state(going.id), CampaignState::kPaused);
  EXPECT_EQ(ok(campaigns_->get(going.id)).state_reason, engine::kSignatureUnfiled);
  EXPECT_EQ(logged("signature.filing_expired"), 1);
  tasks = tasks_of(filer_);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].state, "expired");
  ok(housekeeping.round());
  EXPECT_EQ(read(id).filing_history.size(), 2U) << "once";
  file_as(id, FilingState::kFiled);
  EXPECT_TRUE(tasks_of(filer_).empty());
  EXPECT_TRUE(rules_of(batch_of(going.id)).rules.carried);
}

TEST_P(SignaturesTest, WhoHasToDoSomethingFindsItAmongHisTasks) {
  const SignatureView sent = submitted();
  EXPECT_TRUE(tasks_of(author_).empty());
  auto tasks = tasks_of(reviewer_);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].kind, "signature_to_review");
  EXPECT_EQ(tasks[0].title, kText);
  ok(signatures_->reject(reviewer_, sent.id, {}, {"文件不符"}));
  EXPECT_TRUE(tasks_of(reviewer_).empty());
  tasks = tasks_of(author_);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].kind, "signature_to_revise");
  EXPECT_EQ(tasks[0].detail, "文件不符");
  ok(signatures_->edit(author_, sent.id, {}, draft({hold().id})));
  ok(signatures_->submit(author_, sent.id, {}));
  ok(signatures_->approve(reviewer_, sent.id, {}, {"同意"}));
  ok(signatures_->suspend(reviewer_, sent.id, {}, {"复查"}));
  tasks = tasks_of(other_);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].state, "suspended");
  EXPECT_EQ(tasks[0].detail, "复查");
  // What is rejected, or asked for by the channel and not made, is technology's.
  file_as(sent.id, FilingState::kRejected);
  ASSERT_EQ(tasks_of(filer_).size(), 1U);
  EXPECT_EQ(tasks_of(filer_)[0].state, "rejected");
  require_filing();
  EXPECT_EQ(tasks_of(filer_).size(), 2U) << "the campaigns' own, too";
}

TEST_P(SignaturesTest, TheShippedTextsSignatureIsApprovedAsShipped) {
  const store::Store& store = world_->store();
  ASSERT_TRUE(ensure_system_contents(store, forbidden_screener().get().get(), "驿站短信平台测试"));
  EXPECT_EQ(count("SELECT state FROM signature WHERE text = '驿站短信平台测试'"), 3);
  ASSERT_TRUE(ensure_system_contents(store, forbidden_screener().get().get(), "驿站短信平台测试"));
  EXPECT_EQ(count("SELECT count(*) FROM signature_event WHERE deed = 9"), 1);
}

// A company that runs is not stopped by the upgrade.
class SignatureUpgradeTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    const auto all = store::migrations();
    const auto ours =
        std::ranges::find(all, "signatures", [](const db::Migration& m) { return std::string_view(m.name); });
    make(all.first(static_cast<size_t>(ours - all.begin())));
    if (!IsSkipped() && !HasFatalFailure()) open_.emplace(db(), clock_, ids_, keyring_);
  }
  // A content with one version; `approved` and `state` as stored.
  void content(int id, const std::string& signature, int state, bool approved) {
    const std::string version = std::to_string(id * 10);
    const std::string none = is_sqlite() ? "X''" : "''";
    execute("INSERT INTO content VALUES (" + std::to_string(id) + ", 'c', 3, '', 0, " +
            std::to_string(state) + ", " + version + ", " + (approved ? version : "0") +
            ", 1, 7, 100, 100, 1);" +
            "INSERT INTO content_version (id, content_id, number, message_class, purpose, signature, body, "
            "opt_out_text, variables, hash, verdict, findings, rule_packs, created_by, created_at) VALUES (" +
            version + ", " + std::to_string(id) + ", 1, 3, '', '" + signature + "', 'b', '', '[]', " + none +
            ", 1, '[]', '[]', 7, 100)");
  }
  int64_t state_of(const std::string& text) {
    return count("SELECT coalesce(max(state), 0) FROM signature WHERE text = '" + text + "'");
  }
};
YIZHAN_FOR_EACH_STORE(SignatureUpgradeTest);

TEST_P(SignatureUpgradeTest, WhatIsInUseIsTakenOver) {
  content(1, "驿站百货", 4, true);
  content(2, "驿站百货", 1, false);
  content(3, "Yizhan", 3, false);
  content(4, "驿站草稿", 1, false);
  content(5, "", 4, true);
  execute(
      "INSERT INTO channel (id, name, provider, protocol, host, port, system_id, password_sealed, "
      "access_code, options, enabled, created_by, created_at, updated_at, version, peer_password_sealed) "
      "VALUES (9, 'c', '', 'smpp', 'h', 1, 's', " +
      std::string(is_sqlite() ? "X''" : "''") + ", '1069', '{}', 1, 0, 0, 0, 1, " +
      (is_sqlite() ? "X''" : "''") +
      ");"
      "INSERT INTO signature_freeze VALUES ('驿站百货', 9, 'SIGNERR', 200), ('no longer', 9, 'SIGNERR', "
      "200)");
  const auto done = db::migrate(db(), store::migrations(), clock_);
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(state_of("驿站百货"), static_cast<int64_t>(SignatureState::kApproved));
  EXPECT_EQ(state_of("Yizhan"), static_cast<int64_t>(SignatureState::kSubmitted));
  EXPECT_EQ(state_of("驿站草稿"), static_cast<int64_t>(SignatureState::kDraft));
  EXPECT_EQ(count("SELECT count(*) FROM signature"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM signature_event WHERE deed = 9 AND actor_id = 0 AND at = 100"), 3);
  EXPECT_EQ(count("SELECT requires_filed_signature FROM channel"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM signature_filing WHERE state = 4 AND code = 'SIGNERR'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM signature_filing_event"), 1);
  // What carriers do not know is not sent by them after the upgrade either.
  const auto without =
      db().read([&](db::Tx& tx) { return engine::channels_without(tx, "驿站百货", clock_.now()); });
  ASSERT_TRUE(without);
  EXPECT_EQ(*without, (std::set<int64_t>{9}));
}

}  // namespace
}  // namespace yizhan::service
