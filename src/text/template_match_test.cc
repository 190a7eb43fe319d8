#include "text/template_match.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace yizhan::text {
namespace {

using Values = std::vector<std::string_view>;

TemplateText parsed(std::string_view body, std::span<const VariableLimit> limits = {}) {
  return TemplateText::parse(body, limits).value();
}

// The values of a match; nothing when it differs.
std::optional<Values> match(const TemplateText& body, std::string_view text) {
  Values values;
  if (match_template(body, text, values) != TemplateMatch::kMatches) return std::nullopt;
  std::vector<std::optional<std::string_view>> given(values.begin(), values.end());
  std::string again;
  EXPECT_TRUE(body.render(given, again));
  EXPECT_EQ(again, text) << "what matches says what the template says";
  return values;
}

TEST(TemplateMatch, FindsWhatWasFilledIn) {
  const auto body = parsed("【驿站】您的验证码是{code}，{minutes}分钟内有效。");
  EXPECT_EQ(match(body, "【驿站】您的验证码是482913，5分钟内有效。"), (Values{"482913", "5"}));
  EXPECT_EQ(match(parsed("亲爱的{name}"), "亲爱的张三"), (Values{"张三"}));
  EXPECT_EQ(match(parsed("{name}，您好"), "李四，您好"), (Values{"李四"}));
  EXPECT_EQ(match(parsed("{all}"), "任何话"), (Values{"任何话"}));
  EXPECT_EQ(match(parsed("没有变量"), "没有变量"), Values{});
  EXPECT_EQ(match(parsed("{{{a}}}"), "{1}"), (Values{"1"}));
}

TEST(TemplateMatch, OtherWordsDiffer) {
  const auto body = parsed("您的验证码是{code}，请勿告诉他人。");
  for (const char* text : {"", "您的验证码是", "您的验证码是1", "您的验证码是1，请勿告诉他人",
                           "您的验证码是1，请勿告诉他人。快来买", "注意：您的验证码是1，请勿告诉他人。",
                           "您的验证码是1,请勿告诉他人。"})
    EXPECT_FALSE(match(body, text)) << text;
  EXPECT_FALSE(match(parsed("没有变量"), "没有变量了"));
  EXPECT_FALSE(match(parsed("没有变量"), "没有变"));
}

TEST(TemplateMatch, AGapIsNoValue) {
  EXPECT_FALSE(match(parsed("验证码{code}。"), "验证码。"));
  EXPECT_FALSE(match(parsed("{code}"), ""));
  EXPECT_FALSE(match(parsed("验证码{code}"), "验证码"));
}

TEST(TemplateMatch, TakesTheShortestThatLetsTheRestMatch) {
  EXPECT_EQ(match(parsed("{a}，{b}"), "一，二，三"), (Values{"一", "二，三"}));
  EXPECT_EQ(match(parsed("{a}，{b}。"), "一。，二。。"), (Values{"一。", "二。"}));
  EXPECT_EQ(match(parsed("{a}-{b}-x{c}"), "1-2-3-x4"), (Values{"1", "2-3", "4"}));
  EXPECT_EQ(match(parsed("{a}ab"), "abab"), (Values{"ab"}));
}

TEST(TemplateMatch, KeepsToTheLimitsOfVariables) {
  const VariableLimit limits[] = {{"name", 3}};
  const auto body = parsed("{name}您好", limits);
  EXPECT_EQ(match(body, "欧阳修您好"), (Values{"欧阳修"}));
  EXPECT_FALSE(match(body, "欧阳修先生您好"));
  const std::string longest(limits::kVariableBytes, 'x');
  EXPECT_TRUE(match(parsed("={v}="), "=" + longest + "="));
  EXPECT_FALSE(match(parsed("={v}="), "=" + longest + "x="));
  // The first is as long as it may be: the second has to take the rest.
  const VariableLimit two[] = {{"a", 2}, {"b", 3}};
  EXPECT_EQ(match(parsed("{a},{b}", two), "1,2,3"), (Values{"1", "2,3"}));
  EXPECT_EQ(match(parsed("{a},{b}", two), "1,,2,3"), (Values{"1,", "2,3"}));
}

TEST(TemplateMatch, AVariableThatStandsTwiceHasOneValue) {
  const auto body = parsed("{n}您好，{n}，再见{m}");
  EXPECT_EQ(match(body, "张三您好，张三，再见！"), (Values{"张三", "！"}));
  EXPECT_FALSE(match(body, "张三您好，李四，再见！"));
  // The shortest value does not stand the second time.
  EXPECT_EQ(match(parsed("{n}+{n}="), "1+1+1+1="), (Values{"1+1"}));
  EXPECT_EQ(match(parsed("{a}-{n}+{n}="), "a-1+1+1+1="), (Values{"a", "1+1"}));
  EXPECT_EQ(match(parsed("{n}-{n}-{b}"), "1-1-2"), (Values{"1", "2"}));
}

TEST(TemplateMatch, ManyWaysToFailAreNotAllTried) {
  std::string body, text;
  for (int i = 0; i < 30; ++i) body += "{v" + std::to_string(i) + "},";
  body += "中{z}尾";
  for (int i = 0; i < 200; ++i) text += "a,";
  Values values;
  EXPECT_EQ(match_template(parsed(body), text + "尾", values), TemplateMatch::kUndecided);
  EXPECT_EQ(match_template(parsed(body), text + "中1尾", values), TemplateMatch::kMatches);
  EXPECT_EQ(match_template(parsed(body), text, values), TemplateMatch::kDiffers);
}

TEST(TemplateMatch, WhatIsNoUtf8Differs) {
  EXPECT_FALSE(match(parsed("{a}"), "\xE5\xBC"));
  EXPECT_FALSE(match(parsed("x{a}y"), "x\xFFy"));
  EXPECT_FALSE(match(parsed("x"), "\xFF"));
}

TEST(TemplateMatch, CountsWhatIsFixed) {
  EXPECT_EQ(literal_bytes(parsed("ab{x}c")), 3U);
  EXPECT_EQ(literal_bytes(parsed("{x}")), 0U);
}

}  // namespace
}  // namespace yizhan::text
