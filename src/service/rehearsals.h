#pragma once
// Rehearsals of campaigns: what would be sent to whom, by which channels and until when, found by sending the
// whole campaign to simulated carriers in this process (engine/rehearsal.h). One at a time, on a thread of
// its own that gives way to sending. Public functions block shortly; any thread.

#include <atomic>
#include <boost/describe.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "domain/campaign.h"
#include "engine/dry_run.h"
#include "engine/engine.h"
#include "engine/forecast.h"
#include "service/campaigns.h"
#include "service/principal.h"
#include "service/screener_in_force.h"
#include "store/store.h"

namespace yizhan::service {

// So many messages would wait for that reason until then.
struct RehearsalHold {
  domain::Reason reason = domain::Reason::kNone;
  Time until;
  int64_t messages = 0;
};
BOOST_DESCRIBE_STRUCT(RehearsalHold, (), (reason, until, messages))

struct RehearsalChannel {
  ChannelId channel_id;
  bool simulated = true;
  int64_t messages = 0, segments = 0, carrier_took = 0;
  int64_t segments_per_second = 0;
  int64_t lane_percent = 100;
  std::optional<Time> starts_at, ends_at;
  int64_t would_leave = 0, too_late = 0, unplaced = 0;
  engine::ForecastLimit limited_by = engine::ForecastLimit::kChannel;

  static constexpr json::Rule kRules[] = {
      {.member = "simulated",
       .description = "false: a provider by HTTP, whose segments are counted and not submitted"},
      {.member = "carrier_took", .description = "segments, by the simulated carrier's own count"},
      {.member = "segments_per_second", .description = "as the channel is set; 0 = no limit"},
      {.member = "lane_percent",
       .description = "of that rate the campaign's even if every other lane is always full"},
      {.member = "too_late", .description = "messages that would grow too old before their turn"},
      {.member = "unplaced", .description = "messages for which no window opens within 60 days"}};
};
BOOST_DESCRIBE_STRUCT(RehearsalChannel, (),
                      (channel_id, simulated, messages, segments, carrier_took, segments_per_second,
                       lane_percent, starts_at, ends_at, would_leave, too_late, unplaced, limited_by))

struct RehearsalDay {
  std::string day;
  Time starts_at, ends_at;
  int64_t messages = 0, segments = 0;
  static constexpr json::Rule kRules[] = {{.member = "day", .format = "date"}};
};
BOOST_DESCRIBE_STRUCT(RehearsalDay, (), (day, starts_at, ends_at, messages, segments))

// When it would leave. Without anything that leaves there are no times.
struct RehearsalForecast {
  std::optional<Time> starts_at, ends_at;
  int64_t would_leave = 0, too_late = 0, unplaced = 0;
  engine::ForecastLimit limited_by = engine::ForecastLimit::kChannel;
  std::string zone;
  std::vector<RehearsalDay> days;
  std::optional<Time> crowded_ends_at;
  int64_t crowded_too_late = 0;

  static constexpr json::Rule kRules[] = {
      {.member = "limited_by", .description = "what is slowest on the channel that ends last"},
      {.member = "zone", .description = "of most recipients: whose dates the days are"},
      {.member = "crowded_ends_at",
       .description = "the same if every other lane of the channels were always full"}};
};
BOOST_DESCRIBE_STRUCT(RehearsalForecast, (),
                      (starts_at, ends_at, would_leave, too_late, unplaced, limited_by, zone, days,
                       crowded_ends_at, crowded_too_late))

struct RehearsalResult {
  Time planned_start;
  engine::Funnel funnel;
  std::vector<RehearsalHold> held_until;
  std::map<std::string, std::vector<MessageId>> examples;
  int64_t simulated_segments = 0, carrier_took = 0, counted_segments = 0;
  bool carrier_took_all = false;
  int64_t messages_per_second = 0, segments_per_second = 0;
  std::vector<RehearsalChannel> channels;
  RehearsalForecast forecast;

