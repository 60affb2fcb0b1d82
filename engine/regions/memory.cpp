#include "engine/regions/memory.h"

#include <algorithm>
#include <cstring>

namespace dubplate::regions {
namespace {

/// Pinned memory through which what stays goes up.
constexpr std::size_t kStagingBytes = std::size_t{8} << 20;

}  // namespace

Result<std::byte*> RegionMemory::take(std::size_t bytes) {
    auto memory = device_.allocate(bytes);
    if (memory) allocated_.push_back(*memory);
    return memory;
}

Result<std::byte*> RegionMemory::take_cleared(std::size_t bytes) {
    auto memory = take(bytes);
    if (!memory) return memory;
    const auto cleared =
        device_.check(device_.table().clear(device_.context(), device::Queue::compute, *memory, bytes));
    if (!cleared) return fail(cleared.error());
    return memory;
}

Result<std::byte*> RegionMemory::take_pinned(std::size_t bytes) {
    auto memory = device_.allocate_pinned(bytes);
    if (memory) pinned_.push_back(*memory);
    return memory;
}

Result<std::byte*> RegionMemory::upload(std::span<const std::byte> bytes, Lasting lasting) {
    if (!staging_) {
        auto staging = take_pinned(kStagingBytes);
        if (!staging) return staging;
        staging_ = *staging;
    }
    auto memory = lasting == Lasting::region ? take(bytes.size()) : device_.allocate(bytes.size());
    if (!memory) return memory;
    for (std::size_t done = 0; done < bytes.size(); done += kStagingBytes) {
        const std::size_t size = std::min(kStagingBytes, bytes.size() - done);
        std::memcpy(staging_, bytes.data() + done, size);
        auto ok = device_.copy_up(device::Queue::compute, *memory + done, staging_, size);
        if (ok) ok = device_.check(device_.table().synchronise(device_.context()));
        if (!ok) return fail(ok.error());
    }
    return memory;
}

void RegionMemory::release() {
    for (std::byte* memory : allocated_) device_.release(memory);
    for (std::byte* memory : pinned_) device_.release_pinned(memory);
    allocated_.clear();
    pinned_.clear();
    staging_ = nullptr;
}

}  // namespace dubplate::regions
