#include "service/allow_phrases.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "service/audited.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<AllowPhraseView> map_phrase(const db::Row& r) {
  AllowPhraseView v;
  v.id = r.id<AllowPhraseId>(0);
  v.phrase = r.string(1);
  v.rule_id = r.string(2);
  v.category = r.string(3);
  if (r.i64(4) != 0) v.content_id = r.id<ContentId>(4);
  v.request = r.string(5);
  v.requested_by = r.id<UserId>(6);
  v.requested_at = r.time(7);
  v.state = r.as<AllowPhraseState>(8);
  v.rules = YZ_TRY(json::decode<std::vector<std::string>>(r.text(9)));
  if (r.i64(10) != 0) v.expires_at = r.time(10);
  if (r.i64(11) != 0) v.decided_by = r.id<UserId>(11);
  if (r.i64(12) != 0) v.decided_at = r.time(12);
  v.reason = r.string(13);
  if (r.i64(14) != 0) v.ended_by = r.id<UserId>(14);
  if (r.i64(15) != 0) v.ended_at = r.time(15);
  v.end_reason = r.string(16);
  v.version = r.i64(17);
  return v;
}

Result<AllowPhraseView> load(db::Tx& tx, AllowPhraseId id) {
  auto view = YZ_TRY(tx.one(q::allow_phrase_load, map_phrase, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such request");
  return *std::move(view);
}

Result<AllowPhraseView> load_in(db::Tx& tx, AllowPhraseId id, std::optional<int64_t> version,
                                AllowPhraseState state) {
  AllowPhraseView view = YZ_TRY(load(tx, id));
  if (version && *version != view.version)
    return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
  if (view.state != state)
    return fail(ErrorCode::kWrongState, fmt::format("it is {}", name_of(view.state)), "state");
  return view;
}

Result<> check_other(const Principal& who, const AllowPhraseView& view) {
  if (who.person() != view.requested_by.value) return {};
  return fail(ErrorCode::kSeparationOfDuties, "nobody decides what he asked for himself");
}

json::Object detail_of(const AllowPhraseView& view) {
  return {{"phrase", view.phrase}, {"rule_id", view.rule_id}};
}

}  // namespace

Result<> AllowPhrases::check_rules(const std::vector<std::string>& rules, const char* field) const {
  for (const std::string& rule : rules)
    if (!packs_.rule_to_allow_for(rule))
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("{}: no phrase can be allowed for it; it is a check, blocks what the law forbids "
                      "anybody to send, or is not in force",
                      rule),
          field);
  return {};
}

Result<AllowPhraseView> AllowPhrases::request(const Principal& who, const RequestAllowPhrase& request) {
  YZ_CHECK(check_rules({request.rule_id}, "/rule_id"));
  const auto rule = packs_.rule_to_allow_for(request.rule_id);
  return store_.db.write([&](db::Tx& tx) -> Result<AllowPhraseView> {
    const auto state = AllowPhraseState::kRequested;
    if (YZ_TRY(tx.number(q::allow_phrase_count, state)) >= static_cast<int64_t>(limits::kAllowPhrases))
      return fail(ErrorCode::kTooMany, "too many requests wait for compliance");
    const auto id = store_.ids.make<AllowPhraseId>();
    YZ_TRY(tx.run(q::allow_phrase_insert, id, request.phrase, request.rule_id,
                  category_name(rule ? rule->category : screen::Category::kFormat),
                  request.content_id.value_or(ContentId{}), request.reason, who.person(), store_.now(),
                  state));
    const AllowPhraseView view = YZ_TRY(load(tx, id));
    YZ_CHECK(audit(tx, store_, who, "allow_phrase.request", id, detail_of(view), request.reason));
    return view;
  });
}

Result<AllowPhraseView> AllowPhrases::get(AllowPhraseId id) const {
  return store_.db.read([&](db::Tx& tx) { return load(tx, id); });
}

Result<AllowPhrasePage> AllowPhrases::list(const ListAllowPhrases& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<AllowPhrasePage> {
    AllowPhrasePage page;
    YZ_CHECK(tx.each(
        q::allow_phrase_list,
        [&](const db::Row& r) -> Result<> {
          page.items.push_back(YZ_TRY(map_phrase(r)));
          return {};
        },
        request.after.value_or(AllowPhraseId{INT64_MAX}),
        request.state ? static_cast<int64_t>(*request.state) : 0, request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    }
    return page;
  });
}

