#pragma once
// The company's settings: JSON values by name, with typed defaults. Read often, changed rarely; every change
// is audited by the service that makes it, and every version is kept (table setting_version).

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/sending_rules.h"
#include "store/store.h"

namespace yizhan::store {

// The parts of the settings that gates go by.
#define YIZHAN_RULE_PARTS(X)    \
  X(kFrequency, 0, "frequency") \
  X(kWindows, 1, "windows")     \
  X(kHolidays, 2, "holidays")   \
  X(kValidity, 3, "validity")   \
  X(kNotice, 4, "notice")       \
  X(kEmergencyStop, 5, "emergency_stop")
YIZHAN_ENUM(RulePart, YIZHAN_RULE_PARTS)
inline constexpr size_t kRuleParts = values_of(RulePart{}).size();

// Why all sending is halted.
#define YIZHAN_STOP_CAUSES(X) \
  X(kByHand, 0, "by_hand")    \
  X(kRestoredBackup, 1, "restored_backup") /* the database is older than, or another than, what was here */
YIZHAN_ENUM(StopCause, YIZHAN_STOP_CAUSES)

// What the engine and the services go by. Defaults are the field's (docs/policy).
struct SendingSettings {
  std::vector<domain::FrequencyRule> frequency = domain::default_frequency_rules();
  // Classes without a row: the whole day.
  std::vector<domain::WindowRule> windows{{.message_class = domain::MessageClass::kMarketing,
                                           .region = {},
                                           .window = {9 * 60, 20 * 60},
                                           .days = domain::kEveryDay}};
  std::vector<domain::Holiday> holidays;  // by day, then region
  domain::Validity validity;
  // The audience of marketing above which its frequency is announced first (policy 4.2.3); 0 = never.
  int64_t notice_threshold = 100'000;
  Duration receipt_overdue = hours(72);
  Duration test_expiry = hours(24);
  Duration schedule_grace = minutes(30);  // later than that a missed schedule asks people first
  int64_t failure_pause_percent = 30;
  int64_t failure_pause_minimum = 100;  // outcomes before the rate counts
  int64_t filing_warning_days = 30;     // before its end, a signature's filing is a task
  bool emergency_stop = false;
  StopCause stop_cause = StopCause::kByHand;  // while it lasts

  int64_t version = 0;  // 0: the defaults, never saved
  // The version that last changed each part.
  std::array<int64_t, kRuleParts> part_versions{};
  int64_t version_of(RulePart part) const { return part_versions[static_cast<size_t>(part)]; }
};

Result<SendingSettings> load_sending_settings(db::Tx& tx);
// The same without a copy; parsed anew only when they have changed. kCorrupt, as above, when they cannot be
// read: then nothing is sent.
Result<std::shared_ptr<const SendingSettings>> share_sending_settings(db::Tx& tx);
// As they stood at `at`.
Result<std::shared_ptr<const SendingSettings>> sending_settings_at(db::Tx& tx, Time at);
// Parses a stored value of the given version.
Result<SendingSettings> parse_sending_settings(std::string_view text, int64_t version);

// Of any setting: its version and when that was written, zero when it was never changed.
struct WrittenSetting {
  int64_t version = 0;
  Time at;
};
Result<WrittenSetting> written_setting(db::Tx& tx, std::string_view name);
// The same to change it: until the end of the transaction nobody else does. kVersionConflict ("version") when
// it is not the version that was expected.
Result<WrittenSetting> take_setting(db::Tx& tx, std::string_view name, std::optional<int64_t> expected);
// Its value of that version, the next one, also into the history.
Result<> put_setting(db::Tx& tx, const Store& store, std::string_view name, int64_t version,
                     std::string_view value, int64_t user_id);

// Writes them as the next version, and that version into the history.
Result<> save_sending_settings(db::Tx& tx, const Store& store, const SendingSettings& settings,
                               int64_t user_id);

}  // namespace yizhan::store
