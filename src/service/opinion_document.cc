// What an opinion says, in its order; the console's page opinion shows the same.

#include <fmt/format.h>

#include <algorithm>

#include "service/beijing_time.h"
#include "service/document_text.h"
#include "service/opinions.h"
#include "service/screenings.h"

namespace yizhan::service {

namespace {

using pdf::Align;
using pdf::Face;
using pdf::Heading;
using pdf::Paragraph;
using pdf::Table;
using pdf::Text;

class Writer {
 public:
  Writer(const OpinionView& opinion, Language language)
      : review_(opinion.review),
        text_(opinion.text),
        basis_(opinion.basis),
        basis_time_(opinion.basis_time),
        words_(language) {}

  pdf::Document write() {
    const std::string number = review_.opinion_number.value_or("");
    const std::string title(own("document"));
    document_ = {.title = number + " " + title,
                 .running_head = fmt::format("{}  {}  {}", number, title, basis_.content_name),
                 .language = std::string(words_.pick("zh-CN", "en-GB")),
                 .created = review_.reviewed_at,
                 .blocks = {}};
    add(pdf::Title{title});
    add(Paragraph{{{std::string(own("number")) + " "}, {number, Face::kStrong}}, Align::kCentre});
    if (basis_time_ == BasisTime::kAsNow) add(Paragraph{{{std::string(own("as_now")), Face::kSmall}}});
    subject();
    message();
    checklist();
    sectors();
    documents();
    second_review();
    findings();
    judgements();
    problems();
    section("opinion");
    add(Paragraph{plain(or_none(review_.opinion))});
    hands();
    signature();
    return std::move(document_);
  }

 private:
  std::string_view own(std::string_view key) const { return words_.text(fmt::format("opinion.{}", key)); }
  std::string_view of_review(std::string_view key) const {
    return words_.text(fmt::format("review.{}", key));
  }
  void add(pdf::Block block) { document_.blocks.push_back(std::move(block)); }
  void section(std::string_view title) { add(Heading{std::string(own(title))}); }

  std::string joined(const std::vector<std::string>& list) const {
    return or_none(fmt::format("{}", fmt::join(list, of_review("separator"))));
  }

  void subject() {
    std::vector<std::string> packs, sectors;
    for (const RulePackView& pack : basis_.screening.rule_packs)
      packs.push_back(pack.id + " " + pack.version);
    for (const FoundSectorView& sector : basis_.screening.sectors)
      sectors.emplace_back(words_.pick(sector.title_zh, sector.title_en));
    for (const std::string& sector : text_.sectors)
      if (std::ranges::find(basis_.screening.sectors, sector, &FoundSectorView::id) ==
          basis_.screening.sectors.end())
        sectors.push_back(sector);
    const auto row = [&](std::string_view name, std::string_view value, Face face = Face::kPlain) {
      return std::vector<Text>{strong(own(name)), {{or_none(value), face}}};
    };
    section("subject");
    add(Table{
        {1, 4},
        {},
        {row("name", basis_.content_name),
         row("class", words_.term("message_class", name_of(text_.message_class))),
         row("purpose", text_.purpose),
         row("version", words_.text("opinion.version_of", {{"number", std::to_string(review_.version_number)},
                                                           {"round", std::to_string(review_.round)}})),
         row("hash", to_hex(review_.version_hash)), row("packs", joined(packs)),
         row("verdict", words_.term("verdict", basis_.screening.verdict)),
         row("found_sectors", joined(sectors)),
         row("personal_data", own(basis_.carries_personal_data ? "carried" : "not_carried")),
         row("decision", words_.term("review_decision", name_of(review_.decision)), Face::kStrong)}});
  }

  void message() {
    section("text");
    add(Table{{1}, {}, {{plain(domain::whole_template(text_.signature, text_.body, text_.opt_out_text))}}});
    if (text_.variables.empty()) return;
    std::vector<std::string> list;
    for (const VariableSpec& v : text_.variables)
      list.push_back(words_.text("opinion.variable",
                                 {{"name", "{" + v.name + "}"}, {"length", std::to_string(v.max_length)}}));
    add(Paragraph{plain(fmt::format("{} {}", own("variables"), joined(list)))});
  }

