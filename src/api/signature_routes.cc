#include "api/signature_routes.h"

#include <filesystem>

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ListSignatures;
using service::SetFiling;
using service::SignatureDraft;
using service::SignatureFilingRegister;
using service::SignatureFilings;
using service::SignatureFilingView;
using service::SignaturePage;
using service::Signatures;
using service::SignatureView;
using service::StatedReason;

namespace {

constexpr const char* kId = "signature_id";

Result<http::Response> file_of(const SignatureFilingRegister& filings, Call& call,
                               const std::string& folder) {
  const auto id = YZ_TRY(call.id<SignatureId>(kId));
  const auto evidence = YZ_TRY(call.id<EvidenceId>("evidence_id"));
  const std::filesystem::path path = folder + "/filing_" + call.request.id;
  http::SpooledFile file(path);
  const auto stored = YZ_TRY(filings.restore_file(id, evidence, path.string()));
  return send_document(call, std::move(file), stored.media_type, stored.name, {{"file_name", stored.name}});
}

void add_reads(Catalogue& catalogue, Signatures& signatures) {
  catalogue.route<FromQuery<ListSignatures>, SignaturePage>(
      {.path = "/api/v1/signatures",
       .operation_id = "listSignatures",
       .tag = "signatures",
       .summary = "Signatures with how each is filed, newest first",
       .permission = Permission::kSignatureRead,
       .exported = true},
      [&signatures](Call&, const ListSignatures& query) { return signatures.list(query); });
  catalogue.route<None, SignatureView>(
      {.path = "/api/v1/signatures/{signature_id}",
       .operation_id = "getSignature",
       .tag = "signatures",
       .summary = "One signature with its decisions, documents, filings and contents",
       .permission = Permission::kSignatureRead},
      [&signatures](Call& call) -> Result<SignatureView> {
        return signatures.get(call.principal(), YZ_TRY(call.id<SignatureId>(kId)));
      });
}

void add_asking(Catalogue& catalogue, Signatures& signatures) {
  catalogue.route<SignatureDraft, SignatureView>({.method = Method::kPost,
                                                  .path = "/api/v1/signatures",
                                                  .operation_id = "createSignature",
                                                  .tag = "signatures",
                                                  .summary = "Write down a signature to ask for",
                                                  .permission = Permission::kSignatureWrite,
                                                  .audit = AuditClass::kChange,
                                                  .status = 201,
                                                  .idempotency = Idempotency::kByKey},
                                                 [&signatures](Call& call, const SignatureDraft& draft) {
                                                   return signatures.create(call.principal(), draft);
                                                 });
  catalogue.route<SignatureDraft, SignatureView>(
      {.method = Method::kPut,
       .path = "/api/v1/signatures/{signature_id}",
       .operation_id = "editSignature",
       .tag = "signatures",
       .summary = "Change one that is not in use; of one that is, the explanation and the documents",
       .permission = Permission::kSignatureWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&signatures](Call& call, const SignatureDraft& draft) -> Result<SignatureView> {
        const auto id = YZ_TRY(call.id<SignatureId>(kId));
        return signatures.edit(call.principal(), id, call.if_match, draft);
      });
  catalogue.route<None, SignatureView>({.method = Method::kPost,
                                        .path = "/api/v1/signatures/{signature_id}/submit",
                                        .operation_id = "submitSignature",
                                        .tag = "signatures",
                                        .summary = "Ask compliance for it",
                                        .permission = Permission::kSignatureWrite,
                                        .audit = AuditClass::kChange,
                                        .precondition = Precondition::kAccepted},
                                       [&signatures](Call& call) -> Result<SignatureView> {
                                         const auto id = YZ_TRY(call.id<SignatureId>(kId));
                                         return signatures.submit(call.principal(), id, call.if_match);
                                       });
}

using Decide = Result<SignatureView> (Signatures::*)(const service::Principal&, SignatureId,
                                                     std::optional<int64_t>, const StatedReason&);

struct Decision {
  const char* word;
  const char* operation_id;
  const char* summary;
  Decide decide;
};
constexpr Decision kDecisions[] = {
    {"approve", "approveSignature", "Approve it, with an opinion; not by whoever asked for it",
     &Signatures::approve},
    {"reject", "rejectSignature", "Reject it, saying why", &Signatures::reject},
    {"suspend", "suspendSignature", "Nothing leaves under it until it is resumed", &Signatures::suspend},
    {"resume", "resumeSignature", "A suspended one may be used again", &Signatures::resume},
    {"withdraw", "withdrawSignature", "Nothing leaves under it any more", &Signatures::withdraw},
};

void add_decisions(Catalogue& catalogue, Signatures& signatures) {
  for (const Decision& decision : kDecisions)
    catalogue.route<StatedReason, SignatureView>(
        {.method = Method::kPost,
         .path = std::string("/api/v1/signatures/{signature_id}/") + decision.word,
         .operation_id = decision.operation_id,
         .tag = "signatures",
         .summary = decision.summary,
         .permission = Permission::kSignatureReview,
         .audit = AuditClass::kChange,
         .precondition = Precondition::kAccepted},
        [&signatures, decide = decision.decide](Call& call,
                                                const StatedReason& request) -> Result<SignatureView> {
          const auto id = YZ_TRY(call.id<SignatureId>(kId));
          return (signatures.*decide)(call.principal(), id, call.if_match, request);
        });
}

void add_filings(Catalogue& catalogue, const SignatureFilingRegister& filings) {
  catalogue.route<None, SignatureFilings>({.path = "/api/v1/signatures/{signature_id}/filings",
                                           .operation_id = "listSignatureFilings",
                                           .tag = "signatures",
                                           .summary = "How it stands with the carrier behind every channel",
                                           .permission = Permission::kSignatureRead},
                                          [&filings](Call& call) -> Result<SignatureFilings> {
                                            return filings.list(YZ_TRY(call.id<SignatureId>(kId)));
                                          });
  catalogue.route<SetFiling, SignatureFilingView>(
      {.method = Method::kPut,
       .path = "/api/v1/signatures/{signature_id}/filings/{channel_id}",
       .operation_id = "setSignatureFiling",
       .tag = "signatures",
       .summary = "Enter how it stands with the carrier behind a channel",
       .description =
           "It holds at once: routes pass over channels that may not carry a signature, and what has "
           "no channel left stops.",
       .permission = Permission::kSignatureFile,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&filings](Call& call, const SetFiling& request) -> Result<SignatureFilingView> {
        const auto id = YZ_TRY(call.id<SignatureId>(kId));
        const auto channel = YZ_TRY(call.id<ChannelId>("channel_id"));
        return filings.set(call.principal(), id, channel, call.if_match, request);
      });
  catalogue.route<FromUpload, SignatureFilingView>(
      {.method = Method::kPost,
       .path = "/api/v1/signatures/{signature_id}/filings/{channel_id}/file",
       .operation_id = "attachSignatureFilingFile",
       .tag = "signatures",
       .summary = "The evidence of a filing as it stands",
       .description = "A form with the file: a PDF, PNG or JPEG of at most 10 MiB.",
       .permission = Permission::kSignatureFile,
       .audit = AuditClass::kChange,
       .body_limit_bytes = limits::kQualificationBytes + limits::kHttpBodyBytes},
      [&filings](Call& call, http::Upload& upload) -> Result<SignatureFilingView> {
        const auto id = YZ_TRY(call.id<SignatureId>(kId));
        const auto channel = YZ_TRY(call.id<ChannelId>("channel_id"));
        const std::string name = upload.file_name.empty() ? "filing" : upload.file_name;
        return filings.attach(call.principal(), id, channel, upload.file.path().string(), name);
      });
}

}  // namespace

void add_signature_routes(Catalogue& catalogue, Signatures& signatures,
                          const SignatureFilingRegister& filings, std::string temporary_folder) {
  add_reads(catalogue, signatures);
  add_asking(catalogue, signatures);
  add_decisions(catalogue, signatures);
  add_filings(catalogue, filings);
  catalogue.route<None, http::Response>(
      {.path = "/api/v1/signatures/{signature_id}/filing_files/{evidence_id}",
       .operation_id = "getSignatureFilingFile",
       .tag = "signatures",
       .summary = "A filing's evidence as it came",
       .description = "Audited as export.getSignatureFilingFile.",
       .permission = Permission::kSignatureRead,
       .response_type = "application/octet-stream"},
      [&filings, folder = std::move(temporary_folder)](Call& call) {
        return file_of(filings, call, folder);
      });
}

}  // namespace yizhan::api
