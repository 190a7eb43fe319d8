#pragma once
// A batch of rows as a table of SQLite: bulk_rows(?1), whose argument is a `const Columns*` bound by
// bind_batch(). Its columns are c1, c2, … c32 (NULL beyond the batch's own) and ord, the row's index from 0.
// A statement over it runs once for all rows and keeps its place in the trees that it reads and writes, where
// one that is run row by row is bound, started and ended for each and searches from the root. The
// connection's thread.

#include <sqlite3.h>

#include "db/query.h"

namespace yizhan::db {

// To be called once for each connection. A code of SQLite.
int register_batch_table(sqlite3* db);

// The batch outlives the stepping and is not changed meanwhile. A code of SQLite.
int bind_batch(sqlite3_stmt* statement, int position, const Columns& batch);

}  // namespace yizhan::db
