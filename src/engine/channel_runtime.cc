#include "engine/channel_runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <ranges>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "codec/smpp/message_id.h"
#include "codec/smpp/receipt.h"
#include "engine/code_actions.h"
#include "engine/outgoing.h"
#include "text/gsm7.h"
#include "text/segmentation.h"

namespace yizhan::engine {
namespace {

constexpr uint64_t kNoToken = UINT64_MAX;  // of what no delivery brought; no link gives it

domain::AttemptOutcome outcome_of(link::ResponseKind kind) {
  switch (kind) {
    case link::ResponseKind::kAccepted:
      return domain::AttemptOutcome::kAccepted;
    case link::ResponseKind::kRejected:
      return domain::AttemptOutcome::kRejected;
    case link::ResponseKind::kNotSent:
      return domain::AttemptOutcome::kNotSent;
    case link::ResponseKind::kUnknown:
      return domain::AttemptOutcome::kUnknown;
  }
  return domain::AttemptOutcome::kUnknown;
}

// What a carrier wrote, as text that every store takes and a screen can show: printable ASCII, every other
// byte (and the backslash, so that different bytes stay different) as \xNN.
std::string printable(std::string raw) {
  const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
  if (raw.size() > limits::kCarrierIdCharacters) raw.resize(limits::kCarrierIdCharacters);
  if (std::all_of(raw.begin(), raw.end(), plain)) return raw;
  std::string out;
  for (const char c : raw) {
    if (plain(c))
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<uint8_t>(c));
  }
  if (out.size() > limits::kCarrierIdCharacters) out.resize(limits::kCarrierIdCharacters);
  return out;
}

// The code that the table of carriers' codes is asked for: the stat, with the error number where there is
// one. SGIP has a number and no word: "SGIP:1" is a report's, as "SGIP:88" is an answer's.
std::string receipt_code(const link::Delivery& d, domain::ChannelProtocol protocol) {
  if (protocol == domain::ChannelProtocol::kSgip && d.state == codec::ReceiptState::kUndeliverable)
    return fmt::format("SGIP:{}", d.network_error.value_or(0));
  std::string code = d.stat.empty() ? std::string(smpp::stat_of_state(d.state)) : d.stat;
  if (d.state != codec::ReceiptState::kDelivered && d.error.find_first_not_of("0 ") != std::string::npos &&
      code.find(':') == std::string::npos)
    code += ':' + d.error;
  code = printable(std::move(code));
  constexpr size_t kLongestCode = 32;
  if (code.size() > kLongestCode) code.resize(kLongestCode);
  return code;
}

ReceiptEntry to_receipt(const link::Delivery& d, domain::ChannelProtocol protocol) {
  auto state = d.state;
  // A word of the carrier's own invention ("MK:0001") means that it did not arrive.
  if (state == codec::ReceiptState::kNone && !d.stat.empty()) state = codec::ReceiptState::kUndeliverable;
  return {.carrier_ref = printable(d.canonical_id),
          .state = static_cast<int64_t>(state),
          .code = receipt_code(d, protocol),
          .at = d.at};
}

ResponseEntry to_entry(link::Response&& r) {
  return {.attempt_id = static_cast<int64_t>(r.attempt_id),
          .outcome = outcome_of(r.kind),
          .status = r.status,
          .code = printable(std::move(r.code)),
          .carrier_message_id = printable(std::move(r.carrier_message_id)),
          .carrier_ref = printable(std::move(r.canonical_id)),
          .at = r.at,
          .late = r.punctuality == link::Punctuality::kLate};
}

// The store will not take it, however often it is tried.
bool is_unfit(const Error& error) {
  return error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kTooLarge;
}

std::optional<text::Encoding> encoding_of(uint8_t coding, const codec::DialectOptions& options) {
  return codec::encoding_of(static_cast<codec::Coding>(coding), options);
}

// Text of seven bits a character as a character a byte, its header taken off.
void unpack(link::Delivery& d, const codec::DialectOptions& options) {
  if (!options.gsm7_packed || codec::encoding_of(d.coding, options) != text::Encoding::kGsm7) return;
  const ByteSpan packed = d.text();
  const size_t fill = (7 - d.header_bytes * 8 % 7) % 7;
  const size_t bits = packed.size() * 8;
  Bytes septets;
  if (bits > fill) text::gsm7_unpack(packed, fill, (bits - fill) / 7, septets);
  // Seven spare bits look like one more character: the padding, which is zero (TS 23.038, 6.1.2.3.1).
  if (!septets.empty() && septets.back() == 0 && (bits - fill) % 7 == 0) septets.pop_back();
  d.content = std::move(septets);
  d.header_bytes = 0;
}

// Binary and unknown codings are read as Latin-1, which keeps every byte.
std::string decode_text(uint8_t coding, ByteSpan bytes, const codec::DialectOptions& options) {
  std::string out;
  text::append_decoded(encoding_of(coding, options).value_or(text::Encoding::kLatin1), bytes, out);
  return out;
}

}  // namespace

