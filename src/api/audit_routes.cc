#include "api/audit_routes.h"

namespace yizhan::api {

namespace {}  // namespace

void add_audit_routes(Catalogue& catalogue, const service::Audit& audit) {
  catalogue.route<FromQuery<service::ListAudit>, service::AuditPage>(
      {.path = "/api/v1/audit_entries",
       .operation_id = "listAuditEntries",
       .tag = "audit",
       .summary = "List audit entries, the newest first",
       .permission = domain::Permission::kAuditRead,
       .exported = true},
      [&audit](Call&, const service::ListAudit& list) { return audit.list(list); });
  catalogue.route<None, service::AuditCheckView>(
      {.method = http::Method::kPost,
       .path = "/api/v1/audit_entries/verify",
       .operation_id = "verifyAudit",
       .tag = "audit",
       .summary = "Check that nobody changed the audit log",
       .description = "Reads the whole log and recomputes every hash; says where the chain breaks.",
       .permission = domain::Permission::kAuditRead,
       .audit = AuditClass::kSecurity},
      [&audit](Call& call) { return audit.verify(call.principal()); });
}

}  // namespace yizhan::api
