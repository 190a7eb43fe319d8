#include "link/simulator_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/limits.h"
#include "link/account_sizes.h"

namespace yizhan::link {

namespace {

std::string_view trim(std::string_view s) {
  const size_t first = s.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(' ') - first + 1);
}

std::vector<std::string_view> split(std::string_view s, char at) {
  std::vector<std::string_view> out;
  if (trim(s).empty()) return out;
  for (;;) {
    const size_t end = s.find(at);
    out.push_back(trim(s.substr(0, end)));
    if (end == std::string_view::npos) return out;
    s.remove_prefix(end + 1);
  }
}

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

template <class T>
Result<void> set_number(std::string_view text, T& out, int base = 10) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [at, ec] = std::from_chars(begin, end, out, base);
  if (ec != std::errc() || at != end || text.empty()) return bad("not a number in range");
  return {};
}

Result<void> set(std::string_view text, std::string& out) {
  out = text;
  return {};
}
Result<void> set(std::string_view text, uint16_t& out) { return set_number(text, out); }
Result<void> set(std::string_view text, uint32_t& out) { return set_number(text, out); }
Result<void> set(std::string_view text, uint64_t& out) { return set_number(text, out); }

// Zero or more milliseconds.
Result<void> set(std::string_view text, int64_t& out) {
  YZ_CHECK(set_number(text, out));
  if (out < 0) return bad("negative time");
  return {};
}

Result<void> set(std::string_view text, double& out) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [at, ec] = std::from_chars(begin, end, out);
  if (ec != std::errc() || at != end || !(out >= 0)) return bad("not a number of zero or more");
  return {};
}

Result<void> set_status(std::string_view text, uint32_t& out) {
  if (text.starts_with("0x") || text.starts_with("0X")) return set_number(text.substr(2), out, 16);
  return set_number(text, out);
}

Result<void> set(std::string_view text, MsRange& out) {
  const size_t dots = text.find("..");
  YZ_CHECK(set(text.substr(0, dots), out.min_ms));
  if (dots == std::string_view::npos) {
    out.max_ms = out.min_ms;
    return {};
  }
  return set(text.substr(dots + 2), out.max_ms);
}

Result<void> set(std::string_view text, bool& out) {
  if (text != "true" && text != "false") return bad("neither true nor false");
  out = text == "true";
  return {};
}

template <class Enum, size_t kCount>
Result<void> set_enum(std::string_view text,
                      const std::array<std::pair<std::string_view, Enum>, kCount>& names, Enum& out) {
  for (const auto& [name, value] : names) {
    if (name != text) continue;
    out = value;
    return {};
  }
  return bad("not one of the known words");
}

Result<void> set(std::string_view text, codec::Protocol& out) {
  const auto protocol = codec::parse_protocol(text);
  if (!protocol) return bad("not one of the known protocols");
  out = *protocol;
  return {};
}

Result<void> set(std::string_view text, MessageIdForm& out) {
  static constexpr auto kNames = std::to_array<std::pair<std::string_view, MessageIdForm>>(
      {{"decimal", MessageIdForm::kDecimal},
       {"hex", MessageIdForm::kHex},
       {"hex_upper", MessageIdForm::kHexUpper},
       {"padded_decimal", MessageIdForm::kPaddedDecimal},
       {"padded_hex", MessageIdForm::kPaddedHex}});
  return set_enum(text, kNames, out);
}

Result<void> set(std::string_view text, MultipartReceipts& out) {
  static constexpr auto kNames =
      std::to_array<std::pair<std::string_view, MultipartReceipts>>({{"each", MultipartReceipts::kEach},
                                                                     {"first", MultipartReceipts::kFirst},
                                                                     {"last", MultipartReceipts::kLast}});
  return set_enum(text, kNames, out);
}

Result<void> set(std::string_view text, BindModes& out) {
  static constexpr auto kNames = std::to_array<std::pair<std::string_view, BindModes>>(
      {{"rx", BindModes::kReceiver}, {"tx", BindModes::kTransmitter}, {"trx", BindModes::kTransceiver}});
  uint8_t bits = 0;
  for (const auto word : split(text, ',')) {
    BindModes mode{};
    YZ_CHECK(set_enum(word, kNames, mode));
    bits |= std::to_underlying(mode);
  }
  out = static_cast<BindModes>(bits);
  return {};
}

Result<void> set(std::string_view text, ReplyCoding& out) {
  static constexpr auto kNames = std::to_array<std::pair<std::string_view, ReplyCoding>>(
      {{"auto", ReplyCoding::kAuto}, {"ucs2", ReplyCoding::kUcs2}});
  return set_enum(text, kNames, out);
}

