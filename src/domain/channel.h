#pragma once
// How a channel to a carrier is set up, and what technology sets for one campaign: stored and exchanged as
// JSON. Pure.

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/names.h"
#include "domain/sending_rules.h"
#include "provider/description.h"

namespace yizhan::domain {

// What the channel speaks; the numbers are codec::Protocol's, as far as that goes.
#define YIZHAN_CHANNEL_PROTOCOLS(X)    \
  X(kSmpp, 1, "smpp")   /* SMPP 3.4 */ \
  X(kCmpp2, 2, "cmpp2") /* CMPP 2.0 */ \
  X(kCmpp3, 3, "cmpp3") /* CMPP 3.0 */ \
  X(kSgip, 4, "sgip")   /* SGIP 1.2 */ \
  X(kSmgp, 5, "smgp")   /* SMGP 3.0 */ \
  X(kHttp, 6, "http")   /* a provider's own interface, as options.http describes it */
YIZHAN_ENUM(ChannelProtocol, YIZHAN_CHANNEL_PROTOCOLS)

// Whether the connection is encrypted, and whether the carrier must prove who it is.
#define YIZHAN_CHANNEL_TLS(X) X(kOff, 1, "off") X(kVerified, 2, "verified") X(kUnverified, 3, "unverified")
YIZHAN_ENUM(ChannelTls, YIZHAN_CHANNEL_TLS)

// What data_coding 0 is at an SMPP centre.
#define YIZHAN_DEFAULT_ALPHABETS(X) X(kGsm7, 1, "gsm7") X(kLatin1, 2, "latin1") X(kAscii, 3, "ascii")
YIZHAN_ENUM(DefaultAlphabet, YIZHAN_DEFAULT_ALPHABETS)

#define YIZHAN_BIND_MODES(X)        \
  X(kTransceiver, 1, "transceiver") \
  X(kTransmitterAndReceiver, 2, "transmitter_and_receiver")
YIZHAN_ENUM(BindMode, YIZHAN_BIND_MODES)

// How the carrier writes a message id in the response and again in the receipt.
#define YIZHAN_MESSAGE_ID_FORMS(X)                             \
  X(kVerbatim, 1, "verbatim")                                  \
  X(kDecimal, 2, "decimal")                                    \
  X(kHexadecimal, 3, "hexadecimal")                            \
  X(kSubmitHexReceiptDecimal, 4, "submit_hex_receipt_decimal") \
  X(kSubmitDecimalReceiptHex, 5, "submit_decimal_receipt_hex")
YIZHAN_ENUM(MessageIdForm, YIZHAN_MESSAGE_ID_FORMS)

// How a channel's link stands, in the history of the channel.
#define YIZHAN_CHANNEL_STATES(X)           \
  X(kStopped, 1, "stopped")                \
  X(kConnecting, 2, "connecting")          \
  X(kBound, 3, "bound")                    \
  X(kBackoff, 4, "backoff")                \
  X(kBadCredentials, 5, "bad_credentials") \
  X(kDraining, 6, "draining")
YIZHAN_ENUM(ChannelState, YIZHAN_CHANNEL_STATES)

// Whether messages of a route should go by a channel, and why not. On trial it is used and watched.
#define YIZHAN_CHANNEL_HEALTH_STATES(X) \
  X(kHealthy, 1, "healthy")             \
  X(kTrial, 2, "trial")                 \
  X(kUnhealthy, 3, "unhealthy")
YIZHAN_ENUM(ChannelHealthState, YIZHAN_CHANNEL_HEALTH_STATES)

#define YIZHAN_HEALTH_REASONS(X)           \
  X(kNone, 1, "none")                      \
  X(kDisconnected, 2, "disconnected")      \
  X(kBadCredentials, 3, "bad_credentials") \
  X(kRouteErrors, 4, "route_errors")
YIZHAN_ENUM(HealthReason, YIZHAN_HEALTH_REASONS)

// What came of trying an account: no connection, the carrier's no, or no word in time.
#define YIZHAN_BIND_OUTCOMES(X)     \
  X(kBound, 1, "bound")             \
  X(kRefused, 2, "refused")         \
  X(kUnreachable, 3, "unreachable") \
  X(kTimeout, 4, "timeout")
YIZHAN_ENUM(BindOutcome, YIZHAN_BIND_OUTCOMES)

struct ChannelOptions {
  BindMode bind_mode = BindMode::kTransceiver;
  std::string system_type;
  int64_t sessions = 1;
  int64_t window = 128;
  int64_t segments_per_second = 0;  // 0 = as fast as the carrier takes them
  MessageIdForm message_id_form = MessageIdForm::kVerbatim;
  // Segments of each lane in a round in which all have enough to send.
  int64_t verification_share = 8, notification_share = 4, marketing_share = 1;
  // The first pause after the carrier throttled; each that follows at once is twice as long, up to twenty
  // times.
  int64_t throttle_pause_ms = 500;
  // Messages of a route go by another channel when this one is not bound for so long, or when so many percent
  // of its answers within a minute are errors of the carrier's way (0 = never for that).
  int64_t failover_after_ms = 10'000, failover_error_percent = 50;
  // Of SMPP: after so long without a receipt the carrier is asked what became of the message (query_sm),
  // again and again at growing distance; 0 = never, since many carriers refuse it.
  int64_t receipt_query_seconds = 0;
  int64_t response_timeout_ms = 30'000;
  int64_t enquire_link_ms = 30'000;
  int64_t reconnect_min_ms = 500;
  int64_t reconnect_max_ms = 60'000;
  ChannelTls tls = ChannelTls::kOff;
  std::string tls_ca_pem;     // whose word counts for the carrier's certificate; empty = the system's
  std::string local_address;  // to connect from; empty = as the system routes
  DefaultAlphabet default_alphabet = DefaultAlphabet::kGsm7;  // of SMPP
  bool gsm7_packed = false;                                   // of SMPP: seven bits a character
  // service_type of SMPP, Service_Id of CMPP, ServiceType of SGIP, ServiceID of SMGP.
  std::string service_id;
  std::string enterprise_code;  // Msg_src of CMPP, CorpId of SGIP, MsgSrc of SMGP
  // Of CMPP, SGIP, SMGP, as on the wire. No type = free to the recipient, which is 01 in CMPP, 1 in SGIP, 00
  // in SMGP, where 01 is a charge for each message.
  std::string fee_type, fee_code = "0";
  int64_t sgip_node = 0;  // of SGIP: the node number that the carrier gave
  // Of SGIP: the carrier dials us for receipts and replies. Port 0 = nobody is let in.
  std::string listen_address = "0.0.0.0";
  int64_t listen_port = 0;
  std::string peer_name;            // what the carrier logs in with there; its password is the channel's
  int64_t window_start_minute = 0;  // the carrier's own hours, minutes after midnight in the recipient's zone
  int64_t window_end_minute = kDayMinutes;
  std::optional<provider::Description> http;  // of http, and only there
  bool operator==(const ChannelOptions&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "bind_mode", .presence = json::Presence::kOptional},
      {.member = "system_type", .presence = json::Presence::kOptional, .max_length = 12},
      {.member = "sessions", .presence = json::Presence::kOptional, .minimum = 1, .maximum = 16},
      {.member = "window",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kLinkWindow},
      {.member = "segments_per_second",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = 1'000'000},
      {.member = "verification_share",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kLinkLaneWeight,
       .description = "segments of each lane in a round in which all have enough to send"},
      {.member = "notification_share",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kLinkLaneWeight},
      {.member = "marketing_share",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kLinkLaneWeight},
      {.member = "throttle_pause_ms",
       .presence = json::Presence::kOptional,
       .minimum = 10,
       .maximum = 60'000,
       .description = "after the carrier throttled; each pause that follows at once is twice as long, up to "
                      "twenty times"},
      {.member = "failover_after_ms",
       .presence = json::Presence::kOptional,
       .minimum = 100,
       .maximum = 3'600'000,
       .description = "not bound for so long, messages of a route go by another channel"},
      {.member = "failover_error_percent",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = 100,
       .description = "of the answers within a minute; so many errors of the carrier's way do the same; "
                      "0 = never"},
      {.member = "message_id_form", .presence = json::Presence::kOptional},
      {.member = "receipt_query_seconds",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = limits::kReceiptQuerySeconds,
       .description = "of smpp: after so long without a receipt the carrier is asked by query_sm, behind all "
                      "messages and at growing distance; 0 = never"},
      {.member = "response_timeout_ms",
       .presence = json::Presence::kOptional,
       .minimum = 100,
       .maximum = 600'000},
      {.member = "enquire_link_ms",
       .presence = json::Presence::kOptional,
       .minimum = 100,
       .maximum = 600'000},
      {.member = "reconnect_min_ms",
       .presence = json::Presence::kOptional,
       .minimum = 10,
       .maximum = 600'000},
      {.member = "reconnect_max_ms",
       .presence = json::Presence::kOptional,
       .minimum = 10,
       .maximum = 3'600'000},
      {.member = "tls", .presence = json::Presence::kOptional},
      {.member = "tls_ca_pem",
       .presence = json::Presence::kOptional,
       .max_length = limits::kLinkCaBytes,
       .description = "PEM; empty = whom the system believes"},
      {.member = "local_address", .presence = json::Presence::kOptional, .max_length = 45},
      {.member = "default_alphabet", .presence = json::Presence::kOptional},
      {.member = "gsm7_packed", .presence = json::Presence::kOptional},
      {.member = "service_id", .presence = json::Presence::kOptional, .max_length = 10},
      {.member = "enterprise_code", .presence = json::Presence::kOptional, .max_length = 8},
      {.member = "fee_type", .presence = json::Presence::kOptional, .max_length = 2},
      {.member = "fee_code", .presence = json::Presence::kOptional, .max_length = 6},
      {.member = "sgip_node", .presence = json::Presence::kOptional, .minimum = 0, .maximum = UINT32_MAX},
      {.member = "listen_address", .presence = json::Presence::kOptional, .max_length = 45},
      {.member = "listen_port", .presence = json::Presence::kOptional, .minimum = 0, .maximum = 65'535},
      {.member = "peer_name", .presence = json::Presence::kOptional, .max_length = 16},
      {.member = "window_start_minute", .presence = json::Presence::kOptional, .minimum = 0, .maximum = 1439},
      {.member = "window_end_minute",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = kDayMinutes},
      {.member = "http",
       .description = "of the protocol http: how the provider's requests, answers and callbacks look; "
                      "docs/http_providers.md explains it, examples/http_providers has whole ones"}};
};
BOOST_DESCRIBE_STRUCT(ChannelOptions, (),
                      (bind_mode, system_type, sessions, window, segments_per_second, verification_share,
                       notification_share, marketing_share, throttle_pause_ms, failover_after_ms,
                       failover_error_percent, message_id_form, receipt_query_seconds, response_timeout_ms,
                       enquire_link_ms, reconnect_min_ms, reconnect_max_ms, tls, tls_ca_pem, local_address,
                       default_alphabet, gsm7_packed, service_id, enterprise_code, fee_type, fee_code,
                       sgip_node, listen_address, listen_port, peer_name, window_start_minute,
                       window_end_minute, http))

// At most `maximum` messages of a class to one person in any `span_seconds`.
struct FrequencyLimit {
  int64_t span_seconds = 0;
  int64_t maximum = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "span_seconds", .minimum = 1, .maximum = limits::kFrequencySpanSeconds},
      {.member = "maximum", .minimum = 1, .maximum = limits::kFrequencyMessages}};
  bool operator==(const FrequencyLimit&) const = default;
};
BOOST_DESCRIBE_STRUCT(FrequencyLimit, (), (span_seconds, maximum))

// Policy 4.2.3: how often the recipients of a campaign will hear from the company, as the campaign tells
// them. From its start on it binds marketing, within its dates.
struct AnnouncedFrequency {
  int64_t span_seconds = 0;
  int64_t maximum = 0;
  Time valid_from, valid_until;  // [from, until)
  static constexpr json::Rule kRules[] = {
      {.member = "span_seconds", .minimum = 1, .maximum = limits::kFrequencySpanSeconds},
      {.member = "maximum", .minimum = 1, .maximum = limits::kFrequencyMessages}};
  bool operator==(const AnnouncedFrequency&) const = default;
};
BOOST_DESCRIBE_STRUCT(AnnouncedFrequency, (), (span_seconds, maximum, valid_from, valid_until))

// Policy 4.1.2: what technology sets before a campaign may be tested and started.
struct CampaignParameters {
  // One of the two.
  std::optional<ChannelId> channel_id;
  std::optional<RouteId> route_id;
  std::optional<Time> scheduled_at;  // absent = started by hand
  int64_t window_start_minute = 9 * 60;
  int64_t window_end_minute = 20 * 60;
  int64_t segments_per_second = 0;               // 0 = the channel's rate
  std::optional<int64_t> failure_pause_percent;  // absent = the company's setting; 0 = never
  // Beside the company's rules for the class: all must hold, so the stricter wins.
  std::optional<std::vector<FrequencyLimit>> frequency;
  std::optional<Time> expires_at;  // what has not left by then is refused
  std::optional<CampaignId>
      announcement_id;  // policy 4.2.3: the campaign that announced this one's frequency

  static constexpr json::Rule kRules[] = {
      {.member = "window_start_minute", .presence = json::Presence::kOptional, .minimum = 0, .maximum = 1439},
      {.member = "window_end_minute",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = kDayMinutes},
      {.member = "segments_per_second",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = 1'000'000},
      {.member = "failure_pause_percent", .minimum = 0, .maximum = 100},
      {.member = "frequency",
       .max_items = limits::kFrequencyRulesOwn,
       .description = "beside the company's rules for the class: all must hold"},
      {.member = "expires_at", .description = "what has not left by then is refused"},
      {.member = "announcement_id",
       .description = "the campaign that announced the frequency; a large one of marketing needs one"}};
};
BOOST_DESCRIBE_STRUCT(CampaignParameters, (),
                      (channel_id, route_id, scheduled_at, window_start_minute, window_end_minute,
                       segments_per_second, failure_pause_percent, frequency, expires_at, announcement_id))

}  // namespace yizhan::domain
