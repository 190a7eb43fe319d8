#pragma once
// The way back from a text to a template's variables: "您的验证码是482913" says what "您的验证码是{code}"
// says, with code = 482913. Pure functions, any thread; a matcher refers to its template, which must outlive
// it.
//
// Deterministic: from left to right, each value is the shortest that lets the rest match. A value has at
// least one character (a text with a gap says something else) and at most what the template allows; a
// variable that stands twice has one value.

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/template_text.h"

namespace yizhan::text {

enum class TemplateMatch : uint8_t {
  kMatches,
  kDiffers,
  kUndecided,  // more than limits::kTemplateMatchSteps places to try: to be taken as kDiffers
};

// Fills `values` in the order of the template's variables(), views of `utf8`, when it matches; else `values`
// is of no meaning. A text that is no UTF-8 differs.
TemplateMatch match_template(const TemplateText& body, std::string_view utf8,
                             std::vector<std::string_view>& values);

// How much of the template is fixed, in bytes: of two templates that match, the one that says more.
size_t literal_bytes(const TemplateText& body);

}  // namespace yizhan::text
