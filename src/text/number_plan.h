#pragma once
// Phone numbers: from what people type to E.164, with region, type, carrier hint and time zone. Any thread;
// patterns of a region are compiled on its first use. Sources: metadata of libphonenumber (Apache-2.0, see
// NOTICE) for all regions; the mainland prefix table number_plan_cn.inc; the time zone database's zone.tab.
//
// A number passes only when it belongs to an allocated range of a known plan. Everything here is data: new
// ranges come with a new table, see tools/numbering-plan.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/error.h"

namespace yizhan::text {

// ISO 3166 letters; none for the plans that belong to no country (satellite, universal freephone).
struct RegionCode {
  char letters[2] = {0, 0};
  std::string_view view() const { return {letters, letters[0] == 0 ? size_t{0} : size_t{2}}; }
  bool operator==(const RegionCode&) const = default;
};

// The numbers are stored: never change one.
enum class NumberType : uint8_t {
  kFixedLine = 0,
  kMobile = 1,
  kTollFree = 2,
  kPremiumRate = 3,
  kPersonal = 4,
  kVoicemail = 5,
  kUniversalAccess = 6,
  kPager = 7,
  kVoip = 8,
  kSharedCost = 9,
  kFixedLineOrMobile = 10,  // the plan does not tell them apart (North America)
};
std::string_view number_type_name(NumberType type);

// Stored: never change a number. Names are the domain's: mobile, unicom, telecom, broadcast.
enum class Carrier : uint8_t { kUnknown = 0, kMobile = 1, kUnicom = 2, kTelecom = 3, kBroadcast = 4 };
std::string_view carrier_name(Carrier carrier);
enum class NumberService : uint8_t { kOrdinary = 0, kVirtual = 1, kIot = 2 };

// From the prefix, for mainland mobile numbers; kUnknown elsewhere. A hint: the number may have been ported.
struct CarrierHint {
  Carrier carrier = Carrier::kUnknown;
  NumberService service = NumberService::kOrdinary;
  bool operator==(const CarrierHint&) const = default;
};

struct PhoneNumber {
  uint64_t digits = 0;  // country calling code and national number, at most 15 digits
  RegionCode region;
  NumberType type = NumberType::kMobile;
  CarrierHint carrier;
  bool operator==(const PhoneNumber&) const = default;
};

enum class NumberFault : uint8_t {
  kEmpty,
  kBadCharacter,  // something that is no digit and no usual separator
  kTooShort,
  kTooLong,
  kBadLength,  // between the shortest and the longest, but no number of the plan has it
  kUnknownCountryCode,
  kUnknownRegion,  // the default region is none that we know
  kNotAllocated,   // right length, but in no range of the plan
  kNotMobile,      // parse_mobile() only: cannot receive a message
};
// Stable names: "too_short", "not_allocated" ...
std::string_view number_fault_name(NumberFault fault);

// Accepts digits in half and full width, spaces, hyphens, dots, parentheses, a leading + or 00 or the
// region's international prefix, a national prefix, and the calling code of the default region without any
// prefix. Never allocates for mainland mobile numbers, nor on a fault.
std::expected<PhoneNumber, NumberFault> classify_number(std::string_view raw,
                                                        std::string_view default_region = "CN");

// The same as Result: kInvalidArgument with the fault's name in the message (never the number itself).
Result<PhoneNumber> parse_number(std::string_view raw, std::string_view default_region = "CN");
// And only numbers that can receive messages: mobile, or not told apart from fixed lines.
Result<PhoneNumber> parse_mobile(std::string_view raw, std::string_view default_region = "CN");

inline bool can_receive_messages(const PhoneNumber& n) {
  return n.type == NumberType::kMobile || n.type == NumberType::kFixedLineOrMobile;
}

// From stored digits (country calling code first), for routing.
CarrierHint carrier_hint(uint64_t digits);

std::string to_e164(uint64_t digits);
inline std::string to_e164(const PhoneNumber& n) { return to_e164(n.digits); }
// As mainland protocols want it: without + and, for a mainland number, without 86.
std::string to_domestic(uint64_t digits);

// IANA name of the zone, empty when the region is unknown or has several: the caller then fails closed.
std::string_view time_zone_of(const PhoneNumber& n);
std::string_view time_zone_of_region(std::string_view region);

// "+8613800138000" → "+86 138****8000"; shorter numbers show less, what is no number shows nothing but stars.
std::string mask_number(std::string_view e164);
std::string mask_number(uint64_t digits);

}  // namespace yizhan::text
