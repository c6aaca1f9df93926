// Where a table is drawn on the terminal to which the log goes, the log stands above it.
#pragma once

namespace ib::tool {

/// [control] Until the process ends.
void log_above_table();

}  // namespace ib::tool
