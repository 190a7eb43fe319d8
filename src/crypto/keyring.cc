#include "crypto/keyring.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "crypto/fatal.h"
#include "crypto/hmac.h"

namespace yizhan::crypto {

namespace {

constexpr std::string_view kHeading = "yizhan-keyring 1";

struct PurposeName {
  KeyPurpose purpose;
  std::string_view name;
  Algorithm algorithm;
};
constexpr std::array kPurposes{
    PurposeName{KeyPurpose::kField, "field", Algorithm::kAes256Gcm},
    PurposeName{KeyPurpose::kBlindIndex, "blind-index", Algorithm::kHmacSha256},
    PurposeName{KeyPurpose::kToken, "token", Algorithm::kHmacSha256},
    PurposeName{KeyPurpose::kAudit, "audit", Algorithm::kHmacSha256},
};

std::string_view name_of(Algorithm algorithm) {
  return algorithm == Algorithm::kAes256Gcm ? "aes-256-gcm" : "hmac-sha256";
}

// A descriptor closed when it goes.
struct File {
  int fd = -1;
  File() = default;
  explicit File(int descriptor) : fd(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

// Wiped when it goes: it holds the keys in hexadecimal.
struct SecretText {
  std::string text;
  SecretText() = default;
  explicit SecretText(std::string t) : text(std::move(t)) {}
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { SecretKey::wipe({reinterpret_cast<uint8_t*>(text.data()), text.size()}); }
};

bool write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool sync_directory_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const File directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.fd >= 0 && ::fsync(directory.fd) == 0;
}

// Creates `path` anew with mode 0600, whatever the umask; errno tells why it failed.
bool write_new_file(const std::string& path, std::string_view text) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  return file.fd >= 0 && ::fchmod(file.fd, 0600) == 0 && write_all(file.fd, text) && ::fsync(file.fd) == 0;
}

Result<> read_key_file(const std::string& path, std::string& out) {
  // Not blocking, so that a pipe in the file's place cannot hang the start.
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd < 0 && errno == ENOENT) return fail(ErrorCode::kWrongKey, "the key file is missing", path);
  struct stat status{};
  if (file.fd < 0 || ::fstat(file.fd, &status) != 0)
    return fail(ErrorCode::kWrongKey, "the key file cannot be read", path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kWrongKey, "the key file is not a regular file", path);
  if ((status.st_mode & 077) != 0)
    return fail(ErrorCode::kWrongKey, "the key file is open to others than its owner: chmod 600", path);
  if (static_cast<uint64_t>(status.st_size) > limits::kKeyringBytes)
    return fail(ErrorCode::kCorrupt, "the key file is too large", path);
  out.resize(static_cast<size_t>(status.st_size));
  size_t at = 0;
  while (at < out.size()) {
    const ssize_t n = ::read(file.fd, out.data() + at, out.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorCode::kWrongKey, "the key file cannot be read", path);
    at += static_cast<size_t>(n);
  }
  return {};
}

std::string_view next_word(std::string_view& line) {
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::optional<Keyring::Key> parse_key(std::string_view line) {
  Keyring::Key key;
  const std::string_view purpose = next_word(line);
  const auto* known =
      std::find_if(kPurposes.begin(), kPurposes.end(), [&](const auto& p) { return p.name == purpose; });
  if (known == kPurposes.end()) return std::nullopt;
  key.purpose = known->purpose;
  const std::string_view id = next_word(line);
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), key.id);
  if (error != std::errc() || end != id.data() + id.size() || key.id == 0) return std::nullopt;
  if (next_word(line) != name_of(known->algorithm)) return std::nullopt;
  key.algorithm = known->algorithm;
  const std::string_view state = next_word(line);
  if (state != "current" && state != "retired") return std::nullopt;
  key.current = state == "current";
  Bytes raw;
  if (!from_hex(line, raw) || raw.size() != kKeyBytes) return std::nullopt;
  std::copy(raw.begin(), raw.end(), key.secret.bytes.begin());
  SecretKey::wipe(raw);
  return key;
}

std::unexpected<Error> corrupt(std::string why) { return fail(ErrorCode::kCorrupt, std::move(why)); }

// Every purpose has exactly one current key, and no id twice.
Result<> check_complete(const std::vector<Keyring::Key>& keys) {
  for (const PurposeName& p : kPurposes) {
    const auto is_current = [&](const auto& key) { return key.purpose == p.purpose && key.current; };
    if (std::count_if(keys.begin(), keys.end(), is_current) != 1)
      return corrupt(fmt::format("the key file needs exactly one current {} key", p.name));
  }
  for (size_t i = 0; i < keys.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (keys[i].purpose == keys[j].purpose && keys[i].id == keys[j].id)
        return corrupt("the key file has two keys of the same purpose and id");
  return {};
}

}  // namespace