  std::vector<Text> answered(std::string_view name, std::string_view asked, Answer answer,
                             std::string_view note) const {
    return {{{std::string(name) + "\n", Face::kStrong}, {std::string(asked), Face::kSmall}},
            plain(of_review(fmt::format("checklist.{}", name_of(answer)))),
            plain(or_none(note))};
  }
  Table answers(std::vector<std::vector<Text>> rows) const {
    return {{9, 2, 6},
            {std::string(own("point")), std::string(own("answer")), std::string(own("note"))},
            std::move(rows)};
  }

  void checklist() {
    std::vector<std::vector<Text>> rows;
    for (const CheckAnswer& a : review_.checklist) {
      const std::string_view point = name_of(a.point);
      rows.push_back(answered(words_.term("check_point", point), of_review(fmt::format("point.{}", point)),
                              a.answer, a.note));
    }
    section("checklist");
    add(answers(std::move(rows)));
  }

  void sectors() {
    if (review_.sector_answers.empty()) return;
    std::vector<std::vector<Text>> rows;
    for (const SectorAnswerView& a : review_.sector_answers)
      rows.push_back(answered(words_.term("sector_item_kind", name_of(a.kind)),
                              words_.pick(a.title_zh, a.title_en), a.answer, a.note));
    section("sectors");
    add(answers(std::move(rows)));
  }

  void documents() {
    if (review_.documents.empty()) return;
    section("documents");
    for (const ReliedOn& d : review_.documents)
      add(Paragraph{plain(fmt::format("{}{}{} {}", d.kind, of_review("colon"), d.title, d.number))});
  }

  void second_review() {
    if (review_.second_review.empty()) return;
    section("second_review");
    for (const SecondReviewReason& reason : review_.second_review) {
      const std::string_view cause = words_.term("second_review_cause", name_of(reason.cause));
      add(Paragraph{plain(
          reason.cause == SecondReviewCause::kSector
              ? fmt::format("{} {} · {}", cause, words_.pick(reason.title_zh, reason.title_en),
                            words_.term("second_reviewer", reason.detail))
              : fmt::format("{} {} {}", cause, words_.term("category", reason.detail), reason.subject))});
    }
  }

  std::string disposition_of(int64_t finding) const {
    const auto given = std::ranges::find(review_.dispositions, finding, &Disposition::finding);
    if (given == review_.dispositions.end()) return std::string(own("no_disposition"));
    std::string text(of_review(fmt::format("disposition.{}", name_of(given->decision))));
    if (!given->reason.empty()) text += fmt::format("{}{}", of_review("colon"), given->reason);
    return text;
  }

  std::vector<Text> finding_row(const FindingView& f) const {
    std::vector<std::string> how;
    for (const std::string& name : f.how_matched) how.emplace_back(of_review(fmt::format("how.{}", name)));
    if (how.empty()) how.emplace_back(of_review("how.exact"));
    std::string what =
        fmt::format("{} · {}", words_.term("severity", f.severity), words_.term("category", f.category));
    if (!f.matched.empty()) what += fmt::format("{}“{}”", of_review("colon"), f.matched);
    std::vector<std::string> kinds;
    for (const OtherKindView& kind : f.other_kinds)
      kinds.emplace_back(words_.term("category", kind.category));
    if (!kinds.empty()) what += fmt::format("\n{}{}", own("other_kinds"), joined(kinds));
    const std::string rule =
        f.pack_id.empty() ? f.rule_id : fmt::format("{} · {} {}", f.rule_id, f.pack_id, f.pack_version);
    return {{{what + "\n"},
             {fmt::format("{} · {} · {}", of_review(fmt::format("part.{}", f.part)), joined(how), rule),
              Face::kSmall}},
            plain(or_none(f.legal_basis)),
            plain(disposition_of(f.index))};
  }

