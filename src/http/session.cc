// The only file that sees Boost.Beast: its parser turns bytes into fields and body pieces; everything else is
// ours.

#include "http/session.h"

#include <fcntl.h>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>

#include "base/ids.h"
#include "base/log.h"
#include "http/problem.h"
#include "http/target.h"
#include "http/upload.h"
#include "net/deadline.h"

namespace yizhan::http {
namespace {

namespace asio = net::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

// Room for one header; a body is read through the same buffer.
constexpr size_t kReadBufferBytes = limits::kHttpHeaderBytes + 1024;
constexpr size_t kUploadBufferBytes = 64 * 1024;
// Bodies up to this size are copied behind their header; larger ones are written from where they are.
constexpr size_t kCopiedBodyBytes = 64 * 1024;

// What every answer says: nothing is guessed, framed, embedded or told to other sites.
constexpr std::string_view kSecurityHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";
constexpr std::string_view kNoContentPolicy =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

// Bytes of the body that are held in memory, given back when the request ends.
class BodyBudget {
 public:
  explicit BodyBudget(std::atomic<size_t>& used) : used_(used) {}
  ~BodyBudget() { release(); }
  BodyBudget(const BodyBudget&) = delete;
  BodyBudget& operator=(const BodyBudget&) = delete;

  bool take(size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes > limits::kHttpBodiesBytes) {
      used_.fetch_sub(bytes, std::memory_order_relaxed);
      return false;
    }
    taken_ += bytes;
    return true;
  }
  void release() {
    if (taken_ != 0) used_.fetch_sub(std::exchange(taken_, 0), std::memory_order_relaxed);
  }

 private:
  std::atomic<size_t>& used_;
  size_t taken_ = 0;
};

// Feeds the header into a Request and the body to where it belongs. One for each request.
class Parser final : public beast::http::basic_parser<true> {
 public:
  explicit Parser(Request& request) : request_(request) {
    header_limit(limits::kHttpHeaderBytes);
    body_limit(boost::none);  // the route's limit holds; it is not known yet
  }

  void keep_body(size_t limit) {
    goal_ = Goal::kText;
    limit_ = limit;
  }
  void stream_body(UploadBody& upload, size_t limit) {
    goal_ = Goal::kUpload;
    upload_ = &upload;
    limit_ = limit;
  }
  void drop_body(size_t limit) {
    goal_ = Goal::kNowhere;
    limit_ = limit;
  }

  const std::string& request_target() const { return request_target_; }
  int http_version() const { return version_; }
  bool has_body() const { return chunked() || content_length().value_or(0) != 0; }
  // Set when the body, not its framing, is at fault.
  const std::optional<Error>& fault() const { return fault_; }

 private:
  enum class Goal : uint8_t { kNowhere, kText, kUpload };

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    request_.method = http::parse_method(method);
    request_target_ = target;
    version_ = version;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code& ec) override {
    if (is_header_done_) return;  // a trailer: must not pass for a header
    if (request_.headers.size() == limits::kHttpHeaderFields) {
      ec = beast::http::error::header_limit;
      return;
    }
    request_.headers.add(name, value);
  }
  void on_header_impl(error_code&) override { is_header_done_ = true; }
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(beast::string_view body, error_code& ec) override { return take(body, ec); }
  void on_chunk_header_impl(uint64_t, beast::string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, beast::string_view body, error_code& ec) override {
    return take(body, ec);
  }
  void on_finish_impl(error_code&) override {}

  size_t take(std::string_view piece, error_code& ec) {
    seen_ += piece.size();
    if (seen_ > limit_) {
      fault_ = Error{ErrorCode::kTooLarge, fmt::format("The body is larger than {} bytes.", limit_), {}};
    } else if (goal_ == Goal::kText) {
      request_.body.append(piece);
    } else if (goal_ == Goal::kUpload) {
      if (auto fed = upload_->feed(piece); !fed) fault_ = std::move(fed).error();
    }
    if (fault_) ec = beast::http::error::body_limit;
    return piece.size();
  }

  Request& request_;
  std::string request_target_;
  int version_ = 11;
  bool is_header_done_ = false;
  Goal goal_ = Goal::kNowhere;
  UploadBody* upload_ = nullptr;
  uint64_t limit_ = 0;
  uint64_t seen_ = 0;
  std::optional<Error> fault_;
};

