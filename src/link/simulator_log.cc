#include "link/simulator_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace yizhan::link {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// Appends fields to a line; the caller has made room.
class LineWriter {
 public:
  explicit LineWriter(char* at) : at_(at) {}

  char* end() { return at_; }
  LineWriter& letter(char c) {
    *at_++ = c;
    return *this;
  }
  LineWriter& number(uint64_t v) {
    *at_++ = ' ';
    return digits(v);
  }
  LineWriter& digits(uint64_t v) {
    at_ = std::to_chars(at_, at_ + 20, v).ptr;
    return *this;
  }
  LineWriter& hex(uint32_t v) {
    *at_++ = ' ';
    at_ = std::to_chars(at_, at_ + 8, v, 16).ptr;
    return *this;
  }
  LineWriter& hash(uint64_t v) {
    *at_++ = ' ';
    for (int shift = 60; shift >= 0; shift -= 4) *at_++ = kHexDigits[(v >> shift) & 15];
    return *this;
  }
  LineWriter& word(std::string_view s) {
    *at_++ = ' ';
    std::memcpy(at_, s.data(), s.size());
    at_ += s.size();
    return *this;
  }
  LineWriter& field(std::string_view s) {
    if (s.empty()) return word("-");
    if (s == "-") return word("%2d");
    *at_++ = ' ';
    for (const char c : s) {
      const auto byte = static_cast<uint8_t>(c);
      if (byte > 0x20 && byte < 0x7f && c != '%') {
        *at_++ = c;
      } else {
        *at_++ = '%';
        byte_hex(byte);
      }
    }
    return *this;
  }
  LineWriter& bytes(ByteSpan b) {
    *at_++ = ' ';
    for (const uint8_t byte : b) byte_hex(byte);
    return *this;
  }

 private:
  void byte_hex(uint8_t byte) {
    *at_++ = kHexDigits[byte >> 4];
    *at_++ = kHexDigits[byte & 15];
  }
  char* at_;
};

void write_submit(LineWriter& line, const SimulatorRecord& r) {
  line.number(r.session).number(r.sequence).field(r.source).field(r.destination);
  line.hex(r.esm_class).hex(r.data_coding).number(r.registered);
  if (r.part_count > 1) {
    line.number(r.part_reference).letter('/').digits(r.part_number).letter('/').digits(r.part_count);
  } else {
    line.word("-");
  }
  line.hash(r.text_hash).hex(r.status).number(r.message_id).word(r.outcome).word(r.word);
  if (!r.text.empty()) line.bytes(r.text);
}

void write_fields(LineWriter& line, const SimulatorRecord& r) {
  switch (r.event) {
    case SimulatorEvent::kRun:
      line.word("1").number(r.seed).number(static_cast<uint64_t>(r.start_us));
      if (r.protocol != codec::Protocol::kSmpp34) line.word(codec::protocol_name(r.protocol));
      return;
    case SimulatorEvent::kBind:
      line.number(r.session).field(r.account).word(r.word).hex(r.status);
      return;
    case SimulatorEvent::kSessionEnd:
    case SimulatorEvent::kFault:
      line.number(r.session).field(r.word);
      return;
    case SimulatorEvent::kSubmit:
      write_submit(line, r);
      return;
    case SimulatorEvent::kReceipt:
      line.number(r.session).number(r.sequence).number(r.message_id).field(r.source).field(r.destination);
      line.word(r.outcome).word(r.word).number(r.attempt);
      return;
    case SimulatorEvent::kInbound:
      line.number(r.session).number(r.sequence).number(r.message_id).field(r.source).field(r.destination);
      line.hex(r.data_coding).hash(r.text_hash).number(r.attempt);
      if (!r.text.empty()) line.bytes(r.text);
      return;
    case SimulatorEvent::kAnswer:
      line.number(r.session).number(r.sequence).number(r.message_id).hex(r.status);
      return;
    case SimulatorEvent::kGivenUp:
      line.number(r.message_id).field(r.word);
      return;
  }
}

std::string error_text(int code) { return std::generic_category().message(code); }

bool write_all(int file, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(file, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

SimulatorLogWriter::~SimulatorLogWriter() {
  if (file_ < 0) return;
  flush();
  ::close(file_);
}

Result<void> SimulatorLogWriter::open(const std::string& path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) return fail(ErrorCode::kUnavailable, error_text(errno), path);
  // Two runs at once would mix their ids and times.
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::kUnavailable, "another simulator writes this log", path);
  buffer_.resize(limits::kSimulatorLogBufferBytes + limits::kSimulatorLogLineBytes);
  // A line torn by a killed simulator must not swallow the first line of this run.
  char last = '\n';
  const off_t end = ::lseek(file_, 0, SEEK_END);
  if (end > 0 && ::pread(file_, &last, 1, end - 1) == 1 && last != '\n') buffer_[used_++] = '\n';
  return {};
}

