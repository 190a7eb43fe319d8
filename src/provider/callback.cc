#include "provider/callback.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "provider/json_place.h"

namespace yizhan::provider {
namespace {

constexpr int64_t kLatestSecond = int64_t{1} << 36;  // far beyond any time; so that nothing overflows

std::optional<Time> read_count(const std::string& text, int64_t unit_us) {
  int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end || count <= 0) return std::nullopt;
  if (count > kLatestSecond * (seconds(1).us / unit_us)) return std::nullopt;
  return Time{count * unit_us};
}

std::optional<Time> read_time(const json::Value& item, const std::string& place, TimeForm form) {
  if (place.empty()) return std::nullopt;
  auto text = text_at(item, place);
  if (!text) return std::nullopt;
  if (form == TimeForm::kUnixSeconds) return read_count(*text, seconds(1).us);
  if (form == TimeForm::kUnixMilliseconds) return read_count(*text, milliseconds(1).us);
  if (form == TimeForm::kBeijing) {
    if (const size_t space = text->find(' '); space != text->npos) (*text)[space] = 'T';
    *text += "+08:00";
  }
  const auto time = parse_rfc3339(*text);
  return time ? std::optional(*time) : std::nullopt;
}

bool among(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

std::optional<ReceiptNews> read_receipt(const ReceiptForm& form, const json::Value& item) {
  auto id = text_at(item, form.message_id);
  auto status = text_at(item, form.status);
  if (!id || id->empty() || !status) return std::nullopt;
  ReceiptNews news{.message_id = *std::move(id), .at = read_time(item, form.time, form.time_form)};
  if (among(form.delivered, *status)) news.delivered = Delivered::kYes;
  if (among(form.failed, *status)) news.delivered = Delivered::kNo;
  std::optional<std::string> code;
  if (!form.error_code.empty()) code = text_at(item, form.error_code);
  news.code = code && !code->empty() ? *std::move(code) : *std::move(status);
  return news;
}

std::optional<ReplyNews> read_reply(const ReplyForm& form, const json::Value& item) {
  auto number = text_at(item, form.number);
  auto text = text_at(item, form.text);
  if (!number || number->empty() || !text) return std::nullopt;
  ReplyNews news{.number = *std::move(number),
                 .text = *std::move(text),
                 .access_code = {},
                 .at = read_time(item, form.time, form.time_form)};
  if (!form.access_code.empty()) news.access_code = text_at(item, form.access_code).value_or("");
  return news;
}

std::span<const json::Value> items_at(const json::Value& body, const std::string& list) {
  const json::Value* const found = value_at(body, list);
  if (found == nullptr) return {};
  if (const auto* array = found->if_array()) return {array->data(), array->size()};
  return {found, 1};
}

template <class Form>
Result<> check_places(const Form& form, std::string_view at,
                      std::initializer_list<std::pair<std::string_view, const std::string*>> places) {
  for (const auto& [name, place] : places)
    YZ_CHECK(check_place(*place, std::string(at) + '/' + std::string(name)));
  return check_place(form.time, std::string(at) + "/time");
}

}  // namespace

Result<> check_callback(const CallbackForm& form) {
  if (const auto& r = form.receipts)
    YZ_CHECK(check_places(*r, "callback/receipts",
                          {{"list", &r->list},
                           {"message_id", &r->message_id},
                           {"status", &r->status},
                           {"error_code", &r->error_code}}));
  if (const auto& r = form.replies)
    YZ_CHECK(check_places(
        *r, "callback/replies",
        {{"list", &r->list}, {"number", &r->number}, {"text", &r->text}, {"access_code", &r->access_code}}));
  if (!json::parse(form.acknowledgement))
    return fail(ErrorCode::kInvalidArgument, "is no JSON", "callback/acknowledgement");
  return {};
}

// Receipts and replies may come in one list: an item is a receipt where it has what receipts have.
Result<CallbackNews> read_callback(const CallbackForm& form, const json::Value& body) {
  CallbackNews news;
  const auto receipts = form.receipts ? items_at(body, form.receipts->list) : std::span<const json::Value>();
  const auto replies = form.replies ? items_at(body, form.replies->list) : std::span<const json::Value>();
  if (receipts.size() + replies.size() > 2 * limits::kCallbackItems)
    return fail(ErrorCode::kTooLarge, "too many items in one callback");
  const bool one_list = receipts.data() == replies.data();
  for (const json::Value& item : receipts) {
    if (auto receipt = read_receipt(*form.receipts, item))
      news.receipts.push_back(*std::move(receipt));
    else if (auto reply = one_list ? read_reply(*form.replies, item) : std::nullopt)
      news.replies.push_back(*std::move(reply));
    else
      ++news.unread;
  }
  for (const json::Value& item : one_list ? std::span<const json::Value>() : replies) {
    if (auto reply = read_reply(*form.replies, item))
      news.replies.push_back(*std::move(reply));
    else
      ++news.unread;
  }
  const bool empty_list = body.is_array() && body.get_array().empty();
  if (news.receipts.empty() && news.replies.empty() && !empty_list)
    return fail(ErrorCode::kInvalidArgument, "nothing in it is a receipt or a reply of this channel", "");
  return news;
}

bool comes_from_there(const CallbackForm& form, std::string_view address) {
  return form.sources.empty() || std::ranges::find(form.sources, address) != form.sources.end();
}

}  // namespace yizhan::provider
