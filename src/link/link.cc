#include "link/link.h"

#include <boost/asio/ip/address.hpp>

#include "link/account_sizes.h"
#include "link/carrier_link.h"
#include "link/http_link.h"
#include "net/tls.h"

namespace yizhan::link {
namespace {

constexpr size_t kAddressBytes = 20;
constexpr size_t kValidityBytes = 16;

template <class T>
Result<void> within(const T& value, const T& low, const T& high, const char* field) {
  if (value < low || value > high) return fail(ErrorCode::kInvalidArgument, "out of range", field);
  return {};
}
Result<void> fits(const std::string& value, size_t max, const char* field) {
  if (value.size() > max || value.find('\0') != std::string::npos)
    return fail(ErrorCode::kInvalidArgument, "too long for the protocol", field);
  return {};
}

}  // namespace

Result<void> SubmitBatch::add(const SegmentOut& s) {
  if (s.source.size() > kAddressBytes) return fail(ErrorCode::kInvalidArgument, "address too long", "source");
  if (s.destination.size() > kAddressBytes)
    return fail(ErrorCode::kInvalidArgument, "address too long", "destination");
  if (s.validity_period.size() > kValidityBytes)
    return fail(ErrorCode::kInvalidArgument, "longer than a time", "validity_period");
  if (s.payload.size() > limits::kSegmentBytes)
    return fail(ErrorCode::kInvalidArgument, "longer than a segment", "payload");
  heads_.push_back({.attempt_id = s.attempt_id,
                    .message_id = s.message_id,
                    .group = s.group,
                    .begin = static_cast<uint32_t>(arena_.size()),
                    .payload_bytes = static_cast<uint16_t>(s.payload.size()),
                    .source_bytes = static_cast<uint8_t>(s.source.size()),
                    .destination_bytes = static_cast<uint8_t>(s.destination.size()),
                    .validity_bytes = static_cast<uint8_t>(s.validity_period.size()),
                    .coding = s.coding,
                    .has_header = s.has_header,
                    .part_number = s.part_number,
                    .part_count = s.part_count,
                    .receipt = s.receipt,
                    .priority = s.priority,
                    .units = s.units,
                    .lane = s.lane});
  for (const ByteSpan part :
       {as_bytes(s.source), as_bytes(s.destination), as_bytes(s.validity_period), s.payload})
    arena_.insert(arena_.end(), part.begin(), part.end());
  return {};
}

std::array<size_t, kLanes.size()> SubmitBatch::by_lane() const {
  std::array<size_t, kLanes.size()> counts{};
  for (const Head& head : heads_) ++counts[index_of(head.lane)];
  return counts;
}

bool SubmitBatch::begun_elsewhere(size_t i) const {
  const auto same = [&](size_t at) { return heads_[at].message_id == heads_[i].message_id; };
  const auto begun = [&](size_t at) { return heads_[at].stage == SegmentStage::kWithCarrier; };
  for (size_t at = i; at-- > 0 && same(at);)
    if (begun(at)) return true;
  for (size_t at = i + 1; at < heads_.size() && same(at); ++at)
    if (begun(at)) return true;
  return false;
}

SegmentOut SubmitBatch::operator[](size_t i) const {
  const Head& h = heads_[i];
  ByteSpan rest = ByteSpan(arena_).subspan(h.begin);
  const auto take = [&](size_t n) {
    const ByteSpan out = rest.first(n);
    rest = rest.subspan(n);
    return out;
  };
  SegmentOut s{.attempt_id = h.attempt_id, .message_id = h.message_id, .group = h.group};
  s.source = as_chars(take(h.source_bytes));
  s.destination = as_chars(take(h.destination_bytes));
  s.validity_period = as_chars(take(h.validity_bytes));
  s.payload = take(h.payload_bytes);
  s.coding = h.coding;
  s.has_header = h.has_header;
  s.part_number = h.part_number;
  s.part_count = h.part_count;
  s.receipt = h.receipt;
  s.priority = h.priority;
  s.units = h.units;
  s.lane = h.lane;
  return s;
}

std::string_view link_state_name(LinkState state) {
  switch (state) {
    case LinkState::kStopped:
      return "stopped";
    case LinkState::kConnecting:
      return "connecting";
    case LinkState::kBound:
      return "bound";
    case LinkState::kBackoff:
      return "backoff";
    case LinkState::kBadCredentials:
      return "bad_credentials";
    case LinkState::kDraining:
      return "draining";
  }
  return {};
}

namespace {

// The longest codes of what a submit says of its sender: service_type of SMPP (5.2.11); Service_Id and
// Msg_src of CMPP, ServiceType and CorpId of SGIP, ServiceID and MsgSrc of SMGP.
struct SenderSizes {
  size_t service, enterprise;
};
SenderSizes sender_sizes(codec::Protocol protocol) {
  switch (protocol) {
    case codec::Protocol::kSmpp34:
      return {5, 0};
    case codec::Protocol::kCmpp20:
    case codec::Protocol::kCmpp30:
      return {10, 6};
    case codec::Protocol::kSgip12:
      return {10, 5};
    case codec::Protocol::kSmgp30:
      return {10, 8};
  }
  return {0, 0};
}

// Fields of the protocols' submits.
Result<void> check_dialect(const LinkConfig& c) {
  constexpr size_t kFeeType = 2, kFeeCode = 6;
  const SenderSizes sizes = sender_sizes(c.protocol);
  YZ_CHECK(fits(c.dialect.service_type, sizes.service, "service_type"));
  YZ_CHECK(fits(c.dialect.enterprise_code, sizes.enterprise, "enterprise_code"));
  YZ_CHECK(fits(c.dialect.fee_type, kFeeType, "fee_type"));
  return fits(c.dialect.fee_code, kFeeCode, "fee_code");
}

// Of a protocol with a login: who logs in where.
Result<void> check_account(const LinkConfig& c) {
  const AccountSizes sizes = account_sizes(c.protocol);
  YZ_CHECK(fits(c.system_id, sizes.name, "system_id"));
  YZ_CHECK(fits(c.password, sizes.secret, "password"));
  YZ_CHECK(fits(c.system_type, 12, "system_type"));
  YZ_CHECK(fits(c.address_range, 40, "address_range"));
  YZ_CHECK(check_dialect(c));
  YZ_CHECK(fits(c.peer_name, account_sizes(codec::Protocol::kSgip12).name, "peer_name"));
  return fits(c.peer_password, account_sizes(codec::Protocol::kSgip12).secret, "peer_password");
}

Result<void> check_ends(const LinkConfig& c) {
  if (c.host.empty()) return fail(ErrorCode::kInvalidArgument, "missing", "host");
  if (!c.http) YZ_CHECK(check_account(c));
  // Whoever knew the port would be let in.
  if (c.listen_port != 0 && c.peer_name.empty())
    return fail(ErrorCode::kInvalidArgument, "the carrier must log in with a name", "peer_name");
  if (c.listen_port != 0 && c.peer_password.empty())
    return fail(ErrorCode::kInvalidArgument, "the carrier must log in with a password", "peer_password");
  boost::system::error_code bad;
  for (const auto& [address, field] :
       {std::pair{&c.local_address, "local_address"}, std::pair{&c.listen_address, "listen_address"}}) {
    if (!address->empty()) boost::asio::ip::make_address(*address, bad);
    if (bad) return fail(ErrorCode::kInvalidArgument, "no IP address", field);
  }
  if (c.tls == Tls::kOff) return {};
  YZ_CHECK(fits(c.tls_ca_pem, limits::kLinkCaBytes, "tls_ca_pem"));
  auto context = net::tls_client_context({.ca_pem = c.tls_ca_pem});
  if (!context && context.error().code == ErrorCode::kInvalidArgument)
    return fail(ErrorCode::kInvalidArgument, context.error().message, "tls_ca_pem");
  return {};
}

}  // namespace

std::unique_ptr<Link> open_link(boost::asio::io_context& context, const Clock& clock, LinkConfig config,
                                LinkEvents& events) {
  if (config.http) return std::make_unique<HttpLink>(context, clock, std::move(config), events);
  return std::make_unique<CarrierLink>(context, clock, std::move(config), events);
}

Result<void> check(const LinkConfig& c) {
  YZ_CHECK(check_ends(c));
  YZ_CHECK(within<uint32_t>(c.port, 1, 65535, "port"));
  YZ_CHECK(within<uint32_t>(c.sessions, 1, limits::kLinkSessions, "sessions"));
  YZ_CHECK(within<uint32_t>(c.window, 1, limits::kLinkWindow, "window"));
  YZ_CHECK(within<uint32_t>(c.segments_per_second, 0, limits::kLinkSegmentsPerSecond, "segments_per_second"));
  YZ_CHECK(within<size_t>(c.queue_segments, 1, limits::kLinkQueueSegments, "queue_segments"));
  if (size_t{c.window} * c.sessions > limits::kLinkQueueSegments)
    return fail(ErrorCode::kInvalidArgument, "all sessions' windows together are too large", "window");
  if (c.http && c.window * c.sessions > limits::kProviderConnections)
    return fail(ErrorCode::kInvalidArgument, "sessions times window are too many connections", "window");
  YZ_CHECK(within<size_t>(c.unacknowledged, 1, limits::kLinkUnacknowledged, "unacknowledged"));
  YZ_CHECK(within<uint32_t>(c.max_throttle_retries, 0, limits::kLinkThrottleRetries, "max_throttle_retries"));
  YZ_CHECK(within<uint32_t>(c.max_silent_timeouts, 1, limits::kLinkWindow, "max_silent_timeouts"));
  for (const uint32_t weight : c.lane_weights)
    YZ_CHECK(within<uint32_t>(weight, 1, limits::kLinkLaneWeight, "lane_weights"));
  struct Timer {
    Duration value;
    const char* field;
  };
  for (const Timer& t :
       {Timer{c.response_timeout, "response_timeout"}, Timer{c.keep_alive_interval, "keep_alive_interval"},
        Timer{c.connect_timeout, "connect_timeout"}, Timer{c.backoff_min, "backoff_min"},
        Timer{c.backoff_max, "backoff_max"}, Timer{c.bad_credentials_retry, "bad_credentials_retry"},
        Timer{c.unsent_hold, "unsent_hold"}, Timer{c.throttle_pause, "throttle_pause"},
        Timer{c.throttle_pause_max, "throttle_pause_max"}})
    YZ_CHECK(within(t.value, milliseconds(1), hours(24), t.field));
  if (c.backoff_max < c.backoff_min)
    return fail(ErrorCode::kInvalidArgument, "below backoff_min", "backoff_max");
  if (c.throttle_pause_max < c.throttle_pause)
    return fail(ErrorCode::kInvalidArgument, "below throttle_pause", "throttle_pause_max");
  return c.http ? check_http(c) : Result<void>{};
}

}  // namespace yizhan::link
