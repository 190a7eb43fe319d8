#include "http/router.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "http/target.h"

namespace yizhan::http {
namespace {

using Segments = std::vector<std::string_view>;

// "/a//b/" -> "a", "", "b", "".
Segments split(std::string_view path) {
  Segments out;
  for (size_t at = 1; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    out.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
}

// Literals are what needs no percent escape, parameters {snake_case}.
bool is_segment(std::string_view segment) {
  if (is_parameter(segment)) segment = segment.substr(1, segment.size() - 2);
  return !segment.empty() && std::all_of(segment.begin(), segment.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '~';
  });
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<Method, Route> routes;
};

// One look-up: the decoded segments and, while walking, the values of the parameters.
struct Router::Lookup {
  std::vector<std::string> segments;
  std::vector<const std::string*> values;

  // The first node with routes that the segments from `at` lead to.
  const Node* walk(const Node& node, size_t at) {
    if (at == segments.size()) return node.routes.empty() ? nullptr : &node;
    if (const auto literal = node.literals.find(segments[at]); literal != node.literals.end()) {
      if (const Node* found = walk(*literal->second, at + 1)) return found;
    }
    if (node.parameter == nullptr || segments[at].empty()) return nullptr;
    values.push_back(&segments[at]);
    if (const Node* found = walk(*node.parameter, at + 1)) return found;
    values.pop_back();
    return nullptr;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Result<void> Router::add(Route&& route) {
  const Segments segments = split(route.pattern);
  const bool valid = route.pattern.starts_with('/') && segments.size() <= limits::kHttpPathSegments &&
                     (route.pattern == "/" || std::all_of(segments.begin(), segments.end(), is_segment));
  if (!valid || route.method == Method::kOther || route.method == Method::kHead ||
      (route.execution == Execution::kDeferred ? !route.start : !route.handler))
    return fail(ErrorCode::kInvalidArgument, "not a route", route.pattern);
  Node* node = root_.get();
  for (const std::string_view segment : segments) {
    auto& next = is_parameter(segment) ? node->parameter : node->literals[std::string(segment)];
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
  }
  const Method method = route.method;
  std::string pattern = route.pattern;
  if (!node->routes.try_emplace(method, std::move(route)).second)
    return fail(ErrorCode::kConflict, "two routes of one method and pattern", std::move(pattern));
  return {};
}

void Router::set_fallback(Handler handler, Execution execution) {
  fallback_ = std::make_unique<Route>(Route{.handler = std::move(handler), .execution = execution});
}

Result<std::variant<Router::Match, Router::NotAllowed>> Router::find(Method method,
                                                                     std::string_view path) const {
  const auto not_found = [] { return fail(ErrorCode::kNotFound, "There is nothing at this path."); };
  const bool reads = method == Method::kGet || method == Method::kHead;
  const Segments encoded = split(path);
  Lookup lookup;
  if (encoded.size() <= limits::kHttpPathSegments && path.starts_with('/')) {
    for (const std::string_view segment : encoded) lookup.segments.push_back(YZ_TRY(percent_decode(segment)));
    const Node* node = lookup.walk(*root_, 0);
    if (node != nullptr) {
      auto route = node->routes.find(method);
      if (route == node->routes.end() && method == Method::kHead) route = node->routes.find(Method::kGet);
      if (route == node->routes.end()) {
        std::string allow;
        for (const auto& [each, _] : node->routes) {
          allow += std::string(name_of(each)) + ", ";
          if (each == Method::kGet) allow += "HEAD, ";
        }
        return NotAllowed{allow + "OPTIONS"};
      }
      Match match{.route = &route->second};
      size_t value = 0;
      for (const std::string_view segment : split(route->second.pattern)) {
        if (is_parameter(segment))
          match.parameters.emplace_back(segment.substr(1, segment.size() - 2), *lookup.values[value++]);
      }
      return match;
    }
  }
  if (fallback_ == nullptr || !reads) return not_found();
  return Match{.route = fallback_.get()};
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> out;
  const auto collect = [&out](const auto& self, const Node& node) -> void {
    for (const auto& [_, route] : node.routes) out.push_back(&route);
    for (const auto& [_, child] : node.literals) self(self, *child);
    if (node.parameter != nullptr) self(self, *node.parameter);
  };
  collect(collect, *root_);
  std::sort(out.begin(), out.end(), [](const Route* a, const Route* b) {
    return std::pair(std::string_view(a->pattern), a->method) <
           std::pair(std::string_view(b->pattern), b->method);
  });
  return out;
}

}  // namespace yizhan::http
