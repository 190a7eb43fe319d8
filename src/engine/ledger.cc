#include "engine/ledger.h"

#include <algorithm>
#include <unordered_set>

#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::AttemptOutcome;
using domain::CodeAction;
using domain::CodeStage;
using domain::MessageState;
using domain::Reason;

namespace {

// The rule by which a code asks for another attempt; kNone when it asks for none.
CodeAction rule_of(CodeAction action, bool has_route) {
  switch (action) {
    case CodeAction::kRetry:
    case CodeAction::kRetryLate:
    case CodeAction::kDelay:
    case CodeAction::kOtherChannel:
    case CodeAction::kRefreshCarrier:
      return action;
    // Another channel of the route may have filed it.
    case CodeAction::kFreezeSignature:
      return has_route ? CodeAction::kOtherChannel : CodeAction::kNone;
    default:
      return CodeAction::kNone;
  }
}

// Of these it is the channel that is wrong, not the moment.
bool wants_other_channel(CodeAction action) {
  return action == CodeAction::kOtherChannel || action == CodeAction::kRefreshCarrier ||
         action == CodeAction::kFreezeSignature;
}

void note(std::vector<Effects::Outcomes>& words, int64_t batch_id, bool failed) {
  if (!words.empty() && words.back().batch_id == batch_id && words.back().failed == failed)
    ++words.back().count;
  else
    words.push_back({batch_id, failed, 1});
}

}  // namespace

Result<std::vector<Ledger::Open>> Ledger::take_open(const LedgerChannel& channel,
                                                    std::span<const ResponseEntry> entries) {
  std::vector<Open> open(entries.size());
  db::Columns rows;
  for (size_t i = 0; i < entries.size(); ++i) {
    const ResponseEntry& e = entries[i];
    if (channel.outstanding != nullptr) {
      if (const auto known = channel.outstanding->attempt(e.attempt_id)) {
        open[i] = {known->message_id, known->batch_id, known->segments, e.late, true};
        channel.outstanding->answered(e.attempt_id);
        continue;
      }
    }
    rows.row(e.attempt_id);
    open[i] = YZ_TRY(look_up_open(e)).value_or(Open{});
  }
  if (!rows.empty()) YZ_CHECK(tx_.bulk_later(q::inflight_delete, rows));
  return open;
}

// What is not remembered has its row in inflight, or is the attempt of a claim of which it was not known
// whether it was committed, or is late: the attempt was closed as unknown, and what comes now may still
// settle the message.
Result<std::optional<Ledger::Open>> Ledger::look_up_open(const ResponseEntry& entry) {
  auto owner = YZ_TRY(tx_.one(
      q::attempt_owner,
      [](const db::Row& row) {
        return std::pair{Open{row.i64(0), row.i64(1), row.i64(2)}, row.as<AttemptOutcome>(3)};
      },
      entry.attempt_id));
  if (!owner) return std::nullopt;
  auto& [open, outcome] = *owner;
  const bool late = outcome == AttemptOutcome::kUnknown && entry.outcome != AttemptOutcome::kUnknown &&
                    entry.outcome != AttemptOutcome::kNotSent;
  if (outcome != AttemptOutcome::kOpen && !late) return std::nullopt;
  open.late = late || entry.late;
  return open;
}

Result<> Ledger::record_responses(const LedgerChannel& channel, std::span<const ResponseEntry> entries,
                                  std::vector<Open>& open) {
  db::Columns attempts, late, waits;
  for (size_t i = 0; i < entries.size(); ++i) {
    const ResponseEntry& e = entries[i];
    if (open[i].message_id == 0) continue;
    // The time-out that it corrects may be among these very entries, so what is late is written last.
    (open[i].late ? late : attempts)
        .row(e.attempt_id, e.outcome, e.at, e.status, e.carrier_message_id, e.code,
             e.carrier_ref == e.carrier_message_id ? std::string_view("") : e.carrier_ref);
    if (e.outcome != AttemptOutcome::kAccepted || e.carrier_ref.empty()) continue;
    const Open& o = open[i];
    if (o.remembered && channel.outstanding->wait(
                            e.carrier_ref, {e.attempt_id, {o.message_id, o.batch_id, o.segments}, now_}))
      continue;
    waits.row(channel.id, e.carrier_ref, e.attempt_id, o.message_id, o.batch_id, o.segments);
  }
  if (!attempts.empty()) YZ_CHECK(tx_.bulk_later(q::attempt_respond, attempts));
  if (!late.empty()) YZ_CHECK(tx_.bulk_later(q::attempt_respond, late));
  if (!waits.empty()) YZ_CHECK(tx_.bulk_later(q::receipt_wait_insert, waits));
  return {};
}

