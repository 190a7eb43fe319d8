#include "service/application_templates.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "domain/content.h"
#include "engine/application_batch.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<text::TemplateText> parse(std::string_view body, const std::vector<domain::Variable>& variables) {
  const text::TemplateText unlimited = YZ_TRY(text::TemplateText::parse(body));
  std::vector<text::VariableLimit> limits;
  for (const domain::Variable& v : variables)
    if (unlimited.index_of(v.name)) limits.push_back({v.name, static_cast<uint32_t>(v.max_length)});
  return text::TemplateText::parse(body, limits);
}

}  // namespace

SayableTexts::SayableTexts(std::vector<std::shared_ptr<const ApprovedText>> texts,
                           const std::unordered_map<int64_t, std::string>& names)
    : texts_(std::move(texts)) {
  std::ranges::sort(texts_, [](const auto& a, const auto& b) {
    return a->literal_bytes != b->literal_bytes ? a->literal_bytes > b->literal_bytes
                                                : a->content_id < b->content_id;
  });
  for (const auto& text : texts_) {
    by_content_[text->content_id] = text.get();
    if (const auto name = names.find(text->content_id); name != names.end())
      by_name_[name->second].push_back(text.get());
  }
}

const ApprovedText* SayableTexts::of_content(int64_t content_id) const {
  const auto found = by_content_.find(content_id);
  return found == by_content_.end() ? nullptr : found->second;
}

std::span<const ApprovedText* const> SayableTexts::of_name(const std::string& name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return {};
  return found->second;
}

std::optional<Said> SayableTexts::find(std::string_view utf8) const {
  std::vector<std::string_view> values;
  for (const auto& text : texts_)
    if (match_template(text->whole, utf8, values) == text::TemplateMatch::kMatches)
      return Said{text.get(), {values.begin(), values.end()}};
  for (const auto& text : texts_) {
    if (!text->body_is_enough || match_template(text->body, utf8, values) != text::TemplateMatch::kMatches)
      continue;
    Said said{text.get(), {}};
    for (const size_t place : text->from_body) said.values.emplace_back(values[place]);
    return said;
  }
  return std::nullopt;
}

Result<std::shared_ptr<const SayableTexts>> ApplicationTemplates::of(db::Tx& tx, int64_t application_id,
                                                                     const engine::ApplicationWay& way,
                                                                     int64_t channel_version) {
  Approved approved;
  YZ_CHECK(tx.each(
      q::application_approved,
      [&](const db::Row& row) { approved.emplace_back(row.i64(0), row.i64(1), row.string(2)); },
      application_id));
  Known& known = known_[application_id];
  if (known.texts && known.approved == approved && known.way == way &&
      known.channel_version == channel_version)
    return known.texts;
  std::vector<std::shared_ptr<const ApprovedText>> texts;
  std::unordered_map<int64_t, std::string> names;
  for (const auto& [content_id, version_id, name] : approved) {
    names[content_id] = name;
    const auto text = compile(tx, content_id, {version_id, way, channel_version});
    if (!text) {
      // One content that cannot be read must not silence the others.
      if (tx.lost()) return std::unexpected(text.error());
      log::error("an approved content cannot be matched content={}: {}", content_id, to_string(text.error()));
      continue;
    }
    texts.push_back(*text);
  }
  known = {std::move(approved), way, channel_version,
           std::make_shared<const SayableTexts>(std::move(texts), names)};
  return known.texts;
}

Result<std::shared_ptr<const ApprovedText>> ApplicationTemplates::compile(db::Tx& tx, int64_t content_id,
                                                                          const Key& key) {
  if (const auto found = compiled_.find(key); found != compiled_.end()) return found->second;
  struct Version {
    std::string signature, body, opt_out_text, variables;
  };
  const auto version = YZ_TRY(tx.one(
      q::content_version_to_match,
      [](const db::Row& row) { return Version{row.string(0), row.string(1), row.string(2), row.string(3)}; },
      key.version_id));
  if (!version) return fail(ErrorCode::kNotFound, "no such content version");
  const auto variables = YZ_TRY(engine::parse_variables(version->variables));
  ApprovedText text{
      .content_id = content_id,
      .plan = YZ_TRY(engine::plan_application_batch(tx, key.version_id, key.way)),
      .whole = YZ_TRY(
          parse(domain::whole_template(version->signature, version->body, version->opt_out_text), variables)),
      .body = YZ_TRY(parse(version->body, variables))};
  text.literal_bytes = text::literal_bytes(text.whole);
  text.body_is_enough = true;
  for (const std::string& name : text.whole.variables()) {
    const auto place = text.body.index_of(name);
    if (place) text.from_body.push_back(*place);
    text.body_is_enough &= place.has_value();
  }
  if (compiled_.size() >= limits::kApplicationTemplates) compiled_.clear();
  return compiled_[key] = std::make_shared<const ApprovedText>(std::move(text));
}

}  // namespace yizhan::service
