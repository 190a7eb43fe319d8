#include "service/customers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "service/consents.h"
#include "service/segments.h"
#include "service/test_handsets.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::ConsentKind;
using domain::MessageClass;
using testing::command_line;

class CustomersTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
  }
  Customers customers() { return Customers(store()); }
  Consents consents() {
    return Consents(store(), *evidence_, [this](int64_t customer) { opted_out_.push_back(customer); });
  }
  CustomerId add(const std::string& number = "13800138000", const std::string& name = "张小伟") {
    const auto view = customers().create(command_line(), {.number = number, .name = name, .city = "北京"});
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view ? view->id : CustomerId{};
  }
  template <class T>
  void expect_fault(const Result<T>& result, ErrorCode code, const std::string& field = {}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code) << to_string(result.error());
    EXPECT_EQ(result.error().field, field);
  }
  RecordConsent marketing(ConsentKind kind) {
    RecordConsent request{.kind = kind, .method = "call"};
    if (kind == ConsentKind::kGranted) request.text = "我同意接收短信";
    return request;
  }

  testing::TemporaryFolder folder_;
  std::optional<EvidenceFiles> evidence_;
  std::vector<int64_t> opted_out_;
};

YIZHAN_FOR_EACH_STORE(CustomersTest);

TEST_P(CustomersTest, AreShownMaskedAndRevealedForAReason) {
  const CustomerId id = add();
  const auto view = customers().get(id);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->number_masked, "+86 138****8000");
  EXPECT_EQ(view->name_masked, "张**");
  EXPECT_EQ(view->zone, "Asia/Shanghai");
  EXPECT_EQ(view->carrier, "mobile");
  EXPECT_EQ(json::encode(*view).find("小伟"), std::string::npos);
  const auto clear = customers().reveal(command_line(), id, {"the customer asked"});
  ASSERT_TRUE(clear);
  EXPECT_EQ(clear->number, "+8613800138000");
  EXPECT_EQ(clear->name, "张小伟");
  EXPECT_EQ(actions(), (std::vector<std::string>{"customer.create", "customer.reveal"}));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE reason = 'the customer asked'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%138%' OR detail LIKE '%张%'"), 0);
  expect_fault(customers().reveal(command_line(), CustomerId{5}, {"none such"}), ErrorCode::kNotFound);
  EXPECT_EQ(actions().size(), 2u);
}

TEST_P(CustomersTest, AreFoundByNumberAndName) {
  const CustomerId id = add();
  add("13800138001");
  const auto by_number = customers().look_up(command_line(), {.number = "+86 138-0013-8000"});
  ASSERT_TRUE(by_number);
  ASSERT_EQ(by_number->items.size(), 1u);
  EXPECT_EQ(by_number->items[0].id, id);
  const auto by_name = customers().look_up(command_line(), {.name = " 张小伟 ", .limit = 1});
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->items.size(), 1u);
  EXPECT_EQ(by_name->next_after, id);
  EXPECT_EQ(customers().look_up(command_line(), {.name = "张三"})->items.size(), 0u);
  expect_fault(customers().look_up(command_line(), {}), ErrorCode::kInvalidArgument, "/number");
  expect_fault(customers().look_up(command_line(), {.number = "12"}), ErrorCode::kInvalidArgument, "/number");
}

TEST_P(CustomersTest, WhoWasLookedUpIsAudited) {
  const CustomerId one = add(), two = add("13800138001");
  ASSERT_TRUE(customers().look_up(command_line(), {.name = "张小伟"}));
  ASSERT_TRUE(customers().look_up(command_line(), {.number = "13800138001"}));
  ASSERT_TRUE(customers().look_up(command_line(), {.number = "13800138009"}));
  const std::string by_action = "SELECT count(*) FROM audit_log WHERE action = 'customer.look_up'";
  EXPECT_EQ(count(by_action), 3);
  EXPECT_EQ(count(by_action + " AND detail LIKE '%" + to_string(one) + "%'"), 1);
  EXPECT_EQ(count(by_action + " AND detail LIKE '%" + to_string(two) + "%'"), 2);
}

