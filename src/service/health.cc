#include "service/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "pdf/document.h"
#include "store/queries.h"
#include "store/schema.h"
#include "store/settings.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kOk = "ok", kWarn = "warn", kFail = "fail";
constexpr std::string_view kProbe = "probe";

HealthCheck check(std::string_view name, std::string_view status, std::string value,
                  std::string detail = {}) {
  return {std::string(name), std::string(status), std::move(value), std::move(detail)};
}
HealthCheck failed(std::string_view name, const Error& error) {
  return check(name, kFail, {}, std::string(error_name(error.code)));
}

HealthCheck check_store(const store::Store& store, const std::string& dialect) {
  const auto read = store.db.read([](db::Tx& tx) { return tx.number(q::user_any); });
  if (!read) return failed("store", read.error());
  const db::Stats stats = store.db.stats();
  return check("store", stats.failed_commits == 0 ? kOk : kWarn, dialect,
               fmt::format("{} commits, {} failed; {} MiB on disk", stats.commits, stats.failed_commits,
                           stats.file_bytes >> 20));
}

HealthCheck check_schema(const store::Store& store, HealthView& view) {
  const auto version = db::schema_version(store.db);
  if (!version) return failed("schema", version.error());
  view.schema_version = *version;
  const int expected = store::migrations().back().version;
  return check("schema", *version == expected ? kOk : kFail, std::to_string(*version),
               fmt::format("this program's is {}", expected));
}

HealthCheck check_disk(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return check("disk", kFail, {}, "cannot be asked");
  const auto status =
      space.available < kDiskOutBytes ? kFail : (space.available < kDiskLowBytes ? kWarn : kOk);
  return check("disk", status, fmt::format("{} MiB", space.available >> 20),
               fmt::format("free of {} MiB", space.capacity >> 20));
}

HealthCheck check_writer(const store::Store& store) {
  const db::Stats stats = store.db.stats();
  const uint64_t queued = std::accumulate(stats.queued.begin(), stats.queued.end(), uint64_t{0});
  const auto status = queued * 10 >= limits::kWriterQueueJobs * 9
                          ? kFail
                          : (queued * 2 >= limits::kWriterQueueJobs ? kWarn : kOk);
  return check(
      "writer_queue", status, std::to_string(queued),
      fmt::format("room for {}; {} refused since the start", limits::kWriterQueueJobs, stats.refused_jobs));
}

HealthCheck check_rule_packs(const RulePacksView& packs) {
  const auto& failure = packs.last_failure;
  const std::string why =
      failure ? fmt::format("; the last load failed at {}: {}", failure->place, failure->message) : "";
  if (packs.packs.empty())
    return check("rule_packs", kFail, "0", "no content can be saved, reviewed or sent" + why);
  int64_t terms = 0;
  for (const RulePackDetail& pack : packs.packs) terms += pack.terms;
  return check("rule_packs", failure ? kWarn : kOk, std::to_string(packs.packs.size()),
               fmt::format("{} terms{}", terms, why));
}

HealthCheck check_channels(const store::Store& store, const LinkLook& links) {
  std::vector<int64_t> enabled;
  const auto read = store.db.read([&](db::Tx& tx) {
    return tx.each(q::tasks_channels, [&](const db::Row& r) { enabled.push_back(r.i64(0)); });
  });
  if (!read) return failed("channels", read.error());
  const auto now = links();
  const auto bound = std::ranges::count_if(enabled, [&](int64_t id) {
    const auto link = std::ranges::find(now, id, &engine::ChannelStatus::channel_id);
    return link != now.end() && link->link.state == link::LinkState::kBound;
  });
  const auto all = std::ssize(enabled);
  const auto status = bound == all ? kOk : (bound == 0 ? kFail : kWarn);
  return check("channels", status, fmt::format("{} of {}", bound, all), "bound, of those enabled");
}