Result<void> set(std::string_view text, LogTexts& out) {
  static constexpr auto kNames = std::to_array<std::pair<std::string_view, LogTexts>>(
      {{"hash", LogTexts::kHashOnly}, {"hex", LogTexts::kHex}});
  return set_enum(text, kNames, out);
}

Result<void> set(std::string_view text, SimulatorAccount& out) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bad("not of the form name:password");
  out = {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  return {};
}

Result<void> set(std::string_view text, std::vector<SimulatorAccount>& out) {
  out.clear();
  for (const auto item : split(text, ',')) YZ_CHECK(set(item, out.emplace_back()));
  return {};
}

// "name:number", the colon being the last one.
Result<std::pair<std::string_view, double>> name_and_number(std::string_view item) {
  const size_t colon = item.rfind(':');
  if (colon == std::string_view::npos) return bad("not of the form name:number");
  double number = 0;
  YZ_CHECK(set(item.substr(colon + 1), number));
  return std::pair{item.substr(0, colon), number};
}

Result<void> set(std::string_view text, std::vector<StatusChance>& out) {
  out.clear();
  for (const auto item : split(text, ',')) {
    const auto [name, probability] = YZ_TRY(name_and_number(item));
    uint32_t status = 0;
    YZ_CHECK(set_status(name, status));
    out.push_back({status, probability});
  }
  return {};
}

Result<void> set(std::string_view text, std::vector<OutcomeChance>& out) {
  out.clear();
  for (const auto item : split(text, ',')) {
    const auto [name, probability] = YZ_TRY(name_and_number(item));
    const size_t slash = name.find('/');
    OutcomeChance outcome{.stat = std::string(name.substr(0, slash)), .probability = probability};
    if (slash != std::string_view::npos) outcome.error = std::string(name.substr(slash + 1));
    out.push_back(std::move(outcome));
  }
  return {};
}

Result<void> set(std::string_view text, std::vector<ReplyWeight>& out) {
  out.clear();
  for (const auto item : split(text, ',')) {
    const auto [name, weight] = YZ_TRY(name_and_number(item));
    out.push_back({std::string(name), weight});
  }
  return {};
}

// "every=N", "0.01" or "every=N,0.01".
Result<void> set(std::string_view text, FaultRule& out) {
  out = {};
  for (const auto item : split(text, ',')) {
    if (item.starts_with("every=")) {
      YZ_CHECK(set_number(item.substr(6), out.every));
    } else {
      YZ_CHECK(set(item, out.probability));
    }
  }
  return {};
}

using Apply = Result<void> (*)(SimulatorConfig&, std::string_view);

struct Setting {
  SimulatorOption option;
  Apply apply;
};

// One overload of set() for each type of member.
template <auto kMember>
Result<void> apply(SimulatorConfig& config, std::string_view text) {
  return set(text, config.*kMember);
}

using C = SimulatorConfig;

constexpr std::string_view kRange = "MS or MIN..MAX";
constexpr std::string_view kChance = "0..1";
constexpr std::string_view kStatuses = "STATUS:P,...";
constexpr std::string_view kFault = "every=N,P";
constexpr std::string_view kIdForm = "decimal|hex|hex_upper|padded_decimal|padded_hex";

