#include "screen/rule_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <toml++/toml.h>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

constexpr std::array kCheckNames{
#define X(enumerator, name) std::string_view(name),
    YIZHAN_SCREEN_CHECKS(X)
#undef X
};

std::optional<CheckKind> parse_check(std::string_view name) {
  const auto at = std::find(kCheckNames.begin(), kCheckNames.end(), name);
  if (at == kCheckNames.end()) return std::nullopt;
  return static_cast<CheckKind>(at - kCheckNames.begin());
}

// One table of the file, with the place that errors name.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string place) : table_(table), place_(std::move(place)) {}

  std::unexpected<Error> bad(std::string_view key, std::string why) const {
    return fail(ErrorCode::kInvalidArgument, std::move(why), fmt::format("{}: {}", place_, key));
  }

  Result<std::string> text(std::string_view key) const {
    const auto value = table_[key].value<std::string>();
    if (!value || value->empty()) return bad(key, "a text is needed here");
    return *value;
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  Result<std::vector<std::string>> texts(std::string_view key) const {
    if (!has(key)) return std::vector<std::string>{};
    const toml::array* array = table_[key].as_array();
    if (array == nullptr) return bad(key, "a list of texts is needed here");
    return texts(key, *array);
  }

  Result<std::vector<std::vector<std::string>>> lists(std::string_view key) const {
    std::vector<std::vector<std::string>> out;
    if (!has(key)) return out;
    const toml::array* array = table_[key].as_array();
    if (array == nullptr || array->size() > limits::kRuleGroups)
      return bad(key, "a short list of lists is needed here");
    for (const toml::node& node : *array) {
      if (node.as_array() == nullptr) return bad(key, "a list of lists is needed here");
      out.push_back(YZ_TRY(texts(key, *node.as_array())));
    }
    return out;
  }

  template <class T>
  Result<T> number_or(std::string_view key, T otherwise) const {
    if (!has(key)) return otherwise;
    const auto value = table_[key].value_exact<T>();
    if (!value) return bad(key, "a value of another kind is needed here");
    return *value;
  }

  const toml::table* table(std::string_view key) const { return table_[key].as_table(); }

  // A misspelt key would silently weaken a rule.
  Result<> only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : table_)
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
        return bad(key.str(), "this key is not known here");
    return {};
  }

 private:
  Result<std::vector<std::string>> texts(std::string_view key, const toml::array& array) const {
    std::vector<std::string> out;
    out.reserve(array.size());
    for (const toml::node& node : array) {
      const auto value = node.value<std::string>();
      if (!value || value->empty()) return bad(key, "a list of texts is needed here");
      if (text::count_code_points(*value) > limits::kRuleTermCharacters)
        return fail(ErrorCode::kTooLarge, "a term is too long", fmt::format("{}: {}", place_, key));
      out.push_back(*value);
    }
    return out;
  }

  const toml::table& table_;
  std::string place_;
};

Result<> read_classes(const TableReader& reader, const toml::table& table, RuleInfo& info) {
  const auto severity = parse_severity(YZ_TRY(reader.text("severity")));
  if (!severity) return reader.bad("severity", "block, review or info");
  const auto classes = YZ_TRY(reader.texts("classes"));
  for (size_t i = 0; i < kMessageClasses; ++i) {
    const auto name = message_class_name(static_cast<MessageClass>(i));
    if (classes.empty() || std::find(classes.begin(), classes.end(), name) != classes.end())
      info.severity[i] = severity;
  }
  for (const std::string& name : classes)
    if (!parse_message_class(name)) return reader.bad("classes", "no such message class");
  if (!reader.has("severity_in")) return {};
  const toml::table* by_class = table["severity_in"].as_table();
  if (by_class == nullptr) return reader.bad("severity_in", "a table of classes is needed here");
  for (const auto& [key, node] : *by_class) {
    const auto message_class = parse_message_class(key.str());
    const auto its_severity = parse_severity(node.value_or(std::string()));
    if (!message_class || !its_severity) return reader.bad("severity_in", "class = severity is needed here");
    info.severity[static_cast<size_t>(*message_class)] = its_severity;
  }
  return {};
}

Result<RuleInfo> read_info(const TableReader& reader, const toml::table& table) {
  RuleInfo info;
  info.id = YZ_TRY(reader.text("id"));
  const auto category = parse_category(YZ_TRY(reader.text("category")));
  if (!category) return reader.bad("category", "no such category");
  info.category = *category;
  info.legal_basis = YZ_TRY(reader.text("legal_basis"));
  YZ_CHECK(read_classes(reader, table, info));
  const toml::table* suggestion = reader.table("suggestion");
  if (suggestion == nullptr) return reader.bad("suggestion", "{ zh, en } is needed here");
  info.suggestion.zh = (*suggestion)["zh"].value_or(std::string());
  info.suggestion.en = (*suggestion)["en"].value_or(std::string());
  if (info.suggestion.zh.empty() || info.suggestion.en.empty())
    return reader.bad("suggestion", "both zh and en are needed");
  return info;
}

