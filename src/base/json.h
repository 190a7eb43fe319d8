#pragma once
// Maps described structs to JSON and back, strictly: one description (BOOST_DESCRIBE_STRUCT) gives the
// decoder, the encoder and the JSON Schema. Pure functions, any thread.
//
//   struct CreateCampaign {
//     std::string name;
//     std::optional<Time> starts_at;  // absent members of std::optional are left out
//     int64_t rate = 100;
//     static constexpr json::Rule kRules[] = {
//         {.member = "name", .min_length = 1, .max_length = 80},
//         {.member = "rate", .presence = json::Presence::kOptional, .minimum = 1, .maximum = 10'000}};
//   };
//   BOOST_DESCRIBE_STRUCT(CreateCampaign, (), (name, starts_at, rate))
//
// Types: bool, integers, floating point, std::string, Time (RFC 3339), ids (opaque strings), Bytes (hex),
// enums, std::optional, std::vector, std::map with string keys, described structs (with bases), Value (any
// JSON); others by a specialisation of Text. An enum's names come from name_of(e) and values_of(e) found
// beside it, or else from BOOST_DESCRIBE_ENUM ("kHandedOver" -> "handed_over"). Decoding refuses unknown and
// duplicate members, wrong types, values out of range, NUL characters; every fault is one
// Error{kInvalidArgument} whose field is a JSON pointer (RFC 6901); text that is no JSON is one kMalformed.
// `null` counts as absent where absence is allowed.

#include <array>
#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/time.h"

namespace yizhan::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

using FieldError = Error;
using FieldErrors = std::vector<FieldError>;
// A value, or every fault found (at least one, at most limits::kJsonFieldErrors).
template <class T>
using Decoded = std::expected<T, FieldErrors>;

enum class Presence : uint8_t {
  kByType,    // std::optional may be absent, all else is required
  kOptional,  // absent leaves the member's default
};

// What a member must satisfy beyond its type; for a vector the length and number rules are those of its
// elements.
struct Rule {
  std::string_view member;
  Presence presence = Presence::kByType;
  size_t min_length = 0;  // characters (code points), as in JSON Schema
  size_t max_length = limits::kJsonStringCharacters;
  int64_t minimum = std::numeric_limits<int64_t>::min();
  int64_t maximum = std::numeric_limits<int64_t>::max();
  size_t min_items = 0;
  size_t max_items = limits::kJsonItems;
  std::string_view format;  // documentation only
  std::string_view description;
};

// How a type that is written as a JSON string is formatted and parsed. Specialise for further types.
template <class T>
struct Text;

template <>
struct Text<Time> {
  static std::string format(Time t) { return to_rfc3339(t); }
  static Result<Time> parse(std::string_view s) { return parse_rfc3339(s); }
  static Object schema() { return {{"type", "string"}, {"format", "date-time"}}; }
};
template <class Tag>
struct Text<Id<Tag>> {
  static std::string format(Id<Tag> id) { return to_string(id); }
  static Result<Id<Tag>> parse(std::string_view s) { return parse_id<Tag>(s); }
  static Object schema() {
    return {{"type", "string"}, {"pattern", "^" + std::string(Tag::kPrefix) + "_[0-9a-z]{13}$"}};
  }
};
template <>
struct Text<Bytes> {
  static std::string format(const Bytes& b) { return to_hex(b); }
  static Result<Bytes> parse(std::string_view s) {
    Bytes out;
    if (!from_hex(s, out)) return fail(ErrorCode::kInvalidArgument, "not hexadecimal");
    return out;
  }
  static Object schema() { return {{"type", "string"}, {"pattern", "^([0-9a-f]{2})*$"}}; }
};

// Parses strictly: limits::kJsonDepth, no duplicate members, no extensions, valid UTF-8. kMalformed ("line 3,
// column 7"), or kInvalidArgument with the pointer of a duplicate member.
Result<Value> parse(std::string_view text);
std::string serialize(const Value& value);

// Appends a string in quotes, escaped; invalid UTF-8 becomes U+FFFD, so the output is always JSON.
void append_string(std::string& out, std::string_view text);

