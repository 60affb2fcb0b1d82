#pragma once

/// What a launch reads and writes, held against what a device would forgive.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/device/kernels.h"
#include "kernels/device/twin/memory.h"

namespace dubplate::device::twin {

/// Bytes that kernels and transforms have read and written, of all twins of the process. Nothing depends on it: it is what a
/// device would at least move through its memory.
std::uint64_t touched_bytes();
void count_touched(std::uint64_t bytes);

/// Ranges of memory, by the entry that touches them. The first thing found wrong is kept.
class Touches {
public:
    Touches(const Memory& memory, std::string kernel) : memory_(memory), kernel_(std::move(kernel)) {}

    void begin_entry(std::int32_t number) { entry_ = number; }
    template <class T>
    void reads(const T* at, std::int64_t count, const char* what) {
        touch(at, count, sizeof(T), what, false);
    }
    template <class T>
    void writes(T* at, std::int64_t count, const char* what) {
        touch(at, count, sizeof(T), what, true);
    }
    void reads(const Plane& plane, std::int64_t frames, const char* what) { touch(plane, frames, what, false); }
    void writes(const Plane& plane, std::int64_t frames, const char* what) { touch(plane, frames, what, true); }
    /// Lies in memory; who else touches it does not matter.
    void holds(const void* at, std::int64_t count, std::size_t size, const char* what);
    void demand(bool right, const char* what);
    /// Nothing was wrong so far.
    bool sound() const { return wrong_.empty(); }

    /// What is wrong, also between entries: none may write what another touches. Empty: nothing.
    std::string wrong();

private:
    struct Range {
        std::uintptr_t first, end;
        std::int32_t entry;
    };

    void touch(const void* at, std::int64_t count, std::size_t size, const char* what, bool write);
    void touch(const Plane& plane, std::int64_t frames, const char* what, bool write);
    void say(const std::string& what);

    const Memory& memory_;
    std::string kernel_, wrong_;
    std::int32_t entry_ = 0;
    std::vector<Range> read_, written_;
};

}  // namespace dubplate::device::twin