Result<> Ledger::apply_responses(const LedgerChannel& channel, std::span<const ResponseEntry> entries,
                                 Effects& effects) {
  if (entries.empty()) return {};
  std::vector<Open> open = YZ_TRY(take_open(channel, entries));
  YZ_CHECK(record_responses(channel, entries, open));
  Changes changes(care_);
  std::unordered_set<int64_t> long_done;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (open[i].message_id == 0) continue;
    if (open[i].segments == 1) {
      YZ_CHECK(decide(channel, entries[i], open[i], changes, effects));
    } else if (long_done.insert(open[i].message_id).second) {
      YZ_CHECK(decide_long(channel, open[i], changes, effects));
    }
  }
  YZ_CHECK(write(changes, effects));
  return unpark(channel, entries, effects);
}

Result<> Ledger::decide(const LedgerChannel& channel, const ResponseEntry& entry, const Open& open,
                        Changes& changes, Effects& effects) {
  const Change base = answered(open);
  switch (entry.outcome) {
    case AttemptOutcome::kAccepted: {
      Change c = base;
      c.to = MessageState::kSent;
      changes.add(c);
      note(effects.answers, open.batch_id, false);
      ++effects.answered;
      return {};
    }
    case AttemptOutcome::kUnknown: {
      Change c = base;
      c.to = MessageState::kUnknown;
      c.reason = Reason::kNoAnswer;
      changes.add(c);
      note(effects.answers, open.batch_id, true);
      return {};
    }
    case AttemptOutcome::kNotSent:
      changes.add(requeued(open, {}));
      return {};
    case AttemptOutcome::kRejected:
      return reject(channel, open, response_code(entry.status, entry.code), changes, effects);
    case AttemptOutcome::kOpen:
      break;
  }
  return fail(ErrorCode::kInternal, "a response cannot leave its attempt open");
}

// A long message is settled when each of its segments has an answer.
Result<> Ledger::decide_long(const LedgerChannel& channel, const Open& open, Changes& changes,
                             Effects& effects) {
  const std::vector<Attempt> attempts = YZ_TRY(attempts_of(open.message_id));
  int64_t accepted = 0, unknown = 0;
  std::string rejection;
  for (const Attempt& a : attempts) {
    if (a.outcome == AttemptOutcome::kOpen) return {};
    accepted += a.outcome == AttemptOutcome::kAccepted;
    unknown += a.outcome == AttemptOutcome::kUnknown;
    if (a.outcome == AttemptOutcome::kRejected) rejection = a.code;
  }
  Change c = answered(open);
  if (unknown > 0) {
    c.to = MessageState::kUnknown;
    c.reason = Reason::kNoAnswer;
  } else if (accepted == static_cast<int64_t>(attempts.size())) {
    c.to = MessageState::kSent;
    ++effects.answered;
  } else if (accepted > 0) {
    // Part of it is with the carrier: sending all of it again would send that part twice.
    c.to = MessageState::kFailed;
    c.reason = Reason::kInterrupted;
    if (!rejection.empty())
      c.reason = YZ_TRY(refused(channel, open, CodeStage::kResponse, rejection, changes, effects)).reason;
  } else if (!rejection.empty()) {
    return reject(channel, open, rejection, changes, effects);
  } else {
    c = requeued(open, {});
  }
  if (c.to != MessageState::kQueued) note(effects.answers, open.batch_id, c.to != MessageState::kSent);
  changes.add(c);
  return {};
}