// Collects faults with the place where they are.
class Reader {
 public:
  void add(std::string message);
  bool full() const { return errors_.size() >= limits::kJsonFieldErrors; }
  FieldErrors& errors() { return errors_; }

  // Goes one step down; the result is what leave() takes.
  size_t enter(std::string_view member);
  size_t enter(size_t index);
  void leave(size_t mark) { path_.resize(mark); }

 private:
  std::string path_;
  FieldErrors errors_;
};

namespace detail {

template <class T>
concept TextLike = requires(const T& t, std::string_view s) {
  { Text<T>::format(t) } -> std::convertible_to<std::string>;
  { Text<T>::parse(s) };
};
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T e) {
  { name_of(e) } -> std::convertible_to<std::string_view>;
  values_of(e).begin();
};
template <class T>
concept DescribedEnum =
    std::is_enum_v<T> && !NamedEnum<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
using Members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
constexpr size_t kMemberCount = boost::mp11::mp_size<Members<T>>::value;

template <class T>
constexpr auto member_names() {
  std::array<std::string_view, kMemberCount<T>> names{};
  size_t at = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto d) { names[at++] = d.name; });
  return names;
}

template <class T>
constexpr bool rules_name_members() {
  if constexpr (requires { T::kRules[0]; }) {
    for (const Rule& rule : T::kRules) {
      bool found = false;
      for (const std::string_view name : member_names<T>()) found = found || name == rule.member;
      if (!found) return false;
    }
  }
  return true;
}

// The rule of a member, or the rule that allows everything.
template <class T>
constexpr Rule rule_of(std::string_view member) {
  static_assert(rules_name_members<T>(), "kRules names a member that is not described");
  if constexpr (requires { T::kRules[0]; }) {
    for (const Rule& rule : T::kRules)
      if (rule.member == member) return rule;
  }
  return {};
}

template <class T>
constexpr std::string_view raw_type_name() {
  const std::string_view f = __PRETTY_FUNCTION__;
  const size_t from = f.find("T = ") + 4;
  const size_t semicolon = f.find(';', from);
  return f.substr(from, (semicolon != f.npos ? semicolon : f.rfind(']')) - from);
}
// "yizhan::json::Page<yizhan::api::CampaignView>" -> "PageOfCampaignView".
std::string component_name(std::string_view raw_type_name);
std::string snake_case(std::string_view enumerator);

// Name and value of each enumerator, in the order of the list.
template <class E>
const auto& enum_names() {
  static const auto kNames = [] {
    std::vector<std::pair<std::string, E>> names;
    if constexpr (NamedEnum<E>) {
      for (const E e : values_of(E{})) names.emplace_back(std::string(name_of(e)), e);
    } else {
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
          [&](auto d) { names.emplace_back(snake_case(d.name), d.value); });
    }
    return names;
  }();
  return kNames;
}

const Object* expect_object(const Value& v, Reader& r);
const Array* expect_array(const Value& v, const Rule& rule, Reader& r);
void read_bool(const Value& v, bool& out, Reader& r);
void read_string(const Value& v, const Rule& rule, std::string& out, Reader& r);
void read_double(const Value& v, const Rule& rule, double& out, Reader& r);
// Reads an integer in [low, high]; false after adding the fault.
bool read_int64(const Value& v, int64_t low, int64_t high, int64_t& out, Reader& r);
bool read_uint64(const Value& v, uint64_t low, uint64_t high, uint64_t& out, Reader& r);
void refuse_unknown(const Object& object, const std::string_view* names, size_t count, Reader& r);
void append_double(std::string& out, double v);
Object string_schema(const Rule& rule);
Object number_schema(std::string_view type, const Rule& rule, int64_t low, uint64_t high);

template <class T>
void read(const Value& v, const Rule& rule, T& out, Reader& r);

template <class E>
void read_enum(const Value& v, E& out, Reader& r) {
  if (const auto* s = v.if_string()) {
    for (const auto& [name, value] : enum_names<E>())
      if (name == std::string_view(*s)) {
        out = value;
        return;
      }
  }
  std::string known;
  for (const auto& [name, value] : enum_names<E>()) known += (known.empty() ? "" : ", ") + name;
  r.add("must be one of " + known);
}

