#include "db/detail/sqlite_batch.h"

#include <new>
#include <string>

namespace yizhan::db {
namespace {

constexpr int kColumns = 32;
constexpr int kOrdinal = kColumns;    // the column after them
constexpr int kBatch = kColumns + 1;  // hidden: the argument
constexpr const char* kPointerType = "yizhan.batch";
// What the planner reckons with. The statements say themselves that the batch is the outer loop.
constexpr sqlite3_int64 kRowsExpected = 100;

struct BatchCursor : sqlite3_vtab_cursor {
  const Columns* batch = nullptr;
  size_t row = 0, rows = 0;
};

BatchCursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<BatchCursor*>(cursor); }

int batch_connect(sqlite3* db, void*, int, const char* const*, sqlite3_vtab** table, char**) {
  std::string columns;
  for (int i = 1; i <= kColumns; ++i) columns += 'c' + std::to_string(i) + ", ";
  const std::string declaration = "CREATE TABLE bulk_rows(" + columns + "ord, source HIDDEN)";
  if (const int code = sqlite3_declare_vtab(db, declaration.c_str()); code != SQLITE_OK) return code;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  *table = new (std::nothrow) sqlite3_vtab{};
  return *table ? SQLITE_OK : SQLITE_NOMEM;
}

int batch_disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

// Always from the first row to the last; there is no other way in than with the argument.
int batch_best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn != kBatch || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!constraint.usable) return SQLITE_CONSTRAINT;
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->estimatedCost = kRowsExpected;
    info->estimatedRows = kRowsExpected;
    return SQLITE_OK;
  }
  return SQLITE_CONSTRAINT;
}

int batch_open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
  *cursor = new (std::nothrow) BatchCursor{};
  return *cursor ? SQLITE_OK : SQLITE_NOMEM;
}

int batch_close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int batch_filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value** arguments) {
  BatchCursor& c = cursor_of(cursor);
  c.batch = static_cast<const Columns*>(sqlite3_value_pointer(arguments[0], kPointerType));
  c.row = 0;
  c.rows = c.batch ? c.batch->size() : 0;
  return SQLITE_OK;
}

int batch_next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor).row;
  return SQLITE_OK;
}

int batch_at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor).row >= cursor_of(cursor).rows ? 1 : 0;
}

int batch_column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
  const BatchCursor& c = cursor_of(cursor);
  if (index == kOrdinal) {
    sqlite3_result_int64(out, static_cast<sqlite3_int64>(c.row));
    return SQLITE_OK;
  }
  if (index > kOrdinal || static_cast<size_t>(index) >= c.batch->column_count()) return SQLITE_OK;  // NULL
  const Param value = c.batch->at(c.row, static_cast<size_t>(index));
  if (value.is_null()) return SQLITE_OK;
  switch (value.type()) {
    case Type::kInteger:
      sqlite3_result_int64(out, value.integer());
      break;
    case Type::kReal:
      sqlite3_result_double(out, value.real());
      break;
    case Type::kText:
      sqlite3_result_text64(out, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
      break;
    case Type::kBlob:
      sqlite3_result_blob64(out, value.data(), value.size(), SQLITE_STATIC);
      break;
    case Type::kUnknown:
      break;
  }
  return SQLITE_OK;
}

int batch_row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(cursor_of(cursor).row);
  return SQLITE_OK;
}

// Without xCreate the table is there by itself and cannot be made under another name.
constexpr sqlite3_module module_of_batches() {
  sqlite3_module m{};
  m.xConnect = batch_connect;
  m.xDisconnect = batch_disconnect;
  m.xBestIndex = batch_best_index;
  m.xOpen = batch_open;
  m.xClose = batch_close;
  m.xFilter = batch_filter;
  m.xNext = batch_next;
  m.xEof = batch_at_end;
  m.xColumn = batch_column;
  m.xRowid = batch_row_id;
  return m;
}
constexpr sqlite3_module kModule = module_of_batches();

}  // namespace

int register_batch_table(sqlite3* db) { return sqlite3_create_module(db, "bulk_rows", &kModule, nullptr); }

int bind_batch(sqlite3_stmt* statement, int position, const Columns& batch) {
  return sqlite3_bind_pointer(statement, position, const_cast<Columns*>(&batch), kPointerType, nullptr);
}

}  // namespace yizhan::db
