#include "service/pre_send_tests.h"

#include <charconv>

#include "base/limits.h"
#include "base/log.h"
#include "engine/changes.h"
#include "store/audit.h"
#include "store/queries.h"
#include "store/settings.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;
using domain::CampaignState;
using domain::MessageState;
using domain::TestState;

namespace {

constexpr int64_t kChunkRows = 5'000;
constexpr Duration kHandsetPatience = minutes(5);
constexpr Duration kHandsetDay = hours(24);  // the span of limits::kTestsPerHandsetDay

struct TestRow {
  TestView view;
  int64_t batch_id = 0;
};

Result<TestRow> map_test(const db::Row& r) {
  TestRow row;
  TestView& v = row.view;
  v.id = r.id<TestId>(0);
  v.campaign_id = r.id<CampaignId>(1);
  v.binding_hash = r.bytes(2);
  v.state = r.as<TestState>(3);
  if (r.text(4) != "{}") v.funnel = YZ_TRY(json::decode<Funnel>(r.text(4)));
  if (!r.text(11).empty()) v.screening = YZ_TRY(json::decode<ScreenedMessagesView>(r.text(11)));
  row.batch_id = r.i64(5);
  v.failure = r.string(6);
  v.started_at = r.time(8);
  if (r.i64(9) != 0) v.finished_at = r.time(9);
  if (r.i64(10) != 0) v.expires_at = r.time(10);
  return row;
}

Result<TestRow> load_test(db::Tx& tx, TestId id) {
  auto row = YZ_TRY(tx.one(q::test_load, map_test, id));
  if (!row) return fail(ErrorCode::kNotFound, "no such pre-send test");
  return *std::move(row);
}

Result<std::vector<HandsetResult>> load_handsets(db::Tx& tx, const store::Store& store, int64_t batch_id) {
  std::vector<HandsetResult> results;
  if (batch_id == 0) return results;
  const auto extent = YZ_TRY(
      tx.one(q::batch_extent, [](const db::Row& r) { return std::pair{r.i64(0), r.i64(1)}; }, batch_id));
  if (!extent) return results;
  YZ_CHECK(tx.each(
      q::handset_results,
      [&](const db::Row& r) -> Result<> {
        const std::string digits = YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(3)));
        results.push_back(
            {r.string(0), text::mask_number("+" + digits), r.as<MessageState>(1), r.as<domain::Reason>(2)});
        return {};
      },
      batch_id, extent->first, extent->second));
  return results;
}

}  // namespace

Result<TestView> PreSendTests::get(TestId id) {
  return store_.db.read([&](db::Tx& tx) -> Result<TestView> {
    TestRow row = YZ_TRY(load_test(tx, id));
    row.view.handsets = YZ_TRY(load_handsets(tx, store_, row.batch_id));
    return row.view;
  });
}

Result<TestView> PreSendTests::start(const Principal& who, CampaignId id, std::optional<int64_t> version) {
  const auto test = store_.ids.make<TestId>();
  const CampaignRow row = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<CampaignRow> {
    CampaignRow campaign = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(campaign, version));
    YZ_CHECK(check_transition(campaign, CampaignState::kTesting));
    if (!campaign.view.parameters)
      return fail(ErrorCode::kWrongState, "set the parameters before testing", "parameters");
    YZ_CHECK(check_approval(tx, campaign));
    YZ_TRY(tx.run(q::test_insert, test, id, campaign.binding_hash, TestState::kDryRun, who.person(),
                  store_.now()));
    if (YZ_TRY(tx.run(q::campaign_testing, id, CampaignState::kTesting, test, store_.now(),
                      campaign.view.version)) != 1)
      return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
    YZ_CHECK(
        store::append_audit(tx, store_, who.actor(),
                            {.action = "campaign.test", .object_type = "campaign", .object_id = id.value}));
    return campaign;
  }));
  const auto failed = [&](const Error& error, std::string_view funnel) -> Result<> {
    return store_.db.write(
        [&](db::Tx& tx) -> Result<> { return finish(tx, test, id, false, error.message, funnel); });
  };
  const auto run = dry_run(row);
  if (!run) {
    YZ_CHECK(failed(run.error(), ""));
    return get(test);
  }
  const Funnel* funnel = &run->funnel;
  if (run->screening)
    YZ_TRY(store_.db.write(
        [&](db::Tx& tx) { return tx.run(q::test_screened, test, json::encode(*run->screening)); }));
  if (funnel->would_send + static_cast<int64_t>(funnel->held.size()) == 0) {
    YZ_CHECK(failed({ErrorCode::kWrongState, "nobody in the audience may receive this message", {}},
                    json::encode(*funnel)));
    return get(test);
  }
  if (auto sent = send_to_handsets(row, test, *funnel); !sent)
    YZ_CHECK(failed(sent.error(), json::encode(*funnel)));
  return get(test);
}

