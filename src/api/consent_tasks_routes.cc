#include "api/customers_routes.h"
#include "service/principal.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ConfirmConsent;
using service::ConsentLedgerPage;
using service::ConsentTaskPage;
using service::ConsentTaskView;
using service::ListConsentLedger;
using service::ListConsentTasks;
using service::RefuteConsent;
using service::RequestConsentTask;
using service::StatedReason;

namespace {

// What happens to an open task: whoever sends If-Match does it to the version that he has seen.
Spec decision(std::string what, std::string operation_id, std::string summary, Permission permission) {
  return {.method = Method::kPost,
          .path = "/api/v1/consent_tasks/{consent_task_id}/" + what,
          .operation_id = std::move(operation_id),
          .tag = "consents",
          .summary = std::move(summary),
          .permission = permission,
          .audit = AuditClass::kChange,
          .precondition = Precondition::kAccepted};
}

void add_readers(Catalogue& catalogue, const service::ConsentTasks& tasks) {
  catalogue.route<FromQuery<ListConsentTasks>, ConsentTaskPage>(
      {.path = "/api/v1/consent_tasks",
       .operation_id = "listConsentTasks",
       .tag = "consents",
       .summary = "Consents to confirm, the soonest due first",
       .permission = Permission::kConsentRead},
      [&tasks](Call&, const ListConsentTasks& query) { return tasks.list(query); });
  catalogue.route<None, ConsentTaskView>(
      {.path = "/api/v1/consent_tasks/{consent_task_id}",
       .operation_id = "getConsentTask",
       .tag = "consents",
       .summary = "Read a confirmation task",
       .permission = Permission::kConsentRead},
      [&tasks](Call& call) -> Result<ConsentTaskView> {
        return tasks.get(YZ_TRY(call.id<ConsentTaskId>("consent_task_id")));
      });
}

void add_decisions(Catalogue& catalogue, const service::ConsentTasks& tasks) {
  catalogue.route<ConfirmConsent, ConsentTaskView>(
      decision("confirm", "confirmConsentTask", "The customer confirms: consent is recorded",
               Permission::kConsentConfirm),
      [&tasks](Call& call, const ConfirmConsent& answer) -> Result<ConsentTaskView> {
        const auto id = YZ_TRY(call.id<ConsentTaskId>("consent_task_id"));
        return tasks.confirm(call.principal(), id, call.if_match, answer);
      });
  catalogue.route<RefuteConsent, ConsentTaskView>(
      decision("refute", "refuteConsentTask",
               "The customer denies: withdrawal is recorded, sending stops at once",
               Permission::kConsentConfirm),
      [&tasks](Call& call, const RefuteConsent& answer) -> Result<ConsentTaskView> {
        const auto id = YZ_TRY(call.id<ConsentTaskId>("consent_task_id"));
        return tasks.refute(call.principal(), id, call.if_match, answer);
      });
  catalogue.route<StatedReason, ConsentTaskView>(
      decision("cancel", "cancelConsentTask", "The question is taken back", Permission::kConsentRequest),
      [&tasks](Call& call, const StatedReason& why) -> Result<ConsentTaskView> {
        const auto id = YZ_TRY(call.id<ConsentTaskId>("consent_task_id"));
        return tasks.cancel(call.principal(), id, call.if_match, why);
      });
}

}  // namespace

void add_consent_task_routes(Catalogue& catalogue, const service::ConsentTasks& tasks) {
  catalogue.route<RequestConsentTask, ConsentTaskView>(
      {.method = Method::kPost,
       .path = "/api/v1/consent_tasks",
       .operation_id = "requestConsentTask",
       .tag = "consents",
       .summary = "Ask customer service to confirm a consent",
       .permission = Permission::kConsentRequest,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&tasks](Call& call, const RequestConsentTask& request) {
        return tasks.request(call.principal(), request);
      });
  add_readers(catalogue, tasks);
  add_decisions(catalogue, tasks);
}

void add_consent_ledger_routes(Catalogue& catalogue, const service::ConsentLedgerList& ledger) {
  catalogue.route<FromQuery<ListConsentLedger>, ConsentLedgerPage>(
      {.path = "/api/v1/consents",
       .operation_id = "listConsentLedger",
       .tag = "consents",
       .summary = "The consent ledger, the newest first",
       .description = "By the time of recording. A page looks at no more than " +
                      std::to_string(limits::kLedgerRowsLookedAt) +
                      " entries: it may hold fewer than `limit` entries, even none, and still have "
                      "`next_after`.",
       .permission = Permission::kConsentRead},
      [&ledger](Call&, const ListConsentLedger& query) { return ledger.list(query); });
}

}  // namespace yizhan::api