constexpr Setting kSettings[] = {
    {{"protocol", "smpp|cmpp2|cmpp3|sgip|smgp", "smpp", "what it speaks: one protocol a process"},
     apply<&C::protocol>},
    {{"address", "IP", "127.0.0.1", "address to listen on"}, apply<&C::address>},
    {{"port", "0..65535", "2775", "port to listen on; 0 lets the system choose"}, apply<&C::port>},
    {{"system_id", "NAME", "carrier", "SMPP: name given in bind responses"}, apply<&C::system_id>},
    {{"accounts", "ID:PASSWORD,...", "demo:demo", "who may log in, with which password or shared secret"},
     apply<&C::accounts>},
    {{"bind_modes", "rx,tx,trx", "rx,tx,trx", "the kinds of bind or login that are allowed"},
     apply<&C::bind_modes>},
    {{"max_sessions", "N", "64", "connections at once"}, apply<&C::max_sessions>},
    {{"bind_refused_first", "N", "0", "right logins answered with a system error before one succeeds"},
     apply<&C::bind_refused_first>},
    {{"tls_certificate", "FILE", "", "PEM; with tls_key it listens with TLS"}, apply<&C::tls_certificate>},
    {{"tls_key", "FILE", "", "PEM"}, apply<&C::tls_key>},
    {{"sgip_dial", "HOST:PORT", "", "SGIP: the client's listener for receipts and replies"},
     apply<&C::sgip_dial>},
    {{"sgip_dial_as", "NAME:PASSWORD", "carrier:carrier", "SGIP: what it logs in with there"},
     apply<&C::sgip_dial_as>},
    {{"sgip_node", "N", "3010000001", "SGIP: its node number"}, apply<&C::sgip_node>},
    {{"sgip_idle_ms", "MS", "60000", "SGIP: closes an idle connection that it dialled after"},
     apply<&C::sgip_idle_ms>},
    {{"seed", "N", "1", "same seed and same traffic give the same outcomes"}, apply<&C::seed>},
    {{"window", "N", "0", "unanswered submits per session before throttling; 0 = no limit"},
     apply<&C::window>},
    {{"rate_per_second", "N", "0", "submits per account and second before throttling; 0 = no limit"},
     apply<&C::rate_per_second>},
    {{"latency_ms", kRange, "0", "from submit to response"}, apply<&C::latency>},
    {{"errors", kStatuses, "", "response errors by the protocol's own numbers, drawn at each attempt"},
     apply<&C::errors>},
    {{"number_errors", kStatuses, "", "response errors of numbers that fail always"},
     apply<&C::number_errors>},
    {{"first_errors", kStatuses, "", "response errors at the first attempt of a message only"},
     apply<&C::first_errors>},
    {{"throttled_for_ms", "MS", "0", "every submit is throttled for so long after the start"},
     apply<&C::throttled_for_ms>},
    {{"query_errors", kStatuses, "", "SMPP: error answers to query_sm, drawn at each one"},
     apply<&C::query_errors>},
    {{"query_lost", kChance, "0", "SMPP: query_sm never answered"}, apply<&C::query_lost>},
    {{"lost_response", kChance, "0", "submits accepted but never answered"}, apply<&C::lost_response>},
    {{"out_of_order", kChance, "0", "responses held back behind later ones"}, apply<&C::out_of_order>},
    {{"out_of_order_ms", "MS", "5", "for how long they are held back"}, apply<&C::out_of_order_ms>},
    {{"outcomes", "STAT[/ERR]:P,...", "", "final states in receipts; what is left to 1 is DELIVRD/000"},
     apply<&C::outcomes>},
    {{"receipt_delay_ms", kRange, "20..200", "from response to receipt"}, apply<&C::receipt_delay>},
    {{"receipt_lost", kChance, "0", "receipts never sent"}, apply<&C::receipt_lost>},
    {{"receipt_duplicated", kChance, "0", "receipts sent twice"}, apply<&C::receipt_duplicated>},
    {{"receipt_early", kChance, "0", "receipts sent before the response"}, apply<&C::receipt_early>},
    {{"receipt_early_ms", "MS", "20", "by how much"}, apply<&C::receipt_early_ms>},
    {{"receipt_late", kChance, "0", "receipts with the late delay"}, apply<&C::receipt_late>},
    {{"receipt_late_ms", kRange, "5000..10000", "the late delay"}, apply<&C::receipt_late_delay>},
    {{"multipart_receipts", "each|first|last", "each", "which segments of a long message get a receipt"},
     apply<&C::multipart_receipts>},
    {{"submit_id", kIdForm, "decimal", "SMPP: message id in the submit response"}, apply<&C::submit_id>},
    {{"receipt_id", kIdForm, "decimal", "SMPP: message id in the receipt"}, apply<&C::receipt_id>},
    {{"first_message_id", "N", "0", "0 takes it from the clock"}, apply<&C::first_message_id>},
    {{"receipt_tlv", "true|false", "true", "SMPP: receipted_message_id and message_state too"},
     apply<&C::receipt_tlv>},
    {{"deliver_window", "N", "512", "unanswered receipts and replies per session"},
     apply<&C::deliver_window>},
    {{"deliver_timeout_ms", "MS", "10000", "an unanswered receipt or reply is sent again after"},
     apply<&C::deliver_timeout_ms>},
    {{"deliver_retry_ms", "MS", "1000", "a temporarily refused one is sent again after"},
     apply<&C::deliver_retry_ms>},
    {{"deliver_attempts", "N", "8", "sendings of one before it is given up"}, apply<&C::deliver_attempts>},
    {{"pending_max", "N", "4000000", "responses, receipts and replies kept in memory"},
     apply<&C::pending_max>},
    {{"replies", kChance, "0", "recipients that reply to a delivered message"}, apply<&C::replies>},
    {{"reply_texts", "TEXT:WEIGHT,...", "R:4,TD:3,退订:2,T:1,谢谢:2,Ｒ:1", "what they reply"},
     apply<&C::reply_texts>},
    {{"reply_delay_ms", kRange, "100..1000", "from receipt to reply"}, apply<&C::reply_delay>},
    {{"reply_coding", "auto|ucs2", "auto", "auto takes the default alphabet when it can hold the text"},
     apply<&C::reply_coding>},
    {{"disconnect", kFault, "", "cut the connection; unwritten responses are lost"}, apply<&C::disconnect>},
    {{"half_open", kFault, "", "keep the connection but answer nothing any more"}, apply<&C::half_open>},
    {{"garbage", kFault, "", "send random bytes in place of a response"}, apply<&C::garbage>},
    {{"oversize", kFault, "", "send a response header with an impossible length"}, apply<&C::oversize>},
    {{"faults_max", "N", "0", "faults in all before the line is sound; 0 = no limit"}, apply<&C::faults_max>},
    {{"read_bytes_per_second", "N", "0", "read slowly; 0 = as fast as it comes"},
     apply<&C::read_bytes_per_second>},
    {{"write_chunk_bytes", "N", "0", "at most so many bytes a write, so that PDUs come in pieces; 0 = all"},
     apply<&C::write_chunk_bytes>},
    {{"enquire_link_ms", "MS", "0", "ask an idle session, close it when unanswered; 0 = never; not SGIP"},
     apply<&C::enquire_link_ms>},
    {{"idle_close_ms", "MS", "0", "close a client's connection on which nothing is said; 0 = never"},
     apply<&C::idle_close_ms>},
    {{"log", "FILE", "", "event log, appended to; empty = none"}, apply<&C::log>},
    {{"log_texts", "hash|hex", "hash", "whether the log holds texts or only their hash"},
     apply<&C::log_texts>},
    {{"log_flush_ms", "MS", "200", "the log is written at least so often"}, apply<&C::log_flush_ms>},
};

