#include "link/simulator_fate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "link/simulator_timers.h"

namespace yizhan::link {
namespace {

SimulatorConfig mixed() {
  SimulatorConfig config;
  config.seed = 7;
  config.latency = {1, 50};
  config.errors = {{0x08, 0.1}, {0x58, 0.1}};
  config.number_errors = {{0x0B, 0.1}};
  config.first_errors = {{0x14, 0.1}};
  config.outcomes = {{"UNDELIV", "012", 0.2}, {"EXPIRED", "034", 0.1}};
  config.receipt_lost = 0.1;
  config.receipt_duplicated = 0.1;
  config.receipt_early = 0.1;
  config.receipt_late = 0.1;
  config.replies = 0.5;
  config.lost_response = 0.05;
  config.disconnect.probability = 0.05;
  return config;
}

std::string number(int n) { return "8613800" + std::to_string(100000 + n); }

std::string show(const SubmitFate& f) {
  std::string out;
  for (const int64_t v :
       {int64_t{f.status}, int64_t(f.answer), int64_t(f.fault), f.latency_ms, int64_t{f.outcome},
        int64_t(f.receipt), f.receipt_delay_ms, int64_t{f.reply}, f.reply_delay_ms})
    out += std::to_string(v) + ' ';
  return out;
}

SubmitFate decide(SimulatorFates& fates, const std::string& to, std::string_view text = "hello") {
  return fates.decide({.destination = to, .payload = as_bytes(text)}, 1);
}

TEST(SimulatorFates, SameSeedSameFateInAnyOrder) {
  SimulatorFates forward(mixed());
  SimulatorFates backward(mixed());
  std::map<int, std::string> first;
  std::map<int, std::string> second;
  for (int i = 0; i < 500; ++i)
    first[i] = show(decide(forward, number(i))) + show(decide(forward, number(i)));
  for (int i = 499; i >= 0; --i) second[i] = show(decide(backward, number(i)));
  for (int i = 0; i < 500; ++i) second[i] += show(decide(backward, number(i)));
  EXPECT_EQ(first, second);
}

TEST(SimulatorFates, AnotherSeedAnotherFate) {
  auto config = mixed();
  SimulatorFates one(config);
  config.seed = 8;
  SimulatorFates two(config);
  int same = 0;
  for (int i = 0; i < 200; ++i) same += show(decide(one, number(i))) == show(decide(two, number(i)));
  EXPECT_LT(same, 20);
}

TEST(SimulatorFates, FollowsItsProbabilities) {
  SimulatorFates fates(mixed());
  std::map<uint32_t, int> statuses;
  std::map<int, int> outcomes;
  std::map<ReceiptKind, int> kinds;
  const int n = 20'000;
  for (int i = 0; i < n; ++i) {
    const SubmitFate fate = decide(fates, number(i));
    ++statuses[fate.status];
    if (fate.status != 0) continue;
    ++outcomes[fate.outcome];
    ++kinds[fate.receipt];
    EXPECT_GE(fate.latency_ms, 1);
    EXPECT_LE(fate.latency_ms, 50);
  }
  EXPECT_NEAR(statuses[0x0B], n * 0.1, 200);
  EXPECT_NEAR(statuses[0x14], n * 0.09, 200);
  EXPECT_NEAR(statuses[0x08], n * 0.081, 200);
  const double accepted = statuses[0];
  EXPECT_NEAR(outcomes[0], accepted * 0.2, 250);
  EXPECT_NEAR(outcomes[1], accepted * 0.1, 250);
  EXPECT_NEAR(outcomes[2], accepted * 0.7, 250);
  EXPECT_NEAR(kinds[ReceiptKind::kLost], accepted * 0.1, 250);
  EXPECT_NEAR(kinds[ReceiptKind::kNormal], accepted * 0.6, 250);
}

TEST(SimulatorFates, SomeNumbersFailAlwaysSomeMessagesOnce) {
  SimulatorConfig config;
  config.number_errors = {{0x0B, 0.3}};
  config.first_errors = {{0x14, 0.3}};
  SimulatorFates fates(config);
  int always = 0;
  int once = 0;
  for (int i = 0; i < 300; ++i) {
    const uint32_t first = decide(fates, number(i), "a").status;
    const uint32_t second = decide(fates, number(i), "a").status;
    const uint32_t other = decide(fates, number(i), "b").status;
    if (first == 0x0B) {
      ++always;
      EXPECT_EQ(second, 0x0Bu);
      EXPECT_EQ(other, 0x0Bu);
    } else {
      once += first == 0x14;
      EXPECT_EQ(second, 0u);
    }
  }
  EXPECT_GT(always, 50);
  EXPECT_GT(once, 30);
}

TEST(SimulatorFates, PartsOfALongMessageShareTheirOutcome) {
  SimulatorConfig config;
  config.outcomes = {{"UNDELIV", "001", 0.5}};
  SimulatorFates fates(config);
  for (int i = 0; i < 100; ++i) {
    std::vector<int> outcomes;
    for (const uint8_t part : {3, 1, 2}) {
      const std::string text = "part" + std::to_string(part);
      outcomes.push_back(
          fates
              .decide(
                  {.destination = number(i), .payload = as_bytes(text), .part_number = part, .part_count = 3},
                  1)
              .outcome);
    }
    EXPECT_EQ(outcomes[0], outcomes[1]);
    EXPECT_EQ(outcomes[1], outcomes[2]);
  }
}

TEST(SimulatorFates, FaultsCountSubmits) {
  SimulatorConfig config;
  config.disconnect.every = 10;
  SimulatorFates fates(config);
  for (uint64_t i = 1; i <= 30; ++i) {
    const SubmitFate fate = fates.decide({.destination = "1", .payload = as_bytes("x")}, i);
    EXPECT_EQ(fate.fault == LineFault::kDisconnect, i % 10 == 0);
  }
}

TEST(SimulatorHash, IsStable) {
  // A change would change the outcomes of every recorded seed.
  EXPECT_EQ(simulator_hash(7, as_bytes("8613800000000")), 0x238d9d889923d58fu);
  EXPECT_EQ(simulator_hash(0, as_bytes("")), 0xe220a8397b1dcdafu);
  EXPECT_NE(simulator_hash(0, as_bytes("12345678")), simulator_hash(0, as_bytes("123456780")));
  EXPECT_NE(simulator_hash(0, as_bytes(std::string_view("\0", 1))), simulator_hash(0, as_bytes("")));
}

TEST(SimulatorConfigText, DefaultsAreWhatTheHelpSays) {
  std::map<std::string, std::string> values;
  for (const auto& option : simulator_options())
    values[std::string(option.key)] = std::string(option.fallback);
  const auto parsed = parse_simulator_config(values);
  ASSERT_TRUE(parsed) << to_string(parsed.error());
  EXPECT_EQ(*parsed, SimulatorConfig{});
}

TEST(SimulatorConfigText, Parses) {
  const auto config = parse_simulator_config({{"accounts", "a:1, b:2"},
                                              {"latency_ms", "5..20"},
                                              {"errors", "0x0B:0.01, 88:0.02"},
                                              {"outcomes", "UNDELIV/012:0.1,EXPIRED:0.05"},
                                              {"disconnect", "every=100,0.001"},
                                              {"bind_modes", "trx,rx"},
                                              {"submit_id", "hex"},
                                              {"reply_texts", "退订:2"},
                                              {"protocol", "sgip"},
                                              {"sgip_dial", "sp.example:8801"},
                                              {"sgip_dial_as", "unicom:gate:way"},
                                              {"receipt_tlv", "false"}});
  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->accounts[1], (SimulatorAccount{"b", "2"}));
  EXPECT_EQ(config->latency, (MsRange{5, 20}));
  EXPECT_EQ(config->errors[1], (StatusChance{0x58, 0.02}));
  EXPECT_EQ(config->outcomes[0], (OutcomeChance{"UNDELIV", "012", 0.1}));
  EXPECT_EQ(config->disconnect, (FaultRule{100, 0.001}));
  EXPECT_EQ(static_cast<int>(config->bind_modes), 5);
  EXPECT_EQ(config->submit_id, MessageIdForm::kHex);
  EXPECT_FALSE(config->receipt_tlv);
  EXPECT_EQ(config->protocol, codec::Protocol::kSgip12);
  EXPECT_EQ(config->sgip_dial_as, (SimulatorAccount{"unicom", "gate:way"}));
}

TEST(SimulatorConfigText, ChecksWhatTheProtocolHasRoomFor) {
  const auto field = [](const std::map<std::string, std::string>& values) {
    const auto config = parse_simulator_config(values);
    return config ? "" : config.error().field;
  };
  EXPECT_EQ(field({{"protocol", "cmpp2"}, {"accounts", "900001:a secret longer than eight"}}), "");
  EXPECT_EQ(field({{"protocol", "cmpp2"}, {"accounts", "9000011:secret"}}), "accounts");
  EXPECT_EQ(field({{"protocol", "smgp"}, {"accounts", "123456789:secret"}}), "accounts");
  EXPECT_EQ(field({{"protocol", "sgip"}, {"accounts", "sixteen_letters_:sixteen_letters_"}}), "");
  EXPECT_EQ(field({{"protocol", "sgip"}, {"accounts", "a:seventeen_letters"}}), "accounts");
  EXPECT_EQ(field({{"protocol", "cmpp2"}, {"accounts", "900001:s"}, {"errors", "256:0.1"}}), "errors");
  EXPECT_EQ(field({{"protocol", "cmpp3"}, {"accounts", "900001:s"}, {"errors", "256:0.1"}}), "");
  EXPECT_EQ(field({{"sgip_dial", "localhost:8801"}}), "sgip_dial");
  EXPECT_EQ(field({{"protocol", "sgip"}, {"sgip_dial", "localhost"}}), "sgip_dial");
  EXPECT_EQ(field({{"protocol", "sgip"}, {"sgip_dial", "h:1"}, {"sgip_dial_as", ":x"}}), "sgip_dial_as");
  EXPECT_EQ(field({{"tls_certificate", "a.pem"}}), "tls_key");
}

TEST(SimulatorConfigText, NamesTheWrongOption) {
  const std::pair<std::string, std::string> wrong[] = {{"no_such_option", "1"},
                                                       {"port", "70000"},
                                                       {"latency_ms", "9..3"},
                                                       {"errors", "0x0B:0.9,8:0.2"},
                                                       {"outcomes", "TOOLONGSTAT:0.1"},
                                                       {"receipt_lost", "1.5"},
                                                       {"accounts", ""},
                                                       {"bind_modes", "all"},
                                                       {"replies", "nan"},
                                                       {"protocol", "cmpp"},
                                                       {"deliver_attempts", "70000"},
                                                       {"accounts", "a_name_too_long_for_smpp:x"}};
  for (const auto& [key, value] : wrong) {
    const auto config = parse_simulator_config({{key, value}});
    ASSERT_FALSE(config) << key;
    EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(config.error().field, key);
  }
}

TEST(SimulatorTimers, ExpiresInOrderNearAndFar) {
  SimulatorTimers timers(100);
  EXPECT_EQ(timers.next_due(), SimulatorTimers::kNever);
  timers.schedule(1, 50'000);
  timers.schedule(2, 105);
  timers.schedule(3, 90);
  timers.schedule(4, 105);
  timers.schedule(5, 4'200);
  EXPECT_EQ(timers.next_due(), 100);
  std::vector<uint32_t> out;
  const auto take = [&](uint32_t entry) { out.push_back(entry); };
  timers.expire(104, take);
  EXPECT_EQ(out, (std::vector<uint32_t>{3}));
  EXPECT_EQ(timers.next_due(), 105);
  timers.expire(4'199, take);
  EXPECT_EQ(out, (std::vector<uint32_t>{3, 2, 4}));
  EXPECT_EQ(timers.next_due(), 4'200);
  timers.expire(49'999, take);
  EXPECT_EQ(out, (std::vector<uint32_t>{3, 2, 4, 5}));
  EXPECT_EQ(timers.next_due(), 50'000);
  timers.expire(1'000'000, take);
  EXPECT_EQ(out.back(), 1u);
  EXPECT_TRUE(timers.empty());
}

TEST(SimulatorTimers, AgreesWithASortedList) {
  SimulatorTimers timers(0);
  std::multimap<int64_t, uint32_t> model;
  Random random(1);
  int64_t now = 0;
  for (uint32_t i = 0; i < 20'000; ++i) {
    const int64_t due = now + static_cast<int64_t>(random.below(20'000));
    timers.schedule(i, due);
    model.emplace(due, i);
    if (i % 3 != 0) continue;
    now += static_cast<int64_t>(i % 97);
    std::vector<uint32_t> out;
    timers.expire(now, [&](uint32_t entry) { out.push_back(entry); });
    std::vector<uint32_t> expected;
    while (!model.empty() && model.begin()->first <= now) {
      expected.push_back(model.begin()->second);
      model.erase(model.begin());
    }
    std::sort(out.begin(), out.end());
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(out, expected);
    now += 1;
  }
}

}  // namespace
}  // namespace yizhan::link
