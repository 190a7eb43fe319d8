#include "service/contents.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/digest.h"
#include "service/content_privacy.h"
#include "service/content_rows.h"
#include "service/name_search.h"
#include "service/screenings.h"
#include "store/queries.h"
#include "text/template_text.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ContentState;

namespace {

Bytes hash_of(const domain::ContentText& text) {
  const crypto::Digest digest = crypto::sha256(domain::canonical(text));
  return {digest.begin(), digest.end()};
}

bool same_samples(const ContentTextSpec& a, const ContentTextSpec& b) {
  for (size_t i = 0; i < a.variables.size() && i < b.variables.size(); ++i)
    if (a.variables[i].sample != b.variables[i].sample) return false;
  return true;
}

// A shipped text is found by its class and purpose, so these two stay.
Result<> check_shipped(const ContentSummary& content, const ContentDraft& draft) {
  if (content.origin != ContentOrigin::kSystem) return {};
  if (draft.message_class != content.message_class)
    return fail(ErrorCode::kInvalidArgument, "the class of a shipped text cannot change", "/message_class");
  if (draft.purpose != content.purpose)
    return fail(ErrorCode::kInvalidArgument, "the purpose of a shipped text cannot change", "/purpose");
  return {};
}

Result<> rename(db::Tx& tx, const store::Store& store, const Principal& who, const ContentSummary& content,
                const std::string& name) {
  if (name == content.name) return {};
  if (YZ_TRY(tx.run(q::content_renamed, content.id, name, store.now(), content.version)) != 1)
    return version_conflict(content);
  return audit_content(tx, store, who, "content.rename", content.id, content.version_number, content.hash);
}

void add_fault(std::vector<TemplateFaultView>& faults, std::string_view part_text, const char* part) {
  if (const auto fault = text::find_template_fault(part_text))
    faults.push_back(
        {part, std::string(text::template_fault_name(fault->kind)), static_cast<int64_t>(fault->offset)});
}

}  // namespace

Result<ContentView> Contents::create(const Principal& who, const ContentDraft& draft) {
  YZ_CHECK(check_text(draft));
  const domain::ContentText text = to_domain(draft);
  const auto screener = screener_.get();
  const ScreeningView screening = YZ_TRY(screen_text(screener.get(), text));
  YZ_CHECK(check_declared(screener.get(), draft.sectors));
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const auto id = store_.ids.make<ContentId>();
    const auto version = store_.ids.make<ContentVersionId>();
    YZ_TRY(tx.run(q::content_insert, id, draft.name, draft.message_class, draft.purpose, 0,
                  ContentState::kDraft, version, 0, who.person(), store_.now()));
    YZ_CHECK(insert_version(tx, store_, id, version, 1, text, screening, who.person()));
    YZ_CHECK(audit_content(tx, store_, who, "content.create", id, 1, hash_of(text)));
    return load_content_view(tx, id);
  });
}

Result<ContentView> Contents::save(const Principal& who, ContentId id, std::optional<int64_t> version,
                                   const ContentDraft& draft) {
  YZ_CHECK(check_text(draft));
  const domain::ContentText text = to_domain(draft);
  const auto screener = screener_.get();
  const ScreeningView screening = YZ_TRY(screen_text(screener.get(), text));
  YZ_CHECK(check_declared(screener.get(), draft.sectors));
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_content(tx, id));
    YZ_CHECK(check_version(content, version));
    YZ_CHECK(check_transition(content, ContentState::kDraft));
    YZ_CHECK(check_shipped(content, draft));
    const auto latest = YZ_TRY(load_content_version(tx, id, content.version_number));
    if (content.state != ContentState::kWithdrawn && latest.hash == hash_of(text) &&
        same_samples(latest.text, draft)) {
      YZ_CHECK(rename(tx, store_, who, content, draft.name));
      return load_content_view(tx, id);
    }
    const int64_t number = content.version_number + 1;
    if (number > static_cast<int64_t>(limits::kContentVersions))
      return fail(ErrorCode::kTooLarge, "the content has too many versions; write a new one");
    // After a decision that let it out, the next review is a new round; a rejection has begun one already.
    const bool was_out =
        content.state == ContentState::kApproved || content.state == ContentState::kWithdrawn;
    const auto version_id = store_.ids.make<ContentVersionId>();
    YZ_CHECK(insert_version(tx, store_, id, version_id, number, text, screening, who.person()));
    if (YZ_TRY(tx.run(q::content_saved, id, draft.name, draft.message_class, draft.purpose,
                      ContentState::kDraft, version_id, content.round + (was_out ? 1 : 0), store_.now(),
                      content.version)) != 1)
      return std::unexpected(version_conflict(content).error());
    YZ_CHECK(audit_content(tx, store_, who, "content.save", id, number, hash_of(text)));
    if (content.approved_version_id)
      YZ_CHECK(audit_content(tx, store_, who, "content.approval_void", id, number, content.hash,
                             "a new version was saved"));
    return load_content_view(tx, id);
  });
}

namespace {

Result<> add_lapsed(db::Tx& tx, ContentSummary& content, Time now) {
  if (content.approved_version_id)
    content.lapsed_qualifications = YZ_TRY(lapsed_qualifications(tx, *content.approved_version_id, now));
  return {};
}

}  // namespace

Result<ContentView> Contents::get(ContentId id) {
  return store_.db.read([&](db::Tx& tx) -> Result<ContentView> {
    ContentView view = YZ_TRY(load_content_view(tx, id));
    YZ_CHECK(add_lapsed(tx, view, store_.now()));
    return view;
  });
}

