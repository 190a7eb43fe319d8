#pragma once
// How a link to a carrier is set up. Plain data with its check.

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/dialect.h"
#include "codec/smpp/message_id.h"
#include "link/lanes.h"
#include "provider/description.h"

namespace yizhan::link {

enum class BindMode : uint8_t {
  kTransceiver,
  kTransmitterReceiver,  // a pair of binds where there would be one
};

enum class Tls : uint8_t {
  kOff,
  kVerified,
  kUnverified,  // encrypted, but whoever answers is believed
};

struct LinkConfig {
  std::string name;  // for the log
  codec::Protocol protocol = codec::Protocol::kSmpp34;
  codec::DialectOptions dialect;
  std::string host;
  uint16_t port = 2775;
  std::string local_address;  // to connect from; empty = as the system routes
  Tls tls = Tls::kOff;
  std::string tls_ca_pem;  // who is believed; empty = whom the system believes
  std::string system_id, password, system_type;
  BindMode bind_mode = BindMode::kTransceiver;  // of SMPP
  std::string address_range;
  // SGIP: the carrier dials us for deliveries and receipts, and logs in with these.
  std::string listen_address = "0.0.0.0";
  uint16_t listen_port = 0;  // 0 = no listener
  std::string peer_name, peer_password;
  uint32_t sessions = 1;
  uint32_t window = 32;              // unanswered segments per session, at most limits::kLinkWindow
  uint32_t segments_per_second = 0;  // of the whole link; 0 = no limit but the carrier's throttling
  LaneWeights lane_weights = kDefaultLaneWeights;
  size_t queue_segments = limits::kLinkQueueSegments;   // queued and unanswered together
  size_t unacknowledged = limits::kLinkUnacknowledged;  // deliveries per session; above it the carrier waits
  Duration response_timeout = seconds(30);
  Duration keep_alive_interval = seconds(30);  // of silence from the carrier
  Duration connect_timeout = seconds(10);      // until bound
  Duration backoff_min = milliseconds(500);
  Duration backoff_max = seconds(60);
  Duration bad_credentials_retry = minutes(10);
  Duration unsent_hold = seconds(15);  // how long queued segments wait for a lost link
  Duration throttle_pause = milliseconds(500);
  Duration throttle_pause_max = seconds(10);
  uint32_t max_throttle_retries = 20;  // of one segment; then it is rejected with the throttle's status
  uint32_t max_silent_timeouts = 3;    // without a response between them; then the session is dropped
  uint64_t jitter_seed = 1;
  smpp::MessageIdForm message_id_form = smpp::MessageIdForm::kVerbatim;  // of SMPP
  // A provider by HTTP: then what is of the protocols does not count. system_id and password are its key,
  // each of sessions times window is a connection.
  std::optional<provider::Description> http;
};
// kInvalidArgument with the field's name ("http/request/body" of a provider's description): too long for its
// PDU, zero, above its limit.
Result<void> check(const LinkConfig& config);

}  // namespace yizhan::link
