#pragma once

/// Memory for a window of a file's bytes, of which a render needs one after the other for each of its clips.
///
/// Given back it goes to who asks next on the same thread, who finds it still in the cache: what fresh memory costs in
/// addition is as dear as the bytes themselves.
/// Shapes: on a cache line. Two of them never lie the same way within their pages, so that those of many clips, read side
/// by side, do not crowd into the same lines of the cache.
/// Threads: one caller at a time; may be given back on any thread. Errors: throws std::bad_alloc.

#include <cstddef>

#include "kernels/cpu/aligned.h"

namespace dubplate::audio {

class WindowMemory {
public:
    static constexpr std::size_t kUsualBytes = (48 << 10) + 320;

    WindowMemory() = default;
    ~WindowMemory() { give_back(); }
    WindowMemory(WindowMemory&& other) noexcept { bytes_.swap(other.bytes_); }
    WindowMemory& operator=(WindowMemory&& other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }

    /// At least so many; what was there is lost.
    void hold(std::size_t bytes);
    void give_back();
    std::byte* data() { return bytes_.data(); }
    const std::byte* data() const { return bytes_.data(); }

private:
    kernels::UninitialisedVector<std::byte> bytes_;
};

}  // namespace dubplate::audio
