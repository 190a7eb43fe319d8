// The screener over the shipped packs: violations are found, with exact spans; form is checked part by part.

#include <thread>

#include "base/limits.h"
#include "base/random.h"
#include "screen/screen_test_support.h"
#include "text/utf8.h"

namespace yizhan::screen {
namespace {

struct Violation {
  MessageClass message_class;
  const char* body;
  const char* rule;
  Severity severity;
  const char* matched;
  const char* how;
};

constexpr Violation kViolations[] = {
    {M, "加入我们颠覆国家政权", "cn.political.state_security", Severity::kBlock, "颠覆国家政权", "exact"},
    {M, "出售枪支包邮到家", "cn.terror", Severity::kBlock, "出售枪支", "exact"},
    {N, "寂寞吗？同城裸聊等你来", "cn.porn", Severity::kBlock, "裸聊", "exact"},
    {M, "澳门百家乐真人荷官在线发牌", "cn.gambling", Severity::kBlock, "百家乐", "exact"},
    {M, "今晚开奖，六合彩内幕", "cn.gambling", Severity::kBlock, "六合彩", "exact"},
    {M, "低价供应冰毒，货到付款", "cn.drugs", Severity::kBlock, "冰毒", "exact"},
    {M, "代开发票，税点优惠", "cn.fraud.documents", Severity::kBlock, "代开发票", "exact"},
    {M, "黑户贷款无视征信当天下款", "cn.fraud.loans", Severity::kBlock, "黑户贷款", "exact"},
    {M, "招聘兼职刷单，日结工资三百", "cn.fraud.jobs", Severity::kBlock, "刷单", "exact"},
    {N, "请把资金转入安全账户配合调查", "cn.fraud.safe_account", Severity::kReview, "安全账户", "exact"},
    {M, "法轮功真相", "cn.cult", Severity::kBlock, "法轮功", "exact"},
    {N, "你这个王八蛋快还钱", "cn.insult", Severity::kBlock, "王八蛋", "exact"},
    {N, "再不还钱就爆你通讯录", "cn.threat", Severity::kBlock, "爆你通讯录", "exact"},
    {M, "这群黑鬼", "cn.discrimination", Severity::kBlock, "黑鬼", "exact"},
    // disguises
    {M, "來我們這裡賭博吧", "cn.gambling", Severity::kBlock, "賭博", "traditional"},
    {M, "快来赌*博吧", "cn.gambling", Severity::kBlock, "赌*博", "inserted symbols"},
    {M, "快来赌 博吧", "cn.gambling", Severity::kBlock, "赌 博", "inserted symbols"},
    {M, "快来赌\u200B博吧", "cn.gambling", Severity::kBlock, "赌\u200B博", "invisible characters"},
    {M, "快来賭-_-博吧", "cn.gambling", Severity::kBlock, "賭-_-博", "traditional, inserted symbols"},
    {M, "６合彩料", "cn.gambling", Severity::kBlock, "６合彩", "full width"},
    {M, "⑥合彩料", "cn.gambling", Severity::kBlock, "⑥合彩", "digit style"},
    {M, "陆合彩料", "cn.gambling", Severity::kBlock, "陆合彩", "digit style"},
    {M, "北京赛车ＰＫ１０开奖", "cn.gambling", Severity::kBlock, "北京赛车ＰＫ１０", "full width"},
    {M, "watch ⓟⓞⓡⓝ now", "cn.porn", Severity::kBlock, "ⓟⓞⓡⓝ", "styled letters"},
    {M, "watch p.o.r.n now", "cn.porn", Severity::kReview, "p.o.r.n", "inserted symbols"},
    {M, "别去赌。博物馆见", "cn.gambling", Severity::kReview, "赌。博", "inserted symbols"},
    // claims
    {M, "全国销量第一的床垫", "cn.ad.absolute.first", Severity::kReview, "销量第一", "exact"},
    {M, "国家级品质", "cn.ad.absolute.state", Severity::kReview, "国家级", "exact"},
    {M, "您身边的最佳选择", "cn.ad.absolute.superlative", Severity::kReview, "最佳", "exact"},
    {M, "本产品保本保息", "cn.ad.false_promise", Severity::kReview, "保本保息", "exact"},
    {M, "签约保过不过退款", "cn.ad.education_promise", Severity::kReview, "签约保过", "exact"},
    {M, "祖传秘方包治百病", "cn.ad.medical_claim", Severity::kReview, "祖传秘方", "exact"},
    {M, "高仿手表", "cn.ad.brand", Severity::kReview, "高仿", "exact"},
    {M, "详情加微信咨询", "cn.ad.diversion", Severity::kReview, "加微信", "exact"},
    {M, "基金定投正当时", "cn.sector.investment", Severity::kInfo, "基金定投", "exact"},
    {M, "这里的投资回报稳赚不赔", "cn.sector.investment.promise", Severity::kReview, "稳赚不赔", "exact"},
    {M, "香烟批发", "cn.sector.tobacco", Severity::kBlock, "香烟批发", "exact"},
    {M, "全场优惠欢迎光临", "cn.promotion.validity", Severity::kInfo, "优惠", "exact"},
    {V, "验证码{code}，限时抢购进行中", "cn.hidden_marketing.strong", Severity::kBlock, "限时抢购", "exact"},
    {N, "您的订单已发货，新品上市欢迎选购", "cn.hidden_marketing.strong", Severity::kReview, "新品上市",
     "exact"},
    {N, "车主信息，五毛一条", "cn.privacy.trade", Severity::kReview, "车主信息", "exact"},
    {N, "会员卡充500送100", "cn.hidden_marketing.prices", Severity::kReview, "充500送1", "exact"},
    {M, "玫瑰买三送一，快来", "cn.promotion.no_terms", Severity::kReview, "买三送一", "digit style"},
    {M, "存一年，保本八个点", "cn.sector.finance.returns", Severity::kReview, "保本", "exact"},
    // data of persons
    {N, "联系人电话13800138000请拨打", "cn.privacy.phone", Severity::kReview, "13800138000", "exact"},
    {N, "身份证11010519491231002X已登记", "cn.privacy.id_card", Severity::kReview, "11010519491231002X",
     "exact"},
    {N, "卡号4111111111111111已挂失", "cn.privacy.bank_card", Severity::kReview, "4111111111111111", "exact"},
    {N, "请发送至a.b@example.com处理", "cn.privacy.email", Severity::kReview, "a.b@example.com", "exact"},
    // links
    {M, "点击http://t.cn/Ab12领取", "cn.link.short", Severity::kReview, "http://t.cn/Ab12", "exact"},
    {M, "点击http://1.2.3.4/a领取", "cn.link.address", Severity::kBlock, "http://1.2.3.4/a", "exact"},
    {M, "点击https://a.cn/{id}领取", "cn.link.variable", Severity::kBlock, "https://a.cn/{id}", "exact"},
    {M, "点击http://example.cn领取", "cn.link.plain", Severity::kInfo, "http://example.cn", "exact"},
    // form
    {M, "正文有\x01控制符", "cn.format.unsendable", Severity::kBlock, "\x01", "exact"},
    {M, "正文有\uE123私用字符", "cn.format.unsendable", Severity::kBlock, "\uE123", "exact"},
    {M, "正文有\u200B零宽字符", "cn.format.invisible", Severity::kReview, "\u200B", "invisible characters"},
    {M, "正文坏\xFF了", "cn.format.utf8", Severity::kBlock, "\xFF", "exact"},
    {M, "正文里有【括号】的", "cn.format.brackets", Severity::kBlock, "【", "exact"},
    {M, "您的{a}{b}已经到期了", "cn.template.fault", Severity::kBlock, "{b}已经到期了", "exact"},
    {M, "您的{a已经到期了", "cn.template.fault", Severity::kBlock, "{a已经到期了", "exact"},
    {M, "{a}：{b}。", "cn.template.variable_only", Severity::kBlock, "{a}：{b}。", "exact"},
    {M, "。。。", "cn.format.empty", Severity::kBlock, "。。。", "exact"},
    {V, "验证码{code}，退订回T", "cn.opt_out.verification", Severity::kBlock, "退订回", "exact"},
};

TEST(Violations, AreFoundWithExactSpans) {
  for (const Violation& v : kViolations) {
    const Screening screening = screen_body(v.body, v.message_class);
    const Finding* finding = find_rule(screening.findings, v.rule);
    ASSERT_NE(finding, nullptr) << v.body << "\n" << describe(screening.findings);
    EXPECT_EQ(finding->severity, v.severity) << v.body;
    EXPECT_EQ(finding->matched, v.matched) << v.body;
    EXPECT_EQ(variants_name(finding->how_matched), v.how) << v.body;
    EXPECT_EQ(finding->part, Part::kBody);
    EXPECT_GE(static_cast<int>(screening.verdict), static_cast<int>(v.severity));
    const std::string_view body = v.body;
    EXPECT_EQ(body.substr(finding->bytes.begin, finding->bytes.end - finding->bytes.begin), v.matched);
    EXPECT_EQ(finding->utf16.begin, text::count_utf16_units(body.substr(0, finding->bytes.begin)));
    EXPECT_EQ(finding->utf16.end - finding->utf16.begin, text::count_utf16_units(v.matched));
    EXPECT_FALSE(finding->legal_basis.empty());
    EXPECT_FALSE(finding->suggestion.zh.empty());
  }
}

TEST(Violations, Utf16AfterEmoji) {
  const Screening screening = screen_body("😀😀赌博");
  const Finding* finding = find_rule(screening.findings, "cn.gambling");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->bytes, (Span{8, 14}));
  EXPECT_EQ(finding->utf16, (Span{4, 6}));
}

TEST(Violations, NotAcrossVariables) {
  EXPECT_EQ(screen_body("已赌{x}博完成登记", N).verdict, Verdict::kPass);
}

TEST(Violations, LatinTermsAreWords) {
  EXPECT_EQ(find_rule(screen_body("popcorn and pornographer").findings, "cn.porn"), nullptr);
  EXPECT_EQ(find_rule(screen_body("map or number").findings, "cn.porn"), nullptr);
}

TEST(Violations, TooFarApart) {
  EXPECT_EQ(find_rule(screen_body("赌****博").findings, "cn.gambling"), nullptr);
}

TEST(Violations, TheLongestOfOverlappingTermsOnce) {
  const auto findings = screen_body("本品保本保息").findings;
  EXPECT_EQ(std::ranges::count(findings, "cn.ad.false_promise", &Finding::rule_id), 1);
  EXPECT_EQ(find_rule(findings, "cn.ad.false_promise")->matched, "保本保息");
}

TEST(Violations, RiskWarningLiftsTheHint) {
  constexpr std::string_view kMissing = "cn.sector.investment.risk_warning";
  EXPECT_NE(find_rule(screen_body("基金定投正当时").findings, kMissing), nullptr);
  EXPECT_EQ(find_rule(screen_body("基金定投正当时，投资有风险").findings, kMissing), nullptr);
}

TEST(Violations, GroupsMustAllBeThere) {
  EXPECT_EQ(find_rule(screen_body("拒不刷单的店铺").findings, "cn.fraud.jobs"), nullptr);
}

struct SignatureCase {
  const char* signature;
  const char* rule;  // null = nothing to say
};

TEST(Signature, Rules) {
  constexpr SignatureCase kCases[] = {
      {"驿站科技", nullptr},
      {"【驿站科技】", nullptr},
      {"YZ2026", nullptr},
      {"", "cn.signature.missing"},
      {"【】", "cn.signature.missing"},
      {"驿", "cn.signature.length"},
      {"驿站科技驿站科技驿站科技驿站科技驿站科技", nullptr},
      {"驿站科技驿站科技驿站科技驿站科技驿站科技一", "cn.signature.length"},
      {"12345", "cn.signature.all_digits"},
      {"驿站 科技", "cn.signature.characters"},
      {"驿站-科技", "cn.signature.characters"},
      {"【驿站科技", "cn.signature.characters"},
      {"驿站😀", "cn.signature.characters"},
      {"客服", "cn.signature.neutral"},
      {"【通知】", "cn.signature.neutral"},
      {"驿站客服", nullptr},
      {"赌博网站", "cn.gambling"},
  };
  for (const SignatureCase& c : kCases) {
    Draft draft = draft_of(N, "您的订单已发货，请注意查收。");
    draft.signature = c.signature;
    const Screening screening = shipped().screen(draft);
    if (c.rule == nullptr) {
      EXPECT_EQ(screening.verdict, Verdict::kPass) << c.signature << describe(screening.findings);
      continue;
    }
    EXPECT_EQ(screening.verdict, Verdict::kBlock) << c.signature;
    const Finding* finding = find_rule(screening.findings, c.rule);
    ASSERT_NE(finding, nullptr) << c.signature << describe(screening.findings);
    EXPECT_EQ(finding->part, Part::kSignature);
    EXPECT_EQ(
        std::string_view(c.signature).substr(finding->bytes.begin, finding->bytes.end - finding->bytes.begin),
        finding->matched);
  }
}

TEST(OptOut, NeededInMarketing) {
  for (const char* text : {"拒收请回复R", "拒收请回复Ｒ", "回T退订", "退订回TD", "回复TD退订", "拒收請回復R",
                           " 拒收请回复 R ", "Reply STOP to unsubscribe"}) {
    Draft draft = draft_of(M, "春季新品到店，欢迎光临。");
    draft.opt_out_text = text;
    EXPECT_EQ(find_rule(shipped().screen(draft).findings, "cn.opt_out.missing"), nullptr) << text;
  }
  Draft draft = draft_of(M, "春季新品到店，欢迎光临。");
  for (const char* text : {"", "谢谢", "回复R参加活动"}) {
    draft.opt_out_text = text;
    const Screening screening = shipped().screen(draft);
    const Finding* finding = find_rule(screening.findings, "cn.opt_out.missing");
    ASSERT_NE(finding, nullptr) << text;
    EXPECT_EQ(screening.verdict, Verdict::kBlock);
    EXPECT_EQ(finding->bytes.begin, finding->bytes.end);
  }
  draft.opt_out_text = "";
  draft.body = "春季新品到店，欢迎光临。拒收请回复R";
  EXPECT_EQ(find_rule(shipped().screen(draft).findings, "cn.opt_out.missing"), nullptr);
  draft.body = "拒收请回复R。春季新品到店，欢迎光临，全场货品齐全，停车方便，另有儿童乐园和餐饮区供您休息。";
  EXPECT_NE(find_rule(shipped().screen(draft).findings, "cn.opt_out.missing"), nullptr) << "not at the end";
}

TEST(Length, Segments) {
  const auto rule_for = [](size_t characters, std::span<const DraftVariable> variables,
                           std::string_view tail) {
    std::string body;
    for (size_t i = 0; i < characters; ++i) body += "字";
    body += tail;
    Draft draft = draft_of(N, body);
    draft.variables = variables;
    const auto findings = shipped().screen(draft).findings;
    if (find_rule(findings, "cn.format.segments")) return "segments";
    return find_rule(findings, "cn.format.long") ? "long" : "";
  };
  // The signature 【驿站科技】 takes 6.
  EXPECT_STREQ(rule_for(67 * 3 - 6, {}, ""), "");
  EXPECT_STREQ(rule_for(67 * 3 - 5, {}, ""), "long");
  EXPECT_STREQ(rule_for(67 * 10 - 6, {}, ""), "long");
  EXPECT_STREQ(rule_for(67 * 10 - 5, {}, ""), "segments");
  const DraftVariable name{"name", 20};
  EXPECT_STREQ(rule_for(67 * 10 - 26, std::span(&name, 1), "{name}"), "long");
  EXPECT_STREQ(rule_for(67 * 10 - 25, std::span(&name, 1), "{name}"), "segments");
  EXPECT_STREQ(rule_for(300, {}, "{undeclared}"), "segments");
}

TEST(Length, TooLongIsBlockedUnread) {
  const std::string body(limits::kScreenTextBytes + 1, 'a');
  EXPECT_NE(find_rule(screen_body(body).findings, "cn.format.too_long"), nullptr);
  const auto rendered = shipped().screen_rendered(body, N);
  EXPECT_EQ(rendered.verdict, Verdict::kBlock);
  ASSERT_EQ(rendered.findings.size(), 1u);
}

TEST(Findings, AreBoundedAndTheVerdictCountsAll) {
  std::string body;
  for (size_t i = 0; i < limits::kScreenFindings + 50; ++i) body += "最佳，";
  body += "赌博";
  const Screening screening = screen_body(body);
  EXPECT_EQ(screening.findings.size(), limits::kScreenFindings);
  EXPECT_EQ(screening.verdict, Verdict::kBlock);
}

// Of a term inside of another one as well, that nobody is told of.
TEST(Findings, TheVerdictCountsWhatLiesInside) {
  const auto screener = screener_with(rule_of("a", "review", R"(terms = ["最佳"])") +
                                      rule_of("r", "block", R"(terms = ["信用卡套现平台", "套现"])"));
  std::string body;
  for (size_t i = 0; i < limits::kScreenFindings; ++i) body += "最佳，";
  const std::string text = "【驿站】" + body + "信用卡套现平抬";
  EXPECT_EQ(screener->screen_rendered(text, N).verdict, Verdict::kBlock);
}

TEST(Rendered, ASignatureThatComesAgainIsJudgedAgain) {
  const auto forbids = screener_with(rule_of("r", "block", R"(terms = ["赌博"])") +
                                     rule_of("s", "review", R"(terms = ["棋牌"])"));
  const auto allows = screener_with(rule_of("r", "block", R"(terms = ["代开发票"])"));
  const auto told = [](const Screener& screener, std::string_view text, MessageClass message_class) {
    return describe(screener.screen_rendered(text, message_class).findings);
  };
  for (const char* signature :
       {"驿站", "赌博", "12345", "驿☆站", "一", "棋牌", "名字太长了的公司的签名真的太长了吧"}) {
    const std::string text = "【" + std::string(signature) + "】您好，今天有雨，请带伞。";
    for (const MessageClass message_class : {N, V, M}) {
      const std::string first = told(*forbids, text, message_class);
      const std::string other = told(*allows, text, message_class);
      const std::string seen = describe(forbids->screen_message(text, message_class).findings);
      for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(told(*forbids, text, message_class), first) << text;
        EXPECT_EQ(told(*forbids, text, message_class), first) << text << " twice in a row";
        EXPECT_EQ(told(*allows, text, message_class), other) << text;
        EXPECT_EQ(describe(forbids->screen_message(text, message_class).findings), seen) << text;
      }
    }
    // Another one between.
    const std::string first = told(*forbids, text, N);
    told(*forbids, "【别家】您好，今天有雨，请带伞。", N);
    EXPECT_EQ(told(*forbids, text, N), first) << text;
  }
  EXPECT_NE(told(*forbids, "【赌博】您好，今天有雨，请带伞。", N),
            told(*allows, "【赌博】您好，今天有雨，请带伞。", N));
}

