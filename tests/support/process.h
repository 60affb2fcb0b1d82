#pragma once

/// What the process holds of the system, for tests that say how much it may.

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>

namespace dubplate::test {

/// Descriptors of open files, the one that counts them left out.
inline int open_descriptors() {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {})) - 1;
}

/// The number that the next file to be opened gets: as a limit, it lets none be opened.
inline int next_descriptor() {
    const int next = dup(0);
    close(next);
    return next;
}

inline int running_threads() {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

/// The limit of open files (`ulimit -n`) while it lives.
class OpenFileLimit {
public:
    explicit OpenFileLimit(int files) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(files);
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    ~OpenFileLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
    OpenFileLimit(const OpenFileLimit&) = delete;
    OpenFileLimit& operator=(const OpenFileLimit&) = delete;

private:
    rlimit before_{};
};

}  // namespace dubplate::test
