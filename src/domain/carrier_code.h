#pragma once
// What carriers' codes mean and what we do about them. The table is data (store: carrier_code, editable);
// here are its types and the shipped defaults. Pure, any thread.

#include <cstdint>
#include <span>
#include <string_view>

#include "domain/message.h"
#include "domain/names.h"

namespace yizhan::domain {

#define YIZHAN_CODE_STAGES(X) X(kResponse, 1, "response") X(kReceipt, 2, "receipt")
YIZHAN_ENUM(CodeStage, YIZHAN_CODE_STAGES)

#define YIZHAN_CODE_CLASSES(X)               \
  X(kDelivered, 1, "delivered")              \
  X(kDeviceTemporary, 2, "device_temporary") \
  X(kNumberInvalid, 3, "number_invalid")     \
  X(kSuspended, 4, "suspended")              \
  X(kBlacklist, 5, "blacklist")              \
  X(kContent, 6, "content")                  \
  X(kFrequency, 7, "frequency")              \
  X(kSignUnfiled, 8, "signature_unfiled")    \
  X(kRoute, 9, "route")                      \
  X(kPorted, 10, "ported")                   \
  X(kThrottled, 11, "throttled")             \
  X(kExpired, 12, "expired")                 \
  X(kRejected, 13, "rejected")
YIZHAN_ENUM(CodeClass, YIZHAN_CODE_CLASSES)

// kRetry: back into the queue after a pause. kFail: final. kSuppress: final, and the number goes on the
// suppression list for marketing. kPause: final for the message, and the batch is paused for people to look.
// kRetryLate: the handset is away; another attempt later, of a receipt too. kCountNumber: final, and counts
// against the number. kCoolDown: final, and nothing goes to the number for a while. kFreezeContent: final;
// the text is not sent any more until compliance has looked again. kDelay: too many of late; another attempt
// much later. kFreezeSignature: not by this channel any more under this signature. kOtherChannel: back into
// the queue, for another channel where the batch has a route. kRefreshCarrier: the number has another carrier
// than was thought; once more without that hint. kInvestigate: final, and people should find out why. How
// often and after what pause: the table of retry rules.
#define YIZHAN_CODE_ACTIONS(X)                \
  X(kNone, 1, "none")                         \
  X(kRetry, 2, "retry")                       \
  X(kFail, 3, "fail")                         \
  X(kSuppress, 4, "suppress")                 \
  X(kPause, 5, "pause")                       \
  X(kRetryLate, 6, "retry_late")              \
  X(kCountNumber, 7, "count_number")          \
  X(kCoolDown, 8, "cool_down")                \
  X(kFreezeContent, 9, "freeze_content")      \
  X(kDelay, 10, "delay")                      \
  X(kFreezeSignature, 11, "freeze_signature") \
  X(kOtherChannel, 12, "other_channel")       \
  X(kRefreshCarrier, 13, "refresh_carrier")   \
  X(kInvestigate, 14, "investigate")
YIZHAN_ENUM(CodeAction, YIZHAN_CODE_ACTIONS)

struct CarrierCode {
  CodeStage stage;
  std::string_view code;
  CodeClass code_class;
  CodeAction action;
  std::string_view cause;
  std::string_view remedy;
};

// SMPP 3.4 statuses (section 5.1.3) and the receipt codes seen at domestic providers.
std::span<const CarrierCode> default_carrier_codes();
// The reason recorded on a message that failed with such a code.
Reason reason_of(CodeClass code_class);

}  // namespace yizhan::domain