// Every recipient through the gates as at the time of sending, every message rendered and screened.
Result<PreSendTests::DryRun> PreSendTests::dry_run(const CampaignRow& row) {
  DryRun out;
  const Time when = std::max(store_.now(), row.view.parameters->scheduled_at.value_or(Time{}));
  const auto plan =
      YZ_TRY(store_.db.read([&](db::Tx& tx) { return engine::load_batch_plan(tx, row.batch_id); }));
  if (plan == nullptr) return fail(ErrorCode::kInternal, "the campaign has no batch");
  const auto screener = screener_.get();
  ScreenedMessages screened(screener);
  const engine::ScreenRendered screen = screener != nullptr ? screened.screen() : engine_.screen();
  engine::DryRun run(store_, plan, screen, when);
  const auto look = [&](const engine::DryRunMessage& message) -> Result<> {
    out.funnel.count(message);
    screened.said_by(MessageId{message.message_id});
    return {};
  };
  for (bool more = true; more;) more = YZ_TRY(run.next(kChunkRows, look));
  if (screener != nullptr) out.screening = screened.view();
  return out;
}

// A batch of its own, with the samples of the content's variables, through the same engine as any other.
Result<> PreSendTests::send_to_handsets(const CampaignRow& row, TestId test, const Funnel& funnel) {
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    struct Handset {
      int64_t customer_id, carrier;
      std::string digits;
    };
    std::vector<Handset> handsets;
    YZ_CHECK(tx.each(
        q::handset_customers,
        [&](const db::Row& r) -> Result<> {
          handsets.push_back(
              {r.i64(2), r.i64(4), YZ_TRY(store_.cipher.open(store::column::kCustomerNumber, r.blob(3)))});
          return {};
        },
        limits::kTestHandsets, store_.now() - kHandsetDay, limits::kTestsPerHandsetDay));
    if (handsets.empty())
      return fail(ErrorCode::kWrongState,
                  YZ_TRY(tx.number(q::handset_count)) == 0
                      ? "no test handset is registered"
                      : "every test handset has had as many tests as it may get in a day");
    const engine::Composer composer = YZ_TRY(engine::load_composer(tx, row.content_version_id));
    const auto samples = YZ_TRY(engine::load_samples(tx, row.content_version_id));
    std::vector<std::optional<std::string_view>> values;
    for (const std::string& name : composer.variables()) {
      const auto it = samples.find(name);
      values.emplace_back(it == samples.end() ? std::optional<std::string_view>{} : it->second);
    }
    const int64_t batch = store_.ids.next();
    const int64_t first = store_.ids.next(static_cast<int64_t>(handsets.size()));
    const Time now = store_.now();
    // The campaign's own hours, as narrowed by the channel's.
    const auto plan = YZ_TRY(engine::load_batch_plan(tx, row.batch_id));
    if (plan == nullptr) return fail(ErrorCode::kInternal, "the campaign has no batch");
    YZ_TRY(tx.run(q::batch_insert, batch, BatchOrigin::kPreSendTest, row.view.id, row.content_version_id,
                  row.content_hash, row.view.message_class, row.view.purpose, plan->channel_id,
                  plan->window.start_minute, plan->window.end_minute, 0, 0, BatchState::kRunning,
                  handsets.size(), first, first + static_cast<int64_t>(handsets.size()) - 1, now, now));
    if (plan->route_id != 0) YZ_TRY(tx.run(q::batch_set_route, batch, plan->route_id));
    db::Columns messages;
    for (size_t i = 0; i < handsets.size(); ++i) {
      uint64_t number = 0;
      std::from_chars(handsets[i].digits.data(), handsets[i].digits.data() + handsets[i].digits.size(),
                      number);
      std::string packed;
      YZ_CHECK(engine::pack(number, values, packed));
      const int64_t message = first + static_cast<int64_t>(i);
      messages.row(message, batch, handsets[i].customer_id, 0, MessageState::kHeld,
                   domain::Reason::kNotStarted, handsets[i].carrier,
                   store_.cipher.seal({store::column::kMessagePayload, message}, packed), now);
    }
    YZ_TRY(tx.bulk(q::message_insert, messages));
    engine::Changes changes(engine::Care::kExpected);
    changes.count(batch, MessageState::kHeld, domain::Reason::kNotStarted,
                  static_cast<int64_t>(handsets.size()));
    YZ_CHECK(changes.write(tx, now));
    YZ_TRY(tx.run(q::test_set_handsets, test, TestState::kHandsets, json::encode(funnel), batch,
                  TestState::kDryRun));
    return {};
  }));
  engine_.wake();
  return {};
}

