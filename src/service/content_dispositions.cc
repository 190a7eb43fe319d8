#include "service/content_dispositions.h"

#include <fmt/format.h>

#include <set>

#include "screen/finding.h"

namespace yizhan::service {

Result<> check_dispositions(std::span<const Disposition> dispositions, const ScreeningView& screening) {
  std::set<int64_t> seen;
  for (size_t i = 0; i < dispositions.size(); ++i) {
    const Disposition& d = dispositions[i];
    const std::string field = fmt::format("/dispositions/{}", i);
    if (d.finding >= std::ssize(screening.findings))
      return fail(ErrorCode::kInvalidArgument, "the version has no such finding", field + "/finding");
    if (!seen.insert(d.finding).second)
      return fail(ErrorCode::kInvalidArgument, "this finding is disposed of twice", field + "/finding");
    if (d.decision != DispositionDecision::kConfirmed && d.reason.empty())
      return fail(ErrorCode::kChecklistIncomplete, "a finding is dismissed or permitted with a reason",
                  field + "/reason");
  }
  return {};
}

Result<> check_findings_settled(std::span<const Disposition> dispositions, const ScreeningView& screening) {
  std::set<int64_t> settled;
  for (size_t i = 0; i < dispositions.size(); ++i) {
    if (dispositions[i].decision == DispositionDecision::kConfirmed)
      return fail(ErrorCode::kChecklistIncomplete,
                  "a text with a confirmed problem is rejected, or withdrawn where it is approved already",
                  fmt::format("/dispositions/{}/decision", i));
    settled.insert(dispositions[i].finding);
  }
  std::string open;
  for (const FindingView& f : screening.findings)
    if (f.severity == severity_name(screen::Severity::kReview) && !settled.contains(f.index))
      open += fmt::format("{}{} ({})", open.empty() ? "" : ", ", f.index, f.rule_id);
  if (open.empty()) return {};
  return fail(ErrorCode::kChecklistIncomplete, "findings that are neither dismissed nor permitted: " + open,
              "/dispositions");
}

}  // namespace yizhan::service
