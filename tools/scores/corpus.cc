#include "corpus.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

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

}  // namespace

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
