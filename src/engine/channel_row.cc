#include "engine/channel_row.h"

#include <algorithm>

#include "base/limits.h"
#include "codec/smpp/message_id.h"
#include "provider/callback.h"

namespace yizhan::engine {
namespace {

// What a link takes ahead of its window: enough to stay busy, little enough that a crash leaves few outcomes
// unknown.
constexpr size_t kQueueSegments = 1'024;
constexpr int64_t kThrottlePauses = 20;  // the longest pause after throttling, in first ones

smpp::MessageIdForm codec_form(domain::MessageIdForm form) {
  switch (form) {
    case domain::MessageIdForm::kVerbatim:
      return smpp::MessageIdForm::kVerbatim;
    case domain::MessageIdForm::kDecimal:
      return smpp::MessageIdForm::kDecimal;
    case domain::MessageIdForm::kHexadecimal:
      return smpp::MessageIdForm::kHex;
    case domain::MessageIdForm::kSubmitHexReceiptDecimal:
      return smpp::MessageIdForm::kSubmitHexReceiptDecimal;
    case domain::MessageIdForm::kSubmitDecimalReceiptHex:
      return smpp::MessageIdForm::kSubmitDecimalReceiptHex;
  }
  return smpp::MessageIdForm::kVerbatim;
}

}  // namespace

Result<ChannelRow> read_channel(const store::Store& store, const db::Row& row) {
  ChannelRow channel{.id = row.i64(0),
                     .name = row.string(1),
                     .provider = row.string(2),
                     .host = row.string(3),
                     .system_id = row.string(5),
                     .access_code = row.string(7),
                     .port = static_cast<uint16_t>(row.i64(4))};
  const auto protocol = domain::parse_name<domain::ChannelProtocol>(row.text(9));
  auto options = json::decode<domain::ChannelOptions>(row.text(8));
  if (!options || !protocol || (*protocol == domain::ChannelProtocol::kHttp) != options->http.has_value())
    return fail(ErrorCode::kCorrupt, "a channel cannot be read", channel.name);
  channel.protocol = *protocol;
  channel.options = *std::move(options);
  channel.password = YZ_TRY(store.cipher.open({store::column::kChannelPassword, channel.id}, row.blob(6)));
  if (!row.blob(10).empty())
    channel.peer_password =
        YZ_TRY(store.cipher.open({store::column::kChannelPeerPassword, channel.id}, row.blob(10)));
  return channel;
}

namespace {

text::Encoding alphabet_of(domain::DefaultAlphabet alphabet) {
  switch (alphabet) {
    case domain::DefaultAlphabet::kGsm7:
      return text::Encoding::kGsm7;
    case domain::DefaultAlphabet::kLatin1:
      return text::Encoding::kLatin1;
    case domain::DefaultAlphabet::kAscii:
      return text::Encoding::kAscii;
  }
  return text::Encoding::kGsm7;
}

link::Tls tls_of(domain::ChannelTls tls) {
  switch (tls) {
    case domain::ChannelTls::kOff:
      return link::Tls::kOff;
    case domain::ChannelTls::kVerified:
      return link::Tls::kVerified;
    case domain::ChannelTls::kUnverified:
      return link::Tls::kUnverified;
  }
  return link::Tls::kVerified;
}

// To a provider by HTTP, plain only where the description says so; there "off" is nobody's choice.
link::Tls tls_of(const provider::Description& http, domain::ChannelTls tls) {
  if (http.scheme == provider::Scheme::kHttp) return link::Tls::kOff;
  return tls == domain::ChannelTls::kUnverified ? link::Tls::kUnverified : link::Tls::kVerified;
}

}  // namespace

codec::DialectOptions dialect_options(const domain::ChannelOptions& o) {
  codec::DialectOptions options;
  options.service_type = o.service_id;
  options.default_alphabet = alphabet_of(o.default_alphabet);
  options.gsm7_packed = o.gsm7_packed;
  options.enterprise_code = o.enterprise_code;
  options.fee_type = o.fee_type;
  options.fee_code = o.fee_code;
  options.sgip_node = static_cast<uint32_t>(o.sgip_node);
  return options;
}

TextForm text_form(domain::ChannelProtocol protocol, const domain::ChannelOptions& options) {
  if (protocol == domain::ChannelProtocol::kHttp) return {.cut = Cut::kWhole};
  const auto dialect = codec::make_dialect(static_cast<codec::Protocol>(protocol), dialect_options(options));
  return {.encodings = dialect->encodings(),
          .gsm7_form = options.gsm7_packed ? text::Gsm7Form::kPacked : text::Gsm7Form::kUnpacked};
}

link::LinkConfig link_config(const ChannelRow& row) {
  const domain::ChannelOptions& o = row.options;
  link::LinkConfig config;
  config.name = row.name;
  if (row.protocol == domain::ChannelProtocol::kHttp)
    config.http = o.http;
  else
    config.protocol = static_cast<codec::Protocol>(row.protocol);
  config.dialect = dialect_options(o);
  config.local_address = o.local_address;
  config.tls = o.http ? tls_of(*o.http, o.tls) : tls_of(o.tls);
  config.tls_ca_pem = o.tls_ca_pem;
  config.listen_address = o.listen_address;
  config.listen_port = static_cast<uint16_t>(o.listen_port);
  config.peer_name = o.peer_name;
  config.peer_password = row.peer_password;
  config.host = row.host;
  config.port = row.port;
  config.system_id = row.system_id;
  config.password = row.password;
  config.system_type = o.system_type;
  config.bind_mode = o.bind_mode == domain::BindMode::kTransceiver ? link::BindMode::kTransceiver
                                                                   : link::BindMode::kTransmitterReceiver;
  config.window = static_cast<uint32_t>(o.window);
  config.segments_per_second = static_cast<uint32_t>(o.segments_per_second);
  config.lane_weights = {static_cast<uint32_t>(o.verification_share),
                         static_cast<uint32_t>(o.notification_share),
                         static_cast<uint32_t>(o.marketing_share)};
  config.response_timeout = milliseconds(o.response_timeout_ms);
  config.keep_alive_interval = milliseconds(o.enquire_link_ms);
  config.backoff_min = milliseconds(o.reconnect_min_ms);
  config.backoff_max = milliseconds(o.reconnect_max_ms);
  config.throttle_pause = milliseconds(o.throttle_pause_ms);
  config.throttle_pause_max = milliseconds(kThrottlePauses * o.throttle_pause_ms);
  config.sessions = static_cast<uint32_t>(o.sessions);
  if (row.protocol == domain::ChannelProtocol::kSmpp) config.message_id_form = codec_form(o.message_id_form);
  // With a rate, a tenth of a second of it; always room for two messages of any length.
  const size_t ahead = config.segments_per_second == 0 ? kQueueSegments : config.segments_per_second / 10;
  config.queue_segments =
      std::max({ahead, size_t{2} * config.window * config.sessions, size_t{2} * limits::kSegmentsPerMessage});
  config.queue_segments = std::min(config.queue_segments, limits::kLinkQueueSegments);
  config.jitter_seed = static_cast<uint64_t>(row.id);
  return config;
}

namespace {

Result<> check_http(const ChannelRow& row) {
  const auto& http = row.options.http;
  if ((row.protocol == domain::ChannelProtocol::kHttp) != http.has_value())
    return fail(ErrorCode::kInvalidArgument, "belongs to the protocol http, and to no other", "http");
  if (!http) return {};
  if (http->scheme == provider::Scheme::kHttp && row.options.tls != domain::ChannelTls::kOff)
    return fail(ErrorCode::kInvalidArgument, "plain http has no TLS", "tls");
  auto callback = provider::check_callback(http->callback);
  if (!callback) callback.error().field.insert(0, "http/");
  return callback;
}

}  // namespace

Result<> check_link(const ChannelRow& row) {
  YZ_CHECK(check_http(row));
  // The others' queries count by day and service and know no message.
  if (row.options.receipt_query_seconds != 0 && row.protocol != domain::ChannelProtocol::kSmpp)
    return fail(ErrorCode::kInvalidArgument, "only smpp asks after a message", "receipt_query_seconds");
  return link::check(link_config(row));
}

}  // namespace yizhan::engine
