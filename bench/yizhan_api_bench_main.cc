// What programs submit over the API, from the socket to the disk: yizhan_api-bench [--store sqlite|postgres]
// [--seconds N] [--folder PATH]. The whole server runs in this process, its store waits for the disk before
// every acknowledgement; the load comes from a process of its own over 16 keep-alive connections, each of
// which waits for its answer. One JSON object a line; bench/run.py collects them.
//
// Beside each figure stands the raw limit of the same run: the same server answering without a store, and the
// same number of writers (or the same batches) inserting rows of a narrow table.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/server.h"
#include "base/log.h"
#include "bench/system/bench.h"
#include "crypto/digest.h"
#include "domain/content.h"
#include "domain/signature.h"
#include "engine/batch_plan.h"
#include "service/application_keys.h"
#include "service/applications.h"
#include "store/queries.h"

namespace yizhan {
namespace {

using bench::print;
using bench::processor_seconds;
using bench::raw_insert;
using bench::seconds_since;
using bench::SteadyClock;

constexpr int kConnections = 16;
constexpr int64_t kBatchMessages = 1'000;
constexpr int kBatchConnections = 4;
constexpr int64_t kCustomers = 160'000;  // numbers that messages go to, all known when it is measured
constexpr int64_t kFillSeconds = 10;
constexpr int64_t kWarmUpMs = 1'000;

// ---------------------------------------------------------------- the load, in a process of its own

struct Load {
  uint16_t port = 0;
  int connections = kConnections;
  int64_t seconds = 10;
  std::string kind;  // raw, single, batch
  std::string token, content;
};

class LoadConnection {
 public:
  LoadConnection(const Load& load, int index)
      : load_(load), number_(index * (kCustomers / load.connections)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(load.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  int fd() const { return fd_; }

  void send() {
    const std::string request = make();
    for (size_t at = 0; at < request.size();) {
      const ssize_t n = ::send(fd_, request.data() + at, request.size() - at, MSG_NOSIGNAL);
      if (n <= 0) std::abort();
      at += static_cast<size_t>(n);
    }
    sent_at_ = SteadyClock::now();
    answer_.clear();
  }
  // True when the answer is whole.
  bool receive() {
    char piece[65536];
    const ssize_t n = ::recv(fd_, piece, sizeof piece, 0);
    if (n <= 0) std::abort();
    answer_.append(piece, static_cast<size_t>(n));
    const size_t head = answer_.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const size_t at = answer_.find("Content-Length: ");
    if (at == std::string::npos || at > head) std::abort();
    return answer_.size() >= head + 4 + std::strtoul(answer_.c_str() + at + 16, nullptr, 10);
  }
  double latency_ms() const {
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - sent_at_).count();
  }
  const std::string& answer() const { return answer_; }

 private:
  std::string message() {
    number_ = (number_ + 1) % kCustomers;
    return fmt::format(R"({{"content_id":"{}","number":"139{:08}","variables":{{"order":"{}"}}}})",
                       load_.content, number_, ++order_);
  }
  std::string make() {
    if (load_.kind == "raw") return "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::string body, path = "/api/v1/messages";
    if (load_.kind == "single") {
      body = message();
    } else {
      path += "/batch";
      body = "{\"messages\":[";
      for (int64_t i = 0; i < kBatchMessages; ++i) body += (i == 0 ? "" : ",") + message();
      body += "]}";
    }
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: "
        "application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        path, load_.token, body.size(), body);
  }

  const Load& load_;
  int fd_ = -1;
  int64_t number_, order_ = 0;
  std::string answer_;
  SteadyClock::time_point sent_at_;
};

bool is_good(const Load& load, const std::string& answer) {
  if (load.kind == "raw") return answer.starts_with("HTTP/1.1 200");
  if (!answer.starts_with("HTTP/1.1 202")) return false;
  return load.kind == "single" || answer.find("\"refused\":0,") != std::string::npos;
}

// Prints answers a second and the 50th and 99th hundredth of their times in milliseconds.
int run_load(const Load& load) {
  std::vector<std::unique_ptr<LoadConnection>> all;
  const int poll = ::epoll_create1(0);
  for (int i = 0; i < load.connections; ++i) {
    all.push_back(std::make_unique<LoadConnection>(load, i));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = all.back().get()}};
    ::epoll_ctl(poll, EPOLL_CTL_ADD, all.back()->fd(), &event);
    all.back()->send();
  }
  const auto begun = SteadyClock::now();
  const double warm = static_cast<double>(kWarmUpMs) / 1e3;
  const double until = warm + static_cast<double>(load.seconds);
  std::vector<double> latencies;
  int64_t bad = 0;
  for (double at = 0; at < until;) {
    std::array<epoll_event, 64> events{};
    const int n = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
    at = seconds_since(begun);
    for (int i = 0; i < n; ++i) {
      auto& connection = *static_cast<LoadConnection*>(events[static_cast<size_t>(i)].data.ptr);
      if (!connection.receive()) continue;
      if (!is_good(load, connection.answer()) && ++bad == 1)
        fmt::print(stderr, "refused: {}\n", connection.answer().substr(0, 2'000));
      if (at >= warm) latencies.push_back(connection.latency_ms());
      connection.send();
    }
  }
  std::ranges::sort(latencies);
  if (bad > 0 || latencies.empty()) return 1;
  fmt::print("{} {} {}\n", static_cast<double>(latencies.size()) / static_cast<double>(load.seconds),
             latencies[latencies.size() / 2], latencies[latencies.size() * 99 / 100]);
  return 0;
}

struct Measured {
  double per_second = 0, p50_ms = 0, p99_ms = 0;
};

Result<Measured> measure(const Load& load) {
  const std::string command =
      fmt::format("{} --load {} --port {} --connections {} --seconds {} --token {} --content {}",
                  std::filesystem::read_symlink("/proc/self/exe").string(), load.kind, load.port,
                  load.connections, load.seconds, load.token, load.content);
  FILE* child = ::popen(command.c_str(), "r");
  if (child == nullptr) return fail(ErrorCode::kUnavailable, "the load cannot be started");
  Measured m;
  const int read = std::fscanf(child, "%lf %lf %lf", &m.per_second, &m.p50_ms, &m.p99_ms);
  if (::pclose(child) != 0 || read != 3) return fail(ErrorCode::kInternal, "the load failed: " + load.kind);
  return m;
}

// ---------------------------------------------------------------- the server and its store

struct World {
  std::string token, content;
};

Result<> add_content(db::Tx& tx, int64_t channel) {
  const domain::ContentText text{.message_class = domain::MessageClass::kNotification,
                                 .purpose = {},
                                 .signature = "驿站",
                                 .body = "您的订单{order}已由仓库发出，预计明天送达。",
                                 .opt_out_text = {},
                                 .variables = {{"order", 20, "1"}}};
  const crypto::Digest hash = crypto::sha256(domain::canonical(text));
  const std::string variables = engine::serialize_variables(text.variables);
  const Bytes none;
  YZ_TRY(tx.run(store::q::channel_insert, channel, "c", "", "smpp", "127.0.0.1", 1, "s", none, "1069", "{}",
                0, 0, Time{1}, none, 0));
  const std::array content{db::Param(100), db::Param(text.message_class), db::Param(1'000)};
  YZ_TRY(tx.run_sql("INSERT INTO content VALUES ($1, 'c', $2, '', 0, 4, $3, $3, 1, 0, 0, 0, 1)", content));
  const std::array version{db::Param(1'000),
                           db::Param(100),
                           db::Param(text.message_class),
                           db::Param(text.signature),
                           db::Param(text.body),
                           db::Param(variables),
                           db::Param(hash)};
  YZ_TRY(
      tx.run_sql("INSERT INTO content_version (id, content_id, number, message_class, "
                 "purpose, signature, body, opt_out_text, variables, hash, "
                 "verdict, findings, rule_packs, created_by, created_at) VALUES ($1, $2, 1, $3, '', $4, $5, "
                 "'', $6, $7, 1, '[]', '[]', 0, 0)",
                 version));
  YZ_TRY(tx.run(store::q::signature_insert, 1, text.signature, text.signature,
                domain::SignatureSource::kCompanyName, "", domain::class_bit(text.message_class),
                domain::SignatureState::kApproved, 0, Time{1}));
  return {};
}

// An application with a key, before the server starts and reads them.
Result<World> make_world(const app::Config& config) {
  const auto opened = YZ_TRY(app::OpenedStore::open(config, app::OpenedStore::Missing::kCreate));
  const store::Store& store = opened->store();
  constexpr int64_t kChannel = 7;
  YZ_CHECK(store.db.write([&](db::Tx& tx) { return add_content(tx, kChannel); }));
  service::ApplicationSpec spec;
  spec.name = spec.login = "shop";
  spec.protocols = {domain::ChannelProtocol::kHttp};
  spec.message_classes = {domain::MessageClass::kNotification};
  spec.access_code = "1069";
  spec.channel_id = ChannelId{kChannel};
  spec.contents = {ContentId{100}};
  const auto application = YZ_TRY(service::Applications(store).create({}, spec)).id;
  service::ApplicationKeys keys(store);
  const auto key = YZ_TRY(keys.create({}, application,
                                      {.name = "bench",
                                       .message_classes = spec.message_classes,
                                       .messages_per_second = 0,
                                       .expires_at = store.now() + days(1)}));
  store.db.close();
  return World{key.token, to_string(ContentId{100})};
}

struct Options {
  std::string store = "sqlite", folder = "/tmp";
  Load load;
};

Result<> run(const Options& options, const std::string& folder) {
  app::Config config;
  config.data_dir = folder + "/data";
  config.listen = "127.0.0.1:0";
  config.store = options.store;
  config.rules_dir = "rules";
  config.log_level = "error";
  if (const char* conninfo = std::getenv("YIZHAN_TEST_POSTGRES")) config.postgres = conninfo;
  const World world = YZ_TRY(make_world(config));
  const auto server = YZ_TRY(app::Server::start(config));
  Load load = options.load;
  load.port = server->port();
  load.token = world.token;
  load.content = world.content;

  const int64_t span = load.seconds;
  const double raw_single = raw_insert(server->store().db, kConnections, 1, span);
  const double raw_batch = raw_insert(server->store().db, 1, kBatchMessages, span);
  load.kind = "batch";
  load.connections = kBatchConnections;
  load.seconds = kFillSeconds;
  YZ_TRY(measure(load));
  load.connections = kConnections;
  load.seconds = span;
  load.kind = "raw";
  const Measured http = YZ_TRY(measure(load));
  print(options.store, {"api_raw_http", http.per_second, "requests/s"});
  print(options.store,
        {"api_raw_insert_single", raw_single, "rows/s", "raw HTTP, requests/s", http.per_second});
  load.kind = "single";
  const db::Stats before = server->store().db.stats();
  const auto whole = static_cast<double>(load.seconds) + static_cast<double>(kWarmUpMs) / 1e3;
  double cpu = processor_seconds();
  const Measured single = YZ_TRY(measure(load));
  const db::Stats after = server->store().db.stats();
  print(options.store, {"api_submit_single", single.per_second, "messages/s",
                        "raw insert by 16 writers, rows/s", raw_single});
  print(options.store, {"api_submit_single_p99", single.p99_ms, "ms"});
  print(options.store, {"api_submit_single_cpu",
                        (processor_seconds() - cpu) * 1e6 / (single.per_second * whole), "us/message"});
  const auto commits = static_cast<double>(after.commits - before.commits);
  print(options.store, {"api_submit_single_commit",
                        static_cast<double>(after.commit_us - before.commit_us) / commits / 1e3, "ms"});
  load.kind = "batch";
  load.connections = kBatchConnections;
  cpu = processor_seconds();
  const Measured batch = YZ_TRY(measure(load));
  const double batch_rate = batch.per_second * static_cast<double>(kBatchMessages);
  print(options.store,
        {"api_submit_batch", batch_rate, "messages/s", "raw insert in batches of 1,000, rows/s", raw_batch});
  print(options.store, {"api_submit_batch_p99", batch.p99_ms, "ms"});
  print(options.store,
        {"api_submit_batch_cpu", (processor_seconds() - cpu) * 1e6 / (batch_rate * whole), "us/message"});
  server->stop(seconds(1));
  return {};
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) {
  yizhan::Options options;
  yizhan::Load& load = options.load;
  CLI::App app{"What programs submit over the API, measured: one JSON object a line"};
  app.add_option("--store", options.store)
      ->check(CLI::IsMember({"sqlite", "postgres"}))
      ->capture_default_str();
  app.add_option("--folder", options.folder, "where the store is made")->capture_default_str();
  app.add_option("--seconds", load.seconds, "of each measurement")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  // What this program is called with by itself, to be the load.
  const std::string by_itself;
  app.add_option("--load", load.kind)->group(by_itself);
  app.add_option("--port", load.port)->group(by_itself);
  app.add_option("--connections", load.connections)->group(by_itself);
  app.add_option("--token", load.token)->group(by_itself);
  app.add_option("--content", load.content)->group(by_itself);
  CLI11_PARSE(app, argc, argv);
  if (!load.kind.empty()) return yizhan::run_load(load);
  yizhan::log::configure(yizhan::log::Level::kError, "");
  std::string folder = options.folder + "/yizhan_api_bench_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const auto done = yizhan::run(options, folder);
  if (!done) fmt::print(stderr, "yizhan_api-bench: {}\n", yizhan::to_string(done.error()));
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return done ? 0 : 1;
}
