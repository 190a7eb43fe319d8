// What counts against a person's limits is what was sent to him or may have been, no more and no less,
// whatever happens in whatever order. A model that knows nothing of the code's tables says what must be
// there.

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>
#include <tuple>

#include "engine/claim.h"
#include "store/settings.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::AttemptOutcome;
using domain::MessageState;
using domain::Reason;

using Use = std::tuple<int64_t, int64_t, int64_t>;  // customer, message, used at

class FrequencyCountTest : public testing::SendingStoreTest {
 protected:
  static constexpr int64_t kPeople = 6;

  struct Flying {
    int64_t customer = 0;
    Time used;
    std::vector<ClaimedSegment> segments;
  };

  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random_); }

  std::map<int64_t, int64_t> people_of_messages() {
    std::map<int64_t, int64_t> all;
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT id, customer_id FROM message", {},
                         [&](const db::Row& row) { all[row.i64(0)] = row.i64(1); });
    }));
    return all;
  }
  std::set<Use> counted() {
    std::set<Use> all;
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT customer_id, message_id, used_at FROM frequency_use", {},
                         [&](const db::Row& row) { all.emplace(row.i64(0), row.i64(1), row.i64(2)); });
    }));
    return all;
  }
  std::set<Use> expected() const {
    std::set<Use> all;
    for (const auto& [message, use] : uses_) all.emplace(use.first, message, use.second.us);
    return all;
  }
  std::set<int64_t> refused_for_frequency() {
    std::set<int64_t> all;
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT id FROM message WHERE state = 9 AND reason = 20", {},
                         [&](const db::Row& row) { all.insert(row.i64(0)); });
    }));
    return all;
  }

  // Several claims over one snapshot, committed one after the other in any order.
  void claim_some() {
    std::vector<std::unique_ptr<Claim>> claims;
    for (const int64_t batch : batches_)
      if (below(2) == 0) claims.push_back(prepare(batch, static_cast<size_t>(1 + below(kPeople))));
    std::ranges::shuffle(claims, random_);
    for (const auto& claim : claims) {
      if (claim->empty()) continue;
      const std::set<int64_t> refused_before = refused_for_frequency();
      write([&](db::Tx& tx) { return claim->commit(tx); });
      for (const ClaimedSegment& s : claim->segments()) {
        Flying& flying = flying_[s.message_id];
        flying.customer = people_.at(s.message_id);
        flying.used = clock_.now();
        flying.segments.push_back(s);
        uses_[s.message_id] = {flying.customer, clock_.now()};
      }
      // No over-count: who was refused had reached a limit by what was really sent to him.
      for (const int64_t message : refused_for_frequency())
        if (!refused_before.contains(message)) EXPECT_TRUE(at_limit(people_.at(message))) << message;
    }
  }
  bool at_limit(int64_t customer) const {
    std::vector<Time> used;
    for (const auto& [message, use] : uses_)
      if (use.first == customer) used.push_back(use.second);
    return domain::frequency_exceeded(domain::default_frequency_rules(), domain::MessageClass::kMarketing,
                                      used, clock_.now());
  }

  // All segments of one message are answered, each as it happens.
  void answer_one() {
    if (flying_.empty()) return;
    const auto it = std::next(flying_.begin(), below(std::ssize(flying_)));
    const int64_t message = it->first;
    const Flying flying = it->second;
    flying_.erase(it);
    bool accepted = false, unknown = false;
    std::vector<ResponseEntry> entries;
    for (const ClaimedSegment& s : flying.segments) {
      constexpr std::array kOutcomes{AttemptOutcome::kAccepted, AttemptOutcome::kRejected,
                                     AttemptOutcome::kNotSent, AttemptOutcome::kUnknown};
      const AttemptOutcome outcome = kOutcomes[static_cast<size_t>(below(4))];
      entries.push_back(response(s, outcome, below(2) == 0 ? kBadNumber : kThrottled));
      accepted |= outcome == AttemptOutcome::kAccepted;
      unknown |= outcome == AttemptOutcome::kUnknown;
    }
    if (below(2) == 0) {
      apply(entries);
    } else {
      for (const ResponseEntry& entry : entries) apply({entry});
    }
    if (!accepted && !unknown) uses_.erase(message);  // it never reached him
    if (unknown && flying.segments.size() == 1) lost_.push_back({message, flying.segments[0]});
  }
  // The carrier speaks after all.
  void answer_late() {
    if (lost_.empty()) return;
    const auto [message, segment] = lost_.back();
    lost_.pop_back();
    const bool rejected = below(2) == 0;
    apply({response(segment, rejected ? AttemptOutcome::kRejected : AttemptOutcome::kAccepted, kBadNumber,
                    true)});
    if (rejected) uses_.erase(message);
  }
  void stop_and_start() {
    write([&](db::Tx& tx) -> Result<int64_t> {
      return Ledger(tx, Care::kLookedUp, store().now()).close_interrupted(1'000);
    });
    flying_.clear();  // unknown, and counted
  }
  // What waited is queued again, as Engine::promote_deferred does.
  void promote() {
    write([&](db::Tx& tx) -> Result<> {
      db::Columns due, outbox;
      Changes changes(Care::kExpected);
      YZ_CHECK(tx.each(
          store::q::deferred_due,
          [&](const db::Row& row) {
            due.row(row.i64(0), row.i64(1));
            outbox.row(row.i64(2), row.i64(1));
            if (row.as<MessageState>(3) == MessageState::kHeld)
              changes.add({.message_id = row.i64(1),
                           .batch_id = row.i64(2),
                           .from = MessageState::kHeld,
                           .from_reason = row.as<Reason>(4),
                           .to = MessageState::kQueued});
          },
          store().now(), int64_t{10'000}));
      if (due.empty()) return {};
      YZ_TRY(tx.bulk(store::q::deferred_delete, due));
      YZ_TRY(tx.bulk(store::q::outbox_insert, outbox));
      return changes.write(tx, store().now());
    });
  }

  std::mt19937 random_{11};
  std::vector<int64_t> batches_;
  std::map<int64_t, int64_t> people_;
  std::map<int64_t, Flying> flying_;                      // by message
  std::map<int64_t, std::pair<int64_t, Time>> uses_;      // by message: to whom, when
  std::vector<std::pair<int64_t, ClaimedSegment>> lost_;  // unknown, of one segment
};
YIZHAN_FOR_EACH_STORE(FrequencyCountTest);

TEST_P(FrequencyCountTest, IsWhatWasSentOrMayHaveBeen) {
  batches_.push_back(queued_batch(kPeople));
  for (int i = 0; i < 4; ++i) batches_.push_back(another_batch(kPeople, i % 2 == 0 ? kLongText : kShortText));
  people_ = people_of_messages();
  for (int step = 0; step < 250; ++step) {
    switch (below(8)) {
      case 0:
      case 1:
        claim_some();
        break;
      case 2:
      case 3:
      case 4:
        answer_one();
        break;
      case 5:
        answer_late();
        break;
      case 6:
        clock_.advance(below(4) == 0 ? hours(5) : minutes(below(30)));
        promote();
        break;
      case 7:
        if (below(10) == 0) stop_and_start();
        break;
      default:
        break;
    }
    ASSERT_EQ(counted(), expected()) << "step " << step;
  }
  for (const int64_t batch : batches_) expect_counted(batch);
  // No under-count: nobody was sent more than the rules allow, at any instant.
  for (const auto& rule : domain::default_frequency_rules()) {
    if (rule.message_class != domain::MessageClass::kMarketing) continue;
    for (const auto& [message, use] : uses_) {
      int64_t within = 0;
      for (const auto& [other, before] : uses_)
        within += before.first == use.first && before.second <= use.second &&
                  before.second > use.second - rule.span;
      EXPECT_LE(within, rule.maximum);
    }
  }
  EXPECT_GT(count("frequency_use"), 0);
  EXPECT_GT(count("frequency_release"), 0);
  EXPECT_GT(count("message WHERE reason = 20"), 0);
}

// Many threads commit claims of many campaigns to the same people.
TEST_P(FrequencyCountTest, ClaimsAtTheSameTimeDoNotBothPass) {
  batches_.push_back(queued_batch(kPeople));
  for (int i = 0; i < 7; ++i) batches_.push_back(another_batch(kPeople));
  std::vector<std::unique_ptr<Claim>> claims;
  for (const int64_t batch : batches_) claims.push_back(prepare(batch));
  std::vector<std::thread> threads;
  for (const auto& claim : claims)
    threads.emplace_back(
        [&, c = claim.get()] { EXPECT_TRUE(db().write([&](db::Tx& tx) { return c->commit(tx); })); });
  for (std::thread& thread : threads) thread.join();
  size_t sent = 0;
  for (const auto& claim : claims) sent += claim->segments().size();
  EXPECT_EQ(sent, static_cast<size_t>(kPeople));
  EXPECT_EQ(count("frequency_use"), kPeople);
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 20"), 7 * kPeople);
}

}  // namespace
}  // namespace yizhan::engine
