#include "service/import_batch.h"

#include <algorithm>
#include <tuple>

#include "service/consent_ledger.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ConsentKind;
using domain::ConsentSource;
using domain::MessageClass;

namespace {

constexpr MessageClass kImported[] = {MessageClass::kMarketing, MessageClass::kNotification};

std::optional<ConsentKind> kind_in(const ImportRow& row, MessageClass message_class) {
  return message_class == MessageClass::kMarketing ? row.marketing : row.notification;
}

// One JSON text for one set of attributes; the file's go over those that are there.
Result<std::string> merged_attributes(const std::string& now, const ImportRow& row) {
  if (row.attributes.empty()) return now;
  json::Value value = YZ_TRY(json::parse(now));
  if (!value.is_object()) return fail(ErrorCode::kCorrupt, "a customer's attributes cannot be read");
  for (const auto& [name, text] : row.attributes) value.as_object()[*name] = text;
  return json::serialize(value);
}

void merge(std::string& into, const std::string& from) {
  if (!from.empty()) into = from;
}

// Whether what a row says puts its number on the suppression list.
bool suppresses(ConsentKind kind, MessageClass message_class) {
  return kind == ConsentKind::kWithdrawn && message_class == MessageClass::kMarketing;
}

}  // namespace

void prepare(const store::Store& store, PreparedRow& row) {
  row.digits = std::to_string(row.row.number.digits);
  row.number_index = store.number_index.of(row.digits);
  row.number_sealed.clear();
  store.cipher.seal_to(store::column::kCustomerNumber, row.digits, row.number_sealed);
  encode_profile_to(row.row.profile, row.profile);
  row.profile_sealed.clear();
  store.cipher.seal_to(store::column::kCustomerProfile, row.profile, row.profile_sealed);
  row.name_index.reset();
  if (!row.row.profile.name.empty()) row.name_index = store.name_index.of(row.row.profile.name);
}

PreparedRow& ImportWindow::next() {
  if (used_ == rows_.size()) rows_.emplace_back();
  return rows_[used_];
}

void ImportWindow::sort() {
  order_.resize(used_);
  for (uint32_t i = 0; i < used_; ++i) {
    const crypto::BlindHash& index = rows_[i].number_index;
    uint64_t first = 0;
    for (size_t byte = 0; byte < sizeof first; ++byte) first = first << 8 | index[byte];
    order_[i] = {first, i};
  }
  std::ranges::sort(order_, [&](const Key& a, const Key& b) {
    if (a.first != b.first) return a.first < b.first;
    return std::tie(rows_[a.at].number_index, rows_[a.at].row.line) <
           std::tie(rows_[b.at].number_index, rows_[b.at].row.line);
  });
}

ImportBatch ImportWindow::take(size_t most) {
  ImportBatch batch;
  batch.bytes_read = bytes_read_;
  batch.rows.reserve(std::min(most, order_.size() - given_));
  for (; given_ < order_.size() && batch.rows.size() < most; ++given_)
    batch.rows.push_back(&rows_[order_[given_].at]);
  for (; told_ < refused_.size() && batch.refused.size() < most; ++told_)
    batch.refused.push_back(std::move(refused_[told_]));
  return batch;
}

void ImportWindow::clear() {
  used_ = given_ = told_ = 0;
  order_.clear();
  refused_.clear();
  bytes_read_ = 0;
}

std::shared_ptr<ImportWindow> ImportWindows::take() {
  std::unique_ptr<ImportWindow> window;
  {
    const std::lock_guard lock(free_->mutex);
    if (!free_->windows.empty()) {
      window = std::move(free_->windows.back());
      free_->windows.pop_back();
    }
  }
  if (!window) window = std::make_unique<ImportWindow>(rows_);
  window->clear();
  return {window.release(), [free = free_](ImportWindow* done) {
            std::unique_ptr<ImportWindow> owned(done);
            const std::lock_guard lock(free->mutex);
            free->windows.push_back(std::move(owned));
          }};
}

