// What follows from carriers' codes beside the end of a message: other attempts, what is known of numbers,
// frozen texts and signatures.

#include "engine/code_actions.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/route_table.h"
#include "engine/signatures.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::AttemptOutcome;
using domain::CodeAction;
using domain::MessageClass;

class CodeActionsTest : public testing::SendingStoreTest {
 protected:
  Effects act(const std::vector<ResponseEntry>& responses, const std::vector<ReceiptEntry>& receipts = {}) {
    Effects effects = apply(responses, receipts);
    write([&](db::Tx& tx) { return act_on_codes(tx, store(), channel_, effects); });
    return effects;
  }
  void rule(MessageClass message_class, CodeAction action, int64_t times, int64_t pause_seconds) {
    write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::retry_rule_put, message_class, action, times, pause_seconds));
      return {};
    });
  }
  void promote(int64_t batch) {
    write([&](db::Tx& tx) -> Result<> {
      db::Columns due, outbox;
      YZ_CHECK(tx.each(
          store::q::deferred_due,
          [&](const db::Row& row) {
            due.row(row.i64(0), row.i64(1));
            outbox.row(batch, row.i64(1));
          },
          clock_.now(), int64_t{100}));
      if (due.empty()) return {};
      YZ_TRY(tx.bulk(store::q::deferred_delete, due));
      YZ_TRY(tx.bulk(store::q::outbox_insert, outbox));
      return {};
    });
  }
  void code(CodeAction action, const std::string& code, domain::CodeStage stage = domain::CodeStage::kReceipt,
            int64_t carrier = 0, domain::CodeClass code_class = domain::CodeClass::kRejected) {
    write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::carrier_code_put, "sim", carrier, stage, code, code_class, action, "", ""));
      return {};
    });
  }
  ReceiptEntry failed(const ClaimedSegment& s, const std::string& code = "MK:0010") {
    return receipt(s, code, receipt_state::kUndeliverable);
  }
  std::vector<ClaimedSegment> sent(int64_t batch) {
    const auto s = claim(batch);
    std::vector<ResponseEntry> accepted;
    for (const ClaimedSegment& one : s) accepted.push_back(response(one, AttemptOutcome::kAccepted));
    act(accepted);
    return s;
  }
};
YIZHAN_FOR_EACH_STORE(CodeActionsTest);

