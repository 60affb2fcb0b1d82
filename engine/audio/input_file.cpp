#include "engine/audio/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace dubplate::audio {

InputFile::InputFile(const std::string& path, FileStatus status, Descriptor file, Hashing hashing)
    : file_(path, status, std::move(file)) {
    if (hashing == Hashing::while_reading) hash_ = std::make_unique<RangeHash>(std::vector{whole()});
}

Result<std::shared_ptr<InputFile>> InputFile::open(const std::string& path, Hashing hashing) {
    auto file = open_for_reading(path);
    if (!file) return fail(std::move(file.error()));
    const auto status = status_of(*file, path);
    if (!status) return fail(status.error());
    return std::shared_ptr<InputFile>(new InputFile(path, *status, std::move(*file), hashing));
}

Result<std::int64_t> InputFile::read(void* to, std::int64_t bytes, std::int64_t offset) const {
    const auto file = file_.descriptor();
    if (!file) return fail(file.error());
    auto got = read_at(**file, to, bytes, offset, path());
    if (got && hash_) hash_->feed(**file, path(), to, *got, offset);
    return got;
}

void InputFile::expect(std::vector<ByteRange> ranges) {
    assert(hash_ && "the file is hashed");
    const ByteRange all = whole();
    // Nothing is to be found before the file or behind it: what little is left out there is hashed too.
    ranges.push_back({-1, 0});
    ranges.push_back({all.end, all.end + 1});
    ranges = merged(std::move(ranges), kLeastGapBytes);
    for (ByteRange& range : ranges) range = {std::max(range.begin, all.begin), std::min(range.end, all.end)};
    ranges = merged(std::move(ranges), 1);
    if (ranges == std::vector{all}) ranges.clear();
    if (ranges == ranges_) return;
    ranges_ = std::move(ranges);
    hash_ = std::make_unique<RangeHash>(ranges_.empty() ? std::vector{all} : ranges_);
}

Result<InputHash> InputFile::hash(const std::stop_token& stop) const {
    assert(hash_ && "the file is hashed");
    const auto file = file_.descriptor();
    if (!file) return fail(file.error());
    const auto digests = hash_->finish(**file, path(), stop);
    if (!digests) return fail(digests.error());
    if (!ranges_.empty()) return InputHash{hash_of_hashes(*digests), ranges_};
    return InputHash{hex_digits(digests->front().data(), digests->front().size()), {}};
}

void InputFile::prefetch(std::int64_t offset, std::int64_t bytes) const {
    if (bytes <= 0) return;
    ByteRange wanted;
    {
        const std::lock_guard lock(asking_);
        wanted = read_ahead({offset, offset + bytes}, asked_, kAskedBytes, status().bytes);
        if (wanted.begin == wanted.end) return;
        asked_ = wanted;
    }
    const auto file = file_.descriptor();
    if (!file) return;
    // To ask for what is there takes several times as long as to see that its end is.
    std::byte last;
    const iovec to{&last, 1};
    if (::preadv2((*file)->get(), &to, 1, wanted.end - 1, RWF_NOWAIT) == 1) return;
    static_cast<void>(::posix_fadvise((*file)->get(), wanted.begin, wanted.end - wanted.begin, POSIX_FADV_WILLNEED));
}

Result<void> InputFile::check_unchanged() const {
    struct stat now {};
    if (::stat(path().c_str(), &now) != 0) return fail(system_error("cannot open", errno, path()));
    if (file_status_of(now) == status()) return {};
    return fail(ErrorCode::io, "the file was changed while it was in use: render again once it stays as it is", path());
}

}  // namespace dubplate::audio
