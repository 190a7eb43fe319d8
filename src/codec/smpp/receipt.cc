#include "codec/smpp/receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/ascii.h"

namespace yizhan::smpp {
namespace {

enum class Key : uint8_t { kId, kSub, kDlvrd, kSubmitDate, kDoneDate, kStat, kErr, kText };
struct NamedKey {
  Key key;
  std::string_view name;
};
// A blank in a name stands for any number of blanks, underscores or hyphens, even none.
constexpr std::array kReceiptKeys = {
    NamedKey{Key::kId, "id"},
    NamedKey{Key::kSubmitDate, "submit date"},
    NamedKey{Key::kSub, "sub"},
    NamedKey{Key::kDlvrd, "dlvrd"},
    NamedKey{Key::kDoneDate, "done date"},
    NamedKey{Key::kStat, "stat"},
    NamedKey{Key::kErr, "err"},
    NamedKey{Key::kText, "text"},
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }
bool is_word(char c) {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9');
}

// Where the value begins if the key and its colon stand at `at`, else npos.
size_t match_key(std::string_view s, size_t at, std::string_view name) {
  for (const char c : name) {
    if (c == ' ') {
      while (at < s.size() && (is_blank(s[at]) || s[at] == '_' || s[at] == '-')) ++at;
    } else {
      if (at == s.size() || lower(s[at]) != c) return std::string_view::npos;
      ++at;
    }
  }
  while (at < s.size() && s[at] == ' ') ++at;
  return at < s.size() && s[at] == ':' ? at + 1 : std::string_view::npos;
}

struct KeyAt {
  Key key;
  size_t begin;  // of the key
  size_t value;  // npos: no further key
};

KeyAt next_key(std::string_view s, size_t from) {
  for (size_t at = from; at < s.size(); ++at) {
    if (at != 0 && is_word(s[at - 1])) continue;
    for (const NamedKey& k : kReceiptKeys)
      if (const size_t value = match_key(s, at, k.name); value != std::string_view::npos)
        return {k.key, at, value};
  }
  return {Key::kText, s.size(), std::string_view::npos};
}

std::string_view trimmed_value(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

// One word without the separator that some centres put after it.
std::string_view word_value(std::string_view s) {
  s = trimmed_value(s);
  s = s.substr(0, static_cast<size_t>(std::ranges::find_if(s, is_blank) - s.begin()));
  while (!s.empty() && (s.back() == ',' || s.back() == ';')) s.remove_suffix(1);
  return s;
}

std::optional<uint32_t> count_value(std::string_view s) {
  if (s.empty() || s.size() > 9) return std::nullopt;
  uint32_t v = 0;
  for (const char c : s) {
    if (c < '0' || c > '9') return std::nullopt;
    v = v * 10 + static_cast<uint32_t>(c - '0');
  }
  return v;
}

void keep_first(std::string_view& field, std::string_view value) {
  if (field.empty()) field = value;
}

void set_field(ReceiptText& out, Key key, std::string_view raw) {
  const std::string_view word = word_value(raw);
  switch (key) {
    case Key::kId:
      return keep_first(out.id, word);
    case Key::kSub:
      if (!out.sub) out.sub = count_value(word);
      return;
    case Key::kDlvrd:
      if (!out.dlvrd) out.dlvrd = count_value(word);
      return;
    case Key::kSubmitDate:
      return keep_first(out.submit_date, word);
    case Key::kDoneDate:
      return keep_first(out.done_date, word);
    case Key::kStat:
      return keep_first(out.stat, word);
    case Key::kErr:
      return keep_first(out.err, word);
    case Key::kText:
      return keep_first(out.text, trimmed_value(raw));
  }
}

struct StatName {
  MessageState state;
  std::string_view name;
};
constexpr std::array kStats = {
    StatName{MessageState::kEnroute, "ENROUTE"},       StatName{MessageState::kDelivered, "DELIVRD"},
    StatName{MessageState::kExpired, "EXPIRED"},       StatName{MessageState::kDeleted, "DELETED"},
    StatName{MessageState::kUndeliverable, "UNDELIV"}, StatName{MessageState::kAccepted, "ACCEPTD"},
    StatName{MessageState::kUnknown, "UNKNOWN"},       StatName{MessageState::kRejected, "REJECTD"},
};
constexpr size_t kStatLetters = 5;

int two_digits_at(std::string_view s, size_t at) { return (s[at] - '0') * 10 + (s[at + 1] - '0'); }

}  // namespace

ReceiptText parse_receipt_text(std::string_view text) {
  ReceiptText out;
  KeyAt key = next_key(text, 0);
  while (key.value != std::string_view::npos) {
    if (key.key == Key::kText && (!out.id.empty() || !out.stat.empty())) {
      set_field(out, Key::kText, text.substr(key.value));
      break;
    }
    const KeyAt next = next_key(text, key.value);
    set_field(out, key.key, text.substr(key.value, next.begin - key.value));
    key = next;
  }
  return out;
}

Receipt read_receipt(const DeliverSm& pdu) {
  Receipt out;
  ByteSpan content = pdu.content();
  if ((pdu.esm_class & kEsmUdhi) != 0 && !content.empty())
    content = content.subspan(std::min<size_t>(content.size(), size_t{1} + content[0]));
  out.text = parse_receipt_text(as_chars(content));
  out.message_id = pdu.tlvs.c_string(tag::kReceiptedMessageId).value_or(std::string_view{});
  if (out.message_id.empty()) out.message_id = out.text.id;
  const std::optional<uint32_t> state = pdu.tlvs.integer(tag::kMessageState);
  if (state && *state >= 1 && *state <= 8) out.state = static_cast<MessageState>(*state);
  if (out.state == MessageState::kNone) out.state = state_of_stat(out.text.stat);
  if (const auto error = pdu.tlvs.find(tag::kNetworkErrorCode); error && error->size() == 3)
    out.network_error = pdu.tlvs.integer(tag::kNetworkErrorCode);
  return out;
}

MessageState state_of_stat(std::string_view stat) {
  if (stat.size() < kStatLetters) return MessageState::kNone;
  for (const StatName& s : kStats)
    if (lower(stat.substr(0, kStatLetters)) == lower(s.name.substr(0, kStatLetters))) return s.state;
  return MessageState::kNone;
}

std::string_view stat_of_state(MessageState state) {
  for (const StatName& s : kStats)
    if (s.state == state) return s.name;
  return {};
}

std::optional<Time> parse_receipt_date(std::string_view s, Duration utc_offset) {
  if (!std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  if (s.size() != 10 && s.size() != 12 && s.size() != 14) return std::nullopt;
  int year_number = 2000;
  if (s.size() == 14) {
    year_number = two_digits_at(s, 0) * 100;
    s.remove_prefix(2);
  }
  year_number += two_digits_at(s, 0);
  const int hour = two_digits_at(s, 6), minute = two_digits_at(s, 8);
  const int second = s.size() == 12 ? two_digits_at(s, 10) : 0;
  const std::chrono::year_month_day ymd{std::chrono::year{year_number},
                                        std::chrono::month{static_cast<unsigned>(two_digits_at(s, 2))},
                                        std::chrono::day{static_cast<unsigned>(two_digits_at(s, 4))}};
  if (!ymd.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const Time midnight{std::chrono::sys_days{ymd}.time_since_epoch().count() * days(1).us};
  return midnight + Duration{hours(hour).us + minutes(minute).us + seconds(second).us} - utc_offset;
}

std::string format_receipt_date(Time t, Duration utc_offset) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> local{std::chrono::microseconds{(t + utc_offset).us}};
  const auto day = floor<std::chrono::days>(local);
  const year_month_day ymd{day};
  const hh_mm_ss clock{floor<std::chrono::seconds>(local - day)};
  return fmt::format("{:02}{:02}{:02}{:02}{:02}", static_cast<int>(ymd.year()) % 100,
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                     clock.hours().count(), clock.minutes().count());
}

namespace {

// At least three digits.
void append_count(uint32_t count, std::string& out) {
  std::array<char, 10> digits;
  char* at = digits.data() + digits.size();
  const char* const end = at;
  for (; count > 0 || end - at < 3; count /= 10) *--at = static_cast<char>('0' + count % 10);
  out.append(at, static_cast<size_t>(end - at));
}

}  // namespace

// Plain appends: a centre writes one for every message.
void append_receipt_text(const ReceiptText& r, std::string& out) {
  out.append("id:").append(r.id).append(" sub:");
  append_count(r.sub.value_or(1), out);
  out.append(" dlvrd:");
  append_count(r.dlvrd.value_or(0), out);
  out.append(" submit date:").append(r.submit_date).append(" done date:").append(r.done_date);
  out.append(" stat:").append(r.stat).append(" err:").append(r.err.empty() ? "000" : r.err);
  out.append(" text:").append(r.text.substr(0, 20));
}

void append_receipt_tlvs(std::string_view message_id, MessageState state, Bytes& out) {
  append_tlv_c_string(out, tag::kReceiptedMessageId, message_id);
  append_tlv_u8(out, tag::kMessageState, static_cast<uint8_t>(state));
}

}  // namespace yizhan::smpp
