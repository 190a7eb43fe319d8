#pragma once
// From method and path to a route: a tree of segments built once from patterns such as
// /api/v1/campaigns/{campaign_id}/freeze. Immutable once the server runs; then any thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "http/message.h"

namespace yizhan::http {

using Handler = std::function<Result<Response>(Request&)>;
// The one answer to a request whose handler has returned without it. Any thread, once; dropped without an
// answer it says kUnavailable itself. After the server has stopped its threads it must be gone.
class Reply {
 public:
  using Send = std::move_only_function<void(Result<Response>)>;
  explicit Reply(Send send) : send_(std::move(send)) {}
  Reply(Reply&& other) noexcept : send_(std::exchange(other.send_, nullptr)) {}
  Reply& operator=(Reply&& other) noexcept {
    std::swap(send_, other.send_);
    return *this;
  }
  ~Reply() {
    if (send_) send_(fail(ErrorCode::kUnavailable, "The server is stopping."));
  }

  void operator()(Result<Response> response) {
    if (auto send = std::exchange(send_, nullptr)) send(std::move(response));
  }

 private:
  Send send_;
};
// Begins to answer, on the I/O thread: never blocks. The Request is not to be touched after it has returned.
using Starter = std::function<void(Request&, Reply)>;

// Decides before the body is read whether it is worth reading; may leave something in Request::admitted. An
// error is the answer.
using Admit = std::function<Result<void>(Request&)>;

enum class BodyMode : uint8_t {
  kNone,    // a body is refused
  kJson,    // application/json (or +json) into Request::body
  kUpload,  // any other type or the file part of multipart/form-data, streamed into Request::upload
};

enum class Execution : uint8_t {
  kPool,      // may block: on the pool for blocking work
  kInline,    // never blocks: on the I/O thread
  kDeferred,  // Route::start on the I/O thread, the answer from wherever it comes
};

struct Route {
  Method method = Method::kGet;
  std::string pattern;
  Handler handler;
  Starter start;  // of Execution::kDeferred, instead of a handler
  BodyMode body = BodyMode::kNone;
  size_t body_limit_bytes = limits::kHttpBodyBytes;
  Execution execution = Execution::kPool;
  Admit admit;  // optional; runs where the handler does
};

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // kInvalidArgument for a pattern that is none, kConflict for one that is there already (whatever its
  // parameters' names).
  Result<void> add(Route&& route);
  // Answers GET and HEAD where no pattern matches (the console); without one that is 404.
  void set_fallback(Handler handler, Execution execution);

  struct Match {
    const Route* route = nullptr;
    Parameters parameters;
  };
  struct NotAllowed {
    std::string allow;  // the value of the Allow header
  };
  // HEAD is answered by the GET route. A pattern's literal segment goes before a parameter. kNotFound, or
  // kMalformed for a path that cannot be decoded.
  Result<std::variant<Match, NotAllowed>> find(Method method, std::string_view path) const;

  // Every route, for documents and tests, by pattern and method.
  std::vector<const Route*> routes() const;

 private:
  struct Node;
  struct Lookup;
  std::unique_ptr<Node> root_;
  std::unique_ptr<Route> fallback_;
};

}  // namespace yizhan::http
