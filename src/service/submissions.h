#pragma once
// What applications submit: judged by the gates of every message and stored, or refused with the reason.
// Everything of one call is one transaction; what it returns may be told to the applications. Blocking; any
// thread.

#include <span>
#include <vector>

#include "engine/application_deliveries.h"
#include "engine/composer.h"
#include "link/access.h"
#include "service/application_templates.h"
#include "service/template_submit.h"
#include "store/store.h"

namespace yizhan::service {

struct SubmissionAnswer {
  uint64_t token = 0;
  codec::Fault fault = codec::Fault::kNone;
  engine::SubmitName name;  // when kNone: how the application will hear of it
};

struct SubmissionAnswers {
  std::vector<SubmissionAnswer> answers;  // in the order of the submits
  bool queued = false;                    // something may be sent
};

class Submissions {
 public:
  // Without `screen` nothing passes.
  Submissions(const store::Store& store, engine::ScreenRendered screen)
      : store_(store), screen_(std::move(screen)) {}

  // Each is answered once. A submit to several numbers is taken when one of them may be sent to; the others
  // get a receipt that says so. A part of a long message is taken at once; the last one decides, and when the
  // message is refused for good the others get that receipt.
  Result<SubmissionAnswers> submit(std::span<const link::AccessSubmit> submits);
  // The same for messages by template, inside a transaction of the writer's. Their answers count once that is
  // committed.
  Result<TemplateAnswers> take(db::Tx& tx, std::span<TemplateSubmit> submits);

 private:
  const store::Store& store_;
  const engine::ScreenRendered screen_;
  ApplicationTemplates templates_;  // the writer's thread
};

}  // namespace yizhan::service
