#pragma once
// Signatures, their review and their filings with carriers. Called once at start.

#include <string>

#include "api/catalogue.h"
#include "service/signatures.h"

namespace yizhan::api {

// Files on their way out are written to `temporary_folder` first.
void add_signature_routes(Catalogue& catalogue, service::Signatures& signatures,
                          const service::SignatureFilingRegister& filings, std::string temporary_folder);

}  // namespace yizhan::api
