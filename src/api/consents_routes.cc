#include <filesystem>

#include "api/customers_routes.h"
#include "service/principal.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::AddSuppression;
using service::ConsentHistory;
using service::EvidenceView;
using service::ListConsents;
using service::ListSuppressions;
using service::RecordConsent;
using service::StatedReason;
using service::SuppressionPage;
using service::SuppressionView;

namespace {

Result<http::Response> restore(const service::Consents& consents, Call& call, const StatedReason& request,
                               const std::string& folder) {
  const auto id = YZ_TRY(call.id<EvidenceId>("evidence_id"));
  const std::filesystem::path path = folder + "/evidence_" + call.request.id;
  http::SpooledFile file(path);
  const EvidenceView view = YZ_TRY(consents.restore_evidence(call.principal(), id, request, path.string()));
  return http::file_response({file.release(), http::AfterSending::kDelete}, view.media_type, view.file_name);
}

void add_evidence_routes(Catalogue& catalogue, const service::Consents& consents, std::string folder) {
  catalogue.route<FromUpload, EvidenceView>(
      {.method = Method::kPost,
       .path = "/api/v1/evidence",
       .operation_id = "addEvidence",
       .tag = "consents",
       .summary = "Keep a file that proves consent",
       .permission = Permission::kConsentRecord,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&consents](Call& call, http::Upload& upload) {
        const std::string name = upload.file_name.empty() ? "evidence" : upload.file_name;
        const std::string type =
            upload.content_type.empty() ? "application/octet-stream" : upload.content_type;
        return consents.add_evidence(call.principal(), upload.file.path().string(), name, type);
      });
  catalogue.route<None, EvidenceView>({.path = "/api/v1/evidence/{evidence_id}",
                                       .operation_id = "getEvidence",
                                       .tag = "consents",
                                       .summary = "What an evidence file is",
                                       .permission = Permission::kConsentRead},
                                      [&consents](Call& call) -> Result<EvidenceView> {
                                        return consents.evidence(YZ_TRY(call.id<EvidenceId>("evidence_id")));
                                      });
  catalogue.route<StatedReason, http::Response>(
      {.method = Method::kPost,
       .path = "/api/v1/evidence/{evidence_id}/download",
       .operation_id = "downloadEvidence",
       .tag = "consents",
       .summary = "An evidence file as it came, for a stated reason",
       .permission = Permission::kCustomerReveal,
       .audit = AuditClass::kPersonal,
       .response_type = "application/octet-stream"},
      [&consents, folder = std::move(folder)](Call& call, const StatedReason& request) {
        return restore(consents, call, request, folder);
      });
}

void add_suppression_routes(Catalogue& catalogue, const service::Consents& consents) {
  catalogue.route<FromQuery<ListSuppressions>, SuppressionPage>(
      {.path = "/api/v1/suppressions",
       .operation_id = "listSuppressions",
       .tag = "suppressions",
       .summary = "The suppression list, newest first",
       .permission = Permission::kConsentRead,
       .exported = true},
      [&consents](Call&, const ListSuppressions& query) { return consents.suppressions(query); });
  catalogue.route<AddSuppression, SuppressionView>({.method = Method::kPost,
                                                    .path = "/api/v1/suppressions",
                                                    .operation_id = "addSuppression",
                                                    .tag = "suppressions",
                                                    .summary = "Put a number on the suppression list",
                                                    .permission = Permission::kSuppressionWrite,
                                                    .audit = AuditClass::kChange,
                                                    .status = 201,
                                                    .idempotency = Idempotency::kByKey},
                                                   [&consents](Call& call, const AddSuppression& request) {
                                                     return consents.add_suppression(call.principal(),
                                                                                     request);
                                                   });
  catalogue.route<StatedReason, None>(
      {.method = Method::kPost,
       .path = "/api/v1/suppressions/{suppression_id}/remove",
       .operation_id = "removeSuppression",
       .tag = "suppressions",
       .summary = "Take a number off the list, for a stated reason",
       .description =
           "For classes that need consent only after a new consent was recorded on the customer's word.",
       .permission = Permission::kSuppressionWrite,
       .audit = AuditClass::kChange},
      [&consents](Call& call, const StatedReason& request) -> Result<None> {
        const auto id = YZ_TRY(call.id<SuppressionId>("suppression_id"));
        YZ_CHECK(consents.remove_suppression(call.principal(), id, request));
        return None{};
      });
}

}  // namespace

void add_consent_routes(Catalogue& catalogue, const service::Consents& consents,
                        std::string temporary_folder) {
  catalogue.route<FromQuery<ListConsents>, ConsentHistory>(
      {.path = "/api/v1/customers/{customer_id}/consents",
       .operation_id = "listConsents",
       .tag = "consents",
       .summary = "What a customer agreed to, withdrew and refused, with the evidence",
       .permission = Permission::kConsentRead,
       .exported = true},
      [&consents](Call& call, const ListConsents& query) -> Result<ConsentHistory> {
        return consents.history(YZ_TRY(call.id<CustomerId>("customer_id")), query);
      });
  catalogue.route<RecordConsent, ConsentHistory>(
      {.method = Method::kPost,
       .path = "/api/v1/customers/{customer_id}/consents",
       .operation_id = "recordConsent",
       .tag = "consents",
       .summary = "Record consent, withdrawal or refusal on the customer's word",
       .description = "A withdrawal holds at once, for queued messages too.",
       .permission = Permission::kConsentRecord,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&consents](Call& call, const RecordConsent& request) -> Result<ConsentHistory> {
        return consents.record(call.principal(), YZ_TRY(call.id<CustomerId>("customer_id")), request);
      });
  add_evidence_routes(catalogue, consents, std::move(temporary_folder));
  add_suppression_routes(catalogue, consents);
}

}  // namespace yizhan::api
