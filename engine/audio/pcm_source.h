#pragma once

/// A Source over packed samples that lie somewhere: in the file itself, or in scratch space after decoding.

#include <memory>
#include <optional>
#include <vector>

#include "engine/audio/input_file.h"
#include "engine/audio/pcm.h"
#include "engine/audio/scratch_file.h"
#include "engine/audio/source.h"

namespace dubplate::audio {

/// Where the packed frames are. Threads: read() and prefetch() are safe from several threads at once.
class PcmStore {
public:
    virtual ~PcmStore() = default;
    /// `packed` has room for count frames. The caller stays within the store.
    virtual Result<void> read(FrameCount start, FrameCount count, std::byte* packed) const = 0;
    virtual void prefetch(FrameCount start, FrameCount count) const = 0;
    /// In the user's file; nothing where they lie elsewhere.
    virtual std::optional<ByteRange> byte_range(FrameCount, FrameCount) const { return std::nullopt; }
};

/// One run of bytes in a file of the user's.
class FileStore final : public PcmStore {
public:
    FileStore(std::shared_ptr<const InputFile> file, std::int64_t data_offset, int frame_bytes)
        : file_(std::move(file)), data_offset_(data_offset), frame_bytes_(frame_bytes) {}
    Result<void> read(FrameCount start, FrameCount count, std::byte* packed) const override;
    void prefetch(FrameCount start, FrameCount count) const override;
    std::optional<ByteRange> byte_range(FrameCount start, FrameCount count) const override;

private:
    std::shared_ptr<const InputFile> file_;
    std::int64_t data_offset_;
    int frame_bytes_;
};

/// float32 [frame][channel] in extents of a scratch file. append() by one thread, before the first read.
class ScratchStore final : public PcmStore {
public:
    static constexpr FrameCount kExtentFrames = 1 << 18;

    ScratchStore(std::shared_ptr<ScratchFile> file, int channels)
        : file_(std::move(file)), frame_bytes_(4 * channels) {}
    Result<void> append(const float* interleaved, FrameCount count);
    FrameCount frames() const { return frames_; }
    Result<void> read(FrameCount start, FrameCount count, std::byte* packed) const override;
    void prefetch(FrameCount start, FrameCount count) const override;

private:
    /// Calls use(offset in the file, first frame, frames) for each piece that lies in one extent.
    template <class Use>
    Result<void> for_each_piece(FrameCount start, FrameCount count, Use use) const;

    std::shared_ptr<ScratchFile> file_;
    int frame_bytes_;
    FrameCount frames_ = 0;
    std::vector<std::int64_t> extents_;  // offset of each kExtentFrames
};

class PcmSource final : public Source {
public:
    /// `frames` is the length at the session's rate. `checks_samples`: float samples may be NaN or infinite.
    PcmSource(SourceInfo info, SampleType type, FrameCount frames, std::unique_ptr<PcmStore> store, bool checks_samples)
        : info_(std::move(info)),
          type_(type),
          frames_(frames),
          store_(std::move(store)),
          checks_samples_(checks_samples && is_float(type)) {}

    const SourceInfo& info() const override { return info_; }
    FrameCount frames() const override { return frames_; }
    SampleType sample_type() const override { return type_; }
    Result<void> read_packed(FrameCount start, int count, std::byte* packed) const override;
    void prefetch(FrameCount start, FrameCount count) const override;
    std::optional<ByteRange> byte_range(FrameCount start, FrameCount count) const override {
        return store_->byte_range(start, count);
    }

private:
    Result<void> check_finite(FrameCount start, int count, const std::byte* packed) const;
    SourceInfo info_;
    SampleType type_;
    FrameCount frames_;
    std::unique_ptr<PcmStore> store_;
    bool checks_samples_;
};

}  // namespace dubplate::audio
