#pragma once
// What an application may say: the approved versions of its contents, compiled to match texts. Asked inside
// the transaction that stores what was said, so that an approval that is gone is gone; compiled texts are
// kept by their version, whose hash never changes. One thread (the writer's).

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/application_batch.h"
#include "engine/batch_plan.h"
#include "text/template_match.h"

namespace yizhan::service {

struct ApprovedText {
  int64_t content_id = 0;
  std::shared_ptr<const engine::BatchPlan> plan;  // of a batch that says it by the account's channel
  text::TemplateText whole, body;
  // For each variable of the whole its place among the body's; empty when the body does not tell them all.
  std::vector<size_t> from_body;
  bool body_is_enough = false;
  size_t literal_bytes = 0;
};

// A text that was recognised. The values are views of it, in the order of the plan's composer.
struct Said {
  const ApprovedText* text = nullptr;
  std::vector<std::optional<std::string_view>> values;
};

// The texts of one account, those that say more first.
class SayableTexts {
 public:
  // `names` of contents, by their ids.
  SayableTexts(std::vector<std::shared_ptr<const ApprovedText>> texts,
               const std::unordered_map<int64_t, std::string>& names);
  // By the whole text, else by a body alone.
  std::optional<Said> find(std::string_view utf8) const;
  // Null when the account may not say it.
  const ApprovedText* of_content(int64_t content_id) const;
  // All of that name: names are people's, and nothing keeps two contents from having the same.
  std::span<const ApprovedText* const> of_name(const std::string& name) const;

 private:
  std::vector<std::shared_ptr<const ApprovedText>> texts_;
  std::unordered_map<int64_t, const ApprovedText*> by_content_;
  std::unordered_map<std::string, std::vector<const ApprovedText*>> by_name_;
};

class ApplicationTemplates {
 public:
  // `channel_version` changes with the channel's hours and what it can carry.
  Result<std::shared_ptr<const SayableTexts>> of(db::Tx& tx, int64_t application_id,
                                                 const engine::ApplicationWay& way, int64_t channel_version);

 private:
  // Content, approved version, the content's name.
  using Approved = std::vector<std::tuple<int64_t, int64_t, std::string>>;
  struct Known {
    Approved approved;
    engine::ApplicationWay way;
    int64_t channel_version = 0;
    std::shared_ptr<const SayableTexts> texts;
  };
  struct Key {
    int64_t version_id;
    engine::ApplicationWay way;
    int64_t channel_version;
    auto operator<=>(const Key&) const = default;
  };

  Result<std::shared_ptr<const ApprovedText>> compile(db::Tx& tx, int64_t content_id, const Key& key);

  std::map<int64_t, Known> known_;  // by application
  std::map<Key, std::shared_ptr<const ApprovedText>> compiled_;
};

}  // namespace yizhan::service
