#include "service/rule_packs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "service/beijing_time.h"
#include "store/audit.h"

namespace yizhan::service {

namespace fs = std::filesystem;

namespace {

constexpr size_t kDateCharacters = 10;  // YYYY-MM-DD
constexpr size_t kPlaceBytes = 500;

// All that screening may read, and so what a set of packs depends on: packs, lists, tables.
Result<std::string> digest_of(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (!entry->is_regular_file(error) || path.extension() == ".md" || path.filename() == kPolicyMapFile)
      continue;
    if (files.size() == limits::kRules) return fail(ErrorCode::kTooLarge, "there are too many files", folder);
    files.push_back(path);
  }
  if (error) return fail(ErrorCode::kNotFound, "cannot read the folder of rule packs", folder);
  std::ranges::sort(files);
  crypto::Sha256 all;
  for (const fs::path& path : files) {
    all.update(path.lexically_relative(folder).string());
    all.update(std::string_view("\0", 1));
    all.update(YZ_TRY(crypto::sha256_file(path.string())));
  }
  return to_hex(all.finish());
}

void count(const screen::TermRule& rule, RulePackDetail& detail) {
  ++detail.rules;
  detail.terms += std::ssize(rule.terms);
  detail.expressions += std::ssize(rule.expressions);
}

RulePackDetail detail_of(const screen::RulePack& pack, std::string file) {
  RulePackDetail detail;
  detail.id = pack.info.id;
  detail.version = pack.info.version;
  detail.jurisdiction = pack.info.jurisdiction;
  detail.effective_date = pack.info.effective_date;
  detail.file = std::move(file);
  detail.rules = std::ssize(pack.checks);
  for (const screen::TermRule& rule : pack.rules) count(rule, detail);
  for (const screen::Sector& sector : pack.sectors) {
    count(sector.triggers, detail);
    for (const screen::TermRule& rule : sector.required_texts) count(rule, detail);
    for (const screen::TermRule& rule : sector.forbidden) count(rule, detail);
  }
  for (const screen::Allowance& allowance : pack.allowances)
    detail.allowed_phrases += std::ssize(allowance.phrases);
  return detail;
}

bool has_id(const screen::RulePack& pack, std::string_view id) {
  const auto named = [&](const screen::TermRule& rule) { return rule.info.id == id; };
  return std::ranges::any_of(pack.rules, named) ||
         std::ranges::any_of(pack.checks, [&](const auto& check) { return check.info.id == id; }) ||
         std::ranges::any_of(pack.allowances, [&](const auto& allowance) { return allowance.id == id; }) ||
         std::ranges::any_of(pack.sectors, [&](const screen::Sector& sector) {
           return named(sector.triggers) || std::ranges::any_of(sector.required_texts, named) ||
                  std::ranges::any_of(sector.forbidden, named);
         });
}

// What is wrong with packs together names a rule: the last file that has it is said, too.
std::string place_of(const std::string& field, const std::vector<screen::RulePack>& packs,
                     const std::vector<std::string>& files) {
  for (size_t i = packs.size(); i-- > 0;)
    if (has_id(packs[i], field)) return fmt::format("{}: {}", files[i], field);
  return field;
}

json::Value ids_of(const std::vector<RulePackDetail>& packs) {
  json::Array list;
  for (const RulePackDetail& pack : packs)
    list.push_back(json::Object{{"id", pack.id}, {"version", pack.version}});
  return list;
}

Error faulty(const Error& error) { return {ErrorCode::kRulePackFaulty, error.message, error.field}; }

// A place without the folder's own path, which concerns nobody who reads it.
std::string within(const std::string& folder, std::string place) {
  const std::string prefix = folder + "/";
  if (place.starts_with(prefix)) place.erase(0, prefix.size());
  if (place.size() > kPlaceBytes) place.resize(kPlaceBytes);
  return place;
}

}  // namespace

std::vector<std::string> rule_pack_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".toml" && entry.path().filename() != kPolicyMapFile)
      files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

std::string rule_pack_day(Time now) { return to_rfc3339(now + kBeijingOffset).substr(0, kDateCharacters); }