Result<Ledger::Refusal> Ledger::refused(const LedgerChannel& channel, const Open& open, CodeStage stage,
                                        std::string_view code, Changes& changes, Effects& effects) {
  changes.count_error(open.batch_id, stage, code);
  const auto terms = YZ_TRY(tx_.one(
      q::batch_retry_terms,
      [](const db::Row& row) {
        return Terms{row.i64(0), row.as<domain::MessageClass>(1), row.i64(2), row.i64(3)};
      },
      open.message_id));
  Refusal refusal{nullptr, terms.value_or(Terms{}), Reason::kNone};
  refusal.meaning = &channel.codes->meaning(stage, code, refusal.terms.carrier);
  refusal.reason = domain::reason_of(refusal.meaning->code_class);
  if (stage == CodeStage::kResponse) ++effects.answered;
  if (refusal.meaning->code_class == domain::CodeClass::kRoute) ++effects.route_errors;
  follow(open, refusal, code, effects);
  return refusal;
}

void Ledger::follow(const Open& open, const Refusal& refusal, std::string_view code, Effects& effects) {
  const CodeMeaning& meaning = *refusal.meaning;
  switch (meaning.action) {
    case CodeAction::kSuppress:
      return effects.suppress_message_ids.push_back(open.message_id);
    case CodeAction::kPause:
      return effects.pause_batch_ids.push_back(open.batch_id);
    case CodeAction::kCountNumber:
    case CodeAction::kCoolDown:
      return effects.number_failures.push_back({open.message_id, meaning.code_class, meaning.action});
    case CodeAction::kFreezeContent:
      effects.frozen_versions.push_back({refusal.terms.version_id, std::string(code)});
      return effects.pause_batch_ids.push_back(open.batch_id);
    case CodeAction::kFreezeSignature:
      return effects.unfiled_signatures.push_back({refusal.terms.version_id, std::string(code)});
    case CodeAction::kRefreshCarrier:
      return effects.ported_message_ids.push_back(open.message_id);
    default:
      return;
  }
}

Result<Ledger::Next> Ledger::next_try(const LedgerChannel& channel, const Open& open,
                                      const Refusal& refusal) {
  const CodeAction rule = rule_of(refusal.meaning->action, refusal.terms.route_id != 0);
  // A late word is final: people have been told that nobody knows, and such a message is never sent again by
  // itself.
  if (rule == CodeAction::kNone || open.late) return Next{std::nullopt, refusal.reason};
  const RetryRule retry = channel.codes->retry(refusal.terms.message_class, rule);
  if (retry.times == 0) return Next{std::nullopt, refusal.reason};
  const int64_t number = YZ_TRY(attempts_answered(open.message_id));
  // That the link is too fast is not the message's fault: it waits its turn, at growing distance, until it is
  // too old. What is asked for once the carrier has taken it is another matter.
  const bool throttled =
      rule == CodeAction::kRetry && refusal.meaning->code_class == domain::CodeClass::kThrottled;
  const int64_t most = throttled
                           ? limits::kThrottledAttempts
                           : std::min(retry.times, static_cast<int64_t>(limits::kAttemptsPerMessage) - 1);
  if (number > most) return Next{std::nullopt, Reason::kAttemptsExhausted};
  if (wants_other_channel(refusal.meaning->action) && refusal.terms.route_id != 0)
    return Next{Time{}, Reason::kNone};
  return Next{now_ + retry.before(number), Reason::kNone};
}

Result<> Ledger::reject(const LedgerChannel& channel, const Open& open, const std::string& code,
                        Changes& changes, Effects& effects) {
  const Refusal refusal = YZ_TRY(refused(channel, open, CodeStage::kResponse, code, changes, effects));
  const Next next = YZ_TRY(next_try(channel, open, refusal));
  if (next.due) {
    changes.add(requeued(open, *next.due));
    return {};
  }
  Change c = answered(open);
  c.to = MessageState::kFailed;
  c.reason = next.reason;
  c.use = Use::kReleased;  // it never reached the person
  changes.add(c);
  note(effects.answers, open.batch_id, true);
  return {};
}

// From where an answer finds the message.
Change Ledger::answered(const Open& open) {
  return {.message_id = open.message_id,
          .batch_id = open.batch_id,
          .from = open.late ? MessageState::kUnknown : MessageState::kInFlight,
          .from_reason = open.late ? Reason::kNoAnswer : Reason::kNone};
}

