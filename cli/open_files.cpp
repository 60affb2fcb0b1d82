#include "cli/open_files.h"

#include <sys/resource.h>

namespace dubplate::cli {

void raise_open_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    // What does not work leaves things as they were; then a render of too many files says so.
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace dubplate::cli
