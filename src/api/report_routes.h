#pragma once
// Routes of the send reports. One call each, at start.

#include "api/catalogue.h"
#include "service/reports.h"

namespace yizhan::api {

// Workbooks are made in `spool_folder`, which exists, and deleted when they are sent.
void add_report_routes(Catalogue& catalogue, service::Reports& reports, const std::string& spool_folder);

}  // namespace yizhan::api
