// A page of a campaign's messages out of 1,000,000, in milliseconds: without a filter, by a rare state near
// the end of the batch, by a reason that only the last message has. The longest of all pages counts, for
// every one of them has somebody waiting. Embedded store.

#include <benchmark/benchmark.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/log.h"
#include "engine/changes.h"
#include "engine/engine.h"
#include "service/monitor.h"
#include "store/queries.h"
#include "store/schema.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::MessageState;
using domain::Reason;

constexpr int64_t kMessages = 1'000'000;
constexpr int64_t kChunk = 10'000;
constexpr CampaignId kCampaign{10};
constexpr int64_t kBatch = 20, kFirst = 1'000;

// One campaign; all but the last of its messages are delivered. Made once, for it takes a while.
class World {
 public:
  static World& the() {
    static World world;
    return world;
  }
  const std::string& error() const { return error_; }
  Monitor& monitor() { return *monitor_; }

 private:
  World() {
    log::configure(log::Level::kError, "");
    folder_ = (std::filesystem::temp_directory_path() / "yizhan_bench_XXXXXX").string();
    if (!mkdtemp(folder_.data())) std::abort();
    if (const auto made = fill(); !made) error_ = to_string(made.error());
  }
  ~World() {
    monitor_.reset();
    engine_.reset();
    store_.reset();
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Result<> fill() {
    db::Options options;
    options.path = folder_ + "/bench.db";
    options.synchronous = db::Synchronous::kOff;
    database_ = YZ_TRY(db::Database::open(options));
    YZ_TRY(store::migrate(*database_, clock_));
    store_.emplace(*database_, clock_, ids_, keyring_);
    YZ_CHECK(database_->write([&](db::Tx& tx) { return head(tx); }));
    for (int64_t done = 0; done < kMessages; done += kChunk)
      YZ_CHECK(database_->write([&](db::Tx& tx) { return chunk(tx, done); }));
    engine_.emplace(*store_, io_, engine::ScreenRendered{});
    monitor_.emplace(*store_, *engine_);
    return {};
  }
  Result<> head(db::Tx& tx) {
    const Bytes none;
    const Time now = clock_.now();
    YZ_CHECK(
        tx.execute_script("INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
                          "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1)"));
    YZ_TRY(tx.run(q::campaign_insert, kCampaign, "c", "goal", 3, "", 2, none, "{}", now, 0, 1, 8, 1, now));
    YZ_TRY(tx.run(q::batch_insert, kBatch, 1, kCampaign, 3, none, 3, "", 7, 540, 1200, 0, 0, 2, kMessages,
                  kFirst, kFirst + kMessages - 1, now, now));
    YZ_TRY(tx.run(q::campaign_freezing, kCampaign, 2, kBatch, 3, none, now, 1));
    YZ_TRY(tx.run(q::campaign_frozen, kCampaign, 8, kMessages, none, now, 2));
    return {};
  }
  Result<> chunk(db::Tx& tx, int64_t from) {
    const Time now = clock_.now();
    db::Columns customers, messages;
    engine::Changes changes(engine::Care::kExpected);
    for (int64_t i = from; i < from + kChunk; ++i) {
      const std::string digits = std::to_string(8'613'800'000'000 + i);
      const bool odd = i == kMessages - 1;
      const auto state = odd ? MessageState::kRefused : MessageState::kDelivered;
      const auto reason = odd ? Reason::kFrequency : Reason::kNone;
      customers.row(i + 1, store_->number_index.of(digits),
                    store_->cipher.seal(store::column::kCustomerNumber, digits),
                    std::optional<crypto::BlindHash>(), std::optional<Bytes>(), "CN", 1, "Asia/Shanghai", "",
                    "", "{}", 0, 0, now);
      messages.row(kFirst + i, kBatch, i + 1, 0, state, reason, 1,
                   store_->cipher.seal({store::column::kMessagePayload, kFirst + i}, digits), now);
      changes.count(kBatch, state, reason, 1);
    }
    YZ_TRY(tx.bulk(q::customer_insert, customers));
    YZ_TRY(tx.bulk(q::message_insert, messages));
    return changes.write(tx, now);
  }

  std::string folder_, error_;
  const SystemClock clock_;
  IdGenerator ids_{clock_};
  const crypto::Keyring keyring_ = crypto::Keyring::generate();
  std::unique_ptr<db::Database> database_;
  std::optional<store::Store> store_;
  boost::asio::io_context io_;
  std::optional<engine::Engine> engine_;
  std::optional<Monitor> monitor_;
};

// The longest page of the first hundred, or of all when there are fewer.
void message_page(benchmark::State& state, const ListMessages& filter) {
  constexpr int kPages = 100;
  World& world = World::the();
  if (!world.error().empty()) return state.SkipWithError(world.error().c_str());
  for (auto _ : state) {
    ListMessages request = filter;
    double longest = 0;
    for (int pages = 0; pages < kPages; ++pages) {
      const auto start = std::chrono::steady_clock::now();
      const auto page = world.monitor().messages(kCampaign, request);
      longest =
          std::max(longest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      if (!page) return state.SkipWithError(to_string(page.error()).c_str());
      if (!page->next_after) break;
      request.after = parse_id<MessageTag>(*page->next_after).value();
    }
    state.SetIterationTime(longest);
  }
}

BENCHMARK_CAPTURE(message_page, all, ListMessages{.limit = 500})
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(message_page, rare_state, ListMessages{.limit = 500, .state = MessageState::kRefused})
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(message_page, rare_reason, ListMessages{.limit = 500, .reason = Reason::kFrequency})
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yizhan::service
