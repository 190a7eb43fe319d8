// What the server for applications is told and given, on both stores: the gateway behind a port that only
// writes down what passes.

#include "app/access_gateway.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "base/limits.h"
#include "tests/support/hooked_database.h"
#include "tests/support/sending_store.h"
#include "text/utf8.h"

namespace yizhan {
namespace {

using app::AccessGateway;
using codec::Fault;
using codec::Protocol;
using domain::AttemptOutcome;
using link::AccessHandler;
using Outcome = link::AccessHandler::DeliveryOutcome;

class Port final : public link::AccessPort {
 public:
  void answer(std::vector<link::AccessAnswer> answers) override {
    const std::lock_guard lock(mutex_);
    if (on_answer) on_answer();
    answers_.insert(answers_.end(), answers.begin(), answers.end());
  }
  void deliver(int64_t, std::vector<link::AccessDelivery> deliveries) override {
    const std::lock_guard lock(mutex_);
    std::ranges::move(deliveries, std::back_inserter(deliveries_));
  }
  void drop_account(int64_t id) override {
    const std::lock_guard lock(mutex_);
    dropped_.push_back(id);
  }

  std::vector<link::AccessAnswer> answers() {
    const std::lock_guard lock(mutex_);
    return answers_;
  }
  std::vector<int64_t> dropped() {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }
  // What was given since the last look.
  std::vector<link::AccessDelivery> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(deliveries_, {});
  }

  std::function<void()> on_answer;

 private:
  std::mutex mutex_;
  std::vector<link::AccessAnswer> answers_;
  std::vector<link::AccessDelivery> deliveries_;
  std::vector<int64_t> dropped_;
};

class Gateway : public testing::SendingStoreTest {
 protected:
  void SetUp() override {
    SendingStoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ok(world_->add_customers(3));
    channel_ = ok(world_->add_channel(1));
    ok(world_->add_content("您的订单{order}已发货。", ""));
    execute("UPDATE content SET message_class = 2; UPDATE content_version SET message_class = 2");
    applications_.emplace(store());
    submissions_.emplace(store(), screen_);
    service::ApplicationSpec spec;
    spec.name = "ERP";
    spec.login = "900001";
    spec.secret = "secret";
    spec.protocols = {domain::ChannelProtocol::kSmpp, domain::ChannelProtocol::kCmpp3};
    spec.message_classes = {domain::MessageClass::kNotification};
    spec.access_code = "10690001";
    spec.channel_id = ChannelId{channel_};
    spec.contents = {ContentId{value("SELECT id FROM content")}};
    account_ = ok(applications_->create(who_, spec)).id;
    gateway_.emplace(store(), *applications_, *submissions_, [this] { ++woken_; });
    applications_->set_hooks(
        {.changed = [this](ApplicationId id,
                           service::Applications::Sessions sessions) { gateway_->changed(id, sessions); },
         .sessions = {}});
  }
  void TearDown() override {
    gateway_.reset();
    SendingStoreTest::TearDown();
  }
  void start() { ok(gateway_->start(port_)); }

  link::AccessSubmit submit(std::string_view text, Protocol protocol = Protocol::kSmpp34,
                            std::string destination = "13800000000") {
    link::AccessSubmit s;
    s.token = ++token_;
    s.account_id = account_.value;
    s.protocol = protocol;
    s.destinations = {std::move(destination)};
    text::append_utf16be(text, s.text);
    s.coding = codec::Coding::kUcs2;
    s.at = clock_.now();
    return s;
  }
  std::vector<link::AccessAnswer> answered(size_t count) {
    EXPECT_TRUE(testing::eventually([&] { return port_.answers().size() >= count; }));
    return port_.answers();
  }
  // Messages that nobody knows the end of: their receipts.
  void lose(const std::vector<std::string>& orders, Protocol protocol = Protocol::kSmpp34) {
    std::vector<link::AccessSubmit> submits;
    for (const std::string& order : orders)
      submits.push_back(submit("您的订单" + order + "已发货。", protocol));
    for (const auto& a : ok(submissions_->submit(submits)).answers) ASSERT_EQ(a.fault, Fault::kNone);
    std::vector<engine::ResponseEntry> responses;
    for (const auto& s : claim(value("SELECT max(id) FROM batch")))
      responses.push_back(response(s, AttemptOutcome::kUnknown));
    apply(responses);
  }
  std::vector<link::AccessDelivery> given(size_t count) {
    std::vector<link::AccessDelivery> all;
    EXPECT_TRUE(testing::eventually([&] {
      std::ranges::move(port_.take(), std::back_inserter(all));
      return all.size() >= count;
    }));
    return all;
  }
  void settle(const std::vector<link::AccessDelivery>& deliveries, Outcome outcome) {
    std::vector<AccessHandler::Delivered> settled;
    for (const auto& d : deliveries) settled.push_back({d.id, outcome});
    gateway_->on_delivered(account_.value, std::move(settled));
  }
  bool becomes(const std::string& rows, int64_t wanted) {
    return testing::eventually([&] { return count(rows) == wanted; });
  }

