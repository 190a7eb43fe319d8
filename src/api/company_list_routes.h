#pragma once
// Routes of the company's own lists for screening: allowed phrases, brands. Called once at start.

#include "api/catalogue.h"
#include "service/allow_phrases.h"
#include "service/brands.h"

namespace yizhan::api {

void add_allow_phrase_routes(Catalogue& catalogue, service::AllowPhrases& phrases);
void add_brand_routes(Catalogue& catalogue, service::Brands& brands);

}  // namespace yizhan::api
