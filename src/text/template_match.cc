#include "text/template_match.h"

#include "text/utf8.h"

namespace yizhan::text {
namespace {

class Matcher {
 public:
  Matcher(const TemplateText& body, std::string_view text, std::vector<std::string_view>& values)
      : body_(body), text_(text), values_(values), choices_(body.piece_count()) {}

  TemplateMatch run();

 private:
  // Where the value before piece `index` begins and where it is taken to end.
  struct Choice {
    size_t begin = 0;
    size_t end = 0;
    size_t characters = 0;
    bool binds = false;  // the first appearance of its variable
  };

  bool begin(size_t index, size_t at);
  bool advance(size_t index);
  bool grow(Choice& choice, uint32_t max_characters);
  bool fits(size_t index, const Choice& choice) const;

  const TemplateText& body_;
  const std::string_view text_;
  std::vector<std::string_view>& values_;
  std::vector<Choice> choices_;
  size_t steps_ = 0;
};

// Opens the value that stands before piece `index`.
bool Matcher::begin(size_t index, size_t at) {
  const uint32_t variable = body_.piece(index - 1).variable;
  choices_[index] = {.begin = at, .end = at, .characters = 0, .binds = values_[variable].data() == nullptr};
  return advance(index);
}

// Takes the next longer value after which piece `index` stands; false when there is none.
bool Matcher::advance(size_t index) {
  Choice& choice = choices_[index];
  const TemplateText::PieceView before = body_.piece(index - 1);
  if (!choice.binds) {
    // The value is known: there is one place, or none.
    const std::string_view value = values_[before.variable];
    if (choice.end != choice.begin || !text_.substr(choice.begin).starts_with(value)) return false;
    choice.end = choice.begin + value.size();
    ++steps_;
    return fits(index, choice);
  }
  values_[before.variable] = {};
  while (steps_ <= limits::kTemplateMatchSteps && grow(choice, before.max_characters)) {
    if (!fits(index, choice)) continue;
    values_[before.variable] = text_.substr(choice.begin, choice.end - choice.begin);
    return true;
  }
  return false;
}

// By one character.
bool Matcher::grow(Choice& choice, uint32_t max_characters) {
  if (choice.end >= text_.size() || choice.characters >= max_characters) return false;
  ++steps_;
  const size_t length = utf8_sequence_length(text_, choice.end);
  choice.end += length;
  ++choice.characters;
  return length != 0 && choice.end - choice.begin <= limits::kVariableBytes;
}

bool Matcher::fits(size_t index, const Choice& choice) const {
  const TemplateText::PieceView piece = body_.piece(index);
  const std::string_view rest = text_.substr(choice.end);
  return piece.variable == TemplateText::kNoVariable ? rest == piece.literal
                                                     : rest.starts_with(piece.literal);
}

TemplateMatch Matcher::run() {
  values_.assign(body_.variables().size(), {});
  const size_t pieces = body_.piece_count();
  if (pieces == 1) return text_ == body_.piece(0).literal ? TemplateMatch::kMatches : TemplateMatch::kDiffers;
  size_t index = 1;
  bool found = begin(index, body_.piece(0).literal.size());
  for (;;) {
    if (steps_ > limits::kTemplateMatchSteps) return TemplateMatch::kUndecided;
    if (found && index + 1 == pieces) return TemplateMatch::kMatches;
    if (found) {
      const size_t at = choices_[index].end + body_.piece(index).literal.size();
      found = begin(++index, at);
    } else if (--index == 0) {
      return TemplateMatch::kDiffers;
    } else {
      found = advance(index);
    }
  }
}

}  // namespace

TemplateMatch match_template(const TemplateText& body, std::string_view utf8,
                             std::vector<std::string_view>& values) {
  // Cheapest first: of many templates nearly all begin or end otherwise.
  if (!utf8.starts_with(body.piece(0).literal) ||
      !utf8.ends_with(body.piece(body.piece_count() - 1).literal) || !is_utf8(utf8))
    return TemplateMatch::kDiffers;
  return Matcher(body, utf8, values).run();
}

size_t literal_bytes(const TemplateText& body) {
  size_t bytes = 0;
  for (size_t i = 0; i < body.piece_count(); ++i) bytes += body.piece(i).literal.size();
  return bytes;
}

}  // namespace yizhan::text
