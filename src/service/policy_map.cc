#include "service/policy_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <toml++/toml.h>

#include "base/limits.h"

namespace yizhan::service {

namespace {

constexpr Duration kFiguresLast = seconds(30);

// One [[clause]] or [[part]] of the file; errors name the line.
class TableReader {
 public:
  TableReader(const toml::table& table, const std::string& name) : table_(table), name_(name) {}

  std::unexpected<Error> bad(std::string_view key, std::string_view why) const {
    const toml::node* node = table_.get(key);
    const auto line = (node != nullptr ? node->source() : table_.source()).begin.line;
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", key, why),
                fmt::format("{}:{}", name_, line));
  }

  Result<> only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, node] : table_)
      if (std::ranges::find(keys, key.str()) == keys.end()) return bad(key.str(), "there is no such key");
    return {};
  }

  // Empty when the key is absent.
  Result<std::string> text_or_none(std::string_view key) const {
    if (!table_.contains(key)) return std::string();
    return text(key);
  }
  Result<std::string> text(std::string_view key) const {
    const auto value = table_[key].value<std::string>();
    if (!value || value->empty()) return bad(key, "a text is needed here");
    return *value;
  }

  Result<std::vector<std::string>> texts(std::string_view key) const {
    const toml::array* array = table_[key].as_array();
    if (array == nullptr || array->size() > limits::kPolicyItems)
      return bad(key, "a short list of texts is needed here");
    std::vector<std::string> out;
    for (const toml::node& node : *array) {
      const auto value = node.value<std::string>();
      if (!value || value->empty()) return bad(key, "a short list of texts is needed here");
      out.push_back(*value);
    }
    return out;
  }

 private:
  const toml::table& table_;
  const std::string& name_;
};

Result<PolicyClause> read_clause(const TableReader& reader, const std::map<std::string, std::string>& parts) {
  YZ_CHECK(reader.only({"number", "text_zh", "text_en", "state", "control_zh", "control_en", "missing_zh",
                        "missing_en", "tests", "figures"}));
  PolicyClause clause;
  clause.number = YZ_TRY(reader.text("number"));
  const auto part = parts.find(clause.number.substr(0, clause.number.find('.')));
  if (part == parts.end()) return reader.bad("number", "no [[part]] of this number");
  clause.part = part->second;
  clause.text_zh = YZ_TRY(reader.text("text_zh"));
  clause.text_en = YZ_TRY(reader.text("text_en"));
  const auto state = domain::parse_name<PolicyState>(YZ_TRY(reader.text("state")));
  if (!state) return reader.bad("state", "one of enforced, evidenced, partly, not_yet");
  clause.state = *state;
  clause.control_zh = YZ_TRY(reader.text_or_none("control_zh"));
  clause.control_en = YZ_TRY(reader.text_or_none("control_en"));
  clause.missing_zh = YZ_TRY(reader.text_or_none("missing_zh"));
  clause.missing_en = YZ_TRY(reader.text_or_none("missing_en"));
  clause.tests = YZ_TRY(reader.texts("tests"));
  for (const std::string& name : YZ_TRY(reader.texts("figures"))) {
    const auto unit = policy_figure_unit(name);
    if (!unit) return reader.bad("figures", fmt::format("there is no figure {}", name));
    clause.figures.push_back({.name = name, .unit = std::string(*unit)});
  }
  if (clause.control_zh.empty() != clause.control_en.empty() ||
      clause.missing_zh.empty() != clause.missing_en.empty())
    return reader.bad("number", "a control or what is missing stands in one language only");
  const bool done = clause.state == PolicyState::kEnforced || clause.state == PolicyState::kEvidenced;
  if (clause.state != PolicyState::kNotYet && clause.control_en.empty())
    return reader.bad("state", "a clause that is met, if in part, names its control");
  if (done && clause.tests.empty()) return reader.bad("tests", "a clause that is met names a test");
  if (!done && clause.missing_en.empty()) return reader.bad("state", "what is missing is named");
  return clause;
}

