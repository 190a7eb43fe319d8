// Wireshark's dissector, which nobody here wrote, reads our PDUs: no malformed mark, and every field as we
// meant it. The capture is written by hand: raw IPv4 and TCP headers, one PDU a packet.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "codec/smpp/pdu.h"
#include "codec/smpp/receipt.h"

namespace yizhan::smpp {
namespace {

constexpr uint16_t kSmppPort = 2775;

// Little-endian pcap of link type 101 (raw IP).
class Capture {
 public:
  Capture() {
    for (const uint32_t word : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 101U}) little(word);
  }
  void add(ByteSpan pdu) {
    const auto bytes = static_cast<uint32_t>(40 + pdu.size());
    for (const uint32_t word : {++packets_, 0U, bytes, bytes}) little(word);
    ByteWriter w{file_};
    for (const uint8_t b : {uint8_t{0x45}, uint8_t{0}}) w.u8(b);  // IPv4, five words
    w.u16(static_cast<uint16_t>(bytes));
    w.u32(0);           // identification, fragment
    w.u32(0x40060000);  // time to live, TCP, checksum left out
    w.u32(0x0A000001);
    w.u32(0x0A000002);
    w.u16(40000);
    w.u16(kSmppPort);
    w.u32(sequence_);
    w.u32(1);
    w.u32(0x5018FFFF);  // five words, PSH and ACK, window
    w.u32(0);
    w.bytes(pdu);
    sequence_ += static_cast<uint32_t>(pdu.size());
  }
  const Bytes& file() const { return file_; }

 private:
  void little(uint32_t v) {
    for (int i = 0; i < 4; ++i) file_.push_back(static_cast<uint8_t>(v >> (8 * i)));
  }
  Bytes file_;
  uint32_t packets_ = 0, sequence_ = 1;
};

using Fields = std::map<std::string, std::string>;

std::string run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  for (size_t n = 0; (n = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  ::pclose(pipe);
  return out;
}

bool have_tshark() { return !run("tshark --version 2>/dev/null").empty(); }

// What tshark shows of each packet, for the fields that the expectations name.
std::vector<Fields> dissect(const Capture& capture, const std::vector<std::string>& names) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("yizhan_smpp_" + std::to_string(::getpid()) + ".pcap");
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(capture.file().data()),
             static_cast<std::streamsize>(capture.file().size()));
  std::string command = "tshark -r " + path.string() + " -d tcp.port==" + std::to_string(kSmppPort) +
                        ",smpp -T fields -E separator='|' -E occurrence=a -E aggregator=,";
  for (const std::string& name : names) command += " -e " + name;
  const std::string text = run(command + " 2>/dev/null");
  std::filesystem::remove(path);
  std::vector<Fields> packets;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at) + '|';
    Fields fields;
    for (const std::string& name : names) {
      const size_t bar = line.find('|');
      fields[name] = line.substr(0, bar);
      line.erase(0, bar + 1);
    }
    packets.push_back(std::move(fields));
    at = end + 1;
  }
  return packets;
}

struct Expected {
  CommandId command;
  uint32_t sequence;
  Status status;
  Fields fields;
};

