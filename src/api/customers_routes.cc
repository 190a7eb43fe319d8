#include "api/customers_routes.h"

#include "service/principal.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ChangeCustomer;
using service::CreateCustomer;
using service::CustomerPage;
using service::CustomerView;
using service::ListCustomers;
using service::LookUpCustomer;
using service::RevealedCustomer;
using service::StatedReason;

namespace {

Result<CustomerView> change(const service::Customers& customers, Call& call, const ChangeCustomer& request) {
  const auto id = YZ_TRY(call.id<CustomerId>("customer_id"));
  const int64_t version = call.if_match ? *call.if_match : YZ_TRY(customers.get(id)).version;
  return customers.change(call.principal(), id, version, request);
}

void add_readers(Catalogue& catalogue, const service::Customers& customers) {
  catalogue.route<FromQuery<ListCustomers>, CustomerPage>(
      {.path = "/api/v1/customers",
       .operation_id = "listCustomers",
       .tag = "customers",
       .summary = "Customers, masked",
       .permission = Permission::kCustomerRead,
       .exported = true},
      [&customers](Call&, const ListCustomers& query) { return customers.list(query); });
  catalogue.route<None, CustomerView>({.path = "/api/v1/customers/{customer_id}",
                                       .operation_id = "getCustomer",
                                       .tag = "customers",
                                       .summary = "A customer, masked",
                                       .permission = Permission::kCustomerRead},
                                      [&customers](Call& call) -> Result<CustomerView> {
                                        return customers.get(YZ_TRY(call.id<CustomerId>("customer_id")));
                                      });
  catalogue.route<LookUpCustomer, CustomerPage>(
      {.method = Method::kPost,
       .path = "/api/v1/customers/look_up",
       .operation_id = "lookUpCustomer",
       .tag = "customers",
       .summary = "Customers by their exact number or name",
       .description = "In a body, for numbers and names do not belong into addresses.",
       .permission = Permission::kCustomerRead,
       .audit = AuditClass::kPersonal},
      [&customers](Call& call, const LookUpCustomer& request) {
        return customers.look_up(call.principal(), request);
      });
  catalogue.route<StatedReason, RevealedCustomer>(
      {.method = Method::kPost,
       .path = "/api/v1/customers/{customer_id}/reveal",
       .operation_id = "revealCustomer",
       .tag = "customers",
       .summary = "Number and profile in clear, for a stated reason",
       .permission = Permission::kCustomerReveal,
       .audit = AuditClass::kPersonal},
      [&customers](Call& call, const StatedReason& request) -> Result<RevealedCustomer> {
        return customers.reveal(call.principal(), YZ_TRY(call.id<CustomerId>("customer_id")), request);
      });
}

}  // namespace

void add_customer_routes(Catalogue& catalogue, const service::Customers& customers) {
  add_readers(catalogue, customers);
  catalogue.route<CreateCustomer, CustomerView>({.method = Method::kPost,
                                                 .path = "/api/v1/customers",
                                                 .operation_id = "createCustomer",
                                                 .tag = "customers",
                                                 .summary = "Add a customer",
                                                 .permission = Permission::kConsentRecord,
                                                 .audit = AuditClass::kChange,
                                                 .status = 201,
                                                 .idempotency = Idempotency::kByKey},
                                                [&customers](Call& call, const CreateCustomer& request) {
                                                  return customers.create(call.principal(), request);
                                                });
  catalogue.route<ChangeCustomer, CustomerView>(
      {.method = Method::kPatch,
       .path = "/api/v1/customers/{customer_id}",
       .operation_id = "changeCustomer",
       .tag = "customers",
       .summary = "Change a customer's profile",
       .permission = Permission::kConsentRecord,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&customers](Call& call, const ChangeCustomer& request) { return change(customers, call, request); });
}

void add_preference_routes(Catalogue& catalogue, const service::Preferences& preferences) {
  constexpr const char* kPath = "/api/v1/customers/{customer_id}/preference";
  catalogue.route<None, service::CustomerPreference>(
      {.path = kPath,
       .operation_id = "getCustomerPreference",
       .tag = "customers",
       .summary = "How many messages the customer wants, and what was said of it before",
       .permission = Permission::kCustomerRead},
      [&preferences](Call& call) -> Result<service::CustomerPreference> {
        return preferences.get(YZ_TRY(call.id<CustomerId>("customer_id")));
      });
  catalogue.route<service::StatePreference, service::CustomerPreference>(
      {.method = Method::kPut,
       .path = kPath,
       .operation_id = "stateCustomerPreference",
       .tag = "customers",
       .summary = "Record how many messages the customer wants from now on",
       .description = "All rules at once; none = the company's alone. The stricter of the two always wins.",
       .permission = Permission::kPreferenceWrite,
       .audit = AuditClass::kChange},
      [&preferences](Call& call,
                     const service::StatePreference& wish) -> Result<service::CustomerPreference> {
        return preferences.state(call.principal(), YZ_TRY(call.id<CustomerId>("customer_id")), wish);
      });
}

}  // namespace yizhan::api
