#include "api/content_routes.h"

#include <charconv>

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::AnswerProblems;
using service::ApproveContent;
using service::CompareVersions;
using service::ContentDiffView;
using service::ContentDraft;
using service::ContentPage;
using service::ContentRequirements;
using service::ContentSamples;
using service::ContentTextSpec;
using service::ContentVersionView;
using service::ContentView;
using service::FirstReview;
using service::ListContents;
using service::ListReviewQueue;
using service::MeasuredDraft;
using service::RejectContent;
using service::ReviewContext;
using service::ReviewQueuePage;
using service::SampleRequest;
using service::SectorList;
using service::WithdrawContent;

namespace {

void add_drafts(Catalogue& catalogue, service::Contents& contents) {
  catalogue.route<ContentDraft, ContentView>({.method = Method::kPost,
                                              .path = "/api/v1/contents",
                                              .operation_id = "createContent",
                                              .tag = "contents",
                                              .summary = "Write a content",
                                              .permission = Permission::kContentWrite,
                                              .audit = AuditClass::kChange,
                                              .status = 201,
                                              .idempotency = Idempotency::kByKey},
                                             [&contents](Call& call, const ContentDraft& draft) {
                                               return contents.create(call.principal(), draft);
                                             });
  catalogue.route<ContentDraft, ContentView>(
      {.method = Method::kPut,
       .path = "/api/v1/contents/{content_id}",
       .operation_id = "saveContent",
       .tag = "contents",
       .summary = "Save a new version; what was approved is so no more",
       .permission = Permission::kContentWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&contents](Call& call, const ContentDraft& request) -> Result<ContentView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.save(call.principal(), id, call.if_match, request);
      });
  catalogue.route<ContentTextSpec, MeasuredDraft>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/measure",
       .operation_id = "measureContent",
       .tag = "contents",
       .summary = "Screen and measure a text without saving it",
       .permission = Permission::kContentRead,
       .audit = AuditClass::kComputed},
      [&contents](Call&, const ContentTextSpec& text) { return contents.measure(text); });
}

void add_reads(Catalogue& catalogue, service::Contents& contents) {
  catalogue.route<FromQuery<ListContents>, ContentPage>(
      {.path = "/api/v1/contents",
       .operation_id = "listContents",
       .tag = "contents",
       .summary = "List contents, the newest first",
       .permission = Permission::kContentRead,
       .exported = true},
      [&contents](Call&, const ListContents& request) { return contents.list(request); });
  catalogue.route<FromQuery<ListReviewQueue>, ReviewQueuePage>(
      {.path = "/api/v1/contents/review_queue",
       .operation_id = "listReviewQueue",
       .tag = "contents",
       .summary = "List what waits for compliance, the oldest first",
       .permission = Permission::kContentRead,
       .exported = true},
      [&contents](Call&, const ListReviewQueue& request) { return contents.review_queue(request); });
  catalogue.route<None, ContentView>({.path = "/api/v1/contents/{content_id}",
                                      .operation_id = "getContent",
                                      .tag = "contents",
                                      .summary = "Read a content with its versions and reviews",
                                      .permission = Permission::kContentRead},
                                     [&contents](Call& call) -> Result<ContentView> {
                                       return contents.get(YZ_TRY(call.id<ContentId>("content_id")));
                                     });
  catalogue.route<None, ContentVersionView>(
      {.path = "/api/v1/contents/{content_id}/versions/{number}",
       .operation_id = "getContentVersion",
       .tag = "contents",
       .summary = "Read one version",
       .permission = Permission::kContentRead},
      [&contents](Call& call) -> Result<ContentVersionView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        const std::string_view text = call.path_parameter("number");
        int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size())
          return fail(ErrorCode::kNotFound, "There is nothing with this number.", "number");
        return contents.get_version(id, number);
      });
  catalogue.route<FromQuery<CompareVersions>, ContentDiffView>(
      {.path = "/api/v1/contents/{content_id}/differences",
       .operation_id = "compareContentVersions",
       .tag = "contents",
       .summary = "Compare two versions character by character",
       .permission = Permission::kContentRead},
      [&contents](Call& call, const CompareVersions& request) -> Result<ContentDiffView> {
        return contents.compare(YZ_TRY(call.id<ContentId>("content_id")), request);
      });
}

