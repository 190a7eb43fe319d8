#pragma once
// What is kept for applications until they have taken it: receipts of what they submitted, replies to their
// access codes. Written in the transaction of what is told. Inside a writer transaction; one thread (the
// writer's).

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/dialect.h"
#include "domain/channel.h"
#include "engine/changes.h"
#include "engine/inbound.h"
#include "store/store.h"

namespace yizhan::engine {

// Of what came over the API: no carrier protocol, the id that was answered is the message's own.
inline constexpr auto kByApi = static_cast<codec::Protocol>(domain::ChannelProtocol::kHttp);

// By what an application names a submit of its own: the number whose spelling in the protocol was the answer,
// and the sequence, by which SGIP names it.
struct SubmitName {
  codec::Protocol protocol = codec::Protocol::kSmpp34;
  int64_t reference = 0;
  codec::Sequence sequence;
};

// One acknowledged submit whose application wants to hear of it.
struct Acknowledged {
  int64_t application_id = 0;
  int64_t message_id = 0;  // 0 = it became none
  SubmitName name;
  codec::ReceiptWish receipt = codec::ReceiptWish::kAlways;
  std::string source;   // our number
  Bytes number_sealed;  // the handset's, as it was written
  Time submitted_at;
};

// From the columns protocol, reference, sequence_node, sequence_time, sequence_number, the first of which is
// `first`; and from those and receipt, source, number_sealed and the time of the submit after them.
SubmitName read_submit_name(const db::Row& row, int first);
Acknowledged read_acknowledged(const db::Row& row, int first, int64_t application_id, int64_t message_id);

// The word for a message that ended so, as SMPP's receipts spell it (3.4, appendix B).
struct ReceiptWord {
  codec::ReceiptState state = codec::ReceiptState::kNone;  // kNone = there is nothing to say
  std::string_view stat;
};
ReceiptWord receipt_word(domain::MessageState state);
// domain::Reason in three digits; "000" = none.
std::string receipt_error(domain::Reason reason);

// Of the changes of messages that applications submitted, those that end one become receipts. What belongs to
// other batches costs one look-up a batch, not a message.
Result<> queue_receipts(db::Tx& tx, std::span<const Change> changes, Time at);
// The same word for submits that became no message (parts of one that was refused, or never whole).
Result<> queue_receipts(db::Tx& tx, std::span<const Acknowledged> submits, domain::MessageState state,
                        domain::Reason reason, Time at);

// Each message of a handset, for the application with the longest access code that its destination begins
// with.
Result<> queue_replies(db::Tx& tx, const store::Store& store, std::span<const InboundEntry> entries);

}  // namespace yizhan::engine
