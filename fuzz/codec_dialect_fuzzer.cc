// Any bytes as what a peer says, in the protocol and at the end of the connection that the first byte picks:
// what is read can be written and reads as the same, every answer is one, and a refusal too.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "codec/dialect.h"

namespace {

using namespace yizhan;
using namespace yizhan::codec;

void require(bool holds) {
  if (!holds) std::abort();
}

// The one PDU that `wire` is.
const Pdu& read_one(const Dialect& dialect, const Bytes& wire) {
  static Pdu pdu;
  const Frame frame = dialect.frame(wire);
  require(frame.state == FrameState::kComplete && frame.length == wire.size());
  dialect.read(wire, pdu);
  return pdu;
}

void submit(const Dialect& dialect, const Pdu& pdu) {
  Bytes wire;
  const Submit& s = pdu.submit;
  if (dialect.write_submit(wire, pdu.sequence, s) == Fault::kNone) {
    const Pdu& again = read_one(dialect, wire);
    const Submit& t = again.submit;
    require(again.act == Act::kSubmit && again.sequence == pdu.sequence);
    require(t.source == s.source && std::ranges::equal(t.payload, s.payload));
    require(t.destinations.size() == s.destinations.size());
    for (size_t i = 0; i < t.destinations.size(); ++i)
      require(t.destinations[i].ends_with(s.destinations[i]));
    require(t.coding == s.coding && t.receipt == s.receipt);
    if (s.coding == Coding::kOther) require(t.raw_coding == s.raw_coding);
    require(t.has_header == s.has_header && t.validity == s.validity);
    // SMPP writes no part numbers beside a header, however broken that is.
    const bool beside_header = s.part && s.has_header && s.part->bytes == 0;
    if (dialect.protocol() != Protocol::kSmpp34 || !beside_header) require(t.part == s.part);
  } else {
    require(wire.empty());
  }
  wire.clear();
  dialect.write_submit_answer(wire, pdu.sequence, pdu.command, Fault::kNone,
                              dialect.message_ref(42, pdu.sequence));
  const Pdu& answer = read_one(dialect, wire);
  require(answer.sequence == pdu.sequence && answer.status == 0);
  require(answer.act == Act::kSubmitAnswer || pdu.command == 0x103);  // a data_sm's is the other side's
}

void deliver(const Dialect& dialect, const Pdu& pdu) {
  Bytes wire;
  if (dialect.write_deliver(wire, pdu.sequence, pdu.deliver)) {
    const Pdu& again = read_one(dialect, wire);
    require(again.act == Act::kDeliver &&
            again.deliver.receipt.has_value() == pdu.deliver.receipt.has_value());
    require(again.deliver.source.ends_with(pdu.deliver.source));
    if (pdu.deliver.receipt) {
      require(again.deliver.receipt->message.view() == pdu.deliver.receipt->message.view() ||
              dialect.protocol() == Protocol::kSmpp34);
    } else {
      require(std::ranges::equal(again.deliver.payload, pdu.deliver.payload));
    }
  } else {
    require(wire.empty());
  }
  wire.clear();
  dialect.write_deliver_answer(wire, pdu.sequence, pdu.deliver.echo, Fault::kQueueFull);
  const Pdu& answer = read_one(dialect, wire);
  require(answer.sequence == pdu.sequence && answer.status != 0);
  require(answer.act == Act::kDeliverAnswer || pdu.command == 0x103);
}

void login(const Dialect& dialect, const Pdu& pdu) {
  (void)dialect.proves(pdu.login, "secret");
  for (const Fault fault : {Fault::kNone, Fault::kBadSecret}) {
    Bytes wire;
    dialect.write_login_answer(wire, pdu.sequence, pdu, "secret", fault);
    const Pdu& answer = read_one(dialect, wire);
    require(answer.act == Act::kLoginAnswer && answer.sequence == pdu.sequence);
    require((answer.status == 0) == (fault == Fault::kNone));
  }
}

void answered(const Dialect& dialect, const Pdu& pdu) {
  require((dialect.meaning(pdu.act, pdu.status) == StatusMeaning::kGood) == (pdu.status == 0));
  (void)dialect.status_name(pdu.act, pdu.status);
  require(!dialect.status_code(pdu.status).empty());
  for (size_t n = 0; n < 3; ++n) (void)nth_message(dialect.protocol(), pdu.submit_answer.message, n);
}

// A refusal is nothing, or one PDU that is no request.
void refusal(const Dialect& dialect, const Pdu& pdu) {
  Bytes wire;
  dialect.write_refusal(wire, pdu, pdu.fault);
  if (wire.empty()) return;
  const Act act = read_one(dialect, wire).act;
  require(act != Act::kUnwanted && act != Act::kMalformed && act != Act::kSubmit && act != Act::kDeliver);
}

void said(const Dialect& dialect, const Pdu& pdu) {
  switch (pdu.act) {
    case Act::kSubmit:
      return submit(dialect, pdu);
    case Act::kDeliver:
      return deliver(dialect, pdu);
    case Act::kLogin:
      return login(dialect, pdu);
    case Act::kSubmitAnswer:
    case Act::kLoginAnswer:
      return answered(dialect, pdu);
    case Act::kUnwanted:
    case Act::kMalformed:
      require(pdu.fault != Fault::kNone);
      return refusal(dialect, pdu);
    default:
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto dialects = [] {
    std::array<std::unique_ptr<Dialect>, 2 * kProtocols.size()> all;
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = make_dialect(kProtocols[i / 2],
                            {.side = i % 2 == 0 ? Side::kServer : Side::kClient, .enterprise_code = "12345"});
    return all;
  }();
  static Pdu pdu;
  if (size == 0) return 0;
  const Dialect& dialect = *dialects[data[0] % dialects.size()];
  ByteSpan rest{data + 1, size - 1};
  while (true) {
    const Frame frame = dialect.frame(rest);
    if (frame.state != FrameState::kComplete) break;
    dialect.read(rest.first(frame.length), pdu);
    said(dialect, pdu);
    rest = rest.subspan(frame.length);
  }
  return 0;
}
