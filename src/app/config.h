#pragma once
// The server's configuration: a TOML file, overridden by environment variables, overridden by options. Plain
// data.

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "db/database.h"

namespace yizhan::app {

struct Config {
  std::string data_dir = "data";          // YIZHAN_DATA_DIR; database, key file, evidence, spool
  std::string listen = "127.0.0.1:8080";  // YIZHAN_LISTEN; address:port, port 0 = chosen by the system
  std::string store = "sqlite";           // YIZHAN_STORE; sqlite | postgres
  std::string postgres;                   // YIZHAN_POSTGRES; libpq connection string
  std::string key_file;                   // YIZHAN_KEY_FILE; default <data_dir>/keys
  std::string rules_dir;                  // YIZHAN_RULES_DIR; default beside the program
  std::string web_dir;                    // YIZHAN_WEB_DIR; default `web` beside the program, else no console
  std::string log_level = "info";         // YIZHAN_LOG_LEVEL
  std::string log_file;                   // YIZHAN_LOG_FILE; default standard error
  std::string signature = "驿站";         // YIZHAN_SIGNATURE; of texts that the program ships
  int64_t worker_threads = 16;            // YIZHAN_WORKER_THREADS
  // Where the company's own programs log in, address:port; empty = not served. YIZHAN_ACCESS_SMPP …
  std::string access_smpp, access_smpps, access_cmpp, access_sgip, access_smgp;
  // PEM files for access_smpps. YIZHAN_ACCESS_CERTIFICATE, YIZHAN_ACCESS_KEY
  std::string access_certificate, access_key;
  // Ranges of addresses that are not public and may yet be told of receipts and replies, without TLS too; the
  // authorities that vouch for them. YIZHAN_WEBHOOK_PRIVATE_ADDRESSES, YIZHAN_WEBHOOK_CA
  std::vector<std::string> webhook_private_addresses;
  std::string webhook_ca;
  std::vector<std::string> trusted_proxies;  // YIZHAN_TRUSTED_PROXIES; their X-Forwarded-For is believed
  bool behind_tls = false;                   // YIZHAN_BEHIND_TLS; a proxy in front speaks TLS to browsers
  // The wall clock's start, for demonstrations: empty = the system's. YIZHAN_CLOCK_START, RFC 3339.
  std::string clock_start;

  std::string key_path() const { return key_file.empty() ? data_dir + "/keys" : key_file; }
  db::Options database() const;
};

// kNotFound when `file` is named and missing; kInvalidArgument with the key as field for an unknown key or a
// bad value. `file` empty: <data_dir>/yizhan.toml if it exists.
Result<Config> load_config(const std::string& file,
                           const std::vector<std::pair<std::string, std::string>>& overrides);

// The names and meanings of the keys, for `--help`.
std::string describe_config();

}  // namespace yizhan::app
