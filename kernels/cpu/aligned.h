#pragma once

/// Vectors whose first element lies on a cache line (64 bytes), as FFT plans and vector loads want it. Large ones lie in
/// large pages where the system has them to give: what streams and spectra sweep over is more than the processor keeps
/// the addresses of small pages for.

#include <cstddef>
#include <new>
#include <vector>

namespace dubplate::kernels {

inline constexpr std::size_t kCacheLine = 64;

/// Memory on a cache line, in large pages if it fills some. Throws std::bad_alloc.
void* allocate_aligned(std::size_t bytes);
void free_aligned(void* at, std::size_t bytes);

template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}  // NOLINT: allocators convert
    T* allocate(std::size_t n) { return static_cast<T*>(allocate_aligned(n * sizeof(T))); }
    void deallocate(T* at, std::size_t n) { free_aligned(at, n * sizeof(T)); }
    friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// The same without values to begin with: memory that is written before it is read is first touched by who writes it.
template <class T>
struct UninitialisedAllocator : AlignedAllocator<T> {
    template <class U>
    struct rebind {
        using other = UninitialisedAllocator<U>;
    };
    UninitialisedAllocator() = default;
    template <class U>
    UninitialisedAllocator(const UninitialisedAllocator<U>&) {}  // NOLINT: allocators convert
    template <class U>
    void construct(U* at) {
        ::new (static_cast<void*>(at)) U;
    }
};

template <class T>
using UninitialisedVector = std::vector<T, UninitialisedAllocator<T>>;

}  // namespace dubplate::kernels
