#pragma once
// A segment as it is handed to a channel's link, whether the link leads to the carrier or, in a rehearsal, to
// a simulated one. Pure, any thread.

#include <string_view>

#include "engine/claim.h"
#include "link/link.h"

namespace yizhan::engine {

link::Lane link_lane(domain::Lane lane);

// Views of what is given.
link::SegmentOut outgoing(const ClaimedSegment& segment, ByteSpan payload, const BatchPlan& plan,
                          std::string_view access_code, std::string_view digits);

}  // namespace yizhan::engine
