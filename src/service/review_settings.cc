#include "service/review_settings.h"

#include "store/audit.h"
#include "store/queries.h"
#include "store/settings.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kReview = "review";  // the setting's name

// As it is stored.
struct StoredTarget {
  int64_t target_hours = 0;
};
BOOST_DESCRIBE_STRUCT(StoredTarget, (), (target_hours))

}  // namespace

Result<ReviewSettingsView> load_review_settings(db::Tx& tx) {
  ReviewSettingsView view;
  YZ_CHECK(tx.each(
      q::setting_get,
      [&](const db::Row& row) -> Result<> {
        const auto stored = json::decode<StoredTarget>(row.text(0));
        if (!stored)
          return fail(ErrorCode::kCorrupt,
                      "the settings of reviews cannot be read: " + stored.error().message,
                      std::string(kReview));
        view.target_hours = stored->target_hours;
        return {};
      },
      kReview));
  const auto [version, at] = YZ_TRY(store::written_setting(tx, kReview));
  view.version = version;
  if (at) view.updated_at = at;
  return view;
}

Result<ReviewSettingsView> ReviewSettings::get() const {
  return store_.db.read([](db::Tx& tx) { return load_review_settings(tx); });
}

Result<ReviewSettingsView> ReviewSettings::change(const Principal& by, std::optional<int64_t> version,
                                                  const ChangeReviewSettings& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<ReviewSettingsView> {
    YZ_TRY(store::take_setting(tx, kReview, version));
    const ReviewSettingsView before = YZ_TRY(load_review_settings(tx));
    YZ_CHECK(store::put_setting(tx, store_, kReview, before.version + 1,
                                json::encode(StoredTarget{request.target_hours}), by.person()));
    const json::Object detail{{"before", json::Object{{"target_hours", before.target_hours}}},
                              {"after", json::Object{{"target_hours", request.target_hours}}}};
    YZ_CHECK(store::append_audit(
        tx, store_, by.actor(),
        {.action = "setting.change_review", .object_type = "setting", .detail = json::serialize(detail)}));
    return load_review_settings(tx);
  });
}

}  // namespace yizhan::service
