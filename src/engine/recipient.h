#pragma once
// What a message keeps of its recipient: the number and the values of the template's variables, packed and
// then sealed as one field. Grammar in docs/formats/message_payload.md. Pure, any thread.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace yizhan::engine {

struct Recipient {
  uint64_t number = 0;  // E.164 digits
  std::vector<std::optional<std::string_view>>
      values;  // in the order of the template's variables; absent = unknown
};

// Appends the packed form. A value longer than limits::kVariableBytes is kInvalidArgument with its index as
// field.
Result<> pack(uint64_t number, std::span<const std::optional<std::string_view>> values, std::string& out);
// The views point into `packed`. kCorrupt on anything pack() does not make.
Result<> unpack(std::string_view packed, Recipient& out);

}  // namespace yizhan::engine
