#pragma once
// Routes of contents and their review. One call each, at start.

#include "api/catalogue.h"
#include "service/content_samples.h"
#include "service/contents.h"
#include "service/opinions.h"
#include "service/review_context.h"
#include "service/review_statistics.h"

namespace yizhan::api {

void add_content_routes(Catalogue& catalogue, service::Contents& contents);
void add_content_sample_routes(Catalogue& catalogue, service::ContentSampler& sampler);
void add_opinion_routes(Catalogue& catalogue, const service::Opinions& opinions);
void add_review_statistics_routes(Catalogue& catalogue, const service::ReviewStatistics& statistics);
void add_review_context_routes(Catalogue& catalogue, service::ReviewContexts& contexts);

}  // namespace yizhan::api
