#pragma once
// How the server stands, for those who run it: each part looked at now, none of it repaired. Blocking (a few
// short reads); any thread.

#include <boost/describe.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "service/content_text.h"
#include "service/rule_packs.h"
#include "service/tasks.h"
#include "store/store.h"

namespace yizhan::service {

struct HealthCheck {
  std::string name;  // store, schema, disk, writer_queue, rule_packs, channels, emergency_stop, audit, clock,
                     // keys, font
  std::string status;  // ok, warn: look into it, fail: something does not work
  std::string value;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(HealthCheck, (), (name, status, value, detail))

struct HealthView {
  std::string status;  // the worst of the checks
  std::string version;
  Time started_at;
  Time at;
  std::string store;  // sqlite, postgres
  int64_t schema_version = 0;
  std::vector<HealthCheck> checks;
  std::vector<RulePackView> rule_packs;
};
BOOST_DESCRIBE_STRUCT(HealthView, (),
                      (status, version, started_at, at, store, schema_version, checks, rule_packs))

// Below these, a warning and a failure.
inline constexpr uint64_t kDiskLowBytes = uint64_t{5} << 30;
inline constexpr uint64_t kDiskOutBytes = uint64_t{1} << 30;

struct HealthSubject {
  std::string version;  // of the program
  std::string data_folder;
  Time started_at;
  std::function<RulePacksView()> rule_packs;  // those in force
  LinkLook links;
};

class Health {
 public:
  Health(const store::Store& store, HealthSubject subject) : store_(store), subject_(std::move(subject)) {}

  // Always an answer: what cannot be read is a failed check.
  HealthView look() const;

 private:
  const store::Store& store_;
  const HealthSubject subject_;
};

}  // namespace yizhan::service
