#include "app/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "link/access_rate.h"

namespace yizhan::app {
namespace {

struct Key {
  const char* name;
  const char* help;
  std::function<Result<>(Config&, const std::string&)> set;
};

std::function<Result<>(Config&, const std::string&)> text(std::string Config::* member) {
  return [member](Config& config, const std::string& value) -> Result<> {
    config.*member = value;
    return {};
  };
}

Result<> one_of(const std::string& value, std::initializer_list<std::string_view> allowed, const char* key) {
  for (const std::string_view a : allowed)
    if (value == a) return {};
  return fail(ErrorCode::kInvalidArgument, "not one of the values that this key may have", key);
}

// The address of each connection is compared as the system writes it, so it is kept in that form.
Result<> set_proxies(Config& config, const std::string& value) {
  config.trusted_proxies.clear();
  for (size_t at = 0; at < value.size();) {
    const size_t end = std::min(value.find(',', at), value.size());
    std::string one = value.substr(at, end - at);
    at = end + 1;
    std::erase(one, ' ');
    boost::system::error_code bad;
    const auto address = boost::asio::ip::make_address(one, bad);
    if (bad) return fail(ErrorCode::kInvalidArgument, "not an IP address: " + one, "trusted_proxies");
    config.trusted_proxies.push_back(address.to_string());
  }
  return {};
}

Result<> set_private_addresses(Config& config, const std::string& value) {
  config.webhook_private_addresses.clear();
  for (size_t at = 0; at < value.size();) {
    const size_t end = std::min(value.find(',', at), value.size());
    std::string one = value.substr(at, end - at);
    at = end + 1;
    std::erase(one, ' ');
    if (!link::is_address_range(one))
      return fail(ErrorCode::kInvalidArgument, "not an address or a range of addresses: " + one,
                  "webhook_private_addresses");
    config.webhook_private_addresses.push_back(std::move(one));
  }
  return {};
}

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"data_dir", "folder of database, key file and uploads", text(&Config::data_dir)},
      {"listen", "address:port of the API", text(&Config::listen)},
      {"store", "sqlite (embedded) or postgres",
       [](Config& c, const std::string& v) -> Result<> {
         YZ_CHECK(one_of(v, {"sqlite", "postgres"}, "store"));
         c.store = v;
         return {};
       }},
      {"postgres", "connection string of PostgreSQL 15 or later", text(&Config::postgres)},
      {"key_file", "keys of sealed fields; default <data_dir>/keys", text(&Config::key_file)},
      {"rules_dir", "rule packs; default beside the program", text(&Config::rules_dir)},
      {"web_dir", "the console's files; default: folder web beside the program, if there",
       text(&Config::web_dir)},
      {"log_level", "debug, info, warn or error",
       [](Config& c, const std::string& v) -> Result<> {
         YZ_CHECK(one_of(v, {"debug", "info", "warn", "error"}, "log_level"));
         c.log_level = v;
         return {};
       }},
      {"log_file", "default: standard error", text(&Config::log_file)},
      {"signature", "signature of the texts that the program ships", text(&Config::signature)},
      {"worker_threads", "threads for requests, 1 to 256",
       [](Config& c, const std::string& v) -> Result<> {
         const auto end = v.data() + v.size();
         if (std::from_chars(v.data(), end, c.worker_threads).ptr != end || c.worker_threads < 1 ||
             c.worker_threads > 256)
           return fail(ErrorCode::kInvalidArgument, "not a number from 1 to 256", "worker_threads");
         return {};
       }},
      {"access_smpp", "address:port where applications log in by SMPP 3.4; none by default",
       text(&Config::access_smpp)},
      {"access_smpps", "the same by SMPP over TLS; needs access_certificate and access_key",
       text(&Config::access_smpps)},
      {"access_cmpp", "the same by CMPP 2.0 or 3.0", text(&Config::access_cmpp)},
      {"access_sgip", "the same by SGIP 1.2", text(&Config::access_sgip)},
      {"access_smgp", "the same by SMGP 3.0", text(&Config::access_smgp)},
      {"access_certificate", "PEM file: certificate and chain of access_smpps",
       text(&Config::access_certificate)},
      {"access_key", "PEM file: its key", text(&Config::access_key)},
      {"webhook_private_addresses",
       "ranges of addresses, separated by commas, that are not public and may be webhooks, without TLS too",
       set_private_addresses},
      {"webhook_ca", "PEM file: authorities of webhooks; default: the system's", text(&Config::webhook_ca)},
      {"trusted_proxies",
       "addresses, separated by commas, of proxies that say with X-Forwarded-For who calls", set_proxies},
      {"behind_tls", "true when a proxy in front speaks TLS to browsers",
       [](Config& c, const std::string& v) -> Result<> {
         YZ_CHECK(one_of(v, {"true", "false"}, "behind_tls"));
         c.behind_tls = v == "true";
         return {};
       }},
      {"clock_start", "for demonstrations: pretend that the server starts at this RFC 3339 time",
       [](Config& c, const std::string& v) -> Result<> {
         if (!v.empty() && !parse_rfc3339(v))
           return fail(ErrorCode::kInvalidArgument, "not an RFC 3339 time", "clock_start");
         c.clock_start = v;
         return {};
       }},
  };
  return all;
}

