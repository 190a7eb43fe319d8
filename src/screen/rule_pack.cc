#include "screen/rule_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
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

// The lists that a pack names, beside it.
class Lists {
 public:
  explicit Lists(std::string_view folder) : folder_(folder) {}

  // kInvalidArgument for a path that leads out of the folder.
  Result<std::string> read(const std::string& file, const std::string& place) const {
    const std::filesystem::path path(file);
    const bool inside = !folder_.empty() && path.is_relative() &&
                        std::ranges::none_of(path, [](const auto& step) { return step == ".."; });
    if (!inside) return fail(ErrorCode::kInvalidArgument, "a file beside the pack is needed here", place);
    const std::filesystem::path full = std::filesystem::path(folder_) / path;
    std::error_code error;
    if (std::filesystem::file_size(full, error) > limits::kRulePackBytes && !error)
      return fail(ErrorCode::kTooLarge, "the list is too large", place);
    std::ifstream in(full, std::ios::binary);
    std::string text;
    if (error || !in) return fail(ErrorCode::kNotFound, "cannot read the list", place + ": " + file);
    text.assign(std::istreambuf_iterator<char>(in), {});
    if (!text::is_utf8(text))
      return fail(ErrorCode::kMalformed, "the list is not UTF-8", place + ": " + file);
    return text;
  }

 private:
  std::string_view folder_;
};

