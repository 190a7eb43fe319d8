#pragma once
// A small client of the program's own API, over HTTP as any other program would use it: for the
// demonstration. One signed-in person an object; one thread.

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/json.h"

namespace yizhan::app {

struct Reply {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
  json::Value json;                            // null when the body is none
  bool good() const { return status >= 200 && status < 300; }
  // The problem document's code, or empty.
  std::string code() const;
};

class ApiClient {
 public:
  explicit ApiClient(std::string base_url);
  ~ApiClient();
  ApiClient(ApiClient&&) noexcept;
  ApiClient& operator=(ApiClient&&) noexcept;

  // kUnavailable when nothing answers. A null body is none.
  Result<Reply> get(const std::string& path);
  Result<Reply> send(const std::string& method, const std::string& path, const json::Value& body,
                     const std::map<std::string, std::string>& headers = {});
  Result<Reply> post(const std::string& path, const json::Value& body = {}) {
    return send("POST", path, body);
  }
  // `fields`: of the form, before the file.
  Result<Reply> upload(const std::string& path, const std::string& file, const std::string& media_type,
                       const std::map<std::string, std::string>& fields = {});
  // Signs in; later calls carry the session and its CSRF token.
  Result<Reply> sign_in(const std::string& login, const std::string& password);
  // Changes the password of who is signed in and carries the new session.
  Result<Reply> change_password(const std::string& from, const std::string& to);

 private:
  struct Handle;
  Result<Reply> perform(const std::string& method, const std::string& path,
                        const std::map<std::string, std::string>& headers);
  std::string base_url_;
  std::unique_ptr<Handle> handle_;
  std::string csrf_;
};

}  // namespace yizhan::app
