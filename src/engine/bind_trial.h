#pragma once
// Binds to a carrier once and unbinds, to try an account: beside the channel's own sessions, on the link's
// I/O thread. Nothing is sent, and what the carrier delivers meanwhile is refused for now, so that it comes
// again to the channel. Blocks; any thread but the link's.

#include <boost/asio/io_context.hpp>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "domain/channel.h"

namespace yizhan::engine {

struct ChannelRow;

struct BindTrial {
  domain::BindOutcome outcome = domain::BindOutcome::kTimeout;
  std::string detail;  // the carrier's or the system's word, without credentials; empty when bound
  Duration took;       // to the outcome
};

// Within `limit`, unbinding included. kInvalidArgument with the field's name for what no link can be set up
// with. The context must be running.
Result<BindTrial> try_bind(boost::asio::io_context& io, const Clock& clock, const ChannelRow& row,
                           Duration limit);

}  // namespace yizhan::engine
