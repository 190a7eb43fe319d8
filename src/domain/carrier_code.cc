#include "domain/carrier_code.h"

#include <array>

namespace yizhan::domain {
namespace {

using enum CodeStage;
using Class = CodeClass;
using Action = CodeAction;

constexpr std::array kDefaults = {
    CarrierCode{kResponse, "0x00000008", Class::kRoute, Action::kRetry, "carrier system error",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "0x0000000A", Class::kRejected, Action::kPause, "source address refused",
                "check the access code with the carrier"},
    CarrierCode{kResponse, "0x0000000B", Class::kNumberInvalid, Action::kFail, "destination refused",
                "check the number"},
    CarrierCode{kResponse, "0x00000014", Class::kThrottled, Action::kRetry, "carrier queue full",
                "retried; lower the rate"},
    CarrierCode{kResponse, "0x00000045", Class::kRejected, Action::kFail, "submission failed",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "0x00000058", Class::kThrottled, Action::kRetry, "over the agreed rate",
                "retried; lower the channel's rate"},
    CarrierCode{kResponse, "0x00000064", Class::kRoute, Action::kRetry, "temporary application error",
                "retried"},
    CarrierCode{kResponse, "0x00000065", Class::kRejected, Action::kFail, "permanent application error",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "0x00000066", Class::kRejected, Action::kFail,
                "message refused by the application", "ask the carrier for the cause"},
    CarrierCode{kReceipt, "DELIVRD", Class::kDelivered, Action::kNone, "delivered", ""},
    CarrierCode{kReceipt, "EXPIRED", Class::kExpired, Action::kFail,
                "not reachable within the validity period", "handset off or out of coverage"},
    CarrierCode{kReceipt, "DELETED", Class::kRejected, Action::kFail, "deleted at the carrier",
                "ask the carrier"},
    CarrierCode{kReceipt, "UNDELIV", Class::kDeviceTemporary, Action::kFail, "undeliverable",
                "see the error number"},
    CarrierCode{kReceipt, "REJECTD", Class::kRejected, Action::kFail, "rejected by the carrier",
                "ask the carrier for the cause"},
    CarrierCode{kReceipt, "UNKNOWN", Class::kRejected, Action::kFail, "the carrier does not know",
                "ask the carrier"},
    CarrierCode{kReceipt, "MK:0001", Class::kNumberInvalid, Action::kFail, "vacant number",
                "remove after a second failure"},
    CarrierCode{kReceipt, "CB:0001", Class::kNumberInvalid, Action::kFail, "vacant number",
                "remove after a second failure"},
    CarrierCode{kReceipt, "MK:0005", Class::kSuspended, Action::kFail, "number suspended",
                "not again for 30 days"},
    CarrierCode{kReceipt, "MK:0010", Class::kDeviceTemporary, Action::kFail, "handset not reachable", ""},
    CarrierCode{kReceipt, "MBBLACK", Class::kBlacklist, Action::kSuppress, "on the carrier's blacklist",
                "suppressed"},
    CarrierCode{kReceipt, "DB:0144", Class::kBlacklist, Action::kSuppress, "on the carrier's blacklist",
                "suppressed"},
    CarrierCode{kReceipt, "KEYWORD", Class::kContent, Action::kPause,
                "the carrier refuses a word of the text", "review the content again"},
    CarrierCode{kReceipt, "MK:0115", Class::kContent, Action::kPause, "the carrier refuses the text",
                "review the content again"},
    CarrierCode{kReceipt, "LIMIT", Class::kFrequency, Action::kFail, "over the carrier's frequency limit",
                "send less often"},
    CarrierCode{kReceipt, "DB:0142", Class::kFrequency, Action::kFail, "over the carrier's frequency limit",
                "send less often"},
    CarrierCode{kReceipt, "SIGNERR", Class::kSignUnfiled, Action::kPause,
                "signature not filed with the carrier", "file the signature"},
    CarrierCode{kReceipt, "IB:0008", Class::kRoute, Action::kFail, "carrier's gateway overloaded",
                "lower the rate"},
};

}  // namespace

std::span<const CarrierCode> default_carrier_codes() { return kDefaults; }

Reason reason_of(CodeClass code_class) {
  switch (code_class) {
    case Class::kDelivered:
      return Reason::kNone;
    case Class::kDeviceTemporary:
      return Reason::kUndeliverable;
    case Class::kNumberInvalid:
      return Reason::kNumberVacant;
    case Class::kSuspended:
      return Reason::kSuspended;
    case Class::kBlacklist:
      return Reason::kBlacklisted;
    case Class::kContent:
      return Reason::kContentRejected;
    case Class::kFrequency:
      return Reason::kCarrierFrequency;
    case Class::kSignUnfiled:
      return Reason::kSignatureUnfiled;
    case Class::kExpired:
      return Reason::kCarrierExpired;
    case Class::kRoute:
    case Class::kThrottled:
    case Class::kPorted:
    case Class::kRejected:
      return Reason::kCarrierRejected;
  }
  return Reason::kCarrierRejected;
}

}  // namespace yizhan::domain
