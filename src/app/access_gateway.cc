#include "app/access_gateway.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/limits.h"
#include "base/log.h"
#include "domain/application.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::app {

namespace q = store::q;
using codec::Fault;
using link::AccessSubmit;

namespace {

// How long new deliveries, which the engine writes, may lie before somebody looks.
constexpr auto kLook = std::chrono::milliseconds(100);

std::map<codec::Protocol, std::unique_ptr<codec::Dialect>> make_dialects() {
  std::map<codec::Protocol, std::unique_ptr<codec::Dialect>> all;
  for (const codec::Protocol protocol : codec::kProtocols) all[protocol] = codec::make_dialect(protocol);
  return all;
}

// The two of CMPP spell ids alike, so that a receipt goes by either.
int64_t protocols_like(codec::Protocol protocol) {
  const auto bit = [](codec::Protocol p) { return int64_t{1} << static_cast<int>(p); };
  if (protocol == codec::Protocol::kCmpp20 || protocol == codec::Protocol::kCmpp30)
    return bit(codec::Protocol::kCmpp20) | bit(codec::Protocol::kCmpp30);
  return bit(protocol);
}

// The store has no room or is not there: the same submit can be good later.
bool is_passing(const Error& error) {
  return error.code == ErrorCode::kBusy || error.code == ErrorCode::kUnavailable ||
         error.code == ErrorCode::kDiskFull;
}

}  // namespace

AccessGateway::AccessGateway(const store::Store& store, service::Applications& applications,
                             service::Submissions& submissions, std::function<void()> wake)
    : store_(store),
      applications_(applications),
      submissions_(submissions),
      wake_engine_(std::move(wake)),
      dialects_(make_dialects()),
      accounts_(std::make_shared<const Accounts>()) {}

Result<> AccessGateway::start(link::AccessPort& port) {
  port_ = &port;
  {
    const std::lock_guard lock(mutex_);
    running_ = true;
  }
  YZ_CHECK(reload());
  thread_ = std::thread([this] { run(); });
  return {};
}

void AccessGateway::stop() {
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// ---------------------------------------------------------------- accounts and logins

Result<> AccessGateway::reload() {
  auto all = YZ_TRY(applications_.accounts());
  auto accounts = std::make_shared<Accounts>();
  for (auto& [login, account] : all) accounts->emplace(std::move(login), std::move(account));
  const std::lock_guard lock(mutex_);
  accounts_ = std::move(accounts);
  return {};
}

void AccessGateway::changed(ApplicationId id, service::Applications::Sessions sessions) {
  if (const auto done = reload(); !done) {
    // What cannot be read lets nobody in.
    log::error("an application's account cannot be read, it is shut: {}", to_string(done.error()));
    const std::lock_guard lock(mutex_);
    auto accounts = std::make_shared<Accounts>(*accounts_);
    std::erase_if(*accounts, [&](const auto& entry) { return entry.second.id == id.value; });
    accounts_ = std::move(accounts);
  }
  if (sessions == service::Applications::Sessions::kEnd && port_ != nullptr) port_->drop_account(id.value);
}

std::optional<link::AccessAccount> AccessGateway::find_account(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_->find(name);
  return found == accounts_->end() ? std::nullopt : std::optional(found->second);
}

void AccessGateway::on_login(std::string_view account, codec::Protocol protocol, std::string_view address,
                             Fault fault) {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_->find(account);
  logins_.add({.application_id = found == accounts_->end() ? 0 : found->second.id,
               .fault = fault,
               .protocol = protocol,
               .address = std::string(address),
               .at = store_.now()});
}

void AccessGateway::write_logins() {
  std::vector<LoginNote> notes;
  {
    const std::lock_guard lock(mutex_);
    notes = logins_.take(store_.now());
  }
  if (notes.empty()) return;
  const auto written = store_.db.write([&](db::Tx& tx) -> Result<> {
    for (const LoginNote& note : notes) {
      const bool let_in = note.fault == Fault::kNone;
      if (let_in) YZ_TRY(tx.run(q::application_logged_in, note.application_id, note.at));
      YZ_CHECK(store::append_audit(
          tx, store_, {},
          {.action = let_in ? "application.login" : "application.login_refused",
           .object_type = "application",
           .object_id = note.application_id,
           .reason = let_in ? "" : login_fault_name(note.fault),
           .detail = fmt::format(R"({{"protocol":"{}","address":"{}","times":{}}})",
                                 codec::protocol_name(note.protocol), note.address, note.times)}));
    }
    return {};
  });
  if (!written) log::error("logins of applications are not in the audit log: {}", to_string(written.error()));
}

// ---------------------------------------------------------------- submits

void AccessGateway::on_submits(std::vector<AccessSubmit>&& submits) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ && submits_held_ + submits.size() <= limits::kSubmissionQueue) {
      submits_held_ += submits.size();
      std::ranges::move(submits, std::back_inserter(submits_));
      submits.clear();
      woken_ = true;
    }
  }
  if (submits.empty())
    wake_.notify_one();
  else
    turn_away(submits, Fault::kQueueFull);
}

