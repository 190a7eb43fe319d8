// A day of a carrier's misbehaviour, compressed: everything that the simulator can do wrong is on at once,
// seeded, the link's timers are short. Whatever happens on the line, every segment comes back once, nothing
// goes out twice, what the carrier accepted and what the link says of it agree, every receipt arrives, and
// the link can send at the end.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "link/simulator.h"
#include "link/simulator_log.h"
#include "tests/support/link_world.h"
#include "tests/support/test_database.h"

namespace yizhan::link {
namespace {

using codec::Fault;
using codec::Protocol;

constexpr int kRounds = 16;
constexpr size_t kMessagesPerRound = 60;
constexpr uint32_t kParts = 3;  // of every fifth message
constexpr uint64_t kSeed = 20'260'723;

// A segment that is to reach the carrier, over as many attempts as were surely not sent.
struct Piece {
  std::string destination;
  uint8_t part = 1, parts = 1;
  enum class State : uint8_t { kOpen, kAccepted, kRejected, kUnknown } state = State::kOpen;
  std::string canonical_id;
};

struct Attempt {
  size_t piece = 0;
  uint32_t in_time = 0, late = 0;
  ResponseKind kind = ResponseKind::kNotSent;
};

// Keeps the books while the link talks, and answers deliveries: most with "taken", some with "again later".
class Books final : public LinkEvents {
 public:
  void on_responses(std::vector<Response>&& got) override {
    const std::lock_guard lock(mutex_);
    for (const Response& r : got) enter(r);
    changed_.notify_all();
  }
  void on_deliveries(std::vector<Delivery>&& got) override {
    std::vector<uint64_t> taken, refused;
    const std::lock_guard lock(mutex_);
    for (const Delivery& d : got) {
      if (random_.below(10) == 0) {
        refused.push_back(d.token);
        continue;
      }
      taken.push_back(d.token);
      if (d.is_receipt) receipted.insert(d.canonical_id);
    }
    link->acknowledge(taken);
    link->acknowledge(refused, Fault::kQueueFull);
  }
  void on_state(LinkState state, std::string) override {
    const std::lock_guard lock(mutex_);
    state_ = state;
    changed_.notify_all();
  }
  void on_credit() override {}

  size_t open_attempt(size_t piece) {
    const std::lock_guard lock(mutex_);
    attempts.push_back({.piece = piece});
    ++unanswered;
    return attempts.size();  // its id
  }
  bool wait_for_all() {
    return wait([&] { return unanswered == 0; });
  }
  bool wait_bound() {
    return wait([&] { return state_ == LinkState::kBound; });
  }
  std::vector<size_t> open_pieces() {
    const std::lock_guard lock(mutex_);
    std::vector<size_t> out;
    for (size_t i = 0; i < pieces.size(); ++i)
      if (pieces[i].state == Piece::State::kOpen) out.push_back(i);
    return out;
  }

  CarrierLink* link = nullptr;
  std::vector<Piece> pieces;
  std::vector<Attempt> attempts;
  size_t unanswered = 0;
  std::set<std::string> receipted;  // by canonical id
  bool stopped = false;

  template <class Predicate>
  bool wait(Predicate ready) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, testing::kPatience, ready);
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped = true;
    changed_.notify_all();
  }

