#pragma once
// Finds all terms in a normalised text in one pass of one automaton over every view of it: as it is written;
// with repeated characters counted once; with split characters and look-alikes read as what they stand for;
// and by its sound. What stands between the characters of a term (spaces, symbols, invisible characters) does
// not hide it. Immutable after make(): any thread. A Scratch is one thread's.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "screen/automaton.h"
#include "screen/bit_map.h"
#include "screen/normalize.h"
#include "screen/piece_set.h"
#include "screen/variants.h"

namespace yizhan::screen {

enum class Homophones : uint8_t {
  kNever,
  kLong,   // for terms of at least kLongTerm characters
  kThree,  // for terms of at least three
  kAll,    // for terms of at least two
};

class TermMatcher {
 public:
  // From this length on a term of which half is written with other characters of the same sound is no chance.
  static constexpr size_t kLongTerm = 4;

  struct Match {
    uint32_t term = 0;   // as numbered by add()
    uint32_t first = 0;  // units
    uint32_t last = 0;
    uint16_t variants = 0;
    bool over_sentences = false;  // punctuation that parts sentences stands inside
    bool whole = false;           // nothing stands between its characters
  };

  class Builder;
  struct Data;  // private to matcher.cc
  struct Scratch;
  struct DeleteScratch {
    void operator()(Scratch* scratch) const;
  };
  using ScratchPtr = std::unique_ptr<Scratch, DeleteScratch>;
  static ScratchPtr make_scratch();

  TermMatcher(TermMatcher&&) noexcept;
  TermMatcher& operator=(TermMatcher&&) noexcept;
  ~TermMatcher();

  enum class Outcome : uint8_t {
    kComplete,
    kTooManyVariants,  // limits::kScreenVariantSteps: some other readings of the text were not looked at
  };
  // Appends to `matches`, in the order of their ends. Terms whose bit of `wanted` is 0 are left out; where it
  // is empty all are wanted. `units` are those of `text`. Replaces `pieces` by those in the text.
  Outcome find(std::string_view text, const Units& units, const BitMap& wanted, Scratch& scratch,
               std::vector<Match>& matches, PieceSet& pieces) const;

  // Of two or three ideographs: it could be the meeting of two ordinary words.
  bool is_short_ideographic(uint32_t term) const;

  size_t bytes() const;
  const VariantTable& variants() const;

 private:
  class Search;
  explicit TermMatcher(std::unique_ptr<const Data> data);

  std::unique_ptr<const Data> data_;
};

class TermMatcher::Builder {
 public:
  Builder(const FoldTable& folds, VariantTable variants);
  ~Builder();

  enum class Refusal : uint8_t { kNone, kNothingToCompare, kOnlyDigits, kTooLong };
  // The term gets the next number when it is taken.
  Refusal add(std::string_view term, Homophones homophones);
  // A piece of text of which only is asked whether a text may have it: no whole words, no gaps counted, and
  // of symbols the first stands for all. The same piece has one number. Nothing when a text may always have
  // it. It leads where it is once added as one that does.
  std::optional<uint32_t> add_piece(std::string_view piece, bool leading);

  Result<TermMatcher> make();

 private:
  std::unique_ptr<Data> data_;
  std::vector<std::u32string> patterns_;
  std::unordered_map<std::u32string, uint32_t> pieces_;
  Units units_;
};

}  // namespace yizhan::screen
