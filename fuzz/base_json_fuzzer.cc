// Any text decodes to a value whose encoding decodes again to the same text, or gives errors; nothing else.

#include "base/json.h"

namespace yizhan {

struct FuzzLeaf {
  std::string name;
  std::optional<int32_t> count;
  static constexpr json::Rule kRules[] = {{.member = "name", .min_length = 1, .max_length = 20}};
};
BOOST_DESCRIBE_STRUCT(FuzzLeaf, (), (name, count))

struct FuzzTree {
  std::optional<Time> at;
  std::optional<CampaignId> id;
  std::optional<uint64_t> wide;
  std::optional<Bytes> hash;
  std::optional<bool> on;
  std::optional<std::vector<FuzzLeaf>> leaves;
  std::optional<std::map<std::string, std::vector<int16_t>>> counts;
  std::optional<std::vector<FuzzTree>> trees;
};
BOOST_DESCRIBE_STRUCT(FuzzTree, (), (at, id, wide, hash, on, leaves, counts, trees))

}  // namespace yizhan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yizhan;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = json::decode_all<FuzzTree>(text);
  if (!decoded) {
    if (decoded.error().empty() || decoded.error().size() > limits::kJsonFieldErrors) __builtin_trap();
    return 0;
  }
  const std::string encoded = json::encode(*decoded);
  const auto again = json::decode_all<FuzzTree>(encoded);
  if (!again || json::encode(*again) != encoded) __builtin_trap();
  return 0;
}
