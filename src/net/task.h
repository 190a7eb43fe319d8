#pragma once
// The coroutine type of everything that waits for the network. A Task runs on the executor it was spawned on
// and resumes there after each co_await.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace yizhan::net {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

using Executor = asio::any_io_executor;

}  // namespace yizhan::net
