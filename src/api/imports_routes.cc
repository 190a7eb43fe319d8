#include <filesystem>

#include "api/customers_routes.h"
#include "service/import_preview.h"
#include "service/principal.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ImportOptions;
using service::ImportPage;
using service::ImportPreview;
using service::ImportView;

namespace {

struct ListImports {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ImportId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListImports, (), (limit, after))

// The part or the query parameter `options`, a JSON object.
Result<ImportOptions> options_of(const http::Request& request, const http::Upload& upload) {
  auto text = http::find(upload.fields, "options");
  if (!text) text = http::find(request.query, "options");
  if (!text || text->empty()) return ImportOptions{};
  auto options = json::decode<ImportOptions>(*text);
  if (!options)
    return fail(options.error().code, std::move(options.error().message), "/options" + options.error().field);
  return options;
}

std::string name_of_file(const http::Request& request, const http::Upload& upload) {
  if (!upload.file_name.empty()) return upload.file_name;
  return std::string(http::find(request.query, "file_name").value_or("customers"));
}

Result<ImportView> start(service::Imports& imports, Call& call, http::Upload& upload) {
  const ImportOptions options = YZ_TRY(options_of(call.request, upload));
  auto view = YZ_TRY(imports.start(call.principal(), upload.file.path().string(),
                                   name_of_file(call.request, upload), options));
  upload.file.release();  // the import deletes it
  return view;
}

Result<http::Response> refused_rows(const service::Imports& imports, Call& call, const std::string& folder) {
  const ImportId id = YZ_TRY(call.id<ImportId>("import_id"));
  const std::filesystem::path path = folder + "/refused_rows_" + call.request.id + ".csv";
  http::SpooledFile file(path);
  YZ_CHECK(imports.write_refused_rows(id, path.string()));
  return send_document(call, std::move(file), "text/csv; charset=utf-8",
                       "refused_rows_" + to_string(id) + ".csv", {});
}

}  // namespace

void add_import_routes(Catalogue& catalogue, service::Imports& imports, std::string temporary_folder) {
  catalogue.route<FromUpload, ImportView>(
      {.method = Method::kPost,
       .path = "/api/v1/imports",
       .operation_id = "startImport",
       .tag = "imports",
       .summary = "Import a customer list",
       .description =
           "A CSV (UTF-8, GBK, UTF-16) or XLSX file with a header row. `options` is a JSON object, as a "
           "part of the form or a query parameter: purpose, unknown_columns (refuse, ignore, attribute), "
           "columns (header to field), default_region, consent_method, consent_text, sheet. Attributes lie "
           "open, "
           "so a column that is named after personal data refuses the file, and a value that looks like an "
           "identity card, bank card, phone number or e-mail address its row. The rows are read in the "
           "background; the import tells how far it is.",
       .permission = Permission::kCustomerImport,
       .audit = AuditClass::kChange,
       .status = 202,
       .idempotency = Idempotency::kByKey},
      [&imports](Call& call, http::Upload& upload) { return start(imports, call, upload); });
  catalogue.route<FromUpload, ImportPreview>(
      {.method = Method::kPost,
       .path = "/api/v1/imports/preview",
       .operation_id = "previewImport",
       .tag = "imports",
       .summary = "Look at a file before importing it; nothing is kept",
       .description = "Reads the header and the first " + std::to_string(limits::kImportPreviewRows) +
                      " rows. `suggested` is the field that a column is taken for by its header, or "
                      "\"unknown\". Numbers, names and other personal values are masked.",
       .permission = Permission::kCustomerImport,
       .audit = AuditClass::kComputed},
      [](Call& call, http::Upload& upload) {
        return service::preview_import(upload.file.path().string(), name_of_file(call.request, upload));
      });
  catalogue.route<FromQuery<ListImports>, ImportPage>(
      {.path = "/api/v1/imports",
       .operation_id = "listImports",
       .tag = "imports",
       .summary = "Imports, newest first",
       .permission = Permission::kCustomerRead,
       .exported = true},
      [&imports](Call&, const ListImports& query) { return imports.list(query.after, query.limit); });
  catalogue.route<None, ImportView>({.path = "/api/v1/imports/{import_id}",
                                     .operation_id = "getImport",
                                     .tag = "imports",
                                     .summary = "An import, how far it is and what it found",
                                     .permission = Permission::kCustomerRead},
                                    [&imports](Call& call) -> Result<ImportView> {
                                      return imports.get(YZ_TRY(call.id<ImportId>("import_id")));
                                    });
  catalogue.route<None, http::Response>(
      {.path = "/api/v1/imports/{import_id}/refused_rows.csv",
       .operation_id = "downloadRefusedRows",
       .tag = "imports",
       .summary = "The refused rows with line, column and reason, values masked",
       .description = "Audited as export.downloadRefusedRows.",
       .permission = Permission::kCustomerImport,
       .response_type = "text/csv"},
      [&imports, folder = std::move(temporary_folder)](Call& call) {
        return refused_rows(imports, call, folder);
      });
}

}  // namespace yizhan::api
