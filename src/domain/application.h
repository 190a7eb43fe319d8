#pragma once
// Applications: the company's own programs that submit messages by a carrier protocol. Pure, any thread.

#include "domain/names.h"

namespace yizhan::domain {

// What waits for an application.
#define YIZHAN_APPLICATION_DELIVERY_KINDS(X) X(kReceipt, 1, "receipt") X(kReply, 2, "reply")
YIZHAN_ENUM(ApplicationDeliveryKind, YIZHAN_APPLICATION_DELIVERY_KINDS)

}  // namespace yizhan::domain
