#pragma once

/// About how much time and memory processors take: for estimates shown to people, never for what is computed.
///
/// Times are nanoseconds on one core of an AMD EPYC (Zen 4), g++ 12, 48 kHz: EQ, compressor, limiter and convolution from
/// bench/RESULTS.md ("Single processors"); trim, pan, delay and what automation adds were fitted to renders of whole
/// sessions. Other machines differ, all processors by about the same factor. Threads: plain functions.

#include <cstdint>

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

struct ProcessorCost {
    double ns_per_lane = 0.0;           ///< a frame of one lane; the idle lanes of a width count
    double ns_per_strip = 0.0;          ///< a frame of one strip, whatever the width
    std::int64_t bytes_per_lane = 0;    ///< state
    std::int64_t bytes_per_strip = 0;   ///< state that does not go with the width
    std::int64_t bytes_of_impulse = 0;  ///< once for all that use the response
};

/// `bands` is the length of the insert's list of groups (of an EQ: its bands), `moving` counts automated parameters.
ProcessorCost cost_of(const ProcessorKind& kind, const StripValues& strip, std::size_t bands, std::size_t moving);

}  // namespace dubplate::kernels
