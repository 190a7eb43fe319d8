#pragma once
// Puts the parts of inbound concatenated messages together again: keyed by both addresses and the reference,
// any order, duplicates dropped, bounded in messages and bytes. Time is the caller's. What never completes
// is handed out in pieces, not dropped: an opt-out may be in it. Not thread-safe: one owner.

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/time.h"
#include "text/segmentation.h"

namespace yizhan::codec {

struct InboundPart {
  std::string_view source, destination;
  uint8_t data_coding = 0;
  text::UserDataHeader part;
  ByteSpan text;        // without the header
  uint64_t cookie = 0;  // the caller's name for the part (a row, a token)
};

struct Assembled {
  std::string source, destination;
  uint8_t data_coding = 0;  // of the first part that came
  uint8_t total = 0;
  std::vector<uint8_t> missing;   // part numbers; empty = complete
  Bytes text;                     // the parts there are, in order
  std::vector<uint64_t> cookies;  // in the same order, then those of repeated parts
};

enum class PartOutcome : uint8_t {
  kStored,
  kCompleted,
  kDuplicate /* of a message that is complete; while it is not, the repetition's cookie is stored too */,
  kRefused /* the numbers make no sense */
};

class Reassembler {
 public:
  struct Options {
    Duration timeout = minutes(30);  // from the first part
    size_t messages = limits::kReassemblyMessages;
    size_t bytes = limits::kReassemblyBytes;
  };
  explicit Reassembler(Options options) : options_(options) {}

  // Appends to `out` the message that the part completes, and those that had to make room for it or whose
  // reference it reuses with another text.
  PartOutcome add(const InboundPart& part, Time now, std::vector<Assembled>& out);
  // Appends what has waited for its parts longer than the timeout.
  void expire(Time now, std::vector<Assembled>& out);

  size_t waiting() const { return waiting_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Piece {
    uint8_t number = 0;
    uint64_t digest = 0;
    uint64_t cookie = 0;
    Bytes text;
  };
  // Kept until the timeout even when complete, so that a part sent twice is known again.
  struct Entry {
    std::string key, source, destination;
    Time since;
    uint8_t data_coding = 0, total = 0;
    bool complete = false;
    std::vector<Piece> pieces;      // ordered by number
    std::vector<uint64_t> repeats;  // cookies of parts that came again
  };
  using Entries = std::list<Entry>;  // oldest first

  Entries::iterator find_or_create(const InboundPart& part, std::string key, Time now,
                                   std::vector<Assembled>& out);
  Assembled take(Entry& entry);
  void drop(Entries::iterator entry, std::vector<Assembled>& out);

  Options options_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_key_;  // views of Entry::key
  size_t waiting_ = 0;
  size_t bytes_ = 0;
};

}  // namespace yizhan::codec
