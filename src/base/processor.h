#pragma once
// What the processor can do, asked at the first use. Not by a version that the linker chooses
// (target_clones): that one is called before a thread sanitizer is ready. Any thread.

namespace yizhan {

#if defined(__x86_64__)
// AVX2: vectors of 256 bits.
inline bool has_wide_vectors() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

}  // namespace yizhan
