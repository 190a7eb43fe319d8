// The parts of screening one by one: folding, automaton, packs, links, personal data.

#include <fmt/format.h>

#include <map>

#include "base/limits.h"
#include "base/random.h"
#include "screen/links.h"
#include "screen/personal_data.h"
#include "screen/piece_set.h"
#include "screen/screen_test_support.h"
#include "text/utf8.h"

namespace yizhan::screen {
namespace {

Units units_of(std::string_view text, Placeholders placeholders = Placeholders::kLiteral) {
  Units units;
  FoldTable::instance().value()->normalize(text, placeholders, units);
  return units;
}

std::string folded(std::string_view text) {
  std::string out;
  for (const Unit& unit : units_of(text)) text::append_utf8(unit.folded, out);
  return out;
}

TEST(Normalize, Folds) {
  const std::map<std::string, std::string> kCases{{"ABCabc", "abcabc"}, {"ＡＢＣ１２３", "abc123"},
                                                  {"賭博", "赌博"},     {"發票", "发票"},
                                                  {"①②③", "123"},       {"ⓐⒷ", "ab"},
                                                  {"⁹₂", "92"},         {"⓿❶➋", "012"},
                                                  {"二肆〇", "240"},    {"𝐀𝟙", "a1"},
                                                  {"㎏", "kg"},         {"　", " "},
                                                  {"ﬁ", "fi"},          {"普通话", "普通话"},
                                                  {"🅰🅿🇦", "apa"},       {"éñ", "en"},
                                                  {"РОСТ", "poct"},     {"αβ", "aβ"},
                                                  {"🈲", "禁"}};
  for (const auto& [text, expected] : kCases) EXPECT_EQ(folded(text), expected) << text;
}

TEST(Normalize, RemembersWhereFrom) {
  const auto units = units_of("a賭①㎏\xFFz");
  ASSERT_EQ(units.size(), 7u);
  EXPECT_EQ(units[1].begin, 1u);
  EXPECT_EQ(units[1].end(), 4u);
  EXPECT_EQ(units[1].variants, Variants::kTraditional);
  EXPECT_EQ(units[2].variants, Variants::kDigitStyle);
  EXPECT_EQ(units[3].folded, U'k');
  EXPECT_EQ(units[4].folded, U'g');
  EXPECT_EQ(units[3].begin, units[4].begin);
  EXPECT_EQ(units[5].unit_class, UnitClass::kMalformed);
  EXPECT_EQ(units[5].end(), 11u);
  EXPECT_EQ(units[6].begin, 11u);
}

TEST(Normalize, Classes) {
  const std::pair<const char*, UnitClass> kCases[] = {
      {"中", UnitClass::kIdeograph},      {"A", UnitClass::kLetter},
      {"9", UnitClass::kDigit},           {" ", UnitClass::kSpace},
      {"。", UnitClass::kSentence},       {"\n", UnitClass::kSentence},
      {"*", UnitClass::kSymbol},          {"\u200B", UnitClass::kInvisible},
      {"\uFE0F", UnitClass::kInvisible},  {"\uE000", UnitClass::kUnsendable},
      {"\x01", UnitClass::kUnsendable},   {"\u0378", UnitClass::kUnsendable},
      {"\uFFFF", UnitClass::kUnsendable}, {"😀", UnitClass::kSymbol},
      {"\xC0", UnitClass::kMalformed},    {"ก", UnitClass::kLetter},
      {"€", UnitClass::kSymbol},          {"\U0010FFFD", UnitClass::kUnsendable}};
  for (const auto& [text, expected] : kCases) {
    const auto units = units_of(text);
    ASSERT_EQ(units.size(), 1u) << text;
    EXPECT_EQ(units[0].unit_class, expected) << text;
  }
}

TEST(Normalize, Placeholders) {
  const auto units = units_of("a{姓名}b{{c}}{}", Placeholders::kVariables);
  std::string classes;
  for (const Unit& unit : units)
    classes += unit.unit_class == UnitClass::kPlaceholder ? 'P' : static_cast<char>(unit.folded);
  EXPECT_EQ(classes, "aPb{c}}{}");
  EXPECT_EQ(units[1].length, 8u);
}

TEST(AutomatonTest, FindsEveryPattern) {
  const std::vector<std::u32string> patterns{U"he", U"she", U"his", U"hers", U"he", U"赌博", U"博彩", U"𝐀"};
  const auto automaton = Automaton::build(patterns);
  ASSERT_TRUE(automaton);
  std::string found;
  Automaton::State state = Automaton::kStart;
  for (const char32_t c : std::u32string_view(U"ushers 赌博彩𝐀")) {
    state = automaton->next(state, c);
    std::vector<uint32_t> here;
    automaton->for_each_match(state, [&](uint32_t p) { here.push_back(p); });
    std::ranges::sort(here);
    for (const uint32_t p : here) found += std::to_string(p);
    found += '.';
  }
  EXPECT_EQ(found, "...014..3...5.6.7.");
}

TEST(AutomatonTest, SameAsSearchingOneByOne) {
  Random random(7);
  const auto word = [&](size_t letters) {
    std::u32string out;
    for (size_t i = 0; i < letters; ++i) out += U'a' + static_cast<char32_t>(random.below(3));
    return out;
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<std::u32string> patterns;
    for (int i = 0; i < 20; ++i) patterns.push_back(word(1 + random.below(5)));
    const auto automaton = Automaton::build(patterns).value();
    const std::u32string text = word(200);
    Automaton::State state = Automaton::kStart;
    for (size_t end = 1; end <= text.size(); ++end) {
      state = automaton.next(state, text[end - 1]);
      std::vector<uint32_t> found;
      automaton.for_each_match(state, [&](uint32_t p) { found.push_back(p); });
      std::ranges::sort(found);
      std::vector<uint32_t> expected;
      for (uint32_t p = 0; p < patterns.size(); ++p)
        if (std::u32string_view(text).substr(0, end).ends_with(patterns[p])) expected.push_back(p);
      ASSERT_EQ(found, expected);
    }
  }
}

TEST(AutomatonTest, PlacesLeaveNothingOut) {
  using Places = Automaton::Places;
  Random random(11);
  const auto word = [&](size_t letters) {
    std::u32string out;
    for (size_t i = 0; i < letters; ++i) out += U'a' + static_cast<char32_t>(random.below(40));
    return out;
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<std::u32string> patterns;
    for (int i = 0; i < 300; ++i) patterns.push_back(word(2 + random.below(4)));
    const auto automaton = Automaton::build(patterns).value();
    const std::u32string text = word(256);
    for (const auto view : {Automaton::View::kPlain, Automaton::View::kSound}) {
      std::vector<Automaton::Symbols> symbols(Places::kBefore);
      for (const char32_t c : text) {
        const auto symbol = automaton.symbol_of(c);
        symbols.push_back(view == Automaton::View::kPlain ? Automaton::Symbols(symbol, 0)
                                                          : Automaton::Symbols(0, symbol));
      }
      std::vector<uint8_t> places(text.size());
      automaton.find_places(symbols.data() + Places::kBefore, text.size(), view, places.data());
      size_t some = 0;
      for (size_t i = 0; i < text.size(); ++i) {
        const auto upto = std::u32string_view(text).substr(0, i + 1);
        for (const std::u32string& pattern : patterns) {
          if (pattern.size() == 2 && upto.ends_with(pattern)) EXPECT_TRUE(places[i] & Places::kEnd);
          if (pattern.size() > 2 && upto.ends_with(pattern.substr(0, 3)))
            EXPECT_TRUE(places[i] & Places::kThird);
        }
        some += places[i] != 0 ? 1 : 0;
      }
      EXPECT_LT(some, text.size() / 2);
    }
  }
}

TEST(PieceSetTest, OneTextAfterTheOther) {
  PieceSet set;
  for (uint32_t text = 0; text < 600; ++text) {  // the mark comes round
    const size_t pieces = text % 7 == 0 ? 40 : 20;
    set.begin(pieces);
    for (size_t i = 0; i < pieces; ++i) ASSERT_FALSE(set.test(i)) << text;
    ASSERT_TRUE(set.leading().empty());
    for (int twice = 0; twice < 2; ++twice) {
      set.set(3, true);
      set.set(pieces - 1, true);
      set.set(5, false);
    }
    ASSERT_TRUE(set.test(3) && set.test(5) && set.test(pieces - 1));
    ASSERT_TRUE(
        std::ranges::equal(set.leading(), std::vector<uint32_t>{3, static_cast<uint32_t>(pieces - 1)}));
  }
}

TEST(AutomatonTest, ManyChildrenAndNone) {
  std::vector<std::u32string> patterns;
  for (char32_t c = 0x4E00; c < 0x4E00 + 3000; ++c) patterns.push_back({U'最', c});
  const auto automaton = Automaton::build(patterns).value();
  uint32_t found = 0;
  automaton.for_each_match(automaton.next(automaton.next(Automaton::kStart, U'最'), 0x4E00 + 2999),
                           [&](uint32_t p) { found = p; });
  EXPECT_EQ(found, 2999u);
  // Of two characters as well.
  for (std::u32string& pattern : patterns) pattern.insert(1, 1, U'高');
  const auto deeper = Automaton::build(patterns).value();
  const Automaton::State pair = deeper.next(deeper.next(Automaton::kStart, U'最'), U'高');
  for (uint32_t i = 0; i < patterns.size(); ++i) {
    std::vector<uint32_t> here;
    deeper.for_each_match(deeper.next(pair, patterns[i][2]), [&](uint32_t p) { here.push_back(p); });
    EXPECT_EQ(here, std::vector{i});
  }
  EXPECT_EQ(deeper.child_of(pair, deeper.symbol_of(U'最')), Automaton::kStart);
  EXPECT_EQ(deeper.child_of(pair, 0), Automaton::kStart);
  const auto none = Automaton::build({}).value();
  EXPECT_EQ(none.next(Automaton::kStart, U'a'), Automaton::kStart);
  EXPECT_FALSE(Automaton::build(std::vector<std::u32string>{U""}));
}

std::string links_of(std::string_view text, Placeholders placeholders = Placeholders::kVariables) {
  const auto units = units_of(text, placeholders);
  std::vector<Link> links;
  find_links(units, links);
  std::string out;
  for (const Link& link : links) {
    out += text.substr(units[link.begin].begin, units[link.end - 1].end() - units[link.begin].begin);
    out += link.has_scheme ? (link.https ? " https" : " http") : " bare";
    if (link.address) out += " address";
    if (link.variable) out += " variable";
    out += ";";
  }
  return out;
}

TEST(Links, Found) {
  const std::pair<const char*, const char*> kCases[] = {
      {"点击https://a.example.com/x?y=1领取", "https://a.example.com/x?y=1 https;"},
      {"见 http://example.cn。", "http://example.cn http;"},
      {"戳www.example.com/a.", "www.example.com/a bare;"},
      {"t.cn/Ab12 或 dwz.cn/9", "t.cn/Ab12 bare;dwz.cn/9 bare;"},
      {"ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ bare;"},
      {"http://8.8.8.8:80/a", "http://8.8.8.8:80/a http address;"},
      {"8.8.8.8/a", "8.8.8.8/a bare address;"},
      {"https://a.cn/{id}", "https://a.cn/{id} https variable;"},
      {"https://a.cn/o?id={id}&x=1", "https://a.cn/o?id={id}&x=1 https variable;"},
      {"{shop}.example.com", "{shop}.example.com bare variable;"},
      {"https://{host}/a", "https://{host}/a https variable;"},
      {"https://a.cn{id}", "https://a.cn{id} https variable;"},
      {"价格3.5元，版本1.2.3", ""},
      {"时间10:30", ""},
      {"a@example.com", ""},
      {"e.g. this. That", ""},
      {"https://", ""},
      {"一.cn", ""},
      {"你好.com", ""},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(links_of(text), expected) << text;
}

std::string personal_of(std::string_view text) {
  constexpr std::string_view kNames[] = {"id", "card", "phone", "mail"};
  const auto units = units_of(text);
  std::vector<PersonalDatum> data;
  find_personal_data(units, data);
  std::string out;
  for (const PersonalDatum& d : data) {
    out += kNames[static_cast<size_t>(d.kind)];
    out += ' ';
    out += text.substr(units[d.begin].begin, units[d.end - 1].end() - units[d.begin].begin);
    out += ';';
  }
  return out;
}

// 11010519491231002X is the example of GB 11643-1999; 4111111111111111 the well-known test number.
TEST(PersonalData, Found) {
  const std::pair<const char*, const char*> kCases[] = {
      {"身份证11010519491231002X。", "id 11010519491231002X;"},
      {"身份证11010519491231002x。", "id 11010519491231002x;"},
      {"证件110105 19491231 002X", "id 110105 19491231 002X;"},
      {"证件110105-19491231-002x", "id 110105-19491231-002x;"},
      {"110105 19491231 0021", ""},  // check digit
      {"110105194912310021", ""},
      {"11010519491331002X", ""},  // month
      {"99010519491231002X", ""},  // region
      {"卡号4111111111111111", "card 4111111111111111;"},
      {"卡号4111 1111 1111 1111有效", "card 4111 1111 1111 1111;"},
      {"卡号4111-1111-1111-1111", "card 4111-1111-1111-1111;"},
      {"卡号4111111111111112", ""},
      {"电话13800138000", "phone 13800138000;"},
      {"电话+8613800138000", "phone 8613800138000;"},
      {"电话008613800138000", "phone 008613800138000;"},
      {"电话138 0013 8000", "phone 138 0013 8000;"},
      {"电话138-0013-8000", "phone 138-0013-8000;"},
      {"１３８００１３８０００", "phone １３８００１３８０００;"},
      {"一三八零零一三八零零零", "phone 一三八零零一三八零零零;"},
      {"12345678901", ""},
      {"4008001234", ""},
      {"订单20260302138001380001", ""},
      {"2026-03-02 10:30", ""},
      {"邮箱zhang.wei@example.com.cn，", "mail zhang.wei@example.com.cn;"},
      {"a@b", ""},
      {"@example.com", ""},
      {"x@example.com.", "mail x@example.com;"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(personal_of(text), expected) << text;
}

TEST(PersonalData, FoundAtAnyPlace) {
  for (const std::string number : {"13800138000", "138 0013 8000", "1 380013 8000", "4111-1111-1111-1111",
                                   "110105 19491231 002X", "11010519491231002X"}) {
    std::string before;
    for (int i = 0; i < 9; ++i, before += "电") {
      EXPECT_EQ(personal_of(before + number).find(number), number.starts_with("4111") ? 5U
                                                           : number.starts_with("11") ? 3U
                                                                                      : 6U)
          << before << number;
      EXPECT_NE(personal_of(before + "99-" + number + "。12").find(number.substr(0, 3)), std::string::npos)
          << before << number;
    }
  }
}

TEST(PersonalData, Luhn) {
  EXPECT_TRUE(passes_luhn("79927398713"));
  for (int d = 0; d < 10; ++d) EXPECT_EQ(passes_luhn("7992739871" + std::to_string(d)), d == 3);
  EXPECT_FALSE(passes_luhn(""));
}

constexpr std::string_view kPackHead =
    "[pack]\nid = \"t\"\nversion = \"1\"\njurisdiction = \"CN\"\neffective_date = 2026-01-01\n";
constexpr std::string_view kRule =
    "[[rule]]\nid = \"r\"\ncategory = \"PORN\"\nseverity = \"block\"\nlegal_basis = \"x\"\n"
    "suggestion = { zh = \"a\", en = \"b\" }\nterms = [\"坏词\"]\n";

TEST(RulePackTest, Parses) {
  const auto pack =
      parse_rule_pack(std::string(kPackHead) + std::string(kRule) +
                          "severity_in = { public_service = \"info\" }\nclasses = [\"marketing\"]\n"
                          "except = [\"好坏词\"]\ngroups = [[\"甲\"], [\"乙\"]]\npart = \"body\"\n",
                      "t.toml");
  ASSERT_TRUE(pack) << to_string(pack.error());
  EXPECT_EQ(pack->info, (PackInfo{"t", "1", "CN", "2026-01-01"}));
  ASSERT_EQ(pack->rules.size(), 1u);
  const TermRule& rule = pack->rules[0];
  EXPECT_EQ(rule.info.severity[static_cast<size_t>(MessageClass::kMarketing)], Severity::kBlock);
  EXPECT_EQ(rule.info.severity[static_cast<size_t>(MessageClass::kPublicService)], Severity::kInfo);
  EXPECT_EQ(rule.info.severity[static_cast<size_t>(MessageClass::kNotification)], std::nullopt);
  EXPECT_EQ(rule.groups.size(), 2u);
  EXPECT_EQ(rule.part, Part::kBody);
}

TEST(RulePackTest, Refuses) {
  const std::string head(kPackHead);
  const std::string rule(kRule);
  const auto without = [&](std::string_view line) {
    std::string text = rule;
    const size_t at = text.find(line);
    return head + text.erase(at, text.find('\n', at) + 1 - at);
  };
  const std::pair<std::string, ErrorCode> kCases[] = {
      {"[pack", ErrorCode::kMalformed},
      {rule, ErrorCode::kInvalidArgument},
      {head + rule + "misspelt = 1\n", ErrorCode::kInvalidArgument},
      {head + rule + "part = \"whole\"\n", ErrorCode::kInvalidArgument},
      {head + rule + "classes = [\"x\"]\n", ErrorCode::kInvalidArgument},
      {head + rule + "except = [1]\n", ErrorCode::kInvalidArgument},
      {head + rule + "except = [\"\"]\n", ErrorCode::kInvalidArgument},
      {head + rule + "whole_part = 1\n", ErrorCode::kInvalidArgument},
      {head + rule + "weighed = 1\n", ErrorCode::kInvalidArgument},
      {head + rule + "severity_in = { marketing = \"block\" }\nweighed = true\n",
       ErrorCode::kInvalidArgument},
      {head + rule + "severity_in = { marketing = \"x\" }\n", ErrorCode::kInvalidArgument},
      {head + rule + "groups = [\"a\"]\n", ErrorCode::kInvalidArgument},
      {head + rule + "except = [\"" + std::string(65, 'a') + "\"]\n", ErrorCode::kTooLarge},
      {without("terms"), ErrorCode::kInvalidArgument},
      {without("legal_basis"), ErrorCode::kInvalidArgument},
      {without("suggestion"), ErrorCode::kInvalidArgument},
      {without("category"), ErrorCode::kInvalidArgument},
      {without("severity"), ErrorCode::kInvalidArgument},
      {without("id"), ErrorCode::kInvalidArgument},
      {head + "[rule]\nid = \"x\"\n", ErrorCode::kInvalidArgument},
      {head + "[[check]]\nid = \"x\"\n", ErrorCode::kInvalidArgument},
      {"\xFF", ErrorCode::kMalformed},
  };
  for (const auto& [text, code] : kCases) {
    const auto pack = parse_rule_pack(text, "t.toml");
    ASSERT_FALSE(pack) << text;
    EXPECT_EQ(pack.error().code, code) << text << to_string(pack.error());
    EXPECT_TRUE(pack.error().field.starts_with("t.toml")) << pack.error().field;
  }
}

TEST(Load, FailsClosed) {
  constexpr const char* kDate = "2026-01-01";
  EXPECT_EQ(Screener::load(shipped_packs(), "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Screener::load({}, kDate).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Screener::load(std::vector<std::string>{"rules/none.toml"}, kDate).error().code,
            ErrorCode::kNotFound);
  // Every check must be configured: terms alone are not enough.
  EXPECT_EQ(Screener::load(std::vector<std::string>{"rules/cn_forbidden.toml"}, kDate).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Screener::load(std::vector<std::string>{"rules/cn_format.toml", "rules/cn_format.toml"}, kDate)
                .error()
                .code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Screener::load(shipped_packs(), "2025-12-31").error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Screener::load(shipped_packs(), kDate));
}

TEST(Load, RefusesTermsThatCannotWork) {
  for (const std::string term : {"***", "123", "一二三"}) {
    RulePack format = load_rule_pack("rules/cn_format.toml").value();
    format.rules.push_back(format.rules.front());
    format.rules.back().info.id = "x";
    format.rules.back().terms = {{term, ""}};
    const auto screener = Screener::make({format});
    ASSERT_FALSE(screener) << term;
    EXPECT_EQ(screener.error().field, "x");
  }
}

// Every rule of a pack, those of its sectors too, with what else must be said for it to hold.
struct RuleInContext {
  TermRule rule;
  std::string context;
};
std::vector<RuleInContext> rules_of(const RulePack& pack) {
  std::vector<RuleInContext> out;
  for (const TermRule& rule : pack.rules) out.push_back({rule, {}});
  for (const Sector& sector : pack.sectors) {
    out.push_back({sector.triggers, {}});
    for (const TermRule& claim : sector.forbidden)
      out.push_back({claim, " # " + sector.triggers.terms.front().text});
  }
  for (RuleInContext& r : out)
    for (const auto& group : r.rule.groups) r.context += " # " + group.front();
  return out;
}

// Each term of each shipped rule is found when it stands alone, so none is shadowed by its rule's exceptions.
TEST(ShippedPacks, EveryTermIsFound) {
  for (const std::string& file : shipped_packs())
    for (const auto& [rule, context] : rules_of(load_rule_pack(file).value())) {
      const auto at = std::ranges::find_if(rule.info.severity, [](const auto& s) { return s.has_value(); });
      const auto message_class = static_cast<MessageClass>(at - rule.info.severity.begin());
      for (const auto& [term, replacement] : rule.terms) {
        Draft draft = draft_of(message_class, {});
        size_t first = 0;
        text::next_code_point(term, first);
        std::string body = term + context;
        if (rule.disguised) body.insert(first, "*");
        (rule.part == Part::kSignature ? draft.signature : draft.body) = body;
        const auto findings = shipped().screen(draft).findings;
        EXPECT_NE(find_rule(findings, rule.info.id), nullptr) << rule.info.id << " " << term << "\n"
                                                              << describe(findings);
      }
    }
}

TEST(ShippedPacks, NoExceptionIsIdle) {
  for (const std::string& file : shipped_packs())
    for (const auto& [rule, context] : rules_of(load_rule_pack(file).value()))
      for (const std::string& phrase : rule.except)
        EXPECT_TRUE(std::ranges::any_of(
            rule.terms,
            [&](const Term& term) { return folded(phrase).find(folded(term.text)) != std::string::npos; }))
            << rule.info.id << " " << phrase;
}

}  // namespace
}  // namespace yizhan::screen
