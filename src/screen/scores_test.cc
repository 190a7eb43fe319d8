#include "screen/scores.h"

#include "screen/screen_test_support.h"

namespace yizhan::screen {
namespace {

const VariantTable& variants() {
  static const VariantTable table = [] {
    const auto pack = load_rule_pack("rules/cn_format.toml");
    EXPECT_TRUE(pack);
    return VariantTable::make(**FoldTable::instance(), pack->variants);
  }();
  return table;
}

ScoreReading read(std::string_view text) {
  Units units;
  (*FoldTable::instance())->normalize(text, Placeholders::kVariables, units);
  ScoreReading reading;
  read_for_scores(text, units, variants(), reading);
  return reading;
}

std::u32string written(std::string_view text) {
  std::u32string out;
  for (const auto& character : read(text).written)
    out.push_back(character.c == kReadingBreak ? U'|' : character.c);
  return out;
}

bool marked(std::string_view text, ScoreMark mark) { return (read(text).marks & bit(mark)) != 0; }

TEST(ScoreReading, WhatStandsBetweenIsLeftOut) {
  EXPECT_EQ(written("加微信"), U"加微信|");
  EXPECT_EQ(written("加/微 信"), U"加微信|");
  EXPECT_EQ(written("加😀微*信"), U"加微信|");
  EXPECT_EQ(written("征x信x中x心"), U"征信中心|");
  EXPECT_EQ(written("征〇信"), U"征信|");
  EXPECT_EQ(written("维C片"), U"维c片|");
}

TEST(ScoreReading, CharactersAreWhatTheyStandFor) {
  EXPECT_EQ(written("貸款"), U"贷款|");
  EXPECT_EQ(written("亻言用卡"), U"信用卡|");
  EXPECT_EQ(written("女子学院"), U"女子学院|");
}

TEST(ScoreReading, NumbersAreAlike) {
  EXPECT_EQ(written("满199减30"), U"满999减99|");
  EXPECT_EQ(written("第1，第7"), U"第1第2|");
  EXPECT_EQ(written("约13800001111"), U"约9999|");
  EXPECT_EQ(written("尊敬的{name}您好"), U"尊敬的|您好|");
}

TEST(ScoreReading, Marks) {
  EXPECT_FALSE(marked("请您加微信", ScoreMark::kInserted));
  EXPECT_TRUE(marked("请*您*加微信", ScoreMark::kInserted));
  EXPECT_TRUE(marked("加wei信", ScoreMark::kPinyin));
  EXPECT_FALSE(marked("用APP看", ScoreMark::kPinyin));
  EXPECT_TRUE(marked("亻言用", ScoreMark::kParts));
  EXPECT_TRUE(marked("免費", ScoreMark::kTraditional));
  EXPECT_TRUE(marked("看 https://a.example.com/b", ScoreMark::kLink));
}

TEST(ScoreReading, ByteOffsetsAreThoseOfTheText) {
  const ScoreReading reading = read("加*微");
  ASSERT_EQ(reading.written.size(), 3U);
  EXPECT_EQ(reading.written[1].begin, 4U);
  EXPECT_EQ(reading.written[1].end, 7U);
}

ScoreTable table_of(std::span<const ScoreWeight> weights, const std::vector<WordClass>& classes = {}) {
  ScoreTable::Builder builder(**FoldTable::instance(), variants());
  for (const WordClass& words : classes) EXPECT_TRUE(builder.add_class(words));
  EXPECT_TRUE(builder.add_rule(weights));
  auto table = builder.make();
  EXPECT_TRUE(table && *table);
  return **std::move(table);
}

int32_t sum(const ScoreTable& table, std::string_view text) {
  const ScoreReading reading = read(text);
  return table.sum({&reading, 1}, [](uint32_t, const ScoreTable::Place&) { return false; })[0].weight;
}

TEST(ScoreTable, EachPieceCountsOnce) {
  const std::vector<ScoreWeight> weights{
      {"微信", 100, 1}, {"wei xin", 10, 0}, {"@pay", 1'000, 0}, {"<traditional>", 1, 0}};
  const ScoreTable table = table_of(weights, {{"pay", {"日结", "现结", "先垫付"}}});
  EXPECT_EQ(sum(table, "加微信"), 110);
  EXPECT_EQ(sum(table, "加微信，微信"), 110);
  EXPECT_EQ(sum(table, "加wei信"), 10);
  EXPECT_EQ(sum(table, "日结现结"), 1'000);
  EXPECT_EQ(sum(table, "显垫付"), 1'000);  // known by its sound
  EXPECT_EQ(sum(table, "費用"), 1);
  EXPECT_EQ(sum(table, "没有"), 0);
}

TEST(ScoreTable, AWordThatIsANumberIsThatNumber) {
  const std::vector<ScoreWeight> weights{{"@call", 100, 0}, {"@day", 10, 0}};
  const ScoreTable table = table_of(weights, {{"call", {"110", "96110"}}, {"day", {"六四"}}});
  EXPECT_EQ(sum(table, "请拨打110报警"), 100);
  EXPECT_EQ(sum(table, "请拨打96110"), 100);
  EXPECT_EQ(sum(table, "电话1101"), 0);
  EXPECT_EQ(sum(table, "全场64折"), 0);
  EXPECT_EQ(sum(table, "六四那年"), 10);
  ScoreTable::Builder builder(**FoldTable::instance(), variants());
  EXPECT_FALSE(builder.add_class({"x", {"9"}}));
  EXPECT_FALSE(builder.add_class({"y", {"1:1"}}));
}

TEST(ScoreReading, TheWayToRefuseIsNotRead) {
  const auto read_of = [](std::string_view text) { return text.substr(0, opt_out_begin(text)); };
  EXPECT_EQ(read_of("全场八折，拒收请回复R"), "全场八折，");
  EXPECT_EQ(read_of("拒收这批货的客户请到门店办理退款手续，详情请看公告"),
            "拒收这批货的客户请到门店办理退款手续，详情请看公告");
  EXPECT_EQ(read_of("没有"), "没有");
}

TEST(ScoreReading, WindowsAreWholeClauses) {
  const auto windows = [](std::string_view text) {
    Units units;
    (*FoldTable::instance())->normalize(text, Placeholders::kLiteral, units);
    std::vector<std::string> out;
    for (const ScoreWindow& at : score_windows(units)) {
      const size_t begin = units[at.first].begin;
      out.emplace_back(text.substr(begin, units[at.first + at.count - 1].end() - begin));
    }
    return out;
  };
  const std::string ten = "一二三四五六七八九，";
  EXPECT_TRUE(windows(ten + ten + ten + ten).empty());
  EXPECT_TRUE(windows(ten + ten + ten + ten + ten).empty()) << "the whole";
  const auto found = windows("开头短，" + ten + ten + ten + ten + ten + "完。");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], "开头短，" + ten + ten + ten + ten);
  EXPECT_EQ(found[1], ten + ten + ten + ten + ten);
}

TEST(ScoreTable, WhatIsPassedDoesNotCount) {
  const std::vector<ScoreWeight> weights{{"微信", 100, 1}};
  const ScoreTable table = table_of(weights);
  const ScoreReading reading = read("微信，加微信");
  const auto first = [](uint32_t, const ScoreTable::Place& place) { return place.begin == 0; };
  EXPECT_EQ(table.sum({&reading, 1}, first)[0].weight, 100);
  const auto shares = table.shares({&reading, 1}, 0, first);
  ASSERT_EQ(shares.size(), 1U);
  EXPECT_EQ(shares[0].place->begin, 12U);
}

ScoreTable::Stretch stretch_in(const ScoreTable& table, std::string_view text) {
  const ScoreReading reading = read(text);
  const auto shares =
      table.shares({&reading, 1}, 0, [](uint32_t, const ScoreTable::Place&) { return false; });
  const auto stretch = ScoreTable::stretch_of(shares);
  return stretch.value_or(ScoreTable::Stretch{});
}

TEST(ScoreTable, StretchIsTheShortestThatCarriesHalf) {
  const std::vector<ScoreWeight> weights{{"您", 90, 0}, {"微信", 100, 50}, {"便宜", 60, 60}, {"请", -500, 0}};
  const ScoreTable table = table_of(weights);
  const std::string text = "您好，请您来看，加微信便宜些，请回";
  const auto stretch = stretch_in(table, text);
  EXPECT_EQ(text.substr(stretch.place.begin, stretch.place.end - stretch.place.begin), "微信便宜");
  ASSERT_EQ(stretch.heaviest.size(), 2U);
  EXPECT_EQ(stretch.heaviest[0].piece, "微信");
  EXPECT_EQ(stretch.heaviest[1].piece, "便宜");
  EXPECT_TRUE(stretch_in(table, "请回").heaviest.empty());
}

TEST(ScoreTable, StretchLiesInThePartThatHasMost) {
  const std::vector<ScoreWeight> weights{
      {"微信", 100, 0}, {"便宜", 60, 0}, {"私聊", 60, 0}, {"<link>", 900, 0}};
  const ScoreTable table = table_of(weights);
  const std::vector<ScoreReading> parts{read("微信"), read("私聊 https://a.example.com 便宜")};
  const auto shares = table.shares(parts, 0, [](uint32_t, const ScoreTable::Place&) { return false; });
  const auto stretch = ScoreTable::stretch_of(shares);
  ASSERT_TRUE(stretch);
  EXPECT_EQ(stretch->place.part, 1U);
  EXPECT_EQ(stretch->place.begin, 0U);
  EXPECT_EQ(stretch->place.end, 6U);
}

TEST(ScoreTable, FaultsAreRefused) {
  for (const char* piece : {"@nobody", "<nothing>", "，"}) {
    ScoreTable::Builder builder(**FoldTable::instance(), variants());
    const std::vector<ScoreWeight> weights{{piece, 1, 1}};
    EXPECT_FALSE(builder.add_rule(weights)) << piece;
  }
}

TEST(ScoreWeights, Form) {
  const auto weights = parse_score_weights("# c\n加我\t-12\t3\n");
  ASSERT_TRUE(weights);
  ASSERT_EQ(weights->size(), 1U);
  EXPECT_EQ((*weights)[0].weight, -12);
  EXPECT_EQ((*weights)[0].kind, 3);
  for (const char* text : {"加我\n", "加我\t1\n", "加我\t1\t\n", "加我\t1\tx\n", "\t1\t2\n",
                           "加我\t1\t2\t3\n", "加我\t999999\t1\n"})
    EXPECT_FALSE(parse_score_weights(text)) << text;
}

constexpr std::string_view kLoanTalk =
    "【驿站科技】无需任何证明材料，当天把钱打到您手里，征信不好也能办理，请加我详聊。拒收请回复R";

TEST(ScoredRules, AskAReviewerAndSayWhy) {
  const Screening screening = shipped().screen_message(kLoanTalk, MessageClass::kMarketing);
  const auto found = std::ranges::find_if(
      screening.findings, [](const Finding& f) { return f.rule_id.starts_with("cn.scored."); });
  ASSERT_NE(found, screening.findings.end()) << describe(screening.findings);
  EXPECT_EQ(found->severity, Severity::kReview);
  EXPECT_FALSE(found->term.empty());
  EXPECT_GT(found->bytes.end, found->bytes.begin);
  EXPECT_LT(found->bytes.end - found->bytes.begin, kLoanTalk.size() / 2);
  EXPECT_EQ(variants_name(found->how_matched), "scored");
}

TEST(ScoredRules, AreNotAddedUpAtSending) {
  for (const Finding& finding : shipped().screen_rendered(kLoanTalk, MessageClass::kMarketing).findings)
    EXPECT_FALSE(finding.rule_id.starts_with("cn.scored.")) << finding.rule_id;
}

struct Scored {
  const char* id;
  Category category;
  std::optional<int32_t> threshold;
  std::vector<ScoreWeight> weights;
};

// With these scored rules, whose threshold is 100 where they have none of their own, and what else `more`
// says.
std::shared_ptr<const Screener> scored_screener(std::span<const Scored> scored, std::string_view more) {
  std::string text =
      "[pack]\nid = \"t\"\nversion = \"7\"\njurisdiction = \"CN\"\neffective_date = 2026-01-01\n"
      "[scores]\nthreshold = 100\n";
  text += more;
  text += '\n';
  for (const Scored& rule : scored) text += rule_of(rule.id, "review", "terms = [\"x\"]");
  auto pack = parse_rule_pack(text, "t.toml");
  auto format = load_rule_pack("rules/cn_format.toml");
  if (!pack || !format) {
    ADD_FAILURE() << to_string((pack ? format : pack).error());
    return nullptr;
  }
  for (const Scored& wanted : scored) {
    TermRule& rule = *std::ranges::find(pack->rules, wanted.id,
                                        [](const TermRule& r) { return std::string_view(r.info.id); });
    rule.terms.clear();
    rule.scores_file = "t.tsv";
    rule.scores = wanted.weights;
    rule.threshold = wanted.threshold;
    rule.info.category = wanted.category;
  }
  const auto screener = Screener::make({*std::move(format), *std::move(pack)});
  if (!screener) ADD_FAILURE() << to_string(screener.error());
  return screener ? *screener : nullptr;
}

// Whether a rule that gives 暗号 250 holds in this message.
bool holds(std::string_view short_margin, std::string_view message) {
  const Scored rule{"t.scored", Category::kFraud, {}, {{"暗号", 250, 0}}};
  const auto screener = scored_screener({&rule, 1}, short_margin);
  const Screening screening = screener->screen_message(message, MessageClass::kNotification);
  return find_rule(screening.findings, "t.scored") != nullptr;
}

// The findings of a message by rules of the tests, each with what it may be as well.
std::string reading_of(const Screener& screener, std::string_view message) {
  std::string out;
  for (const Finding& f : screener.screen_message(message, MessageClass::kNotification).findings) {
    if (!f.rule_id.starts_with("t.")) continue;
    out += f.rule_id;
    for (const OtherKind& kind : f.other_kinds)
      out += fmt::format(" or {} {}", kind.rule_id, category_name(kind.category));
    out += ';';
  }
  return out;
}

TEST(ScoredRules, AreOneFindingThatNamesTheLikelyKinds) {
  const std::vector<Scored> scored{
      {"t.fraud", Category::kFraud, {}, {{"暗号", 250, 900}}},
      {"t.drugs", Category::kDrugs, {}, {{"暗号", 250, 400}, {"货到", 10, 900}}},
      {"t.porn", Category::kPorn, {}, {{"暗号", 250, 100}}},
      {"t.alone", Category::kPromotion, 50, {{"清仓", 60, 0}}},
  };
  const auto screener = scored_screener(scored, rule_of("t.words", "review", R"(terms = ["白话"])"));
  ASSERT_NE(screener, nullptr);
  ASSERT_EQ(
      find_rule(screener->screen_message("【驿站】说白话", MessageClass::kNotification).findings, "t.words")
          ->category,
      Category::kFraud);
  const auto reading = [&](std::string_view words) {
    return reading_of(*screener, fmt::format("【驿站科技】{}，明天下午三点以前都在店里等着大家", words));
  };
  EXPECT_EQ(reading("对上暗号的人来拿"), "t.fraud or t.drugs DRUGS;") << "the third is much less likely";
  EXPECT_EQ(reading("对上暗号的人货到再拿"), "t.drugs or t.fraud FRAUD;");
  EXPECT_EQ(reading("说白话的人对上暗号"), "t.words or t.drugs DRUGS;") << "the words say it already";
  EXPECT_EQ(reading("说白话的人来拿"), "t.words;");
  EXPECT_EQ(reading("今天清仓的东西来拿"), "t.alone;");
  EXPECT_EQ(reading("对上暗号的人清仓来拿"), "t.fraud or t.drugs DRUGS or t.alone PROMOTION;");
}

TEST(ScoredRules, NameNoMoreKindsThanTheLimit) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < limits::kScoredOtherKinds + 2; ++i) ids.push_back(fmt::format("t.{}", i));
  std::vector<Scored> scored;
  for (size_t i = 0; i < ids.size(); ++i)
    scored.push_back(
        {ids[i].c_str(), static_cast<Category>(i), {}, {{"暗号", 250, 900 - static_cast<int32_t>(i)}}});
  const auto screener = scored_screener(scored, "");
  ASSERT_NE(screener, nullptr);
  std::string expected = ids[0];
  for (size_t i = 1; i <= limits::kScoredOtherKinds; ++i)
    expected += fmt::format(" or {} {}", ids[i], category_name(scored[i].category));
  EXPECT_EQ(reading_of(*screener, "【驿站科技】对上暗号的人来拿，明天下午三点以前都在店里等着大家"),
            expected + ";")
      << "the least likely is left out";
}

TEST(ScoredRules, AShortMessageMustPassByMore) {
  constexpr std::string_view kShort = "【驿站科技】对上暗号的人来拿";
  constexpr std::string_view kWhole = "【驿站科技】对上暗号的人来拿，明天下午三点以前都在店里等着大家";
  constexpr std::string_view kTooShort = "【驿站】对上暗号";
  for (const auto* margin : {"", "short_margin = 100", "short_margin = 200"})
    EXPECT_TRUE(holds(margin, kWhole));
  EXPECT_FALSE(holds("", kShort));
  EXPECT_TRUE(holds("short_margin = 100", kShort));
  EXPECT_FALSE(holds("short_margin = 200", kShort));
  EXPECT_FALSE(holds("short_margin = 0", kTooShort));
}

constexpr std::string_view kWarning =
    "【诚信财税】本所不提供代开发票服务，如需记账请提前预约，祝您工作顺利。";

TEST(ScoredRules, DeniedWordsInAnOrdinaryMessageAreOnlyTold) {
  const Screening screening = shipped().screen_message(kWarning, MessageClass::kNotification);
  EXPECT_EQ(screening.verdict, Verdict::kPass) << describe(screening.findings);
  EXPECT_FALSE(screening.findings.empty());
}

// Greetings before and thanks behind make no forbidden word an ordinary one.
TEST(ScoredRules, WhatStandsAroundHidesNothing) {
  const std::string before = "【驿站】张三您好，本店周年庆全场八折起，";
  const std::string behind =
      "，12月31日前到店办理，限会员，详询客服，请勿外传，祝您生活愉快，感谢您的支持。拒收请回复R";
  for (const char* what : {"出售冰毒", "六合彩特码", "代开发票", "法轮功好", "黑户贷款秒下", "出售手。枪",
                           "百佳乐", "复合弩现货", "算命改运", "小姐上门服务，全套包夜",
                           "无需任何证明材料，当天把钱打到您手里，征信不好也能办理，请加我详聊"})
    for (const MessageClass c :
         {MessageClass::kMarketing, MessageClass::kNotification, MessageClass::kPublicService})
      EXPECT_NE(shipped().screen_message(before + what + behind, c).verdict, Verdict::kPass)
          << what << " " << message_class_name(c);
}

}  // namespace
}  // namespace yizhan::screen
