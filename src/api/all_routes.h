#pragma once
// The whole API but for what the process itself answers (liveness, metrics, its own description): filled here
// for the server and for the tests that look at every route, so that none is served unseen. Called once at
// start.

#include <string>

#include "api/access.h"
#include "api/campaign_events.h"
#include "api/catalogue.h"
#include "service/audit.h"
#include "service/campaigns.h"
#include "service/channels.h"
#include "service/consents.h"
#include "service/contents.h"
#include "service/customers.h"
#include "service/identity.h"
#include "service/imports.h"
#include "service/monitor.h"
#include "service/pre_send_tests.h"
#include "service/reports.h"
#include "service/segments.h"
#include "service/settings.h"
#include "service/test_handsets.h"

namespace yizhan::api {

// All of them outlive the catalogue.
struct Services {
  service::Identity& identity;
  Access& access;
  const service::Audit& audit;
  const service::Settings& settings;
  service::Imports& imports;
  const service::Customers& customers;
  const service::Consents& consents;
  const service::Segments& segments;
  const service::TestHandsets& handsets;
  service::Contents& contents;
  service::Channels& channels;
  service::Campaigns& campaigns;
  service::PreSendTests& tests;
  service::Reports& reports;
  service::Monitor& monitor;
  CampaignEvents& events;
  std::string spool;  // folder for files on their way out
};

void add_all_routes(Catalogue& catalogue, const Services& services);

}  // namespace yizhan::api
