#include "service/consents.h"

#include <charconv>

#include "store/audit.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ConsentKind;
using domain::ConsentSource;
using domain::MessageClass;

namespace {

ConsentSource source_of(const Principal& who) {
  return who.kind == store::ActorKind::kApiKey ? ConsentSource::kApi : ConsentSource::kOperator;
}

ConsentEventView map_event(const db::Row& r) {
  ConsentEventView v;
  v.id = r.id<ConsentId>(0);
  v.message_class = r.as<MessageClass>(1);
  v.purpose = r.string(2);
  v.kind = r.as<ConsentKind>(3);
  v.method = r.string(4);
  v.text = r.string(5);
  v.occurred_at = r.time(6);
  v.recorded_at = r.time(7);
  v.source = r.as<ConsentSource>(8);
  if (r.i64(9) != 0) v.import_id = r.id<ImportId>(9);
  if (r.i64(10) != 0) {
    v.evidence_id = r.id<EvidenceId>(10);
    v.evidence_sha256 = r.bytes(13);
    v.evidence_file_name = r.string(14);
  }
  if (r.i64(11) != 0) v.operator_id = r.id<UserId>(11);
  v.note = r.string(12);
  return v;
}

EvidenceView map_evidence(const db::Row& r) {
  return {r.id<EvidenceId>(0), r.bytes(1), r.string(2), r.string(3), r.i64(4), r.id<UserId>(5), r.time(6)};
}

// A suppression with what the list does not show.
struct Suppressed {
  SuppressionView view;
  Bytes number_index;
};

Result<Suppressed> map_suppression(const store::Store& store, const db::Row& r) {
  Suppressed s;
  s.number_index = r.bytes(1);
  const std::string digits = YZ_TRY(store.cipher.open(store::column::kSuppressionNumber, r.blob(2)));
  uint64_t number = 0;
  // Replies from short codes or in a form of the carrier's own are on the list as they came.
  const bool whole = std::from_chars(digits.data(), digits.data() + digits.size(), number).ptr ==
                     digits.data() + digits.size();
  s.view.id = r.id<SuppressionId>(0);
  s.view.number_masked = whole ? text::mask_number(number) : text::mask_number(digits);
  s.view.message_class = r.as<MessageClass>(3);
  s.view.reason = r.string(4);
  s.view.source = r.as<ConsentSource>(5);
  if (r.i64(6) != 0) s.view.created_by = r.id<UserId>(6);
  s.view.created_at = r.time(7);
  return s;
}

Result<> add_customer(db::Tx& tx, Suppressed& s) {
  s.view.customer_id = YZ_TRY(
      tx.one(q::customer_by_index, [](const db::Row& r) { return r.id<CustomerId>(0); }, s.number_index));
  return {};
}

// Who takes his privacy authorisation back has not opted out of messages without his data.
bool is_privacy(const RecordConsent& request) { return request.purpose == domain::kPrivacyPurpose; }

Result<> check(const RecordConsent& request, Time now) {
  if (request.occurred_at && *request.occurred_at > now)
    return fail(ErrorCode::kInvalidArgument, "lies in the future", "/occurred_at");
  const bool proven = domain::needs_consent(request.message_class) || is_privacy(request);
  if (request.kind == ConsentKind::kGranted && proven && !request.text && !request.evidence_id)
    return fail(ErrorCode::kInvalidArgument, "consent needs the text that was shown, or evidence", "/text");
  return {};
}

// A consent from before the customer's last no does not lift it.
Result<> check_is_newest(db::Tx& tx, CustomerId id, const Bytes& number_index, const RecordConsent& request,
                         Time occurred_at) {
  if (request.kind != ConsentKind::kGranted) return {};
  const Time no{YZ_TRY(tx.number(q::consent_last_no, id, request.message_class, request.purpose,
                                 ConsentKind::kGranted, number_index))};
  if (no && occurred_at <= no)
    return fail(ErrorCode::kConflict, "the customer said no after that", "/occurred_at");
  return {};
}

Result<ConsentHistory> load_history(db::Tx& tx, CustomerId id, const ListConsents& request) {
  if (!YZ_TRY(tx.one(q::customer_load, [](const db::Row& r) { return r.i64(0); }, id)))
    return fail(ErrorCode::kNotFound, "no such customer");
  ConsentHistory history;
  YZ_CHECK(tx.each(
      q::consent_states_page,
      [&](const db::Row& r) {
        history.states.push_back({r.as<MessageClass>(0), r.string(1), r.as<ConsentKind>(2), r.time(3)});
      },
      id, limits::kPageRows));
  YZ_CHECK(tx.each(
      q::consent_events_page, [&](const db::Row& r) { history.items.push_back(map_event(r)); }, id,
      request.after.value_or(ConsentId{INT64_MAX}), request.limit + 1));
  if (std::ssize(history.items) > request.limit) {
    history.items.pop_back();
    history.next_after = history.items.back().id;
  }
  return history;
}

Result<EvidenceView> load_evidence(db::Tx& tx, EvidenceId id, ErrorCode missing, const char* field) {
  auto view = YZ_TRY(tx.one(q::evidence_load, map_evidence, id));
  if (!view) return fail(missing, "no such evidence", field);
  return *std::move(view);
}

// Opting out by the customer's word covers queued messages as well: the gates read what is written here.
Result<> suppress_customer(db::Tx& tx, const store::Store& store, CustomerId id, MessageClass message_class,
                           const Principal& who) {
  const auto digits = YZ_TRY(tx.one(
      q::customer_load,
      [&](const db::Row& r) { return store.cipher.open(store::column::kCustomerNumber, r.blob(1)); }, id));
  if (!digits) return fail(ErrorCode::kNotFound, "no such customer");
  uint64_t number = 0;
  std::from_chars(digits->data(), digits->data() + digits->size(), number);
  YZ_TRY(add_suppression(tx, store, {number, message_class, "withdrawn", source_of(who), who.person()}));
  return {};
}

}  // namespace

