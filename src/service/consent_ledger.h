#pragma once
// Single entries into the consent ledger, with all that follows from one in the same transaction: the text
// shown, the current state, suppression. Used inside a writer transaction; the writer's thread.

#include <functional>
#include <string>

#include "domain/consent.h"
#include "store/store.h"

namespace yizhan::service {

// Told, after the commit, of a customer who was opted out: what is already with a carrier session is
// recalled.
using OptOutHook = std::function<void(int64_t customer_id)>;

struct ConsentEntry {
  int64_t customer_id = 0;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;  // empty = every purpose of the class
  domain::ConsentKind kind = domain::ConsentKind::kGranted;
  std::string method;
  std::string text;  // shown to the customer; stored once for all
  Time occurred_at;
  domain::ConsentSource source = domain::ConsentSource::kOperator;
  int64_t evidence_id = 0;
  int64_t operator_id = 0;
  std::string note;
};

// The event's id.
Result<ConsentId> append_consent(db::Tx& tx, const store::Store& store, const ConsentEntry& entry);

// The id of a consent text, 0 for none.
Result<int64_t> consent_text_id(db::Tx& tx, const store::Store& store, const std::string& text);

struct SuppressionEntry {
  uint64_t digits = 0;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string reason;
  domain::ConsentSource source = domain::ConsentSource::kOperator;
  int64_t created_by = 0;
};

// Puts a number on the list and marks its customer, if there is one; his id or 0. Nothing when it is there
// already.
Result<int64_t> add_suppression(db::Tx& tx, const store::Store& store, const SuppressionEntry& entry);

// The bit set of classes for which a number is on the list.
Result<int64_t> suppressed_classes(db::Tx& tx, const crypto::BlindHash& number_index);

// Throws the projection away and makes it again from the ledger; the number of its rows.
Result<int64_t> rebuild_consent_state(db::Tx& tx);

}  // namespace yizhan::service
