#pragma once
// The coroutine type of everything that waits for the network. A Task runs on the executor it was spawned on
// and resumes there after each co_await.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace yizhan::net {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

// `co_await operation(…, kAwaitable)` gives the error code beside the result in place of throwing.
constexpr auto kAwaitable = asio::as_tuple(asio::use_awaitable);

using Executor = asio::any_io_executor;

}  // namespace yizhan::net