void SimulatorLogWriter::write(const SimulatorRecord& record) {
  if (file_ < 0 || failed_) return;
  char* const start = buffer_.data() + used_;
  LineWriter line(start);
  line.letter(static_cast<char>(record.event));
  if (record.event != SimulatorEvent::kRun) line.number(static_cast<uint64_t>(record.at_us));
  write_fields(line, record);
  finish_line(line.letter('\n').end());
}

void SimulatorLogWriter::finish_line(char* end) {
  used_ = static_cast<size_t>(end - buffer_.data());
  if (used_ >= limits::kSimulatorLogBufferBytes) flush();
}

void SimulatorLogWriter::flush() {
  if (used_ == 0 || failed_ || file_ < 0) return;
  if (!write_all(file_, buffer_.data(), used_)) {
    failed_ = true;
    log::error("the simulator's log cannot be written error={}", error_text(errno));
  }
  used_ = 0;
}

namespace {

// Splits a line at its spaces. Sticky error, like ByteReader.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}

  bool ok() const { return ok_; }
  bool at_end() const { return done_; }
  std::string_view word() {
    if (done_) {
      ok_ = false;
      return {};
    }
    const size_t space = rest_.find(' ');
    const std::string_view out = rest_.substr(0, space);
    done_ = space == std::string_view::npos;
    if (!done_) rest_.remove_prefix(space + 1);
    if (out.empty()) ok_ = false;
    return out;
  }
  template <class T>
  void number(T& out, int base = 10) {
    parse(word(), out, base);
  }
  void field(std::string_view& out, std::string& store) {
    out = word();
    if (out == "-") out = {};
    if (out.find('%') == std::string_view::npos) return;
    store.clear();
    for (size_t i = 0; i < out.size(); ++i) {
      if (out[i] != '%') {
        store += out[i];
        continue;
      }
      uint8_t byte = 0;
      parse(out.substr(std::min(i + 1, out.size()), 2), byte, 16);
      store += static_cast<char>(byte);
      i += 2;
    }
    out = store;
  }
  void part(SimulatorRecord& r) {
    const std::string_view text = word();
    if (text == "-") return;
    const size_t first = text.find('/');
    const size_t second = text.find('/', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) {
      ok_ = false;
      return;
    }
    parse(text.substr(0, first), r.part_reference, 10);
    parse(text.substr(first + 1, second - first - 1), r.part_number, 10);
    parse(text.substr(second + 1), r.part_count, 10);
  }
  void optional_protocol(codec::Protocol& out) {
    if (done_) return;
    const auto protocol = codec::parse_protocol(word());
    if (!protocol) ok_ = false;
    out = protocol.value_or(out);
  }
  void optional_bytes(ByteSpan& out, Bytes& store) {
    if (done_) return;
    if (!from_hex(word(), store)) ok_ = false;
    out = store;
  }

 private:
  template <class T>
  void parse(std::string_view text, T& out, int base) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [at, ec] = std::from_chars(begin, end, out, base);
    if (ec != std::errc() || at != end || text.empty()) ok_ = false;
  }

  std::string_view rest_;
  bool ok_ = true;
  bool done_ = false;
};

struct FieldStore {
  std::string source;
  std::string destination;
  std::string word;
  Bytes text;
};

void read_submit(LineReader& in, SimulatorRecord& r, FieldStore& store) {
  in.number(r.session);
  in.number(r.sequence);
  in.field(r.source, store.source);
  in.field(r.destination, store.destination);
  in.number(r.esm_class, 16);
  in.number(r.data_coding, 16);
  in.number(r.registered);
  in.part(r);
  in.number(r.text_hash, 16);
  in.number(r.status, 16);
  in.number(r.message_id);
  r.outcome = in.word();
  r.word = in.word();
  in.optional_bytes(r.text, store.text);
}