Result<> ImportPlanner::plan(ImportBatch& batch) {
  const std::vector<PreparedRow*>& rows = batch.rows;
  if (rows.empty()) return {};
  batch.heads.reserve(rows.size());
  int64_t events = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i]->number_index == rows[i - 1]->number_index) continue;
    batch.heads.push_back(i);
    events += (rows[i]->row.marketing ? 1 : 0) + (rows[i]->row.notification ? 1 : 0);
  }
  YZ_CHECK(know_texts(batch));
  ImportPlan& plan = batch.plan;
  for (db::Columns* of_rows : {&plan.keys, &plan.customers}) of_rows->reserve(batch.heads.size());
  for (db::Columns* of_events : {&plan.events, &plan.states}) of_events->reserve(static_cast<size_t>(events));
  plan.first_id = store_.ids.next(std::ssize(batch.heads));
  int64_t next_event = events > 0 ? store_.ids.next(events) : 0;
  const Time now = store_.now();
  for (uint32_t place = 0; place < batch.heads.size(); ++place)
    YZ_CHECK(add_customer(*rows[batch.heads[place]], place, next_event, now, plan));
  return {};
}

// An import meets few that are new to it: a file's rows show their customers the same texts.
Result<> ImportPlanner::know_texts(const ImportBatch& batch) {
  static_assert(limits::kImportBatchRows <= limits::kImportTextsCached);
  if (texts_.size() + batch.heads.size() > limits::kImportTextsCached) texts_.clear();
  std::vector<const std::string*> unknown;
  for (const size_t head : batch.heads) {
    const ImportRow& row = batch.rows[head]->row;
    if ((row.marketing || row.notification) && texts_.try_emplace(row.consent_text, 0).second &&
        !row.consent_text.empty())
      unknown.push_back(&row.consent_text);
  }
  if (unknown.empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    for (const std::string* text : unknown) texts_[*text] = YZ_TRY(consent_text_id(tx, store_, *text));
    return {};
  });
}

Result<> ImportPlanner::add_customer(const PreparedRow& row, uint32_t place, int64_t& next_event, Time now,
                                     ImportPlan& plan) const {
  const ImportRow& said = row.row;
  const int64_t id = plan.first_id + place;
  int64_t suppressed = 0;
  for (const MessageClass message_class : kImported) {
    const auto kind = kind_in(said, message_class);
    if (!kind) continue;
    const int64_t event = next_event++;
    const Time at = said.consent_time.value_or(now);
    plan.events.row(event, id, message_class, origin_.purpose, *kind, said.consent_method,
                    texts_.find(said.consent_text)->second, at, now, ConsentSource::kImport,
                    origin_.import_id, origin_.evidence_id, origin_.operator_id,
                    said.consent_time ? "" : "time not given");
    plan.states.row(id, message_class, origin_.purpose, *kind, event, at);
    plan.event_of.push_back(place);
    if (!suppresses(*kind, message_class) || origin_.purpose == domain::kPrivacyPurpose) continue;
    suppressed |= domain::class_bit(message_class);
    plan.suppressions.row(store_.ids.next(), row.number_index,
                          store_.cipher.seal(store::column::kSuppressionNumber, row.digits), message_class,
                          "withdrawn", ConsentSource::kImport, origin_.operator_id, now);
    plan.suppression_of.push_back(place);
  }
  const std::string attributes = YZ_TRY(merged_attributes("{}", said));
  plan.keys.row(row.number_index);
  plan.customers.row(id, row.number_index, row.number_sealed, row.name_index, row.profile_sealed,
                     said.number.region.view(), said.number.carrier.carrier, text::time_zone_of(said.number),
                     said.city, said.member_level, attributes, suppressed, origin_.import_id, said.line, now);
  return {};
}

