#pragma once
// Customer lists into the store: a file is checked, kept as evidence, and read in the background on one
// thread; every good row lands, every bad one is listed with its line, column and reason, and importing a
// file again changes nothing. Blocks where it says so; any thread.

#include <boost/describe.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "service/consent_ledger.h"
#include "service/evidence_files.h"
#include "service/import_batch.h"
#include "service/import_row.h"
#include "service/principal.h"

namespace yizhan::service {

// rows_read = rows_new + rows_changed + rows_unchanged + rows_duplicate + rows_refused, at every instant.
struct ImportView {
  ImportId id;
  std::string file_name;
  Bytes file_sha256;
  ImportOptions options;
  domain::ImportState state = domain::ImportState::kRunning;
  int64_t rows_read = 0, rows_new = 0, rows_changed = 0, rows_unchanged = 0, rows_duplicate = 0,
          rows_refused = 0;
  int64_t consents_granted = 0, consents_withdrawn = 0, opt_outs_kept = 0;
  int64_t bytes_total = 0, bytes_read = 0;
  std::string encoding;  // UTF-8, GB18030, UTF-16LE, UTF-16BE, XLSX
  std::string error;     // why it failed; empty else
  EvidenceId evidence_id;
  UserId created_by;
  Time created_at;
  std::optional<Time> finished_at;
  std::optional<std::map<std::string, int64_t>> refused_by_code;  // of one import, not in lists
};
BOOST_DESCRIBE_STRUCT(ImportView, (),
                      (id, file_name, file_sha256, options, state, rows_read, rows_new, rows_changed,
                       rows_unchanged, rows_duplicate, rows_refused, consents_granted, consents_withdrawn,
                       opt_outs_kept, bytes_total, bytes_read, encoding, error, evidence_id, created_by,
                       created_at, finished_at, refused_by_code))

struct ImportPage {
  std::vector<ImportView> items;
  std::optional<ImportId> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(ImportPage, (), (items, next_after))

class Imports {
 public:
  // `window_rows`: how many rows are sorted together.
  Imports(const store::Store& store, const EvidenceFiles& evidence, OptOutHook opted_out = {},
          size_t window_rows = limits::kImportWindowRows);
  // Stops between two batches; what is cut off is marked failed.
  ~Imports();
  Imports(const Imports&) = delete;
  Imports& operator=(const Imports&) = delete;

  // Marks failed what a stopped process left running; called once at start. How many there were.
  Result<int64_t> recover();

  // Checks the header, keeps the file as evidence and queues it; the file at `path` is then this object's,
  // which deletes it. On an error it stays the caller's. kInvalidArgument (field = the column),
  // kUnsupportedMedia, kMalformed, kBusy when limits::kImportQueueJobs wait.
  Result<ImportView> start(const Principal& who, const std::string& path, const std::string& file_name,
                           const ImportOptions& options);
  Result<ImportView> get(ImportId id) const;
  // Newest first.
  Result<ImportPage> list(std::optional<ImportId> after, int64_t limit) const;
  // The refused rows as CSV for Excel: line, column, code, reason in English and Chinese, masked value.
  Result<> write_refused_rows(ImportId id, const std::string& to_path) const;
  // Until the import has ended; for the command line and tests.
  void wait(ImportId id) const;
  // Ends the running import between two batches and takes no more. Idempotent.
  void stop();

 private:
  struct Job;
  class Run;
  void work();
  void run(Job& job);
  Result<> finish(const Job& job, const Result<>& outcome);

  const store::Store& store_;
  const EvidenceFiles& evidence_;
  OptOutHook opted_out_;
  const size_t window_rows_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> jobs_;  // the first one is being run
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yizhan::service
