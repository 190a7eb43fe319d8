#pragma once
// The npm package smpp as an SMPP client or server (tests/protocol/smpp_peer/peer.cjs has the orders and
// events). Its process ends with the object, and with the test's own process. Single thread.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"

namespace yizhan::testing {

// Installs the package where that is to be done; false where it cannot be had.
inline bool have_smpp_peer() {
  return std::system("tools/smpp_peer.sh install > /dev/null 2>&1") ==
         0;  // NOLINT(cert-env33-c): our own script
}

inline json::Object hex_of(ByteSpan bytes) { return {{"hex", to_hex(bytes)}}; }

class SmppPeer {
 public:
  using Wanted = std::function<bool(const json::Object&)>;

  SmppPeer() {
    signal(SIGPIPE, SIG_IGN);  // an order to a peer that has died fails, and does not end the test
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::string script = "tools/smpp_peer.sh", order = "run";
    char* const arguments[] = {script.data(), order.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, script.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    orders_ = in[1];
    events_ = out[0];
  }
  ~SmppPeer() {
    close(orders_);
    close(events_);
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  SmppPeer(const SmppPeer&) = delete;
  SmppPeer& operator=(const SmppPeer&) = delete;

  void order(const json::Object& what) {
    const std::string line = boost::json::serialize(what) + "\n";
    EXPECT_EQ(write(orders_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
  // Its port. With a certificate and key as PEM it speaks TLS.
  uint16_t listen(const std::string& certificate = {}, const std::string& key = {}) {
    json::Object what{{"do", "listen"}};
    if (!certificate.empty()) what["tls"] = json::Object{{"cert", certificate}, {"key", key}};
    order(what);
    return static_cast<uint16_t>(event("listening").at("port").as_int64());
  }
  void connect(uint16_t port, const std::string& ca = {}) {
    json::Object what{{"do", "connect"}, {"port", port}};
    if (!ca.empty()) what["tls"] = json::Object{{"ca", ca}};
    order(what);
  }
  void send(std::string_view command, json::Object with = {}, int64_t session = 1) {
    order({{"do", "send"}, {"session", session}, {"command", command}, {"with", std::move(with)}});
  }
  void answer(const json::Object& pdu, json::Object with = {}) {
    order({{"do", "answer"},
           {"session", pdu.at("session")},
           {"sequence", pdu.at("sequence")},
           {"with", std::move(with)}});
  }

  // The first event of the kind that has not been taken yet; others stay for later. Empty members when it
  // never comes.
  json::Object event(std::string_view kind, const Wanted& wanted = {}) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      const auto found = std::ranges::find_if(kept_, [&](const json::Object& e) {
        return e.at("event").as_string() == kind && (!wanted || wanted(e));
      });
      if (found != kept_.end()) {
        json::Object out = std::move(*found);
        kept_.erase(found);
        return out;
      }
      if (!read_more(limit)) break;
    }
    std::string came;
    for (const json::Object& e : kept_) came += boost::json::serialize(e) + "\n";
    ADD_FAILURE() << "no event " << kind << " came, but\n" << came;
    return {{"port", 0},    {"session", 0}, {"sequence", 0},
            {"status", -1}, {"code", ""},   {"fields", json::Object{}}};
  }
  json::Object pdu(std::string_view command, int64_t session = 1) {
    json::Object out = event("pdu", [&](const json::Object& e) {
      return e.at("command").as_string() == command && e.at("session").as_int64() == session;
    });
    return out;
  }
  // So many PDUs of a command, in order.
  std::vector<json::Object> pdus(std::string_view command, size_t n, int64_t session = 1) {
    std::vector<json::Object> out;
    for (size_t i = 0; i < n; ++i) out.push_back(pdu(command, session));
    return out;
  }

 private:
  bool read_more(std::chrono::steady_clock::time_point limit) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
    pollfd ready{events_, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) return false;
    char buffer[65536];
    const ssize_t n = read(events_, buffer, sizeof buffer);
    if (n <= 0) return false;
    text_.append(buffer, static_cast<size_t>(n));
    for (size_t end = 0; (end = text_.find('\n')) != std::string::npos; text_.erase(0, end + 1))
      kept_.push_back(boost::json::parse(text_.substr(0, end)).as_object());
    return true;
  }

  pid_t pid_ = 0;
  int orders_ = -1, events_ = -1;
  std::string text_;
  std::vector<json::Object> kept_;
};

// Members of a PDU's fields.
inline std::string text_of(const json::Object& pdu, std::string_view field) {
  const json::Value* const value = pdu.at("fields").as_object().if_contains(field);
  if (value == nullptr) return "absent";
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}
inline int64_t number_of(const json::Object& pdu, std::string_view field) {
  const json::Value* const value = pdu.at("fields").as_object().if_contains(field);
  return value != nullptr && value->is_int64() ? value->as_int64() : -1;
}
inline int64_t status_of(const json::Object& pdu) { return pdu.at("status").as_int64(); }
// Of its short_message: the text as the package decoded it, and its user data header without the length,
// hexadecimal.
inline std::string message_of(const json::Object& pdu) {
  const json::Value* const value = pdu.at("fields").as_object().if_contains("short_message");
  if (value == nullptr || !value->is_object()) return "absent";
  const json::Value* const message = value->as_object().if_contains("message");
  return message != nullptr && message->is_string() ? std::string(message->as_string())
                                                    : boost::json::serialize(*value);
}
inline std::string header_of(const json::Object& pdu) {
  std::string out;
  const json::Value* const value = pdu.at("fields").as_object().if_contains("short_message");
  if (value == nullptr || !value->is_object() || !value->as_object().contains("udh")) return out;
  for (const json::Value& element : value->at("udh").as_array()) out += element.at("hex").as_string();
  return out;
}

}  // namespace yizhan::testing
