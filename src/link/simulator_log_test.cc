#include "link/simulator_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace yizhan::link {
namespace {

class SimulatorLog : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("simulator_log_" + std::to_string(::getpid()) + '_' +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

  std::filesystem::path path_;
};

SimulatorRecord submit(std::string_view to, uint64_t id, uint64_t hash = 1) {
  return {.event = SimulatorEvent::kSubmit,
          .at_us = 5,
          .session = 1,
          .sequence = 9,
          .source = "10690001",
          .destination = to,
          .text_hash = hash,
          .message_id = id,
          .outcome = "DELIVRD/000",
          .word = "sent"};
}

SimulatorRecord part(SimulatorRecord r, uint16_t reference, uint8_t number, uint8_t count) {
  r.part_reference = reference;
  r.part_number = number;
  r.part_count = count;
  return r;
}

SimulatorRecord receipt(std::string_view to, uint64_t id, std::string_view outcome, uint32_t attempt = 1) {
  return {.event = SimulatorEvent::kReceipt,
          .source = to,
          .destination = "10690001",
          .message_id = id,
          .outcome = outcome,
          .word = "normal",
          .attempt = attempt};
}

// One of every kind, with every field that it has.
std::vector<SimulatorRecord> all_kinds() {
  static const Bytes text = {0x00, 0x41, 0xff};
  std::vector<SimulatorRecord> records;
  records.push_back({.event = SimulatorEvent::kRun, .seed = 7, .start_us = 1'700'000'000'000'000});
  records.push_back({.event = SimulatorEvent::kRun,
                     .protocol = codec::Protocol::kSgip12,
                     .seed = 8,
                     .start_us = 1'700'000'000'000'001});
  records.push_back({.event = SimulatorEvent::kBind,
                     .at_us = 1,
                     .session = 2,
                     .status = 0x0e,
                     .word = "trx",
                     .account = "de mo%"});
  auto s = part(submit("8613800000000", 77), 300, 2, 3);
  s.source = "驿 站";
  s.esm_class = 0x40;
  s.data_coding = 8;
  s.registered = 1;
  s.text_hash = 0xfedcba9876543210;
  s.text = text;
  records.push_back(s);
  records.push_back(submit("-", 78));
  records.push_back(receipt("861", 77, "UNDELIV/012", 3));
  records.push_back({.event = SimulatorEvent::kInbound,
                     .at_us = 3,
                     .session = 1,
                     .sequence = 4,
                     .source = "861",
                     .destination = "",
                     .data_coding = 8,
                     .text_hash = 5,
                     .message_id = 80,
                     .text = text});
  records.push_back({.event = SimulatorEvent::kAnswer,
                     .at_us = 4,
                     .session = 1,
                     .sequence = 4,
                     .status = 0x58,
                     .message_id = 80});
  records.push_back({.event = SimulatorEvent::kGivenUp, .at_us = 6, .message_id = 80, .word = "no answer"});
  records.push_back({.event = SimulatorEvent::kFault, .at_us = 6, .session = 1, .word = "garbage"});
  records.push_back({.event = SimulatorEvent::kSessionEnd, .at_us = 6, .session = 1, .word = "unbound"});
  return records;
}

void expect_same(const SimulatorRecord& r, const SimulatorRecord& e) {
  EXPECT_EQ(r.event, e.event);
  EXPECT_EQ(r.protocol, e.protocol);
  EXPECT_EQ(r.at_us, e.at_us);
  EXPECT_EQ(r.session, e.session);
  EXPECT_EQ(r.source, e.source);
  EXPECT_EQ(r.destination, e.destination);
  EXPECT_EQ(r.account, e.account);
  EXPECT_EQ(r.word, e.word);
  EXPECT_EQ(r.outcome, e.outcome);
  EXPECT_EQ(r.status, e.status);
  EXPECT_EQ(r.message_id, e.message_id);
  EXPECT_EQ(r.text_hash, e.text_hash);
  EXPECT_EQ(r.attempt, e.attempt);
  EXPECT_EQ(r.part_reference, e.part_reference);
  EXPECT_EQ(r.part_number, e.part_number);
  EXPECT_EQ(r.part_count, e.part_count);
  EXPECT_EQ(r.esm_class, e.esm_class);
  EXPECT_EQ(r.data_coding, e.data_coding);
  EXPECT_EQ(as_chars(r.text), as_chars(e.text));
  EXPECT_EQ(r.seed, e.seed);
  EXPECT_EQ(r.start_us, e.start_us);
}

TEST_F(SimulatorLog, RoundTripsEveryKind) {
  const std::vector<SimulatorRecord> records = all_kinds();
  {
    SimulatorLogWriter writer;
    ASSERT_TRUE(writer.open(path()));
    for (const auto& r : records) writer.write(r);
  }
  size_t at = 0;
  const auto facts = read_simulator_log(path(), [&](const SimulatorRecord& r) {
    ASSERT_LT(at, records.size());
    expect_same(r, records[at++]);
  });
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(at, records.size());
  EXPECT_EQ(facts->torn_lines, 0u);
}

TEST_F(SimulatorLog, ForgivesOnlyWhatAKilledRunLeaves) {
  std::ofstream(path()) << "V 1 7 100\nB 1 1 demo trx 0\nS 2 1 5 106";
  {
    SimulatorLogWriter writer;
    ASSERT_TRUE(writer.open(path()));
    writer.write({.event = SimulatorEvent::kRun, .seed = 7, .start_us = 200});
  }
  const auto ignore = [](const SimulatorRecord&) {};
  auto facts = read_simulator_log(path(), ignore);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->lines, 3u);
  EXPECT_EQ(facts->torn_lines, 1u);

  std::ofstream(path(), std::ios::app) << "B 1 1 demo trx 0 and more\nE 2 1 closed\n";
  facts = read_simulator_log(path(), ignore);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(facts.error().field, path() + ":5");
  EXPECT_EQ(read_simulator_log(path() + ".none", ignore).error().code, ErrorCode::kNotFound);
}

TEST_F(SimulatorLog, SumsByDestination) {
  {
    SimulatorLogWriter writer;
    ASSERT_TRUE(writer.open(path()));
    writer.write({.event = SimulatorEvent::kRun, .seed = 7, .start_us = 1'000});
    writer.write(submit("861", 1));
    auto refused = submit("861", 0);
    refused.status = 0x58;
    refused.outcome = "-";
    writer.write(refused);
    // Three parts out of order, one of them twice, its receipt before the last part.
    writer.write(part(submit("862", 2, 13), 5, 3, 3));
    writer.write(part(submit("862", 3, 11), 5, 1, 3));
    writer.write(part(submit("862", 4, 11), 5, 1, 3));
    writer.write(receipt("862", 2, "UNDELIV/001"));
    writer.write(part(submit("862", 5, 12), 5, 2, 3));
    writer.write(receipt("862", 5, "DELIVRD/000"));
    writer.write(receipt("862", 5, "DELIVRD/000", 2));
    writer.write({.event = SimulatorEvent::kAnswer, .message_id = 5});
    // Half a message, and the same reference again for another one.
    writer.write(part(submit("862", 6, 14), 5, 1, 3));
    writer.write(receipt("861", 1, "DELIVRD/000"));
    writer.write(
        {.event = SimulatorEvent::kInbound, .source = "861", .destination = "1069", .message_id = 9});
  }
  const auto summary = summarize_simulator_log(path());
  ASSERT_TRUE(summary) << to_string(summary.error());
  EXPECT_EQ(summary->submits, 7u);
  EXPECT_EQ(summary->accepted_segments, 6u);
  EXPECT_EQ(summary->messages, 2u);
  EXPECT_EQ(summary->receipts_sent, 3u);
  EXPECT_EQ(summary->receipts_answered, 1u);
  EXPECT_EQ(summary->inbound_sent, 1u);
  EXPECT_EQ(summary->responses_by_status.at(0x58), 1u);
  const auto& one = summary->destinations.at("861");
  EXPECT_EQ(one.refused_submits, 1u);
  EXPECT_EQ(one.inbound, 1u);
  ASSERT_EQ(one.messages.size(), 1u);
  EXPECT_EQ(one.messages[0].receipted, "DELIVRD/000");
  EXPECT_EQ(one.messages[0].accepted_us, 1'005);
  const auto& two = summary->destinations.at("862");
  EXPECT_EQ(two.incomplete_messages, 1u);
  ASSERT_EQ(two.messages.size(), 1u);
  EXPECT_EQ(two.messages[0].segments, 3);
  EXPECT_EQ(two.messages[0].receipted, "UNDELIV/001");
  EXPECT_EQ(two.messages[0].planned, "DELIVRD/000");
  EXPECT_EQ(two.messages[0].receipts_sent, 2u);
}

}  // namespace
}  // namespace yizhan::link
