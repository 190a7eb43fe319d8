#pragma once
// The send report (policy 4.1.5): frozen, numbered, made from the ledger's rows alone, acknowledged by
// marketing. Blocking; any thread.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "service/campaigns.h"
#include "service/principal.h"
#include "service/words.h"
#include "store/store.h"

namespace yizhan::service {

struct CarrierCount {
  std::string carrier;
  std::map<std::string, int64_t> by_state;
  int64_t segments = 0;
};
BOOST_DESCRIBE_STRUCT(CarrierCount, (), (carrier, by_state, segments))

struct CodeCount {
  std::string stage, code, cause, remedy;
  int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(CodeCount, (), (stage, code, cause, remedy, count))

// The carriers' codes that a batch met, each with what it means at the provider of the batch's channel; cause
// and remedy are empty where the table of codes has no such code.
Result<std::vector<CodeCount>> codes_met(db::Tx& tx, int64_t batch_id);

// Every number counts rows of the ledger; `by_state` sums to `targeted`, each of the others to its state.
struct ReportBody {
  CampaignId campaign_id;
  std::string campaign_name, goal;
  domain::CampaignState outcome = domain::CampaignState::kCompleted;
  Bytes content_hash, audience_hash, binding_hash;
  Time started_at, first_submitted_at, last_submitted_at, finished_at;
  double duration_seconds = 0;
  int64_t targeted = 0;
  std::map<std::string, int64_t> by_state;
  std::map<std::string, int64_t> refused_by_reason;
  std::map<std::string, int64_t> failed_by_reason;
  std::map<std::string, int64_t> unresolved_by_reason;  // expired, unknown
  std::vector<CarrierCount> by_carrier;
  std::vector<CodeCount> by_code;
  int64_t segments = 0;  // of messages that left
  int64_t attempts = 0;
  std::map<std::string, int64_t> replies;  // by kind
};
BOOST_DESCRIBE_STRUCT(ReportBody, (),
                      (campaign_id, campaign_name, goal, outcome, content_hash, audience_hash, binding_hash,
                       started_at, first_submitted_at, last_submitted_at, finished_at, duration_seconds,
                       targeted, by_state, refused_by_reason, failed_by_reason, unresolved_by_reason,
                       by_carrier, by_code, segments, attempts, replies))

struct ReportView {
  ReportId id;
  std::string number;
  ReportBody body;
  Bytes hash;
  Time created_at;
  std::optional<UserId> acknowledged_by;
  std::optional<Time> acknowledged_at;
};
BOOST_DESCRIBE_STRUCT(ReportView, (), (id, number, body, hash, created_at, acknowledged_by, acknowledged_at))

struct ReportPage {
  std::vector<ReportView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ReportPage, (), (items, next_after))

class Reports {
 public:
  explicit Reports(const store::Store& store) : store_(store) {}

  Result<ReportView> get(ReportId id);
  Result<ReportPage> list(std::optional<ReportId> after, int64_t limit);
  Result<ReportView> acknowledge(const Principal& who, ReportId id);
  // The report as a table of (section, name, value); CSV as text, XLSX written to `path`.
  Result<std::string> csv(ReportId id);
  Result<> xlsx(ReportId id, const std::string& path);
  // For people, in the console's words; the same bytes whenever it is asked for. kUnavailable without the
  // font.
  Result<std::string> pdf(ReportId id, Language language);

  // Makes the report of a campaign whose messages are all final. kCorrupt if its numbers do not sum: then
  // there is none.
  Result<ReportId> make(db::Tx& tx, const CampaignRow& row);

 private:
  Result<ReportBody> compose(db::Tx& tx, const CampaignRow& row);
  const store::Store& store_;
};

}  // namespace yizhan::service
