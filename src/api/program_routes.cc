#include "api/program_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ApplicationKeys;
using service::ProgramMessages;
using service::TemplateAnswer;
using service::Webhooks;

namespace {

constexpr const char* kMessages = "program messages";
constexpr const char* kVerifications = "program verifications";
constexpr const char* kApplications = "applications";

// The problem of one message, with the gate's reason.
http::Response refusal_response(const service::Refusal& refusal, std::string_view request_id) {
  http::Problem problem{.error = refusal.error, .errors = {}, .extensions = {}, .headers = {}};
  if (refusal.reason != domain::Reason::kNone) problem.extensions["reason"] = name_of(refusal.reason);
  return http::problem_response(problem, request_id);
}

// What a call is answered with when it is on disk; `body` makes the JSON of a good answer.
template <class Body>
ProgramMessages::Answered answer_with(const Call& call, http::Reply&& reply, Body body) {
  return [reply = std::move(reply), id = call.request.id, status = call.entry.status,
          body = std::move(body)](Result<TemplateAnswer> answer) mutable {
    if (!answer) return reply(http::problem_response(answer.error(), id));
    if (answer->kind == TemplateAnswer::Kind::kRefused) return reply(refusal_response(answer->refusal, id));
    http::Response response = http::json_response(status, body(*answer));
    if (answer->kind == TemplateAnswer::Kind::kKnown)
      response.headers.push_back({"Idempotency-Replayed", "true"});
    reply(std::move(response));
  };
}

void add_submit(Catalogue& catalogue, ProgramMessages& messages) {
  catalogue.deferred_route<service::SubmitMessage, service::SubmittedMessage>(
      {.method = Method::kPost,
       .path = "/api/v1/messages",
       .operation_id = "submitMessage",
       .tag = kMessages,
       .summary = "Submit a message: an approved content with values for its variables",
       .description =
           "Answered when the message is on disk and has passed the gates, which are asked again when it "
           "leaves. A repetition with the same Idempotency-Key (kept for 48 hours) or the same `reference` "
           "gets the first answer; what was refused is judged anew.",
       .callers = Callers::kPrograms,
       .audit = AuditClass::kLedger,
       .status = 202,
       .idempotency = Idempotency::kByKey},
      [&messages](Call& call, service::SubmitMessage&& message, http::Reply reply) {
        auto body = [reference = message.reference](const TemplateAnswer& answer) mutable {
          return json::encode(service::SubmittedMessage{MessageId{answer.message_id}, std::move(reference)});
        };
        auto answered = answer_with(call, std::move(reply), std::move(body));
        messages.submit(call.caller(), std::move(message), call.idempotency_key, std::move(answered));
      });
  catalogue.route<service::SubmitMessages, service::SubmittedMessages>(
      {.method = Method::kPost,
       .path = "/api/v1/messages/batch",
       .operation_id = "submitMessages",
       .tag = kMessages,
       .summary = "Submit up to 1,000 messages in one call",
       .description = "Each is taken or refused by itself and answered at its place. The call as a whole is "
                      "over the key's rate or not.",
       .callers = Callers::kPrograms,
       .audit = AuditClass::kLedger,
       .status = 202,
       .idempotency = Idempotency::kByKey,
       .body_limit_bytes = limits::kProgramBatchBytes},
      [&messages](Call& call, const service::SubmitMessages& request) {
        return messages.submit_all(call.caller(), service::SubmitMessages(request), call.idempotency_key);
      });
}

void add_verifications(Catalogue& catalogue, ProgramMessages& messages) {
  catalogue.deferred_route<service::StartVerification, service::StartedVerification>(
      {.method = Method::kPost,
       .path = "/api/v1/verifications",
       .operation_id = "startVerification",
       .tag = kVerifications,
       .summary = "Draw a code and send it to a number",
       .description = "By a content of class verification. A newer code of the same number replaces the one "
                      "before it.",
       .callers = Callers::kPrograms,
       .audit = AuditClass::kLedger,
       .status = 202,
       .idempotency = Idempotency::kByKey},
      [&messages](Call& call, service::StartVerification&& request, http::Reply reply) {
        auto answered = answer_with(call, std::move(reply), [](const TemplateAnswer& answer) {
          return json::encode(service::StartedVerification{VerificationId{answer.verification_id},
                                                           MessageId{answer.message_id}, answer.expires_at});
        });
        messages.start(call.caller(), request, call.idempotency_key, std::move(answered));
      });
  catalogue.route<service::CheckVerification, service::CheckedVerification>(
      {.method = Method::kPost,
       .path = "/api/v1/verifications/{verification_id}/check",
       .operation_id = "checkVerification",
       .tag = kVerifications,
       .summary = "Whether this is the code that was sent; uses up one attempt",
       .callers = Callers::kPrograms,
       .audit = AuditClass::kLedger},
      [&messages](Call& call,
                  const service::CheckVerification& given) -> Result<service::CheckedVerification> {
        const auto id = YZ_TRY(call.id<VerificationId>("verification_id"));
        return messages.check(call.caller(), id, given);
      });
}

void add_webhook_settings(Catalogue& catalogue, Webhooks& webhooks) {
  catalogue.route<None, service::WebhookView>(
      {.path = "/api/v1/applications/{application_id}/webhook",
       .operation_id = "getWebhook",
       .tag = kApplications,
       .summary = "Where an application is told of receipts and replies",
       .permission = Permission::kApplicationRead},
      [&webhooks](Call& call) -> Result<service::WebhookView> {
        return webhooks.get(YZ_TRY(call.id<ApplicationId>("application_id")));
      });
  catalogue.route<service::WebhookSpec, service::WebhookWithSecret>(
      {.method = Method::kPut,
       .path = "/api/v1/applications/{application_id}/webhook",
       .operation_id = "putWebhook",
       .tag = kApplications,
       .summary = "Say where an application is told of receipts and replies",
       .description = "The answer to the first call holds the secret of the signatures, this once.",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&webhooks](Call& call, const service::WebhookSpec& spec) -> Result<service::WebhookWithSecret> {
        const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
        return webhooks.put(call.principal(), id, call.if_match, spec);
      });
  catalogue.route<None, service::WebhookWithSecret>(
      {.method = Method::kPost,
       .path = "/api/v1/applications/{application_id}/webhook/secret",
       .operation_id = "renewWebhookSecret",
       .tag = kApplications,
       .summary = "Make a new secret for the signatures of a webhook",
       .description = "Shown in this answer only; what is sent from now on is signed with it.",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kSecurity},
      [&webhooks](Call& call) -> Result<service::WebhookWithSecret> {
        const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
        return webhooks.renew_secret(call.principal(), id);
      });
}

void add_dead_letters(Catalogue& catalogue, Webhooks& webhooks) {
  catalogue.route<FromQuery<service::ListDeliveries>, service::DeliveryPage>(
      {.path = "/api/v1/applications/{application_id}/deliveries",
       .operation_id = "listDeliveries",
       .tag = kApplications,
       .summary = "List receipts and replies that wait for an application",
       .permission = Permission::kApplicationRead},
      [&webhooks](Call& call, const service::ListDeliveries& request) -> Result<service::DeliveryPage> {
        return webhooks.deliveries(YZ_TRY(call.id<ApplicationId>("application_id")), request);
      });
  catalogue.route<FromQuery<service::ListDeliveries>, service::DeadLetterPage>(
      {.path = "/api/v1/applications/{application_id}/dead_letters",
       .operation_id = "listDeadLetters",
       .tag = kApplications,
       .summary = "List receipts and replies that no webhook took",
       .permission = Permission::kApplicationRead,
       .exported = true},
      [&webhooks](Call& call, const service::ListDeliveries& request) -> Result<service::DeadLetterPage> {
        return webhooks.dead_letters(YZ_TRY(call.id<ApplicationId>("application_id")), request);
      });
  const auto add = [&](const char* verb, const char* operation_id, const char* summary, auto deed) {
    catalogue.route<service::ChooseDeadLetters, service::ChosenDeadLetters>(
        {.method = Method::kPost,
         .path = std::string("/api/v1/applications/{application_id}/dead_letters/") + verb,
         .operation_id = operation_id,
         .tag = kApplications,
         .summary = summary,
         .permission = Permission::kApplicationWrite,
         .audit = AuditClass::kChange},
        [&webhooks, deed](Call& call,
                          const service::ChooseDeadLetters& chosen) -> Result<service::ChosenDeadLetters> {
          const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
          return (webhooks.*deed)(call.principal(), id, chosen);
        });
  };
  add("redeliver", "redeliverDeadLetters", "Send dead letters once more", &Webhooks::redeliver);
  add("discard", "discardDeadLetters", "Delete dead letters", &Webhooks::discard);
}

}  // namespace

