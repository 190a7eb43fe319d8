#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "domain/access.h"
#include "domain/campaign.h"
#include "domain/carrier_code.h"
#include "domain/consent.h"
#include "domain/content.h"
#include "domain/sending_rules.h"

namespace yizhan::domain {
namespace {

TEST(MessageState, FinalStatesEndThere) {
  for (const MessageState from : values_of(MessageState{}))
    for (const MessageState to : values_of(MessageState{}))
      if (from == MessageState::kDelivered || from == MessageState::kFailed || from == MessageState::kRefused)
        EXPECT_FALSE(may_become(from, to)) << name_of(from) << " -> " << name_of(to);
  // What is unknown may be told by the carrier, never sent again.
  EXPECT_FALSE(may_become(MessageState::kUnknown, MessageState::kQueued));
  EXPECT_FALSE(may_become(MessageState::kUnknown, MessageState::kInFlight));
  // What was accepted goes again only because a receipt says that it did not arrive.
  EXPECT_TRUE(may_become(MessageState::kSent, MessageState::kQueued));
  EXPECT_FALSE(may_become(MessageState::kExpired, MessageState::kQueued));
}

TEST(MessageState, EveryStateIsReachedFromHeld) {
  int64_t reached = int64_t{1} << static_cast<int>(MessageState::kHeld);
  for (size_t round = 0; round < values_of(MessageState{}).size(); ++round)
    for (const MessageState to : values_of(MessageState{}))
      if ((sources_of(to) & reached) != 0) reached |= int64_t{1} << static_cast<int>(to);
  for (const MessageState s : values_of(MessageState{}))
    EXPECT_TRUE(reached >> static_cast<int>(s) & 1) << name_of(s);
}

TEST(CampaignState, NoRunWithoutATest) {
  for (const CampaignState from : values_of(CampaignState{}))
    if (may_become(from, CampaignState::kRunning))
      EXPECT_TRUE(from == CampaignState::kReady || from == CampaignState::kScheduled ||
                  from == CampaignState::kPaused)
          << name_of(from);
}

TEST(ContentState, ApprovalOnlyAfterSubmission) {
  for (const ContentState from : values_of(ContentState{}))
    EXPECT_EQ(may_become(from, ContentState::kApproved),
              from == ContentState::kSubmitted || from == ContentState::kSecondReview)
        << name_of(from);
}

// Whatever way a content takes: what is with compliance stays as it is until compliance has decided, and an
// approval comes after a submission of the very version, over a second review or not.
TEST(ContentState, EveryWayToAnApprovalLeadsOverCompliance) {
  const auto with_compliance = [](ContentState s) {
    return s == ContentState::kSubmitted || s == ContentState::kSecondReview;
  };
  std::mt19937 random(20260101);
  std::vector<ContentState> next;
  std::map<ContentState, int> reached;
  ContentState state = ContentState::kDraft;
  bool submitted = false;  // since the last save
  for (int step = 0; step < 20'000; ++step) {
    next.clear();
    for (const ContentState to : values_of(ContentState{}))
      if (may_become(state, to)) next.push_back(to);
    ASSERT_FALSE(next.empty()) << name_of(state) << " leads nowhere";
    const ContentState to = next[random() % next.size()];
    if (with_compliance(state)) {
      EXPECT_NE(to, ContentState::kDraft);
      EXPECT_NE(to, ContentState::kWithdrawn);
    }
    if (to == ContentState::kSecondReview) EXPECT_EQ(state, ContentState::kSubmitted);
    if (to == ContentState::kDraft) submitted = false;
    if (to == ContentState::kSubmitted) submitted = true;
    if (to == ContentState::kApproved || to == ContentState::kRejected) EXPECT_TRUE(submitted);
    ++reached[to];
    state = to;
  }
  for (const ContentState s : values_of(ContentState{})) EXPECT_GT(reached[s], 0) << name_of(s);
}

TEST(Access, DepartmentsAreKeptApart) {
  const Roles marketing = Roles{}.with(Role::kMarketing), compliance = Roles{}.with(Role::kCompliance);
  const Roles technology = Roles{}.with(Role::kTechnology),
              administrator = Roles{}.with(Role::kAdministrator);
  EXPECT_TRUE(allowed(marketing, Permission::kContentWrite));
  EXPECT_FALSE(allowed(marketing, Permission::kContentReview));
  EXPECT_FALSE(allowed(marketing, Permission::kCampaignStart));
  EXPECT_TRUE(allowed(compliance, Permission::kContentReview));
  EXPECT_FALSE(allowed(compliance, Permission::kContentWrite));
  EXPECT_TRUE(allowed(technology, Permission::kCampaignStart));
  EXPECT_FALSE(allowed(technology, Permission::kCustomerReveal));
  EXPECT_FALSE(allowed(administrator, Permission::kCustomerRead));
  EXPECT_FALSE(allowed(Roles{}, Permission::kSelf));
}

TEST(Access, AuditorOnlyReads) {
  const Roles auditor = Roles{}.with(Role::kAuditor);
  for (const Permission p :
       {Permission::kContentWrite, Permission::kContentReview, Permission::kCampaignStart,
        Permission::kCampaignControl, Permission::kEmergencyStop, Permission::kUserManage,
        Permission::kSettingWrite, Permission::kConsentRecord, Permission::kCustomerImport})
    EXPECT_FALSE(allowed(auditor, p)) << name_of(p);
  EXPECT_TRUE(allowed(auditor, Permission::kAuditRead));
}

TEST(Consent, ImportNeverBringsBack) {
  EXPECT_FALSE(may_record(ConsentKind::kWithdrawn, ConsentKind::kGranted, ConsentSource::kImport));
  EXPECT_FALSE(may_record(ConsentKind::kRefused, ConsentKind::kGranted, ConsentSource::kImport));
  EXPECT_TRUE(may_record(ConsentKind::kGranted, ConsentKind::kWithdrawn, ConsentSource::kImport));
  EXPECT_TRUE(may_record(ConsentKind::kWithdrawn, ConsentKind::kGranted, ConsentSource::kOperator));
}

TEST(Consent, OptOutWords) {
  for (const char* text : {"R",           "r",      " Ｒ ",   "T",        "TD",          "td.",
                           "Ｔｄ",        "退订",   "退订！", "我要退订", "STOP",        "Stop. Thank you",
                           "stop please", "N",      "取消",   "【退订】", "UNSUBSCRIBE", "Opt-out",
                           "T。",         "TD谢谢", "拒收"})
    EXPECT_EQ(classify_reply(text), InboundKind::kOptOut) << text;
  for (const char* text : {"谢谢", "Really?", "今天取消不了吧，明天再说好吗，我还没有想好要不要参加", "to",
                           "", "  ", "1", "Nice", "Tomorrow", "能不能不要周末发，平时可以"})
    EXPECT_EQ(classify_reply(text), InboundKind::kOther) << text;
  EXPECT_EQ(classify_reply("START"), InboundKind::kOptIn);
  EXPECT_EQ(classify_reply("帮助"), InboundKind::kHelp);
}

TEST(Content, CanonicalFormHasNoTwoReadings) {
  ContentText a{.signature = "ab", .body = "c"}, b{.signature = "a", .body = "bc"};
  EXPECT_NE(canonical(a), canonical(b));
  b = a;
  b.variables.push_back({"name", 10, ""});
  EXPECT_NE(canonical(a), canonical(b));
}

TEST(SendWindow, RecipientsZoneDecides) {
  const Hours nine_to_eight{.batch = {9 * 60, 20 * 60}};
  const Time ten_in_shanghai = parse_rfc3339("2026-03-02T10:00:00+08:00").value();
  EXPECT_EQ(window_state(nine_to_eight, "CN", "Asia/Shanghai", ten_in_shanghai), WindowState::kOpen);
  EXPECT_EQ(window_state(nine_to_eight, "GB", "Europe/London", ten_in_shanghai), WindowState::kClosed);
  EXPECT_EQ(window_state(nine_to_eight, "", "", ten_in_shanghai), WindowState::kZoneUnknown);
  EXPECT_EQ(window_state(nine_to_eight, "", "Mars/Base", ten_in_shanghai), WindowState::kZoneUnknown);
  EXPECT_EQ(to_rfc3339(window_opens_at(nine_to_eight, "GB", "Europe/London", ten_in_shanghai)),
            "2026-03-02T09:00:00Z");
  const Time night = parse_rfc3339("2026-03-02T20:00:00+08:00").value();
  EXPECT_EQ(window_state(nine_to_eight, "CN", "Asia/Shanghai", night), WindowState::kClosed);
  EXPECT_EQ(to_rfc3339(window_opens_at(nine_to_eight, "CN", "Asia/Shanghai", night)), "2026-03-03T01:00:00Z");
}

TEST(Frequency, RollingWindowToTheMicrosecond) {
  const std::vector<FrequencyRule> rules{{MessageClass::kMarketing, days(1), 1},
                                         {MessageClass::kMarketing, days(7), 2}};
  const Time now = parse_rfc3339("2026-03-09T10:00:00+08:00").value();
  const auto exceeded = [&](std::vector<Time> used) {
    return frequency_exceeded(rules, MessageClass::kMarketing, used, now);
  };
  EXPECT_FALSE(exceeded({}));
  EXPECT_TRUE(exceeded({now - days(1) + microseconds(1)}));
  EXPECT_FALSE(exceeded({now - days(1)}));
  EXPECT_TRUE(exceeded({now - days(2), now - days(3)}));
  EXPECT_FALSE(frequency_exceeded(rules, MessageClass::kNotification, std::vector<Time>{now, now}, now));
  EXPECT_EQ(longest_span(rules, MessageClass::kMarketing), days(7));
}

TEST(CarrierCode, DefaultsAreUnique) {
  const auto codes = default_carrier_codes();
  for (size_t i = 0; i < codes.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(codes[i].stage == codes[j].stage && codes[i].code == codes[j].code);
}

}  // namespace
}  // namespace yizhan::domain
