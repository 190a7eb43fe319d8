// Learns the weights of the scored rules from the labelled corpus. From the root of the tree:
//   train-scores              writes the files that rules/cn_scored.toml names
//   train-scores --check      tells whether they are what it would write
//   train-scores --measure    leaves each author out in turn: what the others' weights find of his messages
//   train-scores --without=A  as without options, but learns nothing from author A
// FILE=AUTHOR after the option is a further file of messages, with or without ids. The same corpus, classes of words and
// tables of characters give the same files. One thread.

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "corpus.h"
#include "measure.h"
#include "pieces.h"
#include "train.h"

namespace yizhan::scores {

namespace {

constexpr const char* kVariantsPack = "rules/cn_format.toml";
constexpr const char* kScoredPack = "rules/cn_scored.toml";
constexpr const char* kCorpus = "tests/screening/tuning.tsv";
constexpr const char* kAuthors = "tests/screening/authors.tsv";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int write_or_check(const std::vector<screen::TermRule>& rules, const std::vector<Example>& corpus, Pieces& pieces,
                   bool check) {
  const Model model = train(rules, corpus, pieces);
  int wrong = 0;
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    const std::string path = "rules/" + rules[rule].scores_file;
    const std::string text = file_of(model, rule, pieces);
    if (!check) {
      std::ofstream(path, std::ios::binary) << text;
    } else if (read_file(path) != text) {
      fmt::print(stderr, "{} is not what train-scores makes of the corpus\n", path);
      wrong = 1;
    }
  }
  return wrong;
}

int run(int count, char** arguments) {
  std::string option;
  std::vector<Example> corpus = read_corpus(kCorpus, "");
  read_authors(kAuthors, corpus);
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const size_t equals = argument.rfind('=');
    if (argument.starts_with("--without=")) {
      const std::string author = argument.substr(equals + 1);
      std::erase_if(corpus, [&](const Example& example) { return example.author == author; });
    } else if (argument.starts_with("--")) {
      option = argument;
    } else if (equals != std::string::npos) {
      for (Example& example : read_corpus(argument.substr(0, equals), argument.substr(equals + 1)))
        corpus.push_back(std::move(example));
    }
  }
  auto pack = screen::load_rule_pack(kScoredPack);
  if (!pack) {
    fmt::print(stderr, "{}\n", to_string(pack.error()));
    return 2;
  }
  std::erase_if(pack->rules, [](const screen::TermRule& rule) { return rule.scores_file.empty(); });
  Pieces pieces(kVariantsPack, kScoredPack);
  if (option == "--measure") return measure(*pack, corpus, pieces);
  return write_or_check(pack->rules, corpus, pieces, option == "--check");
}

}  // namespace

}  // namespace yizhan::scores

int main(int count, char** arguments) { return yizhan::scores::run(count, arguments); }
