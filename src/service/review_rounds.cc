#include "service/review_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "service/screenings.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr double kHundredth = 100;

using Sectors = std::map<ContentVersionId, std::vector<std::string>>;

// Declared ones; those that screening found stand with the version.
void add_sector(Sectors& sectors, const db::Row& r) {
  sectors[r.id<ContentVersionId>(0)].push_back(r.string(1));
}

Result<ReviewRound> map_round(const db::Row& r, const Sectors& declared) {
  ReviewRound round;
  round.content = r.id<ContentId>(0);
  round.submitted_at = r.time(2);
  round.message_class = r.as<domain::MessageClass>(3);
  if (const auto known = declared.find(r.id<ContentVersionId>(1)); known != declared.end())
    round.sectors = known->second;
  // Empty in versions from before they were kept.
  if (!r.text(4).empty())
    for (const FoundSectorView& sector : YZ_TRY(read_found_sectors(r.text(4))))
      if (std::ranges::find(round.sectors, sector.id) == round.sectors.end())
        round.sectors.push_back(sector.id);
  if (r.i64(6) != 0)
    round.decision = ReviewRound::Decision{
        r.as<domain::ReviewDecision>(5) == domain::ReviewDecision::kApproved, r.time(6), r.id<UserId>(7)};
  if (r.i64(8) != 0) round.passed_on = ReviewRound::PassedOn{r.time(8), r.id<UserId>(9)};
  return round;
}

// The place of each in its cycle; they are in the order of contents and rounds.
void number(std::vector<ReviewRound>& rounds) {
  int64_t of_cycle = 0;
  for (size_t i = 0; i < rounds.size(); ++i) {
    const bool first = i == 0 || rounds[i - 1].content != rounds[i].content ||
                       (rounds[i - 1].decision && rounds[i - 1].decision->approved);
    of_cycle = first ? 1 : of_cycle + 1;
    rounds[i].of_cycle = of_cycle;
  }
}

std::optional<double> ratio(int64_t part, int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

struct Times {
  std::optional<double> median, p90, longest;
};
Times times_of(std::vector<Duration> times) {
  std::ranges::sort(times);
  const auto at = [&](int64_t percent) {
    const auto found = percentile(times, percent);
    return found ? std::optional(hours_of(*found)) : std::nullopt;
  };
  return {at(50), at(90), at(100)};
}

}  // namespace

std::optional<Duration> percentile(std::span<const Duration> sorted, int64_t percent) {
  if (sorted.empty()) return std::nullopt;
  const int64_t rank = std::max<int64_t>((percent * std::ssize(sorted) + 99) / 100, 1);
  return sorted[static_cast<size_t>(rank - 1)];
}

double hours_of(Duration d) {
  return std::round(static_cast<double>(d.us) / static_cast<double>(hours(1).us) * kHundredth) / kHundredth;
}

void ReviewCount::decided(const ReviewRound& round, Duration target) {
  const ReviewRound::Decision& decision = *round.decision;
  const Duration time = decision.at - round.submitted_at;
  ++figures_.decided;
  ++(decision.approved ? figures_.approved : figures_.rejected);
  if (round.of_cycle == 1) {
    ++figures_.first_decided;
    if (decision.approved) ++figures_.first_passed;
  }
  if (decision.approved) rounds_ += round.of_cycle;
  if (time <= target) ++figures_.within_target;
  times_.push_back(time);
  if (round.passed_on) {
    ++figures_.second_reviewed;
    second_times_.push_back(decision.at - round.passed_on->at);
  }
}

ReviewFigures ReviewCount::figures() const {
  ReviewFigures f = figures_;
  f.first_pass_share = ratio(f.first_passed, f.first_decided);
  f.rounds_mean = ratio(rounds_, f.approved);
  f.within_target_share = ratio(f.within_target, f.decided);
  f.second_review_share = ratio(f.second_reviewed, f.decided);
  const Times all = times_of(times_), second = times_of(second_times_);
  f.median_hours = all.median;
  f.p90_hours = all.p90;
  f.longest_hours = all.longest;
  f.second_median_hours = second.median;
  f.second_p90_hours = second.p90;
  f.second_longest_hours = second.longest;
  return f;
}

Result<std::vector<ReviewRound>> load_review_rounds(db::Tx& tx, Time from, Time until) {
  Sectors declared;
  YZ_CHECK(tx.each(q::review_round_sectors, [&](const db::Row& r) { add_sector(declared, r); }, from, until));
  std::vector<ReviewRound> rounds;
  YZ_CHECK(tx.each(
      q::review_rounds,
      [&](const db::Row& r) -> Result<> {
        rounds.push_back(YZ_TRY(map_round(r, declared)));
        return {};
      },
      from, until, static_cast<int64_t>(limits::kReviewStatisticsRounds) + 1));
  if (rounds.size() > limits::kReviewStatisticsRounds)
    return fail(ErrorCode::kTooLarge,
                fmt::format("more than {} rounds; ask for fewer days", limits::kReviewStatisticsRounds),
                "?until");
  number(rounds);
  return rounds;
}

Result<std::vector<ReviewRound>> load_waiting_rounds(db::Tx& tx) {
  Sectors declared;
  YZ_CHECK(tx.each(q::review_waiting_sectors, [&](const db::Row& r) { add_sector(declared, r); }));
  std::vector<ReviewRound> rounds;
  YZ_CHECK(tx.each(q::review_waiting, [&](const db::Row& r) -> Result<> {
    rounds.push_back(YZ_TRY(map_round(r, declared)));
    return {};
  }));
  return rounds;
}

}  // namespace yizhan::service
