#include "api/content_routes.h"

#include <charconv>

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ApproveContent;
using service::CompareVersions;
using service::ContentDiffView;
using service::ContentDraft;
using service::ContentPage;
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
