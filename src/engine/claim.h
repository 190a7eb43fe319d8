#pragma once
// One claim: takes the next messages of a batch out of the outbox, asks the gates and stores the attempts, in
// two steps. prepare() reads and renders over a snapshot, off the writer; commit() asks the volatile gates
// again inside the writer's transaction and writes. What commit() returns may be put on the wire once the
// transaction is durable. One thread at a time.

#include <memory>
#include <string>
#include <vector>

#include "db/tx.h"
#include "engine/batch_plan.h"
#include "engine/gate_lookup.h"
#include "engine/gates.h"
#include "store/store.h"
#include "text/segmentation.h"

namespace yizhan::engine {

// One segment to submit. `begin`, `length` say where its payload lies in Claim::payload.
struct ClaimedSegment {
  int64_t attempt_id = 0;
  int64_t message_id = 0;
  uint64_t number = 0;  // E.164 digits
  text::Encoding encoding = text::Encoding::kUcs2;
  bool has_header = false;
  uint8_t part_number = 1, part_count = 1;
  uint8_t units = 1;  // what it counts for: the segments that a carrier makes of a whole text
  uint32_t begin = 0, length = 0;
};

// By which channel a claim goes. With a route, of the messages that were given to it.
struct ClaimTarget {
  int64_t channel_id = 0;
  int64_t outbox_channel = 0;  // as in the outbox: 0 without a route
  domain::SendWindow hours;    // of the channel, where the batch's own do not cover them
};

class Claim {
 public:
  // `form` is that of the link which will be given the segments. `screen` outlives the claim.
  Claim(const store::Store& store, std::shared_ptr<const BatchPlan> plan, const ClaimTarget& target,
        const TextForm& form, const ScreenRendered& screen)
      : store_(store), plan_(std::move(plan)), target_(target), form_(form), screen_(screen) {}
  // By the batch's channel.
  Claim(const store::Store& store, const std::shared_ptr<const BatchPlan>& plan, const TextForm& form,
        const ScreenRendered& screen)
      : Claim(store, plan, {.channel_id = plan->channel_id}, form, screen) {}

  // Reads at most `messages` messages, no more than `segments` segments in all (but at least one message).
  Result<> prepare(db::Tx& snapshot, size_t messages, size_t segments);
  size_t messages() const { return prepared_.size(); }
  bool empty() const { return prepared_.empty() && stale_.empty(); }

  // May run again when its transaction was undone.
  Result<> commit(db::Tx& tx);

  const std::vector<ClaimedSegment>& segments() const { return claimed_; }
  ByteSpan payload(const ClaimedSegment& s) const { return ByteSpan(payload_).subspan(s.begin, s.length); }
  const BatchPlan& plan() const { return *plan_; }
  // True when commit() found that nothing may leave now, or not by this channel: the messages stay queued.
  bool stopped() const { return stopped_; }

 private:
  struct Prepared {
    int64_t message_id, customer_id, attempts;
    uint64_t number;
    std::string zone, region;
    Time created_at, expires_at;
    domain::Reason queued;  // why it waits again
    domain::Reason composed;
    bool personal_data;  // its values bring some in
    text::Encoding encoding;
    uint32_t first_segment, segment_count, units;
  };
  struct Slice {
    uint32_t begin, length;
    bool has_header;
  };

  Result<> prepare_row(const db::Row& row, size_t& segments_left);
  Result<> write(db::Tx& tx, const std::vector<Verdict>& verdicts, Time now);

  const store::Store& store_;
  std::shared_ptr<const BatchPlan> plan_;
  const ClaimTarget target_;
  const TextForm form_;
  const ScreenRendered& screen_;
  std::vector<Prepared> prepared_;
  db::Columns stale_;  // outbox rows whose message is not queued: they go
  std::vector<Slice> slices_;
  Bytes payload_;
  std::vector<ClaimedSegment> claimed_;
  bool stopped_ = false;
  bool full_ = false;

  // Buffers of prepare().
  std::string opened_, text_;
  Recipient recipient_;
  text::SegmentList segments_;
};

}  // namespace yizhan::engine
