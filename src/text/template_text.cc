#include "text/template_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

bool is_name_character(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         is_ideograph(c);
}

// No value of that many code points can pass the byte limit, so it means "bytes only".
constexpr uint32_t kBytesOnly = limits::kVariableBytes;

}  // namespace

std::string_view template_fault_name(TemplateFaultKind kind) {
  switch (kind) {
    case TemplateFaultKind::kNotUtf8:
      return "not_utf8";
    case TemplateFaultKind::kUnclosedBrace:
      return "unclosed_brace";
    case TemplateFaultKind::kStrayClosingBrace:
      return "stray_closing_brace";
    case TemplateFaultKind::kEmptyName:
      return "empty_name";
    case TemplateFaultKind::kBadName:
      return "bad_name";
    case TemplateFaultKind::kNameTooLong:
      return "name_too_long";
    case TemplateFaultKind::kAdjacentVariables:
      return "adjacent_variables";
    case TemplateFaultKind::kTooManyVariables:
      return "too_many_variables";
  }
  return "unknown";
}

class TemplateParser {
 public:
  explicit TemplateParser(std::string_view body) : body_(body) {}

  std::optional<TemplateFault> run() {
    if (const size_t at = first_utf8_fault(body_); at != kNoFault)
      return TemplateFault{TemplateFaultKind::kNotUtf8, at};
    while (at_ < body_.size()) {
      const size_t brace = std::min(body_.find_first_of("{}", at_), body_.size());
      out_.literals_.append(body_, at_, brace - at_);
      at_ = brace;
      if (at_ == body_.size()) break;
      const char c = body_[at_];
      if (at_ + 1 < body_.size() && body_[at_ + 1] == c) {
        out_.literals_.push_back(c);
        at_ += 2;
      } else if (c == '}') {
        return TemplateFault{TemplateFaultKind::kStrayClosingBrace, at_};
      } else if (auto fault = variable()) {
        return fault;
      }
    }
    close_piece(TemplateText::kNoVariable);
    return std::nullopt;
  }

  TemplateText take() { return std::move(out_); }

 private:
  void close_piece(uint32_t variable) {
    const auto end = static_cast<uint32_t>(out_.literals_.size());
    out_.pieces_.push_back({piece_begin_, end - piece_begin_, variable});
    piece_begin_ = end;
  }

  // At a single "{".
  std::optional<TemplateFault> variable() {
    const size_t open = at_;
    size_t i = open + 1;
    while (i < body_.size() && body_[i] != '}') {
      const size_t from = i;
      const char32_t c = next_code_point(body_, i);
      if (c == '{') return TemplateFault{TemplateFaultKind::kUnclosedBrace, open};
      if (!is_name_character(c)) {
        // A brace that is never closed is the better word for a fault far behind it.
        const bool closes = body_.find('}', from) != std::string_view::npos;
        if (!closes) return TemplateFault{TemplateFaultKind::kUnclosedBrace, open};
        return TemplateFault{TemplateFaultKind::kBadName, from};
      }
    }
    if (i >= body_.size()) return TemplateFault{TemplateFaultKind::kUnclosedBrace, open};
    const std::string_view name = body_.substr(open + 1, i - open - 1);
    if (name.empty()) return TemplateFault{TemplateFaultKind::kEmptyName, open};
    if (name.size() > limits::kVariableNameBytes) return TemplateFault{TemplateFaultKind::kNameTooLong, open};
    const bool touches = !out_.pieces_.empty() && piece_begin_ == out_.literals_.size();
    if (touches) return TemplateFault{TemplateFaultKind::kAdjacentVariables, open};
    const auto known = out_.index_of(name);
    const size_t index = known.value_or(out_.names_.size());
    if (!known) {
      if (index == limits::kContentVariables)
        return TemplateFault{TemplateFaultKind::kTooManyVariables, open};
      out_.names_.emplace_back(name);
      out_.max_characters_.push_back(kBytesOnly);
    }
    close_piece(static_cast<uint32_t>(index));
    at_ = i + 1;
    return std::nullopt;
  }

  std::string_view body_;
  size_t at_ = 0;
  uint32_t piece_begin_ = 0;
  TemplateText out_;
};

std::optional<TemplateFault> find_template_fault(std::string_view body) { return TemplateParser(body).run(); }

Result<TemplateText> TemplateText::parse(std::string_view body,
                                         std::span<const VariableLimit> variable_limits) {
  TemplateParser parser(body);
  if (const auto fault = parser.run()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("template: {}", template_fault_name(fault->kind)),
                fmt::format("byte {}", fault->offset));
  }
  TemplateText out = parser.take();
  for (const VariableLimit& limit : variable_limits) {
    const auto index = out.index_of(limit.name);
    if (!index) {
      return fail(ErrorCode::kInvalidArgument, "the template has no such variable", std::string(limit.name));
    }
    out.max_characters_[*index] = limit.max_characters;
  }
  return out;
}

std::optional<size_t> TemplateText::index_of(std::string_view name) const {
  const auto it = std::ranges::find(names_, name);
  if (it == names_.end()) return std::nullopt;
  return static_cast<size_t>(it - names_.begin());
}

Result<void> TemplateText::render(Values values, std::string& out) const {
  if (values.size() != names_.size()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} values for {} variables", values.size(), names_.size()));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) return fail(ErrorCode::kInvalidArgument, "missing value of a variable", names_[i]);
    const std::string_view v = *values[i];
    const bool fits = v.size() <= limits::kVariableBytes &&
                      (v.size() <= max_characters_[i] || count_code_points(v) <= max_characters_[i]);
    if (!fits) return fail(ErrorCode::kInvalidArgument, "value of a variable too long", names_[i]);
  }
  for (const Piece& p : pieces_) {
    out.append(literals_, p.begin, p.length);
    if (p.variable != kNoVariable) out.append(*values[p.variable]);
  }
  return {};
}

size_t TemplateText::longest_characters() const {
  size_t n = count_code_points(literals_);
  for (const Piece& p : pieces_)
    if (p.variable != kNoVariable) n += max_characters_[p.variable];
  return n;
}

}  // namespace yizhan::text
