#pragma once

/// What a region keeps of a device: its memory and pinned memory, given back together.
///
/// Threads: the device's. Errors: of the device; out_of_memory where less may be asked for.

#include <cstddef>
#include <span>
#include <vector>

#include "engine/regions/device.h"

namespace dubplate::regions {

class RegionMemory {
public:
    explicit RegionMemory(Device& device) : device_(device) {}
    ~RegionMemory() { release(); }
    RegionMemory(const RegionMemory&) = delete;
    RegionMemory& operator=(const RegionMemory&) = delete;

    Device& device() { return device_; }
    Result<std::byte*> take(std::size_t bytes);
    /// To bytes of 0, in the compute queue.
    Result<std::byte*> take_cleared(std::size_t bytes);
    Result<std::byte*> take_pinned(std::size_t bytes);
    enum class Lasting { region, longer };
    /// Memory that holds `bytes`, once this is back. What is to last longer is the caller's.
    Result<std::byte*> upload(std::span<const std::byte> bytes, Lasting lasting = Lasting::region);
    /// All that was taken.
    void release();

private:
    Device& device_;
    std::vector<std::byte*> allocated_, pinned_;
    std::byte* staging_ = nullptr;
};

/// Points `to` at memory for `count` of what it points to, cleared.
template <class T>
Result<void> take_cleared(RegionMemory& memory, std::size_t count, T*& to) {
    auto taken = memory.take_cleared(count * sizeof(T));
    if (!taken) return fail(taken.error());
    to = reinterpret_cast<T*>(*taken);
    return {};
}

}  // namespace dubplate::regions