void read_delivery(LineReader& in, SimulatorRecord& r, FieldStore& store) {
  in.number(r.session);
  in.number(r.sequence);
  in.number(r.message_id);
  in.field(r.source, store.source);
  in.field(r.destination, store.destination);
  if (r.event == SimulatorEvent::kReceipt) {
    r.outcome = in.word();
    r.word = in.word();
    in.number(r.attempt);
    return;
  }
  in.number(r.data_coding, 16);
  in.number(r.text_hash, 16);
  in.number(r.attempt);
  in.optional_bytes(r.text, store.text);
}

void read_short(LineReader& in, SimulatorRecord& r, FieldStore& store) {
  if (r.event == SimulatorEvent::kGivenUp) {
    in.number(r.message_id);
    in.field(r.word, store.word);
    return;
  }
  in.number(r.session);
  if (r.event == SimulatorEvent::kBind) {
    in.field(r.account, store.source);
    r.word = in.word();
    in.number(r.status, 16);
  } else if (r.event == SimulatorEvent::kAnswer) {
    in.number(r.sequence);
    in.number(r.message_id);
    in.number(r.status, 16);
  } else {
    in.field(r.word, store.word);
  }
}

bool read_line(std::string_view line, SimulatorRecord& r, FieldStore& store) {
  LineReader in(line);
  const std::string_view kind = in.word();
  if (kind.size() != 1) return false;
  r = {};
  r.event = static_cast<SimulatorEvent>(kind[0]);
  if (r.event == SimulatorEvent::kRun) {
    if (in.word() != "1") return false;
    in.number(r.seed);
    in.number(r.start_us);
    in.optional_protocol(r.protocol);
    return in.ok() && in.at_end();
  }
  in.number(r.at_us);
  switch (r.event) {
    case SimulatorEvent::kSubmit:
      read_submit(in, r, store);
      break;
    case SimulatorEvent::kReceipt:
    case SimulatorEvent::kInbound:
      read_delivery(in, r, store);
      break;
    case SimulatorEvent::kBind:
    case SimulatorEvent::kSessionEnd:
    case SimulatorEvent::kFault:
    case SimulatorEvent::kAnswer:
    case SimulatorEvent::kGivenUp:
      read_short(in, r, store);
      break;
    default:
      return false;
  }
  return in.ok() && in.at_end();
}

}  // namespace

Result<SimulatorLogFacts> read_simulator_log(const std::string& path,
                                             const std::function<void(const SimulatorRecord&)>& take) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot open the simulator's log", path);
  SimulatorLogFacts facts;
  SimulatorRecord record;
  FieldStore store;
  std::string line;
  uint64_t torn_line = 0;  // its number, until the next line says whether that was the end of a run
  for (uint64_t number = 1; std::getline(in, line); ++number) {
    const bool whole = !in.eof();
    if (line.size() > limits::kSimulatorLogLineBytes || !whole || !read_line(line, record, store)) {
      if (torn_line != 0) break;
      torn_line = number;
      continue;
    }
    if (torn_line != 0) {
      if (record.event != SimulatorEvent::kRun) break;
      ++facts.torn_lines;
      torn_line = 0;
    }
    ++facts.lines;
    take(record);
  }
  if (torn_line == 0) return facts;
  if (!in.eof())
    return fail(ErrorCode::kCorrupt, "not a line of this log", path + ':' + std::to_string(torn_line));
  ++facts.torn_lines;
  return facts;
}

namespace {

// Collects segments into messages and receipts into messages' outcomes.
class Summarizer {
 public:
  void take(const SimulatorRecord& r) {
    switch (r.event) {
      case SimulatorEvent::kRun:
        fold_receipts();
        ++summary.runs;
        start_us_ = r.start_us;
        return;
      case SimulatorEvent::kSubmit:
        submit(r);
        return;
      case SimulatorEvent::kReceipt:
        receipt(r);
        return;
      case SimulatorEvent::kInbound:
        if (r.attempt > 1) return;
        ++summary.inbound_sent;
        ++summary.destinations[std::string(r.source)].inbound;
        return;
      case SimulatorEvent::kAnswer:
        answer(r);
        return;
      case SimulatorEvent::kFault:
        ++summary.faults;
        return;
      default:
        return;
    }
  }

  SimulatorSummary finish() {
    for (const auto& [key, group] : open_) ++group.destination->incomplete_messages;
    fold_receipts();
    return std::move(summary);
  }

  SimulatorSummary summary;

 private:
  static constexpr size_t kNoMessage = SIZE_MAX;

