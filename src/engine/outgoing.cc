#include "engine/outgoing.h"

namespace yizhan::engine {

link::Lane link_lane(domain::Lane lane) {
  switch (lane) {
    case domain::Lane::kVerification:
      return link::Lane::kVerification;
    case domain::Lane::kNotification:
      return link::Lane::kNotification;
    case domain::Lane::kMarketing:
      break;
  }
  return link::Lane::kMarketing;
}

link::SegmentOut outgoing(const ClaimedSegment& segment, ByteSpan payload, const BatchPlan& plan,
                          std::string_view access_code, std::string_view digits) {
  return {.attempt_id = static_cast<uint64_t>(segment.attempt_id),
          .message_id = static_cast<uint64_t>(segment.message_id),
          .group = static_cast<uint64_t>(plan.id),
          .source = access_code,
          .destination = digits,
          .payload = payload,
          .coding = codec::coding_of(segment.encoding),
          .has_header = segment.has_header,
          .part_number = segment.part_number,
          .part_count = segment.part_count,
          .units = segment.units,
          .lane = link_lane(plan.lane())};
}

}  // namespace yizhan::engine
