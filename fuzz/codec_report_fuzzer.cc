// Any bytes as the content of a CMPP or SMGP report: what parses can be written and parses as the same.

#include <cstdlib>

#include "codec/cmpp/pdu.h"
#include "codec/smgp/pdu.h"

namespace {

using namespace yizhan;

void cmpp_report(ByteSpan content) {
  const auto report = cmpp::parse_report(content);
  if (!report) return;
  Bytes written;
  if (!cmpp::append_report(written, *report)) std::abort();
  const auto again = cmpp::parse_report(written);
  if (!again || again->msg_id != report->msg_id || again->stat != report->stat ||
      again->submit_time != report->submit_time || again->done_time != report->done_time ||
      again->dest_terminal_id != report->dest_terminal_id || again->smsc_sequence != report->smsc_sequence)
    std::abort();
}

void smgp_report(ByteSpan content) {
  const auto report = smgp::parse_report(content);
  if (!report) return;
  Bytes written;
  if (!smgp::append_report(written, *report)) {
    if (!written.empty()) std::abort();
    return;
  }
  if (written.size() != smgp::kReportBytes) std::abort();
  const auto again = smgp::parse_report(written);
  if (!again || again->msg_id != report->msg_id) std::abort();
  // Without a stat the text after "Text:" may hold what looks like fields.
  if (report->text.stat.empty()) return;
  if (again->text.stat != report->text.stat || again->text.submit_date != report->text.submit_date ||
      again->text.done_date != report->text.done_date)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cmpp_report({data, size});
  smgp_report({data, size});
  return 0;
}
