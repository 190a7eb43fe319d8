#include "service/webhooks.h"

#include <charconv>
#include <map>

#include "base/log.h"
#include "crypto/token.h"
#include "service/audited.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ApplicationDeliveryKind;
using domain::MessageState;

namespace {

constexpr size_t kSecretBytes = 32;

std::optional<std::string> if_any(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// The words of receipts (engine/application_deliveries.h) as the API's states.
std::optional<MessageState> state_of(std::string_view stat) {
  if (stat == "DELIVRD") return MessageState::kDelivered;
  if (stat == "UNDELIV") return MessageState::kFailed;
  if (stat == "EXPIRED") return MessageState::kExpired;
  if (stat == "REJECTD") return MessageState::kRefused;
  if (stat == "UNKNOWN") return MessageState::kUnknown;
  return std::nullopt;
}

domain::Reason reason_of(std::string_view error) {
  int number = 0;
  std::from_chars(error.data(), error.data() + error.size(), number);
  for (const domain::Reason reason : domain::values_of(domain::Reason{}))
    if (static_cast<int>(reason) == number) return reason;
  return domain::Reason::kNone;
}

// As the application wrote it, or as the carrier did: in E.164 where it is a number.
std::string e164(const std::string& number) {
  const auto parsed = text::parse_mobile(number);
  return parsed ? text::to_e164(*parsed) : number;
}

// Events that no webhook will take any more become dead letters.
Result<> bury(db::Tx& tx, const WebhookTarget& target, const std::vector<int64_t>& numbers,
              std::string_view error, Time now) {
  db::Columns dead, gone;
  for (const int64_t number : numbers) {
    dead.row(target.application_id, number, now, error);
    gone.row(target.application_id, number);
  }
  YZ_TRY(tx.bulk(q::dead_letter_insert, dead));
  YZ_TRY(tx.bulk(q::application_delivery_delete, gone));
  return {};
}

WebhookView view_of(ApplicationId application, const db::Row& row) {
  WebhookView v;
  v.application_id = application;
  v.receipt_url = if_any(row.string(0));
  v.reply_url = if_any(row.string(1));
  v.use = row.flag(2) ? WebhookUse::kEnabled : WebhookUse::kDisabled;
  if (const Time at = row.time(3)) v.state.last_success_at = at;
  if (const Time at = row.time(4)) v.state.last_failure_at = at;
  v.state.last_error = row.string(5);
  v.created_by = row.id<UserId>(6);
  v.created_at = row.time(7);
  v.updated_at = row.time(8);
  v.version = row.i64(9);
  return v;
}

Result<std::optional<WebhookView>> find(db::Tx& tx, ApplicationId application) {
  auto view = YZ_TRY(tx.one(
      q::application_webhook_load, [&](const db::Row& row) { return view_of(application, row); },
      application));
  if (view) view->state.dead_letters = YZ_TRY(tx.number(q::dead_letter_count, application));
  return view;
}

Result<WebhookView> load_webhook(db::Tx& tx, ApplicationId application) {
  auto view = YZ_TRY(find(tx, application));
  if (!view) return fail(ErrorCode::kNotFound, "the application has no webhook");
  return *std::move(view);
}

Result<> check_application(db::Tx& tx, ApplicationId application) {
  if (!YZ_TRY(tx.one(q::application_terms, [](const db::Row&) { return true; }, application)))
    return fail(ErrorCode::kNotFound, "no such application");
  return {};
}

// The columns of application_delivery_list and dead_letter_list.
Result<> read_delivery(const store::Store& store, const db::Row& row, DeliveryView& v) {
  v.id = row.id<WebhookEventId>(0);
  v.kind = row.as<ApplicationDeliveryKind>(1);
  if (row.i64(2) != 0) v.message_id = row.id<MessageId>(2);
  v.status = state_of(row.text(3));
  v.number =
      text::mask_number(e164(YZ_TRY(store.cipher.open(store::column::kApplicationNumber, row.blob(5)))));
  v.done_at = row.time(6);
  v.attempts = row.i64(7);
  v.created_at = row.time(8);
  v.reference = if_any(row.string(9));
  return {};
}

template <class Page>
void cut(Page& page, int64_t limit) {
  if (std::ssize(page.items) <= limit) return;
  page.items.pop_back();
  page.next_after = to_string(page.items.back().id);
}

db::Columns rows_of(ApplicationId application, const ChooseDeadLetters& chosen) {
  db::Columns rows;
  std::map<int64_t, bool> seen;
  for (const WebhookEventId id : chosen.ids)
    if (seen.emplace(id.value, true).second) rows.row(application, id);
  return rows;
}

json::Array names_of(const ChooseDeadLetters& chosen) {
  json::Array names;
  for (const WebhookEventId id : chosen.ids) names.emplace_back(to_string(id));
  return names;
}

}  // namespace

// ---------------------------------------------------------------- settings

Result<WebhookView> Webhooks::get(ApplicationId application) const {
  return store_.db.read([&](db::Tx& tx) -> Result<WebhookView> {
    YZ_CHECK(check_application(tx, application));
    WebhookView none;
    none.application_id = application;
    return YZ_TRY(find(tx, application)).value_or(std::move(none));
  });
}

Result<WebhookWithSecret> Webhooks::put(const Principal& who, ApplicationId application,
                                        std::optional<int64_t> version, const WebhookSpec& spec) {
  for (const auto& [url, field] :
       {std::pair(spec.receipt_url, "/receipt_url"), {spec.reply_url, "/reply_url"}}) {
    if (!url) continue;
    if (!hooks_.check_url) return fail(ErrorCode::kUnavailable, "this server calls no webhooks", field);
    if (const auto fine = hooks_.check_url(*url); !fine)
      return fail(fine.error().code, fine.error().message, field);
  }
  const std::string receipts = spec.receipt_url.value_or(""), replies = spec.reply_url.value_or("");
  const int enabled = spec.use == WebhookUse::kEnabled ? 1 : 0;
  auto put = store_.db.write([&](db::Tx& tx) -> Result<WebhookWithSecret> {
    YZ_CHECK(check_application(tx, application));
    WebhookWithSecret out;
    const auto before = YZ_TRY(find(tx, application));
    const int64_t stands = before ? before->version : 0;
    if (version && *version != stands)
      return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
    if (before) {
      if (YZ_TRY(tx.run(q::application_webhook_update, application, receipts, replies, enabled, store_.now(),
                        stands)) != 1)
        return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
    } else {
      out.secret = crypto::make_token(kSecretBytes).text;
      YZ_TRY(tx.run(q::application_webhook_insert, application, receipts, replies,
                    store_.cipher.seal({store::column::kWebhookSecret, application.value}, *out.secret),
                    enabled, who.person(), store_.now()));
    }
    YZ_CHECK(audit(tx, store_, who, "application.webhook", application,
                   {{"receipt_url", receipts}, {"reply_url", replies}, {"enabled", enabled == 1}}));
    out.webhook = YZ_TRY(load_webhook(tx, application));
    return out;
  });
  if (put && hooks_.changed) hooks_.changed();
  return put;
}

Result<WebhookWithSecret> Webhooks::renew_secret(const Principal& who, ApplicationId application) {
  auto renewed = store_.db.write([&](db::Tx& tx) -> Result<WebhookWithSecret> {
    YZ_CHECK(load_webhook(tx, application));
    WebhookWithSecret out;
    out.secret = crypto::make_token(kSecretBytes).text;
    YZ_TRY(tx.run(q::application_webhook_set_secret, application,
                  store_.cipher.seal({store::column::kWebhookSecret, application.value}, *out.secret),
                  store_.now()));
    YZ_CHECK(audit(tx, store_, who, "application.webhook_secret", application));
    out.webhook = YZ_TRY(load_webhook(tx, application));
    return out;
  });
  if (renewed && hooks_.changed) hooks_.changed();
  return renewed;
}

// ---------------------------------------------------------------- what waits and what is dead

Result<DeliveryPage> Webhooks::deliveries(ApplicationId application, const ListDeliveries& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<DeliveryPage> {
    YZ_CHECK(check_application(tx, application));
    DeliveryPage page;
    YZ_CHECK(tx.each(
        q::application_delivery_list,
        [&](const db::Row& row) { return read_delivery(store_, row, page.items.emplace_back()); },
        application, request.after.value_or(WebhookEventId{}), request.limit + 1));
    cut(page, request.limit);
    return page;
  });
}

