#pragma once
// What of applications must not stay for ever: parts whose others never came, deliveries that nobody fetched,
// dead letters, keys of repeatable calls, verification codes, batches of days that are over. One thread.

#include "base/bytes.h"
#include "store/store.h"

namespace yizhan::engine {

class ApplicationUpkeep {
 public:
  explicit ApplicationUpkeep(const store::Store& store) : store_(store) {}
  // Looks at the next page of parts; at the rest when some minutes have gone by.
  Result<> round();

 private:
  Result<> expire_parts();
  Result<> close_batches();
  Result<> drop_deliveries();
  Result<> drop_dead_letters();
  // What is kept for applications until it is too old or too much; the statements name it by application and
  // number.
  struct Kept {
    const db::Query &page, &beyond, &delete_to;
    Time before;
    int64_t most = 0;
    std::string_view action, reason, what;  // of the audit log; what is counted in its detail
  };
  Result<> drop_oldest(const Kept& kept);
  // A page of rows each; true when there may be more.
  Result<bool> purge_programs();

  struct Place {  // in submission_part
    int64_t application_id = 0;
    Bytes group_key;
    int64_t part = 0;
  };
  const store::Store& store_;
  Place parts_;
  Time next_look_;
  bool more_to_purge_ = false;
};

}  // namespace yizhan::engine
