#pragma once
// Parts of long messages that applications submit: kept on disk until the message is whole, known again when
// sent twice. Inside a writer transaction; one thread (the writer's).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/blind_index.h"
#include "engine/application_deliveries.h"
#include "link/access.h"
#include "store/store.h"

namespace yizhan::service {

// The parts of one message to one number.
struct PartGroup {
  int64_t application_id = 0;
  crypto::BlindHash key{};
  uint8_t last = 0;  // the part that made it whole
  // The others, with their part numbers.
  std::vector<std::pair<uint8_t, engine::Acknowledged>> others;
};

struct TakenPart {
  enum class Kind : uint8_t {
    kStored,
    kRepeated,  // `name` is how it was answered
    kWhole,     // `group` and `text`
    kMixed,     // the parts do not have one coding
  };
  Kind kind = Kind::kStored;
  engine::SubmitName name;
  int64_t repeated_message_id = 0;  // of the whole message it belongs to, 0 = none yet
  PartGroup group;
  Bytes text;
};

class SubmissionParts {
 public:
  SubmissionParts(db::Tx& tx, const store::Store& store) : tx_(tx), store_(store) {}

  // `part` says by what name the submit is acknowledged; `digits` whom it is for. A part of the same number
  // with another text begins a new message: the application has come round to the reference again (some use
  // one reference for all). What it did not complete expires; parts that it sent again after a message was
  // whole are taken to be the new one's too, since templates begin alike.
  Result<TakenPart> take(const link::AccessSubmit& submit, const engine::Acknowledged& part, uint64_t digits);

  // The message stands.
  Result<> keep(const PartGroup& group, int64_t message_id);
  // It may stand when its last part is submitted again: that part is forgotten.
  Result<> reopen(const PartGroup& group, int64_t message_id);
  // It is refused for good: its parts are forgotten, and those that were acknowledged are told so.
  Result<> refuse(const PartGroup& group, int64_t message_id, domain::Reason reason);

 private:
  struct Stored {
    uint8_t part = 0;
    Bytes text_hash, text_sealed;
    codec::Coding coding = codec::Coding::kDefault;
    int64_t message_id = 0;
    bool repeated = false;
    engine::Acknowledged acknowledged;
  };

  Result<std::vector<Stored>> load(int64_t application_id, const crypto::BlindHash& key);
  Result<> forget(const PartGroup& group, std::vector<Stored>& parts);
  Result<> begin_again(const PartGroup& group, std::vector<Stored>& parts);
  Result<> insert(const link::AccessSubmit& submit, const engine::Acknowledged& part, const PartGroup& group,
                  const crypto::BlindHash& hash);
  Result<Bytes> join(const std::vector<Stored>& others, const link::AccessSubmit& submit) const;

  db::Tx& tx_;
  const store::Store& store_;
};

}  // namespace yizhan::service
