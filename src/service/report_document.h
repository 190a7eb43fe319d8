#pragma once
// A send report as a document, in the console's words (words.h). Pure; any thread.

#include "pdf/document.h"
#include "service/reports.h"
#include "service/words.h"

namespace yizhan::service {

// Of the report as it is frozen: whoever acknowledges it changes nothing.
pdf::Document report_document(const ReportView& report, Language language);

}  // namespace yizhan::service
