#include "base/error.h"

#include <fmt/format.h>

namespace yizhan {

std::string_view error_name(ErrorCode code) {
  switch (code) {
#define X(enumerator, name, http) \
  case ErrorCode::enumerator:     \
    return name;
    YIZHAN_ERROR_CODES(X)
#undef X
  }
  return "internal";
}

int http_status(ErrorCode code) {
  switch (code) {
#define X(enumerator, name, http) \
  case ErrorCode::enumerator:     \
    return http;
    YIZHAN_ERROR_CODES(X)
#undef X
  }
  return 500;
}

std::string to_string(const Error& error) {
  if (error.field.empty()) return fmt::format("{}: {}", error_name(error.code), error.message);
  return fmt::format("{}: {} ({})", error_name(error.code), error.message, error.field);
}

}  // namespace yizhan