HealthCheck check_emergency(const store::Store& store) {
  const auto settings = store.db.read([](db::Tx& tx) { return store::load_sending_settings(tx); });
  if (!settings) return failed("emergency_stop", settings.error());
  if (!settings->emergency_stop) return check("emergency_stop", kOk, "inactive");
  const bool restored = settings->stop_cause == store::StopCause::kRestoredBackup;
  return check(
      "emergency_stop", kWarn, "active",
      restored ? "nothing is sent: this database is a restored backup or a copy" : "nothing is sent");
}

struct LastEntry {
  int64_t id = 0;
  Time at;
  Bytes hash;
  int64_t head_id = 0;
  Bytes head_hash;
};

Result<LastEntry> last_entry(const store::Store& store) {
  return store.db.read([](db::Tx& tx) -> Result<LastEntry> {
    LastEntry last;
    YZ_CHECK(tx.each(q::audit_last, [&](const db::Row& r) {
      last.id = r.i64(0);
      last.at = r.time(1);
      last.hash = r.bytes(2);
    }));
    YZ_CHECK(tx.each(q::audit_head_get, [&](const db::Row& r) {
      last.head_id = r.i64(0);
      last.head_hash = r.bytes(1);
    }));
    return last;
  });
}

// That the log ends where it should; whether it is whole, `audit verify` says.
HealthCheck check_audit(const Result<LastEntry>& last) {
  if (!last) return failed("audit", last.error());
  const bool whole = last->id == last->head_id && last->hash == last->head_hash;
  return check(
      "audit", whole ? kOk : kFail, std::to_string(last->id),
      whole ? "entries; the last is the head of the chain" : "the last entry is not the head of the chain");
}

// A clock that was set back would count limits and expiries wrongly.
HealthCheck check_clock(const Result<LastEntry>& last, Time now) {
  if (!last) return failed("clock", last.error());
  const bool behind = now < last->at;
  return check("clock", behind ? kWarn : kOk, to_rfc3339(now),
               behind ? "behind the last audit entry, " + to_rfc3339(last->at) : "");
}

// That what was sealed before can still be opened.
HealthCheck check_keys(const store::Store& store) {
  Bytes sealed = store.cipher.seal(store::column::kCustomerNumber, kProbe);
  const auto read = store.db.read([&](db::Tx& tx) {
    return tx.each(q::customer_any_sealed, [&](const db::Row& r) { sealed = r.bytes(0); });
  });
  if (!read) return failed("keys", read.error());
  const auto opened = store.cipher.open(store::column::kCustomerNumber, sealed);
  if (!opened) return failed("keys", opened.error());
  return check("keys", kOk, fmt::format("{}", store.cipher.current_key_id()), "is the current key");
}

// Without it no opinion can be made.
HealthCheck check_font() {
  const auto font = pdf::check_font();
  return check(
      "font", font ? kOk : kFail, pdf::kFontFamily,
      font ? "for PDF documents" : std::string("not installed: Debian's package ") + pdf::kFontPackage);
}

}  // namespace

HealthView Health::look() const {
  HealthView view;
  view.version = subject_.version;
  view.started_at = subject_.started_at;
  view.at = store_.now();
  view.store = store_.db.dialect() == db::Dialect::kSqlite ? "sqlite" : "postgres";
  const auto last = last_entry(store_);
  const RulePacksView packs = subject_.rule_packs ? subject_.rule_packs() : RulePacksView{};
  view.checks = {check_store(store_, view.store),
                 check_schema(store_, view),
                 check_disk(subject_.data_folder),
                 check_writer(store_),
                 check_rule_packs(packs),
                 check_channels(store_, subject_.links),
                 check_emergency(store_),
                 check_audit(last),
                 check_clock(last, store_.now()),
                 check_keys(store_),
                 check_font()};
  view.status = kOk;
  for (const HealthCheck& c : view.checks)
    if (c.status == kFail || (c.status == kWarn && view.status == kOk)) view.status = c.status;
  for (const RulePackDetail& pack : packs.packs) view.rule_packs.push_back({pack.id, pack.version});
  return view;
}

}  // namespace yizhan::service