// The tables of [[key]].
Result<std::vector<const toml::table*>> tables_of(const toml::table& file, std::string_view key,
                                                  const std::string& name) {
  std::vector<const toml::table*> out;
  const toml::array* array = file[key].as_array();
  if (array == nullptr || array->size() > limits::kPolicyClauses)
    return fail(ErrorCode::kInvalidArgument, fmt::format("[[{}]] is missing, or too long", key), name + ":1");
  for (const toml::node& node : *array) {
    if (node.as_table() == nullptr)
      return fail(ErrorCode::kInvalidArgument, fmt::format("[[{}]] holds something else", key),
                  fmt::format("{}:{}", name, node.source().begin.line));
    out.push_back(node.as_table());
  }
  return out;
}

}  // namespace

Result<std::vector<PolicyClause>> parse_policy_map(std::string_view source, const std::string& name) {
  if (source.size() > limits::kPolicyFileBytes)
    return fail(ErrorCode::kTooLarge, "the policy map is too large", name);
  toml::table file;
  try {
    file = toml::parse(source);
  } catch (const toml::parse_error& e) {
    return fail(ErrorCode::kMalformed, std::string(e.description()),
                fmt::format("{}:{}", name, e.source().begin.line));
  }
  YZ_CHECK(TableReader(file, name).only({"part", "clause"}));
  std::map<std::string, std::string> parts;
  for (const toml::table* table : YZ_TRY(tables_of(file, "part", name))) {
    const TableReader reader(*table, name);
    YZ_CHECK(reader.only({"number", "zh", "en"}));
    const std::string number = YZ_TRY(reader.text("number"));
    if (!parts
             .emplace(number,
                      fmt::format("{} {} {}", number, YZ_TRY(reader.text("zh")), YZ_TRY(reader.text("en"))))
             .second)
      return reader.bad("number", "there twice");
  }
  std::vector<PolicyClause> clauses;
  for (const toml::table* table : YZ_TRY(tables_of(file, "clause", name))) {
    const TableReader reader(*table, name);
    PolicyClause clause = YZ_TRY(read_clause(reader, parts));
    if (std::ranges::find(clauses, clause.number, &PolicyClause::number) != clauses.end())
      return reader.bad("number", "there twice");
    clauses.push_back(std::move(clause));
  }
  return clauses;
}

Result<std::unique_ptr<Policy>> Policy::load(const store::Store& store, const std::string& path) {
  std::error_code ignored;
  std::optional<std::vector<PolicyClause>> clauses;
  if (std::filesystem::exists(path, ignored)) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
      return fail(ErrorCode::kStoreFailed, "cannot read the policy map", path);
    clauses = YZ_TRY(parse_policy_map(text.view(), path));
  }
  return std::unique_ptr<Policy>(new Policy(store, std::move(clauses)));
}

Result<PolicyMap> Policy::map() {
  if (!clauses_) return fail(ErrorCode::kUnavailable, "there is no policy map beside the rule packs");
  const std::scoped_lock lock(mutex_);
  const Time now = store_.now();
  if (!read_at_ || now < *read_at_ || now - *read_at_ > kFiguresLast) {
    figures_ = YZ_TRY(store_.db.read([&](db::Tx& tx) { return read_policy_figures(tx, now); }));
    read_at_ = now;
  }
  PolicyMap map{.clauses = *clauses_, .counts = {}, .at = *read_at_};
  for (const PolicyState state : values_of(PolicyState{})) map.counts[std::string(name_of(state))] = 0;
  for (PolicyClause& clause : map.clauses) {
    ++map.counts[std::string(name_of(clause.state))];
    for (PolicyFigure& figure : clause.figures) figure.value = figures_.at(figure.name);
  }
  return map;
}

}  // namespace yizhan::service