Result<> set(Config& config, const std::string& name, const std::string& value) {
  for (const Key& key : keys())
    if (name == key.name) return key.set(config, value);
  return fail(ErrorCode::kInvalidArgument, "no such configuration key", name);
}

Result<> read_file(Config& config, const std::string& path) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kMalformed, std::string(error.description()),
                fmt::format("{}:{}", path, error.source().begin.line));
  }
  for (const auto& [name, node] : table) {
    std::string value;
    if (const auto* s = node.as_string())
      value = s->get();
    else if (const auto* i = node.as_integer())
      value = std::to_string(i->get());
    else if (const auto* b = node.as_boolean())
      value = b->get() ? "true" : "false";
    else
      return fail(ErrorCode::kInvalidArgument, "not a string, number or boolean", std::string(name.str()));
    YZ_CHECK(set(config, std::string(name.str()), value));
  }
  return {};
}

std::string environment_name(std::string_view key) {
  std::string name = "YIZHAN_";
  for (const char c : key) name += static_cast<char>(c == '_' ? c : c - 32);
  return name;
}

}  // namespace

db::Options Config::database() const {
  db::Options options;
  options.dialect = store == "postgres" ? db::Dialect::kPostgres : db::Dialect::kSqlite;
  options.path = data_dir + "/yizhan.db";
  options.conninfo = postgres;
  return options;
}

Result<Config> load_config(const std::string& file,
                           const std::vector<std::pair<std::string, std::string>>& overrides) {
  Config config;
  std::map<std::string, std::string> from_environment;
  for (const Key& key : keys())
    if (const char* value = std::getenv(environment_name(key.name).c_str()))
      from_environment[key.name] = value;
  // The file may lie in the data folder, which options and environment may name.
  std::string path = file;
  if (path.empty()) {
    std::string folder = config.data_dir;
    if (from_environment.contains("data_dir")) folder = from_environment["data_dir"];
    for (const auto& [name, value] : overrides)
      if (name == "data_dir") folder = value;
    path = folder + "/yizhan.toml";
    if (!std::filesystem::exists(path)) path.clear();
  } else if (!std::filesystem::exists(path)) {
    return fail(ErrorCode::kNotFound, "no such configuration file", path);
  }
  if (!path.empty()) YZ_CHECK(read_file(config, path));
  for (const auto& [name, value] : from_environment) YZ_CHECK(set(config, name, value));
  for (const auto& [name, value] : overrides) YZ_CHECK(set(config, name, value));
  return config;
}

std::string describe_config() {
  std::string out =
      "Configuration keys (TOML file; environment YIZHAN_<KEY> goes before it, --set before both):\n";
  for (const Key& key : keys()) out += fmt::format("  {:<18} {}\n", key.name, key.help);
  return out;
}

}  // namespace yizhan::app