  const service::Principal who_{store::ActorKind::kCommandLine, 0, "test", {}, {}};
  Port port_;
  std::optional<service::Applications> applications_;
  std::optional<service::Submissions> submissions_;
  ApplicationId account_;
  std::atomic<int> woken_ = 0;
  uint64_t token_ = 0;
  std::optional<AccessGateway> gateway_;  // last: its thread uses the above
};
YIZHAN_FOR_EACH_STORE(Gateway);

TEST_P(Gateway, AnAnswerMeansThatItIsOnDisk) {
  std::atomic<int64_t> stored = -1;
  port_.on_answer = [&] { stored = count("submission"); };
  start();
  gateway_->on_submits({submit("您的订单1已发货。"), submit("别的话")});
  const auto answers = answered(2);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(answers[0].token, 1U);
  EXPECT_EQ(answers[0].fault, Fault::kNone);
  EXPECT_EQ(answers[0].message.view(), std::to_string(value("SELECT id FROM message")));
  EXPECT_EQ(answers[1].fault, Fault::kNotApproved);
  EXPECT_TRUE(answers[1].message.empty());
  EXPECT_TRUE(testing::eventually([&] { return woken_ == 1; }));
}

TEST_P(Gateway, MoreThanItHoldsIsTurnedAway) {
  start();
  gateway_->on_submits(std::vector(limits::kSubmissionQueue + 1, submit("您的订单1已发货。")));
  const auto answers = port_.answers();
  ASSERT_EQ(answers.size(), limits::kSubmissionQueue + 1);
  EXPECT_TRUE(std::ranges::all_of(answers, [](const auto& a) { return a.fault == Fault::kQueueFull; }));
  EXPECT_EQ(count("message"), 0);
}

TEST_P(Gateway, WhatItHoldsIsStoredBeforeItStops) {
  start();
  std::vector<link::AccessSubmit> submits;
  for (int i = 0; i < 40; ++i) submits.push_back(submit("您的订单" + std::to_string(i) + "已发货。"));
  gateway_->on_submits(std::move(submits));
  gateway_->stop();
  EXPECT_EQ(port_.answers().size(), 40U);
  EXPECT_EQ(count("message"), 40);
  gateway_->on_submits({submit("您的订单41已发货。")});
  EXPECT_EQ(port_.answers().back().fault, Fault::kQueueFull);
}

TEST_P(Gateway, DeliveriesAreGivenUntilTheyAreTaken) {
  lose({"1", "2"});
  start();
  EXPECT_TRUE(port_.take().empty()) << "nobody receives";
  gateway_->on_receiver(account_.value, Protocol::kSmpp34);
  const auto first = given(2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_LT(first[0].id, first[1].id);
  EXPECT_EQ(first[0].source, "13800000000");
  EXPECT_EQ(first[0].destination, "10690001");
  ASSERT_TRUE(first[0].receipt);
  EXPECT_EQ(first[0].receipt->stat, "UNKNOWN");
  EXPECT_EQ(first[0].receipt->state, codec::ReceiptState::kUnknown);
  EXPECT_EQ(first[0].receipt->error.size(), 3U);
  EXPECT_EQ(first[0].receipt->message.view(), std::to_string(value("SELECT min(id) FROM message")));

  gateway_->on_delivered(account_.value, {{first[0].id, Outcome::kTaken}, {first[1].id, Outcome::kAgain}});
  EXPECT_TRUE(becomes("application_delivery", 1));
  EXPECT_TRUE(port_.take().empty()) << "not before its time";
  clock_.advance(seconds(1));
  const auto again = given(1);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, first[1].id);
  settle(again, Outcome::kTaken);
  EXPECT_TRUE(becomes("application_delivery", 0));
  // New ones come by themselves.
  lose({"3"});
  EXPECT_EQ(given(1).size(), 1U);
}

TEST_P(Gateway, WhatIsRefusedAgainAndAgainIsDropped) {
  lose({"1"});
  start();
  gateway_->on_receiver(account_.value, Protocol::kSmpp34);
  for (int64_t i = 1; i <= limits::kApplicationDeliveryRefusals; ++i) {
    settle(given(1), Outcome::kRefused);
    if (i < limits::kApplicationDeliveryRefusals)
      EXPECT_TRUE(becomes("application_delivery WHERE refusals = " + std::to_string(i), 1));
    clock_.advance(seconds(limits::kApplicationRetryMaxSeconds));
  }
  EXPECT_TRUE(becomes("application_delivery", 0));
  EXPECT_EQ(count("audit_log WHERE action = 'application.deliveries_dropped'"), 1);
}

TEST_P(Gateway, AReceiptWaitsForASessionOfItsProtocol) {
  lose({"1"}, Protocol::kCmpp30);
  start();
  gateway_->on_receiver(account_.value, Protocol::kSmpp34);
  execute(
      "INSERT INTO application_delivery SELECT application_id, 99, 2, 0, 0, 0, 0, 0, 0, 0, '', '', "
      "access_code,"
      " number_sealed, number_sealed, 0, 0, 0, created_at FROM application_delivery;"
      "UPDATE application_delivery_number SET last = 99");
  // The reply cannot be opened and goes by itself; the receipt stays.
  EXPECT_TRUE(testing::eventually([&] {
    clock_.advance(seconds(limits::kApplicationRetryMaxSeconds));
    return count("application_delivery") == 1;
  }));
  EXPECT_TRUE(port_.take().empty());
  gateway_->on_receiver(account_.value, Protocol::kCmpp20);
  const auto receipts = given(1);
  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].receipt->protocol, Protocol::kCmpp30);
}

