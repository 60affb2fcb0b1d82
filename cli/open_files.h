#pragma once

/// The limit of open files: every output is one while it is written, and there may be a thousand stems.

namespace dubplate::cli {

/// Raises it (`ulimit -n`) as far as the system lets this process.
void raise_open_file_limit();

}  // namespace dubplate::cli
