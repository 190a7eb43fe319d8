#include "http/static_files.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/bytes.h"
#include "base/limits.h"
#include "http/target.h"

namespace yizhan::http {
namespace {

struct Type {
  std::string_view extension, content_type;
};
constexpr Type kTypes[] = {{".html", "text/html; charset=utf-8"},
                           {".js", "text/javascript; charset=utf-8"},
                           {".mjs", "text/javascript; charset=utf-8"},
                           {".css", "text/css; charset=utf-8"},
                           {".json", "application/json"},
                           {".map", "application/json"},
                           {".webmanifest", "application/manifest+json"},
                           {".txt", "text/plain; charset=utf-8"},
                           {".svg", "image/svg+xml"},
                           {".png", "image/png"},
                           {".jpg", "image/jpeg"},
                           {".jpeg", "image/jpeg"},
                           {".webp", "image/webp"},
                           {".ico", "image/x-icon"},
                           {".woff", "font/woff"},
                           {".woff2", "font/woff2"},
                           {".wasm", "application/wasm"},
                           {".pdf", "application/pdf"}};

std::string_view content_type_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  for (const Type& type : kTypes)
    if (type.extension == extension) return type.content_type;
  return "application/octet-stream";
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.good() && !in.eof()) return fail(ErrorCode::kStoreFailed, "cannot be read", path.string());
  return text;
}

// FNV-1a: tells versions of a file apart, nothing more.
std::string content_tag(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

std::string make_nonce() {
  std::array<uint8_t, 16> bytes{};
  while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
  }
  return to_hex(bytes);
}

std::string replace_all(std::string text, std::string_view what, std::string_view by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const std::filesystem::path& directory, StaticOptions options) {
  StaticFiles out;
  out.options_ = std::move(options);
  size_t bytes = 0;
  std::error_code ec;
  std::map<std::string, SharedText> compressed;
  for (std::filesystem::recursive_directory_iterator it(directory, ec), end; !ec && it != end;
       it.increment(ec)) {
    if (it->path().filename().string().starts_with('.')) {
      it.disable_recursion_pending();
      continue;
    }
    if (it->is_symlink() || !it->is_regular_file()) continue;
    auto text = std::make_shared<const std::string>(YZ_TRY(read_file(it->path())));
    bytes += text->size();
    if (bytes > limits::kStaticBytes || out.files_.size() + compressed.size() >= limits::kStaticFiles)
      return fail(ErrorCode::kTooLarge, "too many or too large files to serve", directory.string());
    const std::string name = '/' + std::filesystem::relative(it->path(), directory).generic_string();
    if (name.ends_with(".br") || name.ends_with(".gz")) {
      compressed[name] = std::move(text);
      continue;
    }
    File& file = out.files_[name];
    file.content_type = content_type_of(it->path());
    const bool varies = name.ends_with(".html") && text->find(kNoncePlaceholder) != std::string::npos;
    if (!varies) file.etag = content_tag(*text);
    file.plain = std::move(text);
  }
  if (ec == std::errc::no_such_file_or_directory || ec == std::errc::not_a_directory)
    return fail(ErrorCode::kNotFound, ec.message(), directory.string());
  if (ec) return fail(ErrorCode::kStoreFailed, ec.message(), directory.string());
  for (auto& [name, text] : compressed) {
    const auto file = out.files_.find(name.substr(0, name.size() - 3));
    if (file != out.files_.end())
      (name.ends_with(".br") ? file->second.brotli : file->second.gzip) = std::move(text);
  }
  if (!out.files_.contains(out.options_.index))
    return fail(ErrorCode::kNotFound, "no index page", (directory / out.options_.index.substr(1)).string());
  return out;
}

// An HTML page with a fresh nonce: nothing may be kept of it.
Response StaticFiles::page(const File& file) const {
  const std::string nonce = make_nonce();
  return {.status = 200,
          .content_type = file.content_type,
          .headers = {{"Cache-Control", "no-cache"},
                      {"Content-Security-Policy",
                       replace_all(options_.content_security_policy, kNoncePlaceholder, nonce)}},
          .body = replace_all(*file.plain, kNoncePlaceholder, nonce)};
}

Result<Response> StaticFiles::respond(const Request& request) const {
  const auto not_found = [] { return fail(ErrorCode::kNotFound, "There is nothing at this path."); };
  const std::string path = YZ_TRY(percent_decode(request.path));
  auto found = files_.find(path == "/" ? std::string_view(options_.index) : std::string_view(path));
  if (found == files_.end()) {
    // A page of the console is a path without an extension; a missing script must not become HTML.
    const bool is_page = path.find('.', path.rfind('/') + 1) == path.npos &&
                         !path.starts_with(options_.api_prefix) &&
                         !path.starts_with(options_.immutable_prefix);
    if (!is_page) return not_found();
    found = files_.find(options_.index);
  }
  const File& file = found->second;
  if (file.etag.empty()) return page(file);

  const std::string_view accepts = request.headers.get("accept-encoding");
  SharedText body = file.plain;
  std::string etag = file.etag, coding;
  if (file.brotli != nullptr && accepts_encoding(accepts, "br")) {
    body = file.brotli;
    coding = "br";
  } else if (file.gzip != nullptr && accepts_encoding(accepts, "gzip")) {
    body = file.gzip;
    coding = "gzip";
  }
  etag = '"' + etag + (coding.empty() ? "" : "-" + coding) + '"';
  const bool immutable = found->first.starts_with(options_.immutable_prefix);
  Response response{
      .status = 200,
      .headers = {{"Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                  {"ETag", etag},
                  {"Vary", "Accept-Encoding"},
                  {"Content-Security-Policy",
                   replace_all(options_.content_security_policy, " 'nonce-__CSP_NONCE__'", "")}}};
  if (etag_matches(request.headers.get("if-none-match"), etag)) {
    response.status = 304;
    return response;
  }
  response.content_type = file.content_type;
  if (!coding.empty()) response.headers.push_back({"Content-Encoding", coding});
  response.body = std::move(body);
  return response;
}

}  // namespace yizhan::http
