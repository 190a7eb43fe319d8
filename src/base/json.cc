#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <cctype>
#include <functional>

#include "base/utf8.h"

namespace yizhan::json {
namespace {

using boost::json::string_view;
using boost::system::error_code;

// Appends one reference token of a JSON pointer.
void append_token(std::string& path, std::string_view token) {
  path += '/';
  for (const char c : token) {
    if (c == '~') {
      path += "~0";
    } else if (c == '/') {
      path += "~1";
    } else {
      path += c;
    }
  }
}

// Builds the value and keeps the member names of the objects that are open, to refuse duplicates.
class Handler {
 public:
  static constexpr size_t max_object_size = limits::kJsonItems;
  static constexpr size_t max_array_size = limits::kJsonItems;
  static constexpr size_t max_key_size = limits::kJsonStringCharacters;
  static constexpr size_t max_string_size = static_cast<size_t>(-1);  // the body has its own limit

  Handler() { stack_.reset(); }
  Value release() { return stack_.release(); }
  // The pointer of the member that came twice, empty if none did.
  const std::string& duplicate() const { return duplicate_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return open(); }
  bool on_object_end(size_t n, error_code& ec) {
    if (has_duplicate()) {
      ec = boost::json::error::syntax;
      return false;
    }
    members_.resize(frames_.back().first_member);
    names_.resize(frames_.back().first_name);
    frames_.pop_back();
    stack_.push_object(n);
    return close();
  }
  bool on_array_begin(error_code&) { return open(); }
  bool on_array_end(size_t n, error_code&) {
    frames_.pop_back();
    stack_.push_array(n);
    return close();
  }
  bool on_key_part(string_view s, size_t, error_code&) {
    names_.append(s.data(), s.size());
    stack_.push_chars(s);
    return true;
  }
  bool on_key(string_view s, size_t n, error_code&) {
    names_.append(s.data(), s.size());
    stack_.push_key(s);
    const std::string_view name = std::string_view(names_).substr(names_.size() - n);
    members_.push_back({std::hash<std::string_view>{}(name), names_.size() - n, n});
    return true;
  }
  bool on_string_part(string_view s, size_t, error_code&) {
    stack_.push_chars(s);
    return true;
  }
  bool on_string(string_view s, size_t, error_code&) {
    stack_.push_string(s);
    return close();
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(int64_t v, string_view, error_code&) {
    stack_.push_int64(v);
    return close();
  }
  bool on_uint64(uint64_t v, string_view, error_code&) {
    stack_.push_uint64(v);
    return close();
  }
  bool on_double(double v, string_view, error_code&) {
    stack_.push_double(v);
    return close();
  }
  bool on_bool(bool v, error_code&) {
    stack_.push_bool(v);
    return close();
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return close();
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  struct Member {
    size_t hash, at, size;
  };
  struct Frame {
    size_t first_member, first_name;
    size_t elements = 0;
  };

  bool open() {
    frames_.push_back({members_.size(), names_.size()});
    return true;
  }
  // A value of the enclosing array or object is complete.
  bool close() {
    if (!frames_.empty()) ++frames_.back().elements;
    return true;
  }
  std::string_view name(const Member& m) const { return std::string_view(names_).substr(m.at, m.size); }

  bool has_duplicate() {
    const auto first = members_.begin() + static_cast<ptrdiff_t>(frames_.back().first_member);
    std::sort(first, members_.end(), [](const Member& a, const Member& b) { return a.hash < b.hash; });
    const auto twin = std::adjacent_find(first, members_.end(),
                                         [](const Member& a, const Member& b) { return a.hash == b.hash; });
    if (twin == members_.end()) return false;
    for (size_t i = 0; i + 1 < frames_.size(); ++i) {
      // An open object's last member is the one whose value we are in; an open array has none of its own.
      const bool object = frames_[i + 1].first_member > frames_[i].first_member;
      append_token(duplicate_, object ? name(members_[frames_[i + 1].first_member - 1])
                                      : std::string_view(std::to_string(frames_[i].elements)));
    }
    append_token(duplicate_, name(*twin));
    return true;
  }

  boost::json::value_stack stack_;
  std::vector<Member> members_;
  std::string names_;
  std::vector<Frame> frames_;
  std::string duplicate_;
};

std::string place_of(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t newline = before.rfind('\n');
  const size_t column = newline == before.npos ? offset + 1 : offset - newline;
  return fmt::format("line {}, column {}", line, column);
}

size_t code_points(std::string_view s) {
  return static_cast<size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
}

}  // namespace

Result<Value> parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  boost::json::basic_parser<Handler> parser(options);
  error_code ec;
  size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = boost::json::error::extra_data;
  if (!parser.handler().duplicate().empty())
    return fail(ErrorCode::kInvalidArgument, "appears twice", parser.handler().duplicate());
  if (ec) return fail(ErrorCode::kMalformed, "not JSON: " + ec.message(), place_of(text, used));
  return parser.handler().release();
}

std::string serialize(const Value& value) { return boost::json::serialize(value); }

void append_string(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;  // start of what is copied as it is
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<uint8_t>(text[at]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++at;
      continue;
    }
    const size_t length = c < 0x80 ? 0 : utf8_sequence_bytes(text, at);
    if (length == 0) {
      out.append(text, plain, at - plain);
      if (c < 0x80) {
        append_escaped(out, text[at]);
      } else {
        out += "\xEF\xBF\xBD";
      }
      plain = at + 1;
    }
    at += std::max<size_t>(length, 1);
  }
  out.append(text, plain);
  out += '"';
}

void Reader::add(std::string message) {
  if (!full()) errors_.push_back({ErrorCode::kInvalidArgument, std::move(message), path_});
}

size_t Reader::enter(std::string_view member) {
  const size_t mark = path_.size();
  append_token(path_, member);
  return mark;
}

size_t Reader::enter(size_t index) {
  const size_t mark = path_.size();
  path_ += '/';
  path_ += std::to_string(index);
  return mark;
}

bool Schemas::claim(const std::string& name, std::string_view raw_type_name) {
  const auto [owner, fresh] = owners_.emplace(name, raw_type_name);
  if (!fresh && owner->second != raw_type_name)
    conflicts_.push_back(fmt::format("{}: {} and {}", name, owner->second, raw_type_name));
  return fresh;
}

namespace detail {

std::string component_name(std::string_view raw) {
  std::string out;
  size_t word = 0;
  for (size_t at = 0; at <= raw.size(); ++at) {
    const char c = at < raw.size() ? raw[at] : '\0';
    if (c == '(') {  // "(anonymous namespace)"
      at = std::min(raw.find(')', at), raw.size());
      word = at + 1;
      continue;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') continue;
    const std::string_view token = raw.substr(word, at - word);
    word = at + 1;
    if (c == ':' || token.empty()) continue;  // a namespace, or nothing between two separators
    out += token;
    if (c == '<') out += "Of";
    if (c == ',') out += "And";
  }
  return out;
}

std::string snake_case(std::string_view enumerator) {
  if (enumerator.size() > 1 && enumerator[0] == 'k' && std::isupper(enumerator[1]) != 0)
    enumerator.remove_prefix(1);
  std::string out;
  for (const char c : enumerator) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0) {
      if (!out.empty()) out += '_';
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out;
}

const Object* expect_object(const Value& v, Reader& r) {
  const Object* object = v.if_object();
  if (object == nullptr) r.add("must be an object");
  return object;
}

const Array* expect_array(const Value& v, const Rule& rule, Reader& r) {
  const Array* array = v.if_array();
  if (array == nullptr) {
    r.add("must be an array");
  } else if (array->size() > rule.max_items) {
    r.add(fmt::format("has more than {} elements", rule.max_items));
    return nullptr;
  } else if (array->size() < rule.min_items) {
    r.add(fmt::format("has fewer than {} elements", rule.min_items));
  }
  return array;
}

void read_bool(const Value& v, bool& out, Reader& r) {
  const bool* b = v.if_bool();
  if (b == nullptr) return r.add("must be true or false");
  out = *b;
}

void read_string(const Value& v, const Rule& rule, std::string& out, Reader& r) {
  const auto* s = v.if_string();
  if (s == nullptr) return r.add("must be a string");
  const std::string_view text(*s);
  const size_t length = code_points(text);
  if (length > rule.max_length) return r.add(fmt::format("is longer than {} characters", rule.max_length));
  if (length < rule.min_length)
    return r.add(rule.min_length == 1 ? "must not be empty"
                                      : fmt::format("is shorter than {} characters", rule.min_length));
  if (text.find('\0') != text.npos) return r.add("must not contain the character U+0000");
  out.assign(text);
}

void read_double(const Value& v, const Rule& rule, double& out, Reader& r) {
  double d = 0;
  if (const auto* i = v.if_int64()) {
    d = static_cast<double>(*i);
  } else if (const auto* u = v.if_uint64()) {
    d = static_cast<double>(*u);
  } else if (const auto* f = v.if_double()) {
    d = *f;
  } else {
    return r.add("must be a number");
  }
  if (!std::isfinite(d) || d < static_cast<double>(rule.minimum) || d > static_cast<double>(rule.maximum))
    return r.add(fmt::format("must be between {} and {}", rule.minimum, rule.maximum));
  out = d;
}

namespace {

// A number written with a fraction or exponent is an integer if its value is ("1e3"); beyond 2^53 it is not
// exact.
bool is_exact(const double* d) { return d != nullptr && std::abs(*d) <= 0x1.0p53 && std::trunc(*d) == *d; }

}  // namespace

bool read_int64(const Value& v, int64_t low, int64_t high, int64_t& out, Reader& r) {
  if (!v.is_number()) {
    r.add("must be an integer");
    return false;
  }
  const int64_t* i = v.if_int64();
  if (i == nullptr && !v.is_uint64() && !is_exact(v.if_double())) {
    r.add("must be an integer");
    return false;
  }
  // Boost.JSON gives uint64 only for what does not fit int64.
  const int64_t n = i != nullptr    ? *i
                    : v.is_double() ? static_cast<int64_t>(v.get_double())
                                    : std::numeric_limits<int64_t>::max();
  if ((i == nullptr && v.is_uint64()) || n < low || n > high) {
    r.add(fmt::format("must be between {} and {}", low, high));
    return false;
  }
  out = n;
  return true;
}

bool read_uint64(const Value& v, uint64_t low, uint64_t high, uint64_t& out, Reader& r) {
  if (!v.is_number() || (v.is_double() && !is_exact(v.if_double()))) {
    r.add("must be an integer");
    return false;
  }
  const bool negative = (v.is_int64() && v.get_int64() < 0) || (v.is_double() && v.get_double() < 0);
  const uint64_t n = negative        ? 0
                     : v.is_int64()  ? static_cast<uint64_t>(v.get_int64())
                     : v.is_uint64() ? v.get_uint64()
                                     : static_cast<uint64_t>(v.get_double());
  if (negative || n < low || n > high) {
    r.add(fmt::format("must be between {} and {}", low, high));
    return false;
  }
  out = n;
  return true;
}

void refuse_unknown(const Object& object, const std::string_view* names, size_t count, Reader& r) {
  for (const auto& member : object) {
    const std::string_view key(member.key());
    if (std::find(names, names + count, key) != names + count) continue;
    // The name is the caller's own text: shortened, it still says which one.
    const size_t mark = r.enter(key.substr(0, limits::kJsonNameShownBytes));
    r.add("is not a known member");
    r.leave(mark);
    if (r.full()) return;
  }
}

void append_double(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";  // JSON has no other word for it
    return;
  }
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, v).ptr);
}

Object string_schema(const Rule& rule) {
  Object schema{{"type", "string"}};
  if (rule.min_length != 0) schema["minLength"] = rule.min_length;
  schema["maxLength"] = rule.max_length;
  if (!rule.format.empty()) schema["format"] = rule.format;
  return schema;
}

Object number_schema(std::string_view type, const Rule& rule, int64_t low, uint64_t high) {
  Object schema{{"type", type}};
  const int64_t minimum = std::max(rule.minimum, low);
  if (minimum != std::numeric_limits<int64_t>::min()) schema["minimum"] = minimum;
  const auto rule_maximum = static_cast<uint64_t>(std::max<int64_t>(rule.maximum, 0));
  if (rule.maximum < 0) {
    schema["maximum"] = rule.maximum;
  } else if (std::min(rule_maximum, high) < static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    schema["maximum"] = std::min(rule_maximum, high);
  }
  if (!rule.format.empty()) schema["format"] = rule.format;
  return schema;
}

}  // namespace detail
}  // namespace yizhan::json
