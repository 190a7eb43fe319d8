#pragma once
// What passes between the server for applications (access_server.h: the company's own programs log in by
// SMPP, CMPP, SGIP or SMGP) and whoever judges and stores what they submit. Plain data and two interfaces.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "codec/dialect.h"
#include "text/segmentation.h"

namespace yizhan::link {

// An account as the server needs it at login and after. Copies; a change counts from the next login, except
// `enabled` (AccessServer::drop_account).
struct AccessAccount {
  int64_t id = 0;
  std::string name;  // for the log
  std::string secret;
  bool enabled = true;
  std::vector<std::string> allowed_addresses;  // "10.0.0.0/8", "192.0.2.7", IPv6 too; none = every address
  std::vector<codec::Protocol> protocols;      // none = every one
  uint32_t max_sessions = 4;
  uint32_t window = 32;              // submits without an answer, per session
  uint32_t segments_per_second = 0;  // of all its sessions together; 0 = no limit; n destinations count n
};

// One submit of a logged-in application. Owns its bytes.
struct AccessSubmit {
  uint64_t token = 0;  // for AccessServer::answer
  int64_t account_id = 0;
  codec::Protocol protocol = codec::Protocol::kSmpp34;
  codec::Sequence sequence;  // SGIP names the message by it
  std::string source;
  std::vector<std::string> destinations;
  Bytes text;  // without user data header
  codec::Coding coding = codec::Coding::kDefault;
  std::optional<text::UserDataHeader> part;  // of several
  codec::ReceiptWish receipt = codec::ReceiptWish::kAlways;
  std::string validity;  // 16 characters or none
  Time at;
};

struct AccessAnswer {
  uint64_t token = 0;
  codec::Fault fault = codec::Fault::kNone;
  codec::MessageRef message;  // when kNone: by Dialect::message_ref
};

// A receipt or a message of a handset for an application; kept by its owner until on_delivered says that the
// application has it.
struct AccessDelivery {
  uint64_t id = 0;
  std::string source, destination;  // the handset, and the access number; of a receipt too
  // A message of a handset: UTF-8 text, cut into segments by the server.
  std::string text;
  // A receipt:
  struct Receipt {
    codec::MessageRef message;                            // as the protocol of the submit spells it
    codec::Protocol protocol = codec::Protocol::kSmpp34;  // which goes to a session of that protocol only
    codec::ReceiptState state = codec::ReceiptState::kNone;
    std::string stat;   // "DELIVRD"
    std::string error;  // three characters
    Time submitted, done;
  };
  std::optional<Receipt> receipt;
};

// What the owner of messages asks of the server. Any thread; a handler may call these.
class AccessPort {
 public:
  virtual ~AccessPort() = default;
  // Of submits, in any order; those of a session that is gone are dropped.
  virtual void answer(std::vector<AccessAnswer> answers) = 0;
  // To the sessions of the account that receive, in this order as far as one session carries them. Each comes
  // back by AccessHandler::on_delivered, at once as kAgain when no session can take it now: each holds at
  // most limits::kAccessDeliveries, and AccessHandler::on_receiver tells when half of them are settled.
  virtual void deliver(int64_t account_id, std::vector<AccessDelivery> deliveries) = 0;
  // Ends the account's sessions.
  virtual void drop_account(int64_t account_id) = 0;
};

// Called on the server's I/O thread, from whichever session; must be quick and must not block. May call the
// server's members.
class AccessHandler {
 public:
  virtual ~AccessHandler() = default;
  // By the account name of a login (system_id, Source_Addr, login name, ClientID). Nothing = unknown.
  virtual std::optional<AccessAccount> find_account(std::string_view name) = 0;
  // Each is to be answered, once what it says is on disk, by AccessServer::answer, in any order.
  virtual void on_submits(std::vector<AccessSubmit>&& submits) = 0;
  // A session that receives has logged in, or has room again: deliver() what waits. Its protocol, since ids
  // are spelled by it.
  virtual void on_receiver(int64_t account_id, codec::Protocol protocol) = 0;
  // The application has answered: well, or never and its session is gone, or with a temporary error (give it
  // again later), or for good with an error.
  enum class DeliveryOutcome : uint8_t { kTaken, kAgain, kRefused };
  struct Delivered {
    uint64_t id = 0;
    DeliveryOutcome outcome = DeliveryOutcome::kAgain;
  };
  virtual void on_delivered(int64_t account_id, std::vector<Delivered>&& delivered) = 0;
  // For the record: a login that was let in (kNone) or not. `account` is what a stranger may have sent.
  virtual void on_login(std::string_view account, codec::Protocol protocol, std::string_view address,
                        codec::Fault fault) = 0;
};

}  // namespace yizhan::link
