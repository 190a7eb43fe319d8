#include "service/reports.h"

#include <fmt/format.h>

#include <array>

#include "crypto/digest.h"
#include "engine/carrier_codes.h"
#include "service/report_document.h"
#include "store/queries.h"
#include "text/csv.h"
#include "text/number_plan.h"
#include "text/xlsx.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageState;

namespace {

constexpr const char* kHeader[] = {"section", "name", "value"};

Result<ReportView> map_report(const db::Row& r) {
  ReportView view;
  view.id = r.id<ReportId>(0);
  view.number = r.string(1);
  view.body = YZ_TRY(json::decode<ReportBody>(r.text(3)));
  view.hash = r.bytes(4);
  view.created_at = r.time(5);
  if (r.i64(7) != 0) {
    view.acknowledged_by = r.id<UserId>(6);
    view.acknowledged_at = r.time(7);
  }
  return view;
}

Result<ReportView> load_report(db::Tx& tx, ReportId id) {
  auto view = YZ_TRY(tx.one(q::report_load, map_report, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such report");
  return *std::move(view);
}

int64_t sum(const std::map<std::string, int64_t>& counts) {
  int64_t total = 0;
  for (const auto& [name, count] : counts) total += count;
  return total;
}

// The report as rows of three cells.
std::vector<std::array<std::string, 3>> table_of(const ReportView& v) {
  std::vector<std::array<std::string, 3>> rows;
  const ReportBody& b = v.body;
  rows.push_back({"report", "number", v.number});
  rows.push_back({"report", "hash", to_hex(v.hash)});
  rows.push_back({"campaign", "id", to_string(b.campaign_id)});
  rows.push_back({"campaign", "name", b.campaign_name});
  rows.push_back({"campaign", "goal", b.goal});
  rows.push_back({"campaign", "outcome", std::string(name_of(b.outcome))});
  rows.push_back({"campaign", "content_hash", to_hex(b.content_hash)});
  rows.push_back({"campaign", "audience_hash", to_hex(b.audience_hash)});
  rows.push_back({"time", "started_at", to_rfc3339(b.started_at)});
  rows.push_back({"time", "first_submitted_at", to_rfc3339(b.first_submitted_at)});
  rows.push_back({"time", "last_submitted_at", to_rfc3339(b.last_submitted_at)});
  rows.push_back({"time", "finished_at", to_rfc3339(b.finished_at)});
  rows.push_back({"time", "duration_seconds", fmt::format("{:.3f}", b.duration_seconds)});
  rows.push_back({"messages", "targeted", std::to_string(b.targeted)});
  const auto add = [&](const char* section, const std::map<std::string, int64_t>& counts) {
    for (const auto& [name, count] : counts) rows.push_back({section, name, std::to_string(count)});
  };
  add("by_state", b.by_state);
  add("refused_by_reason", b.refused_by_reason);
  add("failed_by_reason", b.failed_by_reason);
  add("unresolved_by_reason", b.unresolved_by_reason);
  for (const CarrierCount& c : b.by_carrier) {
    for (const auto& [state, count] : c.by_state)
      rows.push_back({"by_carrier", c.carrier + "/" + state, std::to_string(count)});
    rows.push_back({"by_carrier", c.carrier + "/segments", std::to_string(c.segments)});
  }
  for (const CodeCount& c : b.by_code)
    rows.push_back({"by_code", c.stage + "/" + c.code, std::to_string(c.count)});
  rows.push_back({"messages", "segments", std::to_string(b.segments)});
  rows.push_back({"messages", "attempts", std::to_string(b.attempts)});
  add("replies", b.replies);
  return rows;
}

}  // namespace

Result<std::vector<CodeCount>> codes_met(db::Tx& tx, int64_t batch_id) {
  const auto provider =
      YZ_TRY(tx.one(q::batch_provider, [](const db::Row& r) { return r.string(0); }, batch_id));
  const auto codes = YZ_TRY(engine::CarrierCodes::load(tx, provider.value_or("")));
  std::vector<CodeCount> met;
  YZ_CHECK(tx.each(
      q::batch_errors,
      [&](const db::Row& r) {
        const auto stage = r.as<domain::CodeStage>(0);
        const std::string code = r.string(1);
        const engine::CodeMeaning& meaning = codes.meaning(stage, code);
        met.push_back({std::string(name_of(stage)), code, meaning.cause, meaning.remedy, r.i64(2)});
      },
      batch_id));
  return met;
}

Result<ReportView> Reports::get(ReportId id) {
  return store_.db.read([&](db::Tx& tx) { return load_report(tx, id); });
}

Result<ReportPage> Reports::list(std::optional<ReportId> after, int64_t limit) {
  return store_.db.read([&](db::Tx& tx) -> Result<ReportPage> {
    std::vector<ReportId> ids;
    YZ_CHECK(tx.each(
        q::report_list, [&](const db::Row& r) { ids.push_back(r.id<ReportId>(0)); },
        after.value_or(ReportId{INT64_MAX}), limit + 1));
    ReportPage page;
    for (size_t i = 0; i < ids.size() && i < static_cast<size_t>(limit); ++i)
      page.items.push_back(YZ_TRY(load_report(tx, ids[i])));
    if (ids.size() > static_cast<size_t>(limit)) page.next_after = to_string(page.items.back().id);
    return page;
  });
}

Result<ReportView> Reports::acknowledge(const Principal& who, ReportId id) {
  return store_.db.write([&](db::Tx& tx) -> Result<ReportView> {
    YZ_TRY(load_report(tx, id));
    if (YZ_TRY(tx.run(q::report_acknowledge, id, who.person(), store_.now())) != 1)
      return fail(ErrorCode::kWrongState, "the report is acknowledged already");
    YZ_CHECK(store::append_audit(
        tx, store_, who.actor(),
        {.action = "report.acknowledge", .object_type = "report", .object_id = id.value}));
    return load_report(tx, id);
  });
}

Result<std::string> Reports::csv(ReportId id) {
  const ReportView view = YZ_TRY(get(id));
  std::string out;
  text::CsvWriter writer(out);
  writer.byte_order_mark();
  for (const char* name : kHeader) writer.cell(std::string_view(name));
  writer.end_row();
  for (const auto& row : table_of(view)) {
    for (const std::string& cell : row) writer.cell(std::string_view(cell));
    writer.end_row();
  }
  return out;
}

Result<> Reports::xlsx(ReportId id, const std::string& path) {
  const ReportView view = YZ_TRY(get(id));
  text::XlsxWriter writer = YZ_TRY(text::XlsxWriter::create(path));
  const std::vector<std::string_view> header(std::begin(kHeader), std::end(kHeader));
  YZ_CHECK(writer.add_sheet("report", header));
  for (const auto& row : table_of(view)) {
    for (const std::string& cell : row) YZ_CHECK(writer.cell(std::string_view(cell)));
    writer.end_row();
  }
  return writer.close();
}

Result<std::string> Reports::pdf(ReportId id, Language language) {
  return pdf::render(report_document(YZ_TRY(get(id)), language));
}

Result<ReportBody> Reports::compose(db::Tx& tx, const CampaignRow& row) {
  ReportBody body;
  body.campaign_id = row.view.id;
  body.campaign_name = row.view.name;
  body.goal = row.view.goal;
  body.outcome = row.view.state == domain::CampaignState::kCancelled ? domain::CampaignState::kCancelled
                                                                     : domain::CampaignState::kCompleted;
  body.content_hash = row.content_hash;
  body.audience_hash = row.audience_hash;
  body.binding_hash = row.binding_hash;
  body.started_at = row.view.started_at.value_or(Time{});
  body.targeted = row.view.audience_count;
  YZ_CHECK(tx.each(
      q::batch_counts_from_messages,
      [&](const db::Row& r) {
        const auto state = r.as<MessageState>(0);
        const std::string reason(name_of(r.as<domain::Reason>(1)));
        const int64_t count = r.i64(2);
        body.by_state[std::string(name_of(state))] += count;
        if (state == MessageState::kRefused) body.refused_by_reason[reason] += count;
        if (state == MessageState::kFailed) body.failed_by_reason[reason] += count;
        if (state == MessageState::kExpired || state == MessageState::kUnknown)
          body.unresolved_by_reason[reason] += count;
      },
      row.batch_id));
  std::map<std::string, CarrierCount> carriers;
  YZ_CHECK(tx.each(
      q::report_by_carrier,
      [&](const db::Row& r) {
        const std::string name(text::carrier_name(r.as<text::Carrier>(0)));
        CarrierCount& c = carriers[name];
        c.carrier = name;
        c.by_state[std::string(name_of(r.as<MessageState>(1)))] += r.i64(2);
        c.segments += r.i64(3);
      },
      row.batch_id));
  for (auto& [name, count] : carriers) body.by_carrier.push_back(std::move(count));
  body.by_code = YZ_TRY(codes_met(tx, row.batch_id));
  YZ_TRY(tx.one(
      q::report_times,
      [&](const db::Row& r) {
        body.first_submitted_at = r.time(0);
        body.last_submitted_at = r.time(1);
        body.finished_at = r.time(2);
        body.attempts = r.i64(3);
        body.segments = r.i64(4);
        return true;
      },
      row.batch_id));
  body.duration_seconds = static_cast<double>((body.finished_at - body.started_at).us) / 1e6;
  YZ_CHECK(tx.each(
      q::report_inbound,
      [&](const db::Row& r) { body.replies[std::string(name_of(r.as<domain::InboundKind>(0)))] = r.i64(1); },
      row.batch_id));
  return body;
}

Result<ReportId> Reports::make(db::Tx& tx, const CampaignRow& row) {
  const ReportBody body = YZ_TRY(compose(tx, row));
  const auto in = [&](const char* state) {
    const auto it = body.by_state.find(state);
    return it == body.by_state.end() ? 0 : it->second;
  };
  if (sum(body.by_state) != body.targeted || sum(body.refused_by_reason) != in("refused") ||
      sum(body.failed_by_reason) != in("failed") ||
      sum(body.unresolved_by_reason) != in("expired") + in("unknown"))
    return fail(ErrorCode::kCorrupt, "the campaign's messages do not sum to its audience",
                to_string(row.view.id));
  const auto id = store_.ids.make<ReportId>();
  const Time now = store_.now();
  const std::string number =
      fmt::format("SR-{}-{:06}", to_rfc3339(now).substr(0, 4), YZ_TRY(tx.number(q::report_next_number)));
  const std::string text = json::encode(body);
  YZ_TRY(tx.run(q::report_insert, id, number, row.view.id, text, crypto::sha256(text), now));
  YZ_CHECK(store::append_audit(tx, store_, {},
                               {.action = "report.create",
                                .object_type = "report",
                                .object_id = id.value,
                                .detail = fmt::format(R"({{"number":"{}"}})", number)}));
  return id;
}

}  // namespace yizhan::service
