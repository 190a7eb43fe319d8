#include "api/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

#include "service/authentication.h"

namespace yizhan::api {
namespace {

using http::Method;
using WhoPointer = std::shared_ptr<const service::Authenticated>;
using ProgramPointer = std::shared_ptr<const service::ProgramCaller>;

struct Admitted {
  WhoPointer who;
  ProgramPointer program;
};

Result<ProgramPointer> find_program(const Entry& entry, const Hooks& hooks, const http::Request& request) {
  if (entry.callers == Callers::kPeople) return nullptr;
  auto program = hooks.find_program ? YZ_TRY(hooks.find_program(request)) : nullptr;
  if (program == nullptr && entry.callers == Callers::kPrograms)
    return fail(ErrorCode::kUnauthenticated, "This is for programs: Authorization: Bearer yzp_…");
  return program;
}

// Everything that is decided without the body.
Result<Admitted> admitted(const Entry& entry, const Hooks& hooks, const http::Request& request) {
  WhoPointer who;
  if (hooks.limit_rate) YZ_CHECK(hooks.limit_rate(entry, request));
  if (auto program = YZ_TRY(find_program(entry, hooks, request)); program != nullptr)
    return Admitted{nullptr, std::move(program)};
  if (entry.permission) {
    if (!hooks.authenticate) return fail(ErrorCode::kUnauthenticated, "Nobody can be known here.");
    who = YZ_TRY(hooks.authenticate(entry, request));
    if (who == nullptr) return fail(ErrorCode::kUnauthenticated, "Sign in first.");
    if (entry.changes() && hooks.check_csrf) YZ_CHECK(hooks.check_csrf(*who, request));
    if (!hooks.authorize) return fail(ErrorCode::kForbidden, "Nothing is allowed here.");
    YZ_CHECK(hooks.authorize(*who, entry));
  }
  return Admitted{std::move(who), nullptr};
}

// Before an upload is read: leaves the caller's identity in request.admitted.
Result<> admit(const Entry& entry, const Hooks& hooks, http::Request& request) {
  request.admitted = YZ_TRY(admitted(entry, hooks, request));
  return {};
}

// "7" of If-Match: "7" (what the ETag said), nullopt for "*".
Result<std::optional<int64_t>> parse_if_match(std::string_view text) {
  if (text == "*") return std::nullopt;
  int64_t version = 0;
  const bool quoted = text.size() > 2 && text.starts_with('"') && text.ends_with('"');
  const std::string_view digits = quoted ? text.substr(1, text.size() - 2) : std::string_view();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end != digits.data() + digits.size() || !quoted)
    return fail(ErrorCode::kMalformed, "If-Match holds the ETag of what you have read.", "If-Match");
  return version;
}

Result<> read_conditions(Call& call) {
  const Entry& entry = call.entry;
  const auto& headers = call.request.headers;
  if (entry.precondition != Precondition::kNone && headers.contains("if-match"))
    call.if_match = YZ_TRY(parse_if_match(headers.get("if-match")));
  const bool exact = entry.precondition == Precondition::kExact;
  if ((entry.precondition == Precondition::kRequired && !headers.contains("if-match")) ||
      (exact && !call.if_match))
    return fail(ErrorCode::kPreconditionRequired, "Say with If-Match which version you have read.",
                "If-Match");
  if (entry.idempotency == Idempotency::kByKey && headers.contains("idempotency-key")) {
    call.idempotency_key = headers.get("idempotency-key");
    if (call.idempotency_key.empty() || call.idempotency_key.size() > limits::kIdempotencyKeyBytes)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("Idempotency-Key has 1 to {} bytes.", limits::kIdempotencyKeyBytes),
                  "Idempotency-Key");
  }
  return {};
}

Result<http::Response> handle(const Entry& entry, const Hooks& hooks, http::Request& request) {
  Admitted by = request.admitted.has_value() ? std::any_cast<Admitted>(request.admitted)
                                             : YZ_TRY(admitted(entry, hooks, request));
  Call call{.entry = entry,
            .request = request,
            .who = std::move(by.who),
            .program = std::move(by.program),
            .exporting = &hooks.exporting};
  YZ_CHECK(read_conditions(call));
  // What programs submit carries its key into the transaction that stores it.
  if (call.idempotency_key.empty() || !hooks.once || call.program != nullptr) return entry.handler(call);
  return hooks.once(call, [&] { return entry.handler(call); });
}

void start(const Entry& entry, const Hooks& hooks, http::Request& request, http::Reply reply) {
  auto by = admitted(entry, hooks, request);
  if (!by) return reply(std::unexpected(std::move(by).error()));
  Call call{.entry = entry, .request = request, .who = std::move(by->who), .program = std::move(by->program)};
  if (auto read = read_conditions(call); !read) return reply(std::unexpected(std::move(read).error()));
  entry.start(call, std::move(reply));
}

