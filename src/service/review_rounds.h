#pragma once
// Rounds of review as the statistics count them: review_statistics.h says what each word means. Reading them
// takes a Tx, counting is pure. One thread.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "db/tx.h"
#include "domain/content.h"
#include "service/review_statistics.h"

namespace yizhan::service {

struct ReviewRound {
  ContentId content;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::vector<std::string> sectors;  // each once
  Time submitted_at;
  int64_t of_cycle = 0;  // 1: the first of its cycle

  struct Decision {
    bool approved = false;
    Time at;
    UserId by;
  };
  std::optional<Decision> decision;
  struct PassedOn {
    Time at;
    UserId by;
  };
  std::optional<PassedOn> passed_on;
};

// Those of every content that was submitted or decided on in [from, until), also its rounds before.
// kTooLarge.
Result<std::vector<ReviewRound>> load_review_rounds(db::Tx& tx, Time from, Time until);
// Those without a decision.
Result<std::vector<ReviewRound>> load_waiting_rounds(db::Tx& tx);

// What is counted of a group: times are kept until all are in.
class ReviewCount {
 public:
  void submitted() { ++figures_.submitted; }
  void passed_on() { ++figures_.passed_on; }
  void decided(const ReviewRound& round, Duration target);
  ReviewFigures figures() const;

 private:
  ReviewFigures figures_;
  int64_t rounds_ = 0;  // of the cycles that ended
  std::vector<Duration> times_, second_times_;
};

// By nearest rank: the smallest that at least so many percent of them do not exceed. `sorted` rises; nullopt
// when empty.
std::optional<Duration> percentile(std::span<const Duration> sorted, int64_t percent);
// To a hundredth.
double hours_of(Duration d);

}  // namespace yizhan::service
