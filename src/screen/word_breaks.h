#pragma once
// Where ordinary Chinese words begin and end around a place of a text, by ICU's dictionary (UAX 29): what
// tells a term from the meeting of two words (口交 in 路口交通) and a disguise from plain words of the same
// sound. Any thread; each has its own iterator, and remembers what it was asked last: messages of one
// template ask for the same places again and again.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "screen/normalize.h"

namespace yizhan::screen {

class WordBreaks {
 public:
  // Looks at the ideographs around the units [begin, end) of `text`; symbols end the view. kUnavailable when
  // ICU has no dictionary is told by available().
  WordBreaks(const FoldTable& folds, std::string_view text, std::span<const Unit> units, uint32_t begin,
             uint32_t end);

  static bool available();

  // A word of several characters goes over this edge.
  bool cut_at_begin() const { return inside(begin_); }
  bool cut_at_end() const { return inside(end_); }
  // The word that a unit of [begin, end) stands in, units [first, second).
  std::pair<uint32_t, uint32_t> word(uint32_t unit) const;

 private:
  bool inside(uint32_t unit) const;

  uint32_t first_ = 0;  // the unit that the view begins with
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  std::shared_ptr<const std::vector<bool>> breaks_;  // before each unit of the view, and after the last
};

}  // namespace yizhan::screen
