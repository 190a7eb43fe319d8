#include "text/template_text.h"

#include <gtest/gtest.h>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

using Kind = TemplateFaultKind;
using Value = std::optional<std::string_view>;

std::string render(const TemplateText& t, std::vector<Value> values) {
  std::string out;
  const auto result = t.render(values, out);
  return result ? out : to_string(result.error());
}

TEST(Template, RendersVariablesInOrderOfFirstAppearance) {
  const TemplateText t = TemplateText::parse("{姓名}您好，验证码{code}，{姓名}请勿告知他人。").value();
  EXPECT_EQ(t.variables(), (std::vector<std::string>{"姓名", "code"}));
  EXPECT_EQ(render(t, {"王五", "123456"}), "王五您好，验证码123456，王五请勿告知他人。");
  EXPECT_EQ(t.index_of("code"), 1u);
  EXPECT_EQ(t.index_of("other"), std::nullopt);
}

TEST(Template, LiteralBraces) {
  const TemplateText t = TemplateText::parse("{{{a}}} {{x}} }}").value();
  EXPECT_EQ(render(t, {"1"}), "{1} {x} }");
  EXPECT_EQ(render(TemplateText::parse("").value(), {}), "");
}

TEST(Template, ValuesAreNotParsedAgain) {
  EXPECT_EQ(render(TemplateText::parse("{a}").value(), {"{b}"}), "{b}");
}

TEST(Template, FaultsCarryTheirByteOffset) {
  const auto fault = [](std::string_view body) { return find_template_fault(body).value(); };
  EXPECT_EQ(fault("验{code"), (TemplateFault{Kind::kUnclosedBrace, 3}));
  EXPECT_EQ(fault("a{b c"), (TemplateFault{Kind::kUnclosedBrace, 1}));
  EXPECT_EQ(fault("a{b{c}"), (TemplateFault{Kind::kUnclosedBrace, 1}));
  EXPECT_EQ(fault("a}b"), (TemplateFault{Kind::kStrayClosingBrace, 1}));
  EXPECT_EQ(fault("ab{}"), (TemplateFault{Kind::kEmptyName, 2}));
  EXPECT_EQ(fault("{a b}"), (TemplateFault{Kind::kBadName, 2}));
  EXPECT_EQ(fault("{a，}"), (TemplateFault{Kind::kBadName, 2}));
  EXPECT_EQ(fault("x{a}{b}"), (TemplateFault{Kind::kAdjacentVariables, 4}));
  EXPECT_EQ(fault("ab\xFF"), (TemplateFault{Kind::kNotUtf8, 2}));
  EXPECT_EQ(fault("{" + std::string(limits::kVariableNameBytes + 1, 'a') + "}"),
            (TemplateFault{Kind::kNameTooLong, 0}));
  EXPECT_EQ(TemplateText::parse("ab{}").error().field, "byte 2");
}

TEST(Template, BracesBetweenVariablesAreText) { EXPECT_EQ(find_template_fault("{a}{{{b}"), std::nullopt); }

TEST(Template, TooManyVariables) {
  std::string body;
  for (size_t i = 0; i < limits::kContentVariables; ++i) body += "{v" + std::to_string(i) + "} ";
  EXPECT_EQ(find_template_fault(body + "{v0}"), std::nullopt);
  EXPECT_EQ(find_template_fault(body + "{one_more}"), (TemplateFault{Kind::kTooManyVariables, body.size()}));
}

TEST(Template, MissingAndTooLongValuesNameTheVariable) {
  const VariableLimit limit[] = {{"code", 4}};
  const TemplateText t = TemplateText::parse("{name}:{code}", limit).value();
  std::string out = "kept";
  const std::vector<Value> missing{"x", std::nullopt};
  EXPECT_EQ(t.render(missing, out).error().field, "code");
  const std::vector<Value> longer{"x", "12345"};
  EXPECT_EQ(t.render(longer, out).error().field, "code");
  const std::string huge(limits::kVariableBytes + 1, 'x');
  const std::vector<Value> too_many_bytes{huge, "1"};
  EXPECT_EQ(t.render(too_many_bytes, out).error().field, "name");
  EXPECT_FALSE(t.render({}, out));
  EXPECT_EQ(out, "kept");
  const std::vector<Value> chinese{"", "验证码字"};
  ASSERT_TRUE(t.render(chinese, out));
  EXPECT_EQ(out, "kept:验证码字");
  EXPECT_EQ(t.longest_characters(), limits::kVariableBytes + 1 + 4);
  const VariableLimit unknown[] = {{"other", 4}};
  EXPECT_EQ(TemplateText::parse("{a}", unknown).error().field, "other");
}

}  // namespace
}  // namespace yizhan::text
