#include "service/program_intake.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace yizhan::service {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A transaction is held open when the one before took longer than this. Below it, two halves that take turns
// are faster: while one is on its way to disk the other is read.
constexpr std::chrono::microseconds kGatherFrom{800};

// The same call may be good later, and nothing of it is stored.
bool is_passing(const Error& error) {
  return error.code == ErrorCode::kBusy || error.code == ErrorCode::kUnavailable ||
         error.code == ErrorCode::kDiskFull;
}

}  // namespace

void ProgramIntake::submit(std::vector<TemplateSubmit> submits, Done done) {
  for (TemplateSubmit& submit : submits) submit.facts = facts_of(store_, submit);
  bool refused = false, first = false;
  {
    const std::lock_guard lock(mutex_);
    const size_t messages = submits.size();
    refused = stopping_ || held_ + messages > limits::kIntakeMessages;
    if (!refused) {
      held_ += messages;
      waiting_.push_back({std::move(submits), messages, std::move(done)});
      const bool complete = in_waiting_ < expected_ && in_waiting_ + messages >= expected_;
      in_waiting_ += messages;
      if (complete) gathered_.notify_one();
      first = !std::exchange(writing_, true);
    }
  }
  if (refused) return done(fail(ErrorCode::kBusy, "too many messages wait to be stored"));
  if (first) write_next();
}

void ProgramIntake::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  gathered_.notify_one();
  empty_.wait(lock, [this] { return held_ == 0 && !writing_; });
}

// What waits is taken when the writer comes to it, not now: more may have gathered by then.
void ProgramIntake::write_next() { write(std::make_shared<Group>()); }

void ProgramIntake::write(std::shared_ptr<Group> group) {
  store_.db.submit([this, group](db::Tx& tx) { return store_group(tx, *group); },
                   [this, group](const Result<>& stored) { finish(group, stored); }, db::Priority::kUrgent);
}

void ProgramIntake::take_waiting(Group& group) {
  const std::lock_guard lock(mutex_);
  size_t messages = 0;
  while (!waiting_.empty()) {
    messages += waiting_.front().messages;
    if (!group.calls.empty() && messages > limits::kSubmissionBatchMessages) break;
    in_waiting_ -= waiting_.front().messages;
    group.calls.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void ProgramIntake::let_gather() {
  std::unique_lock lock(mutex_);
  if (SteadyClock::now() >= gather_until_) return;
  gathered_.wait_until(lock, gather_until_, [this] { return in_waiting_ >= expected_ || stopping_; });
}

// They may come again; they are waited for no longer than it took to store these.
void ProgramIntake::note_answered(const Group& group) {
  const auto now = SteadyClock::now();
  const auto took =
      std::min<SteadyClock::duration>(now - taken_at_, std::chrono::microseconds(limits::kIntakeGatherUs));
  const std::lock_guard lock(mutex_);
  expected_ = std::min(group.submits.size() + in_waiting_, limits::kSubmissionBatchMessages);
  gather_until_ = took < kGatherFrom ? SteadyClock::time_point{} : now + took;
}

Result<> ProgramIntake::store_group(db::Tx& tx, Group& group) {
  let_gather();
  take_waiting(group);
  for (Call& call : group.calls)
    std::ranges::move(std::exchange(call.submits, {}), std::back_inserter(group.submits));
  taken_at_ = SteadyClock::now();
  group.answers = YZ_TRY(submissions_.take(tx, group.submits));
  return {};
}

// On the writer's thread, or on submit()'s caller's when the writer takes no more.
void ProgramIntake::finish(const std::shared_ptr<Group>& group, const Result<>& stored) {
  if (!stored && group->calls.empty()) take_waiting(*group);
  size_t messages = 0;
  for (const Call& call : group->calls) messages += call.messages;
  if (stored) {
    note_answered(*group);
    if (group->answers.queued) wake_engine_();
    hand_out_([group] { answer(*group); });
  } else if (!db::outcome_unknown(stored.error()) && !is_passing(stored.error()) && group->calls.size() > 1) {
    return write_one_by_one(*group);
  } else {
    log::error("messages of programs cannot be stored calls={}: {}", group->calls.size(),
               to_string(stored.error()));
    const bool unknown = db::outcome_unknown(stored.error());
    for (Call& call : group->calls)
      call.done(
          unknown ? fail(ErrorCode::kUnavailable, "nobody knows whether it is stored; repeat it with its key")
                  : std::unexpected(stored.error()));
  }
  give_back(messages);
}

void ProgramIntake::answer(Group& group) {
  auto answer = group.answers.answers.begin();
  for (Call& call : group.calls) {
    const auto end = answer + static_cast<std::ptrdiff_t>(call.messages);
    call.done(std::vector<TemplateAnswer>(std::make_move_iterator(answer), std::make_move_iterator(end)));
    answer = end;
  }
}

// One that cannot be stored must not hold up the others.
void ProgramIntake::write_one_by_one(Group& group) {
  auto next = group.submits.begin();
  for (Call& call : group.calls) {
    auto alone = std::make_shared<Group>();
    const auto end = next + static_cast<std::ptrdiff_t>(call.messages);
    alone->submits.assign(std::make_move_iterator(next), std::make_move_iterator(end));
    next = end;
    alone->calls.push_back(std::move(call));
    store_.db.submit(
        [this, alone](db::Tx& tx) -> Result<> {
          alone->answers = YZ_TRY(submissions_.take(tx, alone->submits));
          return {};
        },
        [this, alone](Result<> stored) {
          Call& one = alone->calls.front();
          if (stored)
            one.done(std::move(alone->answers.answers));
          else
            one.done(std::unexpected(stored.error()));
          if (stored && alone->answers.queued) wake_engine_();
          const std::lock_guard lock(mutex_);
          held_ -= one.messages;
          empty_.notify_all();
        },
        db::Priority::kUrgent);
  }
  give_back(0);
}

void ProgramIntake::give_back(size_t messages) {
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    held_ -= messages;
    more = !waiting_.empty();
    writing_ = more;
    if (!more) empty_.notify_all();
  }
  if (more) write_next();
}

}  // namespace yizhan::service
