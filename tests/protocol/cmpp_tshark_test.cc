// Wireshark's dissector reads our CMPP 3.0, the only version that it knows: no malformed mark, and every
// field as we meant it.

#include <gtest/gtest.h>

#include <string>

#include "codec/cmpp/pdu.h"
#include "tests/support/dissection.h"

namespace yizhan::cmpp {
namespace {

using testing::Dissection;
using testing::Fields;

constexpr uint16_t kCmppPort = 7890;
constexpr Version k30 = Version::k30;

std::string hex32(uint32_t v) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", v);
  return text;
}

class Script {
 public:
  template <class Pdu>
  void add(const Pdu& pdu, Fields fields, Fields bytes = {}) {
    Bytes wire;
    const auto sequence = static_cast<uint32_t>(0x7FFFFFF0 + dissection_.size());
    ASSERT_EQ(encode(wire, pdu, sequence), Fault::kNone);
    const auto command = static_cast<uint32_t>(Pdu::kCommand);
    fields["cmpp.Command_Id"] = hex32(command);
    fields["cmpp.Sequence_Id"] = std::to_string(sequence);
    fields["cmpp.Total_Length"] = std::to_string(wire.size());
    dissection_.add(wire, hex32(command), std::move(fields), std::move(bytes));
  }
  void check() const { dissection_.check(); }

