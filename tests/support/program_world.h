#pragma once
// A store with an application that calls the API: approved contents of three classes, a key of its own, and
// the services behind what programs call. Single thread; intake answers come from the writer's.
//
//   class ProgramsTest : public testing::ProgramStoreTest {};
//   YIZHAN_FOR_EACH_STORE(ProgramsTest);

#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sending_store.h"
#include "service/application_keys.h"
#include "service/applications.h"
#include "service/program_intake.h"
#include "service/program_messages.h"
#include "service/webhooks.h"

namespace yizhan::testing {

class ProgramStoreTest : public SendingStoreTest {
 protected:
  using MessageClass = domain::MessageClass;

  void SetUp() override {
    SendingStoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ok(world_->add_customers(3));
    channel_ = ok(world_->add_channel(1));
    code_ = content(MessageClass::kVerification, "您的验证码是{code}，{minutes}分钟内有效。", "");
    notice_ = content(MessageClass::kNotification, "您的订单{order}已发货。", "");
    offer_ = content(MessageClass::kMarketing, "亲爱的{name}，全场九折。", "拒收请回复R");
    submissions_.emplace(store(), screen_);
    applications_.emplace(store());
    keys_.emplace(store());
    webhooks_.emplace(store());
    webhooks_->set_hooks({.check_url = [](const std::string&) -> Result<> { return {}; }, .changed = {}});
    applications_->set_hooks(
        {.changed = [this](ApplicationId, service::Applications::Sessions) { ok(keys_->reload()); },
         .sessions = {}});
    intake_.emplace(store(), *submissions_, [this] { ++woken_; });
    programs_.emplace(store(), *intake_);
    application_ = application({code_, notice_, offer_});
    token_ = key(application_);
    caller_ = ok(keys_->authenticate(token_, "127.0.0.1"));
  }
  void TearDown() override {
    if (intake_) intake_->stop();
    SendingStoreTest::TearDown();
  }

  static service::Principal who() { return {store::ActorKind::kCommandLine, 0, "test", {}, {}}; }

  service::ApplicationSpec spec(const std::vector<int64_t>& contents) {
    service::ApplicationSpec s;
    s.name = "shop " + std::to_string(++count_);
    s.login = "shop" + std::to_string(count_);
    s.protocols = {domain::ChannelProtocol::kHttp};
    s.message_classes = {MessageClass::kVerification, MessageClass::kNotification, MessageClass::kMarketing};
    s.access_code = "1069000" + std::to_string(count_);
    s.channel_id = ChannelId{channel_};
    for (const int64_t id : contents) s.contents.push_back(ContentId{id});
    return s;
  }
  ApplicationId application(const std::vector<int64_t>& contents) {
    return ok(applications_->create(who(), spec(contents))).id;
  }
  service::CreateApplicationKey key_request(std::vector<MessageClass> classes) {
    return {"key " + std::to_string(++count_), std::move(classes), 0, clock_.now() + days(30)};
  }
  std::string key(ApplicationId application,
                  std::vector<MessageClass> classes = {
                      MessageClass::kVerification, MessageClass::kNotification, MessageClass::kMarketing}) {
    return ok(keys_->create(who(), application, key_request(std::move(classes)))).token;
  }
  void give_webhook() {
    ok(webhooks_->put(who(), application_, {},
                      {.receipt_url = "https://a.example/r", .reply_url = "https://a.example/i"}));
  }

  service::SubmitMessage notice(std::string order, std::string number = "13800000000") {
    return {ContentId{notice_}, std::move(number), {{"order", std::move(order)}}, {}, {}};
  }
  // Through the intake, as the API does it.
  Result<service::TemplateAnswer> submit(service::SubmitMessage message,
                                         std::string_view idempotency_key = {},
                                         const service::ProgramCaller* caller = nullptr) {
    std::promise<Result<service::TemplateAnswer>> promise;
    auto answer = promise.get_future();
    programs_->submit(caller == nullptr ? *caller_ : *caller, std::move(message), idempotency_key,
                      [&](Result<service::TemplateAnswer> a) { promise.set_value(std::move(a)); });
    return answer.get();
  }
  service::TemplateAnswer answer_to(service::SubmitMessage message, std::string_view idempotency_key = {}) {
    return ok(submit(std::move(message), idempotency_key));
  }
  Result<service::TemplateAnswer> start(service::StartVerification request,
                                        std::string_view idempotency_key = {}) {
    std::promise<Result<service::TemplateAnswer>> promise;
    auto answer = promise.get_future();
    programs_->start(*caller_, request, idempotency_key,
                     [&](Result<service::TemplateAnswer> a) { promise.set_value(std::move(a)); });
    return answer.get();
  }

  std::optional<service::Submissions> submissions_;
  std::optional<service::Applications> applications_;
  std::optional<service::ApplicationKeys> keys_;
  std::optional<service::Webhooks> webhooks_;
  std::optional<service::ProgramIntake> intake_;
  std::optional<service::ProgramMessages> programs_;
  ApplicationId application_;
  std::string token_;
  std::shared_ptr<const service::ProgramCaller> caller_;
  std::atomic<int> woken_{0};
  int64_t count_ = 0, code_ = 0, notice_ = 0, offer_ = 0;
};

}  // namespace yizhan::testing
