#include "service/signatures.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/enum_set.h"
#include "engine/signatures.h"
#include "screen/normalize.h"
#include "service/audited.h"
#include "service/name_search.h"
#include "service/screenings.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageClass;
using domain::SignatureDeed;
using domain::SignatureSource;
using domain::SignatureState;

namespace {

// Any body: what is found in it is not asked.
constexpr const char* kAnyBody = "您好。";

SignatureSummary map_signature(const db::Row& r) {
  SignatureSummary v;
  v.id = r.id<SignatureId>(0);
  v.text = r.string(1);
  v.source = r.as<SignatureSource>(2);
  v.explanation = r.string(3);
  v.message_classes = domain::values_in<MessageClass>(r.i64(4));
  v.state = r.as<SignatureState>(5);
  v.created_by = r.id<UserId>(6);
  v.created_at = r.time(7);
  v.updated_at = r.time(8);
  v.version = r.i64(9);
  v.state_reason = r.string(10);
  v.live_contents = r.i64(11);
  return v;
}

Result<SignatureSummary> load(db::Tx& tx, SignatureId id, Time now) {
  auto found = YZ_TRY(tx.one(q::signature_load, map_signature, id));
  if (!found) return fail(ErrorCode::kNotFound, "no such signature");
  found->filings = YZ_TRY(load_filings(tx, id, now));
  return *std::move(found);
}

Result<> conflict(const SignatureSummary& signature) {
  return fail(ErrorCode::kVersionConflict,
              fmt::format("someone else was quicker; the current version is {}", signature.version),
              "version");
}

Result<> check_transition(const SignatureSummary& signature, SignatureState to) {
  if (domain::may_become(signature.state, to)) return {};
  return fail(ErrorCode::kWrongState,
              fmt::format("a signature that is {} cannot become {}", name_of(signature.state), name_of(to)),
              "state");
}

// As a text of it is compared with others': case, width, traditional forms and look-alikes do not count.
Result<std::string> folded(std::string_view text) {
  const screen::FoldTable* folds = YZ_TRY(screen::FoldTable::instance());
  screen::Units units;
  folds->normalize(text, screen::Placeholders::kLiteral, units);
  std::string out;
  for (const screen::Unit& unit : units) out += fmt::format("{:x}.", static_cast<uint32_t>(unit.folded));
  return out;
}

// What the rule packs find in the text as a signature.
Result<ScreeningView> screened(const screen::Screener* screener, const std::string& text) {
  ScreeningView view = YZ_TRY(screen_text(
      screener, {.message_class = MessageClass::kNotification, .signature = text, .body = kAnyBody}));
  std::erase_if(view.findings, [](const FindingView& f) { return f.part != "signature"; });
  return view;
}

Result<> check_signature(const screen::Screener* screener, const std::string& text) {
  const std::string blocked = blocking_findings(YZ_TRY(screened(screener, text)));
  if (blocked.empty()) return {};
  return fail(ErrorCode::kScreeningBlocked, "this cannot be a signature: " + blocked, "/text");
}

Result<> check_alike(db::Tx& tx, SignatureId id, const std::string& text, const std::string& key) {
  const auto other =
      YZ_TRY(tx.one(q::signature_alike, [](const db::Row& r) { return r.string(0); }, key, id, text));
  if (!other) return {};
  return fail(ErrorCode::kConflict, "one that reads the same is registered: " + *other, "/text");
}

Result<> write_documents(db::Tx& tx, SignatureId id, const SignatureDraft& draft, Time now) {
  YZ_TRY(tx.run(q::signature_documents_delete, id));
  std::set<QualificationId> seen;
  for (size_t i = 0; i < draft.qualification_ids.size(); ++i) {
    const QualificationId document = draft.qualification_ids[i];
    const std::string field = fmt::format("/qualification_ids/{}", i);
    if (!seen.insert(document).second) return fail(ErrorCode::kInvalidArgument, "is named twice", field);
    if (!YZ_TRY(find_qualification(tx, document, now)))
      return fail(ErrorCode::kInvalidArgument, "no such qualification document", field);
    YZ_TRY(tx.run(q::signature_document_insert, id, document));
  }
  return {};
}

Result<std::vector<QualificationView>> load_documents(db::Tx& tx, SignatureId id, Time now) {
  std::vector<QualificationId> ids;
  YZ_CHECK(tx.each(
      q::signature_documents, [&](const db::Row& r) { ids.push_back(r.id<QualificationId>(0)); }, id));
  std::vector<QualificationView> documents;
  for (const QualificationId document : ids)
    if (auto found = YZ_TRY(find_qualification(tx, document, now))) documents.push_back(*std::move(found));
  return documents;
}

// The right to it is proved by documents, all of which are valid.
Result<> check_documents(db::Tx& tx, SignatureId id, Time now) {
  const auto documents = YZ_TRY(load_documents(tx, id, now));
  if (documents.empty())
    return fail(ErrorCode::kQualificationMissing, "no document proves the right to it", "qualification_ids");
  for (const QualificationView& d : documents)
    if (!is_valid(d.standing))
      return fail(ErrorCode::kQualificationExpired,
                  fmt::format("{} {} is {}", d.kind, d.number, name_of(d.standing)), "qualification_ids");
  return {};
}

Result<bool> had_a_hand(db::Tx& tx, const Principal& who, SignatureId id) {
  return YZ_TRY(tx.number(q::signature_hand_in, id, who.person())) != 0;
}

Result<> audit_signature(db::Tx& tx, const store::Store& store, const Principal& who, std::string_view action,
                         SignatureId id, const std::string& text, std::string_view reason,
                         json::Object detail = {}) {
  detail["signature"] = text;
  return audit(tx, store, who, action, id, detail, reason);
}

json::Object detail_of(const SignatureDraft& draft) {
  return {{"source", name_of(draft.source)},
          {"message_classes", json::to_value(draft.message_classes)},
          {"explanation", draft.explanation},
          {"qualification_ids", json::to_value(draft.qualification_ids)}};
}

bool in_use(SignatureState state) {
  return state == SignatureState::kApproved || state == SignatureState::kSuspended;
}

// What compliance has approved is not changed, only better explained and proved.
Result<> check_unchanged(const SignatureSummary& before, const SignatureDraft& draft) {
  constexpr const char* kWhy = "compliance has approved it as it is: withdraw it first, or ask for another";
  if (draft.text != before.text) return fail(ErrorCode::kWrongState, kWhy, "/text");
  if (draft.source != before.source) return fail(ErrorCode::kWrongState, kWhy, "/source");
  if (domain::bits_of(draft.message_classes) != domain::bits_of(before.message_classes))
    return fail(ErrorCode::kWrongState, kWhy, "/message_classes");
  return {};
}

}  // namespace

