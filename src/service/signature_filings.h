#pragma once
// How each signature is filed with the carriers behind the channels (实名报备): technology's, with the
// carrier's number, its end, a note and a file as evidence. Every state it was in is kept. What a filing says
// holds at once: routes pass over channels that may not carry a signature, and what has no channel left
// stops. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/signature.h"
#include "engine/engine.h"
#include "service/evidence_files.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct SignatureFilingView {
  ChannelId channel_id;
  std::string channel_name;
  bool channel_enabled = true;
  bool requires_filed_signature = false;  // of the channel
  domain::FilingState state = domain::FilingState::kNotFiled;
  bool carried = false;  // by the channel, now
  std::string reference;
  std::optional<Time> valid_until;
  std::string note;
  std::string code;  // the carrier's, when its answer to a message said that it does not know it
  std::optional<EvidenceId> evidence_id;
  std::optional<UserId> updated_by;  // absent: the system, or nobody yet
  std::optional<Time> updated_at;
  int64_t version = 0;  // 0: nothing was entered yet
};
BOOST_DESCRIBE_STRUCT(SignatureFilingView, (),
                      (channel_id, channel_name, channel_enabled, requires_filed_signature, state, carried,
                       reference, valid_until, note, code, evidence_id, updated_by, updated_at, version))

struct SignatureFilings {
  std::vector<SignatureFilingView> items;  // of every channel
};
BOOST_DESCRIBE_STRUCT(SignatureFilings, (), (items))

struct FilingEventView {
  ChannelId channel_id;
  domain::FilingState state = domain::FilingState::kNotFiled;
  std::string reference;
  std::optional<Time> valid_until;
  std::string note;
  std::string code;
  std::optional<EvidenceId> evidence_id;
  std::optional<UserId> actor_id;  // absent: the system
  Time at;
};
BOOST_DESCRIBE_STRUCT(FilingEventView, (),
                      (channel_id, state, reference, valid_until, note, code, evidence_id, actor_id, at))

struct SetFiling {
  domain::FilingState state = domain::FilingState::kNotFiled;
  std::string reference;
  std::optional<Time> valid_until;
  std::string note;
  static constexpr json::Rule kRules[] = {
      {.member = "state", .description = "expired is what the end makes of it, nobody says so"},
      {.member = "reference",
       .presence = json::Presence::kOptional,
       .max_length = limits::kFilingReferenceCharacters,
       .description = "the carrier's number"},
      {.member = "valid_until", .description = "from then on it is not valid; absent: without end"},
      {.member = "note", .presence = json::Presence::kOptional, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(SetFiling, (), (state, reference, valid_until, note))

Result<std::vector<SignatureFilingView>> load_filings(db::Tx& tx, SignatureId id, Time now);
Result<std::vector<FilingEventView>> load_filing_events(db::Tx& tx, SignatureId id);

class SignatureFilingRegister {
 public:
  SignatureFilingRegister(const store::Store& store, const EvidenceFiles& evidence, engine::Engine& engine)
      : store_(store), evidence_(evidence), engine_(engine) {}

  // kNotFound.
  Result<SignatureFilings> list(SignatureId id) const;
  // kWrongState ("state") for a step that there is not, and for what compliance has not approved;
  // kVersionConflict.
  Result<SignatureFilingView> set(const Principal& who, SignatureId id, ChannelId channel,
                                  std::optional<int64_t> version, const SetFiling& request) const;
  // A PDF, PNG or JPEG that belongs to the filing as it is: kWrongState when nothing was entered,
  // kUnsupportedMedia, kTooLarge as of qualification documents.
  Result<SignatureFilingView> attach(const Principal& who, SignatureId id, ChannelId channel,
                                     const std::string& path, const std::string& file_name) const;
  struct File {
    std::string name, media_type;
  };
  // The file as it was, into `to_path`.
  Result<File> restore_file(SignatureId id, EvidenceId file, const std::string& to_path) const;

 private:
  const store::Store& store_;
  const EvidenceFiles& evidence_;
  engine::Engine& engine_;
};

}  // namespace yizhan::service
