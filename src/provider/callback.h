#pragma once
// What a provider posts to us: receipts and messages from handsets, read by a channel's mapping. Pure
// functions, any thread; reads what strangers write.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "provider/description.h"

namespace yizhan::provider {

enum class Delivered : uint8_t { kYes, kNo, kNotYet };
struct ReceiptNews {
  std::string message_id;
  Delivered delivered = Delivered::kNotYet;
  std::string code;        // the provider's word for it
  std::optional<Time> at;  // absent when not said, or not readable
};
struct ReplyNews {
  std::string number, text, access_code;
  std::optional<Time> at;
};
struct CallbackNews {
  std::vector<ReceiptNews> receipts;
  std::vector<ReplyNews> replies;
  size_t unread = 0;  // items that are neither
};

// kInvalidArgument with the place as field: "callback/receipts/list".
Result<> check_callback(const CallbackForm& form);
// kInvalidArgument when there are items and none of them can be read; kTooLarge for more than
// limits::kCallbackItems.
Result<CallbackNews> read_callback(const CallbackForm& form, const json::Value& body);
// Whether a callback may come from this address.
bool comes_from_there(const CallbackForm& form, std::string_view address);

}  // namespace yizhan::provider