// What the store knows of a row's customer, brought up to date as rows are taken in.
struct ImportBatchWriter::Current {
  struct State {
    MessageClass message_class;
    bool of_purpose;  // else of every purpose
    ConsentKind kind;
    Time since;
  };
  int64_t id = 0;
  bool fresh = true;
  bool again = false;    // the batch has more than one row of the number
  bool planned = false;  // new, and as the batch's plan has it
  std::string profile, city, member_level, attributes = "{}";
  int64_t suppressed = 0;
  std::vector<State> states;
  int64_t line = 0;           // where this import took it in, 0 = not yet
  int64_t recorded_mask = 0;  // classes whose refusal in the row is in the ledger already

  State* state(MessageClass message_class, bool of_purpose) {
    for (State& s : states)
      if (s.message_class == message_class && s.of_purpose == of_purpose) return &s;
    return nullptr;
  }
  bool opted_out(MessageClass message_class) const {
    if ((suppressed & domain::class_bit(message_class)) != 0) return true;
    return std::ranges::any_of(states, [&](const State& s) {
      return s.message_class == message_class &&
             !domain::may_record(s.kind, ConsentKind::kGranted, ConsentSource::kImport);
    });
  }
};

struct ImportBatchWriter::Output {
  ImportCounts counts;
  std::vector<int64_t>& withdrawn;
  Time now;
  std::vector<RowRefusal> duplicates;
  std::vector<CustomerName> names;
  db::Columns inserted, updated, renamed, events, states, suppressions, suppressed, members;
};

namespace {

// Whether the row says something about this class that is not known yet, and may be recorded.
enum class Effect : uint8_t { kNothing, kRecord, kKeptOut };

}  // namespace

Result<> ImportBatchWriter::load(db::Tx& tx, const ImportBatch& batch, std::vector<Current>& current) {
  size_t known = 0;
  YZ_CHECK(tx.bulk_each(q::customers_by_index, batch.plan.keys, [&](const db::Row& r) -> Result<> {
    Current& c = current[static_cast<size_t>(r.i64(0))];
    c.id = r.i64(1);
    c.fresh = false;
    ++known;
    if (!r.is_null(2)) YZ_CHECK(store_.cipher.open_to(store::column::kCustomerProfile, r.blob(2), c.profile));
    c.city = r.string(3);
    c.member_level = r.string(4);
    c.attributes = r.string(5);
    c.suppressed = r.i64(6);
    if (r.i64(7) == origin_.import_id) c.line = r.i64(8);
    return {};
  }));
  if (known < current.size())
    YZ_CHECK(tx.bulk_each(q::suppressions_by_index, batch.plan.keys, [&](const db::Row& r) {
      Current& c = current[static_cast<size_t>(r.i64(0))];
      if (c.fresh) c.suppressed |= domain::class_bit(r.as<MessageClass>(1));
    }));
  if (known == 0) return {};
  YZ_CHECK(load_known(tx, current));
  return load_recorded(tx, batch.rows, batch.heads, current);
}

Result<> ImportBatchWriter::load_known(db::Tx& tx, std::vector<Current>& current) {
  db::Columns ids, members;
  std::vector<size_t> at;
  for (size_t i = 0; i < current.size(); ++i) {
    if (current[i].fresh) continue;
    ids.row(current[i].id);
    members.row(origin_.import_id, current[i].id);
    at.push_back(i);
  }
  YZ_CHECK(tx.bulk_each(q::consent_states_of, ids, [&](const db::Row& r) {
    const std::string_view purpose = r.text(2);
    if (!purpose.empty() && purpose != origin_.purpose) return;
    const bool of_purpose = !purpose.empty();
    current[at[static_cast<size_t>(r.i64(0))]].states.push_back(
        {r.as<MessageClass>(1), of_purpose, r.as<ConsentKind>(3), r.time(4)});
  }));
  return tx.bulk_each(q::import_customer_lines, members,
                      [&](const db::Row& r) { current[at[static_cast<size_t>(r.i64(0))]].line = r.i64(1); });
}

