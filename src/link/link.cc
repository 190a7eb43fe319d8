#include "link/link.h"

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
    return fail(ErrorCode::kInvalidArgument, "no SMPP time", "validity_period");
  if (s.payload.size() > smpp::kShortMessageBytes)
    return fail(ErrorCode::kInvalidArgument, "longer than a segment", "payload");
  heads_.push_back({s.attempt_id, s.message_id, s.group, static_cast<uint32_t>(arena_.size()),
                    static_cast<uint8_t>(s.source.size()), static_cast<uint8_t>(s.destination.size()),
                    static_cast<uint8_t>(s.validity_period.size()), static_cast<uint8_t>(s.payload.size()),
                    s.data_coding, s.esm_class, s.registered_delivery, s.priority});
  for (const ByteSpan part :
       {as_bytes(s.source), as_bytes(s.destination), as_bytes(s.validity_period), s.payload})
    arena_.insert(arena_.end(), part.begin(), part.end());
  return {};
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
  s.data_coding = h.data_coding;
  s.esm_class = h.esm_class;
  s.registered_delivery = h.registered_delivery;
  s.priority = h.priority;
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

Result<void> check(const LinkConfig& c) {
  if (c.host.empty()) return fail(ErrorCode::kInvalidArgument, "missing", "host");
  YZ_CHECK(fits(c.system_id, 15, "system_id"));
  YZ_CHECK(fits(c.password, 8, "password"));
  YZ_CHECK(fits(c.system_type, 12, "system_type"));
  YZ_CHECK(fits(c.address_range, 40, "address_range"));
  YZ_CHECK(fits(c.service_type, 5, "service_type"));
  YZ_CHECK(within<uint32_t>(c.port, 1, 65535, "port"));
  YZ_CHECK(within<uint32_t>(c.sessions, 1, limits::kLinkSessions, "sessions"));
  YZ_CHECK(within<uint32_t>(c.window, 1, limits::kLinkWindow, "window"));
  YZ_CHECK(within<uint32_t>(c.segments_per_second, 0, limits::kLinkSegmentsPerSecond, "segments_per_second"));
  YZ_CHECK(within<size_t>(c.queue_segments, 1, limits::kLinkQueueSegments, "queue_segments"));
  YZ_CHECK(within<size_t>(c.unacknowledged, 1, limits::kLinkUnacknowledged, "unacknowledged"));
  YZ_CHECK(within<uint32_t>(c.max_throttle_retries, 0, limits::kLinkThrottleRetries, "max_throttle_retries"));
  YZ_CHECK(within<uint32_t>(c.max_silent_timeouts, 1, limits::kLinkWindow, "max_silent_timeouts"));
  struct Timer {
    Duration value;
    const char* field;
  };
  for (const Timer& t :
       {Timer{c.response_timeout, "response_timeout"},
        Timer{c.enquire_link_interval, "enquire_link_interval"}, Timer{c.connect_timeout, "connect_timeout"},
        Timer{c.backoff_min, "backoff_min"}, Timer{c.backoff_max, "backoff_max"},
        Timer{c.bad_credentials_retry, "bad_credentials_retry"}, Timer{c.unsent_hold, "unsent_hold"},
        Timer{c.throttle_pause, "throttle_pause"}, Timer{c.throttle_pause_max, "throttle_pause_max"}})
    YZ_CHECK(within(t.value, milliseconds(1), hours(24), t.field));
  if (c.backoff_max < c.backoff_min)
    return fail(ErrorCode::kInvalidArgument, "below backoff_min", "backoff_max");
  if (c.throttle_pause_max < c.throttle_pause)
    return fail(ErrorCode::kInvalidArgument, "below throttle_pause", "throttle_pause_max");
  return {};
}

}  // namespace yizhan::link