Error parse_error(const error_code& ec) {
  if (ec == beast::http::error::header_limit)
    return {ErrorCode::kHeaderTooLarge, "The request's header is too large.", {}};
  return {ErrorCode::kMalformed, "Not an HTTP/1.1 request: " + ec.message(), {}};
}

bool is_json(const MediaType& type) {
  const auto charset = find(type.parameters, "charset");
  return (type.type == "application/json" || type.type.ends_with("+json")) &&
         (!charset || equals_ignoring_case(*charset, "utf-8"));
}

// IMF-fixdate (RFC 9110 section 5.6.7).
std::string http_date(Time time) {
  using namespace std::chrono;
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const sys_time<std::chrono::microseconds> instant{std::chrono::microseconds{time.us}};
  const auto day = floor<std::chrono::days>(instant);
  const year_month_day ymd{day};
  const hh_mm_ss clock{floor<std::chrono::seconds>(instant) - day};
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays.substr(weekday{day}.c_encoding() * 3, 3),
      static_cast<unsigned>(ymd.day()), kMonths.substr((static_cast<unsigned>(ymd.month()) - 1) * 3, 3),
      static_cast<int>(ymd.year()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

// The text of the Date header, made once a second.
const std::string& date_header(Time now) {
  thread_local int64_t second = -1;
  thread_local std::string text;
  if (const int64_t current = now.us / seconds(1).us; current != second) {
    second = current;
    text = "Date: " + http_date(now) + "\r\n";
  }
  return text;
}

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

const Header* find_header(const Response& response, std::string_view name) {
  for (const Header& h : response.headers)
    if (equals_ignoring_case(h.name, name)) return &h;
  return nullptr;
}

template <class Function>
auto call_safely(Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::exception& e) {
    return fail(ErrorCode::kInternal, e.what());
  }
}

// A file that is being sent. Blocking: on the pool.
class OpenFile {
 public:
  static Result<std::unique_ptr<OpenFile>> open(const FileBody& body) {
    auto file = std::make_unique<OpenFile>();
    if (body.after == AfterSending::kDelete) file->remove_ = SpooledFile(body.path);
    file->descriptor_ = ::open(body.path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (file->descriptor_ < 0 || ::fstat(file->descriptor_, &status) != 0)
      return fail(ErrorCode::kStoreFailed, std::generic_category().message(errno), body.path.string());
    file->bytes_ = static_cast<uint64_t>(status.st_size);
    return file;
  }
  OpenFile() = default;
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  uint64_t bytes() const { return bytes_; }
  // At most `limit` further bytes; empty at the end.
  Result<std::string> read(size_t limit) {
    std::string chunk(limit, '\0');
    const ssize_t n = ::read(descriptor_, chunk.data(), chunk.size());
    if (n < 0) return fail(ErrorCode::kStoreFailed, std::generic_category().message(errno));
    chunk.resize(static_cast<size_t>(n));
    return chunk;
  }

 private:
  int descriptor_ = -1;
  uint64_t bytes_ = 0;
  SpooledFile remove_;
};

}  // namespace

SessionShared::SessionShared(net::BoundedPool& p, const Clock& c, Router r, ServerOptions o)
    : pool(p), clock(c), router(std::move(r)), options(std::move(o)) {
  std::random_device random;
  next_request_id = (static_cast<uint64_t>(random()) << 32) | random();
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<SessionShared> shared, tcp::socket socket)
      : shared_(std::move(shared)),
        socket_(std::move(socket)),
        deadline_(socket_),
        timer_(socket_.get_executor()),
        budget_(shared_->body_bytes),
        in_(kReadBufferBytes) {}
  ~Session() {
    const std::lock_guard lock(shared_->mutex);
    shared_->sessions.erase(this);
    if (shared_->sessions.empty()) shared_->ended.notify_all();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void enrol() {
    const std::lock_guard lock(shared_->mutex);
    shared_->sessions.emplace(this, weak_from_this());
  }
  net::Task<void> run();
  void close_socket() {
    error_code ec;
    socket_.close(ec);
  }
  // Any thread.
  void close(Closing closing);

 private:
  enum class Head : uint8_t { kComplete, kBroken, kEnd };
  enum class Read : uint8_t { kData, kEnd };
  enum class Sent : uint8_t { kAll, kFailed };

  void begin_request();
  net::Task<Head> read_head();
  net::Task<void> answer();
  net::Task<Result<Response>> respond();
  Result<void> check_head();
  Result<Response> not_allowed(std::string allow) const;
  net::Task<Result<void>> read_body();
  Result<void> prepare_json_body(size_t limit);
  net::Task<Result<void>> read_upload();
  net::Task<Result<void>> write_spool(std::shared_ptr<SpoolWriter> writer,
                                      std::shared_ptr<std::string> chunk);
  net::Task<Result<Response>> call_handler();
  net::Task<Result<Response>> start_handler();
  net::Task<void> drain_body();
  net::Task<void> linger();

  net::Task<void> send(Response response);
  net::Task<void> send_file(Response response);
  net::Task<void> send_events(Response response);
  net::Task<void> pump_events(std::shared_ptr<EventStream> events);
  enum class Length : uint8_t { kKnown, kUntilClose };
  void append_head(const Response& response, Length length, uint64_t bytes);
  void watch_peer(const std::shared_ptr<EventStream>& events);
  void note_served();

  // True if it used some of the input; false if more is needed or ec is set.
  bool feed_parser(error_code& ec);
  net::Task<Result<void>> feed_body();
  net::Task<Read> read_more();
  net::Task<Sent> flush();
  net::Task<Sent> write_slice(std::string_view data);
  net::Task<Sent> write_all(std::string_view data);
  // Sends what the socket takes at once; false: `at` < data.size(), the rest has to wait, or ec is set.
  bool write_now(std::string_view data, size_t& at, error_code& ec);

  std::shared_ptr<SessionShared> shared_;
  tcp::socket socket_;
  net::Deadline deadline_;
  asio::steady_timer timer_;  // the event stream's heartbeat, cancelled to wake it
  BodyBudget budget_;
  std::string peer_address_;

  std::vector<char> in_;
  size_t in_begin_ = 0, in_end_ = 0;
  std::string out_;

  Request request_;
  std::optional<Parser> parser_;
  std::optional<Error> head_fault_;
  Router::Match match_;
  SteadyTime started_;
  int status_ = 0;
  bool keep_alive_ = true;
  bool is_idle_ = false;
  bool failed_ = false;  // the socket is of no more use
  std::shared_ptr<EventStream> events_;
  std::atomic<bool> wake_posted_{false};
};

namespace {

struct CloseAtEnd {
  Session& session;
  ~CloseAtEnd() { session.close_socket(); }
};

}  // namespace

net::Task<void> serve(std::shared_ptr<SessionShared> shared, tcp::socket socket) {
  auto session = std::make_shared<Session>(std::move(shared), std::move(socket));
  session->enrol();
  // However it ends: watch_peer() holds the session for as long as the socket is open.
  const CloseAtEnd guard{*session};
  co_await session->run();
}

void close_sessions(SessionShared& shared, Closing closing) {
  std::vector<std::shared_ptr<Session>> live;
  {
    const std::lock_guard lock(shared.mutex);
    for (const auto& [_, weak] : shared.sessions)
      if (auto session = weak.lock()) live.push_back(std::move(session));
  }
  for (const auto& session : live) session->close(closing);
}

void Session::close(Closing closing) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), closing] {
    if (self->events_ != nullptr) self->events_->close();
    if (self->is_idle_ || closing == Closing::kAtOnce) self->close_socket();
  });
}