Change Ledger::requeued(const Open& open, Time due) {
  Change c = answered(open);
  c.to = MessageState::kQueued;
  c.due = due;
  c.use = Use::kReleased;
  return c;
}

// What goes back into a queue, or off a recipient's limits, follows from the changes that took effect.
Result<> Ledger::write(Changes& changes, Effects& effects) {
  YZ_CHECK(changes.write(tx_, now_));
  db::Columns outbox, deferred, released, noted;
  for (const Change& c : changes.applied()) {
    if (c.use == Use::kReleased) {
      released.row(c.message_id);
      noted.row(c.message_id, now_);
    }
    if (c.to != MessageState::kQueued) continue;
    if (c.due)
      deferred.row(c.due, c.message_id, c.batch_id);
    else
      outbox.row(c.batch_id, c.message_id);
    effects.requeued = true;
  }
  if (!released.empty()) {
    YZ_CHECK(tx_.bulk_later(q::frequency_note_release, noted));
    YZ_CHECK(tx_.bulk_later(q::frequency_release, released));
  }
  if (!outbox.empty()) YZ_CHECK(tx_.bulk_later(q::outbox_insert, outbox));
  if (!deferred.empty()) YZ_CHECK(tx_.bulk_later(q::deferred_insert, deferred));
  return {};
}

// Receipts that overtook their responses.
Result<> Ledger::unpark(const LedgerChannel& channel, std::span<const ResponseEntry> entries,
                        Effects& effects) {
  if (YZ_TRY(tx_.number(q::receipt_parked_some)) == 0) return {};
  db::Columns refs;
  std::vector<const ResponseEntry*> of_row;
  for (const ResponseEntry& e : entries) {
    if (e.outcome != AttemptOutcome::kAccepted || e.carrier_ref.empty()) continue;
    refs.row(channel.id, e.carrier_ref);
    of_row.push_back(&e);
  }
  if (refs.empty()) return {};
  std::vector<ReceiptEntry> receipts;
  db::Columns found;
  YZ_CHECK(tx_.bulk_each(q::receipt_parked_find, refs, [&](const db::Row& row) {
    const ResponseEntry& e = *of_row[static_cast<size_t>(row.i64(0))];
    receipts.push_back({e.carrier_ref, row.i64(1), row.string(2), row.time(3)});
    found.row(channel.id, e.carrier_ref);
  }));
  if (receipts.empty()) return {};
  YZ_CHECK(tx_.bulk_later(q::receipt_parked_delete, found));
  return apply_receipts(channel, receipts, effects);
}

Result<std::vector<Ledger::Attempt>> Ledger::attempts_of(int64_t message_id) {
  std::vector<Attempt> all;
  YZ_CHECK(tx_.each(
      q::attempts_of_message,
      [&](const db::Row& row) {
        all.push_back({row.i64(0), row.i64(1), row.as<AttemptOutcome>(4),
                       response_code(row.i64(5), row.text(9)), row.i64(7), row.string(8)});
      },
      message_id));
  int64_t latest = 0;
  for (const Attempt& a : all) latest = std::max(latest, a.number);
  std::erase_if(all, [&](const Attempt& a) { return a.number != latest; });
  return all;
}

// Tries that the carrier answered: what was never written does not count.
Result<int64_t> Ledger::attempts_answered(int64_t message_id) {
  std::unordered_set<int64_t> numbers;
  YZ_CHECK(tx_.each(
      q::attempts_of_message,
      [&](const db::Row& row) {
        if (row.as<AttemptOutcome>(4) != AttemptOutcome::kNotSent) numbers.insert(row.i64(1));
      },
      message_id));
  return static_cast<int64_t>(numbers.size());
}