bool is_camel_case(std::string_view text) {
  return !text.empty() && std::islower(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

}  // namespace

std::string_view name_of(AuditClass audit) {
  switch (audit) {
    case AuditClass::kNone:
      return "none";
    case AuditClass::kComputed:
      return "computed";
    case AuditClass::kPersonal:
      return "personal";
    case AuditClass::kChange:
      return "change";
    case AuditClass::kSecurity:
      return "security";
    case AuditClass::kLedger:
      return "ledger";
    case AuditClass::kExport:
      return "export";
  }
  return "?";
}

const service::Principal& Call::principal() const {
  if (who == nullptr) throw std::logic_error("a public route asks who calls: " + entry.operation_id);
  return who->principal;
}

const service::ProgramCaller& Call::caller() const {
  if (program == nullptr) throw std::logic_error("no program calls: " + entry.operation_id);
  return *program;
}

std::string_view Call::path_parameter(std::string_view name) const {
  const auto found = http::find(request.path_parameters, name);
  if (!found) throw std::logic_error("no such parameter in " + entry.path + ": " + std::string(name));
  return *found;
}

Result<> Catalogue::check() const {
  std::set<std::string_view> ids, exports;
  for (const Entry& e : entries_) exports.insert(e.export_of);
  for (const Entry& e : entries_) {
    const auto bad = [&e](const char* what) { return fail(ErrorCode::kInvalidArgument, what, e.path); };
    if (!e.path.starts_with("/")) return bad("a path begins with /");
    if (!is_camel_case(e.operation_id)) return bad("an operation id is camelCase");
    if (!ids.insert(e.operation_id).second) return bad("two entries of one operation id");
    if (e.summary.empty() || e.tag.empty()) return bad("an entry has a summary and a tag");
    if (e.changes() && e.audit == AuditClass::kNone) return bad("what changes something is audited");
    if (e.callers == Callers::kPrograms && e.permission) return bad("programs have no permissions");
    if (e.execution == http::Execution::kDeferred && (e.callers != Callers::kPrograms || !e.start))
      return bad("only entries for programs are deferred");
    if (e.is_public() && e.audit != AuditClass::kNone && e.audit != AuditClass::kSecurity &&
        e.audit != AuditClass::kLedger)
      return bad("a public entry neither changes nor reads personal data");
    if (e.precondition != Precondition::kNone && !e.changes()) return bad("If-Match is for changes");
    if (e.exported && !exports.contains(e.operation_id)) return bad("only a list of pages can be exported");
    if (e.permission && e.method == Method::kPost && (e.status == 201 || e.status == 202) &&
        e.idempotency != Idempotency::kByKey)
      return bad("what makes something can be repeated: idempotency by key");
    if (e.status < 200 || e.status > 299) return bad("success has a status of 2xx");
  }
  return {};
}

Result<> install(const Catalogue& catalogue, Hooks hooks, http::Router& router) {
  YZ_CHECK(catalogue.check());
  const auto shared = std::make_shared<const Hooks>(std::move(hooks));
  for (const Entry& entry : catalogue.entries()) {
    http::Route route{
        .method = entry.method,
        .pattern = entry.path,
        .handler = [&entry, shared](http::Request& request) { return handle(entry, *shared, request); },
        .start = [&entry, shared](http::Request& request,
                                  http::Reply reply) { start(entry, *shared, request, std::move(reply)); },
        .body = entry.body,
        .execution = entry.execution};
    const bool upload = entry.body == http::BodyMode::kUpload;
    if (upload) {
      route.body_limit_bytes = limits::kUploadBytes;
      route.admit = [&entry, shared](http::Request& request) { return admit(entry, *shared, request); };
    }
    if (entry.body_limit_bytes != 0) route.body_limit_bytes = entry.body_limit_bytes;
    YZ_CHECK(router.add(std::move(route)));
  }
  return {};
}

std::string permission_matrix(const Catalogue& catalogue) {
  const auto roles = domain::values_of(domain::Role{});
  std::string out = "| operation | method and path | permission | audit |";
  for (const domain::Role role : roles) out += fmt::format(" {} |", domain::name_of(role));
  out += "\n|---|---|---|---|";
  for (size_t i = 0; i < roles.size(); ++i) out += "---|";
  out += '\n';
  for (const Entry& e : catalogue.entries()) {
    out += fmt::format("| {} | {} `{}` | {} | {} |", e.operation_id, http::name_of(e.method), e.path,
                       e.permission    ? domain::name_of(*e.permission)
                       : e.is_public() ? "public"
                                       : "programs",
                       name_of(e.audit));
    for (const domain::Role role : roles) {
      const bool holds =
          e.is_public() || (e.permission && domain::allowed(domain::Roles{}.with(role), *e.permission));
      out += holds ? " yes |" : "  |";
    }
    out += '\n';
  }
  return out;
}

namespace detail {

Spec export_spec(const Spec& list) {
  Spec spec = list;
  spec.path += ".csv";
  std::string_view what = list.operation_id;
  if (what.starts_with("list")) what.remove_prefix(4);
  spec.operation_id = "export" + std::string(what);
  spec.summary = "As a file: " + list.summary;
  spec.description =
      fmt::format("CSV in UTF-8 with a byte order mark, at most {} rows. Audited as export.{}.",
                  limits::kExportRows, list.operation_id);
  spec.audit = AuditClass::kExport;
  spec.response_type = "text/csv";
  spec.exported = false;
  return spec;
}

json::Object without_paging(json::Object query_schema) {
  json::Object& properties = query_schema["properties"].as_object();
  properties.erase("limit");
  properties.erase("after");
  return query_schema;
}

http::Response faults_response(json::FieldErrors faults, const http::Request& request) {
  Error first = faults.front();
  if (faults.size() > 1) first.message = fmt::format("{} faults in the request.", faults.size());
  return http::problem_response(http::Problem{.error = std::move(first), .errors = std::move(faults)},
                                request.id);
}

json::Value query_value(std::string_view text, QueryKind kind) {
  if (kind == QueryKind::kBool && (text == "true" || text == "false")) return text == "true";
  if (kind == QueryKind::kNumber) {
    auto parsed = json::parse(text);
    if (parsed && parsed->is_number()) return *parsed;
  }
  return json::Value(text);
}

void name_parameters(json::FieldErrors& faults) {
  for (Error& fault : faults)
    if (fault.field.starts_with('/')) fault.field[0] = '?';
}

}  // namespace detail
}  // namespace yizhan::api