TEST_P(CustomersTest, AttributesHoldNothingPersonal) {
  using Attributes = std::map<std::string, std::string>;
  const auto create = [&](const Attributes& attributes) {
    return customers().create(command_line(), {.number = "13800138000", .attributes = attributes});
  };
  expect_fault(create({{"身份证号", "x"}}), ErrorCode::kInvalidArgument, "/attributes/身份证号");
  expect_fault(create({{"E-Mail", "x"}}), ErrorCode::kInvalidArgument, "/attributes/E-Mail");
  for (const char* value :
       {"11010519491231002X", "zhang@example.com", "紧急联系人１３９１２３４５６７８", "6222021234567890128"})
    expect_fault(create({{"其他", value}}), ErrorCode::kInvalidArgument, "/attributes/其他");
  EXPECT_EQ(count("SELECT count(*) FROM customer"), 0);
  const auto made = create({{"鞋码", "42"}, {"手机型号", "P70"}, {"客服电话", "400-820-8820"}});
  ASSERT_TRUE(made) << to_string(made.error());
  expect_fault(customers().change(command_line(), made->id, 1,
                                  {.attributes = Attributes{{"鞋码", "zhang@example.com"}}}),
               ErrorCode::kInvalidArgument, "/attributes/鞋码");
  EXPECT_TRUE(customers().change(command_line(), made->id, 1, {.attributes = Attributes{{"鞋码", "43"}}}));
}

TEST_P(CustomersTest, AreListedWithFiltersInPages) {
  for (int i = 0; i < 5; ++i) add("1380013800" + std::to_string(i));
  EXPECT_TRUE(
      consents().record(command_line(), customers().list({})->items[1].id, marketing(ConsentKind::kGranted)));
  const auto first = customers().list({.limit = 2, .city = "北京"});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->items.size(), 2u);
  const auto rest = customers().list({.limit = 9, .after = first->next_after});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->items.size(), 3u);
  EXPECT_FALSE(rest->next_after);
  EXPECT_EQ(customers().list({.city = "上海"})->items.size(), 0u);
  EXPECT_EQ(customers().list({.consented_to = MessageClass::kMarketing})->items.size(), 1u);
  EXPECT_EQ(customers().list({.suppressed_for = MessageClass::kMarketing})->items.size(), 0u);
}

TEST_P(CustomersTest, AreChangedAtTheVersionSeen) {
  const CustomerId id = add();
  expect_fault(customers().create(command_line(), {.number = "8613800138000"}), ErrorCode::kConflict,
               "/number");
  expect_fault(customers().create(command_line(), {.number = "010-88886666"}), ErrorCode::kInvalidArgument,
               "/number");
  expect_fault(customers().change(command_line(), id, 1, {.birth_date = "1990-02-30"}),
               ErrorCode::kInvalidArgument, "/birth_date");
  const auto changed = customers().change(command_line(), id, 1, {.name = "李四", .city = "上海"});
  ASSERT_TRUE(changed) << to_string(changed.error());
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(changed->name_masked, "李*");
  EXPECT_EQ(customers().look_up(command_line(), {.name = "李四"})->items.size(), 1u);
  EXPECT_EQ(customers().look_up(command_line(), {.name = "张小伟"})->items.size(), 0u);
  EXPECT_EQ(count("SELECT count(*) FROM customer_name"), 1) << "the old name leaves no trace";
  expect_fault(customers().change(command_line(), id, 1, {.city = "广州"}), ErrorCode::kVersionConflict,
               "version");
  EXPECT_EQ(customers().change(command_line(), id, 2, {.city = "上海"})->version, 2);
}

TEST_P(CustomersTest, AWithdrawalHoldsAtOnce) {
  const CustomerId id = add();
  ASSERT_TRUE(consents().record(command_line(), id, marketing(ConsentKind::kGranted)));
  EXPECT_TRUE(opted_out_.empty());
  const auto out = consents().record(command_line(), id, marketing(ConsentKind::kWithdrawn));
  ASSERT_TRUE(out) << to_string(out.error());
  ASSERT_EQ(out->states.size(), 1u);
  EXPECT_EQ(out->states[0].kind, ConsentKind::kWithdrawn);
  EXPECT_EQ(out->items.size(), 2u);
  EXPECT_EQ(opted_out_, std::vector<int64_t>{id.value});
  EXPECT_EQ(customers().get(id)->suppressed, std::vector<MessageClass>{MessageClass::kMarketing});
  const auto rebuilt = consents().rebuild_states(command_line());
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(*rebuilt, 1);
  EXPECT_EQ(consents().history(id, {})->states[0].kind, ConsentKind::kWithdrawn);
}