net::Task<void> Session::run() {
  error_code ec;
  socket_.non_blocking(true, ec);
  peer_address_ = socket_.remote_endpoint(ec).address().to_string();
  if (ec) co_return;
  while (keep_alive_ && !failed_) {
    begin_request();
    const Head head = co_await read_head();
    if (head == Head::kEnd) break;
    co_await answer();
  }
  if (failed_) co_return;
  const Sent sent = co_await flush();
  if (sent == Sent::kAll && !keep_alive_) co_await linger();
}

void Session::begin_request() {
  request_.headers.clear();
  request_.body.clear();
  request_.query.clear();
  request_.path_parameters.clear();
  request_.upload.reset();
  request_.admitted.reset();
  request_.route = {};
  request_.method = Method::kOther;
  budget_.release();
  head_fault_.reset();
  match_ = {};
  parser_.emplace(request_);
}

bool Session::feed_parser(error_code& ec) {
  if (in_begin_ == in_end_) return false;
  const size_t used = parser_->put(asio::buffer(in_.data() + in_begin_, in_end_ - in_begin_), ec);
  in_begin_ += used;
  if (ec == beast::http::error::need_more) {
    ec = {};
    // The largest thing that has to stand in the buffer in one piece is the header.
    if (used == 0 && in_begin_ == 0 && in_end_ == in_.size()) ec = beast::http::error::header_limit;
    return false;
  }
  return !ec;
}

