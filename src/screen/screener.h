#pragma once
// Screens texts against rule packs: a draft part by part while it is written and reviewed, and each rendered
// message just before it is sent (a variable's value may bring in what the template did not say). A Screener
// is immutable and shared: any thread; it takes no lock.

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "screen/automaton.h"
#include "screen/finding.h"
#include "screen/normalize.h"
#include "screen/rule_pack.h"

namespace yizhan::screen {

enum class Verdict : uint8_t { kPass, kReview, kBlock };
std::string_view verdict_name(Verdict verdict);

struct DraftVariable {
  std::string_view name;
  uint32_t max_characters = 0;  // 0 = not declared: limits::kVariableBytes is assumed
};

// The parts as they are stored. The signature may stand with or without its brackets 【】; the body and the
// opt-out text may have variables ({name}).
struct Draft {
  MessageClass message_class = MessageClass::kMarketing;
  std::string_view signature;
  std::string_view body;
  std::string_view opt_out_text;
  std::span<const DraftVariable> variables;
};

struct Screening {
  Verdict verdict = Verdict::kPass;
  // In the order of parts and places; at most kScreenFindings, the verdict counts all.
  std::vector<Finding> findings;
  // What it was judged by, to be stored with it.
  std::vector<PackInfo> packs;
};

struct RenderedScreening {
  Verdict verdict = Verdict::kPass;
  std::vector<Finding> findings;  // of kReview and kBlock; spans in the whole text (Part::kWhole)
};

class Screener {
 public:
  // Packs that take effect after `date` ("YYYY-MM-DD", today for whoever sends) are left out. Fails closed:
  // no date, no file, a faulty one, none in effect, an id given twice, or a check that no pack configures is
  // an error (kInvalidArgument, or what load_rule_pack says; field = file or check).
  static Result<std::shared_ptr<const Screener>> load(std::span<const std::string> files,
                                                      std::string_view date);
  static Result<std::shared_ptr<const Screener>> make(std::vector<RulePack> packs);

  // Any bytes are a valid input: what is not UTF-8 is a finding.
  Screening screen(const Draft& draft) const;
  // The whole text as it goes out, signature and all.
  RenderedScreening screen_rendered(std::string_view text, MessageClass message_class) const;

  const std::vector<PackInfo>& packs() const { return packs_; }
  size_t term_count() const { return patterns_.size(); }

 private:
  enum class Role : uint8_t { kTerm, kExcept, kUnless, kGroup, kCheckValue };
  // Why a pattern is looked for.
  struct Use {
    uint32_t rule = 0;  // index in rules_, or a CheckKind for kCheckValue
    Role role = Role::kTerm;
    uint8_t group = 0;
  };
  struct Pattern {
    Use use;
    uint16_t length = 0;       // in folded units that count
    uint16_t breaks = 0;       // places inside where the term itself has a space or symbol
    bool latin = false;        // letters and digits only
    bool latin_begin = false;  // begins with a letter or digit: not found inside a longer word
    bool latin_end = false;
  };
  struct Rule {
    RuleInfo info;
    std::optional<Part> part;
    bool whole_part = false;
    uint8_t groups = 0;  // how many
  };
  class Maker;
  class Run;

  Screener() = default;

  std::vector<PackInfo> packs_;
  std::vector<Rule> rules_;
  std::array<CheckRule, kCheckKinds> checks_;
  std::vector<Pattern> patterns_;
  Automaton automaton_;
  const FoldTable* folds_ = nullptr;
};

}  // namespace yizhan::screen
