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

// A rule of words. It holds where one of `terms` is found outside every one of `except`, if each of `groups`
// has a term somewhere in the message and `unless` has none.
struct TermRule {
  RuleInfo info;
  std::vector<std::string> terms;
  std::vector<std::string> except;
  std::vector<std::string> unless;
  std::vector<std::vector<std::string>> groups;
  std::optional<Part> part;  // only there; nullopt = anywhere
  bool whole_part = false;   // the part is the term and nothing else
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
  X(kEmail, "email_address")

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
};

// kMalformed: not TOML ("line N"); kInvalidArgument: a key missing, unknown or of the wrong kind (field =
// rule id and key); kTooLarge: over a limit. `name` stands before the place in `field`.
Result<RulePack> parse_rule_pack(std::string_view toml, std::string_view name);
// kNotFound when the file cannot be read, besides.
Result<RulePack> load_rule_pack(const std::string& path);

}  // namespace yizhan::screen
