#pragma once
// The engine's ledger without its threads: a world to send in on either store, and the steps of a message's
// way one by one (claimed, answered, receipted), as channel_runtime and the dispatcher take them. Single
// thread.
//
//   class LedgerTest : public testing::SendingStoreTest {};
//   YIZHAN_FOR_EACH_STORE(LedgerTest);

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/claim.h"
#include "engine/ledger.h"
#include "sending_world.h"
#include "test_database.h"

namespace yizhan::testing {

class SendingStoreTest : public StoreTest {
 protected:
  // Two segments with its opt-out text.
  static constexpr const char* kLongText =
      "尊敬的{name}"
      "，您好：本店周年庆典将于本周六上午十点正式开始，凡到店的会员均可享受全场九折优惠，另有精美礼品赠送"
      "，数量有限，送完即止，活动规则与适用范围详见店内公告，期待您的光临。";
  static constexpr const char* kShortText = "亲爱的{name}，全场九折。";
  // What the carrier answers to a submit (SMPP 3.4 section 5.1.3).
  static constexpr uint32_t kSystemError = 0x08, kBadSource = 0x0A, kBadNumber = 0x0B, kThrottled = 0x58;

  void SetUp() override {
    make(store::migrations());
    if (IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
    world_.emplace(db(), clock_);
    ok(world_->prepare());
  }
  const store::Store& store() { return world_->store(); }

  template <class T>
  T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return result ? std::move(result).value() : T{};
  }
  template <class Fn>
  auto write(Fn&& fn) {
    return ok(db().write(std::forward<Fn>(fn)));
  }

  void execute(const std::string& sql) {
    write([&](db::Tx& tx) { return tx.execute_script(sql); });
  }
  // The number that the statement finds; -1 when it finds none.
  int64_t value(const std::string& sql) {
    return ok(db().read([&](db::Tx& tx) -> Result<int64_t> {
      int64_t n = -1;
      YZ_CHECK(tx.each_sql(sql, {}, [&](const db::Row& row) { n = row.i64(0); }));
      return n;
    }));
  }
  // An approved content of a class; returns the content.
  int64_t content(domain::MessageClass message_class, std::string_view body, std::string_view opt_out) {
    const int64_t version = ok(world_->add_content(body, opt_out));
    const std::string of = std::to_string(static_cast<int>(message_class));
    execute("UPDATE content_version SET message_class = " + of + " WHERE id = " + std::to_string(version));
    execute("UPDATE content SET message_class = " + of + " WHERE version_id = " + std::to_string(version));
    return value("SELECT content_id FROM content_version WHERE id = " + std::to_string(version));
  }