net::Task<Session::Head> Session::read_head() {
  bool has_begun = false;
  for (;;) {
    error_code ec;
    if (feed_parser(ec) && parser_->is_header_done()) co_return Head::kComplete;
    if (ec) {
      head_fault_ = parse_error(ec);
      co_return Head::kBroken;
    }
    const Sent sent = co_await flush();
    if (sent == Sent::kFailed) co_return Head::kEnd;
    is_idle_ = in_begin_ == in_end_;
    if (is_idle_) {
      if (shared_->stopping.load(std::memory_order_relaxed)) co_return Head::kEnd;
      deadline_.set(shared_->options.idle_timeout);
    } else if (!std::exchange(has_begun, true)) {
      // The time for a header runs from its first bytes: later ones do not prolong it.
      deadline_.set(shared_->options.request_timeout);
    }
    const Read read = co_await read_more();
    is_idle_ = false;
    if (read == Read::kEnd) co_return Head::kEnd;
  }
}

net::Task<Session::Read> Session::read_more() {
  if (in_begin_ == in_end_) {
    in_begin_ = in_end_ = 0;
  } else if (in_begin_ != 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
  error_code ec;
  const size_t n = co_await socket_.async_read_some(asio::buffer(in_.data() + in_end_, in_.size() - in_end_),
                                                    asio::redirect_error(asio::use_awaitable, ec));
  in_end_ += n;
  if (!ec) co_return Read::kData;
  failed_ = ec != asio::error::eof;
  co_return Read::kEnd;
}

// The target, the route, the expectations: everything that is decided before the body.
Result<void> Session::check_head() {
  const Headers& headers = request_.headers;
  if (parser_->http_version() != 10 && headers.count("host") != 1)
    return fail(ErrorCode::kMalformed, "A request has exactly one Host header.");
  // Any other coding would leave it open where the body ends (RFC 9112 section 6.1).
  if (headers.contains("transfer-encoding") &&
      (headers.count("transfer-encoding") != 1 || parser_->http_version() == 10 ||
       !equals_ignoring_case(headers.get("transfer-encoding"), "chunked")))
    return fail(ErrorCode::kMalformed, "The only transfer coding is chunked.");
  const Target target = YZ_TRY(parse_target(parser_->request_target()));
  request_.path.assign(target.path);
  if (!target.query.empty()) request_.query = YZ_TRY(parse_query(target.query));

  request_.remote_address = peer_address_;
  const auto& proxies = shared_->options.trusted_proxies;
  if (std::find(proxies.begin(), proxies.end(), peer_address_) != proxies.end()) {
    // The last entry is the one that the proxy itself wrote.
    const std::string_view forwarded = headers.get("x-forwarded-for");
    const std::string_view client =
        trim(forwarded.substr(std::min(forwarded.rfind(',') + 1, forwarded.size())));
    error_code ec;
    const auto address = asio::ip::make_address(client, ec);
    if (!ec) request_.remote_address = address.to_string();
  }
  if (headers.contains("expect") && !equals_ignoring_case(headers.get("expect"), "100-continue"))
    return fail(ErrorCode::kMalformed, "Only the expectation 100-continue is known.");
  return {};
}

Result<Response> Session::not_allowed(std::string allow) const {
  if (request_.method == Method::kOptions)
    return Response{.status = 204, .headers = {{"Allow", std::move(allow)}}};
  return problem_response(Problem{.error = {ErrorCode::kMethodNotAllowed, "The path has no such method.", {}},
                                  .headers = {{"Allow", std::move(allow)}}},
                          request_.id);
}

net::Task<Result<Response>> Session::respond() {
  if (head_fault_) co_return std::unexpected(*head_fault_);
  if (auto checked = check_head(); !checked) {
    keep_alive_ = false;
    co_return std::unexpected(std::move(checked).error());
  }
  auto found = shared_->router.find(request_.method, request_.path);
  if (!found) co_return std::unexpected(std::move(found).error());
  if (auto* refused = std::get_if<Router::NotAllowed>(&*found))
    co_return not_allowed(std::move(refused->allow));
  match_ = std::move(std::get<Router::Match>(*found));
  request_.route = match_.route->pattern;
  request_.path_parameters = std::move(match_.parameters);
  const bool is_simple = !match_.route->admit && match_.route->body == BodyMode::kNone;
  if (!is_simple || parser_->has_body()) {
    Result<void> read = co_await read_body();
    if (!read) co_return std::unexpected(std::move(read).error());
  }
  Result<Response> response = co_await call_handler();
  co_return response;
}

net::Task<void> Session::answer() {
  started_ = std::chrono::steady_clock::now();
  request_.id =
      encode_base32(static_cast<int64_t>(shared_->next_request_id.fetch_add(1, std::memory_order_relaxed) &
                                         std::numeric_limits<int64_t>::max()));
  keep_alive_ = !head_fault_ && parser_->keep_alive() && !shared_->stopping.load(std::memory_order_relaxed);
  Result<Response> outcome = co_await respond();
  if (!socket_.is_open()) {
    failed_ = true;
    co_return;
  }
  Response response = outcome ? std::move(*outcome) : problem_response(outcome.error(), request_.id);
  // A body that nobody reads: small ones are read to keep the connection, unless the client waits to be asked
  // for it.
  const bool is_unread = !head_fault_ && !parser_->is_done();
  if (is_unread && (parser_->fault() || request_.headers.contains("expect") ||
                    parser_->content_length_remaining().value_or(0) > limits::kHttpDrainBytes))
    keep_alive_ = false;
  status_ = response.status;
  if (std::holds_alternative<FileBody>(response.body)) {
    co_await send_file(std::move(response));
  } else if (std::holds_alternative<std::shared_ptr<EventStream>>(response.body)) {
    co_await send_events(std::move(response));
  } else {
    co_await send(std::move(response));
  }
  note_served();
  if (is_unread && keep_alive_ && !failed_) co_await drain_body();
}

net::Task<Result<void>> Session::read_body() {
  const Route& route = *match_.route;
  if (route.admit) {
    deadline_.clear();
    Result<void> admitted;
    if (route.execution == Execution::kInline) {
      admitted = call_safely([&] { return route.admit(request_); });
    } else {
      admitted = co_await net::run_on(
          shared_->pool, [self = shared_from_this()] { return self->match_.route->admit(self->request_); });
    }
    if (!admitted) co_return admitted;
  }
  const size_t limit = route.body_limit_bytes;
  if (parser_->content_length().value_or(0) > (route.body == BodyMode::kNone ? 0 : limit) ||
      (route.body == BodyMode::kNone && parser_->chunked()))
    co_return fail(ErrorCode::kTooLarge, route.body == BodyMode::kNone
                                             ? std::string("This request has no body.")
                                             : fmt::format("The body is larger than {} bytes.", limit));
  if (request_.headers.contains("expect") && parser_->has_body() && in_begin_ == in_end_)
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  if (route.body == BodyMode::kUpload) {
    Result<void> uploaded = co_await read_upload();
    co_return uploaded;
  }
  if (route.body == BodyMode::kNone || !parser_->has_body()) co_return Result<void>{};
  if (auto prepared = prepare_json_body(limit); !prepared) co_return prepared;
  deadline_.set(shared_->options.request_timeout);
  while (!parser_->is_done()) {
    Result<void> fed = co_await feed_body();
    if (!fed) co_return fed;
  }
  co_return Result<void>{};
}

Result<void> Session::prepare_json_body(size_t limit) {
  const auto type = parse_media_type(request_.headers.get("content-type"));
  if (!type || !is_json(*type))
    return fail(ErrorCode::kUnsupportedMedia, "The body must be application/json in UTF-8.");
  if (!budget_.take(parser_->content_length().value_or(limit)))
    return fail(ErrorCode::kBusy, "Too many requests are being read.");
  parser_->keep_body(limit);
  return {};
}

// One step of reading the body.
net::Task<Result<void>> Session::feed_body() {
  error_code ec;
  const bool progressed = feed_parser(ec);
  if (parser_->fault()) co_return std::unexpected(*parser_->fault());
  if (ec) {
    keep_alive_ = false;
    co_return std::unexpected(parse_error(ec));
  }
  if (progressed) co_return Result<void>{};
  const Sent sent = co_await flush();
  const Read read = sent == Sent::kAll ? co_await read_more() : Read::kEnd;
  if (read == Read::kEnd) {
    keep_alive_ = false;
    co_return fail(ErrorCode::kMalformed, "The body ended early.");
  }
  co_return Result<void>{};
}

net::Task<Result<void>> Session::write_spool(std::shared_ptr<SpoolWriter> writer,
                                             std::shared_ptr<std::string> chunk) {
  deadline_.clear();
  Result<void> written = co_await net::run_on(
      shared_->pool,
      [writer = std::move(writer), chunk = std::move(chunk)] { return writer->write(*chunk); });
  deadline_.set(shared_->options.request_timeout);
  co_return written;
}

net::Task<Result<void>> Session::read_upload() {
  auto body = UploadBody::create(request_.headers);
  if (!body) co_return std::unexpected(std::move(body).error());
  Result<std::shared_ptr<SpoolWriter>> writer =
      co_await net::run_on(shared_->pool, [shared = shared_]() -> Result<std::shared_ptr<SpoolWriter>> {
        return YZ_TRY(SpoolWriter::create(shared->options.spool_directory));
      });
  if (!writer) co_return std::unexpected(std::move(writer).error());
  UploadBody& upload = **body;
  parser_->stream_body(upload, match_.route->body_limit_bytes);
  if (in_.size() < kUploadBufferBytes) in_.resize(kUploadBufferBytes);
  // A deadline for each chunk bounds the time of the whole by its length.
  deadline_.set(shared_->options.request_timeout);
  while (!parser_->is_done() || !upload.ready.empty()) {
    if (!parser_->is_done()) {
      Result<void> fed = co_await feed_body();
      if (!fed) co_return fed;
    }
    if (upload.ready.size() < limits::kHttpFileChunkBytes && !parser_->is_done()) continue;
    auto chunk = std::make_shared<std::string>(std::exchange(upload.ready, {}));
    Result<void> written = co_await write_spool(*writer, std::move(chunk));
    if (!written) co_return written;
  }
  if (auto finished = upload.finish(); !finished) co_return finished;
  Result<SpooledFile> file =
      co_await net::run_on(shared_->pool, [writer = *writer] { return writer->finish(); });
  if (!file) co_return std::unexpected(std::move(file).error());
  upload.upload.file = std::move(*file);
  request_.upload = std::move(upload.upload);
  co_return Result<void>{};
}

net::Task<Result<Response>> Session::call_handler() {
  const Route& route = *match_.route;
  if (route.execution == Execution::kInline) co_return call_safely([&] { return route.handler(request_); });
  deadline_.clear();
  if (route.execution == Execution::kDeferred) {
    Result<Response> deferred = co_await start_handler();
    co_return deferred;
  }
  Result<Response> response = co_await net::run_on(
      shared_->pool, [self = shared_from_this()] { return self->match_.route->handler(self->request_); });
  co_return response;
}

// The handler begins here; whoever answers hops back once.
net::Task<Result<Response>> Session::start_handler() {
  auto initiate = [this](auto handler) {
    struct Waiting {
      explicit Waiting(decltype(handler) h)
          : work(asio::make_work_guard(asio::get_associated_executor(h))), resume(std::move(h)) {}
      decltype(asio::make_work_guard(asio::get_associated_executor(handler))) work;
      decltype(handler) resume;
    };
    auto waiting = std::make_unique<Waiting>(std::move(handler));
    // An answer that comes while the handler still begins may not be sent from inside of it.
    auto begun = std::make_shared<std::atomic<bool>>(false);
    Reply reply([w = std::move(waiting), begun](Result<Response> response) mutable {
      const auto executor = w->work.get_executor();
      auto resume = [w = std::move(w), r = std::move(response)]() mutable { w->resume(std::move(r)); };
      if (begun->load(std::memory_order_acquire))
        asio::dispatch(executor, std::move(resume));
      else
        asio::post(executor, std::move(resume));
    });
    try {
      match_.route->start(request_, std::move(reply));
    } catch (const std::exception& e) {
      log::error("a deferred handler threw id={}: {}", request_.id, e.what());
    }
    begun->store(true, std::memory_order_release);
  };
  Result<Response> response =
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<Response>)>(
          std::move(initiate), asio::use_awaitable);
  co_return response;
}

