#include "service/application_keys.h"

#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "crypto/token.h"
#include "domain/channel.h"
#include "domain/enum_set.h"
#include "link/access_rate.h"
#include "service/authentication.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageClass;

struct ProgramCaller::Use {
  std::mutex mutex;
  link::SegmentBucket bucket;
  Time written_at;  // what the store knows of the last use
};

namespace {

ApplicationKeyView key_of(const db::Row& row) {
  ApplicationKeyView view;
  view.id = row.id<ApplicationKeyId>(0);
  view.name = row.string(1);
  view.message_classes = domain::values_in<MessageClass>(row.i64(2));
  view.messages_per_second = row.i64(3);
  view.created_by = row.id<UserId>(4);
  view.created_at = row.time(5);
  view.expires_at = row.time(6);
  if (const Time at = row.time(7)) view.revoked_at = at;
  if (const Time at = row.time(8)) view.last_used_at = at;
  return view;
}

Result<ApplicationKeyView> get(db::Tx& tx, ApplicationId application, ApplicationKeyId id) {
  auto view = YZ_TRY(tx.one(q::application_key_get, key_of, application, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such key of this application");
  return *std::move(view);
}

// The application is there and may submit what the key shall.
Result<> check(db::Tx& tx, ApplicationId application, const CreateApplicationKey& request, Time now) {
  if (request.expires_at <= now || request.expires_at > now + kApplicationKeyLongestLife)
    return fail(ErrorCode::kInvalidArgument, "must be in the future, at most 732 days ahead", "/expires_at");
  const auto classes =
      YZ_TRY(tx.one(q::application_terms, [](const db::Row& row) { return row.i64(1); }, application));
  if (!classes) return fail(ErrorCode::kNotFound, "no such application");
  for (size_t i = 0; i < request.message_classes.size(); ++i)
    if ((*classes & domain::class_bit(request.message_classes[i])) == 0)
      return fail(ErrorCode::kInvalidArgument, "the application may not submit this class",
                  "/message_classes/" + std::to_string(i));
  if (YZ_TRY(tx.number(q::application_key_count, application, now)) >=
      static_cast<int64_t>(limits::kApplicationKeys))
    return fail(ErrorCode::kConflict, "the application has as many keys as it may; revoke one first");
  return {};
}

json::Array names_of(const std::vector<MessageClass>& classes) {
  json::Array names;
  for (const MessageClass c : classes) names.emplace_back(name_of(c));
  return names;
}

}  // namespace

Result<> ProgramCaller::take(size_t messages, Time now) const {
  if (messages_per_second_ == 0) return {};
  const std::lock_guard lock(use_->mutex);
  if (use_->bucket.take(static_cast<uint32_t>(messages), static_cast<uint32_t>(messages_per_second_), now))
    return {};
  return fail(ErrorCode::kTooMany, "over the messages a second of this key");
}

Result<ApplicationKeyWithToken> ApplicationKeys::create(const Principal& who, ApplicationId application,
                                                        const CreateApplicationKey& request) {
  ApplicationKeyWithToken made;
  made.token = std::string(kApplicationKeyPrefix) + crypto::make_token().text;
  const Time now = store_.now();
  auto view = store_.db.write([&](db::Tx& tx) -> Result<ApplicationKeyView> {
    YZ_CHECK(check(tx, application, request, now));
    const auto id = store_.ids.make<ApplicationKeyId>();
    YZ_TRY(tx.run(q::application_key_insert, id, application, request.name, crypto::hash_token(made.token),
                  domain::bits_of(request.message_classes), request.messages_per_second, who.person(), now,
                  request.expires_at));
    const json::Object detail{{"key", to_string(id)},
                              {"name", request.name},
                              {"message_classes", names_of(request.message_classes)},
                              {"messages_per_second", request.messages_per_second},
                              {"expires_at", to_rfc3339(request.expires_at)}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {.action = "application_key.create",
                                  .object_type = "application",
                                  .object_id = application.value,
                                  .detail = json::serialize(detail)}));
    return get(tx, application, id);
  });
  if (!view && view.error().code == ErrorCode::kConflict && view.error().field.contains("name"))
    return fail(ErrorCode::kConflict, "the application has a key of this name", "/name");
  made.application_key = YZ_TRY(std::move(view));
  static_cast<void>(reload());  // what cannot be read lets nobody in, and is logged
  return made;
}

Result<ApplicationKeyPage> ApplicationKeys::list(ApplicationId application,
                                                 const ListApplicationKeys& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<ApplicationKeyPage> {
    if (!YZ_TRY(tx.one(q::application_terms, [](const db::Row&) { return true; }, application)))
      return fail(ErrorCode::kNotFound, "no such application");
    ApplicationKeyPage page;
    YZ_CHECK(tx.each(
        q::application_key_page, [&](const db::Row& row) { page.items.push_back(key_of(row)); }, application,
        request.after.value_or(ApplicationKeyId{}), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    }
    return page;
  });
}

Result<ApplicationKeyView> ApplicationKeys::revoke(const Principal& who, ApplicationId application,
                                                   ApplicationKeyId id) {
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<ApplicationKeyView> {
    YZ_CHECK(get(tx, application, id));
    if (YZ_TRY(tx.run(q::application_key_revoke, application, id, store_.now())) == 0)
      return fail(ErrorCode::kWrongState, "the key is revoked");
    const json::Object detail{{"key", to_string(id)}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {.action = "application_key.revoke",
                                  .object_type = "application",
                                  .object_id = application.value,
                                  .detail = json::serialize(detail)}));
    return get(tx, application, id);
  }));
  static_cast<void>(reload());  // what cannot be read lets nobody in, and is logged
  return view;
}

