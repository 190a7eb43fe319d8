#pragma once
// The running server: puts the parts together from the store upwards and takes them down in the reverse
// order. One per process; start and stop from one thread.

#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/opened_store.h"
#include "service/identity.h"

namespace yizhan::app {

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(const Config& config);
  ~Server();

  uint16_t port() const;
  // The administrator's one-time password, only on the very first start.
  const std::optional<service::UserWithPassword>& first_administrator() const;
  store::Store& store();
  // The rule packs anew, from their folder; faulty ones leave those in force as they are.
  void reload_rule_packs();
  // Stops accepting, stops claiming, drains the carrier links for at most `grace`, writes what they said,
  // closes.
  void stop(Duration grace);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace yizhan::app