// One table of the file, with the place that errors name.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string place, const Lists& lists)
      : table_(table), place_(std::move(place)), lists_(lists) {}

  std::unexpected<Error> bad(std::string_view key, std::string why) const {
    return fail(ErrorCode::kInvalidArgument, std::move(why), place_of(key));
  }
  std::unexpected<Error> too_large(std::string_view key, std::string why) const {
    return fail(ErrorCode::kTooLarge, std::move(why), place_of(key));
  }

  Result<std::string> text(std::string_view key) const {
    const auto value = table_[key].value<std::string>();
    if (!value || value->empty()) return bad(key, "a text is needed here");
    return *value;
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  Result<std::vector<std::string>> texts(std::string_view key,
                                         size_t characters = limits::kRuleTermCharacters) const {
    if (!has(key)) return std::vector<std::string>{};
    const toml::array* array = table_[key].as_array();
    if (array == nullptr) return bad(key, "a list of texts is needed here");
    return texts(key, *array, characters);
  }

  Result<std::vector<std::vector<std::string>>> lists(std::string_view key) const {
    std::vector<std::vector<std::string>> out;
    if (!has(key)) return out;
    const toml::array* array = table_[key].as_array();
    if (array == nullptr || array->size() > limits::kRuleGroups)
      return bad(key, "a short list of lists is needed here");
    for (const toml::node& node : *array) {
      if (node.as_array() == nullptr) return bad(key, "a list of lists is needed here");
      out.push_back(YZ_TRY(texts(key, *node.as_array(), limits::kRuleTermCharacters)));
    }
    return out;
  }

  // Each a text, or a list of texts of which any one will do.
  Result<std::vector<AnyDocument>> documents(std::string_view key) const {
    std::vector<AnyDocument> out;
    if (!has(key)) return out;
    const toml::array* array = table_[key].as_array();
    if (array == nullptr) return bad(key, "a list of texts, or of lists of them, is needed here");
    if (array->size() > limits::kSectorDemands) return too_large(key, "too many");
    for (const toml::node& node : *array) {
      AnyDocument any;
      if (const toml::array* choices = node.as_array(); choices != nullptr)
        any = YZ_TRY(texts(key, *choices, limits::kQualificationCharacters));
      else
        any.push_back(YZ_TRY(text_of(key, node, limits::kQualificationCharacters)));
      if (any.empty()) return bad(key, "an empty list asks for nothing");
      if (any.size() > limits::kQualificationChoices)
        return too_large(key, "too many of which any one will do");
      for (auto one = any.begin(); one != any.end(); ++one)
        if (std::find(any.begin(), one, *one) != one) return bad(key, "one is named twice");
      if (std::ranges::find(out, any) != out.end()) return bad(key, "the same is asked for twice");
      out.push_back(std::move(any));
    }
    return out;
  }

  // The list under `key` and those of the files under `files_key`.
  Result<std::vector<Term>> terms(std::string_view key, std::string_view files_key) const {
    std::vector<Term> out;
    for (std::string& term : YZ_TRY(texts(key))) out.push_back({std::move(term), {}});
    const auto files = YZ_TRY(texts(files_key, limits::kRuleExpressionBytes));
    if (files.size() > limits::kRuleFiles) return bad(files_key, "too many files");
    for (const std::string& file : files) YZ_CHECK(read_list(file, files_key, out));
    return out;
  }
  Result<std::vector<std::string>> phrases(std::string_view key, std::string_view files_key) const {
    std::vector<std::string> out;
    for (Term& term : YZ_TRY(terms(key, files_key))) out.push_back(std::move(term.text));
    return out;
  }

  // The terms of one file.
  Result<std::vector<std::string>> list(const std::string& file, std::string_view key) const {
    std::vector<Term> terms;
    YZ_CHECK(read_list(file, key, terms));
    std::vector<std::string> out;
    for (Term& term : terms) out.push_back(std::move(term.text));
    return out;
  }

  // The file that `key` names, empty when it names none.
  Result<std::string> file(std::string_view key) const {
    if (!has(key)) return std::string();
    return lists_.read(YZ_TRY(text(key)), place_of(key));
  }

  template <class T>
  Result<T> number_or(std::string_view key, T otherwise) const {
    if (!has(key)) return otherwise;
    const auto value = table_[key].value_exact<T>();
    if (!value) return bad(key, "a value of another kind is needed here");
    return *value;
  }

  const toml::table* table(std::string_view key) const { return table_[key].as_table(); }
  const Lists& lists() const { return lists_; }
  const std::string& place() const { return place_; }
  std::string place_of(std::string_view key) const { return fmt::format("{}: {}", place_, key); }

  // A misspelt key would silently weaken a rule.
  Result<> only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : table_)
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
        return bad(key.str(), "this key is not known here");
    return {};
  }

 private:
  Result<std::vector<std::string>> texts(std::string_view key, const toml::array& array,
                                         size_t characters) const {
    std::vector<std::string> out;
    out.reserve(array.size());
    for (const toml::node& node : array) out.push_back(YZ_TRY(text_of(key, node, characters)));
    return out;
  }

  Result<std::string> text_of(std::string_view key, const toml::node& node, size_t characters) const {
    auto value = node.value<std::string>();
    if (!value || value->empty()) return bad(key, "a list of texts is needed here");
    if (text::count_code_points(*value) > characters) return too_large(key, "a term is too long");
    return *std::move(value);
  }

  // A term a line, and behind a tab what to write instead.
  Result<> read_list(const std::string& file, std::string_view key, std::vector<Term>& out) const {
    const std::string text = YZ_TRY(lists_.read(file, place_of(key)));
    size_t number = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      std::string_view line = std::string_view(text).substr(at, end - at);
      at = end + 1;
      ++number;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty() || line.starts_with('#')) continue;
      const size_t tab = line.find('\t');
      Term term{std::string(line.substr(0, tab)), {}};
      if (tab != line.npos) term.replacement = line.substr(tab + 1);
      const auto place = [&] { return fmt::format("{}: {} line {}", place_of(key), file, number); };
      if (term.text.empty()) return fail(ErrorCode::kInvalidArgument, "no term stands here", place());
      if (text::count_code_points(term.text) > limits::kRuleTermCharacters ||
          text::count_code_points(term.replacement) > limits::kRuleTermCharacters)
        return fail(ErrorCode::kTooLarge, "a term is too long", place());
      if (out.size() >= limits::kRuleTerms) return fail(ErrorCode::kTooLarge, "too many terms", place());
      out.push_back(std::move(term));
    }
    return {};
  }

  const toml::table& table_;
  std::string place_;
  const Lists& lists_;
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

Result<Suggestion> read_both(const TableReader& reader, std::string_view key) {
  const toml::table* table = reader.table(key);
  if (table == nullptr) return reader.bad(key, "{ zh, en } is needed here");
  Suggestion out{(*table)["zh"].value_or(std::string()), (*table)["en"].value_or(std::string())};
  if (out.zh.empty() || out.en.empty()) return reader.bad(key, "both zh and en are needed");
  return out;
}