Result<SignatureView> Signatures::load_view(db::Tx& tx, const Principal& who, SignatureId id) const {
  const Time now = store_.now();
  SignatureView view;
  static_cast<SignatureSummary&>(view) = YZ_TRY(load(tx, id, now));
  view.qualifications = YZ_TRY(load_documents(tx, id, now));
  YZ_CHECK(tx.each(
      q::signature_events,
      [&](const db::Row& r) {
        SignatureEventView& e = view.events.emplace_back();
        e.deed = r.as<SignatureDeed>(1);
        e.state = r.as<SignatureState>(2);
        e.reason = r.string(3);
        if (r.i64(4) != 0) e.actor_id = r.id<UserId>(4);
        e.at = r.time(5);
      },
      id, limits::kSignatureEventsShown));
  view.filing_history = YZ_TRY(load_filing_events(tx, id));
  YZ_CHECK(tx.each(
      q::signature_contents,
      [&](const db::Row& r) {
        view.contents.push_back({r.id<ContentId>(0), r.string(1), r.as<MessageClass>(2),
                                 r.as<domain::ContentState>(3), r.flag(4)});
      },
      view.text, limits::kSignatureContentsShown));
  if (const auto screener = screener_.get())
    view.findings = YZ_TRY(screened(screener.get(), view.text)).findings;
  view.may_decide =
      !YZ_TRY(had_a_hand(tx, who, id)) && domain::allowed(who.roles, domain::Permission::kSignatureReview);
  return view;
}