// A refusal of the file that the ledger has from an earlier run stays without effect when the customer has
// consented again since: else running the same file twice would opt him out.
Result<> ImportBatchWriter::load_recorded(db::Tx& tx, const std::vector<PreparedRow*>& rows,
                                          const std::vector<size_t>& heads, std::vector<Current>& current) {
  db::Columns asked;
  std::vector<std::pair<size_t, MessageClass>> of_asked;
  for (size_t i = 0; i < heads.size(); ++i) {
    const ImportRow& row = rows[heads[i]]->row;
    if (current[i].fresh || !row.consent_time) continue;
    for (const MessageClass message_class : kImported) {
      const auto kind = kind_in(row, message_class);
      const auto* state = current[i].state(message_class, !origin_.purpose.empty());
      if (!kind || *kind == ConsentKind::kGranted || state == nullptr || state->kind != ConsentKind::kGranted)
        continue;
      asked.row(current[i].id, message_class, origin_.purpose, *kind, *row.consent_time);
      of_asked.emplace_back(i, message_class);
    }
  }
  if (asked.empty()) return {};
  return tx.bulk_each(q::consent_events_recorded, asked, [&](const db::Row& r) {
    const auto& [i, message_class] = of_asked[static_cast<size_t>(r.i64(0))];
    current[i].recorded_mask |= domain::class_bit(message_class);
  });
}

Result<int64_t> ImportBatchWriter::text_id(db::Tx& tx, const std::string& text) {
  if (text.empty()) return 0;
  if (const auto known = texts_.find(text); known != texts_.end()) return known->second;
  const int64_t id = YZ_TRY(consent_text_id(tx, store_, text));
  if (texts_.size() >= limits::kImportTextsCached) texts_.clear();
  texts_.emplace(text, id);
  return id;
}

namespace {

template <class CurrentType>
Effect effect_of(CurrentType& current, const ImportRow& row, MessageClass message_class, bool of_purpose) {
  const auto kind = kind_in(row, message_class);
  if (!kind) return Effect::kNothing;
  const auto* state = current.state(message_class, of_purpose);
  if (*kind == ConsentKind::kGranted) {
    if (current.opted_out(message_class)) return Effect::kKeptOut;
    const bool newer = state != nullptr && row.consent_time && *row.consent_time > state->since;
    return state == nullptr || newer ? Effect::kRecord : Effect::kNothing;
  }
  // Who withdrew and who refused are out alike; a withdrawal goes over a refusal, for it also suppresses.
  if (state != nullptr && (state->kind == *kind || state->kind == ConsentKind::kWithdrawn))
    return Effect::kNothing;
  if ((current.recorded_mask & domain::class_bit(message_class)) != 0) return Effect::kNothing;
  return Effect::kRecord;
}

}  // namespace

