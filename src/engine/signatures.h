#pragma once
// Signatures as sending sees them: which channels carry one, what stops with it, and a carrier's word that it
// is not filed. What people do with them is service/signatures.h. One thread per Tx.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/tx.h"
#include "domain/signature.h"
#include "engine/ledger.h"
#include "store/store.h"

namespace yizhan::engine {

// Channels that may not carry messages under the text.
Result<std::set<int64_t>> channels_without(db::Tx& tx, std::string_view signature, Time now);

// A signature's row and the event that says so. False when it was not in the state `from`.
struct SignatureStep {
  int64_t signature_id = 0;
  domain::SignatureState from = domain::SignatureState::kDraft;
  domain::SignatureState to = domain::SignatureState::kDraft;
  domain::SignatureDeed deed = domain::SignatureDeed::kCreated;
  std::string_view reason;
  int64_t actor_id = 0;  // 0 = the system
};
Result<bool> take_signature_step(db::Tx& tx, const store::Store& store, const SignatureStep& step);
Result<> note_signature_event(db::Tx& tx, const store::Store& store, const SignatureStep& step);

// How a signature stands with the carrier behind a channel from now on, and its history.
struct FilingEntry {
  int64_t signature_id = 0, channel_id = 0;
  domain::Filing filing;
  std::string reference, note, code;
  int64_t evidence_id = 0, actor_id = 0;
};
Result<> write_filing(db::Tx& tx, const store::Store& store, const FilingEntry& entry);
// A filing whose end has passed is expired, and what has no channel left stops. Nothing when it is another by
// now.
Result<> end_filing(db::Tx& tx, const store::Store& store, int64_t signature_id, int64_t channel_id);

// What is sent under a signature stops for people to look at, as when a carrier refuses a text: campaigns are
// paused with the reason, applications' batches wait. kUncarried: only what no channel is left for. Returns
// the batches, to be recalled from the links after the commit.
enum class Halted : uint8_t { kAll, kUncarried };
inline constexpr const char* kSignatureSuspended = "signature_suspended";
inline constexpr const char* kSignatureUnfiled = "no_filed_channel";
Result<std::vector<int64_t>> halt_signature(db::Tx& tx, const store::Store& store, std::string_view signature,
                                            Halted which);
// Applications' batches that waited for that reason and may go again; campaigns stay paused: that they go on,
// people say.
Result<> release_signature(db::Tx& tx, const store::Store& store, std::string_view signature, Halted which);
// One batch, with its campaign.
Result<> halt_batch(db::Tx& tx, const store::Store& store, int64_t batch_id, const char* reason);

// A carrier does not know the signature of the version: the filing with it is rejected, so the channel
// carries it no more. Where no other enabled channel does, the signature is suspended and what is sent under
// it stops.
Result<> carrier_rejects(db::Tx& tx, const store::Store& store, int64_t channel_id,
                         const Effects::Frozen& refused, Effects& effects);

}  // namespace yizhan::engine
