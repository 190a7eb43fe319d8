#include "service/audit.h"

#include <gtest/gtest.h>

#include "store/audit.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using testing::command_line;

class AuditTest : public testing::ServiceTest {
 protected:
  void append(std::string_view action, const store::Actor& actor, std::string_view type, int64_t id) {
    const auto done = db().write([&](db::Tx& tx) {
      return store::append_audit(tx, store(), actor, {action, type, id, "because", R"({"n":1})"});
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  // Five entries a minute apart.
  void fill() {
    const store::Actor user{store::ActorKind::kUser, 11, "wang"};
    const store::Actor key{store::ActorKind::kApiKey, 12, "erp"};
    append("content.create", user, "content", 100);
    clock_.advance(minutes(1));
    append("content.submit", user, "content", 100);
    clock_.advance(minutes(1));
    append("campaign.plan", key, "campaign", 200);
    clock_.advance(minutes(1));
    append("content.approve", {store::ActorKind::kUser, 13, "chen"}, "content", 100);
    clock_.advance(minutes(1));
    append("user.create", {store::ActorKind::kSystem, 0, "system"}, "user", 11);
  }
  std::vector<int64_t> numbers(const ListAudit& request) {
    const auto page = Audit(store()).list(request);
    EXPECT_TRUE(page) << (page ? "" : to_string(page.error()));
    std::vector<int64_t> out;
    if (page)
      for (const auto& item : page->items) out.push_back(item.number);
    return out;
  }
  store::AuditCheck verify() {
    const auto check = store::verify_audit(store());
    EXPECT_TRUE(check) << (check ? "" : to_string(check.error()));
    return check.value_or(store::AuditCheck{});
  }
};

YIZHAN_FOR_EACH_STORE(AuditTest);

using Numbers = std::vector<int64_t>;

TEST_P(AuditTest, ListsNewestFirstInPages) {
  fill();
  const auto first = Audit(store()).list({.limit = 2});
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_EQ(first->items[0].number, 5);
  EXPECT_EQ(first->items[0].actor_kind, "system");
  EXPECT_FALSE(first->items[0].actor_id);
  EXPECT_EQ(first->items[1].action, "content.approve");
  EXPECT_EQ(first->items[1].actor_id, to_string(UserId{13}));
  EXPECT_EQ(first->items[1].object_id, to_string(ContentId{100}));
  EXPECT_EQ(first->items[1].reason, "because");
  EXPECT_EQ(json::serialize(first->items[1].detail), R"({"n":1})");
  EXPECT_EQ(first->items[1].hash.size(), 32u);
  EXPECT_EQ(first->next_after, 4);
  EXPECT_EQ(numbers({.limit = 2, .after = 4}), (Numbers{3, 2}));
  EXPECT_EQ(numbers({.limit = 2, .after = 2}), (Numbers{1}));
}

TEST_P(AuditTest, Filters) {
  fill();
  const Time begin{1'800'000'000'000'000};
  EXPECT_EQ(numbers({.actor = "wang"}), (Numbers{2, 1}));
  EXPECT_EQ(numbers({.actor = to_string(UserId{13})}), (Numbers{4}));
  EXPECT_EQ(numbers({.actor = to_string(ApiKeyId{12})}), (Numbers{3}));
  EXPECT_EQ(numbers({.action = "content."}), (Numbers{4, 2, 1}));
  EXPECT_EQ(numbers({.action = "content.submit"}), (Numbers{2}));
  EXPECT_EQ(numbers({.action = "%"}), (Numbers{}));
  EXPECT_EQ(numbers({.object = to_string(ContentId{100})}), (Numbers{4, 2, 1}));
  EXPECT_EQ(numbers({.object = to_string(CampaignId{100})}), (Numbers{}));
  EXPECT_EQ(numbers({.from = begin + minutes(1), .until = begin + minutes(3)}), (Numbers{3, 2}));
  EXPECT_EQ(numbers({.actor = "wang", .action = "content.c", .object = to_string(ContentId{100})}),
            (Numbers{1}));
  const auto refused = Audit(store()).list({.object = "100"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "/object");
}

TEST_P(AuditTest, AnUntouchedLogIsWhole) {
  EXPECT_EQ(verify().broken_at, 0) << "an empty one too";
  fill();
  EXPECT_EQ(verify().broken_at, 0);
  EXPECT_EQ(verify().entries, 5);
  const auto view = Audit(store()).verify(command_line());
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->whole);
  EXPECT_EQ(actions().back(), "audit.verify");
  EXPECT_EQ(verify().entries, 6);
}

TEST_P(AuditTest, TheLedgersAreAppendOnly) {
  fill();
  execute(
      "INSERT INTO customer SELECT 1, hash, hash, NULL, NULL, 'CN', 1, '', '', '', '{}', 0, 0, 0, 0, 1, 0 "
      "FROM "
      "audit_log WHERE id = 1;"
      "INSERT INTO consent_event VALUES (1, 1, 3, '', 2, 'call', 0, 0, 0, 2, 0, 0, 0, '')");
  for (const char* table : {"audit_log", "consent_event"})
    for (const std::string& change :
         {"UPDATE " + std::string(table) + " SET id = id + 100", "DELETE FROM " + std::string(table)}) {
      const auto done = db().write([&](db::Tx& tx) { return tx.execute_script(change); });
      EXPECT_FALSE(done) << change;
    }
  EXPECT_EQ(verify().entries, 5);
  EXPECT_EQ(verify().broken_at, 0);
  EXPECT_EQ(count("SELECT id FROM consent_event"), 1);
}

TEST_P(AuditTest, EveryChangedColumnIsFound) {
  fill();
  lift_append_only();
  for (const char* change :
       {"at = at + 1", "actor_kind = 3", "actor_id = 99", "actor_name = 'x'", "action = 'x'",
        "object_type = 'x'", "object_id = 1", "reason = ''", "detail = '{}'"}) {
    execute("CREATE TABLE kept AS SELECT * FROM audit_log");
    execute(std::string("UPDATE audit_log SET ") + change + " WHERE id = 3");
    EXPECT_EQ(verify().broken_at, 3) << change;
    EXPECT_EQ(verify().entries, 2) << change;
    execute("DELETE FROM audit_log");
    execute("INSERT INTO audit_log SELECT * FROM kept");
    execute("DROP TABLE kept");
    EXPECT_EQ(verify().broken_at, 0) << change;
  }
}

TEST_P(AuditTest, AMissingEntryIsFound) {
  fill();
  lift_append_only();
  execute("DELETE FROM audit_log WHERE id = 3");
  EXPECT_EQ(verify().broken_at, 4) << "the first that does not fit";
  EXPECT_EQ(verify().fault, "entry 3 is missing");
  const auto view = Audit(store()).verify(command_line());
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->whole);
  EXPECT_EQ(view->broken_at, 4);
}

TEST_P(AuditTest, MissingLastAndFirstEntriesAreFound) {
  fill();
  lift_append_only();
  execute("DELETE FROM audit_log WHERE id = 5");
  EXPECT_EQ(verify().broken_at, 5);
  execute("DELETE FROM audit_log WHERE id = 1");
  EXPECT_EQ(verify().broken_at, 2);
  execute("DELETE FROM audit_log");
  EXPECT_EQ(verify().broken_at, 1) << "all gone";
}

TEST_P(AuditTest, RenumberedAndExchangedEntriesAreFound) {
  fill();
  lift_append_only();
  execute("DELETE FROM audit_log WHERE id = 3");
  execute("UPDATE audit_log SET id = 3 WHERE id = 4");
  execute("UPDATE audit_log SET id = 4 WHERE id = 5");
  EXPECT_EQ(verify().broken_at, 3);
}

TEST_P(AuditTest, AnotherKeyDoesNotVerify) {
  fill();
  const store::Store other(db(), clock_, ids_, crypto::Keyring::generate());
  const auto check = store::verify_audit(other);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->broken_at, 1);
}

}  // namespace
}  // namespace yizhan::service
