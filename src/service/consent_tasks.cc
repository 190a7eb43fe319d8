#include "service/consent_tasks.h"

#include "service/customer_profile.h"
#include "store/audit.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ConsentKind;
using domain::ConsentTaskState;

namespace {

constexpr const char* kRefutedMethod = "confirmation";  // how the ledger says a withdrawal came about

Result<ConsentTaskView> map_task(const store::Store& store, const db::Row& r) {
  ConsentTaskView v;
  v.id = r.id<ConsentTaskId>(0);
  v.customer_id = r.id<CustomerId>(1);
  v.number_masked =
      text::mask_number("+" + YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(2))));
  if (!r.is_null(3))
    v.name_masked = mask_name(
        YZ_TRY(decode_profile(YZ_TRY(store.cipher.open(store::column::kCustomerProfile, r.blob(3))))).name);
  v.message_class = r.as<domain::MessageClass>(4);
  v.purpose = r.string(5);
  v.question = r.string(6);
  v.state = r.as<ConsentTaskState>(7);
  v.requested_by = r.id<UserId>(8);
  v.requested_at = r.time(9);
  v.due_at = r.time(10);
  if (v.state != ConsentTaskState::kOpen) {
    v.decided_by = r.id<UserId>(11);
    v.decided_at = r.time(12);
  }
  v.note = r.string(13);
  if (r.i64(14) != 0) v.evidence_id = r.id<EvidenceId>(14);
  v.version = r.i64(15);
  return v;
}

Result<ConsentTaskView> load_task(db::Tx& tx, const store::Store& store, ConsentTaskId id) {
  auto task = YZ_TRY(tx.one(q::consent_task_load, [&](const db::Row& r) { return map_task(store, r); }, id));
  if (!task) return fail(ErrorCode::kNotFound, "no such confirmation task");
  return *std::move(task);
}

Result<> check_open(const ConsentTaskView& task, std::optional<int64_t> version) {
  if (version && *version != task.version)
    return fail(ErrorCode::kVersionConflict,
                "somebody else was quicker; the current version is " + std::to_string(task.version),
                "version");
  if (task.state != ConsentTaskState::kOpen)
    return fail(ErrorCode::kWrongState, "the task is " + std::string(name_of(task.state)), "state");
  return {};
}

// Four eyes: who wants the consent is not who says that it was given.
Result<> check_other(const ConsentTaskView& task, const Principal& who) {
  if (task.requested_by.value == who.id)
    return fail(ErrorCode::kSeparationOfDuties, "who asked the question does not answer it");
  return {};
}

struct Decision {
  ConsentTaskState state;
  std::string_view note;
  int64_t evidence_id = 0;
  int64_t event_id = 0;
};

// Closes the task, with its audit entry.
Result<> close_task(db::Tx& tx, const store::Store& store, const Principal& who, const ConsentTaskView& task,
                    const Decision& decision) {
  if (YZ_TRY(tx.run(q::consent_task_decide, task.id, decision.state, who.id, store.now(), decision.note,
                    decision.evidence_id, decision.event_id, task.version, ConsentTaskState::kOpen)) != 1)
    return fail(ErrorCode::kVersionConflict, "somebody else was quicker", "version");
  json::Object detail{{"customer", to_string(task.customer_id)}};
  if (decision.event_id != 0) detail["consent"] = to_string(ConsentId{decision.event_id});
  const std::string action = "consent_task." + std::string(name_of(decision.state));
  return store::append_audit(tx, store, who.actor(),
                             {action, "consent_task", task.id.value, decision.note, json::serialize(detail)});
}

Result<> read_page(db::Tx& tx, const store::Store& store, const ListConsentTasks& request,
                   ConsentTaskPage& page) {
  const auto take = [&](const db::Row& r) -> Result<> {
    page.items.push_back(YZ_TRY(map_task(store, r)));
    return {};
  };
  Time due;
  ConsentTaskId id;
  if (request.after) {
    const auto seen = load_task(tx, store, *request.after);
    if (!seen) return fail(ErrorCode::kInvalidArgument, "not what next_after gave", "?after");
    due = seen->due_at;
    id = seen->id;
  }
  const int64_t state = request.state ? static_cast<int64_t>(*request.state) : 0;
  if (request.customer_id)
    return tx.each(q::consent_task_page_of_customer, take, due, id, request.limit + 1, *request.customer_id,
                   state);
  if (request.state) return tx.each(q::consent_task_page_of_state, take, due, id, request.limit + 1, state);
  return tx.each(q::consent_task_page, take, due, id, request.limit + 1);
}

}  // namespace

