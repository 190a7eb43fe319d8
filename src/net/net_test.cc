#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <latch>
#include <stdexcept>

#include "net/bounded_pool.h"
#include "net/deadline.h"
#include "net/io_threads.h"
#include "net/listener.h"

namespace yizhan::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

Task<void> echo(tcp::socket socket) {
  std::array<char, 256> buffer;
  for (;;) {
    error_code ec;
    const size_t n =
        co_await socket.async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return;
    co_await asio::async_write(socket, asio::buffer(buffer, n),
                               asio::redirect_error(asio::use_awaitable, ec));
  }
}

Task<void> close_when_due(tcp::socket socket) {
  Deadline deadline(socket);
  deadline.set(seconds(3600));
  deadline.set(milliseconds(1));
  char byte = 0;
  error_code ec;
  co_await asio::async_read(socket, asio::buffer(&byte, 1), asio::redirect_error(asio::use_awaitable, ec));
  EXPECT_TRUE(ec);
  EXPECT_TRUE(deadline.expired());
}

tcp::socket connect(asio::io_context& context, uint16_t port) {
  tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), port});
  return socket;
}

// Blocks until the peer has closed.
bool closed_by_peer(tcp::socket& socket) {
  char byte = 0;
  error_code ec;
  asio::read(socket, asio::buffer(&byte, 1), ec);
  return bool(ec);
}

TEST(Listener, ServesOnAChosenPort) {
  IoThreads threads("test", 2);
  auto listener = Listener::create(threads, {}, echo);
  ASSERT_TRUE(listener) << to_string(listener.error());
  EXPECT_NE((*listener)->port(), 0);
  asio::io_context context;
  for (int i = 0; i < 4; ++i) {
    auto socket = connect(context, (*listener)->port());
    asio::write(socket, asio::buffer("hello", 5));
    std::array<char, 5> answer;
    asio::read(socket, asio::buffer(answer));
    EXPECT_EQ(std::string_view(answer.data(), 5), "hello");
  }
}

TEST(Listener, ClosesConnectionsOverItsBound) {
  IoThreads threads("test", 1);
  auto listener = Listener::create(threads, {.max_connections = 1}, echo);
  ASSERT_TRUE(listener);
  asio::io_context context;
  auto first = connect(context, (*listener)->port());
  asio::write(first, asio::buffer("x", 1));
  char byte = 0;
  asio::read(first, asio::buffer(&byte, 1));
  auto second = connect(context, (*listener)->port());
  EXPECT_TRUE(closed_by_peer(second));
  EXPECT_EQ((*listener)->refused(), 1u);
  EXPECT_EQ((*listener)->connections(), 1u);
}

TEST(Listener, SurvivesAHandlerThatThrows) {
  IoThreads threads("test", 1);
  auto listener = Listener::create(threads, {}, [](tcp::socket) -> Task<void> {
    throw std::runtime_error("defect");
    co_return;
  });
  ASSERT_TRUE(listener);
  asio::io_context context;
  for (int i = 0; i < 2; ++i) {
    auto socket = connect(context, (*listener)->port());
    EXPECT_TRUE(closed_by_peer(socket));
  }
}

