#pragma once
// Sets of enumerators as the store keeps them: one bit each (bit_of). Pure, any thread.

#include <cstdint>
#include <vector>

#include "domain/message.h"

namespace yizhan::domain {

template <class Enum>
int64_t bits_of(const std::vector<Enum>& values) {
  int64_t bits = 0;
  for (const Enum value : values) bits |= bit_of(value);
  return bits;
}

// In the order of the enumeration; bits of none are passed over.
template <class Enum>
std::vector<Enum> values_in(int64_t bits) {
  std::vector<Enum> values;
  for (const Enum value : values_of(Enum{}))
    if ((bits & bit_of(value)) != 0) values.push_back(value);
  return values;
}

}  // namespace yizhan::domain