Result<> PreSendTests::finish(db::Tx& tx, TestId test, CampaignId campaign, bool passed,
                              std::string_view failure, std::string_view funnel) {
  const store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
  const Time now = store_.now();
  YZ_TRY(tx.run(q::test_finish, test, passed ? TestState::kPassed : TestState::kFailed, failure, now,
                passed ? now + settings.test_expiry : Time{}, funnel));
  YZ_TRY(tx.run(q::campaign_tested, campaign, passed ? CampaignState::kReady : CampaignState::kHandedOver,
                passed ? "test_passed" : "test_failed", now, CampaignState::kTesting, test));
  return store::append_audit(tx, store_, {},
                             {.action = passed ? "campaign.test_passed" : "campaign.test_failed",
                              .object_type = "campaign",
                              .object_id = campaign.value,
                              .reason = failure});
}

Result<std::vector<TestId>> PreSendTests::waiting() {
  return store_.db.read([&](db::Tx& tx) -> Result<std::vector<TestId>> {
    std::vector<TestId> ids;
    YZ_CHECK(tx.each(
        q::tests_in_state, [&](const db::Row& r) { ids.push_back(r.id<TestId>(0)); }, TestState::kHandsets,
        TestState::kHandsets));
    return ids;
  });
}

Result<> PreSendTests::settle(TestId id) {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    const TestRow row = YZ_TRY(load_test(tx, id));
    if (row.view.state != TestState::kHandsets) return {};
    const auto handsets = YZ_TRY(load_handsets(tx, store_, row.batch_id));
    bool all_delivered = !handsets.empty(), all_final = true;
    for (const HandsetResult& h : handsets) {
      all_delivered = all_delivered && h.state == MessageState::kDelivered;
      all_final = all_final && is_final(h.state);
    }
    const bool late = store_.now() - row.view.started_at > kHandsetPatience;
    if (!all_final && !late) return {};
    YZ_TRY(tx.run(q::batch_finish, row.batch_id, all_final ? BatchState::kFinished : BatchState::kCancelled,
                  store_.now()));
    // What it was screened by is in force no more, and what is finds worse.
    const bool outdated =
        YZ_TRY(tx.number(q::rescreening_opened_since, row.view.campaign_id, row.view.started_at)) != 0;
    std::string_view failure;
    if (!all_delivered)
      failure = late && !all_final ? "a handset's receipt did not come" : "a handset was not reached";
    else if (outdated)
      failure = "other rule packs find worse in the text";
    return finish(tx, id, row.view.campaign_id, failure.empty(), failure, "");
  });
}

Result<> PreSendTests::recover() {
  std::vector<TestId> cut;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::tests_in_state, [&](const db::Row& r) { cut.push_back(r.id<TestId>(0)); }, TestState::kDryRun,
        TestState::kDryRun);
  }));
  for (const TestId id : cut) {
    const auto done = store_.db.write([&](db::Tx& tx) -> Result<> {
      const TestRow row = YZ_TRY(load_test(tx, id));
      return finish(tx, id, row.view.campaign_id, false, "the server stopped during the test", "");
    });
    if (!done) log::error("test {} stays open: {}", to_string(id), to_string(done.error()));
  }
  return {};
}

}  // namespace yizhan::service
