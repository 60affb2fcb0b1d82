#include "engine/audio/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "engine/audio/shared_file.h"

namespace dubplate::audio {

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Error system_error(std::string_view what, int system_errno, const std::string& path) {
    const ErrorCode code = system_errno == ENOENT || system_errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io;
    return {code, std::string(what) + ": " + std::generic_category().message(system_errno), path};
}

Result<Descriptor> open_for_reading(const std::string& path) {
    if (path.find('\0') != std::string::npos)
        return fail(ErrorCode::not_found, "cannot open: the name holds a zero byte", path.c_str());
    // O_NONBLOCK: opening a pipe nobody writes to must not wait for ever.
    Descriptor file = open_with_room([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
    if (file.get() < 0) return fail(system_error("cannot open", errno, path));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail(system_error("cannot open", errno, path));
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::unsupported, "is not a regular file", path);
    return file;
}

FileStatus file_status_of(const struct stat& status) {
    const auto in_ns = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
    };
    return {status.st_size, in_ns(status.st_mtim), static_cast<std::uint64_t>(status.st_dev),
            static_cast<std::uint64_t>(status.st_ino), in_ns(status.st_ctim)};
}

Result<FileStatus> status_of(const Descriptor& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail(system_error("cannot read its size", errno, path));
    return file_status_of(status);
}

Result<std::int64_t> read_at(const Descriptor& file, void* to, std::int64_t bytes, std::int64_t offset,
                             const std::string& path) {
    std::int64_t done = 0;
    while (done < bytes) {
        const ssize_t got = ::pread(file.get(), static_cast<char*>(to) + done, static_cast<std::size_t>(bytes - done),
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(system_error("cannot read", errno, path));
        if (got == 0) break;
        done += got;
    }
    return done;
}

Result<void> write_at(const Descriptor& file, const void* from, std::int64_t bytes, std::int64_t offset,
                      const std::string& path) {
    std::int64_t done = 0;
    while (done < bytes) {
        const ssize_t put = ::pwrite(file.get(), static_cast<const char*>(from) + done,
                                     static_cast<std::size_t>(bytes - done), static_cast<off_t>(offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return fail(system_error("cannot write", put < 0 ? errno : ENOSPC, path));
        done += put;
    }
    return {};
}

std::string scratch_folder_or_default(const std::string& folder) {
    if (!folder.empty()) return folder;
    const char* const chosen = std::getenv("TMPDIR");
    return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

}  // namespace dubplate::audio
