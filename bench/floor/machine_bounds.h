#pragma once

/// What one core of this machine can do at most: multiply-adds in registers, bytes to and from memory.
///
/// Units: nanoseconds, the least of several rounds of CPU time. Threads: one caller.

namespace dubplate::bench {

struct MachineBounds {
    bool has_v4 = false;      ///< AVX-512 registers are there and counted with
    double multiply_add = 0;  ///< one float32 lane of a fused multiply-add; a float64 lane takes twice as long
    double cache_byte = 0;    ///< reading one byte from the second-level cache
    double memory_byte = 0;   ///< reading one byte from memory
    double copied_byte = 0;   ///< copying one byte from memory to memory
};

MachineBounds measure_machine();

}  // namespace dubplate::bench