Result<ContentVersionView> Contents::get_version(ContentId id, int64_t number) {
  return store_.db.read([&](db::Tx& tx) { return load_content_version(tx, id, number); });
}

Result<ContentDiffView> Contents::compare(ContentId id, const CompareVersions& request) {
  struct Both {
    ContentTextSpec before, after;
  };
  const Both both = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<Both> {
    return Both{YZ_TRY(load_content_version(tx, id, request.from)).text,
                YZ_TRY(load_content_version(tx, id, request.to)).text};
  }));
  return ContentDiffView{request.from, request.to,
                         character_diff(both.before.signature, both.after.signature),
                         character_diff(both.before.body, both.after.body),
                         character_diff(both.before.opt_out_text, both.after.opt_out_text)};
}

Result<ContentPage> Contents::list(const ListContents& request) {
  return store_.db.read([&](db::Tx& tx) -> Result<ContentPage> {
    std::vector<ContentId> ids;
    const int64_t state = request.state ? static_cast<int64_t>(*request.state) : 0;
    const int64_t message_class = request.message_class ? static_cast<int64_t>(*request.message_class) : 0;
    const int64_t origin = request.origin ? static_cast<int64_t>(*request.origin) : -1;
    YZ_CHECK(tx.each(
        q::content_list, [&](const db::Row& r) { ids.push_back(r.id<ContentId>(0)); },
        request.after.value_or(ContentId{INT64_MAX}), state, message_class,
        request.created_by.value_or(UserId{}), origin, lower_ascii(request.q.value_or("")),
        request.limit + 1));
    ContentPage page;
    for (size_t i = 0; i < ids.size() && i < static_cast<size_t>(request.limit); ++i)
      page.items.push_back(YZ_TRY(load_content(tx, ids[i])));
    for (ContentSummary& content : page.items) YZ_CHECK(add_lapsed(tx, content, store_.now()));
    if (ids.size() > static_cast<size_t>(request.limit)) page.next_after = to_string(page.items.back().id);
    return page;
  });
}

namespace {

Result<std::optional<SecondReviewView>> second_review_of(db::Tx& tx, const ContentSummary& content) {
  if (content.state != ContentState::kSecondReview) return std::optional<SecondReviewView>{};
  return load_second_review(tx, content.id, content.version_id, content.hash);
}

Result<QueuedContent> load_queued(db::Tx& tx, ContentId id, UserId by, Time at) {
  QueuedContent queued{YZ_TRY(load_content(tx, id)), by, at, {}};
  queued.second_review = YZ_TRY(second_review_of(tx, queued.content));
  return queued;
}

}  // namespace

Result<ReviewQueuePage> Contents::review_queue(const ListReviewQueue& request) {
  struct Waiting {
    ReviewId submission;
    ContentId content;
    UserId by;
    Time at;
  };
  return store_.db.read([&](db::Tx& tx) -> Result<ReviewQueuePage> {
    std::vector<Waiting> waiting;
    YZ_CHECK(tx.each(
        q::content_queue,
        [&](const db::Row& r) {
          waiting.push_back({r.id<ReviewId>(0), r.id<ContentId>(1), r.id<UserId>(2), r.time(3)});
        },
        request.after.value_or(ReviewId{}), request.limit + 1));
    ReviewQueuePage page;
    const size_t shown = std::min(waiting.size(), static_cast<size_t>(request.limit));
    for (size_t i = 0; i < shown; ++i)
      page.items.push_back(YZ_TRY(load_queued(tx, waiting[i].content, waiting[i].by, waiting[i].at)));
    if (waiting.size() > shown) page.next_after = to_string(waiting[shown - 1].submission);
    return page;
  });
}

Result<MeasuredDraft> Contents::measure(const ContentTextSpec& spec) {
  const domain::ContentText text = to_domain(spec);
  const auto screener = screener_.get();
  MeasuredDraft out;
  out.screening = YZ_TRY(screen_text(screener.get(), text));
  out.measure = measure_text(text);
  add_fault(out.faults, spec.body, "body");
  add_fault(out.faults, spec.opt_out_text, "opt_out_text");
  out.sectors = YZ_TRY(binding_sectors(screener.get(), text));
  out.carries_personal_data = carries_personal_data(text, out.screening);
  out.signature = YZ_TRY(store_.db.read(
      [&](db::Tx& tx) { return load_content_signature(tx, text.signature, text.message_class); }));
  return out;
}

Result<SectorList> Contents::sectors() { return known_sectors(screener_.get().get()); }

Result<std::vector<std::string>> Contents::qualification_kinds() {
  std::vector<std::string> kinds;
  for (const SectorView& sector : YZ_TRY(sectors()).items)
    for (const std::vector<std::string>& any : sector.required_qualifications)
      for (const std::string& kind : any)
        if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
  return kinds;
}

Result<ContentRequirements> Contents::requirements(const Principal&, ContentId id) {
  const auto screener = screener_.get();
  return store_.db.read([&](db::Tx& tx) -> Result<ContentRequirements> {
    const ContentSummary content = YZ_TRY(load_content(tx, id));
    const auto latest = YZ_TRY(load_content_version(tx, id, content.version_number));
    ContentRequirements asked;
    asked.sectors = YZ_TRY(binding_sectors(screener.get(), to_domain(latest.text)));
    asked.second_review = YZ_TRY(second_review_of(tx, content));
    asked.second_review_reasons = asked.second_review
                                      ? asked.second_review->reasons
                                      : second_review_reasons(latest.screening, asked.sectors);
    asked.qualifications = YZ_TRY(qualification_needs(tx, asked.sectors, store_.now()));
    return asked;
  });
}

}  // namespace yizhan::service