void AccessGateway::turn_away(const std::vector<AccessSubmit>& submits, Fault fault) {
  std::vector<link::AccessAnswer> answers;
  answers.reserve(submits.size());
  for (const AccessSubmit& submit : submits)
    answers.push_back({.token = submit.token, .fault = fault, .message = {}});
  port_->answer(std::move(answers));
}

// One transaction's worth of messages.
std::vector<AccessSubmit> AccessGateway::next_submits() {
  std::vector<AccessSubmit> next;
  size_t messages = 0;
  const std::lock_guard lock(mutex_);
  while (!submits_.empty()) {
    messages += submits_.front().destinations.size();
    if (!next.empty() && messages > limits::kSubmissionBatchMessages) break;
    next.push_back(std::move(submits_.front()));
    submits_.pop_front();
  }
  return next;
}

void AccessGateway::store_submits(std::vector<AccessSubmit>&& submits) {
  const auto stored = submissions_.submit(submits);
  if (stored) {
    answer(*stored);
  } else if (db::outcome_unknown(stored.error())) {
    // They may be on disk or not: no answer says so, and the applications know what to make of it.
    log::error("nobody knows whether submits are stored count={}: {}", submits.size(),
               to_string(stored.error()));
    std::set<int64_t> accounts;
    for (const AccessSubmit& submit : submits) accounts.insert(submit.account_id);
    for (const int64_t account : accounts) port_->drop_account(account);
  } else if (is_passing(stored.error())) {
    turn_away(submits, Fault::kQueueFull);
  } else if (submits.size() == 1) {
    log::error("a submit cannot be stored: {}", to_string(stored.error()));
    turn_away(submits, Fault::kSystem);
  } else {
    // One that cannot be stored must not hold up the others.
    for (AccessSubmit& submit : submits) {
      std::vector<AccessSubmit> one;
      one.push_back(std::move(submit));
      store_submits(std::move(one));
    }
  }
}

void AccessGateway::answer(const service::SubmissionAnswers& stored) {
  std::vector<link::AccessAnswer> answers;
  answers.reserve(stored.answers.size());
  for (const service::SubmissionAnswer& a : stored.answers) {
    link::AccessAnswer& out = answers.emplace_back();
    out.token = a.token;
    out.fault = a.fault;
    if (a.fault == Fault::kNone) out.message = spelled(a.name);
  }
  port_->answer(std::move(answers));
  if (stored.queued) wake_engine_();
}

// ---------------------------------------------------------------- deliveries

void AccessGateway::on_receiver(int64_t account_id, codec::Protocol protocol) {
  {
    const std::lock_guard lock(mutex_);
    const std::pair told{account_id, protocol};
    if (std::ranges::find(receivers_told_, told) == receivers_told_.end()) receivers_told_.push_back(told);
    woken_ = true;
  }
  wake_.notify_one();
}