Result<RulePacks::Loaded> RulePacks::read(const std::string& day) const {
  Loaded loaded;
  loaded.day = day;
  loaded.digest = YZ_TRY(digest_of(folder_));
  const std::vector<std::string> files = rule_pack_files(folder_);
  if (files.empty()) return fail(ErrorCode::kNotFound, "there is no rule pack", folder_);
  if (files.size() > limits::kRulePacks)
    return fail(ErrorCode::kTooLarge, "there are too many rule packs", folder_);
  for (const std::string& file : files) {
    const std::string name = fs::path(file).filename().string();
    auto pack = screen::load_rule_pack(file);
    if (!pack) {
      Error error = std::move(pack).error();
      error.field = within(folder_, std::move(error.field));
      return std::unexpected(std::move(error));
    }
    RulePackDetail detail = detail_of(*pack, name);
    if (pack->info.effective_date > day) {
      loaded.later.push_back(std::move(detail));
      continue;
    }
    loaded.details.push_back(std::move(detail));
    loaded.packs.push_back(*std::move(pack));
    loaded.files.push_back(name);
  }
  return loaded;
}

Result<RulePacks::Made> RulePacks::make(const Loaded& loaded) const {
  const Time now = store_.now();
  return make_with(loaded, YZ_TRY(store_.db.read([&](db::Tx& tx) { return load_company_lists(tx, now); })));
}

Result<RulePacks::Made> RulePacks::make_with(const Loaded& loaded, const CompanyLists& lists) const {
  Made made;
  made.details = loaded.details;
  std::vector<screen::RulePack> packs = loaded.packs;
  std::vector<std::string> files = loaded.files;
  if (auto own = company_pack(lists, packs, loaded.day)) {
    made.details.push_back(detail_of(*own, {}));
    packs.push_back(*std::move(own));
    files.emplace_back(kCompanyPackId);
  }
  made.rules = rules_to_allow_for(packs);
  auto screener = screen::Screener::make(packs);
  if (!screener) {
    Error error = std::move(screener).error();
    error.field = place_of(error.field, packs, files);
    return std::unexpected(std::move(error));
  }
  made.screener = *std::move(screener);
  std::string named = loaded.digest;
  for (const RulePackDetail& pack : made.details)
    named += fmt::format("\n{}\n{}\n{}", pack.id, pack.version, pack.effective_date);
  made.set = crypto::sha256_hex(named);
  return made;
}

Result<> RulePacks::note_loaded(const Principal& who, RulePackTrigger trigger, const Made& made) const {
  const RulePacksView before = view();
  return store_.db.write([&](db::Tx& tx) {
    return store::append_audit(
        tx, store_, who.actor(),
        {.action = "rule_packs.reload",
         .object_type = "rule_packs",
         .detail = json::serialize(json::Object{{"trigger", name_of(trigger)},
                                                {"set", made.set},
                                                {"packs", ids_of(made.details)},
                                                {"packs_before", ids_of(before.packs)}})});
  });
}

void RulePacks::put(Loaded loaded, Made made, RulePackTrigger trigger) {
  {
    const std::lock_guard lock(mutex_);
    in_force_.put(made.screener);
    view_ = {.packs = std::move(made.details),
             .later = loaded.later,
             .loaded_at = store_.now(),
             .trigger = trigger,
             .set = std::move(made.set),
             .last_failure = {}};
    rules_ = std::move(made.rules);
  }
  const int64_t terms =
      std::accumulate(loaded.details.begin(), loaded.details.end(), int64_t{0},
                      [](int64_t sum, const RulePackDetail& pack) { return sum + pack.terms; });
  log::info("rule packs in force: {} with {} terms; trigger={}", loaded.details.size(), terms,
            name_of(trigger));
  loaded_ = std::move(loaded);
  if (changed_) changed_();
}

