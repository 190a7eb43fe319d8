#include "link/access_outbox.h"

#include <gtest/gtest.h>

#include "text/segmentation.h"

namespace yizhan::link {
namespace {

using codec::Fault;
using Outcome = AccessOutbox::Outcome;

// Over SMPP: what is written is read back by the client's side.
class AccessOutboxTest : public ::testing::Test {
 protected:
  void pump() {
    wire_.clear();
    outbox_.pump(wire_, [this] { return codec::Sequence{.number = ++last_}; }, now_, done_);
    ByteSpan rest = wire_;
    while (!rest.empty()) {
      const codec::Frame frame = client_->frame(rest);
      ASSERT_EQ(frame.state, codec::FrameState::kComplete);
      codec::Pdu pdu;
      client_->read(rest.first(frame.length), pdu);
      written_.push_back(pdu.sequence.number);
      const ByteSpan payload = pdu.deliver.payload;
      texts_.emplace_back(as_chars(payload.subspan(pdu.deliver.part ? pdu.deliver.part->bytes : 0)));
      parts_.push_back(pdu.deliver.part.value_or(text::UserDataHeader{}));
      rest = rest.subspan(frame.length);
    }
  }
  void answer(uint32_t sequence, uint32_t status = 0) {
    EXPECT_TRUE(outbox_.answered({.number = sequence}, status, done_));
  }
  std::vector<std::pair<uint64_t, Outcome>> take_done() {
    std::vector<std::pair<uint64_t, Outcome>> out;
    for (const auto& d : done_) out.emplace_back(d.id, d.outcome);
    done_.clear();
    return out;
  }
  static AccessDelivery message(uint64_t id, size_t characters) {
    return {.id = id,
            .source = "8613800000001",
            .destination = "10690001",
            .text = std::string(characters, static_cast<char>('a' + id % 26))};
  }
  using Done = std::vector<std::pair<uint64_t, Outcome>>;

