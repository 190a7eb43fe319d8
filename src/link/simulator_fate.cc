#include "link/simulator_fate.h"

#include <algorithm>

#include "base/limits.h"

namespace yizhan::link {

namespace {

// Each draw has its own purpose, so that changing one probability leaves the other draws as they were.
enum class Draw : uint64_t {
  kNumberError = 1,
  kFirstError,
  kError,
  kLatency,
  kLostResponse,
  kOutOfOrder,
  kDisconnect,
  kHalfOpen,
  kGarbage,
  kOversize,
  kOutcome,
  kReceiptKind,
  kReceiptDelay,
  kReply,
  kReplyText,
  kReplyDelay,
  kQueryError,
  kQueryLost,
};

// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
uint64_t mix_fate(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t combine(uint64_t key, uint64_t value) { return mix_fate(key + 0x9e3779b97f4a7c15 * (value + 1)); }

uint64_t bits(uint64_t key, Draw purpose) { return combine(key, static_cast<uint64_t>(purpose)); }

// Uniform in [0, 1).
double fraction(uint64_t key, Draw purpose) {
  return static_cast<double>(bits(key, purpose) >> 11) * 0x1.0p-53;
}

bool happens(double probability, uint64_t key, Draw purpose) {
  return probability > 0 && fraction(key, purpose) < probability;
}

int64_t within(const MsRange& range, uint64_t key, Draw purpose) {
  if (range.max_ms <= range.min_ms) return range.min_ms;
  const auto width = static_cast<uint64_t>(range.max_ms - range.min_ms) + 1;
  return range.min_ms + static_cast<int64_t>(bits(key, purpose) % width);
}

uint32_t pick_status(const std::vector<StatusChance>& list, uint64_t key, Draw purpose) {
  if (list.empty()) return 0;
  double left = fraction(key, purpose);
  for (const auto& item : list) {
    if (left < item.probability) return item.status;
    left -= item.probability;
  }
  return 0;
}

uint64_t load_le(const uint8_t* p, size_t n) {
  uint64_t v = 0;
  for (size_t i = 0; i < n; ++i) v |= static_cast<uint64_t>(p[i]) << (8 * i);
  return v;
}

}  // namespace

uint64_t simulator_hash(uint64_t seed, ByteSpan bytes) {
  uint64_t h = combine(seed, bytes.size());
  const uint8_t* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) h = mix_fate(h ^ load_le(p, 8));
  if (left > 0) h = mix_fate(h ^ load_le(p, left));
  return h;
}

SimulatorFates::SimulatorFates(const SimulatorConfig& config)
    : config_(config), outcomes_(config.outcomes), tried_(1024) {
  outcomes_.push_back({.stat = "DELIVRD"});
  for (const auto& outcome : outcomes_) delivered_.push_back(outcome.stat == "DELIVRD");
  for (const auto& reply : config_.reply_texts) reply_weights_ += reply.weight;
}

SubmitFate SimulatorFates::decide(const SubmitFacts& facts, uint64_t submit_ordinal) {
  const uint64_t number = simulator_hash(config_.seed, as_bytes(facts.destination));
  const uint64_t part = (uint64_t{facts.part_number} << 8) | facts.part_count;
  const uint64_t segment = simulator_hash(combine(number, part), facts.payload);
  Tried& tried = remember(segment);
  const uint32_t attempt = tried.attempts++;
  const uint64_t attempt_key = combine(segment, attempt);
  SubmitFate fate;
  fate.status = status_for(number, segment, attempt);
  fate.latency_ms = within(config_.latency, attempt_key, Draw::kLatency);
  decide_line(fate, attempt_key, submit_ordinal);
  if (fate.status != 0) return fate;
  const uint64_t whole = facts.part_count > 1 ? combine(number, facts.part_count) : segment;
  const uint32_t accepted = tried.accepted++;
  decide_receipt(fate, combine(whole, accepted), combine(segment, accepted));
  return fate;
}

uint32_t SimulatorFates::status_for(uint64_t number, uint64_t segment, uint32_t attempt) const {
  if (const uint32_t status = pick_status(config_.number_errors, number, Draw::kNumberError)) return status;
  if (attempt == 0) {
    if (const uint32_t status = pick_status(config_.first_errors, segment, Draw::kFirstError)) return status;
  }
  return pick_status(config_.errors, combine(segment, attempt), Draw::kError);
}

void SimulatorFates::decide_line(SubmitFate& fate, uint64_t attempt_key, uint64_t submit_ordinal) const {
  const auto due = [&](const FaultRule& rule, Draw purpose) {
    return (rule.every > 0 && submit_ordinal % rule.every == 0) ||
           happens(rule.probability, attempt_key, purpose);
  };
  if (due(config_.disconnect, Draw::kDisconnect)) {
    fate.fault = LineFault::kDisconnect;
  } else if (due(config_.half_open, Draw::kHalfOpen)) {
    fate.fault = LineFault::kHalfOpen;
  }
  if (due(config_.garbage, Draw::kGarbage)) {
    fate.answer = AnswerKind::kGarbage;
  } else if (due(config_.oversize, Draw::kOversize)) {
    fate.answer = AnswerKind::kOversize;
  } else if (fate.status == 0 && happens(config_.lost_response, attempt_key, Draw::kLostResponse)) {
    fate.answer = AnswerKind::kLost;
  } else if (happens(config_.out_of_order, attempt_key, Draw::kOutOfOrder)) {
    fate.answer = AnswerKind::kHeldBack;
    fate.latency_ms += config_.out_of_order_ms;
  }
}

void SimulatorFates::decide_receipt(SubmitFate& fate, uint64_t fate_key, uint64_t segment_key) const {
  double left = config_.outcomes.empty() ? 1 : fraction(fate_key, Draw::kOutcome);
  fate.outcome = static_cast<uint8_t>(config_.outcomes.size());
  for (size_t i = 0; i < config_.outcomes.size(); ++i) {
    if (left < config_.outcomes[i].probability) {
      fate.outcome = static_cast<uint8_t>(i);
      break;
    }
    left -= config_.outcomes[i].probability;
  }
  const double kind = fraction(segment_key, Draw::kReceiptKind);
  double edge = config_.receipt_lost;
  if (kind < edge) {
    fate.receipt = ReceiptKind::kLost;
  } else if (kind < (edge += config_.receipt_duplicated)) {
    fate.receipt = ReceiptKind::kDuplicated;
  } else if (kind < (edge += config_.receipt_early)) {
    fate.receipt = ReceiptKind::kEarly;
  } else if (kind < edge + config_.receipt_late) {
    fate.receipt = ReceiptKind::kLate;
  }
  const bool late = fate.receipt == ReceiptKind::kLate;
  fate.receipt_delay_ms =
      within(late ? config_.receipt_late_delay : config_.receipt_delay, segment_key, Draw::kReceiptDelay);
  if (fate.receipt == ReceiptKind::kEarly) fate.receipt_delay_ms = 0;
  if (!delivered(fate.outcome) || !happens(config_.replies, fate_key, Draw::kReply)) return;
  double weight = fraction(fate_key, Draw::kReplyText) * reply_weights_;
  fate.reply = 0;
  while (fate.reply + 1u < config_.reply_texts.size() && weight >= config_.reply_texts[fate.reply].weight)
    weight -= config_.reply_texts[fate.reply++].weight;
  fate.reply_delay_ms = fate.receipt_delay_ms + within(config_.reply_delay, fate_key, Draw::kReplyDelay);
}

QueryFate SimulatorFates::decide_query(uint64_t message_id, uint32_t nth) const {
  const uint64_t key = combine(combine(config_.seed, message_id), nth);
  return {.status = pick_status(config_.query_errors, key, Draw::kQueryError),
          .lost = happens(config_.query_lost, key, Draw::kQueryLost)};
}

SimulatorFates::Tried& SimulatorFates::remember(uint64_t segment) {
  if (segment == 0) segment = 1;
  if (remembered_ * 2 >= tried_.size() && remembered_ < limits::kSimulatorRemembered) grow();
  const size_t mask = tried_.size() - 1;
  for (size_t at = segment & mask;; at = (at + 1) & mask) {
    if (tried_[at].segment == segment) return tried_[at];
    if (tried_[at].segment != 0) continue;
    // Beyond the bound a segment counts as tried for the first time.
    if (remembered_ >= limits::kSimulatorRemembered) {
      forgotten_ = {};
      return forgotten_;
    }
    ++remembered_;
    tried_[at].segment = segment;
    return tried_[at];
  }
}

void SimulatorFates::grow() {
  std::vector<Tried> old(tried_.size() * 2);
  old.swap(tried_);
  const size_t mask = tried_.size() - 1;
  for (const Tried& entry : old) {
    if (entry.segment == 0) continue;
    size_t at = entry.segment & mask;
    while (tried_[at].segment != 0) at = (at + 1) & mask;
    tried_[at] = entry;
  }
}

}  // namespace yizhan::link
