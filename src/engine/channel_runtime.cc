#include "engine/channel_runtime.h"

#include "base/log.h"
#include "codec/smpp/message_id.h"
#include "codec/smpp/receipt.h"
#include "text/segmentation.h"

namespace yizhan::engine {
namespace {

smpp::MessageIdForm codec_form(domain::MessageIdForm form) {
  switch (form) {
    case domain::MessageIdForm::kVerbatim:
      return smpp::MessageIdForm::kVerbatim;
    case domain::MessageIdForm::kDecimal:
      return smpp::MessageIdForm::kDecimal;
    case domain::MessageIdForm::kHexadecimal:
      return smpp::MessageIdForm::kHex;
    case domain::MessageIdForm::kSubmitHexReceiptDecimal:
      return smpp::MessageIdForm::kSubmitHexReceiptDecimal;
    case domain::MessageIdForm::kSubmitDecimalReceiptHex:
      return smpp::MessageIdForm::kSubmitDecimalReceiptHex;
  }
  return smpp::MessageIdForm::kVerbatim;
}

link::LinkConfig link_config(const ChannelRow& row) {
  const domain::ChannelOptions& o = row.options;
  link::LinkConfig config;
  config.host = row.host;
  config.port = row.port;
  config.system_id = row.system_id;
  config.password = row.password;
  config.system_type = o.system_type;
  config.bind_mode = o.bind_mode == domain::BindMode::kTransceiver ? link::BindMode::kTransceiver
                                                                   : link::BindMode::kTransmitterReceiver;
  config.window = static_cast<uint32_t>(o.window);
  config.segments_per_second = static_cast<uint32_t>(o.segments_per_second);
  config.response_timeout = milliseconds(o.response_timeout_ms);
  config.enquire_link_interval = milliseconds(o.enquire_link_ms);
  config.reconnect_min = milliseconds(o.reconnect_min_ms);
  config.reconnect_max = milliseconds(o.reconnect_max_ms);
  config.sessions = static_cast<uint32_t>(o.sessions);
  return config;
}

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

// The code that the table of carriers' codes is asked for: the stat, with the error number where there is
// one.
std::string receipt_code(const smpp::ReceiptText& text, smpp::MessageState state) {
  std::string code(text.stat.empty() ? smpp::stat_of_state(state) : text.stat);
  if (state != smpp::MessageState::kDelivered && text.err.find_first_not_of("0 ") != std::string_view::npos &&
      code.find(':') == std::string::npos) {
    code += ':';
    code += text.err;
  }
  constexpr size_t kLongestCode = 32;
  if (code.size() > kLongestCode) code.resize(kLongestCode);
  return code;
}

std::string decode_text(uint8_t data_coding, ByteSpan bytes) {
  std::string out;
  const auto encoding = data_coding == smpp::kCodingUcs2     ? text::Encoding::kUcs2
                        : data_coding == smpp::kCodingLatin1 ? text::Encoding::kLatin1
                        : data_coding == smpp::kCodingAscii  ? text::Encoding::kAscii
                                                             : text::Encoding::kGsm7;
  text::append_decoded(encoding, bytes, out);
  return out;
}

}  // namespace

ChannelRuntime::ChannelRuntime(boost::asio::io_context& io, const store::Store& store, ChannelRow row,
                               CarrierCodes codes, ChannelHooks hooks)
    : store_(store),
      row_(std::move(row)),
      codes_(std::move(codes)),
      hooks_(std::move(hooks)),
      link_(io, store.clock, link_config(row_), *this) {}

bool ChannelRuntime::bound() const { return link_.stats().state == link::LinkState::kBound; }

void ChannelRuntime::submit(const Claim& claim) {
  link::SubmitBatch batch;
  batch.segments.reserve(claim.segments().size());
  for (const ClaimedSegment& s : claim.segments()) {
    const ByteSpan payload = claim.payload(s);
    batch.segments.push_back(
        {.attempt_id = static_cast<uint64_t>(s.attempt_id),
         .message_id = static_cast<uint64_t>(s.message_id),
         .group = static_cast<uint64_t>(claim.plan().id),
         .source = row_.access_code,
         .destination = std::to_string(s.number),
         .data_coding = s.encoding == text::Encoding::kUcs2 ? smpp::kCodingUcs2 : smpp::kCodingDefault,
         .esm_class = s.has_header ? smpp::kEsmUdhi : uint8_t{0},
         .registered_delivery = smpp::kReceiptAlways,
         .payload = Bytes(payload.begin(), payload.end())});
  }
  link_.submit(std::move(batch));
}

void ChannelRuntime::on_responses(std::vector<link::Response>&& responses) {
  {
    const std::lock_guard lock(mutex_);
    std::move(responses.begin(), responses.end(), std::back_inserter(responses_));
  }
  schedule();
}

void ChannelRuntime::on_deliveries(std::vector<link::Delivery>&& deliveries) {
  {
    const std::lock_guard lock(mutex_);
    std::move(deliveries.begin(), deliveries.end(), std::back_inserter(deliveries_));
  }
  schedule();
}

void ChannelRuntime::on_state(link::LinkState state, std::string reason) {
  log::info("channel name={} state={} reason={}", row_.name, link::name_of(state), reason);
  hooks_.wake();
}

bool ChannelRuntime::quiet() const {
  const std::lock_guard lock(mutex_);
  return !scheduled_ && responses_.empty() && deliveries_.empty();
}

// At most one write is under way; what arrives meanwhile goes into the next one, so batches grow with the
// load.
void ChannelRuntime::schedule() {
  {
    const std::lock_guard lock(mutex_);
    if (scheduled_ || (responses_.empty() && deliveries_.empty() && !failed_)) return;
    scheduled_ = true;
    failed_ = false;
  }
  auto self = shared_from_this();
  store_.db.submit([self](db::Tx& tx) { return self->write(tx); },
                   [self](const Result<>& result) { self->written(result); }, db::Priority::kUrgent);
}

void ChannelRuntime::retry_failed() {
  bool again = false;
  {
    const std::lock_guard lock(mutex_);
    again = failed_ && !scheduled_;
  }
  if (again) schedule();
}

std::string ChannelRuntime::canonical_ref(std::string_view raw, bool in_receipt) const {
  return smpp::canonical_message_id(
      raw, codec_form(row_.options.message_id_form),
      in_receipt ? smpp::MessageIdSource::kReceipt : smpp::MessageIdSource::kSubmitResponse);
}

ResponseEntry ChannelRuntime::to_entry(const link::Response& r) const {
  ResponseEntry entry{.attempt_id = static_cast<int64_t>(r.attempt_id),
                      .outcome = outcome_of(r.kind),
                      .status = r.status,
                      .carrier_message_id = r.carrier_message_id,
                      .carrier_ref = {},
                      .at = r.at};
  if (r.kind == link::ResponseKind::kAccepted) entry.carrier_ref = canonical_ref(r.carrier_message_id, false);
  return entry;
}

ReceiptEntry ChannelRuntime::to_receipt(const link::Delivery& d) const {
  const smpp::ReceiptText text = smpp::parse_receipt_text(as_chars(d.content));
  smpp::MessageState state = static_cast<smpp::MessageState>(d.message_state);
  if (state == smpp::MessageState::kNone) state = smpp::state_of_stat(text.stat);
  // A word of the carrier's own invention ("MK:0001") means that it did not arrive.
  if (state == smpp::MessageState::kNone && !text.stat.empty()) state = smpp::MessageState::kUndeliverable;
  const std::string_view id =
      d.receipted_message_id.empty() ? text.id : std::string_view(d.receipted_message_id);
  return {.carrier_ref = canonical_ref(id, true),
          .state = static_cast<int64_t>(state),
          .code = receipt_code(text, state),
          .at = d.at};
}

// Runs on the writer; runs again with the same entries if its transaction was undone.
Result<> ChannelRuntime::write(db::Tx& tx) {
  {
    const std::lock_guard lock(mutex_);
    std::move(responses_.begin(), responses_.end(), std::back_inserter(working_responses_));
    std::move(deliveries_.begin(), deliveries_.end(), std::back_inserter(working_deliveries_));
    responses_.clear();
    deliveries_.clear();
  }
  effects_ = {};
  inbound_effects_ = {};
  const LedgerChannel channel{row_.id, &codes_};
  Ledger ledger(tx, care_, store_.now());
  std::vector<ResponseEntry> responses;
  responses.reserve(working_responses_.size());
  for (const link::Response& r : working_responses_) responses.push_back(to_entry(r));
  YZ_CHECK(ledger.apply_responses(channel, responses, effects_));
  std::vector<ReceiptEntry> receipts;
  std::vector<InboundEntry> inbound;
  for (const link::Delivery& d : working_deliveries_) {
    if (d.is_receipt)
      receipts.push_back(to_receipt(d));
    else
      inbound.push_back({d.source, d.destination, decode_text(d.data_coding, d.content), d.at});
  }
  YZ_CHECK(ledger.apply_receipts(channel, receipts, effects_));
  YZ_CHECK(apply_inbound(tx, store_, row_.id, inbound, inbound_effects_));
  YZ_CHECK(suppress_recipients(tx, store_, effects_.suppress_message_ids));
  paused_ = YZ_TRY(hooks_.pause_failing(tx, effects_));
  return {};
}

void ChannelRuntime::written(const Result<>& result) {
  bool again = false;
  if (result) {
    std::vector<uint64_t> tokens;
    tokens.reserve(working_deliveries_.size());
    for (const link::Delivery& d : working_deliveries_) tokens.push_back(d.token);
    if (!tokens.empty()) link_.acknowledge(std::move(tokens), 0);
    working_responses_.clear();
    working_deliveries_.clear();
    care_ = Care::kExpected;
    for (const int64_t batch : paused_) hooks_.recall(batch);
    for (const int64_t message : inbound_effects_.recall_message_ids)
      link_.recall_message(static_cast<uint64_t>(message));
    if (effects_.requeued || inbound_effects_.queued) hooks_.wake();
    again = true;
  } else if (result.error().code == ErrorCode::kVersionConflict && care_ == Care::kExpected) {
    care_ = Care::kLookedUp;
    again = true;
  } else {
    log::error("channel name={} could not write what the carrier said: {}", row_.name,
               to_string(result.error()));
  }
  {
    const std::lock_guard lock(mutex_);
    scheduled_ = false;
    failed_ = !result.has_value();
    again = again && (failed_ || !responses_.empty() || !deliveries_.empty());
  }
  if (again) schedule();
}

// The link first says what became of everything it holds; then that must be written too.
void ChannelRuntime::stop(Duration drain, std::function<void()> stopped) {
  link_.stop(drain, [self = shared_from_this(), stopped = std::move(stopped)] {
    self->store_.db.submit([self](db::Tx& tx) { return self->write(tx); },
                           [self, stopped](const Result<>& result) {
                             if (result) self->written(result);
                             stopped();
                           },
                           db::Priority::kUrgent);
  });
}

}  // namespace yizhan::engine
