#pragma once
// Strong ids: 64-bit numbers that cannot be mixed up. In the API an id is an opaque string "<prefix>_<13
// characters>" (Crockford base 32 of the number), so that no program does arithmetic on it.

#include <atomic>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace yizhan {

template <class Tag>
struct Id {
  int64_t value = 0;
  auto operator<=>(const Id&) const = default;
  constexpr explicit operator bool() const { return value != 0; }
};

// Tag name, prefix in the API.
#define YIZHAN_IDS(X)      \
  X(User, "usr")           \
  X(Session, "ses")        \
  X(ApiKey, "key")         \
  X(Customer, "cus")       \
  X(Consent, "cns")        \
  X(ConsentTask, "ctk")    \
  X(Suppression, "sup")    \
  X(Import, "imp")         \
  X(Evidence, "evd")       \
  X(Segment, "seg")        \
  X(TestHandset, "hst")    \
  X(Content, "cnt")        \
  X(ContentVersion, "ver") \
  X(Review, "rev")         \
  X(AllowPhrase, "alw")    \
  X(Brand, "brd")          \
  X(Qualification, "qlf")  \
  X(Signature, "sig")      \
  X(Campaign, "cmp")       \
  X(Test, "tst")           \
  X(Rehearsal, "rhs")      \
  X(Message, "msg")        \
  X(Attempt, "att")        \
  X(Channel, "chn")        \
  X(Route, "rte")          \
  X(Application, "app")    \
  X(ApplicationKey, "apk") \
  X(Verification, "vrf")   \
  X(WebhookEvent, "evt")   \
  X(Inbound, "inb")        \
  X(Report, "rpt")         \
  X(Audit, "aud")

#define X(name, prefix)                                 \
  struct name##Tag {                                    \
    static constexpr std::string_view kPrefix = prefix; \
  };                                                    \
  using name##Id = Id<name##Tag>;
YIZHAN_IDS(X)
#undef X

// The 13-character base 32 form of a non-negative number, and back (kInvalidArgument on anything else).
std::string encode_base32(int64_t value);
Result<int64_t> decode_base32(std::string_view text);

template <class Tag>
std::string to_string(Id<Tag> id) {
  return std::string(Tag::kPrefix) + '_' + encode_base32(id.value);
}

template <class Tag>
Result<Id<Tag>> parse_id(std::string_view text) {
  const std::string_view prefix = Tag::kPrefix;
  if (text.size() != prefix.size() + 14 || !text.starts_with(prefix) || text[prefix.size()] != '_')
    return fail(ErrorCode::kInvalidArgument, "not an id of the form " + std::string(prefix) + "_…");
  const auto value = decode_base32(text.substr(prefix.size() + 1));
  if (!value) return std::unexpected(value.error());
  return Id<Tag>{*value};
}

// Ever increasing 63-bit numbers: 41 bits of milliseconds since 2025, 22 bits of sequence. Later ids are
// larger, so tables grow at their end. Never goes backwards, whatever the clock does. Any thread.
class IdGenerator {
 public:
  explicit IdGenerator(const Clock& clock) : clock_(clock) {}
  // A run of `count` consecutive numbers; returns the first.
  int64_t next(int64_t count = 1);
  template <class IdType>
  IdType make() {
    return IdType{next()};
  }
  // The smallest id that may be given out at `at`: what is below it is older.
  static int64_t first_at(Time at);
  // No id at or below `last` will be given out: called at start with the store's greatest.
  void resume_after(int64_t last);

 private:
  const Clock& clock_;
  std::atomic<int64_t> next_{0};
};

}  // namespace yizhan
