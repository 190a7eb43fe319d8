#include <algorithm>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "base/random.h"
#include "codec/smpp/receipt.h"
#include "link/simulator_server.h"
#include "text/segmentation.h"

namespace yizhan::link {

using smpp::CommandId;
using smpp::Status;

namespace {

// A message id as the configuration writes it.
class IdText {
 public:
  IdText(uint64_t id, MessageIdForm form) {
    const bool hex =
        form == MessageIdForm::kHex || form == MessageIdForm::kHexUpper || form == MessageIdForm::kPaddedHex;
    const char* const digits = form == MessageIdForm::kHexUpper ? "0123456789ABCDEF" : "0123456789abcdef";
    const uint64_t base = hex ? 16 : 10;
    size_t least = 1;
    if (form == MessageIdForm::kPaddedDecimal) least = 20;
    if (form == MessageIdForm::kPaddedHex) least = 16;
    for (; id != 0 || size_ < least; id /= base) data_[data_.size() - ++size_] = digits[id % base];
  }
  std::string_view view() const { return {data_.data() + data_.size() - size_, size_}; }

 private:
  std::array<char, 20> data_;
  size_t size_ = 0;
};

bool is_temporary(Status status) {
  return status == Status::kSystemError || status == Status::kQueueFull || status == Status::kThrottled ||
         status == Status::kTemporaryAppError;
}

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

std::string_view receipt_word(ReceiptKind kind) {
  switch (kind) {
    case ReceiptKind::kNormal:
    case ReceiptKind::kLost:
      return "normal";
    case ReceiptKind::kDuplicated:
      return "duplicate";
    case ReceiptKind::kEarly:
      return "early";
    case ReceiptKind::kLate:
      return "late";
  }
  return "normal";
}

std::string_view bind_word(BindModes mode) {
  if (mode == BindModes::kReceiver) return "rx";
  return mode == BindModes::kTransmitter ? "tx" : "trx";
}

PendingAddress address(std::string_view digits, uint8_t ton, uint8_t npi) {
  PendingAddress out{.ton = ton, .npi = npi, .size = static_cast<uint8_t>(digits.size())};
  std::memcpy(out.digits.data(), digits.data(), digits.size());
  return out;
}

}  // namespace

// ---------------------------------------------------------------- PDUs in

void CarrierSimulator::Server::on_pdu(SimulatorSession& s, ByteSpan pdu) {
  ++stats_.pdus_in;
  if (s.frozen) return;
  s.asked = false;
  const smpp::Header header = smpp::parse_header(pdu);
  if (header.command == CommandId::kDeliverSmResp) {
    on_deliver_answer(s, header);
  } else if (!smpp::is_response(header.command)) {
    on_request(s, header, pdu);
  }
}

void CarrierSimulator::Server::on_request(SimulatorSession& s, const smpp::Header& header, ByteSpan pdu) {
  switch (header.command) {
    case CommandId::kSubmitSm:
      on_submit(s, header, pdu);
      return;
    case CommandId::kBindReceiver:
      on_bind<smpp::BindReceiver, smpp::BindReceiverResp>(s, header, pdu);
      return;
    case CommandId::kBindTransmitter:
      on_bind<smpp::BindTransmitter, smpp::BindTransmitterResp>(s, header, pdu);
      return;
    case CommandId::kBindTransceiver:
      on_bind<smpp::BindTransceiver, smpp::BindTransceiverResp>(s, header, pdu);
      return;
    case CommandId::kEnquireLink:
      smpp::encode_header(s.out, CommandId::kEnquireLinkResp, Status::kOk, header.sequence);
      break;
    case CommandId::kUnbind:
      smpp::encode_header(s.out, CommandId::kUnbindResp, Status::kOk, header.sequence);
      s.close_when_written = true;
      break;
    case CommandId::kQuerySm:
      smpp::encode_header(s.out, CommandId::kQuerySmResp, Status::kQueryFailed, header.sequence);
      break;
    default:
      ++stats_.protocol_errors;
      smpp::encode_header(s.out, CommandId::kGenericNack, Status::kInvalidCommandId, header.sequence);
      break;
  }
  mark_dirty(s);
}

template <class Bind, class BindResp>
void CarrierSimulator::Server::on_bind(SimulatorSession& s, const smpp::Header& header, ByteSpan pdu) {
  constexpr BindModes kMode = Bind::kCommand == CommandId::kBindReceiver      ? BindModes::kReceiver
                              : Bind::kCommand == CommandId::kBindTransmitter ? BindModes::kTransmitter
                                                                              : BindModes::kTransceiver;
  const auto bind = smpp::decode<Bind>(pdu);
  uint16_t account = 0;
  const Status status = bind ? judge_bind(s, bind->system_id, bind->password, kMode, account) : bind.error();
  log_.write({.event = SimulatorEvent::kBind,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .status = static_cast<uint32_t>(status),
              .word = bind_word(kMode),
              .account = bind ? bind->system_id : std::string_view{}});
  const Status fits = smpp::encode(s.out, BindResp{.system_id = config_.system_id}, header.sequence, status);
  if (fits != Status::kOk) smpp::encode_header(s.out, BindResp::kCommand, fits, header.sequence);
  mark_dirty(s);
  if (status != Status::kOk) {
    ++stats_.binds_refused;
    if (!s.bound) s.close_when_written = true;
    return;
  }
  ++stats_.binds;
  s.bound = true;
  s.account = account;
  s.can_submit = kMode != BindModes::kReceiver;
  s.can_receive = kMode != BindModes::kTransmitter;
  if (!s.can_receive) return;
  accounts_[account].receivers.push_back(&s);
  pump(accounts_[account]);
}

Status CarrierSimulator::Server::judge_bind(const SimulatorSession& s, std::string_view system_id,
                                            std::string_view password, BindModes mode, uint16_t& account) {
  if (s.bound) return Status::kAlreadyBound;
  const auto found = std::ranges::find(config_.accounts, system_id, &SimulatorAccount::system_id);
  if (found == config_.accounts.end()) return Status::kInvalidSystemId;
  if (found->password != password) return Status::kInvalidPassword;
  if ((std::to_underlying(config_.bind_modes) & std::to_underlying(mode)) == 0) return Status::kBindFailed;
  if (binds_to_refuse_ > 0) {
    --binds_to_refuse_;
    return Status::kSystemError;
  }
  account = static_cast<uint16_t>(found - config_.accounts.begin());
  return Status::kOk;
}

void CarrierSimulator::Server::on_submit(SimulatorSession& s, const smpp::Header& header, ByteSpan pdu) {
  Status status = s.can_submit ? Status::kOk : Status::kIncorrectBindStatus;
  const auto decoded = smpp::decode<smpp::SubmitSm>(pdu);
  if (!decoded || status != Status::kOk) {
    ++stats_.protocol_errors;
    smpp::encode_header(s.out, CommandId::kSubmitSmResp, decoded ? status : decoded.error(), header.sequence);
    mark_dirty(s);
    return;
  }
  ++stats_.submits;
  if (first_submit_ms_ < 0) first_submit_ms_ = now_ms_;
  last_submit_ms_ = now_ms_;
  Submit submit{.sequence = header.sequence, .pdu = *decoded};
  status = read_parts(submit);
  if (status == Status::kOk) status = judge_load(s);
  if (status != Status::kOk) {
    if (status == Status::kThrottled) {
      ++stats_.throttled;
    } else {
      ++stats_.refused_by_status[static_cast<uint32_t>(status)];
    }
    log_submit(s, submit, status, 0, "-", AnswerKind::kSent);
    answer_submit(s, submit.sequence, status, 0, AnswerKind::kSent);
    return;
  }
  carry_out(s, submit,
            fates_.decide({.destination = submit.pdu.destination,
                           .payload = submit.text,
                           .part_number = submit.part_number,
                           .part_count = submit.part_count},
                          ++s.submits));
}

Status CarrierSimulator::Server::read_parts(Submit& submit) const {
  submit.text = submit.pdu.content();
  if (submit.pdu.destination.empty()) return Status::kInvalidDestinationAddress;
  if ((submit.pdu.esm_class & smpp::kEsmUdhi) != 0) {
    const auto header = text::parse_user_data_header(submit.text);
    if (!header) return Status::kInvalidEsmClass;
    submit.text = submit.text.subspan(header->bytes);
    submit.part_reference = header->reference;
    submit.part_number = header->number;
    submit.part_count = header->total;
    return Status::kOk;
  }
  if (submit.pdu.tlvs.raw.empty()) return Status::kOk;
  const auto total = submit.pdu.tlvs.integer(smpp::tag::kSarTotal);
  if (!total) return Status::kOk;
  const uint32_t number = submit.pdu.tlvs.integer(smpp::tag::kSarSequence).value_or(0);
  if (*total == 0 || number == 0 || number > *total || *total > 255) return Status::kInvalidTlvValue;
  submit.part_reference =
      static_cast<uint16_t>(submit.pdu.tlvs.integer(smpp::tag::kSarReference).value_or(0));
  submit.part_number = static_cast<uint8_t>(number);
  submit.part_count = static_cast<uint8_t>(*total);
  return Status::kOk;
}

// Refusals by load come before the fate is drawn: they depend on time and must not use up an attempt.
Status CarrierSimulator::Server::judge_load(SimulatorSession& s) {
  if (config_.window > 0 && s.unanswered_submits >= config_.window) return Status::kThrottled;
  // A response, a receipt, its duplicate, a reply.
  if (!pending_.has_room(4)) return Status::kQueueFull;
  return take_token(accounts_[s.account]) ? Status::kOk : Status::kThrottled;
}

bool CarrierSimulator::Server::take_token(Account& account) {
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
  account.tokens -= 1;
  return true;
}

void CarrierSimulator::Server::carry_out(SimulatorSession& s, const Submit& submit, SubmitFate fate) {
  if (fate.answer == AnswerKind::kGarbage && !count_fault(s, "garbage")) fate.answer = AnswerKind::kSent;
  if (fate.answer == AnswerKind::kOversize && !count_fault(s, "oversize")) fate.answer = AnswerKind::kSent;
  auto status = static_cast<Status>(fate.status);
  uint16_t source = 0;
  if (status == Status::kOk) {
    source = intern_source(submit.pdu);
    if (source >= limits::kSimulatorSources) status = Status::kInvalidSourceAddress;
  }
  uint64_t id = 0;
  std::string_view plan = "-";
  bool wanted = false;
  if (status == Status::kOk) {
    id = next_id_++;
    ++stats_.accepted;
    wanted = receipt_wanted(submit, fate);
    if (wanted) plan = (fate.receipt == ReceiptKind::kLost ? lost_words_ : outcome_words_)[fate.outcome];
  } else {
    ++stats_.refused_by_status[static_cast<uint32_t>(status)];
  }
  log_submit(s, submit, status, id, plan, fate.answer);
  if (status == Status::kOk) {
    plan_receipt(s, submit, fate, id, source, wanted);
    if (wanted && fate.receipt == ReceiptKind::kEarly) fate.latency_ms += config_.receipt_early_ms;
  }
  if (fate.latency_ms == 0) {
    answer_submit(s, submit.sequence, status, id, fate.answer);
  } else {
    const uint32_t index = pending_.take();
    PendingEntry& entry = pending_[index];
    entry.kind = PendingKind::kResponse;
    entry.answer = fate.answer;
    entry.session = s.number;
    entry.sequence = submit.sequence;
    entry.status = static_cast<uint32_t>(status);
    entry.message_id = id;
    ++s.unanswered_submits;
    timers_.schedule(index, now_ms_ + fate.latency_ms);
  }
  if (fate.fault == LineFault::kDisconnect && count_fault(s, "disconnect")) close(s, "disconnect fault");
  if (fate.fault == LineFault::kHalfOpen && count_fault(s, "half_open")) s.frozen = true;
}

bool CarrierSimulator::Server::receipt_wanted(const Submit& submit, const SubmitFate& fate) const {
  const uint8_t asked = submit.pdu.registered_delivery & 3;
  if (asked == smpp::kReceiptNever || asked == 3) return false;
  if (asked == smpp::kReceiptOnFailure && fates_.delivered(fate.outcome)) return false;
  if (config_.multipart_receipts == MultipartReceipts::kFirst) return submit.part_number == 1;
  if (config_.multipart_receipts == MultipartReceipts::kLast) return submit.part_number == submit.part_count;
  return true;
}

void CarrierSimulator::Server::plan_receipt(const SimulatorSession& s, const Submit& submit,
                                            const SubmitFate& fate, uint64_t id, uint16_t source,
                                            bool wanted) {
  const PendingAddress handset =
      address(submit.pdu.destination, submit.pdu.destination_ton, submit.pdu.destination_npi);
  if (fate.reply != kNoReply && submit.part_number == 1)
    queue_inbound(s.account, source, handset, fate.reply, fate.latency_ms + fate.reply_delay_ms);
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
    entry.account = s.account;
    entry.source = source;
    entry.message_id = id;
    entry.accepted_us = now_us_;
    entry.handset = handset;
    if (fate.receipt == ReceiptKind::kEarly) {
      accounts_[s.account].ready.push_front(pending_, index);
      pump(accounts_[s.account]);
    } else {
      timers_.schedule(index, now_ms_ + fate.latency_ms + fate.receipt_delay_ms + copy);
    }
  }
}

