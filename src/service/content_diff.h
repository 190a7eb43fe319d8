#pragma once
// What changed between two texts, character by character, as data for a screen. Pure, any thread.

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan::service {

enum class DiffOp : uint8_t { kKeep, kRemove, kInsert };
BOOST_DESCRIBE_ENUM(DiffOp, kKeep, kRemove, kInsert)

struct DiffPiece {
  DiffOp op = DiffOp::kKeep;
  std::string text;
  bool operator==(const DiffPiece&) const = default;
};
BOOST_DESCRIBE_STRUCT(DiffPiece, (), (op, text))

// A shortest way from one text to the other; kept and removed pieces make `before`, kept and inserted ones
// `after`. Time and memory are the product of the lengths: for texts of at most
// limits::kContentBodyCharacters.
std::vector<DiffPiece> character_diff(std::string_view before, std::string_view after);

}  // namespace yizhan::service
