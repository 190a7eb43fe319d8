#pragma once
// The labelled messages that weights are learnt from.

#include <string>
#include <vector>

#include "screen/finding.h"

namespace yizhan::scores {

struct Example {
  std::string id, kind, author, text;
  screen::MessageClass message_class = screen::MessageClass::kMarketing;
  std::vector<screen::Category> labels;  // the main one first; none of an ordinary message
  bool ordinary() const { return kind == "ordinary"; }
};

// A violation with what ordinary messages say put before it and behind it, as whoever hides it would: halves of two of
// `ordinary`, which ones the number tells. Itself where there are none.
Example padded(const Example& violation, const std::vector<const Example*>& ordinary, size_t number);

// Lines of five columns (tests/screening/README), or of four without the id. Ends the program where a line is of another
// form.
std::vector<Example> read_corpus(const std::string& path, const std::string& author);
// Puts into `corpus`, which is in the order of its ids, who wrote what: a first id and an author a line.
void read_authors(const std::string& path, std::vector<Example>& corpus);

}  // namespace yizhan::scores
