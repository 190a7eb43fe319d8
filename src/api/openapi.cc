#include "api/openapi.h"

#include <set>

#include "base/ids.h"

namespace yizhan::api {
namespace {

using json::Array;
using json::Object;

// "campaign_id" -> the pattern of a CampaignId; any other parameter is text.
Object path_parameter_schema(std::string_view name) {
#define X(type, prefix) \
  if (name == json::detail::snake_case(#type) + "_id") return json::Text<type##Id>::schema();
  YIZHAN_IDS(X)
#undef X
  return {{"type", "string"}};
}

Object header_parameter(std::string_view name, bool required, std::string_view description) {
  return {{"name", name},
          {"in", "header"},
          {"required", required},
          {"description", description},
          {"schema", Object{{"type", "string"}}}};
}

bool lists(const Object& schema, std::string_view member) {
  const json::Value* required = schema.if_contains("required");
  if (required == nullptr) return false;
  for (const json::Value& name : required->as_array())
    if (name.as_string() == member) return true;
  return false;
}

Array parameters_of(const Entry& entry, json::Schemas& schemas) {
  Array out;
  for (size_t at = 0; (at = entry.path.find('{', at)) != std::string::npos; ++at) {
    const std::string name = entry.path.substr(at + 1, entry.path.find('}', at) - at - 1);
    out.emplace_back(
        Object{{"name", name}, {"in", "path"}, {"required", true}, {"schema", path_parameter_schema(name)}});
  }
  if (entry.query_schema) {
    const Object query = entry.query_schema(schemas);
    for (const auto& [name, schema] : query.at("properties").as_object())
      out.emplace_back(
          Object{{"name", name}, {"in", "query"}, {"required", lists(query, name)}, {"schema", schema}});
  }
  if (entry.precondition != Precondition::kNone)
    out.emplace_back(header_parameter("If-Match", is_required(entry.precondition),
                                      "The ETag of the version that the caller has read."));
  if (entry.idempotency == Idempotency::kByKey)
    out.emplace_back(header_parameter("Idempotency-Key", false,
                                      "The same key with the same request is answered as the first time."));
  return out;
}

Object content(std::string_view type, Object schema) {
  return {{type, Object{{"schema", std::move(schema)}}}};
}

Object upload_body() {
  const Object file{{"type", "string"}, {"format", "binary"}};
  Object form =
      content("multipart/form-data",
              {{"type", "object"}, {"properties", Object{{"file", file}}}, {"required", Array{"file"}}});
  form["text/csv"] = Object{{"schema", file}};
  form["application/octet-stream"] = Object{{"schema", file}};
  return {{"required", true}, {"content", std::move(form)}};
}

Object success_response(const Entry& entry, json::Schemas& schemas) {
  Object response{{"description", entry.summary}};
  if (entry.status == 204) return response;
  Object schema{{"type", "string"}};
  if (entry.response_schema) schema = entry.response_schema(schemas);
  response["content"] = content(entry.response_type, std::move(schema));
  if (entry.precondition != Precondition::kNone)
    response["headers"] = Object{{"ETag", Object{{"description", "The new version, for If-Match."},
                                                 {"schema", Object{{"type", "string"}}}}}};
  return response;
}

// The problems that a caller should be ready for; any other is `default`.
std::set<int> problem_statuses(const Entry& entry) {
  std::set<int> out;
  if (!entry.is_public()) out.insert({401, 403});
  if (entry.callers == Callers::kPrograms) out.insert({429, 503});
  if (entry.path.find('{') != std::string::npos) out.insert(404);
  if (entry.changes() && !entry.is_public()) out.insert(409);
  if (entry.body != http::BodyMode::kNone) out.insert({400, 413, 415, 422});
  if (entry.query_schema) out.insert(422);
  if (is_required(entry.precondition)) out.insert(428);
  return out;
}

Array security_of(const Entry& entry) {
  if (entry.is_public()) return {};
  const Object program{{"application_key", Array()}};
  if (entry.callers == Callers::kPrograms) return Array{program};
  Object person{{"session", Array()}};
  if (entry.changes()) person["csrf"] = Array();
  Array out;
  out.emplace_back(std::move(person));
  out.emplace_back(Object{{"api_key", Array()}});
  if (entry.callers == Callers::kBoth) out.emplace_back(program);
  return out;
}

Object operation(const Entry& entry, json::Schemas& schemas) {
  Object out{{"operationId", entry.operation_id},
             {"tags", Array{json::Value(entry.tag)}},
             {"summary", entry.summary}};
  if (!entry.description.empty()) out["description"] = entry.description;
  if (Array parameters = parameters_of(entry, schemas); !parameters.empty())
    out["parameters"] = std::move(parameters);
  if (entry.request_schema) {
    out["requestBody"] =
        Object{{"required", true}, {"content", content("application/json", entry.request_schema(schemas))}};
  } else if (entry.body == http::BodyMode::kUpload) {
    out["requestBody"] = upload_body();
  }
  const Object problem{{"$ref", "#/components/responses/Problem"}};
  Object responses{{std::to_string(entry.status), success_response(entry, schemas)}};
  for (const int status : problem_statuses(entry)) responses[std::to_string(status)] = problem;
  responses["default"] = problem;
  out["responses"] = std::move(responses);
  out["security"] = security_of(entry);
  if (entry.permission) out["x-permission"] = domain::name_of(*entry.permission);
  out["x-audit"] = name_of(entry.audit);
  return out;
}

// The document of RFC 9457 as http/problem.h writes it.
Object problem_schema() {
  const Object text{{"type", "string"}};
  Array codes;
#define X(enumerator, name, status) codes.emplace_back(name);
  YIZHAN_ERROR_CODES(X)
#undef X
  const Object code{{"type", "string"}, {"enum", std::move(codes)}};
  const Object fault{{"type", "object"},
                     {"properties", Object{{"field", text}, {"code", code}, {"message", text}}},
                     {"required", Array{"field", "code", "message"}}};
  return {{"type", "object"},
          {"description", "RFC 9457. Programs match on `code`; `detail` is for people."},
          {"properties", Object{{"type", text},
                                {"title", text},
                                {"status", Object{{"type", "integer"}}},
                                {"code", code},
                                {"detail", text},
                                {"instance", text},
                                {"errors", Object{{"type", "array"}, {"items", fault}}}}},
          {"required", Array{"type", "title", "status", "code", "detail", "instance"}}};
}

Object security_schemes(const OpenApiInfo& info) {
  return {{"session", Object{{"type", "apiKey"}, {"in", "cookie"}, {"name", info.session_cookie}}},
          {"csrf", Object{{"type", "apiKey"}, {"in", "header"}, {"name", info.csrf_header}}},
          {"api_key", Object{{"type", "http"}, {"scheme", "bearer"}}},
          {"application_key", Object{{"type", "http"}, {"scheme", "bearer"}}}};
}

std::string method_key(http::Method method) {
  std::string key(http::name_of(method));
  for (char& c : key) c = static_cast<char>(c + 32);
  return key;
}

}  // namespace

Result<Object> openapi(const Catalogue& catalogue, const OpenApiInfo& info) {
  YZ_CHECK(catalogue.check());
  json::Schemas schemas;
  Object paths;
  std::set<std::string> tags;
  for (const Entry& entry : catalogue.entries()) {
    json::Value& path = paths.emplace(entry.path, Object()).first->value();
    path.as_object()[method_key(entry.method)] = operation(entry, schemas);
    tags.insert(entry.tag);
  }
  Object components = schemas.components();
  if (components.contains("Problem") || !schemas.conflicts().empty())
    return fail(ErrorCode::kInvalidArgument, "two types of one name in the API",
                schemas.conflicts().empty() ? "Problem" : schemas.conflicts().front());
  components["Problem"] = problem_schema();
  Array tag_list;
  for (const std::string& tag : tags) tag_list.emplace_back(Object{{"name", tag}});
  const Object problem_response{
      {"description", "What went wrong."},
      {"content", content("application/problem+json", {{"$ref", "#/components/schemas/Problem"}})}};
  Object about{{"title", info.title}, {"version", info.version}};
  if (!info.description.empty()) about["description"] = info.description;
  return Object{{"openapi", "3.1.0"},
                {"info", std::move(about)},
                {"tags", std::move(tag_list)},
                {"paths", std::move(paths)},
                {"components", Object{{"schemas", std::move(components)},
                                      {"responses", Object{{"Problem", problem_response}}},
                                      {"securitySchemes", security_schemes(info)}}}};
}

}  // namespace yizhan::api