ChannelRuntime::ChannelRuntime(boost::asio::io_context& io, const store::Store& store, ChannelRow row,
                               CarrierCodes codes, ChannelHooks hooks)
    : store_(store),
      row_(std::move(row)),
      form_(text_form(row_.protocol, row_.options)),
      hooks_(std::move(hooks)),
      history_(std::make_shared<ChannelHistory>(store, row_.id)),
      health_({.grace = milliseconds(row_.options.failover_after_ms),
               .percent = row_.options.failover_error_percent},
              store.now()),
      codes_(std::make_shared<const CarrierCodes>(std::move(codes))),
      dialect_(dialect_options(row_.options)),
      link_(link::open_link(io, store.clock, link_config(row_), *this)) {}

void ChannelRuntime::set_codes(CarrierCodes codes) {
  auto fresh = std::make_shared<const CarrierCodes>(std::move(codes));
  const std::lock_guard lock(mutex_);
  codes_ = std::move(fresh);
}

bool ChannelRuntime::settle_health() {
  const std::lock_guard lock(mutex_);
  const bool changed = health_.settle(store_.now());
  if (changed)
    log::warn("channel name={} health={} reason={}", row_.name, name_of(health_.state()),
              name_of(health_.reason()));
  return changed;
}

size_t ChannelRuntime::query_room() const {
  if (row_.options.receipt_query_seconds == 0) return 0;
  const std::lock_guard lock(mutex_);
  if (stopping_ || store_.now() < queries_.refused_until) return 0;
  return std::min(link_->query_room(), limits::kLinkQueries - std::min(limits::kLinkQueries, asked_.size()));
}

void ChannelRuntime::ask(std::vector<ReceiptQuestion>&& questions) {
  std::vector<link::Query> queries;
  const std::lock_guard lock(mutex_);
  for (ReceiptQuestion& q : questions) {
    if (!asked_.try_emplace(q.attempt_id, std::move(q.carrier_ref)).second) continue;
    queries.push_back({.token = static_cast<uint64_t>(q.attempt_id),
                       .source = row_.access_code,
                       .message_id = std::move(q.carrier_message_id)});
  }
  queries_.asked += queries.size();
  link_->query(std::move(queries));
}

ReceiptQueryView ChannelRuntime::queries() const {
  const std::lock_guard lock(mutex_);
  ReceiptQueryView view = queries_;
  view.on = row_.options.receipt_query_seconds != 0;
  if (view.refused_until <= store_.now()) view.refused_until = {};
  return view;
}

// A final state is written as a receipt is; a later receipt finds that nobody waits for it.
void ChannelRuntime::on_query_answers(std::vector<link::QueryAnswer>&& answers) {
  {
    const std::lock_guard lock(mutex_);
    for (link::QueryAnswer& a : answers) {
      auto asked = asked_.extract(static_cast<int64_t>(a.token));
      if (a.outcome == link::QueryOutcome::kUnsupported && store_.now() >= queries_.refused_until) {
        queries_.refused_until = store_.now() + minutes(limits::kQueriesRefusedMinutes);
        queries_.refusal = printable(std::move(a.status));
        log::warn("channel name={} the carrier answers no questions after messages: {}", row_.name,
                  queries_.refusal);
      }
      if (asked.empty() || a.outcome != link::QueryOutcome::kState) continue;
      ++queries_.answered;
      std::string code(smpp::stat_of_state(a.state));
      if (a.state != codec::ReceiptState::kDelivered && a.error != 0) code += fmt::format(":{:03}", a.error);
      receipts_.push_back({{.carrier_ref = std::move(asked.mapped()),
                            .state = static_cast<int64_t>(a.state),
                            .code = std::move(code),
                            .at = a.at,
                            .asked_for = true},
                           kNoToken});
    }
  }
  schedule();
}

bool ChannelRuntime::usable() const {
  const std::lock_guard lock(mutex_);
  return health_.usable();
}

HealthView ChannelRuntime::health() const {
  const std::lock_guard lock(mutex_);
  return {health_.state(), health_.reason(), health_.since()};
}

size_t ChannelRuntime::credit(domain::Lane lane) const { return link_->credit(link_lane(lane)); }