  const std::unique_ptr<codec::Dialect> server_ =
      codec::make_dialect(codec::Protocol::kSmpp34, {.side = codec::Side::kServer});
  const std::unique_ptr<codec::Dialect> client_ = codec::make_dialect(codec::Protocol::kSmpp34);
  AccessOutbox outbox_{*server_, 2};
  AccessOutbox::Instant now_ = std::chrono::steady_clock::now();
  uint32_t last_ = 0;
  Bytes wire_;
  std::vector<uint32_t> written_;
  std::vector<std::string> texts_;
  std::vector<text::UserDataHeader> parts_;
  std::vector<AccessOutbox::Delivered> done_;
};

TEST_F(AccessOutboxTest, WritesInOrderWithinTheWindow) {
  for (uint64_t id = 1; id <= 3; ++id) outbox_.add(message(id, 5));
  pump();
  EXPECT_EQ(texts_, (std::vector<std::string>{"bbbbb", "ccccc"}));
  EXPECT_EQ(outbox_.unanswered(), 2U);
  answer(2);
  EXPECT_EQ(take_done(), (Done{{2, Outcome::kTaken}}));
  pump();
  EXPECT_EQ(texts_.back(), "ddddd");
  answer(1);
  answer(3);
  EXPECT_EQ(take_done(), (Done{{1, Outcome::kTaken}, {3, Outcome::kTaken}}));
  EXPECT_EQ(outbox_.size(), 0U);
  EXPECT_FALSE(outbox_.answered({.number = 3}, 0, done_));
}

TEST_F(AccessOutboxTest, AMessageOfSeveralSegmentsIsTakenWhenAllAre) {
  outbox_.add(message(0x1234, 400));
  pump();
  ASSERT_EQ(parts_.size(), 2U);
  answer(1);
  pump();
  ASSERT_EQ(parts_.size(), 3U);
  for (uint8_t i = 0; i < 3; ++i) {
    EXPECT_EQ(parts_[i].reference, 0x34);
    EXPECT_EQ(parts_[i].total, 3);
    EXPECT_EQ(parts_[i].number, i + 1);
  }
  EXPECT_EQ(texts_[0].size() + texts_[1].size() + texts_[2].size(), 400U);
  answer(3);
  EXPECT_TRUE(take_done().empty());
  answer(2);
  EXPECT_EQ(take_done(), (Done{{0x1234, Outcome::kTaken}}));
}

TEST_F(AccessOutboxTest, TheRestOfARefusedMessageIsNotWritten) {
  outbox_.add(message(1, 400));
  outbox_.add(message(2, 5));
  pump();
  answer(1, server_->submit_status(Fault::kBadDestination));
  EXPECT_TRUE(take_done().empty());
  pump();
  EXPECT_EQ(texts_.back(), "ccccc");
  answer(2);
  EXPECT_EQ(take_done(), (Done{{1, Outcome::kRefused}}));
  answer(3);
  EXPECT_EQ(take_done(), (Done{{2, Outcome::kTaken}}));
}

TEST_F(AccessOutboxTest, TemporaryErrorsAreForAnotherTry) {
  constexpr uint32_t kTemporaryAppError = 0x64, kPermanentAppError = 0x65;  // SMPP 5.1.3
  const std::vector<std::pair<uint32_t, Outcome>> cases = {
      {server_->submit_status(Fault::kThrottled), Outcome::kAgain},
      {server_->submit_status(Fault::kQueueFull), Outcome::kAgain},
      {server_->submit_status(Fault::kSystem), Outcome::kAgain},
      {kTemporaryAppError, Outcome::kAgain},
      {kPermanentAppError, Outcome::kRefused},
      {server_->submit_status(Fault::kBadDestination), Outcome::kRefused}};
  for (const auto& [status, outcome] : cases) {
    outbox_.add(message(status, 1));
    pump();
    answer(last_, status);
    EXPECT_EQ(take_done(), (Done{{status, outcome}}));
  }
}

TEST_F(AccessOutboxTest, WhatIsNotAnsweredInTimeIsForAnotherTry) {
  outbox_.add(message(1, 5));
  pump();
  now_ += std::chrono::seconds(1);
  outbox_.add(message(2, 5));
  pump();
  outbox_.expire(now_ - std::chrono::seconds(1), done_);
  EXPECT_EQ(take_done(), (Done{{1, Outcome::kAgain}}));
  EXPECT_FALSE(outbox_.answered({.number = 1}, 0, done_));
  answer(2);
  EXPECT_EQ(take_done(), (Done{{2, Outcome::kTaken}}));
  EXPECT_EQ(outbox_.size(), 0U);
}

TEST_F(AccessOutboxTest, ReturnsWhatHasNotBegunAndAbandonsTheRest) {
  outbox_.add(message(1, 5));
  outbox_.add(message(2, 400));
  outbox_.add(message(3, 5));
  pump();
  EXPECT_EQ(written_.size(), 2U);
  outbox_.return_unwritten(done_);
  EXPECT_EQ(take_done(), (Done{{3, Outcome::kAgain}}));
  answer(1);
  EXPECT_EQ(take_done(), (Done{{1, Outcome::kTaken}}));
  pump();
  EXPECT_EQ(written_.size(), 3U);
  outbox_.abandon(done_);
  EXPECT_EQ(take_done(), (Done{{2, Outcome::kAgain}}));
  EXPECT_EQ(outbox_.size(), 0U);
  outbox_.add(message(4, 5));
  pump();
  answer(last_);
  EXPECT_EQ(take_done(), (Done{{4, Outcome::kTaken}}));
}

TEST_F(AccessOutboxTest, WhatCannotBeWrittenIsRefusedAndHoldsNothingUp) {
  outbox_.add(message(1, 160 * (limits::kSegmentsPerMessage + 1)));
  AccessDelivery long_number = message(2, 5);
  long_number.source = std::string(40, '1');
  outbox_.add(std::move(long_number));
  outbox_.add(message(3, 5));
  pump();
  EXPECT_EQ(take_done(), (Done{{1, Outcome::kRefused}, {2, Outcome::kRefused}}));
  answer(last_);
  EXPECT_EQ(take_done(), (Done{{3, Outcome::kTaken}}));
  EXPECT_EQ(outbox_.size(), 0U);
}

}  // namespace
}  // namespace yizhan::link