Result<DeadLetterPage> Webhooks::dead_letters(ApplicationId application,
                                              const ListDeliveries& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<DeadLetterPage> {
    YZ_CHECK(check_application(tx, application));
    DeadLetterPage page;
    YZ_CHECK(tx.each(
        q::dead_letter_list,
        [&](const db::Row& row) -> Result<> {
          DeadLetterView& v = page.items.emplace_back();
          YZ_CHECK(read_delivery(store_, row, v));
          v.died_at = row.time(10);
          v.last_error = row.string(11);
          return {};
        },
        application, request.after.value_or(WebhookEventId{}), request.limit + 1));
    cut(page, request.limit);
    return page;
  });
}

Result<ChosenDeadLetters> Webhooks::redeliver(const Principal& who, ApplicationId application,
                                              const ChooseDeadLetters& chosen) {
  auto done = store_.db.write([&](db::Tx& tx) -> Result<ChosenDeadLetters> {
    YZ_CHECK(load_webhook(tx, application));
    const db::Columns rows = rows_of(application, chosen);
    db::Columns again;
    for (size_t i = 0; i < rows.size(); ++i) again.row(application, rows.at(i, 1).integer(), store_.now());
    YZ_TRY(tx.bulk(q::dead_letter_redeliver, again));
    const int64_t count = YZ_TRY(tx.bulk(q::dead_letter_delete, rows));
    YZ_CHECK(audit(tx, store_, who, "webhook.redeliver", application,
                   {{"events", names_of(chosen)}, {"count", count}}));
    return ChosenDeadLetters{count};
  });
  if (done && hooks_.changed) hooks_.changed();
  return done;
}

