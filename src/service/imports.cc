#include "service/imports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <span>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "db/ordered_writes.h"
#include "service/import_preview.h"
#include "store/audit.h"
#include "store/queries.h"
#include "text/csv.h"
#include "text/utf8.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ImportState;

namespace {

constexpr int64_t kRefusedRowsPage = 2'000;
// The look-up by name is written in the order of hashes, of so many customers at a time (24 bytes each),
// which is as many as its pages hold of a million; and with so many in one commit.
constexpr size_t kNamesTogether = 512'000;
constexpr size_t kNamesOfJob = 16'000;

Result<ImportView> map_import(const db::Row& r) {
  ImportView v;
  v.id = r.id<ImportId>(0);
  v.file_name = r.string(1);
  v.file_sha256 = r.bytes(2);
  v.options = YZ_TRY(json::decode<ImportOptions>(r.text(3)));
  v.state = r.as<ImportState>(4);
  int64_t* counts[] = {&v.rows_read,      &v.rows_new,     &v.rows_changed,     &v.rows_unchanged,
                       &v.rows_duplicate, &v.rows_refused, &v.consents_granted, &v.consents_withdrawn,
                       &v.opt_outs_kept,  &v.bytes_total,  &v.bytes_read};
  int column = 5;
  for (int64_t* count : counts) *count = r.i64(column++);
  v.encoding = r.string(16);
  v.error = r.string(17);
  v.evidence_id = r.id<EvidenceId>(18);
  v.created_by = r.id<UserId>(19);
  v.created_at = r.time(20);
  if (r.i64(21) != 0) v.finished_at = r.time(21);
  return v;
}

Result<ImportView> load_import(db::Tx& tx, ImportId id) {
  auto view = YZ_TRY(tx.one(q::import_load, map_import, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such import");
  std::map<std::string, int64_t> codes;
  YZ_CHECK(tx.each(q::import_refused_by_code, [&](const db::Row& r) { codes[r.string(0)] = r.i64(1); }, id));
  view->refused_by_code = std::move(codes);
  return *std::move(view);
}

// The line that text::open_csv_file() names for bytes that are no text; 0 for any other error.
int64_t line_of(const Error& error) {
  long long line = 0;
  return std::sscanf(error.field.c_str(), "line %lld", &line) == 1 ? line : 0;
}

}  // namespace

struct Imports::Job {
  ImportId id;
  std::string path;
  int64_t bytes_total = 0;
  std::unique_ptr<text::RowSource> source;
  ImportRowReader reader;
  ImportOrigin origin;
  store::Actor actor;

  ~Job() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove(path, ignored);
  }
};

// Reading and preparing on this thread while the writer's thread writes the batch before.
class Imports::Run {
 public:
  Run(const Imports& owner, Job& job)
      : owner_(owner),
        store_(owner.store_),
        job_(job),
        planner_(store_, job.origin),
        writer_(store_, job.origin),
        windows_(owner.window_rows_),
        upcoming_(windows_.take()),
        writes_(store_.db, limits::kImportBatchesUnderWay, db::Priority::kBulk) {}

  // While one window goes to the writer batch by batch, as many rows are read for the next; twice as many
  // until the windows are as long as they may be, so that the writer need not wait for a whole one at first.
  Result<> all() {
    YZ_CHECK(read(limits::kImportBatchRows));
    while (upcoming_->size() > 0) {
      const auto window = std::exchange(upcoming_, windows_.take());
      window->sort();
      while (window->left()) {
        const auto batch = std::make_shared<ImportBatch>(window->take(limits::kImportBatchRows));
        YZ_CHECK(planner_.plan(*batch));
        YZ_CHECK(hand_over(window, batch));
        YZ_CHECK(read(2 * limits::kImportBatchRows));
      }
      YZ_CHECK(hand_over_names(kNamesTogether));
    }
    YZ_CHECK(writes_.finish());
    YZ_CHECK(hand_over_names(0));
    YZ_CHECK(writes_.finish());
    if (ended_) return std::unexpected(*ended_);
    return {};
  }

 private:
  // Into the next window, up to the end of the file or where it cannot be read on: the rows before that still
  // count.
  Result<> read(size_t most) {
    {
      const std::lock_guard lock(owner_.mutex_);
      if (owner_.stopping_) return fail(ErrorCode::kUnavailable, "the server was stopped");
    }
    const Time now = store_.now();
    ImportWindow& window = *upcoming_;
    for (size_t i = 0; i < most && more_ && window.size() < owner_.window_rows_; ++i) {
      const auto next = job_.source->next(row_);
      if (!next) {
        ended_ = next.error();
        if (const int64_t line = line_of(*ended_); line > 0)
          window.refuse({line, {}, RowCode::kEncodingInvalid, {}, 0});
      }
      more_ = next && *next;
      if (!more_) break;
      PreparedRow& prepared = window.next();
      if (auto refusal = job_.reader.read_to(row_, now, prepared.row)) {
        window.refuse(*std::move(refusal));
      } else {
        prepare(store_, prepared);
        window.add();
      }
    }
    window.bytes_read(job_.bytes_total / 1000 * job_.source->progress_per_mille());
    return {};
  }

