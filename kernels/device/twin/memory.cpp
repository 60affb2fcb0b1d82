#include "kernels/device/twin/memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>

namespace dubplate::device::twin {
namespace {

constexpr std::size_t kAlignment = 256;

std::uintptr_t address(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory); }

}  // namespace

Memory::~Memory() {
    for (const auto& [at, bytes] : sizes_) std::free(reinterpret_cast<void*>(at));
}

void* Memory::allocate(std::size_t bytes) {
    const std::lock_guard guard(lock_);
    if (bytes > most_ - used_) return nullptr;
    void* memory = nullptr;
    // Not rounded up, so that sanitizers see where it ends.
    if (posix_memalign(&memory, kAlignment, std::max<std::size_t>(bytes, 1)) != 0) return nullptr;
    std::memset(memory, 0xff, bytes);
    sizes_.emplace(address(memory), bytes);
    used_ += bytes;
    return memory;
}

bool Memory::release(void* memory) {
    const std::lock_guard guard(lock_);
    const auto found = sizes_.find(address(memory));
    if (found == sizes_.end()) return false;
    used_ -= found->second;
    sizes_.erase(found);
    std::free(memory);
    return true;
}

bool Memory::holds(const void* memory, std::size_t bytes) const {
    const std::lock_guard guard(lock_);
    const auto after = sizes_.upper_bound(address(memory));
    if (after == sizes_.begin()) return false;
    const auto& [at, size] = *std::prev(after);
    const std::size_t first = address(memory) - at;
    return first <= size && bytes <= size - first;
}

std::uint64_t Memory::free_bytes() const {
    const std::lock_guard guard(lock_);
    return most_ - used_;
}

}  // namespace dubplate::device::twin
