#include "corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "screen/score_reading.h"

namespace yizhan::scores {

namespace {

[[noreturn]] void give_up(const std::string& path, const std::string& line) {
  fmt::print(stderr, "{}: this line is of another form: {}\n", path, line);
  std::exit(2);
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// A message without its signature and its way to refuse, cut in two where a clause ends near the middle.
std::pair<std::string, std::string> halves(const std::string& text) {
  constexpr std::string_view kClose = "】", kComma = "，", kStop = "。";
  std::string body = text.substr(0, screen::opt_out_begin(text));
  if (const size_t close = body.find(kClose); body.starts_with("【") && close != std::string::npos)
    body.erase(0, close + kClose.size());
  const size_t middle = body.size() / 2;
  size_t cut = std::min(body.find(kComma, middle), body.find(kStop, middle));
  cut = cut == std::string::npos ? body.size() : cut + kComma.size();
  return {body.substr(0, cut), body.substr(cut)};
}

}  // namespace

Example padded(const Example& violation, const std::vector<const Example*>& ordinary, size_t number) {
  Example out = violation;
  if (ordinary.empty()) return out;
  // Far from each other, so that one violation is never beside the same two as the next.
  const Example& before = *ordinary[number * 7919 % ordinary.size()];
  const Example& behind = *ordinary[(number * 104729 + 1) % ordinary.size()];
  const size_t close = violation.text.find("】");
  const size_t begin = violation.text.starts_with("【") && close != std::string::npos ? close + 3 : 0;
  const size_t end = std::max(begin, screen::opt_out_begin(violation.text));
  out.text = violation.text.substr(0, begin) + halves(before.text).first + violation.text.substr(begin, end - begin) +
             "，" + halves(behind.text).second + violation.text.substr(end);
  return out;
}

std::vector<Example> read_corpus(const std::string& path, const std::string& author) {
  std::ifstream file(path, std::ios::binary);
  std::vector<Example> all;
  std::string line;
  while (std::getline(file, line)) {
    std::vector<std::string> columns = split(line, '\t');
    if (columns.size() == 4) columns.insert(columns.begin(), fmt::format("{}{}", author, all.size() + 1));
    if (columns.size() != 5) give_up(path, line);
    if (columns[0] == "id") continue;
    const auto message_class = screen::parse_message_class(columns[2]);
    if (!message_class) give_up(path, line);
    Example example{columns[0], columns[1], author, columns[4], *message_class, {}};
    if (columns[3] != "-") {
      for (const std::string& name : split(columns[3], ',')) {
        const auto category = screen::parse_category(name);
        if (!category) give_up(path, line);
        example.labels.push_back(*category);
      }
    }
    if (example.ordinary() != example.labels.empty()) give_up(path, line);
    all.push_back(std::move(example));
  }
  return all;
}

void read_authors(const std::string& path, std::vector<Example>& corpus) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> columns = split(line, '\t');
    if (columns.size() != 2) give_up(path, line);
    for (Example& example : corpus)
      if (example.id >= columns[0]) example.author = columns[1];
  }
}

}  // namespace yizhan::scores