Result<AllowPhraseView> AllowPhrases::grant(const Principal& who, AllowPhraseId id,
                                            std::optional<int64_t> version,
                                            const GrantAllowPhrase& decision) {
  YZ_CHECK(check_rules(decision.rules, "/rules"));
  const Time now = store_.now();
  if (decision.expires_at &&
      (*decision.expires_at <= now || *decision.expires_at > now + hours(24 * limits::kAllowPhraseDays)))
    return fail(ErrorCode::kInvalidArgument, "must be in the future, and not too far", "/expires_at");
  const AllowPhraseView asked = YZ_TRY(get(id));
  // A phrase that cannot be looked for would keep every later load from succeeding.
  if (auto fits = packs_.try_phrases({asked.phrase}); !fits)
    return fail(ErrorCode::kInvalidArgument, fits.error().message, "phrase");
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<AllowPhraseView> {
    const AllowPhraseView before = YZ_TRY(load_in(tx, id, version, AllowPhraseState::kRequested));
    YZ_CHECK(check_other(who, before));
    const auto granted = AllowPhraseState::kGranted;
    if (YZ_TRY(tx.number(q::allow_phrase_count, granted)) >= static_cast<int64_t>(limits::kAllowPhrases))
      return fail(ErrorCode::kTooMany, "too many phrases are allowed; revoke some");
    YZ_TRY(tx.run(q::allow_phrase_decided, id, granted, json::encode(decision.rules),
                  decision.expires_at.value_or(Time{}), who.person(), now, decision.reason, before.version));
    YZ_CHECK(company_lists_changed(tx));
    json::Object detail = detail_of(before);
    detail["rules"] = json::to_value(decision.rules);
    if (decision.expires_at) detail["expires_at"] = to_rfc3339(*decision.expires_at);
    YZ_CHECK(audit(tx, store_, who, "allow_phrase.grant", id, detail, decision.reason));
    return load(tx, id);
  }));
  YZ_CHECK(packs_.reload_lists());
  return view;
}

Result<AllowPhraseView> AllowPhrases::refuse(const Principal& who, AllowPhraseId id,
                                             std::optional<int64_t> version, const StatedReason& why) {
  return store_.db.write([&](db::Tx& tx) -> Result<AllowPhraseView> {
    const AllowPhraseView before = YZ_TRY(load_in(tx, id, version, AllowPhraseState::kRequested));
    YZ_CHECK(check_other(who, before));
    YZ_TRY(tx.run(q::allow_phrase_decided, id, AllowPhraseState::kRefused, "[]", Time{}, who.person(),
                  store_.now(), why.reason, before.version));
    YZ_CHECK(audit(tx, store_, who, "allow_phrase.refuse", id, detail_of(before), why.reason));
    return load(tx, id);
  });
}

Result<AllowPhraseView> AllowPhrases::revoke(const Principal& who, AllowPhraseId id,
                                             std::optional<int64_t> version, const StatedReason& why) {
  auto view = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<AllowPhraseView> {
    const AllowPhraseView before = YZ_TRY(load_in(tx, id, version, AllowPhraseState::kGranted));
    YZ_TRY(tx.run(q::allow_phrase_ended, id, AllowPhraseState::kRevoked, who.person(), store_.now(),
                  why.reason, before.version));
    YZ_CHECK(company_lists_changed(tx));
    YZ_CHECK(audit(tx, store_, who, "allow_phrase.revoke", id, detail_of(before), why.reason));
    return load(tx, id);
  }));
  YZ_CHECK(packs_.reload_lists());
  return view;
}

Result<> AllowPhrases::expire() {
  struct Due {
    AllowPhraseId id;
    int64_t version;
  };
  const Time now = store_.now();
  const auto due = [&](db::Tx& tx) -> Result<std::vector<Due>> {
    std::vector<Due> ids;
    YZ_CHECK(tx.each(
        q::allow_phrases_due, [&](const db::Row& r) { ids.push_back({r.id<AllowPhraseId>(0), r.i64(1)}); },
        now, static_cast<int64_t>(limits::kPageRows)));
    return ids;
  };
  // A look first: it costs the writer nothing.
  if (YZ_TRY(store_.db.read(due)).empty()) return {};
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    for (const Due& one : YZ_TRY(due(tx))) {
      YZ_TRY(tx.run(q::allow_phrase_ended, one.id, AllowPhraseState::kExpired, 0, now, "", one.version));
      YZ_CHECK(audit(tx, store_, system_principal(), "allow_phrase.expire", one.id, {}, "its time is over"));
    }
    return company_lists_changed(tx);
  }));
  return packs_.reload_lists();
}

}  // namespace yizhan::service
