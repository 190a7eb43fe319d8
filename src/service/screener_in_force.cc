#include "service/screener_in_force.h"

#include "service/screenings.h"

namespace yizhan::service {

namespace {

bool passes(const screen::Screener* screener, std::string_view text, domain::MessageClass message_class) {
  return screener != nullptr && screener->screen_rendered(text, class_for_screening(message_class)).verdict !=
                                    screen::Verdict::kBlock;
}

}  // namespace

engine::ScreenRendered screen_rendered(ScreenerInForce in_force) {
  return [in_force = std::move(in_force)](std::string_view text, domain::MessageClass message_class) {
    return passes(in_force.get().get(), text, message_class);
  };
}

engine::ScreenRendered screen_rendered_by(std::shared_ptr<const screen::Screener> screener) {
  return [screener = std::move(screener)](std::string_view text, domain::MessageClass message_class) {
    return passes(screener.get(), text, message_class);
  };
}

}  // namespace yizhan::service
