#include "service/tasks.h"

#include <algorithm>
#include <tuple>

#include "domain/campaign.h"
#include "domain/content.h"
#include "domain/signature.h"
#include "service/rescreenings.h"
#include "store/queries.h"
#include "store/settings.h"

namespace yizhan::service {

namespace q = store::q;
using domain::CampaignState;
using domain::ContentState;
using domain::Permission;

namespace {

constexpr int64_t kShown = static_cast<int64_t>(limits::kTasksShown);

std::string campaign_state(const db::Row& r) { return std::string(name_of(r.as<CampaignState>(2))); }
std::string content_state(const db::Row& r) { return std::string(name_of(r.as<ContentState>(2))); }

}  // namespace

// One look: each kind asks for itself, and only if the person may do it.
class Tasks::Gathering {
 public:
  Gathering(Tasks& tasks, db::Tx& tx, const Principal& who)
      : tasks_(tasks), tx_(tx), who_(who), me_(who.person()) {}

  Result<TaskList> run() {
    YZ_CHECK(contents());
    YZ_CHECK(campaigns());
    YZ_CHECK(reports());
    YZ_CHECK(consents());
    YZ_CHECK(qualifications());
    YZ_CHECK(signatures());
    YZ_CHECK(channels());
    YZ_CHECK(emergency());
    return finish();
  }

 private:
  bool may(Permission permission) const { return domain::allowed(who_.roles, permission); }

  TaskView& add(TaskKind kind, const char* object_type, std::string object_id, std::string title) {
    TaskView& task = list_.items.emplace_back();
    task.kind = name_of(kind);
    task.object_type = object_type;
    task.object_id = std::move(object_id);
    task.title = std::move(title);
    return task;
  }

  // The rows of one of the statements of tasks.sql.
  template <class IdType, class State, class... P>
  Result<> add_rows(TaskKind kind, const char* object_type, State state, const db::Query& query,
                    const P&... params) {
    int64_t total = 0;
    YZ_CHECK(tx_.each(
        query,
        [&](const db::Row& r) {
          TaskView& task = add(kind, object_type, to_string(r.id<IdType>(0)), r.string(1));
          task.state = state(r);
          task.since = r.time(3);
          if (r.time(4)) task.deadline = r.time(4);
          if (!r.text(5).empty()) task.detail = r.string(5);
          total = r.i64(6);
        },
        params...));
    if (total > 0) list_.counts[std::string(name_of(kind))] = total;
    return {};
  }

  Result<> contents() {
    constexpr const char* kObject = "content";
    if (may(Permission::kContentWrite))
      YZ_CHECK(add_rows<ContentId>(TaskKind::kContentToRevise, kObject, content_state,
                                   q::tasks_content_to_revise, me_,
                                   domain::holders_of(Permission::kContentWrite), kShown));
    if (may(Permission::kContentFirstReview))
      YZ_CHECK(add_rows<ContentId>(TaskKind::kContentToFirstReview, kObject, content_state,
                                   q::tasks_content_in_state, ContentState::kDraft, kShown));
    if (may(Permission::kContentSubmit))
      YZ_CHECK(add_rows<ContentId>(TaskKind::kContentToSubmit, kObject, content_state,
                                   q::tasks_content_in_state, ContentState::kFirstReviewed, kShown));
    if (may(Permission::kContentReview))
      YZ_CHECK(add_rows<ContentId>(TaskKind::kContentToReview, kObject, content_state,
                                   q::tasks_content_to_review, me_, kShown));
    if (may(Permission::kContentReview))
      YZ_CHECK(add_rows<ContentId>(
          TaskKind::kContentRescreened, kObject,
          [](const db::Row& r) { return std::string(name_of(r.as<RescreeningState>(2))); },
          q::tasks_content_rescreened, me_, kShown));
    return {};
  }

  Result<> campaigns() {
    constexpr const char* kObject = "campaign";
    if (may(Permission::kCampaignHandOver))
      YZ_CHECK(add_rows<CampaignId>(TaskKind::kCampaignToHandOver, kObject, campaign_state,
                                    q::tasks_campaign_to_hand_over, me_,
                                    domain::holders_of(Permission::kCampaignHandOver), kShown));
    if (may(Permission::kCampaignParameters))
      YZ_CHECK(add_rows<CampaignId>(TaskKind::kCampaignToPrepare, kObject, campaign_state,
                                    q::tasks_campaign_in_state, CampaignState::kHandedOver, kShown));
    if (may(Permission::kCampaignStart))
      YZ_CHECK(add_rows<CampaignId>(TaskKind::kCampaignToStart, kObject, campaign_state,
                                    q::tasks_campaign_in_state, CampaignState::kReady, kShown));
    if (may(Permission::kCampaignControl))
      YZ_CHECK(add_rows<CampaignId>(TaskKind::kCampaignPaused, kObject, campaign_state,
                                    q::tasks_campaign_paused, kShown));
    return {};
  }

