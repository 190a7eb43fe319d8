// Properties, over all protocols: what a Dialect writes it reads as the same, and any text in any encoding
// comes through segments, PDUs and reassembly unharmed. Seeded: a failure happens again.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/random.h"
#include "codec/carrier_content.h"
#include "codec/dialect.h"
#include "codec/reassembly.h"
#include "text/utf8.h"

namespace yizhan::codec {
namespace {

constexpr std::array<std::string_view, 9> kStats = {"DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD",
                                                    "UNKNOWN", "REJECTD", "MA:0001", "CB:0027"};

class RoundTrip : public ::testing::TestWithParam<Protocol> {
 protected:
  bool smpp() const { return GetParam() == Protocol::kSmpp34; }
  bool sgip() const { return GetParam() == Protocol::kSgip12; }
  bool smgp() const { return GetParam() == Protocol::kSmgp30; }
  bool cmpp() const { return !smpp() && !sgip() && !smgp(); }

  std::string digits(size_t least, size_t most) {
    std::string out;
    for (size_t n = least + random_.below(most - least + 1); n > 0; --n)
      out.push_back(static_cast<char>('1' + random_.below(9)));
    return out;
  }
  Sequence sequence() {
    Sequence s{.number = static_cast<uint32_t>(random_.next())};
    if (sgip()) {
      s.node = static_cast<uint32_t>(random_.next());
      s.time = static_cast<uint32_t>(random_.next());
    }
    return s;
  }
  // A handset's number as it goes in, and as SGIP makes of it.
  std::string as_read(const std::string& number) const {
    return sgip() && !number.starts_with("86") ? "86" + number : number;
  }

  struct Content {
    Bytes payload;
    Coding coding = Coding::kDefault;
    uint8_t raw = 0;
    bool has_header = false;
    std::optional<text::UserDataHeader> part;  // to write
    std::optional<text::UserDataHeader> read;  // what comes of it
  };
  // `fields`: whether part numbers have fields of their own.
  Content content(bool fields) {
    Content out;
    const std::vector<Coding> codings =
        smpp() ? std::vector{Coding::kDefault, Coding::kAscii,   Coding::kLatin1, Coding::kBinary,
                             Coding::kUcs2,    Coding::kGb18030, Coding::kOther}
               : std::vector{Coding::kDefault, Coding::kAscii,   Coding::kBinary,
                             Coding::kUcs2,    Coding::kGb18030, Coding::kOther};
    out.coding = codings[random_.below(codings.size())];
    out.raw = out.coding == Coding::kOther ? (smpp() ? 0xF5 : 3) : 0;
    const auto total = static_cast<uint8_t>(2 + random_.below(8));
    text::UserDataHeader part{.reference = static_cast<uint16_t>(random_.below(256)), .total = total};
    part.number = static_cast<uint8_t>(1 + random_.below(total));
    const auto low = static_cast<uint8_t>(part.reference);
    switch (random_.below(4)) {
      case 0:
        part.bytes = 6;
        out.payload = {0x05, 0x00, 0x03, low, part.total, part.number};
        break;
      case 1:
        part.bytes = 7;
        part.reference = static_cast<uint16_t>(random_.next());
        out.payload = {0x06,
                       0x08,
                       0x04,
                       static_cast<uint8_t>(part.reference >> 8),
                       static_cast<uint8_t>(part.reference),
                       part.total,
                       part.number};
        break;
      case 2:
        if (fields) out.part = out.read = part;
        if (fields && !smpp()) out.read->reference = 0;
        break;
      default:
        break;
    }
    out.has_header = !out.payload.empty();
    if (out.has_header) out.part = out.read = part;
    // SMPP's long ones travel as message_payload.
    const size_t most = smpp() && random_.chance(0.3) ? 4000 : 140;
    for (size_t n = random_.below(most - out.payload.size() + 1); n > 0; --n)
      out.payload.push_back(static_cast<uint8_t>(random_.next()));
    return out;
  }
  Coding as_read(Coding coding) const {
    return coding == Coding::kDefault && !smpp() ? Coding::kAscii : coding;
  }

