#pragma once

/// Vectors whose first element lies on a cache line (64 bytes), as FFT plans and vector loads want it.

#include <cstddef>
#include <new>
#include <vector>

namespace dubplate::kernels {

inline constexpr std::size_t kCacheLine = 64;

template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}  // NOLINT: allocators convert
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(kCacheLine))); }
    void deallocate(T* at, std::size_t) { ::operator delete(at, std::align_val_t(kCacheLine)); }
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