// Which attempts the receipts are of; 0 where nobody waits for one.
Result<> Ledger::find_waiting(const LedgerChannel& channel, std::span<const ReceiptEntry* const> receipts,
                              std::vector<Open>& waiting, std::vector<int64_t>& attempt_ids) {
  db::Columns refs;
  std::vector<size_t> asked;
  for (size_t i = 0; i < receipts.size(); ++i) {
    if (channel.outstanding != nullptr) {
      if (const auto wait = channel.outstanding->waiting(receipts[i]->carrier_ref)) {
        attempt_ids[i] = wait->attempt_id;
        waiting[i] = {wait->of.message_id, wait->of.batch_id, wait->of.segments, false, true};
        continue;
      }
    }
    refs.row(channel.id, receipts[i]->carrier_ref);
    asked.push_back(i);
  }
  if (refs.empty()) return {};
  return tx_.bulk_each(q::receipt_wait_find, refs, [&](const db::Row& row) {
    const size_t i = asked[static_cast<size_t>(row.i64(0))];
    attempt_ids[i] = row.i64(1);
    waiting[i] = {row.i64(2), row.i64(3), row.i64(4)};
  });
}

Result<> Ledger::apply_receipts(const LedgerChannel& channel, std::span<const ReceiptEntry> entries,
                                Effects& effects) {
  std::vector<const ReceiptEntry*> finals;
  for (const ReceiptEntry& e : entries)
    if (receipt_state::is_final(e.state)) finals.push_back(&e);
  if (finals.empty()) return {};
  std::vector<Open> waiting(finals.size());
  std::vector<int64_t> attempt_ids(finals.size());
  YZ_CHECK(find_waiting(channel, finals, waiting, attempt_ids));
  db::Columns attempts, done, parked;
  std::vector<size_t> known;
  std::unordered_set<int64_t> seen;
  for (size_t i = 0; i < finals.size(); ++i) {
    const ReceiptEntry& e = *finals[i];
    if (attempt_ids[i] == 0) {
      if (!e.asked_for) parked.row(channel.id, e.carrier_ref, e.state, e.code, e.at);
      continue;
    }
    if (!seen.insert(attempt_ids[i]).second)
      continue;  // the same receipt twice in one batch: the first counts
    known.push_back(i);
    attempts.row(attempt_ids[i], e.at, e.state, e.code);
    if (waiting[i].remembered)
      channel.outstanding->received(e.carrier_ref);
    else
      done.row(channel.id, e.carrier_ref);
  }
  if (!parked.empty()) YZ_CHECK(tx_.bulk_later(q::receipt_park, parked));
  if (known.empty()) return {};
  YZ_CHECK(tx_.bulk_later(q::attempt_receipt, attempts));
  if (!done.empty()) YZ_CHECK(tx_.bulk_later(q::receipt_wait_delete, done));
  Changes changes(care_);
  std::unordered_set<int64_t> long_done;
  for (const size_t i : known) {
    if (waiting[i].segments == 1)
      YZ_CHECK(settle(channel, waiting[i], finals[i]->state, finals[i]->code, Arrived::kNothing, changes,
                      effects));
    else if (long_done.insert(waiting[i].message_id).second)
      YZ_CHECK(settle_long(channel, waiting[i], changes, effects));
  }
  return write(changes, effects);
}

Result<> Ledger::settle(const LedgerChannel& channel, const Open& open, int64_t state, std::string_view code,
                        Arrived arrived, Changes& changes, Effects& effects) {
  Change c{.message_id = open.message_id,
           .batch_id = open.batch_id,
           .from = MessageState::kSent,
           .to = MessageState::kDelivered};
  if (state == receipt_state::kDelivered) {
    effects.delivered_message_ids.push_back(open.message_id);
    note(effects.receipts, open.batch_id, false);
    changes.add(c);
    return {};
  }
  const Refusal refusal = YZ_TRY(refused(channel, open, CodeStage::kReceipt, code, changes, effects));
  c.to = state == receipt_state::kExpired ? MessageState::kExpired : MessageState::kFailed;
  c.reason = refusal.reason;
  // Of a message of which a part arrived that part would come twice.
  const Next next = arrived == Arrived::kPart ? Next{std::nullopt, refusal.reason}
                                              : YZ_TRY(next_try(channel, open, refusal));
  if (!next.due) {
    note(effects.receipts, open.batch_id, true);
    changes.add(c);
    return {};
  }
  // Only while it counts as sent: what has expired or is unknown is final, and is told by the receipt alone.
  c.otherwise = {c.to, c.reason};
  c.to = MessageState::kQueued;
  c.reason = Reason::kLateRetry;
  c.due = *next.due;
  c.use = Use::kReleased;
  changes.add(c);
  return {};
}