bool ChannelRuntime::bound() const { return link_->stats().state == link::LinkState::kBound; }

bool Recalled::covers(int64_t batch_id, int64_t message_id) const {
  const auto in = [](const std::vector<int64_t>& ids, int64_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  return all || in(batch_ids, batch_id) || in(message_ids, message_id);
}

std::vector<link::Response> ChannelRuntime::submit(const Claim& claim, const Recalled& recalled) {
  link::SubmitBatch batch;
  std::vector<link::Response> kept;
  constexpr size_t kTypicalBytes = 200;
  batch.reserve(claim.segments().size(), claim.segments().size() * kTypicalBytes);
  const auto keep = [&](const ClaimedSegment& s, link::ResponseKind kind) {
    kept.push_back({.attempt_id = static_cast<uint64_t>(s.attempt_id),
                    .message_id = static_cast<uint64_t>(s.message_id),
                    .kind = kind,
                    .status = static_cast<uint32_t>(smpp::Status::kInvalidMessageLength),
                    .at = store_.now()});
  };
  // Held to the end: a stop comes before, and everything is kept, or after, and the link says what became of
  // it.
  const std::lock_guard lock(mutex_);
  for (const ClaimedSegment& s : claim.segments()) {
    outstanding_.add(s.attempt_id, {s.message_id, claim.plan().id, s.part_count});
    if (stopping_ || (!recalled.empty() && recalled.covers(claim.plan().id, s.message_id))) {
      keep(s, link::ResponseKind::kNotSent);
      continue;
    }
    std::array<char, 24> number{};
    const auto end = std::to_chars(number.begin(), number.end(), s.number).ptr;
    const std::string_view digits{number.data(), static_cast<size_t>(end - number.data())};
    const auto added = batch.add(outgoing(s, claim.payload(s), claim.plan(), row_.access_code, digits));
    // Cannot be for what the composer made; if it were, the message fails with the carrier's own word for it.
    if (!added) keep(s, link::ResponseKind::kRejected);
  }
  link_->submit(std::move(batch));
  return kept;
}

void ChannelRuntime::on_responses(std::vector<link::Response>&& responses) {
  {
    const std::lock_guard lock(mutex_);
    std::move(responses.begin(), responses.end(), std::back_inserter(responses_));
  }
  schedule();
}

void ChannelRuntime::on_deliveries(std::vector<link::Delivery>&& deliveries) {
  std::vector<uint64_t> refused;
  {
    const std::lock_guard lock(mutex_);
    refused = turn_away(deliveries);
    for (link::Delivery& d : deliveries) {
      if (d.is_receipt) {
        // A state on the way changes nothing; the final receipt will.
        if (d.intermediate)
          tokens_.push_back(d.token);
        else
          receipts_.push_back({to_receipt(d, row_.protocol), d.token});
        continue;
      }
      unpack(d, dialect_);
      if (d.part && d.part->total > 1) {
        reassemble(d);
      } else {
        inbound_.push_back({{d.source, printable(d.destination),
                             decode_text(static_cast<uint8_t>(d.coding), d.text(), dialect_), d.at},
                            {d.token}});
      }
    }
  }
  if (!refused.empty()) link_->acknowledge(std::move(refused), codec::Fault::kQueueFull);
  schedule();
}

// While the store cannot write, what a carrier delivers again and again must not pile up: the tokens of those
// that are more than a channel holds, which the carrier keeps for now.
std::vector<uint64_t> ChannelRuntime::turn_away(std::vector<link::Delivery>& deliveries) {
  std::vector<uint64_t> refused;
  const size_t held = taken_ + receipts_.size() + inbound_.size() + tokens_.size();
  const size_t room = limits::kChannelDeliveries - std::min(limits::kChannelDeliveries, held);
  if (deliveries.size() <= room) return refused;
  for (size_t i = room; i < deliveries.size(); ++i) refused.push_back(deliveries[i].token);
  deliveries.resize(room);
  return refused;
}

// Parts are acknowledged together, when the message is whole and on disk, or when the rest has not come in
// time.
void ChannelRuntime::reassemble(const link::Delivery& d) {
  std::vector<codec::Assembled> done;
  const auto outcome = reassembler_.add({.source = d.source,
                                         .destination = d.destination,
                                         .data_coding = static_cast<uint8_t>(d.coding),
                                         .part = *d.part,
                                         .text = d.text(),
                                         .cookie = d.token},
                                        d.at, done);
  if (outcome == codec::PartOutcome::kDuplicate || outcome == codec::PartOutcome::kRefused)
    tokens_.push_back(d.token);
  take_assembled(std::move(done));
}

void ChannelRuntime::take_assembled(std::vector<codec::Assembled>&& done) {
  for (codec::Assembled& a : done)
    inbound_.push_back(
        {{a.source, printable(a.destination), decode_text(a.data_coding, a.text, dialect_), store_.now()},
         std::move(a.cookies)});
}

void ChannelRuntime::on_state(link::LinkState state, std::string reason) {
  log::info("channel name={} state={} reason={}", row_.name, link::link_state_name(state), reason);
  history_->note(state, reason, link_->stats().sessions_bound);
  {
    const std::lock_guard lock(mutex_);
    if (state == link::LinkState::kBound)
      health_.bound(store_.now());
    else if (state == link::LinkState::kBadCredentials)
      health_.bad_credentials(store_.now());
    else
      health_.lost(store_.now());
  }
  hooks_.wake();
}

bool ChannelRuntime::idle() const {
  const std::lock_guard lock(mutex_);
  return ended_ && !scheduled_;
}

// At most one write is under way; what arrives meanwhile goes into the next one, so batches grow with the
// load.
void ChannelRuntime::schedule() {
  {
    const std::lock_guard lock(mutex_);
    const bool last = ended_ && stopped_;
    if (scheduled_ || (nothing_new() && !failed_ && !last && !outstanding_.has_old(store_.now()))) return;
    scheduled_ = true;
    failed_ = false;
  }
  // Who is told of the end may end the I/O that our link's timers need: by then the writer holds nothing of
  // us.
  auto self = shared_from_this();
  store_.db.submit([self](db::Tx& tx) { return self->write(tx); },
                   [self](const Result<>& result) mutable {
                     const std::function<void()> stopped = self->written(result);
                     self.reset();
                     if (stopped) stopped();
                   },
                   db::Priority::kUrgent);
}

void ChannelRuntime::look_after() {
  {
    const std::lock_guard lock(mutex_);
    std::vector<codec::Assembled> late;
    reassembler_.expire(store_.now(), late);
    take_assembled(std::move(late));
  }
  schedule();
}

// Runs on the writer; runs again with the same entries if its transaction was undone.
Result<> ChannelRuntime::write(db::Tx& tx) {
  take_new();
  effects_ = {};
  inbound_effects_ = {};
  outstanding_.restart();
  std::shared_ptr<const CarrierCodes> codes;
  {
    const std::lock_guard lock(mutex_);
    codes = codes_;
  }
  const LedgerChannel channel{row_.id, codes.get(), &outstanding_};
  if (one_by_one_)
    YZ_CHECK(write_one_by_one(tx, channel));
  else
    YZ_CHECK(write_entries(tx, channel, working_responses_, working_receipts_, working_inbound_));
  YZ_CHECK(suppress_recipients(tx, store_, effects_.suppress_message_ids));
  YZ_CHECK(act_on_codes(tx, store_, row_.id, effects_));
  paused_ = YZ_TRY(hooks_.pause_failing(tx, effects_));
  return write_old(tx);
}

// With the end of the link all of it: the next one knows nothing of what this one remembers.
Result<> ChannelRuntime::write_old(db::Tx& tx) {
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    ended = ended_;
  }
  return outstanding_.write_old(tx, row_.id, store_.now(), ended);
}