  Result<> reports() {
    if (!may(Permission::kReportAcknowledge)) return {};
    return add_rows<ReportId>(
        TaskKind::kReportToAcknowledge, "report", [](const db::Row&) { return "unacknowledged"; },
        q::tasks_report_to_acknowledge, me_, domain::holders_of(Permission::kReportAcknowledge), kShown);
  }

  Result<> channels() {
    if (!may(Permission::kChannelWrite)) return {};
    const auto links = tasks_.links_();
    int64_t down = 0;
    YZ_CHECK(tx_.each(q::tasks_channels, [&](const db::Row& r) {
      const auto link = std::ranges::find(links, r.i64(0), &engine::ChannelStatus::channel_id);
      const auto state = link == links.end() ? link::LinkState::kStopped : link->link.state;
      const Time since = tasks_.down_since(r.i64(0), state != link::LinkState::kBound);
      if (state == link::LinkState::kBound || ++down > kShown) return;
      TaskView& task = add(TaskKind::kChannelDown, "channel", to_string(r.id<ChannelId>(0)), r.string(1));
      task.state = link_state_name(state);
      task.since = since;
      if (link != links.end() && !link->link.last_error.empty()) task.detail = link->link.last_error;
    }));
    if (down > 0) list_.counts[std::string(name_of(TaskKind::kChannelDown))] = down;
    return {};
  }

  Result<> consents() {
    if (!may(Permission::kConsentConfirm)) return {};
    return add_rows<ConsentTaskId>(
        TaskKind::kConsentToConfirm, "consent_task",
        [](const db::Row& r) { return std::string(name_of(r.as<domain::ConsentTaskState>(2))); },
        q::tasks_consent_to_confirm, domain::ConsentTaskState::kOpen, me_, kShown);
  }

  Result<> qualifications() {
    if (!may(Permission::kQualificationWrite)) return {};
    const Time now = tasks_.store_.now();
    return add_rows<QualificationId>(
        TaskKind::kQualificationExpiring, "qualification",
        [](const db::Row& r) { return r.flag(2) ? "expired" : "expiring"; }, q::tasks_qualification_expiring,
        now, now + days(limits::kQualificationWarningDays), kShown);
  }

  Result<> signatures() {
    constexpr const char* kObject = "signature";
    const auto state = [](const db::Row& r) { return std::string(name_of(r.as<domain::SignatureState>(2))); };
    if (may(Permission::kSignatureWrite))
      YZ_CHECK(add_rows<SignatureId>(TaskKind::kSignatureToRevise, kObject, state,
                                     q::tasks_signature_to_revise, me_,
                                     domain::holders_of(Permission::kSignatureWrite), kShown));
    if (may(Permission::kSignatureReview))
      YZ_CHECK(add_rows<SignatureId>(TaskKind::kSignatureToReview, kObject, state,
                                     q::tasks_signature_to_review, me_, kShown));
    if (!may(Permission::kSignatureFile)) return {};
    const auto settings = YZ_TRY(store::share_sending_settings(tx_));
    return add_rows<SignatureId>(
        TaskKind::kSignatureToFile, kObject,
        [](const db::Row& r) { return std::string(name_of(r.as<domain::FilingState>(2))); },
        q::tasks_signature_to_file, tasks_.store_.now() + days(settings->filing_warning_days), kShown);
  }

  Result<> emergency() {
    if (!may(Permission::kEmergencyRelease)) return {};
    const auto settings = YZ_TRY(store::share_sending_settings(tx_));
    if (!settings->emergency_stop) return {};
    TaskView& task = add(TaskKind::kEmergencyStopActive, "system", {}, {});
    const bool restored = settings->stop_cause == store::StopCause::kRestoredBackup;
    task.state = restored ? name_of(settings->stop_cause) : "active";
    list_.counts[task.kind] = 1;
    return tx_.each(q::emergency_stopped, [&](const db::Row& r) {
      task.since = r.time(0);
      if (!restored && !r.text(1).empty()) task.detail = r.string(1);
    });
  }

  TaskList finish() {
    std::ranges::sort(list_.items, {}, [](const TaskView& task) {
      return std::tuple(!task.deadline, task.deadline.value_or(Time{}), task.since,
                        std::string_view(task.kind), std::string_view(task.object_id));
    });
    list_.truncated = list_.items.size() > limits::kTasksShown;
    for (const auto& [kind, count] : list_.counts) list_.truncated = list_.truncated || count > kShown;
    if (list_.items.size() > limits::kTasksShown) list_.items.resize(limits::kTasksShown);
    return std::move(list_);
  }

  Tasks& tasks_;
  db::Tx& tx_;
  const Principal& who_;
  const int64_t me_;  // as an author or owner
  TaskList list_;
};

Time Tasks::down_since(int64_t channel_id, bool down) {
  const std::lock_guard lock(mutex_);
  if (down) return down_.try_emplace(channel_id, store_.now()).first->second;
  down_.erase(channel_id);
  return {};
}

Result<TaskList> Tasks::list(const Principal& who) {
  return store_.db.read([&](db::Tx& tx) { return Gathering(*this, tx, who).run(); });
}

}  // namespace yizhan::service
