#include "service/screened_messages.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "crypto/digest.h"
#include "service/screener_in_force.h"
#include "service/screenings.h"

namespace yizhan::service {

engine::ScreenRendered ScreenedMessages::screen() {
  return [this](std::string_view text, domain::MessageClass message_class) {
    return judge(text, message_class);
  };
}

uint32_t ScreenedMessages::rule_of(const screen::Finding& finding) {
  const auto [at, is_new] =
      rule_index_.try_emplace({finding.rule_id, finding.severity}, static_cast<uint32_t>(rules_.size()));
  if (is_new)
    rules_.push_back({.rule_id = finding.rule_id,
                      .pack_id = finding.pack_id,
                      .pack_version = finding.pack_version,
                      .category = std::string(category_name(finding.category)),
                      .severity = std::string(severity_name(finding.severity)),
                      .messages = 0,
                      .samples = {}});
  return at->second;
}

ScreenedMessages::Outcome ScreenedMessages::look(std::string_view text, domain::MessageClass message_class) {
  Outcome outcome{.verdict = screen::Verdict::kBlock, .rules = {}, .personal = {}};
  if (screener_ == nullptr) return outcome;
  const screen::RenderedScreening found =
      screener_->screen_rendered(text, class_for_screening(message_class));
  outcome.verdict = found.verdict;
  outcome.personal = screened_of(found).personal;
  for (const screen::Finding& finding : found.findings) {
    const uint32_t rule = rule_of(finding);
    outcome.rules.push_back(rule);
    ScreenedSample sample;
    sample.term = finding.term;
    for (const std::string_view name : variant_names(finding.how_matched))
      sample.how_matched.emplace_back(name);
    found_.push_back({rule, std::move(sample)});
  }
  std::ranges::sort(outcome.rules);
  const auto [first, last] = std::ranges::unique(outcome.rules);
  outcome.rules.erase(first, last);
  return outcome;
}

void ScreenedMessages::count(const Outcome& outcome) {
  ++sums_.messages;
  if (outcome.verdict == screen::Verdict::kBlock) ++sums_.blocked;
  if (outcome.verdict == screen::Verdict::kReview) ++sums_.to_review;
  for (const uint32_t rule : outcome.rules) ++rules_[rule].messages;
}

engine::Screened ScreenedMessages::Outcome::screened() const {
  engine::Screened out(verdict != screen::Verdict::kBlock);
  out.personal = personal;
  return out;
}

engine::Screened ScreenedMessages::judge(std::string_view text, domain::MessageClass message_class) {
  found_.clear();
  crypto::Digest digest = crypto::sha256(text);
  digest[0] ^= static_cast<uint8_t>(message_class);
  Key key;
  std::memcpy(key.data(), digest.data(), sizeof(key));
  if (const auto known = known_.find(key); known != known_.end()) {
    count(outcomes_[known->second]);
    return outcomes_[known->second].screened();
  }
  const Outcome outcome = look(text, message_class);
  ++sums_.texts;
  count(outcome);
  engine::Screened screened = outcome.screened();
  if (known_.size() >= limits::kScreenedTexts) return screened;
  auto same = outcome_of_.find(outcome);
  if (same == outcome_of_.end()) {
    if (outcomes_.size() >= limits::kScreenedOutcomes) return screened;
    same = outcome_of_.emplace(outcome, outcomes_.size()).first;
    outcomes_.push_back(outcome);
  }
  known_.emplace(key, same->second);
  return screened;
}

void ScreenedMessages::said_by(MessageId message) {
  for (Found& found : found_) {
    auto& samples = rules_[found.rule].samples;
    // A rule that finds several things in one text is shown with its first.
    if (samples.size() >= limits::kScreenedSamples ||
        (!samples.empty() && samples.back().message_id == message))
      continue;
    found.sample.message_id = message;
    samples.push_back(std::move(found.sample));
  }
  found_.clear();
}

ScreenedMessagesView ScreenedMessages::view() const {
  ScreenedMessagesView view = sums_;
  view.rules = rules_;
  const auto gravity = [](const ScreenedRule& rule) {
    const bool blocks = rule.severity == severity_name(screen::Severity::kBlock);
    return std::tuple(!blocks, -rule.messages, std::string_view(rule.rule_id));
  };
  std::ranges::sort(view.rules, {}, gravity);
  if (view.rules.size() > limits::kScreenedRules) view.rules.resize(limits::kScreenedRules);
  if (screener_ != nullptr)
    for (const screen::PackInfo& pack : screener_->packs())
      view.rule_packs.push_back({pack.id, pack.version});
  return view;
}

}  // namespace yizhan::service
