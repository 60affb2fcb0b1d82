#pragma once

/// The pieces of a render, each measured alone: the project's own bodies, their data in the cache.
///
/// Units: nanoseconds of one core's CPU time per sample (per frame of one channel), the least of several rounds.
/// Threads: one caller. Errors: io where the files of the reading and writing measurements cannot be made.

#include <string>

#include "engine/base/result.h"

namespace dubplate::bench {

struct Pieces {
    double read = 0;         ///< pread of packed 24-bit samples from the page cache, a MiB at a time, and unpacking
    double lanes = 0;        ///< planes to 16 lanes
    double eq = 0;           ///< four bands, in 16 lanes
    double compressor = 0;   ///< by power, in 16 lanes
    double sum_term = 0;     ///< a product added to a sum, 16 terms a sum
    double convolution = 0;  ///< a stereo response of 3 s, per channel
    double transform = 0;    ///< of a block of 16384 samples and the one before it, one way, per sample
    double master_eq = 0;    ///< the master's inserts, on one stereo strip, per channel
    double master_compressor = 0;
    double limiter = 0;
    double write = 0;        ///< dither, rounding, packing, pwrite into a preallocated file
    double input_hash = 0;   ///< XXH3 of 24-bit samples
    double output_hash = 0;  ///< SHA-256 of 24-bit samples
};

/// Files are made in `folder` and removed again.
Result<Pieces> measure_pieces(const std::string& folder);

}  // namespace dubplate::bench
