#pragma once
// The program's log: one line an event, key=value after the text. Personal data (numbers, names, message
// texts) is never passed to it. Any thread.

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace yizhan::log {

enum class Level : uint8_t { kDebug, kInfo, kWarn, kError };

// Until called, the log goes to standard error at kInfo. `file` empty = standard error.
void configure(Level level, const std::string& file);
bool enabled(Level level);
void write(Level level, std::string_view line);

template <class... Args>
void debug(fmt::format_string<Args...> f, Args&&... args) {
  if (enabled(Level::kDebug)) write(Level::kDebug, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> f, Args&&... args) {
  if (enabled(Level::kInfo)) write(Level::kInfo, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> f, Args&&... args) {
  if (enabled(Level::kWarn)) write(Level::kWarn, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> f, Args&&... args) {
  if (enabled(Level::kError)) write(Level::kError, fmt::format(f, std::forward<Args>(args)...));
}

}  // namespace yizhan::log
