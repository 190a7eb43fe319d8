#include "api/catalogue.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "api/openapi.h"
#include "service/authentication.h"
#include "support/service_store.h"
#include "support/whole_api.h"

namespace yizhan::api {
namespace {

using domain::Permission;
using http::Method;
using http::Request;
using http::Response;

enum class Mood : uint8_t { kCalm, kVeryBusy };
BOOST_DESCRIBE_ENUM(Mood, kCalm, kVeryBusy)

struct MakeThing {
  std::string name;
  int32_t size = 1;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = 10},
      {.member = "size", .presence = json::Presence::kOptional, .minimum = 1, .maximum = 9}};
};
BOOST_DESCRIBE_STRUCT(MakeThing, (), (name, size))

struct ThingView {
  CampaignId id;
  std::string name;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ThingView, (), (id, name, version))

struct ListThings {
  int64_t limit = 50;
  std::optional<CampaignId> after;
  std::optional<bool> open;
  std::optional<Mood> mood;
  std::optional<std::string> text;
  std::vector<int32_t> sizes;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = 500},
      {.member = "sizes", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(ListThings, (), (limit, after, open, mood, text, sizes))

struct ThingPage {
  std::vector<ThingView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ThingPage, (), (items, next_after))

class CatalogueTest : public ::testing::Test {
 protected:
  CatalogueTest() {
    register_things();
    register_others();
    set_hooks();
  }

  void register_things() {
    catalogue_.route<None, None>(
        {.path = "/healthz", .operation_id = "health", .tag = "system", .summary = "Alive"},
        [](Call&) -> Result<None> { return None{}; });
    catalogue_.route<MakeThing, ThingView>({.method = Method::kPost,
                                            .path = "/api/v1/things",
                                            .operation_id = "makeThing",
                                            .tag = "things",
                                            .summary = "Make a thing",
                                            .permission = Permission::kCampaignPlan,
                                            .audit = AuditClass::kChange,
                                            .status = 201,
                                            .idempotency = Idempotency::kByKey},
                                           [this](Call& call, const MakeThing& make) -> Result<ThingView> {
                                             ++made_;
                                             call.headers.push_back({"Location", "/api/v1/things/1"});
                                             return ThingView{CampaignId{call.principal().id}, make.name,
                                                              make.size};
                                           });
    catalogue_.route<FromQuery<ListThings>, ThingPage>(
        {.path = "/api/v1/things",
         .operation_id = "listThings",
         .tag = "things",
         .summary = "List things",
         .permission = Permission::kCampaignRead},
        [this](Call&, const ListThings& list) -> Result<ThingPage> {
          listed_ = list;
          return ThingPage{};
        });
    catalogue_.route<MakeThing, ThingView>({.method = Method::kPut,
                                            .path = "/api/v1/things/{campaign_id}",
                                            .operation_id = "changeThing",
                                            .tag = "things",
                                            .summary = "Change a thing",
                                            .permission = Permission::kCampaignPlan,
                                            .audit = AuditClass::kChange,
                                            .precondition = Precondition::kRequired},
                                           [](Call& call, const MakeThing& make) -> Result<ThingView> {
                                             const CampaignId id = YZ_TRY(call.id<CampaignId>("campaign_id"));
                                             return ThingView{id, make.name, call.if_match.value_or(-1) + 1};
                                           });
  }

  void register_others() {
    catalogue_.route<FromUpload, None>({.method = Method::kPost,
                                        .path = "/api/v1/things/{thing}/file",
                                        .operation_id = "uploadThing",
                                        .tag = "things",
                                        .summary = "Upload a thing",
                                        .permission = Permission::kCustomerImport,
                                        .audit = AuditClass::kChange},
                                       [this](Call& call, http::Upload& upload) -> Result<None> {
                                         uploaded_ =
                                             std::string(call.path_parameter("thing")) + upload.file_name;
                                         return None{};
                                       });
    catalogue_.route<None, Response>(
        {.path = "/api/v1/broken",
         .operation_id = "broken",
         .tag = "system",
         .summary = "Asks who calls where nobody is known",
         .response_type = "text/csv"},
        [](Call& call) -> Result<Response> { return http::json_response(200, call.principal().name); });
  }

  void set_hooks() {
    hooks_.authenticate =
        [](const Entry&, const Request& request) -> Result<std::shared_ptr<const service::Authenticated>> {
      const std::string_view name = request.headers.get("authorization");
      if (name.empty()) return fail(ErrorCode::kUnauthenticated, "who?");
      auto who = std::make_shared<service::Authenticated>();
      who->principal.id = 7;
      who->principal.roles =
          domain::Roles{}.with(name == "marketing" ? domain::Role::kMarketing : domain::Role::kAuditor);
      return who;
    };
    hooks_.check_csrf = [](const service::Authenticated&, const Request& request) -> Result<> {
      if (request.headers.get("x-csrf-token") != "t") return fail(ErrorCode::kCsrf, "no token");
      return {};
    };
    hooks_.authorize = [](const service::Authenticated& who, const Entry& entry) -> Result<> {
      if (!domain::allowed(who.principal.roles, *entry.permission))
        return fail(ErrorCode::kForbidden, "not you");
      return {};
    };
  }

  struct Sent {
    Method method = Method::kGet;
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    http::Parameters query;
    bool upload = false;
  };
  // Through the router, as the session does it.
  Result<Response> send(Sent sent) {
    http::Router router;
    EXPECT_TRUE(install(catalogue_, hooks_, router));
    auto found = router.find(sent.method, sent.path);
    if (!found) return std::unexpected(found.error());
    const auto& match = std::get<http::Router::Match>(*found);
    Request request{.method = sent.method, .path = sent.path, .path_parameters = match.parameters};
    request.query = std::move(sent.query);
    request.body = std::move(sent.body);
    for (const auto& [name, value] : sent.headers) request.headers.add(name, value);
    if (match.route->admit) YZ_CHECK(match.route->admit(request));
    if (sent.upload) {
      request.upload.emplace();
      request.upload->file_name = "x.csv";
    }
    return match.route->handler(request);
  }
  static std::string body(const Result<Response>& r) {
    return r ? std::get<std::string>(r->body) : to_string(r.error());
  }
  static std::string header(const Response& r, std::string_view name) {
    for (const auto& h : r.headers)
      if (h.name == name) return h.value;
    return {};
  }
  const std::vector<std::pair<std::string, std::string>> marketing_ = {{"authorization", "marketing"},
                                                                       {"x-csrf-token", "t"}};

  Catalogue catalogue_;
  Hooks hooks_;
  int made_ = 0;
  ListThings listed_;
  std::string uploaded_;
};

TEST_F(CatalogueTest, DecodesCallsAndEncodes) {
  const auto made = send({Method::kPost, "/api/v1/things", marketing_, R"({"name":"a","size":3})"});
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->status, 201);
  EXPECT_EQ(body(made), R"({"id":"cmp_0000000000007","name":"a","version":3})");
  EXPECT_EQ(header(*made, "ETag"), "\"3\"");
  EXPECT_EQ(header(*made, "Location"), "/api/v1/things/1");
  EXPECT_EQ(send({Method::kGet, "/healthz"})->status, 204);
}

