#include "domain/carrier_code.h"

#include <array>

namespace yizhan::domain {
namespace {

using enum CodeStage;
using Class = CodeClass;
using Action = CodeAction;

constexpr std::array kDefaults = {
    CarrierCode{kResponse, "0x00000008", Class::kRoute, Action::kOtherChannel, "carrier system error",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "0x0000000A", Class::kRejected, Action::kPause, "source address refused",
                "check the access code with the carrier"},
    CarrierCode{kResponse, "0x0000000B", Class::kNumberInvalid, Action::kCountNumber, "destination refused",
                "check the number"},
    CarrierCode{kResponse, "0x00000014", Class::kThrottled, Action::kRetry, "carrier queue full",
                "retried; lower the rate"},
    CarrierCode{kResponse, "0x00000045", Class::kRejected, Action::kFail, "submission failed",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "0x00000058", Class::kThrottled, Action::kRetry, "over the agreed rate",
                "retried; lower the channel's rate"},
    CarrierCode{kResponse, "0x00000064", Class::kRoute, Action::kOtherChannel, "temporary application error",
                "retried"},
    CarrierCode{kResponse, "0x00000065", Class::kRejected, Action::kFail, "permanent application error",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "0x00000066", Class::kRejected, Action::kFail,
                "message refused by the application", "ask the carrier for the cause"},
    CarrierCode{kReceipt, "DELIVRD", Class::kDelivered, Action::kNone, "delivered", ""},
    CarrierCode{kReceipt, "EXPIRED", Class::kExpired, Action::kRetryLate,
                "not reachable within the validity period", "handset off or out of coverage"},
    CarrierCode{kReceipt, "DELETED", Class::kRejected, Action::kFail, "deleted at the carrier",
                "ask the carrier"},
    CarrierCode{kReceipt, "UNDELIV", Class::kDeviceTemporary, Action::kRetryLate, "undeliverable",
                "see the error number"},
    CarrierCode{kReceipt, "REJECTD", Class::kRejected, Action::kFail, "rejected by the carrier",
                "ask the carrier for the cause"},
    CarrierCode{kReceipt, "UNKNOWN", Class::kRejected, Action::kFail, "the carrier does not know",
                "ask the carrier"},
    CarrierCode{kReceipt, "MK:0001", Class::kNumberInvalid, Action::kCountNumber, "vacant number",
                "counted against the number"},
    CarrierCode{kReceipt, "CB:0001", Class::kNumberInvalid, Action::kCountNumber, "vacant number",
                "counted against the number"},
    CarrierCode{kReceipt, "MK:0005", Class::kSuspended, Action::kCoolDown, "number suspended",
                "not again for 30 days"},
    CarrierCode{kReceipt, "MK:0010", Class::kDeviceTemporary, Action::kRetryLate, "handset not reachable",
                ""},
    CarrierCode{kReceipt, "MBBLACK", Class::kBlacklist, Action::kSuppress, "on the carrier's blacklist",
                "suppressed"},
    CarrierCode{kReceipt, "DB:0144", Class::kBlacklist, Action::kSuppress, "on the carrier's blacklist",
                "suppressed"},
    CarrierCode{kReceipt, "KEYWORD", Class::kContent, Action::kFreezeContent,
                "the carrier refuses a word of the text", "review the content again"},
    CarrierCode{kReceipt, "MK:0115", Class::kContent, Action::kFreezeContent, "the carrier refuses the text",
                "review the content again"},
    CarrierCode{kReceipt, "LIMIT", Class::kFrequency, Action::kDelay, "over the carrier's frequency limit",
                "send less often"},
    CarrierCode{kReceipt, "DB:0142", Class::kFrequency, Action::kDelay, "over the carrier's frequency limit",
                "send less often"},
    CarrierCode{kReceipt, "SIGNERR", Class::kSignUnfiled, Action::kFreezeSignature,
                "signature not filed with the carrier", "file the signature"},
    CarrierCode{kReceipt, "IB:0008", Class::kRoute, Action::kOtherChannel, "carrier's gateway overloaded",
                "lower the rate"},
    CarrierCode{kReceipt, "CA", Class::kRoute, Action::kOtherChannel, "an error on the carrier's way", ""},
    CarrierCode{kReceipt, "IC", Class::kRoute, Action::kOtherChannel, "an error on the carrier's way", ""},
    // CMPP 2.0 and 3.0: Result of SUBMIT_RESP. SGIP 1.2: Result, and ErrorCode of REPORT. SMGP 3.0.3: Status
    // of SUBMIT_RESP. Of the protocols' own tables; what carriers add is for their provider's rows.
    CarrierCode{kResponse, "CMPP:1", Class::kRejected, Action::kFail, "the carrier finds the PDU malformed",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "CMPP:2", Class::kRejected, Action::kFail, "the carrier does not know the command",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "CMPP:3", Class::kRejected, Action::kFail, "sequence number used twice",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "CMPP:4", Class::kRejected, Action::kFail, "message length refused",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "CMPP:5", Class::kRejected, Action::kPause, "fee code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "CMPP:6", Class::kRejected, Action::kFail, "text too long for the carrier",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "CMPP:7", Class::kRejected, Action::kPause, "service code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "CMPP:8", Class::kThrottled, Action::kRetry, "over the agreed rate",
                "retried; lower the channel's rate"},
    CarrierCode{kResponse, "CMPP:9", Class::kRejected, Action::kFail,
                "the carrier does not serve this number", "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "CMPP:10", Class::kRejected, Action::kPause, "source address refused",
                "check the access code with the carrier"},
    CarrierCode{kResponse, "CMPP:11", Class::kRejected, Action::kPause, "enterprise code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "CMPP:12", Class::kRejected, Action::kFail, "charged number refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "CMPP:13", Class::kNumberInvalid, Action::kCountNumber, "destination refused",
                "check the number"},
    CarrierCode{kResponse, "SGIP:1", Class::kRejected, Action::kPause, "the carrier refuses the account",
                "check name and password with the carrier"},
    CarrierCode{kResponse, "SGIP:2", Class::kRoute, Action::kOtherChannel, "the carrier refuses the account",
                "check name and password with the carrier"},
    CarrierCode{kResponse, "SGIP:3", Class::kRoute, Action::kOtherChannel, "too many connections",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SGIP:4", Class::kRejected, Action::kPause, "the carrier refuses the account",
                "check name and password with the carrier"},
    CarrierCode{kResponse, "SGIP:5", Class::kRejected, Action::kFail, "the carrier finds the PDU malformed",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SGIP:6", Class::kNumberInvalid, Action::kCountNumber, "destination refused",
                "check the number"},
    CarrierCode{kResponse, "SGIP:7", Class::kRejected, Action::kFail, "the carrier finds the PDU malformed",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SGIP:8", Class::kRejected, Action::kFail, "message length refused",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SGIP:9", Class::kRejected, Action::kFail, "sequence number used twice",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SGIP:10", Class::kRoute, Action::kOtherChannel, "carrier system error",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SGIP:11", Class::kRoute, Action::kOtherChannel, "carrier busy", "retried"},
    CarrierCode{kResponse, "SGIP:21", Class::kRoute, Action::kOtherChannel, "no route at the carrier",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SGIP:22", Class::kRoute, Action::kOtherChannel, "no route at the carrier",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SGIP:23", Class::kRejected, Action::kFail, "no route at the carrier",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SGIP:24", Class::kRejected, Action::kFail, "charged number refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SGIP:25", Class::kDeviceTemporary, Action::kFail, "handset not reachable", ""},
    CarrierCode{kResponse, "SGIP:26", Class::kDeviceTemporary, Action::kFail, "handset full", ""},
    CarrierCode{kResponse, "SGIP:27", Class::kRejected, Action::kFail, "handset or network cannot take it",
                ""},
    CarrierCode{kResponse, "SGIP:28", Class::kDeviceTemporary, Action::kFail, "handset not reachable", ""},
    CarrierCode{kResponse, "SGIP:29", Class::kNumberInvalid, Action::kCountNumber, "vacant number",
                "counted against the number"},
    CarrierCode{kResponse, "SGIP:30", Class::kRejected, Action::kFail, "handset or network cannot take it",
                ""},
    CarrierCode{kResponse, "SGIP:31", Class::kRejected, Action::kFail, "handset or network cannot take it",
                ""},
    CarrierCode{kResponse, "SGIP:32", Class::kRoute, Action::kOtherChannel, "carrier system error",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SGIP:33", Class::kThrottled, Action::kRetry, "over the agreed rate",
                "retried; lower the channel's rate"},
    CarrierCode{kResponse, "SGIP:88", Class::kThrottled, Action::kRetry, "over the agreed rate",
                "retried; lower the channel's rate"},
    CarrierCode{kResponse, "SMGP:1", Class::kThrottled, Action::kRetry, "carrier busy",
                "retried; lower the channel's rate"},
    CarrierCode{kResponse, "SMGP:2", Class::kRoute, Action::kOtherChannel, "too many connections",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SMGP:10", Class::kRejected, Action::kFail, "the carrier finds the PDU malformed",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SMGP:11", Class::kRejected, Action::kFail,
                "the carrier does not know the command", "ask the carrier for the cause"},
    CarrierCode{kResponse, "SMGP:12", Class::kRejected, Action::kFail, "sequence number used twice",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SMGP:20", Class::kRejected, Action::kPause, "the carrier refuses the account",
                "check name and password with the carrier"},
    CarrierCode{kResponse, "SMGP:21", Class::kRejected, Action::kPause, "the carrier refuses the account",
                "check name and password with the carrier"},
    CarrierCode{kResponse, "SMGP:22", Class::kRejected, Action::kPause, "the carrier refuses the account",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:30", Class::kRejected, Action::kFail, "the carrier finds the PDU malformed",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:31", Class::kRejected, Action::kFail, "the carrier finds the PDU malformed",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:32", Class::kRejected, Action::kPause, "fee code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:33", Class::kRejected, Action::kPause, "fee code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:34", Class::kRejected, Action::kFail, "data coding refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:35", Class::kRejected, Action::kFail, "validity or schedule refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:36", Class::kRejected, Action::kFail, "text too long for the carrier",
                "ask the carrier for the cause"},
    CarrierCode{kResponse, "SMGP:37", Class::kRejected, Action::kFail, "validity or schedule refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:39", Class::kRoute, Action::kOtherChannel, "no route at the carrier",
                "retried; tell the carrier if it lasts"},
    CarrierCode{kResponse, "SMGP:40", Class::kRejected, Action::kPause, "fee code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:43", Class::kRejected, Action::kPause, "service code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:44", Class::kRejected, Action::kFail, "validity or schedule refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:45", Class::kRejected, Action::kFail, "validity or schedule refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:46", Class::kRejected, Action::kPause, "source address refused",
                "check the access code with the carrier"},
    CarrierCode{kResponse, "SMGP:47", Class::kNumberInvalid, Action::kCountNumber, "destination refused",
                "check the number"},
    CarrierCode{kResponse, "SMGP:48", Class::kRejected, Action::kFail, "charged number refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:49", Class::kRejected, Action::kPause, "service code refused",
                "check the channel's settings with the carrier"},
    CarrierCode{kResponse, "SMGP:75", Class::kRejected, Action::kPause, "over the day's quota",
                "ask the carrier for a larger quota"},
    CarrierCode{kReceipt, "SGIP:25", Class::kDeviceTemporary, Action::kRetryLate, "handset not reachable",
                ""},
    CarrierCode{kReceipt, "SGIP:26", Class::kDeviceTemporary, Action::kRetryLate, "handset full", ""},
    CarrierCode{kReceipt, "SGIP:27", Class::kRejected, Action::kFail, "handset or network cannot take it",
                ""},
    CarrierCode{kReceipt, "SGIP:28", Class::kDeviceTemporary, Action::kRetryLate, "handset not reachable",
                ""},
    CarrierCode{kReceipt, "SGIP:29", Class::kNumberInvalid, Action::kCountNumber, "vacant number",
                "counted against the number"},
    CarrierCode{kReceipt, "SGIP:31", Class::kRejected, Action::kFail, "handset or network cannot take it",
                ""},
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
