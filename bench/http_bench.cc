// Requests a second on one I/O thread over loopback: keep-alive connections that each wait for their answer,
// and pipelined ones. The client is a plain blocking socket loop; with it on the same machine the figure is a
// lower bound.

#include <benchmark/benchmark.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "base/log.h"
#include "http/server.h"

namespace yizhan {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view kRequest =
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";

http::Router make_router() {
  http::Router router;
  const http::Handler handler = [](http::Request&) -> Result<http::Response> {
    return http::json_response(200, "{\"status\":\"ok\"}");
  };
  (void)router.add({.pattern = "/healthz", .handler = handler, .execution = http::Execution::kInline});
  (void)router.add({.pattern = "/pooled", .handler = handler});
  return router;
}

// The bytes of one answer, all of one length.
size_t answer_bytes(tcp::socket& socket, const std::string& request) {
  asio::write(socket, asio::buffer(request));
  std::string text;
  char piece[4096];
  while (!text.ends_with("}")) text.append(piece, socket.read_some(asio::buffer(piece)));
  return text.size();
}

// range(0): requests sent before the answers are awaited.
void serve(benchmark::State& state, std::string_view request) {
  log::configure(log::Level::kError, "");
  const SystemClock clock;
  net::BoundedPool pool("work", 1);
  net::IoThreads threads("io", 1);
  auto server = http::Server::create(threads, pool, clock, make_router(), {});
  if (!server) return state.SkipWithError(to_string(server.error()).c_str());
  asio::io_context context;
  tcp::socket socket(context);
  socket.connect({asio::ip::make_address("127.0.0.1"), (*server)->ports().at(0)});
  socket.set_option(tcp::no_delay(true));
  const std::string one(request);
  const auto count = static_cast<size_t>(state.range(0));
  std::string batch;
  for (size_t i = 0; i < count; ++i) batch += one;
  std::string answers(answer_bytes(socket, one) * count, '\0');
  for (auto _ : state) {
    asio::write(socket, asio::buffer(batch));
    asio::read(socket, asio::buffer(answers));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  socket.close();
  (*server)->stop(seconds(1));
  pool.stop();
}

void http_inline_requests(benchmark::State& state) { serve(state, kRequest); }
BENCHMARK(http_inline_requests)->Arg(1)->Arg(16)->Arg(128)->UseRealTime();

void http_pooled_requests(benchmark::State& state) {
  serve(state, "GET /pooled HTTP/1.1\r\nHost: localhost\r\n\r\n");
}
BENCHMARK(http_pooled_requests)->Arg(1)->Arg(16)->UseRealTime();

}  // namespace
}  // namespace yizhan
