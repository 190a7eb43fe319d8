#pragma once
// A rule pack: the data that screening works from, one TOML file with a jurisdiction, a version and the date
// from which it holds. Form in docs/formats/rule_pack.md. Plain data; any thread.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "screen/finding.h"
#include "screen/variants.h"

namespace yizhan::screen {

struct PackInfo {
  std::string id;
  std::string version;
  std::string jurisdiction;    // ISO 3166 code, or "*"
  std::string effective_date;  // "YYYY-MM-DD"
  bool operator==(const PackInfo&) const = default;
};

// What every rule and check says about itself.
struct RuleInfo {
  std::string id;
  Category category = Category::kFormat;
  // By MessageClass; nullopt = the rule does not hold for that class.
  std::array<std::optional<Severity>, kMessageClasses> severity{};
  std::string legal_basis;
  Suggestion suggestion;
};

// A term, and what to write instead where the list says so.
struct Term {
  std::string text;
  std::string replacement;
};

// What may stand at the ends of a term of two or three ideographs, by the dictionary of ordinary words.
enum class Boundary : uint8_t {
  kNone,
  kNoCrossing,  // not found where words go over both its ends (口交 in 路口交通)
  kWords,       // found only as whole words
};

// A line of a file of weights, in thousandths: the piece, what it says for a violation of any kind, what it
// says for this kind among the others. The piece is one of
//   加我            read in the text, whatever stands between its characters
//   jia wo          read by its sound
//   @contacts       a word of that class is there
//   <traditional>   a mark (score_reading.h)
struct ScoreWeight {
  std::string piece;
  int32_t weight = 0;
  int32_t kind = 0;
};

// Words that mean the same to a scored rule.
struct WordClass {
  std::string name;
  std::vector<std::string> words;
};

// Words that say of what follows them in their clause that it is not offered, or warn of it, unless they
// stand inside one of `except`. A word of one character says so only of what follows at once.
struct Denials {
  std::vector<std::string> words;
  std::vector<std::string> except;
};

// What scored rules share.
struct Scoring {
  std::vector<WordClass> word_classes;
  std::optional<int32_t> threshold;  // of the rules that have none of their own
  // Where the greatest sum of those is below it the message reads as an ordinary one, and words in it that
  // would ask a reviewer are only told.
  std::optional<int32_t> ordinary;
  // By how much more a short message must pass any threshold; without it none is scored.
  std::optional<int32_t> short_margin;
};

// A rule of words. It holds where one of `terms` or `expressions` is found outside every one of `except`, if
// each of `groups` has a term somewhere in the message and `unless` has none. A scored rule holds where the
// weights of what is found in the message add up to a threshold instead.
struct TermRule {
  RuleInfo info;
  std::vector<Term> terms;
  std::vector<std::string> expressions;
  std::vector<std::string> except;
  std::vector<std::string> unless;
  std::vector<std::string> unless_expressions;
  std::vector<std::vector<std::string>> groups;
  std::optional<Part> part;        // only there; nullopt = anywhere
  bool whole_part = false;         // the part is the term and nothing else
  std::optional<bool> homophones;  // nullopt = by the screener's own rule: long terms that block
  bool short_homophones = false;   // terms of three characters are long enough
  Boundary boundary = Boundary::kNoCrossing;
  std::string sector;                  // holds only where this sector was found; empty = anywhere
  bool disguised = false;              // holds only where a term is written otherwise than it is
  bool weighed = false;                // its words are told only where the message reads as an ordinary one
  std::optional<Essential> essential;  // `unless` says this of a promotion, `terms` that it is one
  std::string scores_file;             // as the pack names it; empty = no scored rule
  std::vector<ScoreWeight> scores;
  // Its own. Those without one hold together: where the greatest of their sums passes that of the scoring,
  // the few of them whose kind is likeliest are told.
  std::optional<int32_t> threshold;
};

// A sector with its triggers, and what it asks for.
struct Sector {
  TermRule triggers;
  Suggestion title;
  // One of `unless` must be in the message, or the rule's finding says that it is missing.
  std::vector<TermRule> required_texts;
  std::vector<TermRule> forbidden;
  std::vector<AnyDocument> required_qualifications;
  std::string second_reviewer;
};

// Ordinary phrases: what stands inside of one is not found.
struct Allowance {
  std::string id;
  std::string reason;
  std::vector<std::string> phrases;
  std::vector<std::string> rules;  // of these alone; empty = of all
};

// The checks that are code; a pack says how grave each is and with which numbers. A program without one of
// them would let something through unseen, so all must be configured.
#define YIZHAN_SCREEN_CHECKS(X)                   \
  X(kInvalidUtf8, "invalid_utf8")                 \
  X(kUnsendable, "unsendable_character")          \
  X(kInvisible, "invisible_character")            \
  X(kTextTooLong, "text_too_long")                \
  X(kEmptyBody, "empty_body")                     \
  X(kTooManySegments, "too_many_segments")        \
  X(kLongMessage, "long_message")                 \
  X(kSignatureMissing, "signature_missing")       \
  X(kSignatureLength, "signature_length")         \
  X(kSignatureCharacters, "signature_characters") \
  X(kSignatureAllDigits, "signature_all_digits")  \
  X(kBracketsInBody, "brackets_in_body")          \
  X(kOptOutMissing, "opt_out_missing")            \
  X(kOptOutForbidden, "opt_out_forbidden")        \
  X(kTemplateFault, "template_fault")             \
  X(kFullyVariable, "fully_variable")             \
  X(kLinkVariable, "link_variable")               \
  X(kLinkShort, "link_short")                     \
  X(kLinkAddress, "link_address")                 \
  X(kLinkNotHttps, "link_not_https")              \
  X(kIdCard, "id_card")                           \
  X(kBankCard, "bank_card")                       \
  X(kPhone, "phone_number")                       \
  X(kEmail, "email_address")                      \
  X(kUnreadVariants, "unread_variants")           \
  X(kRareCharacter, "rare_character")             \
  X(kMixedScript, "mixed_script")                 \
  X(kLongSentence, "long_sentence")

enum class CheckKind : uint8_t {
#define X(enumerator, name) enumerator,
  YIZHAN_SCREEN_CHECKS(X)
#undef X
};
#define X(enumerator, name) +1
inline constexpr size_t kCheckKinds = 0 YIZHAN_SCREEN_CHECKS(X);
#undef X
std::string_view check_name(CheckKind kind);

struct CheckRule {
  CheckKind kind = CheckKind::kInvalidUtf8;
  RuleInfo info;
  int64_t min = 0;
  int64_t max = 0;
  std::vector<std::string> values;
};

struct RulePack {
  PackInfo info;
  std::vector<TermRule> rules;
  std::vector<CheckRule> checks;
  std::vector<Sector> sectors;
  std::vector<Allowance> allowances;
  Denials denials;
  Scoring scoring;
  VariantData variants;
};

// kInvalidArgument ("line N") for a line of another form, kTooLarge over kScoreWeights.
Result<std::vector<ScoreWeight>> parse_score_weights(std::string_view text);

// kMalformed: not TOML ("line N"); kInvalidArgument: a key missing, unknown or of the wrong kind (field =
// rule id and key); kTooLarge: over a limit; kNotFound: a list that the pack names. `name` stands before the
// place in `field`. Lists are looked for in `folder`; without one a pack may name none.
Result<RulePack> parse_rule_pack(std::string_view toml, std::string_view name, std::string_view folder = {});
// kNotFound when the file cannot be read, besides. Lists are beside the file.
Result<RulePack> load_rule_pack(const std::string& path);

}  // namespace yizhan::screen
