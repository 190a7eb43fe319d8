// What the carrier simulator costs: a client in the same process submits as fast as the window lets it and
// answers every receipt. A "message" is submit_sm + response + receipt + its answer. The rate is that of both
// together; simulator_us is the simulator's own processor time per message, from which its rate on a core of
// its own follows (simulator_per_core).

#include <benchmark/benchmark.h>
#include <pthread.h>
#include <time.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <filesystem>
#include <memory>

#include "codec/smpp/pdu.h"
#include "link/simulator.h"

namespace yizhan::link {
namespace {

constexpr uint32_t kMessages = 400'000;
constexpr uint32_t kWindow = 2'000;

double seconds_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// A client that blocks and does nothing but this.
class Blaster {
 public:
  explicit Blaster(uint16_t port) : socket_(context_), buffer_(256 * 1024) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.set_option(boost::asio::ip::tcp::no_delay(true));
    const smpp::BindTransceiver bind{.system_id = "demo", .password = "demo"};
    if (smpp::encode(out_, bind, 1) != smpp::Status::kOk) std::abort();
  }

  // Until each message is answered and its receipt too.
  void run(uint32_t messages) {
    while (responses_ < messages || receipts_ < messages) {
      while (sent_ < messages && sent_ - responses_ < kWindow) submit();
      if (!out_.empty()) boost::asio::write(socket_, boost::asio::buffer(out_));
      out_.clear();
      have_ += socket_.read_some(boost::asio::buffer(buffer_.data() + have_, buffer_.size() - have_));
      take();
    }
    boost::asio::write(socket_, boost::asio::buffer(out_));
  }

 private:
  void submit() {
    char number[] = "8613800000000";
    for (uint32_t n = sent_, i = 12; n > 0; n /= 10) number[i--] = static_cast<char>('0' + n % 10);
    static constexpr std::string_view kText =
        "[Yizhan] Dear member, your parcel 4711 waits at the relay station until Sunday. Reply R to refuse.";
    const smpp::SubmitSm pdu{.source = "10690001",
                             .destination = number,
                             .registered_delivery = smpp::kReceiptAlways,
                             .short_message = as_bytes(kText)};
    if (smpp::encode(out_, pdu, ++sent_) != smpp::Status::kOk) std::abort();
  }
  void take() {
    size_t used = 0;
    for (;;) {
      const ByteSpan rest = ByteSpan(buffer_).first(have_).subspan(used);
      const smpp::Frame frame = smpp::frame_length(rest);
      if (frame.state != smpp::FrameState::kComplete) break;
      const smpp::Header header = smpp::parse_header(rest);
      if (header.command == smpp::CommandId::kSubmitSmResp) ++responses_;
      if (header.command == smpp::CommandId::kDeliverSm) {
        ++receipts_;
        smpp::encode_header(out_, smpp::CommandId::kDeliverSmResp, smpp::Status::kOk, header.sequence);
      }
      used += frame.length;
    }
    have_ -= used;
    std::memmove(buffer_.data(), buffer_.data() + used, have_);
  }

  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  Bytes buffer_;
  Bytes out_;
  size_t have_ = 0;
  uint32_t sent_ = 0;
  uint32_t responses_ = 0;
  uint32_t receipts_ = 0;
};

enum class Load { kPlain, kLogged, kMixed };

void simulator(benchmark::State& state, Load load) {
  const SystemClock clock;
  const auto log = std::filesystem::temp_directory_path() / ("simulator_bench_" + std::to_string(::getpid()));
  SimulatorConfig config;
  config.port = 0;
  config.receipt_delay = {20, 200};
  if (load != Load::kPlain) config.log = log.string();
  if (load == Load::kMixed) {
    config.latency = {1, 5};
    config.outcomes = {{"UNDELIV", "012", 0.05}, {"EXPIRED", "034", 0.01}};
    config.out_of_order = 0.01;
    config.deliver_window = 2'000;
  }
  double busy = 0;
  for (auto _ : state) {
    auto created = CarrierSimulator::create(config, clock);
    if (!created) {
      state.SkipWithError(to_string(created.error()).c_str());
      return;
    }
    Blaster client((*created)->port());
    const double process = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    const double thread = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    client.run(kMessages);
    busy += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - process - (seconds_of(CLOCK_THREAD_CPUTIME_ID) - thread);
    (*created)->stop();
    std::filesystem::remove(log);
  }
  const double messages = static_cast<double>(state.iterations()) * kMessages;
  state.counters["messages_per_second"] = benchmark::Counter(messages, benchmark::Counter::kIsRate);
  state.counters["simulator_us"] = busy * 1e6 / messages;
  state.counters["simulator_per_core"] = messages / busy;
}

BENCHMARK_CAPTURE(simulator, plain, Load::kPlain)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(simulator, logged, Load::kLogged)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(simulator, mixed, Load::kMixed)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace yizhan::link
