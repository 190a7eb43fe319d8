#pragma once
// A message body with variables, parsed once and rendered many times: "您的验证码是{code}". A parsed template
// is immutable and shared between threads.
//
// Grammar: text is literal, "{{" and "}}" are literal braces, {name} is a variable. A name is of ASCII
// letters, digits, underscores and Chinese letters. Two variables may not touch (carriers refuse such
// templates, and their values could not be told apart). At most limits::kContentVariables different names.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"

namespace yizhan::text {

enum class TemplateFaultKind : uint8_t {
  kNotUtf8,
  kUnclosedBrace,      // offset of the brace that opens
  kStrayClosingBrace,  // a single "}"
  kEmptyName,
  kBadName,  // offset of the character that a name may not have
  kNameTooLong,
  kAdjacentVariables,  // offset of the second one
  kTooManyVariables,   // offset of the first one too many
};
std::string_view template_fault_name(TemplateFaultKind kind);

struct TemplateFault {
  TemplateFaultKind kind;
  size_t offset;  // in bytes from the start of the body
  bool operator==(const TemplateFault&) const = default;
};

// The longest value that a variable may take, in code points.
struct VariableLimit {
  std::string_view name;
  uint32_t max_characters;
};

class TemplateText {
 public:
  // A value for each variable in the order of variables(); nullopt = not given.
  using Values = std::span<const std::optional<std::string_view>>;

  // kInvalidArgument with field "byte N" for a fault in the body; with the name as field when a limit names
  // no variable of the body. Variables without a limit may take limits::kVariableBytes bytes.
  static Result<TemplateText> parse(std::string_view body,
                                    std::span<const VariableLimit> variable_limits = {});

  // In the order of their first appearance.
  const std::vector<std::string>& variables() const { return names_; }
  // The place of a variable in variables(): look it up once per batch, not once per message.
  std::optional<size_t> index_of(std::string_view name) const;

  // Appends the text to `out`. kInvalidArgument with the variable's name as field when its value is missing
  // or longer than its limit; `out` is then as it was. The number of values must be that of the variables.
  Result<void> render(Values values, std::string& out) const;

  // Code points of the longest text that can come out, counting each value at its limit.
  size_t longest_characters() const;

  // The body in its order: literal text and the variable that follows it. Only the last piece has none.
  static constexpr uint32_t kNoVariable = UINT32_MAX;
  struct PieceView {
    std::string_view literal;
    uint32_t variable;        // index in variables(), kNoVariable
    uint32_t max_characters;  // of its value
  };
  size_t piece_count() const { return pieces_.size(); }
  PieceView piece(size_t index) const {
    const Piece& p = pieces_[index];
    return {std::string_view(literals_).substr(p.begin, p.length), p.variable,
            p.variable == kNoVariable ? 0 : max_characters_[p.variable]};
  }

 private:
  struct Piece {
    uint32_t begin;  // of the literal text before the variable, in literals_
    uint32_t length;
    uint32_t variable;  // index, kNoVariable for the last piece
  };
  friend class TemplateParser;

  std::string literals_;
  std::vector<Piece> pieces_;
  std::vector<std::string> names_;
  std::vector<uint32_t> max_characters_;
};

// The first fault of a body, for an editor that marks it; nullopt when it parses.
std::optional<TemplateFault> find_template_fault(std::string_view body);

}  // namespace yizhan::text