Result<ChosenDeadLetters> Webhooks::discard(const Principal& who, ApplicationId application,
                                            const ChooseDeadLetters& chosen) {
  return store_.db.write([&](db::Tx& tx) -> Result<ChosenDeadLetters> {
    YZ_CHECK(check_application(tx, application));
    const int64_t count = YZ_TRY(tx.bulk(q::dead_letter_delete, rows_of(application, chosen)));
    YZ_CHECK(audit(tx, store_, who, "webhook.discard", application,
                   {{"events", names_of(chosen)}, {"count", count}}));
    return ChosenDeadLetters{count};
  });
}

// ---------------------------------------------------------------- sending

Result<std::vector<WebhookTarget>> Webhooks::targets() const {
  return store_.db.read([&](db::Tx& tx) -> Result<std::vector<WebhookTarget>> {
    std::vector<WebhookTarget> all;
    YZ_CHECK(tx.each(q::application_webhooks_enabled, [&](const db::Row& row) -> Result<> {
      const int64_t application = row.i64(0);
      const auto secret = store_.cipher.open({store::column::kWebhookSecret, application}, row.blob(3));
      if (!secret) {
        // One that cannot be read must not silence the others.
        log::error("a webhook's secret cannot be opened: {}", to_string(secret.error()));
        return {};
      }
      if (!row.text(1).empty())
        all.push_back({application, ApplicationDeliveryKind::kReceipt, row.string(1), *secret});
      if (!row.text(2).empty())
        all.push_back({application, ApplicationDeliveryKind::kReply, row.string(2), *secret});
      return {};
    }));
    return all;
  });
}