// A long message is delivered when each segment is, failed with the first segment that is not.
Result<> Ledger::settle_long(const LedgerChannel& channel, const Open& open, Changes& changes,
                             Effects& effects) {
  const std::vector<Attempt> attempts = YZ_TRY(attempts_of(open.message_id));
  for (const Attempt& a : attempts)
    if (a.outcome != AttemptOutcome::kAccepted || a.receipt_state == 0) return {};
  const auto arrived = [](const Attempt& a) { return a.receipt_state == receipt_state::kDelivered; };
  const auto bad = std::find_if_not(attempts.begin(), attempts.end(), arrived);
  if (bad == attempts.end())
    return settle(channel, open, receipt_state::kDelivered, "", Arrived::kPart, changes, effects);
  const auto part =
      std::any_of(attempts.begin(), attempts.end(), arrived) ? Arrived::kPart : Arrived::kNothing;
  return settle(channel, open, bad->receipt_state, bad->receipt_code, part, changes, effects);
}

Result<> Ledger::expire(std::span<const Overdue> messages) {
  Changes changes(Care::kLookedUp);
  for (const Overdue& m : messages)
    changes.add({.message_id = m.message_id,
                 .batch_id = m.batch_id,
                 .from = MessageState::kSent,
                 .to = MessageState::kExpired,
                 .reason = Reason::kReceiptOverdue});
  return changes.write(tx_, now_);
}

Result<int64_t> Ledger::close_interrupted(int64_t limit) {
  std::vector<std::pair<int64_t, Open>> open;
  YZ_CHECK(tx_.each(
      q::inflight_some,
      [&](const db::Row& row) { open.emplace_back(row.i64(0), Open{row.i64(1), row.i64(2), row.i64(3)}); },
      limit));
  YZ_CHECK(close(open));
  return static_cast<int64_t>(open.size());
}

Result<Ledger::TakenUp> Ledger::take_up(int64_t from, int64_t limit) {
  TakenUp taken;
  std::vector<std::pair<int64_t, Open>> open;
  db::Columns waits;
  int64_t rows = 0;
  YZ_CHECK(tx_.each(
      q::attempts_outstanding,
      [&](const db::Row& row) {
        ++rows;
        taken.next = row.i64(0) + 1;
        const Open o{row.i64(1), row.i64(2), row.i64(3)};
        const auto outcome = row.as<AttemptOutcome>(4);
        if (outcome == AttemptOutcome::kOpen) open.emplace_back(row.i64(0), o);
        if (outcome == AttemptOutcome::kAccepted && row.i64(5) == 0 && !row.text(7).empty())
          waits.row(row.i64(6), row.text(7), row.i64(0), o.message_id, o.batch_id, o.segments);
      },
      from, limit));
  if (rows < limit) taken.next = 0;
  if (!waits.empty()) YZ_CHECK(tx_.bulk_later(q::receipt_wait_insert, waits));
  YZ_CHECK(close(open));
  taken.closed = static_cast<int64_t>(open.size());
  return taken;
}

// Whether they left, nobody knows.
Result<> Ledger::close(std::span<const std::pair<int64_t, Open>> open) {
  if (open.empty()) return {};
  Changes changes(Care::kLookedUp);
  db::Columns attempts, done;
  for (const auto& [attempt_id, o] : open) {
    attempts.row(attempt_id, AttemptOutcome::kUnknown, now_, 0, "", "", "");
    done.row(attempt_id);
    changes.add({.message_id = o.message_id,
                 .batch_id = o.batch_id,
                 .from = MessageState::kInFlight,
                 .to = MessageState::kUnknown,
                 .reason = Reason::kInterrupted});
  }
  YZ_CHECK(tx_.bulk_later(q::attempt_respond, attempts));
  YZ_CHECK(tx_.bulk_later(q::inflight_delete, done));
  return changes.write(tx_, now_);
}

}  // namespace yizhan::engine
