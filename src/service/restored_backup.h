#pragma once
// A restored backup does not know who opted out after it was made, nor what was sent: all sending is halted
// until people release it. Blocks; called once at start, before anything can be sent.

#include <optional>

#include "store/lineage.h"

namespace yizhan::service {

// What this place has kept of the database that was here.
struct SeenDatabase {
  std::optional<store::LineageMark> mark;
  bool copied = false;  // the mark is a copy of one that lay elsewhere
};

// Sets the emergency stop with the cause restored_backup when the database is not the one that was seen, or
// an older state of it; audited, once for as long as it is not released. Returns what the database is.
Result<store::Lineage> stop_if_restored(const store::Store& store, const SeenDatabase& seen);

}  // namespace yizhan::service