constexpr size_t kSettingCount = std::size(kSettings);

constexpr auto kOptions = [] {
  std::array<SimulatorOption, kSettingCount> out{};
  for (size_t i = 0; i < kSettingCount; ++i) out[i] = kSettings[i].option;
  return out;
}();

std::unexpected<Error> wrong(std::string message, std::string field) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), std::move(field));
}

template <class List>
Result<void> check_sum(const List& list, std::string_view field) {
  double sum = 0;
  for (const auto& item : list) sum += item.probability;
  // Room for the rounding of decimal fractions.
  if (!(sum <= 1 + 1e-9)) return wrong("probabilities sum over 1", std::string(field));
  return {};
}

Result<void> check_ranges(const SimulatorConfig& c) {
  const std::pair<std::string_view, MsRange> ranges[] = {{"latency_ms", c.latency},
                                                         {"receipt_delay_ms", c.receipt_delay},
                                                         {"receipt_late_ms", c.receipt_late_delay},
                                                         {"reply_delay_ms", c.reply_delay}};
  for (const auto& [name, range] : ranges) {
    if (range.min_ms < 0 || range.max_ms < range.min_ms || range.max_ms > limits::kSimulatorDelayMaxMs)
      return wrong("not a range of 0 to 30 days", std::string(name));
  }
  const std::pair<std::string_view, double> chances[] = {{"lost_response", c.lost_response},
                                                         {"out_of_order", c.out_of_order},
                                                         {"replies", c.replies},
                                                         {"query_lost", c.query_lost},
                                                         {"disconnect", c.disconnect.probability},
                                                         {"half_open", c.half_open.probability},
                                                         {"garbage", c.garbage.probability},
                                                         {"oversize", c.oversize.probability}};
  for (const auto& [name, chance] : chances) {
    if (!(chance >= 0 && chance <= 1)) return wrong("not a probability", std::string(name));
  }
  return {};
}

Result<void> check_lists(const SimulatorConfig& c) {
  YZ_CHECK(check_sum(c.errors, "errors"));
  YZ_CHECK(check_sum(c.number_errors, "number_errors"));
  YZ_CHECK(check_sum(c.first_errors, "first_errors"));
  YZ_CHECK(check_sum(c.query_errors, "query_errors"));
  YZ_CHECK(check_sum(c.outcomes, "outcomes"));
  if (!(c.receipt_lost + c.receipt_duplicated + c.receipt_early + c.receipt_late <= 1 + 1e-9))
    return wrong("lost, duplicated, early and late receipts sum over 1", "receipt_lost");
  if (c.outcomes.size() >= limits::kSimulatorListMax || c.reply_texts.size() >= limits::kSimulatorListMax)
    return wrong("more than 250 entries", "outcomes");
  for (const auto& outcome : c.outcomes) {
    if (outcome.stat.empty() || outcome.stat.size() > 7 || outcome.error.size() != 3)
      return wrong("stat has 1 to 7 letters, err 3 characters", "outcomes");
    if (!std::ranges::all_of(outcome.stat + outcome.error, [](char ch) { return ch > ' ' && ch <= '~'; }))
      return wrong("stat and err are printable ASCII without spaces", "outcomes");
  }
  double weights = 0;
  for (const auto& reply : c.reply_texts) weights += reply.weight;
  if (c.replies > 0 && !(weights > 0)) return wrong("replies without a text", "reply_texts");
  return {};
}