TEST_P(CustomersTest, APrivacyAuthorisationIsAWordOfItsOwn) {
  const CustomerId id = add();
  RecordConsent privacy{.message_class = MessageClass::kNotification,
                        .kind = ConsentKind::kGranted,
                        .method = "form",
                        .purpose = std::string(domain::kPrivacyPurpose)};
  expect_fault(consents().record(command_line(), id, privacy), ErrorCode::kInvalidArgument, "/text");
  privacy.text = "我授权在通知短信中使用我的个人信息";
  ASSERT_TRUE(consents().record(command_line(), id, privacy));
  privacy.message_class = MessageClass::kMarketing;
  ASSERT_TRUE(consents().record(command_line(), id, privacy));
  // It is no consent to marketing, and to take it back is no opt-out.
  domain::Audience consented;
  consented.filter = domain::SegmentFilter{};
  consented.filter->consented_to = MessageClass::kMarketing;
  EXPECT_EQ(Segments(store()).count(consented)->count, 0);
  ASSERT_TRUE(consents().record(command_line(), id, marketing(ConsentKind::kGranted)));
  clock_.advance(seconds(1));
  privacy.kind = ConsentKind::kWithdrawn;
  const auto history = consents().record(command_line(), id, privacy);
  ASSERT_TRUE(history) << to_string(history.error());
  EXPECT_EQ(customers().get(id)->suppressed.size(), 0u);
  EXPECT_EQ(opted_out_, std::vector<int64_t>{id.value}) << "what is with a carrier session is recalled";
  ASSERT_EQ(history->states.size(), 3u);
  EXPECT_EQ(history->states[1].purpose, "");
  EXPECT_EQ(history->states[1].kind, ConsentKind::kGranted);
  EXPECT_EQ(history->states[2].purpose, domain::kPrivacyPurpose);
  EXPECT_EQ(history->states[2].kind, ConsentKind::kWithdrawn);
}

TEST_P(CustomersTest, ConsentNeedsProof) {
  const CustomerId id = add();
  RecordConsent bare{.kind = ConsentKind::kGranted, .method = "call"};
  expect_fault(consents().record(command_line(), id, bare), ErrorCode::kInvalidArgument, "/text");
  RecordConsent future = marketing(ConsentKind::kGranted);
  future.occurred_at = clock_.now() + seconds(1);
  expect_fault(consents().record(command_line(), id, future), ErrorCode::kInvalidArgument, "/occurred_at");
  bare.evidence_id = EvidenceId{7};
  expect_fault(consents().record(command_line(), id, bare), ErrorCode::kInvalidArgument, "/evidence_id");
  expect_fault(consents().record(command_line(), CustomerId{9}, marketing(ConsentKind::kGranted)),
               ErrorCode::kNotFound);

  const std::string path = folder_.file("form.pdf");
  std::ofstream(path) << "张小伟 signed";
  const auto evidence = consents().add_evidence(command_line(), path, "form.pdf", "application/pdf");
  ASSERT_TRUE(evidence) << to_string(evidence.error());
  bare.evidence_id = evidence->id;
  const auto recorded = consents().record(command_line(), id, bare);
  ASSERT_TRUE(recorded) << to_string(recorded.error());
  EXPECT_EQ(recorded->items[0].evidence_sha256, evidence->sha256);
  EXPECT_EQ(recorded->items[0].evidence_file_name, "form.pdf");
  const std::string copy = folder_.file("copy");
  ASSERT_TRUE(consents().restore_evidence(command_line(), evidence->id, {"inspection"}, copy));
  std::ostringstream restored;
  restored << std::ifstream(copy).rdbuf();
  EXPECT_EQ(restored.str(), "张小伟 signed");
  EXPECT_EQ(actions().back(), "evidence.read");
}

