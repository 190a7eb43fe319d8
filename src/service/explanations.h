#pragma once
// Why a message went, waits or was refused: every gate with the version of its rules, what it looked at and
// what it said. Of a decided message as of the decision, from the histories; of an open one as of now.
// Blocks; any thread.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/composer.h"
#include "engine/gates.h"
#include "store/store.h"

namespace yizhan::service {

#define YIZHAN_EXPLAINED_AS_OF(X)                                                        \
  X(kDecision, 1, "decision") /* from what was in force and known when it was decided */ \
  X(kNow, 2, "now")           /* it is still open: what the gates would say */
YIZHAN_ENUM(ExplainedAsOf, YIZHAN_EXPLAINED_AS_OF)

struct ExplainedInput {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(ExplainedInput, (), (name, value))

// A limit and what was counted against it.
struct ExplainedLimit {
  domain::FrequencySource source = domain::FrequencySource::kCompany;
  std::optional<CampaignId> announcement_id;
  int64_t span_seconds = 0;
  int64_t maximum = 0;
  int64_t used = 0;
};
BOOST_DESCRIBE_STRUCT(ExplainedLimit, (), (source, announcement_id, span_seconds, maximum, used))

struct ExplainedGate {
  engine::Gate gate = engine::Gate::kEmergencyStop;
  engine::GateAnswer answer = engine::GateAnswer::kPass;
  domain::Reason reason = domain::Reason::kNone;
  bool decides = false;                          // the first that does not let the message pass
  std::optional<Time> due;                       // of a hold
  std::map<std::string, int64_t> rule_versions;  // of the sending settings, by part; 0 = the defaults
  std::vector<ExplainedInput> inputs;
  std::vector<ExplainedLimit> limits;  // of the gate "frequency"
};
BOOST_DESCRIBE_STRUCT(ExplainedGate, (), (gate, answer, reason, decides, due, rule_versions, inputs, limits))

struct Explanation {
  MessageId message_id;
  std::optional<CampaignId> campaign_id;
  CustomerId customer_id;
  domain::BatchOrigin origin = domain::BatchOrigin::kCampaign;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  domain::MessageState state = domain::MessageState::kHeld;  // as recorded
  domain::Reason reason = domain::Reason::kNone;
  ExplainedAsOf as_of = ExplainedAsOf::kNow;
  Time at;
  engine::GateAnswer answer = engine::GateAnswer::kPass;  // of the gates together
  // Whether that is what the ledger recorded; absent where no gate decided (still open, cancelled by people).
  std::optional<bool> agrees;
  std::vector<ExplainedGate> gates;
};
BOOST_DESCRIBE_STRUCT(Explanation, (),
                      (message_id, campaign_id, customer_id, origin, message_class, state, reason, as_of, at,
                       answer, agrees, gates))

struct ExplainRecipient {
  CustomerId customer_id;
};
BOOST_DESCRIBE_STRUCT(ExplainRecipient, (), (customer_id))

class Explanations {
 public:
  // `screen` as the engine's; it is asked only about messages that are still open.
  Explanations(const store::Store& store, engine::ScreenRendered screen)
      : store_(store), screen_(std::move(screen)) {}

  // kNotFound.
  Result<Explanation> message(MessageId id) const;
  // Of the campaign's message to the customer; kNotFound when it has none.
  Result<Explanation> recipient(CampaignId id, CustomerId customer) const;

 private:
  Result<Explanation> explain(db::Tx& tx, int64_t message_id) const;

  const store::Store& store_;
  const engine::ScreenRendered screen_;
};

}  // namespace yizhan::service