  const DialectOptions options_{.service_type = "SALE", .enterprise_code = "12345", .sgip_node = 3021000123};
  const std::unique_ptr<Dialect> client_ = make_dialect(GetParam(), options_);
  const std::unique_ptr<Dialect> server_ = make_dialect(GetParam(), [this] {
    DialectOptions o = options_;
    o.side = Side::kServer;
    return o;
  }());
  Random random_{20260723};
  Bytes wire_;
  Pdu pdu_;
};

TEST_P(RoundTrip, Submits) {
  for (int round = 0; round < 3000; ++round) {
    const std::string source = digits(1, 20), validity = random_.chance(0.5) ? "260723140509032+" : "";
    std::vector<std::string> numbers;
    for (size_t n = random_.chance(0.3) ? 1 + random_.below(90) : 1; n > 0; --n)
      numbers.push_back((random_.chance(0.5) ? "86" : "") + digits(7, 18));
    const Content c = content(!sgip());
    Submit submit{.source = source, .payload = c.payload, .coding = c.coding, .raw_coding = c.raw};
    submit.destinations.assign(numbers.begin(), numbers.end());
    submit.has_header = c.has_header;
    submit.part = c.part;
    submit.receipt = static_cast<ReceiptWish>(random_.below(3));
    submit.priority = static_cast<uint8_t>(random_.below(4));
    submit.validity = validity;
    const Sequence sent = sequence();
    wire_.clear();
    ASSERT_EQ(client_->write_submit(wire_, sent, submit), Fault::kNone);
    ASSERT_EQ(client_->frame(wire_).length, wire_.size());
    server_->read(wire_, pdu_);
    ASSERT_EQ(pdu_.act, Act::kSubmit);
    const Submit& read = pdu_.submit;
    ASSERT_EQ(pdu_.sequence, sent);
    ASSERT_EQ(read.source, source);
    ASSERT_EQ(read.destinations.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(read.destinations[i], as_read(numbers[i]));
    ASSERT_TRUE(std::ranges::equal(read.payload, c.payload));
    ASSERT_EQ(read.coding, as_read(c.coding));
    ASSERT_EQ(read.has_header, c.has_header);
    ASSERT_EQ(read.part, c.read);
    if (c.coding == Coding::kOther) {
      ASSERT_EQ(read.raw_coding, c.raw);
    }
    const bool all_or_none = cmpp() || smgp();
    ASSERT_EQ(read.receipt, all_or_none && submit.receipt == ReceiptWish::kOnFailure ? ReceiptWish::kAlways
                                                                                     : submit.receipt);
    ASSERT_EQ(read.priority, submit.priority);
    ASSERT_EQ(read.validity, validity);
  }
}

TEST_P(RoundTrip, MessagesOfHandsets) {
  for (int round = 0; round < 3000; ++round) {
    const std::string source = (random_.chance(0.5) ? "86" : "") + digits(7, 18), destination = digits(1, 20);
    const Content c = content(smpp() || smgp());
    Deliver deliver{.source = source, .destination = destination, .payload = c.payload};
    deliver.coding = c.coding;
    deliver.raw_coding = c.raw;
    deliver.has_header = c.has_header;
    deliver.part = c.part;
    for (uint8_t& b : deliver.echo.id) b = static_cast<uint8_t>(random_.next());
    const Sequence sent = sequence();
    wire_.clear();
    // There is no message_payload in the others, and 140 bytes fit everywhere.
    ASSERT_TRUE(server_->write_deliver(wire_, sent, deliver));
    client_->read(wire_, pdu_);
    ASSERT_EQ(pdu_.act, Act::kDeliver);
    const Deliver& read = pdu_.deliver;
    ASSERT_EQ(pdu_.sequence, sent);
    ASSERT_FALSE(read.receipt);
    ASSERT_EQ(read.source, as_read(source));
    ASSERT_EQ(read.destination, destination);
    ASSERT_TRUE(std::ranges::equal(read.payload, c.payload));
    ASSERT_EQ(read.coding, as_read(c.coding));
    ASSERT_EQ(read.has_header, c.has_header);
    ASSERT_EQ(read.part, c.read);
    const size_t id_bytes = smgp() ? 10 : cmpp() ? 8 : 0;
    ASSERT_TRUE(std::ranges::equal(std::span(read.echo.id).first(id_bytes),
                                   std::span(deliver.echo.id).first(id_bytes)));
  }
}

TEST_P(RoundTrip, Receipts) {
  constexpr std::array kStates = {
      ReceiptState::kDelivered,     ReceiptState::kExpired, ReceiptState::kDeleted, ReceiptState::kAccepted,
      ReceiptState::kUndeliverable, ReceiptState::kUnknown, ReceiptState::kRejected};
  for (int round = 0; round < 2000; ++round) {
    const std::string source = "86" + digits(7, 18), destination = digits(1, 20);
    Deliver deliver{.source = source, .destination = destination};
    Receipt receipt{.message = server_->message_ref(random_.next(), sequence())};
    receipt.state = kStates[random_.below(kStates.size())];
    if (random_.chance(0.3) && !sgip()) receipt.stat = kStats[random_.below(kStats.size())];
    receipt.intermediate = receipt.state == ReceiptState::kAccepted;
    receipt.error = "012";
    receipt.submitted = "2607231405";
    receipt.done = "2607231406";
    if (receipt.state == ReceiptState::kRejected)
      receipt.code = static_cast<uint32_t>(1 + random_.below(255));
    deliver.receipt = receipt;
    wire_.clear();
    ASSERT_TRUE(server_->write_deliver(wire_, sequence(), deliver));
    client_->read(wire_, pdu_);
    ASSERT_EQ(pdu_.act, Act::kDeliver);
    ASSERT_TRUE(pdu_.deliver.receipt);
    const Receipt& read = *pdu_.deliver.receipt;
    ASSERT_EQ(read.message.view(), receipt.message.view());
    ASSERT_EQ(pdu_.deliver.source, source);
    if (sgip()) {
      const bool waits = receipt.state == ReceiptState::kAccepted,
                 good = receipt.state == ReceiptState::kDelivered;
      ASSERT_EQ(read.state, good    ? ReceiptState::kDelivered
                            : waits ? ReceiptState::kEnroute
                                    : ReceiptState::kUndeliverable);
      if (!good && !waits) {
        ASSERT_EQ(read.code, receipt.code.value_or(0));
      }
      ASSERT_EQ(read.intermediate, waits);
      continue;
    }
    ASSERT_EQ(pdu_.deliver.destination, destination);
    ASSERT_EQ(read.submitted, "2607231405");
    ASSERT_EQ(read.done, "2607231406");
    if (!cmpp()) {
      ASSERT_EQ(read.error, "012");
    }
    if (!receipt.stat.empty()) {
      ASSERT_EQ(read.stat, receipt.stat);
    } else if (!smpp()) {
      ASSERT_EQ(read.state, receipt.state);
      ASSERT_EQ(read.intermediate, receipt.intermediate);
    }
  }
}

// ---------------------------------------------------------------- texts

constexpr std::u32string_view kAsciiOnly = U"abcXYZ 0189.,:;!?$@";
constexpr std::u32string_view kGsmOnly = U"abc [{€~^|}] é ùìò ΔΦΓ @£$";
constexpr std::u32string_view kLatinOnly = U"abc éèñß ÿþ ±µ¶ [{}]";
constexpr std::u32string_view kAnything = U"ab 中文驿站【】。，㐀丂é߀😀🚀\U00020000";

std::u32string_view alphabet(text::Encoding e) {
  switch (e) {
    case text::Encoding::kGsm7:
      return kGsmOnly;
    case text::Encoding::kAscii:
      return kAsciiOnly;
    case text::Encoding::kLatin1:
      return kLatinOnly;
    case text::Encoding::kUcs2:
    case text::Encoding::kGb18030:
      return kAnything;
  }
  return kAsciiOnly;
}

class Texts : public RoundTrip {
 protected:
  std::string random_text(text::Encoding e) {
    const std::u32string_view letters = alphabet(e);
    std::string out;
    for (size_t n = random_.below(500); n > 0; --n)
      text::append_utf8(letters[random_.below(letters.size())], out);
    return out;
  }

  // Writes a segment as a submit or, the other way, as a message of a handset, and adds what is read to the
  // reassembler; whole messages come out at once.
  void carry(const text::Segment& segment, const text::SplitOptions& split, size_t total, size_t number,
             text::Encoding expected, std::vector<Assembled>& out) {
    const bool inbound = inbound_;
    std::optional<text::UserDataHeader> part;
    if (total > 1)
      part = text::UserDataHeader{.bytes = segment.udh_bytes,
                                  .reference = split.reference,
                                  .total = static_cast<uint8_t>(total),
                                  .number = static_cast<uint8_t>(number)};
    wire_.clear();
    if (inbound) {
      Deliver deliver{.source = "8613900000001", .destination = "10690001", .payload = segment.payload};
      deliver.coding = coding_of(split.encoding);
      deliver.has_header = segment.udh_bytes > 0;
      deliver.part = part;
      ASSERT_TRUE(dialect_->write_deliver(wire_, sequence(), deliver));
    } else {
      Submit submit{.source = "10690001", .payload = segment.payload, .coding = coding_of(split.encoding)};
      submit.destinations = {"8613900000001"};
      submit.has_header = segment.udh_bytes > 0;
      submit.part = part;
      ASSERT_EQ(dialect_->write_submit(wire_, sequence(), submit), Fault::kNone);
    }
    dialect_->read(wire_, pdu_);
    ASSERT_EQ(pdu_.act, inbound ? Act::kDeliver : Act::kSubmit);
    const Coding coding = inbound ? pdu_.deliver.coding : pdu_.submit.coding;
    ASSERT_EQ(encoding_of(coding, dialect_->options()), expected);
    const auto& read = inbound ? pdu_.deliver.part : pdu_.submit.part;
    const ByteSpan payload = inbound ? pdu_.deliver.payload : pdu_.submit.payload;
    ASSERT_EQ(read.has_value(), total > 1);
    if (!read) {
      out.push_back({.text = Bytes(payload.begin(), payload.end())});
      return;
    }
    reassembler_.add({.source = "8613900000001",
                      .destination = "10690001",
                      .part = *read,
                      .text = payload.subspan(read->bytes)},
                     Time{}, out);
  }

  // Split, carried in any order and some twice, put together: the same text, once.
  void round(text::Encoding e, text::Concatenation concatenation) {
    const std::string message = random_text(e);
    text::SplitOptions split{.encoding = e, .concatenation = concatenation};
    split.reference = static_cast<uint16_t>(random_.next());
    text::SegmentList segments;
    if (!text::split(message, split, segments)) return;  // over the limit of segments
    std::vector<size_t> order;
    for (size_t i = 0; i < segments.size(); ++i)
      order.insert(order.end(), random_.chance(0.2) && segments.size() > 1 ? 2 : 1, i);
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    reassembler_ = Reassembler{{}};
    std::vector<Assembled> whole;
    for (const size_t i : order) {
      carry(segments[i], split, segments.size(), i + 1, e, whole);
      if (HasFatalFailure()) return;
    }
    ASSERT_EQ(whole.size(), 1U);
    ASSERT_TRUE(whole[0].missing.empty());
    std::string back;
    text::append_decoded(e, whole[0].text, back);
    ASSERT_EQ(back, message);
    ASSERT_EQ(reassembler_.waiting(), 0U);
    several_ += segments.size() > 1 ? 1 : 0;
  }

  std::unique_ptr<Dialect> dialect_;
  bool inbound_ = false;
  Reassembler reassembler_{{}};
  size_t several_ = 0;
};

TEST_P(Texts, InEveryEncodingComeThroughSegmentsAndReassembly) {
  using text::Concatenation;
  std::vector<text::Encoding> encodings = {text::Encoding::kAscii, text::Encoding::kUcs2,
                                           text::Encoding::kGb18030};
  if (smpp()) encodings.insert(encodings.end(), {text::Encoding::kGsm7, text::Encoding::kLatin1});
  for (const text::Encoding e : encodings) {
    dialect_ = make_dialect(GetParam(), options_);
    for (const bool inbound : {false, true}) {
      inbound_ = inbound;
      const bool has_fields = inbound ? smpp() || smgp() : !sgip();
      for (const Concatenation c : {Concatenation::kUdh8, Concatenation::kUdh16, Concatenation::kNone}) {
        if (c == Concatenation::kNone && !has_fields) continue;
        several_ = 0;
        for (int i = 0; i < 150; ++i) {
          round(e, c);
          ASSERT_FALSE(HasFatalFailure())
              << static_cast<int>(e) << ' ' << static_cast<int>(c) << ' ' << inbound;
        }
        EXPECT_GT(several_, 50U);
      }
    }
  }
}

// SMPP can also send a long text whole.
TEST(SmppTexts, WholeInMessagePayload) {
  const auto dialect = make_dialect(Protocol::kSmpp34);
  for (const size_t characters : {127U, 128U, 700U, 20'000U}) {
    Bytes payload, wire;
    for (size_t i = 0; i < characters; ++i) text::append_utf16be(i % 2 == 0 ? "中" : "a", payload);
    Submit submit{.source = "1069", .payload = payload, .coding = Coding::kUcs2};
    submit.destinations = {"13900000001"};
    ASSERT_EQ(dialect->write_submit(wire, {1}, submit), Fault::kNone);
    Pdu pdu;
    dialect->read(wire, pdu);
    ASSERT_EQ(pdu.act, Act::kSubmit);
    EXPECT_FALSE(pdu.submit.part);
    EXPECT_TRUE(std::ranges::equal(pdu.submit.payload, payload));
  }
}

const auto kByName = [](const auto& p) { return std::string(protocol_name(p.param)); };
INSTANTIATE_TEST_SUITE_P(Protocols, RoundTrip, ::testing::ValuesIn(kProtocols), kByName);
INSTANTIATE_TEST_SUITE_P(Protocols, Texts, ::testing::ValuesIn(kProtocols), kByName);

}  // namespace
}  // namespace yizhan::codec
