#include "service/program_messages.h"

#include <fmt/format.h>

#include <chrono>
#include <future>

#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<TemplateSubmit> submit_of(SubmitMessage&& message, Time now) {
  if (message.valid_until && *message.valid_until > now + hours(limits::kProgramValidHours))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("at most {} hours ahead", limits::kProgramValidHours), "/valid_until");
  TemplateSubmit submit;
  YZ_CHECK(name_content(message.content_id, message.content_name, submit));
  submit.number = std::move(message.number);
  submit.variables = std::move(message.variables);
  submit.reference = std::move(message.reference).value_or("");
  submit.valid_until = message.valid_until;
  submit.at = now;
  return submit;
}

void sign(TemplateSubmit& submit, const ProgramCaller& caller) {
  submit.application_id = caller.application_id;
  submit.message_classes = caller.message_classes;
}

MessageProblem problem_of(const Refusal& refusal) {
  const bool by_gate = refusal.reason != domain::Reason::kNone;
  return {std::string(error_name(refusal.error.code)), refusal.error.message, refusal.error.field,
          by_gate ? std::optional(refusal.reason) : std::nullopt};
}

// The answers of one call, for the thread that waits for them. Shared with the callback, which may outlive
// it.
struct Waiting {
  std::promise<Result<std::vector<TemplateAnswer>>> promise;
};

}  // namespace

void ProgramMessages::pass_on(const ProgramCaller& caller, TemplateSubmit&& submit,
                              std::string_view idempotency_key, Answered answered) {
  if (auto room = caller.take(1, store_.now()); !room) return answered(std::unexpected(room.error()));
  sign(submit, caller);
  submit.idempotency_key = idempotency_key;
  std::vector<TemplateSubmit> one;
  one.push_back(std::move(submit));
  intake_.submit(std::move(one),
                 [answered = std::move(answered)](Result<std::vector<TemplateAnswer>> answers) mutable {
                   if (answers)
                     answered(std::move(answers->front()));
                   else
                     answered(std::unexpected(std::move(answers).error()));
                 });
}

void ProgramMessages::submit(const ProgramCaller& caller, SubmitMessage&& message,
                             std::string_view idempotency_key, Answered answered) {
  auto submit = submit_of(std::move(message), store_.now());
  if (!submit) return answered(std::unexpected(std::move(submit).error()));
  pass_on(caller, *std::move(submit), idempotency_key, std::move(answered));
}

void ProgramMessages::start(const ProgramCaller& caller, const StartVerification& request,
                            std::string_view idempotency_key, Answered answered) {
  auto submit = verifications_.draw(request);
  if (!submit) return answered(std::unexpected(std::move(submit).error()));
  pass_on(caller, *std::move(submit), idempotency_key, std::move(answered));
}

Result<SubmittedMessages> ProgramMessages::submit_all(const ProgramCaller& caller, SubmitMessages&& request,
                                                      std::string_view idempotency_key) {
  const Time now = store_.now();
  YZ_CHECK(caller.take(request.messages.size(), now));
  SubmittedMessages all;
  all.items.resize(request.messages.size());
  std::vector<TemplateSubmit> submits;
  std::vector<size_t> places;
  submits.reserve(request.messages.size());
  for (size_t i = 0; i < request.messages.size(); ++i) {
    all.items[i].reference = request.messages[i].reference;
    auto submit = submit_of(std::move(request.messages[i]), now);
    if (!submit) {
      all.items[i].problem = problem_of({submit.error(), domain::Reason::kNone});
      continue;
    }
    sign(*submit, caller);
    if (!idempotency_key.empty()) submit->idempotency_key = fmt::format("{}/{}", idempotency_key, i);
    submits.push_back(*std::move(submit));
    places.push_back(i);
  }
  if (!submits.empty()) {
    auto waiting = std::make_shared<Waiting>();
    auto answered = waiting->promise.get_future();
    intake_.submit(std::move(submits), [waiting](Result<std::vector<TemplateAnswer>> r) {
      waiting->promise.set_value(std::move(r));
    });
    if (answered.wait_for(std::chrono::milliseconds(limits::kIntakeWaitMs)) != std::future_status::ready)
      return fail(ErrorCode::kTimeout, "the store is slow; repeat the call with its key");
    const auto answers = YZ_TRY(answered.get());
    for (size_t i = 0; i < places.size(); ++i) {
      SubmittedItem& item = all.items[places[i]];
      if (answers[i].kind == TemplateAnswer::Kind::kRefused)
        item.problem = problem_of(answers[i].refusal);
      else
        item.message_id = MessageId{answers[i].message_id};
    }
  }
  for (const SubmittedItem& item : all.items) ++(item.problem ? all.refused : all.accepted);
  return all;
}

Result<CheckedVerification> ProgramMessages::check(const ProgramCaller& caller, VerificationId id,
                                                   const CheckVerification& given) const {
  YZ_CHECK(caller.take(1, store_.now()));
  return verifications_.check(ApplicationId{caller.application_id}, id, given);
}

Result<> ProgramMessages::check_own(const ProgramCaller& caller, MessageId id) const {
  const auto owner = YZ_TRY(store_.db.read([&](db::Tx& tx) {
    return tx.one(q::submission_of_message, [](const db::Row& row) { return row.i64(0); }, id);
  }));
  if (!owner || *owner != caller.application_id) return fail(ErrorCode::kNotFound, "no such message");
  return {};
}

Result<ProgramMessagePage> ProgramMessages::list(const ProgramCaller& caller,
                                                 const ListProgramMessages& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<ProgramMessagePage> {
    ProgramMessagePage page;
    int64_t below = request.after ? request.after->value : INT64_MAX;
    int64_t limit = request.limit;
    if (request.reference) {
      const auto found = YZ_TRY(tx.one(
          q::submission_of_reference, [](const db::Row& row) { return row.i64(0); }, caller.application_id,
          *request.reference));
      if (!found || *found >= below) return page;
      below = *found + 1;
      limit = 1;
    }
    YZ_CHECK(tx.each(
        q::program_message_page,
        [&](const db::Row& row) -> Result<> {
          ProgramMessage& m = page.items.emplace_back();
          m.id = row.id<MessageId>(0);
          if (const auto reference = row.string(1); !reference.empty()) m.reference = reference;
          m.content_id = row.id<ContentId>(2);
          m.message_class = row.as<domain::MessageClass>(3);
          m.state = row.as<domain::MessageState>(4);
          m.reason = row.as<domain::Reason>(5);
          m.segments = row.i64(6);
          m.accepted_at = row.time(7);
          if (const Time at = row.time(8)) m.submitted_at = at;
          m.state_at = row.time(9);
          const std::string digits = YZ_TRY(store_.cipher.open(store::column::kCustomerNumber, row.blob(10)));
          m.number = text::mask_number("+" + digits);
          return {};
        },
        caller.application_id, below, request.reference ? limit : limit + 1));
    if (!request.reference && std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    }
    return page;
  });
}

}  // namespace yizhan::service
