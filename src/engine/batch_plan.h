#pragma once
// One batch as the dispatcher works it: its row and its approved text, parsed once. Immutable; shared between
// threads.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "db/tx.h"
#include "domain/sending_rules.h"
#include "engine/composer.h"

namespace yizhan::engine {

struct BatchPlan {
  int64_t id = 0;
  domain::BatchOrigin origin = domain::BatchOrigin::kCampaign;
  int64_t campaign_id = 0;
  int64_t content_version_id = 0;
  Bytes content_hash;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;
  int64_t channel_id = 0;  // with a route: its first choice, by whose form texts are counted beforehand
  int64_t route_id = 0;    // 0 = by channel_id alone
  std::string signature;
  domain::SendWindow window;
  int64_t segments_per_second = 0;  // 0 = the channel's
  int64_t failure_pause_percent = 0;
  int64_t first_message_id = 0, last_message_id = 0;
  Time started_at;                               // zero = not yet
  Time expires_at;                               // its messages leave before it; zero = by their class alone
  std::vector<domain::FrequencyRule> frequency;  // beside the company's
  Composer composer;

  domain::Lane lane() const { return domain::lane_of(origin, message_class); }

  // Composes and screens what one recipient would read: the one way to a text, in the pre-send test and when
  // sending. `form` is that of the channel by which it would go, as the channel is now. Without `screen`
  // nothing passes.
  Composer::Outcome compose(const Recipient& recipient, const TextForm& form, uint16_t reference,
                            const ScreenRendered& screen, std::string& text,
                            text::SegmentList& segments) const;
};

// Null when there is no such batch; kCorrupt when its text does not parse.
Result<std::shared_ptr<const BatchPlan>> load_batch_plan(db::Tx& tx, int64_t batch_id);

// Parses content_version.variables. kCorrupt on anything else than what the content service writes.
Result<std::vector<domain::Variable>> parse_variables(std::string_view json);
std::string serialize_variables(const std::vector<domain::Variable>& variables);

// batch.frequency: the campaign's own rules. Empty = none.
Result<std::vector<domain::FrequencyRule>> parse_campaign_frequency(std::string_view json,
                                                                    domain::MessageClass message_class);
std::string serialize_campaign_frequency(const std::vector<domain::FrequencyRule>& rules);

// How texts are made for a channel. Of one that is not there any more: as SMPP's, nothing leaves by it.
Result<TextForm> load_form(db::Tx& tx, int64_t channel_id);
// The composer of a content version; kNotFound when there is none.
Result<Composer> load_composer(db::Tx& tx, int64_t content_version_id);

}  // namespace yizhan::engine