TEST_F(CatalogueTest, ListsEveryFaultOfABody) {
  const auto bad = send({Method::kPost, "/api/v1/things", marketing_, R"({"name":"","size":10,"x":1})"});
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->status, 422);
  EXPECT_EQ(json::parse(body(bad))->at("errors").as_array().size(), 3u);
  EXPECT_EQ(send({Method::kPost, "/api/v1/things", marketing_, "{"})->status, 400);
  EXPECT_EQ(made_, 0);
}

TEST_F(CatalogueTest, AsksTheHooksInOrder) {
  const auto code = [&](std::vector<std::pair<std::string, std::string>> headers) {
    const auto r = send({Method::kPost, "/api/v1/things", std::move(headers), "{"});
    return r ? ErrorCode::kMalformed : r.error().code;
  };
  EXPECT_EQ(code({}), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code({{"authorization", "marketing"}}), ErrorCode::kCsrf);
  EXPECT_EQ(code({{"authorization", "auditor"}, {"x-csrf-token", "t"}}), ErrorCode::kForbidden);
  EXPECT_EQ(code(marketing_), ErrorCode::kMalformed);
  EXPECT_EQ(send({Method::kGet, "/api/v1/things", {{"authorization", "auditor"}}})->status, 200);
  hooks_.limit_rate = [](const Entry&, const Request&) -> Result<> {
    return fail(ErrorCode::kTooMany, "slow down");
  };
  EXPECT_EQ(code({}), ErrorCode::kTooMany);
}

