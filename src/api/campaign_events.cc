#include "api/campaign_events.h"

#include <chrono>

#include "base/log.h"

namespace yizhan::api {

namespace {

constexpr auto kPause = std::chrono::seconds(1);
// A stream ends after this many rounds: the client comes back by itself, and is asked anew who it is.
constexpr int kRoundsOfAStream = 600;

// What is compared: the time of the look alone is no news.
std::string without_time(service::CampaignSnapshot snapshot) {
  snapshot.at = {};
  return json::encode(snapshot);
}

}  // namespace

void CampaignEvents::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!condition_.wait_for(lock, kPause, [this] { return stopping_; })) {
      lock.unlock();
      round();
      lock.lock();
    }
  });
}

void CampaignEvents::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [id, watched] : watched_)
      for (const Watcher& watcher : watched.watchers) watcher.stream->close();
    watched_.clear();
    streams_ = 0;
  }
  condition_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<std::shared_ptr<http::EventStream>> CampaignEvents::watch(CampaignId id) {
  const service::CampaignSnapshot snapshot = YZ_TRY(monitor_.snapshot(id));
  const std::lock_guard lock(mutex_);
  if (stopping_) return fail(ErrorCode::kUnavailable, "The server is stopping.");
  if (streams_ >= limits::kEventStreams)
    return fail(ErrorCode::kTooMany, "Too many screens watch campaigns; close some.");
  auto stream = std::make_shared<http::EventStream>();
  stream->push({"snapshot", json::encode(snapshot), std::to_string(++last_event_)});
  Watched& watched = watched_[id];
  watched.watchers.push_back({stream, kRoundsOfAStream});
  ++streams_;
  if (watched.last.empty()) watched.last = without_time(snapshot);
  for (const service::ChannelStanding& channel : snapshot.channels)
    watched.channel_states.try_emplace(channel.channel_id, channel.link.state);
  return stream;
}

void CampaignEvents::round() {
  std::vector<CampaignId> ids;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, watched] : watched_) ids.push_back(id);
  }
  for (const CampaignId id : ids) look(id);
}

void CampaignEvents::look(CampaignId id) {
  const auto snapshot = monitor_.snapshot(id);  // outside the lock: it reads the store
  if (!snapshot) {
    log::warn("campaign events: {}", to_string(snapshot.error()));
    return;
  }
  const std::lock_guard lock(mutex_);
  const auto found = watched_.find(id);
  if (found == watched_.end()) return;
  Watched& watched = found->second;
  std::vector<std::pair<const char*, std::string>> events;
  for (const service::ChannelStanding& channel : snapshot->channels) {
    std::string& known = watched.channel_states[channel.channel_id];
    if (known != channel.link.state) events.emplace_back("channel", json::encode(channel));
    known = channel.link.state;
  }
  if (std::string now = without_time(*snapshot); now != watched.last) {
    events.emplace_back("snapshot", json::encode(*snapshot));
    watched.last = std::move(now);
  }
  streams_ -= std::erase_if(watched.watchers, [&](Watcher& watcher) {
    for (const auto& [name, data] : events)
      if (watcher.stream->push({name, data, std::to_string(++last_event_)}) == http::Pushed::kClosed)
        return true;
    if (--watcher.rounds_left > 0 && !watcher.stream->closed()) return false;
    watcher.stream->close();
    return true;
  });
  if (watched.watchers.empty()) watched_.erase(found);
}

}  // namespace yizhan::api
