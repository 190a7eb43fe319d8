#pragma once
// A link to an SMS provider by HTTP: one request a message, so many connections as the channel has sessions
// times window, one request on each at a time. A message waits in the lane of its number: two messages to one
// number go one after the other. What the provider posts back comes in by receive().

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "link/link.h"

namespace yizhan::link {

// What check() asks of the http part.
Result<void> check_http(const LinkConfig& config);

class HttpLink final : public Link {
 public:
  // The configuration must have passed check() and have its http part.
  HttpLink(boost::asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events);
  ~HttpLink() override;

  void start() override;
  void stop(Duration timeout, std::function<void()> done) override;
  void submit(SubmitBatch&& batch) override;
  void acknowledge(std::vector<uint64_t> tokens, codec::Fault fault = codec::Fault::kNone) override;
  void recall(uint64_t group) override;
  void recall_messages(std::vector<uint64_t> message_ids) override;
  void recall_all() override;
  void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) override;
  size_t credit() const override;
  size_t capacity() const override;
  LinkStats stats() const override;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace yizhan::link