Result<> ImportBatchWriter::record_consents(db::Tx& tx, const PreparedRow& row, Current& current,
                                            Output& out) {
  const bool of_purpose = !origin_.purpose.empty();
  for (const MessageClass message_class : kImported) {
    const Effect effect = effect_of(current, row.row, message_class, of_purpose);
    if (effect == Effect::kKeptOut) ++out.counts.opt_outs_kept;
    if (effect != Effect::kRecord) continue;
    const ConsentKind kind = *kind_in(row.row, message_class);
    const bool granted = kind == ConsentKind::kGranted;
    const Time at = row.row.consent_time.value_or(out.now);
    const int64_t event = store_.ids.next();
    const int64_t text = YZ_TRY(text_id(tx, row.row.consent_text));
    out.events.row(event, current.id, message_class, origin_.purpose, kind, row.row.consent_method, text, at,
                   out.now, ConsentSource::kImport, origin_.import_id, origin_.evidence_id,
                   origin_.operator_id, row.row.consent_time ? "" : "time not given");
    out.states.row(current.id, message_class, origin_.purpose, kind, event, at);
    ++(granted ? out.counts.granted : out.counts.withdrawn);
    if (!granted && !current.fresh) out.withdrawn.push_back(current.id);
    if (auto* state = current.state(message_class, of_purpose); state != nullptr)
      *state = {message_class, of_purpose, kind, at};
    else if (current.again)
      current.states.push_back({message_class, of_purpose, kind, at});
    const int64_t bit = domain::class_bit(message_class);
    if (!suppresses(kind, message_class) || origin_.purpose == domain::kPrivacyPurpose) continue;
    if ((current.suppressed & bit) == 0 && !current.fresh) out.suppressed.row(current.id, bit, out.now);
    current.suppressed |= bit;
    out.suppressions.row(store_.ids.next(), row.number_index,
                         store_.cipher.seal(store::column::kSuppressionNumber, row.digits), message_class,
                         "withdrawn", ConsentSource::kImport, origin_.operator_id, out.now);
  }
  return {};
}

namespace {

template <size_t... Column, class Keep>
db::Columns rows_kept(const db::Columns& from, std::index_sequence<Column...>, Keep&& keep) {
  db::Columns to;
  for (size_t row = 0; row < from.size(); ++row)
    if (keep(row)) to.row(from.at(row, Column)...);
  return to;
}

// The rows whose index is kept, of a batch that has so many columns.
template <size_t Count, class Keep>
Result<> write_kept(db::Tx& tx, const db::Query& query, const db::Columns& rows, Keep&& keep) {
  if (rows.empty()) return {};
  const db::Columns kept = rows_kept(rows, std::make_index_sequence<Count>(), keep);
  YZ_CHECK(tx.bulk_later(query, kept));
  return {};
}

}  // namespace

// All of it or, where somebody turned out to be known or suppressed, all but what is his.
Result<> ImportBatchWriter::write_plan(db::Tx& tx, const ImportBatch& batch, std::vector<Current>& current) {
  const ImportPlan& plan = batch.plan;
  bool all = true;
  for (size_t i = 0; i < current.size(); ++i) {
    Current& c = current[i];
    c.planned = c.fresh && c.suppressed == 0;
    if (c.planned) c.id = plan.first_id + static_cast<int64_t>(i);
    all = all && c.planned;
  }
  if (all) {
    YZ_CHECK(tx.bulk_later(q::customer_insert_imported, plan.customers));
    YZ_CHECK(tx.bulk_later(q::consent_event_insert, plan.events));
    YZ_CHECK(tx.bulk_later(q::consent_state_put, plan.states));
    YZ_CHECK(tx.bulk_later(q::suppression_insert_rows, plan.suppressions));
    return {};
  }
  const auto of_event = [&](size_t row) { return current[plan.event_of[row]].planned; };
  YZ_CHECK(write_kept<15>(tx, q::customer_insert_imported, plan.customers,
                          [&](size_t row) { return current[row].planned; }));
  YZ_CHECK(write_kept<14>(tx, q::consent_event_insert, plan.events, of_event));
  YZ_CHECK(write_kept<6>(tx, q::consent_state_put, plan.states, of_event));
  return write_kept<8>(tx, q::suppression_insert_rows, plan.suppressions,
                       [&](size_t row) { return current[plan.suppression_of[row]].planned; });
}

