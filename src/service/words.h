#pragma once
// The console's words, for documents that the server makes: what a term is called on the screen it is called
// on paper. The table is made from the console's texts at build time (docs/decisions/0024). Pure; any thread.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "domain/names.h"

namespace yizhan::service {

#define YIZHAN_LANGUAGES(X) X(kZh, 1, "zh") X(kEn, 2, "en")
YIZHAN_ENUM(Language, YIZHAN_LANGUAGES)

namespace detail {
struct Word {
  std::string_view key, zh, en;
};
std::span<const Word> words();  // in the order of their keys
}  // namespace detail

class Words {
 public:
  explicit Words(Language language) : language_(language) {}

  Language language() const { return language_; }
  // "opinion.title" is `title` of the page opinion. The key itself where there is no such text.
  std::string_view text(std::string_view key) const;
  // With {{name}} replaced.
  std::string text(std::string_view key,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> values) const;
  // One of the terms' lists; a name that it does not have stays as it is.
  std::string_view term(std::string_view list, std::string_view name) const;
  std::string_view pick(std::string_view zh, std::string_view en) const {
    return language_ == Language::kZh ? zh : en;
  }

 private:
  Language language_;
};

}  // namespace yizhan::service
