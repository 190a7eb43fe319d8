#include "service/qualifications.h"

#include <fmt/format.h>

#include <algorithm>

#include "service/document_file.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

using Standing = QualificationStanding;

// By what the right to a signature is proved, beside what the sectors of the rule packs require.
constexpr const char* kSignatureProofs[] = {
    "营业执照",         "商标注册证",    "ICP备案", "应用上架证明", "公众号或小程序主体证明",
    "事业单位法人证书", "签名授权委托书"};

Standing standing_of(const QualificationView& v, Time now) {
  if (v.revoked_at) return Standing::kRevoked;
  if (now < v.valid_from) return Standing::kNotYetValid;
  if (!v.valid_until) return Standing::kValid;
  if (now >= *v.valid_until) return Standing::kExpired;
  return now >= *v.valid_until - days(limits::kQualificationWarningDays) ? Standing::kExpiring
                                                                         : Standing::kValid;
}

QualificationView map_qualification(const db::Row& r, Time now) {
  QualificationView v;
  v.id = r.id<QualificationId>(0);
  v.kind = r.string(1);
  v.title = r.string(2);
  v.number = r.string(3);
  v.issuer = r.string(4);
  v.valid_from = r.time(5);
  if (r.time(6)) v.valid_until = r.time(6);
  v.created_by = r.id<UserId>(7);
  v.created_at = r.time(8);
  if (r.time(10)) {
    v.revoked_by = r.id<UserId>(9);
    v.revoked_at = r.time(10);
    v.revoke_reason = r.string(11);
  }
  v.file_name = r.string(12);
  v.media_type = r.string(13);
  v.bytes = r.i64(14);
  v.sha256 = r.bytes(15);
  v.live_contents = r.i64(16);
  v.standing = standing_of(v, now);
  return v;
}

Result<QualificationView> load(db::Tx& tx, QualificationId id, Time now) {
  auto view = YZ_TRY(find_qualification(tx, id, now));
  if (!view) return fail(ErrorCode::kNotFound, "no such qualification document");
  return *std::move(view);
}

// Of several that would do: what is valid before what is not, then what is valid longest.
bool is_better(const QualificationView& a, const QualificationView& b) {
  const auto rank = [](const QualificationView& v) {
    const Time end = v.valid_until.value_or(Time{INT64_MAX});
    return std::tuple(is_valid(v.standing), v.standing != Standing::kRevoked, end, v.id);
  };
  return rank(a) > rank(b);
}

}  // namespace

Result<std::optional<QualificationView>> find_qualification(db::Tx& tx, QualificationId id, Time now) {
  return tx.one(q::qualification_load, [&](const db::Row& r) { return map_qualification(r, now); }, id);
}

Result<std::vector<QualificationNeed>> qualification_needs(db::Tx& tx, std::span<const BindingSector> sectors,
                                                           Time now) {
  std::vector<QualificationNeed> needs;
  for (const BindingSector& sector : sectors)
    for (const std::vector<std::string>& any : sector.required_qualifications) {
      auto need = std::ranges::find(needs, any, &QualificationNeed::kinds);
      if (need == needs.end()) need = needs.insert(needs.end(), {any, {}, {}, {}});
      need->sectors.push_back(sector.id);
    }
  for (QualificationNeed& need : needs) {
    const auto take = [&](const db::Row& r) {
      QualificationView view = map_qualification(r, now);
      if (!need.document || is_better(view, *need.document)) need.document = std::move(view);
    };
    for (const std::string& kind : need.kinds) YZ_CHECK(tx.each(q::qualification_of_kind, take, kind));
    if (need.document) need.standing = need.document->standing;
  }
  return needs;
}

Result<std::vector<QualificationId>> check_qualifications(std::span<const QualificationNeed> needs) {
  std::vector<QualificationId> documents;
  std::string missing, expired;
  for (const QualificationNeed& need : needs) {
    if (need.standing && is_valid(*need.standing)) {
      if (std::ranges::find(documents, need.document->id) == documents.end())
        documents.push_back(need.document->id);
      continue;
    }
    std::string& open = need.standing == Standing::kExpired ? expired : missing;
    open += fmt::format("{}{}", open.empty() ? "" : ", ", fmt::join(need.kinds, " or "));
  }
  const std::string also = expired.empty() ? "" : "; expired: " + expired;
  if (!missing.empty())
    return fail(ErrorCode::kQualificationMissing, "no valid document of: " + missing + also,
                "qualifications");
  if (!expired.empty())
    return fail(ErrorCode::kQualificationExpired, "expired: " + expired, "qualifications");
  return documents;
}

