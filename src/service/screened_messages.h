#pragma once
// What screening finds in every message of a campaign as it would be sent, values and all: identical texts
// are screened once, counts are of messages. Bounded: beyond limits::kScreenedTexts different texts are
// screened each time. Pure but for the screener; one thread.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "engine/composer.h"
#include "screen/screener.h"
#include "service/content_text.h"

namespace yizhan::service {

// A message in which a rule found something. What it says is nobody's business here: the term is the pack's.
struct ScreenedSample {
  MessageId message_id;
  std::string term;                      // empty for a check
  std::vector<std::string> how_matched;  // screen::variant_names
};
BOOST_DESCRIBE_STRUCT(ScreenedSample, (), (message_id, term, how_matched))

struct ScreenedRule {
  std::string rule_id;
  std::string pack_id;
  std::string pack_version;
  std::string category;
  std::string severity;  // review, block
  int64_t messages = 0;
  std::vector<ScreenedSample> samples;  // of different texts, at most limits::kScreenedSamples
};
BOOST_DESCRIBE_STRUCT(ScreenedRule, (),
                      (rule_id, pack_id, pack_version, category, severity, messages, samples))

struct ScreenedMessagesView {
  int64_t messages = 0;  // screened
  int64_t texts = 0;     // of them those that were not known from a message before
  int64_t blocked = 0;   // messages
  int64_t to_review = 0;
  std::vector<ScreenedRule> rules;  // blocks first, then by messages; at most limits::kScreenedRules
  std::vector<RulePackView> rule_packs;
  static constexpr json::Rule kRules[] = {
      {.member = "texts", .description = "those that were not known from a message before"},
      {.member = "blocked", .description = "messages that would not be sent"},
      {.member = "to_review",
       .description = "messages in which something was found that does not stop them"}};
};
BOOST_DESCRIBE_STRUCT(ScreenedMessagesView, (), (messages, texts, blocked, to_review, rules, rule_packs))

class ScreenedMessages {
 public:
  explicit ScreenedMessages(std::shared_ptr<const screen::Screener> screener)
      : screener_(std::move(screener)) {}

  // Judges by the one screener, and counts. Of this object, which outlives it.
  engine::ScreenRendered screen();
  // Which message the text was that was judged last; none since the last call: nothing.
  void said_by(MessageId message);

  ScreenedMessagesView view() const;

 private:
  using Key = std::array<uint64_t, 2>;  // of SHA-256, which nobody can make two texts for
  struct KeyHash {
    size_t operator()(const Key& key) const { return key[0]; }
  };
  struct Outcome {
    screen::Verdict verdict = screen::Verdict::kPass;
    std::vector<uint32_t> rules;         // rising
    std::vector<screen::Span> personal;  // as in engine::Screened
    auto operator<=>(const Outcome&) const = default;
    engine::Screened screened() const;
  };
  struct Found {
    uint32_t rule = 0;
    ScreenedSample sample;
  };
  engine::Screened judge(std::string_view text, domain::MessageClass message_class);
  Outcome look(std::string_view text, domain::MessageClass message_class);
  uint32_t rule_of(const screen::Finding& finding);
  void count(const Outcome& outcome);

  const std::shared_ptr<const screen::Screener> screener_;
  std::unordered_map<Key, uint32_t, KeyHash> known_;  // to outcomes_
  std::vector<Outcome> outcomes_;
  std::map<Outcome, uint32_t> outcome_of_;
  std::vector<ScreenedRule> rules_;
  std::map<std::pair<std::string, screen::Severity>, uint32_t> rule_index_;
  std::vector<Found> found_;  // in the text judged last, where it was not known
  ScreenedMessagesView sums_;
};

}  // namespace yizhan::service
