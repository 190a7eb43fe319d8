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
  // With what is told only of a text that somebody looks at.
  Screening take_screening();

 private:
  static constexpr size_t kSlices = 3;  // a message has at most so many

  // A text that is looked through. `offset` is where it begins in the text that findings are reported in.
  struct Slice {
    Part part = Part::kWhole;      // for the rules
    Part reported = Part::kWhole;  // in findings
    std::string_view whole;        // the text that findings are reported in
    std::string_view text;
    uint32_t offset = 0;
    Placeholders placeholders = Placeholders::kLiteral;
  };
  // A term or expression that was found.
  struct Hit {
    Use use;
    uint32_t term = kNone;     // as the matcher has it; none of an expression
    Span units;                // of the slice
    Span bytes;                // in the slice's text
    uint32_t units_after = 0;  // seen characters between it and the slice's end
    uint16_t variants = 0;
    uint8_t slice = 0;
    bool over_sentences = false;  // punctuation that parts sentences stands inside
    bool whole = false;           // nothing stands between its characters

    bool covers(const Hit& other) const {
      return slice == other.slice && bytes.begin <= other.bytes.begin && bytes.end >= other.bytes.end;
    }
  };
  struct Reading;
  struct Scratch;

  void look_through(const Slice& slice);
  void read_slice(const Slice& slice, Reading& read) const;
  void read_signature(const Slice& slice, Reading& read) const;
  bool is_of(const Reading& read, std::string_view signature) const;
  // What scored rules read of a slice.
  std::span<const Unit> scored_units(size_t slice) const;
  void read_score(size_t slice, std::span<const Unit> units, ScoreReading& reading) const;
  const Units& units() const;  // of the last slice
  const Units& units_of(size_t slice) const;
  void add_matches(size_t slice);
  void match_expressions(size_t slice, bool resting);
  void add_resting();
  bool bears(const Use& use) const;
  bool is_lifted(const Use& use) const;
  void add_hit(size_t slice, const Use& use, const TermMatcher::Match& match);
  void add_hit(size_t slice, const Use& use, const ExpressionSet::Match& match);
  void add_hit(const Hit& hit);

  void judge_rules();
  void judge_rule(std::span<const Hit> hits);
  bool holds(const Rule& rule, const Hit& hit, std::span<const Hit> hits) const;
  bool is_allowed(const Hit& hit) const;
  bool is_denied(const Hit& hit) const;
  static bool is_weighed(const Rule& rule, const Hit& hit, bool denied);
  static bool is_disguised(const Hit& hit);
  static bool is_evasive(const Hit& hit);
  bool is_plain_words(const Rule& rule, const Hit& hit) const;
  std::optional<Severity> severity_of(const Rule& rule, const Hit& hit) const;
  void judge_required();
  void judge_scored();
  struct Likeliest {
    int32_t greatest = INT32_MIN;           // of the sums of all
    std::vector<uint32_t> kinds;            // scored rules, likeliest first
    std::vector<ScoreTable::Share> shares;  // what speaks for the first
  };
  void judge_alone(std::span<ScoreReading> readings, int32_t margin, Finding* reading);
  void add_kind(Finding& finding, uint32_t rule) const;
  Likeliest likeliest_of(std::span<ScoreReading> readings, size_t slice);
  ScoreTable::Passed passed_in(size_t slice) const;
  void take_back_words();
  bool is_passed(uint32_t rule, const ScoreTable::Place& place) const;
  bool lets_score(uint32_t rule) const;
  Finding* told_as(Category category);
  Finding* report_score(uint32_t index, std::span<const ScoreTable::Share> shares);
  void note_essential(Essential essential, const Hit& hit);
  bool report_hit(const Rule& rule, Severity severity, const Hit& hit);
  void join(const Hit& first, const Hit& hit, Severity severity);
  bool nest(Finding& finding, const Hit& hit) const;
  uint16_t exact_variants(const Hit& hit, std::string_view matched);

  void check_characters(const Slice& slice);
  void check_language(const Slice& slice);
  void check_rare_characters(const Slice& slice);
  void check_scripts(const Slice& slice);
  void check_sentences(const Slice& slice);
  void check_links(const Slice& slice);
  void check_personal_data(const Slice& slice);
  void check_signature(const Slice& slice);
  void check_brackets(const Slice& slice);
  void check_template(const Slice& slice);
  void check_opt_out(const Slice& end);
  bool may_be_long(size_t utf16_units) const;
  void check_length(size_t utf16_units, size_t bytes, const Slice& slice);

  Span span_of_units(uint32_t begin, uint32_t end) const;
  std::optional<Severity> severity_of(const RuleInfo& info) const;
  static Span utf16_of(const Slice& slice, Span bytes);
  static void place(Finding& finding, const Slice& slice, Span bytes);
  void report(CheckKind kind, const Slice& slice, Span bytes, uint16_t variants = 0);
  // The finding, or nothing when there are too many.
  Finding* report(const RuleInfo& info, uint32_t pack, Severity severity, const Slice& slice, Span bytes,
                  uint16_t variants);

  const Screener& screener_;
  MessageClass message_class_;
  Severity least_;
  Scratch& scratch_;
  std::vector<Finding> findings_;
  std::vector<bool> weighed_;      // by finding
  std::vector<uint32_t> sectors_;  // that were found
  Promotion promotion_;
  Severity gravest_ = Severity::kInfo;
};

}  // namespace yizhan::screen
