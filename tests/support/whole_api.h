#pragma once
// Every service behind the API over one store, and all routes over them. Single thread.

#include <boost/asio/io_context.hpp>
#include <string>

#include "api/all_routes.h"
#include "support/test_database.h"

namespace yizhan::testing {

class WholeApi {
 public:
  // The store and the identity outlive it. Without a screener no content can be saved.
  WholeApi(const store::Store& store, service::Identity& identity,
           std::shared_ptr<const screen::Screener> screener = nullptr)
      : identity_(identity),
        engine_(store, io_, {}),
        evidence_(store, folder_.file("evidence")),
        audit_(store),
        settings_(store),
        imports_(store, evidence_),
        customers_(store),
        consents_(store, evidence_),
        segments_(store),
        handsets_(store),
        contents_(store, std::move(screener)),
        channels_(store, engine_),
        campaigns_(store, engine_),
        tests_(store, engine_),
        reports_(store),
        monitor_(store, engine_),
        events_(monitor_) {
    std::filesystem::create_directories(spool());
  }

  void add_routes(api::Catalogue& catalogue, api::Access& access) {
    api::add_all_routes(catalogue, {identity_, access, audit_, settings_, imports_, customers_, consents_,
                                    segments_, handsets_, contents_, channels_, campaigns_, tests_, reports_,
                                    monitor_, events_, spool()});
  }
  std::string spool() const { return folder_.file("spool"); }
  api::CampaignEvents& events() { return events_; }
  service::Imports& imports() { return imports_; }

 private:
  TemporaryFolder folder_;
  boost::asio::io_context io_;
  service::Identity& identity_;
  engine::Engine engine_;
  service::EvidenceFiles evidence_;
  service::Audit audit_;
  service::Settings settings_;
  service::Imports imports_;
  service::Customers customers_;
  service::Consents consents_;
  service::Segments segments_;
  service::TestHandsets handsets_;
  service::Contents contents_;
  service::Channels channels_;
  service::Campaigns campaigns_;
  service::PreSendTests tests_;
  service::Reports reports_;
  service::Monitor monitor_;
  api::CampaignEvents events_;
};

}  // namespace yizhan::testing
