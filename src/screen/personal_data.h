#pragma once
// Finds numbers and addresses of persons in a normalised text, by their shape and check digits. Pure
// functions, any thread. Sources: GB 11643-1999 (identity numbers), ISO/IEC 7812-1 annex B (Luhn), the public
// numbering plan for mobile numbers, RFC 5321 4.1.2 for what an address may look like.

#include <string_view>
#include <vector>

#include "screen/normalize.h"

namespace yizhan::screen {

enum class PersonalKind : uint8_t { kIdCard, kBankCard, kPhone, kEmail };

struct PersonalDatum {
  PersonalKind kind = PersonalKind::kPhone;
  uint32_t begin = 0;  // in units
  uint32_t end = 0;
};

// Appends to `data`.
void find_personal_data(const Units& units, std::vector<PersonalDatum>& data);

// 17 digits and a digit or X: region, date and check digit are right.
bool is_id_card(std::string_view digits);
bool passes_luhn(std::string_view digits);

}  // namespace yizhan::screen
