#include "service/signature_filings.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/signatures.h"
#include "service/audited.h"
#include "service/document_file.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::FilingState;
using domain::SignatureState;

namespace {

SignatureFilingView map_filing(const db::Row& r, Time now) {
  SignatureFilingView v;
  v.channel_id = r.id<ChannelId>(0);
  v.channel_name = r.string(1);
  v.channel_enabled = r.flag(2);
  v.requires_filed_signature = r.flag(3);
  v.state = r.as<FilingState>(4);
  if (r.time(5)) v.valid_until = r.time(5);
  v.reference = r.string(6);
  v.note = r.string(7);
  v.code = r.string(8);
  if (r.i64(9) != 0) v.evidence_id = r.id<EvidenceId>(9);
  if (r.i64(10) != 0) v.updated_by = r.id<UserId>(10);
  if (r.time(11)) v.updated_at = r.time(11);
  v.version = r.i64(12);
  v.carried = domain::carries(domain::filing_rule(v.requires_filed_signature), {v.state, r.time(5)}, now);
  return v;
}

Result<SignatureFilingView> load_filing(db::Tx& tx, SignatureId id, ChannelId channel, Time now) {
  for (SignatureFilingView& view : YZ_TRY(load_filings(tx, id, now)))
    if (view.channel_id == channel) return std::move(view);
  return fail(ErrorCode::kNotFound, "no such channel", "channel_id");
}

struct Named {
  std::string text;
  SignatureState state = SignatureState::kDraft;
};
Result<Named> load_named(db::Tx& tx, SignatureId id) {
  auto found = YZ_TRY(tx.one(
      q::signature_load, [](const db::Row& r) { return Named{r.string(1), r.as<SignatureState>(5)}; }, id));
  if (!found) return fail(ErrorCode::kNotFound, "no such signature");
  return *std::move(found);
}

Result<> check_step(const Named& signature, FilingState from, const SetFiling& request, Time now) {
  const bool asks = request.state == FilingState::kSubmitted || request.state == FilingState::kFiled;
  // Suspended: what a carrier did not know is filed again before compliance lets it go on.
  if (asks && signature.state != SignatureState::kApproved && signature.state != SignatureState::kSuspended)
    return fail(ErrorCode::kWrongState,
                fmt::format("a signature that is {} is not filed with carriers", name_of(signature.state)),
                "state");
  if (request.state == FilingState::kExpired)
    return fail(ErrorCode::kInvalidArgument, "is what its end makes of a filing", "/state");
  if (request.state != from && !domain::may_become(from, request.state))
    return fail(ErrorCode::kWrongState,
                fmt::format("a filing that is {} cannot become {}", name_of(from), name_of(request.state)),
                "state");
  if (request.valid_until && request.state == FilingState::kFiled && *request.valid_until <= now)
    return fail(ErrorCode::kInvalidArgument, "has passed", "/valid_until");
  return {};
}

Result<> audit_filing(db::Tx& tx, const store::Store& store, const Principal& who, std::string_view action,
                      SignatureId id, const Named& signature, const SignatureFilingView& filing) {
  json::Object detail{{"signature", signature.text},
                      {"channel_id", to_string(filing.channel_id)},
                      {"state", name_of(filing.state)},
                      {"reference", filing.reference}};
  if (filing.valid_until) detail["valid_until"] = to_rfc3339(*filing.valid_until);
  return audit(tx, store, who, action, id, detail, filing.note);
}

}  // namespace

Result<std::vector<SignatureFilingView>> load_filings(db::Tx& tx, SignatureId id, Time now) {
  std::vector<SignatureFilingView> all;
  YZ_CHECK(tx.each(q::signature_channels, [&](const db::Row& r) { all.push_back(map_filing(r, now)); }, id));
  return all;
}

Result<std::vector<FilingEventView>> load_filing_events(db::Tx& tx, SignatureId id) {
  std::vector<FilingEventView> all;
  YZ_CHECK(tx.each(
      q::signature_filing_events,
      [&](const db::Row& r) {
        FilingEventView& v = all.emplace_back();
        v.channel_id = r.id<ChannelId>(1);
        v.state = r.as<FilingState>(2);
        v.reference = r.string(3);
        if (r.time(4)) v.valid_until = r.time(4);
        v.note = r.string(5);
        v.code = r.string(6);
        if (r.i64(7) != 0) v.evidence_id = r.id<EvidenceId>(7);
        if (r.i64(8) != 0) v.actor_id = r.id<UserId>(8);
        v.at = r.time(9);
      },
      id, limits::kSignatureEventsShown));
  return all;
}