template <class T>
void read_integer(const Value& v, const Rule& rule, T& out, Reader& r) {
  if constexpr (std::is_signed_v<T>) {
    int64_t n = 0;
    if (read_int64(v, std::max<int64_t>(rule.minimum, std::numeric_limits<T>::min()),
                   std::min<int64_t>(rule.maximum, std::numeric_limits<T>::max()), n, r))
      out = static_cast<T>(n);
  } else {
    uint64_t n = 0;
    const bool unbounded = rule.maximum == std::numeric_limits<int64_t>::max();
    const uint64_t high =
        unbounded ? std::numeric_limits<uint64_t>::max() : static_cast<uint64_t>(rule.maximum);
    if (read_uint64(v, static_cast<uint64_t>(std::max<int64_t>(rule.minimum, 0)),
                    std::min<uint64_t>(high, std::numeric_limits<T>::max()), n, r))
      out = static_cast<T>(n);
  }
}

template <class T>
void read_struct(const Value& v, T& out, Reader& r) {
  const Object* object = expect_object(v, r);
  if (object == nullptr) return;
  size_t known = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto d) {
    using Member = std::remove_cvref_t<decltype(out.*d.pointer)>;
    constexpr Rule kRule = rule_of<T>(decltype(d)::name);
    constexpr bool kMayMiss = IsOptional<Member>::value || kRule.presence == Presence::kOptional;
    const Value* member = object->if_contains(d.name);
    if (member != nullptr) ++known;
    const bool absent = member == nullptr || (kMayMiss && member->is_null());
    if (absent && kMayMiss) return;
    const size_t mark = r.enter(std::string_view(d.name));
    if (absent) {
      r.add("is required");
    } else {
      read(*member, kRule, out.*d.pointer, r);
    }
    r.leave(mark);
  });
  if (known == object->size()) return;
  constexpr auto kNames = member_names<T>();
  refuse_unknown(*object, kNames.data(), kNames.size(), r);
}

template <class T>
void read_vector(const Value& v, const Rule& rule, T& out, Reader& r) {
  const Array* array = expect_array(v, rule, r);
  if (array == nullptr) return;
  out.clear();
  out.reserve(array->size());
  for (size_t i = 0; i < array->size() && !r.full(); ++i) {
    const size_t mark = r.enter(i);
    typename T::value_type element{};
    read((*array)[i], rule, element, r);
    out.push_back(std::move(element));
    r.leave(mark);
  }
}

template <class T>
void read_map(const Value& v, const Rule& rule, T& out, Reader& r) {
  const Object* object = expect_object(v, r);
  if (object == nullptr) return;
  if (object->size() > rule.max_items)
    return r.add("has more than " + std::to_string(rule.max_items) + " members");
  out.clear();
  for (const auto& [key, value] : *object) {
    if (r.full()) return;
    const size_t mark = r.enter(std::string_view(key));
    read(value, rule, out[std::string(std::string_view(key))], r);
    r.leave(mark);
  }
}

template <class T>
void read(const Value& v, const Rule& rule, T& out, Reader& r) {
  if constexpr (std::is_same_v<T, Value>) {
    out = v;
  } else if constexpr (std::is_same_v<T, bool>) {
    read_bool(v, out, r);
  } else if constexpr (std::is_same_v<T, std::string>) {
    read_string(v, rule, out, r);
  } else if constexpr (std::is_integral_v<T>) {
    read_integer(v, rule, out, r);
  } else if constexpr (std::is_floating_point_v<T>) {
    double d = 0;
    read_double(v, rule, d, r);
    out = static_cast<T>(d);
  } else if constexpr (TextLike<T>) {
    const auto* s = v.if_string();
    if (s == nullptr) return r.add("must be a string");
    auto parsed = Text<T>::parse(std::string_view(*s));
    if (!parsed) return r.add(std::move(parsed.error().message));
    out = std::move(*parsed);
  } else if constexpr (std::is_enum_v<T>) {
    read_enum(v, out, r);
  } else if constexpr (IsOptional<T>::value) {
    if (v.is_null()) return out.reset();
    read(v, rule, out.emplace(), r);
  } else if constexpr (IsVector<T>::value) {
    read_vector(v, rule, out, r);
  } else if constexpr (IsMap<T>::value) {
    read_map(v, rule, out, r);
  } else {
    static_assert(DescribedStruct<T>, "no JSON mapping for this type");
    read_struct(v, out, r);
  }
}

