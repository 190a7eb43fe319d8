#pragma once
// A store with everything a use case needs besides the database: keys, ids, a clock that stands still. Single
// thread.
//
//   class IdentityTest : public testing::ServiceTest {};
//   YIZHAN_FOR_EACH_STORE(IdentityTest);

#include <optional>
#include <string>
#include <vector>

#include "crypto/keyring.h"
#include "service/principal.h"
#include "store/queries.h"
#include "store/store.h"
#include "support/approved_signature.h"
#include "support/test_database.h"

namespace yizhan::testing {

class ServiceTest : public StoreTest {
 protected:
  void SetUp() override {
    make(store::migrations());
    if (IsSkipped() || HasFatalFailure()) return;
    open_.emplace(db(), clock_, ids_, keyring_);
  }
  const store::Store& store() const { return *open_; }

  // SQL as somebody who goes around the program would run it.
  void execute(const std::string& sql) {
    const auto done = db().write([&](db::Tx& tx) { return tx.execute_script(sql); });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  // One that compliance has approved.
  void add_signature(std::string_view text) { execute(approved_signature(ids_.next(), text)); }
  // What guards consent_event and audit_log against changes, gone: as for one who owns the database.
  void lift_append_only() {
    if (is_sqlite())
      execute(
          "DROP TRIGGER consent_event_no_update; DROP TRIGGER consent_event_no_delete;"
          "DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete");
    else
      execute(
          "DROP TRIGGER consent_event_no_change ON consent_event; DROP TRIGGER audit_log_no_change ON "
          "audit_log");
  }
  int64_t count(const std::string& sql) {
    const auto found = db().read([&](db::Tx& tx) -> Result<int64_t> {
      int64_t n = 0;
      YZ_CHECK(tx.each_sql(sql, {}, [&](const db::Row& row) { n = row.i64(0); }));
      return n;
    });
    EXPECT_TRUE(found) << (found ? "" : to_string(found.error()));
    return found.value_or(-1);
  }
  // The audit log's actions in order.
  std::vector<std::string> actions() {
    std::vector<std::string> out;
    const auto read = db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT action FROM audit_log ORDER BY id", {},
                         [&](const db::Row& row) { out.push_back(row.string(0)); });
    });
    EXPECT_TRUE(read);
    return out;
  }

  IdGenerator ids_{clock_};
  crypto::Keyring keyring_ = crypto::Keyring::generate();
  std::optional<store::Store> open_;
};

inline service::Principal command_line() { return {store::ActorKind::kCommandLine, 0, "test", {}, {}}; }

}  // namespace yizhan::testing
