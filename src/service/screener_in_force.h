#pragma once
// The one place where the screener in force is. Whoever screens asks for it when an operation begins and
// keeps it until the operation is over, so that packs that are replaced meanwhile do not judge half of it.
// Copies are handles of the same place. Any thread.

#include <memory>
#include <mutex>
#include <utility>

#include "engine/composer.h"
#include "screen/screener.h"

namespace yizhan::service {

class ScreenerInForce {
 public:
  // Nothing is in force: nothing passes.
  ScreenerInForce() : ScreenerInForce(nullptr) {}
  ScreenerInForce(std::nullptr_t) : place_(std::make_shared<Place>()) {}
  ScreenerInForce(std::shared_ptr<const screen::Screener> screener) : place_(std::make_shared<Place>()) {
    place_->screener = std::move(screener);
  }

  // Null: no rule pack is loaded.
  std::shared_ptr<const screen::Screener> get() const {
    const std::lock_guard lock(place_->mutex);
    return place_->screener;
  }
  // What was in force goes when its last operation is over, outside of the lock.
  void put(std::shared_ptr<const screen::Screener> screener) const {
    const std::lock_guard lock(place_->mutex);
    place_->screener.swap(screener);
  }

 private:
  struct Place {
    std::mutex mutex;
    std::shared_ptr<const screen::Screener> screener;
  };
  std::shared_ptr<Place> place_;
};

// What sending asks of it. All findings of a rendered text are for review at least, and none is scored.
engine::Screened screened_of(const screen::RenderedScreening& found);

// Each text by the packs that are in force when it is asked about.
engine::ScreenRendered screen_rendered(ScreenerInForce in_force);
// Every text by this one. Null: nothing passes.
engine::ScreenRendered screen_rendered_by(std::shared_ptr<const screen::Screener> screener);

}  // namespace yizhan::service