Result<> ChannelRuntime::write_entries(db::Tx& tx, const LedgerChannel& channel,
                                       std::span<const ResponseEntry> responses,
                                       std::span<const ReceiptEntry> receipts,
                                       std::span<const InboundEntry> inbound) {
  Ledger ledger(tx, care_, store_.now());
  YZ_CHECK(ledger.apply_responses(channel, responses, effects_));
  YZ_CHECK(ledger.apply_receipts(channel, receipts, effects_));
  return apply_inbound(tx, store_, row_.id, inbound, inbound_effects_);
}

// Among these entries is one that the store will never take. It is dropped, so that the others and all that
// come after them do not wait for it for ever.
Result<> ChannelRuntime::write_one_by_one(db::Tx& tx, const LedgerChannel& channel) {
  const auto attempt = [&](std::span<const ResponseEntry> responses, std::span<const ReceiptEntry> receipts,
                           std::span<const InboundEntry> inbound) -> Result<> {
    const Effects effects = effects_;
    const InboundEffects inbound_effects = inbound_effects_;
    const Outstanding::Staged staged = outstanding_.staged();
    const auto done = tx.attempt([&] { return write_entries(tx, channel, responses, receipts, inbound); });
    if (done || !is_unfit(done.error())) return done;
    effects_ = effects;
    inbound_effects_ = inbound_effects;
    outstanding_.restore(staged);
    log::error("channel name={} the store does not take what the carrier said, it is dropped: {}", row_.name,
               to_string(done.error()));
    return {};
  };
  for (const ResponseEntry& entry : working_responses_) YZ_CHECK(attempt({&entry, 1}, {}, {}));
  for (const ReceiptEntry& entry : working_receipts_) YZ_CHECK(attempt({}, {&entry, 1}, {}));
  for (const InboundEntry& entry : working_inbound_) YZ_CHECK(attempt({}, {}, {&entry, 1}));
  return {};
}