TEST_P(CustomersTest, TheSuppressionListLetsGoOnlyAfterANewConsent) {
  const CustomerId id = add();
  const auto added = consents().add_suppression(
      command_line(),
      {.number = "138 0013 8000", .message_class = MessageClass::kMarketing, .reason = "complaint"});
  ASSERT_TRUE(added) << to_string(added.error());
  EXPECT_EQ(added->customer_id, id);
  EXPECT_EQ(added->number_masked, "+86 138****8000");
  EXPECT_EQ(opted_out_.size(), 1u);
  clock_.advance(seconds(1));
  expect_fault(consents().remove_suppression(command_line(), added->id, {"asked"}), ErrorCode::kConflict);
  ASSERT_TRUE(consents().record(command_line(), id, marketing(ConsentKind::kGranted)));
  EXPECT_EQ(customers().get(id)->suppressed.size(), 1u);
  ASSERT_TRUE(consents().remove_suppression(command_line(), added->id, {"asked"}));
  EXPECT_EQ(customers().get(id)->suppressed.size(), 0u);
  expect_fault(consents().remove_suppression(command_line(), added->id, {"asked"}), ErrorCode::kNotFound);
  EXPECT_EQ(actions().back(), "suppression.remove");
}

TEST_P(CustomersTest, AnOlderConsentLiftsNoLaterNo) {
  const CustomerId id = add();
  const auto grant = [&](Time occurred_at, const std::string& purpose = {}) {
    RecordConsent request = marketing(ConsentKind::kGranted);
    request.purpose = purpose;
    request.occurred_at = occurred_at;
    return consents().record(command_line(), id, request);
  };
  const Time said_no = clock_.now();
  RecordConsent refusal = marketing(ConsentKind::kRefused);
  ASSERT_TRUE(consents().record(command_line(), id, refusal));
  clock_.advance(hours(1));
  expect_fault(grant(said_no), ErrorCode::kConflict, "/occurred_at");
  expect_fault(grant(said_no - days(1), "promotion"), ErrorCode::kConflict, "/occurred_at");
  ASSERT_TRUE(grant(said_no + seconds(1)));

  // On the suppression list by another way than the ledger.
  const auto listed = consents().add_suppression(
      command_line(),
      {.number = "13800138000", .message_class = MessageClass::kMarketing, .reason = "complaint"});
  ASSERT_TRUE(listed);
  clock_.advance(hours(1));
  expect_fault(grant(listed->created_at), ErrorCode::kConflict, "/occurred_at");
  expect_fault(consents().remove_suppression(command_line(), listed->id, {"asked"}), ErrorCode::kConflict);
  ASSERT_TRUE(grant(listed->created_at + seconds(1)));
  ASSERT_TRUE(consents().remove_suppression(command_line(), listed->id, {"asked"}));
}

// The rule of the list itself, whatever the ledger came to hold.
TEST_P(CustomersTest, TheSuppressionListAsksWhenConsentWasGiven) {
  const CustomerId id = add();
  RecordConsent consent = marketing(ConsentKind::kGranted);
  consent.occurred_at = clock_.now() - hours(2);
  ASSERT_TRUE(consents().record(command_line(), id, consent));
  const auto listed = consents().add_suppression(
      command_line(),
      {.number = "13800138000", .message_class = MessageClass::kMarketing, .reason = "complaint"});
  ASSERT_TRUE(listed);
  // Recorded after the suppression, given before it.
  execute("UPDATE suppression SET created_at = " + std::to_string((clock_.now() - hours(1)).us));
  expect_fault(consents().remove_suppression(command_line(), listed->id, {"asked"}), ErrorCode::kConflict);
}

TEST_P(CustomersTest, NumbersWithoutACustomerCanBeSuppressed) {
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(consents().add_suppression(command_line(), {.number = "1380013800" + std::to_string(i),
                                                            .message_class = MessageClass::kNotification,
                                                            .reason = "asked"}));
  const auto page = consents().suppressions({.limit = 2});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 2u);
  EXPECT_EQ(consents().suppressions({.after = page->next_after})->items.size(), 1u);
  EXPECT_EQ(consents().suppressions({.message_class = MessageClass::kMarketing})->items.size(), 0u);
  EXPECT_EQ(customers().get(add("13800138001"))->suppressed,
            std::vector<MessageClass>{MessageClass::kNotification});
  ASSERT_TRUE(consents().remove_suppression(command_line(), page->items[1].id, {"asked"}));
}

