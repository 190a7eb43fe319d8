#include "service/policy_map.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "service/customers.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using testing::command_line;

constexpr const char* kPart = "[[part]]\nnumber = '1'\nzh = '总则'\nen = 'General'\n";

std::string clause(const std::string& lines) {
  return std::string(kPart) + "[[clause]]\nnumber = '1.1'\ntext_zh = '甲'\ntext_en = 'a'\n" + lines;
}

// Where the error says that the fault is.
std::string fault(const std::string& source) {
  const auto parsed = parse_policy_map(source, "map");
  return parsed ? "none" : parsed.error().field;
}

TEST(PolicyMapFile, FaultsNameFileAndLine) {
  const std::string whole =
      "state = 'partly'\ncontrol_zh = '乙'\ncontrol_en = 'b'\nmissing_zh = '丙'\nmissing_en = 'c'\n"
      "tests = ['A.B']\nfigures = ['reveals']\n";
  const auto good = parse_policy_map(clause(whole), "map");
  ASSERT_TRUE(good) << to_string(good.error());
  ASSERT_EQ(good->size(), 1u);
  EXPECT_EQ((*good)[0].part, "1 总则 General");
  EXPECT_EQ((*good)[0].figures[0].unit, "count");
  EXPECT_EQ(fault("x = "), "map:1");
  EXPECT_EQ(fault("\n\n[[part"), "map:3");
  EXPECT_EQ(fault(clause("state = 'perhaps'\ntests = []\nfigures = []\n")), "map:9");
  EXPECT_EQ(fault(clause("state = 'not_yet'\ntests = []\nfigures = []\n")), "map:9");  // what is missing?
  EXPECT_EQ(
      fault(clause("state = 'partly'\nmissing_zh = '丙'\nmissing_en = 'c'\ntests = []\nfigures = []\n")),
      "map:9");  // no control
  EXPECT_EQ(
      fault(clause("state = 'enforced'\ncontrol_zh = '乙'\ncontrol_en = 'b'\ntests = []\nfigures = []\n")),
      "map:12");
  EXPECT_EQ(fault(clause("figures = ['none_such']\ntests = []\nstate = 'not_yet'\nmissing_zh = '丙'\n"
                         "missing_en = 'c'\n")),
            "map:9");
  EXPECT_EQ(fault(clause("stat = 'x'\n")), "map:9");
  EXPECT_EQ(fault(clause(whole) + clause(whole).substr(std::string(kPart).size())), "map:17");  // twice
  EXPECT_EQ(fault(clause(whole) + "[[clause]]\nnumber = '9.1'\n"), "map:17");                   // of no part
}

TEST(PolicyMapFile, TheShippedOneIsWhole) {
  std::ifstream file("rules/policy_map.toml", std::ios::binary);
  const std::string source((std::istreambuf_iterator<char>(file)), {});
  const auto clauses = parse_policy_map(source, "rules/policy_map.toml");
  ASSERT_TRUE(clauses) << to_string(clauses.error());
  EXPECT_EQ(clauses->size(), 63u);
  EXPECT_EQ(clauses->front().number, "1.1");
  EXPECT_EQ(clauses->back().number, "7.2.1");
}

class PolicyMapTest : public testing::ServiceTest {};
YIZHAN_FOR_EACH_STORE(PolicyMapTest);

double figure(const PolicyMap& map, const std::string& name) {
  for (const PolicyClause& clause : map.clauses)
    for (const PolicyFigure& f : clause.figures)
      if (f.name == name) return f.value;
  ADD_FAILURE() << "no clause shows " << name;
  return -1;
}