class Script {
 public:
  template <class Pdu>
  void add(const Pdu& pdu, Fields fields, Status status = Status::kOk) {
    Bytes wire;
    const auto sequence = static_cast<uint32_t>(expected_.size() + 1);
    ASSERT_EQ(encode(wire, pdu, sequence, status), Status::kOk);
    capture_.add(wire);
    expected_.push_back({Pdu::kCommand, sequence, status, std::move(fields)});
  }
  void check() const {
    std::vector<std::string> names = {"_ws.malformed",       "_ws.expert.message",   "smpp.command_id",
                                      "smpp.command_status", "smpp.sequence_number", "smpp.command_length"};
    for (const Expected& e : expected_)
      for (const auto& [name, value] : e.fields)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    const std::vector<Fields> packets = dissect(capture_, names);
    ASSERT_EQ(packets.size(), expected_.size());
    for (size_t i = 0; i < packets.size(); ++i) {
      const std::string what = std::string(command_name(expected_[i].command)) + " #" + std::to_string(i);
      EXPECT_EQ(packets[i].at("_ws.malformed"), "") << what;
      EXPECT_EQ(packets[i].at("_ws.expert.message"), "") << what;
      EXPECT_EQ(number(packets[i].at("smpp.command_id")), static_cast<uint32_t>(expected_[i].command))
          << what;
      EXPECT_EQ(number(packets[i].at("smpp.command_status")), static_cast<uint32_t>(expected_[i].status))
          << what;
      EXPECT_EQ(number(packets[i].at("smpp.sequence_number")), expected_[i].sequence) << what;
      for (const auto& [name, value] : expected_[i].fields)
        EXPECT_EQ(packets[i].at(name), value) << what << ' ' << name;
    }
  }

 private:
  static uint32_t number(const std::string& s) {
    return static_cast<uint32_t>(std::strtoul(s.c_str(), nullptr, 0));
  }
  Capture capture_;
  std::vector<Expected> expected_;
};

void add_session(Script& script) {
  script.add(BindTransceiver{.system_id = "SMPP3TEST",
                             .password = "secret08",
                             .system_type = "SUBMIT1",
                             .addr_ton = 1,
                             .addr_npi = 1,
                             .address_range = "1069"},
             {{"smpp.system_id", "SMPP3TEST"},
              {"smpp.password", "secret08"},
              {"smpp.system_type", "SUBMIT1"},
              {"smpp.interface_version", "52"},
              {"smpp.addr_ton", "0x01"},
              {"smpp.address_range", "1069"}});
  script.add(BindTransmitter{.system_id = "tx"}, {{"smpp.system_id", "tx"}});
  script.add(BindReceiver{.system_id = "rx"}, {{"smpp.system_id", "rx"}});
  Bytes version;
  append_tlv_u8(version, tag::kInterfaceVersion, 0x34);
  script.add(BindTransceiverResp{.system_id = "SMSC", .tlvs = {version}},
             {{"smpp.system_id", "SMSC"}, {"smpp.SC_interface_version", "52"}});
  script.add(BindTransceiverResp{}, {}, Status::kInvalidPassword);
  script.add(Outbind{.system_id = "SMSC", .password = "pw"},
             {{"smpp.system_id", "SMSC"}, {"smpp.password", "pw"}});
  script.add(EnquireLink{}, {});
  script.add(EnquireLinkResp{}, {});
  script.add(Unbind{}, {});
  script.add(UnbindResp{}, {});
  script.add(GenericNack{}, {}, Status::kInvalidCommandId);
}

