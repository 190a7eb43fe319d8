#include "api/report_routes.h"

#include <unistd.h>

#include <cstdlib>

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ReportPage;
using service::ReportView;

namespace {

struct ListReports {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ReportId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListReports, (), (limit, after))

constexpr const char* kWorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr const char* kAudited = "Audited as export.<operation id>, with the number and the file's SHA-256.";

json::Object about(const ReportView& report) {
  return {{"report_number", report.number}, {"report_hash", to_hex(report.hash)}};
}

Result<http::Response> send_csv(const Call& call, service::Reports& reports, ReportId id) {
  const ReportView report = YZ_TRY(reports.get(id));
  return send_document(call, YZ_TRY(reports.csv(id)), "text/csv; charset=utf-8", report.number + ".csv",
                       about(report));
}

struct PdfQuery {
  std::optional<service::Language> language;
  static constexpr json::Rule kRules[] = {
      {.member = "language", .description = "of its words; zh without it"}};
};
BOOST_DESCRIBE_STRUCT(PdfQuery, (), (language))

Result<http::Response> send_pdf(const Call& call, service::Reports& reports, ReportId id,
                                service::Language language) {
  const ReportView report = YZ_TRY(reports.get(id));
  return send_document(call, YZ_TRY(reports.pdf(id, language)), "application/pdf", report.number + ".pdf",
                       about(report));
}

Result<http::Response> send_workbook(const Call& call, service::Reports& reports, ReportId id,
                                     const std::string& folder) {
  const ReportView report = YZ_TRY(reports.get(id));
  std::string path = folder + "/report_XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) return fail(ErrorCode::kStoreFailed, "the workbook cannot be written", folder);
  close(file);
  http::SpooledFile spooled(path);  // deleted if the writing fails
  YZ_CHECK(reports.xlsx(id, path));
  return send_document(call, std::move(spooled), kWorkbookType, report.number + ".xlsx", about(report));
}

void add_downloads(Catalogue& catalogue, service::Reports& reports, const std::string& spool_folder) {
  catalogue.route<None, http::Response>({.path = "/api/v1/reports/{report_id}/report.csv",
                                         .operation_id = "downloadReportCsv",
                                         .tag = "reports",
                                         .summary = "Download a report as CSV",
                                         .description = kAudited,
                                         .permission = Permission::kReportRead,
                                         .audit = AuditClass::kExport,
                                         .response_type = "text/csv"},
                                        [&reports](Call& call) -> Result<http::Response> {
                                          return send_csv(call, reports,
                                                          YZ_TRY(call.id<ReportId>("report_id")));
                                        });
  catalogue.route<FromQuery<PdfQuery>, http::Response>(
      {.path = "/api/v1/reports/{report_id}/report.pdf",
       .operation_id = "downloadReportPdf",
       .tag = "reports",
       .summary = "Download a report as PDF",
       .description = kAudited,
       .permission = Permission::kReportRead,
       .audit = AuditClass::kExport,
       .response_type = "application/pdf"},
      [&reports](Call& call, const PdfQuery& query) -> Result<http::Response> {
        const auto id = YZ_TRY(call.id<ReportId>("report_id"));
        return send_pdf(call, reports, id, query.language.value_or(service::Language::kZh));
      });
  catalogue.route<None, http::Response>(
      {.path = "/api/v1/reports/{report_id}/report.xlsx",
       .operation_id = "downloadReportXlsx",
       .tag = "reports",
       .summary = "Download a report as a workbook",
       .description = kAudited,
       .permission = Permission::kReportRead,
       .audit = AuditClass::kExport,
       .response_type = kWorkbookType},
      [&reports, spool_folder](Call& call) -> Result<http::Response> {
        return send_workbook(call, reports, YZ_TRY(call.id<ReportId>("report_id")), spool_folder);
      });
}

}  // namespace

void add_report_routes(Catalogue& catalogue, service::Reports& reports, const std::string& spool_folder) {
  catalogue.route<FromQuery<ListReports>, ReportPage>(
      {.path = "/api/v1/reports",
       .operation_id = "listReports",
       .tag = "reports",
       .summary = "List send reports, the newest first",
       .permission = Permission::kReportRead,
       .exported = true},
      [&reports](Call&, const ListReports& request) { return reports.list(request.after, request.limit); });
  catalogue.route<None, ReportView>({.path = "/api/v1/reports/{report_id}",
                                     .operation_id = "getReport",
                                     .tag = "reports",
                                     .summary = "Read a send report",
                                     .permission = Permission::kReportRead},
                                    [&reports](Call& call) -> Result<ReportView> {
                                      return reports.get(YZ_TRY(call.id<ReportId>("report_id")));
                                    });
  catalogue.route<None, ReportView>({.method = Method::kPost,
                                     .path = "/api/v1/reports/{report_id}/acknowledge",
                                     .operation_id = "acknowledgeReport",
                                     .tag = "reports",
                                     .summary = "Acknowledge a report, for marketing",
                                     .permission = Permission::kReportAcknowledge,
                                     .audit = AuditClass::kChange},
                                    [&reports](Call& call) -> Result<ReportView> {
                                      const auto id = YZ_TRY(call.id<ReportId>("report_id"));
                                      return reports.acknowledge(call.principal(), id);
                                    });
  add_downloads(catalogue, reports, spool_folder);
}

}  // namespace yizhan::api
