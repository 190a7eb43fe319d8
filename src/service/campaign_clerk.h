#pragma once
// Does what falls due by itself: starts scheduled campaigns, decides tests whose receipts are in, closes
// campaigns whose last message is final and makes their report. One thread of its own; everything it does is
// a transaction that can be repeated. What fails for one campaign is logged and does not keep it from the
// others.

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "service/campaigns.h"
#include "service/pre_send_tests.h"
#include "service/reports.h"

namespace yizhan::service {

class CampaignClerk {
 public:
  CampaignClerk(const store::Store& store, engine::Engine& engine, PreSendTests& tests, Reports& reports)
      : store_(store), engine_(engine), tests_(tests), reports_(reports) {}
  ~CampaignClerk() { stop(); }

  void start();
  void stop();

  // One round over everything that is due.
  Result<> round();

 private:
  Result<> start_if_due(CampaignId id);
  Result<> refuse_start(db::Tx& tx, const CampaignRow& row, domain::CampaignState back_to,
                        std::string_view reason);
  Result<> settle(CampaignId id);
  void note(const std::string& what, const Result<>& done);

  const store::Store& store_;
  engine::Engine& engine_;
  PreSendTests& tests_;
  Reports& reports_;
  std::set<std::string> faults_, faults_before_;  // of this round and the last: logged once, not every round

  std::mutex mutex_;
  std::condition_variable condition_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yizhan::service
