#pragma once
// Errors as values: every fallible function of Yizhan returns Result<T>. Pure data, any thread.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace yizhan {

// The one list of error codes: X(enumerator, stable name used in problem documents and logs, HTTP status).
// The name is part of the API: programs match on it, so an entry is never renamed, only added.
#define YIZHAN_ERROR_CODES(X)                                 \
  X(kInvalidArgument, "invalid_argument", 422)                \
  X(kMalformed, "malformed", 400)                             \
  X(kUnauthenticated, "unauthenticated", 401)                 \
  X(kBadCredentials, "bad_credentials", 401)                  \
  X(kPasswordChangeRequired, "password_change_required", 403) \
  X(kCsrf, "csrf_token_invalid", 403)                         \
  X(kForbidden, "forbidden", 403)                             \
  X(kSeparationOfDuties, "separation_of_duties", 403)         \
  X(kNotFound, "not_found", 404)                              \
  X(kMethodNotAllowed, "method_not_allowed", 405)             \
  X(kConflict, "conflict", 409)                               \
  X(kVersionConflict, "version_conflict", 409)                \
  X(kWrongState, "wrong_state", 409)                          \
  X(kIdempotencyMismatch, "idempotency_key_reused", 409)      \
  X(kApprovalRequired, "approval_required", 409)              \
  X(kApprovalVoid, "approval_void", 409)                      \
  X(kTestRequired, "pre_send_test_required", 409)             \
  X(kNoticeRequired, "notice_required", 409)                  \
  X(kRehearsalRunning, "rehearsal_running", 409)              \
  X(kScreeningBlocked, "screening_blocked", 409)              \
  X(kRulePackFaulty, "rule_pack_faulty", 409)                 \
  X(kChecklistIncomplete, "checklist_incomplete", 422)        \
  X(kQualificationMissing, "qualification_missing", 409)      \
  X(kQualificationExpired, "qualification_expired", 409)      \
  X(kSignatureNotApproved, "signature_not_approved", 409)     \
  X(kEmergencyStop, "emergency_stop_active", 409)             \
  X(kRefused, "message_refused", 409)                         \
  X(kTooLarge, "too_large", 413)                              \
  X(kUnsupportedMedia, "unsupported_media_type", 415)         \
  X(kLocked, "account_locked", 423)                           \
  X(kPreconditionRequired, "precondition_required", 428)      \
  X(kTooMany, "too_many_requests", 429)                       \
  X(kHeaderTooLarge, "header_too_large", 431)                 \
  X(kInternal, "internal", 500)                               \
  X(kStoreFailed, "store_failed", 500)                        \
  X(kCorrupt, "data_corrupt", 500)                            \
  X(kWrongKey, "wrong_key", 500)                              \
  X(kUnavailable, "unavailable", 503)                         \
  X(kBusy, "busy", 503)                                       \
  X(kSchemaTooNew, "schema_too_new", 503)                     \
  X(kTimeout, "timeout", 504)                                 \
  X(kDiskFull, "disk_full", 507)

enum class ErrorCode : uint8_t {
#define X(enumerator, name, http) enumerator,
  YIZHAN_ERROR_CODES(X)
#undef X
};

std::string_view error_name(ErrorCode code);
int http_status(ErrorCode code);

// What went wrong and where. `field` is the place of the fault: a JSON pointer ("/audience/filter"), a column
// name, "line 12", a file path; empty when there is none. `message` is for people and never holds personal
// data.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string field;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string field = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(field)});
}

// "code: message (field)", for logs and the command line.
std::string to_string(const Error& error);

}  // namespace yizhan

#define YZ_CONCAT_INNER(a, b) a##b
#define YZ_CONCAT(a, b) YZ_CONCAT_INNER(a, b)

// Evaluates a Result<T>; returns its error from the enclosing function, else yields its value (moved).
// Not for coroutines: co_await into a named variable first.
#define YZ_TRY(expression) YZ_TRY_NAMED(expression, YZ_CONCAT(yz_result_, __COUNTER__))
#define YZ_TRY_NAMED(expression, name)                          \
  ({                                                            \
    auto name = (expression);                                   \
    if (!name) return std::unexpected(std::move(name).error()); \
    std::move(name).value();                                    \
  })

// The same for Result<void>.
#define YZ_CHECK(expression) YZ_CHECK_NAMED(expression, YZ_CONCAT(yz_result_, __COUNTER__))
#define YZ_CHECK_NAMED(expression, name)                                                  \
  do {                                                                                    \
    if (auto name = (expression); !name) return std::unexpected(std::move(name).error()); \
  } while (false)
