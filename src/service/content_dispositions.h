#pragma once
// What compliance says of what screening found in a content, when it decides on it and when it confirms an
// approval under other rule packs. Pure; any thread.

#include <boost/describe.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "base/json.h"
#include "domain/names.h"
#include "service/content_text.h"

namespace yizhan::service {

#define YIZHAN_DISPOSITIONS(X)                                        \
  X(kConfirmed, 1, "confirmed") /* a problem: the text is rejected */ \
  X(kDismissed, 2, "dismissed") /* it is not what was found */        \
  X(kPermitted, 3, "permitted") /* it is, and this text may say it */
YIZHAN_ENUM(DispositionDecision, YIZHAN_DISPOSITIONS)

struct Disposition {
  int64_t finding = 0;  // FindingView::index
  DispositionDecision decision = DispositionDecision::kConfirmed;
  std::string reason;  // needed to dismiss and to permit
  static constexpr json::Rule kRules[] = {
      {.member = "finding", .minimum = 0, .maximum = limits::kScreenFindings},
      {.member = "reason",
       .presence = json::Presence::kOptional,
       .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(Disposition, (), (finding, decision, reason))

// Each names a finding of this screening, once; to dismiss or permit one takes a reason. kInvalidArgument
// ("/dispositions/0/finding"), kChecklistIncomplete ("/dispositions/0/reason").
Result<> check_dispositions(std::span<const Disposition> dispositions, const ScreeningView& screening);
// What may be approved, or stay so: every finding that asks for a reviewer is dismissed or permitted, and
// none is confirmed. kChecklistIncomplete ("/dispositions", "/dispositions/0/decision"), naming what is open.
Result<> check_findings_settled(std::span<const Disposition> dispositions, const ScreeningView& screening);

}  // namespace yizhan::service
