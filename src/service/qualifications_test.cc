#include "service/qualifications.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/service_store.h"

namespace yizhan::service {
namespace {

class QualificationsTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
  }
  Qualifications qualifications(Qualifications::Kinds kinds = {}) {
    return Qualifications(store(), *evidence_, std::move(kinds));
  }
  std::string file(const std::string& content) {
    const std::string path = folder_.file("document");
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  NewQualification licence(int64_t valid_days = 365) {
    return {"办学许可证",       "民办学校办学许可证", "沪-001",
            "上海市教育委员会", clock_.now(),         clock_.now() + days(valid_days)};
  }
  Result<QualificationView> add(const NewQualification& request, const std::string& content = "%PDF-1.7 x") {
    return qualifications().add(who_, request, file(content), "licence.pdf");
  }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorCode code, std::string_view field) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field) << result.error().message;
  }
  static std::vector<BindingSector> sector(std::vector<std::vector<std::string>> asked) {
    BindingSector one;
    one.id = "cn.sector.education";
    one.required_qualifications = std::move(asked);
    return {one};
  }
  Result<QualificationView> add(const std::string& kind, int64_t valid_days) {
    NewQualification request = licence(valid_days);
    request.kind = kind;
    return add(request);
  }
  std::vector<QualificationNeed> needs(const std::vector<BindingSector>& sectors) {
    auto found = db().read([&](db::Tx& tx) { return qualification_needs(tx, sectors, clock_.now()); });
    EXPECT_TRUE(found) << (found ? "" : to_string(found.error()));
    return found.value_or(std::vector<QualificationNeed>{});
  }

  testing::TemporaryFolder folder_;
  std::optional<EvidenceFiles> evidence_;
  const Principal who_{store::ActorKind::kUser, 13, "u13", {}, {}};
};

YIZHAN_FOR_EACH_STORE(QualificationsTest);

TEST_P(QualificationsTest, AreKeptWithTheirFileAndRevokedForAReason) {
  const auto added = add(licence());
  ASSERT_TRUE(added) << to_string(added.error());
  EXPECT_EQ(added->kind, "办学许可证");
  EXPECT_EQ(added->standing, QualificationStanding::kValid);
  EXPECT_EQ(added->media_type, "application/pdf");
  EXPECT_EQ(added->bytes, 10);
  EXPECT_EQ(added->created_by, UserId{who_.id});
  EXPECT_EQ(added->live_contents, 0);
  const std::string copy = folder_.file("copy");
  ASSERT_TRUE(qualifications().restore_file(added->id, copy));
  std::ostringstream restored;
  restored << std::ifstream(copy).rdbuf();
  EXPECT_EQ(restored.str(), "%PDF-1.7 x");
  const auto revoked = qualifications().revoke(who_, added->id, {"被吊销"});
  ASSERT_TRUE(revoked) << to_string(revoked.error());
  EXPECT_EQ(revoked->standing, QualificationStanding::kRevoked);
  EXPECT_EQ(revoked->revoke_reason, "被吊销");
  EXPECT_EQ(revoked->revoked_by, UserId{who_.id});
  expect_refused(qualifications().revoke(who_, added->id, {"再次"}), ErrorCode::kWrongState, "standing");
  expect_refused(qualifications().revoke(who_, QualificationId{1}, {"x"}), ErrorCode::kNotFound, "");
  expect_refused(qualifications().get(QualificationId{1}), ErrorCode::kNotFound, "");
  EXPECT_EQ(actions(), (std::vector<std::string>{"qualification.add", "qualification.revoke"}));
}

TEST_P(QualificationsTest, AFileIsWhatItsContentSays) {
  EXPECT_EQ(add(licence(), "\x89PNG\r\n\x1a\n....")->media_type, "image/png");
  EXPECT_EQ(add(licence(), "\xff\xd8\xff\xe0 jpeg")->media_type, "image/jpeg");
  expect_refused(add(licence(), "<html>%PDF-"), ErrorCode::kUnsupportedMedia, "file");
  expect_refused(add(licence(), ""), ErrorCode::kUnsupportedMedia, "file");
  expect_refused(add(licence(), "%PDF-" + std::string(limits::kQualificationBytes, 'x')),
                 ErrorCode::kTooLarge, "file");
  EXPECT_EQ(count("SELECT count(*) FROM qualification"), 2);
}

TEST_P(QualificationsTest, KindsAreThoseThatSectorsRequire) {
  const auto known = qualifications(
      []() -> Result<std::vector<std::string>> { return std::vector<std::string>{"金融许可证"}; });
  expect_refused(known.add(who_, licence(), file("%PDF-"), "x.pdf"), ErrorCode::kInvalidArgument, "/kind");
  const auto closed = qualifications(
      []() -> Result<std::vector<std::string>> { return fail(ErrorCode::kUnavailable, "no packs"); });
  expect_refused(closed.add(who_, licence(), file("%PDF-"), "x.pdf"), ErrorCode::kUnavailable, "");
  NewQualification backwards = licence(0);
  expect_refused(add(backwards), ErrorCode::kInvalidArgument, "/valid_until");
  backwards.valid_until = {};
  EXPECT_FALSE(add(backwards)->valid_until);
}

