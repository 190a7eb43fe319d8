#pragma once
// Short ways to write the texts of the server's documents. Pure, any thread.

#include <string>
#include <string_view>

#include "pdf/document.h"

namespace yizhan::service {

inline std::string or_none(std::string_view text) { return std::string(text.empty() ? "—" : text); }
inline pdf::Text plain(std::string_view text) { return {{std::string(text)}}; }
inline pdf::Text strong(std::string_view text) { return {{std::string(text), pdf::Face::kStrong}}; }

}  // namespace yizhan::service