  // The names of the customers that are written by now, once there are so many, in the order of their hashes.
  Result<> hand_over_names(size_t least) {
    const auto names = std::make_shared<std::vector<CustomerName>>();
    {
      const std::lock_guard lock(names_mutex_);
      if (names_.size() < least) return {};
      names->swap(names_);
    }
    std::ranges::sort(*names);
    for (size_t begin = 0; begin < names->size(); begin += kNamesOfJob) {
      const size_t count = std::min(kNamesOfJob, names->size() - begin);
      YZ_CHECK(writes_.add([names, begin, count](db::Tx& tx) {
        return add_names(tx, std::span(*names).subspan(begin, count));
      }));
    }
    return {};
  }

  Result<> hand_over(const std::shared_ptr<ImportWindow>& window, const std::shared_ptr<ImportBatch>& batch) {
    const auto withdrawn = std::make_shared<std::vector<int64_t>>();
    return writes_.add(
        [this, window, batch, withdrawn](db::Tx& tx) -> Result<> {
          YZ_TRY(writer_.write(tx, *batch, *withdrawn));
          return {};
        },
        [this, batch, withdrawn] {
          {
            const std::lock_guard lock(names_mutex_);
            names_.insert(names_.end(), batch->names.begin(), batch->names.end());
          }
          if (!owner_.opted_out_) return;
          for (const int64_t customer : *withdrawn) owner_.opted_out_(customer);
        });
  }

  const Imports& owner_;
  const store::Store& store_;
  Job& job_;
  ImportPlanner planner_;
  ImportBatchWriter writer_;  // the writer's thread's
  ImportWindows windows_;
  std::shared_ptr<ImportWindow> upcoming_;
  text::Row row_;
  std::mutex names_mutex_;
  std::vector<CustomerName> names_;  // of customers that are written, to be added to the look-up
  bool more_ = true;                 // rows in the file
  std::optional<Error> ended_;       // of reading
  db::OrderedWrites writes_;         // last: what is under way uses the above
};

Imports::Imports(const store::Store& store, const EvidenceFiles& evidence, OptOutHook opted_out,
                 size_t window_rows)
    : store_(store),
      evidence_(evidence),
      opted_out_(std::move(opted_out)),
      window_rows_(window_rows),
      thread_([this] { work(); }) {}

Imports::~Imports() { stop(); }

void Imports::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<int64_t> Imports::recover() {
  std::vector<int64_t> left;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::imports_in_state, [&](const db::Row& r) { left.push_back(r.i64(0)); }, ImportState::kRunning);
  }));
  for (const int64_t id : left) YZ_CHECK(index_import(store_, id));
  return store_.db.write([&](db::Tx& tx) -> Result<int64_t> {
    for (const int64_t id : left) {
      YZ_TRY(tx.run(q::import_finish, id, ImportState::kFailed,
                    "cut off by a stop of the server: import the file again", store_.now(), 0,
                    ImportState::kRunning));
      YZ_CHECK(store::append_audit(tx, store_, system_principal().actor(),
                                   {"import.fail", "import", id, "cut off by a stop of the server", "{}"}));
    }
    return std::ssize(left);
  });
}

Result<ImportView> Imports::start(const Principal& who, const std::string& path, const std::string& file_name,
                                  const ImportOptions& options) {
  const FileKind encoding = YZ_TRY(file_kind(path));
  auto source =
      YZ_TRY(text::open_row_source(path, {.sheet = options.sheet, .bad_bytes = text::BadBytes::kReplace}));
  text::Row header;
  if (!YZ_TRY(source->next(header))) return fail(ErrorCode::kInvalidArgument, "the file is empty", "file");
  ImportRowReader reader = YZ_TRY(ImportRowReader::create(header, options));
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return fail(ErrorCode::kUnavailable, "the server is stopping");
    if (jobs_.size() >= limits::kImportQueueJobs)
      return fail(ErrorCode::kBusy, "too many imports are waiting");
  }
  const auto kept = YZ_TRY(evidence_.keep(path));
  std::string number_column = reader.number_column();
  auto job = std::make_unique<Job>(store_.ids.make<ImportId>(), std::string(), kept.bytes, std::move(source),
                                   std::move(reader), ImportOrigin{}, who.actor());
  job->origin = {job->id.value, 0, who.person(), options.purpose, std::move(number_column)};
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<ImportView> {
    const auto evidence = YZ_TRY(evidence_.record(tx, kept, file_name, encoding.media_type, who.person()));
    job->origin.evidence_id = evidence.value;
    YZ_TRY(tx.run(q::import_insert, job->id, file_name, kept.sha256, json::encode(options),
                  ImportState::kRunning, kept.bytes, encoding.encoding, evidence, who.person(),
                  store_.now()));
    json::Object detail{
        {"file_sha256", to_hex(kept.sha256)}, {"bytes", kept.bytes}, {"purpose", options.purpose}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"import.start", "import", job->id.value, {}, json::serialize(detail)}));
    return load_import(tx, job->id);
  }));
  const std::lock_guard lock(mutex_);
  job->path = path;
  jobs_.push_back(std::move(job));
  changed_.notify_all();
  return view;
}

