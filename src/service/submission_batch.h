#pragma once
// The work of one transaction of Submissions: takes the submits one by one, judges the messages that they
// make up together, writes what came of them. Submits are whole texts that came by a carrier protocol, or
// name a content and the values of its variables (template_submissions.cc). One thread (the writer's).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/gate_lookup.h"
#include "service/submission_parts.h"
#include "service/submissions.h"
#include "service/template_submit.h"
#include "text/number_plan.h"

namespace yizhan::service {

class SubmissionBatch {
 public:
  SubmissionBatch(db::Tx& tx, const store::Store& store, ApplicationTemplates& templates,
                  const engine::ScreenRendered& screen)
      : tx_(tx), store_(store), templates_(templates), screen_(screen), parts_(tx, store) {}

  // One of the two, once.
  Result<SubmissionAnswers> run(std::span<const link::AccessSubmit> submits);
  Result<TemplateAnswers> run(std::span<TemplateSubmit> submits);

 private:
  struct Account {
    bool enabled = false;
    int64_t message_classes = 0;
    std::string access_code;
    codec::ReceiptWish api_receipts = codec::ReceiptWish::kNever;  // of what it submits over the API
    std::shared_ptr<const SayableTexts> texts;
    engine::TextForm form;  // of its channel
  };
  // How a submit stands while its messages are judged.
  struct Outcome {
    codec::Fault fault = codec::Fault::kNone;  // of the first of its messages that is refused
    engine::SubmitName name;
    size_t taken = 0;               // stored parts, messages that stand
    std::optional<size_t> same_as;  // a repetition of a submit of this very call
    // Of a submit by template:
    std::optional<TemplateAnswer> answer;  // decided before its message is judged
    crypto::BlindHash request_hash{};      // when it has a key
  };
  // One message to one number.
  struct Candidate {
    size_t submit = 0;
    int64_t message_id = 0;
    const Account* account = nullptr;
    engine::Acknowledged last;  // the submit that made it whole
    std::optional<PartGroup> group;
    const TemplateSubmit* by_template = nullptr;
    text::PhoneNumber number;
    crypto::BlindHash index{};
    std::string text;
    std::optional<Time> valid_until;

    codec::Fault fault = codec::Fault::kNone;
    Said said;
    int64_t customer_id = 0;
    bool is_new = false;  // the customer is
    std::string zone, region;
    engine::Composer::Outcome composed;
    engine::CustomerGates gates;
    engine::Verdict verdict;
  };

  Result<const Account*> account(int64_t id);
  Result<> take(const link::AccessSubmit& submit, size_t index);
  codec::Fault check(const Account& account, const link::AccessSubmit& submit,
                     std::vector<text::PhoneNumber>& numbers) const;
  Result<> take_part(const link::AccessSubmit& submit, Candidate&& candidate);
  static void refuse(Candidate& candidate, codec::Fault fault, domain::Reason reason);
  void add(Candidate&& candidate);
  int64_t take_ids(const link::AccessSubmit& submit) const;

  Result<> find_known(std::span<const TemplateSubmit> submits);
  Result<> take(const TemplateSubmit& submit, size_t index);
  Result<TemplateAnswer> known_answer(const TemplateSubmit& submit, int64_t message_id,
                                      int64_t verification_id);
  Result<> write_keys();
  Result<> write_verifications();
  TemplateAnswers answers(std::span<const TemplateSubmit> submits) const;

  void recognise(Candidate& candidate) const;
  Result<> judge_and_write();
  Result<> find_customers();
  Result<> find_suppressions();
  Result<> ask_gates();
  Result<engine::BatchRules*> rules_of(const engine::BatchPlan& plan);
  void compose(Candidate& candidate);
  codec::Fault judge(Candidate& candidate, const engine::GateRules& rules) const;

  Result<> write();
  Result<> write_messages(const std::vector<Candidate*>& standing);
  Result<> write_customers(const std::vector<Candidate*>& standing);
  Result<> finish_parts();
  SubmissionAnswers answers(std::span<const link::AccessSubmit> submits) const;

  db::Tx& tx_;
  const store::Store& store_;
  ApplicationTemplates& templates_;
  const engine::ScreenRendered& screen_;
  SubmissionParts parts_;
  std::map<int64_t, Account> accounts_;
  std::vector<Outcome> outcomes_;
  std::vector<Candidate> candidates_;
  std::map<const engine::BatchPlan*, engine::BatchRules> rules_;
  bool queued_ = false;

  std::string packed_;
  // Buffers of compose().
  std::string rendered_;
  text::SegmentList segments_;
};

// What the application is told for a reason of the gates.
codec::Fault fault_of(domain::Reason reason);
// Whether the same submit may be good later.
bool is_passing(codec::Fault fault);

}  // namespace yizhan::service
