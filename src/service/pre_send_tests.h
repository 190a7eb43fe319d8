#pragma once
// The pre-send test (policy 4.1.3): every recipient through every gate and every message rendered and
// screened (identical ones once), then real messages to the test handsets, whose receipts decide. A handset
// that had limits::kTestsPerHandsetDay tests in 24 hours is left out. Blocking; any thread.

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/campaign.h"
#include "engine/dry_run.h"
#include "engine/engine.h"
#include "service/campaigns.h"
#include "service/principal.h"
#include "service/screened_messages.h"
#include "service/screener_in_force.h"
#include "store/store.h"

namespace yizhan::service {

using engine::Funnel;

struct HandsetResult {
  std::string label;
  std::string number;  // masked
  domain::MessageState state = domain::MessageState::kQueued;
  domain::Reason reason = domain::Reason::kNone;
};
BOOST_DESCRIBE_STRUCT(HandsetResult, (), (label, number, state, reason))

struct TestView {
  TestId id;
  CampaignId campaign_id;
  domain::TestState state = domain::TestState::kDryRun;
  std::optional<Funnel> funnel;
  std::optional<ScreenedMessagesView> screening;  // of every message that could be rendered
  std::vector<HandsetResult> handsets;
  std::string failure;
  Bytes binding_hash;
  Time started_at;
  std::optional<Time> finished_at, expires_at;
};
BOOST_DESCRIBE_STRUCT(TestView, (),
                      (id, campaign_id, state, funnel, screening, handsets, failure, binding_hash, started_at,
                       finished_at, expires_at))

class PreSendTests {
 public:
  // A test is judged by one screener from its beginning to its end. Without any, by what the engine says of
  // each text, and nothing is told of rules.
  PreSendTests(const store::Store& store, engine::Engine& engine, ScreenerInForce screener = {})
      : store_(store), engine_(engine), screener_(std::move(screener)) {}

  // Runs the dry run and sends to the handsets; returns with the test waiting for their receipts, or failed.
  Result<TestView> start(const Principal& who, CampaignId id, std::optional<int64_t> version);
  Result<TestView> get(TestId id);

  // Tests that wait for their handsets; settle() decides one whose handsets have answered or took too long.
  // For the clerk.
  Result<std::vector<TestId>> waiting();
  Result<> settle(TestId id);
  // Tests that a stop of the server cut off fail.
  Result<> recover();

 private:
  struct DryRun {
    Funnel funnel;
    std::optional<ScreenedMessagesView> screening;
  };
  Result<DryRun> dry_run(const CampaignRow& row);
  Result<> send_to_handsets(const CampaignRow& row, TestId test, const Funnel& funnel);
  Result<> finish(db::Tx& tx, TestId test, CampaignId campaign, bool passed, std::string_view failure,
                  std::string_view funnel);

  const store::Store& store_;
  engine::Engine& engine_;
  const ScreenerInForce screener_;
};

}  // namespace yizhan::service
