#pragma once
// What screening finds: which rule, how grave, where in the text, on what legal basis. Plain data, any
// thread.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan::screen {

// The names are stable: they are stored with findings and shown through the API.
#define YIZHAN_FINDING_CATEGORIES(X)        \
  X(kPolitical, "POLITICAL")                \
  X(kTerrorViolence, "TERROR_VIOLENCE")     \
  X(kPorn, "PORN")                          \
  X(kGambling, "GAMBLING")                  \
  X(kDrugs, "DRUGS")                        \
  X(kFraud, "FRAUD")                        \
  X(kSuperstitionCult, "SUPERSTITION_CULT") \
  X(kRumour, "RUMOUR")                      \
  X(kInsultDefamation, "INSULT_DEFAMATION") \
  X(kThreat, "THREAT")                      \
  X(kDiscrimination, "DISCRIMINATION")      \
  X(kPrivacyLeak, "PRIVACY_LEAK")           \
  X(kAbsoluteTerm, "ABSOLUTE_TERM")         \
  X(kExaggeration, "EXAGGERATION")          \
  X(kFalsePromise, "FALSE_PROMISE")         \
  X(kIpBrand, "IP_BRAND")                   \
  X(kStateSymbol, "STATE_SYMBOL")           \
  X(kDiversion, "DIVERSION")                \
  X(kHiddenMarketing, "HIDDEN_MARKETING")   \
  X(kVariantText, "VARIANT_TEXT")           \
  X(kSector, "SECTOR")                      \
  X(kPromotion, "PROMOTION")                \
  X(kLanguage, "LANGUAGE")                  \
  X(kFormat, "FORMAT")

enum class Category : uint8_t {
#define X(enumerator, name) enumerator,
  YIZHAN_FINDING_CATEGORIES(X)
#undef X
};
std::string_view category_name(Category category);
std::optional<Category> parse_category(std::string_view name);

// In rising order, so that the gravest of several is the greatest.
enum class Severity : uint8_t {
  kInfo,    // the author should know
  kReview,  // a reviewer decides
  kBlock,   // cannot be sent
};
std::string_view severity_name(Severity severity);
std::optional<Severity> parse_severity(std::string_view name);

enum class MessageClass : uint8_t { kVerification, kNotification, kMarketing, kPublicService };
inline constexpr size_t kMessageClasses = 4;
std::string_view message_class_name(MessageClass message_class);
std::optional<MessageClass> parse_message_class(std::string_view name);

enum class Part : uint8_t { kSignature, kBody, kOptOutText, kWhole };
std::string_view part_name(Part part);
std::optional<Part> parse_part(std::string_view name);

// How a finding was made of what stands in the text: how a term was disguised there, any number of them
// together, or that it is no term but what many pieces add up to. None: the term as it is.
struct Variants {
  static constexpr uint16_t kFullWidth = 1;
  static constexpr uint16_t kTraditional = 2;
  static constexpr uint16_t kDigitStyle = 4;
  static constexpr uint16_t kStyledLetter = 8;      // circled, superscript, compatibility forms
  static constexpr uint16_t kInvisible = 16;        // zero-width characters between
  static constexpr uint16_t kInsertedSymbols = 32;  // symbols or spaces between
  static constexpr uint16_t kLetterCase = 64;
  static constexpr uint16_t kRepeated = 128;   // a character said several times
  static constexpr uint16_t kLookAlike = 256;  // another character that looks the same
  static constexpr uint16_t kSplit = 512;      // a character written as its parts
  static constexpr uint16_t kHomophone = 1024;
  static constexpr uint16_t kPinyin = 2048;  // the sound in Latin letters
  static constexpr uint16_t kScored = 4096;  // no term: what a scored rule added up
  // Those that say of a single character in which form it is written.
  static constexpr uint16_t kForms = kFullWidth | kTraditional | kDigitStyle | kStyledLetter | kLetterCase;
  // Those that nobody writes by chance.
  static constexpr uint16_t kEvasive =
      kStyledLetter | kInvisible | kInsertedSymbols | kRepeated | kLookAlike | kSplit | kPinyin;

  uint16_t bits = 0;
  bool operator==(const Variants&) const = default;
};
// "exact", or the names joined: "full width, inserted symbols".
std::string variants_name(Variants variants);
// The names one by one; none when the term is as it is.
std::vector<std::string_view> variant_names(Variants variants);

struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  auto operator<=>(const Span&) const = default;
};

struct Suggestion {
  std::string zh;
  std::string en;
};

// A further term of the same rule inside a finding's span.
struct NestedTerm {
  std::string term;
  Span bytes;
  Span utf16;
};

// What a message may be as well: a scored rule that is nearly as likely as the one that was found.
struct OtherKind {
  std::string rule_id;
  Category category = Category::kFormat;
};

struct Finding {
  std::string rule_id;
  std::string pack_id;  // the pack that the rule came from, and its version
  std::string pack_version;
  Category category = Category::kFormat;
  Severity severity = Severity::kInfo;
  Part part = Part::kWhole;
  Span bytes;           // in the part's UTF-8 text; empty at its end when something is missing
  Span utf16;           // the same in UTF-16 units, as browsers count
  std::string matched;  // the original text of the span, at most kFindingMatchedBytes
  std::string term;     // as the pack has it: the word or expression, of several the first; empty for a check
  std::string replacement;  // what to write instead, where the list of terms says so
  Variants how_matched;
  std::vector<NestedTerm> nested;  // the rule's others in the span, in order, at most kScreenNestedTerms
  // The likelier first, at most kScoredOtherKinds; behind them rules that have a threshold of their own.
  std::vector<OtherKind> other_kinds;
  std::string legal_basis;
  Suggestion suggestion;
};

// Kinds of documents of which any one will do, the same for as long as they are named alike: "a|b".
using AnyDocument = std::vector<std::string>;
std::string document_key(const AnyDocument& any);

// A regulated sector that the message is about, and what that asks of whoever sends it.
struct SectorFound {
  std::string id;
  Suggestion title;
  std::vector<AnyDocument> required_qualifications;
  std::string second_reviewer;  // who must also review; empty = nobody
};

// A rule that holds for messages about a sector.
struct SectorRule {
  std::string id;
  std::string legal_basis;
  Suggestion suggestion;
};
// All that a sector asks, of a message about it whether that was found or is known.
struct SectorRules {
  SectorFound sector;
  std::string legal_basis;
  std::vector<SectorRule> required_texts;
  std::vector<SectorRule> forbidden;
};

// What a promotion must say.
enum class Essential : uint8_t { kRules, kValidity, kScope };
inline constexpr size_t kEssentials = 3;
std::string_view essential_name(Essential essential);
std::optional<Essential> parse_essential(std::string_view name);

// Where the message says it.
struct EssentialSpan {
  Essential essential = Essential::kRules;
  Part part = Part::kWhole;
  Span bytes;
  Span utf16;
  std::string text;  // at most kFindingMatchedBytes
};
struct Promotion {
  bool found = false;  // the message is one
  std::vector<EssentialSpan> spans;
  bool says(Essential essential) const;
};

}  // namespace yizhan::screen
