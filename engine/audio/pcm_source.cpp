#include "engine/audio/pcm_source.h"

#include <fcntl.h>

#include <algorithm>
#include <cassert>

namespace dubplate::audio {

namespace {

constexpr int kTileSamples = 1024;

}  // namespace

Result<void> FileStore::read(FrameCount start, FrameCount count, std::byte* packed) const {
    const std::int64_t bytes = count * frame_bytes_;
    const auto got = file_->read(packed, bytes, data_offset_ + start * frame_bytes_);
    if (!got) return fail(got.error());
    if (*got != bytes)
        return fail(ErrorCode::corrupt_input,
                    "the file ends early, at frame " + std::to_string(start + *got / frame_bytes_), file_->path());
    return {};
}

void FileStore::prefetch(FrameCount start, FrameCount count) const {
    file_->prefetch(data_offset_ + start * frame_bytes_, count * frame_bytes_);
}

std::optional<ByteRange> FileStore::byte_range(FrameCount start, FrameCount count) const {
    return ByteRange{data_offset_ + start * frame_bytes_, data_offset_ + (start + count) * frame_bytes_};
}

template <class Use>
Result<void> ScratchStore::for_each_piece(FrameCount start, FrameCount count, Use use) const {
    for (FrameCount done = 0; done < count;) {
        const FrameCount within = (start + done) % kExtentFrames;
        const FrameCount frames = std::min(count - done, kExtentFrames - within);
        const auto extent = static_cast<std::size_t>((start + done) / kExtentFrames);
        if (auto used = use(extents_[extent] + within * frame_bytes_, done, frames); !used) return used;
        done += frames;
    }
    return {};
}

Result<void> ScratchStore::append(const float* interleaved, FrameCount count) {
    while (static_cast<FrameCount>(extents_.size()) * kExtentFrames < frames_ + count)
        extents_.push_back(file_->reserve(kExtentFrames * frame_bytes_));
    auto written = for_each_piece(frames_, count, [&](std::int64_t offset, FrameCount first, FrameCount frames) {
        return file_->write(interleaved + first * (frame_bytes_ / 4), frames * frame_bytes_, offset);
    });
    if (written) frames_ += count;
    return written;
}

Result<void> ScratchStore::read(FrameCount start, FrameCount count, std::byte* packed) const {
    return for_each_piece(start, count, [&](std::int64_t offset, FrameCount first, FrameCount frames) {
        return file_->read(packed + first * frame_bytes_, frames * frame_bytes_, offset);
    });
}

void ScratchStore::prefetch(FrameCount start, FrameCount count) const {
    static_cast<void>(for_each_piece(start, count, [&](std::int64_t offset, FrameCount, FrameCount frames) {
        static_cast<void>(
            ::posix_fadvise(file_->descriptor().get(), offset, frames * frame_bytes_, POSIX_FADV_WILLNEED));
        return Result<void>{};
    }));
}

Result<void> PcmSource::read_packed(FrameCount start, int count, std::byte* packed) const {
    assert(start >= 0 && start + count <= frames_ && "readers stay within the source");
    auto read = store_->read(start, count, packed);
    return read && checks_samples_ ? check_finite(start, count, packed) : read;
}

Result<void> PcmSource::check_finite(FrameCount start, int count, const std::byte* packed) const {
    const std::int64_t samples = std::int64_t{count} * info_.channels;
    float tile[kTileSamples];
    for (std::int64_t begin = 0; begin < samples; begin += kTileSamples) {
        const auto here = std::min<std::int64_t>(kTileSamples, samples - begin);
        unpack(type_, packed + begin * bytes_of(type_), here, tile);
        if (const auto bad = first_not_finite(tile, here))
            return fail(ErrorCode::corrupt_input,
                        "a sample of frame " + std::to_string(start + (begin + *bad) / info_.channels) + ", channel " +
                            std::to_string((begin + *bad) % info_.channels + 1) + ", is not a finite number",
                        info_.path);
    }
    return {};
}

void PcmSource::prefetch(FrameCount start, FrameCount count) const {
    const FrameCount first = std::clamp<FrameCount>(start, 0, frames_);
    const FrameCount last = std::clamp<FrameCount>(start + count, first, frames_);
    if (last > first) store_->prefetch(first, last - first);
}

}  // namespace dubplate::audio
