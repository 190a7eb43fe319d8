#include "http/event_stream.h"

#include <algorithm>
#include <utility>

namespace yizhan::http {
namespace {

// A line break within would begin another field.
void append_line(std::string& out, std::string_view field, std::string_view value) {
  out += field;
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out += c;
  }
  out += '\n';
}

}  // namespace

void append_event(std::string& out, const Event& event) {
  if (!event.name.empty()) append_line(out, "event: ", event.name);
  if (!event.id.empty()) append_line(out, "id: ", event.id);
  for (size_t at = 0; at <= event.data.size();) {
    const size_t end = std::min(event.data.find('\n', at), event.data.size());
    append_line(out, "data: ", event.data.substr(at, end - at));
    at = end + 1;
  }
  out += '\n';
}

Pushed EventStream::push(const Event& event) {
  Pushed pushed = Pushed::kAccepted;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::kClosed;
    append_event(pending_, event);
    if (pending_.size() > buffer_bytes_) {
      closed_ = true;
      overflowed_ = true;
      pending_ = {};
      pushed = Pushed::kClosed;
    }
  }
  const std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
  return pushed;
}

void EventStream::close() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
  }
  const std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
}

bool EventStream::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void EventStream::listen(std::function<void()> wake) {
  const std::lock_guard lock(wake_mutex_);
  wake_ = std::move(wake);
}

EventStream::Pending EventStream::take() {
  const std::lock_guard lock(mutex_);
  return {std::exchange(pending_, {}), closed_};
}

bool EventStream::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

void EventStream::disconnect() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  pending_ = {};
}

}  // namespace yizhan::http
