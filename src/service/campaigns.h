#pragma once
// Campaigns from plan to start, and the control of those under way (policy 2.1.1, 3, 4.1). Blocking; any
// thread.

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/audience.h"
#include "domain/campaign.h"
#include "domain/channel.h"
#include "domain/message.h"
#include "engine/engine.h"
#include "service/principal.h"
#include "service/stated_reason.h"
#include "store/settings.h"
#include "store/store.h"

namespace yizhan::service {

// The plan: policy 2.1.1 wants goal, audience, content and time.
struct CampaignPlan {
  std::string name;
  std::string goal;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;
  ContentId content_id;
  domain::Audience audience;
  Time planned_at;
  std::optional<int64_t> budget_fen;
  std::optional<UserId> owner_id;  // absent = the planner; a program names one
  // What the campaign tells its recipients of how often they will hear from the company.
  std::optional<domain::AnnouncedFrequency> announces;

  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = 100},
      {.member = "goal", .min_length = 1, .max_length = 1000},
      {.member = "purpose", .presence = json::Presence::kOptional, .max_length = 64},
      {.member = "budget_fen", .minimum = 0},
      {.member = "announces",
       .description =
           "makes it an announcement: the frequency that its text tells, which binds marketing from "
           "the start of this campaign on, within its dates"}};
};
BOOST_DESCRIBE_STRUCT(CampaignPlan, (),
                      (name, goal, message_class, purpose, content_id, audience, planned_at, budget_fen,
                       owner_id, announces))

// Why compliance lets a large campaign start without an announcement.
struct NoticeWaiver {
  std::string reason;
  UserId by;
  Time at;
};
BOOST_DESCRIBE_STRUCT(NoticeWaiver, (), (reason, by, at))

struct CampaignView {
  CampaignId id;
  std::string name, goal;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;
  ContentId content_id;
  std::optional<ContentVersionId> content_version_id;
  std::optional<Bytes> content_hash;
  domain::Audience audience;
  Time planned_at;
  int64_t budget_fen = 0;
  UserId owner_id;
  domain::CampaignState state = domain::CampaignState::kPlanned;
  std::string state_reason;
  int64_t audience_count = 0;
  std::map<std::string, int64_t> by_state;  // of its messages: all nine, zeros too; empty before the freeze
  std::optional<Bytes> audience_hash;
  std::optional<Time> frozen_at, handed_over_at, started_at, finished_at;
  std::optional<domain::CampaignParameters> parameters;
  std::optional<Bytes> binding_hash;
  std::optional<TestId> test_id;
  std::optional<ReportId> report_id;
  std::optional<domain::AnnouncedFrequency> announces;
  std::optional<NoticeWaiver> notice_waiver;
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(CampaignView, (),
                      (id, name, goal, message_class, purpose, content_id, content_version_id, content_hash,
                       audience, planned_at, budget_fen, owner_id, state, state_reason, audience_count,
                       by_state, audience_hash, frozen_at, handed_over_at, started_at, finished_at,
                       parameters, binding_hash, test_id, report_id, announces, notice_waiver, created_by,
                       created_at, updated_at, version))

struct ListCampaigns {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<CampaignId> after;
  std::optional<domain::CampaignState> state;
  std::optional<domain::MessageClass> message_class;
  std::optional<UserId> owner_id;
  std::optional<std::string> q;
  std::optional<bool> announcing;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "q",
       .max_length = limits::kNameCharacters,
       .description = "part of the name; the case of A to Z does not count"},
      {.member = "announcing", .description = "true: only those that announce a frequency"}};
};
BOOST_DESCRIBE_STRUCT(ListCampaigns, (), (limit, after, state, message_class, owner_id, q, announcing))

