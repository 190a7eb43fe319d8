#pragma once
// A batch of checked rows on its way into the store: prepared (hashed, sealed), sorted and made into rows of
// the store's tables on the importer's thread, written inside one writer transaction.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "service/customer_names.h"
#include "service/import_row.h"
#include "store/store.h"

namespace yizhan::service {

struct PreparedRow {
  ImportRow row;
  std::string digits;
  crypto::BlindHash number_index{};
  Bytes number_sealed;
  std::optional<crypto::BlindHash> name_index;
  std::string profile;  // encode_profile()
  Bytes profile_sealed;
};

// What is written of customers whom the store does not know, not even on its suppression list: by far the
// most. Made before anybody has looked, so that the writer's thread only leaves out those whom it finds.
struct ImportPlan {
  db::Columns keys;  // the customers' blind indexes
  db::Columns customers, events, states, suppressions;
  std::vector<uint32_t> event_of,
      suppression_of;    // the customer, by his place in `keys`; of states as of events
  int64_t first_id = 0;  // the customers' ids count up from it
};

// The rows are their window's.
struct ImportBatch {
  std::vector<PreparedRow*> rows;
  std::vector<size_t> heads;  // the first row of each number, in `rows`
  ImportPlan plan;
  std::vector<RowRefusal> refused;
  int64_t bytes_read = 0;
  std::vector<CustomerName> names;  // what writing it left to be added
};

// Fills what follows from the row.
void prepare(const store::Store& store, PreparedRow& row);

// Many rows, given out batch by batch in the order of their blind index (then line). The index of the store
// is random in the file's order: a batch in its own order touches a page of it for nearly every row, a batch
// of a long sorted window only the pages that many of its rows share. Filled once or, after clear(), again:
// the memory of its rows stays.
class ImportWindow {
 public:
  // `most`: how many rows it will have.
  explicit ImportWindow(size_t most) { rows_.reserve(most); }
  ImportWindow(const ImportWindow&) = delete;
  ImportWindow& operator=(const ImportWindow&) = delete;

  // A row to be filled, which counts once it is added.
  PreparedRow& next();
  void add() { ++used_; }
  void refuse(RowRefusal&& refusal) { refused_.push_back(std::move(refusal)); }
  void bytes_read(int64_t bytes) { bytes_read_ = bytes; }
  size_t size() const { return used_ + refused_.size(); }
  // Once, after the last row.
  void sort();
  bool left() const { return given_ < order_.size() || told_ < refused_.size(); }
  // At most `most` rows and as many that are refused. The rows are good until clear().
  ImportBatch take(size_t most);
  void clear();

 private:
  struct Key {
    uint64_t first;  // of the blind index: its first eight bytes
    uint32_t at;
  };

  std::vector<PreparedRow> rows_;  // the first used_; never more than were reserved
  size_t used_ = 0;
  std::vector<Key> order_;
  std::vector<RowRefusal> refused_;
  size_t given_ = 0, told_ = 0;
  int64_t bytes_read_ = 0;
};

// Windows that are filled again and again. One is free when the last who holds it lets it go, on any thread.
class ImportWindows {
 public:
  explicit ImportWindows(size_t rows) : rows_(rows), free_(std::make_shared<Free>()) {}
  std::shared_ptr<ImportWindow> take();

 private:
  struct Free {
    std::mutex mutex;
    std::vector<std::unique_ptr<ImportWindow>> windows;
  };
  size_t rows_;
  std::shared_ptr<Free> free_;
};

// Rows: read = fresh + changed + unchanged + duplicate + refused.
struct ImportCounts {
  int64_t read = 0, fresh = 0, changed = 0, unchanged = 0, duplicate = 0, refused = 0;
  int64_t granted = 0, withdrawn = 0;  // consent events; withdrawn counts refusals too
  int64_t opt_outs_kept = 0;           // consents of the file that stayed without effect
};

struct ImportOrigin {
  int64_t import_id = 0;
  int64_t evidence_id = 0;
  int64_t operator_id = 0;
  std::string purpose;
  std::string number_column;
};

// Fills the heads and plans of the batches of one import. Used on the importer's thread only; texts of
// consent that are new it writes itself.
class ImportPlanner {
 public:
  ImportPlanner(const store::Store& store, ImportOrigin origin) : store_(store), origin_(std::move(origin)) {}
  Result<> plan(ImportBatch& batch);

 private:
  Result<> know_texts(const ImportBatch& batch);
  Result<> add_customer(const PreparedRow& row, uint32_t place, int64_t& next_event, Time now,
                        ImportPlan& plan) const;

  const store::Store& store_;
  const ImportOrigin origin_;
  std::unordered_map<std::string, int64_t> texts_;  // of consent, by their own text; emptied when full
};

// Writes the batches of one import, in order. Used on the writer's thread only.
class ImportBatchWriter {
 public:
  ImportBatchWriter(const store::Store& store, ImportOrigin origin)
      : store_(store), origin_(std::move(origin)) {}

  // Customers, consent, suppression, refused rows and progress, all or nothing, but for the look-up of
  // customers by name. `withdrawn` gets the customers who were opted out by the batch though they could be
  // written to before.
  Result<ImportCounts> write(db::Tx& tx, ImportBatch& batch, std::vector<int64_t>& withdrawn);

 private:
  struct Current;
  struct Output;
  Result<> load(db::Tx& tx, const ImportBatch& batch, std::vector<Current>& current);
  Result<> load_known(db::Tx& tx, std::vector<Current>& current);
  Result<> load_recorded(db::Tx& tx, const std::vector<PreparedRow*>& rows, const std::vector<size_t>& heads,
                         std::vector<Current>& current);
  Result<> write_plan(db::Tx& tx, const ImportBatch& batch, std::vector<Current>& current);
  Result<> note_planned(const PreparedRow& row, Current& current, Output& out);
  Result<> write_head(db::Tx& tx, const PreparedRow& row, Current& current, Output& out);
  Result<> write_repeated(const PreparedRow& row, const Current& current, Output& out);
  Result<> record_consents(db::Tx& tx, const PreparedRow& row, Current& current, Output& out);
  Result<int64_t> text_id(db::Tx& tx, const std::string& text);
  Result<> flush(db::Tx& tx, ImportBatch& batch, Output& out);

  const store::Store& store_;
  ImportOrigin origin_;
  std::unordered_map<std::string, int64_t> texts_;  // consent texts by their own text; emptied when full
  size_t refused_kept_ = 0;  // at most limits::kRefusedRowsKept; the rest is only counted
};

}  // namespace yizhan::service
