#pragma once
// How a content's signature stands, as the gate asks and tells it. Pure, any thread.

#include <cstdint>
#include <string_view>

#include "domain/message.h"
#include "domain/signature.h"

namespace yizhan::engine {

struct SignatureStanding {
  bool approved = true;                // the class may bear it now
  std::string_view text = "approved";  // a SignatureState, or none, unknown, not_for_class
  bool operator==(const SignatureStanding&) const = default;
};

// `present`: there is a signature. `state` and `message_classes` as they are stored, 0 = it is not
// registered.
constexpr SignatureStanding standing_of(bool present, int64_t state, int64_t message_classes,
                                        domain::MessageClass message_class) {
  if (!present) return {true, "none"};
  if (state == 0) return {false, "unknown"};
  const auto is = static_cast<domain::SignatureState>(state);
  if (is != domain::SignatureState::kApproved) return {false, name_of(is)};
  if ((message_classes & domain::class_bit(message_class)) == 0) return {false, "not_for_class"};
  return {};
}

}  // namespace yizhan::engine