Result<std::vector<std::string>> lapsed_qualifications(db::Tx& tx, ContentVersionId approved, Time now) {
  std::vector<std::string> kinds;
  YZ_CHECK(tx.each(
      q::qualification_lapsed, [&](const db::Row& r) { kinds.push_back(r.string(0)); }, approved, now));
  return kinds;
}

Result<> Qualifications::check(const NewQualification& request) const {
  if (request.valid_until && *request.valid_until <= request.valid_from)
    return fail(ErrorCode::kInvalidArgument, "ends before it begins", "/valid_until");
  if (!kinds_) return {};
  const std::vector<std::string> known = YZ_TRY(kinds()).items;
  if (std::ranges::find(known, request.kind) == known.end())
    return fail(ErrorCode::kInvalidArgument,
                "neither required by a sector of the rule packs nor a proof of the right to a signature",
                "/kind");
  return {};
}

Result<QualificationView> Qualifications::add(const Principal& who, const NewQualification& request,
                                              const std::string& path, const std::string& file_name) const {
  YZ_CHECK(check(request));
  const std::string media_type = YZ_TRY(check_document_file(path));
  const auto kept = YZ_TRY(evidence_.keep(path));
  return store_.db.write([&](db::Tx& tx) -> Result<QualificationView> {
    if (YZ_TRY(tx.number(q::qualification_count)) >= static_cast<int64_t>(limits::kQualifications))
      return fail(ErrorCode::kTooLarge, "the register holds as many documents as it may");
    const EvidenceId file = YZ_TRY(evidence_.record(tx, kept, file_name, media_type, who.person()));
    const auto id = store_.ids.make<QualificationId>();
    YZ_TRY(tx.run(q::qualification_insert, id, request.kind, request.title, request.number, request.issuer,
                  request.valid_from, request.valid_until.value_or(Time{}), file, who.person(),
                  store_.now()));
    const json::Object detail{
        {"kind", request.kind}, {"number", request.number}, {"sha256", to_hex(kept.sha256)}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {.action = "qualification.add",
                                  .object_type = "qualification",
                                  .object_id = id.value,
                                  .detail = json::serialize(detail)}));
    return load(tx, id, store_.now());
  });
}

Result<QualificationView> Qualifications::revoke(const Principal& who, QualificationId id,
                                                 const StatedReason& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<QualificationView> {
    const QualificationView before = YZ_TRY(load(tx, id, store_.now()));
    if (YZ_TRY(tx.run(q::qualification_revoke, id, who.person(), store_.now(), request.reason)) != 1)
      return fail(ErrorCode::kWrongState, "the document was revoked before", "standing");
    const json::Object detail{{"kind", before.kind}, {"number", before.number}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {.action = "qualification.revoke",
                                  .object_type = "qualification",
                                  .object_id = id.value,
                                  .reason = request.reason,
                                  .detail = json::serialize(detail)}));
    return load(tx, id, store_.now());
  });
}

Result<QualificationPage> Qualifications::list(const ListQualifications& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<QualificationPage> {
    QualificationPage page;
    YZ_CHECK(tx.each(
        q::qualification_page,
        [&](const db::Row& r) { page.items.push_back(map_qualification(r, store_.now())); },
        request.after.value_or(QualificationId{INT64_MAX}), request.kind.value_or(""), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

Result<QualificationView> Qualifications::get(QualificationId id) const {
  return store_.db.read([&](db::Tx& tx) { return load(tx, id, store_.now()); });
}

Result<QualificationKinds> Qualifications::kinds() const {
  if (!kinds_) return QualificationKinds{};
  QualificationKinds known{YZ_TRY(kinds_())};
  for (const char* kind : kSignatureProofs)
    if (std::ranges::find(known.items, kind) == known.items.end()) known.items.emplace_back(kind);
  return known;
}

Result<QualificationView> Qualifications::restore_file(QualificationId id, const std::string& to_path) const {
  QualificationView view = YZ_TRY(get(id));
  YZ_CHECK(evidence_.restore(view.sha256, to_path));
  return view;
}

}  // namespace yizhan::service
