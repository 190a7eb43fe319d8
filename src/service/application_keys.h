#pragma once
// The keys by which applications call the API. A token is shown once, its hash kept; all usable keys lie in
// memory, so that a call costs no query and one with a wrong key none either. Blocking but for
// authenticate(); any thread.

#include <boost/describe.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "crypto/digest.h"
#include "domain/message.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

// How a token of an application begins; those of people's keys begin otherwise.
inline constexpr std::string_view kApplicationKeyPrefix = "yzp_";
inline constexpr Duration kApplicationKeyLongestLife = days(732);

struct CreateApplicationKey {
  std::string name;
  std::vector<domain::MessageClass> message_classes;
  int64_t messages_per_second = 0;
  Time expires_at;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "message_classes",
       .min_items = 1,
       .max_items = 4,
       .description = "what it may submit, of the classes that the application may"},
      {.member = "messages_per_second",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = limits::kApplicationKeyRate,
       .description = "with one second's worth at once; 0 = no limit"},
      {.member = "expires_at", .description = "at most 732 days ahead"}};
};
BOOST_DESCRIBE_STRUCT(CreateApplicationKey, (), (name, message_classes, messages_per_second, expires_at))

struct ApplicationKeyView {
  ApplicationKeyId id;
  std::string name;
  std::vector<domain::MessageClass> message_classes;
  int64_t messages_per_second = 0;
  UserId created_by;
  Time created_at, expires_at;
  std::optional<Time> revoked_at, last_used_at;
};
BOOST_DESCRIBE_STRUCT(ApplicationKeyView, (),
                      (id, name, message_classes, messages_per_second, created_by, created_at, expires_at,
                       revoked_at, last_used_at))

struct ApplicationKeyWithToken {
  ApplicationKeyView application_key;
  std::string token;  // never given out again
};
BOOST_DESCRIBE_STRUCT(ApplicationKeyWithToken, (), (application_key, token))

struct ListApplicationKeys {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ApplicationKeyId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListApplicationKeys, (), (limit, after))

struct ApplicationKeyPage {
  std::vector<ApplicationKeyView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ApplicationKeyPage, (), (items, next_after))

// A program that calls with a key, as the key and its application stand.
class ProgramCaller {
 public:
  int64_t key_id = 0, application_id = 0;
  std::string key_name, application;
  int64_t message_classes = 0;  // bit set: of the key and of the application
  Time expires_at;
  std::vector<std::string> allowed_addresses;

  // kTooMany when so many messages are over the key's rate now. More than a second's worth are let through by
  // a full share and paid off afterwards.
  Result<> take(size_t messages, Time now) const;

 private:
  friend class ApplicationKeys;
  struct Use;  // its share and when it was last used; kept over a reload
  int64_t messages_per_second_ = 0;
  std::shared_ptr<Use> use_;
};

class ApplicationKeys {
 public:
  explicit ApplicationKeys(const store::Store& store) : store_(store) {}

  // kConflict (field "/name") when the name is taken; kInvalidArgument with the field at fault; kTooLarge
  // when the application has its maximum; kNotFound.
  Result<ApplicationKeyWithToken> create(const Principal& who, ApplicationId application,
                                         const CreateApplicationKey& request);
  Result<ApplicationKeyPage> list(ApplicationId application, const ListApplicationKeys& request) const;
  // At once. kWrongState when it is revoked.
  Result<ApplicationKeyView> revoke(const Principal& who, ApplicationId application, ApplicationKeyId id);

  // Reads the usable keys and what their applications allow: at start, and after either has changed. What
  // cannot be read lets nobody in.
  Result<> reload();
  // kUnauthenticated: no such key, or not from this address, or its application is disabled or does not call
  // the API. Never blocks.
  Result<std::shared_ptr<const ProgramCaller>> authenticate(std::string_view token, std::string_view address);

 private:
  struct DigestHash {
    size_t operator()(const crypto::Digest& digest) const;
  };
  using Known = std::unordered_map<crypto::Digest, std::shared_ptr<const ProgramCaller>, DigestHash>;

  Result<Known> load(const Known& before) const;
  void note_use(const ProgramCaller& caller, Time now);

  const store::Store& store_;
  std::mutex reload_mutex_;  // one reload after the other
  std::mutex mutex_;
  std::shared_ptr<const Known> known_ = std::make_shared<const Known>();
};

}  // namespace yizhan::service