net::Task<void> Session::drain_body() {
  parser_->drop_body(limits::kHttpDrainBytes);
  deadline_.set(shared_->options.request_timeout);
  while (!parser_->is_done() && keep_alive_ && !failed_) {
    Result<void> fed = co_await feed_body();
    if (!fed) keep_alive_ = false;
  }
}

// Before closing, what the client still sends is read and dropped: unread bytes would make the system reset
// the connection, and the answer could be lost (RFC 9112 section 9.6).
net::Task<void> Session::linger() {
  error_code ec;
  socket_.shutdown(tcp::socket::shutdown_send, ec);
  if (ec) co_return;
  deadline_.set(milliseconds(limits::kHttpLingerMs));
  Read read = Read::kData;
  while (read == Read::kData && !shared_->stopping.load(std::memory_order_relaxed)) {
    in_begin_ = in_end_ = 0;
    read = co_await read_more();
  }
}

void Session::append_head(const Response& response, Length length, uint64_t bytes) {
  out_ += fmt::format(FMT_COMPILE("HTTP/1.1 {} {}\r\n"), response.status, reason_phrase(response.status));
  out_ += date_header(shared_->clock.now());
  if (!response.content_type.empty() && is_clean(response.content_type)) {
    out_ += "Content-Type: ";
    out_ += response.content_type;
    out_ += "\r\n";
  }
  if (length == Length::kKnown && response.status != 204 && response.status != 304)
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE("Content-Length: {}\r\n"), bytes);
  for (const Header& h : response.headers) {
    // A value with a line break would let data become headers.
    if (!is_clean(h.name) || !is_clean(h.value)) {
      log::error("a response header with a control character is left out name_bytes={}", h.name.size());
      continue;
    }
    out_ += h.name;
    out_ += ": ";
    out_ += h.value;
    out_ += "\r\n";
  }
  if (find_header(response, "Cache-Control") == nullptr) out_ += "Cache-Control: no-store\r\n";
  if (find_header(response, "Content-Security-Policy") == nullptr) out_ += kNoContentPolicy;
  out_ += kSecurityHeaders;
  out_ += "X-Request-Id: ";
  out_ += request_.id;
  if (!keep_alive_) {
    out_ += "\r\nConnection: close";
  } else if (parser_->http_version() == 10) {
    out_ += "\r\nConnection: keep-alive";
  }
  out_ += "\r\n\r\n";
}

