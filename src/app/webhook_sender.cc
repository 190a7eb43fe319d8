#include "app/webhook_sender.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstring>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hmac.h"
#include "link/access_rate.h"
#include "store/queries.h"

namespace yizhan::app {

namespace q = store::q;
namespace ip = boost::asio::ip;

namespace {

// How long new events, which the engine writes, may lie before somebody looks.
constexpr int kLookMs = 100;
constexpr long kMost = 64L;  // connections kept open

// What is nobody's on the internet, or this machine's (RFC 6890; RFC 6052, 3056 and 4380 carry IPv4 within).
const std::vector<std::string>& not_public() {
  static const std::vector<std::string> ranges{
      "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
      "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
      "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
      "::/127",        "64:ff9b::/96",    "64:ff9b:1::/48", "100::/64",       "2001::/23",
      "2001:db8::/32", "2002::/16",       "fc00::/7",       "fe80::/10",      "fec0::/10",
      "ff00::/8"};
  return ranges;
}

struct UrlParts {
  WebhookTransport transport = WebhookTransport::kTls;
  std::string host;
};

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

Result<UrlParts> parse_url(const std::string& text) {
  const auto bad = [](const char* why) { return fail(ErrorCode::kInvalidArgument, why); };
  if (text.size() > limits::kWebhookUrlCharacters) return bad("is too long");
  if (std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c >= 0x7F; }))
    return bad("holds a character that a URL cannot");
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return bad("is no URL");
  UrlParts parts;
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme == "http")
    parts.transport = WebhookTransport::kPlain;
  else if (scheme != "https")
    return bad("is no URL of http or https");
  if (!url_part(url.get(), CURLUPART_USER).empty() || !url_part(url.get(), CURLUPART_PASSWORD).empty())
    return bad("must not hold a password");
  if (!url_part(url.get(), CURLUPART_FRAGMENT).empty()) return bad("must not have a fragment");
  parts.host = url_part(url.get(), CURLUPART_HOST);
  if (parts.host.empty()) return bad("has no host");
  if (parts.host.starts_with('[') && parts.host.ends_with(']'))
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  return parts;
}

std::string short_error(std::string text) {
  if (text.size() > limits::kWebhookErrorCharacters) text.resize(limits::kWebhookErrorCharacters);
  return text;
}

// 4xx: the address has read it and wants none of it, whatever comes later. Not those that ask for patience
// (RFC 9110 section 15.5.9, RFC 8470 section 5.2, RFC 6585 section 4).
bool is_refusal(long status) {
  constexpr long kRequestTimeout = 408, kTooEarly = 425, kTooManyRequests = 429;
  return status >= 400 && status < 500 && status != kRequestTimeout && status != kTooEarly &&
         status != kTooManyRequests;
}

}  // namespace

bool webhook_address_allowed(const std::string& address, WebhookTransport transport,
                             const std::vector<std::string>& private_addresses) {
  if (!private_addresses.empty() && link::address_text_allowed(address, private_addresses)) return true;
  boost::system::error_code error;
  ip::make_address(address, error);
  return !error && transport == WebhookTransport::kTls && !link::address_text_allowed(address, not_public());
}

struct WebhookSender::Multi {
  CURLM* curl = curl_multi_init();
  ~Multi() {
    if (curl != nullptr) curl_multi_cleanup(curl);
  }
};

// One request.
struct WebhookSender::Transfer {
  CURLM* multi = nullptr;
  CURL* curl = curl_easy_init();
  curl_slist* headers = nullptr;
  std::string body;
  std::vector<int64_t> numbers;
  Key key;
  WebhookTransport transport = WebhookTransport::kTls;
  const std::vector<std::string>* private_addresses = nullptr;
  size_t answer_bytes = 0, header_bytes = 0;
  bool address_refused = false, done = false;
  CURLcode result = CURLE_OK;

  ~Transfer() {
    if (curl != nullptr) {
      if (multi != nullptr) curl_multi_remove_handle(multi, curl);
      curl_easy_cleanup(curl);
    }
    curl_slist_free_all(headers);
  }

  // Nobody reads the answer; too much of it ends the request.
  static size_t count_body(char*, size_t size, size_t count, void* self) {
    size_t& bytes = static_cast<Transfer*>(self)->answer_bytes;
    bytes += size * count;
    return bytes > limits::kWebhookAnswerBytes ? 0 : size * count;
  }
  static size_t count_header(char*, size_t size, size_t count, void* self) {
    size_t& bytes = static_cast<Transfer*>(self)->header_bytes;
    bytes += size * count;
    return bytes > limits::kWebhookAnswerHeaderBytes ? 0 : size * count;
  }
  // Asked with the address that is really connected to, whatever the name says a second time.
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto* transfer = static_cast<Transfer*>(self);
    if (!webhook_address_allowed(text_of(*address), transfer->transport, *transfer->private_addresses)) {
      transfer->address_refused = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }
  static std::string text_of(const curl_sockaddr& address) {
    if (address.family == AF_INET) {
      sockaddr_in in{};
      std::memcpy(&in, &address.addr, sizeof in);
      return ip::address_v4(ntohl(in.sin_addr.s_addr)).to_string();
    }
    if (address.family != AF_INET6) return {};
    sockaddr_in6 in{};
    std::memcpy(&in, &address.addr, std::min<size_t>(sizeof in, address.addrlen));
    ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return ip::address_v6(bytes).to_string();
  }

