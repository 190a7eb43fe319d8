#pragma once
// A small world to send in, for tests and benchmarks: an open store with keys and clock, customers who
// consented, one approved content, a channel to a simulator, a frozen campaign. Written row by row as the
// services would. Single thread.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <string>

#include "approved_signature.h"
#include "crypto/digest.h"
#include "domain/campaign.h"
#include "domain/channel.h"
#include "domain/consent.h"
#include "domain/content.h"
#include "engine/batch_plan.h"
#include "engine/changes.h"
#include "engine/recipient.h"
#include "store/queries.h"
#include "store/schema.h"

namespace yizhan::testing {

class SendingWorld {
 public:
  SendingWorld(db::Database& database, const Clock& clock)
      : SendingWorld(database, clock, crypto::Keyring::generate()) {}
  // Over a database that has these keys.
  SendingWorld(db::Database& database, const Clock& clock, crypto::Keyring keyring)
      : keyring_(std::move(keyring)), ids_(clock), store_(database, clock, ids_, keyring_) {}

  store::Store& store() { return store_; }
  const crypto::Keyring& keyring() const { return keyring_; }

  Result<> prepare() {
    YZ_TRY(store::migrate(store_.db, store_.clock));
    return store::bind_and_prepare(store_, keyring_);
  }

  static uint64_t number_of(int64_t i) { return 8613800000000ULL + static_cast<uint64_t>(i); }

  // Customers 0 … count - 1 with consent to marketing; customer i has id i + 1.
  Result<> add_customers(int64_t count) {
    constexpr int64_t kChunk = 20'000;
    for (int64_t from = 0; from < count; from += kChunk)
      YZ_CHECK(add_customers(from, std::min(count, from + kChunk)));
    return {};
  }
  Result<> add_customers(int64_t from, int64_t to) {
    return store_.db.write([&](db::Tx& tx) -> Result<> {
      const Time now = store_.now();
      for (int64_t i = from; i < to; ++i) {
        const std::string digits = std::to_string(number_of(i));
        const std::string profile = fmt::format(R"({{"name":"客户{}"}})", i);
        const Bytes number = store_.cipher.seal(store::column::kCustomerNumber, digits);
        const Bytes sealed_profile = store_.cipher.seal(store::column::kCustomerProfile, profile);
        const crypto::BlindHash index = store_.number_index.of(digits);
        const std::array values{db::Param(i + 1), db::Param(index), db::Param(number),
                                db::Param(sealed_profile), db::Param(now)};
        YZ_TRY(tx.run_sql(
            "INSERT INTO customer (id, number_index, number_sealed, profile_sealed, region, carrier, zone, "
            "city, member_level,"
            " attributes, suppressed, import_id, created_at, updated_at, version)"
            " VALUES ($1, $2, $3, $4, 'CN', 1, 'Asia/Shanghai', '上海', '金卡', '{}', 0, 0, $5, $5, 1)",
            values));
        const std::array consent{db::Param(i + 1), db::Param(domain::MessageClass::kMarketing),
                                 db::Param(domain::ConsentKind::kGranted), db::Param(now)};
        YZ_TRY(tx.run_sql(
            "INSERT INTO consent_state (customer_id, message_class, purpose, kind, event_id, since)"
            " VALUES ($1, $2, '', $3, 0, $4)",
            consent));
      }
      return {};
    });
  }

  // An approved content; returns its version. `system_purpose` non-empty makes it a shipped text.
  Result<int64_t> add_content(std::string_view body, std::string_view opt_out_text,
                              std::string_view system_purpose = {}) {
    return store_.db.write([&](db::Tx& tx) -> Result<int64_t> {
      domain::ContentText text{.message_class = system_purpose.empty() ? domain::MessageClass::kMarketing
                                                                       : domain::MessageClass::kNotification,
                               .purpose = std::string(system_purpose),
                               .signature = "驿站",
                               .body = std::string(body),
                               .opt_out_text = std::string(opt_out_text),
                               .variables = {}};
      if (body.find("{name}") != std::string_view::npos) text.variables.push_back({"name", 20, "张三"});
      const int64_t content = store_.ids.next(), version = store_.ids.next();
      const crypto::Digest hash = crypto::sha256(domain::canonical(text));
      const Time now = store_.now();
      const std::string variables = engine::serialize_variables(text.variables);
      const std::array c{db::Param(content),
                         db::Param(text.message_class),
                         db::Param(text.purpose),
                         db::Param(system_purpose.empty() ? 0 : 1),
                         db::Param(domain::ContentState::kApproved),
                         db::Param(version),
                         db::Param(now)};
      YZ_TRY(
          tx.run_sql("INSERT INTO content (id, name, message_class, purpose, system, state, version_id, "
                     "approved_version_id, round,"
                     " created_by, created_at, updated_at, version) VALUES ($1, 'test', $2, $3, $4, $5, $6, "
                     "$6, 1, 0, $7, $7, 1)",
                     c));
      const std::array v{db::Param(version),
                         db::Param(content),
                         db::Param(text.message_class),
                         db::Param(text.purpose),
                         db::Param(text.signature),
                         db::Param(text.body),
                         db::Param(text.opt_out_text),
                         db::Param(variables),
                         db::Param(hash),
                         db::Param(now)};
      YZ_TRY(
          tx.run_sql("INSERT INTO content_version (id, content_id, number, message_class, purpose, "
                     "signature, body, opt_out_text, variables,"
                     " hash, verdict, findings, rule_packs, created_by, created_at)"
                     " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, 1, '[]', '[]', 0, $10)",
                     v));
      YZ_TRY(tx.run_sql(approved_signature(store_.ids.next(), text.signature), {}));
      content_hash_ = Bytes(hash.begin(), hash.end());
      return version;
    });
  }

