#pragma once
// What a file must be to be kept as a document: of qualifications, of filings. Blocks; any thread.

#include <string>

#include "base/error.h"

namespace yizhan::service {

// Its media type, by what the file is, not by what it is called: kUnsupportedMedia ("file") for anything but
// a PDF, PNG or JPEG, kTooLarge over limits::kQualificationBytes.
Result<std::string> check_document_file(const std::string& path);

}  // namespace yizhan::service
