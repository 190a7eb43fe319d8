#pragma once
// The register of the company's qualification documents. Called once at start.

#include <string>

#include "api/catalogue.h"
#include "service/qualifications.h"

namespace yizhan::api {

// Files on their way out are written to `temporary_folder` first.
void add_qualification_routes(Catalogue& catalogue, const service::Qualifications& qualifications,
                              std::string temporary_folder);

}  // namespace yizhan::api
