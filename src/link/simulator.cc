#include "link/simulator.h"

#include <fmt/format.h>

#include <iterator>

#include "link/simulator_server.h"

namespace yizhan::link {

namespace {

template <class Map, class Show>
void append_counts(std::string& out, std::string_view title, const Map& counts, Show show) {
  if (counts.empty()) return;
  fmt::format_to(std::back_inserter(out), "{}:", title);
  for (const auto& [key, count] : counts) fmt::format_to(std::back_inserter(out), " {}={}", show(key), count);
  out += '\n';
}

}  // namespace

std::string to_text(const SimulatorStats& s) {
  std::string out;
  auto at = std::back_inserter(out);
  fmt::format_to(at, "protocol: {}\n", codec::protocol_name(s.protocol));
  fmt::format_to(at, "sessions: {} now, {} connections, {} binds, {} refused\n", s.sessions, s.connections,
                 s.binds, s.binds_refused);
  if (s.dials > 0) fmt::format_to(at, "dials: {}, failed: {}\n", s.dials, s.dials_failed);
  fmt::format_to(at, "submits: {} received, {} accepted, {} throttled, {:.0f}/s\n", s.submits, s.accepted,
                 s.throttled, s.submits_per_second);
  // SMPP's statuses are written in hexadecimal in its specification, the others' in decimal.
  const bool smpp = s.protocol == codec::Protocol::kSmpp34;
  append_counts(out, "refused", s.refused_by_status, [&](uint32_t status) {
    return smpp ? fmt::format("0x{:02X}", status) : fmt::to_string(status);
  });
  fmt::format_to(at, "responses: {} lost, {} held back\n", s.responses_lost, s.responses_held_back);
  fmt::format_to(at, "receipts: {} sent, {} answered, {} lost, {} duplicated, {} early, {} late\n",
                 s.receipts_sent, s.receipts_answered, s.receipts_lost, s.receipts_duplicated,
                 s.receipts_early, s.receipts_late);
  append_counts(out, "outcomes", s.receipts_by_outcome, [](const std::string& word) { return word; });
  fmt::format_to(at, "inbound: {} sent, {} answered\n", s.inbound_sent, s.inbound_answered);
  fmt::format_to(at, "sent again: {}, given up: {}, pending: {}, protocol errors: {}\n", s.sent_again,
                 s.given_up, s.pending, s.protocol_errors);
  if (s.queries > 0) fmt::format_to(at, "queries: {}\n", s.queries);
  append_counts(out, "faults", s.faults, [](const std::string& word) { return word; });
  if (s.log_failed) out += "the event log could not be written: it is not complete\n";
  return out;
}

Result<std::unique_ptr<CarrierSimulator>> CarrierSimulator::create(const SimulatorConfig& config,
                                                                   const Clock& clock) {
  YZ_CHECK(check_simulator_config(config));
  auto server = std::make_unique<Server>(config, clock);
  YZ_CHECK(server->start());
  return std::unique_ptr<CarrierSimulator>(new CarrierSimulator(std::move(server)));
}

CarrierSimulator::CarrierSimulator(std::unique_ptr<Server> server) : server_(std::move(server)) {}
CarrierSimulator::~CarrierSimulator() = default;

uint16_t CarrierSimulator::port() const { return server_->port(); }

Result<void> CarrierSimulator::send_mo(std::string_view from, std::string_view to, std::string_view text,
                                       std::string_view account) {
  const std::lock_guard lock(mutex_);
  return server_->send_mo(from, to, text, account);
}

void CarrierSimulator::drop_connections() {
  const std::lock_guard lock(mutex_);
  server_->drop_connections();
}

SimulatorStats CarrierSimulator::stats() const {
  const std::lock_guard lock(mutex_);
  return server_->stats();
}

void CarrierSimulator::flush_log() {
  const std::lock_guard lock(mutex_);
  server_->flush_log();
}

void CarrierSimulator::stop() {
  const std::lock_guard lock(mutex_);
  server_->stop();
}

}  // namespace yizhan::link