// What write_head() takes in of a customer whom the plan has written.
Result<> ImportBatchWriter::note_planned(const PreparedRow& row, Current& current, Output& out) {
  ++out.counts.fresh;
  current.line = row.row.line;
  if (row.name_index) out.names.push_back({*row.name_index, current.id});
  for (const MessageClass message_class : kImported) {
    const auto kind = kind_in(row.row, message_class);
    if (!kind) continue;
    ++(*kind == ConsentKind::kGranted ? out.counts.granted : out.counts.withdrawn);
    if (!current.again) continue;
    current.states.push_back(
        {message_class, !origin_.purpose.empty(), *kind, row.row.consent_time.value_or(out.now)});
    if (suppresses(*kind, message_class)) current.suppressed |= domain::class_bit(message_class);
  }
  if (!current.again) return {};
  current.profile = row.profile;
  current.city = row.row.city;
  current.member_level = row.row.member_level;
  current.attributes = YZ_TRY(merged_attributes(current.attributes, row.row));
  return {};
}

Result<> ImportBatchWriter::write_head(db::Tx& tx, const PreparedRow& row, Current& current, Output& out) {
  const size_t events_before = out.events.size();
  const std::string attributes = YZ_TRY(merged_attributes(current.attributes, row.row));
  if (current.fresh) {
    current.id = store_.ids.next();
    YZ_CHECK(record_consents(tx, row, current, out));
    out.inserted.row(current.id, row.number_index, row.number_sealed, row.name_index, row.profile_sealed,
                     row.row.number.region.view(), row.row.number.carrier.carrier,
                     text::time_zone_of(row.row.number), row.row.city, row.row.member_level, attributes,
                     current.suppressed, origin_.import_id, row.row.line, out.now);
    if (row.name_index) out.names.push_back({*row.name_index, current.id});
    if (current.again) {
      current.profile = row.profile;
      current.city = row.row.city;
      current.member_level = row.row.member_level;
    }
    ++out.counts.fresh;
  } else {
    CustomerProfile profile = row.row.profile;
    bool renamed = false;
    if (current.profile != row.profile) {
      profile = YZ_TRY(decode_profile(current.profile));
      renamed = !row.row.profile.name.empty() && row.row.profile.name != profile.name;
      merge(profile.name, row.row.profile.name);
      merge(profile.birth_date, row.row.profile.birth_date);
      merge(profile.remark, row.row.profile.remark);
    }
    const std::string encoded = encode_profile(profile);
    std::string city = current.city, level = current.member_level;
    merge(city, row.row.city);
    merge(level, row.row.member_level);
    const bool changed = encoded != current.profile || city != current.city ||
                         level != current.member_level || attributes != current.attributes;
    if (changed) {
      std::optional<crypto::BlindHash> name_index;
      if (!profile.name.empty()) name_index = store_.name_index.of(profile.name);
      out.updated.row(current.id, name_index, store_.cipher.seal(store::column::kCustomerProfile, encoded),
                      city, level, attributes, out.now);
      if (renamed) {
        out.renamed.row(current.id);
        out.names.push_back({*name_index, current.id});
      }
      current.profile = encoded;
      current.city = city;
      current.member_level = level;
    }
    out.members.row(origin_.import_id, current.id, row.row.line);
    YZ_CHECK(record_consents(tx, row, current, out));
    ++(changed || out.events.size() != events_before ? out.counts.changed : out.counts.unchanged);
  }
  current.attributes = attributes;
  current.line = row.row.line;
  return {};
}

// A number that this import has seen already: nothing new is a duplicate, anything else is refused.
Result<> ImportBatchWriter::write_repeated(const PreparedRow& row, const Current& current, Output& out) {
  const auto says_nothing_new = [&]() -> Result<bool> {
    const auto same = [](const std::string& now, const std::string& said) {
      return said.empty() || said == now;
    };
    if (!same(current.city, row.row.city) || !same(current.member_level, row.row.member_level)) return false;
    if (current.profile != row.profile) {
      const CustomerProfile profile = YZ_TRY(decode_profile(current.profile));
      if (!same(profile.name, row.row.profile.name) ||
          !same(profile.birth_date, row.row.profile.birth_date) ||
          !same(profile.remark, row.row.profile.remark))
        return false;
    }
    if (YZ_TRY(merged_attributes(current.attributes, row.row)) != current.attributes) return false;
    Current copy = current;
    return std::ranges::none_of(kImported, [&](MessageClass c) {
      return effect_of(copy, row.row, c, !origin_.purpose.empty()) == Effect::kRecord;
    });
  };
  if (YZ_TRY(says_nothing_new())) {
    ++out.counts.duplicate;
    return {};
  }
  ++out.counts.refused;
  out.duplicates.push_back(
      {row.row.line, origin_.number_column, RowCode::kDuplicateInFile, mask_cell(row.digits), current.line});
  return {};
}