TEST(Rendered, WordsThatOverlapAreOneSpanOfTheWhole) {
  const auto screener = screener_with(rule_of("r", "review", R"(terms = ["史上最", "最低价"])"));
  constexpr std::string_view kText = "【驿站】史上最*低价";
  const auto findings = screener->screen_rendered(kText, N).findings;
  const Finding* finding = find_rule(findings, "r");
  ASSERT_NE(finding, nullptr) << describe(findings);
  EXPECT_EQ(finding->matched, "史上最*低价");
  EXPECT_EQ(kText.substr(finding->bytes.begin), finding->matched);
  EXPECT_EQ(finding->utf16, (Span{4, 10}));
  EXPECT_EQ(variants_name(finding->how_matched), "inserted symbols");
}

TEST(Rendered, SpansAreOfTheWholeText) {
  constexpr std::string_view kText = "【驿站科技】来賭博吧拒收请回复R";
  const auto screening = shipped().screen_rendered(kText, M);
  const Finding* finding = find_rule(screening.findings, "cn.gambling");
  ASSERT_NE(finding, nullptr) << describe(screening.findings);
  EXPECT_EQ(finding->part, Part::kWhole);
  EXPECT_EQ(kText.substr(finding->bytes.begin, finding->bytes.end - finding->bytes.begin), "賭博");
  EXPECT_EQ(finding->utf16, (Span{7, 9}));
  EXPECT_EQ(screening.verdict, Verdict::kBlock);
}

