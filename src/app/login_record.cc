#include "app/login_record.h"

#include "base/limits.h"

namespace yizhan::app {

void LoginRecord::add(const LoginNote& note) {
  Kind& kind = kinds_[{note.application_id, note.fault, note.protocol}];
  const int64_t before = kind.pending ? kind.note.times : 0;
  if (!kind.pending) ++pending_;
  kind.note = note;
  kind.note.times += before;
  kind.pending = true;
}

std::vector<LoginNote> LoginRecord::take(Time now) {
  std::vector<LoginNote> due;
  if (pending_ == 0) return due;
  for (auto& [key, kind] : kinds_) {
    if (!kind.pending) continue;
    if (kind.written && now < kind.written + seconds(limits::kLoginAuditSeconds)) continue;
    due.push_back(kind.note);
    kind.pending = false;
    kind.written = now;
    --pending_;
  }
  return due;
}

std::string_view login_fault_name(codec::Fault fault) {
  switch (fault) {
    case codec::Fault::kNone:
      return "none";
    case codec::Fault::kBadAccount:
      return "bad_account";
    case codec::Fault::kBadSecret:
      return "bad_secret";
    case codec::Fault::kAddressRefused:
      return "address_refused";
    case codec::Fault::kTooManySessions:
      return "too_many_sessions";
    case codec::Fault::kVersion:
      return "version";
    default:
      return "refused";
  }
}

}  // namespace yizhan::app
