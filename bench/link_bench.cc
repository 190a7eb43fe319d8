// What the carrier side costs: reading a receipt, then one SMPP session against a sink in this process that
// does nothing but answer and against the carrier simulator, beside a raw socket blaster that sends the same
// bytes without any session logic.

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "codec/smpp/pdu.h"
#include "codec/smpp/receipt.h"
#include "link/carrier_link.h"
#include "link/simulator.h"

namespace yizhan {
namespace {

const Bytes kText(134, 'x');

smpp::SubmitSm sample_submit() {
  return {.source_ton = 5,
          .source = "106912345678",
          .destination_ton = 1,
          .destination_npi = 1,
          .destination = "8613900000000",
          .registered_delivery = 1,
          .data_coding = 8,
          .short_message = kText};
}

void decode_receipt(benchmark::State& state) {
  std::string text;
  smpp::append_receipt_text({.id = "0123456789",
                             .submit_date = "2603021000",
                             .done_date = "2603021001",
                             .stat = "DELIVRD",
                             .err = "000",
                             .text = "hello",
                             .sub = 1,
                             .dlvrd = 1},
                            text);
  Bytes wire;
  const smpp::DeliverSm deliver{
      .source = "8613900000000", .destination = "1069", .esm_class = 4, .short_message = as_bytes(text)};
  if (smpp::encode(wire, deliver, 1) != smpp::Status::kOk) state.SkipWithError("encode");
  for (auto _ : state) {
    const auto decoded = smpp::decode<smpp::DeliverSm>(wire);
    auto receipt = smpp::read_receipt(*decoded);
    benchmark::DoNotOptimize(receipt);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_receipt);

// ---------------------------------------------------------------- a sink that answers everything at once

class Sink {
 public:
  Sink() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(fd_, 1);
    socklen_t length = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Sink() {
    ::shutdown(fd_, SHUT_RDWR);
    ::close(fd_);
    thread_.join();
  }
  uint16_t port = 0;

 private:
  void serve() {
    const int client = ::accept(fd_, nullptr, nullptr);
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Bytes in(256 * 1024), out;
    size_t filled = 0;
    while (true) {
      const ssize_t n = ::recv(client, in.data() + filled, in.size() - filled, 0);
      if (n <= 0) break;
      filled += static_cast<size_t>(n);
      size_t at = 0;
      out.clear();
      while (true) {
        const smpp::Frame frame = smpp::frame_length(ByteSpan(in).subspan(at, filled - at));
        if (frame.state != smpp::FrameState::kComplete) break;
        answer(smpp::parse_header(ByteSpan(in).subspan(at, frame.length)), out);
        at += frame.length;
      }
      std::copy(in.begin() + static_cast<ptrdiff_t>(at), in.begin() + static_cast<ptrdiff_t>(filled),
                in.begin());
      filled -= at;
      if (!out.empty() && ::send(client, out.data(), out.size(), MSG_NOSIGNAL) < 0) break;
    }
    ::close(client);
  }
  static void answer(const smpp::Header& header, Bytes& out) {
    smpp::Status status = smpp::Status::kOk;
    if (header.command == smpp::CommandId::kSubmitSm)
      status = smpp::encode(out, smpp::SubmitSmResp{.message_id = "0123456789"}, header.sequence);
    else if (header.command == smpp::CommandId::kBindTransceiver)
      status = smpp::encode(out, smpp::BindTransceiverResp{.system_id = "sink"}, header.sequence);
    else if (!smpp::is_response(header.command))
      smpp::encode_header(out, smpp::response_to(header.command), status, header.sequence);
    benchmark::DoNotOptimize(status);
  }
  int fd_;
  std::thread thread_;
};

class Counter final : public link::LinkEvents {
 public:
  void on_responses(std::vector<link::Response>&& responses) override {
    for (const link::Response& r : responses) accepted += r.kind == link::ResponseKind::kAccepted ? 1 : 0;
    const std::lock_guard lock(mutex);
    settled += responses.size();
    changed.notify_one();
  }
  void on_deliveries(std::vector<link::Delivery>&&) override {}
  void on_state(link::LinkState, std::string) override {}
  void on_credit() override {
    const std::lock_guard lock(mutex);
    bound = true;
    changed.notify_one();
  }
  std::mutex mutex;
  std::condition_variable changed;
  size_t settled = 0, accepted = 0;
  bool bound = false;
};

constexpr size_t kBatch = 500;

link::SubmitBatch sample_batch() {
  link::SubmitBatch batch;
  batch.reserve(kBatch, kBatch * 200);
  for (size_t i = 0; i < kBatch; ++i)
    if (!batch.add({.attempt_id = i,
                    .message_id = i,
                    .source = "106912345678",
                    .destination = "8613900000000",
                    .payload = kText,
                    .coding = codec::Coding::kUcs2,
                    .receipt = codec::ReceiptWish::kNever}))
      std::abort();
  return batch;
}

// One session at full window, until the state has had enough.
void run_session(benchmark::State& state, uint16_t port) {
  SystemClock clock;
  Counter counter;
  boost::asio::io_context context{1};
  auto work = boost::asio::make_work_guard(context);
  link::LinkConfig config;
  config.host = "127.0.0.1";
  config.port = port;
  config.system_id = config.password = "demo";
  config.window = static_cast<uint32_t>(state.range(0));
  auto session = std::make_unique<link::CarrierLink>(context, clock, config, counter);
  std::thread io([&] { context.run(); });
  session->start();
  const auto wait = [&](auto predicate) {
    std::unique_lock lock(counter.mutex);
    counter.changed.wait(lock, predicate);
  };
  wait([&] { return counter.bound; });
  size_t submitted = 0;
  for (auto _ : state) {
    // Keeps four batches on their way, as the engine does.
    wait([&] { return submitted - counter.settled <= 3 * kBatch; });
    session->submit(sample_batch());
    submitted += kBatch;
  }
  wait([&] { return counter.settled == submitted; });
  state.SetItemsProcessed(static_cast<int64_t>(submitted));
  state.counters["accepted"] = static_cast<double>(counter.accepted) / static_cast<double>(submitted);
  state.counters["p99_us"] = static_cast<double>(session->stats().latency_p99.us);
  session.reset();
  work.reset();
  context.stop();
  io.join();
}

void session_submit_response(benchmark::State& state) {
  const Sink sink;
  run_session(state, sink.port);
}
BENCHMARK(session_submit_response)
    ->Arg(16)
    ->Arg(128)
    ->Arg(1024)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// The same against the carrier simulator, which judges, numbers and counts each submit.
void session_at_simulator(benchmark::State& state) {
  const SystemClock clock;
  const auto simulator = link::CarrierSimulator::create({.port = 0}, clock);
  if (!simulator) return state.SkipWithError("simulator");
  run_session(state, (*simulator)->port());
}
BENCHMARK(session_at_simulator)->Arg(128)->UseRealTime()->Unit(benchmark::kMillisecond);

// The ceiling of this machine: the same submits prepared beforehand, written in window-sized chunks, the
// responses counted by their fixed length only.
void raw_blaster(benchmark::State& state) {
  Sink sink;
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(sink.port);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    state.SkipWithError("connect");
  const auto window = static_cast<size_t>(state.range(0));
  Bytes chunk, response, in(256 * 1024);
  for (size_t i = 0; i < window; ++i)
    if (smpp::encode(chunk, sample_submit(), static_cast<uint32_t>(i + 1)) != smpp::Status::kOk) std::abort();
  if (smpp::encode(response, smpp::SubmitSmResp{.message_id = "0123456789"}, 1) != smpp::Status::kOk)
    std::abort();
  for (auto _ : state) {
    if (::send(fd, chunk.data(), chunk.size(), MSG_NOSIGNAL) < 0) state.SkipWithError("send");
    for (size_t got = 0; got < window * response.size();) {
      const ssize_t n = ::recv(fd, in.data(), in.size(), 0);
      if (n <= 0) return state.SkipWithError("recv");
      got += static_cast<size_t>(n);
    }
  }
  ::close(fd);
  state.SetItemsProcessed(static_cast<int64_t>(window) * state.iterations());
}
BENCHMARK(raw_blaster)->Arg(16)->Arg(128)->Arg(1024)->UseRealTime();

}  // namespace
}  // namespace yizhan
