#pragma once
// How long reviews take and how they end (policy 3.1). One definition, for the console, the file and whoever
// reads them:
//
// A *round* is one submission of a content to compliance and the decision on it: approved or rejected, by the
// second person where two are needed. A first approval that passes it on is no decision. Its *time* is from
// the submission to the decision, by the wall clock. A *cycle* of a content is its rounds up to and with an
// approval; the next submission begins another.
//
// In a period, from 00:00 Beijing time of its first day to the end of its last:
//   submitted       rounds submitted in it
//   decided         rounds decided in it = approved + rejected
//   passed_on       first approvals in it that a second person had to follow
//   first_decided   decisions in it on the first round of a cycle; first_passed: those that approved, as a
//   share of them rounds_mean     rounds of a cycle, over the approvals in it hours           time of the
//   rounds decided in it: median, p90, longest within_target   those that took no longer than the target of
//   now, as a share of decided second_reviewed those that a second person decided, as a share of decided;
//   second_hours: from the first approval to it
//
// Percentiles are by nearest rank: times that were really taken. A share or a time of nothing is absent.
// A round is of the class of the version submitted and of each sector that the version declares or screening
// found in it: sectors may sum to more than the total, a round of none has the key "". It is of the reviewer
// who decided it, a first approval of whoever gave it; what is submitted and not yet decided is of no
// reviewer. Weeks begin on Monday. Texts that the program ships were never submitted and are not counted.

#include <boost/describe.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/content.h"
#include "service/review_settings.h"
#include "store/store.h"

namespace yizhan::service {

#define YIZHAN_STATISTICS_PERIODS(X) X(kDay, 1, "day") X(kWeek, 2, "week") X(kMonth, 3, "month")
YIZHAN_ENUM(StatisticsPeriod, YIZHAN_STATISTICS_PERIODS)

#define YIZHAN_STATISTICS_GROUPS(X)                                                          \
  X(kTotal, 1, "total")         /* key empty */                                              \
  X(kPeriod, 2, "period")       /* key: its first day, "2026-11-23", of a month "2026-11" */ \
  X(kClass, 3, "message_class") /* key: its name */                                          \
  X(kSector, 4, "sector")       /* key: its id; empty: of none */                            \
  X(kReviewer, 5, "reviewer")   /* key: usr_…; empty: nobody of the company */
YIZHAN_ENUM(StatisticsGroup, YIZHAN_STATISTICS_GROUPS)

struct ReviewFigures {
  int64_t submitted = 0;
  int64_t decided = 0;
  int64_t approved = 0;
  int64_t rejected = 0;
  int64_t passed_on = 0;
  int64_t first_decided = 0;
  int64_t first_passed = 0;
  std::optional<double> first_pass_share;  // 0 to 1
  std::optional<double> rounds_mean;
  std::optional<double> median_hours, p90_hours, longest_hours;  // to a hundredth
  int64_t within_target = 0;
  std::optional<double> within_target_share;
  int64_t second_reviewed = 0;
  std::optional<double> second_review_share;
  std::optional<double> second_median_hours, second_p90_hours, second_longest_hours;
};
BOOST_DESCRIBE_STRUCT(ReviewFigures, (),
                      (submitted, decided, approved, rejected, passed_on, first_decided, first_passed,
                       first_pass_share, rounds_mean, median_hours, p90_hours, longest_hours, within_target,
                       within_target_share, second_reviewed, second_review_share, second_median_hours,
                       second_p90_hours, second_longest_hours))

struct ReviewStatisticsRow {
  StatisticsGroup group = StatisticsGroup::kTotal;
  std::string key;
  ReviewFigures figures;
};
BOOST_DESCRIBE_STRUCT(ReviewStatisticsRow, (), (group, key, figures))

struct ListReviewStatistics {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<int64_t> after;  // so many rows are left out
  std::optional<std::string> from, until;
  StatisticsPeriod period = StatisticsPeriod::kWeek;
  std::optional<domain::MessageClass> message_class;
  std::optional<std::string> sector;
  std::optional<UserId> reviewer;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "after", .minimum = 0},
      {.member = "from",
       .max_length = 10,
       .format = "date",
       .description = "the first day, Beijing time; 29 days before the last without it"},
      {.member = "until",
       .max_length = 10,
       .format = "date",
       .description = "the last day; today without it"},
      {.member = "period", .presence = json::Presence::kOptional},
      {.member = "sector", .max_length = limits::kSectorKeyBytes},
      {.member = "reviewer", .description = "only rounds that this person decided"}};
};
BOOST_DESCRIBE_STRUCT(ListReviewStatistics, (),
                      (limit, after, from, until, period, message_class, sector, reviewer))

// What waits for a decision now, whatever period is asked for; by class and sector as asked, and by nobody's.
struct WaitingReviews {
  int64_t first = 0;          // for the first person of compliance
  int64_t second = 0;         // for the second
  int64_t overdue = 0;        // of both: submitted longer ago than the target
  std::optional<Time> since;  // the oldest submission
  std::optional<double> longest_hours;
};
BOOST_DESCRIBE_STRUCT(WaitingReviews, (), (first, second, overdue, since, longest_hours))

struct ReviewStatisticsPage {
  // The total; every period, also an empty one, in order; classes, sectors and reviewers with something to
  // count, by key.
  std::vector<ReviewStatisticsRow> items;
  std::optional<int64_t> next_after;
  std::string from, until;  // as counted
  int64_t target_hours = 0;
  WaitingReviews waiting;
  Time at;
};
BOOST_DESCRIBE_STRUCT(ReviewStatisticsPage, (), (items, next_after, from, until, target_hours, waiting, at))

class ReviewStatistics {
 public:
  explicit ReviewStatistics(const store::Store& store) : store_(store) {}

  // kInvalidArgument ("?until") for days that are none, the wrong way round or more than
  // limits::kReviewStatisticsDays; kTooLarge for more rounds than limits::kReviewStatisticsRounds.
  Result<ReviewStatisticsPage> list(const ListReviewStatistics& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