void add_program_routes(Catalogue& catalogue, ProgramMessages& messages) {
  add_submit(catalogue, messages);
  catalogue.route<FromQuery<service::ListProgramMessages>, service::ProgramMessagePage>(
      {.path = "/api/v1/messages",
       .operation_id = "listProgramMessages",
       .tag = kMessages,
       .summary = "List the application's own messages, the newest first, or find one by its reference",
       .callers = Callers::kPrograms},
      [&messages](Call& call, const service::ListProgramMessages& request) {
        return messages.list(call.caller(), request);
      });
  add_verifications(catalogue, messages);
}

void add_application_key_routes(Catalogue& catalogue, ApplicationKeys& keys) {
  catalogue.route<service::CreateApplicationKey, service::ApplicationKeyWithToken>(
      {.method = Method::kPost,
       .path = "/api/v1/applications/{application_id}/keys",
       .operation_id = "createApplicationKey",
       .tag = kApplications,
       .summary = "Make a key by which an application calls the API",
       .description = "The token is shown in this answer only.",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kSecurity,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&keys](Call& call,
              const service::CreateApplicationKey& request) -> Result<service::ApplicationKeyWithToken> {
        const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
        return keys.create(call.principal(), id, request);
      });
  catalogue.route<FromQuery<service::ListApplicationKeys>, service::ApplicationKeyPage>(
      {.path = "/api/v1/applications/{application_id}/keys",
       .operation_id = "listApplicationKeys",
       .tag = kApplications,
       .summary = "List the keys of an application",
       .permission = Permission::kApplicationRead},
      [&keys](Call& call,
              const service::ListApplicationKeys& request) -> Result<service::ApplicationKeyPage> {
        return keys.list(YZ_TRY(call.id<ApplicationId>("application_id")), request);
      });
  catalogue.route<None, service::ApplicationKeyView>(
      {.method = Method::kPost,
       .path = "/api/v1/applications/{application_id}/keys/{key_id}/revoke",
       .operation_id = "revokeApplicationKey",
       .tag = kApplications,
       .summary = "Let nobody call with this key any more",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kSecurity},
      [&keys](Call& call) -> Result<service::ApplicationKeyView> {
        const auto application = YZ_TRY(call.id<ApplicationId>("application_id"));
        return keys.revoke(call.principal(), application, YZ_TRY(call.id<ApplicationKeyId>("key_id")));
      });
}

void add_webhook_routes(Catalogue& catalogue, Webhooks& webhooks) {
  add_webhook_settings(catalogue, webhooks);
  add_dead_letters(catalogue, webhooks);
}

}  // namespace yizhan::api
