#pragma once
// Screens texts against rule packs: a draft part by part while it is written and reviewed, and each rendered
// message just before it is sent (a variable's value may bring in what the template did not say). A Screener
// is immutable and shared: any thread; it takes no lock.

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "screen/expressions.h"
#include "screen/finding.h"
#include "screen/matcher.h"
#include "screen/normalize.h"
#include "screen/rule_pack.h"
#include "screen/scores.h"

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
  std::vector<SectorFound> sectors;
  Promotion promotion;
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
  // The whole text as it goes out, signature and all; spans in the whole text (Part::kWhole).
  Screening screen_message(std::string_view text, MessageClass message_class) const;
  // The same at sending speed: what is only to be known is not looked for, and nothing is added up: scored
  // rules are for whoever reviews the text, and stop nothing.
  RenderedScreening screen_rendered(std::string_view text, MessageClass message_class) const;

  const std::vector<PackInfo>& packs() const { return packs_; }
  // Of every sector that the packs know, in their order.
  std::vector<SectorRules> sector_rules() const;
  size_t term_count() const { return uses_.size(); }
  size_t expression_count() const { return expressions_.size(); }
  // Of what it keeps, about.
  size_t bytes() const;

 private:
  enum class Role : uint8_t {
    kTerm,
    kExcept,
    kUnless,
    kGroup,
    kCheckValue,
    kAllow,
    kDenial,
    kNoDenial,
  };
  // Why a term or expression is looked for.
  struct Use {
    uint32_t rule = 0;  // index in rules_ or allowances_, a CheckKind for kCheckValue, nothing for denials
    uint32_t text = 0;  // of kTerm: index in texts_
    Role role = Role::kTerm;
    uint8_t group = 0;

    bool of_rule() const { return role <= Role::kGroup; }
  };
  // The uses of each term or expression: those that lead to something by themselves, and those that rest on
  // what another term of their rule found.
  class UseTable {
   public:
    struct Given {
      uint32_t of = 0;  // the term or expression
      Use use;
    };
    UseTable() = default;
    template <class Rests>
    UseTable(std::span<const Given> all, size_t count, Rests rests);

    std::span<const Use> leading(size_t of) const { return part(begins_[of].all, begins_[of].resting); }
    std::span<const Use> resting(size_t of) const { return part(begins_[of].resting, begins_[of + 1].all); }
    size_t size() const { return uses_.size(); }
    size_t bytes() const { return uses_.capacity() * sizeof(Use) + begins_.capacity() * sizeof(Begins); }

   private:
    struct Begins {
      uint32_t all = 0;
      uint32_t resting = 0;  // behind those that lead
    };
    std::span<const Use> part(uint32_t begin, uint32_t end) const {
      return std::span(uses_).subspan(begin, end - begin);
    }
    std::vector<Use> uses_;
    std::vector<Begins> begins_;  // one more than there are terms
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Rule {
    RuleInfo info;
    std::optional<Part> part;
    std::optional<Essential> essential;
    uint32_t pack = 0;
    uint32_t sector = kNone;      // holds only where this one of sectors_ was found
    uint32_t trigger_of = kNone;  // where it holds, this one was found
    bool whole_part = false;
    bool missing = false;  // holds where none of its `unless` is there
    bool disguised = false;
    bool scored = false;
    bool grave = false;  // it blocks in some class: what lifts it, or denies its terms, only asks a reviewer
    Boundary boundary = Boundary::kNoCrossing;
    uint8_t groups = 0;                // how many
    std::optional<int32_t> threshold;  // of a scored rule, its own
    bool weighed = false;              // its words are only told where the message reads as an ordinary one
  };
  struct Sector {
    SectorFound found;
    std::vector<uint32_t> required;  // rules
  };
  struct Allowance {
    std::vector<uint32_t> rules;  // rising; empty = all
  };
  // The terms as the packs have them, with what to write instead, one after the other.
  struct Texts {
    std::string all;
    std::vector<std::array<uint32_t, 2>> ends;  // of the term and of its replacement

    uint32_t add(std::string_view term, std::string_view replacement);
    std::string_view term(uint32_t i) const;
    std::string_view replacement(uint32_t i) const;
  };
  // Which rules matter for a class and a least severity, the terms that any of these has, and their
  // expressions: those that lead to something by themselves, and those that rest on others.
  struct Wanted {
    BitMap rules;
    BitMap terms;
    BitMap leading_expressions, resting_expressions;
    bool holds(const Use& use) const { return !use.of_rule() || rules.test(use.rule); }
  };
  class Maker;
  class Run;

  Screener();
  bool rests(const Use& use) const;
  const Wanted& wanted(MessageClass message_class, Severity least) const {
    return wanted_[static_cast<size_t>(message_class)][static_cast<size_t>(least)];
  }

  uint64_t number_ = 0;  // of all that were made: no other has the same, in whatever place of memory
  std::vector<PackInfo> packs_;
  std::vector<Rule> rules_;
  std::vector<Sector> sectors_;
  std::vector<Allowance> allowances_;
  std::u32string denials_at_once_;  // those of one character, folded
  std::array<CheckRule, kCheckKinds> checks_;
  std::array<uint32_t, kCheckKinds> check_packs_{};
  UseTable uses_;  // of terms
  Texts texts_;
  std::optional<TermMatcher> matcher_;
  std::optional<ScoreTable> scores_;
  std::vector<uint32_t> scored_;  // the rules that it adds up for, in its order
  int32_t score_threshold_ = 0;   // of those without one of their own
  std::optional<int32_t> score_ordinary_;
  std::optional<int32_t> score_short_margin_;
  ExpressionSet expressions_;
  UseTable expression_uses_;
  std::array<std::array<Wanted, 3>, kMessageClasses> wanted_;
  const FoldTable* folds_ = nullptr;
};

}  // namespace yizhan::screen
