#pragma once
// The open store: the database with what every row needs besides it (clock, ids, keys). One per process, made
// by the composition root; const use from any thread.

#include "base/ids.h"
#include "base/time.h"
#include "crypto/blind_index.h"
#include "crypto/hash_chain.h"
#include "crypto/keyring.h"
#include "crypto/sealed.h"
#include "db/database.h"

namespace yizhan::store {

struct Store {
  db::Database& db;
  const Clock& clock;
  IdGenerator& ids;
  crypto::FieldCipher cipher;
  crypto::BlindIndex number_index;   // of the E.164 digits without the plus, as text
  crypto::BlindIndex name_index;     // of the name as given, trimmed
  crypto::BlindIndex part_index;     // of the parts that applications submit, and what they belong to
  crypto::BlindIndex program_index;  // of what programs ask for, and of verification codes
  crypto::HashChain audit_chain;

  Store(db::Database& database, const Clock& the_clock, IdGenerator& id_generator,
        const crypto::Keyring& keyring)
      : db(database),
        clock(the_clock),
        ids(id_generator),
        cipher(keyring),
        number_index(keyring, "customer.number"),
        name_index(keyring, "customer.name"),
        part_index(keyring, "submission.part"),
        program_index(keyring, "submission.program"),
        audit_chain(keyring) {}

  Time now() const { return clock.now(); }
};

// The columns that hold sealed fields, as their cipher context names them.
namespace column {
inline constexpr const char* kCustomerNumber = "customer.number";
inline constexpr const char* kCustomerProfile = "customer.profile";
inline constexpr const char* kMessagePayload = "message.payload";
inline constexpr const char* kChannelPassword = "channel.password";
inline constexpr const char* kChannelPeerPassword = "channel.peer_password";
inline constexpr const char* kInboundNumber = "inbound.number";
inline constexpr const char* kInboundText = "inbound.text";
inline constexpr const char* kSuppressionNumber = "suppression.number";
inline constexpr const char* kApplicationSecret = "application.secret";
inline constexpr const char* kApplicationNumber =
    "application.number";  // not bound to a row: goes from table to table
inline constexpr const char* kApplicationText = "application.text";
inline constexpr const char* kSubmissionText = "submission.text";
inline constexpr const char* kWebhookSecret = "application_webhook.secret";
inline constexpr const char* kIdempotencyResponse = "idempotency.response";
}  // namespace column

}  // namespace yizhan::store