TEST_F(CatalogueTest, IsClosedWithoutHooks) {
  hooks_.authorize = nullptr;
  EXPECT_EQ(send({Method::kPost, "/api/v1/things", marketing_, "{}"}).error().code, ErrorCode::kForbidden);
  hooks_ = {};
  EXPECT_EQ(send({Method::kPost, "/api/v1/things", marketing_, "{}"}).error().code,
            ErrorCode::kUnauthenticated);
}

TEST_F(CatalogueTest, ReadsQueries) {
  const std::vector<std::pair<std::string, std::string>> who = {{"authorization", "marketing"}};
  const auto list = [&](http::Parameters query) {
    return send({.path = "/api/v1/things", .headers = who, .query = std::move(query)});
  };
  ASSERT_EQ(list({{"limit", "7"},
                  {"after", "cmp_0000000000007"},
                  {"open", "true"},
                  {"mood", "very_busy"},
                  {"text", "12"},
                  {"sizes", "1"},
                  {"sizes", "2"}})
                ->status,
            200);
  EXPECT_EQ(listed_.limit, 7);
  EXPECT_EQ(listed_.after, CampaignId{7});
  EXPECT_EQ(listed_.open, true);
  EXPECT_EQ(listed_.mood, Mood::kVeryBusy);
  EXPECT_EQ(listed_.text, "12");
  EXPECT_EQ(listed_.sizes, (std::vector<int32_t>{1, 2}));
  ASSERT_EQ(list({})->status, 200);
  EXPECT_EQ(listed_.limit, 50);

  const auto bad = list({{"limit", "501"},
                         {"open", "1"},
                         {"mood", "x"},
                         {"sizes", "x"},
                         {"a", "1"},
                         {"text", "a"},
                         {"text", "b"}});
  EXPECT_EQ(bad->status, 422);
  std::vector<std::string> fields;
  for (const auto& e : json::parse(body(bad))->at("errors").as_array())
    fields.emplace_back(e.at("field").as_string());
  EXPECT_EQ(fields, (std::vector<std::string>{"?text", "?limit", "?open", "?mood", "?sizes/0", "?a"}));
}

TEST_F(CatalogueTest, HoldsPreconditions) {
  const auto put = [&](std::optional<std::string> if_match, std::string id = "cmp_0000000000007") {
    auto headers = marketing_;
    if (if_match) headers.emplace_back("if-match", *if_match);
    return send({Method::kPut, "/api/v1/things/" + id, headers, R"({"name":"a"})"});
  };
  EXPECT_EQ(put({}).error().code, ErrorCode::kPreconditionRequired);
  for (const char* bad : {"7", "\"x\"", "\"7", "\"\"", "W/\"7\""})
    EXPECT_EQ(put(bad).error().code, ErrorCode::kMalformed) << bad;
  EXPECT_EQ(header(*put("\"7\""), "ETag"), "\"8\"");
  EXPECT_EQ(header(*put("*"), "ETag"), "\"0\"");
  EXPECT_EQ(put("*", "usr_0000000000007").error().code, ErrorCode::kNotFound);
}

