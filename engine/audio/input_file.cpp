#include "engine/audio/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "engine/audio/source.h"

namespace dubplate::audio {

namespace {

constexpr std::int64_t kPieceBytes = 128 << 10;  // stays in L2 between the read and the hash

}  // namespace

InputFile::InputFile(const std::string& path, FileStatus status, Descriptor file, Hashing hashing)
    : file_(path, status, std::move(file)) {
    if (hashing == Hashing::while_reading) hash_.emplace();
}

Result<std::shared_ptr<const InputFile>> InputFile::open(const std::string& path, Hashing hashing) {
    auto file = open_for_reading(path);
    if (!file) return fail(std::move(file.error()));
    const auto status = status_of(*file, path);
    if (!status) return fail(status.error());
    return std::shared_ptr<const InputFile>(new InputFile(path, *status, std::move(*file), hashing));
}

Result<std::int64_t> InputFile::read(void* to, std::int64_t bytes, std::int64_t offset) const {
    const auto file = file_.descriptor();
    if (!file) return fail(file.error());
    auto got = read_at(**file, to, bytes, offset, path());
    if (got && hash_) feed(**file, to, *got, offset);
    return got;
}

/// Where another thread is feeding, or something cannot be read, these bytes are left to a later call.
void InputFile::feed(const Descriptor& file, const void* bytes, std::int64_t count, std::int64_t offset) const {
    const std::int64_t at = hashed_.load(std::memory_order_relaxed);
    if (offset + count <= at || offset - at > kMostGapBytes) return;
    const std::unique_lock feeding(feeding_, std::try_to_lock);
    if (!feeding) return;
    while (hashed_.load(std::memory_order_relaxed) < offset)
        if (const auto fed = feed_from_file(file, offset - hashed_.load(std::memory_order_relaxed)); !fed || *fed == 0)
            return;
    const std::int64_t known = hashed_.load(std::memory_order_relaxed) - offset;
    if (known >= count) return;
    hash_->update(static_cast<const std::byte*>(bytes) + known, static_cast<std::size_t>(count - known));
    hashed_.store(offset + count, std::memory_order_relaxed);
}

/// Up to `bytes` bytes from where the hash stands; answers how many, 0 at the file's end.
Result<std::int64_t> InputFile::feed_from_file(const Descriptor& file, std::int64_t bytes) const {
    thread_local std::vector<std::byte> piece(kPieceBytes);
    const std::int64_t at = hashed_.load(std::memory_order_relaxed);
    const auto got = read_at(file, piece.data(), std::min(bytes, kPieceBytes), at, path());
    if (!got) return got;
    hash_->update(piece.data(), static_cast<std::size_t>(*got));
    hashed_.store(at + *got, std::memory_order_relaxed);
    return got;
}

Result<std::string> InputFile::xxh3(const std::stop_token& stop) const {
    if (!hash_) return hash_file_xxh3(path(), stop);
    const auto file = file_.descriptor();
    if (!file) return fail(file.error());
    const std::lock_guard feeding(feeding_);
    for (;;) {
        if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled", path());
        const auto fed = feed_from_file(**file, kPieceBytes);
        if (!fed) return fail(fed.error());
        if (*fed == 0) return hash_->finish();
    }
}

void InputFile::prefetch(std::int64_t offset, std::int64_t bytes) const {
    const auto file = file_.descriptor();
    if (!file || bytes <= 0) return;
    // To ask for what is there takes several times as long as to see that its end is.
    std::byte last;
    const iovec to{&last, 1};
    if (::preadv2((*file)->get(), &to, 1, offset + bytes - 1, RWF_NOWAIT) == 1) return;
    static_cast<void>(::posix_fadvise((*file)->get(), offset, bytes, POSIX_FADV_WILLNEED));
}

Result<void> InputFile::check_unchanged() const {
    struct stat now {};
    if (::stat(path().c_str(), &now) != 0) return fail(system_error("cannot open", errno, path()));
    if (file_status_of(now) == status()) return {};
    return fail(ErrorCode::io, "the file was changed while it was in use: render again once it stays as it is", path());
}

}  // namespace dubplate::audio
