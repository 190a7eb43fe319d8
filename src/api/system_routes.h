#pragma once
// Routes of the server itself: is it alive, is it ready, how does it stand, what can it do. One call, at
// start.

#include <functional>
#include <string>

#include "api/catalogue.h"
#include "service/health.h"

namespace yizhan::api {

// What only the composition root knows. Called from any thread, as requests come.
struct SystemAnswers {
  std::function<Result<>()> ready;
  std::function<std::string()> metrics;  // for Prometheus
  std::function<std::string()> openapi;  // the document of this very catalogue
};

void add_system_routes(Catalogue& catalogue, const service::Health& health, SystemAnswers answers);

}  // namespace yizhan::api
