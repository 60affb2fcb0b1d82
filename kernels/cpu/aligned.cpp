#include "kernels/cpu/aligned.h"

#include <sys/mman.h>

namespace dubplate::kernels {
namespace {

constexpr std::size_t kLargePage = 2 << 20;

std::align_val_t alignment_of(std::size_t bytes) {
    return std::align_val_t(bytes >= kLargePage ? kLargePage : kCacheLine);
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
    void* const at = ::operator new(bytes, alignment_of(bytes));
    // A wish: where it is not granted the pages are small.
    if (bytes >= kLargePage) static_cast<void>(::madvise(at, bytes - bytes % kLargePage, MADV_HUGEPAGE));
    return at;
}

void free_aligned(void* at, std::size_t bytes) { ::operator delete(at, alignment_of(bytes)); }

}  // namespace dubplate::kernels
