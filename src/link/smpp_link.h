#pragma once
// A channel to one carrier by SMPP: one or more binds that share a queue's bound, a rate and a throttle. The
// engine gives batches of segments and gets every one of them back exactly once (accepted, rejected, not
// sent or unknown; an unknown may be corrected once by a late response), and deliveries to acknowledge.
//
// Every public member may be called from any thread. Events come on the link's strand. The io_context must
// outlive the link; for `done` of stop() and for events it must be running. Not to be destroyed from within
// an event; after the destructor no event comes.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "link/link.h"

namespace yizhan::link {

class SmppLink {
 public:
  // The configuration must have passed check().
  SmppLink(boost::asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events);
  ~SmppLink();
  SmppLink(const SmppLink&) = delete;
  SmppLink& operator=(const SmppLink&) = delete;

  void start();
  // Returns queued segments as kNotSent, waits up to `timeout` for answers and acknowledgements, unbinds,
  // closes (what is still unanswered is kUnknown) and calls `done` on the strand. For good: no start() after.
  void stop(Duration timeout, std::function<void()> done);

  // All segments to one number go by one session in this order, as long as the sessions stay up. A batch that
  // exceeds credit() by so much that the queue's bound is broken comes back as kNotSent.
  void submit(SubmitBatch&& batch);
  // Answers deliveries once they are on disk. Tokens of a connection that is gone are ignored: the carrier
  // delivers again.
  void acknowledge(std::vector<uint64_t> tokens, smpp::Status status = smpp::Status::kOk);
  // Segments of the group, or of these messages, that are not yet written come back as kNotSent, at once or,
  // where the carrier turns them away for now, instead of being written again. Not those that complete a
  // message of which a part is with the carrier already.
  void recall(uint64_t group);
  void recall_messages(std::vector<uint64_t> message_ids);
  void recall_all();

  // Segments the link will take now; zero while it is not bound.
  size_t credit() const;
  // The credit of a link that holds nothing.
  size_t capacity() const;
  LinkStats stats() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace yizhan::link
