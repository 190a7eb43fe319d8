#pragma once
// What compliance's reviews are measured by. Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>

#include "base/json.h"
#include "base/limits.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct ReviewSettingsView {
  int64_t target_hours = 24;       // from a submission to its decision, by the wall clock
  int64_t version = 0;             // 0: the default, never changed
  std::optional<Time> updated_at;  // absent with the default
};
BOOST_DESCRIBE_STRUCT(ReviewSettingsView, (), (target_hours, version, updated_at))

struct ChangeReviewSettings {
  int64_t target_hours = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "target_hours", .minimum = 1, .maximum = limits::kReviewTargetHours}};
};
BOOST_DESCRIBE_STRUCT(ChangeReviewSettings, (), (target_hours))

// kCorrupt when the stored value cannot be read.
Result<ReviewSettingsView> load_review_settings(db::Tx& tx);

class ReviewSettings {
 public:
  explicit ReviewSettings(const store::Store& store) : store_(store) {}

  Result<ReviewSettingsView> get() const;
  // kVersionConflict (field "version"). Audited with before and after; every version is kept.
  Result<ReviewSettingsView> change(const Principal& by, std::optional<int64_t> version,
                                    const ChangeReviewSettings& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
