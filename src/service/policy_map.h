#pragma once
// The policy, clause by clause, with its control, its tests and live figures: rules/policy_map.toml read
// once, figures from the store. Blocking; any thread.

#include <boost/describe.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/names.h"
#include "service/policy_figures.h"
#include "store/store.h"

namespace yizhan::service {

#define YIZHAN_POLICY_STATES(X)                                                  \
  X(kEnforced, 1, "enforced")   /* the program cannot be made to do otherwise */ \
  X(kEvidenced, 2, "evidenced") /* it keeps the record that shows it was done */ \
  X(kPartly, 3, "partly")       /* what is missing is named */                   \
  X(kNotYet, 4, "not_yet")
YIZHAN_ENUM(PolicyState, YIZHAN_POLICY_STATES)

struct PolicyFigure {
  std::string name;
  double value = 0;
  std::string unit;  // count, percent, seconds
};
BOOST_DESCRIBE_STRUCT(PolicyFigure, (), (name, value, unit))

struct PolicyClause {
  std::string number;            // the policy's own: "4.1.3"
  std::string part;              // "4 发送管理 Sending"
  std::string text_zh, text_en;  // what it asks, in short
  PolicyState state = PolicyState::kNotYet;
  std::string control_zh, control_en;
  std::string missing_zh, missing_en;
  std::vector<std::string> tests;
  std::vector<PolicyFigure> figures;
};
BOOST_DESCRIBE_STRUCT(PolicyClause, (),
                      (number, part, text_zh, text_en, state, control_zh, control_en, missing_zh, missing_en,
                       tests, figures))

struct PolicyMap {
  std::vector<PolicyClause> clauses;
  std::map<std::string, int64_t> counts;  // of clauses by state, all four
  Time at;                                // of the figures
};
BOOST_DESCRIBE_STRUCT(PolicyMap, (), (clauses, counts, at))

// The clauses of the file, their figures without values. kMalformed or kInvalidArgument with "<name>:<line>"
// as field. Pure.
Result<std::vector<PolicyClause>> parse_policy_map(std::string_view source, const std::string& name);

class Policy {
 public:
  // Where there is no such file, map() is kUnavailable; one that cannot be read as it should is an error
  // here.
  static Result<std::unique_ptr<Policy>> load(const store::Store& store, const std::string& path);

  // Figures are read again when they are more than half a minute old.
  Result<PolicyMap> map();

 private:
  Policy(const store::Store& store, std::optional<std::vector<PolicyClause>> clauses)
      : store_(store), clauses_(std::move(clauses)) {}

  const store::Store& store_;
  const std::optional<std::vector<PolicyClause>> clauses_;
  std::mutex mutex_;
  PolicyFigures figures_;
  std::optional<Time> read_at_;
};

}  // namespace yizhan::service
