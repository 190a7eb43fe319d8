#pragma once
// A whole batch through every gate, as it would go at a given time, without sending: what the pre-send test
// and the rehearsal look at. Reads only, in short snapshots. One thread.

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/batch_plan.h"
#include "engine/gate_lookup.h"
#include "engine/gates.h"
#include "store/store.h"

namespace yizhan::engine {

// One message as it was judged. References: for as long as it is looked at.
struct DryRunMessage {
  int64_t message_id = 0;
  int64_t channel_id = 0;  // by which it would go; 0 when none serves it
  const GateRules& rules;
  const Candidate& candidate;
  Verdict verdict;
  text::Encoding encoding = text::Encoding::kUcs2;
  const text::SegmentList& pieces;  // as cut for the channel; of a text that could be composed
  int64_t segments = 0;

  bool may_go() const { return verdict.state != domain::MessageState::kRefused; }
};

// What was found: `would_send` and the counts by reason sum to `audience`.
struct Funnel {
  int64_t audience = 0;
  int64_t would_send = 0;
  std::map<std::string, int64_t> held;     // by reason; they would go out when it passes
  std::map<std::string, int64_t> refused;  // by reason
  int64_t segments = 0;                    // of those that would be sent

  void count(const DryRunMessage& message);
};
BOOST_DESCRIBE_STRUCT(Funnel, (), (audience, would_send, held, refused, segments))

class DryRun {
 public:
  using Look = std::function<Result<>(const DryRunMessage&)>;

  // `ill`: channels of a route that are passed over as long as another one serves. `screen` outlives it.
  DryRun(const store::Store& store, std::shared_ptr<const BatchPlan> plan, const ScreenRendered& screen,
         Time when, std::set<int64_t> ill = {});

  // Calls `look` for each of the next `rows` messages, outside the snapshot that they were read in; false
  // when they were the last. The first error of `look` ends it.
  Result<bool> next(int64_t rows, const Look& look);

 private:
  struct Row;
  struct Ways;
  struct Chunk;
  Result<Chunk> read(int64_t rows);
  Result<> judge_row(const Chunk& chunk, size_t i, const Look& look);

  const store::Store& store_;
  const std::shared_ptr<const BatchPlan> plan_;
  const ScreenRendered& screen_;
  const Time when_;
  const std::set<int64_t> ill_;
  int64_t after_;

  // Buffers of judge_row().
  std::string opened_, text_;
  Recipient recipient_;
  text::SegmentList pieces_;
};

// The samples of a content version's variables, by name.
Result<std::map<std::string, std::string>> load_samples(db::Tx& tx, int64_t content_version_id);

}  // namespace yizhan::engine
