#pragma once

#if defined(__CUDACC__)
#define DUBPLATE_HD __host__ __device__ __forceinline__
#else
#define DUBPLATE_HD inline __attribute__((always_inline))
#endif
