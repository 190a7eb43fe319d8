#include "service/consent_tasks.h"

#include <gtest/gtest.h>

#include "service/consent_ledger_list.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::ConsentKind;
using domain::ConsentTaskState;
using domain::MessageClass;

class ConsentTasksTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
    consents_.emplace(store(), *evidence_, [this](int64_t customer) { opted_out_.push_back(customer); });
    tasks_.emplace(store(), *consents_);
    customer_ = add("13800138000");
  }
  static Principal person(int64_t id) { return {store::ActorKind::kUser, id, "u", {}, {}}; }
  CustomerId add(const std::string& number) {
    const auto made = Customers(store()).create(marketing_, {.number = number, .name = "张小伟"});
    EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
    return made ? made->id : CustomerId{};
  }
  ConsentTaskView ask(Duration until_due = days(1)) {
    auto made = tasks_->request(marketing_, {.customer_id = customer_,
                                             .question = "Did you agree in the shop?",
                                             .due_at = clock_.now() + until_due});
    EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
    return made.value_or(ConsentTaskView{});
  }
  template <class T>
  static void expect_fault(const Result<T>& result, ErrorCode code, const std::string& field = {}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code) << to_string(result.error());
    EXPECT_EQ(result.error().field, field);
  }
  ConsentHistory history() { return consents_->history(customer_, {}).value_or(ConsentHistory{}); }
  std::vector<ConsentTaskId> ids(const ListConsentTasks& request) {
    std::vector<ConsentTaskId> out;
    const auto page = tasks_->list(request);
    EXPECT_TRUE(page) << (page ? "" : to_string(page.error()));
    if (page)
      for (const ConsentTaskView& task : page->items) out.push_back(task.id);
    return out;
  }

  const Principal marketing_ = person(11), service_ = person(12);
  const ConfirmConsent yes_{.method = "call", .text = "我同意接收短信", .note = "second call"};
  testing::TemporaryFolder folder_;
  std::optional<EvidenceFiles> evidence_;
  std::optional<Consents> consents_;
  std::optional<ConsentTasks> tasks_;
  std::vector<int64_t> opted_out_;
  CustomerId customer_;
};

YIZHAN_FOR_EACH_STORE(ConsentTasksTest);

TEST_P(ConsentTasksTest, AConfirmationEntersTheLedger) {
  const ConsentTaskView asked = ask();
  EXPECT_EQ(asked.state, ConsentTaskState::kOpen);
  EXPECT_EQ(asked.number_masked, "+86 138****8000");
  EXPECT_EQ(asked.name_masked, "张**");
  EXPECT_FALSE(asked.decided_by);
  clock_.advance(seconds(5));
  const auto confirmed = tasks_->confirm(service_, asked.id, asked.version, yes_);
  ASSERT_TRUE(confirmed) << to_string(confirmed.error());
  EXPECT_EQ(confirmed->state, ConsentTaskState::kConfirmed);
  EXPECT_EQ(confirmed->decided_by, UserId{12});
  EXPECT_EQ(confirmed->decided_at, clock_.now());
  EXPECT_EQ(confirmed->note, "second call");
  EXPECT_EQ(confirmed->version, asked.version + 1);
  const ConsentHistory ledger = history();
  ASSERT_EQ(ledger.items.size(), 1u);
  EXPECT_EQ(ledger.items[0].kind, ConsentKind::kGranted);
  EXPECT_EQ(ledger.items[0].method, "call");
  EXPECT_EQ(ledger.items[0].text, "我同意接收短信");
  EXPECT_EQ(ledger.items[0].operator_id, UserId{12});
  EXPECT_EQ(count("SELECT event_id FROM consent_task"), ledger.items[0].id.value);
  EXPECT_EQ(actions(), (std::vector<std::string>{"customer.create", "consent_task.request", "consent.granted",
                                                 "consent_task.confirmed"}));
  EXPECT_TRUE(opted_out_.empty());
}