Result<ConsentHistory> Consents::history(CustomerId id, const ListConsents& request) const {
  return store_.db.read([&](db::Tx& tx) { return load_history(tx, id, request); });
}

Result<ConsentHistory> Consents::record(const Principal& who, CustomerId id, const RecordConsent& request,
                                        const AlsoRecorded& also) const {
  const Time now = store_.now();
  YZ_CHECK(check(request, now));
  auto history = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<ConsentHistory> {
    const auto number_index =
        YZ_TRY(tx.one(q::customer_take, [](const db::Row& r) { return r.bytes(14); }, id));
    if (!number_index) return fail(ErrorCode::kNotFound, "no such customer");
    const Time occurred_at = request.occurred_at.value_or(now);
    YZ_CHECK(check_is_newest(tx, id, *number_index, request, occurred_at));
    if (request.evidence_id)
      YZ_TRY(load_evidence(tx, *request.evidence_id, ErrorCode::kInvalidArgument, "/evidence_id"));
    ConsentEntry entry{id.value,     request.message_class, request.purpose,
                       request.kind, request.method,        request.text.value_or(""),
                       occurred_at,  source_of(who),        request.evidence_id.value_or(EvidenceId{}).value,
                       who.person(), request.note};
    const ConsentId event = YZ_TRY(append_consent(tx, store_, entry));
    if (request.kind == ConsentKind::kWithdrawn && !is_privacy(request))
      YZ_CHECK(suppress_customer(tx, store_, id, request.message_class, who));
    const json::Object detail{{"consent", to_string(event)},
                              {"message_class", name_of(request.message_class)},
                              {"purpose", request.purpose}};
    const std::string action = "consent." + std::string(name_of(request.kind));
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {action, "customer", id.value, {}, json::serialize(detail)}));
    if (also) YZ_CHECK(also(tx, event));
    return load_history(tx, id, {});
  }));
  if (request.kind != ConsentKind::kGranted && opted_out_) opted_out_(id.value);
  return history;
}

Result<EvidenceView> Consents::add_evidence(const Principal& who, const std::string& path,
                                            const std::string& file_name,
                                            const std::string& media_type) const {
  const auto kept = YZ_TRY(evidence_.keep(path));
  return store_.db.write([&](db::Tx& tx) -> Result<EvidenceView> {
    const EvidenceId id = YZ_TRY(evidence_.record(tx, kept, file_name, media_type, who.person()));
    const json::Object detail{{"sha256", to_hex(kept.sha256)}, {"bytes", kept.bytes}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"evidence.add", "evidence", id.value, {}, json::serialize(detail)}));
    return load_evidence(tx, id, ErrorCode::kNotFound, "");
  });
}

Result<EvidenceView> Consents::evidence(EvidenceId id) const {
  return store_.db.read([&](db::Tx& tx) { return load_evidence(tx, id, ErrorCode::kNotFound, ""); });
}

