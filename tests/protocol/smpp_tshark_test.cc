// Wireshark's dissector reads our SMPP: no malformed mark, and every field as we meant it.

#include <gtest/gtest.h>

#include <string>

#include "codec/smpp/pdu.h"
#include "codec/smpp/receipt.h"
#include "tests/support/dissection.h"

namespace yizhan::smpp {
namespace {

using testing::Dissection;
using testing::Fields;

constexpr uint16_t kSmppPort = 2775;

std::string hex32(CommandId id) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", static_cast<uint32_t>(id));
  return text;
}

class Script {
 public:
  template <class Pdu>
  void add(const Pdu& pdu, Fields fields, Status status = Status::kOk) {
    Bytes wire;
    const auto sequence = static_cast<uint32_t>(dissection_.size() + 1);
    ASSERT_EQ(encode(wire, pdu, sequence, status), Status::kOk);
    fields["smpp.command_id"] = hex32(Pdu::kCommand);
    fields["smpp.command_status"] = is_response(Pdu::kCommand) ? hex32(static_cast<CommandId>(status)) : "";
    fields["smpp.sequence_number"] = std::to_string(sequence);
    fields["smpp.command_length"] = std::to_string(wire.size());
    dissection_.add(wire, std::string(command_name(Pdu::kCommand)), std::move(fields));
  }
  void check() const { dissection_.check(); }

 private:
  Dissection dissection_{"smpp", kSmppPort};
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

// Whole PDUs to several, and what a carrier says of a handset that it reaches again.
void add_lists_and_alerts(Script& script) {
  Bytes list;
  append_destination(list, {.ton = 1, .npi = 1, .text = "8613900000001"});
  append_destination(list, {.flag = DestinationList::kListName, .text = "staff"});
  append_destination(list, {.ton = 2, .npi = 8, .text = "13900000002"});
  script.add(SubmitMulti{.service_type = "CMT",
                         .source_ton = 3,
                         .source_npi = 9,
                         .source = "10690001",
                         .destinations = {.count = 3, .raw = list},
                         .priority = 1,
                         .schedule_delivery_time = "260723140509032+",
                         .validity_period = "000002000000000R",
                         .registered_delivery = 2,
                         .data_coding = 3,
                         .short_message = as_bytes(std::string_view("caf\xe9"))},
             {{"smpp.service_type", "CMT"},
              {"smpp.source_addr_ton", "0x03"},
              {"smpp.source_addr_npi", "0x09"},
              {"smpp.source_addr", "10690001"},
              {"smpp.dest_addr_ton", "0x01,0x02"},
              {"smpp.dest_addr_npi", "0x01,0x08"},
              {"smpp.destination_addr", "8613900000001,13900000002"},
              {"smpp.dl_name", "staff"},
              {"smpp.priority_flag", "0x01"},
              {"smpp.regdel.receipt", "0x02"},
              {"smpp.data_coding", "0x03"},
              {"smpp.sm_length", "4"},
              {"smpp.message", "636166e9"}});
  Bytes failed;
  append_failure(failed, {.ton = 1, .npi = 1, .address = "8613900000001", .status = 0x0B});
  append_failure(failed, {.ton = 2, .npi = 8, .address = "13900000002", .status = 0x58});
  script.add(SubmitMultiResp{.message_id = "m-1", .failures = {.count = 2, .raw = failed}},
             {{"smpp.message_id", "m-1"},
              {"smpp.dest_addr_ton", "0x01,0x02"},
              {"smpp.dest_addr_npi", "0x01,0x08"},
              {"smpp.destination_addr", "8613900000001,13900000002"},
              {"smpp.error_status_code", "0x0000000b,0x00000058"}});
  script.add(SubmitMultiResp{.message_id = "m-2"}, {{"smpp.message_id", "m-2"}});
  Bytes available;
  append_tlv_u8(available, 0x0422, 0);  // ms_availability_status (5.3.2.30): available
  script.add(AlertNotification{.source_ton = 1,
                               .source_npi = 1,
                               .source = "8613900000001",
                               .esme_ton = 3,
                               .esme_npi = 9,
                               .esme = "10690001",
                               .tlvs = {available}},
             {{"smpp.source_addr_ton", "0x01"},
              {"smpp.source_addr_npi", "0x01"},
              {"smpp.source_addr", "8613900000001"},
              {"smpp.esme_addr_ton", "0x03"},
              {"smpp.esme_addr_npi", "0x09"},
              {"smpp.esme_addr", "10690001"},
              {"smpp.ms_availability_status", "0"}});
}

TEST(SmppByTshark, EveryPduIsReadAsMeant) {
  YIZHAN_NEEDS_PEER(testing::have_tshark(), "tshark");
  Script script;
  add_session(script);
  add_messages(script);
  add_receipts_and_queries(script);
  add_lists_and_alerts(script);
  script.check();
}

}  // namespace
}  // namespace yizhan::smpp
