#pragma once
// Turns an audience into rows: the one place where a segment filter becomes SQL. One thread per Tx.

#include <functional>
#include <string>
#include <vector>

#include "db/tx.h"
#include "domain/audience.h"
#include "store/store.h"

namespace yizhan::store {

// A customer as an audience needs it, still sealed.
struct AudienceRow {
  int64_t customer_id = 0;
  Bytes number_sealed;
  Bytes profile_sealed;  // may be empty
  int64_t carrier = 0;
  std::string city, member_level, attributes;
};

// The filter behind an audience. kInvalidArgument unless exactly one kind is given; kNotFound for an unknown
// segment.
Result<domain::SegmentFilter> resolve_audience(db::Tx& tx, const domain::Audience& audience);

// The next customers after `after` that pass the filter as of `now` (one and the same for a whole audience),
// in the order of their ids, at most `limit`.
Result<std::vector<AudienceRow>> next_audience_rows(db::Tx& tx, const domain::SegmentFilter& filter, Time now,
                                                    int64_t after, int64_t limit);
Result<int64_t> count_audience(db::Tx& tx, const domain::SegmentFilter& filter, Time now);

// Takes away what was counted against customers' limits before that time, which no limit looks at any more;
// audiences still know when a customer was last sent something. How many rows went.
Result<int64_t> purge_frequency(db::Tx& tx, Time before);

}  // namespace yizhan::store
