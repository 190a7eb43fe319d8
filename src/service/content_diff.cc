#include "service/content_diff.h"

#include <algorithm>
#include <cstdint>

#include "text/utf8.h"

namespace yizhan::service {

namespace {

std::vector<std::string_view> characters(std::string_view s) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < s.size();) {
    const size_t begin = at;
    text::next_code_point(s, at);
    out.push_back(s.substr(begin, at - begin));
  }
  return out;
}

void add(std::vector<DiffPiece>& pieces, DiffOp op, std::string_view character) {
  if (pieces.empty() || pieces.back().op != op) pieces.push_back({op, {}});
  pieces.back().text += character;
}

}  // namespace

std::vector<DiffPiece> character_diff(std::string_view before, std::string_view after) {
  const auto a = characters(before);
  const auto b = characters(after);
  // common[i][j]: the length of the longest common subsequence of a from i and b from j.
  const size_t width = b.size() + 1;
  std::vector<uint16_t> common((a.size() + 1) * width, 0);
  for (size_t i = a.size(); i-- > 0;)
    for (size_t j = b.size(); j-- > 0;)
      common[i * width + j] = a[i] == b[j] ? static_cast<uint16_t>(common[(i + 1) * width + j + 1] + 1)
                                           : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
  std::vector<DiffPiece> pieces;
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) {
      add(pieces, DiffOp::kKeep, a[i]);
      ++i, ++j;
    } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
      add(pieces, DiffOp::kRemove, a[i++]);
    } else {
      add(pieces, DiffOp::kInsert, b[j++]);
    }
  }
  while (i < a.size()) add(pieces, DiffOp::kRemove, a[i++]);
  while (j < b.size()) add(pieces, DiffOp::kInsert, b[j++]);
  return pieces;
}

}  // namespace yizhan::service