void RulePacks::failed(const Principal& who, RulePackTrigger trigger, const Error& error, Note note) {
  const bool any = in_force_.get() != nullptr;
  log::error("rule packs in {} cannot be loaded: {}; {}", folder_, to_string(error),
             any ? "those in force stay so" : "no content can be reviewed, nothing is sent");
  {
    const std::lock_guard lock(mutex_);
    view_.last_failure = RulePackFailure{.at = store_.now(),
                                         .trigger = trigger,
                                         .code = std::string(error_name(error.code)),
                                         .message = error.message,
                                         .place = error.field};
  }
  if (note == Note::kNothing) return;
  const auto noted = store_.db.write([&](db::Tx& tx) {
    return store::append_audit(
        tx, store_, who.actor(),
        {.action = "rule_packs.reload_failed",
         .object_type = "rule_packs",
         .reason = error.message,
         .detail = json::serialize(json::Object{{"trigger", name_of(trigger)}, {"place", error.field}})});
  });
  if (!noted) log::error("the failed load is not in the audit log: {}", to_string(noted.error()));
}

void RulePacks::load_first() {
  const std::lock_guard lock(loading_);
  looked_day_ = rule_pack_day(store_.now());
  auto loaded = read(looked_day_);
  auto made = loaded ? make(*loaded) : Result<Made>(std::unexpected(loaded.error()));
  if (!made) return failed({}, RulePackTrigger::kStart, made.error(), Note::kNothing);
  put(*std::move(loaded), *std::move(made), RulePackTrigger::kStart);
}

Result<RulePacksView> RulePacks::reload(const Principal& who, RulePackTrigger trigger) {
  const std::lock_guard lock(loading_);
  looked_day_ = rule_pack_day(store_.now());
  auto loaded = read(looked_day_);
  auto made = loaded ? make(*loaded) : Result<Made>(std::unexpected(loaded.error()));
  if (!made) {
    failed(who, trigger, made.error(), Note::kAudit);
    return std::unexpected(faulty(made.error()));
  }
  YZ_CHECK(note_loaded(who, trigger, *made));
  put(*std::move(loaded), *std::move(made), trigger);
  return view();
}

Result<> RulePacks::load_if_day_changed() {
  const Principal who = system_principal();
  const std::lock_guard lock(loading_);
  const std::string day = rule_pack_day(store_.now());
  if (day == looked_day_) return {};
  looked_day_ = day;
  auto loaded = read(day);
  auto made = loaded ? make(*loaded) : Result<Made>(std::unexpected(loaded.error()));
  if (!made) {
    failed(who, RulePackTrigger::kDate, made.error(), Note::kAudit);
    return {};
  }
  if (made->set == view().set) return {};
  YZ_CHECK(note_loaded(who, RulePackTrigger::kDate, *made));
  put(*std::move(loaded), *std::move(made), RulePackTrigger::kDate);
  return {};
}

Result<> RulePacks::reload_lists() {
  const std::lock_guard lock(loading_);
  if (loaded_.packs.empty()) return {};  // the next load takes them along
  auto made = make(loaded_);
  if (!made) {
    failed(system_principal(), RulePackTrigger::kLists, made.error(), Note::kAudit);
    return std::unexpected(faulty(made.error()));
  }
  const auto failure = view().last_failure;
  put(loaded_, *std::move(made), RulePackTrigger::kLists);
  // The files are as faulty as they were.
  const std::lock_guard shown(mutex_);
  view_.last_failure = failure;
  return {};
}

Result<> RulePacks::try_phrases(const std::vector<std::string>& phrases) {
  const std::lock_guard lock(loading_);
  if (loaded_.packs.empty()) return fail(ErrorCode::kUnavailable, "no rule pack is loaded");
  CompanyLists lists{.version = 1, .phrases = {}, .brands = {}, .own_brands = {}};
  for (const std::string& phrase : phrases) lists.phrases.push_back({phrase, {}});
  const auto made = make_with(loaded_, lists);
  if (!made) return fail(ErrorCode::kInvalidArgument, made.error().message, made.error().field);
  return {};
}

std::optional<screen::RuleInfo> RulePacks::rule_to_allow_for(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(rules_, id, &screen::RuleInfo::id);
  if (found == rules_.end()) return std::nullopt;
  return *found;
}

RulePacks::Snapshot RulePacks::snapshot() const {
  const std::lock_guard lock(mutex_);
  return {in_force_.get(), view_.set};
}

RulePacksView RulePacks::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

}  // namespace yizhan::service
