#pragma once
// One form for what all carrier protocols say, and a Dialect that reads and writes it for one protocol, as a
// client or as a server. The session engine, the server for applications and the carrier simulator are
// written once over this; what only one protocol has stays in its own folder.
//
// Reading allocates nothing once a Pdu has been used before: strings and bytes are views into the PDU read
// and live as long as its buffer. A Dialect is immutable: any thread.

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/frame.h"
#include "codec/receipt_state.h"
#include "text/segmentation.h"

namespace yizhan::codec {

// The numbers are stored with channels and accounts: never change one.
enum class Protocol : uint8_t { kSmpp34 = 1, kCmpp20 = 2, kCmpp30 = 3, kSgip12 = 4, kSmgp30 = 5 };
inline constexpr std::array kProtocols = {Protocol::kSmpp34, Protocol::kCmpp20, Protocol::kCmpp30,
                                          Protocol::kSgip12, Protocol::kSmgp30};
std::string_view protocol_name(Protocol protocol);  // "smpp", "cmpp2", "cmpp3", "sgip", "smgp"
std::optional<Protocol> parse_protocol(std::string_view name);
// What SGIP's report has where the others' have three characters; none when they are no number.
std::optional<uint32_t> error_number(std::string_view error);

// What pairs a request with its answer. SMPP, CMPP and SMGP have the number alone; SGIP's twelve bytes are
// node, time (MMDDhhmmss as a decimal number) and counter (1.2, section 3.2).
struct Sequence {
  uint32_t number = 0;
  uint32_t node = 0, time = 0;
  bool operator==(const Sequence&) const = default;
};

// A message id as text, in one spelling a protocol, and the raw one in SMPP, where it is the carrier's own
// (5.2.23: 64 characters). CMPP: decimal. SGIP: "node-time-counter" of the submit, decimal. SMGP: the ten BCD
// bytes as 20 hexadecimal digits.
class MessageRef {
 public:
  MessageRef() = default;
  explicit MessageRef(std::string_view text) { assign(text); }
  void assign(std::string_view text);  // cut at 64 characters
  std::string_view view() const { return {text_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  std::array<char, 64> text_{};
  uint8_t size_ = 0;
};

// ---------------------------------------------------------------- what is said

enum class Act : uint8_t {
  kLogin,
  kLoginAnswer,
  kSubmit,
  kSubmitAnswer,
  kDeliver,  // a message of a handset, or a receipt
  kDeliverAnswer,
  kKeepAlive,
  kKeepAliveAnswer,
  kLogout,
  kLogoutAnswer,
  kQuery,  // of one message, by its id
  kQueryAnswer,
  kNack,       // generic_nack (SMPP only): answers the request of that sequence
  kIgnored,    // well-formed and of no consequence here, wants no answer
  kUnwanted,   // a request that is not served: answer it with write_refusal()
  kMalformed,  // a request that does not decode: answer it with write_refusal(), `fault` says with what
};

// What is wrong with a request, or why it is refused: one list for all protocols, each with its own numbers.
enum class Fault : uint8_t {
  kNone,
  kMalformed,        // structure, lengths
  kUnknownCommand,   // or one that is not served
  kNotLoggedIn,      // or not for this direction
  kAlreadyLoggedIn,  //
  kBadAccount,       // no such account
  kBadSecret,        // password or digest
  kAddressRefused,   // login from an address that the account may not use
  kTooManySessions,  //
  kVersion,          // of the protocol
  kThrottled,        // rate or window: slow down
  kQueueFull,        // no room, or not available now: try later
  kSystem,           // an error of ours
  kBadSource,        // access number
  kBadDestination,   // number
  kBadCoding,        // data coding, user data header, part numbers
  kTooLong,          // content
  kNotApproved,      // no approved template says this, or the class is not the account's
  kNoConsent,        // no consent, or refused by its holder, or suppressed
  kFrequency,        // over a frequency limit
  kExpired,          // the validity is over
  kUnknownMessage,   // query of an id that is not known
};

enum class Role : uint8_t { kSend, kReceive, kBoth };

struct Login {
  std::string_view account;
  Role role = Role::kBoth;
  std::string_view password;  // SMPP, SGIP: in clear
  ByteSpan digest;            // CMPP, SMGP: 16 bytes over account, secret and timestamp
  uint32_t timestamp = 0;     // MMDDhhmmss as a decimal number
  uint8_t version = 0;        // as on the wire
};

// What a client logs in with.
struct Credentials {
  std::string_view account, secret;
  Role role = Role::kBoth;
  uint32_t timestamp = 0;                       // mmddhhmmss() of now
  std::string_view system_type, address_range;  // SMPP
};

enum class Coding : uint8_t { kDefault, kAscii, kLatin1, kBinary, kUcs2, kGb18030, kOther };
enum class ReceiptWish : uint8_t { kNever, kAlways, kOnFailure };

// One segment, to one or more numbers.
struct Submit {
  std::string_view source;  // access number
  boost::container::small_vector<std::string_view, 1> destinations;
  ByteSpan payload;  // header and text as on the wire
  Coding coding = Coding::kDefault;
  uint8_t raw_coding = 0;   // reading: the protocol's own number
  bool has_header = false;  // a user data header begins the payload
  // Of several: by the user data header, the protocol's own fields (SAR parameters, Pk_total); else absent.
  std::optional<text::UserDataHeader> part;
  ReceiptWish receipt = ReceiptWish::kAlways;
  uint8_t priority = 0;       // 0 lowest … 3
  std::string_view validity;  // 16 characters (SMPP 7.1.1, the others take the same) or none
};

struct SubmitAnswer {
  uint32_t status = 0;  // the protocol's own number
  MessageRef message;   // of the first destination; empty when refused
};

struct Receipt {
  MessageRef message;  // as the carrier spells it here
  ReceiptState state = ReceiptState::kNone;
  bool intermediate = false;         // more will come
  std::string_view stat;             // raw: "DELIVRD", "MK:0001"; SGIP has none
  std::string_view error;            // raw: err of SMPP and SMGP
  std::optional<uint32_t> code;      // SMPP network_error_code (type << 16 | code); SGIP ErrorCode
  std::string_view submitted, done;  // raw dates
};

struct Deliver {
  std::string_view source;       // of a message: the handset; of a receipt: as the protocol has it
  std::string_view destination;  // of a message: the access number
  ByteSpan payload;
  Coding coding = Coding::kDefault;
  uint8_t raw_coding = 0;
  bool has_header = false;
  std::optional<text::UserDataHeader> part;
  std::optional<Receipt> receipt;
  // What the answer repeats of the request, beside its sequence: an SMPP or SGIP command, an id of CMPP or
  // SMGP. To be handed back to write_deliver_answer().
  struct Echo {
    uint32_t command = 0;
    std::array<uint8_t, 10> id{};
  } echo;
};

struct Query {
  MessageRef message;
  std::string_view source;  // SMPP
};
struct QueryAnswer {
  uint32_t status = 0;
  MessageRef message;
  ReceiptState state = ReceiptState::kNone;
  uint8_t error = 0;  // the network's own number; 0 = none
};

// One PDU as read: the struct that `act` names counts.
struct Pdu {
  Act act = Act::kIgnored;
  Sequence sequence;
  uint32_t command = 0;        // raw
  uint32_t status = 0;         // of an answer: the protocol's own number; 0 is good in all of them
  Fault fault = Fault::kNone;  // of kMalformed, kUnwanted
  Login login;
  ByteSpan login_proof;  // kLoginAnswer of CMPP, SMGP: the server's digest, 16 bytes
  Submit submit;
  SubmitAnswer submit_answer;
  Deliver deliver;
  Query query;
  QueryAnswer query_answer;
};

// What an answer to a submit or login means for the session; what it means for the message is the table of
// carrier codes'.
enum class StatusMeaning : uint8_t {
  kGood,
  kThrottled,       // the link is too fast
  kBadCredentials,  // do not hammer
  kUnsupported,     // of a query: the server does not answer such
  kUnknownMessage,  // of a query: not, or no more, known
  kOther,
};

// ---------------------------------------------------------------- who says it

// At which end of the connection a PDU is read: data_sm brings the client a delivery, the server a submit.
enum class Side : uint8_t { kClient, kServer };

// What a link's operator sets for the protocol.
struct DialectOptions {
  Side side = Side::kClient;
  // SMPP
  uint8_t source_ton = 0, source_npi = 0;
  uint8_t destination_ton = 1, destination_npi = 1;
  std::string service_type;  // at most 5 characters; CMPP, SGIP, SMGP: Service_Id, ServiceType, ServiceID
  text::Encoding default_alphabet = text::Encoding::kGsm7;  // what data_coding 0 is at this centre
  bool gsm7_packed = false;                                 // whether its GSM 7-bit text is packed
  bool receipt_parameters = true;  // as a server: receipted_message_id and message_state beside the text
  // CMPP Msg_src and SMGP MsgSrc (SP code, 6 and 8), SGIP CorpId (5).
  std::string enterprise_code;
  // As on the wire; none is free to the recipient, whatever the protocol calls that (CMPP 01, SGIP 1, SMGP
  // 00).
  std::string fee_type, fee_code = "0";
  uint32_t sgip_node = 0;              // 3 area code SP id, as the carrier gave it
  std::string server_name = "yizhan";  // system_id in a bind's answer
};

class Dialect {
 public:
  explicit Dialect(Protocol protocol, DialectOptions options)
      : protocol_(protocol), options_(std::move(options)) {}
  virtual ~Dialect() = default;
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;

  Protocol protocol() const { return protocol_; }
  const DialectOptions& options() const { return options_; }

  // The caller allocates for `length` only after this has judged it; PDUs are at most limits::kPduBytes.
  virtual Frame frame(ByteSpan received) const = 0;
  // Of one whole PDU as framed. Never fails: `act` says what it is. Lenient where carriers are.
  virtual void read(ByteSpan pdu, Pdu& out) const = 0;

  // ---- as a client. `sequence` from stamp(). False, and `out` as it was, when a field does not fit.
  [[nodiscard]] virtual bool write_login(Bytes& out, Sequence sequence,
                                         const Credentials& credentials) const = 0;
  // kNone, or what cannot be encoded.
  [[nodiscard]] virtual Fault write_submit(Bytes& out, Sequence sequence, const Submit& submit) const = 0;
  virtual void write_deliver_answer(Bytes& out, Sequence sequence, const Deliver::Echo& echo,
                                    Fault fault) const = 0;
  // False for a protocol that has none (SGIP: query; SMGP and CMPP query by day and service, not by id).
  [[nodiscard]] virtual bool write_query(Bytes& out, Sequence sequence, const Query& query) const = 0;

  // ---- as a server
  // Whether the login was made with this secret.
  virtual bool proves(const Login& login, std::string_view secret) const = 0;
  virtual void write_login_answer(Bytes& out, Sequence sequence, const Pdu& login, std::string_view secret,
                                  Fault fault) const = 0;
  // `request` is the submit as read (its command counts). With several destinations `message` is the first's.
  virtual void write_submit_answer(Bytes& out, Sequence sequence, uint32_t command, Fault fault,
                                   const MessageRef& message) const = 0;
  // The same with the protocol's own status, for a simulator.
  virtual void write_submit_status(Bytes& out, Sequence sequence, uint32_t command, uint32_t status,
                                   const MessageRef& message) const = 0;
  // A message of a handset or, with `receipt`, a receipt. Its receipt's `message` is an id given by this
  // server in this protocol's spelling.
  [[nodiscard]] virtual bool write_deliver(Bytes& out, Sequence sequence, const Deliver& deliver) const = 0;
  virtual void write_query_answer(Bytes& out, Sequence sequence, const QueryAnswer& answer) const = 0;
  // The id by which this server names a message, from a number of its own: as this protocol spells it, and
  // the same always. SGIP names a message by the client's sequence: `sequence` is the submit's.
  virtual MessageRef message_ref(uint64_t number, Sequence sequence) const = 0;

  // ---- both
  virtual bool has_keep_alive() const = 0;
  virtual void write_keep_alive(Bytes& out, Sequence sequence) const = 0;
  virtual void write_keep_alive_answer(Bytes& out, Sequence sequence) const = 0;
  virtual void write_logout(Bytes& out, Sequence sequence) const = 0;
  virtual void write_logout_answer(Bytes& out, Sequence sequence) const = 0;
  // Answers a request that is refused before it is understood (kUnwanted, kMalformed, before the login); a
  // frame that is kInvalid with an empty `request`. May write nothing where the protocol has no such answer.
  virtual void write_refusal(Bytes& out, const Pdu& request, Fault fault) const = 0;

  virtual StatusMeaning meaning(Act answer, uint32_t status) const = 0;
  // The protocol's number for a fault in the answer to a submit, and its name for people ("ESME_RTHROTTLED",
  // "flow control"); empty for a number that the protocol does not name.
  virtual uint32_t submit_status(Fault fault) const = 0;
  virtual std::string_view status_name(Act answer, uint32_t status) const = 0;
  // The key of a submit's status in the table of carrier codes: "0x00000058" (capitals) in SMPP, "CMPP:8",
  // "SGIP:88".
  virtual std::string status_code(uint32_t status) const = 0;

  // The sequence of a request that goes out now.
  virtual Sequence stamp(uint32_t number, Time) const { return {.number = number}; }
  virtual uint32_t largest_sequence() const { return UINT32_MAX; }
  // What texts may go out in, and how their segments say which they are.
  virtual text::EncodingSet encodings() const = 0;

 private:
  const Protocol protocol_;
  const DialectOptions options_;
};

std::unique_ptr<Dialect> make_dialect(Protocol protocol, DialectOptions options = {});

// The id that the n-th destination (from 0) of a submit has, when `first` is the one that it was answered
// with. CMPP counts up its last 16 bits, which wrap. The others have one id for all, told apart by the number
// that a receipt names too: SMGP one MsgID, SGIP the submit's sequence, SMPP one message_id.
MessageRef nth_message(Protocol protocol, const MessageRef& first, size_t n);

// MMDDhhmmss of a time at a carrier, which is at UTC+8, as a decimal number.
uint32_t mmddhhmmss(Time t);

// The encoding that a coding is on a link; nothing for binary and unknown ones.
std::optional<text::Encoding> encoding_of(Coding coding, const DialectOptions& options);
Coding coding_of(text::Encoding encoding);

}  // namespace yizhan::codec