// `above`: what a table inside of a sector takes over from it.
Result<RuleInfo> read_info(const TableReader& reader, const toml::table& table,
                           const RuleInfo* above = nullptr) {
  RuleInfo info;
  info.id = YZ_TRY(reader.text("id"));
  if (above != nullptr && !reader.has("category")) {
    info.category = above->category;
  } else {
    const auto category = parse_category(YZ_TRY(reader.text("category")));
    if (!category) return reader.bad("category", "no such category");
    info.category = *category;
  }
  info.legal_basis = above != nullptr && !reader.has("legal_basis") ? above->legal_basis
                                                                    : YZ_TRY(reader.text("legal_basis"));
  YZ_CHECK(read_classes(reader, table, info));
  if (above != nullptr && !reader.has("classes"))
    for (size_t i = 0; i < kMessageClasses; ++i)
      if (!above->severity[i]) info.severity[i] = std::nullopt;
  info.suggestion = above != nullptr && !reader.has("suggestion") ? above->suggestion
                                                                  : YZ_TRY(read_both(reader, "suggestion"));
  return info;
}

Result<Boundary> read_boundary(const TableReader& reader) {
  if (!reader.has("boundary")) return Boundary::kNoCrossing;
  const std::string name = YZ_TRY(reader.text("boundary"));
  if (name == "none") return Boundary::kNone;
  if (name == "no_crossing") return Boundary::kNoCrossing;
  if (name == "words") return Boundary::kWords;
  return reader.bad("boundary", "none, no_crossing or words");
}

// What every kind of rule says of its terms.
Result<> read_terms(const TableReader& reader, TermRule& rule) {
  rule.expressions = YZ_TRY(reader.texts("expressions", limits::kRuleExpressionBytes));
  rule.except = YZ_TRY(reader.phrases("except", "except_files"));
  rule.unless = YZ_TRY(reader.texts("unless"));
  rule.unless_expressions = YZ_TRY(reader.texts("unless_expressions", limits::kRuleExpressionBytes));
  rule.groups = YZ_TRY(reader.lists("groups"));
  rule.whole_part = YZ_TRY(reader.number_or<bool>("whole_part", false));
  if (reader.has("homophones")) rule.homophones = YZ_TRY(reader.number_or<bool>("homophones", false));
  rule.boundary = YZ_TRY(read_boundary(reader));
  if (!reader.has("part")) return {};
  rule.part = parse_part(YZ_TRY(reader.text("part")));
  if (!rule.part || *rule.part == Part::kWhole) return reader.bad("part", "signature, body or opt_out_text");
  return {};
}

Result<std::optional<int32_t>> read_threshold(const TableReader& reader, std::string_view key = "threshold") {
  if (!reader.has(key)) return std::optional<int32_t>();
  const auto threshold = YZ_TRY(reader.number_or<int64_t>(key, 0));
  if (std::abs(threshold) > limits::kScoreWeight) return reader.bad(key, "too great");
  return std::optional(static_cast<int32_t>(threshold));
}

// What is added up, and from which sum on the rule holds. It is for a reviewer: a sum is no proof.
Result<> read_scores(const TableReader& reader, TermRule& rule) {
  if (!reader.has("scores")) {
    if (reader.has("threshold")) return reader.bad("threshold", "a scored rule's only");
    return {};
  }
  if (!rule.terms.empty() || !rule.expressions.empty() || rule.part || reader.has("essential"))
    return reader.bad("scores", "a scored rule has no terms of its own, no part and no essential");
  const auto blocks = [](const auto& severity) { return severity == Severity::kBlock; };
  if (std::ranges::any_of(rule.info.severity, blocks))
    return reader.bad("severity", "a scored rule cannot block");
  rule.scores_file = YZ_TRY(reader.text("scores"));
  const std::string text = YZ_TRY(reader.file("scores"));
  if (auto weights = parse_score_weights(text); weights)
    rule.scores = *std::move(weights);
  else
    return fail(weights.error().code, weights.error().message,
                fmt::format("{} {}", reader.place_of("scores"), weights.error().field));
  rule.threshold = YZ_TRY(read_threshold(reader));
  return {};
}

