#include "app/instance_watch.h"

#include <chrono>

#include "app/instance_file.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/settings.h"

namespace yizhan::app {

Result<std::unique_ptr<InstanceWatch>> InstanceWatch::create(const store::Store& store,
                                                             std::string data_folder) {
  auto watch = std::unique_ptr<InstanceWatch>(new InstanceWatch(store, std::move(data_folder)));
  const service::SeenDatabase seen = YZ_TRY(read_instance_file(watch->data_folder_));
  YZ_TRY(service::stop_if_restored(store, seen));
  YZ_CHECK(watch->write());
  return watch;
}

void InstanceWatch::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      wake_.wait_for(lock, std::chrono::seconds(limits::kInstanceMarkSeconds));
      lock.unlock();
      write_or_say();
      lock.lock();
    }
  });
}

void InstanceWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();  // it has written once more
}

void InstanceWatch::write_or_say() {
  const auto done = write();
  if (!failing_.exchange(!done) && !done)
    log::error("the file that tells a restored backup: {}", to_string(done.error()));
}

// What a reader sees is committed and on disk, so that the file is never ahead.
Result<> InstanceWatch::write() {
  const std::lock_guard lock(writing_);
  const auto mark = YZ_TRY(store_.db.read([](db::Tx& tx) -> Result<std::optional<store::LineageMark>> {
    const auto settings = YZ_TRY(store::share_sending_settings(tx));
    if (settings->emergency_stop && settings->stop_cause == store::StopCause::kRestoredBackup)
      return std::nullopt;
    return YZ_TRY(store::read_mark(tx));
  }));
  if (!mark || mark == written_) return {};
  YZ_CHECK(write_instance_file(data_folder_, *mark));
  written_ = mark;
  return {};
}

}  // namespace yizhan::app
