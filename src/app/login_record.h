#pragma once
// Logins of applications for the audit log, so counted that a program which hammers cannot fill it: like ones
// of an account are one entry in limits::kLoginAuditSeconds. Not thread-safe: one owner.

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "codec/dialect.h"

namespace yizhan::app {

struct LoginNote {
  int64_t application_id = 0;  // 0 = no such account
  codec::Fault fault = codec::Fault::kNone;
  codec::Protocol protocol = codec::Protocol::kSmpp34;
  std::string address;  // of the last of them
  int64_t times = 1;
  Time at;
};

class LoginRecord {
 public:
  void add(const LoginNote& note);
  // What is to be written now; the first of its kind at once, those that follow together later. Bounded by
  // the accounts and what can be wrong with a login.
  std::vector<LoginNote> take(Time now);
  bool empty() const { return pending_ == 0; }

 private:
  struct Kind {
    LoginNote note;
    Time written;
    bool pending = false;
  };
  std::map<std::tuple<int64_t, codec::Fault, codec::Protocol>, Kind> kinds_;
  size_t pending_ = 0;
};

// "bad_secret"
std::string_view login_fault_name(codec::Fault fault);

}  // namespace yizhan::app