  void findings() {
    section("findings");
    if (basis_.screening.findings.empty()) return add(Paragraph{plain(own("no_finding"))});
    std::vector<std::vector<Text>> rows;
    for (const auto severity : {screen::Severity::kBlock, screen::Severity::kReview, screen::Severity::kInfo})
      for (const FindingView& f : basis_.screening.findings)
        if (f.severity == severity_name(severity)) rows.push_back(finding_row(f));
    add(Table{{8, 4, 5},
              {std::string(own("finding")), std::string(own("basis")), std::string(own("disposition"))},
              std::move(rows)});
  }

  void judgements() {
    if (review_.judgements.empty()) return;
    const std::string_view colon = of_review("colon");
    std::vector<std::vector<Text>> rows;
    for (const ProblemJudgementView& j : review_.judgements) {
      std::string what(words_.term("category", j.category));
      if (!j.quote.empty()) what += fmt::format(" “{}”", j.quote);
      std::string outcome(words_.term("problem_outcome", name_of(j.outcome)));
      if (!j.note.empty()) outcome += fmt::format("{}{}", colon, j.note);
      rows.push_back({plain(fmt::format("{}{}{}", what, colon, j.text)),
                      plain(fmt::format("{}{}{}", words_.term("problem_answer", name_of(j.answer)), colon,
                                        or_none(j.answer_text))),
                      plain(outcome)});
    }
    section("judgements");
    add(Table{{6, 6, 5},
              {std::string(own("problem")), std::string(own("author_answer")), std::string(own("outcome"))},
              std::move(rows)});
  }

  void problems() {
    section("problems");
    if (review_.problems.empty()) return add(Paragraph{plain(own("no_problem"))});
    for (size_t i = 0; i < review_.problems.size(); ++i) {
      const ContentProblem& problem = review_.problems[i];
      std::string line = fmt::format("{}. {}", i + 1, words_.term("category", problem.category));
      if (problem.span) line += fmt::format(" · {}", of_review(fmt::format("part.{}", problem.span->part)));
      if (const auto quote = quote_of(problem, text_); !quote.empty()) line += fmt::format(" “{}”", quote);
      add(Paragraph{plain(fmt::format("{}{}{}", line, of_review("colon"), problem.text))});
    }
  }

  void hands() {
    std::vector<std::vector<Text>> rows;
    for (const OpinionHand& hand : basis_.hands) {
      std::string step(hand.decision.empty() ? own(hand.step) : words_.term("review_kind", hand.step));
      if (!hand.decision.empty())
        step += fmt::format("{}{}", of_review("colon"), words_.term("review_decision", hand.decision));
      rows.push_back(
          {plain(step), plain(hand.name.empty() ? own("system") : hand.name), plain(beijing_text(hand.at))});
    }
    section("hands");
    add(Table{{4, 4, 3},
              {std::string(own("step")), std::string(own("person")), std::string(own("beijing_time"))},
              std::move(rows)});
  }

  void signature() {
    const std::string name = basis_.hands.empty() ? "" : basis_.hands.back().name;
    add(Paragraph{plain(" ")});
    add(Paragraph{{{fmt::format("{} ", own("reviewer"))},
                   {std::string(name.empty() ? own("system") : name), Face::kStrong}},
                  Align::kEnd});
    add(Paragraph{plain(fmt::format("{} {} (UTC+8)", own("time"), beijing_text(review_.reviewed_at))),
                  Align::kEnd});
    add(Paragraph{plain(fmt::format("\n{} ______________________", own("signature"))), Align::kEnd});
  }

  const ReviewView& review_;
  const ContentTextSpec& text_;
  const OpinionBasis& basis_;
  const BasisTime basis_time_;
  const Words words_;
  pdf::Document document_;
};

}  // namespace

pdf::Document opinion_document(const OpinionView& opinion, Language language) {
  return Writer(opinion, language).write();
}

}  // namespace yizhan::service
