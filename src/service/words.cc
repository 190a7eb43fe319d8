#include "service/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace yizhan::service {

namespace {

const detail::Word* find(std::string_view key) {
  const auto all = detail::words();
  const auto at = std::ranges::lower_bound(all, key, {}, &detail::Word::key);
  return at != all.end() && at->key == key ? &*at : nullptr;
}

}  // namespace

std::string_view Words::text(std::string_view key) const {
  const detail::Word* word = find(key);
  return word != nullptr ? pick(word->zh, word->en) : key;
}

std::string Words::text(std::string_view key,
                        std::initializer_list<std::pair<std::string_view, std::string_view>> values) const {
  std::string out(text(key));
  for (const auto& [name, value] : values) {
    const std::string place = fmt::format("{{{{{}}}}}", name);
    for (size_t at = 0; (at = out.find(place, at)) != std::string::npos; at += value.size())
      out.replace(at, place.size(), value);
  }
  return out;
}

std::string_view Words::term(std::string_view list, std::string_view name) const {
  const detail::Word* word = find(fmt::format("terms.{}.{}", list, name));
  return word != nullptr ? pick(word->zh, word->en) : name;
}

}  // namespace yizhan::service