TEST_P(Gateway, AChangedAccountCountsAtOnce) {
  start();
  const auto found = gateway_->find_account("900001");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, account_.value);
  EXPECT_EQ(found->secret, "secret");
  EXPECT_TRUE(found->enabled);
  EXPECT_FALSE(gateway_->find_account("900002"));
  ok(applications_->disable(who_, account_, {}));
  EXPECT_FALSE(gateway_->find_account("900001")->enabled);
  EXPECT_EQ(port_.dropped(), std::vector{account_.value});
}

TEST_P(Gateway, LoginsAreRecordedAndCannotFillTheLog) {
  start();
  gateway_->on_login("900001", Protocol::kSmpp34, "192.0.2.7", Fault::kNone);
  EXPECT_TRUE(becomes("audit_log WHERE action = 'application.login'", 1));
  EXPECT_EQ(ok(applications_->get(account_)).state.last_login_at, clock_.now());
  for (int i = 0; i < 1'000; ++i) {
    gateway_->on_login("900001", Protocol::kSmpp34, "192.0.2.7", Fault::kBadSecret);
    gateway_->on_login("guess" + std::to_string(i), Protocol::kSmpp34, "192.0.2.8", Fault::kBadAccount);
  }
  EXPECT_TRUE(becomes("audit_log WHERE action = 'application.login_refused' AND reason = 'bad_secret'", 1));
  EXPECT_TRUE(becomes("audit_log WHERE action = 'application.login_refused' AND reason = 'bad_account'", 1));
  gateway_->on_login("900001", Protocol::kSmpp34, "192.0.2.7", Fault::kBadSecret);
  gateway_->on_login("another", Protocol::kSmpp34, "192.0.2.8", Fault::kBadAccount);
  clock_.advance(seconds(limits::kLoginAuditSeconds));
  EXPECT_TRUE(becomes("audit_log WHERE action = 'application.login_refused'", 4));
  EXPECT_EQ(count("audit_log WHERE detail LIKE '%guess%'"), 0);
}

TEST_P(Gateway, AStoreThatIsFullIsNoRoom) {
  testing::HookedDatabase hooked(db());
  IdGenerator ids(clock_);
  const store::Store behind(hooked, clock_, ids, world_->keyring());
  service::Submissions submissions(behind, screen_);
  gateway_.emplace(behind, *applications_, submissions, [] {});
  hooked.before_commit([](db::Tx&) { return fail(ErrorCode::kDiskFull, "full"); });
  start();
  gateway_->on_submits({submit("您的订单1已发货。"), submit("您的订单2已发货。")});
  for (const auto& a : answered(2)) EXPECT_EQ(a.fault, Fault::kQueueFull);
  EXPECT_EQ(count("message"), 0);
  gateway_.reset();
}

TEST_P(Gateway, ACommitOfUnknownOutcomeIsNotAnswered) {
  testing::HookedDatabase hooked(db());
  IdGenerator ids(clock_);
  const store::Store behind(hooked, clock_, ids, world_->keyring());
  service::Submissions submissions(behind, screen_);
  gateway_.emplace(behind, *applications_, submissions, [] {});
  hooked.after_commit(
      []() -> Result<> { return fail(ErrorCode::kUnavailable, "commit outcome unknown: broken"); });
  start();
  gateway_->on_submits({submit("您的订单1已发货。")});
  EXPECT_TRUE(testing::eventually([&] { return !port_.dropped().empty() || !port_.answers().empty(); }));
  EXPECT_EQ(port_.dropped(), std::vector{account_.value});
  EXPECT_TRUE(port_.answers().empty());
  gateway_.reset();
}

}  // namespace
}  // namespace yizhan
