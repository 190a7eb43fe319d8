#pragma once
// What a content says, as its author writes it: the checks of its form, its screening and its cost. Pure but
// for the screener; any thread.

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/content.h"
#include "screen/screener.h"
#include "text/segmentation.h"

namespace yizhan::service {

struct VariableSpec {
  std::string name;
  int64_t max_length = 20;  // characters
  std::string sample;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kVariableNameBytes},
      {.member = "max_length", .minimum = 1, .maximum = limits::kVariableBytes},
      {.member = "sample",
       .presence = json::Presence::kOptional,
       .max_length = limits::kVariableBytes,
       .description = "at most max_length characters"}};
};
BOOST_DESCRIBE_STRUCT(VariableSpec, (), (name, max_length, sample))

struct ContentTextSpec {
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;       // empty = any purpose of the class
  std::string signature;     // without its brackets
  std::string body;          // with variables: {name}; {{ and }} are braces
  std::string opt_out_text;  // follows the body
  std::vector<VariableSpec> variables;
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
                                           .description = "exactly those of the text"}};
};
BOOST_DESCRIBE_STRUCT(ContentTextSpec, (), (message_class, purpose, signature, body, opt_out_text, variables))

// One finding of screening; `index` is how a reviewer's disposition names it.
struct FindingView {
  int64_t index = 0;
  std::string rule_id;
  std::string category;
  std::string severity;  // info, review, block
  std::string part;      // signature, body, opt_out_text, whole
  int64_t begin = 0;     // bytes of the part's UTF-8
  int64_t end = 0;
  int64_t utf16_begin = 0;  // the same in UTF-16 units
  int64_t utf16_end = 0;
  std::string matched;
  std::string how_matched;
  std::string legal_basis;
  std::string suggestion_zh;
  std::string suggestion_en;
};
BOOST_DESCRIBE_STRUCT(FindingView, (),
                      (index, rule_id, category, severity, part, begin, end, utf16_begin, utf16_end, matched,
                       how_matched, legal_basis, suggestion_zh, suggestion_en))

struct RulePackView {
  std::string id;
  std::string version;
  bool operator==(const RulePackView&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulePackView, (), (id, version))

struct ScreeningView {
  std::string verdict;  // pass, review, block
  std::vector<FindingView> findings;
  std::vector<RulePackView> rule_packs;
};
BOOST_DESCRIBE_STRUCT(ScreeningView, (), (verdict, findings, rule_packs))

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

// Fails closed: kUnavailable without rule packs.
Result<ScreeningView> screen_text(const screen::Screener* screener, const domain::ContentText& text);
screen::Verdict verdict_of(const ScreeningView& screening);
// "cn.gambling (body, bytes 3 to 9), …" of the findings that block.
std::string blocking_findings(const ScreeningView& screening);

std::string_view encoding_name(text::Encoding encoding);
// The widest value that a variable of so many characters may take.
std::string widest_value(int64_t characters);

// Of a text with faults: as it stands.
MeasureView measure_text(const domain::ContentText& text);

}  // namespace yizhan::service
