#pragma once
// Whether a content carries personal data (policy 3.3.2), which the gates then ask each customer's
// authorisation for. One thread per Tx.

#include "db/tx.h"
#include "domain/content.h"
#include "service/content_text.h"

namespace yizhan::service {

// Personal data that screening finds in the text, or a variable that its author says holds some.
bool carries_personal_data(const domain::ContentText& text, const ScreeningView& screening);

// Says so of a version, for the gates.
Result<> mark_personal_data(db::Tx& tx, ContentVersionId id, const domain::ContentText& text,
                            const ScreeningView& screening);

}  // namespace yizhan::service