 private:
  void enter(const Response& r) {
    ASSERT_TRUE(r.attempt_id >= 1 && r.attempt_id <= attempts.size());
    Attempt& attempt = attempts[r.attempt_id - 1];
    Piece& piece = pieces[attempt.piece];
    if (r.punctuality == Punctuality::kLate) {
      ++attempt.late;
      EXPECT_EQ(attempt.kind, ResponseKind::kUnknown) << "late after a definite answer";
      EXPECT_TRUE(r.kind == ResponseKind::kAccepted || r.kind == ResponseKind::kRejected);
    } else {
      ++attempt.in_time;
      attempt.kind = r.kind;
      --unanswered;
    }
    if (r.kind == ResponseKind::kAccepted) {
      piece.state = Piece::State::kAccepted;
      piece.canonical_id = r.canonical_id;
    } else if (r.kind == ResponseKind::kRejected) {
      piece.state = Piece::State::kRejected;
    } else if (r.kind == ResponseKind::kUnknown) {
      piece.state = Piece::State::kUnknown;
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  LinkState state_ = LinkState::kStopped;
  Random random_{kSeed};
};

class Misbehaviour : public ::testing::TestWithParam<Protocol> {
 protected:
  bool sgip() const { return GetParam() == Protocol::kSgip12; }

  SimulatorConfig carrier(uint16_t dial_port) const {
    const auto dialect = codec::make_dialect(GetParam());
    SimulatorConfig c;
    c.protocol = GetParam();
    c.port = 0;
    c.accounts = {{"sp0001", "secret"}};
    c.seed = kSeed;
    c.log = folder_.file("carrier.log");
    if (sgip()) c.sgip_dial = "127.0.0.1:" + std::to_string(dial_port);
    c.latency = {0, 4};
    c.errors = {{dialect->submit_status(Fault::kThrottled), 0.05},
                {dialect->submit_status(Fault::kQueueFull), 0.02},
                {dialect->submit_status(Fault::kBadDestination), 0.02}};
    c.window = 24;
    c.out_of_order = 0.2;
    c.out_of_order_ms = 6;
    c.lost_response = 0.01;
    c.outcomes = {{"UNDELIV", "021", 0.2}, {"EXPIRED", "001", 0.1}};
    c.receipt_delay = {0, 20};
    c.receipt_lost = 0.05;
    c.receipt_duplicated = 0.1;
    c.receipt_early = 0.2;
    c.receipt_early_ms = 5;
    c.receipt_late = 0.1;
    c.receipt_late_delay = {50, 150};
    c.submit_id = MessageIdForm::kHexUpper;
    c.receipt_id = MessageIdForm::kPaddedDecimal;
    c.deliver_timeout_ms = 100;
    c.deliver_retry_ms = 5;
    c.deliver_attempts = 10'000;
    c.replies = 0.1;
    c.reply_delay = {0, 20};
    c.disconnect = {.probability = 0.006};
    c.half_open = {.probability = 0.004};
    c.garbage = {.probability = 0.004};
    c.oversize = {.probability = 0.004};
    c.faults_max = 48;
    c.read_bytes_per_second = 400'000;
    c.write_chunk_bytes = 7;
    c.enquire_link_ms = 40;
    return c;
  }
  LinkConfig link(uint16_t carrier_port, uint16_t dial_port) const {
    LinkConfig c;
    c.name = "misbehaviour";
    c.protocol = GetParam();
    if (GetParam() != Protocol::kSmpp34) c.dialect.enterprise_code = "90001";
    if (sgip()) c.dialect.sgip_node = 3'010'099'001;
    c.host = "127.0.0.1";
    c.port = carrier_port;
    c.system_id = "sp0001";
    c.password = "secret";
    if (sgip()) {
      c.listen_address = "127.0.0.1";
      c.listen_port = dial_port;
      c.peer_name = "carrier";
      c.peer_password = "carrier";
    }
    c.sessions = 2;
    c.segments_per_second = 50'000;  // throttling never halves the rate below a fiftieth of it
    c.window = 16;
    c.queue_segments = 4 * kMessagesPerRound * kParts;
    c.response_timeout = milliseconds(120);
    c.keep_alive_interval = milliseconds(40);
    c.connect_timeout = seconds(1);
    c.backoff_min = milliseconds(1);
    c.backoff_max = milliseconds(10);
    c.unsent_hold = milliseconds(200);
    c.throttle_pause = milliseconds(1);
    c.throttle_pause_max = milliseconds(5);
    c.message_id_form = smpp::MessageIdForm::kSubmitHexReceiptDecimal;
    return c;
  }

  void add_messages(Books& books) {
    for (size_t i = 0; i < kMessagesPerRound; ++i) {
      const std::string number = std::to_string(8'613'900'000'000 + ++messages_);
      const auto parts = static_cast<uint8_t>(i % 5 == 0 ? kParts : 1);
      for (uint8_t part = 1; part <= parts; ++part)
        books.pieces.push_back({.destination = number, .part = part, .parts = parts});
    }
  }
  static SubmitBatch batch_of(Books& books, const std::vector<size_t>& open, uint64_t group) {
    SubmitBatch batch;
    for (const size_t index : open) {
      const Piece& piece = books.pieces[index];
      Bytes payload;
      if (piece.parts > 1) payload = {5, 0, 3, 7, piece.parts, piece.part};
      const ByteSpan text = as_bytes(std::string_view("misbehave"));
      payload.insert(payload.end(), text.begin(), text.end());
      const uint64_t message = std::stoull(piece.destination);
      EXPECT_TRUE(batch.add({.attempt_id = books.open_attempt(index),
                             .message_id = message,
                             .group = group,
                             .source = "10690001",
                             .destination = piece.destination,
                             .payload = payload,
                             .coding = codec::Coding::kAscii,
                             .has_header = piece.parts > 1,
                             .part_number = piece.part,
                             .part_count = piece.parts}));
    }
    return batch;
  }

  // What the carrier wrote down, against the books.
  void check(const Books& books) {
    std::map<std::pair<std::string, uint8_t>, uint32_t> accepted;
    std::set<std::string> ids;
    size_t receipts_owed = 0;
    const auto read = read_simulator_log(folder_.file("carrier.log"), [&](const SimulatorRecord& r) {
      if (r.event != SimulatorEvent::kSubmit || r.status != 0) return;
      ++accepted[{std::string(r.destination), r.part_number}];
      if (!r.outcome.starts_with("lost/")) ++receipts_owed;
    });
    ASSERT_TRUE(read) << to_string(read.error());
    for (const Piece& piece : books.pieces) {
      const uint32_t times = accepted[{piece.destination, piece.part}];
      const std::string what = piece.destination + "/" + std::to_string(piece.part);
      switch (piece.state) {
        case Piece::State::kAccepted:
          EXPECT_EQ(times, 1U) << what;
          EXPECT_TRUE(ids.insert(piece.canonical_id).second) << what << " has another's id";
          break;
        case Piece::State::kRejected:
          EXPECT_EQ(times, 0U) << what;
          break;
        case Piece::State::kUnknown:
          EXPECT_LE(times, 1U) << what;
          break;
        case Piece::State::kOpen:
          ADD_FAILURE() << what << " never came through";
      }
    }
    for (const Attempt& attempt : books.attempts) {
      EXPECT_EQ(attempt.in_time, 1U);
      EXPECT_LE(attempt.late, 1U);
    }
    EXPECT_EQ(books.receipted.size(), receipts_owed);
  }

  template <class Ready>
  static bool eventually(Ready ready) {
    const auto limit = std::chrono::steady_clock::now() + testing::kPatience;
    while (!ready()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      std::this_thread::yield();
    }
    return true;
  }

  const SystemClock clock_;
  const testing::TemporaryFolder folder_;
  uint64_t messages_ = 0;
};

TEST_P(Misbehaviour, LosesAndDoublesNothing) {
  const uint16_t dial_port = sgip() ? testing::free_port() : uint16_t{0};
  auto simulator = CarrierSimulator::create(carrier(dial_port), clock_);
  ASSERT_TRUE(simulator) << to_string(simulator.error());
  Books books;
  testing::RunningLink running(clock_, link((*simulator)->port(), dial_port), books);
  books.link = running.operator->();

  for (int round = 0; round < kRounds || !books.open_pieces().empty(); ++round) {
    ASSERT_TRUE(books.wait_bound());
    if (round < kRounds) add_messages(books);
    running->submit(batch_of(books, books.open_pieces(), static_cast<uint64_t>(round)));
    if (round == 2) (*simulator)->drop_connections();
    if (round == 4) running->recall(4);
    ASSERT_TRUE(books.wait_for_all()) << books.unanswered << " segments never came back, round " << round;
    ASSERT_LT(round, 10 * kRounds);
  }
  EXPECT_TRUE(eventually([&] { return (*simulator)->stats().pending == 0; }));
  const SimulatorStats said = (*simulator)->stats();
  EXPECT_EQ(said.given_up, 0U);
  EXPECT_EQ(said.faults.size(), 4U) << "each kind of fault has happened";
  EXPECT_GT(said.responses_held_back, 0U);
  EXPECT_GT(said.responses_lost, 0U);
  EXPECT_GT(said.receipts_early, 0U);

  ASSERT_TRUE(books.wait_bound());
  EXPECT_TRUE(eventually([&] { return running->credit() == running->capacity(); }));
  running->stop(seconds(5), [&] { books.stop(); });
  ASSERT_TRUE(books.wait([&] { return books.stopped; }));
  (*simulator)->stop();
  check(books);
}

INSTANTIATE_TEST_SUITE_P(All, Misbehaviour, ::testing::ValuesIn(codec::kProtocols),
                         [](const auto& info) { return std::string(codec::protocol_name(info.param)); });

}  // namespace
}  // namespace yizhan::link