Result<TermRule> read_rule(const toml::table& table, const std::string& place) {
  const TableReader reader(table, place);
  YZ_CHECK(reader.only({"id", "category", "severity", "severity_in", "classes", "legal_basis", "suggestion",
                        "terms", "except", "unless", "groups", "part", "whole_part"}));
  TermRule rule;
  rule.info = YZ_TRY(read_info(reader, table));
  rule.terms = YZ_TRY(reader.texts("terms"));
  if (rule.terms.empty()) return reader.bad("terms", "at least one term is needed");
  rule.except = YZ_TRY(reader.texts("except"));
  rule.unless = YZ_TRY(reader.texts("unless"));
  rule.groups = YZ_TRY(reader.lists("groups"));
  rule.whole_part = YZ_TRY(reader.number_or<bool>("whole_part", false));
  if (!reader.has("part")) return rule;
  rule.part = parse_part(YZ_TRY(reader.text("part")));
  if (!rule.part || *rule.part == Part::kWhole) return reader.bad("part", "signature, body or opt_out_text");
  return rule;
}

Result<CheckRule> read_check(const toml::table& table, const std::string& place) {
  const TableReader reader(table, place);
  YZ_CHECK(reader.only({"id", "check", "category", "severity", "severity_in", "classes", "legal_basis",
                        "suggestion", "min", "max", "values"}));
  CheckRule check;
  check.info = YZ_TRY(read_info(reader, table));
  const auto kind = parse_check(YZ_TRY(reader.text("check")));
  if (!kind) return reader.bad("check", "no such check");
  check.kind = *kind;
  check.min = YZ_TRY(reader.number_or<int64_t>("min", 0));
  check.max = YZ_TRY(reader.number_or<int64_t>("max", 0));
  check.values = YZ_TRY(reader.texts("values"));
  return check;
}

Result<PackInfo> read_pack_info(const toml::table& file, std::string_view name) {
  const toml::table* table = file["pack"].as_table();
  if (table == nullptr)
    return fail(ErrorCode::kInvalidArgument, "the [pack] table is missing", std::string(name));
  const TableReader reader(*table, fmt::format("{}: pack", name));
  YZ_CHECK(reader.only({"id", "version", "jurisdiction", "effective_date", "title"}));
  PackInfo info;
  info.id = YZ_TRY(reader.text("id"));
  info.version = YZ_TRY(reader.text("version"));
  info.jurisdiction = YZ_TRY(reader.text("jurisdiction"));
  const auto date = (*table)["effective_date"].value<toml::date>();
  if (!date) return reader.bad("effective_date", "a date is needed here");
  info.effective_date = fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day);
  return info;
}

// Every [[key]] table of the file through `read`.
template <class T, class Read>
Result<std::vector<T>> read_all(const toml::table& file, std::string_view key, std::string_view name,
                                Read read) {
  std::vector<T> out;
  if (!file.contains(key)) return out;
  const toml::array* array = file[key].as_array();
  if (array == nullptr || array->size() > limits::kRules)
    return fail(ErrorCode::kInvalidArgument, fmt::format("[[{}]] is no list of tables, or too long", key),
                std::string(name));
  for (const toml::node& node : *array) {
    const toml::table* table = node.as_table();
    if (table == nullptr)
      return fail(ErrorCode::kInvalidArgument, fmt::format("[[{}]] holds something else", key),
                  std::string(name));
    const std::string id = (*table)["id"].value_or(std::string("?"));
    out.push_back(YZ_TRY(read(*table, fmt::format("{}: {} {}", name, key, id))));
  }
  return out;
}

}  // namespace

std::string_view check_name(CheckKind kind) { return kCheckNames[static_cast<size_t>(kind)]; }

Result<RulePack> parse_rule_pack(std::string_view source, std::string_view name) {
  if (source.size() > limits::kRulePackBytes)
    return fail(ErrorCode::kTooLarge, "the rule pack is too large", std::string(name));
  toml::table file;
  try {
    file = toml::parse(source);
  } catch (const toml::parse_error& e) {
    return fail(ErrorCode::kMalformed, std::string(e.description()),
                fmt::format("{}: line {}", name, e.source().begin.line));
  }
  YZ_CHECK(TableReader(file, std::string(name)).only({"pack", "rule", "check"}));
  RulePack pack;
  pack.info = YZ_TRY(read_pack_info(file, name));
  pack.rules = YZ_TRY(read_all<TermRule>(file, "rule", name, read_rule));
  pack.checks = YZ_TRY(read_all<CheckRule>(file, "check", name, read_check));
  return pack;
}

Result<RulePack> load_rule_pack(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return fail(ErrorCode::kNotFound, "cannot read the rule pack", path);
  return parse_rule_pack(text.view(), path);
}

}  // namespace yizhan::screen