Result<SignatureView> Signatures::create(const Principal& who, const SignatureDraft& draft) {
  YZ_CHECK(check_signature(screener_.get().get(), draft.text));
  const std::string key = YZ_TRY(folded(draft.text));
  return store_.db.write([&](db::Tx& tx) -> Result<SignatureView> {
    if (YZ_TRY(tx.number(q::signature_count)) >= static_cast<int64_t>(limits::kSignatures))
      return fail(ErrorCode::kTooLarge, "the register holds as many signatures as it may");
    const auto id = store_.ids.make<SignatureId>();
    YZ_CHECK(check_alike(tx, id, draft.text, key));
    YZ_TRY(tx.run(q::signature_insert, id, draft.text, key, draft.source, draft.explanation,
                  domain::bits_of(draft.message_classes), SignatureState::kDraft, who.person(),
                  store_.now()));
    YZ_CHECK(write_documents(tx, id, draft, store_.now()));
    YZ_CHECK(engine::note_signature_event(
        tx, store_,
        {.signature_id = id.value, .deed = SignatureDeed::kCreated, .reason = {}, .actor_id = who.person()}));
    YZ_CHECK(audit_signature(tx, store_, who, "signature.create", id, draft.text, {}, detail_of(draft)));
    return load_view(tx, who, id);
  });
}

Result<SignatureView> Signatures::edit(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                       const SignatureDraft& draft) {
  const std::string key = YZ_TRY(folded(draft.text));
  const auto screener = screener_.get();
  return store_.db.write([&](db::Tx& tx) -> Result<SignatureView> {
    const SignatureSummary before = YZ_TRY(load(tx, id, store_.now()));
    if (version && *version != before.version) return std::unexpected(conflict(before).error());
    if (in_use(before.state)) {
      YZ_CHECK(check_unchanged(before, draft));
    } else {
      YZ_CHECK(check_transition(before, SignatureState::kDraft));
      YZ_CHECK(check_signature(screener.get(), draft.text));
      YZ_CHECK(check_alike(tx, id, draft.text, key));
    }
    const SignatureState state = in_use(before.state) ? before.state : SignatureState::kDraft;
    if (YZ_TRY(tx.run(q::signature_update, id, draft.text, key, draft.source, draft.explanation,
                      domain::bits_of(draft.message_classes), state, store_.now(), before.version)) != 1)
      return std::unexpected(conflict(before).error());
    YZ_CHECK(write_documents(tx, id, draft, store_.now()));
    YZ_CHECK(engine::note_signature_event(tx, store_,
                                          {.signature_id = id.value,
                                           .from = before.state,
                                           .to = state,
                                           .deed = SignatureDeed::kEdited,
                                           .reason = {},
                                           .actor_id = who.person()}));
    YZ_CHECK(audit_signature(tx, store_, who, "signature.edit", id, draft.text, {}, detail_of(draft)));
    return load_view(tx, who, id);
  });
}

struct Signatures::Deed {
  const char* action;
  SignatureDeed deed;
  SignatureState to;
  bool decides = false;  // not by whoever asked for it
  bool proved = false;   // the documents are looked at
  // What running batches do with it.
  enum class Batches : uint8_t { kLeft, kHalted, kReleased } batches = Batches::kLeft;
};

Result<SignatureView> Signatures::take(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                       const Deed& deed, const std::string& reason) {
  std::vector<int64_t> halted;
  auto view = store_.db.write([&](db::Tx& tx) -> Result<SignatureView> {
    const SignatureSummary before = YZ_TRY(load(tx, id, store_.now()));
    if (version && *version != before.version) return std::unexpected(conflict(before).error());
    YZ_CHECK(check_transition(before, deed.to));
    // Both lead to approved.
    if (deed.deed == SignatureDeed::kApproved && before.state != SignatureState::kSubmitted)
      return fail(ErrorCode::kWrongState, "only what was submitted is approved", "state");
    if (deed.deed == SignatureDeed::kResumed && before.state != SignatureState::kSuspended)
      return fail(ErrorCode::kWrongState, "only what is suspended is resumed", "state");
    if (deed.decides && YZ_TRY(had_a_hand(tx, who, id)))
      return fail(ErrorCode::kSeparationOfDuties,
                  "whoever asked for the signature, changed or submitted it cannot decide on it");
    if (deed.proved) YZ_CHECK(check_documents(tx, id, store_.now()));
    if (!YZ_TRY(engine::take_signature_step(tx, store_,
                                            {.signature_id = id.value,
                                             .from = before.state,
                                             .to = deed.to,
                                             .deed = deed.deed,
                                             .reason = reason,
                                             .actor_id = who.person()})))
      return std::unexpected(conflict(before).error());
    if (deed.batches == Deed::Batches::kHalted)
      halted = YZ_TRY(engine::halt_signature(tx, store_, before.text, engine::Halted::kAll));
    if (deed.batches == Deed::Batches::kReleased)
      YZ_CHECK(engine::release_signature(tx, store_, before.text, engine::Halted::kAll));
    YZ_CHECK(audit_signature(tx, store_, who, deed.action, id, before.text, reason));
    return load_view(tx, who, id);
  });
  if (!view) return view;
  for (const int64_t batch : halted) engine_.recall_batch(batch);
  if (deed.batches != Deed::Batches::kLeft) engine_.wake();
  return view;
}