Result<void> check_account(const SimulatorAccount& account, codec::Protocol protocol,
                           std::string_view field) {
  const AccountSizes most = account_sizes(protocol);
  if (account.system_id.empty() || account.system_id.size() > most.name ||
      account.password.size() > most.secret)
    return wrong("a name or password longer than the protocol has room for", std::string(field));
  return {};
}

// The widest status that the answer to a submit has room for.
Result<void> check_statuses(const SimulatorConfig& c) {
  const bool narrow = c.protocol == codec::Protocol::kCmpp20 || c.protocol == codec::Protocol::kSgip12;
  const uint32_t most = narrow ? UINT8_MAX : UINT32_MAX;
  const std::pair<std::string_view, const std::vector<StatusChance>*> lists[] = {
      {"errors", &c.errors}, {"number_errors", &c.number_errors}, {"first_errors", &c.first_errors}};
  for (const auto& [name, list] : lists) {
    if (!std::ranges::all_of(*list, [&](const StatusChance& s) { return s.status <= most; }))
      return wrong("a status over one byte", std::string(name));
  }
  return {};
}

Result<void> check_sgip(const SimulatorConfig& c) {
  if (c.sgip_dial.empty()) return {};
  if (c.protocol != codec::Protocol::kSgip12) return wrong("only SGIP dials", "sgip_dial");
  const size_t colon = c.sgip_dial.rfind(':');
  uint16_t port = 0;
  if (colon == 0 || colon == std::string::npos ||
      !set(std::string_view(c.sgip_dial).substr(colon + 1), port) || port == 0)
    return wrong("not of the form host:port", "sgip_dial");
  return check_account(c.sgip_dial_as, c.protocol, "sgip_dial_as");
}

}  // namespace

std::span<const SimulatorOption> simulator_options() { return kOptions; }

Result<SimulatorConfig> parse_simulator_config(const std::map<std::string, std::string>& values) {
  SimulatorConfig config;
  for (const auto& [key, value] : values) {
    const auto* const setting = std::find_if(std::begin(kSettings), std::end(kSettings),
                                             [&](const Setting& s) { return s.option.key == key; });
    if (setting == std::end(kSettings)) return wrong("unknown option", key);
    auto applied = setting->apply(config, trim(value));
    if (!applied) return wrong(applied.error().message, key);
  }
  YZ_CHECK(check_simulator_config(config));
  return config;
}

Result<void> check_simulator_config(const SimulatorConfig& config) {
  if (config.accounts.empty()) return wrong("no account", "accounts");
  for (const auto& account : config.accounts) YZ_CHECK(check_account(account, config.protocol, "accounts"));
  if (config.system_id.size() > 15) return wrong("more than 15 bytes", "system_id");
  if (std::to_underlying(config.bind_modes) == 0) return wrong("no bind mode", "bind_modes");
  if (config.max_sessions == 0 || config.max_sessions > limits::kSimulatorSessionsMax)
    return wrong("not 1 to 4096", "max_sessions");
  if (config.deliver_window == 0 || config.deliver_window > limits::kSimulatorDeliverWindowMax)
    return wrong("not 1 to 65536", "deliver_window");
  if (config.deliver_attempts == 0 || config.deliver_attempts > UINT16_MAX)
    return wrong("not 1 to 65535", "deliver_attempts");
  if (config.pending_max == 0 || config.pending_max > limits::kSimulatorPendingMax)
    return wrong("not 1 to 100000000", "pending_max");
  if (config.tls_certificate.empty() != config.tls_key.empty())
    return wrong("a certificate and its key go together",
                 config.tls_key.empty() ? "tls_key" : "tls_certificate");
  YZ_CHECK(check_sgip(config));
  YZ_CHECK(check_ranges(config));
  YZ_CHECK(check_statuses(config));
  return check_lists(config);
}

}  // namespace yizhan::link
