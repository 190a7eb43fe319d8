#pragma once
// Prometheus metrics: counts kept by the HTTP server's hook, the rest read when asked. Any thread.

#include <memory>
#include <string>

#include "engine/engine.h"
#include "http/server.h"
#include "store/store.h"

namespace yizhan::app {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  // For http::ServerOptions::observe.
  void observe(const http::Served& served);
  // The text exposition format, version 0.0.4.
  std::string text(const store::Store& store, const engine::Engine& engine);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace yizhan::app
