#pragma once
// The consent ledger over all customers (policy 4.3.1), numbers masked. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/consent.h"
#include "store/store.h"

namespace yizhan::service {

struct ConsentLedgerEntry {
  ConsentId id;
  CustomerId customer_id;
  std::string number_masked;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;  // empty = every purpose of the class
  domain::ConsentKind kind = domain::ConsentKind::kGranted;
  std::string method;
  std::string text;  // shown to the customer
  Time occurred_at;
  Time recorded_at;
  domain::ConsentSource source = domain::ConsentSource::kOperator;
  std::optional<ImportId> import_id;
  std::optional<EvidenceId> evidence_id;
  std::optional<UserId> operator_id;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(ConsentLedgerEntry, (),
                      (id, customer_id, number_masked, message_class, purpose, kind, method, text,
                       occurred_at, recorded_at, source, import_id, evidence_id, operator_id, note))

struct ConsentLedgerPage {
  std::vector<ConsentLedgerEntry> items;  // may be fewer than asked for, even with more to come
  std::optional<std::string> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(ConsentLedgerPage, (), (items, next_after))

struct ListConsentLedger {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ConsentId> after;
  std::optional<domain::MessageClass> message_class;
  std::optional<domain::ConsentKind> kind;
  std::optional<domain::ConsentSource> source;
  std::optional<Time> from, until;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "from", .description = "recorded then or later"},
      {.member = "until", .description = "recorded before"}};
};
BOOST_DESCRIBE_STRUCT(ListConsentLedger, (), (limit, after, message_class, kind, source, from, until))

class ConsentLedgerList {
 public:
  // `rows` is how many entries one page may look at; smaller in tests.
  explicit ConsentLedgerList(const store::Store& store, int64_t rows = limits::kLedgerRowsLookedAt)
      : store_(store), rows_(rows) {}

  // By the time of recording, newest first. However rare what is asked for, a page looks at a bounded number
  // of entries and ends there.
  Result<ConsentLedgerPage> list(const ListConsentLedger& request) const;

 private:
  const store::Store& store_;
  int64_t rows_;
};

}  // namespace yizhan::service
