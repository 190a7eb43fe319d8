#pragma once
// What the tests of screening share: the shipped packs loaded once, and short ways to ask. One thread.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "screen/screener.h"

namespace yizhan::screen {

// Short names for the classes, as the tables of the tests say them.
inline constexpr MessageClass V = MessageClass::kVerification;
inline constexpr MessageClass N = MessageClass::kNotification;
inline constexpr MessageClass M = MessageClass::kMarketing;
inline constexpr MessageClass P = MessageClass::kPublicService;

inline const std::vector<std::string>& shipped_packs() {
  static const std::vector<std::string> files{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                              "rules/cn_advertising.toml", "rules/cn_sector.toml",
                                              "rules/cn_scored.toml"};
  return files;
}

// A pack of these rules (TOML, without the [pack] table).
inline Result<RulePack> pack_of(std::string_view rules) {
  constexpr std::string_view kHead =
      "[pack]\nid = \"t\"\nversion = \"7\"\njurisdiction = \"CN\"\neffective_date = 2026-01-01\n";
  return parse_rule_pack(std::string(kHead) + std::string(rules), "t.toml");
}

// A screener of the shipped form pack and of these rules.
inline std::shared_ptr<const Screener> screener_with(std::string_view rules) {
  auto pack = pack_of(rules);
  auto format = load_rule_pack("rules/cn_format.toml");
  if (!pack || !format) {
    ADD_FAILURE() << to_string((pack ? format : pack).error());
    std::abort();
  }
  std::vector<RulePack> packs;
  packs.push_back(*std::move(format));
  packs.push_back(*std::move(pack));
  auto screener = Screener::make(std::move(packs));
  if (!screener) {
    ADD_FAILURE() << to_string(screener.error());
    std::abort();
  }
  return *screener;
}

// A rule with what every rule must say; `more` says the rest.
inline std::string rule_of(std::string_view id, std::string_view severity, std::string_view more) {
  return "[[rule]]\nid = \"" + std::string(id) + "\"\ncategory = \"FRAUD\"\nseverity = \"" +
         std::string(severity) + "\"\nlegal_basis = \"x\"\nsuggestion = { zh = \"a\", en = \"b\" }\n" +
         std::string(more) + "\n";
}

inline const Screener& shipped() {
  static const auto screener = Screener::load(shipped_packs(), "2026-01-01");
  if (!screener) {
    ADD_FAILURE() << to_string(screener.error());
    std::abort();
  }
  return **screener;
}

// Of the shipped packs but the scored one: scored rules are for whoever reads a text.
inline const Screener& unscored() {
  static const auto screener =
      Screener::load(std::span(shipped_packs()).first(shipped_packs().size() - 1), "2026-01-01");
  if (!screener) {
    ADD_FAILURE() << to_string(screener.error());
    std::abort();
  }
  return **screener;
}

// A draft of this class that is whole but for its body.
inline Draft draft_of(MessageClass message_class, std::string_view body) {
  return {message_class,
          "驿站科技",
          body,
          message_class == MessageClass::kMarketing ? std::string_view("拒收请回复R") : std::string_view(),
          {}};
}

inline Screening screen_body(std::string_view body, MessageClass message_class = MessageClass::kMarketing) {
  return shipped().screen(draft_of(message_class, body));
}

inline const Finding* find_rule(const std::vector<Finding>& findings, std::string_view rule_id) {
  const auto at = std::ranges::find(findings, rule_id, &Finding::rule_id);
  return at == findings.end() ? nullptr : &*at;
}

inline std::string describe(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings)
    out += f.rule_id + " " + std::string(severity_name(f.severity)) + " [" + f.matched + "] " +
           variants_name(f.how_matched) + "\n";
  return out;
}

}  // namespace yizhan::screen