TEST_P(ConsentTasksTest, ADenialStopsSendingAtOnce) {
  ASSERT_TRUE(consents_->record(service_, customer_, {.method = "form", .text = "同意"}));
  const ConsentTaskView asked = ask();
  const auto refuted = tasks_->refute(service_, asked.id, {}, {.note = "never signed"});
  ASSERT_TRUE(refuted) << to_string(refuted.error());
  EXPECT_EQ(refuted->state, ConsentTaskState::kRefuted);
  EXPECT_EQ(history().states[0].kind, ConsentKind::kWithdrawn);
  EXPECT_EQ(Customers(store()).get(customer_)->suppressed,
            std::vector<MessageClass>{MessageClass::kMarketing});
  EXPECT_EQ(opted_out_, std::vector<int64_t>{customer_.value});
  EXPECT_EQ(actions().back(), "consent_task.refuted");
}

TEST_P(ConsentTasksTest, NobodyAnswersHisOwnQuestion) {
  const ConsentTaskView asked = ask();
  expect_fault(tasks_->confirm(marketing_, asked.id, {}, yes_), ErrorCode::kSeparationOfDuties);
  expect_fault(tasks_->refute(marketing_, asked.id, {}, {}), ErrorCode::kSeparationOfDuties);
  EXPECT_TRUE(history().items.empty());
  // But may take it back.
  const auto cancelled = tasks_->cancel(marketing_, asked.id, asked.version, {"asked twice"});
  ASSERT_TRUE(cancelled) << to_string(cancelled.error());
  EXPECT_EQ(cancelled->state, ConsentTaskState::kCancelled);
  EXPECT_EQ(cancelled->note, "asked twice");
  EXPECT_EQ(actions().back(), "consent_task.cancelled");
}

TEST_P(ConsentTasksTest, AreDecidedOnceAtTheVersionSeenAndWithProof) {
  const ConsentTaskView asked = ask();
  expect_fault(tasks_->confirm(service_, asked.id, asked.version + 1, yes_), ErrorCode::kVersionConflict,
               "version");
  ConfirmConsent bare = yes_;
  bare.text.reset();
  expect_fault(tasks_->confirm(service_, asked.id, {}, bare), ErrorCode::kInvalidArgument, "/text");
  bare.evidence_id = EvidenceId{7};
  expect_fault(tasks_->confirm(service_, asked.id, {}, bare), ErrorCode::kInvalidArgument, "/evidence_id");
  EXPECT_EQ(tasks_->get(asked.id)->state, ConsentTaskState::kOpen);
  EXPECT_TRUE(history().items.empty());
  ASSERT_TRUE(tasks_->confirm(service_, asked.id, asked.version, yes_));
  expect_fault(tasks_->refute(service_, asked.id, {}, {}), ErrorCode::kWrongState, "state");
  expect_fault(tasks_->cancel(marketing_, asked.id, {}, {"late"}), ErrorCode::kWrongState, "state");
  EXPECT_EQ(history().items.size(), 1u);
  expect_fault(tasks_->get(ConsentTaskId{5}), ErrorCode::kNotFound);
}

TEST_P(ConsentTasksTest, AreRefusedWithoutACustomerOrATime) {
  RequestConsentTask request{.customer_id = CustomerId{5}, .question = "?", .due_at = clock_.now() + days(1)};
  expect_fault(tasks_->request(marketing_, request), ErrorCode::kInvalidArgument, "/customer_id");
  request.customer_id = customer_;
  request.due_at = clock_.now();
  expect_fault(tasks_->request(marketing_, request), ErrorCode::kInvalidArgument, "/due_at");
  request.due_at = clock_.now() + days(limits::kConsentTaskDays + 1);
  expect_fault(tasks_->request(marketing_, request), ErrorCode::kInvalidArgument, "/due_at");
}

TEST_P(ConsentTasksTest, TheSoonestDueComeFirst) {
  const ConsentTaskId late = ask(days(3)).id, soon = ask(days(1)).id, middle = ask(days(2)).id;
  const ConsentTaskId same = ask(days(2)).id;
  EXPECT_EQ(ids({}), (std::vector{soon, middle, same, late}));
  const auto first = tasks_->list({.limit = 2});
  ASSERT_TRUE(first && first->next_after);
  EXPECT_EQ(ids({.after = parse_id<ConsentTaskTag>(*first->next_after).value()}), (std::vector{same, late}));
  ASSERT_TRUE(tasks_->confirm(service_, middle, {}, yes_));
  EXPECT_EQ(ids({.state = ConsentTaskState::kOpen}), (std::vector{soon, same, late}));
  EXPECT_EQ(ids({.state = ConsentTaskState::kConfirmed}), std::vector{middle});
  EXPECT_EQ(ids({.state = ConsentTaskState::kConfirmed, .customer_id = customer_}), std::vector{middle});
  EXPECT_TRUE(ids({.customer_id = add("13800138001")}).empty());
  expect_fault(tasks_->list({.after = ConsentTaskId{5}}), ErrorCode::kInvalidArgument, "?after");
}

