#include "engine/application_batch.h"

#include <fmt/format.h>

#include "base/json.h"
#include "domain/channel.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;

namespace {}  // namespace

Result<std::shared_ptr<const BatchPlan>> plan_application_batch(db::Tx& tx, int64_t content_version_id,
                                                                const ApplicationWay& way) {
  struct Version {
    domain::MessageClass message_class;
    std::string purpose;
    Bytes hash;
  };
  auto version = YZ_TRY(tx.one(
      q::content_version_to_match,
      [](const db::Row& row) {
        return Version{row.as<domain::MessageClass>(4), row.string(5), row.bytes(6)};
      },
      content_version_id));
  if (!version) return fail(ErrorCode::kNotFound, "no such content version");
  const auto options = YZ_TRY(tx.one(
      q::channel_window, [](const db::Row& row) { return json::decode<domain::ChannelOptions>(row.text(0)); },
      way.channel_id));
  if (!options) return fail(ErrorCode::kNotFound, "no such channel");
  Composer composer = YZ_TRY(load_composer(tx, content_version_id));
  domain::SendWindow window{0, domain::kDayMinutes};
  if (way.route_id == 0) window = {options->window_start_minute, options->window_end_minute};
  return std::make_shared<const BatchPlan>(BatchPlan{.origin = BatchOrigin::kApplication,
                                                     .content_version_id = content_version_id,
                                                     .content_hash = std::move(version->hash),
                                                     .message_class = version->message_class,
                                                     .purpose = std::move(version->purpose),
                                                     .channel_id = way.channel_id,
                                                     .route_id = way.route_id,
                                                     .window = window,
                                                     .composer = std::move(composer)});
}

Result<int64_t> application_batch(db::Tx& tx, const store::Store& store, int64_t application_id,
                                  const BatchPlan& plan) {
  const Time now = store.now();
  const int64_t day = now.us / days(1).us;
  const auto open = YZ_TRY(tx.one(
      q::application_batch_find, [](const db::Row& row) { return row.i64(0); }, application_id,
      plan.content_version_id, plan.channel_id, day, BatchState::kRunning, plan.route_id));
  if (open) return *open;
  const int64_t id = store.ids.next();
  YZ_CHECK(tx.run_later(q::batch_insert, id, BatchOrigin::kApplication, 0, plan.content_version_id,
                        plan.content_hash, plan.message_class, plan.purpose, plan.channel_id,
                        plan.window.start_minute, plan.window.end_minute, 0, 0, BatchState::kRunning, 0, 0, 0,
                        now, now));
  if (plan.route_id != 0) YZ_CHECK(tx.run_later(q::batch_set_route, id, plan.route_id));
  YZ_CHECK(tx.run_later(q::application_batch_put, application_id, plan.content_version_id, plan.channel_id,
                        day, id));
  YZ_CHECK(
      store::append_audit(tx, store, {},
                          {.action = "application.batch_open",
                           .object_type = "application",
                           .object_id = application_id,
                           .detail = fmt::format(R"({{"batch":{},"content_version":{},"content_hash":"{}"}})",
                                                 id, plan.content_version_id, to_hex(plan.content_hash))}));
  return id;
}

}  // namespace yizhan::engine