void ChannelRuntime::take_new() {
  const size_t most =
      hooks_.urgent && hooks_.urgent() ? limits::kLedgerEntriesBesideCodes : limits::kLedgerEntries;
  const std::lock_guard lock(mutex_);
  // Not more than a few milliseconds' work: a claim of a code may wait behind it.
  const auto first = [](auto& all, size_t room) {
    return std::views::take(all, static_cast<ptrdiff_t>(std::min(all.size(), room)));
  };
  const auto room = [most](const auto& working) { return most - std::min(most, working.size()); };
  const auto responses = first(responses_, room(working_responses_));
  for (link::Response& r : responses) working_responses_.push_back(to_entry(std::move(r)));
  responses_.erase(responses_.begin(), responses_.begin() + std::ranges::ssize(responses));
  const auto receipts = first(receipts_, room(working_receipts_));
  for (auto& [entry, token] : receipts) {
    working_receipts_.push_back(std::move(entry));
    if (token != kNoToken) working_tokens_.push_back(token);
  }
  receipts_.erase(receipts_.begin(), receipts_.begin() + std::ranges::ssize(receipts));
  for (auto& [entry, tokens] : inbound_) {
    working_inbound_.push_back(std::move(entry));
    working_tokens_.insert(working_tokens_.end(), tokens.begin(), tokens.end());
  }
  working_tokens_.insert(working_tokens_.end(), tokens_.begin(), tokens_.end());
  taken_ = working_tokens_.size();
  inbound_.clear();
  tokens_.clear();
}

std::function<void()> ChannelRuntime::written(const Result<>& result) {
  bool again = false;
  if (result) {
    took_effect();
    again = true;
  } else if (result.error().code == ErrorCode::kVersionConflict && care_ == Care::kExpected) {
    care_ = Care::kLookedUp;
    again = true;
  } else if (is_unfit(result.error()) && !one_by_one_) {
    one_by_one_ = true;
    care_ = Care::kLookedUp;
    again = true;
  } else {
    log::error("channel name={} could not write what the carrier said: {}", row_.name,
               to_string(result.error()));
  }
  std::function<void()> stopped;
  {
    const std::lock_guard lock(mutex_);
    scheduled_ = false;
    failed_ = !result.has_value();
    if (result) taken_ = 0;
    const bool done = ended_ && nothing_new() && outstanding_.empty();
    again = again && (failed_ || !nothing_new() || (ended_ && !outstanding_.empty()));
    if (result && done) stopped = std::exchange(stopped_, {});
  }
  if (again) schedule();
  return stopped;
}

// After the commit: what was stored is acknowledged, what follows from it happens.
void ChannelRuntime::took_effect() {
  outstanding_.settle();
  if (!working_tokens_.empty()) link_->acknowledge(std::move(working_tokens_));
  working_tokens_.clear();
  working_responses_.clear();
  working_receipts_.clear();
  working_inbound_.clear();
  care_ = Care::kExpected;
  one_by_one_ = false;
  for (const int64_t batch : paused_) hooks_.recall(batch);
  for (const int64_t batch : effects_.recall_batch_ids) hooks_.recall(batch);
  {
    const std::lock_guard lock(mutex_);
    health_.answered(effects_.answered, effects_.route_errors, store_.now());
  }
  if (!inbound_effects_.recall_message_ids.empty())
    hooks_.recall_messages(std::move(inbound_effects_.recall_message_ids));
  if (effects_.requeued || inbound_effects_.queued) hooks_.wake();
}

// The link first says what became of everything it holds; then that must be written too.
void ChannelRuntime::stop(Duration drain, std::function<void()> stopped) {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  stopped_ = std::move(stopped);
  link_->stop(drain, [self = shared_from_this()] {
    {
      const std::lock_guard inner(self->mutex_);
      self->ended_ = true;
    }
    self->schedule();
  });
}

}  // namespace yizhan::engine
