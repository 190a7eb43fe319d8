#include "service/review_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "domain/sending_rules.h"
#include "service/beijing_time.h"
#include "service/review_rounds.h"

namespace yizhan::service {

namespace {

constexpr int64_t kDaysWithoutFrom = 29;  // before the last
constexpr size_t kMonthCharacters = 7;    // of "2026-11-23"
constexpr int64_t kMondayEpoch = 4;       // 1970-01-05 was one
constexpr int64_t kWeekDays = 7;

int64_t day_of(Time t) { return domain::local_day(kBeijingZone, t); }

struct Days {
  int64_t first = 0, last = 0;
  Time from, until;  // the beginning of the first, the end of the last
  bool have(Time t) const { return from <= t && t < until; }
};

Result<int64_t> parse(const std::string& text, const char* field) {
  const auto day = domain::parse_day(text);
  if (!day) return fail(ErrorCode::kInvalidArgument, "must be a date, YYYY-MM-DD", field);
  return *day;
}

Result<Days> days_of(const ListReviewStatistics& request, Time now) {
  Days days;
  days.last = request.until ? YZ_TRY(parse(*request.until, "?until")) : day_of(now);
  days.first = request.from ? YZ_TRY(parse(*request.from, "?from")) : days.last - kDaysWithoutFrom;
  if (days.first > days.last) return fail(ErrorCode::kInvalidArgument, "is before the first day", "?until");
  if (days.last - days.first >= limits::kReviewStatisticsDays)
    return fail(ErrorCode::kInvalidArgument, fmt::format("at most {} days", limits::kReviewStatisticsDays),
                "?until");
  days.from = domain::day_begins(kBeijingZone, days.first);
  days.until = domain::day_begins(kBeijingZone, days.last + 1);
  return days;
}

std::string key_of(StatisticsPeriod period, int64_t day) {
  if (period == StatisticsPeriod::kMonth) return domain::day_text(day).substr(0, kMonthCharacters);
  if (period == StatisticsPeriod::kWeek) day -= ((day - kMondayEpoch) % kWeekDays + kWeekDays) % kWeekDays;
  return domain::day_text(day);
}

bool is_asked_for(const ReviewRound& round, const ListReviewStatistics& request) {
  if (request.message_class && *request.message_class != round.message_class) return false;
  return !request.sector ||
         (request.sector->empty() ? round.sectors.empty()
                                  : std::ranges::find(round.sectors, *request.sector) != round.sectors.end());
}

class Counter {
 public:
  Counter(const ListReviewStatistics& request, Days days, Duration target)
      : request_(request), days_(days), target_(target) {
    counts_[{StatisticsGroup::kTotal, ""}];
    for (int64_t day = days.first; day <= days.last; ++day)
      counts_[{StatisticsGroup::kPeriod, key_of(request.period, day)}];
  }

  void add(const ReviewRound& round) {
    if (!is_asked_for(round, request_)) return;
    const auto decider = round.decision ? std::optional(round.decision->by) : std::nullopt;
    if (days_.have(round.submitted_at) && is_of(decider))
      each(round, round.submitted_at, decider, [](ReviewCount& count) { count.submitted(); });
    if (round.passed_on && days_.have(round.passed_on->at) && is_of(round.passed_on->by))
      each(round, round.passed_on->at, round.passed_on->by, [](ReviewCount& count) { count.passed_on(); });
    if (round.decision && days_.have(round.decision->at) && is_of(decider))
      each(round, round.decision->at, decider, [&](ReviewCount& count) { count.decided(round, target_); });
  }

  std::vector<ReviewStatisticsRow> rows() const {
    std::vector<ReviewStatisticsRow> rows;
    for (const auto& [place, count] : counts_) rows.push_back({place.first, place.second, count.figures()});
    return rows;
  }

 private:
  bool is_of(std::optional<UserId> reviewer) const {
    return !request_.reviewer || request_.reviewer == reviewer;
  }

  template <class Count>
  void each(const ReviewRound& round, Time at, std::optional<UserId> reviewer, Count count) {
    count(counts_[{StatisticsGroup::kTotal, ""}]);
    count(counts_[{StatisticsGroup::kPeriod, key_of(request_.period, day_of(at))}]);
    count(counts_[{StatisticsGroup::kClass, std::string(name_of(round.message_class))}]);
    for (const std::string& sector : round.sectors) count(counts_[{StatisticsGroup::kSector, sector}]);
    if (round.sectors.empty()) count(counts_[{StatisticsGroup::kSector, ""}]);
    if (reviewer)
      count(counts_[{StatisticsGroup::kReviewer, reviewer->value == 0 ? "" : to_string(*reviewer)}]);
  }

  const ListReviewStatistics& request_;
  const Days days_;
  const Duration target_;
  std::map<std::pair<StatisticsGroup, std::string>, ReviewCount> counts_;
};

WaitingReviews waiting_of(std::span<const ReviewRound> rounds, const ListReviewStatistics& request,
                          Duration target, Time now) {
  WaitingReviews waiting;
  for (const ReviewRound& round : rounds) {
    if (!is_asked_for(round, request)) continue;
    ++(round.passed_on ? waiting.second : waiting.first);
    if (now - round.submitted_at > target) ++waiting.overdue;
    if (!waiting.since || round.submitted_at < *waiting.since) waiting.since = round.submitted_at;
  }
  if (waiting.since) waiting.longest_hours = hours_of(now - *waiting.since);
  return waiting;
}

}  // namespace

Result<ReviewStatisticsPage> ReviewStatistics::list(const ListReviewStatistics& request) const {
  const Time now = store_.now();
  const Days days = YZ_TRY(days_of(request, now));
  return store_.db.read([&](db::Tx& tx) -> Result<ReviewStatisticsPage> {
    ReviewStatisticsPage page;
    page.from = domain::day_text(days.first);
    page.until = domain::day_text(days.last);
    page.target_hours = YZ_TRY(load_review_settings(tx)).target_hours;
    page.at = now;
    const Duration target = hours(page.target_hours);
    Counter counter(request, days, target);
    for (const ReviewRound& round : YZ_TRY(load_review_rounds(tx, days.from, days.until))) counter.add(round);
    page.waiting = waiting_of(YZ_TRY(load_waiting_rounds(tx)), request, target, now);
    const auto rows = counter.rows();
    const auto begin = std::min(static_cast<size_t>(request.after.value_or(0)), rows.size());
    const auto end = std::min(begin + static_cast<size_t>(request.limit), rows.size());
    page.items.assign(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                      rows.begin() + static_cast<std::ptrdiff_t>(end));
    if (end < rows.size()) page.next_after = static_cast<int64_t>(end);
    return page;
  });
}

}  // namespace yizhan::service