Keyring Keyring::generate() {
  Keyring ring;
  for (const PurposeName& p : kPurposes)
    ring.keys_.push_back({p.purpose, 1, p.algorithm, true, SecretKey::random()});
  return ring;
}

Result<Keyring> Keyring::create(const std::string& path) {
  Keyring ring = generate();
  const SecretText text(ring.serialize());
  if (!write_new_file(path, text.text)) {
    if (errno == EEXIST) return fail(ErrorCode::kConflict, "the key file exists already", path);
    return fail(ErrorCode::kStoreFailed, fmt::format("cannot write the key file: {}", std::strerror(errno)),
                path);
  }
  if (!sync_directory_of(path))
    return fail(ErrorCode::kStoreFailed, "cannot sync the key file's folder", path);
  return ring;
}

Result<Keyring> Keyring::load(const std::string& path) {
  SecretText file;
  YZ_CHECK(read_key_file(path, file.text));
  auto ring = parse(file.text);
  if (!ring) return fail(ring.error().code, ring.error().message, path);
  return ring;
}

Result<Keyring> Keyring::parse(std::string_view text) {
  const size_t check_at = text.rfind("check ");
  if (check_at == std::string_view::npos || check_at == 0 || text[check_at - 1] != '\n')
    return corrupt("the key file has no check line: it is cut or not a key file");
  std::string_view check = text.substr(check_at + 6);
  if (check.ends_with('\n')) check.remove_suffix(1);
  std::string_view body = text.substr(0, check_at);
  if (check != sha256_hex(body)) return corrupt("the key file's check does not match: it was cut or changed");

  Keyring ring;
  for (bool first = true; !body.empty(); first = false) {
    const size_t end = body.find('\n');
    std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (first && line != kHeading) return corrupt("the key file is of an unknown version");
    if (first) continue;
    if (next_word(line) != "key" || ring.keys_.size() >= limits::kKeyringKeys)
      return corrupt("the key file has an unexpected line");
    const auto key = parse_key(line);
    if (!key) return corrupt("the key file has a key that cannot be read");
    ring.keys_.push_back(*key);
  }
  YZ_CHECK(check_complete(ring.keys_));
  return ring;
}

std::string Keyring::serialize() const {
  std::string out = fmt::format("{}\n", kHeading);
  for (const Key& key : keys_)
    out += fmt::format("key {} {} {} {} {}\n", kPurposes[static_cast<size_t>(key.purpose)].name, key.id,
                       name_of(key.algorithm), key.current ? "current" : "retired", to_hex(key.secret.bytes));
  out += fmt::format("check {}\n", sha256_hex(out));
  return out;
}

const Keyring::Key& Keyring::current(KeyPurpose purpose) const {
  for (const Key& key : keys_)
    if (key.purpose == purpose && key.current) return key;
  fatal("a keyring without a current key");
}

const Keyring::Key* Keyring::find(KeyPurpose purpose, uint32_t id) const {
  for (const Key& key : keys_)
    if (key.purpose == purpose && key.id == id) return &key;
  return nullptr;
}

std::string Keyring::fingerprint() const {
  Sha256 hash;
  hash.update("yizhan keyring fingerprint 1");
  for (const PurposeName& p : kPurposes) {
    const Key* first = nullptr;
    for (const Key& key : keys_)
      if (key.purpose == p.purpose && (first == nullptr || key.id < first->id)) first = &key;
    if (first == nullptr) fatal("a keyring without a key of each purpose");
    hash.update(HmacKey(first->secret.bytes).mac(as_bytes("yizhan keyring fingerprint 1")));
  }
  return to_hex(ByteSpan(hash.finish()).first(16));
}

Result<> Keyring::rotate(KeyPurpose purpose) {
  if (keys_.size() >= limits::kKeyringKeys)
    return fail(ErrorCode::kTooMany, "the keyring is full: drop keys that seal nothing any more");
  Key next{purpose, 1, kPurposes[static_cast<size_t>(purpose)].algorithm, true, SecretKey::random()};
  for (Key& key : keys_) {
    if (key.purpose != purpose) continue;
    key.current = false;
    next.id = std::max(next.id, key.id + 1);
  }
  keys_.push_back(next);
  return {};
}

Result<> Keyring::save(const std::string& path) const {
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());  // left by a crash
  const SecretText text(serialize());
  if (!write_new_file(temporary, text.text) || ::rename(temporary.c_str(), path.c_str()) != 0 ||
      !sync_directory_of(path))
    return fail(ErrorCode::kStoreFailed, fmt::format("cannot write the key file: {}", std::strerror(errno)),
                path);
  return {};
}

}  // namespace yizhan::crypto
