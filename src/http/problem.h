#pragma once
// Errors as RFC 9457 problem documents. Pure, any thread.

#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"

namespace yizhan::http {

struct Problem {
  Error error;  // gives code, status and detail
  std::vector<Error>
      errors;               // every fault, where there are several; empty: `error` alone, if it names a field
  json::Object extensions;  // further members, such as the current version on a conflict
  std::vector<Header> headers;
};

// {type, title, status, code, detail, instance, errors: [{field, code, message}]} and, where it helps,
// Retry-After. The detail of a failure on our side (status 500) is logged with the request id, not sent.
Response problem_response(const Problem& problem, std::string_view request_id);
Response problem_response(const Error& error, std::string_view request_id);

}  // namespace yizhan::http