Result<TermRule> read_rule(const toml::table& table, const std::string& place, const Lists& lists) {
  const TableReader reader(table, place, lists);
  YZ_CHECK(reader.only({"id",          "category",
                        "severity",    "severity_in",
                        "classes",     "legal_basis",
                        "suggestion",  "terms",
                        "terms_files", "expressions",
                        "except",      "except_files",
                        "unless",      "unless_expressions",
                        "groups",      "part",
                        "whole_part",  "homophones",
                        "boundary",    "sector",
                        "essential",   "scores",
                        "threshold",   "weighed",
                        "disguised",   "short_homophones"}));
  TermRule rule;
  rule.info = YZ_TRY(read_info(reader, table));
  rule.terms = YZ_TRY(reader.terms("terms", "terms_files"));
  YZ_CHECK(read_terms(reader, rule));
  YZ_CHECK(read_scores(reader, rule));
  if (rule.terms.empty() && rule.expressions.empty() && rule.scores_file.empty())
    return reader.bad("terms", "at least one term or expression is needed");
  if (reader.has("sector")) rule.sector = YZ_TRY(reader.text("sector"));
  rule.disguised = YZ_TRY(reader.number_or<bool>("disguised", false));
  rule.short_homophones = YZ_TRY(reader.number_or<bool>("short_homophones", false));
  rule.weighed = YZ_TRY(reader.number_or<bool>("weighed", false));
  const auto blocks = [](const auto& severity) { return severity == Severity::kBlock; };
  if (rule.weighed && (!rule.scores_file.empty() || std::ranges::any_of(rule.info.severity, blocks)))
    return reader.bad("weighed", "not of a rule that blocks or is scored");
  if (!reader.has("essential")) return rule;
  rule.essential = parse_essential(YZ_TRY(reader.text("essential")));
  if (!rule.essential) return reader.bad("essential", "rules, validity or scope");
  return rule;
}

// A table of a sector: a text that must be there (`any`) or claims that may not (`terms`).
Result<TermRule> read_demand(const toml::table& table, const std::string& place, const Lists& lists,
                             const TermRule& sector, bool required) {
  const TableReader reader(table, place, lists);
  TermRule rule;
  if (required) {
    YZ_CHECK(reader.only({"id", "category", "severity", "severity_in", "classes", "legal_basis", "suggestion",
                          "any", "any_expressions"}));
    rule.unless = YZ_TRY(reader.texts("any"));
    rule.unless_expressions = YZ_TRY(reader.texts("any_expressions", limits::kRuleExpressionBytes));
    if (rule.unless.empty() && rule.unless_expressions.empty())
      return reader.bad("any", "at least one text is needed");
  } else {
    YZ_CHECK(reader.only({"id", "category", "severity", "severity_in", "classes", "legal_basis", "suggestion",
                          "terms", "terms_files", "expressions", "except", "except_files", "unless",
                          "unless_expressions", "groups", "part", "whole_part", "homophones", "boundary"}));
    rule.terms = YZ_TRY(reader.terms("terms", "terms_files"));
    YZ_CHECK(read_terms(reader, rule));
    if (rule.terms.empty() && rule.expressions.empty())
      return reader.bad("terms", "at least one term or expression is needed");
  }
  rule.info = YZ_TRY(read_info(reader, table, &sector.info));
  rule.sector = sector.info.id;
  return rule;
}

Result<std::vector<TermRule>> read_demands(const TableReader& reader, const toml::table& table,
                                           std::string_view key, const TermRule& sector, bool required) {
  std::vector<TermRule> out;
  if (!reader.has(key)) return out;
  const toml::array* array = table[key].as_array();
  if (array == nullptr || array->size() > limits::kSectorDemands)
    return reader.bad(key, "a short list of tables is needed here");
  for (const toml::node& node : *array) {
    if (node.as_table() == nullptr) return reader.bad(key, "a list of tables is needed here");
    out.push_back(
        YZ_TRY(read_demand(*node.as_table(), reader.place_of(key), reader.lists(), sector, required)));
  }
  return out;
}

