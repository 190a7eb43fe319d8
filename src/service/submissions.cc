#include "service/submissions.h"

#include "service/submission_batch.h"

namespace yizhan::service {

Result<SubmissionAnswers> Submissions::submit(std::span<const link::AccessSubmit> submits) {
  return store_.db.write([&](db::Tx& tx) -> Result<SubmissionAnswers> {
    return SubmissionBatch(tx, store_, templates_, screen_).run(submits);
  });
}

Result<TemplateAnswers> Submissions::take(db::Tx& tx, std::span<TemplateSubmit> submits) {
  return SubmissionBatch(tx, store_, templates_, screen_).run(submits);
}

}  // namespace yizhan::service
