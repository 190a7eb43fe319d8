#pragma once
// One screening: the parts of one message, what was found in them, and the judgement over the whole. Private
// to screen/. One thread.

#include <string_view>
#include <vector>

#include "screen/links.h"
#include "screen/personal_data.h"
#include "screen/screener.h"

namespace yizhan::screen {

class Screener::Run {
 public:
  // Findings below `least` are not made.
  Run(const Screener& screener, MessageClass message_class, Severity least);

  void draft(const Draft& draft);
  void rendered(std::string_view text);
  std::vector<Finding> take_findings(Verdict& verdict);

 private:
  // A text that is looked through. `offset` is where it begins in the text that findings are reported in.
  struct Slice {
    Part part = Part::kWhole;      // for the rules
    Part reported = Part::kWhole;  // in findings
    std::string_view whole;        // the text that findings are reported in
    std::string_view text;
    uint32_t offset = 0;
    Placeholders placeholders = Placeholders::kLiteral;
  };
  // A term that was found.
  struct Hit {
    Use use;
    uint8_t slice = 0;
    uint8_t variants = 0;
    bool over_sentences = false;  // punctuation that parts sentences stands inside
    Span bytes;                   // in the slice's text
    uint32_t units_after = 0;     // seen characters between it and the slice's end
  };
  struct Scratch;

  void look_through(const Slice& slice);
  void match_terms(uint8_t slice);
  void add_hit(uint32_t pattern, uint32_t last_kept, uint8_t slice);
  bool read_gaps(const Pattern& pattern, uint32_t first, uint32_t last, Hit& hit) const;
  bool at_word_ends(const Pattern& pattern, uint32_t first_unit, uint32_t last_unit) const;

  void judge_rules();
  void judge_rule(std::span<const Hit> hits);
  void judge_term(const Hit& hit, std::span<const Hit> hits, uint32_t& covered_slice, uint32_t& covered_end);

  void check_characters(const Slice& slice, uint32_t classes);
  void check_links(const Slice& slice);
  void check_personal_data(const Slice& slice);
  void check_signature(const Slice& slice);
  void check_brackets(const Slice& slice);
  void check_template(const Slice& slice);
  void check_opt_out(const Slice& end);
  void check_length(size_t utf16_units, size_t bytes, const Slice& slice);

  Span span_of_units(uint32_t begin, uint32_t end) const;
  std::optional<Severity> severity_of(const RuleInfo& info) const;
  void report(CheckKind kind, const Slice& slice, Span bytes, uint8_t variants = 0);
  void report(const RuleInfo& info, Severity severity, const Slice& slice, Span bytes, uint8_t variants);

  const Screener& screener_;
  MessageClass message_class_;
  Severity least_;
  Scratch& scratch_;
  std::vector<Finding> findings_;
  Severity gravest_ = Severity::kInfo;
};

}  // namespace yizhan::screen
