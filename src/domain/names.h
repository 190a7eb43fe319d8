#pragma once
// Enumerations with stable numbers (stored) and stable names (API, SQL exports, screens): declared once as a
// list. Pure, any thread.

#include <cstdint>
#include <optional>
#include <string_view>

// YIZHAN_ENUM(Name, LIST) with LIST(X) = X(enumerator, number, "name") … declares the enum, name_of(value)
// and parse_name<Name>(text).
#define YIZHAN_ENUM_MEMBER(enumerator, number, name) enumerator = number,
#define YIZHAN_ENUM_NAME(enumerator, number, name) \
  case Type::enumerator:                           \
    return name;
#define YIZHAN_ENUM_VALUE(enumerator, number, name) Type::enumerator,
#define YIZHAN_ENUM(Enum, LIST)                           \
  enum class Enum : uint8_t { LIST(YIZHAN_ENUM_MEMBER) }; \
  constexpr std::string_view name_of(Enum value) {        \
    using Type = Enum;                                    \
    switch (value) { LIST(YIZHAN_ENUM_NAME) }             \
    return "?";                                           \
  }                                                       \
  constexpr auto values_of(Enum) {                        \
    using Type = Enum;                                    \
    constexpr Type all[] = {LIST(YIZHAN_ENUM_VALUE)};     \
    return std::to_array(all);                            \
  }

#include <array>

namespace yizhan::domain {

template <class Enum>
constexpr std::optional<Enum> parse_name(std::string_view text) {
  for (const Enum value : values_of(Enum{}))
    if (name_of(value) == text) return value;
  return std::nullopt;
}

}  // namespace yizhan::domain
