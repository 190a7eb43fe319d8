#include "api/qualification_routes.h"

#include <filesystem>

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ListQualifications;
using service::NewQualification;
using service::QualificationKinds;
using service::QualificationPage;
using service::QualificationView;
using service::StatedReason;

namespace {

// The part `document`, a JSON object.
Result<NewQualification> request_of(const http::Upload& upload) {
  const auto text = http::find(upload.fields, "document");
  if (!text) return fail(ErrorCode::kInvalidArgument, "is required", "/document");
  auto request = json::decode<NewQualification>(*text);
  // The fields by themselves, as a form has them.
  if (!request) return std::unexpected(std::move(request).error());
  return request;
}

Result<http::Response> file_of(const service::Qualifications& qualifications, Call& call,
                               const std::string& folder) {
  const auto id = YZ_TRY(call.id<QualificationId>("qualification_id"));
  const std::filesystem::path path = folder + "/qualification_" + call.request.id;
  http::SpooledFile file(path);
  const QualificationView view = YZ_TRY(qualifications.restore_file(id, path.string()));
  return send_document(call, std::move(file), view.media_type, view.file_name,
                       {{"file_name", view.file_name}});
}

void add_changes(Catalogue& catalogue, const service::Qualifications& qualifications) {
  catalogue.route<FromUpload, QualificationView>(
      {.method = Method::kPost,
       .path = "/api/v1/qualifications",
       .operation_id = "addQualification",
       .tag = "qualifications",
       .summary = "Register a qualification document",
       .description =
           "A form with the part `document`, a JSON object (kind, title, number, issuer, valid_from, "
           "valid_until), and the file: a PDF, PNG or JPEG of at most 10 MiB. The kind is one that a sector "
           "of the rule packs requires.",
       .permission = Permission::kQualificationWrite,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey,
       .body_limit_bytes = limits::kQualificationBytes + limits::kHttpBodyBytes},
      [&qualifications](Call& call, http::Upload& upload) -> Result<QualificationView> {
        const NewQualification request = YZ_TRY(request_of(upload));
        const std::string name = upload.file_name.empty() ? "document" : upload.file_name;
        return qualifications.add(call.principal(), request, upload.file.path().string(), name);
      });
  catalogue.route<StatedReason, QualificationView>(
      {.method = Method::kPost,
       .path = "/api/v1/qualifications/{qualification_id}/revoke",
       .operation_id = "revokeQualification",
       .tag = "qualifications",
       .summary = "Rely on a document no more, for a stated reason",
       .permission = Permission::kQualificationWrite,
       .audit = AuditClass::kChange},
      [&qualifications](Call& call, const StatedReason& request) -> Result<QualificationView> {
        const auto id = YZ_TRY(call.id<QualificationId>("qualification_id"));
        return qualifications.revoke(call.principal(), id, request);
      });
}

}  // namespace

void add_qualification_routes(Catalogue& catalogue, const service::Qualifications& qualifications,
                              std::string temporary_folder) {
  catalogue.route<FromQuery<ListQualifications>, QualificationPage>(
      {.path = "/api/v1/qualifications",
       .operation_id = "listQualifications",
       .tag = "qualifications",
       .summary = "The company's qualification documents, newest first",
       .permission = Permission::kQualificationRead,
       .exported = true},
      [&qualifications](Call&, const ListQualifications& query) { return qualifications.list(query); });
  catalogue.route<None, QualificationKinds>(
      {.path = "/api/v1/qualifications/kinds",
       .operation_id = "listQualificationKinds",
       .tag = "qualifications",
       .summary = "The kinds of documents that the sectors of the rule packs require",
       .permission = Permission::kQualificationRead},
      [&qualifications](Call&) { return qualifications.kinds(); });
  catalogue.route<None, QualificationView>(
      {.path = "/api/v1/qualifications/{qualification_id}",
       .operation_id = "getQualification",
       .tag = "qualifications",
       .summary = "Read one document's entry",
       .permission = Permission::kQualificationRead},
      [&qualifications](Call& call) -> Result<QualificationView> {
        return qualifications.get(YZ_TRY(call.id<QualificationId>("qualification_id")));
      });
  catalogue.route<None, http::Response>({.path = "/api/v1/qualifications/{qualification_id}/file",
                                         .operation_id = "getQualificationFile",
                                         .tag = "qualifications",
                                         .summary = "A document's file as it came",
                                         .description = "Audited as export.getQualificationFile.",
                                         .permission = Permission::kQualificationRead,
                                         .response_type = "application/octet-stream"},
                                        [&qualifications, folder = std::move(temporary_folder)](Call& call) {
                                          return file_of(qualifications, call, folder);
                                        });
  add_changes(catalogue, qualifications);
}

}  // namespace yizhan::api