Result<ConsentTaskView> ConsentTasks::request(const Principal& who, const RequestConsentTask& request) const {
  const Time now = store_.now();
  if (request.due_at <= now) return fail(ErrorCode::kInvalidArgument, "is past already", "/due_at");
  if (request.due_at > now + days(limits::kConsentTaskDays))
    return fail(ErrorCode::kInvalidArgument, "is too far away", "/due_at");
  return store_.db.write([&](db::Tx& tx) -> Result<ConsentTaskView> {
    if (!YZ_TRY(tx.one(q::customer_load, [](const db::Row& r) { return r.i64(0); }, request.customer_id)))
      return fail(ErrorCode::kInvalidArgument, "no such customer", "/customer_id");
    const auto id = store_.ids.make<ConsentTaskId>();
    YZ_TRY(tx.run(q::consent_task_insert, id, request.customer_id, request.message_class,
                  request.purpose.value_or(""), request.question, ConsentTaskState::kOpen, who.id, now,
                  request.due_at));
    const json::Object detail{{"customer", to_string(request.customer_id)},
                              {"message_class", name_of(request.message_class)},
                              {"due_at", to_rfc3339(request.due_at)}};
    YZ_CHECK(
        store::append_audit(tx, store_, who.actor(),
                            {"consent_task.request", "consent_task", id.value, {}, json::serialize(detail)}));
    return load_task(tx, store_, id);
  });
}

Result<ConsentTaskView> ConsentTasks::get(ConsentTaskId id) const {
  return store_.db.read([&](db::Tx& tx) { return load_task(tx, store_, id); });
}

Result<ConsentTaskPage> ConsentTasks::list(const ListConsentTasks& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<ConsentTaskPage> {
    ConsentTaskPage page;
    YZ_CHECK(read_page(tx, store_, request, page));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    }
    return page;
  });
}

Result<ConsentTaskView> ConsentTasks::decide(const Principal& who, ConsentTaskId id,
                                             std::optional<int64_t> version, ConsentTaskState state,
                                             RecordConsent answer) const {
  // Whom and what the question is about never changes; how it stands is looked at again in the transaction.
  const ConsentTaskView asked = YZ_TRY(get(id));
  YZ_CHECK(check_open(asked, version));
  YZ_CHECK(check_other(asked, who));
  answer.message_class = asked.message_class;
  answer.purpose = asked.purpose;
  std::optional<ConsentTaskView> decided;
  YZ_TRY(consents_.record(who, asked.customer_id, answer, [&](db::Tx& tx, ConsentId event) -> Result<> {
    const ConsentTaskView task = YZ_TRY(load_task(tx, store_, id));
    YZ_CHECK(check_open(task, version));
    YZ_CHECK(close_task(tx, store_, who, task,
                        {state, answer.note, answer.evidence_id.value_or(EvidenceId{}).value, event.value}));
    decided = YZ_TRY(load_task(tx, store_, id));
    return {};
  }));
  return *std::move(decided);
}

Result<ConsentTaskView> ConsentTasks::confirm(const Principal& who, ConsentTaskId id,
                                              std::optional<int64_t> version,
                                              const ConfirmConsent& answer) const {
  return decide(who, id, version, ConsentTaskState::kConfirmed,
                {.kind = ConsentKind::kGranted,
                 .method = answer.method,
                 .purpose = {},
                 .occurred_at = answer.occurred_at,
                 .text = answer.text,
                 .evidence_id = answer.evidence_id,
                 .note = answer.note});
}

Result<ConsentTaskView> ConsentTasks::refute(const Principal& who, ConsentTaskId id,
                                             std::optional<int64_t> version,
                                             const RefuteConsent& answer) const {
  return decide(who, id, version, ConsentTaskState::kRefuted,
                {.kind = ConsentKind::kWithdrawn,
                 .method = kRefutedMethod,
                 .purpose = {},
                 .occurred_at = {},
                 .text = {},
                 .evidence_id = answer.evidence_id,
                 .note = answer.note});
}

Result<ConsentTaskView> ConsentTasks::cancel(const Principal& who, ConsentTaskId id,
                                             std::optional<int64_t> version, const StatedReason& why) const {
  return store_.db.write([&](db::Tx& tx) -> Result<ConsentTaskView> {
    const ConsentTaskView task = YZ_TRY(load_task(tx, store_, id));
    YZ_CHECK(check_open(task, version));
    YZ_CHECK(close_task(tx, store_, who, task, {ConsentTaskState::kCancelled, why.reason}));
    return load_task(tx, store_, id);
  });
}

}  // namespace yizhan::service
