#pragma once
// From method and path to a route: a tree of segments built once from patterns such as
// /api/v1/campaigns/{campaign_id}/freeze. Immutable once the server runs; then any thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "http/message.h"

namespace yizhan::http {

using Handler = std::function<Result<Response>(Request&)>;
// Decides before the body is read whether it is worth reading; may leave something in Request::admitted. An
// error is the answer.
using Admit = std::function<Result<void>(Request&)>;

enum class BodyMode : uint8_t {
  kNone,    // a body is refused
  kJson,    // application/json (or +json) into Request::body
  kUpload,  // any other type or the file part of multipart/form-data, streamed into Request::upload
};

enum class Execution : uint8_t {
  kPool,    // may block: on the pool for blocking work
  kInline,  // never blocks: on the I/O thread
};

struct Route {
  Method method = Method::kGet;
  std::string pattern;
  Handler handler;
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