Result<json::Object> Webhooks::event_of(const db::Row& row) const {
  const std::string number = e164(YZ_TRY(store_.cipher.open(store::column::kApplicationNumber, row.blob(6))));
  json::Object event{{"id", to_string(row.id<WebhookEventId>(0))}};
  const auto kind = row.as<ApplicationDeliveryKind>(1);
  event["type"] = name_of(kind);
  event["number"] = number;
  event["access_code"] = row.text(5);
  if (kind == ApplicationDeliveryKind::kReply) {
    event["text"] = YZ_TRY(store_.cipher.open(store::column::kApplicationText, row.blob(7)));
    event["received_at"] = to_rfc3339(row.time(9));
    return event;
  }
  event["message_id"] = to_string(row.id<MessageId>(2));
  if (!row.text(12).empty()) event["reference"] = row.text(12);
  event["state"] = name_of(state_of(row.text(3)).value_or(MessageState::kUnknown));
  event["reason"] = name_of(reason_of(row.text(4)));
  event["accepted_at"] = to_rfc3339(row.time(8));
  event["done_at"] = to_rfc3339(row.time(9));
  return event;
}

Result<WebhookBatch> Webhooks::next(const WebhookTarget& target, size_t limit) {
  YZ_CHECK(bury_old(target));
  std::vector<int64_t> unreadable;
  auto batch = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<WebhookBatch> {
    WebhookBatch out;
    json::Array events;
    YZ_CHECK(tx.each(
        q::webhook_events,
        [&](const db::Row& row) {
          if (events.size() == limit) {
            out.more = true;
            return;
          }
          auto event = event_of(row);
          if (!event) return unreadable.push_back(row.i64(0));
          out.numbers.push_back(row.i64(0));
          events.emplace_back(*std::move(event));
        },
        target.application_id, target.kind, limit + 1));
    out.body = json::serialize(json::Object{{"events", std::move(events)}});
    return out;
  }));
  if (unreadable.empty()) return batch;
  log::error("events for a webhook cannot be opened count={}", unreadable.size());
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    return bury(tx, target, unreadable, "it cannot be opened", store_.now());
  }));
  return batch;
}

Result<> Webhooks::bury_old(const WebhookTarget& target) {
  const Time before = store_.now() - hours(limits::kWebhookAgeHours);
  std::vector<int64_t> old;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::webhook_events,
        [&](const db::Row& row) {
          if (row.time(11) <= before) old.push_back(row.i64(0));
        },
        target.application_id, target.kind, limits::kWebhookEvents);
  }));
  if (old.empty()) return {};
  return store_.db.write(
      [&](db::Tx& tx) -> Result<> { return bury(tx, target, old, "not taken in time", store_.now()); });
}

Result<> Webhooks::taken(const WebhookTarget& target, const std::vector<int64_t>& numbers) {
  db::Columns rows;
  for (const int64_t number : numbers) rows.row(target.application_id, number);
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.bulk(q::application_delivery_delete, rows));
    YZ_TRY(tx.run(q::application_webhook_succeeded, target.application_id, store_.now()));
    return {};
  });
}

Result<> Webhooks::failed(const WebhookTarget& target, const std::vector<int64_t>& numbers,
                          const std::string& error) {
  db::Columns rows;
  for (const int64_t number : numbers) rows.row(target.application_id, number);
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(q::application_webhook_failed, target.application_id, store_.now(), error));
    YZ_TRY(tx.bulk(q::application_delivery_refused, rows));
    std::vector<int64_t> dead;
    YZ_CHECK(tx.bulk_each(q::application_delivery_refusals, rows, [&](const db::Row& row) {
      if (row.i64(1) < limits::kWebhookAttempts) return;
      dead.push_back(numbers[static_cast<size_t>(row.i64(0))]);
    }));
    if (dead.empty()) return {};
    log::warn("events for a webhook are dead letters application={} count={}", target.application_id,
              dead.size());
    return bury(tx, target, dead, error, store_.now());
  });
}

}  // namespace yizhan::service