  // Logs in as the carrier simulator's account; where the carrier dials, it logs in as the simulator does.
  Result<int64_t> add_channel(uint16_t port, const domain::ChannelOptions& options = {},
                              domain::ChannelProtocol protocol = domain::ChannelProtocol::kSmpp) {
    return store_.db.write([&](db::Tx& tx) -> Result<int64_t> {
      const int64_t id = store_.ids.next();
      const Bytes password = store_.cipher.seal({store::column::kChannelPassword, id}, "demo");
      const std::string json = json::encode(options);
      const Bytes peer = store_.cipher.seal({store::column::kChannelPeerPassword, id}, "carrier");
      const std::string_view speaks = name_of(protocol);
      const std::string name = fmt::format("channel {}", id);
      const std::array p{db::Param(id),   db::Param(name),         db::Param(port), db::Param(password),
                         db::Param(json), db::Param(store_.now()), db::Param(peer), db::Param(speaks)};
      YZ_TRY(tx.run_sql(
          "INSERT INTO channel (id, name, provider, protocol, host, port, system_id, password_sealed, "
          "access_code, options, enabled,"
          " created_by, created_at, updated_at, version, peer_password_sealed)"
          " VALUES ($1, $2, 'sim', $8, '127.0.0.1', $3, 'demo', $4, '10690001', $5, 1, 0, $6, $6, 1, $7)",
          p));
      return id;
    });
  }

  // A campaign's batch over the customers [0, count), frozen and not started; returns its id.
  Result<int64_t> add_batch(int64_t version, int64_t channel, int64_t count) {
    const int64_t batch = store_.ids.next(), first = store_.ids.next(count);
    const Time now = store_.now();
    YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::batch_insert, batch, domain::BatchOrigin::kCampaign, 0, version, content_hash_,
                    domain::MessageClass::kMarketing, "", channel, 0, 1440, 0, 0, domain::BatchState::kHeld,
                    count, first, first + count - 1, now, 0));
      return {};
    }));
    constexpr int64_t kChunk = 10'000;
    for (int64_t done = 0; done < count; done += kChunk) {
      db::Columns rows;
      std::string packed;
      for (int64_t i = done; i < std::min(count, done + kChunk); ++i) {
        packed.clear();
        const std::string name = fmt::format("客户{}", i);
        const std::array values{std::optional<std::string_view>(name)};
        YZ_CHECK(engine::pack(number_of(i), values, packed));
        rows.row(first + i, batch, i + 1, 0, domain::MessageState::kHeld, domain::Reason::kNotStarted, 1,
                 store_.cipher.seal({store::column::kMessagePayload, first + i}, packed), now);
      }
      YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
        YZ_TRY(tx.bulk(store::q::message_insert, rows));
        engine::Changes changes(engine::Care::kExpected);
        changes.count(batch, domain::MessageState::kHeld, domain::Reason::kNotStarted,
                      static_cast<int64_t>(rows.size()));
        return changes.write(tx, now);
      }));
    }
    return batch;
  }

  Result<> start_batch(int64_t batch) {
    return store_.db.write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::batch_start, batch, domain::BatchState::kRunning, store_.now(),
                    domain::BatchState::kHeld));
      return {};
    });
  }

  // Messages of a batch by state, counted from the rows.
  Result<std::map<std::string, int64_t>> counts(int64_t batch) {
    return store_.db.read([&](db::Tx& tx) -> Result<std::map<std::string, int64_t>> {
      std::map<std::string, int64_t> all;
      YZ_CHECK(tx.each(
          store::q::batch_counts_from_messages,
          [&](const db::Row& r) { all[std::string(name_of(r.as<domain::MessageState>(0)))] += r.i64(2); },
          batch));
      return all;
    });
  }
  // The same from the projection.
  Result<std::map<std::string, int64_t>> projected(int64_t batch) {
    return store_.db.read([&](db::Tx& tx) -> Result<std::map<std::string, int64_t>> {
      std::map<std::string, int64_t> all;
      YZ_CHECK(tx.each(
          store::q::batch_counts,
          [&](const db::Row& r) { all[std::string(name_of(r.as<domain::MessageState>(0)))] += r.i64(2); },
          batch));
      return all;
    });
  }

 private:
  crypto::Keyring keyring_;
  IdGenerator ids_;
  store::Store store_;
  Bytes content_hash_;
};

// Looks until `condition` holds; false when it does not within the deadline. The pause is a wait, not a
// synchronisation: what is waited for happens in other threads and over sockets, and the outcome does not
// depend on the pause.
template <class Condition>
bool eventually(Condition&& condition, std::chrono::milliseconds deadline = std::chrono::seconds(60)) {
  std::mutex mutex;
  std::condition_variable pause;
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::unique_lock lock(mutex);
    pause.wait_for(lock, std::chrono::milliseconds(5));
  }
  return true;
}

// A port of the loopback that nobody listens on now.
inline uint16_t free_port() {
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

}  // namespace yizhan::testing
