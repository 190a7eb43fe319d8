#pragma once
// A real server over a catalogue on a loopback port, and a client that writes requests to a socket. Single
// thread.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/access.h"
#include "http/server.h"
#include "net/bounded_pool.h"
#include "net/io_threads.h"

namespace yizhan::testing {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Reply {
  int status = 0;
  std::string head;
  std::string body;

  // Of the first header of that name as the server writes it; empty without one.
  std::string header(std::string_view name) const {
    const size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
  json::Value json() const { return json::parse(body).value_or(nullptr); }
  // A member of the body at the top, as text.
  std::string text(std::string_view member) const {
    const json::Value document = json();
    const auto* object = document.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains(member);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  }
  std::string code() const { return text("code"); }
};

// Sends one request on a connection of its own and reads the whole answer.
inline Reply send_request(uint16_t port, std::string_view method, std::string_view path,
                          const HeaderList& headers, std::string_view body) {
  Reply reply;
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text =
      std::string(method) + ' ' + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  const bool typed =
      std::ranges::any_of(headers, [](const auto& header) { return header.first == "Content-Type"; });
  if (!body.empty() && !typed) text += "Content-Type: application/json\r\n";
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  text += body;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())) {
    std::string all;
    char piece[4096];
    for (ssize_t n = 0; (n = ::recv(fd, piece, sizeof piece, 0)) > 0;)
      all.append(piece, static_cast<size_t>(n));
    const size_t end = all.find("\r\n\r\n");
    if (end != std::string::npos && all.size() > 12) {
      reply.head = all.substr(0, end + 2);
      reply.body = all.substr(end + 4);
      reply.status = std::stoi(all.substr(9, 3));
    }
  }
  ::close(fd);
  return reply;
}

class ApiServer {
 public:
  // The catalogue, the access behind `hooks` and the clock outlive the server.
  ApiServer(const api::Catalogue& catalogue, api::Hooks hooks, const Clock& clock,
            const std::string& spool = std::filesystem::temp_directory_path())
      : pool_("test", 2) {
    http::Router router;
    const auto installed = api::install(catalogue, std::move(hooks), router);
    EXPECT_TRUE(installed) << (installed ? "" : to_string(installed.error()));
    http::ServerOptions options;
    options.spool_directory = spool;
    auto server = http::Server::create(threads_, pool_, clock, std::move(router), std::move(options));
    EXPECT_TRUE(server) << (server ? "" : to_string(server.error()));
    if (server) server_ = std::move(*server);
  }
  ~ApiServer() {
    if (server_) server_->stop(seconds(5));
    server_.reset();
    pool_.stop();
    threads_.stop();
  }
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  Reply send(std::string_view method, std::string_view path, const HeaderList& headers = {},
             std::string_view body = {}) {
    return send_request(server_->ports()[0], method, path, headers, body);
  }

 private:
  net::IoThreads threads_{"test", 1};
  net::BoundedPool pool_;
  std::unique_ptr<http::Server> server_;
};

// What a browser sends once its user has signed in.
inline HeaderList browser_headers(const service::StartedSession& session) {
  return {{"Cookie", "theme=dark; yizhan_session=" + session.token},
          {"X-CSRF-Token", session.session.csrf_token.value_or("")}};
}

// Any path of the pattern: its parameters become ids that nothing has.
inline std::string example_path(std::string_view pattern) {
  std::string out;
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '{') {
      at = pattern.find('}', at);
      out += "usr_0000000000001";
    } else {
      out += pattern[at];
    }
  }
  return out;
}

// Every route as nobody, and as one who holds each single role: refused exactly where domain/access.h says
// so. `session_of` gives a new session of a user of that role.
template <class SessionOf>
void check_permission_matrix(const api::Catalogue& catalogue, ApiServer& server, SessionOf session_of) {
  for (const api::Entry& entry : catalogue.entries()) {
    const std::string what(std::string(http::name_of(entry.method)) + " " + entry.path);
    const auto send = [&](const HeaderList& headers) {
      const bool body = entry.body == http::BodyMode::kJson;
      return server.send(http::name_of(entry.method), example_path(entry.path), headers, body ? "{}" : "");
    };
    const Reply stranger = send({});
    if (entry.callers == api::Callers::kPrograms) {
      EXPECT_EQ(stranger.code(), "unauthenticated") << what;
      continue;
    }
    if (!entry.permission) {
      EXPECT_NE(stranger.code(), "unauthenticated") << what;
      continue;
    }
    EXPECT_EQ(stranger.status, 401) << what;
    EXPECT_EQ(stranger.code(), "unauthenticated") << what;
    for (const domain::Role role : domain::values_of(domain::Role{})) {
      const Reply reply = send(browser_headers(session_of(role)));
      const bool refused = reply.status == 401 || (reply.status == 403 && reply.code() == "forbidden");
      EXPECT_EQ(!refused, domain::allowed(domain::Roles{}.with(role), *entry.permission))
          << what << " as " << domain::name_of(role) << ": " << reply.status << ' ' << reply.code();
      EXPECT_NE(reply.status, 0) << what;
    }
  }
}

}  // namespace yizhan::testing