struct CampaignPage {
  std::vector<CampaignView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(CampaignPage, (), (items, next_after))

struct EmergencyState {
  bool active = false;
  // While it is active.
  std::optional<store::StopCause> cause;
  std::optional<Time> since;
  std::optional<std::string> reason;  // as whoever stopped it gave it
};
BOOST_DESCRIBE_STRUCT(EmergencyState, (), (active, cause, since, reason))

// A campaign's row, for the services around it.
struct CampaignRow {
  CampaignView view;
  int64_t batch_id = 0;
  Bytes content_hash, audience_hash, binding_hash;
  int64_t content_version_id = 0, test_id = 0, report_id = 0;
};
// kNotFound.
Result<CampaignRow> load_campaign(db::Tx& tx, CampaignId id);
// kVersionConflict with the current version when `expected` is another; absent = whatever it is.
Result<> check_version(const CampaignRow& row, std::optional<int64_t> expected);
// kWrongState unless the campaign may go to `to`.
Result<> check_transition(const CampaignRow& row, domain::CampaignState to);
// kSignatureNotApproved while the content's signature may not be borne. kApprovalVoid unless the content's
// approved version still has the hash that the campaign was frozen with.
Result<> check_approval(db::Tx& tx, const CampaignRow& row);

// What a test or a rehearsal is bound to as everything is now; other than the row's when a channel was
// changed since. kNotFound when its way is gone; a campaign without parameters is bound to nothing.
Result<Bytes> bound_now(db::Tx& tx, const CampaignRow& row);

class Campaigns {
 public:
  Campaigns(const store::Store& store, engine::Engine& engine) : store_(store), engine_(engine) {}

  Result<CampaignView> create(const Principal& who, const CampaignPlan& plan);
  Result<CampaignView> update(const Principal& who, CampaignId id, std::optional<int64_t> version,
                              const CampaignPlan& plan);
  Result<CampaignView> get(CampaignId id);
  Result<CampaignPage> list(const ListCampaigns& request);

  // Fixes the recipients: takes as long as it takes and returns with the campaign frozen.
  Result<CampaignView> freeze(const Principal& who, CampaignId id, std::optional<int64_t> version);
  // Back to the plan; the frozen recipients are refused as cancelled and a new freeze makes new ones.
  Result<CampaignView> reopen(const Principal& who, CampaignId id, std::optional<int64_t> version,
                              const StatedReason& why);
  Result<CampaignView> hand_over(const Principal& who, CampaignId id, std::optional<int64_t> version);
  Result<CampaignView> set_parameters(const Principal& who, CampaignId id, std::optional<int64_t> version,
                                      const domain::CampaignParameters& parameters);
  // Policy 4.2.3: compliance records why this campaign may start without an announcement.
  Result<CampaignView> waive_notice(const Principal& who, CampaignId id, std::optional<int64_t> version,
                                    const StatedReason& why);
  // Now, or at its scheduled time, which asking again does not change. kTestRequired without a passed,
  // unexpired test of this very campaign; kNoticeRequired (field announcement_id) for a large one of
  // marketing that neither names an announcement that reached as many people nor was let go without.
  Result<CampaignView> start(const Principal& who, CampaignId id, std::optional<int64_t> version);
  Result<CampaignView> pause(const Principal& who, CampaignId id, const StatedReason& why);
  Result<CampaignView> resume(const Principal& who, CampaignId id, const StatedReason& why);
  Result<CampaignView> cancel(const Principal& who, CampaignId id, const StatedReason& why);

  // One action halts all sending; released only by those who hold that right.
  Result<EmergencyState> emergency_stop(const Principal& who, const StatedReason& why);
  Result<EmergencyState> emergency_release(const Principal& who, const StatedReason& why);
  Result<EmergencyState> emergency();
  // Called after each release, when it is committed. Set before the first call of another thread.
  void on_release(std::function<void()> hook) { released_ = std::move(hook); }

  // After a stop of the server: freezes that were under way go back to the plan.
  Result<> recover();

 private:
  Result<> freeze_rows(CampaignId id, int64_t batch_id);
  Result<EmergencyState> set_emergency(const Principal& who, const StatedReason& why, bool active);

  const store::Store& store_;
  engine::Engine& engine_;
  std::function<void()> released_;
};

// The field of kWrongState when a campaign would start after its own end.
inline constexpr const char* kExpiresAt = "expires_at";
// Starts a campaign that is ready: checks approval, test and notice, sets it and its batch running. For
// start() and the clerk.
Result<> start_now(db::Tx& tx, const store::Store& store, const Principal& who, const CampaignRow& row);

}  // namespace yizhan::service