net::Task<void> Session::send(Response response) {
  const std::string* own = std::get_if<std::string>(&response.body);
  const SharedText* shared = std::get_if<SharedText>(&response.body);
  const std::string_view body = own != nullptr       ? std::string_view(*own)
                                : *shared != nullptr ? **shared
                                                     : std::string_view();
  append_head(response, Length::kKnown, body.size());
  const bool has_body = request_.method != Method::kHead && response.status != 204 && response.status != 304;
  if (has_body && body.size() <= kCopiedBodyBytes) {
    out_ += body;
  } else if (has_body) {
    const Sent head = co_await flush();
    if (head == Sent::kAll) co_await write_all(body);
    co_return;
  }
  if (out_.size() > limits::kHttpPipelinedBytes) co_await flush();
}

net::Task<void> Session::send_file(Response response) {
  Result<std::unique_ptr<OpenFile>> opened = co_await net::run_on(
      shared_->pool, [body = std::get<FileBody>(response.body)] { return OpenFile::open(body); });
  if (!opened) {
    Response problem = problem_response(opened.error(), request_.id);
    status_ = problem.status;
    co_await send(std::move(problem));
    co_return;
  }
  const std::shared_ptr<OpenFile> file = std::move(*opened);
  append_head(response, Length::kKnown, file->bytes());
  Sent sent = co_await flush();
  uint64_t left = request_.method == Method::kHead ? 0 : file->bytes();
  while (left != 0 && sent == Sent::kAll) {
    const size_t wanted = std::min<uint64_t>(left, limits::kHttpFileChunkBytes);
    deadline_.clear();
    Result<std::string> chunk =
        co_await net::run_on(shared_->pool, [file, wanted] { return file->read(wanted); });
    if (!chunk || chunk->empty()) {
      // The length is promised already; only a cut connection tells the client that it does not hold.
      log::error("a file could not be sent whole id={}", request_.id);
      failed_ = true;
      co_return;
    }
    left -= chunk->size();
    sent = co_await write_all(*chunk);
  }
}

