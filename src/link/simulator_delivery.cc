// PDUs out: receipts and messages of handsets, when their time has come and a session has room.

#include <utility>

#include "base/limits.h"
#include "codec/smpp/receipt.h"
#include "link/simulator_message_id.h"
#include "link/simulator_server.h"
#include "text/segmentation.h"

namespace yizhan::link {

namespace {

// As the data_coding of SMPP has it and Msg_Fmt and its like too: the log's number.
uint8_t coding_number(codec::Coding coding) {
  switch (coding) {
    case codec::Coding::kLatin1:
      return smpp::kCodingLatin1;
    case codec::Coding::kUcs2:
      return smpp::kCodingUcs2;
    default:
      return smpp::kCodingDefault;
  }
}

// The Msg_Id of CMPP, the ten BCD bytes of SMGP.
std::array<uint8_t, 10> inbound_id(codec::Protocol protocol, uint64_t id) {
  std::array<uint8_t, 10> out{};
  if (protocol == codec::Protocol::kSmgp30) {
    for (size_t i = out.size(); i-- > 0; id /= 100)
      out[i] = static_cast<uint8_t>(id / 10 % 10 << 4 | id % 10);
  } else {
    for (size_t i = sizeof id; i-- > 0; id >>= 8) out[i] = static_cast<uint8_t>(id);
  }
  return out;
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

}  // namespace

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
    session->second->unanswered_submits -= entry.segments;
    answer_submit(*session->second, {.sequence = entry.sequence,
                                     .command = entry.command,
                                     .status = entry.status,
                                     .id = entry.message_id,
                                     .kind = entry.answer});
  }
  pending_.give_back(index);
}

void CarrierSimulator::Server::pump(Account& account) {
  while (!account.ready.empty()) {
    SimulatorSession* const session = next_receiver(account);
    if (session == nullptr) {
      wake_dialler();
      return;
    }
    deliver(*session, account.ready.pop_front(pending_));
  }
}

SimulatorSession* CarrierSimulator::Server::next_receiver(Account& account) {
  for (size_t i = 0; i < account.receivers.size(); ++i) {
    account.turn = (account.turn + 1) % account.receivers.size();
    SimulatorSession& s = *account.receivers[account.turn];
    if (!s.frozen && !s.leaving && !s.close_when_written && !s.deliveries.full() &&
        s.unwritten() < limits::kSimulatorDeliverBytes)
      return &s;
  }
  return nullptr;
}

void CarrierSimulator::Server::deliver(SimulatorSession& s, uint32_t index) {
  PendingEntry& entry = pending_[index];
  const uint32_t sequence = s.deliveries.add(index, now_ms_);
  s.active_ms = now_ms_;
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
    record.data_coding = coding_number(text.coding);
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
  deliver_.source = entry.handset.text();
  deliver_.destination = sources_[entry.source].text();
  deliver_.payload = {};
  deliver_.coding = codec::Coding::kDefault;
  deliver_.has_header = false;
  deliver_.echo.id = {};  // that of the message it reports on
  if (!deliver_.receipt) deliver_.receipt.emplace();
  codec::Receipt& receipt = *deliver_.receipt;
  receipt.message = reference(entry.message_id, entry.sequence, entry.nth, config_.receipt_id);
  receipt.state = outcome_states_[entry.outcome];
  receipt.stat = outcome.stat;
  receipt.error = outcome.error;
  receipt.code = outcome_codes_[entry.outcome];
  receipt.submitted = minute_text(entry.accepted_us);
  receipt.done = minute_text(now_us_);
  append_delivery(s, sequence);
}

void CarrierSimulator::Server::append_inbound(SimulatorSession& s, const PendingEntry& entry,
                                              uint32_t sequence) {
  const InboundText& text = texts_[entry.text];
  deliver_.source = entry.handset.text();
  deliver_.destination = sources_[entry.source].text();
  deliver_.payload = text.payload;
  deliver_.coding = text.coding;
  deliver_.has_header = text.udh_bytes > 0;
  deliver_.receipt.reset();
  deliver_.echo.id = inbound_id(dialect_->protocol(), entry.message_id);
  append_delivery(s, sequence);
}

void CarrierSimulator::Server::append_delivery(SimulatorSession& s, uint32_t sequence) {
  if (!dialect_->write_deliver(s.out, dialect_->stamp(sequence, {now_us_}), deliver_))
    ++stats_.protocol_errors;
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

void CarrierSimulator::Server::queue_inbound(uint16_t account, uint16_t source, const PendingNumber& handset,
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

// The configured replies come first, those of send_mo() after them.
Result<void> CarrierSimulator::Server::keep_replies() {
  for (const ReplyWeight& reply : config_.reply_texts) {
    const auto encoding = inbound_encoding(reply.text);
    text::SegmentList segments;
    YZ_CHECK(text::split(reply.text, {.encoding = encoding}, segments));
    if (segments.size() != 1)
      return fail(ErrorCode::kInvalidArgument, "a reply longer than one segment", "reply_texts");
    const ByteSpan payload = segments[0].payload;
    texts_.push_back(
        {.coding = codec::coding_of(encoding), .payload = Bytes(payload.begin(), payload.end())});
  }
  return {};
}

text::Encoding CarrierSimulator::Server::inbound_encoding(std::string_view message) const {
  if (config_.reply_coding == ReplyCoding::kUcs2) return text::Encoding::kUcs2;
  return text::measure(message, dialect_->encodings()).encoding;
}

// "YYMMDDhhmm", in UTC for SMPP and as the clocks of the other protocols' carriers have it. An even and an
// odd minute are kept, so that receipts soon after their submits find both.
const std::string& CarrierSimulator::Server::minute_text(int64_t us) {
  const int64_t minute = us / 60'000'000;
  const auto way = static_cast<size_t>(minute & 1);
  if (minutes_[way] != minute) {
    minutes_[way] = minute;
    minute_texts_[way] = smpp::format_receipt_date({us}, zone_);
  }
  return minute_texts_[way];
}

// The id in the answer to a submit, or that of its nth number in a receipt.
codec::MessageRef CarrierSimulator::Server::reference(uint64_t id, const codec::Sequence& submit, uint8_t nth,
                                                      MessageIdForm form) const {
  // All numbers of a submit_multi share the one id of its response (4.5.2).
  if (dialect_->protocol() == codec::Protocol::kSmpp34)
    return codec::MessageRef(MessageIdText(id - nth, form).view());
  return codec::nth_message(dialect_->protocol(), dialect_->message_ref(id - nth, submit), nth);
}

}  // namespace yizhan::link
