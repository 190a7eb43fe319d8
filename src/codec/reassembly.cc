#include "codec/reassembly.h"

#include <algorithm>
#include <iterator>

namespace yizhan::codec {
namespace {

std::string key_of(const InboundPart& p) {
  std::string key;
  key.reserve(p.source.size() + p.destination.size() + 5);
  key.append(p.source).push_back('\0');
  key.append(p.destination).push_back('\0');
  key.push_back(static_cast<char>(p.part.reference >> 8));
  key.push_back(static_cast<char>(p.part.reference));
  key.push_back(static_cast<char>(p.part.total));
  return key;
}

// FNV-1a: only tells a part sent twice from another one.
uint64_t digest_of(ByteSpan bytes) {
  uint64_t h = 0xcbf29ce484222325;
  for (const uint8_t b : bytes) h = (h ^ b) * 0x100000001b3;
  return h;
}

}  // namespace

Assembled Reassembler::take(Entry& entry) {
  Assembled out{entry.source, entry.destination, entry.data_coding, entry.total, {}, {}, {}};
  unsigned expected = 1;
  for (Piece& piece : entry.pieces) {
    for (; expected < piece.number; ++expected) out.missing.push_back(static_cast<uint8_t>(expected));
    ++expected;
    out.text.insert(out.text.end(), piece.text.begin(), piece.text.end());
    out.cookies.push_back(piece.cookie);
    bytes_ -= piece.text.size();
    piece.text = {};
  }
  out.cookies.insert(out.cookies.end(), entry.repeats.begin(), entry.repeats.end());
  entry.repeats = {};
  for (; expected <= entry.total; ++expected) out.missing.push_back(static_cast<uint8_t>(expected));
  --waiting_;
  entry.complete = true;
  return out;
}

void Reassembler::drop(Entries::iterator entry, std::vector<Assembled>& out) {
  if (!entry->complete) out.push_back(take(*entry));
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

Reassembler::Entries::iterator Reassembler::find_or_create(const InboundPart& part, std::string key, Time now,
                                                           std::vector<Assembled>& out) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) return found->second;
  while (!entries_.empty() &&
         (entries_.size() >= options_.messages || bytes_ + part.text.size() > options_.bytes))
    drop(entries_.begin(), out);
  entries_.push_back(Entry{std::move(key),
                           std::string(part.source),
                           std::string(part.destination),
                           now,
                           part.data_coding,
                           part.part.total,
                           false,
                           {},
                           {}});
  ++waiting_;
  const auto entry = std::prev(entries_.end());
  by_key_.emplace(entry->key, entry);
  return entry;
}

PartOutcome Reassembler::add(const InboundPart& part, Time now, std::vector<Assembled>& out) {
  if (part.part.number == 0 || part.part.number > part.part.total) return PartOutcome::kRefused;
  if (part.text.size() > limits::kPduBytes) return PartOutcome::kRefused;
  expire(now, out);
  auto entry = find_or_create(part, key_of(part), now, out);
  const uint64_t digest = digest_of(part.text);
  auto at = std::ranges::lower_bound(entry->pieces, part.part.number, {}, &Piece::number);
  if (at != entry->pieces.end() && at->number == part.part.number) {
    if (at->digest == digest) {
      if (entry->complete) return PartOutcome::kDuplicate;
      entry->repeats.push_back(part.cookie);
      return PartOutcome::kStored;
    }
    drop(entry, out);  // the sender has come round to this reference again
    entry = find_or_create(part, key_of(part), now, out);
    at = entry->pieces.end();
  }
  entry->pieces.insert(
      at, Piece{part.part.number, digest, part.cookie, Bytes(part.text.begin(), part.text.end())});
  bytes_ += part.text.size();
  if (entry->pieces.size() == entry->total) {
    out.push_back(take(*entry));
    return PartOutcome::kCompleted;
  }
  // Further parts of messages already open count too: the oldest others make room.
  while (bytes_ > options_.bytes && entries_.size() > 1) {
    const auto oldest = entries_.begin();
    drop(oldest == entry ? std::next(oldest) : oldest, out);
  }
  return PartOutcome::kStored;
}

void Reassembler::expire(Time now, std::vector<Assembled>& out) {
  while (!entries_.empty() && now - entries_.front().since >= options_.timeout) drop(entries_.begin(), out);
}

}  // namespace yizhan::codec
