// What a provider answers or posts back, whatever it is: every item of a callback is a receipt, a reply or
// counted as neither, an accepted message has a status that says so, and a template that parses renders JSON
// that stays JSON.

#include "provider/callback.h"
#include "provider/http_api.h"
#include "provider/request_template.h"

namespace {

using namespace yizhan;

provider::CallbackForm callback_form() {
  provider::CallbackForm form;
  form.receipts = provider::ReceiptForm{.list = "/r",
                                        .message_id = "/id",
                                        .status = "/s",
                                        .delivered = {"1"},
                                        .failed = {"0"},
                                        .time = "/t",
                                        .time_form = provider::TimeForm::kBeijing};
  form.replies = provider::ReplyForm{.list = "/r",
                                     .number = "/n",
                                     .text = "/x",
                                     .time = "/t",
                                     .time_form = provider::TimeForm::kUnixSeconds};
  return form;
}

provider::HttpApi api() {
  provider::Description d;
  d.answer = {.success = "/c", .success_value = "OK", .message_id = "/id", .error_codes = {"/c", "/e/0/c"}};
  return provider::HttpApi::create(d, {"id", "secret"}, "host").value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const provider::CallbackForm kForm = callback_form();
  static const provider::HttpApi kApi = api();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto body = json::parse(text)) {
    const auto news = provider::read_callback(kForm, *body);
    if (news && news->receipts.size() + news->replies.size() == 0 && !body->is_array()) __builtin_trap();
  }
  if (kApi.read_answer(500, text).verdict == provider::Verdict::kAccepted) __builtin_trap();
  const provider::Answer answer = kApi.read_answer(200, text);
  if (answer.verdict == provider::Verdict::kRejected && answer.code.empty()) __builtin_trap();
  if (const auto parsed = provider::RequestTemplate::parse(R"({"t":"{{text}}"})", provider::Place::kJson)) {
    provider::Values values{};
    values[static_cast<size_t>(provider::Placeholder::kText)] = text;
    const std::string rendered = parsed->render(values);
    if (text.find('\0') == text.npos && !json::parse(rendered)) __builtin_trap();
  }
  static_cast<void>(provider::RequestTemplate::parse(text, provider::Place::kParameter));
  return 0;
}
