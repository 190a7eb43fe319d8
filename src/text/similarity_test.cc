#include "text/similarity.h"

#include <gtest/gtest.h>

namespace yizhan::text {
namespace {

double between(std::string_view a, std::string_view b) { return Bigrams(a).similarity(Bigrams(b)); }

TEST(Similarity, CountsPairsOfCharacters) {
  EXPECT_DOUBLE_EQ(between("会员续费优惠", "会员续费优惠"), 1);
  EXPECT_DOUBLE_EQ(between("会员续费", "会员退费"), 1.0 / 5);  // of 会员 员续 续费 员退 退费
  EXPECT_DOUBLE_EQ(between("abc", "bcd"), between("bcd", "abc"));
  EXPECT_DOUBLE_EQ(between("会员", "续费"), 0);
}

TEST(Similarity, RepetitionCountsOnce) {
  EXPECT_DOUBLE_EQ(between("ababab", "abab"), 1);
  EXPECT_DOUBLE_EQ(between("aaaa", "aa"), 1);
}

TEST(Similarity, ShortTextsAreLikeNothing) {
  EXPECT_EQ(between("", ""), 0);
  EXPECT_EQ(between("会", "会"), 0);
  EXPECT_EQ(between("会", "会员"), 0);
}

}  // namespace
}  // namespace yizhan::text
