#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/rule_packs.h"
#include "base/json.h"
#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::app {
namespace {

struct CloseInput {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

// Lines of any bytes. Of a line that is longer than a screened text may be, only so much is kept that it is
// seen to be too long.
class LineReader {
 public:
  explicit LineReader(std::FILE* file) : file_(file) {}

  bool next(std::string& line) {
    line.clear();
    bool any = false;
    for (;;) {
      if (at_ == size_) {
        size_ = std::fread(buffer_.data(), 1, buffer_.size(), file_);
        at_ = 0;
        if (size_ == 0) return any;
      }
      any = true;
      const std::string_view rest(buffer_.data() + at_, size_ - at_);
      const size_t end = std::min(rest.find('\n'), rest.size());
      const size_t room = limits::kScreenTextBytes + 1 - std::min(line.size(), limits::kScreenTextBytes + 1);
      line += rest.substr(0, std::min(end, room));
      at_ += end;
      if (end == rest.size()) continue;
      ++at_;
      if (line.ends_with('\r')) line.pop_back();
      return true;
    }
  }

 private:
  std::FILE* file_;
  std::array<char, 64 * 1024> buffer_;
  size_t at_ = 0;
  size_t size_ = 0;
};

// JSON has no broken bytes: they are shown as the replacement character.
std::string as_utf8(std::string_view text) {
  if (text::is_utf8(text)) return std::string(text);
  std::string out;
  for (size_t at = 0; at < text.size();) text::append_utf8(text::next_code_point(text, at), out);
  return out;
}

json::Object both(const screen::Suggestion& s) { return {{"zh", s.zh}, {"en", s.en}}; }

void put_span(json::Object& object, screen::Span bytes, screen::Span utf16) {
  object["begin"] = bytes.begin;
  object["end"] = bytes.end;
  object["utf16_begin"] = utf16.begin;
  object["utf16_end"] = utf16.end;
}

json::Object to_json(const screen::Finding& f) {
  json::Object out{{"rule", f.rule_id},
                   {"pack", f.pack_id},
                   {"pack_version", f.pack_version},
                   {"category", category_name(f.category)},
                   {"severity", severity_name(f.severity)}};
  put_span(out, f.bytes, f.utf16);
  out["matched"] = as_utf8(f.matched);
  if (!f.term.empty()) out["term"] = f.term;
  if (!f.replacement.empty()) out["replacement"] = f.replacement;
  json::Array how;
  for (const std::string_view name : variant_names(f.how_matched)) how.emplace_back(name);
  if (how.empty() && !f.term.empty()) how.emplace_back("exact");
  if (!how.empty()) out["how"] = std::move(how);
  json::Array nested;
  for (const screen::NestedTerm& term : f.nested) {
    json::Object object{{"term", term.term}};
    put_span(object, term.bytes, term.utf16);
    nested.emplace_back(std::move(object));
  }
  if (!nested.empty()) out["nested"] = std::move(nested);
  json::Array kinds;
  for (const screen::OtherKind& kind : f.other_kinds)
    kinds.emplace_back(json::Object{{"rule", kind.rule_id}, {"category", category_name(kind.category)}});
  if (!kinds.empty()) out["other_kinds"] = std::move(kinds);
  out["legal_basis"] = f.legal_basis;
  out["suggestion"] = both(f.suggestion);
  return out;
}

json::Object to_json(const screen::SectorFound& sector) {
  json::Array qualifications;
  for (const screen::AnyDocument& any : sector.required_qualifications)
    qualifications.emplace_back(json::Array(any.begin(), any.end()));
  json::Object out{{"id", sector.id},
                   {"title", both(sector.title)},
                   {"required_qualifications", std::move(qualifications)}};
  if (!sector.second_reviewer.empty()) out["second_reviewer"] = sector.second_reviewer;
  return out;
}

// Each of the essentials with the places that say it; none said: an empty list.
json::Object to_json(const screen::Promotion& promotion) {
  json::Object out;
  for (size_t i = 0; i < screen::kEssentials; ++i) {
    const auto essential = static_cast<screen::Essential>(i);
    json::Array places;
    for (const screen::EssentialSpan& span : promotion.spans) {
      if (span.essential != essential) continue;
      json::Object place{{"text", as_utf8(span.text)}};
      put_span(place, span.bytes, span.utf16);
      places.emplace_back(std::move(place));
    }
    out[essential_name(essential)] = std::move(places);
  }
  return out;
}

json::Object to_json(size_t line, std::string_view message_class, const screen::Screening& screening) {
  json::Object out{{"line", line}, {"class", message_class}, {"verdict", verdict_name(screening.verdict)}};
  json::Array findings;
  for (const screen::Finding& f : screening.findings) findings.emplace_back(to_json(f));
  out["findings"] = std::move(findings);
  json::Array sectors;
  for (const screen::SectorFound& sector : screening.sectors) sectors.emplace_back(to_json(sector));
  if (!sectors.empty()) out["sectors"] = std::move(sectors);
  if (screening.promotion.found) out["promotion"] = to_json(screening.promotion);
  json::Array packs;
  for (const screen::PackInfo& pack : screening.packs)
    packs.emplace_back(json::Object{{"id", pack.id}, {"version", pack.version}});
  out["packs"] = std::move(packs);
  return out;
}

}  // namespace

int screen_messages(const ScreenOptions& options) {
  const auto message_class = screen::parse_message_class(options.message_class);
  if (!message_class) {
    report_failure({ErrorCode::kInvalidArgument, "no such message class", options.message_class});
    return kExitUsage;
  }
  const std::string folder = rules_folder(options.rules_dir);
  const auto screener = load_screener(folder, SystemClock().now());
  if (!screener) {
    const Error& error = screener.error();
    return report_failure({error.code, error.message, error.field.empty() ? folder : error.field});
  }
  const std::unique_ptr<std::FILE, CloseInput> file(
      options.file == "-" ? stdin : std::fopen(options.file.c_str(), "rb"));
  if (!file) return report_failure({ErrorCode::kNotFound, "cannot read the file", options.file});
  const auto reader = std::make_unique<LineReader>(file.get());
  bool blocked = false;
  std::string text;
  for (size_t line = 1; reader->next(text); ++line) {
    const screen::Screening screening = (*screener)->screen_message(text, *message_class);
    blocked = blocked || screening.verdict == screen::Verdict::kBlock;
    fmt::print("{}\n", json::serialize(to_json(line, options.message_class, screening)));
  }
  if (std::ferror(file.get()) != 0)
    return report_failure({ErrorCode::kNotFound, "cannot read the file", options.file});
  return blocked ? kExitFound : kExitDone;
}

}  // namespace yizhan::app
