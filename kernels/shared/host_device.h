#pragma once

#if defined(__CUDACC__)
#define DUBPLATE_HD __host__ __device__ __forceinline__
#define DUBPLATE_UNROLL _Pragma("unroll")  ///< a loop of up to 16 rounds, whose count is a constant
#else
#define DUBPLATE_HD inline __attribute__((always_inline))
#define DUBPLATE_UNROLL _Pragma("GCC unroll 16")
#endif
