// Everything of a request that is parsed by hand: targets, queries, media types, lists, multipart, router
// paths. The first byte chooses the size of the pieces in which a multipart body arrives.

#include <string>

#include "http/multipart.h"
#include "http/router.h"
#include "http/target.h"
#include "http/upload.h"

namespace {

using namespace yizhan;
using namespace yizhan::http;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

struct Collected final : PartSink {
  std::string text;
  bool open = false;
  Result<void> part_begin(PartHeader header) override {
    require(!open && !header.name.empty());
    open = true;
    text += '<' + header.name + '|' + header.file_name + '>';
    return {};
  }
  Result<void> part_data(std::string_view data) override {
    require(open && !data.empty());
    text += data;
    return {};
  }
  Result<void> part_end() override {
    require(open);
    open = false;
    text += ';';
    return {};
  }
};

struct Outcome {
  bool good = false;
  std::string text;
};

Outcome read_multipart(std::string_view body, size_t piece) {
  Collected sink;
  auto reader = MultipartReader::create("b", sink);
  require(reader.has_value());
  for (size_t at = 0; at < body.size(); at += piece)
    if (!reader->feed(body.substr(at, piece))) return {};
  return {reader->finish().has_value(), sink.text};
}

const Router& router() {
  static const Router kRouter = [] {
    Router out;
    for (const char* pattern : {"/", "/a", "/a/{x}", "/a/{x}/b", "/a/c", "/a/c/{y}/{z}"})
      require(out.add({.pattern = pattern,
                       .handler = [](Request&) -> Result<Response> { return empty_response(); }})
                  .has_value());
    return out;
  }();
  return kRouter;
}

void check_target(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) return;
  require(target->path == "*" || target->path.starts_with('/'));
  (void)parse_query(target->query);
  const auto found = router().find(Method::kGet, target->path);
  if (!found) return;
  for (const auto& [name, value] : std::get<Router::Match>(*found).parameters)
    require(!value.empty() && value.find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  check_target(text);
  (void)parse_media_type(text);
  (void)accepts_encoding(text, "br");
  (void)cookie(text, "session");
  (void)etag_matches(text, "\"x\"");
  const std::string name = clean_file_name(text);
  require(name.size() <= limits::kFileNameBytes && name.find('/') == std::string::npos);
  const Outcome whole = read_multipart(text, text.size() + 1);
  const Outcome pieces = read_multipart(text, size_t{1} + data[0] % 32);
  require(whole.good == pieces.good && (!whole.good || whole.text == pieces.text));
  return 0;
}