void CarrierSimulator::Server::answer_submit(SimulatorSession& s, uint32_t sequence, Status status,
                                             uint64_t id, AnswerKind answer) {
  switch (answer) {
    case AnswerKind::kLost:
      ++stats_.responses_lost;
      return;
    case AnswerKind::kGarbage: {
      Random random(config_.seed ^ sequence);
      ByteWriter out(s.out);
      for (int i = 0; i < 3; ++i) out.u64(random.next());
      break;
    }
    case AnswerKind::kOversize: {
      ByteWriter out(s.out);
      out.u32(0x7FFF'FFFF);
      out.u32(static_cast<uint32_t>(CommandId::kSubmitSmResp));
      out.u32(0);
      out.u32(sequence);
      break;
    }
    case AnswerKind::kHeldBack:
      ++stats_.responses_held_back;
      [[fallthrough]];
    case AnswerKind::kSent: {
      const IdText text(id, config_.submit_id);
      const smpp::SubmitSmResp response{.message_id = text.view()};
      if (status != Status::kOk || smpp::encode(s.out, response, sequence) != Status::kOk)
        smpp::encode_header(s.out, CommandId::kSubmitSmResp, status, sequence);
      break;
    }
  }
  mark_dirty(s);
}

void CarrierSimulator::Server::log_submit(const SimulatorSession& s, const Submit& submit, Status status,
                                          uint64_t id, std::string_view plan, AnswerKind answer) {
  if (!log_.is_open()) return;
  log_.write({.event = SimulatorEvent::kSubmit,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .sequence = submit.sequence,
              .source = submit.pdu.source,
              .destination = submit.pdu.destination,
              .esm_class = submit.pdu.esm_class,
              .data_coding = submit.pdu.data_coding,
              .registered = submit.pdu.registered_delivery,
              .part_reference = submit.part_reference,
              .part_number = submit.part_number,
              .part_count = submit.part_count,
              .text_hash = simulator_hash(0, submit.text),
              .status = static_cast<uint32_t>(status),
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
uint16_t CarrierSimulator::Server::intern_source(const smpp::SubmitSm& pdu) {
  if (last_source_ < sources_.size() && sources_[last_source_].text() == pdu.source) return last_source_;
  const auto [found, added] =
      source_index_.try_emplace(std::string(pdu.source), static_cast<uint16_t>(sources_.size()));
  if (added) {
    if (sources_.size() >= limits::kSimulatorSources) {
      source_index_.erase(found);
      return limits::kSimulatorSources;
    }
    sources_.push_back(address(pdu.source, pdu.source_ton, pdu.source_npi));
  }
  last_source_ = found->second;
  return last_source_;
}

void CarrierSimulator::Server::on_deliver_answer(SimulatorSession& s, const smpp::Header& header) {
  const uint32_t index = s.deliveries.answer(header.sequence);
  // The answer to a deliver_sm that was sent again meanwhile, or to none.
  if (index == kNoEntry) return;
  const PendingEntry& entry = pending_[index];
  log_.write({.event = SimulatorEvent::kAnswer,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .sequence = header.sequence,
              .status = static_cast<uint32_t>(header.status),
              .message_id = entry.message_id});
  if (is_temporary(header.status)) {
    send_again(index, config_.deliver_retry_ms);
  } else if (header.status != Status::kOk) {
    give_up(index, "refused");
  } else {
    ++(entry.kind == PendingKind::kReceipt ? stats_.receipts_answered : stats_.inbound_answered);
    release(index);
  }
  Account& account = accounts_[s.account];
  if (!account.ready.empty()) pump(account);
}

// ---------------------------------------------------------------- PDUs out

// The time of a delayed entry has come.
void CarrierSimulator::Server::fire(uint32_t index) {
  PendingEntry& entry = pending_[index];
  if (entry.kind != PendingKind::kResponse) {
    // Everything due is queued before the account is pumped once.
    accounts_[entry.account].ready.push_back(pending_, index);
    return;
  }
  const auto session = sessions_.find(entry.session);
  if (session != sessions_.end() && !session->second->frozen) {
    --session->second->unanswered_submits;
    answer_submit(*session->second, entry.sequence, static_cast<Status>(entry.status), entry.message_id,
                  entry.answer);
  }
  pending_.give_back(index);
}

void CarrierSimulator::Server::pump(Account& account) {
  while (!account.ready.empty()) {
    SimulatorSession* const session = next_receiver(account);
    if (session == nullptr) return;
    deliver(*session, account.ready.pop_front(pending_));
  }
}

SimulatorSession* CarrierSimulator::Server::next_receiver(Account& account) {
  for (size_t i = 0; i < account.receivers.size(); ++i) {
    account.turn = (account.turn + 1) % account.receivers.size();
    SimulatorSession& s = *account.receivers[account.turn];
    if (!s.frozen && !s.close_when_written && !s.deliveries.full() &&
        s.unwritten() < limits::kSimulatorDeliverBytes)
      return &s;
  }
  return nullptr;
}

void CarrierSimulator::Server::deliver(SimulatorSession& s, uint32_t index) {
  PendingEntry& entry = pending_[index];
  const uint32_t sequence = s.deliveries.add(index, now_ms_);
  const bool again = entry.attempts++ > 0;
  SimulatorRecord record{.at_us = now_us_ - start_us_,
                         .session = s.number,
                         .sequence = sequence,
                         .source = entry.handset.text(),
                         .destination = sources_[entry.source].text(),
                         .message_id = entry.message_id,
                         .attempt = entry.attempts};
  if (again) ++stats_.sent_again;
  if (entry.kind == PendingKind::kReceipt) {
    append_receipt(s, entry, sequence);
    record.event = SimulatorEvent::kReceipt;
    record.outcome = outcome_words_[entry.outcome];
    record.word = receipt_word(entry.receipt);
    if (!again) {
      ++stats_.receipts_sent;
      stats_.receipts_early += entry.receipt == ReceiptKind::kEarly;
      stats_.receipts_late += entry.receipt == ReceiptKind::kLate;
      stats_.receipts_duplicated += entry.receipt == ReceiptKind::kDuplicated;
      ++outcome_counts_[entry.outcome];
    }
  } else {
    append_inbound(s, entry, sequence);
    const InboundText& text = texts_[entry.text];
    const ByteSpan content = ByteSpan(text.payload).subspan(text.udh_bytes);
    record.event = SimulatorEvent::kInbound;
    record.data_coding = text.coding;
    record.text_hash = simulator_hash(0, content);
    if (config_.log_texts == LogTexts::kHex) record.text = content;
    if (!again) ++stats_.inbound_sent;
  }
  log_.write(record);
  mark_dirty(s);
}

void CarrierSimulator::Server::append_receipt(SimulatorSession& s, const PendingEntry& entry,
                                              uint32_t sequence) {
  const OutcomeChance& outcome = fates_.outcomes()[entry.outcome];
  const IdText id(entry.message_id, config_.receipt_id);
  receipt_text_.clear();
  smpp::append_receipt_text({.id = id.view(),
                             .submit_date = minute_text(entry.accepted_us),
                             .done_date = minute_text(now_us_),
                             .stat = outcome.stat,
                             .err = outcome.error,
                             .sub = 1,
                             .dlvrd = fates_.delivered(entry.outcome) ? 1 : 0},
                            receipt_text_);
  tlvs_.clear();
  if (config_.receipt_tlv) smpp::append_receipt_tlvs(id.view(), outcome_states_[entry.outcome], tlvs_);
  const PendingAddress& service = sources_[entry.source];
  const smpp::DeliverSm pdu{.source_ton = entry.handset.ton,
                            .source_npi = entry.handset.npi,
                            .source = entry.handset.text(),
                            .destination_ton = service.ton,
                            .destination_npi = service.npi,
                            .destination = service.text(),
                            .esm_class = smpp::kEsmReceipt,
                            .short_message = as_bytes(receipt_text_),
                            .tlvs = {tlvs_}};
  if (smpp::encode(s.out, pdu, sequence) != Status::kOk) ++stats_.protocol_errors;
}

void CarrierSimulator::Server::append_inbound(SimulatorSession& s, const PendingEntry& entry,
                                              uint32_t sequence) {
  const InboundText& text = texts_[entry.text];
  const PendingAddress& service = sources_[entry.source];
  const smpp::DeliverSm pdu{.source_ton = entry.handset.ton,
                            .source_npi = entry.handset.npi,
                            .source = entry.handset.text(),
                            .destination_ton = service.ton,
                            .destination_npi = service.npi,
                            .destination = service.text(),
                            .esm_class = text.udh_bytes > 0 ? smpp::kEsmUdhi : uint8_t{0},
                            .data_coding = text.coding,
                            .short_message = text.payload};
  if (smpp::encode(s.out, pdu, sequence) != Status::kOk) ++stats_.protocol_errors;
}

void CarrierSimulator::Server::send_again(uint32_t index, int64_t delay_ms) {
  if (pending_[index].attempts >= config_.deliver_attempts) {
    give_up(index, "no answer");
  } else {
    timers_.schedule(index, now_ms_ + delay_ms);
  }
}

void CarrierSimulator::Server::give_up(uint32_t index, std::string_view reason) {
  ++stats_.given_up;
  log_.write({.event = SimulatorEvent::kGivenUp,
              .at_us = now_us_ - start_us_,
              .message_id = pending_[index].message_id,
              .word = reason});
  release(index);
}

void CarrierSimulator::Server::release(uint32_t index) {
  const PendingEntry& entry = pending_[index];
  if (entry.kind == PendingKind::kInbound && entry.text >= config_.reply_texts.size()) {
    texts_[entry.text] = {};
    free_texts_.push_back(entry.text);
  }
  pending_.give_back(index);
}

void CarrierSimulator::Server::queue_inbound(uint16_t account, uint16_t source, const PendingAddress& handset,
                                             uint32_t text, int64_t delay_ms) {
  const uint32_t index = pending_.take();
  PendingEntry& entry = pending_[index];
  entry.kind = PendingKind::kInbound;
  entry.account = account;
  entry.source = source;
  entry.text = text;
  entry.message_id = next_id_++;
  entry.handset = handset;
  timers_.schedule(index, now_ms_ + delay_ms);
}

uint32_t CarrierSimulator::Server::keep_text(InboundText text) {
  if (free_texts_.empty()) {
    texts_.push_back(std::move(text));
    return static_cast<uint32_t>(texts_.size() - 1);
  }
  const uint32_t index = free_texts_.back();
  free_texts_.pop_back();
  texts_[index] = std::move(text);
  return index;
}

// "YYMMDDhhmm" in UTC. An even and an odd minute are kept, so that receipts soon after their submits find
// both.
const std::string& CarrierSimulator::Server::minute_text(int64_t us) {
  const int64_t minute = us / 60'000'000;
  const auto way = static_cast<size_t>(minute & 1);
  if (minutes_[way] != minute) {
    minutes_[way] = minute;
    minute_texts_[way] = smpp::format_receipt_date({us}, seconds(0));
  }
  return minute_texts_[way];
}

}  // namespace yizhan::link
