// The SQL compiler: what it makes of statements, and that a mistake is reported with its place.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

#include "support/test_database.h"

namespace yizhan::db {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EmbedSqlTest : public ::testing::Test {
 protected:
  struct Outcome {
    int status;
    std::string errors;
    std::string source;
  };

  void SetUp() override {
    std::filesystem::create_directory(folder_.file("queries"));
    std::filesystem::create_directory(folder_.file("migrations"));
  }
  void file(const std::string& name, const std::string& text) { std::ofstream(folder_.file(name)) << text; }
  std::string read(const std::string& name) {
    std::stringstream out;
    out << std::ifstream(folder_.file(name)).rdbuf();
    return out.str();
  }
  Outcome run() {
    const std::string command = fmt::format(
        "python3 tools/embed_sql.py --queries {0}/queries --migrations {0}/migrations --namespace x "
        "--include q.h "
        "--out {0}/out 2>{0}/errors",
        folder_.file(""));
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), read("errors"), read("out/q.cc")};
  }
  Outcome query(const std::string& text) {
    file("queries/a.sql", text);
    return run();
  }
  void expect_mistake(const std::string& text, int line, const std::string& what) {
    const Outcome o = query(text);
    EXPECT_EQ(o.status, 1) << text;
    EXPECT_THAT(o.errors, HasSubstr(fmt::format("a.sql:{}: ", line))) << text;
    EXPECT_THAT(o.errors, HasSubstr(what)) << text;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(EmbedSqlTest, Mistakes) {
  expect_mistake("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n", 3, "already");
  expect_mistake("-- name: a :mysql\nSELECT 1\n", 1, "unknown");
  expect_mistake("-- nmae: a\nSELECT 1\n", 1, "unknown directive");
  expect_mistake("\nSELECT 1\n", 2, "before the first name");
  expect_mistake("-- name: A\nSELECT 1\n", 1, "cannot be a name");
  expect_mistake("-- name: delete\nSELECT 1\n", 1, "cannot be a name");
  expect_mistake("-- name: a\n-- nothing\n", 1, "no statement");
  expect_mistake("-- name: a\nSELECT 1; SELECT 2\n", 1, "more than one");
  expect_mistake("-- name: a\nSELECT 'open\n", 1, "quote");
  expect_mistake("-- name: a\nSELECT $2\n", 1, "gaps");
  expect_mistake("-- name: a\nSELECT r.x FROM :rows AS r\n", 1, "not declared");
  expect_mistake("-- name: a :rows(x bigint)\nSELECT 1\n", 1, "not used");
  expect_mistake("-- name: a :rows(x bigint)\nSELECT r.y FROM :rows AS r\n", 1, "no column");
  expect_mistake("-- name: a :rows(x bigint)\nSELECT r.x FROM :rows r\n", 1, "AS name");
  expect_mistake("-- name: a :rows(x int7)\nSELECT r.x FROM :rows AS r\n", 1, "int7");
  expect_mistake("-- name: a :rows(x bigint, x text)\nSELECT r.x FROM :rows AS r\n", 1, "twice");
  expect_mistake("-- name: a :rows(x bigint)\nSELECT $1 FROM :rows AS r\n", 1, "beside :rows");
  expect_mistake("-- name: a :runs\nSELECT 1\n", 1, "runs");
  expect_mistake("-- name: a :postgres :runs\nSELECT 1\n", 1, "runs");
  expect_mistake("-- name: a :sqlite :runs\nSELECT 1\n", 1, "first column");
  expect_mistake("-- name: a :rows(x text) :sqlite :runs\nSELECT 1\n", 1, "first column");
}

TEST_F(EmbedSqlTest, CommentsAndStringsAreLeftAlone) {
  const Outcome o = query(
      "-- name: a\n-- a comment; with $9\nSELECT '$1 -- no; comment', \"$2\" /* $3 */ FROM t WHERE x = "
      "$1;\n");
  EXPECT_EQ(o.status, 0) << o.errors;
  EXPECT_THAT(o.source, HasSubstr("SELECT '$1 -- no; comment', \"$2\" FROM t WHERE x = ?1)"));
  EXPECT_THAT(o.source, HasSubstr("SELECT '$1 -- no; comment', \"$2\" FROM t WHERE x = $1)"));
  EXPECT_THAT(o.source, Not(HasSubstr("$9")));
}

TEST_F(EmbedSqlTest, ValuesOnlyWhereItIsPlainlyTheSame) {
  const Outcome plain =
      query("-- name: a :rows(x bigint)\nINSERT INTO t(a, b) SELECT r.x, 'c,d' FROM :rows AS r\n");
  EXPECT_THAT(plain.source, HasSubstr("VALUES (?1, 'c,d')"));
  for (const char* other :
       {"SELECT COUNT(r.x), 1 FROM :rows AS r", "SELECT DISTINCT r.x, 1 FROM :rows AS r",
        "SELECT r.x, 1 FROM :rows AS r WHERE r.x > 1", "SELECT r.x, y FROM :rows AS r, u"}) {
    const Outcome o = query(fmt::format("-- name: a :rows(x bigint)\nINSERT INTO t(a, b) {}\n", other));
    EXPECT_EQ(o.status, 0) << o.errors;
    EXPECT_THAT(o.source, Not(HasSubstr("VALUES"))) << other;
    EXPECT_THAT(o.source, HasSubstr("(SELECT ?1 AS x) AS r")) << other;
  }
}

// For SQLite the look-up itself, without a subquery of one row beside it.
TEST_F(EmbedSqlTest, TheConditionOfAJoinWithTheBatchBecomesTheStatements) {
  const Outcome found = query(
      "-- name: a :rows(id bigint)\nSELECT r.ord, t.name FROM :rows AS r JOIN thing t ON t.id = r.id\n");
  EXPECT_THAT(found.source, HasSubstr("SELECT ?2, t.name FROM thing t  WHERE ( t.id = ?1)"));
  const Outcome more = query(
      "-- name: a :rows(id bigint)\nSELECT r.ord, u.x FROM :rows AS r JOIN thing t ON t.id = r.id AND t.a = "
      "1 "
      "JOIN u ON u.id = t.u WHERE u.x > 0 OR u.y > 0 ORDER BY u.x\n");
  EXPECT_THAT(more.source, HasSubstr("FROM thing t JOIN u ON u.id = t.u WHERE ( t.id = ?1 AND t.a = 1 ) AND "
                                     "( u.x > 0 OR u.y > 0 ) ORDER BY u.x"));
  const Outcome outer =
      query("-- name: a :rows(id bigint)\nSELECT r.ord, u.x FROM :rows AS r LEFT JOIN u ON u.id = r.id\n");
  EXPECT_THAT(outer.source, HasSubstr("FROM (SELECT ?1 AS id, ?2 AS ord) AS r LEFT JOIN u"));
}

// A second text for a whole batch, where the batch is the outer loop of what the statement does.
TEST_F(EmbedSqlTest, ABatchAsATable) {
  const Outcome insert = query(
      "-- name: a :rows(x bigint, y text)\nINSERT INTO t(a, b, c) SELECT r.y, 'r.x', r.x FROM :rows AS r\n"
      "ON CONFLICT (a) DO NOTHING\n");
  EXPECT_THAT(insert.source, HasSubstr("INSERT OR FAIL INTO t(a, b, c) SELECT r.c2, 'r.x', r.c1 "
                                       "FROM bulk_rows(?1) AS r WHERE true\nON CONFLICT (a) DO NOTHING"));
  const Outcome select = query(
      "-- name: a :rows(id bigint)\nSELECT r.ord, t.name FROM :rows AS r JOIN thing t ON t.id = r.id\n");
  EXPECT_THAT(select.source,
              HasSubstr("SELECT r.ord, t.name FROM bulk_rows(?1) AS r CROSS JOIN thing t ON t.id = r.c1"));
  for (const char* other :
       {"INSERT INTO t(a) SELECT r.x FROM :rows AS r RETURNING a",
        "DELETE FROM t USING :rows AS r WHERE a = r.x", "UPDATE t SET a = 1 FROM :rows AS r WHERE b = r.x",
        "SELECT t.a FROM t JOIN :rows AS r ON r.x = t.a"}) {
    const Outcome o = query(fmt::format("-- name: a :rows(x bigint)\n{}\n", other));
    EXPECT_EQ(o.status, 0) << o.errors;
    EXPECT_THAT(o.source, Not(HasSubstr("bulk_rows"))) << other;
  }
}

TEST_F(EmbedSqlTest, MigrationMistakes) {
  file("migrations/0001_a.sql", "CREATE TABLE a (x BIGINT);\n-- only: sqlite\nSELECT 1;\n");
  EXPECT_THAT(run().errors, HasSubstr("0001_a.sql:2: "));
  file("migrations/0001_a.sql", "-- end\n");
  EXPECT_THAT(run().errors, HasSubstr("0001_a.sql:1: "));
  file("migrations/0001_a.sql", "SELECT 1;\n-- only: oracle\n-- end\n");
  EXPECT_THAT(run().errors, HasSubstr("0001_a.sql:2: "));
  file("migrations/0001_a.sql", "SELECT 1;\n");
  file("migrations/0003_c.sql", "SELECT 1;\n");
  EXPECT_THAT(run().errors, HasSubstr("0003_c.sql:1: "));
  std::filesystem::remove(folder_.file("migrations/0003_c.sql"));
  file("migrations/2_b.sql", "SELECT 1;\n");
  EXPECT_THAT(run().errors, HasSubstr("2_b.sql:1: "));
}

}  // namespace
}  // namespace yizhan::db
