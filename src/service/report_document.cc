#include "service/report_document.h"

#include <fmt/format.h>

#include "service/beijing_time.h"
#include "service/document_text.h"

namespace yizhan::service {

namespace {

using pdf::Face;
using pdf::Heading;
using pdf::Paragraph;
using pdf::Table;
using pdf::Text;

Text or_dash(std::string_view text) { return plain(or_none(text)); }

int64_t count_of(const std::map<std::string, int64_t>& counts, const char* name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

std::string share(int64_t part, int64_t whole) {
  if (whole == 0) return "—";
  return fmt::format("{:.1f}%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

class ReportWriter {
 public:
  ReportWriter(const ReportView& report, Language language)
      : report_(report), body_(report.body), words_(language) {}

  pdf::Document write() {
    const std::string title(own("document"));
    document_ = {.title = report_.number + " " + title,
                 .running_head = fmt::format("{}  {}  {}", report_.number, title, body_.campaign_name),
                 .language = std::string(words_.pick("zh-CN", "en-GB")),
                 .created = report_.created_at,
                 .blocks = {}};
    add(pdf::Title{title});
    add(Paragraph{{{report_.number, Face::kStrong}}, pdf::Align::kCentre});
    facts("subject", {{own("campaign"), body_.campaign_name},
                      {own("goal"), body_.goal},
                      {own("ended"), std::string(words_.term("campaign_state", name_of(body_.outcome)))},
                      {own("made"), beijing(report_.created_at)}});
    facts("times", {{own("started"), beijing(body_.started_at)},
                    {own("first"), beijing(body_.first_submitted_at)},
                    {own("last"), beijing(body_.last_submitted_at)},
                    {own("finished"), beijing(body_.finished_at)},
                    {own("duration"), fmt::format("{:.3f} s", body_.duration_seconds)}});
    outcome();
    reasons();
    carriers();
    codes();
    replies();
    facts("bound", {{own("content_hash"), to_hex(body_.content_hash)},
                    {own("audience_hash"), to_hex(body_.audience_hash)},
                    {own("binding_hash"), to_hex(body_.binding_hash)},
                    {own("report_hash"), to_hex(report_.hash)}});
    return std::move(document_);
  }

 private:
  std::string_view own(std::string_view key) const { return words_.text(fmt::format("report.{}", key)); }
  void add(pdf::Block block) { document_.blocks.push_back(std::move(block)); }
  void section(std::string_view title) { add(Heading{std::string(own(title))}); }
  static std::string beijing(Time t) { return t ? beijing_text(t) + " (UTC+8)" : ""; }

  void facts(std::string_view title, const std::vector<std::pair<std::string_view, std::string>>& rows) {
    Table table{{1, 4}, {}, {}};
    for (const auto& [name, value] : rows) table.rows.push_back({strong(name), or_dash(value)});
    section(title);
    add(std::move(table));
  }

  // "delivered 7, failed 2" in words.
  std::string states(const std::map<std::string, int64_t>& counts) const {
    std::string text;
    for (const auto& [state, count] : counts)
      text += fmt::format("{}{} {}", text.empty() ? "" : words_.text("review.separator"),
                          words_.term("message_state", state), count);
    return text;
  }

  void outcome() {
    const int64_t sent = body_.targeted - count_of(body_.by_state, "refused");
    const int64_t delivered = count_of(body_.by_state, "delivered");
    facts("outcome", {{own("targeted"), std::to_string(body_.targeted)},
                      {own("sent"), std::to_string(sent)},
                      {own("delivered"), std::to_string(delivered)},
                      {own("rate"), share(delivered, sent)},
                      {own("segments"), std::to_string(body_.segments)},
                      {own("attempts"), std::to_string(body_.attempts)},
                      {own("states"), states(body_.by_state)}});
  }

  void reasons() {
    Table table{{3, 6, 2, 2},
                {std::string(own("kind")), std::string(own("reason")), std::string(own("count")),
                 std::string(own("share"))},
                {}};
    const auto add_rows = [&](const char* kind, const std::map<std::string, int64_t>& counts) {
      for (const auto& [reason, count] : counts)
        table.rows.push_back({or_dash(own(fmt::format("kinds.{}", kind))),
                              or_dash(words_.term("reason", reason)), or_dash(std::to_string(count)),
                              or_dash(share(count, body_.targeted))});
    };
    add_rows("refused", body_.refused_by_reason);
    add_rows("failed", body_.failed_by_reason);
    add_rows("unresolved", body_.unresolved_by_reason);
    section("reasons");
    if (table.rows.empty()) return add(Paragraph{or_dash(own("no_reasons"))});
    add(std::move(table));
  }

  void carriers() {
    if (body_.by_carrier.empty()) return;
    Table table{{3, 8, 2},
                {std::string(own("carrier")), std::string(own("states")), std::string(own("segments"))},
                {}};
    for (const CarrierCount& c : body_.by_carrier)
      table.rows.push_back({or_dash(words_.term("carrier", c.carrier)), or_dash(states(c.by_state)),
                            or_dash(std::to_string(c.segments))});
    section("carriers");
    add(std::move(table));
  }

  void codes() {
    if (body_.by_code.empty()) return;
    Table table{{3, 3, 5, 5, 2},
                {std::string(own("stage")), std::string(own("code")), std::string(own("cause")),
                 std::string(own("remedy")), std::string(own("count"))},
                {}};
    for (const CodeCount& c : body_.by_code)
      table.rows.push_back({or_dash(words_.term("code_stage", c.stage)), or_dash(c.code), or_dash(c.cause),
                            or_dash(c.remedy), or_dash(std::to_string(c.count))});
    section("codes");
    add(std::move(table));
  }

  void replies() {
    section("replies");
    if (body_.replies.empty()) return add(Paragraph{or_dash(own("no_replies"))});
    Table table{{4, 1}, {}, {}};
    for (const auto& [kind, count] : body_.replies)
      table.rows.push_back({or_dash(words_.term("inbound_kind", kind)), or_dash(std::to_string(count))});
    add(std::move(table));
  }

  const ReportView& report_;
  const ReportBody& body_;
  const Words words_;
  pdf::Document document_;
};

}  // namespace

pdf::Document report_document(const ReportView& report, Language language) {
  return ReportWriter(report, language).write();
}

}  // namespace yizhan::service