TEST_P(CodeActionsTest, AHandsetThatIsAwayIsTriedAgainWhereTheTableSaysSo) {
  const int64_t batch = queued_batch(1);
  act({}, {failed(sent(batch).at(0))});
  EXPECT_EQ(count("message WHERE state = 6"), 1) << "marketing: not unless people set it so";

  rule(MessageClass::kMarketing, CodeAction::kRetryLate, 2, 1'800);
  clock_.advance(hours(24 * 8));  // the one before counts against the recipient's limits
  const int64_t other = another_batch(1);
  const auto first = sent(other).at(0);
  act({}, {failed(first)});
  EXPECT_EQ(state_of(first.message_id), "queued late_retry");
  EXPECT_EQ(count("frequency_use"), 1) << "it never reached the person";
  expect_counted(other);
  clock_.advance(seconds(1'799));
  promote(other);
  EXPECT_EQ(count("outbox"), 0);
  clock_.advance(seconds(1));
  promote(other);
  const auto second = sent(other).at(0);
  EXPECT_EQ(second.message_id, first.message_id);
  EXPECT_EQ(state_of(first.message_id), "sent");
  expect_counted(other);
  // The earlier receipt stays on its attempt.
  EXPECT_EQ(count("attempt WHERE receipt_code = 'MK:0010'"), 2);
  act({}, {failed(second)});
  clock_.advance(seconds(3'600));
  promote(other);
  const auto third = sent(other).at(0);
  act({}, {failed(third)});
  EXPECT_EQ(state_of(first.message_id), "failed undeliverable");
  expect_counted(other);
}

TEST_P(CodeActionsTest, OfALongMessageNothingComesTwice) {
  rule(MessageClass::kMarketing, CodeAction::kRetryLate, 2, 60);
  const int64_t batch = queued_batch(2, kLongText);
  const auto s = sent(batch);
  ASSERT_EQ(s.size(), 4U);
  act({}, {receipt(s[0]), failed(s[1]), failed(s[2])});
  EXPECT_EQ(state_of(s[0].message_id), "failed undeliverable") << "a part of it arrived";
  EXPECT_EQ(state_of(s[2].message_id), "sent") << "its other part may still arrive";
  act({}, {failed(s[3])});
  EXPECT_EQ(state_of(s[2].message_id), "queued late_retry");
  expect_counted(batch);
}

TEST_P(CodeActionsTest, WhatIsUnknownIsToldAndNotSentAgain) {
  rule(MessageClass::kMarketing, CodeAction::kRetryLate, 2, 60);
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  // Given up as unknown, then the carrier's answer and its receipt come after all.
  act({response(s[0], AttemptOutcome::kUnknown)});
  act({response(s[0], AttemptOutcome::kAccepted, 0, true)});
  EXPECT_EQ(state_of(s[0].message_id), "sent");
  // Expired by us: its receipt is told, the message is not sent again.
  act({response(s[1], AttemptOutcome::kAccepted)});
  write([&](db::Tx& tx) {
    const Ledger::Overdue overdue{s[1].message_id, batch};
    return Ledger(tx, Care::kLookedUp, clock_.now()).expire({&overdue, 1});
  });
  act({}, {failed(s[1])});
  EXPECT_EQ(state_of(s[1].message_id), "failed undeliverable");
  EXPECT_EQ(count("deferred"), 0);
  expect_counted(batch);
}

TEST_P(CodeActionsTest, TwoDifferentMessagesMakeANumberVacant) {
  const int64_t batch = queued_batch(1);
  act({response(claim(batch).at(0), AttemptOutcome::kRejected, kBadNumber)});
  EXPECT_EQ(count("number_quality WHERE failures = 1 AND barred_until = 0"), 1);
  const int64_t second = another_batch(1);
  act({}, {failed(sent(second).at(0), "MK:0001")});
  EXPECT_EQ(count("number_quality WHERE failures = 2 AND barred_until > 0"), 1);
  const int64_t third = another_batch(1);
  EXPECT_TRUE(claim(third).empty());
  EXPECT_EQ(count("message WHERE batch_id = " + std::to_string(third) + " AND state = 9 AND reason = 28"), 1);
  // Lifted, it is tried again.
  clock_.advance(hours(24 * 8));
  write([&](db::Tx& tx) { return tx.run(store::q::number_quality_lift, int64_t{1}); });
  EXPECT_EQ(claim(another_batch(1)).size(), 1U);
}

TEST_P(CodeActionsTest, ADeliveryWipesTheSlate) {
  const int64_t batch = queued_batch(1);
  act({response(claim(batch).at(0), AttemptOutcome::kRejected, kBadNumber)});
  EXPECT_EQ(count("number_quality"), 1);
  act({}, {receipt(sent(another_batch(1)).at(0))});
  EXPECT_EQ(count("number_quality"), 0);
}

TEST_P(CodeActionsTest, TheSegmentsOfOneMessageCountOnce) {
  const int64_t batch = queued_batch(1, kLongText);
  const auto s = claim(batch);
  act({response(s[0], AttemptOutcome::kRejected, kBadNumber),
       response(s[1], AttemptOutcome::kRejected, kBadNumber)});
  EXPECT_EQ(count("number_quality WHERE failures = 1"), 1);
}

TEST_P(CodeActionsTest, ASuspendedNumberCoolsDownFor30Days) {
  const int64_t batch = queued_batch(1);
  act({}, {failed(sent(batch).at(0), "MK:0005")});
  clock_.advance(seconds(limits::kSuspendedDays * 86'400 - 60));
  const int64_t second = another_batch(1);
  EXPECT_TRUE(claim(second).empty());
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 29"), 1);
  clock_.advance(seconds(120));
  EXPECT_EQ(claim(another_batch(1)).size(), 1U);
}

TEST_P(CodeActionsTest, ARefusedTextIsNotSentUntilItIsReleased) {
  const int64_t batch = queued_batch(3);
  const auto s = claim(batch, 1);
  act({response(s[0], AttemptOutcome::kAccepted)});
  const Effects effects = act({}, {failed(s[0], "KEYWORD")});
  EXPECT_EQ(state_of(s[0].message_id), "failed content_rejected");
  EXPECT_FALSE(effects.pause_batch_ids.empty());
  EXPECT_EQ(effects.recall_batch_ids, (std::vector<int64_t>{batch}));
  EXPECT_EQ(count("content_freeze WHERE code = 'KEYWORD'"), 1);
  EXPECT_EQ(count("audit_log WHERE action = 'content.freeze'"), 1);
  const auto version =
      ok(db().read([&](db::Tx& tx) { return load_batch_plan(tx, batch); }))->content_version_id;
  EXPECT_TRUE(write([&](db::Tx& tx) { return release_version(tx, version); }));
  EXPECT_FALSE(write([&](db::Tx& tx) { return release_version(tx, version); }));
  EXPECT_EQ(count("content_freeze"), 0);
}

TEST_P(CodeActionsTest, ASignatureThatTheOnlyCarrierDoesNotKnowIsSuspended) {
  const int64_t batch = queued_batch(2);
  const auto s = sent(batch);
  const Effects effects = act({}, {failed(s[0], "SIGNERR"), failed(s[1], "SIGNERR")});
  const std::string here = "channel_id = " + std::to_string(channel_);
  EXPECT_EQ(count("signature_filing WHERE state = 4 AND code = 'SIGNERR' AND " + here), 1);
  EXPECT_EQ(count("signature_filing_event WHERE actor_id = 0 AND " + here), 1) << "once, for however many";
  EXPECT_EQ(count("signature WHERE text = '驿站' AND state = 5"), 1) << "it has no other channel";
  EXPECT_EQ(count("signature_event WHERE deed = 6 AND actor_id = 0"), 1);
  EXPECT_EQ(count("batch WHERE state = 3 AND state_reason = 'signature_suspended'"), 1);
  EXPECT_EQ(effects.recall_batch_ids, (std::vector<int64_t>{batch}));
  EXPECT_EQ(count("audit_log WHERE action = 'signature.carrier_rejected'"), 1);
  EXPECT_EQ(count("audit_log WHERE action = 'signature.suspend'"), 1);
  EXPECT_EQ(state_of(s[0].message_id), "failed signature_unfiled");
}

TEST_P(CodeActionsTest, ASignatureThatAnotherCarrierKnowsGoesOnByThatOne) {
  const int64_t other = ok(world_->add_channel(2)), batch = queued_batch(2);
  write([&](db::Tx& tx) -> Result<> {
    db::Columns rows;
    rows.row(int64_t{77}, channel_, int64_t{31}, int64_t{30}, int64_t{0}, int64_t{0}, int64_t{1}, int64_t{1});
    rows.row(int64_t{77}, other, int64_t{31}, int64_t{30}, int64_t{0}, int64_t{0}, int64_t{2}, int64_t{1});
    YZ_TRY(tx.run(store::q::route_insert, int64_t{77}, "two", int64_t{0}, clock_.now()));
    YZ_TRY(tx.bulk(store::q::route_channel_insert, rows));
    YZ_TRY(tx.run(store::q::batch_set_route, batch, int64_t{77}));
    return {};
  });
  const auto s = claim(batch);
  act({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted)});
  const Effects effects = act({}, {failed(s[0], "SIGNERR")});
  EXPECT_EQ(state_of(s[0].message_id), "queued late_retry") << "by the other";
  EXPECT_EQ(count("signature WHERE state = 3"), 1);
  EXPECT_EQ(count("batch WHERE state = 2"), 1);
  EXPECT_TRUE(effects.recall_batch_ids.empty());
  const auto without = ok(db().read([&](db::Tx& tx) { return channels_without(tx, "驿站", clock_.now()); }));
  EXPECT_EQ(without, (std::set<int64_t>{channel_}));
  const RouteTable table = ok(db().read([&](db::Tx& tx) { return RouteTable::load(tx, clock_.now()); }));
  EXPECT_FALSE(table.carries("驿站", channel_));
  EXPECT_TRUE(table.carries("驿站", other));
  expect_counted(batch);
}

TEST_P(CodeActionsTest, WithARouteAnErrorOfTheWayGoesToAnotherChannelAtOnce) {
  const int64_t batch = queued_batch(2);
  write([&](db::Tx& tx) { return tx.run(store::q::batch_set_route, batch, int64_t{77}); });
  const auto s = claim(batch);
  act({response(s[0], AttemptOutcome::kRejected, kSystemError), response(s[1], AttemptOutcome::kAccepted)});
  EXPECT_EQ(state_of(s[0].message_id), "queued");
  EXPECT_EQ(count("outbox"), 1);
  EXPECT_EQ(count("deferred"), 0);
  const Effects effects = act({}, {failed(s[1], "IB:0008")});
  EXPECT_EQ(effects.route_errors, 1);
  EXPECT_EQ(state_of(s[1].message_id), "queued late_retry");
  EXPECT_EQ(count("outbox"), 2);
  expect_counted(batch);
}

TEST_P(CodeActionsTest, APortedNumberLosesTheHintOfItsCarrier) {
  code(CodeAction::kRefreshCarrier, "PORTED", domain::CodeStage::kReceipt, 0, domain::CodeClass::kPorted);
  const int64_t batch = queued_batch(1);
  const auto s = sent(batch).at(0);
  act({}, {failed(s, "PORTED")});
  EXPECT_EQ(count("customer WHERE carrier = 0"), 1);
  EXPECT_EQ(count("message WHERE carrier = 0"), 1);
  EXPECT_EQ(state_of(s.message_id), "queued late_retry");
}

TEST_P(CodeActionsTest, TheMostSpecificRowOfACodeCounts) {
  // Everybody's carrier in this world is 1.
  code(CodeAction::kFail, "X");
  code(CodeAction::kSuppress, "X", domain::CodeStage::kReceipt, 1);
  code(CodeAction::kPause, "X", domain::CodeStage::kReceipt, 2);
  const int64_t batch = queued_batch(1);
  const Effects effects = act({}, {failed(sent(batch).at(0), "X:12")});
  EXPECT_EQ(effects.suppress_message_ids.size(), 1U);
  EXPECT_TRUE(effects.pause_batch_ids.empty());
}

}  // namespace
}  // namespace yizhan::engine
