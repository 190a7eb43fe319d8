// What rules can ask beyond words: expressions, lists in files, sectors, what a promotion says, how a text
// reads.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/limits.h"
#include "screen/screen_test_support.h"

namespace yizhan::screen {
namespace {

constexpr MessageClass kN = MessageClass::kNotification;
constexpr MessageClass kM = MessageClass::kMarketing;

std::string matched(const Screener& screener, std::string_view body, std::string_view rule = "r") {
  std::string out;
  for (const Finding& f : screener.screen(draft_of(kN, body)).findings)
    if (f.rule_id == rule) out += f.matched + ";";
  return out;
}

TEST(Expressions, AreFoundInTheFoldedText) {
  const auto screener = screener_with(rule_of(
      "r", "block", R"(expressions = ["日(赚|入)\\d{3,}元?", "加[vV]信?[:：]?\\w{5,}", "\\d{6}密码"])"));
  EXPECT_EQ(matched(*screener, "在家日赚５００元起"), "日赚５００元;");
  EXPECT_EQ(matched(*screener, "在家日賺五百元，日入三二一"), "日入三二一;") << "百 is no digit";
  EXPECT_EQ(matched(*screener, "请加Ｖ：abcde1"), "加Ｖ：abcde1;");
  EXPECT_EQ(matched(*screener, "日赚\u200B500，日赚600"), "日赚\u200B500;日赚600;");
  EXPECT_EQ(matched(*screener, "日赚50元"), "");
  EXPECT_EQ(matched(*screener, "日\xFF赚500元"), "");
  const auto findings = screener->screen(draft_of(kN, "①②③456密码")).findings;
  ASSERT_NE(find_rule(findings, "r"), nullptr);
  EXPECT_EQ(find_rule(findings, "r")->term, "\\d{6}密码");
  EXPECT_EQ(variants_name(find_rule(findings, "r")->how_matched), "digit style");
}

TEST(Expressions, AreFoundBehindCharactersOfAnyLength) {
  const auto screener = screener_with(rule_of("r", "review", R"(expressions = ["日赚\\d{3,}元?"])"));
  EXPECT_EQ(matched(*screener, "\u200Bñ𠮷日\u200B赚500元\u200B"), "日\u200B赚500元;");
}

TEST(Expressions, OfOtherPacksAreLookedForAnew) {
  const auto one = screener_with(rule_of("r", "review", R"(expressions = ["日赚\\d"])"));
  const auto other = screener_with(rule_of("r", "review", R"(expressions = ["日入\\d", "vx\\d"])"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(matched(*one, "日赚5，日入6，vx7"), "日赚5;");
    EXPECT_EQ(matched(*other, "日赚5，日入6，vx7"), "日入6;vx7;");
    EXPECT_EQ(matched(*other, "日赚5"), "");
  }
}

TEST(Expressions, OfTheShippedPacksForAccounts) {
  const auto diverts = [](std::string_view body) {
    return find_rule(screen_body(body).findings, "cn.ad.contacts") != nullptr;
  };
  for (const char* body :
       {"咨询q123456789", "咨询 q：abc12345", "咨询Q号 12345678", "请➕老师微信abc123", "➕vx：abc12"})
    EXPECT_TRUE(diverts(body)) << body;
  EXPECT_FALSE(diverts("请带好q1证件"));
}

TEST(Expressions, WithoutAPieceAndOfSymbolsAlone) {
  const auto screener = screener_with(rule_of("r", "review", R"(expressions = ["\\d{9}", "￥{3}", "!!!+"])"));
  EXPECT_EQ(matched(*screener, "号码123456789"), "123456789;");
  EXPECT_EQ(matched(*screener, "快来！！！！"), "！！！！;");
  EXPECT_EQ(matched(*screener, "只要￥￥￥起"), "￥￥￥;");
}

TEST(Expressions, RepeatedLettersAtTheirEnds) {
  const auto screener =
      screener_with(rule_of("r", "review", R"(expressions = ["foo\\d", "ffoo+", "www\\.x"])"));
  EXPECT_EQ(matched(*screener, "foo1 bar"), "foo1;");
  EXPECT_EQ(matched(*screener, "fffoooo"), "ffoooo;");
  EXPECT_EQ(matched(*screener, "www.x"), "www.x;");
}

TEST(Expressions, WithBarsWhereverTheyStand) {
  const auto screener = screener_with(rule_of("r", "review", R"re(expressions = [
    '甲子|乙丑[|]丙', '丁\|卯|(戊辰|己巳)庚午', '(?i)AB辛|CD未', '\Q壬|申\E癸|酉酉', '[]|]戌亥|金[[:digit:]|]木',
    '(?:水|火)土', '天(地|玄(黄|宇))宙|洪荒'
  ])re"));
  for (const char* body :
       {"甲子", "乙丑|丙", "丁|卯", "戊辰庚午", "己巳庚午", "ab辛", "cd未", "壬|申癸", "酉酉", "|戌亥",
        "]戌亥", "金7木", "金|木", "水土", "火土", "天地宙", "天玄黄宙", "天玄宇宙", "洪荒"})
    EXPECT_EQ(matched(*screener, std::string("请看") + body), std::string(body) + ";") << body;
  for (const char* body : {"乙丑丙", "庚午", "辛未", "地宙", "水火", "壬癸"})
    EXPECT_EQ(matched(*screener, std::string("请看") + body), "") << body;
}

TEST(Expressions, ExceptUnlessAndAllow) {
  const auto screener = screener_with(rule_of("r", "block",
                                              "expressions = [\"日赚\\\\d+\"]\nexcept = [\"每日赚9积分\"]\n"
                                              "unless_expressions = [\"谨防|警惕\"]"));
  EXPECT_EQ(matched(*screener, "日赚900元"), "日赚900;");
  EXPECT_EQ(matched(*screener, "每日赚9积分"), "");
  EXPECT_EQ(matched(*screener, "谨防日赚900元的骗局"), "日赚900;");
  EXPECT_EQ(screener->screen(draft_of(N, "谨防日赚900元的骗局")).verdict, Verdict::kReview);
}

TEST(Rules, ADisguisedTermOnly) {
  const auto screener =
      screener_with(rule_of("r", "review", "disguised = true\nhomophones = true\nterms = [\"刷单\"]"));
  EXPECT_EQ(matched(*screener, "网络刷单"), "");
  EXPECT_EQ(matched(*screener, "网络涮单"), "涮单;");
  EXPECT_EQ(matched(*screener, "网络刷*单"), "刷*单;");
}

// Whoever means what is forbidden may add a warning: a rule that blocks in some class is never lifted to
// nothing.
TEST(Rules, WhatLiftsARuleThatBlocksAsksAReviewer) {
  const std::string more = "terms = [\"日赚九百\"]\nunless = [\"谨防\"]\n";
  const auto grave =
      screener_with(rule_of("r", "block", more + "severity_in = { public_service = \"review\" }"));
  EXPECT_EQ(grave->screen(draft_of(N, "日赚九百")).verdict, Verdict::kBlock);
  for (const MessageClass c : {N, M, P})
    EXPECT_EQ(grave->screen(draft_of(c, "今天日赚九百，谨防错过")).verdict, Verdict::kReview);
  const auto mild = screener_with(rule_of("r", "review", more));
  EXPECT_EQ(mild->screen(draft_of(N, "今天日赚九百，谨防错过")).verdict, Verdict::kPass);
}

TEST(Expressions, FaultyOnesAreRefused) {
  for (const char* expression : {"(", "a*", "[z-a]", "\\1"}) {
    RulePack format = load_rule_pack("rules/cn_format.toml").value();
    format.rules.push_back(format.rules.front());
    format.rules.back().info.id = "x";
    format.rules.back().expressions = {expression};
    const auto screener = Screener::make({format});
    ASSERT_FALSE(screener) << expression;
    EXPECT_EQ(screener.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(screener.error().field, "x");
  }
}

constexpr std::string_view kDenials = R"(
[denials]
words = ["不", "不提供", "严禁", "不要"]
except = ["不要错过"]
)";

std::string_view gravest_of(const Screener& screener, std::string_view body) {
  return verdict_name(screener.screen(draft_of(kN, body)).verdict);
}

TEST(Denials, OfWhatFollowsAskAReviewer) {
  const auto screener =
      screener_with(std::string(kDenials) + rule_of("r", "block", R"(terms = ["代开发票", "赌博"]
expressions = ["日赚\\d{3,}元"])"));
  EXPECT_EQ(gravest_of(*screener, "我所代开发票"), verdict_name(Verdict::kBlock));
  for (const char* body : {"我所不提供代开发票服务", "我所从不代开发票", "严禁吸毒、赌博",
                           "严禁：赌博，违者报警", "不要相信日赚500元的广告", "不提供专票、普票的代开发票"})
    EXPECT_EQ(gravest_of(*screener, body), verdict_name(Verdict::kReview)) << body;
  const auto findings = screener->screen(draft_of(kN, "我所不提供代开发票")).findings;
  ASSERT_NE(find_rule(findings, "r"), nullptr);
  EXPECT_EQ(find_rule(findings, "r")->matched, "代开发票");
  EXPECT_TRUE(screener->screen_rendered("【驿站】我所不提供代开发票", kN).verdict == Verdict::kReview);
}

// What is denied is denied with what lies inside of it; what goes on behind it is not.
TEST(Denials, OfATermAreOfThoseInsideToo) {
  const auto screener = screener_with(std::string(kDenials) +
                                      rule_of("r", "block", R"(terms = ["收保护费", "保护费", "费用黑客"])"));
  EXPECT_EQ(gravest_of(*screener, "本场不收保护费，放心经营"), verdict_name(Verdict::kReview));
  EXPECT_EQ(gravest_of(*screener, "本场代收保护费"), verdict_name(Verdict::kBlock));
  EXPECT_EQ(gravest_of(*screener, "本场不收保*护费"), verdict_name(Verdict::kBlock));
  EXPECT_EQ(gravest_of(*screener, "本场不收保护费用黑客"), verdict_name(Verdict::kBlock));
  EXPECT_EQ(gravest_of(*screener, "本场不收保护费，交保护费"), verdict_name(Verdict::kBlock));
}

TEST(Denials, OfAnythingElseDoNot) {
  const auto screener =
      screener_with(std::string(kDenials) + rule_of("r", "block", R"(terms = ["代开发票"])"));
  for (const char* body : {"不提供垫资，代开发票找我们", "代开发票，严禁外传", "不用去大厅代开发票",
                           "不要错过代开发票", "不提供代*开*发*票", "严禁拖延。代开发票当天好",
                           "不提供我们从来没有听说过的那一种又长又没有停顿的说法来代开发票"})
    EXPECT_EQ(gravest_of(*screener, body), verdict_name(Verdict::kBlock)) << body;
}

TEST(Denials, InAnotherPartDoNot) {
  const auto screener =
      screener_with(std::string(kDenials) + rule_of("r", "block", R"(terms = ["代开发票"])"));
  EXPECT_EQ(screener->screen_message("【不提供】代开发票", kN).verdict, Verdict::kBlock);
}

TEST(Denials, FaultyOnesAreRefused) {
  constexpr std::string_view kHead =
      "[pack]\nid = \"t\"\nversion = \"7\"\njurisdiction = \"CN\"\neffective_date = 2026-01-01\n";
  for (const char* table : {"[denials]\n", "[denials]\nwords = []\n", "[denials]\nword = [\"不\"]\n",
                            "denials = 1\n", "[denials]\nwords = [\"不\"]\nwords_files = [\"none.txt\"]\n"}) {
    const bool key = std::string_view(table).starts_with("denials");
    EXPECT_FALSE(parse_rule_pack(key ? table + std::string(kHead) : std::string(kHead) + table, "t.toml"))
        << table;
  }
}

// A pack with lists beside it, in a folder that goes with the test.
class PackFiles : public testing::Test {
 protected:
  PackFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "rule_packs_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~PackFiles() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view file, std::string_view text) const {
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }
  Result<RulePack> load(std::string_view rules) const {
    write("p.toml",
          "[pack]\nid = \"t\"\nversion = \"1\"\njurisdiction = \"CN\"\neffective_date = 2026-01-01\n" +
              std::string(rules));
    return load_rule_pack((folder_ / "p.toml").string());
  }

  std::filesystem::path folder_;
};

TEST_F(PackFiles, ListsOfTerms) {
  write("a.txt", "# a comment\n坏词\r\n\n帐号\t账号\n");
  write("b.txt", "好坏词\n");
  const auto pack = load(rule_of("r", "block", R"(terms = ["一个"]
terms_files = ["a.txt"]
except_files = ["b.txt"])"));
  ASSERT_TRUE(pack) << to_string(pack.error());
  ASSERT_EQ(pack->rules[0].terms.size(), 3u);
  EXPECT_EQ(pack->rules[0].terms[1].text, "坏词");
  EXPECT_EQ(pack->rules[0].terms[2].replacement, "账号");
  EXPECT_EQ(pack->rules[0].except, std::vector<std::string>{"好坏词"});
}

TEST_F(PackFiles, ListsThatAreRefused) {
  write("broken.txt", "\xFF\n");
  write("long.txt", std::string(limits::kRuleTermCharacters + 1, 'a'));
  write("empty.txt", "\t账号\n");
  const std::pair<const char*, ErrorCode> kCases[] = {
      {"none.txt", ErrorCode::kNotFound},           {"../a.txt", ErrorCode::kInvalidArgument},
      {"/etc/passwd", ErrorCode::kInvalidArgument}, {"broken.txt", ErrorCode::kMalformed},
      {"long.txt", ErrorCode::kTooLarge},           {"empty.txt", ErrorCode::kInvalidArgument}};
  for (const auto& [file, code] : kCases) {
    const auto pack = load(rule_of("r", "block", "terms_files = [\"" + std::string(file) + "\"]"));
    ASSERT_FALSE(pack) << file;
    EXPECT_EQ(pack.error().code, code) << file << to_string(pack.error());
  }
  // A pack that is no file has no lists.
  const auto pack = parse_rule_pack(
      "[pack]\nid = \"t\"\nversion = \"1\"\njurisdiction = \"CN\"\n"
      "effective_date = 2026-01-01\n" +
          rule_of("r", "block", "terms_files = [\"long.txt\"]"),
      "t.toml");
  EXPECT_EQ(pack.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(PackFiles, TablesOfVariants) {
  write("s.tsv", "信\t亻言 人言\n");
  write("l.tsv", "赌\t睹 堵\n");
  write("c.tsv", "信\txin\n々\t\n");
  const auto pack = load(
      "[variants]\nsplit_characters = \"s.tsv\"\nlook_alikes = \"l.tsv\"\ncharacters = \"c.tsv\"\n"
      "function_characters = \"的了\"\n");
  ASSERT_TRUE(pack) << to_string(pack.error());
  ASSERT_EQ(pack->variants.splits.size(), 2u);
  EXPECT_EQ(pack->variants.splits[1].parts, U"人言");
  EXPECT_EQ(pack->variants.look_alikes.size(), 2u);
  EXPECT_EQ(pack->variants.characters[0].reading, "xin");
  EXPECT_EQ(pack->variants.function_characters, U"的了");
  for (const char* line : {"信", "信信\t亻言", "信\t言", "信\t亻言\t人言", "信\t一二三四五"}) {
    write("s.tsv", line);
    const auto bad = load("[variants]\nsplit_characters = \"s.tsv\"\n");
    ASSERT_FALSE(bad) << line;
    EXPECT_NE(bad.error().field.find("line 1"), std::string::npos) << bad.error().field;
  }
  write("c.tsv", "信\tXin\n");
  EXPECT_FALSE(load("[variants]\ncharacters = \"c.tsv\"\n"));
}

TEST(Variants, AreNeeded) {
  RulePack format = load_rule_pack("rules/cn_format.toml").value();
  format.variants.splits.clear();
  EXPECT_EQ(Screener::make({format}).error().field, "variants");
  format = load_rule_pack("rules/cn_format.toml").value();
  format.variants.characters.clear();
  EXPECT_EQ(Screener::make({format}).error().field, "variants");
}

constexpr std::string_view kSector = R"([[sector]]
id = "s"
title = { zh = "酒类", en = "Alcohol" }
category = "SECTOR"
severity = "info"
classes = ["marketing"]
legal_basis = "x"
suggestion = { zh = "a", en = "b" }
triggers = ["白酒", "红酒"]
except = ["葡萄红酒杯"]
required_qualifications = ["酒类经营许可", ["食品经营许可", "食品经营备案"]]
second_reviewer = "compliance"
  [[sector.required_text]]
  id = "s.text"
  severity = "review"
  any = ["饮酒有害健康", "请适量饮酒"]
  [[sector.forbidden]]
  id = "s.claim"
  severity = "block"
  terms = ["解乏"]
)";

TEST(Sectors, TriggerTextClaimAndWhatElseIsNeeded) {
  const auto screener = screener_with(std::string(kSector) + rule_of("s.more", "review", R"(sector = "s"
terms = ["干杯"])"));
  const auto screen = [&](std::string_view body, MessageClass c = kM) {
    return screener->screen(draft_of(c, body));
  };
  const Screening bare = screen("这款白酒解乏，干杯");
  ASSERT_EQ(bare.sectors.size(), 1u);
  EXPECT_EQ(bare.sectors[0].id, "s");
  EXPECT_EQ(bare.sectors[0].title.zh, "酒类");
  EXPECT_EQ(bare.sectors[0].required_qualifications,
            (std::vector<AnyDocument>{{"酒类经营许可"}, {"食品经营许可", "食品经营备案"}}));
  EXPECT_EQ(bare.sectors[0].second_reviewer, "compliance");
  EXPECT_EQ(find_rule(bare.findings, "s")->matched, "白酒");
  const Finding* missing = find_rule(bare.findings, "s.text");
  ASSERT_NE(missing, nullptr);
  EXPECT_EQ(missing->category, Category::kSector);
  EXPECT_EQ(missing->legal_basis, "x") << "taken over from the sector";
  EXPECT_EQ(missing->bytes.begin, missing->bytes.end);
  EXPECT_EQ(find_rule(bare.findings, "s.claim")->severity, Severity::kBlock);
  EXPECT_NE(find_rule(bare.findings, "s.more"), nullptr);

  EXPECT_EQ(find_rule(screen("这款白酒，请适量饮酒").findings, "s.text"), nullptr);
  const Screening other = screen("这个枕头解乏，干杯");
  EXPECT_TRUE(other.sectors.empty());
  EXPECT_EQ(find_rule(other.findings, "s.claim"), nullptr);
  EXPECT_EQ(find_rule(other.findings, "s.more"), nullptr);
  EXPECT_TRUE(screen("葡萄红酒杯").sectors.empty());
  EXPECT_TRUE(screen("这款白酒解乏", kN).sectors.empty()) << "another class";
}

// The trigger is only to be known, what rests on it is not.
TEST(Sectors, HoldAtSendingSpeed) {
  const auto screener = screener_with(kSector);
  const auto screening = screener->screen_rendered("【驿站科技】白酒解乏，拒收请回复R", kM);
  EXPECT_EQ(find_rule(screening.findings, "s"), nullptr);
  EXPECT_NE(find_rule(screening.findings, "s.claim"), nullptr);
  EXPECT_NE(find_rule(screening.findings, "s.text"), nullptr);
}

TEST(Sectors, MustBeNamedRight) {
  RulePack format = load_rule_pack("rules/cn_format.toml").value();
  format.rules[0].sector = "nowhere";
  EXPECT_EQ(Screener::make({format}).error().field, format.rules[0].info.id);
}

TEST(Sectors, DocumentsThatCannotBeAskedForAreRefused) {
  const auto asking = [](std::string_view list) {
    std::string text(kSector);
    const std::string_view key = "required_qualifications = ";
    const size_t at = text.find(key) + key.size();
    text.replace(at, text.find('\n', at) - at, list);
    return pack_of(text);
  };
  const auto list_of = [](size_t count, size_t characters) {
    std::string list = "[";
    for (size_t i = 0; i < count; ++i)
      list += fmt::format("\"{}{}\",", std::string(characters - 2, 'x'), 10 + i);
    return list + "]";
  };
  EXPECT_EQ(asking(R"([["甲"], "乙"])")->sectors[0].required_qualifications,
            (std::vector<AnyDocument>{{"甲"}, {"乙"}}));
  EXPECT_TRUE(asking("[]")->sectors[0].required_qualifications.empty());
  EXPECT_TRUE(asking(list_of(limits::kSectorDemands, limits::kQualificationCharacters)));
  EXPECT_TRUE(asking("[" + list_of(limits::kQualificationChoices, 20) + "]"));
  struct Case {
    std::string list;
    ErrorCode code;
  };
  const Case cases[] = {{R"("甲")", ErrorCode::kInvalidArgument},
                        {R"([""])", ErrorCode::kInvalidArgument},
                        {R"([1])", ErrorCode::kInvalidArgument},
                        {R"([[]])", ErrorCode::kInvalidArgument},
                        {R"([["甲", ""]])", ErrorCode::kInvalidArgument},
                        {R"([["甲", 1]])", ErrorCode::kInvalidArgument},
                        {R"([["甲", ["乙"]]])", ErrorCode::kInvalidArgument},
                        {R"([["甲", "乙", "甲"]])", ErrorCode::kInvalidArgument},
                        {R"(["甲", ["乙", "丙"], ["乙", "丙"]])", ErrorCode::kInvalidArgument},
                        {list_of(1, limits::kQualificationCharacters + 1), ErrorCode::kTooLarge},
                        {list_of(limits::kSectorDemands + 1, 20), ErrorCode::kTooLarge},
                        {"[" + list_of(limits::kQualificationChoices + 1, 20) + "]", ErrorCode::kTooLarge},
                        {"[" + list_of(limits::kQualificationChoices, limits::kQualificationCharacters) + "]",
                         ErrorCode::kTooLarge}};
  for (const Case& c : cases) {
    const auto pack = asking(c.list);
    ASSERT_FALSE(pack) << c.list;
    EXPECT_EQ(error_name(pack.error().code), error_name(c.code)) << c.list;
    EXPECT_EQ(pack.error().field, "t.toml: sector s: required_qualifications") << c.list;
  }
}

// Nobody has them all: a bank is no lender of small sums, a dentist no pharmacy.
TEST(Sectors, OfTheShippedPacksCanBeMetByWhoeverMaySend) {
  struct Case {
    std::string_view sector;
    std::set<std::string> held;
  };
  const Case cases[] = {{"credit", {"金融许可证"}},
                        {"credit", {"小额贷款经营许可"}},
                        {"credit", {"典当经营许可证"}},
                        {"investment", {"金融许可证"}},
                        {"investment", {"证券期货业务许可证"}},
                        {"investment", {"基金销售业务资格证书"}},
                        {"investment", {"保险许可证"}},
                        {"medicine", {"医疗广告审查证明", "医疗机构执业许可证"}},
                        {"medicine", {"医疗广告审查证明", "诊所备案凭证"}},
                        {"medicine", {"广告审查批准文号", "药品经营许可证"}},
                        {"medicine", {"广告审查批准文号", "医疗器械经营备案凭证"}},
                        {"health_food", {"保健食品广告审查批准文号"}},
                        {"education", {"办学许可证"}},
                        {"education", {"事业单位法人证书"}},
                        {"alcohol", {"食品经营许可证"}},
                        {"alcohol", {"仅销售预包装食品备案"}},
                        {"real_estate", {"商品房预售许可证"}},
                        {"real_estate", {"商品房现售备案证明"}},
                        {"real_estate", {"房地产经纪机构备案证明"}}};
  const std::vector<SectorRules> all = shipped().sector_rules();
  for (const Case& c : cases) {
    const auto rules = std::ranges::find(all, fmt::format("cn.sector.{}", c.sector),
                                         [](const SectorRules& one) { return one.sector.id; });
    ASSERT_NE(rules, all.end()) << c.sector;
    EXPECT_FALSE(rules->sector.required_qualifications.empty()) << c.sector;
    for (const AnyDocument& any : rules->sector.required_qualifications)
      EXPECT_TRUE(std::ranges::any_of(any, [&](const auto& one) { return c.held.contains(one); }))
          << c.sector << ": " << *c.held.begin() << " is not " << any.front();
  }
}

TEST(Promotions, WhatTheyMustSayIsShown) {
  const auto promotion = [](std::string_view body) { return screen_body(body).promotion; };
  const auto texts = [](const Promotion& p, Essential essential) {
    std::string out;
    for (const EssentialSpan& span : p.spans)
      if (span.essential == essential) out += span.text + ";";
    return out;
  };
  constexpr std::string_view kBody = "全场满300减50，每人限用一次，活动截止2月10日24点，详见活动规则";
  const Promotion whole = promotion(kBody);
  EXPECT_TRUE(whole.found);
  EXPECT_TRUE(whole.says(Essential::kRules) && whole.says(Essential::kValidity) &&
              whole.says(Essential::kScope));
  EXPECT_EQ(texts(whole, Essential::kValidity), "截止2月10日24点;");
  EXPECT_EQ(texts(whole, Essential::kScope), "全场;");
  for (const EssentialSpan& span : whole.spans) {
    EXPECT_EQ(span.part, Part::kBody);
    EXPECT_EQ(kBody.substr(span.bytes.begin, span.bytes.end - span.bytes.begin), span.text);
  }
  const Screening bare = screen_body("优惠多多欢迎光临");
  EXPECT_TRUE(bare.promotion.found);
  EXPECT_TRUE(bare.promotion.spans.empty());
  for (const char* rule : {"cn.promotion.rules", "cn.promotion.validity", "cn.promotion.scope"})
    EXPECT_NE(find_rule(bare.findings, rule), nullptr) << rule;
  EXPECT_FALSE(promotion("您的订单已发货，2月10日送达").found);
}

TEST(Language, CommonTypos) {
  const auto findings = screen_body("请登陆您的帐号领取优惠卷", kN).findings;
  const auto meant = [&](std::string_view term) {
    const auto at = std::ranges::find(findings, term, &Finding::term);
    return at == findings.end() ? std::string() : at->replacement;
  };
  EXPECT_EQ(meant("请登陆"), "请登录");
  EXPECT_EQ(meant("帐号"), "账号");
  EXPECT_EQ(meant("优惠卷"), "优惠券");
  EXPECT_EQ(find_rule(screen_body("请登录您的账号领取优惠券", kN).findings, "cn.language.typo"), nullptr);
}

TEST(Language, RareCharacters) {
  const auto rare = [](std::string_view body) {
    const auto findings = screen_body(body, kN).findings;
    const Finding* f = find_rule(findings, "cn.language.rare_character");
    return f == nullptr ? std::string() : f->matched;
  };
  EXPECT_EQ(rare("您的订单已发货，谢谢惠顾"), "");
  EXPECT_EQ(rare("這是繁體字"), "") << "their simplified forms are standard";
  EXPECT_EQ(rare("大家好龘"), "龘");
  EXPECT_EQ(rare("大家好𪚥"), "𪚥");
  EXPECT_EQ(rare("二〇二六年"), "");
}

TEST(Language, MixedScripts) {
  const auto mixed = [](std::string_view body) {
    const auto findings = screen_body(body, kN).findings;
    const Finding* f = find_rule(findings, "cn.language.mixed_script");
    return f == nullptr ? std::string() : f->matched;
  };
  EXPECT_EQ(mixed("您的订单发货后请确认"), "");
  EXPECT_EQ(mixed("您的訂單发货后请确认这个"), "訂");
  EXPECT_EQ(mixed("您的訂單發貨後請確認"), "");
  EXPECT_EQ(mixed("请登录аpple查询"), "аpple");  // a Cyrillic а
  EXPECT_EQ(mixed("αβ与beta"), "");
}

TEST(Language, LongSentences) {
  std::string body;
  for (int i = 0; i < 101; ++i) body += "字";
  EXPECT_NE(find_rule(screen_body(body, kN).findings, "cn.language.long_sentence"), nullptr);
  EXPECT_EQ(find_rule(screen_body(body.substr(3), kN).findings, "cn.language.long_sentence"), nullptr);
  body.insert(150, "。");
  EXPECT_EQ(find_rule(screen_body(body, kN).findings, "cn.language.long_sentence"), nullptr);
}

TEST(Messages, WholeTextsTellEverything) {
  constexpr std::string_view kText = "【驿站科技】全场优惠，拒收请回复R";
  const Screening screening = shipped().screen_message(kText, kM);
  const Finding* finding = find_rule(screening.findings, "cn.promotion.validity");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->part, Part::kWhole);
  EXPECT_EQ(kText.substr(finding->bytes.begin, finding->bytes.end - finding->bytes.begin), "优惠");
  EXPECT_EQ(finding->pack_id, "cn-sector");
  EXPECT_TRUE(screening.promotion.says(Essential::kScope));
  EXPECT_EQ(kText.substr(screening.promotion.spans[0].bytes.begin, 6), "全场");
  EXPECT_EQ(screening.packs.size(), shipped_packs().size());
}

TEST(Names, AreStable) {
  EXPECT_EQ(essential_name(Essential::kValidity), "validity");
  EXPECT_EQ(parse_essential("scope"), Essential::kScope);
  EXPECT_EQ(parse_essential("x"), std::nullopt);
  EXPECT_EQ(variants_name({Variants::kHomophone | Variants::kSplit}), "split characters, homophones");
  EXPECT_EQ(parse_category("LANGUAGE"), Category::kLanguage);
}

}  // namespace
}  // namespace yizhan::screen
