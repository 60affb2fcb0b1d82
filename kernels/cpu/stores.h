#pragma once

/// Where results are written to.
///
/// What is read again soon belongs into the caches. What would be driven out of them before is better written past them:
/// its memory is then not read first, and others keep their places.

#include <immintrin.h>

namespace dubplate::kernels {

/// past_caches: to rows that begin on a cache line. Another thread may read them after finish_stores().
enum class Stores { into_caches, past_caches };

inline void finish_stores() { _mm_sfence(); }

}  // namespace dubplate::kernels
