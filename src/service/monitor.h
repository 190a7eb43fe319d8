#pragma once
// What people watch while messages go out (policy 4.1.4): a campaign's counts, rate, errors and channels, its
// messages and their attempts; and conservation over everything. Numbers are masked. Blocking; any thread.

#include <boost/describe.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/campaign.h"
#include "domain/message.h"
#include "engine/engine.h"
#include "service/channels.h"
#include "service/principal.h"
#include "service/reports.h"
#include "store/store.h"

namespace yizhan::service {

struct StateReasonCount {
  domain::MessageState state = domain::MessageState::kHeld;
  domain::Reason reason = domain::Reason::kNone;
  int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(StateReasonCount, (), (state, reason, count))

struct ChannelStanding {
  ChannelId channel_id;
  std::string name;
  ChannelLink link;
};
BOOST_DESCRIBE_STRUCT(ChannelStanding, (), (channel_id, name, link))

enum class Conservation : uint8_t { kHolds, kBroken };
BOOST_DESCRIBE_ENUM(Conservation, kHolds, kBroken)

struct CampaignSnapshot {
  CampaignId campaign_id;
  std::string name;
  domain::CampaignState state = domain::CampaignState::kPlanned;
  std::string state_reason;
  std::optional<domain::BatchState> batch_state;  // absent before the freeze
  std::string batch_reason;
  int64_t targeted = 0;
  std::map<std::string, int64_t> by_state;  // all nine, zeros too; sums to `targeted`
  std::vector<StateReasonCount> funnel;
  Conservation sum = Conservation::kHolds;
  double messages_per_second = 0;  // that left, over the last seconds
  std::vector<CodeCount> errors;   // with cause and remedy
  std::optional<ChannelId> channel_id;
  std::vector<ChannelStanding> channels;  // of this server
  std::optional<Time> started_at, finished_at;
  Time at;
};
BOOST_DESCRIBE_STRUCT(CampaignSnapshot, (),
                      (campaign_id, name, state, state_reason, batch_state, batch_reason, targeted, by_state,
                       funnel, sum, messages_per_second, errors, channel_id, channels, started_at,
                       finished_at, at))

// Invariant 6, in total.
struct TotalsView {
  int64_t messages = 0;
  std::map<std::string, int64_t> by_state;
  std::vector<StateReasonCount> funnel;
  Conservation sum = Conservation::kHolds;
  std::vector<ChannelStanding> channels;
  Time at;
};
BOOST_DESCRIBE_STRUCT(TotalsView, (), (messages, by_state, funnel, sum, channels, at))

struct ListMessages {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<MessageId> after;
  std::optional<domain::MessageState> state;
  std::optional<domain::Reason> reason;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListMessages, (), (limit, after, state, reason))

struct MessageView {
  MessageId id;
  CustomerId customer_id;
  std::string number;  // masked
  std::string carrier;
  domain::MessageState state = domain::MessageState::kHeld;
  domain::Reason reason = domain::Reason::kNone;
  int64_t attempts = 0;
  int64_t segments = 0;
  std::optional<Time> submitted_at;
  Time state_at;
};
BOOST_DESCRIBE_STRUCT(MessageView, (),
                      (id, customer_id, number, carrier, state, reason, attempts, segments, submitted_at,
                       state_at))

struct MessagePage {
  std::vector<MessageView> items;         // may be fewer than asked for, even with more to come
  std::optional<std::string> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(MessagePage, (), (items, next_after))

struct AttemptView {
  AttemptId id;
  int64_t number = 0;  // 1 = first try of the message
  int64_t segment = 0;
  int64_t segments = 0;
  domain::AttemptOutcome outcome = domain::AttemptOutcome::kOpen;
  ChannelId channel_id;
  Time stored_at;
  std::optional<Time> responded_at;
  std::string response_status;  // "0x00000058"; empty while open
  std::string carrier_message_id;
  std::optional<Time> receipt_at;
  int64_t receipt_state = 0;  // SMPP message_state
  std::string receipt_code;
};
BOOST_DESCRIBE_STRUCT(AttemptView, (),
                      (id, number, segment, segments, outcome, channel_id, stored_at, responded_at,
                       response_status, carrier_message_id, receipt_at, receipt_state, receipt_code))

struct MessageDetail : MessageView {
  std::optional<CampaignId> campaign_id;  // absent: no campaign's message
  // Of what an application submitted.
  std::optional<ApplicationId> application_id;
  std::optional<std::string> reference;  // its own name of the message
  std::optional<Time> accepted_at;
  std::vector<AttemptView> attempt_list;
};
BOOST_DESCRIBE_STRUCT(MessageDetail, (MessageView),
                      (campaign_id, application_id, reference, accepted_at, attempt_list))

class Monitor {
 public:
  // `rows` is how many messages one page may look at; smaller in tests.
  Monitor(const store::Store& store, engine::Engine& engine, int64_t rows = limits::kMessageRowsLookedAt)
      : store_(store), engine_(engine), rows_(rows) {}

  Result<CampaignSnapshot> snapshot(CampaignId id);
  Result<TotalsView> totals();
  // However rare the state or reason, a page looks at a bounded number of messages and ends there.
  Result<MessagePage> messages(CampaignId id, const ListMessages& request);
  Result<MessageDetail> message(MessageId id);

 private:
  struct Sample {
    Time at;
    int64_t left = 0;
  };
  double rate(CampaignId id, Time now, int64_t left);
  std::vector<ChannelStanding> standings() const;

  const store::Store& store_;
  engine::Engine& engine_;
  const int64_t rows_;
  std::mutex mutex_;
  std::map<CampaignId, std::vector<Sample>> samples_;  // of campaigns being watched, the oldest first
};

}  // namespace yizhan::service
