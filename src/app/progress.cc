#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace yizhan::app {
namespace {

constexpr int64_t kWhole = 100, kCellHundredths = 4;

}  // namespace

Progress::Progress(std::string what) : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_ >= 0) fmt::print(stderr, "\r\x1b[K");
}

void Progress::show(int64_t done, int64_t total) {
  if (!terminal_ || total <= 0) return;
  const int64_t hundredths = std::clamp<int64_t>(done * kWhole / total, 0, kWhole);
  if (hundredths == shown_) return;
  shown_ = hundredths;
  const auto cells = static_cast<size_t>(hundredths / kCellHundredths);
  const std::string bar =
      std::string(cells, '#') + std::string(static_cast<size_t>(kWhole / kCellHundredths) - cells, '.');
  fmt::print(stderr, "\r{} [{}] {} %", what_, bar, hundredths);
  std::fflush(stderr);
}

}  // namespace yizhan::app
