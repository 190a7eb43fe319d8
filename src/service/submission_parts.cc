#include "service/submission_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageState;
using domain::Reason;

namespace {

crypto::BlindHash group_key(const store::Store& store, const link::AccessSubmit& submit, uint64_t digits) {
  return store.part_index.of(fmt::format("group\n{}\n{}\n{}\n{}\n{}", static_cast<int>(submit.protocol),
                                         submit.source, digits, submit.part->reference, submit.part->total));
}

crypto::BlindHash text_hash(const store::Store& store, const link::AccessSubmit& submit) {
  std::string text = fmt::format("text\n{}\n", static_cast<int>(submit.coding));
  text.append(submit.text.begin(), submit.text.end());
  return store.part_index.of(text);
}

}  // namespace

Result<std::vector<SubmissionParts::Stored>> SubmissionParts::load(int64_t application_id,
                                                                   const crypto::BlindHash& key) {
  std::vector<Stored> parts;
  YZ_CHECK(tx_.each(
      q::submission_part_group,
      [&](const db::Row& row) {
        parts.push_back({.part = static_cast<uint8_t>(row.i64(0)),
                         .text_hash = row.bytes(1),
                         .text_sealed = row.bytes(2),
                         .coding = row.as<codec::Coding>(3),
                         .message_id = row.i64(4),
                         .repeated = row.flag(14),
                         .acknowledged = engine::read_acknowledged(row, 5, application_id, 0)});
      },
      application_id, key));
  return parts;
}

// What is not whole expires.
Result<> SubmissionParts::forget(const PartGroup& group, std::vector<Stored>& parts) {
  std::vector<engine::Acknowledged> expired;
  for (Stored& part : parts)
    if (part.message_id == 0) expired.push_back(std::move(part.acknowledged));
  parts.clear();
  YZ_CHECK(tx_.run_later(q::submission_part_delete_group, group.application_id, group.key));
  return engine::queue_receipts(tx_, expired, MessageState::kExpired, Reason::kNone, store_.now());
}

Result<> SubmissionParts::begin_again(const PartGroup& group, std::vector<Stored>& parts) {
  std::erase_if(parts, [](const Stored& part) { return !part.repeated; });
  YZ_CHECK(tx_.run_later(q::submission_part_delete_unrepeated, group.application_id, group.key));
  if (!parts.empty())
    YZ_CHECK(tx_.run_later(q::submission_part_begin_again, group.application_id, group.key));
  return {};
}

Result<> SubmissionParts::insert(const link::AccessSubmit& submit, const engine::Acknowledged& part,
                                 const PartGroup& group, const crypto::BlindHash& hash) {
  const engine::SubmitName& n = part.name;
  YZ_CHECK(tx_.run_later(q::submission_part_insert, group.application_id, group.key, submit.part->number,
                         hash, store_.cipher.seal(store::column::kSubmissionText, as_chars(submit.text)),
                         submit.coding, 0, n.protocol, n.reference, n.sequence.node, n.sequence.time,
                         n.sequence.number, part.receipt, part.source, part.number_sealed,
                         part.submitted_at));
  return {};
}

Result<Bytes> SubmissionParts::join(const std::vector<Stored>& others,
                                    const link::AccessSubmit& submit) const {
  std::string text;
  bool placed = false;
  const auto place = [&] {
    text.append(submit.text.begin(), submit.text.end());
    placed = true;
  };
  for (const Stored& part : others) {
    if (!placed && part.part > submit.part->number) place();
    YZ_CHECK(store_.cipher.open_to(store::column::kSubmissionText, part.text_sealed, text));
  }
  if (!placed) place();
  return Bytes(text.begin(), text.end());
}

Result<TakenPart> SubmissionParts::take(const link::AccessSubmit& submit, const engine::Acknowledged& part,
                                        uint64_t digits) {
  TakenPart taken;
  PartGroup& group = taken.group;
  group = {.application_id = submit.account_id,
           .key = group_key(store_, submit, digits),
           .last = submit.part->number};
  const crypto::BlindHash hash = text_hash(store_, submit);
  std::vector<Stored> parts = YZ_TRY(load(submit.account_id, group.key));
  const Time stale = store_.now() - minutes(limits::kSubmissionPartMinutes);
  const auto same = std::ranges::find(parts, submit.part->number, &Stored::part);
  const bool old = std::ranges::any_of(
      parts, [&](const Stored& stored) { return stored.acknowledged.submitted_at <= stale; });
  if (!old && same != parts.end() && std::ranges::equal(same->text_hash, hash)) {
    taken.kind = TakenPart::Kind::kRepeated;
    taken.name = same->acknowledged.name;
    taken.repeated_message_id = same->message_id;
    if (same->message_id != 0)
      YZ_CHECK(tx_.run_later(q::submission_part_repeat, group.application_id, group.key, same->part));
    return taken;
  }
  if (!old && same != parts.end() && same->message_id != 0)
    YZ_CHECK(begin_again(group, parts));
  else if (old || same != parts.end())
    YZ_CHECK(forget(group, parts));
  if (parts.size() + 1 < submit.part->total) {
    YZ_CHECK(insert(submit, part, group, hash));
    return taken;
  }
  taken.kind = std::ranges::all_of(parts, [&](const Stored& p) { return p.coding == submit.coding; })
                   ? TakenPart::Kind::kWhole
                   : TakenPart::Kind::kMixed;
  for (const Stored& other : parts) group.others.emplace_back(other.part, other.acknowledged);
  if (taken.kind == TakenPart::Kind::kWhole) taken.text = YZ_TRY(join(parts, submit));
  YZ_CHECK(insert(submit, part, group, hash));
  YZ_CHECK(tx_.run_later(q::submission_part_complete, group.application_id, group.key, part.message_id));
  return taken;
}

Result<> SubmissionParts::keep(const PartGroup& group, int64_t message_id) {
  db::Columns rows;
  for (const auto& [part, other] : group.others) {
    const engine::SubmitName& n = other.name;
    rows.row(message_id, part, n.protocol, n.reference, n.sequence.node, n.sequence.time, n.sequence.number,
             other.receipt);
  }
  if (!rows.empty()) YZ_CHECK(tx_.bulk_later(q::submission_reference_insert, rows));
  return {};
}

Result<> SubmissionParts::reopen(const PartGroup& group, int64_t message_id) {
  // Unless another message has taken its place meanwhile.
  if (YZ_TRY(tx_.run(q::submission_part_delete_last, group.application_id, group.key, group.last,
                     message_id)) == 0)
    return refuse(group, message_id, Reason::kNone);
  YZ_CHECK(tx_.run_later(q::submission_part_reopen, group.application_id, group.key, message_id));
  return {};
}

Result<> SubmissionParts::refuse(const PartGroup& group, int64_t message_id, Reason reason) {
  YZ_CHECK(tx_.run_later(q::submission_part_delete_message, group.application_id, group.key, message_id));
  std::vector<engine::Acknowledged> told;
  for (const auto& [part, other] : group.others) told.push_back(other);
  return engine::queue_receipts(tx_, told, MessageState::kRefused, reason, store_.now());
}

}  // namespace yizhan::service
