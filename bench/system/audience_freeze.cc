// A campaign's audience fixed and asked at every gate: from the plan to the counts of who would be held back.

#include <boost/asio/io_context.hpp>

#include "bench/system/bench.h"
#include "engine/engine.h"
#include "service/campaigns.h"

namespace yizhan::bench {

Result<> measure_freeze(const Options& options, testing::SendingWorld& world, const RawLimits& raw) {
  boost::asio::io_context io;
  const store::Store& store = world.store();
  engine::Engine engine(store, io, [](std::string_view, domain::MessageClass) { return true; });
  service::Campaigns campaigns(store, engine);
  const service::Principal who = service::system_principal();
  YZ_CHECK(store.db.write([](db::Tx& tx) {
    return tx.execute_script("INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1)");
  }));
  service::CampaignPlan plan;
  plan.name = "freeze";
  plan.goal = "bench";
  plan.content_id = ContentId{YZ_TRY(store.db.read([&](db::Tx& tx) -> Result<int64_t> {
    int64_t id = 0;
    YZ_CHECK(tx.each_sql("SELECT max(id) FROM content", {}, [&](const db::Row& row) { id = row.i64(0); }));
    return id;
  }))};
  plan.audience.filter = domain::SegmentFilter{};
  plan.audience.filter->cities = {"上海"};
  plan.owner_id = UserId{1};
  plan.planned_at = store.now();
  const auto planned = YZ_TRY(campaigns.create(who, plan));
  const double before = processor_seconds();
  const auto start = SteadyClock::now();
  const auto frozen = YZ_TRY(campaigns.freeze(who, planned.id, {}));
  const double elapsed = seconds_since(start);
  const double recipients = static_cast<double>(frozen.audience_count);
  if (frozen.audience_count != options.messages)
    return fail(ErrorCode::kCorrupt, "not every customer is in the audience");
  print(options, {"audience_freeze", recipients / elapsed, "recipients/s", "raw insert, rows/s", raw.insert});
  print(options, {"audience_freeze_seconds", elapsed, "s"});
  print(options,
        {"audience_freeze_processor", (processor_seconds() - before) * 1e6 / recipients, "us/recipient"});
  return {};
}

}  // namespace yizhan::bench