Result<EvidenceView> Consents::restore_evidence(const Principal& who, EvidenceId id,
                                                const StatedReason& request,
                                                const std::string& to_path) const {
  EvidenceView view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<EvidenceView> {
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"evidence.read", "evidence", id.value, request.reason, "{}"}));
    return load_evidence(tx, id, ErrorCode::kNotFound, "");
  }));
  YZ_CHECK(evidence_.restore(view.sha256, to_path));
  return view;
}

Result<int64_t> Consents::rebuild_states(const Principal& who) const {
  return store_.db.write([&](db::Tx& tx) -> Result<int64_t> {
    const int64_t states = YZ_TRY(rebuild_consent_state(tx));
    const json::Object detail{{"states", states}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"consent.rebuild_states", "consent", 0, {}, json::serialize(detail)}));
    return states;
  });
}

Result<SuppressionPage> Consents::suppressions(const ListSuppressions& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<SuppressionPage> {
    std::vector<Suppressed> found;
    YZ_CHECK(tx.each(
        q::suppression_page,
        [&](const db::Row& r) -> Result<> {
          found.push_back(YZ_TRY(map_suppression(store_, r)));
          return {};
        },
        request.after.value_or(SuppressionId{INT64_MAX}),
        request.message_class ? static_cast<int64_t>(*request.message_class) : 0, request.limit + 1));
    SuppressionPage page;
    const bool more = std::ssize(found) > request.limit;
    if (more) found.pop_back();
    for (Suppressed& s : found) {
      YZ_CHECK(add_customer(tx, s));
      page.items.push_back(std::move(s.view));
    }
    if (more) page.next_after = page.items.back().id;
    return page;
  });
}

Result<SuppressionView> Consents::add_suppression(const Principal& who, const AddSuppression& request) const {
  const auto number = text::parse_number(request.number);
  if (!number) return fail(ErrorCode::kInvalidArgument, number.error().message, "/number");
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<SuppressionView> {
    YZ_TRY(service::add_suppression(
        tx, store_, {number->digits, request.message_class, request.reason, source_of(who), who.person()}));
    auto found = YZ_TRY(tx.one(
        q::suppression_of, [&](const db::Row& r) { return map_suppression(store_, r); },
        store_.number_index.of(std::to_string(number->digits)), request.message_class));
    if (!found) return fail(ErrorCode::kInternal, "the suppression is not there");
    YZ_CHECK(add_customer(tx, *found));
    const json::Object detail{{"message_class", name_of(request.message_class)}};
    YZ_CHECK(store::append_audit(
        tx, store_, who.actor(),
        {"suppression.add", "suppression", found->view.id.value, request.reason, json::serialize(detail)}));
    return std::move(found->view);
  }));
  if (view.customer_id && opted_out_) opted_out_(view.customer_id->value);
  return view;
}

Result<> Consents::remove_suppression(const Principal& who, SuppressionId id,
                                      const StatedReason& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    auto found =
        YZ_TRY(tx.one(q::suppression_load, [&](const db::Row& r) { return map_suppression(store_, r); }, id));
    if (!found) return fail(ErrorCode::kNotFound, "no such suppression");
    YZ_CHECK(add_customer(tx, *found));
    const MessageClass message_class = found->view.message_class;
    const int64_t customer = found->view.customer_id.value_or(CustomerId{}).value;
    if (domain::needs_consent(message_class)) {
      const int64_t granted =
          YZ_TRY(tx.number(q::consent_granted_since, customer, message_class, ConsentKind::kGranted,
                           found->view.created_at, ConsentSource::kImport, domain::kPrivacyPurpose));
      if (granted == 0)
        return fail(ErrorCode::kConflict, "record the customer's new consent to this class first");
    }
    YZ_TRY(tx.run(q::suppression_note_lifted, id, store_.now()));
    YZ_TRY(tx.run(q::suppression_delete, id));
    if (customer != 0) {
      crypto::BlindHash index{};
      std::copy_n(found->number_index.begin(), std::min(found->number_index.size(), index.size()),
                  index.begin());
      YZ_TRY(
          tx.run(q::customer_set_suppressed, customer, YZ_TRY(suppressed_classes(tx, index)), store_.now()));
    }
    const json::Object detail{{"message_class", name_of(message_class)}};
    return store::append_audit(
        tx, store_, who.actor(),
        {"suppression.remove", "suppression", id.value, request.reason, json::serialize(detail)});
  });
}

}  // namespace yizhan::service
