#pragma once
// What was and was not sent to one customer, why, and what he answered (policy 2.3.1, 4.3.3): states, reasons
// and the approved text without his variables; his own words only with a reason that is audited. Blocks; any
// thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/message.h"
#include "service/principal.h"
#include "service/stated_reason.h"
#include "store/store.h"

namespace yizhan::service {

struct CustomerMessageView {
  MessageId id;
  std::optional<CampaignId> campaign_id;
  std::string campaign_name;  // empty without a campaign
  domain::BatchOrigin origin = domain::BatchOrigin::kCampaign;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  domain::MessageState state = domain::MessageState::kHeld;
  domain::Reason reason = domain::Reason::kNone;
  int64_t segments = 0;
  int64_t attempts = 0;
  std::string text_template;  // signature, body and opt-out text as approved, variables by name
  std::optional<Time> submitted_at;
  Time state_at;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(CustomerMessageView, (),
                      (id, campaign_id, campaign_name, origin, message_class, state, reason, segments,
                       attempts, text_template, submitted_at, state_at, created_at))

struct CustomerMessagePage {
  std::vector<CustomerMessageView>
      items;                              // newest first; may be fewer than asked for, even with more to come
  std::optional<std::string> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(CustomerMessagePage, (), (items, next_after))

struct ListCustomerMessages {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<MessageId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListCustomerMessages, (), (limit, after))

struct CustomerReplyView {
  InboundId id;
  domain::InboundKind kind = domain::InboundKind::kOther;
  std::optional<CampaignId> campaign_id;  // that it most likely answers
  Time received_at;
};
BOOST_DESCRIBE_STRUCT(CustomerReplyView, (), (id, kind, campaign_id, received_at))

struct CustomerReplyPage {
  std::vector<CustomerReplyView> items;   // newest first
  std::optional<std::string> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(CustomerReplyPage, (), (items, next_after))

struct ListCustomerReplies {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<InboundId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListCustomerReplies, (), (limit, after))

struct RevealedReply {
  InboundId id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(RevealedReply, (), (id, text))

class CustomerMessages {
 public:
  // `batches` is how many batches one page may look into; smaller in tests.
  explicit CustomerMessages(const store::Store& store, int64_t batches = limits::kCustomerBatchesLookedAt)
      : store_(store), batches_(batches) {}

  // kNotFound for an unknown customer.
  Result<CustomerMessagePage> messages(CustomerId id, const ListCustomerMessages& request) const;
  Result<CustomerReplyPage> replies(CustomerId id, const ListCustomerReplies& request) const;
  // Audited with the reason. kNotFound unless the reply is this customer's.
  Result<RevealedReply> reveal(const Principal& who, CustomerId id, InboundId reply,
                               const StatedReason& request) const;

 private:
  const store::Store& store_;
  int64_t batches_;
};

}  // namespace yizhan::service
