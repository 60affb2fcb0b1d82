#include "cli/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace dubplate::cli {

namespace {

/// All of `text`. False with errno set.
bool fill(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// The group of `like`, and its owner where the system lets one give files away: otherwise another's file that one may
/// write becomes one's own. False with errno set where the group would be another.
bool take_owner(int file, const struct stat& like) {
    if (::fchown(file, like.st_uid, like.st_gid) == 0) return true;
    if (::fchown(file, static_cast<uid_t>(-1), like.st_gid) == 0) return true;
    const int reason = errno;
    struct stat now {};
    const bool same = ::fstat(file, &now) == 0 && now.st_gid == like.st_gid;
    errno = reason;
    return same;
}

}  // namespace

Result<void> replace_file(std::string_view text, const std::string& path) {
    const auto failed = [&](int reason) { return fail(ErrorCode::io, std::strerror(reason), path); };
    const std::unique_ptr<char, void (*)(void*)> target(::realpath(path.c_str(), nullptr), std::free);
    struct stat status {};
    if (!target || ::stat(target.get(), &status) != 0) return failed(errno);
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::io, "is not a file that can be rewritten", path);
    if (::access(target.get(), W_OK) != 0) return failed(errno);
    const std::string beside = std::string(target.get()) + ".part" + std::to_string(getpid());
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return failed(errno);
    const bool owned = take_owner(file, status);
    bool whole = owned && fill(file, text) && ::fchmod(file, status.st_mode & 07777) == 0 && ::fsync(file) == 0;
    int reason = errno;
    if (::close(file) != 0 && whole) {
        whole = false;
        reason = errno;
    }
    if (whole && std::rename(beside.c_str(), target.get()) == 0) return {};
    if (whole) reason = errno;
    std::remove(beside.c_str());
    if (!owned)
        return fail(
            ErrorCode::io,
            std::string("stays as it is: rewritten, it would not keep its group (") + std::strerror(reason) + ")",
            path);
    return failed(reason);
}

Result<void> write_file(std::string_view text, const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) return replace_file(text, path);
    const std::string beside = path + ".part" + std::to_string(getpid());
    std::FILE* const file = std::fopen(beside.c_str(), "wb");
    if (file == nullptr) return fail(ErrorCode::io, std::strerror(errno), path);
    bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    int reason = errno;
    if (std::fclose(file) != 0) {
        if (whole) reason = errno;
        whole = false;
    }
    if (whole && std::rename(beside.c_str(), path.c_str()) == 0) return {};
    if (whole) reason = errno;
    std::remove(beside.c_str());
    return fail(ErrorCode::io, std::strerror(reason), path);
}

}  // namespace dubplate::cli