template <class T>
void append_integer(std::string& out, T v) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, v).ptr;
  out.append(digits, end);
}

template <class T>
void append(std::string& out, const T& v);

template <class T>
void append_struct(std::string& out, const T& v) {
  out += '{';
  const size_t first = out.size();
  boost::mp11::mp_for_each<Members<T>>([&](auto d) {
    using Member = std::remove_cvref_t<decltype(v.*d.pointer)>;
    if constexpr (IsOptional<Member>::value) {
      if (!(v.*d.pointer)) return;
    }
    if (out.size() != first) out += ',';
    out += '"';
    out += d.name;
    out += "\":";
    append(out, v.*d.pointer);
  });
  out += '}';
}

template <class T>
void append_sequence(std::string& out, const T& v) {
  out += '[';
  const size_t first = out.size();
  for (const auto& element : v) {
    if (out.size() != first) out += ',';
    append(out, element);
  }
  out += ']';
}

template <class T>
void append_map(std::string& out, const T& v) {
  out += '{';
  const size_t first = out.size();
  for (const auto& [key, value] : v) {
    if (out.size() != first) out += ',';
    append_string(out, key);
    out += ':';
    append(out, value);
  }
  out += '}';
}

template <class E>
void append_enum(std::string& out, E v) {
  for (const auto& [name, value] : enum_names<E>())
    if (value == v) return append_string(out, name);
  out += "null";  // a number that no enumerator has: never written by a correct program
}

template <class T>
void append(std::string& out, const T& v) {
  if constexpr (std::is_same_v<T, Value>) {
    out += serialize(v);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += v ? "true" : "false";
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_string(out, v);
  } else if constexpr (std::is_integral_v<T>) {
    append_integer(out, v);
  } else if constexpr (std::is_floating_point_v<T>) {
    append_double(out, v);
  } else if constexpr (TextLike<T>) {
    append_string(out, Text<T>::format(v));
  } else if constexpr (std::is_enum_v<T>) {
    append_enum(out, v);
  } else if constexpr (IsOptional<T>::value) {
    v ? append(out, *v) : void(out += "null");
  } else if constexpr (IsVector<T>::value) {
    append_sequence(out, v);
  } else if constexpr (IsMap<T>::value) {
    append_map(out, v);
  } else {
    static_assert(DescribedStruct<T>, "no JSON mapping for this type");
    append_struct(out, v);
  }
}

}  // namespace detail

// Reads a value that is already parsed. T must be default-constructible.
template <class T>
Decoded<T> decode_value_all(const Value& value) {
  T out{};
  Reader reader;
  detail::read(value, Rule{}, out, reader);
  if (!reader.errors().empty()) return std::unexpected(std::move(reader.errors()));
  return out;
}

template <class T>
Decoded<T> decode_all(std::string_view text) {
  auto value = parse(text);
  if (!value) return std::unexpected(FieldErrors{std::move(value).error()});
  return decode_value_all<T>(*value);
}

// The same with the first fault only.
template <class T>
Result<T> decode(std::string_view text) {
  auto decoded = decode_all<T>(text);
  if (!decoded) return std::unexpected(std::move(decoded.error().front()));
  return std::move(*decoded);
}
template <class T>
void encode_to(std::string& out, const T& value) {
  detail::append(out, value);
}
template <class T>
std::string encode(const T& value) {
  std::string out;
  detail::append(out, value);
  return out;
}
// For the few places that need a tree; encode() is the quick way to text.
template <class T>
Value to_value(const T& value) {
  return parse(encode(value)).value_or(nullptr);
}

// The named schemas of an OpenAPI document, filled as types are asked for.
class Schemas {
 public:
  // The schema of T: a {"$ref"} for structs and enums (added to the components), else written out.
  template <class T>
  Object of(const Rule& rule = {});