void AccessGateway::on_delivered(int64_t account_id, std::vector<Delivered>&& delivered) {
  {
    const std::lock_guard lock(mutex_);
    for (const Delivered& d : delivered) settled_.push_back({account_id, d});
    woken_ = true;
  }
  wake_.notify_one();
}

// What the application has is taken off the store before anything else of it is given.
bool AccessGateway::settle() {
  std::vector<Settled> settled;
  {
    const std::lock_guard lock(mutex_);
    settled.swap(settled_);
  }
  if (settled.empty()) return false;
  // Read before the store is written: who saw the refusal there may count on the pause having begun.
  const Time at = store_.now();
  if (const auto written = write_settled(settled); !written) {
    log::error("what applications took stays for now: {}", to_string(written.error()));
    const std::lock_guard lock(mutex_);
    settled_.insert(settled_.begin(), settled.begin(), settled.end());
    return false;
  }
  note_settled(settled, at);
  return true;
}

Result<> AccessGateway::write_settled(const std::vector<Settled>& settled) {
  db::Columns taken, refused;
  std::vector<int64_t> refused_by;
  for (const auto& [account_id, d] : settled) {
    if (d.outcome == DeliveryOutcome::kTaken) taken.row(account_id, d.id);
    if (d.outcome != DeliveryOutcome::kRefused) continue;
    refused.row(account_id, d.id);
    refused_by.push_back(account_id);
  }
  if (taken.empty() && refused.empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    if (!taken.empty()) YZ_TRY(tx.bulk(q::application_delivery_delete, taken));
    if (refused.empty()) return {};
    YZ_TRY(tx.bulk(q::application_delivery_refused, refused));
    db::Columns dropped;
    std::map<int64_t, int64_t> dropped_of;
    YZ_CHECK(tx.bulk_each(q::application_delivery_refusals, refused, [&](const db::Row& row) {
      if (row.i64(1) < limits::kApplicationDeliveryRefusals) return;
      const auto at = static_cast<size_t>(row.i64(0));
      dropped.row(refused_by[at], refused.at(at, 1).integer());
      ++dropped_of[refused_by[at]];
    }));
    if (!dropped.empty()) YZ_TRY(tx.bulk(q::application_delivery_delete, dropped));
    for (const auto& [application, count] : dropped_of)
      YZ_CHECK(store::append_audit(tx, store_, {},
                                   {.action = "application.deliveries_dropped",
                                    .object_type = "application",
                                    .object_id = application,
                                    .reason = "refused by the application",
                                    .detail = fmt::format(R"({{"deliveries":{}}})", count)}));
    return {};
  });
}

void AccessGateway::note_settled(const std::vector<Settled>& settled, Time at) {
  std::map<int64_t, bool> came_back;
  for (const auto& [account_id, d] : settled) {
    receivers_[account_id].given.erase(d.id);
    came_back[account_id] |= d.outcome != DeliveryOutcome::kTaken;
  }
  for (const auto& [account_id, again] : came_back) {
    Receiver& receiver = receivers_[account_id];
    receiver.more = true;
    receiver.pause_seconds =
        again ? std::clamp<int64_t>(receiver.pause_seconds * 2, 1, limits::kApplicationRetryMaxSeconds) : 0;
    receiver.next_try = again ? at + seconds(receiver.pause_seconds) : Time{};
  }
}

bool AccessGateway::deliver() {
  std::vector<std::pair<int64_t, codec::Protocol>> told;
  {
    const std::lock_guard lock(mutex_);
    told.swap(receivers_told_);
  }
  for (const auto& [account_id, protocol] : told) {
    Receiver& receiver = receivers_[account_id];
    receiver.protocols |= protocols_like(protocol);
    receiver.more = true;
    receiver.next_try = {};
    receiver.pause_seconds = 0;
  }
  if (receivers_.empty()) return false;
  const auto last = store_.db.read([](db::Tx& tx) { return tx.number(q::application_delivery_last); });
  if (!last) return false;
  if (std::exchange(last_delivery_, *last) != *last)
    for (auto& [account_id, receiver] : receivers_) receiver.more = true;
  bool worked = false;
  for (auto& [account_id, receiver] : receivers_) {
    if (!receiver.more || store_.now() < receiver.next_try ||
        receiver.given.size() >= limits::kApplicationDeliveriesGiven)
      continue;
    const auto given = deliver_to(account_id, receiver);
    if (given)
      worked |= *given > 0;
    else
      log::error("deliveries for an application cannot be read: {}", to_string(given.error()));
  }
  return worked;
}