void Imports::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job& job = *jobs_.front();
    lock.unlock();
    run(job);
    lock.lock();
    jobs_.pop_front();
    changed_.notify_all();
  }
}

void Imports::run(Job& job) {
  Result<> outcome;
  try {
    outcome = Run(*this, job).all();
  } catch (const std::exception& e) {
    outcome = fail(ErrorCode::kInternal, e.what());
  }
  if (const auto finished = finish(job, outcome); !finished)
    log::error("import not finished import={} error={}", to_string(job.id), to_string(finished.error()));
}

// One that cannot be finished is finished by recover().
Result<> Imports::finish(const Job& job, const Result<>& outcome) {
  if (!outcome) YZ_CHECK(index_import(store_, job.id.value));
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    const auto state = outcome ? ImportState::kFinished : ImportState::kFailed;
    YZ_TRY(tx.run(q::import_finish, job.id, state, outcome ? "" : to_string(outcome.error()), store_.now(),
                  outcome ? 1 : 0, ImportState::kRunning));
    const ImportView v = YZ_TRY(load_import(tx, job.id));
    const json::Object detail{{"rows_read", v.rows_read},
                              {"rows_new", v.rows_new},
                              {"rows_changed", v.rows_changed},
                              {"rows_unchanged", v.rows_unchanged},
                              {"rows_duplicate", v.rows_duplicate},
                              {"rows_refused", v.rows_refused},
                              {"consents_granted", v.consents_granted},
                              {"consents_withdrawn", v.consents_withdrawn},
                              {"opt_outs_kept", v.opt_outs_kept}};
    return store::append_audit(
        tx, store_, job.actor,
        {outcome ? "import.finish" : "import.fail", "import", job.id.value, {}, json::serialize(detail)});
  });
}

Result<ImportView> Imports::get(ImportId id) const {
  return store_.db.read([&](db::Tx& tx) { return load_import(tx, id); });
}

Result<ImportPage> Imports::list(std::optional<ImportId> after, int64_t limit) const {
  return store_.db.read([&](db::Tx& tx) -> Result<ImportPage> {
    ImportPage page;
    YZ_CHECK(tx.each(
        q::import_list,
        [&](const db::Row& r) -> Result<> {
          page.items.push_back(YZ_TRY(map_import(r)));
          return {};
        },
        after.value_or(ImportId{INT64_MAX}), limit + 1));
    if (std::ssize(page.items) > limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

Result<> Imports::write_refused_rows(ImportId id, const std::string& to_path) const {
  YZ_TRY(get(id));
  const File file(std::fopen(to_path.c_str(), "wbe"));
  if (!file) return fail(ErrorCode::kStoreFailed, "cannot open the file to write", to_path);
  std::string text;
  text::CsvWriter csv(text);
  csv.byte_order_mark();
  for (const char* name : {"line", "column", "code", "reason", "原因", "value_masked", "first_line"})
    csv.cell(name);
  csv.end_row();
  int64_t line = 0, ordinal = 0;
  for (bool more = true; more;) {
    int64_t rows = 0;
    YZ_CHECK(store_.db.read([&](db::Tx& tx) {
      return tx.each(
          q::import_refused_page,
          [&](const db::Row& r) {
            ++rows;
            ordinal = r.i64(0);
            line = r.i64(1);
            csv.cell(line);
            csv.cell(r.text(2));
            csv.cell(r.text(3));
            csv.cell(row_code_english(r.text(3)));
            csv.cell(row_code_chinese(r.text(3)));
            csv.cell(r.text(4));
            if (r.i64(5) != 0)
              csv.cell(r.i64(5));
            else
              csv.cell("");
            csv.end_row();
          },
          id, line, ordinal, kRefusedRowsPage);
    }));
    if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size())
      return fail(ErrorCode::kDiskFull, "cannot write the refused rows", to_path);
    text.clear();
    more = rows == kRefusedRowsPage;
  }
  return {};
}

void Imports::wait(ImportId id) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return std::ranges::none_of(jobs_, [&](const auto& job) { return job->id == id; }); });
}

}  // namespace yizhan::service
