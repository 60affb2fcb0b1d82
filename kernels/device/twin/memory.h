#pragma once

/// The memory of one kind that a context has given out. Threads: any.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace dubplate::device::twin {

class Memory {
public:
    explicit Memory(std::uint64_t most_bytes) : most_(most_bytes) {}
    ~Memory();
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    /// On 256 bytes, full of 0xFF; null where it does not fit.
    void* allocate(std::size_t bytes);
    /// False if it is none of ours.
    bool release(void* memory);
    /// Whether all these bytes lie in one allocation.
    bool holds(const void* memory, std::size_t bytes) const;
    std::uint64_t free_bytes() const;

private:
    const std::uint64_t most_;
    mutable std::mutex lock_;
    std::uint64_t used_ = 0;
    std::map<std::uintptr_t, std::size_t> sizes_;  // by address
};

}  // namespace dubplate::device::twin