  // The schema of a described struct written out, itself no component: for parameters.
  template <class T>
  Object written_out() {
    return struct_schema<T>();
  }

  const Object& components() const { return components_; }
  // Pairs of different types that would have the same component name: a fault of the program.
  const std::vector<std::string>& conflicts() const { return conflicts_; }

 private:
  // Reserves the name; false if it is known already.
  bool claim(const std::string& name, std::string_view raw_type_name);
  template <class T>
  Object struct_schema();
  template <class T>
  Object enum_schema();

  Object components_;
  std::map<std::string, std::string_view> owners_;
  std::vector<std::string> conflicts_;
};

template <class T>
Object Schemas::enum_schema() {
  Array names;
  for (const auto& [name, value] : detail::enum_names<T>()) names.emplace_back(name);
  return {{"type", "string"}, {"enum", std::move(names)}};
}

template <class T>
Object Schemas::struct_schema() {
  Object properties;
  Array required;
  [[maybe_unused]] const T defaults{};
  boost::mp11::mp_for_each<detail::Members<T>>([&](auto d) {
    using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
    constexpr Rule kRule = detail::rule_of<T>(decltype(d)::name);
    Object schema = of<Member>(kRule);
    if (!kRule.description.empty()) schema["description"] = kRule.description;
    if constexpr (detail::IsOptional<Member>::value) {
      // May be absent, and has no default.
    } else if constexpr (kRule.presence == Presence::kOptional) {
      schema["default"] = to_value(defaults.*d.pointer);
    } else {
      required.emplace_back(d.name);
    }
    properties[d.name] = std::move(schema);
  });
  Object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  if constexpr (requires { T::kDescription; }) out["description"] = std::string_view(T::kDescription);
  return out;
}

template <class T>
Object Schemas::of(const Rule& rule) {
  if constexpr (std::is_same_v<T, Value>) {
    return {};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return detail::string_schema(rule);
  } else if constexpr (std::is_integral_v<T>) {
    return detail::number_schema("integer", rule, std::is_signed_v<T> ? std::numeric_limits<T>::min() : 0,
                                 static_cast<uint64_t>(std::numeric_limits<T>::max()));
  } else if constexpr (std::is_floating_point_v<T>) {
    return detail::number_schema("number", rule, std::numeric_limits<int64_t>::min(),
                                 std::numeric_limits<uint64_t>::max());
  } else if constexpr (detail::TextLike<T>) {
    return Text<T>::schema();
  } else if constexpr (detail::IsOptional<T>::value) {
    return of<typename T::value_type>(rule);
  } else if constexpr (detail::IsVector<T>::value) {
    Object schema{{"type", "array"}, {"items", of<typename T::value_type>(rule)}};
    if (rule.min_items != 0) schema["minItems"] = rule.min_items;
    if (rule.max_items != limits::kJsonItems) schema["maxItems"] = rule.max_items;
    return schema;
  } else if constexpr (detail::IsMap<T>::value) {
    return {{"type", "object"}, {"additionalProperties", of<typename T::mapped_type>(rule)}};
  } else {
    const std::string name = detail::component_name(detail::raw_type_name<T>());
    if (claim(name, detail::raw_type_name<T>())) {
      Object schema;
      if constexpr (std::is_enum_v<T>) {
        schema = enum_schema<T>();
      } else {
        static_assert(detail::DescribedStruct<T>, "no JSON mapping for this type");
        schema = struct_schema<T>();
      }
      components_[name] = std::move(schema);
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }
}

// A schema that stands alone: {"$ref", "$defs"} with the references into its own $defs.
template <class T>
Object schema_of() {
  Schemas schemas;
  Object out = schemas.of<T>();
  std::string text = serialize(Object{{"schema", out}, {"$defs", schemas.components()}});
  for (size_t at = 0; (at = text.find("#/components/schemas/", at)) != std::string::npos;)
    text.replace(at, 21, "#/$defs/");
  auto whole = parse(text).value_or(nullptr);
  Object result = whole.at("schema").as_object();
  if (!schemas.components().empty()) result["$defs"] = whole.at("$defs");
  return result;
}

}  // namespace yizhan::json