Result<size_t> AccessGateway::deliver_to(int64_t account_id, Receiver& receiver) {
  std::vector<link::AccessDelivery> deliveries;
  std::vector<Settled> unreadable;
  size_t rows = 0;
  const size_t room = limits::kApplicationDeliveriesGiven - receiver.given.size();
  const size_t limit = receiver.given.size() + room;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::application_delivery_page,
        [&](const db::Row& row) {
          ++rows;
          const auto id = static_cast<uint64_t>(row.i64(0));
          if (receiver.given.contains(id)) return;
          auto delivery = read_delivery(row);
          if (delivery)
            deliveries.push_back(*std::move(delivery));
          else
            unreadable.push_back({account_id, {id, DeliveryOutcome::kRefused}});
        },
        account_id, receiver.protocols, limit);
  }));
  receiver.more = rows == limit;
  for (const link::AccessDelivery& delivery : deliveries) receiver.given.insert(delivery.id);
  if (!unreadable.empty()) {
    log::error("deliveries for an application cannot be opened count={}", unreadable.size());
    const std::lock_guard lock(mutex_);
    settled_.insert(settled_.end(), unreadable.begin(), unreadable.end());
  }
  const size_t count = deliveries.size();
  if (count > 0) port_->deliver(account_id, std::move(deliveries));
  return count;
}

codec::MessageRef AccessGateway::spelled(const engine::SubmitName& name) const {
  return dialects_.at(name.protocol)->message_ref(static_cast<uint64_t>(name.reference), name.sequence);
}

Result<link::AccessDelivery> AccessGateway::read_delivery(const db::Row& row) const {
  link::AccessDelivery out;
  out.id = static_cast<uint64_t>(row.i64(0));
  out.source = YZ_TRY(store_.cipher.open(store::column::kApplicationNumber, row.blob(11)));
  out.destination = row.string(10);
  if (row.as<domain::ApplicationDeliveryKind>(1) == domain::ApplicationDeliveryKind::kReply) {
    out.text = YZ_TRY(store_.cipher.open(store::column::kApplicationText, row.blob(12)));
    return out;
  }
  const engine::SubmitName name = engine::read_submit_name(row, 2);
  link::AccessDelivery::Receipt receipt;
  receipt.protocol = name.protocol;
  receipt.message = spelled(name);
  receipt.state = row.as<codec::ReceiptState>(7);
  receipt.stat = row.string(8);
  receipt.error = row.string(9);
  receipt.submitted = row.time(13);
  receipt.done = row.time(14);
  out.receipt = std::move(receipt);
  return out;
}

// ---------------------------------------------------------------- the thread

bool AccessGateway::work() {
  bool worked = false;
  if (auto submits = next_submits(); !submits.empty()) {
    const size_t count = submits.size();
    store_submits(std::move(submits));
    const std::lock_guard lock(mutex_);
    submits_held_ -= count;
    worked = true;
  }
  worked |= settle();
  worked |= deliver();
  write_logins();
  return worked;
}

void AccessGateway::run() {
  for (;;) {
    const bool worked = work();
    std::unique_lock lock(mutex_);
    if (stopping_ && submits_.empty()) break;
    if (worked) continue;
    wake_.wait_for(lock, kLook, [&] { return woken_ || stopping_; });
    woken_ = false;
  }
  settle();
  write_logins();
}

}  // namespace yizhan::app
