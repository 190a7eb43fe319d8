// What applications submit, judged and stored: 1,000 submits a transaction, one of 300 approved texts, each
// screened with the shipped rules, to customers who are known and to ones who are not yet. Embedded store
// that waits for the disk.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/log.h"
#include "crypto/digest.h"
#include "domain/content.h"
#include "domain/signature.h"
#include "engine/batch_plan.h"
#include "screen/screener.h"
#include "service/applications.h"
#include "service/submissions.h"
#include "store/queries.h"
#include "store/schema.h"
#include "text/utf8.h"

namespace yizhan::service {
namespace {

constexpr int kContents = 300;
constexpr const char* kSignature = "驿站";
constexpr int64_t kSubmits = 1'000;
constexpr int64_t kKnown = 100'000;

class World {
 public:
  static World& the() {
    static World world;
    return world;
  }
  const std::string& error() const { return error_; }
  Submissions& submissions() { return *submissions_; }

  std::vector<link::AccessSubmit> submits(int64_t first_number) {
    std::vector<link::AccessSubmit> all;
    for (int64_t i = 0; i < kSubmits; ++i) {
      link::AccessSubmit& s = all.emplace_back();
      s.token = static_cast<uint64_t>(i);
      s.account_id = account_;
      s.destinations = {std::to_string(13'800'000'000 + first_number + i)};
      text::append_utf16be(
          fmt::format("【驿站】您的订单{}已由{}号仓库发出，预计明天送达。", i, i % kContents), s.text);
      s.coding = codec::Coding::kUcs2;
      s.at = clock_.now();
    }
    return all;
  }

 private:
  World() {
    log::configure(log::Level::kError, "");
    folder_ = (std::filesystem::temp_directory_path() / "yizhan_bench_XXXXXX").string();
    if (!mkdtemp(folder_.data())) std::abort();
    if (const auto made = fill(); !made) error_ = to_string(made.error());
  }
  ~World() {
    submissions_.reset();
    store_.reset();
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Result<> fill() {
    db::Options options;
    options.path = folder_ + "/bench.db";
    database_ = YZ_TRY(db::Database::open(options));
    YZ_TRY(store::migrate(*database_, clock_));
    store_.emplace(*database_, clock_, ids_, keyring_);
    ApplicationSpec spec;
    YZ_CHECK(database_->write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::channel_insert, 7, "c", "", "smpp", "h", 1, "s", Bytes{}, "1069", "{}", 1, 0,
                    clock_.now(), Bytes{}, 0));
      YZ_CHECK(add_signature(tx));
      for (int i = 0; i < kContents; ++i) YZ_CHECK(add_content(tx, i));
      return {};
    }));
    spec.name = spec.login = "erp";
    spec.secret = "secret";
    spec.protocols = {domain::ChannelProtocol::kSmpp};
    spec.message_classes = {domain::MessageClass::kNotification};
    spec.access_code = "1069";
    spec.channel_id = ChannelId{7};
    for (int i = 0; i < kContents; ++i) spec.contents.push_back(ContentId{100 + i});
    account_ = YZ_TRY(Applications(*store_).create({}, spec)).id.value;
    const std::vector<std::string> files{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                         "rules/cn_advertising.toml", "rules/cn_sector.toml"};
    const auto screener = YZ_TRY(screen::Screener::load(files, "2026-01-01"));
    submissions_.emplace(*store_, [screener](std::string_view text, domain::MessageClass) {
      return screener->screen_rendered(text, screen::MessageClass::kNotification).verdict !=
             screen::Verdict::kBlock;
    });
    for (int64_t at = 0; at < kKnown; at += kSubmits) YZ_TRY(submissions_->submit(submits(at)));
    return {};
  }
  Result<> add_content(db::Tx& tx, int i) {
    domain::ContentText text{.message_class = domain::MessageClass::kNotification,
                             .signature = kSignature,
                             .body = fmt::format("您的订单{{order}}已由{}号仓库发出，预计明天送达。", i),
                             .variables = {{"order", 20, "1"}}};
    const Bytes hash = [&] {
      const auto digest = crypto::sha256(domain::canonical(text));
      return Bytes(digest.begin(), digest.end());
    }();
    const std::string variables = engine::serialize_variables(text.variables);
    const std::array content{db::Param(100 + i), db::Param(text.message_class), db::Param(1'000 + i)};
    YZ_TRY(tx.run_sql("INSERT INTO content VALUES ($1, 'c', $2, '', 0, 4, $3, $3, 1, 0, 0, 0, 1)", content));
    const std::array version{db::Param(1'000 + i),
                             db::Param(100 + i),
                             db::Param(text.message_class),
                             db::Param(text.signature),
                             db::Param(text.body),
                             db::Param(variables),
                             db::Param(hash)};
    YZ_TRY(
        tx.run_sql("INSERT INTO content_version (id, content_id, number, message_class, "
                   "purpose, signature, body, opt_out_text, variables, hash, "
                   "verdict, findings, rule_packs, created_by, created_at) VALUES ($1, $2, 1, $3, '', $4, "
                   "$5, '', $6, $7, 1, '[]', '[]', 0, 0)",
                   version));
    return {};
  }
  // That all of them bear.
  Result<> add_signature(db::Tx& tx) {
    YZ_TRY(tx.run(store::q::signature_insert, 1, kSignature, kSignature,
                  domain::SignatureSource::kCompanyName, "",
                  domain::class_bit(domain::MessageClass::kNotification), domain::SignatureState::kApproved,
                  0, Time{1}));
    return {};
  }

  std::string folder_, error_;
  SystemClock clock_;
  IdGenerator ids_{clock_};
  crypto::Keyring keyring_ = crypto::Keyring::generate();
  std::unique_ptr<db::Database> database_;
  std::optional<store::Store> store_;
  std::optional<Submissions> submissions_;
  int64_t account_ = 0;
};

void submit(benchmark::State& state, int64_t first_number) {
  World& world = World::the();
  if (!world.error().empty()) return state.SkipWithError(world.error().c_str());
  int64_t at = first_number, taken = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto submits = world.submits(at);
    at = first_number == 0 ? (at + kSubmits) % kKnown : at + kSubmits;
    state.ResumeTiming();
    const auto stored = world.submissions().submit(submits);
    if (!stored) return state.SkipWithError(to_string(stored.error()).c_str());
    for (const auto& answer : stored->answers) taken += answer.fault == codec::Fault::kNone;
  }
  if (taken != state.iterations() * kSubmits) return state.SkipWithError("some were refused");
  state.SetItemsProcessed(taken);
}
void submit_to_customers(benchmark::State& state) { submit(state, 0); }
void submit_to_strangers(benchmark::State& state) { submit(state, kKnown); }
BENCHMARK(submit_to_customers)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(submit_to_strangers)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yizhan::service
