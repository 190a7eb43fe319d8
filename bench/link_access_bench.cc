// What an application's submits cost the server that takes them: one session over loopback with a window of
// 128, a handler that answers at once, and a client that does nothing but write the same bytes and read
// frames.

#include <benchmark/benchmark.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "link/access_server.h"

namespace yizhan {
namespace {

namespace asio = boost::asio;
using codec::Protocol;

constexpr uint32_t kWindow = 128;

class Answering final : public link::AccessHandler {
 public:
  link::AccessPort* port = nullptr;

  std::optional<link::AccessAccount> find_account(std::string_view) override {
    return link::AccessAccount{.id = 1, .name = "erp", .secret = "secret", .window = kWindow};
  }
  void on_submits(std::vector<link::AccessSubmit>&& submits) override {
    std::vector<link::AccessAnswer> answers;
    answers.reserve(submits.size());
    for (const link::AccessSubmit& submit : submits) answers.push_back({.token = submit.token});
    port->answer(std::move(answers));
  }
  void on_receiver(int64_t, Protocol) override {}
  void on_delivered(int64_t, std::vector<Delivered>&&) override {}
  void on_login(std::string_view, Protocol, std::string_view, codec::Fault) override {}
};

class Client {
 public:
  Client(Protocol protocol, uint16_t port) : dialect_(codec::make_dialect(protocol)), socket_(io_) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(asio::ip::tcp::no_delay(true));
    Bytes login;
    const bool written = dialect_->write_login(
        login, {.number = 1}, {.account = "erp", .secret = "secret", .role = codec::Role::kSend});
    if (written) asio::write(socket_, asio::buffer(login));
    read_frames(1);
    const Bytes text(134, 'x');
    while (in_burst_ < kWindow / 2) {
      const auto fault = dialect_->write_submit(burst_, {.number = ++in_burst_ + 1},
                                                {.source = "106912345678",
                                                 .destinations = {"8613900000000"},
                                                 .payload = text,
                                                 .coding = codec::Coding::kUcs2});
      if (fault != codec::Fault::kNone) break;
    }
  }

  // Two bursts under way: the window is full, or half.
  void send() { asio::write(socket_, asio::buffer(burst_)); }
  uint32_t receive() {
    read_frames(in_burst_);
    return in_burst_;
  }

 private:
  void read_frames(uint32_t count) {
    while (count > 0) {
      const codec::Frame frame = dialect_->frame(ByteSpan(in_).subspan(at_, filled_ - at_));
      if (frame.state == codec::FrameState::kComplete) {
        at_ += frame.length;
        --count;
        continue;
      }
      std::copy(in_.begin() + static_cast<std::ptrdiff_t>(at_),
                in_.begin() + static_cast<std::ptrdiff_t>(filled_), in_.begin());
      filled_ -= std::exchange(at_, 0);
      filled_ += socket_.read_some(asio::buffer(in_.data() + filled_, in_.size() - filled_));
    }
  }

  std::unique_ptr<codec::Dialect> dialect_;
  asio::io_context io_;
  asio::ip::tcp::socket socket_;
  Bytes burst_;
  uint32_t in_burst_ = 0;
  Bytes in_ = Bytes(size_t{64} * 1024);
  size_t at_ = 0, filled_ = 0;
};

void submit_and_answer(benchmark::State& state) {
  const auto protocol = static_cast<Protocol>(state.range(0));
  state.SetLabel(std::string(codec::protocol_name(protocol)));
  const SystemClock clock;
  Answering handler;
  auto server = link::AccessServer::create(clock, {.listeners = {{.protocols = {protocol}}}}, handler);
  if (!server) return state.SkipWithError("no server");
  handler.port = server->get();
  Client client(protocol, (*server)->port());
  client.send();
  uint64_t answered = 0;
  for (auto _ : state) {
    client.send();
    answered += client.receive();
  }
  answered += client.receive();
  const link::AccessServerStats stats = (*server)->stats();
  if (stats.submits != answered || stats.submits_throttled != 0 || stats.submits_refused != 0)
    return state.SkipWithError("not every submit was taken");
  state.SetItemsProcessed(static_cast<int64_t>(answered));
}
BENCHMARK(submit_and_answer)->DenseRange(1, codec::kProtocols.size())->UseRealTime();

}  // namespace
}  // namespace yizhan