void add_messages(Script& script) {
  script.add(SubmitSm{.service_type = "CMT",
                      .source_ton = 5,
                      .source = "Yizhan",
                      .destination_ton = 1,
                      .destination_npi = 1,
                      .destination = "8613900000000",
                      .esm_class = 0x40,
                      .protocol_id = 0,
                      .priority = 2,
                      .validity_period = "000001000000000R",
                      .registered_delivery = 1,
                      .data_coding = 8,
                      .short_message = Bytes{5, 0, 3, 7, 2, 1, 0x4F, 0x60}},
             {{"smpp.service_type", "CMT"},
              {"smpp.source_addr_ton", "0x05"},
              {"smpp.source_addr", "Yizhan"},
              {"smpp.dest_addr_ton", "0x01"},
              {"smpp.dest_addr_npi", "0x01"},
              {"smpp.destination_addr", "8613900000000"},
              {"smpp.priority_flag", "0x02"},
              {"smpp.esm.submit.features", "0x01"},
              {"smpp.regdel.receipt", "0x01"},
              {"smpp.data_coding", "0x08"},
              {"smpp.sm_length", "8"},
              {"smpp.message", "0500030702014f60"}});
  Bytes payload;
  append_tlv(payload, tag::kMessagePayload, Bytes(300, 'y'));
  append_tlv_u16(payload, tag::kSarReference, 0x1234);
  append_tlv_u8(payload, tag::kSarTotal, 3);
  append_tlv_u8(payload, tag::kSarSequence, 2);
  std::string ys;
  for (int i = 0; i < 300; ++i) ys += "79";
  script.add(SubmitSm{.destination = "1", .tlvs = {payload}}, {{"smpp.sm_length", "0"},
                                                               {"smpp.message_payload", ys},
                                                               {"smpp.sar_msg_ref_num", "4660"},
                                                               {"smpp.sar_total_segments", "3"},
                                                               {"smpp.sar_segment_seqnum", "2"}});
  script.add(SubmitSmResp{.message_id = "00ff-AB"}, {{"smpp.message_id", "00ff-AB"}});
  script.add(SubmitSmResp{}, {}, Status::kThrottled);
  script.add(DeliverSmResp{}, {{"smpp.message_id", ""}});
  script.add(DeliverSmResp{}, {}, Status::kTemporaryAppError);
}

void add_receipts_and_queries(Script& script) {
  std::string text;
  append_receipt_text({.id = "7f",
                       .submit_date = "2603021000",
                       .done_date = "2603021001",
                       .stat = "EXPIRED",
                       .err = "006",
                       .text = "",
                       .sub = 1,
                       .dlvrd = 0},
                      text);
  Bytes tlvs;
  append_receipt_tlvs("7f", MessageState::kExpired, tlvs);
  append_tlv(tlvs, tag::kNetworkErrorCode, Bytes{3, 0, 6});
  script.add(DeliverSm{.source = "8613900000000",
                       .destination = "1069",
                       .esm_class = kEsmReceipt,
                       .short_message = as_bytes(text),
                       .tlvs = {tlvs}},
             {{"smpp.esm.submit.msg_type", "0x01"},
              {"smpp.receipted_message_id", "7f"},
              {"smpp.message_state", "3"},
              {"smpp.network_error.type", "3"},
              {"smpp.network_error.code", "0x0006"},
              {"smpp.message", to_hex(as_bytes(text))}});
  script.add(DataSm{.source = "1", .destination = "2", .data_coding = 4, .tlvs = {tlvs}},
             {{"smpp.source_addr", "1"}, {"smpp.destination_addr", "2"}, {"smpp.data_coding", "0x04"}});
  script.add(DataSmResp{.message_id = "d"}, {{"smpp.message_id", "d"}});
  script.add(QuerySm{.message_id = "q", .source = "1069"},
             {{"smpp.message_id", "q"}, {"smpp.source_addr", "1069"}});
  script.add(QuerySmResp{.message_id = "q", .message_state = 2, .error_code = 0},
             {{"smpp.message_id", "q"}, {"smpp.message_state", "2"}});
  script.add(CancelSm{.message_id = "c", .source = "1069", .destination = "86139"},
             {{"smpp.message_id", "c"}, {"smpp.destination_addr", "86139"}});
  script.add(CancelSmResp{}, {});
  script.add(
      ReplaceSm{
          .message_id = "r", .source = "1069", .registered_delivery = 1, .short_message = as_bytes("hi")},
      {{"smpp.message_id", "r"}, {"smpp.sm_length", "2"}, {"smpp.message", "6869"}});
  script.add(ReplaceSmResp{}, {}, Status::kReplaceFailed);
}

TEST(SmppByTshark, EveryPduIsReadAsMeant) {
  if (!have_tshark()) GTEST_SKIP() << "tshark is not installed";
  Script script;
  add_session(script);
  add_messages(script);
  add_receipts_and_queries(script);
  script.check();
}

}  // namespace
}  // namespace yizhan::smpp