Result<> ImportBatchWriter::flush(db::Tx& tx, ImportBatch& batch, Output& out) {
  const auto bulk = [&](const db::Query& query, const db::Columns& rows) -> Result<> {
    if (!rows.empty()) YZ_CHECK(tx.bulk_later(query, rows));
    return {};
  };
  YZ_CHECK(bulk(q::customer_insert_imported, out.inserted));
  YZ_CHECK(forget_names(tx, out.renamed));
  YZ_CHECK(bulk(q::customer_update_rows, out.updated));
  YZ_CHECK(bulk(q::consent_event_insert, out.events));
  YZ_CHECK(bulk(q::consent_state_put, out.states));
  YZ_CHECK(bulk(q::suppression_insert_rows, out.suppressions));
  YZ_CHECK(bulk(q::customer_suppress_rows, out.suppressed));
  YZ_CHECK(bulk(q::import_customer_insert, out.members));
  // In the order of their lines and numbered as they come: a workbook may say one line twice.
  std::vector<RowRefusal> in_order = batch.refused;  // a copy: the transaction may be done again
  in_order.insert(in_order.end(), out.duplicates.begin(), out.duplicates.end());
  std::ranges::sort(in_order, {}, [](const RowRefusal& r) { return std::tie(r.line, r.column, r.code); });
  db::Columns refused;
  for (const RowRefusal& r : in_order) {
    if (refused_kept_ >= limits::kRefusedRowsKept) break;
    refused.row(origin_.import_id, ++refused_kept_, r.line, r.column, name_of(r.code), r.value_masked,
                r.first_line);
  }
  batch.names = std::move(out.names);
  return bulk(q::import_refused_insert, refused);
}

Result<ImportCounts> ImportBatchWriter::write(db::Tx& tx, ImportBatch& batch,
                                              std::vector<int64_t>& withdrawn) {
  Output out{.withdrawn = withdrawn, .now = store_.now()};
  const std::vector<size_t>& heads = batch.heads;
  std::vector<Current> current(heads.size());
  if (!heads.empty()) {
    YZ_CHECK(load(tx, batch, current));
    YZ_CHECK(write_plan(tx, batch, current));
  }
  for (size_t i = 0; i < heads.size(); ++i) {
    const size_t end = i + 1 < heads.size() ? heads[i + 1] : batch.rows.size();
    size_t at = heads[i];
    current[i].again = end - at > 1;
    if (current[i].planned)
      YZ_CHECK(note_planned(*batch.rows[at++], current[i], out));
    else if (current[i].line == 0)
      YZ_CHECK(write_head(tx, *batch.rows[at++], current[i], out));
    for (; at < end; ++at) YZ_CHECK(write_repeated(*batch.rows[at], current[i], out));
  }
  out.counts.read = std::ssize(batch.rows) + std::ssize(batch.refused);
  out.counts.refused += std::ssize(batch.refused);
  YZ_CHECK(flush(tx, batch, out));
  const ImportCounts& n = out.counts;
  YZ_CHECK(tx.run_later(q::import_progress, origin_.import_id, n.read, n.fresh, n.changed, n.unchanged,
                        n.duplicate, n.refused, n.granted, n.withdrawn, n.opt_outs_kept, batch.bytes_read));
  return n;
}

}  // namespace yizhan::service
