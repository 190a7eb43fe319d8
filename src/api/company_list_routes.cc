#include "api/company_list_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::AllowPhrasePage;
using service::AllowPhraseView;
using service::BrandPage;
using service::BrandView;
using service::GrantAllowPhrase;
using service::ListAllowPhrases;
using service::ListBrands;
using service::RequestAllowPhrase;
using service::StatedReason;

namespace {

constexpr const char* kPhrases = "/api/v1/allow_phrases";
constexpr const char* kPhraseId = "allow_phrase_id";

void add_phrase_decisions(Catalogue& catalogue, service::AllowPhrases& phrases) {
  catalogue.route<GrantAllowPhrase, AllowPhraseView>(
      {.method = Method::kPost,
       .path = "/api/v1/allow_phrases/{allow_phrase_id}/grant",
       .operation_id = "grantAllowPhrase",
       .tag = "screening",
       .summary =
           "Allow the phrase, at once: for some rules or all that may be allowed for, for a time or for good",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&phrases](Call& call, const GrantAllowPhrase& decision) -> Result<AllowPhraseView> {
        const auto id = YZ_TRY(call.id<AllowPhraseId>(kPhraseId));
        return phrases.grant(call.principal(), id, call.if_match, decision);
      });
  catalogue.route<StatedReason, AllowPhraseView>(
      {.method = Method::kPost,
       .path = "/api/v1/allow_phrases/{allow_phrase_id}/refuse",
       .operation_id = "refuseAllowPhrase",
       .tag = "screening",
       .summary = "Refuse to allow the phrase",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&phrases](Call& call, const StatedReason& why) -> Result<AllowPhraseView> {
        const auto id = YZ_TRY(call.id<AllowPhraseId>(kPhraseId));
        return phrases.refuse(call.principal(), id, call.if_match, why);
      });
  catalogue.route<StatedReason, AllowPhraseView>(
      {.method = Method::kPost,
       .path = "/api/v1/allow_phrases/{allow_phrase_id}/revoke",
       .operation_id = "revokeAllowPhrase",
       .tag = "screening",
       .summary = "Allow the phrase no more, at once",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&phrases](Call& call, const StatedReason& why) -> Result<AllowPhraseView> {
        const auto id = YZ_TRY(call.id<AllowPhraseId>(kPhraseId));
        return phrases.revoke(call.principal(), id, call.if_match, why);
      });
}

}  // namespace

void add_allow_phrase_routes(Catalogue& catalogue, service::AllowPhrases& phrases) {
  catalogue.route<FromQuery<ListAllowPhrases>, AllowPhrasePage>(
      {.path = kPhrases,
       .operation_id = "listAllowPhrases",
       .tag = "screening",
       .summary = "Phrases that are asked for, allowed, refused, the newest first",
       .permission = Permission::kContentRead,
       .exported = true},
      [&phrases](Call&, const ListAllowPhrases& request) { return phrases.list(request); });
  catalogue.route<RequestAllowPhrase, AllowPhraseView>(
      {.method = Method::kPost,
       .path = kPhrases,
       .operation_id = "requestAllowPhrase",
       .tag = "screening",
       .summary = "Hold a finding to be false: ask that an ordinary phrase be allowed for its rule",
       .description = "Not for checks, and not for rules that block what the law forbids anybody to send.",
       .permission = Permission::kContentWrite,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&phrases](Call& call, const RequestAllowPhrase& request) {
        return phrases.request(call.principal(), request);
      });
  add_phrase_decisions(catalogue, phrases);
}

void add_brand_routes(Catalogue& catalogue, service::Brands& brands) {
  catalogue.route<FromQuery<ListBrands>, BrandPage>(
      {.path = "/api/v1/brands",
       .operation_id = "listBrands",
       .tag = "screening",
       .summary = "Others' marks that screening looks for, and the company's own, the newest first",
       .permission = Permission::kContentRead,
       .exported = true},
      [&brands](Call&, const ListBrands& request) { return brands.list(request); });
  catalogue.route<service::BrandDraft, BrandView>(
      {.method = Method::kPost,
       .path = "/api/v1/brands",
       .operation_id = "addBrand",
       .tag = "screening",
       .summary = "Put a mark on the list; screening knows it at once",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&brands](Call& call, const service::BrandDraft& request) {
        return brands.add(call.principal(), request);
      });
  catalogue.route<service::BrandDraft, BrandView>(
      {.method = Method::kPut,
       .path = "/api/v1/brands/{brand_id}",
       .operation_id = "saveBrand",
       .tag = "screening",
       .summary = "Change a mark on the list; screening knows it at once",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&brands](Call& call, const service::BrandDraft& request) -> Result<BrandView> {
        const auto id = YZ_TRY(call.id<BrandId>("brand_id"));
        return brands.save(call.principal(), id, call.if_match, request);
      });
  catalogue.route<StatedReason, None>(
      {.method = Method::kPost,
       .path = "/api/v1/brands/{brand_id}/remove",
       .operation_id = "removeBrand",
       .tag = "screening",
       .summary = "Take a mark off the list, for a stated reason",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange},
      [&brands](Call& call, const StatedReason& why) -> Result<None> {
        YZ_CHECK(brands.remove(call.principal(), YZ_TRY(call.id<BrandId>("brand_id")), why));
        return None{};
      });
}

}  // namespace yizhan::api
