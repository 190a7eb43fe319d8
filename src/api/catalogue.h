#pragma once
// The one list of what the API can do. An entry is registered with its types and a typed handler; decoding,
// encoding, preconditions and problems are done here. Filled at start by one thread, then read by any.
//
//   catalogue.route<CreateCampaign, CampaignView>(
//       {.method = Method::kPost, .path = "/api/v1/campaigns", .operation_id = "createCampaign", .tag =
//       "campaigns",
//        .summary = "Plan a campaign", .permission = Permission::kCampaignPlan, .audit = AuditClass::kChange,
//        .status = 201, .idempotency = Idempotency::kByKey},
//       [&](Call& call, const CreateCampaign& plan) { return campaigns.create(call.principal(), plan); });
//
// Request types: None -> handler(Call&); a described struct (JSON body) -> handler(Call&, const T&);
// FromQuery<T> -> handler(Call&, const T&); FromUpload -> handler(Call&, http::Upload&). Each returns
// Result<Response type>; response types: a described struct or any type that json.h maps, None (204),
// http::Response (files, events; `response_type` documents it). A response struct with a member `version` is
// sent with the ETag "<version>".
//
// A list (a query with limit and after, a page with items and next_after) with `.exported = true` gets a
// sibling
// "<path>.csv": the same permission and filters, every page in one file, audited (api/export.h).

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/call.h"
#include "api/export.h"
#include "api/query.h"
#include "base/json.h"
#include "domain/access.h"
#include "http/problem.h"
#include "http/router.h"

namespace yizhan::api {

struct None {};
template <class T>
struct FromQuery {};
struct FromUpload {};

// What the audit log gets from a call: the use case writes it, the entry promises it.
enum class AuditClass : uint8_t {
  kNone,      // reads nothing personal, changes nothing
  kComputed,  // a POST that only computes from what it is given: nothing to audit
  kPersonal,  // reads personal data
  kChange,    // changes state
  kSecurity,  // signing in, roles, keys
  kLedger,    // what a carrier says of messages: each has its rows in the ledger
  kExport,    // many rows leave in a file
};
std::string_view name_of(AuditClass audit);

// kPrograms: with a key of an application (service/application_keys.h), which is asked instead of the
// permission. kBoth: people by permission, programs what is their application's own.
enum class Callers : uint8_t { kPeople, kPrograms, kBoth };
enum class Idempotency : uint8_t { kNone, kByKey };  // kByKey: Idempotency-Key is honoured
// Of If-Match. kExact: required, and "*" is refused, for a decision is about what was read.
enum class Precondition : uint8_t { kNone, kAccepted, kRequired, kExact };

constexpr bool is_required(Precondition p) {
  return p == Precondition::kRequired || p == Precondition::kExact;
}

struct Spec {
  http::Method method = http::Method::kGet;
  std::string path;          // "/api/v1/campaigns/{campaign_id}"
  std::string operation_id;  // camelCase, unique
  std::string tag;
  std::string summary;  // a phrase in English
  std::string description;
  std::optional<domain::Permission> permission;  // absent: public, or for programs
  Callers callers = Callers::kPeople;
  AuditClass audit = AuditClass::kNone;
  int status = 200;  // of success; 204 by itself for None
  Idempotency idempotency = Idempotency::kNone;
  Precondition precondition = Precondition::kNone;
  std::string response_type = "application/json";
  size_t body_limit_bytes = 0;  // 0: limits::kHttpBodyBytes, for uploads limits::kUploadBytes
  http::Execution execution = http::Execution::kPool;
  bool exported = false;  // also as a file
};

struct Entry : Spec {
  http::BodyMode body = http::BodyMode::kNone;
  std::string export_of;  // of a file: the operation id of the list
  // Absent where there is none.
  std::function<json::Object(json::Schemas&)> request_schema, response_schema, query_schema;
  std::function<Result<http::Response>(Call&)> handler;
  std::function<void(Call&, http::Reply)> start;  // of a deferred entry, instead

  bool is_public() const { return !permission && callers == Callers::kPeople; }
  bool changes() const { return method != http::Method::kGet; }
};

// What surrounds every handler; the composition root fills it in. Each may block. Without `authenticate` or
// `authorize` nothing but public routes is answered.
struct Hooks {
  std::function<Result<>(const Entry&, const http::Request&)> limit_rate;
  std::function<Result<std::shared_ptr<const service::Authenticated>>(const Entry&, const http::Request&)>
      authenticate;
  // Of entries for programs: nothing when the request does not call as one. Never blocks.
  std::function<Result<std::shared_ptr<const service::ProgramCaller>>(const http::Request&)> find_program;
  // Of requests that change something, for sessions by cookie.
  std::function<Result<>(const service::Authenticated&, const http::Request&)> check_csrf;
  std::function<Result<>(const service::Authenticated&, const Entry&)> authorize;
  // Called where there is a key: answers from the first time, or runs the rest and remembers its answer.
  std::function<Result<http::Response>(Call&, const std::function<Result<http::Response>()>& run)> once;
  Exporting exporting;
};

class Catalogue {
 public:
  template <class RequestType, class ResponseType, class Handler>
  void route(Spec spec, Handler handler);

  // Of entries for programs whose answer comes when it is on disk, without a thread that waits for it:
  // handler(Call&, RequestType&&, http::Reply) returns at once and never blocks. The Call is gone then.
  template <class RequestType, class ResponseType, class Handler>
  void deferred_route(Spec spec, Handler handler);

  const std::deque<Entry>& entries() const { return entries_; }
  // kInvalidArgument naming the first entry that is not whole: its path, id, summary, tag, a second use of an
  // id, a change without an audit class, something exported that is no list, a create that cannot be
  // repeated.
  Result<> check() const;

