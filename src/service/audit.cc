#include "service/audit.h"

#include <fmt/format.h>

#include "crypto/digest.h"
#include "store/audit.h"

namespace yizhan::service {

namespace {

struct Object {
  std::string type;
  int64_t id = 0;
};

// "ContentVersion" is written "content_version" in the log.
bool is_type(std::string_view tag, std::string_view type) { return json::detail::snake_case(tag) == type; }

std::optional<Object> parse_reference(std::string_view text) {
#define X(name, prefix) \
  if (const auto id = parse_id<name##Tag>(text)) return Object{json::detail::snake_case(#name), id->value};
  YIZHAN_IDS(X)
#undef X
  return std::nullopt;
}

std::optional<std::string> actor_reference(store::ActorKind kind, int64_t id) {
  if (kind == store::ActorKind::kUser) return audit_reference("user", id);
  if (kind == store::ActorKind::kApiKey) return audit_reference("api_key", id);
  if (kind == store::ActorKind::kCustomer) return audit_reference("customer", id);
  return std::nullopt;
}

AuditEntryView view_of(const db::Row& row) {
  AuditEntryView view;
  view.number = row.i64(0);
  view.at = row.time(1);
  const auto kind = row.as<store::ActorKind>(2);
  view.actor_kind = store::name_of(kind);
  view.actor_id = actor_reference(kind, row.i64(3));
  view.actor_name = row.string(4);
  view.action = row.string(5);
  view.object_type = row.string(6);
  view.object_id = audit_reference(view.object_type, row.i64(7));
  view.reason = row.string(8);
  // An entry that somebody changed is still shown: verify() says what is wrong with it.
  view.detail = json::parse(row.text(9)).value_or(json::Value(std::string_view(row.text(9))));
  view.hash = row.bytes(10);
  return view;
}

// Only the conditions that were asked for, so that the database can use its indexes for them.
struct Filter {
  db::Params params;
  std::string sql =
      "SELECT id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, reason, detail, hash "
      "FROM audit_log WHERE 1 = 1";

  template <class T>
  void add(std::string_view condition, const T& value) {
    sql += " AND ";
    sql += condition;
    sql += params.add(value);
  }
};

void add_actor(Filter& filter, const std::string& actor) {
  const auto id = parse_reference(actor);
  if (!id) return filter.add("actor_name = ", actor);
  const auto kind = id->type == "user"      ? store::ActorKind::kUser
                    : id->type == "api_key" ? store::ActorKind::kApiKey
                                            : store::ActorKind::kCustomer;
  filter.add("actor_kind = ", kind);
  filter.add("actor_id = ", id->id);
}

Result<Filter> filter_of(const ListAudit& request) {
  Filter filter;
  if (request.after) filter.add("id < ", *request.after);
  if (request.actor) add_actor(filter, *request.actor);
  if (request.action) {
    // Not LIKE, whose wildcards and case differ between the dialects.
    const std::string length = std::to_string(request.action->size());
    filter.add("substr(action, 1, " + length + ") = ", *request.action);
  }
  if (request.object) {
    const auto object = parse_reference(*request.object);
    if (!object) return fail(ErrorCode::kInvalidArgument, "not an id", "/object");
    filter.add("object_type = ", object->type);
    filter.add("object_id = ", object->id);
  }
  if (request.from) filter.add("at >= ", *request.from);
  if (request.until) filter.add("at < ", *request.until);
  filter.sql += " ORDER BY id DESC LIMIT " + filter.params.add(request.limit + 1);
  return filter;
}

}  // namespace

std::optional<std::string> audit_reference(std::string_view type, int64_t id) {
  if (id == 0) return std::nullopt;
#define X(name, prefix) \
  if (is_type(#name, type)) return to_string(name##Id{id});
  YIZHAN_IDS(X)
#undef X
  return std::to_string(id);
}

Result<AuditPage> Audit::list(const ListAudit& request) const {
  const Filter filter = YZ_TRY(filter_of(request));
  return store_.db.read([&](db::Tx& tx) -> Result<AuditPage> {
    AuditPage page;
    YZ_CHECK(tx.each_sql(filter.sql, filter.params.view(),
                         [&](const db::Row& row) { page.items.push_back(view_of(row)); }));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().number;
    }
    return page;
  });
}

Result<AuditCheckView> Audit::verify(const Principal& by) const {
  const store::AuditCheck check = YZ_TRY(store::verify_audit(store_));
  AuditCheckView view;
  view.whole = check.broken_at == 0;
  view.entries = check.entries;
  if (!view.whole) {
    view.broken_at = check.broken_at;
    view.fault = check.fault;
  }
  YZ_CHECK(store_.db.write([&](db::Tx& tx) {
    return store::append_audit(tx, store_, by.actor(), {"audit.verify", "audit", 0, {}, json::encode(view)});
  }));
  return view;
}

Result<Time> Audit::record_export(const Principal& by, const ExportedFile& file) const {
  const crypto::Digest digest = YZ_TRY(crypto::sha256_file(file.path));
  const std::string action = "export." + file.operation;
  const json::Object detail{{"query", file.query}, {"rows", file.rows}, {"sha256", to_hex(digest)}};
  return store_.db.write([&](db::Tx& tx) -> Result<Time> {
    YZ_CHECK(store::append_audit(tx, store_, by.actor(),
                                 {.action = action,
                                  .object_type = file.object_type.empty() ? "export" : file.object_type,
                                  .object_id = file.object_id,
                                  .reason = {},
                                  .detail = json::serialize(detail)}));
    return store_.now();
  });
}

}  // namespace yizhan::service
