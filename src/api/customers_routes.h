#pragma once
// Routes of customers: imports, customers, consent and its evidence, the suppression list, segments, test
// handsets. Called once at start; the services outlive the catalogue.

#include <string>

#include "api/catalogue.h"
#include "service/consent_ledger_list.h"
#include "service/consent_tasks.h"
#include "service/consents.h"
#include "service/customer_messages.h"
#include "service/customers.h"
#include "service/imports.h"
#include "service/preferences.h"
#include "service/segments.h"
#include "service/test_handsets.h"

namespace yizhan::api {

// Downloads are written to `temporary_folder` first and deleted as they are sent.
void add_import_routes(Catalogue& catalogue, service::Imports& imports, std::string temporary_folder);
void add_customer_routes(Catalogue& catalogue, const service::Customers& customers);
void add_preference_routes(Catalogue& catalogue, const service::Preferences& preferences);
void add_consent_routes(Catalogue& catalogue, const service::Consents& consents,
                        std::string temporary_folder);
void add_customer_message_routes(Catalogue& catalogue, const service::CustomerMessages& messages);
void add_consent_task_routes(Catalogue& catalogue, const service::ConsentTasks& tasks);
void add_consent_ledger_routes(Catalogue& catalogue, const service::ConsentLedgerList& ledger);
void add_segment_routes(Catalogue& catalogue, const service::Segments& segments);
void add_test_handset_routes(Catalogue& catalogue, const service::TestHandsets& handsets);

}  // namespace yizhan::api
