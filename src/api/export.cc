#include "api/export.h"

#include "api/catalogue.h"
#include "service/audit.h"
#include "service/authentication.h"

namespace yizhan::api::detail {

namespace {

constexpr size_t kFlushBytes = limits::kHttpFileChunkBytes;
constexpr std::string_view kSuffix = ".csv";
constexpr size_t kDateCharacters = 10;  // of "2026-03-02T…"

// What the path says the rows are of: "{campaign_id}" -> campaign and its number. The first, when there are
// several.
void name_object(const Call& call, service::ExportedFile& file) {
  for (const auto& [name, text] : call.request.path_parameters) {
    if (!file.object_type.empty()) return;
#define X(type, prefix)                                                        \
  if (name == json::detail::snake_case(#type) + "_id") {                       \
    file.object_type = json::detail::snake_case(#type);                        \
    if (const auto id = parse_id<type##Tag>(text)) file.object_id = id->value; \
  }
    YIZHAN_IDS(X)
#undef X
  }
}

json::Object query_of(const http::Parameters& query) {
  json::Object out;
  for (const auto& [name, text] : query) {
    const auto [at, first] = out.emplace(name, text);
    if (first) continue;
    if (!at->value().is_array()) at->value() = json::Array{at->value()};
    at->value().as_array().emplace_back(text);
  }
  return out;
}

// Audits the whole file of an operation; gives the time of the entry.
Result<Time> record(const Call& call, const std::string& operation, json::Object query, int64_t rows,
                    const http::SpooledFile& spooled) {
  service::ExportedFile file{.operation = operation,
                             .object_type = {},
                             .object_id = 0,
                             .query = std::move(query),
                             .rows = rows,
                             .path = spooled.path().string()};
  name_object(call, file);
  return call.exporting->record(call.principal(), file);
}

Result<> check_auditing(const Call& call) {
  if (call.exporting != nullptr && call.exporting->record) return {};
  return fail(ErrorCode::kUnavailable, "Nothing can be exported here, for it could not be audited.");
}

// "/api/v1/campaigns/{campaign_id}/messages.csv" -> "messages".
std::string base_name(std::string_view path) {
  path.remove_suffix(kSuffix.size());
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

json::FieldErrors paging_faults(const http::Parameters& query) {
  json::FieldErrors faults;
  for (const std::string_view name : {"limit", "after"})
    if (http::find(query, name))
      faults.push_back(
          {ErrorCode::kInvalidArgument, "is unknown: a file holds every page", "?" + std::string(name)});
  return faults;
}

Result<std::unique_ptr<ExportFile>> ExportFile::create(const Call& call,
                                                       const std::vector<std::string>& columns) {
  YZ_CHECK(check_auditing(call));
  auto file = std::unique_ptr<ExportFile>(new ExportFile(call.exporting->under_way));
  if (file->under_way_->fetch_add(1) >= limits::kExportsAtOnce)
    return fail(ErrorCode::kTooMany, "Enough files are being made; try again in a while.");
  file->spool_ = YZ_TRY(http::SpoolWriter::create(call.exporting->spool_folder));
  file->csv_.byte_order_mark();
  for (const std::string& column : columns) file->csv_.cell(std::string_view(column));
  file->csv_.end_row();
  return file;
}

ExportFile::~ExportFile() { under_way_->fetch_sub(1); }

Result<> ExportFile::end_row() {
  csv_.end_row();
  if (++rows_ > static_cast<int64_t>(limits::kExportRows))
    return fail(ErrorCode::kTooLarge,
                "A file has at most " + std::to_string(limits::kExportRows) + " rows; ask for less.");
  if (buffer_.size() < kFlushBytes) return {};
  YZ_CHECK(spool_->write(buffer_));
  buffer_.clear();
  return {};
}

Result<http::Response> ExportFile::send(const Call& call) {
  YZ_CHECK(spool_->write(buffer_));
  http::SpooledFile spooled = YZ_TRY(spool_->finish());
  const Time at = YZ_TRY(record(call, call.entry.export_of, query_of(call.request.query), rows_, spooled));
  const std::string name = base_name(call.entry.path) + '_' + to_rfc3339(at).substr(0, kDateCharacters);
  return http::file_response({spooled.release(), http::AfterSending::kDelete}, "text/csv; charset=utf-8",
                             name + std::string(kSuffix));
}

}  // namespace yizhan::api::detail

namespace yizhan::api {

Result<http::Response> send_document(const Call& call, std::string_view bytes,
                                     const std::string& content_type, const std::string& name,
                                     const json::Object& about) {
  YZ_CHECK(detail::check_auditing(call));
  const auto spool = YZ_TRY(http::SpoolWriter::create(call.exporting->spool_folder));
  YZ_CHECK(spool->write(bytes));
  return send_document(call, YZ_TRY(spool->finish()), content_type, name, about);
}

Result<http::Response> send_document(const Call& call, http::SpooledFile file,
                                     const std::string& content_type, const std::string& name,
                                     const json::Object& about) {
  YZ_CHECK(detail::check_auditing(call));
  json::Object query = detail::query_of(call.request.query);
  for (const auto& [key, value] : about) query[key] = value;
  YZ_TRY(detail::record(call, call.entry.operation_id, std::move(query), 1, file));
  return http::file_response({file.release(), http::AfterSending::kDelete}, content_type, name);
}

}  // namespace yizhan::api
