#pragma once

/// A source in memory that counts how it is asked.

#include <algorithm>
#include <cstring>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::test {

class MemorySource final : public audio::Source {
public:
    explicit MemorySource(Channels signals) : signals_(std::move(signals)) {
        info_.path = "memory";
        info_.channels = static_cast<int>(signals_.size());
        info_.frames = frames();
    }
    const audio::SourceInfo& info() const override { return info_; }
    FrameCount frames() const override { return static_cast<FrameCount>(signals_.at(0).size()); }
    audio::SampleType sample_type() const override { return audio::SampleType::float32; }
    Result<void> read_packed(FrameCount start, int count, std::byte* packed) const override {
        ++reads;
        frames_read += count;
        if (fails) return fail(ErrorCode::io, "cannot read: no such luck", "memory");
        EXPECT_TRUE(start >= 0 && count > 0 && start + count <= frames()) << "beyond the source";
        for (int n = 0; n < count; ++n)
            for (int channel = 0; channel < channels(); ++channel, packed += sizeof(float)) {
                const float sample = at(channel, start + n);
                std::memcpy(packed, &sample, sizeof sample);
            }
        return {};
    }
    void prefetch(FrameCount start, FrameCount count) const override {
        if (count > 0) prefetched.emplace_back(start, count);
    }
    float at(int channel, FrameCount frame) const {
        return frame < 0 || frame >= frames()
                   ? 0.0f
                   : signals_[static_cast<std::size_t>(channel)][static_cast<std::size_t>(frame)];
    }

    mutable int reads = 0;
    mutable FrameCount frames_read = 0;
    mutable std::vector<std::pair<FrameCount, FrameCount>> prefetched;
    bool fails = false;

private:
    Channels signals_;
    audio::SourceInfo info_;
};

}  // namespace dubplate::test