void add_requirements(Catalogue& catalogue, service::Contents& contents) {
  catalogue.route<None, SectorList>({.path = "/api/v1/contents/sectors",
                                     .operation_id = "listSectors",
                                     .tag = "contents",
                                     .summary = "List the regulated sectors and what each asks",
                                     .permission = Permission::kContentRead},
                                    [&contents](Call&) { return contents.sectors(); });
  catalogue.route<None, ContentRequirements>(
      {.path = "/api/v1/contents/{content_id}/requirements",
       .operation_id = "getContentRequirements",
       .tag = "contents",
       .summary = "What approving the latest version asks for besides the five points",
       .description = "By the rule packs of now. Declared sectors and those that screening finds bind alike.",
       .permission = Permission::kContentRead},
      [&contents](Call& call) -> Result<ContentRequirements> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.requirements(call.principal(), id);
      });
}

void add_problem_answers(Catalogue& catalogue, service::Contents& contents) {
  catalogue.route<AnswerProblems, ContentView>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/{content_id}/problem_answers",
       .operation_id = "answerContentProblems",
       .tag = "contents",
       .summary = "Say what was done about problems of the last rejection",
       .description =
           "Each is resolved or contested, with words. To answer again replaces the answer, until the "
           "content is submitted.",
       .permission = Permission::kContentWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&contents](Call& call, const AnswerProblems& request) -> Result<ContentView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.answer_problems(call.principal(), id, call.if_match, request);
      });
}

void add_reviews(Catalogue& catalogue, service::Contents& contents) {
  catalogue.route<FirstReview, ContentView>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/{content_id}/first_review",
       .operation_id = "firstReviewContent",
       .tag = "contents",
       .summary = "Record marketing's own review of the latest version",
       .permission = Permission::kContentFirstReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&contents](Call& call, const FirstReview& request) -> Result<ContentView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.first_review(call.principal(), id, call.if_match, request);
      });
  catalogue.route<None, ContentView>({.method = Method::kPost,
                                      .path = "/api/v1/contents/{content_id}/submit",
                                      .operation_id = "submitContent",
                                      .tag = "contents",
                                      .summary = "Submit the latest version to compliance",
                                      .permission = Permission::kContentSubmit,
                                      .audit = AuditClass::kChange,
                                      .precondition = Precondition::kAccepted},
                                     [&contents](Call& call) -> Result<ContentView> {
                                       const auto id = YZ_TRY(call.id<ContentId>("content_id"));
                                       return contents.submit(call.principal(), id, call.if_match);
                                     });
  catalogue.route<ApproveContent, ContentView>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/{content_id}/approve",
       .operation_id = "approveContent",
       .tag = "contents",
       .summary = "Approve the submitted version, by its hash",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kExact},
      [&contents](Call& call, const ApproveContent& request) -> Result<ContentView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.approve(call.principal(), id, call.if_match, request);
      });
  catalogue.route<RejectContent, ContentView>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/{content_id}/reject",
       .operation_id = "rejectContent",
       .tag = "contents",
       .summary = "Reject the submitted version, naming the problems",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kExact},
      [&contents](Call& call, const RejectContent& request) -> Result<ContentView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.reject(call.principal(), id, call.if_match, request);
      });
  catalogue.route<WithdrawContent, ContentView>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/{content_id}/withdraw",
       .operation_id = "withdrawContent",
       .tag = "contents",
       .summary = "Withdraw approved content",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&contents](Call& call, const WithdrawContent& request) -> Result<ContentView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return contents.withdraw(call.principal(), id, call.if_match, request);
      });
}

}  // namespace

void add_content_routes(Catalogue& catalogue, service::Contents& contents) {
  add_drafts(catalogue, contents);
  add_reads(catalogue, contents);
  add_requirements(catalogue, contents);
  add_problem_answers(catalogue, contents);
  add_reviews(catalogue, contents);
}