  bool prepare(const std::string& url, const std::string& secret, Time now, const std::string& ca_file);
};

bool WebhookSender::Transfer::prepare(const std::string& url, const std::string& secret, Time now,
                                      const std::string& ca_file) {
  if (curl == nullptr) return false;
  const std::string timestamp = std::to_string(now.us / seconds(1).us);
  const crypto::Digest mac =
      crypto::HmacKey(as_bytes(secret)).mac({as_bytes(timestamp), as_bytes("."), as_bytes(body)});
  for (const std::string& line : {std::string("Content-Type: application/json"), std::string("Expect:"),
                                  "Yizhan-Timestamp: " + timestamp, "Yizhan-Signature: v1=" + to_hex(mac)})
    headers = curl_slist_append(headers, line.c_str());
  const auto set = [this](CURLoption option, auto value) {
    return curl_easy_setopt(curl, option, value) == CURLE_OK;
  };
  bool good = set(CURLOPT_URL, url.c_str()) && set(CURLOPT_PROTOCOLS_STR, "http,https") &&
              set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_PROXY, "") && set(CURLOPT_NOPROXY, "*") &&
              set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  good = good && set(CURLOPT_POST, 1L) && set(CURLOPT_POSTFIELDS, body.c_str()) &&
         set(CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size())) && set(CURLOPT_HTTPHEADER, headers) &&
         set(CURLOPT_USERAGENT, "Yizhan");
  good = good && set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)) &&
         set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits::kWebhookConnectTimeoutMs)) &&
         set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits::kWebhookTimeoutMs)) &&
         set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  good = good && set(CURLOPT_WRITEFUNCTION, &count_body) &&
         set(CURLOPT_WRITEDATA, static_cast<void*>(this)) && set(CURLOPT_HEADERFUNCTION, &count_header) &&
         set(CURLOPT_HEADERDATA, static_cast<void*>(this)) && set(CURLOPT_OPENSOCKETFUNCTION, &open_socket) &&
         set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this)) &&
         set(CURLOPT_PRIVATE, static_cast<void*>(this));
  return good && (ca_file.empty() || set(CURLOPT_CAINFO, ca_file.c_str()));
}

WebhookSender::WebhookSender(const store::Store& store, service::Webhooks& webhooks, WebhookOptions options)
    : store_(store), webhooks_(webhooks), options_(std::move(options)), random_(options_.seed) {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
  multi_ = std::make_unique<Multi>();
}

WebhookSender::~WebhookSender() { stop(); }

Result<> WebhookSender::check_url(const std::string& url) const {
  const UrlParts parts = YZ_TRY(parse_url(url));
  if (parts.transport == WebhookTransport::kPlain && options_.private_addresses.empty())
    return fail(ErrorCode::kInvalidArgument, "must be https");
  boost::system::error_code error;
  ip::make_address(parts.host, error);
  if (!error && !webhook_address_allowed(parts.host, parts.transport, options_.private_addresses))
    return fail(ErrorCode::kInvalidArgument, "is of an address that this server does not call");
  return {};
}

Result<> WebhookSender::start() {
  if (multi_->curl == nullptr) return fail(ErrorCode::kUnavailable, "libcurl cannot be used");
  curl_multi_setopt(multi_->curl, CURLMOPT_MAXCONNECTS, kMost);
  thread_ = std::thread([this] { run(); });
  return {};
}

void WebhookSender::stop() {
  stopping_ = true;
  if (multi_->curl != nullptr) curl_multi_wakeup(multi_->curl);
  if (thread_.joinable()) thread_.join();
}

void WebhookSender::changed() {
  changed_ = true;
  curl_multi_wakeup(multi_->curl);
}

// ---------------------------------------------------------------- the thread

void WebhookSender::run() {
  while (!stopping_) {
    if (changed_.exchange(false)) load_targets();
    look_for_new();
    begin_due();
    int running = 0;
    curl_multi_perform(multi_->curl, &running);
    finish_done();
    if (!stopping_) curl_multi_poll(multi_->curl, nullptr, 0, kLookMs, nullptr);
  }
  streams_.clear();
}

