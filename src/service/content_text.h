#pragma once
// What a content says, as its author writes it: the checks of its form, the shape of its screening (made by
// screenings.h) and its cost. Pure; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/content.h"
#include "text/segmentation.h"

namespace yizhan::service {

struct VariableSpec {
  std::string name;
  int64_t max_length = 20;  // characters
  std::string sample;
  bool personal = false;  // its values are personal data
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kVariableNameBytes},
      {.member = "max_length", .minimum = 1, .maximum = limits::kVariableBytes},
      {.member = "sample",
       .presence = json::Presence::kOptional,
       .max_length = limits::kVariableBytes,
       .description = "at most max_length characters"},
      {.member = "personal", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(VariableSpec, (), (name, max_length, sample, personal))

struct ContentTextSpec {
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;       // empty = any purpose of the class
  std::string signature;     // without its brackets
  std::string body;          // with variables: {name}; {{ and }} are braces
  std::string opt_out_text;  // follows the body
  std::vector<VariableSpec> variables;
  std::vector<std::string> sectors;  // that the author declares, beside those that screening finds
  static constexpr json::Rule kRules[] = {{.member = "purpose",
                                           .presence = json::Presence::kOptional,
                                           .max_length = limits::kContentPurposeCharacters},
                                          {.member = "signature",
                                           .presence = json::Presence::kOptional,
                                           .max_length = limits::kContentSignatureCharacters,
                                           .description = "without its brackets"},
                                          {.member = "body",
                                           .min_length = 1,
                                           .max_length = limits::kContentBodyCharacters,
                                           .description = "{name} is a variable, {{ and }} are braces"},
                                          {.member = "opt_out_text",
                                           .presence = json::Presence::kOptional,
                                           .max_length = limits::kContentOptOutCharacters},
                                          {.member = "variables",
                                           .presence = json::Presence::kOptional,
                                           .max_items = limits::kContentVariables,
                                           .description = "exactly those of the text"},
                                          {.member = "sectors",
                                           .presence = json::Presence::kOptional,
                                           .min_length = 1,
                                           .max_length = limits::kSectorKeyBytes,
                                           .max_items = limits::kContentSectors,
                                           .description = "ids of regulated sectors that the text is about"}};
};
BOOST_DESCRIBE_STRUCT(ContentTextSpec, (),
                      (message_class, purpose, signature, body, opt_out_text, variables, sectors))

// A further term of the same rule inside a finding's span.
struct NestedTermView {
  std::string term;
  int64_t begin = 0;  // bytes of the part's UTF-8
  int64_t end = 0;
  int64_t utf16_begin = 0;  // the same in UTF-16 units
  int64_t utf16_end = 0;
};
BOOST_DESCRIBE_STRUCT(NestedTermView, (), (term, begin, end, utf16_begin, utf16_end))

// What the text may be as well, by the scored rules.
struct OtherKindView {
  std::string rule_id;
  std::string category;
};
BOOST_DESCRIBE_STRUCT(OtherKindView, (), (rule_id, category))

// One finding of screening; `index` is how a reviewer's disposition names it.
struct FindingView {
  int64_t index = 0;
  std::string rule_id;
  std::string pack_id;  // of the rule; these two empty in screenings from before they were kept
  std::string pack_version;
  std::string category;
  std::string severity;  // info, review, block
  std::string part;      // signature, body, opt_out_text, whole
  int64_t begin = 0;     // bytes of the part's UTF-8
  int64_t end = 0;
  int64_t utf16_begin = 0;  // the same in UTF-16 units
  int64_t utf16_end = 0;
  std::string matched;
  std::string term;                      // as the pack has it; empty for a check
  std::string replacement;               // what to write instead, where the list of terms says so
  std::vector<std::string> how_matched;  // screen::variant_names; none = the term as it is
  std::vector<NestedTermView> nested;
  std::vector<OtherKindView> other_kinds;  // the likelier first
  std::string legal_basis;
  std::string suggestion_zh;
  std::string suggestion_en;
};
BOOST_DESCRIBE_STRUCT(FindingView, (),
                      (index, rule_id, pack_id, pack_version, category, severity, part, begin, end,
                       utf16_begin, utf16_end, matched, term, replacement, how_matched, nested, other_kinds,
                       legal_basis, suggestion_zh, suggestion_en))

struct RulePackView {
  std::string id;
  std::string version;
  bool operator==(const RulePackView&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulePackView, (), (id, version))

// A regulated sector that the text is about, and what that asks of whoever sends it.
struct FoundSectorView {
  std::string id;
  std::string title_zh;
  std::string title_en;
  std::vector<std::vector<std::string>> required_qualifications;  // of each list any one
  std::string second_reviewer;                                    // who must also review; empty = nobody
};
BOOST_DESCRIBE_STRUCT(FoundSectorView, (), (id, title_zh, title_en, required_qualifications, second_reviewer))

// Where a text says what a promotion must say.
struct EssentialSpanView {
  std::string part;
  int64_t begin = 0;  // bytes of the part's UTF-8
  int64_t end = 0;
  int64_t utf16_begin = 0;  // the same in UTF-16 units
  int64_t utf16_end = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(EssentialSpanView, (), (part, begin, end, utf16_begin, utf16_end, text))

struct EssentialView {
  std::string essential;                 // rules, validity, scope
  std::vector<EssentialSpanView> spans;  // none = the text does not say it
};
BOOST_DESCRIBE_STRUCT(EssentialView, (), (essential, spans))

struct PromotionView {
  std::vector<EssentialView> essentials;  // all three
};
BOOST_DESCRIBE_STRUCT(PromotionView, (), (essentials))

struct ScreeningView {
  std::string verdict;  // pass, review, block
  std::vector<FindingView> findings;
  std::vector<RulePackView> rule_packs;
  std::vector<FoundSectorView> sectors;
  std::optional<PromotionView> promotion;  // absent: the text is none
};
BOOST_DESCRIBE_STRUCT(ScreeningView, (), (verdict, findings, rule_packs, sectors, promotion))

// What a message of this text costs.
struct MeasureView {
  std::string preview;  // the whole message with the variables' samples
  std::string encoding;
  int64_t units = 0;
  int64_t segments = 0;
  std::string longest_encoding;  // when every variable is as long as it may be
  int64_t longest_units = 0;
  int64_t longest_segments = 0;
};
BOOST_DESCRIBE_STRUCT(MeasureView, (),
                      (preview, encoding, units, segments, longest_encoding, longest_units, longest_segments))

domain::ContentText to_domain(const ContentTextSpec& spec);

// kInvalidArgument with the place of the fault ("/body", with the byte in the message): a template that does
// not parse, a variable that is not declared or not used, a sample that is too long, brackets in the
// signature.
Result<> check_text(const ContentTextSpec& spec);

std::string_view encoding_name(text::Encoding encoding);
// The widest value that a variable of so many characters may take.
std::string widest_value(int64_t characters);

// Of a text with faults: as it stands.
MeasureView measure_text(const domain::ContentText& text);

}  // namespace yizhan::service
