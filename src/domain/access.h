#pragma once
// Who may do what: roles (departments, administrator, auditor) and the one table of their permissions. Pure.

#include <cstdint>

#include "domain/names.h"

namespace yizhan::domain {

#define YIZHAN_ROLES(X)                      \
  X(kMarketing, 1, "marketing")              \
  X(kTechnology, 2, "technology")            \
  X(kCustomerService, 3, "customer_service") \
  X(kCompliance, 4, "compliance")            \
  X(kAdministrator, 5, "administrator")      \
  X(kAuditor, 6, "auditor")
YIZHAN_ENUM(Role, YIZHAN_ROLES)

// A set of roles, stored as a bit set.
struct Roles {
  int64_t bits = 0;
  constexpr bool has(Role r) const { return (bits >> static_cast<int>(r)) & 1; }
  constexpr Roles with(Role r) const { return {bits | (int64_t{1} << static_cast<int>(r))}; }
};

// X(enumerator, number, name, roles that hold it: M T S C A U = marketing, technology, customer Service,
// compliance, Administrator, aUditor). The policy clause that asks for the split is in docs/policy.
#define YIZHAN_PERMISSION_TABLE(X)                        \
  X(kSelf, 1, "self", "MTSCAU")                           \
  X(kCustomerRead, 2, "customer.read", "MTSCU")           \
  X(kCustomerReveal, 3, "customer.reveal", "SC")          \
  X(kCustomerImport, 4, "customer.import", "MT")          \
  X(kConsentRead, 5, "consent.read", "MSCU")              \
  X(kConsentRecord, 6, "consent.record", "MS")            \
  X(kSuppressionWrite, 7, "suppression.write", "SC")      \
  X(kSegmentWrite, 8, "segment.write", "M")               \
  X(kPreferenceWrite, 9, "preference.write", "S")         \
  X(kConsentRequest, 50, "consent.request", "MC")         \
  X(kConsentConfirm, 51, "consent.confirm", "S")          \
  X(kContentRead, 10, "content.read", "MTSCU")            \
  X(kContentWrite, 11, "content.write", "M")              \
  X(kContentFirstReview, 12, "content.first_review", "M") \
  X(kContentSubmit, 13, "content.submit", "M")            \
  X(kContentReview, 14, "content.review", "C")            \
  X(kQualificationRead, 15, "qualification.read", "MCAU") \
  X(kQualificationWrite, 16, "qualification.write", "CA") \
  X(kSignatureRead, 17, "signature.read", "MTSCAU")       \
  X(kSignatureWrite, 18, "signature.write", "M")          \
  X(kSignatureReview, 19, "signature.review", "C")        \
  X(kSignatureFile, 39, "signature.file", "T")            \
  X(kCampaignRead, 20, "campaign.read", "MTSCU")          \
  X(kCampaignPlan, 21, "campaign.plan", "M")              \
  X(kCampaignFreeze, 22, "campaign.freeze", "M")          \
  X(kCampaignHandOver, 23, "campaign.hand_over", "M")     \
  X(kCampaignParameters, 24, "campaign.parameters", "T")  \
  X(kCampaignTest, 25, "campaign.test", "T")              \
  X(kCampaignStart, 26, "campaign.start", "T")            \
  X(kCampaignControl, 27, "campaign.control", "TC")       \
  X(kNoticeWaive, 38, "notice.waive", "C")                \
  X(kEmergencyStop, 28, "emergency.stop", "MTSCA")        \
  X(kEmergencyRelease, 29, "emergency.release", "CA")     \
  X(kMonitor, 30, "monitor", "MTSCU")                     \
  X(kMessageRead, 31, "message.read", "TSCU")             \
  X(kChannelRead, 32, "channel.read", "TCAU")             \
  X(kChannelWrite, 33, "channel.write", "T")              \
  X(kApplicationRead, 36, "application.read", "TCAU")     \
  X(kApplicationWrite, 37, "application.write", "T")      \
  X(kReportRead, 34, "report.read", "MTCU")               \
  X(kReportAcknowledge, 35, "report.acknowledge", "M")    \
  X(kUserManage, 40, "user.manage", "A")                  \
  X(kApiKeyManage, 41, "api_key.manage", "A")             \
  X(kSettingRead, 42, "setting.read", "TCAU")             \
  X(kSettingWrite, 43, "setting.write", "A")              \
  X(kAuditRead, 44, "audit.read", "UC")                   \
  X(kMetricsRead, 45, "metrics.read", "TAU")

enum class Permission : uint8_t {
#define X(enumerator, number, name, roles) enumerator = number,
  YIZHAN_PERMISSION_TABLE(X)
#undef X
};

std::string_view name_of(Permission permission);
// The bit set of the roles that hold a permission.
int64_t holders_of(Permission permission);
inline bool allowed(Roles roles, Permission permission) { return (roles.bits & holders_of(permission)) != 0; }

}  // namespace yizhan::domain
