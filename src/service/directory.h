#pragma once
// The names of those who work here, people and programs, so that everybody can read who did what; nothing
// else about them. Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/access.h"
#include "store/store.h"

namespace yizhan::service {

struct DirectoryEntry {
  std::string id;  // usr_… or key_…
  std::string display_name;
  std::vector<std::string> roles;
  std::string kind;  // user, api_key
};
BOOST_DESCRIBE_STRUCT(DirectoryEntry, (), (id, display_name, roles, kind))

struct ListDirectory {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<std::string> after;  // as given in next_after
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "after", .max_length = limits::kNameCharacters}};
};
BOOST_DESCRIBE_STRUCT(ListDirectory, (), (limit, after))

// In the order in which they came; those who left stay in it.
struct DirectoryPage {
  std::vector<DirectoryEntry> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(DirectoryPage, (), (items, next_after))

class Directory {
 public:
  explicit Directory(const store::Store& store) : store_(store) {}

  // kInvalidArgument for an `after` that is neither a user's id nor a key's.
  Result<DirectoryPage> list(const ListDirectory& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
