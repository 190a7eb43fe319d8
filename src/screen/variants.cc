#include "screen/variants.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (size_t at = 0; at < text.size();) out.push_back(text::next_code_point(text, at));
  return out;
}

// Calls f(first field, second field) for every line that is not empty and no comment.
template <class F>
Result<> each_line(std::string_view text, size_t entries, F f) {
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (++entries > limits::kVariantEntries)
      return fail(ErrorCode::kTooLarge, "too many entries", fmt::format("line {}", number));
    const size_t tab = line.find('\t');
    const auto second = tab == line.npos ? std::string_view() : line.substr(tab + 1);
    if (!text::is_utf8(line) || second.find('\t') != second.npos || !f(line.substr(0, tab), second))
      return fail(ErrorCode::kInvalidArgument, "a line of another form is needed here",
                  fmt::format("line {}", number));
  }
  return {};
}

}  // namespace

Result<> parse_split_characters(std::string_view text, std::vector<SplitCharacter>& out) {
  return each_line(text, out.size(), [&](std::string_view whole, std::string_view ways) {
    const std::u32string character = code_points(whole);
    if (character.size() != 1 || ways.empty()) return false;
    for (size_t at = 0; at <= ways.size();) {
      const size_t end = std::min(ways.find(' ', at), ways.size());
      std::u32string parts = code_points(ways.substr(at, end - at));
      if (parts.size() < 2 || parts.size() > limits::kSplitParts) return false;
      out.push_back({std::move(parts), character[0]});
      at = end + 1;
    }
    return true;
  });
}

Result<> parse_look_alikes(std::string_view text, std::vector<LookAlike>& out) {
  return each_line(text, out.size(), [&](std::string_view meant, std::string_view seen) {
    const std::u32string character = code_points(meant);
    const std::u32string others = code_points(seen);
    if (character.size() != 1 || others.empty()) return false;
    for (const char32_t other : others)
      if (other != ' ') out.push_back({other, character[0]});
    return true;
  });
}

Result<> parse_characters(std::string_view text, std::vector<StandardCharacter>& out) {
  return each_line(text, out.size(), [&](std::string_view character, std::string_view reading) {
    const std::u32string one = code_points(character);
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (one.size() != 1 || !std::ranges::all_of(reading, is_letter)) return false;
    out.push_back({one[0], std::string(reading)});
    return true;
  });
}

VariantTable VariantTable::make(const FoldTable& folds, const VariantData& data) {
  VariantTable table;
  for (const StandardCharacter& character : data.characters) table.add_character(folds, character);
  for (const char32_t c : data.function_characters)
    if (c < kBasic) table.function_[c] = true;
  for (const SplitCharacter& split : data.splits)
    table.add_alternative(folds, split.parts, split.whole, Variants::kSplit);
  for (const LookAlike& pair : data.look_alikes)
    if (folds.fold(pair.seen) == pair.seen)  // else it is a form of another character, and means that one
      table.add_alternative(folds, std::u32string(1, pair.seen), pair.meant, Variants::kLookAlike);
  table.group_alternatives();
  return table;
}

void VariantTable::add_character(const FoldTable& folds, const StandardCharacter& character) {
  const char32_t c = character.character;
  if (c >= kBasic) {
    others_[c] = true;
    return;
  }
  standard_[c] = true;
  // Digits are compared by their value, so their sounds are no way to write them otherwise.
  if (character.reading.empty() || folds.fold(c) != folds.simplified(c)) return;
  const auto next = static_cast<Syllable>(letters_.size() + 1);
  syllables_[folds.fold(c)] = letters_.try_emplace(character.reading, next).first->second;
}

void VariantTable::add_alternative(const FoldTable& folds, std::u32string_view seen, char32_t meant,
                                   uint16_t variants) {
  Alternative out;
  for (const char32_t part : seen) {
    const char32_t c = folds.fold(part);
    if (c >= kBasic) return;
    if (out.length > 0 && out.seen[out.length - 1] == c) {
      ++out.counts[out.length - 1];
      continue;
    }
    out.seen[out.length] = c;
    out.counts[out.length++] = 1;
  }
  out.meant = folds.fold(meant);
  out.variants = variants;
  const char32_t first = out.seen[0];
  if (out.length == 1 && out.counts[0] == 1 && first == out.meant) return;
  out.only_in_latin = first >= '0' && first <= '9' && out.meant >= 'a' && out.meant <= 'z';
  alternatives_.push_back(out);
}

void VariantTable::group_alternatives() {
  std::ranges::sort(alternatives_, {},
                    [](const Alternative& a) { return std::tuple(a.seen, a.counts, a.meant); });
  ranges_.push_back({0, 0});
  for (uint32_t i = 0; i < alternatives_.size(); ++i) {
    uint16_t& group = groups_[alternatives_[i].seen[0]];
    if (group == 0) {
      group = static_cast<uint16_t>(ranges_.size());
      ranges_.push_back({i, i});
    }
    ranges_[group][1] = i + 1;
  }
}

VariantTable::Syllable VariantTable::syllable_of_letters(std::string_view letters) const {
  if (letters.size() < 2 || letters.size() > kSyllableLetters) return 0;
  const auto found = letters_.find(std::string(letters));
  return found == letters_.end() ? Syllable{0} : found->second;
}

}  // namespace yizhan::screen