Result<Sector> read_sector(const toml::table& table, const std::string& place, const Lists& lists) {
  const TableReader reader(table, place, lists);
  YZ_CHECK(reader.only({"id", "title", "category", "severity", "severity_in", "classes", "legal_basis",
                        "suggestion", "triggers", "triggers_files", "expressions", "except", "except_files",
                        "unless", "boundary", "required_text", "forbidden", "required_qualifications",
                        "second_reviewer"}));
  Sector sector;
  TermRule& triggers = sector.triggers;
  triggers.info = YZ_TRY(read_info(reader, table));
  triggers.terms = YZ_TRY(reader.terms("triggers", "triggers_files"));
  YZ_CHECK(read_terms(reader, triggers));
  if (triggers.terms.empty() && triggers.expressions.empty())
    return reader.bad("triggers", "at least one term or expression is needed");
  sector.title = YZ_TRY(read_both(reader, "title"));
  sector.required_texts = YZ_TRY(read_demands(reader, table, "required_text", triggers, true));
  sector.forbidden = YZ_TRY(read_demands(reader, table, "forbidden", triggers, false));
  sector.required_qualifications = YZ_TRY(reader.documents("required_qualifications"));
  for (const AnyDocument& any : sector.required_qualifications)
    if (triggers.info.id.size() + 1 + document_key(any).size() > limits::kSectorKeyBytes)
      return reader.too_large("required_qualifications", "the names are too long");
  if (reader.has("second_reviewer")) sector.second_reviewer = YZ_TRY(reader.text("second_reviewer"));
  return sector;
}

Result<Allowance> read_allowance(const toml::table& table, const std::string& place, const Lists& lists) {
  const TableReader reader(table, place, lists);
  YZ_CHECK(reader.only({"id", "reason", "phrases", "phrases_files", "rules"}));
  Allowance out;
  out.id = YZ_TRY(reader.text("id"));
  out.reason = YZ_TRY(reader.text("reason"));
  out.phrases = YZ_TRY(reader.phrases("phrases", "phrases_files"));
  out.rules = YZ_TRY(reader.texts("rules"));
  if (out.phrases.empty()) return reader.bad("phrases", "at least one phrase is needed");
  return out;
}

Result<VariantData> read_variants(const toml::table& file, std::string_view name, const Lists& lists) {
  VariantData data;
  const toml::table* table = file["variants"].as_table();
  if (table == nullptr) return data;
  const TableReader reader(*table, fmt::format("{}: variants", name), lists);
  YZ_CHECK(reader.only({"split_characters", "look_alikes", "characters", "function_characters"}));
  const auto read = [&](std::string_view key, auto parse, auto& out) -> Result<> {
    const std::string text = YZ_TRY(reader.file(key));
    if (auto parsed = parse(text, out); !parsed)
      return fail(parsed.error().code, parsed.error().message,
                  fmt::format("{} {}", reader.place_of(key), parsed.error().field));
    return {};
  };
  YZ_CHECK(read("split_characters", parse_split_characters, data.splits));
  YZ_CHECK(read("look_alikes", parse_look_alikes, data.look_alikes));
  YZ_CHECK(read("characters", parse_characters, data.characters));
  if (!reader.has("function_characters")) return data;
  const std::string text = YZ_TRY(reader.text("function_characters"));
  for (size_t at = 0; at < text.size();) data.function_characters.push_back(text::next_code_point(text, at));
  return data;
}

Result<Denials> read_denials(const toml::table& file, std::string_view name, const Lists& lists) {
  Denials out;
  if (!file.contains("denials")) return out;
  const toml::table* table = file["denials"].as_table();
  if (table == nullptr) return fail(ErrorCode::kInvalidArgument, "[denials] is no table", std::string(name));
  const TableReader reader(*table, fmt::format("{}: denials", name), lists);
  YZ_CHECK(reader.only({"words", "words_files", "except", "except_files"}));
  out.words = YZ_TRY(reader.phrases("words", "words_files"));
  out.except = YZ_TRY(reader.phrases("except", "except_files"));
  if (out.words.empty()) return reader.bad("words", "at least one word is needed");
  return out;
}

// A class of words is a list, named as its file.
Result<Scoring> read_scoring(const toml::table& file, std::string_view name, const Lists& lists) {
  Scoring out;
  const toml::table* table = file["scores"].as_table();
  if (table == nullptr) return out;
  const TableReader reader(*table, fmt::format("{}: scores", name), lists);
  YZ_CHECK(reader.only({"word_classes", "threshold", "ordinary", "short_margin"}));
  out.threshold = YZ_TRY(read_threshold(reader));
  out.ordinary = YZ_TRY(read_threshold(reader, "ordinary"));
  if (out.ordinary && (!out.threshold || *out.ordinary > *out.threshold))
    return reader.bad("ordinary", "no more than the threshold");
  out.short_margin = YZ_TRY(read_threshold(reader, "short_margin"));
  if (out.short_margin && (!out.threshold || *out.short_margin < 0))
    return reader.bad("short_margin", "not less than 0, beside a threshold");
  const auto files = YZ_TRY(reader.texts("word_classes", limits::kRuleExpressionBytes));
  if (files.size() > limits::kWordClasses) return reader.bad("word_classes", "too many files");
  for (const std::string& path : files) {
    WordClass words{std::filesystem::path(path).stem().string(), {}};
    words.words = YZ_TRY(reader.list(path, "word_classes"));
    out.word_classes.push_back(std::move(words));
  }
  return out;
}

