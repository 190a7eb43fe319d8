#pragma once
// Reads multipart/form-data (RFC 7578, RFC 2046 section 5.1) as it arrives, in pieces of any size, holding
// back no more than a delimiter's length of a part's content. Single thread.

#include <string>
#include <string_view>

#include "base/error.h"

namespace yizhan::http {

struct PartHeader {
  std::string name;
  std::string file_name;     // empty for a plain field
  std::string content_type;  // lower case, without parameters; empty if not said
};

class PartSink {
 public:
  virtual ~PartSink() = default;
  virtual Result<void> part_begin(PartHeader header) = 0;
  virtual Result<void> part_data(std::string_view data) = 0;
  virtual Result<void> part_end() = 0;
};

class MultipartReader {
 public:
  // kMalformed for a boundary that is none. `sink` outlives the reader.
  static Result<MultipartReader> create(std::string_view boundary, PartSink& sink);

  // kMalformed, kTooLarge, or what the sink returns; after an error the reader is not used any more.
  Result<void> feed(std::string_view data);
  // kMalformed if the closing delimiter has not come.
  Result<void> finish() const;

 private:
  enum class State : uint8_t { kPreamble, kDelimiter, kHeader, kContent, kEpilogue };
  MultipartReader(std::string delimiter, PartSink& sink) : delimiter_(std::move(delimiter)), sink_(&sink) {}
  // Each takes what it can from held_ at at_; false: more data is needed.
  Result<bool> step();
  Result<bool> content();
  Result<bool> after_delimiter();
  Result<bool> header();

  std::string delimiter_;  // "\r\n--boundary"
  PartSink* sink_;
  State state_ = State::kPreamble;
  std::string held_ = "\r\n";  // the first delimiter may stand at the very beginning
  size_t at_ = 0;
  size_t parts_ = 0;
};

}  // namespace yizhan::http
