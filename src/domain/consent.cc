#include "domain/consent.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace yizhan::domain {
namespace {

// Replies the industry counts as a refusal; domestic first, then the words of US carriers' rules.
constexpr std::array<std::string_view, 32> kOptOutWords = {
    "r",      "t",       "td",      "n",           "qx",     "tt",       "0000",     "退订",
    "取消",   "拒收",    "退",      "停止",        "不要",   "取消订阅", "退订短信", "请退订",
    "拒绝",   "stop",    "stopall", "unsubscribe", "cancel", "end",      "quit",     "revoke",
    "optout", "opt-out", "remove",  "unsub",       "tui",    "tuiding",  "别发了",   "不要再发"};
constexpr std::array<std::string_view, 6> kOptInWords = {"start",     "yes",  "unstop",
                                                         "subscribe", "订阅", "恢复"};
constexpr std::array<std::string_view, 4> kHelpWords = {"help", "info", "帮助", "人工"};
// What may follow a keyword without changing its sense.
constexpr std::array<std::string_view, 12> kCourtesies = {
    "please", "thanks", "thank you", "thank", "you", "谢谢", "谢谢您", "吧", "了", "啊", "请", "all"};

// Lower case, full width to half width, punctuation and white space to single spaces; other characters kept.
std::string normalise(std::string_view s) {
  std::string out;
  const auto space = [&] {
    if (!out.empty() && out.back() != ' ') out += ' ';
  };
  for (size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) {
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
        out += static_cast<char>(c);
      else if (c >= 'A' && c <= 'Z')
        out += static_cast<char>(c + 32);
      else if (c == '-' && !out.empty() && out.back() != ' ' && i + 1 < s.size() && (s[i + 1] | 32) >= 'a')
        out += '-';
      else
        space();
      ++i;
      continue;
    }
    const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    const std::string_view piece = s.substr(i, length);
    i += length;
    if (piece.size() == 3) {
      const uint32_t code = (static_cast<uint32_t>(c & 0x0F) << 12) |
                            (static_cast<uint32_t>(static_cast<unsigned char>(piece[1]) & 0x3F) << 6) |
                            (static_cast<unsigned char>(piece[2]) & 0x3F);
      if (code >= 0xFF01 && code <= 0xFF5E) {  // full-width ASCII
        const char half = static_cast<char>(code - 0xFEE0);
        if ((half >= '0' && half <= '9') || (half >= 'a' && half <= 'z'))
          out += half;
        else if (half >= 'A' && half <= 'Z')
          out += static_cast<char>(half + 32);
        else
          space();
        continue;
      }
      if ((code >= 0x3000 && code <= 0x303F) || (code >= 0x2000 && code <= 0x206F) ||
          code == 0xFEFF) {  // CJK and general punctuation
        space();
        continue;
      }
    }
    out += piece;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

template <size_t N>
bool begins_with_keyword(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    if (!text.starts_with(word)) return false;
    std::string_view rest = text.substr(word.size());
    while (!rest.empty()) {
      if (rest.front() == ' ') {
        rest.remove_prefix(1);
        continue;
      }
      const auto courtesy = std::find_if(kCourtesies.begin(), kCourtesies.end(),
                                         [&](std::string_view c) { return rest.starts_with(c); });
      if (courtesy == kCourtesies.end()) return false;
      // A Latin courtesy must be a word of its own.
      if (static_cast<unsigned char>(rest.front()) < 0x80 && rest.data() == text.data() + word.size())
        return false;
      rest.remove_prefix(courtesy->size());
    }
    return true;
  });
}

}  // namespace

InboundKind classify_reply(std::string_view utf8) {
  const std::string text = normalise(utf8);
  if (text.empty()) return InboundKind::kOther;
  if (begins_with_keyword(text, kOptOutWords)) return InboundKind::kOptOut;
  // "我要退订", "回复TD退订": a short reply that holds the unmistakable word.
  if (utf8.size() <= 60 && (text.find("退订") != std::string::npos || text.find("拒收") != std::string::npos))
    return InboundKind::kOptOut;
  if (begins_with_keyword(text, kOptInWords)) return InboundKind::kOptIn;
  if (begins_with_keyword(text, kHelpWords)) return InboundKind::kHelp;
  return InboundKind::kOther;
}

}  // namespace yizhan::domain
