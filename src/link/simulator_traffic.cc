// PDUs in: logins, queries, submits and what becomes of them, answers to deliveries.

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/random.h"
#include "codec/smpp/pdu.h"
#include "link/simulator_message_id.h"
#include "link/simulator_server.h"

namespace yizhan::link {

using codec::Act;
using codec::Fault;
using codec::Protocol;

namespace {

std::string_view answer_word(AnswerKind answer) {
  switch (answer) {
    case AnswerKind::kSent:
      return "sent";
    case AnswerKind::kHeldBack:
      return "held";
    case AnswerKind::kLost:
      return "lost";
    case AnswerKind::kGarbage:
      return "garbage";
    case AnswerKind::kOversize:
      return "oversize";
  }
  return "sent";
}

BindModes mode_of(codec::Role role) {
  switch (role) {
    case codec::Role::kSend:
      return BindModes::kTransmitter;
    case codec::Role::kReceive:
      return BindModes::kReceiver;
    case codec::Role::kBoth:
      return BindModes::kTransceiver;
  }
  return BindModes::kTransceiver;
}

std::string_view mode_word(BindModes mode) {
  if (mode == BindModes::kReceiver) return "rx";
  return mode == BindModes::kTransmitter ? "tx" : "trx";
}

// As SMPP's registered_delivery has it (5.2.17).
uint8_t wish_number(codec::ReceiptWish wish) {
  switch (wish) {
    case codec::ReceiptWish::kNever:
      return smpp::kReceiptNever;
    case codec::ReceiptWish::kAlways:
      return smpp::kReceiptAlways;
    case codec::ReceiptWish::kOnFailure:
      return smpp::kReceiptOnFailure;
  }
  return smpp::kReceiptNever;
}

}  // namespace

void CarrierSimulator::Server::on_pdu(SimulatorSession& s, ByteSpan bytes) {
  ++stats_.pdus_in;
  if (s.frozen) return;
  s.asked = false;
  dialect_->read(bytes, pdu_);
  if (pdu_.act != Act::kKeepAlive && pdu_.act != Act::kKeepAliveAnswer) s.active_ms = now_ms_;
  switch (pdu_.act) {
    case Act::kSubmit:
      on_submit(s);
      return;
    case Act::kDeliverAnswer:
    case Act::kNack:
      on_deliver_answer(s);
      return;
    case Act::kLoginAnswer:
      on_login_answer(s, pdu_.status);
      return;
    case Act::kLogoutAnswer:
      if (s.leaving) close(s, "idle");
      return;
    case Act::kSubmitAnswer:
    case Act::kKeepAliveAnswer:
    case Act::kQueryAnswer:
    case Act::kIgnored:
      return;
    case Act::kLogin:
    case Act::kDeliver:
    case Act::kKeepAlive:
    case Act::kLogout:
    case Act::kQuery:
    case Act::kUnwanted:
    case Act::kMalformed:
      on_request(s);
      return;
  }
}

void CarrierSimulator::Server::on_request(SimulatorSession& s) {
  switch (pdu_.act) {
    case Act::kLogin:
      on_login(s);
      break;
    case Act::kKeepAlive:
      dialect_->write_keep_alive_answer(s.out, pdu_.sequence);
      break;
    case Act::kLogout:
      dialect_->write_logout_answer(s.out, pdu_.sequence);
      s.close_when_written = true;
      break;
    case Act::kQuery:
      on_query(s);
      break;
    case Act::kMalformed:
      ++stats_.protocol_errors;
      stats_.binds_refused += pdu_.fault == Fault::kVersion;
      dialect_->write_refusal(s.out, pdu_, pdu_.fault);
      if (!s.bound) s.close_when_written = true;
      break;
    default:
      ++stats_.protocol_errors;
      dialect_->write_refusal(s.out, pdu_, Fault::kUnknownCommand);
      break;
  }
  mark_dirty(s);
}

void CarrierSimulator::Server::on_login(SimulatorSession& s) {
  const codec::Login& login = pdu_.login;
  const BindModes mode = mode_of(login.role);
  uint16_t account = 0;
  const Fault fault = judge_login(s, login, account);
  const size_t from = s.out.size();
  dialect_->write_login_answer(s.out, pdu_.sequence, pdu_, config_.accounts[account].password, fault);
  log_.write({.event = SimulatorEvent::kBind,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .status = status_written(s, from),
              .word = mode_word(mode),
              .account = login.account});
  if (fault != Fault::kNone) {
    ++stats_.binds_refused;
    if (!s.bound) s.close_when_written = true;
    return;
  }
  ++stats_.binds;
  s.bound = true;
  s.account = account;
  s.can_submit = mode != BindModes::kReceiver;
  // SGIP delivers over a connection of the carrier's own.
  s.can_receive = mode != BindModes::kTransmitter && dialect_->protocol() != Protocol::kSgip12;
  if (!s.can_receive) return;
  accounts_[account].receivers.push_back(&s);
  pump(accounts_[account]);
}

Fault CarrierSimulator::Server::judge_login(const SimulatorSession& s, const codec::Login& login,
                                            uint16_t& account) {
  if (s.bound) return Fault::kAlreadyLoggedIn;
  const auto found = std::ranges::find(config_.accounts, login.account, &SimulatorAccount::system_id);
  if (found == config_.accounts.end()) return Fault::kBadAccount;
  account = static_cast<uint16_t>(found - config_.accounts.begin());
  if (!dialect_->proves(login, found->password)) return Fault::kBadSecret;
  // SMPP has one number for all that is right and yet not allowed: ESME_RBINDFAIL.
  if ((std::to_underlying(config_.bind_modes) & std::to_underlying(mode_of(login.role))) == 0)
    return Fault::kAddressRefused;
  if (binds_to_refuse_ > 0) {
    --binds_to_refuse_;
    return Fault::kSystem;
  }
  return Fault::kNone;
}

// The status in the answer that begins there, as its reader will see it: each protocol has other numbers.
uint32_t CarrierSimulator::Server::status_written(const SimulatorSession& s, size_t from) {
  if (from >= s.out.size()) return 0;
  dialect_->read(ByteSpan(s.out).subspan(from), written_);
  return written_.status;
}

void CarrierSimulator::Server::on_query(SimulatorSession& s) {
  const uint64_t id = parse_message_id(pdu_.query.message.view(), config_.submit_id);
  const auto known = accepted_.ask(id);
  const QueryFate fate = known ? fates_.decide_query(id, known->asked) : QueryFate{};
  codec::QueryAnswer answer{.message = pdu_.query.message};
  ++stats_.queries;
  if (fate.lost) return;
  if (!s.bound) {
    answer.status = dialect_->submit_status(Fault::kNotLoggedIn);
  } else if (!known || known->account != s.account) {
    answer.status = dialect_->submit_status(Fault::kUnknownMessage);
  } else if (fate.status != 0) {
    answer.status = fate.status;
  } else if (now_ms_ < known->final_ms) {
    answer.state = codec::ReceiptState::kEnroute;
  } else {
    answer.state = outcome_states_[known->outcome];
    answer.error = outcome_errors_[known->outcome];
  }
  dialect_->write_query_answer(s.out, pdu_.sequence, answer);
}

// ---------------------------------------------------------------- submits

void CarrierSimulator::Server::on_submit(SimulatorSession& s) {
  Submit submit{
      .pdu = pdu_.submit, .sequence = pdu_.sequence, .command = pdu_.command, .text = {}, .part = {}};
  if (!s.can_submit) {
    ++stats_.protocol_errors;
    dialect_->write_submit_answer(s.out, submit.sequence, submit.command, Fault::kNotLoggedIn, {});
    mark_dirty(s);
    return;
  }
  const auto segments = static_cast<uint32_t>(submit.pdu.destinations.size());
  stats_.submits += std::max(segments, 1U);
  if (first_submit_ms_ < 0) first_submit_ms_ = now_ms_;
  last_submit_ms_ = now_ms_;
  Fault fault = read_parts(submit);
  if (fault == Fault::kNone) fault = judge_load(s, segments);
  if (fault != Fault::kNone) {
    refuse_submit(s, submit, fault);
  } else {
    carry_out(s, submit);
  }
}

Fault CarrierSimulator::Server::read_parts(Submit& submit) const {
  submit.text = submit.pdu.payload;
  const auto& numbers = submit.pdu.destinations;
  if (numbers.empty() || numbers.size() > UINT8_MAX || std::ranges::any_of(numbers, &std::string_view::empty))
    return Fault::kBadDestination;
  if (submit.pdu.part) submit.part = *submit.pdu.part;
  if (!submit.pdu.has_header) return Fault::kNone;
  const auto header = text::parse_user_data_header(submit.text);
  if (!header) return Fault::kBadCoding;
  submit.text = submit.text.subspan(header->bytes);
  return Fault::kNone;
}

// Refusals by load come before the fate is drawn: they depend on time and must not use up an attempt.
Fault CarrierSimulator::Server::judge_load(SimulatorSession& s, uint32_t segments) {
  if (now_us_ - start_us_ < config_.throttled_for_ms * 1'000) return Fault::kThrottled;
  if (config_.window > 0 && s.unanswered_submits + segments > config_.window) return Fault::kThrottled;
  // A response, and for each number a receipt, its duplicate, a reply.
  if (!pending_.has_room(1 + 3 * segments)) return Fault::kQueueFull;
  return take_tokens(accounts_[s.account], segments) ? Fault::kNone : Fault::kThrottled;
}

// A submit to several numbers may take more than there is; the next ones wait for what it owes.
bool CarrierSimulator::Server::take_tokens(Account& account, uint32_t segments) {
  if (config_.rate_per_second == 0) return true;
  const double rate = config_.rate_per_second;
  // A tenth of a second's worth may come at once.
  const double most = std::max(1.0, rate / 10);
  const int64_t now = now_ms_ * 1'000;
  account.tokens =
      account.refilled_us == 0
          ? most
          : std::min(most, account.tokens + static_cast<double>(now - account.refilled_us) * rate / 1e6);
  account.refilled_us = std::max<int64_t>(now, 1);
  if (account.tokens < 1) return false;
  account.tokens -= segments;
  return true;
}

void CarrierSimulator::Server::refuse_submit(SimulatorSession& s, const Submit& submit, Fault fault) {
  const uint32_t status = dialect_->submit_status(fault);
  const auto segments = std::max<uint64_t>(submit.pdu.destinations.size(), 1);
  if (fault == Fault::kThrottled) {
    stats_.throttled += segments;
  } else {
    stats_.refused_by_status[status] += segments;
  }
  if (submit.pdu.destinations.empty()) log_submit(s, submit, {}, status, 0, "-", AnswerKind::kSent);
  for (const std::string_view destination : submit.pdu.destinations)
    log_submit(s, submit, destination, status, 0, "-", AnswerKind::kSent);
  answer_submit(s, {.sequence = submit.sequence, .command = submit.command, .status = status});
}

// Each number has its own fate. The first one's says how the one response comes; one that is refused refuses
// all, since the response has room for one status.
void CarrierSimulator::Server::carry_out(SimulatorSession& s, const Submit& submit) {
  ++s.submits;
  submit_fates_.clear();
  for (const std::string_view destination : submit.pdu.destinations)
    submit_fates_.push_back(fates_.decide({.destination = destination,
                                           .payload = submit.text,
                                           .part_number = submit.part.number,
                                           .part_count = submit.part.total},
                                          s.submits));
  SubmitFate& first = submit_fates_.front();
  if (first.answer == AnswerKind::kGarbage && !count_fault(s, "garbage")) first.answer = AnswerKind::kSent;
  if (first.answer == AnswerKind::kOversize && !count_fault(s, "oversize")) first.answer = AnswerKind::kSent;
  const LineFault line = first.fault;
  uint16_t source = 0;
  Answer answer{.sequence = submit.sequence,
                .command = submit.command,
                .status = judge_submit(s, submit, source),
                .kind = first.answer};
  if (answer.status == 0) answer.id = accept_submit(s, submit, source);
  const auto segments = static_cast<uint8_t>(submit_fates_.size());
  if (first.latency_ms == 0) {
    answer_submit(s, answer);
  } else {
    answer_later(s, answer, segments, first.latency_ms);
  }
  if (line == LineFault::kDisconnect && count_fault(s, "disconnect")) close(s, "disconnect fault");
  if (line == LineFault::kHalfOpen && count_fault(s, "half_open")) s.frozen = true;
}

// The status of the response; with 0, the access number's index.
uint32_t CarrierSimulator::Server::judge_submit(SimulatorSession& s, const Submit& submit, uint16_t& source) {
  const auto refused = std::ranges::find_if(submit_fates_, [](const SubmitFate& f) { return f.status != 0; });
  uint32_t status = refused == submit_fates_.end() ? 0 : refused->status;
  if (status == 0) {
    source = intern_source(submit.pdu.source);
    if (source >= limits::kSimulatorSources) status = dialect_->submit_status(Fault::kBadSource);
  }
  if (status == 0) return 0;
  stats_.refused_by_status[status] += submit_fates_.size();
  for (const std::string_view destination : submit.pdu.destinations)
    log_submit(s, submit, destination, status, 0, "-", submit_fates_.front().answer);
  return status;
}

// The id of the first number.
uint64_t CarrierSimulator::Server::accept_submit(const SimulatorSession& s, const Submit& submit,
                                                 uint16_t source) {
  const auto segments = static_cast<uint8_t>(submit_fates_.size());
  const uint64_t id = next_ids(segments);
  stats_.accepted += segments;
  bool early = false;
  for (uint8_t nth = 0; nth < segments; ++nth) {
    const SubmitFate& fate = submit_fates_[nth];
    accept_segment(s, submit, nth, source, id + nth);
    early = early || (fate.receipt == ReceiptKind::kEarly && receipt_wanted(submit, fate));
  }
  if (early) submit_fates_.front().latency_ms += config_.receipt_early_ms;
  return id;
}

void CarrierSimulator::Server::accept_segment(const SimulatorSession& s, const Submit& submit, uint8_t nth,
                                              uint16_t source, uint64_t id) {
  const SubmitFate& fate = submit_fates_[nth];
  const bool wanted = receipt_wanted(submit, fate);
  std::string_view plan = "-";
  if (wanted) plan = (fate.receipt == ReceiptKind::kLost ? lost_words_ : outcome_words_)[fate.outcome];
  log_submit(s, submit, submit.pdu.destinations[nth], 0, id, plan, submit_fates_.front().answer);
  if (dialect_->protocol() == Protocol::kSmpp34)
    accepted_.add(id, {.account = s.account,
                       .outcome = fate.outcome,
                       .final_ms = now_ms_ + submit_fates_.front().latency_ms + fate.receipt_delay_ms});
  plan_receipt(s, submit, nth, id, source, wanted);
}

bool CarrierSimulator::Server::receipt_wanted(const Submit& submit, const SubmitFate& fate) const {
  if (submit.pdu.receipt == codec::ReceiptWish::kNever) return false;
  if (submit.pdu.receipt == codec::ReceiptWish::kOnFailure && fates_.delivered(fate.outcome)) return false;
  if (config_.multipart_receipts == MultipartReceipts::kFirst) return submit.part.number == 1;
  if (config_.multipart_receipts == MultipartReceipts::kLast) return submit.part.number == submit.part.total;
  return true;
}

void CarrierSimulator::Server::plan_receipt(const SimulatorSession& s, const Submit& submit, uint8_t nth,
                                            uint64_t id, uint16_t source, bool wanted) {
  const SubmitFate& fate = submit_fates_[nth];
  const int64_t latency_ms = submit_fates_.front().latency_ms;
  const uint16_t account = owner(s);
  const PendingNumber handset(submit.pdu.destinations[nth]);
  if (fate.reply != kNoReply && submit.part.number == 1)
    queue_inbound(account, source, handset, fate.reply, latency_ms + fate.reply_delay_ms);
  if (!wanted) return;
  if (fate.receipt == ReceiptKind::kLost) {
    ++stats_.receipts_lost;
    return;
  }
  const bool twice = fate.receipt == ReceiptKind::kDuplicated;
  for (int copy = 0; copy < (twice ? 2 : 1); ++copy) {
    const uint32_t index = pending_.take();
    PendingEntry& entry = pending_[index];
    entry.kind = PendingKind::kReceipt;
    entry.receipt = twice && copy == 0 ? ReceiptKind::kNormal : fate.receipt;
    entry.outcome = fate.outcome;
    entry.nth = nth;
    entry.account = account;
    entry.source = source;
    entry.sequence = submit.sequence;
    entry.message_id = id;
    entry.accepted_us = now_us_;
    entry.handset = handset;
    if (fate.receipt == ReceiptKind::kEarly) {
      accounts_[account].ready.push_front(pending_, index);
      pump(accounts_[account]);
    } else {
      timers_.schedule(index, now_ms_ + latency_ms + fate.receipt_delay_ms + copy);
    }
  }
}

// Whose deliveries it asks for. Behind an SGIP listener there is one client, whichever account it submits
// with.
uint16_t CarrierSimulator::Server::owner(const SimulatorSession& s) const {
  return dialect_->protocol() == Protocol::kSgip12 ? uint16_t{0} : s.account;
}

// So many ids in a row: no carry out of the lowest 16 bits, which is where CMPP counts (Msg_Id).
uint64_t CarrierSimulator::Server::next_ids(uint32_t count) {
  constexpr uint64_t kLowest = 0xFFFF;
  if ((next_id_ & kLowest) + count > kLowest + 1) next_id_ = (next_id_ | kLowest) + 1;
  const uint64_t first = next_id_;
  next_id_ += count;
  return first;
}

void CarrierSimulator::Server::answer_later(SimulatorSession& s, const Answer& answer, uint8_t segments,
                                            int64_t delay_ms) {
  const uint32_t index = pending_.take();
  PendingEntry& entry = pending_[index];
  entry.kind = PendingKind::kResponse;
  entry.answer = answer.kind;
  entry.segments = segments;
  entry.session = s.number;
  entry.sequence = answer.sequence;
  entry.command = answer.command;
  entry.status = answer.status;
  entry.message_id = answer.id;
  s.unanswered_submits += segments;
  timers_.schedule(index, now_ms_ + delay_ms);
}

void CarrierSimulator::Server::answer_submit(SimulatorSession& s, const Answer& answer) {
  const size_t from = s.out.size();
  if (answer.kind == AnswerKind::kLost) {
    ++stats_.responses_lost;
    return;
  }
  if (answer.kind == AnswerKind::kGarbage) {
    Random random(config_.seed ^ answer.sequence.number);
    ByteWriter out(s.out);
    for (int i = 0; i < 3; ++i) out.u64(random.next());
    mark_dirty(s);
    return;
  }
  stats_.responses_held_back += answer.kind == AnswerKind::kHeldBack;
  const codec::MessageRef message =
      answer.status == 0 ? reference(answer.id, answer.sequence, 0, config_.submit_id) : codec::MessageRef{};
  dialect_->write_submit_status(s.out, answer.sequence, answer.command, answer.status, message);
  // All protocols begin with the length: this one says 4 GB.
  if (answer.kind == AnswerKind::kOversize) ByteWriter(s.out).patch_u32(from, UINT32_MAX);
  mark_dirty(s);
}

void CarrierSimulator::Server::log_submit(const SimulatorSession& s, const Submit& submit,
                                          std::string_view destination, uint32_t status, uint64_t id,
                                          std::string_view plan, AnswerKind answer) {
  if (!log_.is_open()) return;
  log_.write({.event = SimulatorEvent::kSubmit,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .sequence = submit.sequence.number,
              .source = submit.pdu.source,
              .destination = destination,
              .esm_class = submit.pdu.has_header ? smpp::kEsmUdhi : uint8_t{0},
              .data_coding = submit.pdu.raw_coding,
              .registered = wish_number(submit.pdu.receipt),
              .part_reference = submit.part.reference,
              .part_number = submit.part.number,
              .part_count = submit.part.total,
              .text_hash = simulator_hash(0, submit.text),
              .status = status,
              .message_id = id,
              .outcome = plan,
              .word = answer_word(answer),
              .text = config_.log_texts == LogTexts::kHex ? submit.text : ByteSpan{}});
}

bool CarrierSimulator::Server::count_fault(SimulatorSession& s, std::string_view name) {
  if (config_.faults_max > 0 && fault_count_ >= config_.faults_max) return false;
  ++fault_count_;
  ++stats_.faults[std::string(name)];
  log_.write(
      {.event = SimulatorEvent::kFault, .at_us = now_us_ - start_us_, .session = s.number, .word = name});
  return true;
}

// limits::kSimulatorSources when there are too many.
uint16_t CarrierSimulator::Server::intern_source(std::string_view number) {
  if (last_source_ < sources_.size() && sources_[last_source_].text() == number) return last_source_;
  const auto [found, added] =
      source_index_.try_emplace(std::string(number), static_cast<uint16_t>(sources_.size()));
  if (added) {
    if (sources_.size() >= limits::kSimulatorSources) {
      source_index_.erase(found);
      return limits::kSimulatorSources;
    }
    sources_.emplace_back(number);
  }
  last_source_ = found->second;
  return last_source_;
}

void CarrierSimulator::Server::on_deliver_answer(SimulatorSession& s) {
  const uint32_t index = s.deliveries.answer(pdu_.sequence.number);
  // The answer to a delivery that was sent again meanwhile, or to none.
  if (index == kNoEntry) return;
  const PendingEntry& entry = pending_[index];
  log_.write({.event = SimulatorEvent::kAnswer,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .sequence = pdu_.sequence.number,
              .status = pdu_.status,
              .message_id = entry.message_id});
  if (is_temporary(pdu_.status)) {
    send_again(index, config_.deliver_retry_ms);
  } else if (pdu_.status != 0) {
    give_up(index, "refused");
  } else {
    ++(entry.kind == PendingKind::kReceipt ? stats_.receipts_answered : stats_.inbound_answered);
    release(index);
  }
  Account& account = accounts_[s.account];
  if (!account.ready.empty()) pump(account);
}

bool CarrierSimulator::Server::is_temporary(uint32_t status) const {
  if (status == 0) return false;
  return status == dialect_->submit_status(Fault::kSystem) ||
         status == dialect_->submit_status(Fault::kQueueFull) ||
         status == dialect_->submit_status(Fault::kThrottled) ||
         (dialect_->protocol() == Protocol::kSmpp34 &&
          status == static_cast<uint32_t>(smpp::Status::kTemporaryAppError));
}

}  // namespace yizhan::link
