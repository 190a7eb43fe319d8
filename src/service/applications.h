#pragma once
// Accounts of applications: the company's own programs that log in by a carrier protocol or call the API (as
// protocol "http"), and whose messages pass the gates of all. Which approved contents they may say, as what,
// over which channel. Blocking; any thread.

#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/channel.h"
#include "domain/message.h"
#include "link/access.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct ApplicationSpec {
  std::string name;
  std::string login;                  // system_id, Source_Addr, login name or ClientID
  std::optional<std::string> secret;  // absent on an edit = as it is; never given out
  std::vector<domain::ChannelProtocol> protocols;
  std::vector<std::string> allowed_addresses;  // none = every address
  std::vector<domain::MessageClass> message_classes;
  std::string access_code;
  // One of the two.
  std::optional<ChannelId> channel_id;
  std::optional<RouteId> route_id;
  std::vector<ContentId> contents;  // none = it may say nothing
  int64_t segments_per_second = 0;  // of all its sessions; 0 = no limit
  int64_t window = 32;
  int64_t max_sessions = 4;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "login",
       .min_length = 1,
       .max_length = 16,
       .description = "at most 15 characters for SMPP, 6 for CMPP, 16 for SGIP, 8 for SMGP"},
      {.member = "secret",
       .min_length = 1,
       .max_length = limits::kApplicationSecretCharacters,
       .description = "at most 8 characters for SMPP, 16 for SGIP; never given out; not needed by "
                      "who only calls the API"},
      {.member = "protocols",
       .min_items = 1,
       .max_items = 6,
       .description = "of the list, each once; http = it calls the API with keys of its own"},
      {.member = "allowed_addresses",
       .presence = json::Presence::kOptional,
       .max_length = limits::kApplicationAddressCharacters,
       .max_items = limits::kAccessAddressRanges,
       .description = "addresses or ranges (192.0.2.7, 10.0.0.0/8, 2001:db8::/32); none = every address"},
      {.member = "message_classes",
       .min_items = 1,
       .max_items = 4,
       .description = "what it may submit; contents of other classes are refused to it"},
      {.member = "access_code",
       .min_length = 1,
       .max_length = limits::kApplicationAccessCodeCharacters,
       .description = "digits: the source address of its submits; replies to it, or to it with more digits, "
                      "are its own"},
      {.member = "channel_id", .description = "by which its messages leave; either this or route_id"},
      {.member = "route_id", .description = "of whose channels one is chosen for each message"},
      {.member = "contents",
       .presence = json::Presence::kOptional,
       .max_items = limits::kApplicationContents,
       .description = "whose approved versions it may say; none = nothing"},
      {.member = "segments_per_second",
       .presence = json::Presence::kOptional,
       .minimum = 0,
       .maximum = limits::kLinkSegmentsPerSecond,
       .description = "of all its sessions together; 0 = no limit"},
      {.member = "window",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kAccessWindow,
       .description = "submits without an answer, per session"},
      {.member = "max_sessions",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kApplicationSessions}};
};
BOOST_DESCRIBE_STRUCT(ApplicationSpec, (),
                      (name, login, secret, protocols, allowed_addresses, message_classes, access_code,
                       channel_id, route_id, contents, segments_per_second, window, max_sessions))

enum class ApplicationUse : uint8_t { kEnabled, kDisabled };
BOOST_DESCRIBE_ENUM(ApplicationUse, kEnabled, kDisabled)

// How it stands now.
struct ApplicationState {
  std::optional<int64_t> sessions;    // logged in; absent: this server listens for no applications
  std::optional<Time> last_login_at;  // absent = never
  int64_t deliveries_waiting = 0;     // receipts and replies that it has not taken
};
BOOST_DESCRIBE_STRUCT(ApplicationState, (), (sessions, last_login_at, deliveries_waiting))

struct ApplicationView {
  ApplicationId id;
  std::string name, login;
  std::vector<domain::ChannelProtocol> protocols;
  std::vector<std::string> allowed_addresses;
  std::vector<domain::MessageClass> message_classes;
  std::string access_code;
  // One of the two.
  std::optional<ChannelId> channel_id;
  std::optional<RouteId> route_id;
  std::vector<ContentId> contents;
  int64_t segments_per_second = 0, window = 0, max_sessions = 0;
  ApplicationUse use = ApplicationUse::kEnabled;
  ApplicationState state;
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ApplicationView, (),
                      (id, name, login, protocols, allowed_addresses, message_classes, access_code,
                       channel_id, route_id, contents, segments_per_second, window, max_sessions, use, state,
                       created_by, created_at, updated_at, version))

struct ListApplications {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ApplicationId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListApplications, (), (limit, after))

struct ApplicationPage {
  std::vector<ApplicationView> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ApplicationPage, (), (items, next_after))

class Applications {
 public:
  // What the server for applications has to do with an account that was changed.
  enum class Sessions : uint8_t { kStay, kEnd };  // kEnd: disabled, or its secret, login or addresses changed
  struct Hooks {
    std::function<void(ApplicationId, Sessions)> changed;
    std::function<std::optional<int64_t>(ApplicationId)> sessions;
  };

  explicit Applications(const store::Store& store) : store_(store) {}
  // Before anybody calls; the server for applications is made later than this.
  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

  // kConflict (field "/name", "/login") when taken; kInvalidArgument with the field at fault.
  Result<ApplicationView> create(const Principal& who, const ApplicationSpec& spec);
  Result<ApplicationView> update(const Principal& who, ApplicationId id, std::optional<int64_t> version,
                                 const ApplicationSpec& spec);
  Result<ApplicationView> get(ApplicationId id);
  Result<ApplicationPage> list(const ListApplications& request);
  Result<ApplicationView> enable(const Principal& who, ApplicationId id, std::optional<int64_t> version);
  // Its sessions end; what it submitted before goes on, what waits for it is kept.
  Result<ApplicationView> disable(const Principal& who, ApplicationId id, std::optional<int64_t> version);

  // Every account, under its login, as the server for applications needs it.
  Result<std::vector<std::pair<std::string, link::AccessAccount>>> accounts() const;

 private:
  Result<ApplicationView> with_sessions(Result<ApplicationView> view) const;
  Result<ApplicationView> changed(Result<ApplicationView> view, Sessions sessions) const;
  Result<ApplicationView> set_use(const Principal& who, ApplicationId id, std::optional<int64_t> version,
                                  ApplicationUse use);

  const store::Store& store_;
  Hooks hooks_;
};

}  // namespace yizhan::service
