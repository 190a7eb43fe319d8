#pragma once
// The file `instance` of the data folder: how far the database of this server had come when it was last
// looked at (store/lineage.h). It is not part of a backup; what it says is never ahead of what the database
// has on disk. Format in docs/formats/instance_file.md. Any thread, one writer at a time.

#include <optional>
#include <string>

#include "service/restored_backup.h"

namespace yizhan::app {

// Nothing when there is no file, or none that can be understood; kStoreFailed when it cannot be read.
Result<service::SeenDatabase> read_instance_file(const std::string& data_folder);
// Whole and on disk when it returns, or as it was.
Result<> write_instance_file(const std::string& data_folder, const store::LineageMark& mark);

}  // namespace yizhan::app