net::Task<void> Session::send_events(Response response) {
  auto events = std::get<std::shared_ptr<EventStream>>(response.body);
  auto& open = shared_->event_streams;
  if (open.fetch_add(1) >= shared_->options.max_event_streams) {
    open.fetch_sub(1);
    events->close();
    const Error busy{ErrorCode::kBusy, "Too many event streams are open.", {}};
    Response problem = problem_response(busy, request_.id);
    status_ = problem.status;
    co_await send(std::move(problem));
    co_return;
  }
  keep_alive_ = false;
  response.headers.push_back({"X-Accel-Buffering", "no"});  // nginx would hold events back
  append_head(response, Length::kUntilClose, 0);
  events_ = events;
  if (request_.method != Method::kHead) co_await pump_events(events);
  events->listen(nullptr);
  events->disconnect();
  events_ = nullptr;
  open.fetch_sub(1);
}

net::Task<void> Session::pump_events(std::shared_ptr<EventStream> events) {
  events->listen([weak = weak_from_this(), executor = socket_.get_executor()] {
    const auto session = weak.lock();
    if (session == nullptr || session->wake_posted_.exchange(true)) return;
    asio::post(executor, [session] {
      session->wake_posted_.store(false);
      // A client that does not read would keep a write waiting until its deadline.
      if (session->events_ != nullptr && session->events_->overflowed()) session->close_socket();
      session->timer_.cancel();
    });
  });
  watch_peer(events);
  Sent sent = co_await flush();
  while (sent == Sent::kAll) {
    const EventStream::Pending pending = events->take();
    if (events->overflowed()) {
      log::info("http drops an event stream that does not keep up id={}", request_.id);
      failed_ = true;
      co_return;
    }
    if (!pending.text.empty()) {
      sent = co_await write_all(pending.text);
      continue;
    }
    if (pending.closed || shared_->stopping.load(std::memory_order_relaxed)) co_return;
    deadline_.clear();
    timer_.expires_after(std::chrono::microseconds(shared_->options.heartbeat.us));
    error_code ec;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) sent = co_await write_all(":\n\n");
  }
}