Result<CheckRule> read_check(const toml::table& table, const std::string& place, const Lists& lists) {
  const TableReader reader(table, place, lists);
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

Result<PackInfo> read_pack_info(const toml::table& file, std::string_view name, const Lists& lists) {
  const toml::table* table = file["pack"].as_table();
  if (table == nullptr)
    return fail(ErrorCode::kInvalidArgument, "the [pack] table is missing", std::string(name));
  const TableReader reader(*table, fmt::format("{}: pack", name), lists);
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
                                const Lists& lists, Read read) {
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
    out.push_back(YZ_TRY(read(*table, fmt::format("{}: {} {}", name, key, id), lists)));
  }
  return out;
}

}  // namespace

std::string_view check_name(CheckKind kind) { return kCheckNames[static_cast<size_t>(kind)]; }

Result<std::vector<ScoreWeight>> parse_score_weights(std::string_view text) {
  std::vector<ScoreWeight> out;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (out.size() >= limits::kScoreWeights)
      return fail(ErrorCode::kTooLarge, "too many weights", fmt::format("line {}", number));
    const size_t tab = std::min(line.find('\t'), line.size());
    ScoreWeight weight{std::string(line.substr(0, tab)), 0, 0};
    const char* at_figure = line.data() + tab;
    const char* const line_end = line.data() + line.size();
    bool right = !weight.piece.empty();
    for (int32_t* const figure : {&weight.weight, &weight.kind}) {
      right = right && at_figure != line_end && *at_figure == '\t';
      if (!right) break;
      const auto parsed = std::from_chars(at_figure + 1, line_end, *figure);
      right = parsed.ec == std::errc() && std::abs(*figure) <= limits::kScoreWeight;
      at_figure = parsed.ptr;
    }
    if (!right || at_figure != line_end)
      return fail(ErrorCode::kInvalidArgument, "a piece and two weights are needed here",
                  fmt::format("line {}", number));
    out.push_back(std::move(weight));
  }
  return out;
}

Result<RulePack> parse_rule_pack(std::string_view source, std::string_view name, std::string_view folder) {
  if (source.size() > limits::kRulePackBytes)
    return fail(ErrorCode::kTooLarge, "the rule pack is too large", std::string(name));
  toml::table file;
  try {
    file = toml::parse(source);
  } catch (const toml::parse_error& e) {
    return fail(ErrorCode::kMalformed, std::string(e.description()),
                fmt::format("{}: line {}", name, e.source().begin.line));
  }
  const Lists lists(folder);
  YZ_CHECK(TableReader(file, std::string(name), lists)
               .only({"pack", "rule", "check", "sector", "allow", "denials", "variants", "scores"}));
  RulePack pack;
  pack.info = YZ_TRY(read_pack_info(file, name, lists));
  pack.variants = YZ_TRY(read_variants(file, name, lists));
  pack.denials = YZ_TRY(read_denials(file, name, lists));
  pack.scoring = YZ_TRY(read_scoring(file, name, lists));
  pack.rules = YZ_TRY(read_all<TermRule>(file, "rule", name, lists, read_rule));
  pack.checks = YZ_TRY(read_all<CheckRule>(file, "check", name, lists, read_check));
  pack.sectors = YZ_TRY(read_all<Sector>(file, "sector", name, lists, read_sector));
  pack.allowances = YZ_TRY(read_all<Allowance>(file, "allow", name, lists, read_allowance));
  return pack;
}

Result<RulePack> load_rule_pack(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return fail(ErrorCode::kNotFound, "cannot read the rule pack", path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return parse_rule_pack(text.view(), path, folder.empty() ? "." : folder);
}

}  // namespace yizhan::screen