class ConsentLedgerListTest : public ConsentTasksTest {
 protected:
  void fill() {
    const CustomerId other = add("13800138001");
    start_ = clock_.now();
    for (int i = 0; i < 6; ++i) {
      clock_.advance(seconds(1));
      RecordConsent entry{.method = "call", .text = "同意"};
      if (i == 0) entry.kind = ConsentKind::kRefused;
      if (i % 2 == 1) entry.message_class = MessageClass::kNotification;
      ASSERT_TRUE(consents_->record(service_, i % 3 == 0 ? other : customer_, entry));
    }
  }
  // The seconds after the start at which the entries of all pages were recorded.
  std::vector<int64_t> seconds_of(ListConsentLedger request, int64_t rows = 1'000) {
    const ConsentLedgerList ledger(store(), rows);
    std::vector<int64_t> out;
    for (int pages = 0; pages < 50; ++pages) {
      const auto page = ledger.list(request);
      EXPECT_TRUE(page) << (page ? "" : to_string(page.error()));
      if (!page) return out;
      for (const ConsentLedgerEntry& e : page->items) out.push_back((e.recorded_at - start_).us / 1'000'000);
      if (!page->next_after) return out;
      request.after = parse_id<ConsentTag>(*page->next_after).value();
    }
    ADD_FAILURE() << "the pages do not end";
    return out;
  }
  Time start_;
};

YIZHAN_FOR_EACH_STORE(ConsentLedgerListTest);

TEST_P(ConsentLedgerListTest, GoesOverAllCustomersNewestFirst) {
  fill();
  const auto page = ConsentLedgerList(store()).list({.limit = 2});
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0].customer_id, customer_);
  EXPECT_EQ(page->items[0].number_masked, "+86 138****8000");
  EXPECT_EQ(page->items[0].text, "同意");
  EXPECT_EQ(page->items[0].operator_id, UserId{12});
  EXPECT_FALSE(page->items[0].import_id);
  for (const int64_t limit : {1, 2, 6})
    EXPECT_EQ(seconds_of({.limit = limit}), (std::vector<int64_t>{6, 5, 4, 3, 2, 1}));
}

TEST_P(ConsentLedgerListTest, IsFiltered) {
  fill();
  EXPECT_EQ(seconds_of({.message_class = MessageClass::kNotification}), (std::vector<int64_t>{6, 4, 2}));
  EXPECT_EQ(seconds_of({.kind = ConsentKind::kRefused}), std::vector<int64_t>{1});
  EXPECT_TRUE(seconds_of({.source = domain::ConsentSource::kImport}).empty());
  EXPECT_EQ(seconds_of({.from = start_ + seconds(2), .until = start_ + seconds(5)}),
            (std::vector<int64_t>{4, 3, 2}));
  EXPECT_EQ(seconds_of({.limit = 1, .from = start_ + seconds(2), .until = start_ + seconds(5)}),
            (std::vector<int64_t>{4, 3, 2}));
  expect_fault(ConsentLedgerList(store()).list({.after = ConsentId{5}}), ErrorCode::kInvalidArgument,
               "?after");
}

TEST_P(ConsentLedgerListTest, APageLooksAtSoManyEntriesOnly) {
  fill();
  const auto page = ConsentLedgerList(store(), 2).list({.kind = ConsentKind::kRefused});
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_TRUE(page->items.empty());
  EXPECT_TRUE(page->next_after);
  EXPECT_EQ(seconds_of({.kind = ConsentKind::kRefused}, 2), std::vector<int64_t>{1});
  EXPECT_EQ(seconds_of({}, 1), (std::vector<int64_t>{6, 5, 4, 3, 2, 1}));
}

}  // namespace
}  // namespace yizhan::service
