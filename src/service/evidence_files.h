#pragma once
// Files that prove consent, kept by their SHA-256 in one folder and sealed, for they hold personal data
// (grammar in docs/formats/evidence_file.md). Blocks; any thread.

#include <string>

#include "base/ids.h"
#include "crypto/digest.h"
#include "store/store.h"

namespace yizhan::service {

class EvidenceFiles {
 public:
  // The folder is made when it is not there.
  EvidenceFiles(const store::Store& store, std::string folder) : store_(store), folder_(std::move(folder)) {}

  struct Kept {
    crypto::Digest sha256{};
    int64_t bytes = 0;
  };
  // Seals a copy of the file under its digest; a file that is there already is left as it is. kNotFound,
  // kDiskFull, kStoreFailed.
  Result<Kept> keep(const std::string& path) const;
  // Writes the file as it was, by its digest as it is stored. kNotFound; kCorrupt when it was changed or cut.
  Result<> restore(ByteSpan sha256, const std::string& to_path) const;
  // Its row in the database, in the transaction of what it proves.
  Result<EvidenceId> record(db::Tx& tx, const Kept& kept, const std::string& file_name,
                            const std::string& media_type, int64_t user_id) const;

  std::string path_of(const crypto::Digest& sha256) const;

 private:
  const store::Store& store_;
  std::string folder_;
};

}  // namespace yizhan::service
