#pragma once
// Where what programs submit over the API waits for the writer: whatever has gathered while the last
// transaction was on its way to disk is one transaction, so that many callers share one wait for the disk
// without a thread of theirs. submit() never blocks; any thread.
//
// Callers who wait for their answer before they come again fall into two halves, each waiting for the other's
// commit. Where a commit is slow (a database server, a slow disk) the next transaction is therefore held open
// for at most the time that this one took, until those who were answered are back; it never waits when nobody
// was answered just now.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "service/submissions.h"
#include "service/template_submit.h"
#include "store/store.h"

namespace yizhan::service {

class ProgramIntake {
 public:
  // The answers in the order of the call's submits, or why none of them is stored: kBusy (nothing is stored,
  // the same call may be good later), kUnavailable (nobody knows: repeat the call with its key). Called once,
  // by `hand_out` when the answers are on disk, or, with an error, on the writer's thread or at once on the
  // caller's; must be short.
  using Done = std::move_only_function<void(Result<std::vector<TemplateAnswer>>)>;
  // Runs what it is given, once, on any thread: here, or on one that has nothing better to do than the
  // writer.
  using HandOut = std::function<void(std::move_only_function<void()>)>;

  // `wake` is called when something may be sent (Engine::wake).
  ProgramIntake(
      const store::Store& store, Submissions& submissions, std::function<void()> wake,
      HandOut hand_out = [](std::move_only_function<void()> answers) { answers(); })
      : store_(store),
        submissions_(submissions),
        wake_engine_(std::move(wake)),
        hand_out_(std::move(hand_out)) {}
  ~ProgramIntake() { stop(); }
  ProgramIntake(const ProgramIntake&) = delete;
  ProgramIntake& operator=(const ProgramIntake&) = delete;

  // kBusy through `done` when too much waits.
  void submit(std::vector<TemplateSubmit> submits, Done done);
  // Takes no more and waits until the answers to all that was taken are at least with `hand_out`. Idempotent;
  // not from the writer's thread.
  void stop();

 private:
  struct Call {
    std::vector<TemplateSubmit> submits;  // until they are one of a group
    size_t messages = 0;
    Done done;
  };
  // The calls of one transaction.
  struct Group {
    std::vector<Call> calls;
    std::vector<TemplateSubmit> submits;  // of all, in a row
    TemplateAnswers answers;
  };

  void write_next();
  void write(std::shared_ptr<Group> group);
  Result<> store_group(db::Tx& tx, Group& group);
  void let_gather();
  void take_waiting(Group& group);
  void note_answered(const Group& group);
  void finish(const std::shared_ptr<Group>& group, const Result<>& stored);
  static void answer(Group& group);
  void write_one_by_one(Group& group);
  void give_back(size_t messages);

  const store::Store& store_;
  Submissions& submissions_;
  const std::function<void()> wake_engine_;
  const HandOut hand_out_;

  std::mutex mutex_;
  std::condition_variable empty_;
  std::deque<Call> waiting_;
  size_t held_ = 0;        // messages that wait or are being stored
  size_t in_waiting_ = 0;  // of them those in waiting_
  // The next transaction is held open until so many messages wait, or this time has come.
  std::condition_variable gathered_;
  size_t expected_ = 0;
  std::chrono::steady_clock::time_point gather_until_{}, taken_at_{};
  bool writing_ = false;  // a job is with the writer that will take what waits
  bool stopping_ = false;
};

}  // namespace yizhan::service
