#pragma once
// A link to an SMS provider by HTTP: one request a message, so many connections as the channel has sessions
// times window, one request on each at a time. Lanes share them by weight; two messages to one number go one
// after the other, those of one lane in order. What the provider posts back comes in by receive().

#include <boost/asio/io_context.hpp>

#include "link/link_core.h"

namespace yizhan::link {

// What check() asks of the http part.
Result<void> check_http(const LinkConfig& config);

class HttpLink final : public PostedLink {
 public:
  // The configuration must have passed check() and have its http part.
  HttpLink(boost::asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events);

 private:
  class Core;
};

}  // namespace yizhan::link