TEST_F(CatalogueTest, RepeatsAreTheHooksBusiness) {
  hooks_.once = [](Call& call, const std::function<Result<Response>()>& run) -> Result<Response> {
    if (call.idempotency_key == "seen") return http::empty_response(299);
    return run();
  };
  const auto post = [&](std::string key) {
    auto headers = marketing_;
    headers.emplace_back("idempotency-key", std::move(key));
    return send({Method::kPost, "/api/v1/things", headers, R"({"name":"a"})"});
  };
  EXPECT_EQ(post("seen")->status, 299);
  EXPECT_EQ(made_, 0);
  EXPECT_EQ(post("new")->status, 201);
  EXPECT_EQ(made_, 1);
  EXPECT_EQ(post(std::string(limits::kIdempotencyKeyBytes + 1, 'x')).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(CatalogueTest, UploadsAreAdmittedBeforeTheirBody) {
  EXPECT_EQ(send({.method = Method::kPost, .path = "/api/v1/things/x/file", .upload = true}).error().code,
            ErrorCode::kUnauthenticated);
  EXPECT_EQ(uploaded_, "");
  EXPECT_EQ(
      send({.method = Method::kPost, .path = "/api/v1/things/x/file", .headers = marketing_, .upload = true})
          ->status,
      204);
  EXPECT_EQ(uploaded_, "xx.csv");
}

TEST_F(CatalogueTest, PublicRoutesHaveNoPrincipal) {
  EXPECT_THROW((void)send({Method::kGet, "/api/v1/broken"}), std::logic_error);
}

TEST_F(CatalogueTest, RefusesEntriesThatAreNotWhole) {
  const Spec good{.path = "/x", .operation_id = "x", .tag = "t", .summary = "s"};
  const auto code_of = [&](auto change) {
    Catalogue catalogue;
    Spec spec = good;
    change(spec);
    catalogue.route<None, None>(std::move(spec), [](Call&) -> Result<None> { return None{}; });
    return catalogue.check().has_value();
  };
  EXPECT_TRUE(code_of([](Spec&) {}));
  EXPECT_FALSE(code_of([](Spec& s) { s.path = "x"; }));
  EXPECT_FALSE(code_of([](Spec& s) { s.operation_id = "Not camel"; }));
  EXPECT_FALSE(code_of([](Spec& s) { s.summary = ""; }));
  EXPECT_FALSE(code_of([](Spec& s) { s.method = Method::kPost; }));
  EXPECT_FALSE(code_of([](Spec& s) { s.audit = AuditClass::kPersonal; }));
  EXPECT_FALSE(code_of([](Spec& s) { s.precondition = Precondition::kRequired; }));
  for (const int status : {201, 202}) {
    Spec create = good;
    create.method = Method::kPost;
    create.status = status;
    create.permission = Permission::kCampaignPlan;
    create.audit = AuditClass::kChange;
    create.idempotency = Idempotency::kNone;
    Catalogue unrepeatable;
    unrepeatable.route<MakeThing, ThingView>(
        create, [](Call&, const MakeThing&) -> Result<ThingView> { return ThingView{}; });
    EXPECT_FALSE(unrepeatable.check()) << status;
  }
  Catalogue twice;
  for (int i = 0; i < 2; ++i) twice.route<None, None>(good, [](Call&) -> Result<None> { return None{}; });
  EXPECT_FALSE(twice.check());
  http::Router router;
  EXPECT_FALSE(install(twice, {}, router));
}

TEST_F(CatalogueTest, WritesThePermissionMatrix) {
  const std::string matrix = permission_matrix(catalogue_);
  EXPECT_NE(
      matrix.find(
          "| uploadThing | POST `/api/v1/things/{thing}/file` | customer.import | change | yes | yes |  |  "
          "|  |  |\n"),
      std::string::npos)
      << matrix;
  EXPECT_NE(matrix.find("| health | GET `/healthz` | public | none | yes |"), std::string::npos);
}

// The rules of OpenAPI 3.1 that a generator relies on.
class OpenApiCheck {
 public:
  explicit OpenApiCheck(const json::Value& document) : document_(document) {
    check_root();
    check_references(document_, "#");
  }
  const std::vector<std::string>& faults() const { return faults_; }
  const std::set<std::string>& operations() const { return operations_; }  // "GET /path"

 private:
  const json::Value* at(const json::Value& v, std::string_view name, const std::string& where) {
    const json::Object* object = v.if_object();
    const json::Value* found = object == nullptr ? nullptr : object->if_contains(name);
    if (found == nullptr) faults_.push_back(where + " lacks " + std::string(name));
    return found;
  }
  void check(bool holds, const std::string& fault) {
    if (!holds) faults_.push_back(fault);
  }
  void check_root() {
    const auto* version = at(document_, "openapi", "#");
    check(version != nullptr && version->is_string() && version->as_string() == "3.1.0", "not OpenAPI 3.1");
    if (const auto* info = at(document_, "info", "#")) {
      at(*info, "title", "#/info");
      at(*info, "version", "#/info");
    }
    if (const auto* components = at(document_, "components", "#")) {
      for (const auto& [kind, each] : components->as_object())
        for (const auto& [name, _] : each.as_object())
          check(std::string_view(name).find_first_not_of(
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
                    std::string_view::npos,
                "component name " + std::string(name));
      for (const auto& [name, schema] : components->at("schemas").as_object())
        check_schema(schema, "#/components/schemas/" + std::string(name));
    }
    const auto* paths = at(document_, "paths", "#");
    if (paths == nullptr) return;
    for (const auto& [path, item] : paths->as_object()) {
      check(path.starts_with('/'), "path " + std::string(path));
      for (const auto& [method, operation] : item.as_object()) check_operation(path, method, operation);
    }
  }
  void check_operation(const std::string& path, const std::string& method, const json::Value& operation) {
    static const std::set<std::string> kMethods = {"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};
    const std::string where = method + ' ' + path;
    check(kMethods.contains(method), where + ": no method");
    std::string upper = method;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    operations_.insert(upper + ' ' + path);
    if (const auto* id = at(operation, "operationId", where))
      check(ids_.insert(std::string(id->as_string())).second, where + ": a second use of its operationId");
    std::set<std::string> in_path;
    std::set<std::pair<std::string, std::string>> seen;
    if (const auto* parameters = operation.as_object().if_contains("parameters")) {
      for (const auto& p : parameters->as_array()) {
        const auto *name = at(p, "name", where), *in = at(p, "in", where), *schema = at(p, "schema", where);
        if (name == nullptr || in == nullptr || schema == nullptr) continue;
        check_schema(*schema, where + " parameter");
        const std::string place(in->as_string());
        check(place == "query" || place == "header" || place == "path" || place == "cookie",
              where + ": in " + place);
        check(seen.emplace(place, std::string(name->as_string())).second, where + ": a parameter twice");
        if (place != "path") continue;
        in_path.insert(std::string(name->as_string()));
        check(p.as_object().contains("required") && p.at("required") == json::Value(true),
              where + ": optional path");
      }
    }
    for (size_t open = 0; (open = path.find('{', open)) != std::string::npos; ++open)
      check(in_path.erase(path.substr(open + 1, path.find('}', open) - open - 1)) == 1,
            where + ": undescribed parameter");
    check(in_path.empty(), where + ": a parameter that is not in the path");
    if (const auto* body = operation.as_object().if_contains("requestBody"))
      check_content(*body, where + " body");
    check_responses(operation, where);
    check_security(operation, where);
  }
  void check_responses(const json::Value& operation, const std::string& where) {
    const auto* responses = at(operation, "responses", where);
    if (responses == nullptr) return;
    check(!responses->as_object().empty(), where + ": no response");
    for (const auto& [status, response] : responses->as_object()) {
      const std::string_view s(status);
      check(s == "default" || (s.size() == 3 && s[0] >= '1' && s[0] <= '5'),
            where + ": status " + std::string(s));
      if (response.as_object().contains("$ref")) continue;
      at(response, "description", where);
      if (response.as_object().contains("content")) check_content(response, where);
    }
  }
  void check_security(const json::Value& operation, const std::string& where) {
    const auto* security = operation.as_object().if_contains("security");
    if (security == nullptr) return;
    const auto& schemes = document_.at("components").at("securitySchemes").as_object();
    for (const auto& alternative : security->as_array())
      for (const auto& [name, scopes] : alternative.as_object()) {
        check(schemes.contains(name), where + ": unknown scheme " + std::string(name));
        check(scopes.is_array(), where + ": scopes");
      }
  }
  void check_content(const json::Value& holder, const std::string& where) {
    const auto* content = at(holder, "content", where);
    if (content == nullptr) return;
    for (const auto& [type, media] : content->as_object()) {
      check(std::string_view(type).find('/') != std::string_view::npos, where + ": media type");
      if (const auto* schema = at(media, "schema", where)) check_schema(*schema, where);
    }
  }
  void check_schema(const json::Value& schema, const std::string& where) {
    static const std::set<std::string> kTypes = {"string", "integer", "number", "boolean", "array", "object"};
    check(schema.is_object(), where + ": a schema is an object");
    if (!schema.is_object()) return;
    const json::Object& s = schema.as_object();
    if (const auto* type = s.if_contains("type"))
      check(type->is_string() && kTypes.contains(std::string(type->as_string())), where + ": type");
    if (const auto* items = s.if_contains("items")) check_schema(*items, where + "/items");
    if (const auto* more = s.if_contains("additionalProperties"))
      check_schema(*more, where + "/additionalProperties");
    const auto* properties = s.if_contains("properties");
    if (properties != nullptr)
      for (const auto& [name, each] : properties->as_object())
        check_schema(each, where + '/' + std::string(name));
    if (const auto* required = s.if_contains("required"))
      for (const auto& name : required->as_array())
        check(properties != nullptr && properties->as_object().contains(name.as_string()),
              where + ": required");
  }
  void check_references(const json::Value& v, const std::string& where) {
    if (const auto* object = v.if_object()) {
      for (const auto& [name, each] : *object) {
        if (name == "$ref") {
          boost::system::error_code ec;
          const std::string_view reference = each.as_string();
          const bool local = reference.starts_with("#/");
          check(local && document_.find_pointer(reference.substr(1), ec) != nullptr,
                where + ": dangling " + std::string(reference));
        }
        check_references(each, where + '/' + std::string(name));
      }
    } else if (const auto* array = v.if_array()) {
      for (const auto& each : *array) check_references(each, where);
    }
  }

  const json::Value& document_;
  std::vector<std::string> faults_;
  std::set<std::string> operations_, ids_;
};

TEST_F(CatalogueTest, OpenApiIsSoundAndMatchesTheRouter) {
  const auto object = openapi(catalogue_, {.version = "0.1.0", .description = "d"});
  ASSERT_TRUE(object) << to_string(object.error());
  const json::Value document(*object);
  const OpenApiCheck check(document);
  EXPECT_EQ(check.faults(), std::vector<std::string>());

  http::Router router;
  ASSERT_TRUE(install(catalogue_, hooks_, router));
  std::set<std::string> routed;
  for (const http::Route* route : router.routes())
    routed.insert(std::string(http::name_of(route->method)) + ' ' + route->pattern);
  EXPECT_EQ(check.operations(), routed);
}

TEST_F(CatalogueTest, OpenApiSaysWhatTheServerDoes) {
  const json::Value document(*openapi(catalogue_, {.version = "0.1.0"}));
  const auto& paths = document.at("paths");
  const auto& make = paths.at("/api/v1/things").at("post");
  EXPECT_EQ(make.at("x-permission").as_string(), "campaign.plan");
  EXPECT_EQ(json::serialize(make.at("security")), R"([{"session":[],"csrf":[]},{"api_key":[]}])");
  EXPECT_TRUE(make.at("responses").as_object().contains("201"));
  EXPECT_EQ(
      json::serialize(paths.at("/api/v1/things").at("get").at("parameters").at(0)),
      R"({"name":"limit","in":"query","required":false,"schema":{"type":"integer","minimum":1,"maximum":500,"default":50}})");
  EXPECT_EQ(paths.at("/api/v1/things/{campaign_id}")
                .at("put")
                .at("parameters")
                .at(0)
                .at("schema")
                .at("pattern")
                .as_string(),
            "^cmp_[0-9a-z]{13}$");
  EXPECT_TRUE(paths.at("/healthz").at("get").at("security").as_array().empty());
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("Mood"));
  EXPECT_FALSE(document.at("components").at("schemas").as_object().contains("ListThings"));
}

class WholeCatalogueTest : public testing::ServiceTest {};
INSTANTIATE_TEST_SUITE_P(Store, WholeCatalogueTest, ::testing::Values(db::Dialect::kSqlite),
                         testing::store_name);

// What the server serves, not an example.
TEST_P(WholeCatalogueTest, OpenApiIsSoundAndMatchesTheRouter) {
  const auto identity = service::Identity::create(store(), crypto::kTestPasswordCost);
  ASSERT_TRUE(identity);
  const service::Idempotency idempotency(store());
  Access access(**identity, idempotency, clock_, {});
  testing::WholeApi whole(store(), **identity);
  Catalogue catalogue;
  whole.add_routes(catalogue, access);
  const auto sound = catalogue.check();
  EXPECT_TRUE(sound) << to_string(sound.error());
  const auto object = openapi(catalogue, {.version = "0.1.0", .description = "d"});
  ASSERT_TRUE(object) << to_string(object.error());
  const json::Value document(*object);
  const OpenApiCheck check(document);
  EXPECT_EQ(check.faults(), std::vector<std::string>());
  http::Router router;
  ASSERT_TRUE(install(catalogue, access.hooks(), router));
  std::set<std::string> routed;
  for (const http::Route* route : router.routes())
    routed.insert(std::string(http::name_of(route->method)) + ' ' + route->pattern);
  EXPECT_EQ(check.operations(), routed);
  EXPECT_TRUE(routed.contains("POST /api/v1/campaigns"));
}

TEST(OpenApiChecker, FindsFaults) {
  for (
      const char* text :
      {R"({})", R"({"openapi":"3.1.0","info":{},"paths":{},"components":{"schemas":{}}})",
       R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"components":{"schemas":{"a b":{}}},"paths":{}})",
       R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"components":{"schemas":{}},"paths":{"/a":{"get":{}}}})",
       R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"components":{"schemas":{"A":{"$ref":"#/none"}}},"paths":{}})",
       R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"components":{"schemas":{}},"paths":{"/{x}":{"get":{"operationId":"a","responses":{"200":{"description":"d"}}}}}})"})
    EXPECT_FALSE(OpenApiCheck(*json::parse(text)).faults().empty()) << text;
}

}  // namespace
}  // namespace yizhan::api
