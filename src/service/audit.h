#pragma once
// Reading the audit log and checking that nobody changed it. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

// The id of an object of the log as the API writes it ("cnt_…"); a bare number for a type that has no ids of
// its own. Nothing for 0.
std::optional<std::string> audit_reference(std::string_view object_type, int64_t object_id);

struct ListAudit {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<int64_t> after;       // the number of the last entry of the page before; newest come first
  std::optional<std::string> actor;   // usr_…, key_… or a login or key name
  std::optional<std::string> action;  // "content.approve", or what it begins with: "content."
  std::optional<std::string> object;  // an id: cnt_…
  std::optional<Time> from;           // inclusive
  std::optional<Time> until;          // exclusive
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "after",
       .minimum = 1,
       .description = "the number of the last entry of the page before; the newest come first"},
      {.member = "actor",
       .min_length = 1,
       .max_length = limits::kNameCharacters,
       .description = "an id (usr_…, key_…), or a login or key name"},
      {.member = "action",
       .min_length = 1,
       .max_length = limits::kNameCharacters,
       .description = "an action or what it begins with"},
      {.member = "object", .min_length = 1, .max_length = limits::kNameCharacters, .description = "an id"}};
};
BOOST_DESCRIBE_STRUCT(ListAudit, (), (limit, after, actor, action, object, from, until))

struct AuditEntryView {
  int64_t number = 0;  // 1, 2, 3 … without a gap
  Time at;
  std::string actor_kind;  // system, user, api_key, command_line, customer
  std::optional<std::string> actor_id;
  std::string actor_name;
  std::string action;
  std::string object_type;
  std::optional<std::string> object_id;
  std::string reason;
  json::Value detail;
  Bytes hash;
};
BOOST_DESCRIBE_STRUCT(AuditEntryView, (),
                      (number, at, actor_kind, actor_id, actor_name, action, object_type, object_id, reason,
                       detail, hash))

struct AuditPage {
  std::vector<AuditEntryView> items;
  std::optional<int64_t> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(AuditPage, (), (items, next_after))

struct AuditCheckView {
  bool whole = false;
  int64_t entries = 0;               // good ones, up to the break
  std::optional<int64_t> broken_at;  // the first entry that does not fit
  std::optional<std::string> fault;
};
BOOST_DESCRIBE_STRUCT(AuditCheckView, (), (whole, entries, broken_at, fault))

// A file of rows that is about to leave.
struct ExportedFile {
  std::string operation;    // of the list: "listCampaigns"
  std::string object_type;  // whose rows ("campaign"), empty: no one's in particular
  int64_t object_id = 0;
  json::Object query;  // the filters, as asked
  int64_t rows = 0;
  std::string path;  // of the whole file on disk
};

class Audit {
 public:
  explicit Audit(const store::Store& store) : store_(store) {}

  // kInvalidArgument for an object that is no id.
  Result<AuditPage> list(const ListAudit& request) const;
  // Reads the whole log and recomputes every hash; that it was done and how it ended is audited.
  Result<AuditCheckView> verify(const Principal& by) const;
  // Writes export.<operation> with query, rows and SHA-256 of the file; gives the time of it.
  Result<Time> record_export(const Principal& by, const ExportedFile& file) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
