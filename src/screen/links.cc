#include "screen/links.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace yizhan::screen {

namespace {

// Generic and country domains that Chinese messages use or abuse. Longer lists find more words that only look
// like a host; with a scheme any domain is taken.
constexpr std::array<std::string_view, 48> kTopLevel{
    "com", "cn",   "net",  "org",  "cc",     "io",    "top",  "xyz",  "info", "vip",  "me",  "co",
    "tv",  "shop", "site", "club", "online", "link",  "live", "pro",  "biz",  "tech", "app", "dev",
    "ltd", "fun",  "icu",  "wang", "ren",    "store", "work", "mobi", "asia", "hk",   "tw",  "us",
    "uk",  "jp",   "ru",   "eu",   "de",     "fr",    "ly",   "gl",   "im",   "gg",   "so",  "win"};

constexpr size_t kHostCharacters = 253;  // RFC 1035, 2.3.4

bool is_alnum(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_host(char32_t c) { return is_alnum(c) || c == '-' || c == '.'; }
bool is_path(char32_t c) {
  constexpr std::u32string_view kMarks = U"-._~:/?#[]@!$&'()*+,;=%";
  return is_alnum(c) || kMarks.find(c) != kMarks.npos;
}

class LinkFinder {
 public:
  explicit LinkFinder(std::span<const Unit> units) : units_(units) {}

  void run(std::vector<Link>& links) {
    for (uint32_t i = next_mark(0); i < units_.size(); i = next_mark(i + 1)) {
      Link link;
      if (!(at(i) == ':' ? with_scheme(i, link) : bare(i, link))) continue;
      link.begin = std::max(link.begin, done_);
      finish(link);
      done_ = link.end;
      i = link.end > i ? link.end - 1 : i;
      links.push_back(std::move(link));
    }
  }

 private:
  // The first full stop or colon from this unit on.
  uint32_t next_mark(uint32_t from) const {
    const auto is_mark = [](const Unit& unit) { return unit.folded == '.' || unit.folded == ':'; };
    return static_cast<uint32_t>(std::find_if(units_.begin() + from, units_.end(), is_mark) - units_.begin());
  }

  // A Chinese digit folds to a digit but stands in no host.
  char32_t at(size_t i) const {
    if (i >= units_.size()) return 0;
    return units_[i].unit_class == UnitClass::kIdeograph ? U'中' : units_[i].folded;
  }
  bool variable_at(size_t i) const {
    return i < units_.size() && units_[i].unit_class == UnitClass::kPlaceholder;
  }

  // "http://" and "https://" with `colon` at the colon.
  bool with_scheme(uint32_t colon, Link& link) {
    if (at(colon + 1) != '/' || at(colon + 2) != '/') return false;
    std::string scheme;
    uint32_t begin = colon;
    while (begin > done_ && colon - begin < 5 && is_alnum(at(begin - 1))) --begin;
    for (uint32_t i = begin; i < colon; ++i) scheme += static_cast<char>(at(i));
    link.https = scheme.ends_with("https");
    if (!link.https && !scheme.ends_with("http")) return false;
    link.begin = colon - (link.https ? 5 : 4);
    link.has_scheme = true;
    uint32_t end = colon + 3;
    read_host(end, link);
    if (variable_at(end)) link.variable = true;
    link.end = end;
    return !link.host.empty() || link.variable;
  }

  // A host around the dot at `dot`.
  bool bare(uint32_t dot, Link& link) {
    uint32_t begin = dot;
    while (begin > done_ && dot - begin < kHostCharacters && is_host(at(begin - 1))) --begin;
    if (begin == dot || !is_alnum(at(dot + 1))) return variable_label(dot, link);
    if (begin > 0 && at(begin - 1) == '@') return false;  // an e-mail address
    link.begin = begin;
    uint32_t end = begin;
    read_host(end, link);
    link.end = end;
    if (at(end) == '@') return false;
    if (!link.address && !known_top_level(link.host)) return false;
    if (begin > 0 && variable_at(begin - 1)) {
      link.variable = true;
      link.begin = begin - 1;
    }
    return true;
  }

  // "{shop}.example.com": the variable is a label.
  bool variable_label(uint32_t dot, Link& link) {
    if (dot == 0 || !variable_at(dot - 1) || dot - 1 < done_) return false;
    link.begin = dot - 1;
    uint32_t end = dot + 1;
    read_host(end, link);
    link.end = end;
    link.variable = true;
    return known_top_level("x." + link.host);
  }

  void read_host(uint32_t& end, Link& link) {
    while (is_host(at(end)) && link.host.size() <= kHostCharacters) link.host += static_cast<char>(at(end++));
    while (!link.host.empty() && (link.host.back() == '.' || link.host.back() == '-')) {
      link.host.pop_back();
      --end;
    }
    link.address = is_address(link.host);
  }

  // Port, path and query up to the first character that no link has; a full stop at the end is not its part.
  void finish(Link& link) const {
    uint32_t end = link.end;
    if (variable_at(end)) link.variable = true;
    if (at(end) == '/' || at(end) == ':' || at(end) == '?' || at(end) == '#' || variable_at(end)) {
      while (end < units_.size() && (is_path(at(end)) || variable_at(end))) {
        link.variable = link.variable || variable_at(end);
        ++end;
      }
      constexpr std::u32string_view kTail = U".,;:!?)'";
      while (end > link.end && kTail.find(at(end - 1)) != kTail.npos) --end;
    }
    link.end = end;
  }

  static bool known_top_level(std::string_view host) {
    const size_t dot = host.rfind('.');
    if (dot == host.npos || dot == 0 || host.find("..") != host.npos) return false;
    return std::find(kTopLevel.begin(), kTopLevel.end(), host.substr(dot + 1)) != kTopLevel.end();
  }

  static bool is_address(std::string_view host) {
    int parts = 0;
    while (!host.empty()) {
      const size_t end = std::min(host.find('.'), host.size());
      const std::string_view part = host.substr(0, end);
      if (part.empty() || part.size() > 3) return false;
      int value = 0;
      for (const char c : part) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
      }
      if (value > 255) return false;
      ++parts;
      host.remove_prefix(std::min(end + 1, host.size()));
    }
    return parts == 4;
  }

  std::span<const Unit> units_;
  uint32_t done_ = 0;  // links do not overlap
};

}  // namespace

void find_links(std::span<const Unit> units, std::vector<Link>& links) { LinkFinder(units).run(links); }

}  // namespace yizhan::screen
