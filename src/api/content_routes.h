#pragma once
// Routes of contents and their review. One call each, at start.

#include "api/catalogue.h"
#include "service/content_samples.h"
#include "service/contents.h"
#include "service/review_context.h"

namespace yizhan::api {

void add_content_routes(Catalogue& catalogue, service::Contents& contents);
void add_content_sample_routes(Catalogue& catalogue, service::ContentSampler& sampler);
void add_review_context_routes(Catalogue& catalogue, service::ReviewContexts& contexts);

}  // namespace yizhan::api
