#include "api/all_routes.h"

#include "api/audit_routes.h"
#include "api/campaign_routes.h"
#include "api/channel_routes.h"
#include "api/content_routes.h"
#include "api/customers_routes.h"
#include "api/identity_routes.h"
#include "api/monitor_routes.h"
#include "api/report_routes.h"
#include "api/settings_routes.h"
#include "api/test_routes.h"

namespace yizhan::api {

void add_all_routes(Catalogue& catalogue, const Services& services) {
  add_identity_routes(catalogue, services.identity, services.access);
  add_audit_routes(catalogue, services.audit);
  add_settings_routes(catalogue, services.settings);
  add_import_routes(catalogue, services.imports, services.spool);
  add_customer_routes(catalogue, services.customers);
  add_consent_routes(catalogue, services.consents, services.spool);
  add_segment_routes(catalogue, services.segments);
  add_test_handset_routes(catalogue, services.handsets);
  add_content_routes(catalogue, services.contents);
  add_channel_routes(catalogue, services.channels);
  add_campaign_routes(catalogue, services.campaigns);
  add_test_routes(catalogue, services.tests);
  add_report_routes(catalogue, services.reports, services.spool);
  add_monitor_routes(catalogue, services.monitor, services.events);
}

}  // namespace yizhan::api
