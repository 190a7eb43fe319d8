#pragma once
// What waits for whom: everything that somebody may and should do now, by deadline, read from where it
// stands. Nothing is assigned, so nothing is forgotten. Blocking; any thread.

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/engine.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

#define YIZHAN_TASK_KINDS(X)                              \
  X(kContentToRevise, 1, "content_to_revise")             \
  X(kContentToFirstReview, 2, "content_to_first_review")  \
  X(kContentToSubmit, 3, "content_to_submit")             \
  X(kContentToReview, 4, "content_to_review")             \
  X(kCampaignToHandOver, 5, "campaign_to_hand_over")      \
  X(kCampaignToPrepare, 6, "campaign_to_prepare")         \
  X(kCampaignToStart, 7, "campaign_to_start")             \
  X(kCampaignPaused, 8, "campaign_paused")                \
  X(kReportToAcknowledge, 9, "report_to_acknowledge")     \
  X(kConsentToConfirm, 10, "consent_to_confirm")          \
  X(kChannelDown, 11, "channel_down")                     \
  X(kEmergencyStopActive, 12, "emergency_stop_active")    \
  X(kQualificationExpiring, 13, "qualification_expiring") \
  X(kSignatureToRevise, 14, "signature_to_revise")        \
  X(kSignatureToReview, 15, "signature_to_review")        \
  X(kSignatureToFile, 16, "signature_to_file")            \
  X(kContentRescreened, 20, "content_rescreened")
YIZHAN_ENUM(TaskKind, YIZHAN_TASK_KINDS)

struct TaskView {
  std::string kind;  // of TaskKind
  std::string
      object_type;  // content, campaign, report, consent_task, channel, system, qualification, signature
  std::string object_id;  // empty: the system
  std::string title;
  std::string state;  // of the object
  Time since;
  std::optional<Time> deadline;
  std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(TaskView, (), (kind, object_type, object_id, title, state, since, deadline, detail))

// Those with a deadline first, the soonest first; then by since.
struct TaskList {
  std::vector<TaskView> items;
  std::map<std::string, int64_t> counts;  // by kind, of what there is in all; a kind without any is absent
  bool truncated = false;                 // there are more than limits::kTasksShown
};
BOOST_DESCRIBE_STRUCT(TaskList, (), (items, counts, truncated))

// How the links of this server stand.
using LinkLook = std::function<std::vector<engine::ChannelStatus>()>;

class Tasks {
 public:
  Tasks(const store::Store& store, LinkLook links) : store_(store), links_(std::move(links)) {}

  Result<TaskList> list(const Principal& who);

 private:
  class Gathering;
  // Since when this server has seen each of them down.
  Time down_since(int64_t channel_id, bool down);

  const store::Store& store_;
  const LinkLook links_;
  std::mutex mutex_;
  std::map<int64_t, Time> down_;
};

}  // namespace yizhan::service
