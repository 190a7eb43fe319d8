#pragma once
// Wireshark's dissectors, which nobody here wrote, as a reader of our PDUs. The capture is written by hand,
// raw IPv4 and TCP headers with one PDU a packet, so that neither a network nor privileges are needed. Single
// thread. Source of the capture's form: draft-ietf-opsawg-pcap (link type 101, raw IP).

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "tests/support/peer.h"
#include "tests/support/test_database.h"

namespace yizhan::testing {

class Capture {
 public:
  explicit Capture(uint16_t port) : port_(port) {
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
    w.u16(port_);
    w.u32(sequence_);
    w.u32(1);
    w.u32(0x5018FFFF);  // five words, PSH and ACK, window
    w.u32(0);
    w.bytes(pdu);
    sequence_ += static_cast<uint32_t>(pdu.size());
  }
  uint16_t port() const { return port_; }
  const Bytes& file() const { return file_; }

 private:
  void little(uint32_t v) {
    for (int i = 0; i < 4; ++i) file_.push_back(static_cast<uint8_t>(v >> (8 * i)));
  }
  uint16_t port_;
  Bytes file_;
  uint32_t packets_ = 0, sequence_ = 1;
};

// By the dissector's name of the field; a field that stands several times has its values joined by commas.
using Fields = std::map<std::string, std::string>;

inline std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  for (size_t n = 0; (n = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  ::pclose(pipe);
  return out;
}

inline bool have_tshark() { return !output_of("tshark --version 2>/dev/null").empty(); }

// Reads captures by one dissector.
class Tshark {
 public:
  Tshark(const Capture& capture, const std::string& protocol)
      : command_("tshark -r " + folder_.file("pdus.pcap") +
                 " -d tcp.port==" + std::to_string(capture.port()) + "," + protocol) {
    std::ofstream(folder_.file("pdus.pcap"), std::ios::binary)
        .write(reinterpret_cast<const char*>(capture.file().data()),
               static_cast<std::streamsize>(capture.file().size()));
  }

  // What it shows of each packet, for the fields named.
  std::vector<Fields> shown(const std::vector<std::string>& names) const {
    std::string command = command_ + " -T fields -E separator='|' -E occurrence=a -E aggregator=,";
    for (const std::string& name : names) command += " -e " + name;
    std::vector<Fields> packets;
    for_each_line(output_of(command + " 2>/dev/null"), [&](std::string line) {
      line += '|';
      Fields& fields = packets.emplace_back();
      for (const std::string& name : names) {
        const size_t bar = line.find('|');
        fields[name] = line.substr(0, bar);
        line.erase(0, bar + 1);
      }
    });
    return packets;
  }
  // The bytes where it found each field, hexadecimal: one element a line, `<field name="…" … value="…"/>`.
  std::vector<Fields> bytes() const {
    std::vector<Fields> packets;
    for_each_line(output_of(command_ + " -T pdml 2>/dev/null"), [&](const std::string& line) {
      if (line.contains("<packet>")) packets.emplace_back();
      if (line.contains("<field name=") && line.contains(" value=") && !packets.empty())
        packets.back()[attribute(line, "name")] = attribute(line, "value");
    });
    return packets;
  }

 private:
  template <class Take>
  static void for_each_line(const std::string& text, Take take) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      take(text.substr(at, end - at));
      at = end + 1;
    }
  }
  static std::string attribute(const std::string& line, const std::string& name) {
    const std::string before = " " + name + "=\"";
    const size_t begin = line.find(before) + before.size();
    return line.substr(begin, line.find('"', begin) - begin);
  }

  const TemporaryFolder folder_;
  const std::string command_;
};

// PDUs with what the dissector must make of each; no packet may be malformed or draw an expert's remark.
class Dissection {
 public:
  Dissection(std::string protocol, uint16_t port) : protocol_(std::move(protocol)), capture_(port) {}

  size_t size() const { return expected_.size(); }
  // `what` names the PDU when an expectation fails; `bytes` are of fields whose value the dissector does not
  // show.
  void add(ByteSpan pdu, std::string what, Fields shown, Fields bytes = {}) {
    capture_.add(pdu);
    expected_.push_back({std::move(what), std::move(shown), std::move(bytes)});
  }
  void check() const {
    std::vector<std::string> names = {"_ws.malformed", "_ws.expert.message"};
    for (const Expected& e : expected_)
      for (const auto& [name, value] : e.shown)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    const Tshark tshark(capture_, protocol_);
    const std::vector<Fields> packets = tshark.shown(names), bytes = tshark.bytes();
    ASSERT_EQ(packets.size(), expected_.size());
    ASSERT_EQ(bytes.size(), expected_.size());
    for (size_t i = 0; i < packets.size(); ++i) {
      const std::string what = expected_[i].what + " #" + std::to_string(i);
      EXPECT_EQ(packets[i].at("_ws.malformed"), "") << what;
      EXPECT_EQ(packets[i].at("_ws.expert.message"), "") << what;
      for (const auto& [name, value] : expected_[i].shown)
        EXPECT_EQ(packets[i].at(name), value) << what << ' ' << name;
      for (const auto& [name, value] : expected_[i].bytes) {
        const auto found = bytes[i].find(name);
        EXPECT_EQ(found == bytes[i].end() ? "absent" : found->second, value) << what << ' ' << name;
      }
    }
  }

 private:
  struct Expected {
    std::string what;
    Fields shown, bytes;
  };
  std::string protocol_;
  Capture capture_;
  std::vector<Expected> expected_;
};

}  // namespace yizhan::testing
