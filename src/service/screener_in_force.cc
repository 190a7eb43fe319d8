#include "service/screener_in_force.h"

#include "service/screenings.h"

namespace yizhan::service {

namespace {

engine::Screened judge(const screen::Screener* screener, std::string_view text,
                       domain::MessageClass message_class) {
  if (screener == nullptr) return false;
  return screened_of(screener->screen_rendered(text, class_for_screening(message_class)));
}

}  // namespace

engine::Screened screened_of(const screen::RenderedScreening& found) {
  engine::Screened out(found.verdict != screen::Verdict::kBlock);
  for (const screen::Finding& finding : found.findings)
    if (finding.category == screen::Category::kPrivacyLeak) out.personal.push_back(finding.bytes);
  return out;
}

engine::ScreenRendered screen_rendered(ScreenerInForce in_force) {
  return [in_force = std::move(in_force)](std::string_view text, domain::MessageClass message_class) {
    return judge(in_force.get().get(), text, message_class);
  };
}

engine::ScreenRendered screen_rendered_by(std::shared_ptr<const screen::Screener> screener) {
  return [screener = std::move(screener)](std::string_view text, domain::MessageClass message_class) {
    return judge(screener.get(), text, message_class);
  };
}

}  // namespace yizhan::service
