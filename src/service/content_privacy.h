#pragma once
// Whether a content carries personal data (policy 3.3.2), which the gates then ask each customer's
// authorisation for. docs/decisions/0022-privacy-authorisation.md. One thread per Tx.

#include <span>

#include "db/tx.h"
#include "domain/content.h"
#include "service/contents.h"

namespace yizhan::service {

// Personal data that screening finds in the text and nobody `dismissed`, or a variable that its author says
// holds some.
bool carries_personal_data(const domain::ContentText& text, const ScreeningView& screening,
                           std::span<const Disposition> dismissed = {});

// Says so of a version, for the gates.
Result<> mark_personal_data(db::Tx& tx, ContentVersionId id, bool carries);

}  // namespace yizhan::service
