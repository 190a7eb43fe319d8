#pragma once
// A layer under SQLite's files that gathers what goes into the write-ahead log. SQLite writes a log frame by
// two calls, 24 bytes and a page; here a transaction's frames, which follow each other, are one write when
// the log is synced.
//
// Only for a connection that syncs the log at each commit (synchronous=FULL): what others may read has been
// synced, hence written. Whatever else is done to the log writes first what was gathered.
// https://www.sqlite.org/vfs.html, https://www.sqlite.org/walformat.html

#include <string>

namespace yizhan::db {

// The name of the layer over the one called `under` (empty = the system's); for ever. Empty when there is no
// such layer. Any thread.
std::string gathering_log_writes(const std::string& under);

}  // namespace yizhan::db