TEST(Listener, RefusesABadAddressAndATakenPort) {
  IoThreads threads("test", 1);
  const auto bad = Listener::create(threads, {.address = "no address"}, echo);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  auto first = Listener::create(threads, {}, echo);
  ASSERT_TRUE(first);
  const auto second = Listener::create(threads, {.port = (*first)->port()}, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST(Listener, AcceptsNoMoreAfterStop) {
  IoThreads threads("test", 1);
  auto listener = Listener::create(threads, {}, echo);
  ASSERT_TRUE(listener);
  const uint16_t port = (*listener)->port();
  (*listener)->stop();
  // The close runs on the I/O thread; this comes behind it.
  asio::post(threads.context(0), asio::use_future).get();
  asio::io_context context;
  tcp::socket socket(context);
  error_code ec;
  socket.connect({asio::ip::address_v4::loopback(), port}, ec);
  EXPECT_TRUE(ec);
}

TEST(Deadline, ClosesASilentSocket) {
  IoThreads threads("test", 1);
  auto listener = Listener::create(threads, {}, close_when_due);
  ASSERT_TRUE(listener);
  asio::io_context context;
  auto socket = connect(context, (*listener)->port());
  EXPECT_TRUE(closed_by_peer(socket));
}

TEST(Deadline, MayDieBeforeItsTimer) {
  asio::io_context context;
  tcp::socket socket(context);
  {
    Deadline deadline(socket);
    deadline.set(milliseconds(1));
    deadline.clear();
    deadline.set(milliseconds(1));
  }
  context.run();
}

template <class T>
T run(IoThreads& threads, Task<T> task) {
  return asio::co_spawn(threads.context(0), std::move(task), asio::use_future).get();
}

Task<Result<int>> answer_on(BoundedPool& pool, std::thread::id& worker, std::thread::id& before,
                            std::thread::id& after) {
  before = std::this_thread::get_id();
  const Result<int> answer = co_await run_on(pool, [&worker] {
    worker = std::this_thread::get_id();
    return 42;
  });
  after = std::this_thread::get_id();
  co_return answer;
}

TEST(RunOn, HopsToThePoolAndBack) {
  IoThreads threads("test", 1);
  BoundedPool pool("pool", 1);
  std::thread::id worker;
  std::thread::id before;
  std::thread::id after;
  const auto answer = run(threads, answer_on(pool, worker, before, after));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, 42);
  EXPECT_NE(worker, before);
  EXPECT_EQ(before, after);
  pool.stop();
  EXPECT_EQ(pool.stats().done, 1u);
}

TEST(RunOn, GivesErrorsAndExceptionsAsValues) {
  IoThreads threads("test", 1);
  BoundedPool pool("pool", 1);
  const Result<std::string> failed =
      run(threads, run_on(pool, []() -> Result<std::string> { return fail(ErrorCode::kNotFound, "gone"); }));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kNotFound);
  const Result<void> threw = run(threads, run_on(pool, [] { throw std::runtime_error("library"); }));
  ASSERT_FALSE(threw);
  EXPECT_EQ(threw.error().code, ErrorCode::kInternal);
}

TEST(BoundedPool, RefusesWhenFullAndKeepsTheJobWithTheCaller) {
  IoThreads threads("test", 1);
  BoundedPool pool("pool", 1, 1);
  std::latch started(1);
  std::latch release(1);
  ASSERT_TRUE(pool.try_post([&] {
    started.count_down();
    release.wait();
  }));
  started.wait();
  int ran = 0;
  ASSERT_TRUE(pool.try_post([&] { ++ran; }));
  BoundedPool::Job refused = [&] { ran += 10; };
  EXPECT_FALSE(pool.try_post(std::move(refused)));
  // NOLINTNEXTLINE(bugprone-use-after-move): a refused job stays with the caller.
  EXPECT_TRUE(static_cast<bool>(refused));
  const Result<int> busy = run(threads, run_on(pool, [] { return 1; }));
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, ErrorCode::kBusy);
  EXPECT_EQ(pool.stats().queued, 1u);
  EXPECT_EQ(pool.stats().running, 1u);
  EXPECT_EQ(pool.stats().refused, 2u);
  release.count_down();
  pool.stop();
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(pool.stats().done, 2u);
  EXPECT_FALSE(pool.try_post([] {}));
}

TEST(BoundedPool, SurvivesAJobThatThrows) {
  BoundedPool pool("pool", 1);
  ASSERT_TRUE(pool.try_post([] { throw std::runtime_error("defect"); }));
  std::promise<void> ran;
  ASSERT_TRUE(pool.try_post([&] { ran.set_value(); }));
  ran.get_future().get();
}

}  // namespace
}  // namespace yizhan::net
