#pragma once
// A link by SMPP, CMPP, SGIP or SMGP: one or more sessions that share a queue's bound, a rate and a throttle.
// For SGIP it listens too: there the carrier dials us to deliver.

#include <boost/asio/io_context.hpp>
#include <memory>

#include "link/link_core.h"

namespace yizhan::link {

class CarrierLink final : public PostedLink {
 public:
  // The configuration must have passed check().
  CarrierLink(boost::asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events);

  // Where the carrier may dial; 0 when the link does not listen (yet).
  uint16_t listening_port() const;

 private:
  class Core;
  explicit CarrierLink(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace yizhan::link