 private:
  Dissection dissection_{"cmpp", kCmppPort};
};

void add_session(Script& script) {
  const codec::Digest source = authenticator_source("900001", "secret", 723140509);
  const codec::Digest ismg = authenticator_ismg(k30, 3, source, "secret");
  script.add(
      Connect{
          .source_addr = "900001", .authenticator_source = source, .version = 0x30, .timestamp = 723140509},
      {{"cmpp.connect.Source_Addr", "900001"},
       {"cmpp.Version", "03.00"},
       {"cmpp.connect.Timestamp", "07/23 14:05:09"}},
      {{"cmpp.connect.AuthenticatorSource", to_hex(source)}});
  script.add(ConnectResp<k30>{.status = 3, .authenticator_ismg = ismg},
             {{"cmpp.connect_resp.Status", "3"}, {"cmpp.Version", "03.00"}},
             {{"cmpp.connect_resp.AuthenticatorISMG", to_hex(ismg)}});
  script.add(ActiveTest{}, {});
  script.add(ActiveTestResp{}, {});
  script.add(Terminate{}, {});
  script.add(TerminateResp{}, {});
}

void add_submits(Script& script) {
  constexpr std::string_view kText = "hello, world";
  Bytes numbers;
  ASSERT_TRUE(codec::append_number(numbers, "13900000001", kNumberBytes<k30>));
  ASSERT_TRUE(codec::append_number(numbers, "13900000002", kNumberBytes<k30>));
  script.add(Submit<k30>{.msg_id = 0x7bb85241e240002a,
                         .pk_total = 3,
                         .pk_number = 2,
                         .registered_delivery = 1,
                         .msg_level = 7,
                         .service_id = "MSALE",
                         .fee_user_type = 3,
                         .fee_terminal_id = "13900000009",
                         .fee_terminal_type = 1,
                         .tp_pid = 5,
                         .tp_udhi = 1,
                         .msg_fmt = 0,
                         .msg_src = "900001",
                         .fee_type = "02",
                         .fee_code = "000010",
                         .valid_time = "260724140509032+",
                         .at_time = "260723150000032+",
                         .src_id = "10690001",
                         .dest_terminal_id = {numbers, kNumberBytes<k30>},
                         .dest_terminal_type = 0,
                         .content = as_bytes(kText),
                         .link_id = "LINK0000000000000001"},
             {{"cmpp.Msg_Id", "0x7bb85241e240002a"},
              {"cmpp.Msg_Id.timestamp", "07/23 14:05:09"},
              {"cmpp.Msg_Id.ismg_code", std::to_string(123456 >> 8)},  // it drops the low eight bits,
              {"cmpp.Msg_Id.sequence_id", "42"},
              {"cmpp.submit.Pk_total", "3"},
              {"cmpp.submit.Pk_number", "2"},
              {"cmpp.submit.Registered_Delivery", "1"},
              {"cmpp.submit.Msg_level", "7"},
              {"cmpp.Servicd_Id", "MSALE"},
              {"cmpp.submit.Fee_UserType", "3"},
              {"cmpp.submit.Fee_terminal_Id", "13900000009"},
              {"cmpp.submit.Fee_terminal_type", "1"},
              {"cmpp.TP_pId", "5"},
              {"cmpp.TP_udhi", "1"},
              {"cmpp.Msg_Fmt", "0"},
              {"cmpp.submit.Msg_src", "900001"},
              {"cmpp.submit.FeeType", "02"},
              {"cmpp.submit.FeeCode", "000010"},
              {"cmpp.submit.Valld_Time", "260724140509032+"},
              {"cmpp.submit.At_time", "260723150000032+"},
              {"cmpp.submit.Src_Id", "10690001"},
              {"cmpp.submit.DestUsr_tl", "2"},
              {"cmpp.Dest_terminal_Id", "13900000001,13900000002"},
              {"cmpp.submit.Dest_terminal_type", "0"},
              {"cmpp.Msg_Length", "12"},
              {"cmpp.LinkID", "LINK0000000000000001"}},
             {{"cmpp.Msg_Content", to_hex(as_bytes(kText))}});
  script.add(SubmitResp<k30>{.msg_id = 0x7bb85241e240002a, .result = 8},
             {{"cmpp.Msg_Id", "0x7bb85241e240002a"}, {"cmpp.submit_resp.Result", "8"}});
}

void add_deliveries(Script& script) {
  constexpr std::string_view kReply = "TD";
  script.add(Deliver<k30>{.msg_id = 0x7bb85241e2400001,
                          .dest_id = "10690001",
                          .service_id = "MSALE",
                          .tp_pid = 2,
                          .tp_udhi = 0,
                          .msg_fmt = 0,
                          .src_terminal_id = "13900000001",
                          .src_terminal_type = 1,
                          .registered_delivery = 0,
                          .content = as_bytes(kReply),
                          .link_id = "LINK0000000000000002"},
             {{"cmpp.Msg_Id", "0x7bb85241e2400001"},
              {"cmpp.deliver.Dest_Id", "10690001"},
              {"cmpp.Servicd_Id", "MSALE"},
              {"cmpp.TP_pId", "2"},
              {"cmpp.TP_udhi", "0"},
              {"cmpp.Msg_Fmt", "0"},
              {"cmpp.deliver.Src_terminal_Id", "13900000001"},
              {"cmpp.deliver.Src_terminal_type", "1"},
              {"cmpp.deliver.Registered_Delivery", "0"},
              {"cmpp.Msg_Length", "2"},
              {"cmpp.LinkID", "LINK0000000000000002"}},
             {{"cmpp.Msg_Content", to_hex(as_bytes(kReply))}});
  Bytes report;
  ASSERT_TRUE(append_report(report, Report<k30>{.msg_id = 0x7bb85241e240002a,
                                                .stat = "DELIVRD",
                                                .submit_time = "2607231405",
                                                .done_time = "2607231406",
                                                .dest_terminal_id = "13900000001",
                                                .smsc_sequence = 9}));
  script.add(Deliver<k30>{.msg_id = 0x7bb85241e2400002,
                          .dest_id = "10690001",
                          .service_id = {},
                          .src_terminal_id = "13900000001",
                          .registered_delivery = 1,
                          .content = report,
                          .link_id = {}},
             {{"cmpp.Msg_Id", "0x7bb85241e2400002,0x7bb85241e240002a"},
              {"cmpp.deliver.Dest_Id", "10690001"},
              {"cmpp.deliver.Src_terminal_Id", "13900000001"},
              {"cmpp.deliver.Registered_Delivery", "1"},
              {"cmpp.Msg_Length", "71"},
              {"cmpp.deliver.Report.Status", "DELIVRD"},
              {"cmpp.deliver.Report.Submit_time", "2607231405"},
              {"cmpp.deliver.Report.Done_time", "2607231406"},
              {"cmpp.Dest_terminal_Id", "13900000001"},
              {"cmpp.Report.SMSC_sequence", "9"}});
  script.add(DeliverResp<k30>{.msg_id = 0x7bb85241e2400001, .result = 9},
             {{"cmpp.Msg_Id", "0x7bb85241e2400001"}, {"cmpp.deliver_resp.Result", "9"}});
}

// Of these the dissector knows the headers only.
void add_queries(Script& script) {
  script.add(Query{.time = "20260723", .query_type = 1, .query_code = "MSALE"}, {});
  script.add(QueryResp{.time = "20260723", .query_type = 1, .query_code = "MSALE", .mt_messages = 1}, {});
  script.add(Cancel{.msg_id = 0x7bb85241e240002a}, {});
  script.add(CancelResp<k30>{.success_id = 1}, {});
}

TEST(CmppByTshark, EveryPduIsReadAsMeant) {
  YIZHAN_NEEDS_PEER(testing::have_tshark(), "tshark");
  Script script;
  add_session(script);
  add_submits(script);
  add_deliveries(script);
  add_queries(script);
  script.check();
}

}  // namespace
}  // namespace yizhan::cmpp