// ---------------------------------------------------------------- who calls

size_t ApplicationKeys::DigestHash::operator()(const crypto::Digest& digest) const {
  size_t out = 0;
  std::memcpy(&out, digest.data(), sizeof out);
  return out;
}

Result<ApplicationKeys::Known> ApplicationKeys::load(const Known& before) const {
  return store_.db.read([&](db::Tx& tx) -> Result<Known> {
    Known known;
    YZ_CHECK(tx.each(
        q::application_keys_usable,
        [&](const db::Row& row) -> Result<> {
          const auto protocols = YZ_TRY(json::decode<std::vector<domain::ChannelProtocol>>(row.text(11)));
          if (!row.flag(12) ||
              std::ranges::find(protocols, domain::ChannelProtocol::kHttp) == protocols.end())
            return {};
          auto caller = std::make_shared<ProgramCaller>();
          caller->key_id = row.i64(0);
          caller->application_id = row.i64(1);
          caller->key_name = row.string(2);
          caller->message_classes = row.i64(4) & row.i64(9);
          caller->messages_per_second_ = row.i64(5);
          caller->expires_at = row.time(6);
          caller->application = row.string(8);
          caller->allowed_addresses = YZ_TRY(json::decode<std::vector<std::string>>(row.text(10)));
          crypto::Digest hash{};
          const ByteSpan stored = row.blob(3);
          if (stored.size() != hash.size()) return fail(ErrorCode::kCorrupt, "a key's hash is cut");
          std::ranges::copy(stored, hash.begin());
          const auto old = before.find(hash);
          if (old != before.end()) {
            caller->use_ = old->second->use_;
          } else {
            caller->use_ = std::make_shared<ProgramCaller::Use>();
            caller->use_->written_at = row.time(7);
          }
          known.emplace(hash, std::move(caller));
          return {};
        },
        store_.now()));
    return known;
  });
}

Result<> ApplicationKeys::reload() {
  const std::lock_guard one_at_a_time(reload_mutex_);
  std::shared_ptr<const Known> before;
  {
    const std::lock_guard lock(mutex_);
    before = known_;
  }
  auto known = load(*before);
  if (!known)
    log::error("the keys of applications cannot be read, none is let in: {}", to_string(known.error()));
  auto loaded = std::make_shared<const Known>(known ? *std::move(known) : Known{});
  const std::lock_guard lock(mutex_);
  known_ = std::move(loaded);
  if (!known) return std::unexpected(known.error());
  return {};
}

Result<std::shared_ptr<const ProgramCaller>> ApplicationKeys::authenticate(std::string_view token,
                                                                           std::string_view address) {
  const auto refused = [] { return fail(ErrorCode::kUnauthenticated, "no such key, or not from here"); };
  if (!token.starts_with(kApplicationKeyPrefix) || token.size() > limits::kTokenBytes) return refused();
  const crypto::Digest hash = crypto::hash_token(token);
  std::shared_ptr<const Known> known;
  {
    const std::lock_guard lock(mutex_);
    known = known_;
  }
  const auto found = known->find(hash);
  const Time now = store_.now();
  if (found == known->end() || now >= found->second->expires_at) return refused();
  if (!found->second->allowed_addresses.empty() &&
      !link::address_text_allowed(std::string(address), found->second->allowed_addresses))
    return refused();
  note_use(*found->second, now);
  return found->second;
}

// Nobody's wait: it is handed to the writer and may fail.
void ApplicationKeys::note_use(const ProgramCaller& caller, Time now) {
  {
    const std::lock_guard lock(caller.use_->mutex);
    if (now - caller.use_->written_at < kSeenPrecision) return;
    caller.use_->written_at = now;
  }
  store_.db.submit(
      [now, id = caller.key_id](db::Tx& tx) -> Result<> {
        YZ_TRY(tx.run(q::application_key_touch, id, now));
        return {};
      },
      [](Result<> done) {
        if (!done) log::warn("the time of last use was not stored: {}", to_string(done.error()));
      });
}

}  // namespace yizhan::service