struct RenderedCase {
  MessageClass message_class;
  const char* text;
  const char* rule;  // null = passes
};

TEST(Rendered, Rules) {
  constexpr RenderedCase kCases[] = {
      {V, "【驿站科技】您的验证码是1234，五分钟内有效。", nullptr},
      {V, "您的验证码是1234，五分钟内有效。【驿站科技】", nullptr},
      {V, "您的验证码是1234，五分钟内有效。", "cn.signature.missing"},
      {V, "【客服】您的验证码是1234。", "cn.signature.neutral"},
      {V, "【驿站科技】验证码1234【另一个】", "cn.format.brackets"},
      {V, "【驿站科技】", "cn.format.empty"},
      {V, "【驿站科技】验证码1234，回T退订", "cn.opt_out.verification"},
      {M, "【驿站科技】新品到店，欢迎光临，拒收请回复R", nullptr},
      {M, "新品到店，欢迎光临，拒收请回复R【驿站科技】", nullptr},
      {M, "【驿站科技】新品到店，欢迎光临", "cn.opt_out.missing"},
      {N, "【驿站科技】尊敬的{{name}，您好", nullptr},  // braces are only text by now
      {N, "【驿站科技】坏\xC3", "cn.format.utf8"},
      {N, "", "cn.signature.missing"},
  };
  for (const RenderedCase& c : kCases) {
    const auto screening = shipped().screen_rendered(c.text, c.message_class);
    if (c.rule == nullptr) {
      EXPECT_EQ(screening.verdict, Verdict::kPass) << c.text << describe(screening.findings);
    } else {
      EXPECT_NE(find_rule(screening.findings, c.rule), nullptr) << c.text << describe(screening.findings);
      EXPECT_EQ(screening.verdict, Verdict::kBlock) << c.text;
    }
  }
}

