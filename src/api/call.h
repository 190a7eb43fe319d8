#pragma once
// What a handler of the API is given besides its decoded input. One thread at a time.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "http/message.h"

namespace yizhan::service {
struct Authenticated;
struct Principal;
class ProgramCaller;
}  // namespace yizhan::service

namespace yizhan::api {

struct Entry;
struct Exporting;

struct Call {
  const Entry& entry;
  http::Request& request;
  std::shared_ptr<const service::Authenticated> who;      // null on public routes
  std::shared_ptr<const service::ProgramCaller> program;  // a program calls: then nobody else does
  // The version that the caller has seen; absent without If-Match and for `If-Match: *`.
  std::optional<int64_t> if_match;
  std::string_view idempotency_key;   // empty without one
  std::vector<http::Header> headers;  // go into the answer
  const Exporting* exporting = nullptr;

  // Throws std::logic_error on a public route: a fault of the program, answered as `internal`.
  const service::Principal& principal() const;

  // The same of a route for programs.
  const service::ProgramCaller& caller() const;

  // The text of a parameter of the path; the pattern has it, or it is a fault of the program.
  std::string_view path_parameter(std::string_view name) const;
  // An id of the path. One that cannot be an id is of nothing: kNotFound.
  template <class IdType>
  Result<IdType> id(std::string_view name) const;
};

namespace detail {
template <class Tag>
Result<Id<Tag>> parse_path_id(std::string_view text, std::string_view name, Id<Tag>) {
  auto parsed = parse_id<Tag>(text);
  if (!parsed) return fail(ErrorCode::kNotFound, "There is nothing with this id.", std::string(name));
  return parsed;
}
}  // namespace detail

template <class IdType>
Result<IdType> Call::id(std::string_view name) const {
  return detail::parse_path_id(path_parameter(name), name, IdType{});
}

}  // namespace yizhan::api
