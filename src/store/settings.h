#pragma once
// The company's settings: JSON values by name, with typed defaults. Read often, changed rarely; every change
// is audited by the service that makes it.

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/sending_rules.h"
#include "store/store.h"

namespace yizhan::store {

// What the engine and the services go by. Defaults are the field's (docs/policy).
struct SendingSettings {
  std::vector<domain::FrequencyRule> frequency = domain::default_frequency_rules();
  domain::SendWindow marketing_window{9 * 60, 20 * 60};  // other classes: the whole day
  Duration receipt_overdue = hours(72);
  Duration test_expiry = hours(24);
  int64_t failure_pause_percent = 30;
  int64_t failure_pause_minimum = 100;  // outcomes before the rate counts
  bool emergency_stop = false;
};

Result<SendingSettings> load_sending_settings(db::Tx& tx);
Result<> save_sending_settings(db::Tx& tx, const Store& store, const SendingSettings& settings,
                               int64_t user_id);

}  // namespace yizhan::store