// What a value brings in is seen although the template did not say it.
TEST(Rendered, VariablesAreTheBypass) {
  EXPECT_EQ(screen_body("尊敬的{name}，您的订单已发货。", N).verdict, Verdict::kPass);
  EXPECT_EQ(shipped().screen_rendered("【驿站科技】尊敬的赌博网www.example.com，您的订单已发货。", N).verdict,
            Verdict::kBlock);
}

TEST(Findings, NamesAreStable) {
  EXPECT_EQ(category_name(Category::kPolitical), "POLITICAL");
  EXPECT_EQ(category_name(Category::kFormat), "FORMAT");
  EXPECT_EQ(parse_category("HIDDEN_MARKETING"), Category::kHiddenMarketing);
  EXPECT_EQ(parse_category("x"), std::nullopt);
  EXPECT_EQ(verdict_name(Verdict::kBlock), "block");
  EXPECT_EQ(part_name(Part::kOptOutText), "opt_out_text");
}

// Any bytes: no crash, spans inside the text, the same answer twice and from other threads.
TEST(Robust, AnyBytesFromAnyThread) {
  constexpr std::string_view kPieces[] = {
      "赌",    "博",  "*",        "【",    "】", "{a}", "{",  "}", "\xFF",       "\xE8", "\u200B", "http://",
      "t.cn/", "138", "00138000", "@a.cn", "最", "佳",  "。", "R", "拒收请回复", "①",    "㎏"};
  std::vector<std::string> texts;
  Random random(11);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (uint64_t n = random.below(40); n > 0; --n) text += kPieces[random.below(std::size(kPieces))];
    texts.push_back(std::move(text));
  }
  const auto answer = [&] {
    std::string out;
    for (const std::string& text : texts) {
      Draft draft = draft_of(M, text);
      draft.signature = text;
      for (const Finding& f : shipped().screen(draft).findings) {
        EXPECT_LE(f.bytes.begin, f.bytes.end);
        EXPECT_LE(f.bytes.end, std::max(text.size(), size_t{64}));
        out += f.rule_id;
      }
      out += describe(shipped().screen_rendered(text, P).findings);
    }
    return out;
  };
  const std::string expected = answer();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t) threads.emplace_back([&] { EXPECT_EQ(answer(), expected); });
}