TEST_P(PolicyMapTest, FiguresAreOfTheRunningSystem) {
  const auto policy = Policy::load(store(), "rules/policy_map.toml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  const auto empty = (*policy)->map();
  ASSERT_TRUE(empty) << to_string(empty.error());
  EXPECT_EQ(empty->at, store().now());
  int64_t clauses = 0;
  for (const auto& [state, count] : empty->counts) clauses += count;
  EXPECT_EQ(clauses, static_cast<int64_t>(empty->clauses.size()));
  EXPECT_EQ(empty->counts.size(), 4u);
  EXPECT_EQ(figure(*empty, "delivery_percent"), 0);
  EXPECT_EQ(figure(*empty, "review_wait_seconds"), 0);

  const auto customer = Customers(store()).create(command_line(), {.number = "13800138000", .name = "张伟"});
  ASSERT_TRUE(customer);
  ASSERT_TRUE(Customers(store()).reveal(command_line(), customer->id, {"asked"}));
  const std::string hash = is_sqlite() ? "x'00'" : "'\\x00'";
  execute(
      "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
      "INSERT INTO user_account VALUES (2, 'n', 'N', 2, '', 0, 1, 0, 0, 0, 0, 0, 1);"
      "INSERT INTO batch_count VALUES (1, 5, 0, 30), (1, 6, 41, 10), (1, 9, 16, 3), (1, 9, 17, 4), (1, 9, "
      "15, "
      "5), (1, 9, 20, 6), (1, 1, 19, 7);"
      "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1);"
      "INSERT INTO content_version (id, content_id, number, message_class, "
      "purpose, signature, body, opt_out_text, variables, hash, "
      "verdict, findings, rule_packs, created_by, created_at) VALUES (3, 2, 1, 3, '', '', '', '', '[]', " +
      hash +
      ", 1, '[]', '[]', 1, 0);"
      "INSERT INTO content_review (id, content_id, version_id, version_hash, "
      "round, kind, decision, opinion_number, opinion, checklist, "
      "problems, dispositions, reviewer_id, reviewed_at) VALUES (4, 2, 3, " +
      hash + ", 1, 2, 2, '', '', '[]', '[]', '[]', 1, 1000000), (5, 2, 3, " + hash +
      ", 1, 3, 3, 'RO-1', '', '[]', '[]', '[]', 1, 61000000)");
  clock_.advance(seconds(20));
  EXPECT_EQ((*policy)->map()->at, empty->at);  // not read again yet
  EXPECT_EQ(figure(*(*policy)->map(), "reveals"), 0);
  clock_.advance(seconds(20));
  const auto map = (*policy)->map();
  ASSERT_TRUE(map) << to_string(map.error());
  EXPECT_EQ(map->at, store().now());
  EXPECT_EQ(figure(*map, "reveals"), 1);
  EXPECT_EQ(figure(*map, "audit_entries"), 2);
  EXPECT_EQ(figure(*map, "users_marketing"), 1);  // who is disabled does not count
  EXPECT_EQ(figure(*map, "users_compliance"), 0);
  EXPECT_EQ(figure(*map, "messages_sent"), 40);
  EXPECT_EQ(figure(*map, "delivery_percent"), 75);
  EXPECT_EQ(figure(*map, "messages_refused"), 18);
  EXPECT_EQ(figure(*map, "messages_refused_consent"), 7);
  EXPECT_EQ(figure(*map, "messages_refused_suppressed"), 5);
  EXPECT_EQ(figure(*map, "messages_refused_frequency"), 6);
  EXPECT_EQ(figure(*map, "messages_held_outside_window"), 7);
  EXPECT_EQ(figure(*map, "contents_approved"), 1);
  EXPECT_EQ(figure(*map, "contents_rejected"), 0);
  EXPECT_EQ(figure(*map, "review_wait_seconds"), 60);
}

TEST_P(PolicyMapTest, WithoutTheFileItIsUnavailable) {
  const auto policy = Policy::load(store(), "rules/none.toml");
  ASSERT_TRUE(policy);
  EXPECT_EQ((*policy)->map().error().code, ErrorCode::kUnavailable);
}

TEST_P(PolicyMapTest, ABrokenFileIsAnError) {
  testing::TemporaryFolder folder;
  std::ofstream(folder.file("policy_map.toml")) << "\n[[clause";
  const auto policy = Policy::load(store(), folder.file("policy_map.toml"));
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(policy.error().field, folder.file("policy_map.toml") + ":2");
}

TEST_P(PolicyMapTest, EveryFigureIsShownSomewhere) {
  const auto policy = Policy::load(store(), "rules/policy_map.toml");
  ASSERT_TRUE(policy);
  const auto map = (*policy)->map();
  const auto figures = db().read([&](db::Tx& tx) { return read_policy_figures(tx, store().now()); });
  ASSERT_TRUE(map && figures);
  std::set<std::string> shown;
  for (const PolicyClause& clause : map->clauses)
    for (const PolicyFigure& f : clause.figures) shown.insert(f.name);
  for (const auto& [name, value] : *figures) EXPECT_TRUE(shown.contains(std::string(name))) << name;
}

}  // namespace
}  // namespace yizhan::service