void add_content_sample_routes(Catalogue& catalogue, service::ContentSampler& sampler) {
  catalogue.route<SampleRequest, ContentSamples>(
      {.method = Method::kPost,
       .path = "/api/v1/contents/samples",
       .operation_id = "sampleContent",
       .tag = "contents",
       .summary = "Render a text: longest, costliest, real recipients masked",
       .description =
           "Looks at the first 2,000 recipients of the audience. A text that lacks a value would not "
           "be sent: it shows the variable in its place and has no units and segments.",
       .permission = Permission::kContentRead,
       .audit = AuditClass::kComputed},
      [&sampler](Call&, const SampleRequest& request) { return sampler.sample(request); });
}

namespace {

struct OpinionQuery {
  std::optional<service::Language> language;
  static constexpr json::Rule kRules[] = {
      {.member = "language", .description = "of its words; zh without it"}};
};
BOOST_DESCRIBE_STRUCT(OpinionQuery, (), (language))

}  // namespace

void add_opinion_routes(Catalogue& catalogue, const service::Opinions& opinions) {
  catalogue.route<None, service::OpinionView>(
      {.path = "/api/v1/contents/{content_id}/reviews/{review_id}/opinion",
       .operation_id = "getOpinion",
       .tag = "contents",
       .summary = "Read a review opinion: what was decided, by whom and on what grounds, as it was then",
       .permission = Permission::kContentRead},
      [&opinions](Call& call) -> Result<service::OpinionView> {
        const auto content = YZ_TRY(call.id<ContentId>("content_id"));
        return opinions.get(content, YZ_TRY(call.id<ReviewId>("review_id")));
      });
  catalogue.route<FromQuery<OpinionQuery>, http::Response>(
      {.path = "/api/v1/contents/{content_id}/reviews/{review_id}/opinion.pdf",
       .operation_id = "downloadOpinion",
       .tag = "contents",
       .summary = "Download a review opinion as PDF",
       .description = "The same bytes whenever it is asked for. Audited as export.downloadOpinion.",
       .permission = Permission::kContentRead,
       .audit = AuditClass::kExport,
       .response_type = "application/pdf"},
      [&opinions](Call& call, const OpinionQuery& query) -> Result<http::Response> {
        const auto content = YZ_TRY(call.id<ContentId>("content_id"));
        const auto review = YZ_TRY(call.id<ReviewId>("review_id"));
        const service::OpinionFile file =
            YZ_TRY(opinions.pdf(content, review, query.language.value_or(service::Language::kZh)));
        return send_document(call, file.bytes, call.entry.response_type, file.number + ".pdf",
                             {{"opinion_number", file.number}});
      });
}

void add_review_statistics_routes(Catalogue& catalogue, const service::ReviewStatistics& statistics) {
  catalogue.route<FromQuery<service::ListReviewStatistics>, service::ReviewStatisticsPage>(
      {.path = "/api/v1/contents/review_statistics",
       .operation_id = "listReviewStatistics",
       .tag = "contents",
       .summary = "How long reviews take and how they end: in total, by period, class, sector, reviewer",
       .description = "A round is a submission and the decision on it, its time from one to the other by the "
                      "wall clock. What is "
                      "decided is counted on the day of the decision, Beijing time. A cycle of a content is "
                      "its rounds up to an "
                      "approval: first_pass_share is of the decisions on the first round of a cycle, "
                      "rounds_mean of cycles that "
                      "ended. Percentiles by nearest rank, in hours; shares from 0 to 1. A round counts for "
                      "each of its sectors, "
                      "and for the reviewer who decided.",
       .permission = Permission::kContentRead,
       .exported = true},
      [&statistics](Call&, const service::ListReviewStatistics& request) {
        return statistics.list(request);
      });
}

void add_review_context_routes(Catalogue& catalogue, service::ReviewContexts& contexts) {
  catalogue.route<None, ReviewContext>(
      {.path = "/api/v1/contents/{content_id}/review_context",
       .operation_id = "getReviewContext",
       .tag = "contents",
       .summary = "What a reviewer should know besides the text",
       .description =
           "Over the content's latest 10 campaigns that are not over; a customer counts once for each. "
           "The numbers of versions are of those before the latest.",
       .permission = Permission::kContentRead},
      [&contexts](Call& call) -> Result<ReviewContext> {
        return contexts.of(call.principal(), YZ_TRY(call.id<ContentId>("content_id")));
      });
}

}  // namespace yizhan::api
