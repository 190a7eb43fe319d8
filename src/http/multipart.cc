#include "http/multipart.h"

#include <algorithm>

#include "base/limits.h"
#include "http/target.h"

namespace yizhan::http {
namespace {

std::unexpected<Error> malformed(const char* message) { return fail(ErrorCode::kMalformed, message); }

// The header fields of a part, each on a line.
Result<PartHeader> parse_part_header(std::string_view block) {
  PartHeader out;
  bool is_form_data = false;
  for (size_t at = 0; at < block.size();) {
    const size_t end = std::min(block.find("\r\n", at), block.size());
    const std::string_view line = block.substr(at, end - at);
    at = end + 2;
    const size_t colon = line.find(':');
    if (colon == line.npos) return malformed("a part's header line without a colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "content-disposition")) {
      const MediaType disposition = YZ_TRY(parse_media_type(value));
      is_form_data = disposition.type == "form-data";
      out.name = find(disposition.parameters, "name").value_or("");
      out.file_name = find(disposition.parameters, "filename").value_or("");
    } else if (equals_ignoring_case(name, "content-type")) {
      out.content_type = YZ_TRY(parse_media_type(value)).type;
    }
  }
  if (!is_form_data || out.name.empty()) return malformed("a part that is no named form-data");
  return out;
}

}  // namespace

Result<MultipartReader> MultipartReader::create(std::string_view boundary, PartSink& sink) {
  if (boundary.empty() || boundary.size() > limits::kMultipartBoundaryBytes ||
      boundary.find_first_of("\r\n") != boundary.npos)
    return malformed("multipart without a valid boundary");
  return MultipartReader("\r\n--" + std::string(boundary), sink);
}

Result<void> MultipartReader::feed(std::string_view data) {
  if (state_ == State::kEpilogue) return {};
  held_.append(data);
  while (YZ_TRY(step())) {
  }
  held_.erase(0, at_);
  at_ = 0;
  return {};
}

Result<void> MultipartReader::finish() const {
  if (state_ != State::kEpilogue) return malformed("multipart that ends before its closing delimiter");
  return {};
}

Result<bool> MultipartReader::step() {
  switch (state_) {
    case State::kPreamble:
    case State::kContent:
      return content();
    case State::kDelimiter:
      return after_delimiter();
    case State::kHeader:
      return header();
    case State::kEpilogue:
      at_ = held_.size();
      return false;
  }
  return false;
}

Result<bool> MultipartReader::content() {
  const std::string_view rest = std::string_view(held_).substr(at_);
  const size_t found = rest.find(delimiter_);
  // What may be the beginning of a delimiter stays.
  const size_t keep = std::min(rest.size(), delimiter_.size() - 1);
  const size_t ready = found != rest.npos ? found : rest.size() - keep;
  if (state_ == State::kContent && ready != 0) YZ_CHECK(sink_->part_data(rest.substr(0, ready)));
  at_ += ready;
  if (found == rest.npos) return false;
  at_ += delimiter_.size();
  if (state_ == State::kContent) YZ_CHECK(sink_->part_end());
  state_ = State::kDelimiter;
  return true;
}

Result<bool> MultipartReader::after_delimiter() {
  const std::string_view rest = std::string_view(held_).substr(at_);
  if (rest.size() < 2) return false;
  if (rest.starts_with("--")) {
    state_ = State::kEpilogue;
    return true;
  }
  const size_t text = rest.find_first_not_of(" \t");
  if (text > limits::kMultipartBoundaryBytes && rest.size() > limits::kMultipartBoundaryBytes)
    return malformed("a delimiter with text behind it");
  if (text == rest.npos || rest.size() < text + 2) return false;
  if (rest.substr(text, 2) != "\r\n") return malformed("a delimiter with text behind it");
  if (++parts_ > limits::kMultipartParts) return fail(ErrorCode::kTooLarge, "too many parts");
  // The line break stays: an empty header is a line break alone.
  at_ += text;
  state_ = State::kHeader;
  return true;
}

Result<bool> MultipartReader::header() {
  const std::string_view rest = std::string_view(held_).substr(at_);
  const size_t end = rest.find("\r\n\r\n");
  if (std::min(end, rest.size()) > limits::kMultipartHeaderBytes)
    return fail(ErrorCode::kHeaderTooLarge, "a part's header is too long");
  if (end == rest.npos) return false;
  YZ_CHECK(sink_->part_begin(YZ_TRY(parse_part_header(end < 2 ? "" : rest.substr(2, end - 2)))));
  at_ += end + 4;
  state_ = State::kContent;
  return true;
}

}  // namespace yizhan::http
