#include "link/access_hub.h"

#include <algorithm>

#include "link/access_session.h"

namespace yizhan::link {
namespace {

using codec::Fault;
using codec::Protocol;

// The versions as the logins say them: SMPP 5.2.4, CMPP 3.0 section 8.4.1.1 (major << 4 | minor).
constexpr uint8_t kSmpp34Version = 0x34;
constexpr uint8_t kCmpp30Version = 0x30;
constexpr size_t kEarlySmpp = 0;

bool is_cmpp(Protocol p) { return p == Protocol::kCmpp20 || p == Protocol::kCmpp30; }

// None means every one.
bool serves(const std::vector<Protocol>& protocols, Protocol protocol) {
  return protocols.empty() || std::ranges::find(protocols, protocol) != protocols.end();
}

uint32_t session_of(uint64_t token) { return static_cast<uint32_t>(token >> 32); }

}  // namespace

bool same_ids(Protocol a, Protocol b) { return a == b || (is_cmpp(a) && is_cmpp(b)); }

AccessHub::AccessHub(const Clock& c, AccessServerConfig server_config, AccessHandler& h)
    : config(std::move(server_config)), clock(c), handler(h) {
  codec::DialectOptions options{
      .side = codec::Side::kServer, .sgip_node = config.sgip_node, .server_name = config.server_name};
  for (const Protocol protocol : codec::kProtocols)
    dialects_[static_cast<size_t>(protocol)] = codec::make_dialect(protocol, options);
  options.receipt_parameters = false;
  dialects_[kEarlySmpp] = codec::make_dialect(Protocol::kSmpp34, options);
}

AccessHub::~AccessHub() = default;

const codec::Dialect& AccessHub::dialect_for(const codec::Dialect& listening,
                                             const codec::Login& login) const {
  if (is_cmpp(listening.protocol()))
    return dialect(login.version < kCmpp30Version ? Protocol::kCmpp20 : Protocol::kCmpp30);
  if (listening.protocol() == Protocol::kSmpp34 && login.version < kSmpp34Version)
    return *dialects_[kEarlySmpp];
  return listening;
}

// ---------------------------------------------------------------- sessions

uint32_t AccessHub::next_number() {
  do ++last_number_;
  while (sessions_.contains(last_number_));
  return last_number_;
}

void AccessHub::add(const std::shared_ptr<AccessSession>& session) {
  sessions_.emplace(session->number(), session);
  count(counters.connections);
}

Fault AccessHub::judge(const AccessSession& session, const codec::Login& login,
                       std::optional<AccessAccount>& account) {
  if (!login.account.empty()) account = handler.find_account(login.account);
  if (!account || !account->enabled) return Fault::kBadAccount;
  // Before the secret: whoever is elsewhere must not learn whether a guess was right.
  if (!address_allowed(session.address(), account->allowed_addresses)) return Fault::kAddressRefused;
  const codec::Dialect& spoken = dialect(session.protocol());
  if (account->secret.empty() || !spoken.proves(login, account->secret)) return Fault::kBadSecret;
  if (!serves(session.entrance().protocols, spoken.protocol()) ||
      !serves(account->protocols, spoken.protocol()))
    return Fault::kVersion;
  if (is_cmpp(spoken.protocol()) && login.version > kCmpp30Version) return Fault::kVersion;
  const auto known = accounts_.find(account->id);
  const size_t there = known == accounts_.end() ? 0 : known->second.sessions.size();
  return there < account->max_sessions ? Fault::kNone : Fault::kTooManySessions;
}

void AccessHub::joined(AccessSession& session) {
  Account& account = accounts_[session.account_id()];
  account.terms = session.terms();
  account.sessions.push_back(&session);
  count(counters.sessions);
  const std::lock_guard lock(logged_in_mutex_);
  logged_in_[session.account_id()] = account.sessions.size();
}

void AccessHub::left(AccessSession& session) {
  const std::shared_ptr<AccessSession> keep = session.shared_from_this();
  if (sessions_.erase(session.number()) > 0) uncount(counters.connections);
  if (session.has_joined()) {
    Account& account = accounts_[session.account_id()];
    std::erase(account.sessions, &session);
    uncount(counters.sessions);
    {
      const std::lock_guard lock(logged_in_mutex_);
      logged_in_[session.account_id()] = account.sessions.size();
    }
    if (session.returned_deliveries()) offer_elsewhere(account);
  }
  if (!stopping_ || !sessions_.empty()) return;
  for (const auto& done : std::exchange(when_stopped_, {})) done();
}

// What a session took with it can go to the others, each of a spelling of its own.
void AccessHub::offer_elsewhere(const Account& account) {
  std::vector<Protocol> told;
  for (const AccessSession* other : account.sessions) {
    if (!other->is_open() || !other->receives()) continue;
    if (std::ranges::any_of(told, [&](Protocol p) { return same_ids(p, other->protocol()); })) continue;
    told.push_back(other->protocol());
  }
  for (const Protocol protocol : told) handler.on_receiver(account.terms.id, protocol);
}

bool AccessHub::take_segments(int64_t account_id, uint32_t segments) {
  Account& account = accounts_[account_id];
  return account.bucket.take(segments, account.terms.segments_per_second, clock.now());
}

std::vector<std::shared_ptr<AccessSession>> AccessHub::all() const {
  std::vector<std::shared_ptr<AccessSession>> out;
  out.reserve(sessions_.size());
  for (const auto& [number, session] : sessions_) out.push_back(session);
  return out;
}

// ---------------------------------------------------------------- what the handler says

void AccessHub::answer(std::vector<AccessAnswer>&& answers) {
  std::vector<std::shared_ptr<AccessSession>> touched;
  const std::shared_ptr<AccessSession>* session = nullptr;
  for (const AccessAnswer& answer : answers) {
    const uint32_t number = session_of(answer.token);
    if (session == nullptr || (*session)->number() != number) {
      const auto found = sessions_.find(number);
      session = found == sessions_.end() ? nullptr : &found->second;
    }
    if (session == nullptr || !(*session)->answer(answer)) {
      count(counters.answers_late);
      continue;
    }
    count(counters.answers);
    if ((*session)->touch()) touched.push_back(*session);
  }
  for (const auto& each : touched) each->settle();
}

AccessSession* AccessHub::next_receiver(Account& account, const AccessDelivery& delivery) {
  std::vector<AccessSession*>& sessions = account.sessions;
  const auto suits = [&](const AccessSession& s) {
    return s.is_open() && s.receives() &&
           (!delivery.receipt || same_ids(s.protocol(), delivery.receipt->protocol));
  };
  for (size_t i = 0; i < sessions.size(); ++i) {
    account.turn = (account.turn + 1) % sessions.size();
    AccessSession& s = *sessions[account.turn];
    if (suits(s) && s.has_room()) return &s;
  }
  for (AccessSession* s : sessions)
    if (suits(*s)) s->promise_room();
  return nullptr;
}

void AccessHub::deliver(int64_t account_id, std::vector<AccessDelivery>&& deliveries) {
  const auto account = accounts_.find(account_id);
  std::vector<std::shared_ptr<AccessSession>> touched;
  std::vector<AccessHandler::Delivered> again;
  for (AccessDelivery& delivery : deliveries) {
    AccessSession* const session =
        account == accounts_.end() ? nullptr : next_receiver(account->second, delivery);
    if (session == nullptr) {
      again.push_back({delivery.id, AccessHandler::DeliveryOutcome::kAgain});
      continue;
    }
    session->deliver(std::move(delivery));
    if (session->touch()) touched.push_back(session->shared_from_this());
  }
  for (const auto& each : touched) each->settle();
  if (again.empty()) return;
  count(counters.deliveries_again, again.size());
  handler.on_delivered(account_id, std::move(again));
}

void AccessHub::drop_account(int64_t account_id) {
  const auto account = accounts_.find(account_id);
  if (account == accounts_.end()) return;
  const std::vector<AccessSession*> sessions = account->second.sessions;
  for (AccessSession* session : sessions) session->drop();
}

void AccessHub::stop(Duration drain, std::function<void()> done) {
  stopping_ = true;
  if (sessions_.empty()) return done();
  when_stopped_.push_back(std::move(done));
  for (const auto& session : all()) session->drain(drain);
}

void AccessHub::tick() {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& session : all()) session->tick(now);
}

}  // namespace yizhan::link
