#include "screen/finding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace yizhan::screen {

namespace {

constexpr std::array kCategoryNames{
#define X(enumerator, name) std::string_view(name),
    YIZHAN_FINDING_CATEGORIES(X)
#undef X
};
constexpr std::array<std::string_view, 3> kSeverityNames{"info", "review", "block"};
constexpr std::array<std::string_view, kMessageClasses> kClassNames{"verification", "notification",
                                                                    "marketing", "public_service"};
constexpr std::array<std::string_view, 4> kPartNames{"signature", "body", "opt_out_text", "whole"};
constexpr std::array<std::string_view, kEssentials> kEssentialNames{"rules", "validity", "scope"};

template <class Enum, size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view category_name(Category c) { return kCategoryNames[static_cast<size_t>(c)]; }
std::string_view severity_name(Severity s) { return kSeverityNames[static_cast<size_t>(s)]; }
std::string_view message_class_name(MessageClass c) { return kClassNames[static_cast<size_t>(c)]; }
std::string_view part_name(Part p) { return kPartNames[static_cast<size_t>(p)]; }

std::optional<Category> parse_category(std::string_view name) { return find<Category>(kCategoryNames, name); }
std::optional<Severity> parse_severity(std::string_view name) { return find<Severity>(kSeverityNames, name); }
std::optional<MessageClass> parse_message_class(std::string_view name) {
  return find<MessageClass>(kClassNames, name);
}
std::optional<Part> parse_part(std::string_view name) { return find<Part>(kPartNames, name); }

std::string_view essential_name(Essential e) { return kEssentialNames[static_cast<size_t>(e)]; }
std::optional<Essential> parse_essential(std::string_view name) {
  return find<Essential>(kEssentialNames, name);
}

std::string document_key(const AnyDocument& any) {
  std::string key;
  for (const std::string& one : any) key += (key.empty() ? "" : "|") + one;
  return key;
}

bool Promotion::says(Essential essential) const {
  return std::ranges::find(spans, essential, &EssentialSpan::essential) != spans.end();
}

std::vector<std::string_view> variant_names(Variants variants) {
  constexpr std::array<std::pair<uint16_t, std::string_view>, 13> kNames{{
      {Variants::kLetterCase, "letter case"},
      {Variants::kFullWidth, "full width"},
      {Variants::kTraditional, "traditional"},
      {Variants::kDigitStyle, "digit style"},
      {Variants::kStyledLetter, "styled letters"},
      {Variants::kLookAlike, "look-alikes"},
      {Variants::kSplit, "split characters"},
      {Variants::kHomophone, "homophones"},
      {Variants::kPinyin, "pinyin letters"},
      {Variants::kRepeated, "repeated characters"},
      {Variants::kInvisible, "invisible characters"},
      {Variants::kInsertedSymbols, "inserted symbols"},
      {Variants::kScored, "scored"},
  }};
  std::vector<std::string_view> out;
  for (const auto& [bit, name] : kNames)
    if ((variants.bits & bit) != 0) out.push_back(name);
  return out;
}

std::string variants_name(Variants variants) {
  std::string out;
  for (const std::string_view name : variant_names(variants)) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out.empty() ? "exact" : out;
}

}  // namespace yizhan::screen
