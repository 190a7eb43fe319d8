#pragma once
// The numbered opinion of a compliance review (policy 3.1.4) as a document: what was decided, by whom and
// when, on which version, on what grounds. What an opinion says is fixed when it is decided: names and
// findings that change later do not change it, so it is the same bytes whenever it is asked for. Blocking
// (some tens of milliseconds of work); any thread.

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "pdf/document.h"
#include "service/contents.h"
#include "service/words.h"

namespace yizhan::service {

// One who had to do with the version: `step` is "written" or a kind of review.
struct OpinionHand {
  std::string step;
  std::string decision;  // of a review
  std::string name;      // as it was then; empty: the system
  Time at;
};
BOOST_DESCRIBE_STRUCT(OpinionHand, (), (step, decision, name, at))

// What a review does not hold itself and what might change after it, as of the decision.
struct OpinionBasis {
  std::string content_name;
  bool carries_personal_data = false;
  ScreeningView screening;
  std::vector<OpinionHand> hands;  // in their order; the last is who decided
};
BOOST_DESCRIBE_STRUCT(OpinionBasis, (), (content_name, carries_personal_data, screening, hands))

// Of the review, its own hand included.
Result<OpinionBasis> opinion_basis(db::Tx& tx, const ContentSummary& content, ReviewId review);

// Of when the basis of an opinion is. kAsNow: nobody kept it, the opinion is older than that.
enum class BasisTime : uint8_t { kAsDecided, kAsNow };
BOOST_DESCRIBE_ENUM(BasisTime, kAsDecided, kAsNow)

struct OpinionView {
  ReviewView review;
  ContentTextSpec text;  // of the version that was decided on
  OpinionBasis basis;
  BasisTime basis_time = BasisTime::kAsDecided;
  static constexpr json::Rule kRules[] = {
      {.member = "basis",
       .description = "names and findings as of the decision; nothing that changes later changes them"},
      {.member = "basis_time",
       .description = "as_now: of an opinion from before its basis was kept, shown as things are now"}};
};
BOOST_DESCRIBE_STRUCT(OpinionView, (), (review, text, basis, basis_time))

// Pure.
pdf::Document opinion_document(const OpinionView& opinion, Language language);

struct OpinionFile {
  std::string number;
  std::string bytes;
};

class Opinions {
 public:
  explicit Opinions(const store::Store& store) : store_(store) {}

  // What the numbered opinion says. kNotFound for a review that is none of the content's or has no opinion.
  Result<OpinionView> get(ContentId content, ReviewId review) const;
  // The same as a document; kUnavailable without the font.
  Result<OpinionFile> pdf(ContentId content, ReviewId review, Language language) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
