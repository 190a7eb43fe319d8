#pragma once
// The character set of a file, and its text as UTF-8 while it streams by. One transcoder per file, one thread
// at a time. Sources: GB 18030-2005 (byte structure), The Unicode Standard (UTF-8, UTF-16); conversion of
// GB18030 is ICU's.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace yizhan::text {

enum class Charset : uint8_t {
  kUtf8,  // ASCII alone counts as UTF-8
  kUtf16Le,
  kUtf16Be,
  kGb18030,  // GBK and GB2312 are parts of it
  kUnknown,
};
std::string_view charset_name(Charset charset);

struct CharsetGuess {
  Charset charset = Charset::kUnknown;
  size_t bom_bytes = 0;
};

// Whether more of the file follows the bytes: a sequence cut off at their end is then no fault.
enum class Extent : uint8_t { kHead, kWhole };

// From the first bytes of a file: a byte order mark, else well-formed UTF-8, else UTF-16 by its zero bytes,
// else well-formed GB18030. UTF-8 with a few faults stays UTF-8 (the transcoder reports them) rather than
// becoming Chinese gibberish, and short GBK that happens to be well-formed UTF-8 is told by its mix of
// scripts.
CharsetGuess guess_charset(std::string_view bytes, Extent extent);

// Chunks of a file in, UTF-8 out. Sequences may be cut anywhere. Nothing is dropped or replaced: the first
// invalid sequence ends the conversion with kMalformed, field "line N", the byte offset in the message.
class Transcoder {
 public:
  // Without a charset it is guessed from the first bytes that are not ASCII; kUnsupportedMedia when it cannot
  // be.
  Transcoder();
  explicit Transcoder(Charset charset);
  ~Transcoder();
  Transcoder(Transcoder&&) noexcept;
  Transcoder& operator=(Transcoder&&) noexcept;

  // Appends the text of the chunk to `utf8`; a byte order mark is left out.
  Result<void> push(std::string_view chunk, std::string& utf8);
  // After the last chunk.
  Result<void> finish(std::string& utf8);

  // What the file turned out to be: kUtf8 while it was ASCII only.
  Charset charset() const;
  // Where the invalid sequence begins, after an error of push() or finish().
  uint64_t fault_offset() const;
  uint64_t fault_line() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace yizhan::text