  struct Receipts {
    SimulatedDestination* destination = nullptr;
    size_t message = kNoMessage;
    std::string planned;
    std::string outcome;
    uint32_t sent = 0;
    uint32_t answered = 0;
  };
  struct Group {
    SimulatedDestination* destination = nullptr;
    std::vector<uint64_t> ids;  // by part number, 0 = not there yet
    std::vector<uint64_t> hashes;
    size_t missing = 0;
  };

  // A message is as well delivered as its worst segment.
  static void worsen(std::string& so_far, const std::string& outcome) {
    if (outcome.empty()) return;
    if (so_far.empty() || so_far.starts_with("DELIVRD")) so_far = outcome;
  }

  // Receipts may come before the last segment, and their message only exists from then on. Ids may start
  // again with each run.
  void fold_receipts() {
    for (auto& [id, receipts] : receipts_) {
      if (receipts.message == kNoMessage) continue;
      SimulatedMessage& message = receipts.destination->messages[receipts.message];
      message.receipts_sent += receipts.sent;
      message.receipts_answered += receipts.answered;
      worsen(message.receipted, receipts.outcome);
      worsen(message.planned, receipts.planned);
    }
    receipts_.clear();
  }

  void submit(const SimulatorRecord& r) {
    SimulatedDestination& destination = summary.destinations[std::string(r.destination)];
    ++summary.submits;
    ++summary.responses_by_status[r.status];
    ++destination.submits;
    if (r.status != 0) {
      ++destination.refused_submits;
      return;
    }
    ++summary.accepted_segments;
    ++destination.accepted_segments;
    if (r.word != "sent" && r.word != "held") ++destination.unanswered_submits;
    Receipts& receipts = receipts_[r.message_id];
    receipts.destination = &destination;
    if (r.outcome != "-") receipts.planned = r.outcome;
    if (r.part_count <= 1) {
      add_message(destination, r, {r.message_id}, {r.text_hash});
    } else {
      add_segment(destination, r);
    }
  }

  void add_segment(SimulatedDestination& destination, const SimulatorRecord& r) {
    std::string key;
    key.append(r.source).append("\n").append(r.destination).append("\n");
    key.append(std::to_string(r.part_reference)).append("/").append(std::to_string(r.part_count));
    Group& group = open_[key];
    if (group.ids.empty()) {
      group.destination = &destination;
      group.ids.resize(r.part_count);
      group.hashes.resize(r.part_count);
      group.missing = r.part_count;
    }
    if (r.part_number < 1 || r.part_number > r.part_count) return;
    uint64_t& id = group.ids[r.part_number - 1u];
    if (id != 0) return;
    id = r.message_id;
    group.hashes[r.part_number - 1u] = r.text_hash;
    if (--group.missing > 0) return;
    add_message(destination, r, group.ids, group.hashes);
    open_.erase(key);
  }

  void add_message(SimulatedDestination& destination, const SimulatorRecord& last,
                   const std::vector<uint64_t>& ids, const std::vector<uint64_t>& hashes) {
    ++summary.messages;
    SimulatedMessage message{.accepted_us = start_us_ + last.at_us,
                             .source = std::string(last.source),
                             .segments = static_cast<uint8_t>(ids.size())};
    for (const uint64_t hash : hashes)
      message.content_hash = message.content_hash * 0x9e3779b97f4a7c15 + hash;
    for (const uint64_t id : ids) {
      receipts_[id].destination = &destination;
      receipts_[id].message = destination.messages.size();
    }
    destination.messages.push_back(std::move(message));
  }

  void receipt(const SimulatorRecord& r) {
    if (r.attempt > 1) return;
    ++summary.receipts_sent;
    ++summary.receipts_by_outcome[std::string(r.outcome)];
    Receipts& receipts = receipts_[r.message_id];
    ++receipts.sent;
    receipts.outcome = r.outcome;
  }

  void answer(const SimulatorRecord& r) {
    if (r.status != 0) return;
    const auto found = receipts_.find(r.message_id);
    if (found == receipts_.end()) return;
    ++summary.receipts_answered;
    ++found->second.answered;
  }

  int64_t start_us_ = 0;
  std::unordered_map<uint64_t, Receipts> receipts_;
  std::unordered_map<std::string, Group> open_;
};

}  // namespace

Result<SimulatorSummary> summarize_simulator_log(const std::string& path) {
  Summarizer summarizer;
  const SimulatorLogFacts facts =
      YZ_TRY(read_simulator_log(path, [&](const SimulatorRecord& r) { summarizer.take(r); }));
  SimulatorSummary summary = summarizer.finish();
  summary.facts = facts;
  return summary;
}

}  // namespace yizhan::link
