#include "engine/audio/pcm_source.h"

#include <fcntl.h>

#include <algorithm>
#include <cassert>

namespace dubplate::audio {

namespace {

constexpr std::int64_t kPieceBytes = 192 << 10;  // stays in L2 between the read and the unpacking
constexpr int kTileSamples = 4096;

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

Result<void> PcmSource::read(FrameCount start, int count, std::span<const int> picked, float* const* out) const {
    const FrameCount first = std::clamp<FrameCount>(start, 0, frames_);
    const FrameCount last = std::clamp<FrameCount>(start + count, first, frames_);
    // All silence where nothing of the file is in reach, zeros on either side otherwise.
    const int before = first == last ? count : static_cast<int>(first - start);
    const int inside = static_cast<int>(last - first);
    for (std::size_t k = 0; k < picked.size(); ++k) {
        std::fill_n(out[k], before, 0.0f);
        std::fill(out[k] + before + inside, out[k] + count, 0.0f);
    }
    return inside == 0 ? Result<void>{} : read_inside(first, inside, picked, out, before);
}

Result<void> PcmSource::read_inside(FrameCount start, int count, std::span<const int> picked, float* const* out,
                                    int offset) const {
    const int channels = info_.channels;
    const int frame_bytes = channels * bytes_of(type_);
    const int piece_frames = static_cast<int>(std::max<std::int64_t>(kPieceBytes / frame_bytes, 1));
    const int tile_frames = std::max(kTileSamples / channels, 1);
    thread_local std::vector<std::byte> packed;
    thread_local std::vector<float> tile;
    packed.resize(std::max(packed.size(), static_cast<std::size_t>(piece_frames * frame_bytes) + kPackedSlack));
    tile.resize(std::max(tile.size(), static_cast<std::size_t>(tile_frames * channels)));

    for (int piece = 0; piece < count; piece += piece_frames) {
        const int frames_here = std::min(piece_frames, count - piece);
        if (auto read = store_->read(start + piece, frames_here, packed.data()); !read) return read;
        for (int begin = 0; begin < frames_here; begin += tile_frames) {
            const int frames = std::min(tile_frames, frames_here - begin);
            const bool straight = channels == 1 && picked.size() == 1;
            float* const samples = straight ? out[0] + offset + piece + begin : tile.data();
            unpack(type_, packed.data() + static_cast<std::ptrdiff_t>(begin) * frame_bytes,
                   std::int64_t{frames} * channels, samples);
            if (checks_samples_) {
                if (const auto bad = first_not_finite(samples, std::int64_t{frames} * channels))
                    return fail(ErrorCode::corrupt_input,
                                "a sample of frame " + std::to_string(start + piece + begin + *bad / channels) +
                                    ", channel " + std::to_string(*bad % channels + 1) + ", is not a finite number",
                                info_.path);
            }
            if (straight) continue;
            for (std::size_t k = 0; k < picked.size(); ++k) {
                assert(picked[k] >= 0 && picked[k] < channels && "clips pick channels that the file has");
                pick_channel(samples, channels, picked[k], frames, out[k] + offset + piece + begin);
            }
        }
    }
    return {};
}

void PcmSource::prefetch(FrameCount start, FrameCount count) const {
    const FrameCount first = std::clamp<FrameCount>(start, 0, frames_);
    const FrameCount last = std::clamp<FrameCount>(start + count, first, frames_);
    if (last > first) store_->prefetch(first, last - first);
}

}  // namespace dubplate::audio
