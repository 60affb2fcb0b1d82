#include "engine/audio/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/audio/shared_file.h"

namespace dubplate::audio {

namespace {

/// What is put on the disk in one go, how long it has to get there, and how far back is looked for what took longer.
constexpr std::int64_t kPushedBytes = 1 << 20, kWayBytes = 4 * kPushedBytes, kLookBackBytes = 64 * kPushedBytes;

}  // namespace

OutputFile::OutputFile(std::string path, std::string temporary_path, Descriptor file)
    : path_(std::move(path)), temporary_path_(std::move(temporary_path)), file_(std::move(file)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      file_(std::move(other.file_)),
      passes_cache_(other.passes_cache_),
      pushed_(other.pushed_),
      swapped_(other.swapped_) {}

OutputFile::~OutputFile() {
    if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

Result<OutputFile> OutputFile::create(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        return fail(ErrorCode::io, "cannot write: there is something of this name that is not a file", path);
    // A killed process of the same number may have left its own behind: try a few names.
    for (int attempt = 0; attempt < 100; ++attempt) {
        std::string temporary = attempt == 0 ? fmt::format("{}.{}.part", path, ::getpid())
                                             : fmt::format("{}.{}-{}.part", path, ::getpid(), attempt);
        Descriptor file =
            open_with_room([&] { return ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666); });
        if (file.get() >= 0) return OutputFile(path, std::move(temporary), std::move(file));
        if (errno != EEXIST) break;
    }
    const bool too_many = errno == EMFILE;
    Error error = system_error("cannot create", errno, path);
    error.code = ErrorCode::io;
    if (too_many) error.message += ": let the process have more (ulimit -n), or write fewer files at a time";
    return fail(std::move(error));
}

void OutputFile::preallocate(std::int64_t bytes) {
    // Not posix_fallocate: where the file system has no such call, that one writes zeros block by block.
    if (bytes > 0 && ::fallocate(file_.get(), 0, 0, bytes) != 0) static_cast<void>(!::ftruncate(file_.get(), 0));
}

Result<void> OutputFile::write(const void* from, std::int64_t bytes, std::int64_t offset) {
    auto done = write_at(file_, from, bytes, offset, path_);
    if (done && passes_cache_) push_out(offset + bytes);
    return done;
}

void OutputFile::push_out(std::int64_t end) {
    for (; end - pushed_ >= kPushedBytes; pushed_ += kPushedBytes) {
        ::sync_file_range(file_.get(), pushed_, kPushedBytes, SYNC_FILE_RANGE_WRITE);
        const std::int64_t there = pushed_ - kWayBytes, from = std::max<std::int64_t>(there - kLookBackBytes, 0);
        if (there > 0) ::posix_fadvise(file_.get(), from, there - from, POSIX_FADV_DONTNEED);
    }
}

Result<void> OutputFile::truncate(std::int64_t bytes) {
    if (::ftruncate(file_.get(), bytes) != 0) return fail(system_error("cannot write", errno, path_));
    return {};
}

Result<void> OutputFile::close() {
    if (file_.get() >= 0 && ::close(file_.release()) != 0) return fail(system_error("cannot write", errno, path_));
    return {};
}

Result<void> OutputFile::commit() { return commit_all({this, 1}); }

Result<void> OutputFile::take_name() {
    // Exchanged rather than replaced, so that the older file can have its name back.
    swapped_ = ::renameat2(AT_FDCWD, temporary_path_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0;
    if (swapped_) {
        struct stat older {};
        if (::lstat(temporary_path_.c_str(), &older) == 0 && !S_ISDIR(older.st_mode)) return {};
        give_name_back();
        errno = EISDIR;
    } else if (std::rename(temporary_path_.c_str(), path_.c_str()) == 0) {
        return {};
    }
    Error error = system_error("cannot give the finished file its name", errno, path_);
    error.code = ErrorCode::io;
    return fail(std::move(error));
}

void OutputFile::give_name_back() {
    // If this fails too, there is nothing left to try.
    if (swapped_)
        static_cast<void>(::renameat2(AT_FDCWD, temporary_path_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE));
    else
        static_cast<void>(std::rename(path_.c_str(), temporary_path_.c_str()));
    swapped_ = false;
}

void OutputFile::remove_replaced() {
    if (!swapped_) return;
    ::unlink(temporary_path_.c_str());
    temporary_path_.clear();
    swapped_ = false;
}

Result<void> commit_all(std::span<OutputFile> files) {
    for (OutputFile& file : files)
        if (auto closed = file.close(); !closed) return closed;
    // By another name (a linked folder, a relative path) two of them may be one.
    std::set<std::pair<dev_t, ino_t>> ours;
    struct stat status {};
    for (const OutputFile& file : files)
        if (::lstat(file.temporary_path_.c_str(), &status) == 0) ours.emplace(status.st_dev, status.st_ino);
    for (std::size_t k = 0; k < files.size(); ++k) {
        const bool taken =
            ::lstat(files[k].path_.c_str(), &status) == 0 && ours.contains({status.st_dev, status.st_ino});
        Result<void> named;
        if (taken)
            named =
                fail(ErrorCode::bad_argument, "another output of this render lies here: rename one", files[k].path_);
        else
            named = files[k].take_name();
        if (!named) {
            while (k-- > 0) files[k].give_name_back();
            return named;
        }
    }
    for (OutputFile& file : files)
        if (!file.swapped_) file.temporary_path_.clear();
    return {};
}

}  // namespace dubplate::audio
