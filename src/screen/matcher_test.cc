// Every view that a text is read in, and what each must not find: terms through the whole screener, with how
// they matched.

#include "base/random.h"
#include "screen/screen_test_support.h"
#include "screen/word_breaks.h"
#include "text/utf8.h"

namespace yizhan::screen {
namespace {

// Rule, span and ways of everything that the rules "r…" find in a body.
std::string found(const Screener& screener, std::string_view body) {
  std::string out;
  for (const Finding& f : screener.screen(draft_of(MessageClass::kNotification, body)).findings) {
    if (!f.rule_id.starts_with("r")) continue;
    if (!out.empty()) out += "; ";
    out += f.matched + " (" + variants_name(f.how_matched) + ")";
    if (f.severity != Severity::kBlock) out += " " + std::string(severity_name(f.severity));
    EXPECT_EQ(body.substr(f.bytes.begin, f.bytes.end - f.bytes.begin), f.matched);
  }
  return out;
}

struct Case {
  const char* body;
  const char* expected;
};

TEST(Views, OneByOne) {
  const auto screener = screener_with(rule_of(
      "r", "block",
      R"(terms = ["porn", "book club", "赌博", "法轮功", "信用卡套现", "代开发票", "天天彩", "妈妈群"])"));
  constexpr Case kCases[] = {
      {"赌博", "赌博 (exact)"},
      {"PORN", "PORN (letter case)"},
      {"ｐorn", "ｐorn (full width)"},
      {"賭博", "賭博 (traditional)"},
      {"ⓟⓞⓡⓝ", "ⓟⓞⓡⓝ (styled letters)"},
      {"🅿orn", "🅿orn (styled letters)"},
      {"赌*博", "赌*博 (inserted symbols)"},
      {"赌 博", "赌 博 (inserted symbols)"},
      {"赌丨博", "赌丨博 (inserted symbols)"},
      {"赌\u0336博", "赌\u0336博 (inserted symbols)"},
      {"赌\u200B博", "赌\u200B博 (invisible characters)"},
      {"法轮轮轮功", "法轮轮轮功 (repeated characters)"},
      {"poooorn", "poooorn (repeated characters)"},
      {"bоok club", "bоok club (look-alikes)"},  // a Cyrillic о
      {"pórn", "pórn (look-alikes)"},
      {"p0rn", "p0rn (look-alikes)"},
      {"ᴘᴏʀɴ", "ᴘᴏʀɴ (look-alikes)"},
      {"睹博", "睹博 (look-alikes)"},
      {"贝者博", "贝者博 (split characters)"},
      {"氵去车仑工力", "氵去车仑工力 (split characters)"},
      {"亻言用卡套现", "亻言用卡套现 (split characters)"},
      {"信用卡陶现", "信用卡陶现 (homophones) review"},
      {"信用ka套现", "信用ka套现 (pinyin letters)"},
      {"一dai开发票", "dai开发票 (pinyin letters)"},
      {"代1开1发1票", "代1开1发1票 (inserted symbols)"},
      {"代x开x發x票，", "代x开x發x票 (traditional, inserted symbols)"},
      {"法㊣轮㊣功", "法㊣轮㊣功 (inserted symbols)"},
      {"代㊣开㊙发㊣票", ""},
      {"法v轮v功v", "法v轮v功 (inserted symbols)"},
      {"法一轮一功", ""},
      {"代1开2发3票", ""},
      {"代11开11发11票", ""},
      {"代開*法票", "代開*法票 (traditional, homophones, inserted symbols)"},
      {"天天彩", "天天彩 (exact)"},
      {"天天天彩", "天天彩 (exact)"},
      {"妈妈群", "妈妈群 (exact)"},
  };
  for (const Case& c : kCases) EXPECT_EQ(found(*screener, c.body), c.expected) << c.body;
}

TEST(Views, NotByChance) {
  const auto screener = screener_with(rule_of(
      "r", "block",
      R"(terms = ["porn", "book", "sex", "赌博", "信用卡套现", "代开发票", "天天彩", "妈妈群", "假学历", "北京赛车pk10", "学生妹上门"])"));
  constexpr const char* kBodies[] = {
      "pornographer",   "bok",        "boook",         "is ex",       "天彩",
      "妈群",           "赌****博",   "北京赛车pk100", "北京赛车pk1", "请添加学历信息",
      "需开发票请联系", "如需开发票", "带开发票",      "信用咔滔显",  "学生妹妹上门",
  };
  for (const char* body : kBodies) EXPECT_EQ(found(*screener, body), "") << body;
}

// Where a term may be known by its sound is the rule's to say; without a word, long ones that block.
TEST(Views, HomophonesAsTheRuleSays) {
  EXPECT_EQ(
      found(*screener_with(rule_of("r", "block", "short_homophones = true\nterms = [\"法轮功\"]")), "法伦功"),
      "法伦功 (homophones) review");
  EXPECT_EQ(found(*screener_with(rule_of("r", "block", R"(terms = ["法轮功"])")), "法伦功"), "");
  EXPECT_EQ(found(*screener_with(rule_of("r", "block", "homophones = true\nterms = [\"加微信\"]")), "加薇信"),
            "加薇信 (homophones) review");
  EXPECT_EQ(found(*screener_with(rule_of("r", "block", "homophones = true\nterms = [\"微信\"]")), "威信"), "")
      << "威信 is a word";
  EXPECT_EQ(found(*screener_with(rule_of("r", "block", "homophones = true\nterms = [\"微信\"]")), "薇信"),
            "薇信 (homophones) review");
  EXPECT_EQ(found(*screener_with(rule_of("r", "block", "homophones = true\nterms = [\"微信\"]")), "wei信"),
            "wei信 (pinyin letters)");
  EXPECT_EQ(found(*screener_with(rule_of("r", "review", R"(terms = ["信用卡套现"])")), "信用卡陶现"), "");
  EXPECT_EQ(found(*screener_with(rule_of("r", "block", "homophones = false\nterms = [\"信用卡套现\"]")),
                  "信用卡陶现"),
            "");
}

TEST(Views, ShortTermsAreNotTheMeetingOfTwoWords) {
  const auto of = [](std::string_view boundary) {
    return screener_with(rule_of("r", "block", "terms = [\"口交\", \"色情\"]\n" + std::string(boundary)));
  };
  EXPECT_EQ(found(*of(""), "路口交通管制"), "");
  EXPECT_EQ(found(*of(""), "特色情人节套餐"), "");
  EXPECT_EQ(found(*of(""), "色情网站"), "色情 (exact)");
  EXPECT_EQ(found(*of("boundary = \"none\""), "路口交通管制"), "口交 (exact)");
  EXPECT_EQ(found(*of("boundary = \"no_crossing\""), "路口交通管制"), "");
  EXPECT_EQ(found(*of("boundary = \"words\""), "色情网站"), "色情 (exact)");
  // Symbols between are no meeting of words.
  EXPECT_EQ(found(*of(""), "路口*交通管制"), "口*交 (inserted symbols)");
}

TEST(Views, TheOneThatIsWrittenComesFirst) {
  const auto screener = screener_with(rule_of("r", "block", R"(terms = ["代开发票"])"));
  EXPECT_EQ(found(*screener, "代开发票"), "代开发票 (exact)");
  EXPECT_EQ(found(*screener, "代开发票，代开法票"), "代开发票 (exact); 代开法票 (homophones) review");
}

TEST(Hits, NestedAndOverlapping) {
  const auto screener = screener_with(rule_of("r", "block", R"(boundary = "none"
terms = ["甲乙丙丁", "乙丙", "丙丁", "丁戊己"])"));
  const auto findings =
      screener->screen(draft_of(MessageClass::kNotification, "说甲乙丙丁戊己的话")).findings;
  std::vector<Finding> ours;
  std::ranges::copy_if(findings, std::back_inserter(ours), [](const Finding& f) { return f.rule_id == "r"; });
  ASSERT_EQ(ours.size(), 1u);
  EXPECT_EQ(ours[0].term, "甲乙丙丁");
  EXPECT_EQ(ours[0].matched, "甲乙丙丁戊己");
  EXPECT_EQ(ours[0].bytes, (Span{3, 21}));
  EXPECT_EQ(ours[0].utf16, (Span{1, 7}));
  ASSERT_EQ(ours[0].nested.size(), 4u);
  EXPECT_EQ(ours[0].nested[0].term, "甲乙丙丁");
  EXPECT_EQ(ours[0].nested[0].bytes, (Span{3, 15}));
  EXPECT_EQ(ours[0].nested[0].utf16, (Span{1, 5}));
  EXPECT_EQ(ours[0].nested[1].term, "乙丙");
  EXPECT_EQ(ours[0].nested[1].bytes, (Span{6, 12}));
  EXPECT_EQ(ours[0].nested[1].utf16, (Span{2, 4}));
  EXPECT_EQ(ours[0].nested[2].term, "丙丁");
  EXPECT_EQ(ours[0].nested[3].term, "丁戊己");
  EXPECT_EQ(ours[0].pack_id, "t");
  EXPECT_EQ(ours[0].pack_version, "7");
}

// The whole is known by its sound only, and a slip perhaps; what lies inside is not.
TEST(Hits, WhatLiesInsideIsNoMilder) {
  const auto screener = screener_with(rule_of("r", "block", R"(terms = ["信用卡套现平台", "套现"])"));
  EXPECT_EQ(found(*screener, "信用卡陶现平台"), "信用卡陶现平台 (homophones) review");
  EXPECT_EQ(found(*screener, "信用卡套现平抬"), "信用卡套现平抬 (homophones)");
  const auto overlapping = screener_with(rule_of("r", "block", R"(terms = ["信用卡套现", "套现平台"])"));
  EXPECT_EQ(found(*overlapping, "信用咔套现平台"), "信用咔套现平台 (homophones)");
}

TEST(Hits, AllowedPhrases) {
  const std::string rules =
      rule_of("r", "block", R"(terms = ["赌博"])") + rule_of("r2", "block", R"(terms = ["博物"])");
  const auto allow = [&](std::string_view names) {
    return screener_with(rules + "[[allow]]\nid = \"a\"\nreason = \"x\"\nphrases = [\"赌博物馆\"]\n" +
                         std::string(names));
  };
  EXPECT_EQ(found(*allow(""), "参观赌博物馆"), "");
  EXPECT_EQ(found(*allow("rules = [\"r\"]"), "参观赌博物馆"), "博物 (exact)");
  EXPECT_EQ(found(*allow(""), "参观赌博的物馆"), "赌博 (exact)");
}

TEST(Hits, ReplacementsOfALanguageList) {
  RulePack pack = parse_rule_pack(
                      "[pack]\nid = \"t\"\nversion = \"7\"\njurisdiction = \"CN\"\n"
                      "effective_date = 2026-01-01\n" +
                          rule_of("r", "review", R"(terms = ["帐号", "号马"])"),
                      "t.toml")
                      .value();
  pack.rules[0].terms[0].replacement = "账号";
  pack.rules[0].terms[1].replacement = "号码";
  const auto screener = Screener::make({load_rule_pack("rules/cn_format.toml").value(), pack}).value();
  const auto findings = screener->screen(draft_of(MessageClass::kNotification, "您的帐号已登录")).findings;
  ASSERT_NE(find_rule(findings, "r"), nullptr);
  EXPECT_EQ(find_rule(findings, "r")->replacement, "账号");
  // Nothing replaces two words that overlap.
  const auto two = screener->screen(draft_of(MessageClass::kNotification, "您的帐号马已登录")).findings;
  ASSERT_NE(find_rule(two, "r"), nullptr);
  EXPECT_EQ(find_rule(two, "r")->matched, "帐号马");
  EXPECT_EQ(find_rule(two, "r")->replacement, "");
}

// A text made of nothing but other ways to write is read as far as a bound, and then said to be too much.
TEST(Views, AreBounded) {
  std::string terms;
  for (int mask = 0; mask < 1024; ++mask) {  // a term for every way through ten characters
    terms += "\"";
    for (int i = 0; i < 10; ++i) terms += (mask >> i & 1) != 0 ? "好" : "女子";
    terms += "末\",";
  }
  const auto screener = screener_with(rule_of("r", "block", "terms = [" + terms + "]"));
  const auto unread = [&](int times) {
    std::string body;
    for (int i = 0; i < times; ++i) body += "女子";
    const auto findings = screener->screen(draft_of(MessageClass::kNotification, body + "。")).findings;
    return find_rule(findings, "cn.variant.unread") != nullptr;
  };
  EXPECT_FALSE(unread(5));
  EXPECT_TRUE(unread(2'000));
}

// The pass that leaves places out finds what a search for each term by itself finds, and nothing else.
TEST(Matcher, SameAsSearchingOneByOne) {
  const FoldTable& folds = *FoldTable::instance().value();
  constexpr std::u32string_view kAlphabet = U"赌博法轮功";
  Random random(3);
  const auto word = [&](size_t length) {
    std::u32string out;
    while (out.size() < length) {
      const char32_t c = kAlphabet[random.below(kAlphabet.size())];
      if (out.empty() || out.back() != c) out.push_back(c);  // repeats are a view of their own
    }
    return out;
  };
  const auto utf8 = [](std::u32string_view word) {
    std::string out;
    for (const char32_t c : word) text::append_utf8(c, out);
    return out;
  };
  for (int round = 0; round < 60; ++round) {
    TermMatcher::Builder builder(folds, VariantTable::make(folds, {}));
    std::vector<std::u32string> terms;
    for (int i = 0; i < 12; ++i) {
      terms.push_back(word(1 + random.below(6)));
      ASSERT_EQ(builder.add(utf8(terms.back()), Homophones::kNever), TermMatcher::Builder::Refusal::kNone);
    }
    const TermMatcher matcher = builder.make().value();
    const std::u32string text = word(120);
    const std::string bytes = utf8(text);
    Units units;
    folds.normalize(bytes, Placeholders::kLiteral, units);
    const auto scratch = TermMatcher::make_scratch();
    std::vector<TermMatcher::Match> matches;
    PieceSet pieces;
    matcher.find(bytes, units, {}, *scratch, matches, pieces);
    std::vector<std::tuple<uint32_t, uint32_t>> found, expected;
    for (const TermMatcher::Match& match : matches) {
      found.emplace_back(match.term, match.first);
      EXPECT_EQ(match.last + 1 - match.first, terms[match.term].size());
    }
    for (uint32_t t = 0; t < terms.size(); ++t)
      for (size_t at = text.find(terms[t]); at != text.npos; at = text.find(terms[t], at + 1))
        expected.emplace_back(t, static_cast<uint32_t>(at));
    std::ranges::sort(found);
    EXPECT_EQ(found, expected);
  }
}

TEST(Matcher, AnEmptyTextFirst) {
  const FoldTable& folds = *FoldTable::instance().value();
  TermMatcher::Builder builder(folds, VariantTable::make(folds, {}));
  EXPECT_EQ(builder.add("赌博", Homophones::kNever), TermMatcher::Builder::Refusal::kNone);
  const auto matcher = builder.make();
  ASSERT_TRUE(matcher);
  const auto scratch = TermMatcher::make_scratch();
  std::vector<TermMatcher::Match> matches;
  PieceSet pieces;
  EXPECT_EQ(matcher->find("", {}, {}, *scratch, matches, pieces), TermMatcher::Outcome::kComplete);
  EXPECT_TRUE(matches.empty());
}

// The sound and the split view find what the plain one finds, whatever is around.
TEST(Views, DisguisedTermsAreFoundInAnyText) {
  const auto screener =
      screener_with(rule_of("r", "block", R"(terms = ["信用卡套现", "代开发票", "法轮功"])"));
  constexpr const char* kDisguised[] = {"信.用.卡.套.现", "亻言用卡套现", "信用卡淘现",     "信用卡套xian",
                                        "代開發票",       "法轮工力",     "代\u200B开发票", "法輪功"};
  constexpr const char* kAround[] = {"今天", "abc ", "12", "，", "好女子", "hello", "日月", "。", "们"};
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    std::string body;
    for (uint64_t n = random.below(6); n > 0; --n) body += kAround[random.below(std::size(kAround))];
    const std::string_view disguised = kDisguised[random.below(std::size(kDisguised))];
    const size_t begin = (body += "，").size();
    body += disguised;
    const size_t end = body.size();
    body += "，";
    for (uint64_t n = random.below(6); n > 0; --n) body += kAround[random.below(std::size(kAround))];
    const auto findings = screener->screen(draft_of(MessageClass::kNotification, body)).findings;
    const Finding* finding = find_rule(findings, "r");
    ASSERT_NE(finding, nullptr) << body;
    EXPECT_EQ(finding->bytes.begin, begin) << body;
    EXPECT_EQ(finding->bytes.end, end) << body;
  }
}

// What is said again and again before a term by its sound is no part of it, however far it reaches.
TEST(Views, RepeatsBeforeATermAreNoPartOfIt) {
  const auto screener = screener_with(rule_of("r", "block", R"(terms = ["信用卡套现"])"));
  std::string body;
  for (int i = 0; i < 40; ++i) body += "新 ";
  EXPECT_EQ(found(*screener, body + "用卡套现"), "新 用卡套现 (homophones, inserted symbols)");
}

TEST(WordBreaksTest, OrdinaryWords) {
  ASSERT_TRUE(WordBreaks::available());
  const FoldTable& folds = *FoldTable::instance().value();
  constexpr std::string_view kText = "请走路口交通岗";
  Units units;
  folds.normalize(kText, Placeholders::kLiteral, units);
  const WordBreaks words(folds, kText, units, 3, 5);  // 口交
  EXPECT_TRUE(words.cut_at_begin());
  EXPECT_TRUE(words.cut_at_end());
  EXPECT_EQ(words.word(3), (std::pair<uint32_t, uint32_t>{2, 4}));
  const WordBreaks whole(folds, kText, units, 0, 7);
  EXPECT_FALSE(whole.cut_at_begin());
  EXPECT_FALSE(whole.cut_at_end());
}

}  // namespace
}  // namespace yizhan::screen