// Of a sector that is declared no text says what it asks.
TEST(Sectors, TellWhatTheyAskWhetherFoundOrNot) {
  const std::vector<SectorRules> all = shipped().sector_rules();
  const auto education =
      std::ranges::find(all, "cn.sector.education", [](const SectorRules& rules) { return rules.sector.id; });
  ASSERT_NE(education, all.end());
  EXPECT_FALSE(education->sector.title.zh.empty());
  EXPECT_FALSE(education->legal_basis.empty());
  ASSERT_EQ(education->sector.required_qualifications.size(), 1u);
  EXPECT_EQ(education->sector.required_qualifications[0].front(), "办学许可证");
  EXPECT_TRUE(education->required_texts.empty());
  ASSERT_EQ(education->forbidden.size(), 1u);
  EXPECT_EQ(education->forbidden[0].id, "cn.sector.education.promise");
  const auto investment = std::ranges::find(all, "cn.sector.investment",
                                            [](const SectorRules& rules) { return rules.sector.id; });
  ASSERT_NE(investment, all.end());
  ASSERT_EQ(investment->required_texts.size(), 1u);
  EXPECT_EQ(investment->required_texts[0].id, "cn.sector.investment.risk_warning");
  const auto found = screen_body("本店英语培训开班，详情请咨询门店。").sectors;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, education->sector.id);
}

}  // namespace
}  // namespace yizhan::screen
