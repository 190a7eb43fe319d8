#include "screen/word_breaks.h"

#include <unicode/ubrk.h>

#include <memory>

#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// How far around a place words are looked for: the longest words have four characters, and what stands
// further away hardly moves a border here.
constexpr uint32_t kAround = 8;

struct Close {
  void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
};

UBreakIterator* iterator_of_thread() {
  thread_local const std::unique_ptr<UBreakIterator, Close> iterator = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UBreakIterator, Close> made(ubrk_open(UBRK_WORD, "zh", nullptr, 0, &status));
    return U_FAILURE(status) ? nullptr : std::move(made);
  }();
  return iterator.get();
}

bool is_ideograph(const Unit& unit) { return unit.unit_class == UnitClass::kIdeograph; }

std::vector<bool> breaks_of(std::u16string_view view) {
  std::vector<bool> breaks(view.size() + 1, false);
  UBreakIterator* iterator = iterator_of_thread();
  UErrorCode status = U_ZERO_ERROR;
  if (iterator != nullptr) ubrk_setText(iterator, view.data(), static_cast<int32_t>(view.size()), &status);
  if (iterator == nullptr || U_FAILURE(status)) {  // without words no edge is cut
    breaks.assign(view.size() + 1, true);
    return breaks;
  }
  for (int32_t at = ubrk_first(iterator); at != UBRK_DONE; at = ubrk_next(iterator))
    breaks[static_cast<size_t>(at)] = true;
  return breaks;
}

// The same, remembered.
std::shared_ptr<const std::vector<bool>> known_breaks_of(const std::u16string& view) {
  struct Known {
    std::u16string view;
    std::shared_ptr<const std::vector<bool>> breaks;
  };
  constexpr size_t kKnown = 1024;
  thread_local std::vector<Known> all(kKnown);
  Known& known = all[std::hash<std::u16string>{}(view) % kKnown];
  if (known.breaks == nullptr || known.view != view)
    known = {view, std::make_shared<const std::vector<bool>>(breaks_of(view))};
  return known.breaks;
}

}  // namespace

WordBreaks::WordBreaks(const FoldTable& folds, std::string_view text, std::span<const Unit> units,
                       uint32_t begin, uint32_t end)
    : first_(begin), begin_(begin), end_(end) {
  while (first_ > 0 && begin - first_ < kAround && is_ideograph(units[first_ - 1])) --first_;
  uint32_t last = end;
  while (last < units.size() && last - end < kAround && is_ideograph(units[last])) ++last;
  std::u16string view;
  view.reserve(last - first_);
  for (uint32_t i = first_; i < last; ++i) {
    size_t at = units[i].begin;
    const char32_t c = is_ideograph(units[i]) ? folds.simplified(text::next_code_point(text, at)) : U' ';
    view.push_back(c < 0x10000 ? static_cast<char16_t>(c) : u' ');
  }
  breaks_ = known_breaks_of(view);
}

bool WordBreaks::available() {
  constexpr std::u16string_view kTwoWords = u"路口交通";
  UBreakIterator* iterator = iterator_of_thread();
  UErrorCode status = U_ZERO_ERROR;
  if (iterator == nullptr) return false;
  ubrk_setText(iterator, kTwoWords.data(), static_cast<int32_t>(kTwoWords.size()), &status);
  return U_SUCCESS(status) && ubrk_first(iterator) == 0 && ubrk_next(iterator) == 2;
}

bool WordBreaks::inside(uint32_t unit) const {
  const size_t at = unit - first_;
  return at > 0 && at + 1 < breaks_->size() && !(*breaks_)[at];
}

std::pair<uint32_t, uint32_t> WordBreaks::word(uint32_t unit) const {
  size_t begin = unit - first_;
  size_t end = begin + 1;
  while (begin > 0 && !(*breaks_)[begin]) --begin;
  while (end + 1 < breaks_->size() && !(*breaks_)[end]) ++end;
  return {first_ + static_cast<uint32_t>(begin), first_ + static_cast<uint32_t>(end)};
}

}  // namespace yizhan::screen
