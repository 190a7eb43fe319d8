#pragma once
// A C stream that closes itself; one thread.

#include <cstdio>
#include <memory>

namespace yizhan {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;  // null: not open

}  // namespace yizhan