Result<SignatureView> Signatures::submit(const Principal& who, SignatureId id,
                                         std::optional<int64_t> version) {
  return take(who, id, version,
              {.action = "signature.submit",
               .deed = SignatureDeed::kSubmitted,
               .to = SignatureState::kSubmitted,
               .proved = true},
              {});
}

Result<SignatureView> Signatures::approve(const Principal& who, SignatureId id,
                                          std::optional<int64_t> version, const StatedReason& opinion) {
  return take(who, id, version,
              {.action = "signature.approve",
               .deed = SignatureDeed::kApproved,
               .to = SignatureState::kApproved,
               .decides = true,
               .proved = true,
               .batches = Deed::Batches::kReleased},
              opinion.reason);
}

Result<SignatureView> Signatures::reject(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                         const StatedReason& why) {
  return take(who, id, version,
              {.action = "signature.reject",
               .deed = SignatureDeed::kRejected,
               .to = SignatureState::kRejected,
               .decides = true},
              why.reason);
}

Result<SignatureView> Signatures::resume(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                         const StatedReason& why) {
  return take(who, id, version,
              {.action = "signature.resume",
               .deed = SignatureDeed::kResumed,
               .to = SignatureState::kApproved,
               .decides = true,
               .batches = Deed::Batches::kReleased},
              why.reason);
}

Result<SignatureView> Signatures::suspend(const Principal& who, SignatureId id,
                                          std::optional<int64_t> version, const StatedReason& why) {
  return take(who, id, version,
              {.action = "signature.suspend",
               .deed = SignatureDeed::kSuspended,
               .to = SignatureState::kSuspended,
               .batches = Deed::Batches::kHalted},
              why.reason);
}

Result<SignatureView> Signatures::withdraw(const Principal& who, SignatureId id,
                                           std::optional<int64_t> version, const StatedReason& why) {
  return take(who, id, version,
              {.action = "signature.withdraw",
               .deed = SignatureDeed::kWithdrawn,
               .to = SignatureState::kWithdrawn,
               .batches = Deed::Batches::kHalted},
              why.reason);
}

Result<SignatureView> Signatures::get(const Principal& who, SignatureId id) const {
  return store_.db.read([&](db::Tx& tx) { return load_view(tx, who, id); });
}

Result<SignaturePage> Signatures::list(const ListSignatures& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<SignaturePage> {
    std::vector<SignatureId> ids;
    const int64_t state = request.state ? static_cast<int64_t>(*request.state) : 0;
    YZ_CHECK(tx.each(
        q::signature_list, [&](const db::Row& r) { ids.push_back(r.id<SignatureId>(0)); },
        request.after.value_or(SignatureId{INT64_MAX}), state, lower_ascii(request.q.value_or("")),
        request.limit + 1));
    SignaturePage page;
    for (size_t i = 0; i < ids.size() && i < static_cast<size_t>(request.limit); ++i)
      page.items.push_back(YZ_TRY(load(tx, ids[i], store_.now())));
    if (ids.size() > static_cast<size_t>(request.limit)) page.next_after = to_string(page.items.back().id);
    return page;
  });
}

Result<> ensure_signature(db::Tx& tx, const store::Store& store, const std::string& text,
                          std::string_view reason) {
  if (text.empty()) return {};
  if (YZ_TRY(tx.one(q::signature_by_text, [](const db::Row&) { return true; }, text))) return {};
  const auto id = store.ids.make<SignatureId>();
  int64_t classes = 0;
  for (const MessageClass message_class : values_of(MessageClass{}))
    classes |= domain::class_bit(message_class);
  YZ_TRY(tx.run(q::signature_insert, id, text, YZ_TRY(folded(text)), SignatureSource::kOther, "", classes,
                SignatureState::kApproved, 0, store.now()));
  YZ_CHECK(engine::note_signature_event(tx, store,
                                        {.signature_id = id.value,
                                         .to = SignatureState::kApproved,
                                         .deed = SignatureDeed::kTakenOver,
                                         .reason = reason}));
  return audit_signature(tx, store, system_principal(), "signature.ship", id, text, reason);
}

}  // namespace yizhan::service