  static constexpr json::Rule kRules[] = {
      {.member = "examples", .description = "by reason, some of the messages that are held or refused"},
      {.member = "counted_segments", .description = "of providers by HTTP: counted and not submitted"},
      {.member = "carrier_took_all",
       .description = "whether the simulated carriers received as many segments as were to be sent"},
      {.member = "segments_per_second",
       .description = "of the pipeline itself, but for what real sending writes to the store"}};
};
BOOST_DESCRIBE_STRUCT(RehearsalResult, (),
                      (planned_start, funnel, held_until, examples, simulated_segments, carrier_took,
                       counted_segments, carrier_took_all, messages_per_second, segments_per_second, channels,
                       forecast))

struct RehearsalView {
  RehearsalId id;
  CampaignId campaign_id;
  domain::RehearsalState state = domain::RehearsalState::kRunning;
  bool outdated = false;
  int64_t audience = 0, done = 0;
  std::optional<RehearsalResult> result;
  std::string failure;
  Bytes binding_hash;
  UserId started_by;
  Time started_at;
  std::optional<Time> finished_at;

  static constexpr json::Rule kRules[] = {
      {.member = "outdated",
       .description = "the campaign, its approval or a channel is not as it was rehearsed any more"},
      {.member = "failure", .description = "interrupted, or the code of an error"}};
};
BOOST_DESCRIBE_STRUCT(RehearsalView, (),
                      (id, campaign_id, state, outdated, audience, done, result, failure, binding_hash,
                       started_by, started_at, finished_at))

struct RehearsalList {
  std::vector<RehearsalView> items;
};
BOOST_DESCRIBE_STRUCT(RehearsalList, (), (items))

class Rehearsals {
 public:
  // A rehearsal is judged by one screener throughout; without any, by what the engine says of each text.
  Rehearsals(const store::Store& store, engine::Engine& engine, ScreenerInForce screener = {})
      : store_(store), engine_(engine), screener_(std::move(screener)) {}
  ~Rehearsals() { stop(); }

  // Begins one and returns. Of a campaign that could be tested or is scheduled: kWrongState, kApprovalVoid
  // and the like otherwise. kRehearsalRunning while another one does.
  Result<RehearsalView> start(const Principal& who, CampaignId id, std::optional<int64_t> version);
  Result<RehearsalView> get(CampaignId campaign, RehearsalId id);
  // The newest first, at most limits::kRehearsalsKept.
  Result<RehearsalList> list(CampaignId campaign);
  // kWrongState unless it runs.
  Result<RehearsalView> cancel(const Principal& who, CampaignId campaign, RehearsalId id);

  // Ends the one that runs, which fails as interrupted. For good.
  void stop();
  // Those that a stop of the server cut off fail.
  Result<> recover();
  // Until the one that was begun is over; for tests.
  void wait();

 private:
  struct Work {
    RehearsalId id;
    CampaignId campaign_id;
    int64_t batch_id = 0;
    Time when;
  };
  struct Ending {
    domain::RehearsalState state = domain::RehearsalState::kFailed;
    std::string result, failure;
  };
  Result<Work> begin(db::Tx& tx, const Principal& who, CampaignId id, std::optional<int64_t> version);
  void run(const Work& work);
  Result<RehearsalResult> rehearse(const Work& work);
  void rest(int64_t us);
  Result<> note_progress(const Work& work, int64_t done);
  Result<> end(db::Tx& tx, RehearsalId id, CampaignId campaign, const Ending& ending);

  const store::Store& store_;
  engine::Engine& engine_;
  const ScreenerInForce screener_;

  std::mutex starting_;  // before mutex_; the thread does not take it
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  RehearsalId running_;                 // zero = none, or it is through
  std::atomic<bool> cancelled_{false};  // the one that runs is to end
  bool stopped_ = false;
};

}  // namespace yizhan::service
