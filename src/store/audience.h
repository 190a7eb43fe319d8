#pragma once
// Turns an audience into rows: the one place where a segment filter becomes SQL. One thread per Tx.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/tx.h"
#include "domain/audience.h"
#include "domain/sending_rules.h"
#include "store/store.h"

namespace yizhan::store {

// The condition that customer c is one whom an import held; the id as the text has it, such as "$1".
std::string held_by_import(const std::string& import_id);

// A customer as an audience needs it, still sealed.
struct AudienceRow {
  int64_t customer_id = 0;
  Bytes number_sealed;
  Bytes profile_sealed;  // may be empty
  int64_t carrier = 0;
  std::string city, member_level, attributes;
};

// The filter behind an audience. kInvalidArgument unless exactly one kind is given; kNotFound for an unknown
// segment or import, kWrongState for an import that is not finished.
Result<domain::SegmentFilter> resolve_audience(db::Tx& tx, const domain::Audience& audience);

// The next customers after `after` that pass the filter as of `now` (one and the same for a whole audience),
// in the order of their ids, at most `limit`.
Result<std::vector<AudienceRow>> next_audience_rows(db::Tx& tx, const domain::SegmentFilter& filter, Time now,
                                                    int64_t after, int64_t limit);
Result<int64_t> count_audience(db::Tx& tx, const domain::SegmentFilter& filter, Time now);

// Takes away what was counted against customers' limits and no limit looks at any more (rows of
// frequency_use: customer, class, time, message); audiences still know when a customer was last sent
// something.
Result<> forget_frequency_uses(db::Tx& tx, const db::Columns& uses);

// Whom a question is about: the customers that a filter finds now, or those that a batch has fixed.
struct Recipients {
  domain::SegmentFilter filter;  // unless there is a batch
  int64_t batch_id = 0, first_message_id = 0, last_message_id = 0;
};

// Recipients who stand alike at the consent gate.
struct ConsentGroup {
  bool suppressed = false;
  int64_t of_class = 0, of_purpose = 0;  // domain::ConsentKind, 0 = none recorded
  int64_t recipients = 0;
};
// The groups of all recipients; one pass over them.
Result<std::vector<ConsentGroup>> consent_groups(db::Tx& tx, const Recipients& whom,
                                                 domain::MessageClass message_class, std::string_view purpose,
                                                 Time now);

// For each of `rules`, which are of the one class, how many recipients have had its maximum in its span up to
// `now`; one pass over them.
Result<std::vector<int64_t>> recipients_at_limit(db::Tx& tx, const Recipients& whom,
                                                 domain::MessageClass message_class,
                                                 std::span<const domain::FrequencyRule> rules, Time now);

}  // namespace yizhan::store
