#pragma once
// What a handler is given and what it answers: plain values, free of sockets. A Request belongs to one
// handler at a time; a Response is moved to the session.

#include <any>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "http/event_stream.h"

namespace yizhan::http {

enum class Method : uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };
std::string_view name_of(Method method);
// kOther for what the server does not serve.
Method parse_method(std::string_view name);

// The fields of a request in one block of text; names in lower case, values as sent.
class Headers {
 public:
  // The first field of that name (lower case), or empty.
  std::string_view get(std::string_view name) const;
  bool contains(std::string_view name) const;
  size_t count(std::string_view name) const;
  size_t size() const { return fields_.size(); }

  void add(std::string_view name, std::string_view value);
  void clear();

 private:
  struct Field {
    uint32_t at, name_bytes, value_bytes;
  };
  std::string_view name_at(const Field& f) const {
    return std::string_view(text_).substr(f.at, f.name_bytes);
  }

  std::string text_;
  std::vector<Field> fields_;
};

// Decoded names and values in the order of the request.
using Parameters = std::vector<std::pair<std::string, std::string>>;
// The first of that name, or nullopt.
std::optional<std::string_view> find(const Parameters& parameters, std::string_view name);

// A file on disk that is deleted with its owner, unless released.
class SpooledFile {
 public:
  SpooledFile() = default;
  explicit SpooledFile(std::filesystem::path path) : path_(std::move(path)) {}
  SpooledFile(SpooledFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  SpooledFile& operator=(SpooledFile&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~SpooledFile();

  const std::filesystem::path& path() const { return path_; }
  // The caller deletes (or has moved) the file.
  std::filesystem::path release() { return std::exchange(path_, {}); }

 private:
  std::filesystem::path path_;
};

// What a client sent to a route of BodyMode::kUpload.
struct Upload {
  SpooledFile file;
  uint64_t bytes = 0;
  std::string file_name;     // as the client calls it, without directories; empty if not said
  std::string content_type;  // of the file, lower case, without parameters
  Parameters fields;         // the other parts of a multipart body
};

struct Request {
  Method method = Method::kGet;
  std::string path;        // as sent, without the query
  std::string_view route;  // the pattern that matched, empty for the fallback; owned by the Router
  Parameters path_parameters;
  Parameters query;
  Headers headers;
  std::string body;
  std::optional<Upload> upload;
  std::string remote_address;
  std::string id;     // appears in X-Request-Id, problem documents and the log
  std::any admitted;  // left by Route::admit for the handler, of a type known to both
};

struct Header {
  std::string name;
  std::string value;
};

enum class AfterSending : uint8_t { kKeep, kDelete };

// A file as a body. Its size is taken when sending begins.
struct FileBody {
  std::filesystem::path path;
  AfterSending after = AfterSending::kKeep;
};

using SharedText = std::shared_ptr<const std::string>;
using Body = std::variant<std::string, SharedText, FileBody, std::shared_ptr<EventStream>>;

struct Response {
  int status = 200;
  std::string content_type;  // empty: no body is meant (204, 304)
  std::vector<Header> headers;
  Body body;
};

inline Response json_response(int status, std::string text) {
  return {.status = status, .content_type = "application/json", .headers = {}, .body = std::move(text)};
}
inline Response empty_response(int status = 204) { return {.status = status}; }
inline Response event_response(std::shared_ptr<EventStream> events) {
  return {.status = 200, .content_type = "text/event-stream", .headers = {}, .body = std::move(events)};
}
// A download with a file name (UTF-8 is encoded after RFC 6266).
Response file_response(FileBody file, std::string content_type, std::string_view download_name);

std::string_view reason_phrase(int status);

}  // namespace yizhan::http
