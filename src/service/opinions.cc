#include "service/opinions.h"

#include <algorithm>

#include "service/content_rows.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr const char* kWritten = "written";

Result<OpinionView> load_opinion(db::Tx& tx, ContentId id, ReviewId review_id) {
  ContentView content = YZ_TRY(load_content_view(tx, id));
  const auto review = std::ranges::find(content.reviews, review_id, &ReviewView::id);
  if (review == content.reviews.end() || !review->opinion_number)
    return fail(ErrorCode::kNotFound, "the content has no such opinion");
  const auto version = YZ_TRY(load_content_version(tx, id, review->version_number));
  const auto stored =
      YZ_TRY(tx.one(q::content_review_basis, [](const db::Row& r) { return r.string(0); }, review_id));
  if (stored && !stored->empty())
    return OpinionView{std::move(*review), version.text, YZ_TRY(json::decode<OpinionBasis>(*stored)),
                       BasisTime::kAsDecided};
  return OpinionView{std::move(*review), version.text, YZ_TRY(opinion_basis(tx, content, review_id)),
                     BasisTime::kAsNow};
}

}  // namespace

Result<OpinionBasis> opinion_basis(db::Tx& tx, const ContentSummary& content, ReviewId review) {
  OpinionBasis basis;
  basis.content_name = content.name;
  int64_t number = 0;
  YZ_CHECK(tx.each(
      q::content_review_hands,
      [&](const db::Row& r) {
        const auto kind = r.i64(0);
        number = r.i64(4);
        basis.hands.push_back({kind == 0 ? kWritten : std::string(name_of(r.as<domain::ReviewKind>(0))),
                               kind == 0 ? "" : std::string(name_of(r.as<domain::ReviewDecision>(1))),
                               r.string(2), r.time(3)});
      },
      review));
  ContentVersionView version = YZ_TRY(load_content_version(tx, content.id, number));
  basis.carries_personal_data = version.carries_personal_data;
  basis.screening = std::move(version.screening);
  return basis;
}

Result<OpinionView> Opinions::get(ContentId content, ReviewId review) const {
  return store_.db.read([&](db::Tx& tx) { return load_opinion(tx, content, review); });
}

Result<OpinionFile> Opinions::pdf(ContentId content, ReviewId review, Language language) const {
  const OpinionView opinion = YZ_TRY(get(content, review));
  return OpinionFile{*opinion.review.opinion_number,
                     YZ_TRY(pdf::render(opinion_document(opinion, language)))};
}

}  // namespace yizhan::service
