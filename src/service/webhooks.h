#pragma once
// Where applications are told of receipts and replies: the addresses, what waits for them, what none of them
// took. Also the store's side of sending (app/webhook_sender.h): which events are next, what became of them.
// Blocking; any thread.

#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/application.h"
#include "domain/message.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

enum class WebhookUse : uint8_t { kEnabled, kDisabled };
BOOST_DESCRIBE_ENUM(WebhookUse, kEnabled, kDisabled)

struct WebhookSpec {
  std::optional<std::string> receipt_url, reply_url;
  WebhookUse use = WebhookUse::kEnabled;
  static constexpr json::Rule kRules[] = {
      {.member = "receipt_url",
       .min_length = 1,
       .max_length = limits::kWebhookUrlCharacters,
       .description = "for receipts of what came over the API; absent = none are kept"},
      {.member = "reply_url",
       .min_length = 1,
       .max_length = limits::kWebhookUrlCharacters,
       .description = "for replies; absent = they go to sessions by carrier protocols"},
      {.member = "use", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(WebhookSpec, (), (receipt_url, reply_url, use))

struct WebhookState {
  std::optional<Time> last_success_at, last_failure_at;
  std::string last_error;  // empty when the last request went well
  int64_t dead_letters = 0;
};
BOOST_DESCRIBE_STRUCT(WebhookState, (), (last_success_at, last_failure_at, last_error, dead_letters))

// Of an application that has said nothing yet: version 0, disabled.
struct WebhookView {
  ApplicationId application_id;
  std::optional<std::string> receipt_url, reply_url;
  WebhookUse use = WebhookUse::kDisabled;
  WebhookState state;
  std::optional<UserId> created_by;
  std::optional<Time> created_at, updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(WebhookView, (),
                      (application_id, receipt_url, reply_url, use, state, created_by, created_at, updated_at,
                       version))

struct WebhookWithSecret {
  WebhookView webhook;
  std::optional<std::string> secret;  // when it is new; never given out again
};
BOOST_DESCRIBE_STRUCT(WebhookWithSecret, (), (webhook, secret))

struct ListDeliveries {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<WebhookEventId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListDeliveries, (), (limit, after))

// A receipt or reply that waits for an application.
struct DeliveryView {
  WebhookEventId id;
  domain::ApplicationDeliveryKind kind = domain::ApplicationDeliveryKind::kReceipt;
  std::optional<MessageId> message_id;
  std::optional<std::string> reference;
  std::string number;                          // masked
  std::optional<domain::MessageState> status;  // of a receipt
  Time done_at;
  int64_t attempts = 0;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (),
                      (id, kind, message_id, reference, number, status, done_at, attempts, created_at))

struct DeliveryPage {
  std::vector<DeliveryView> items;  // the oldest first
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(DeliveryPage, (), (items, next_after))

// One that no webhook took.
struct DeadLetterView : DeliveryView {
  Time died_at;
  std::string last_error;
};
BOOST_DESCRIBE_STRUCT(DeadLetterView, (DeliveryView), (died_at, last_error))

struct DeadLetterPage {
  std::vector<DeadLetterView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(DeadLetterPage, (), (items, next_after))

struct ChooseDeadLetters {
  std::vector<WebhookEventId> ids;
  static constexpr json::Rule kRules[] = {
      {.member = "ids", .min_items = 1, .max_items = limits::kDeadLettersAtOnce}};
};
BOOST_DESCRIBE_STRUCT(ChooseDeadLetters, (), (ids))

struct ChosenDeadLetters {
  int64_t count = 0;  // of those that were still there
};
BOOST_DESCRIBE_STRUCT(ChosenDeadLetters, (), (count))

// One address to which events of one kind go, in their order.
struct WebhookTarget {
  int64_t application_id = 0;
  domain::ApplicationDeliveryKind kind = domain::ApplicationDeliveryKind::kReceipt;
  std::string url, secret;
};

// The body of one request, and whose events it holds.
struct WebhookBatch {
  std::vector<int64_t> numbers;
  std::string body;
  bool more = false;  // there are further events behind these
};

class Webhooks {
 public:
  struct Hooks {
    // Whether an address may be told: kInvalidArgument with what is wrong with it.
    std::function<Result<>(const std::string& url)> check_url;
    // Settings changed, or something is to be sent again.
    std::function<void()> changed;
  };
  explicit Webhooks(const store::Store& store) : store_(store) {}
  // Before anybody calls. Without check_url no address is taken.
  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

  Result<WebhookView> get(ApplicationId application) const;
  // Makes or changes it; a new one gets a secret.
  Result<WebhookWithSecret> put(const Principal& who, ApplicationId application,
                                std::optional<int64_t> version, const WebhookSpec& spec);
  // From now on what is sent is signed with the new one.
  Result<WebhookWithSecret> renew_secret(const Principal& who, ApplicationId application);

  Result<DeliveryPage> deliveries(ApplicationId application, const ListDeliveries& request) const;
  Result<DeadLetterPage> dead_letters(ApplicationId application, const ListDeliveries& request) const;
  // They wait again, with all their attempts before them.
  Result<ChosenDeadLetters> redeliver(const Principal& who, ApplicationId application,
                                      const ChooseDeadLetters& chosen);
  Result<ChosenDeadLetters> discard(const Principal& who, ApplicationId application,
                                    const ChooseDeadLetters& chosen);

  // ---- for the sender
  Result<std::vector<WebhookTarget>> targets() const;
  // The next events, at most `limit`; none: no numbers. Those that are too old are made dead letters first.
  Result<WebhookBatch> next(const WebhookTarget& target, size_t limit);
  // They were taken: they are off the store when this returns.
  Result<> taken(const WebhookTarget& target, const std::vector<int64_t>& numbers);
  // They were not; who has had his attempts is a dead letter.
  Result<> failed(const WebhookTarget& target, const std::vector<int64_t>& numbers, const std::string& error);

 private:
  Result<> bury_old(const WebhookTarget& target);
  Result<json::Object> event_of(const db::Row& row) const;

  const store::Store& store_;
  Hooks hooks_;
};

}  // namespace yizhan::service
