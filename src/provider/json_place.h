#pragma once
// Values at places of a JSON document, as text: places are JSON pointers (RFC 6901), empty for the whole.
// Pure functions, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace yizhan::provider {

// kInvalidArgument with `field` for what is no JSON pointer.
Result<> check_place(std::string_view pointer, std::string field);
// Null when nothing is there.
const json::Value* value_at(const json::Value& document, std::string_view pointer);
// A string as it is, numbers and booleans as JSON writes them; nothing for anything else.
std::optional<std::string> text_at(const json::Value& document, std::string_view pointer);

}  // namespace yizhan::provider
