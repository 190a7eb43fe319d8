#pragma once
// A link by SMPP, CMPP, SGIP or SMGP: one or more sessions that share a queue's bound, a rate and a throttle.
// For SGIP it listens too: there the carrier dials us to deliver.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "link/link.h"

namespace yizhan::link {

class CarrierLink final : public Link {
 public:
  // The configuration must have passed check().
  CarrierLink(boost::asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events);
  ~CarrierLink() override;

  void start() override;
  void stop(Duration timeout, std::function<void()> done) override;
  void submit(SubmitBatch&& batch) override;
  void acknowledge(std::vector<uint64_t> tokens, codec::Fault fault = codec::Fault::kNone) override;
  void recall(uint64_t group) override;
  void recall_messages(std::vector<uint64_t> message_ids) override;
  void recall_all() override;
  size_t credit() const override;
  size_t capacity() const override;
  LinkStats stats() const override;
  // Where the carrier may dial; 0 when the link does not listen (yet).
  uint16_t listening_port() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace yizhan::link