TEST_P(CustomersTest, SegmentsAreSavedAndCounted) {
  const Segments segments(store());
  add("13800138000");
  add("13800138001");
  const auto saved = segments.create(command_line(), {"北京", {.cities = {"北京"}}});
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(segments.count({.segment_id = saved->id})->count, 2);
  EXPECT_EQ(segments.count({.filter = domain::SegmentFilter{.cities = {"上海"}}})->count, 0);
  expect_fault(segments.count({}), ErrorCode::kInvalidArgument, "/audience");
  expect_fault(segments.create(command_line(), {"北京", {}}), ErrorCode::kConflict, "/name");
  const auto other = segments.create(command_line(), {"all", {}});
  ASSERT_TRUE(other);
  expect_fault(segments.change(command_line(), other->id, 1, {"北京", {}}), ErrorCode::kConflict, "/name");
  const auto changed = segments.change(command_line(), saved->id, 1, {"上海", {.cities = {"上海"}}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(segments.count({.segment_id = saved->id})->count, 0);
  expect_fault(segments.change(command_line(), saved->id, 1, {"x", {}}), ErrorCode::kVersionConflict,
               "version");
  expect_fault(segments.remove(command_line(), saved->id, 1), ErrorCode::kVersionConflict, "version");
  ASSERT_TRUE(segments.remove(command_line(), saved->id, 2));
  expect_fault(segments.get(saved->id), ErrorCode::kNotFound);
  EXPECT_EQ(segments.list({})->items.size(), 1u);
}

TEST_P(CustomersTest, ATestHandsetIsNoConsent) {
  const TestHandsets handsets(store());
  const CustomerId id = add();
  const auto known = handsets.add(command_line(), {"desk 1", "13800138000"});
  ASSERT_TRUE(known) << to_string(known.error());
  EXPECT_EQ(known->customer_id, id);
  const auto fresh = handsets.add(command_line(), {"desk 2", "13800138001"});
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->number_masked, "+86 138****8001");
  EXPECT_EQ(count("SELECT count(*) FROM consent_event"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM consent_state"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%" + to_string(id) + "%'"), 1);
  EXPECT_EQ(handsets.list()->items.size(), 2u);
  expect_fault(handsets.add(command_line(), {"again", "13800138000"}), ErrorCode::kConflict, "/number");
  expect_fault(handsets.add(command_line(), {"none", "abc"}), ErrorCode::kInvalidArgument, "/number");
  ASSERT_TRUE(handsets.remove(command_line(), known->id));
  expect_fault(handsets.remove(command_line(), known->id), ErrorCode::kNotFound);
}

TEST_P(CustomersTest, WhoSaidNoIsNoTestHandset) {
  const TestHandsets handsets(store());
  // Refused, which puts nobody on the suppression list; of one purpose only.
  const CustomerId refused = add("13800138002");
  RecordConsent no = marketing(ConsentKind::kRefused);
  no.purpose = "promotion";
  ASSERT_TRUE(consents().record(command_line(), refused, no));
  EXPECT_TRUE(customers().get(refused)->suppressed.empty());
  expect_fault(handsets.add(command_line(), {"no", "13800138002"}), ErrorCode::kConflict, "/number");
  const CustomerId withdrawn = add("13800138003");
  ASSERT_TRUE(consents().record(command_line(), withdrawn, marketing(ConsentKind::kWithdrawn)));
  expect_fault(handsets.add(command_line(), {"out", "13800138003"}), ErrorCode::kConflict, "/number");
  ASSERT_TRUE(consents().add_suppression(
      command_line(),
      {.number = "13800138004", .message_class = MessageClass::kVerification, .reason = "asked"}));
  expect_fault(handsets.add(command_line(), {"listed", "13800138004"}), ErrorCode::kConflict, "/number");
  EXPECT_EQ(count("SELECT count(*) FROM test_handset"), 0);
}

TEST(MaskName, ShowsTheFirstCharacterOnly) {
  EXPECT_EQ(mask_name(""), "");
  EXPECT_EQ(mask_name("张"), "张*");
  EXPECT_EQ(mask_name("欧阳娜娜"), "欧***");
  EXPECT_EQ(mask_name("Anna O'Neil"), "A********");
}

}  // namespace
}  // namespace yizhan::service