 private:
  template <class Query, class List, class Handler>
  void add_export(const Spec& list, Handler handler);

  std::deque<Entry> entries_;
};

// Adds a route for each entry. The catalogue outlives the router; `hooks` are copied once and shared.
Result<> install(const Catalogue& catalogue, Hooks hooks, http::Router& router);

// Who may call what, as a Markdown table: one row an entry, one column a role.
std::string permission_matrix(const Catalogue& catalogue);

namespace detail {

template <class T>
struct QueryOf {
  static constexpr bool kIs = false;
};
template <class T>
struct QueryOf<FromQuery<T>> {
  static constexpr bool kIs = true;
  using Type = T;
};

// The entry "<path>.csv" of a list, without its handler.
Spec export_spec(const Spec& list);
// The parameters of a list without those that choose a page.
json::Object without_paging(json::Object query_schema);

http::Response faults_response(json::FieldErrors faults, const http::Request& request);

template <class ResponseType>
http::Response encode_response(const Call& call, const ResponseType& value) {
  http::Response response = http::json_response(call.entry.status, json::encode(value));
  if constexpr (requires { static_cast<int64_t>(value.version); })
    response.headers.push_back({"ETag", '"' + std::to_string(value.version) + '"'});
  return response;
}

// Runs the typed handler and turns its result into a response.
template <class ResponseType, class Run>
Result<http::Response> finish(Call& call, Run run) {
  auto result = run();
  if (!result) return std::unexpected(std::move(result).error());
  http::Response response;
  if constexpr (std::is_same_v<ResponseType, http::Response>) {
    response = std::move(*result);
  } else if constexpr (std::is_same_v<ResponseType, None>) {
    response = http::empty_response();
  } else {
    response = encode_response(call, *result);
  }
  for (http::Header& h : call.headers) response.headers.push_back(std::move(h));
  return response;
}

}  // namespace detail

template <class RequestType, class ResponseType, class Handler>
void Catalogue::route(Spec spec, Handler handler) {
  constexpr bool kFromQuery = detail::QueryOf<RequestType>::kIs;
  Entry& entry = entries_.emplace_back(Entry{std::move(spec)});
  if constexpr (std::is_same_v<ResponseType, None>) {
    entry.status = 204;
  } else if constexpr (!std::is_same_v<ResponseType, http::Response>) {
    entry.response_schema = [](json::Schemas& schemas) { return schemas.of<ResponseType>(); };
  }
  if constexpr (std::is_same_v<RequestType, None>) {
    entry.handler = [handler](Call& call) {
      return detail::finish<ResponseType>(call, [&] { return handler(call); });
    };
  } else if constexpr (std::is_same_v<RequestType, FromUpload>) {
    entry.body = http::BodyMode::kUpload;
    entry.handler = [handler](Call& call) {
      return detail::finish<ResponseType>(call, [&] { return handler(call, *call.request.upload); });
    };
  } else if constexpr (kFromQuery) {
    using Query = typename detail::QueryOf<RequestType>::Type;
    entry.query_schema = [](json::Schemas& schemas) { return schemas.written_out<Query>(); };
    entry.handler = [handler](Call& call) -> Result<http::Response> {
      auto query = decode_query<Query>(call.request.query);
      if (!query) return detail::faults_response(std::move(query).error(), call.request);
      return detail::finish<ResponseType>(call, [&] { return handler(call, *query); });
    };
    if constexpr (detail::PageQuery<Query> && detail::Page<ResponseType>) {
      if (entry.exported) add_export<Query, ResponseType>(entry, handler);
    }
  } else {
    entry.body = http::BodyMode::kJson;
    entry.request_schema = [](json::Schemas& schemas) { return schemas.of<RequestType>(); };
    entry.handler = [handler](Call& call) -> Result<http::Response> {
      auto body = json::decode_all<RequestType>(call.request.body);
      if (!body) return detail::faults_response(std::move(body).error(), call.request);
      return detail::finish<ResponseType>(call, [&] { return handler(call, *body); });
    };
  }
}

template <class RequestType, class ResponseType, class Handler>
void Catalogue::deferred_route(Spec spec, Handler handler) {
  Entry& entry = entries_.emplace_back(Entry{std::move(spec)});
  entry.execution = http::Execution::kDeferred;
  entry.body = http::BodyMode::kJson;
  entry.request_schema = [](json::Schemas& schemas) { return schemas.of<RequestType>(); };
  entry.response_schema = [](json::Schemas& schemas) { return schemas.of<ResponseType>(); };
  entry.start = [handler](Call& call, http::Reply reply) {
    auto body = json::decode_all<RequestType>(call.request.body);
    if (!body) return reply(detail::faults_response(std::move(body).error(), call.request));
    handler(call, *std::move(body), std::move(reply));
  };
}

template <class Query, class List, class Handler>
void Catalogue::add_export(const Spec& list, Handler handler) {
  Entry& entry = entries_.emplace_back(Entry{detail::export_spec(list)});
  entry.export_of = list.operation_id;
  entry.query_schema = [](json::Schemas& schemas) {
    return detail::without_paging(schemas.written_out<Query>());
  };
  entry.handler = [handler](Call& call) -> Result<http::Response> {
    if (auto faults = detail::paging_faults(call.request.query); !faults.empty())
      return detail::faults_response(std::move(faults), call.request);
    auto query = decode_query<Query>(call.request.query);
    if (!query) return detail::faults_response(std::move(query).error(), call.request);
    return detail::run_export<Query, List>(call, *std::move(query), handler);
  };
}

}  // namespace yizhan::api