// Notices that the client has gone while there is nothing to send.
void Session::watch_peer(const std::shared_ptr<EventStream>& events) {
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this(), events](error_code ec) {
    if (ec || !self->socket_.is_open()) return;
    char probe = 0;
    const size_t n = self->socket_.receive(asio::buffer(&probe, 1), tcp::socket::message_peek, ec);
    if (n != 0) return;  // it sends something that it should not: nobody reads it
    events->disconnect();
    self->timer_.cancel();
  });
}

void Session::note_served() {
  shared_->requests.fetch_add(1, std::memory_order_relaxed);
  const auto took = std::chrono::steady_clock::now() - started_;
  const Served served{.method = request_.method,
                      .route = request_.route,
                      .status = status_,
                      .duration_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count()};
  const bool is_quiet = match_.route != nullptr && match_.route->execution == Execution::kInline;
  const log::Level level = is_quiet ? log::Level::kDebug : log::Level::kInfo;
  if (log::enabled(level))
    log::write(level, fmt::format("http method={} route={} status={} ms={:.1f} id={}", name_of(served.method),
                                  served.route.empty() ? "-" : served.route, served.status,
                                  static_cast<double>(served.duration_us) / 1000, request_.id));
  if (shared_->options.observe) shared_->options.observe(served);
}

bool Session::write_now(std::string_view data, size_t& at, error_code& ec) {
  while (at < data.size()) {
    at += socket_.write_some(asio::buffer(data.data() + at, data.size() - at), ec);
    if (ec == asio::error::interrupted) ec = {};
    if (ec) break;
  }
  if (ec == asio::error::would_block || ec == asio::error::try_again) ec = {};
  return at == data.size();
}

net::Task<Session::Sent> Session::write_slice(std::string_view data) {
  size_t at = 0;
  error_code ec;
  if (!write_now(data, at, ec) && !ec) {
    deadline_.set(shared_->options.request_timeout);
    while (!ec && at < data.size()) {
      co_await socket_.async_wait(tcp::socket::wait_write, asio::redirect_error(asio::use_awaitable, ec));
      if (!ec) write_now(data, at, ec);
    }
  }
  if (!ec) co_return Sent::kAll;
  failed_ = true;
  co_return Sent::kFailed;
}

net::Task<Session::Sent> Session::write_all(std::string_view data) {
  Sent sent = failed_ ? Sent::kFailed : Sent::kAll;
  while (!data.empty() && sent == Sent::kAll) {
    const std::string_view slice = data.substr(0, limits::kHttpFileChunkBytes);
    data.remove_prefix(slice.size());
    sent = co_await write_slice(slice);
  }
  co_return sent;
}

net::Task<Session::Sent> Session::flush() {
  const Sent sent = co_await write_all(out_);
  out_.clear();
  co_return sent;
}

}  // namespace yizhan::http