Result<SignatureFilings> SignatureFilingRegister::list(SignatureId id) const {
  return store_.db.read([&](db::Tx& tx) -> Result<SignatureFilings> {
    YZ_TRY(load_named(tx, id));
    return SignatureFilings{YZ_TRY(load_filings(tx, id, store_.now()))};
  });
}

Result<SignatureFilingView> SignatureFilingRegister::set(const Principal& who, SignatureId id,
                                                         ChannelId channel, std::optional<int64_t> version,
                                                         const SetFiling& request) const {
  std::vector<int64_t> halted;
  auto view = store_.db.write([&](db::Tx& tx) -> Result<SignatureFilingView> {
    const Named signature = YZ_TRY(load_named(tx, id));
    const SignatureFilingView before = YZ_TRY(load_filing(tx, id, channel, store_.now()));
    if (version && *version != before.version)
      return fail(ErrorCode::kVersionConflict,
                  fmt::format("someone else was quicker; the current version is {}", before.version),
                  "version");
    YZ_CHECK(check_step(signature, before.state, request, store_.now()));
    // A file proves the state that it was entered with.
    const bool same = before.state == request.state;
    YZ_CHECK(engine::write_filing(tx, store_,
                                  {.signature_id = id.value,
                                   .channel_id = channel.value,
                                   .filing = {request.state, request.valid_until.value_or(Time{})},
                                   .reference = request.reference,
                                   .note = request.note,
                                   .code = {},
                                   .evidence_id = same && before.evidence_id ? before.evidence_id->value : 0,
                                   .actor_id = who.person()}));
    SignatureFilingView after = YZ_TRY(load_filing(tx, id, channel, store_.now()));
    YZ_CHECK(audit_filing(tx, store_, who, "signature.filing", id, signature, after));
    halted = YZ_TRY(engine::halt_signature(tx, store_, signature.text, engine::Halted::kUncarried));
    if (after.carried && signature.state == SignatureState::kApproved)
      YZ_CHECK(engine::release_signature(tx, store_, signature.text, engine::Halted::kUncarried));
    return after;
  });
  if (!view) return view;
  for (const int64_t batch : halted) engine_.recall_batch(batch);
  engine_.wake();
  return view;
}

Result<SignatureFilingView> SignatureFilingRegister::attach(const Principal& who, SignatureId id,
                                                            ChannelId channel, const std::string& path,
                                                            const std::string& file_name) const {
  const std::string media_type = YZ_TRY(check_document_file(path));
  const auto kept = YZ_TRY(evidence_.keep(path));
  return store_.db.write([&](db::Tx& tx) -> Result<SignatureFilingView> {
    const Named signature = YZ_TRY(load_named(tx, id));
    const SignatureFilingView before = YZ_TRY(load_filing(tx, id, channel, store_.now()));
    if (before.version == 0)
      return fail(ErrorCode::kWrongState, "nothing was entered that the file could prove", "state");
    const EvidenceId file = YZ_TRY(evidence_.record(tx, kept, file_name, media_type, who.person()));
    YZ_CHECK(engine::write_filing(tx, store_,
                                  {.signature_id = id.value,
                                   .channel_id = channel.value,
                                   .filing = {before.state, before.valid_until.value_or(Time{})},
                                   .reference = before.reference,
                                   .note = before.note,
                                   .code = before.code,
                                   .evidence_id = file.value,
                                   .actor_id = who.person()}));
    SignatureFilingView after = YZ_TRY(load_filing(tx, id, channel, store_.now()));
    YZ_CHECK(audit_filing(tx, store_, who, "signature.filing_file", id, signature, after));
    return after;
  });
}

Result<SignatureFilingRegister::File> SignatureFilingRegister::restore_file(
    SignatureId id, EvidenceId file, const std::string& to_path) const {
  struct Stored {
    Bytes sha256;
    File file;
  };
  const auto stored = YZ_TRY(store_.db.read([&](db::Tx& tx) {
    return tx.one(
        q::signature_filing_evidence,
        [](const db::Row& r) { return Stored{r.bytes(0), {r.string(1), r.string(2)}}; }, id, file);
  }));
  if (!stored) return fail(ErrorCode::kNotFound, "the filings of this signature have no such file");
  YZ_CHECK(evidence_.restore(stored->sha256, to_path));
  return stored->file;
}

}  // namespace yizhan::service