TEST_P(QualificationsTest, StandAsTimeGoesBy) {
  NewQualification later = licence(100);
  later.valid_from = clock_.now() + days(1);
  const auto id = add(later)->id;
  const auto standing = [&] { return qualifications().get(id)->standing; };
  EXPECT_EQ(standing(), QualificationStanding::kNotYetValid);
  clock_.advance(days(1));
  EXPECT_EQ(standing(), QualificationStanding::kValid);
  clock_.advance(days(69));
  EXPECT_EQ(standing(), QualificationStanding::kExpiring);
  clock_.advance(Duration{days(30).us - 1});
  EXPECT_EQ(standing(), QualificationStanding::kExpiring);
  clock_.advance(Duration{1});
  EXPECT_EQ(standing(), QualificationStanding::kExpired);
}

TEST_P(QualificationsTest, OneOfEachKindIsReliedOn) {
  const auto sectors = sector({{"办学许可证"}, {"金融许可证"}});
  auto asked = needs(sectors);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_FALSE(asked[0].standing);
  expect_refused(check_qualifications(asked), ErrorCode::kQualificationMissing, "qualifications");
  const auto first = add(licence(10))->id, longer = add(licence(20))->id;
  asked = needs(sectors);
  EXPECT_EQ(asked[0].document->id, longer) << "the one that is valid longest";
  expect_refused(check_qualifications(asked), ErrorCode::kQualificationMissing, "qualifications");
  const auto only = sector({{"办学许可证"}});
  EXPECT_EQ(check_qualifications(needs(only)).value(), std::vector<QualificationId>{longer});
  ASSERT_TRUE(qualifications().revoke(who_, longer, {"x"}));
  EXPECT_EQ(check_qualifications(needs(only)).value(), std::vector<QualificationId>{first});
  clock_.advance(days(10));
  expect_refused(check_qualifications(needs(only)), ErrorCode::kQualificationExpired, "qualifications");
  const auto both = check_qualifications(needs(sectors));
  expect_refused(both, ErrorCode::kQualificationMissing, "qualifications");
  EXPECT_NE(both.error().message.find("expired: 办学许可证"), std::string::npos);
  EXPECT_TRUE(check_qualifications(needs({}))->empty());
}

// A bank shows its licence, a lender of small sums another one.
TEST_P(QualificationsTest, OfSeveralThatWouldDoTheBestIsReliedOn) {
  const std::vector<std::string> lenders{"金融许可证", "小额贷款经营许可"};
  const auto credit = sector({lenders});
  auto asked = needs(credit);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].kinds, lenders);
  EXPECT_FALSE(asked[0].standing);
  auto open = check_qualifications(asked);
  expect_refused(open, ErrorCode::kQualificationMissing, "qualifications");
  EXPECT_NE(open.error().message.find("金融许可证 or 小额贷款经营许可"), std::string::npos);

  ASSERT_TRUE(add("办学许可证", 400));
  EXPECT_FALSE(needs(credit)[0].standing) << "of another kind";
  const auto small = add("小额贷款经营许可", 50)->id;
  EXPECT_EQ(check_qualifications(needs(credit)).value(), std::vector<QualificationId>{small});
  const auto bank = add("金融许可证", 40)->id;
  EXPECT_EQ(needs(credit)[0].document->id, small) << "the one that is valid longest";
  ASSERT_TRUE(qualifications().revoke(who_, small, {"x"}));
  EXPECT_EQ(check_qualifications(needs(credit)).value(), std::vector<QualificationId>{bank});
  clock_.advance(days(40));
  asked = needs(credit);
  EXPECT_EQ(asked[0].standing, QualificationStanding::kExpired) << "better than what was revoked";
  expect_refused(check_qualifications(asked), ErrorCode::kQualificationExpired, "qualifications");
}

TEST_P(QualificationsTest, WhatMeetsTwoNeedsIsReliedOnOnce) {
  auto sectors = sector({{"金融许可证", "小额贷款经营许可"}});
  BindingSector other;
  other.id = "cn.sector.investment";
  other.required_qualifications = {{"金融许可证"}, {"金融许可证", "小额贷款经营许可"}};
  sectors.push_back(other);
  const auto bank = add("金融许可证", 40)->id;
  const auto asked = needs(sectors);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].sectors, (std::vector<std::string>{"cn.sector.education", "cn.sector.investment"}));
  EXPECT_EQ(asked[1].kinds, std::vector<std::string>{"金融许可证"});
  EXPECT_EQ(check_qualifications(asked).value(), std::vector<QualificationId>{bank});
}

TEST_P(QualificationsTest, AreListedByPages) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add(licence()));
  NewQualification other = licence();
  other.kind = "金融许可证";
  ASSERT_TRUE(add(other));
  const auto first = qualifications().list({.limit = 3});
  ASSERT_TRUE(first && first->next_after);
  EXPECT_EQ(first->items.size(), 3u);
  EXPECT_EQ(first->items[0].kind, "金融许可证");
  const auto rest = qualifications().list({.limit = 3, .after = first->next_after});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->items.size(), 1u);
  EXPECT_FALSE(rest->next_after);
  EXPECT_EQ(qualifications().list({.kind = "办学许可证"})->items.size(), 3u);
}

}  // namespace
}  // namespace yizhan::service
