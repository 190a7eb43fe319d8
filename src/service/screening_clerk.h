#pragma once
// Keeps screening up to date by itself: packs that take effect on a new day, phrases whose time is over, live
// contents that the packs in force have not screened. One thread of its own; each round can be repeated.

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "service/allow_phrases.h"
#include "service/rescreenings.h"
#include "service/rule_packs.h"

namespace yizhan::service {

class ScreeningClerk {
 public:
  ScreeningClerk(RulePacks& packs, AllowPhrases& phrases, Rescreenings& rescreenings)
      : packs_(packs), phrases_(phrases), rescreenings_(rescreenings) {}
  ~ScreeningClerk() { stop(); }

  void start();
  void stop();
  // Something has changed: do not wait for the next round.
  void wake();

  // Everything that is due, and the next step of what takes several; true when there may be more.
  bool round();

 private:
  void note(const char* what, const Result<>& done);

  RulePacks& packs_;
  AllowPhrases& phrases_;
  Rescreenings& rescreenings_;
  std::map<std::string, std::string> faults_;  // the last of each part, logged once

  std::mutex mutex_;
  std::condition_variable condition_;
  bool stopping_ = false, woken_ = false;
  std::thread thread_;
};

}  // namespace yizhan::service
