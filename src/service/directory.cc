#include "service/directory.h"

#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

// People before programs of the same number.
enum class Kind : uint8_t { kUser = 1, kApiKey = 2 };

struct NamedPlace {
  int64_t id = 0;
  Kind kind = Kind::kUser;
};

Result<NamedPlace> place_of(const std::optional<std::string>& after) {
  if (!after) return NamedPlace{};
  if (const auto user = parse_id<UserTag>(*after)) return NamedPlace{user->value, Kind::kUser};
  if (const auto key = parse_id<ApiKeyTag>(*after)) return NamedPlace{key->value, Kind::kApiKey};
  return fail(ErrorCode::kInvalidArgument, "neither a user's id nor a key's", "?after");
}

DirectoryEntry entry_of(const db::Row& row) {
  const bool user = row.as<Kind>(1) == Kind::kUser;
  DirectoryEntry entry;
  entry.id = user ? to_string(row.id<UserId>(0)) : to_string(row.id<ApiKeyId>(0));
  entry.display_name = row.string(2);
  const domain::Roles roles{row.i64(3)};
  for (const domain::Role role : values_of(domain::Role{}))
    if (roles.has(role)) entry.roles.emplace_back(name_of(role));
  entry.kind = user ? "user" : "api_key";
  return entry;
}

}  // namespace

Result<DirectoryPage> Directory::list(const ListDirectory& request) const {
  const NamedPlace after = YZ_TRY(place_of(request.after));
  return store_.db.read([&](db::Tx& tx) -> Result<DirectoryPage> {
    DirectoryPage page;
    YZ_CHECK(tx.each(
        q::directory, [&](const db::Row& row) { page.items.push_back(entry_of(row)); }, after.id, after.kind,
        request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

}  // namespace yizhan::service
