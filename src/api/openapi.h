#pragma once
// The OpenAPI 3.1 document of a catalogue: what clients and the console's types are generated from. Pure, any
// thread.

#include <string>

#include "api/catalogue.h"
#include "base/error.h"
#include "base/json.h"

namespace yizhan::api {

struct OpenApiInfo {
  std::string title = "Yizhan";
  std::string version;  // of the program
  std::string description;
  std::string session_cookie = "yizhan_session";
  std::string csrf_header = "X-CSRF-Token";
};

// kInvalidArgument when two types of the catalogue would have one name.
Result<json::Object> openapi(const Catalogue& catalogue, const OpenApiInfo& info);

}  // namespace yizhan::api
