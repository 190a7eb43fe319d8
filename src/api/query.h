#pragma once
// Query parameters into a described struct, by the same rules as a JSON body. A list is given by repeating
// its parameter. A fault's field is "?name". Pure, any thread.

#include <charconv>
#include <string>
#include <string_view>

#include "base/json.h"
#include "http/message.h"

namespace yizhan::api {

namespace detail {

enum class QueryKind : uint8_t { kText, kNumber, kBool };

template <class T>
constexpr QueryKind query_kind() {
  if constexpr (json::detail::IsOptional<T>::value || json::detail::IsVector<T>::value) {
    return query_kind<typename T::value_type>();
  } else if constexpr (std::is_same_v<T, bool>) {
    return QueryKind::kBool;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return QueryKind::kNumber;
  } else {
    return QueryKind::kText;
  }
}

template <class T>
constexpr bool is_list() {
  if constexpr (json::detail::IsOptional<T>::value) {
    return is_list<typename T::value_type>();
  } else {
    return json::detail::IsVector<T>::value;
  }
}

// What the text says if it is of the kind, else the text itself: decoding then says what is wrong with it.
json::Value query_value(std::string_view text, QueryKind kind);
void name_parameters(json::FieldErrors& faults);

}  // namespace detail

template <class T>
json::Decoded<T> decode_query(const http::Parameters& parameters) {
  json::Object object;
  json::FieldErrors repeated;
  for (const auto& [name, text] : parameters) {
    bool known = false;
    boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto d) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
      if (name != d.name) return;
      known = true;
      json::Value value = detail::query_value(text, detail::query_kind<Member>());
      if (detail::is_list<Member>()) {
        auto& list = object.emplace(name, json::Array()).first->value();
        list.as_array().push_back(std::move(value));
      } else if (!object.emplace(name, std::move(value)).second &&
                 repeated.size() < limits::kJsonFieldErrors) {
        repeated.push_back({ErrorCode::kInvalidArgument, "appears twice", "/" + name});
      }
    });
    if (!known) object.emplace(name, text);
  }
  json::Decoded<T> decoded = json::decode_value_all<T>(json::Value(std::move(object)));
  if (!repeated.empty()) {
    if (!decoded) repeated.insert(repeated.end(), decoded.error().begin(), decoded.error().end());
    decoded = std::unexpected(std::move(repeated));
  }
  if (!decoded) detail::name_parameters(decoded.error());
  return decoded;
}

}  // namespace yizhan::api