  // A running batch over customers 0 … count - 1, all in the outbox.
  int64_t queued_batch(int64_t count, std::string_view body = kShortText) {
    ok(world_->add_customers(count));
    channel_ = ok(world_->add_channel(1));
    return another_batch(count, body);
  }
  int64_t another_batch(int64_t count, std::string_view body = kShortText) {
    const int64_t version = ok(world_->add_content(body, "拒收请回复R"));
    const int64_t batch = ok(world_->add_batch(version, channel_, count));
    ok(world_->start_batch(batch));
    write([&](db::Tx& tx) -> Result<> {
      engine::Changes changes(engine::Care::kExpected);
      db::Columns outbox;
      YZ_CHECK(tx.each(
          store::q::message_sweep_batch,
          [&](const db::Row& row) {
            outbox.row(batch, row.i64(0));
            changes.add({.message_id = row.i64(0),
                         .batch_id = batch,
                         .from = domain::MessageState::kHeld,
                         .from_reason = domain::Reason::kNotStarted,
                         .to = domain::MessageState::kQueued});
          },
          batch, int64_t{0}, INT64_MAX, int64_t{100'000}));
      YZ_TRY(tx.bulk(store::q::outbox_insert, outbox));
      return changes.write(tx, store().now());
    });
    return batch;
  }

  std::unique_ptr<engine::Claim> prepare(int64_t batch, size_t messages = 1'000, size_t segments = 10'000) {
    return ok(db().read([&](db::Tx& tx) -> Result<std::unique_ptr<engine::Claim>> {
      const auto plan = YZ_TRY(engine::load_batch_plan(tx, batch));
      auto claim = std::make_unique<engine::Claim>(store(), plan,
                                                   YZ_TRY(engine::load_form(tx, plan->channel_id)), screen_);
      YZ_CHECK(claim->prepare(tx, messages, segments));
      return claim;
    }));
  }
  std::vector<engine::ClaimedSegment> claim(int64_t batch, size_t messages = 1'000) {
    const auto claim = prepare(batch, messages);
    if (claim->empty()) return {};
    write([&](db::Tx& tx) { return claim->commit(tx); });
    return claim->segments();
  }

  engine::ResponseEntry response(const engine::ClaimedSegment& s, domain::AttemptOutcome outcome,
                                 uint32_t status = 0, bool late = false) {
    const bool accepted = outcome == domain::AttemptOutcome::kAccepted;
    const std::string id = accepted ? std::to_string(s.attempt_id) : "";
    return {.attempt_id = s.attempt_id,
            .outcome = outcome,
            .status = status,
            .carrier_message_id = id,
            .carrier_ref = id,
            .at = store().now(),
            .late = late};
  }
  engine::ReceiptEntry receipt(const engine::ClaimedSegment& s, std::string code = "DELIVRD",
                               int64_t state = engine::receipt_state::kDelivered) {
    return {.carrier_ref = std::to_string(s.attempt_id),
            .state = state,
            .code = std::move(code),
            .at = store().now()};
  }
  // Writes entries as the channel does: again with care when the states were not as expected.
  engine::Effects apply(const std::vector<engine::ResponseEntry>& responses,
                        const std::vector<engine::ReceiptEntry>& receipts = {}) {
    engine::Effects effects;
    const auto once = [&](engine::Care care) {
      effects = {};
      return db().write([&](db::Tx& tx) -> Result<> {
        const engine::CarrierCodes codes = YZ_TRY(engine::CarrierCodes::load(tx, "sim"));
        const engine::LedgerChannel channel{channel_, &codes};
        engine::Ledger ledger(tx, care, store().now());
        YZ_CHECK(ledger.apply_responses(channel, responses, effects));
        return ledger.apply_receipts(channel, receipts, effects);
      });
    };
    auto done = once(engine::Care::kExpected);
    if (!done && done.error().code == ErrorCode::kVersionConflict) done = once(engine::Care::kLookedUp);
    EXPECT_TRUE(done) << to_string(done.error());
    return effects;
  }

  // "failed attempts_exhausted"
  std::string state_of(int64_t message) {
    std::string found;
    const std::array values{db::Param(message)};
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT state, reason FROM message WHERE id = $1", values, [&](const db::Row& row) {
        found = std::string(name_of(row.as<domain::MessageState>(0)));
        if (row.i64(1) != 0) found += ' ' + std::string(name_of(row.as<domain::Reason>(1)));
      });
    }));
    return found;
  }
  int64_t count(const std::string& sql) {
    return ok(db().read([&](db::Tx& tx) -> Result<int64_t> {
      int64_t n = -1;
      YZ_CHECK(tx.each_sql("SELECT count(*) FROM " + sql, {}, [&](const db::Row& row) { n = row.i64(0); }));
      return n;
    }));
  }
  // Screening that lets everything pass and finds personal data in these words.
  static engine::ScreenRendered finding_personal(std::vector<std::string> words) {
    return [words = std::move(words)](std::string_view text, domain::MessageClass) {
      engine::Screened found(true);
      for (const std::string& word : words)
        if (const size_t at = text.find(word); at != text.npos)
          found.personal.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(at + word.size())});
      return found;
    };
  }
  // The rows and their projection say the same.
  void expect_counted(int64_t batch) { EXPECT_EQ(ok(world_->counts(batch)), ok(world_->projected(batch))); }

  std::optional<SendingWorld> world_;
  engine::ScreenRendered screen_ = [](std::string_view, domain::MessageClass) { return true; };
  int64_t channel_ = 0;
};

}  // namespace yizhan::testing
