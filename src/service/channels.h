#pragma once
// Channels to carriers (policy 2.2.2): how they are set up, how they stand, and what the carriers' codes
// mean. Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/carrier.h"
#include "domain/carrier_code.h"
#include "domain/channel.h"
#include "engine/engine.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct ChannelSpec {
  std::string name;
  std::string provider;  // whose codes it speaks; empty = the general ones
  domain::ChannelProtocol protocol = domain::ChannelProtocol::kSmpp;  // for good: another is another channel
  std::string host;
  int64_t port = 0;
  std::string system_id;
  std::optional<std::string> password;       // absent on an edit = as it is; never given out
  std::optional<std::string> peer_password;  // what the carrier logs in with where it dials us (SGIP)
  std::string access_code;                   // source address of what is sent
  // The carrier takes only signatures that are filed with it (实名报备); absent on an edit = as it is.
  std::optional<bool> requires_filed_signature;
  domain::ChannelOptions options;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "provider",
       .presence = json::Presence::kOptional,
       .max_length = limits::kChannelProviderCharacters},
      {.member = "host", .min_length = 1, .max_length = limits::kChannelHostCharacters},
      {.member = "port", .minimum = 1, .maximum = 65'535},
      {.member = "protocol", .presence = json::Presence::kOptional},
      {.member = "system_id",
       .max_length = limits::kChannelAccountCharacters,
       .description = "the account: system_id (SMPP, 15), Source_Addr (CMPP, 6), Login Name (SGIP, 16), "
                      "ClientID (SMGP, 8); of http the key's id, {{key_id}} in templates"},
      {.member = "password",
       .max_length = limits::kChannelSecretCharacters,
       .description = "at most 8 in SMPP, 16 in SGIP; the shared secret of CMPP and SMGP (64); of http what "
                      "requests are signed with; never given out"},
      {.member = "peer_password",
       .max_length = 16,
       .description = "SGIP: what the carrier logs in with; never given out"},
      {.member = "access_code", .max_length = 20, .description = "SMPP 3.4 section 5.2.8"},
      {.member = "requires_filed_signature",
       .description = "the carrier takes only signatures that are filed with it, as those of mainland China "
                      "do; absent: true of a new channel, as it is on an edit"},
      {.member = "options", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(ChannelSpec, (),
                      (name, provider, protocol, host, port, system_id, password, peer_password, access_code,
                       requires_filed_signature, options))

struct ChannelLane {
  domain::Lane lane = domain::Lane::kVerification;
  int64_t queued = 0;     // at the link, not yet written
  int64_t submitted = 0;  // segments since the link began
};
BOOST_DESCRIBE_STRUCT(ChannelLane, (), (lane, queued, submitted))

// The link as it stands now; counts since the server (or the link) was started.
struct ChannelLink {
  std::string state;  // link::link_state_name: bound, connecting, bad_credentials …
  std::string last_error;
  std::optional<Time> bound_since;
  int64_t sessions_bound = 0;
  int64_t queued = 0;
  int64_t in_window = 0;
  int64_t submitted = 0, accepted = 0, rejected = 0, throttled = 0, unknown = 0;
  int64_t receipts = 0, reconnects = 0;
  int64_t segments_per_second = 0;
  double latency_p50_ms = 0, latency_p99_ms = 0;
  std::vector<ChannelLane> lanes;
};
BOOST_DESCRIBE_STRUCT(ChannelLink, (),
                      (state, last_error, bound_since, sessions_bound, queued, in_window, submitted, accepted,
                       rejected, throttled, unknown, receipts, reconnects, segments_per_second,
                       latency_p50_ms, latency_p99_ms, lanes))

// Whether messages of routes go by it now.
struct ChannelHealthView {
  domain::ChannelHealthState state = domain::ChannelHealthState::kHealthy;
  domain::HealthReason reason = domain::HealthReason::kNone;
  Time since;
};
BOOST_DESCRIBE_STRUCT(ChannelHealthView, (), (state, reason, since))

// Where it asks after messages without a receipt; counts since the link was started.
struct ReceiptQueriesView {
  int64_t asked = 0;
  int64_t answered = 0;
  std::optional<Time> refused_until;   // the carrier answers no such questions: not asked before
  std::optional<std::string> refusal;  // its word for that, "ESME_RQUERYFAIL"
};
BOOST_DESCRIBE_STRUCT(ReceiptQueriesView, (), (asked, answered, refused_until, refusal))

enum class ChannelUse : uint8_t { kEnabled, kDisabled };
BOOST_DESCRIBE_ENUM(ChannelUse, kEnabled, kDisabled)

struct ChannelView {
  ChannelId id;
  std::string name, provider;
  domain::ChannelProtocol protocol = domain::ChannelProtocol::kSmpp;
  std::string host;
  int64_t port = 0;
  std::string system_id, access_code;
  bool requires_filed_signature = false;
  domain::ChannelOptions options;
  ChannelUse use = ChannelUse::kEnabled;
  std::optional<ChannelLink> link;  // absent: this server has no link for it
  std::optional<ChannelHealthView> health;
  std::optional<ReceiptQueriesView> receipt_queries;  // absent: it asks nothing
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ChannelView, (),
                      (id, name, provider, protocol, host, port, system_id, access_code,
                       requires_filed_signature, options, use, link, health, receipt_queries, created_by,
                       created_at, updated_at, version))

struct ListChannels {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ChannelId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListChannels, (), (limit, after))

struct ChannelPage {
  std::vector<ChannelView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ChannelPage, (), (items, next_after))

struct CarrierCodeView {
  std::string provider;                                 // empty = every provider
  domain::Carrier carrier = domain::Carrier::kUnknown;  // of the number; unknown = every one
  domain::CodeStage stage = domain::CodeStage::kResponse;
  std::string code;  // "0x00000058", "UNDELIV", "MK:0001"
  domain::CodeClass code_class = domain::CodeClass::kRejected;
  domain::CodeAction action = domain::CodeAction::kFail;
  std::string cause, remedy;
  static constexpr json::Rule kRules[] = {
      {.member = "provider",
       .presence = json::Presence::kOptional,
       .max_length = limits::kChannelProviderCharacters},
      {.member = "carrier",
       .presence = json::Presence::kOptional,
       .description = "of the number; unknown = every carrier. The most specific row counts"},
      {.member = "code", .min_length = 1, .max_length = limits::kCarrierCodeCharacters},
      {.member = "cause", .max_length = limits::kReviewTextCharacters},
      {.member = "remedy", .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(CarrierCodeView, (),
                      (provider, carrier, stage, code, code_class, action, cause, remedy))

struct ListCarrierCodes {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<std::string> after;     // as given in next_after
  std::optional<std::string> provider;  // absent = all; empty = the general ones
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "provider", .max_length = limits::kChannelProviderCharacters}};
};
BOOST_DESCRIBE_STRUCT(ListCarrierCodes, (), (limit, after, provider))

struct CarrierCodePage {
  std::vector<CarrierCodeView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(CarrierCodePage, (), (items, next_after))

struct CarrierCodeKey {
  std::string provider;
  domain::Carrier carrier = domain::Carrier::kUnknown;
  domain::CodeStage stage = domain::CodeStage::kResponse;
  std::string code;
  static constexpr json::Rule kRules[] = {
      {.member = "provider",
       .presence = json::Presence::kOptional,
       .max_length = limits::kChannelProviderCharacters},
      {.member = "carrier", .presence = json::Presence::kOptional},
      {.member = "code", .min_length = 1, .max_length = limits::kCarrierCodeCharacters}};
};
BOOST_DESCRIBE_STRUCT(CarrierCodeKey, (), (provider, carrier, stage, code))

// An account to try: a channel as it is stored, or one that is still being written.
struct TestBind {
  std::optional<ChannelId> channel_id;
  std::optional<ChannelSpec> spec;  // without a password it binds with an empty one
};
BOOST_DESCRIBE_STRUCT(TestBind, (), (channel_id, spec))

struct TestBindResult {
  domain::BindOutcome outcome = domain::BindOutcome::kTimeout;
  std::string detail;  // empty when bound
  int64_t duration_ms = 0;
  Time at;
};
BOOST_DESCRIBE_STRUCT(TestBindResult, (), (outcome, detail, duration_ms, at))

// Where a provider by HTTP posts receipts and replies. Shown once: the token is not kept, only its hash.
struct CallbackAddress {
  ChannelId channel_id;
  std::string token;
  std::string path;  // of this server: what comes after its public name
};
BOOST_DESCRIBE_STRUCT(CallbackAddress, (), (channel_id, token, path))

struct ChannelEventView {
  int64_t id = 0;  // counts up per channel
  Time at;
  domain::ChannelState state = domain::ChannelState::kStopped;
  std::string detail;
  int64_t sessions_bound = 0;
};
BOOST_DESCRIBE_STRUCT(ChannelEventView, (), (id, at, state, detail, sessions_bound))

struct ListChannelHistory {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<int64_t> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "after", .minimum = 1}};
};
BOOST_DESCRIBE_STRUCT(ListChannelHistory, (), (limit, after))

struct ChannelEventPage {
  std::vector<ChannelEventView> items;  // newest first
  std::optional<int64_t> next_after;    // absent on the last page
};
BOOST_DESCRIBE_STRUCT(ChannelEventPage, (), (items, next_after))

// How the links of this server stand, for views.
ChannelLink link_view(const link::LinkStats& stats);

class Channels {
 public:
  Channels(const store::Store& store, engine::Engine& engine) : store_(store), engine_(engine) {}

  // kConflict (field "/name") when the name is taken; kInvalidArgument.
  Result<ChannelView> create(const Principal& who, const ChannelSpec& spec);
  Result<ChannelView> update(const Principal& who, ChannelId id, std::optional<int64_t> version,
                             const ChannelSpec& spec);
  Result<ChannelView> get(ChannelId id);
  Result<ChannelPage> list(const ListChannels& request);
  Result<ChannelView> enable(const Principal& who, ChannelId id, std::optional<int64_t> version);
  // What is to go by it waits in the queue until it is enabled again.
  Result<ChannelView> disable(const Principal& who, ChannelId id, std::optional<int64_t> version);

  // Binds once with a session of its own and unbinds; audited. kBusy when limits::kTestBinds are under way.
  Result<TestBindResult> test_bind(const Principal& who, const TestBind& request);
  // The last limits::kChannelEvents changes of its link's state.
  Result<ChannelEventPage> history(ChannelId id, const ListChannelHistory& request);

  // A new address for the provider's callbacks; a former one ends. kWrongState for a channel that is not by
  // HTTP.
  Result<CallbackAddress> renew_callback(const Principal& who, ChannelId id);
  // What was posted to that address: on disk when this returns, and then the acknowledgement that the
  // provider wants to read. kNotFound for a token that is none, kForbidden for an address that may not call
  // back, kInvalidArgument, kTooLarge for a body; kBusy, kUnavailable, kTimeout: the provider shall bring it
  // again.
  Result<std::string> take_callback(std::string_view token, std::string_view address,
                                    const json::Value& body);

  Result<CarrierCodePage> codes(const ListCarrierCodes& request);
  Result<CarrierCodeView> put_code(const Principal& who, const CarrierCodeView& code);
  // Of one provider only; the general ones are changed, not removed.
  Result<> remove_code(const Principal& who, const CarrierCodeKey& key);

 private:
  Result<ChannelView> with_link(Result<ChannelView> view);
  Result<ChannelView> set_use(const Principal& who, ChannelId id, std::optional<int64_t> version,
                              ChannelUse use);

  const store::Store& store_;
  engine::Engine& engine_;
  std::counting_semaphore<limits::kTestBinds> trials_{limits::kTestBinds};
  std::counting_semaphore<limits::kCallbacksAtOnce> callbacks_{limits::kCallbacksAtOnce};
};

}  // namespace yizhan::service