// A stream whose address is gone gives its request up; its events stay.
void WebhookSender::load_targets() {
  auto targets = webhooks_.targets();
  if (!targets) {
    log::error("webhooks cannot be read: {}", to_string(targets.error()));
    changed_ = true;  // looked at again
    return;
  }
  std::map<Key, Stream> streams;
  for (service::WebhookTarget& target : *targets) {
    const Key key{target.application_id, target.kind};
    Stream& stream = streams[key];
    const auto known = streams_.find(key);
    if (known != streams_.end() && known->second.target.url == target.url) stream = std::move(known->second);
    stream.target = std::move(target);
    stream.more = true;
    stream.next_try = {};
    stream.pause_seconds = 0;
  }
  streams_ = std::move(streams);
  under_way_ = static_cast<size_t>(
      std::ranges::count_if(streams_, [](const auto& s) { return s.second.transfer != nullptr; }));
}

void WebhookSender::look_for_new() {
  if (streams_.empty()) return;
  const auto last = store_.db.read([](db::Tx& tx) { return tx.number(q::application_delivery_last); });
  if (last && std::exchange(last_delivery_, *last) != *last)
    for (auto& [key, stream] : streams_) stream.more = true;
}

void WebhookSender::begin_due() {
  for (auto& [key, stream] : streams_) {
    if (stream.transfer != nullptr || !stream.more || store_.now() < stream.next_try) continue;
    if (under_way_ >= static_cast<size_t>(limits::kWebhooksAtOnce)) return;
    if (const auto begun = begin(stream); !begun) {
      log::error("events for a webhook cannot be sent application={}: {}", key.first,
                 to_string(begun.error()));
      stream.next_try = due_after_failure(stream, store_.now());
    }
  }
}

Result<> WebhookSender::begin(Stream& stream) {
  stream.more = false;
  service::WebhookBatch batch = YZ_TRY(webhooks_.next(stream.target, stream.limit));
  if (batch.numbers.empty()) return {};
  stream.more = true;
  const UrlParts parts = YZ_TRY(parse_url(stream.target.url));
  auto transfer = std::make_unique<Transfer>();
  transfer->body = std::move(batch.body);
  transfer->numbers = std::move(batch.numbers);
  transfer->key = {stream.target.application_id, stream.target.kind};
  transfer->transport = parts.transport;
  transfer->private_addresses = &options_.private_addresses;
  if (!transfer->prepare(stream.target.url, stream.target.secret, store_.now(), options_.ca_file) ||
      curl_multi_add_handle(multi_->curl, transfer->curl) != CURLM_OK)
    return fail(ErrorCode::kUnavailable, "libcurl cannot make the request");
  transfer->multi = multi_->curl;
  stream.transfer = std::move(transfer);
  ++under_way_;
  return {};
}

void WebhookSender::finish_done() {
  int left = 0;
  std::vector<Key> done;
  while (const CURLMsg* message = curl_multi_info_read(multi_->curl, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    transfer->result = message->data.result;
    done.push_back(transfer->key);
  }
  for (const Key& key : done) {
    const auto found = streams_.find(key);
    if (found == streams_.end() || found->second.transfer == nullptr) continue;
    const Transfer& transfer = *found->second.transfer;
    long status = 0;
    curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
    const bool answered = transfer.result == CURLE_OK;
    std::string error;
    if (transfer.address_refused)
      error = "an address that this server does not call";
    else if (!answered)
      error = curl_easy_strerror(transfer.result);
    else
      error = fmt::format("HTTP {}", status);
    finish(found->second, answered && status >= 200 && status < 300, answered && is_refusal(status),
           short_error(error));
  }
}

void WebhookSender::finish(Stream& stream, bool taken, bool refused, const std::string& error) {
  const std::unique_ptr<Transfer> transfer = std::exchange(stream.transfer, nullptr);
  --under_way_;
  // Read before the store is written: who saw the failure there may count on the pause having begun.
  const Time now = store_.now();
  if (!taken) stream.next_try = due_after_failure(stream, now);
  const auto written = taken ? webhooks_.taken(stream.target, transfer->numbers)
                             : webhooks_.failed(stream.target, transfer->numbers, error);
  if (!written) log::error("what a webhook answered is not stored: {}", to_string(written.error()));
  if (taken) {
    stream.pause_seconds = 0;
    stream.next_try = {};
    stream.limit = std::min(stream.limit * 2, limits::kWebhookEvents);
    return;
  }
  log::warn("a webhook took nothing application={} kind={}: {}", stream.target.application_id,
            name_of(stream.target.kind), error);
  // One that it will not have must not hold up the others for ever: fewer at a time until it stands alone.
  if (refused) stream.limit = std::max<size_t>(stream.limit / 2, 1);
}

// Twice the pause before, and somewhere in its second half, so that not all come back together.
Time WebhookSender::due_after_failure(Stream& stream, Time now) {
  stream.pause_seconds =
      std::clamp(stream.pause_seconds * 2, limits::kWebhookPauseMinSeconds, limits::kWebhookPauseMaxSeconds);
  const double part = (1.0 + random_.fraction()) / 2;
  return now +
         microseconds(static_cast<int64_t>(static_cast<double>(seconds(stream.pause_seconds).us) * part));
}

}  // namespace yizhan::app
