#pragma once
// A channel as it is stored, and what follows from it for its link and for the texts that go by it. Pure but
// for the reading; any thread.

#include <string>

#include "codec/dialect.h"
#include "domain/channel.h"
#include "engine/composer.h"
#include "link/link_config.h"
#include "store/store.h"

namespace yizhan::engine {

struct ChannelRow {
  int64_t id = 0;
  domain::ChannelProtocol protocol = domain::ChannelProtocol::kSmpp;
  std::string name, provider, host, system_id, password, peer_password, access_code;
  uint16_t port = 0;
  domain::ChannelOptions options;
  bool operator==(const ChannelRow&) const = default;
};
// What the link could not work with; the field as link::check names it.
Result<> check_link(const ChannelRow& row);

// Reads what q::channels_enabled and q::channel_to_bind select. kCorrupt when its options cannot be read.
Result<ChannelRow> read_channel(const store::Store& store, const db::Row& row);

codec::DialectOptions dialect_options(const domain::ChannelOptions& options);
// How texts are made for it.
TextForm text_form(domain::ChannelProtocol protocol, const domain::ChannelOptions& options);
// How the link to a channel is set up.
link::LinkConfig link_config(const ChannelRow& row);

}  // namespace yizhan::engine
