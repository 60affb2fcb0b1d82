#pragma once

/// Short-lived buffers of one block, aligned for vectors.

#include <array>
#include <cstdlib>
#include <new>
#include <vector>

#include "kernels/processors/processor.h"

namespace dubplate::nodes {

template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}  // NOLINT: allocators convert
    T* allocate(std::size_t count) { return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{64})); }
    void deallocate(T* pointer, std::size_t) { ::operator delete (pointer, std::align_val_t{64}); }
    friend bool operator==(AlignedAllocator, AlignedAllocator) { return true; }
};
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// Planar rows of one block on the stack: at most 16 lanes of kMaxBlockFrames.
struct Planar {
    alignas(64) std::array<std::array<float, kernels::kMaxBlockFrames>, kernels::kMaxLanes> samples;
    std::array<float*, kernels::kMaxLanes> rows;

    explicit Planar(int count) {  // NOLINT: samples are written before they are read
        for (int i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = samples[static_cast<std::size_t>(i)].data();
    }
};

}  // namespace dubplate::nodes
