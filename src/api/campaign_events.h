#pragma once
// Pushes what the monitor sees to those who watch a campaign (server-sent events): once a second one look per
// watched campaign, sent when it differs from the last. Events: "snapshot" (service::CampaignSnapshot) and
// "channel" (service::ChannelStanding) when a channel's state changes. Any thread; one thread of its own once
// started.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/event_stream.h"
#include "service/monitor.h"

namespace yizhan::api {

class CampaignEvents {
 public:
  explicit CampaignEvents(service::Monitor& monitor) : monitor_(monitor) {}
  ~CampaignEvents() { stop(); }

  void start();
  // Ends every stream.
  void stop();

  // A stream that begins with the snapshot of now. kNotFound; kTooMany above limits::kEventStreams.
  Result<std::shared_ptr<http::EventStream>> watch(CampaignId id);
  // One look at every watched campaign.
  void round();

 private:
  struct Watcher {
    std::shared_ptr<http::EventStream> stream;
    int rounds_left = 0;
  };
  struct Watched {
    std::vector<Watcher> watchers;
    std::string last;  // what was sent, without its time
    std::map<ChannelId, std::string> channel_states;
  };
  void look(CampaignId id);

  service::Monitor& monitor_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::map<CampaignId, Watched> watched_;
  size_t streams_ = 0;
  uint64_t last_event_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yizhan::api
