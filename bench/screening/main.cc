// What screening costs just before sending, on one core: 100,000 terms beside the shipped packs, every view
// of a text on, ordinary messages of about 70 characters; beside it, in the same run, Vectorscan's raw
// matching of the same literals in the text as it is written, where its library is there. Prints one JSON
// object a figure, in the form that bench/run.py reads. Run from the source folder.

#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "screen/screener.h"
#include "text/utf8.h"

#ifdef YIZHAN_VECTORSCAN
#include <hs/hs.h>
#endif

namespace yizhan::screen {
namespace {

// Of this thread alone: what else the machine does is not counted.
struct ThreadClock {
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<ThreadClock, duration>;
  static time_point now() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return time_point(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
  }
};
using Clock = ThreadClock;

constexpr size_t kTerms = 100'000;
constexpr size_t kMessages = 20'000;
constexpr double kSeconds = 4;
constexpr const char* kDate = "2026-06-01";

constexpr MessageClass V = MessageClass::kVerification;
constexpr MessageClass N = MessageClass::kNotification;
constexpr MessageClass M = MessageClass::kMarketing;

struct Template {
  MessageClass message_class;
  const char* text;
};
struct Message {
  MessageClass message_class;
  std::string text;
};

// Messages as companies send them; {n} becomes a number, {c} a name.
constexpr Template kTemplates[] = {
    {N,
     "尊敬的{c}，您的订单{n}已由顺丰快递发出，快递单号SF{n}"
     "，预计明日送达，请保持电话畅通并注意当面验收，如有破损请联系客服。"},
    {V,
     "您的验证码是{n}"
     "，五分钟内有效，请勿泄露给他人。工作人员不会以任何理由向您索要验证码，谨防诈骗，如非本人操作请忽略本短"
     "信。"},
    {N,
     "您尾号{n}的储蓄卡于今日支出人民币{n}元，当前余额{n}"
     "元，如有疑问请致电客服热线，感谢您一直以来对我行的信任与支持。"},
    {M,
     "尊敬的{c}，夏日清凉季火热开启，空调满3000减300，以旧换新再补贴500元，活动截止7月31日，详情https://"
     "shop.example.com/ac 拒收请回复R"},
    {M,
     "亲爱的会员{c}"
     "，您有一张20元代金券即将于本周日过期，全场通用无门槛，登录商城首页即可使用，欢迎您再次光临。拒收请回复"
     "R"},
    {N,
     "各位业主：因小区供水管道检修，本月{n}"
     "日上午九点至下午五点将暂停供水，请提前做好储水准备，给您带来不便敬请谅解，物业服务中心。"},
    {N,
     "家长您好，{c}"
     "同学本周作业：语文背诵第三课并完成练习册，数学整理错题，英语听读第二单元，请督促孩子按时完成并在家校本"
     "上签字。"},
    {N,
     "您预约的口腔科门诊已成功，就诊时间为明日上午十点，就诊序号{n}"
     "，请携带身份证和医保卡提前三十分钟到院取号，如需取消请提前一天办理。"},
    {M,
     "春节特惠来啦！全场商品五折起，会员折上再享九折，凭短信到门店还可领取精美礼品一份，数量有限送完即止，活"
     "动截止2月10日。拒收请回复R"},
    {N,
     "您的车辆保险将于下月到期，为避免影响您的正常出行，请及时办理续保手续，我司专员将竭诚为您提供一对一服务"
     "，咨询电话4008{n}。"},
    {N,
     "尊敬的{c}，您申请的增值税电子发票已开具成功，发票金额{n}"
     "元，请登录公众号发票管理页面下载查看，如信息有误请及时联系我们更正。"},
    {N,
     "温馨提示：受冷空气影响，明日本市最高气温将下降八度，并伴有五级左右偏北风，请您适时增添衣物，驾车出行注"
     "意安全，关注最新预报。"},
    {N,
     "您的话费余额已不足10元，为不影响您的正常通信，请尽快通过营业厅、手机客户端或自助终端充值，首次在线充值"
     "还可参加抽奖活动。"},
    {N,
     "您的快递已到达小区东门丰巢柜，取件码{n}"
     "，请于24小时内领取，逾期将收取保管费用，如需代收请在公众号内修改配送方式，感谢使用。"},
    {M,
     "{c}"
     "您好，英语四级冲刺班周末开课，名师小班授课，赠送全套历年真题资料，前五十名报名学员立减200元，地址人民路"
     "88号。拒收请回复R"},
    {V, "您的验证码是{n}，五分钟内有效，请勿泄露给他人。"},
    {N, "尊敬的{c}，您的退款{n}元已原路退回，预计一至三个工作日到账。"},
    {N,
     "Dear customer, your order {n} has been shipped and will arrive within three days. Track it in the "
     "app."},
    {N,
     "您的体检报告已经出具，请携带本人有效证件到健康管理中心前台领取，或登录公众号在线查看电子版，如有异常项"
     "目请及时到专科门诊复诊。"},
    {N,
     "感谢您参加本次满意度调查，您的意见对我们非常重要，本次服务由工号{n}"
     "为您提供，满意请回复1，一般请回复2，不满意请回复3。"},
};
constexpr const char* kNames[] = {"张伟", "王芳女士", "李先生", "刘洋", "陈静", "欧阳建国", "赵女士", "周杰"};

// One message of fifty carries what none may, disguised: it costs its findings.
constexpr size_t kCleanOfOneBad = 50;
constexpr const char* kBad[] = {"代開发*票", "赌 博", "氵去轮功", "ｐｏｒｎ", "信用卡陶现"};

std::vector<Message> make_messages(Random& random) {
  std::vector<Message> out;
  while (out.size() < kMessages) {
    const Template& chosen = kTemplates[random.below(std::size(kTemplates))];
    std::string text = std::string("【驿站科技】") + chosen.text;
    for (size_t at = text.find('{'); at != std::string::npos; at = text.find('{')) {
      const bool number = text[at + 1] == 'n';
      text.replace(at, 3,
                   number ? fmt::format("{}", 1000 + random.below(9'000'000))
                          : kNames[random.below(std::size(kNames))]);
    }
    if (out.size() % kCleanOfOneBad == 0)
      text.insert(std::min(text.find("，"), text.size()), kBad[random.below(std::size(kBad))]);
    out.push_back({chosen.message_class, std::move(text)});
  }
  return out;
}

// The same, each with another signature than the one before: a signature that comes again is not read again.
std::vector<Message> with_many_signatures(std::vector<Message> messages) {
  constexpr std::string_view kEnd = "】";
  char letter = 'A';
  for (Message& message : messages) {
    message.text.insert(message.text.find(kEnd), 1, letter);
    letter = letter == 'Z' ? 'A' : static_cast<char>(letter + 1);
  }
  return messages;
}

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (size_t at = 0; at < text.size();) out.push_back(text::next_code_point(text, at));
  return out;
}

// Three to six characters, as lexicons have them. One of three begins as some message goes on, so that the
// automaton leaves its first nodes; none is in an ordinary message, where no term of a usable lexicon is.
std::vector<std::string> make_terms(Random& random) {
  std::u32string characters, ordinary;
  for (const StandardCharacter& c : load_rule_pack("rules/cn_format.toml").value().variants.characters)
    if (characters.size() < 3500) characters.push_back(c.character);  // the first class of the table
  for (const Template& t : kTemplates) ordinary += code_points(t.text);
  std::vector<std::string> out;
  while (out.size() < kTerms) {
    const size_t length = 3 + random.below(4);
    std::u32string term;
    if (random.below(3) == 0) {
      const size_t at = random.below(ordinary.size() - 2);
      if (text::is_ideograph(ordinary[at]) && text::is_ideograph(ordinary[at + 1]))
        term = ordinary.substr(at, 2);
    }
    while (term.size() < length) term.push_back(characters[random.below(characters.size())]);
    if (ordinary.find(term) != ordinary.npos) continue;
    std::string utf8;
    for (const char32_t c : term) text::append_utf8(c, utf8);
    out.push_back(std::move(utf8));
  }
  return out;
}

// A pack of the terms, half of them blocking (so that they are known by their sound too).
std::string write_pack(const std::filesystem::path& folder, const std::vector<std::string>& terms) {
  const auto list = [&](const char* name, size_t begin, size_t end) {
    std::ofstream file(folder / name);
    for (size_t i = begin; i < end; ++i) file << terms[i] << '\n';
  };
  list("a.txt", 0, terms.size() / 2);
  list("b.txt", terms.size() / 2, terms.size());
  constexpr std::string_view kRule =
      "[[rule]]\nid = \"bench.{0}\"\ncategory = \"FRAUD\"\nseverity = \"{1}\"\nlegal_basis = \"-\"\n"
      "suggestion = {{ zh = \"-\", en = \"-\" }}\nterms_files = [\"{0}.txt\"]\n";
  const std::string path = (folder / "bench.toml").string();
  std::ofstream file(path);
  file << "[pack]\nid = \"bench\"\nversion = \"1\"\njurisdiction = \"*\"\neffective_date = 2026-01-01\n"
       << fmt::format(fmt::runtime(kRule), "a", "block") << fmt::format(fmt::runtime(kRule), "b", "review");
  return path;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double resident_megabytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096 / 1e6;
}

double percentile(std::vector<double>& values, double part) {
  const auto at = values.begin() + static_cast<ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Messages a second: the median of passes over all of them.
double rate(const std::vector<Message>& messages, const std::function<void(const Message&)>& one) {
  std::vector<double> passes;
  const auto begin = Clock::now();
  while (passes.size() < 3 || seconds_since(begin) < kSeconds) {
    const auto start = Clock::now();
    for (const Message& message : messages) one(message);
    passes.push_back(static_cast<double>(messages.size()) / seconds_since(start));
  }
  return percentile(passes, 0.5);
}

struct Peer {
  double rate = 0;
  double load_ms = 0;
  double megabytes = 0;
};

#ifdef YIZHAN_VECTORSCAN
Peer vectorscan(const std::vector<std::string>& terms, const std::vector<Message>& messages) {
  Peer peer;
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  std::vector<unsigned> flags(terms.size(), 0), ids;
  for (const std::string& term : terms) {
    texts.push_back(term.data());
    lengths.push_back(term.size());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  const auto begin = Clock::now();
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                           static_cast<unsigned>(terms.size()), HS_MODE_BLOCK, nullptr, &database,
                           &error) != HS_SUCCESS)
    return peer;
  peer.load_ms = seconds_since(begin) * 1000;
  size_t bytes = 0;
  hs_database_size(database, &bytes);
  peer.megabytes = static_cast<double>(bytes) / 1e6;
  hs_scratch_t* scratch = nullptr;
  hs_alloc_scratch(database, &scratch);
  size_t matches = 0;
  const auto count = [](unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
    ++*static_cast<size_t*>(context);
    return 0;
  };
  peer.rate = rate(messages, [&](const Message& m) {
    hs_scan(database, m.text.data(), static_cast<unsigned>(m.text.size()), 0, scratch, count, &matches);
  });
  hs_free_scratch(scratch);
  hs_free_database(database);
  return peer;
}
#else
Peer vectorscan(const std::vector<std::string>&, const std::vector<Message>&) { return {}; }
#endif

void print(std::string_view name, double value, std::string_view unit, std::string_view peer = {},
           double peer_value = 0) {
  fmt::print(R"({{"name": "{}", "value": {:.4g}, "unit": "{}")", name, value, unit);
  if (peer_value > 0) fmt::print(R"(, "peer": "{}", "peer_value": {:.4g})", peer, peer_value);
  fmt::print("}}\n");
}

int run() {
  Random random(2026);
  const std::vector<Message> messages = make_messages(random);
  const std::vector<std::string> terms = make_terms(random);
  std::string folder_name = (std::filesystem::temp_directory_path() / "screening_XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(folder_name.data());
  const std::vector<std::string> files{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                       "rules/cn_advertising.toml", "rules/cn_sector.toml",
                                       write_pack(folder, terms)};

  const double before = resident_megabytes();
  const auto begin = Clock::now();
  const auto screener = Screener::load(files, kDate);
  const double load_ms = seconds_since(begin) * 1000;
  const double memory = resident_megabytes() - before;
  std::filesystem::remove_all(folder);
  if (!screener) {
    fmt::print(stderr, "{}\n", to_string(screener.error()));
    return 1;
  }

  const auto screen = [&](const Message& m) { return (*screener)->screen_rendered(m.text, m.message_class); };
  size_t characters = 0, found = 0;
  for (const Message& message : messages) {
    characters += text::count_code_points(message.text);
    found += screen(message).verdict != Verdict::kPass ? 1 : 0;
  }
  size_t findings = 0;
  const double screened = rate(messages, [&](const Message& m) { findings += screen(m).findings.size(); });
  const double many_signatures =
      rate(with_many_signatures(messages), [&](const Message& m) { findings += screen(m).findings.size(); });
  std::vector<double> times;
  for (int round = 0; round < 5; ++round)
    for (const Message& message : messages) {
      const auto start = Clock::now();
      findings += screen(message).findings.size();
      times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
  fmt::print("{} terms, {:.1f} characters a message, {:.1f} % of the messages with a finding\n",
             (*screener)->term_count(), static_cast<double>(characters) / kMessages,
             100.0 * found / kMessages);
  if (findings == 0) return 1;  // the bad ones must be found

  constexpr std::string_view kPeer = "Vectorscan, literals as they are written";
  const Peer peer = vectorscan(terms, messages);
  print("screening", screened, "messages/s", kPeer, peer.rate);
  print("screening_many_signatures", many_signatures, "messages/s", kPeer, peer.rate);
  print("screening_one_median", percentile(times, 0.5), "us");
  print("screening_one_p99", percentile(times, 0.99), "us");
  print("screening_load", load_ms, "ms", kPeer, peer.load_ms);
  print("screening_memory", memory, "MB", kPeer, peer.megabytes);
  return 0;
}

}  // namespace
}  // namespace yizhan::screen

int main() { return yizhan::screen::run(); }
