#pragma once

/// Runs a processor as the engine would: strips in lanes, blocks on the 64-frame grid, controls on the grid and per
/// frame, the latency taken out of what comes back.
///
/// Shapes: Planar is [channel][frame]. All strips of one run have the same channels and frames.

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/kernel_set.h"
#include "kernels/processors/processor.h"
#include "tests/support/signals.h"

namespace dubplate::test {

using Planar = std::vector<Signal>;

/// The description's standard values with some replaced: values_of(kTrim, {{"gain", -6.0}}).
/// `group_size` members of the description's group follow, addressed as "bands/0/gain".
std::vector<double> values_of(const kernels::ProcessorKind& kind,
                              std::initializer_list<std::pair<std::string_view, double>> changes = {},
                              std::size_t group_size = 0);

struct StripRun {
    Planar input;
    std::vector<double> values;
    Planar key = {};  ///< empty: no side-chain; all strips of a run have one or none has
    /// Parameters that move: path ("threshold", "bands/0/gain") to its value at an absolute frame.
    std::map<std::string_view, std::function<double(FrameCount)>> moving = {};
    const kernels::ImpulseResponse* impulse = nullptr;
};

struct RunOptions {
    double sample_rate = 48000.0;
    int width = 0;           ///< 1, 4, 8, 16; 0: the smallest that holds all lanes
    FrameCount start = 0;    ///< absolute frame of the first input frame, a multiple of 64
    int block_frames = 512;  ///< 0: random multiples of 64 from `seed`
    std::uint64_t seed = 1;
    FrameCount tail_frames = 0;  ///< zeros that follow the input, returned too
    bool settle = false;         ///< calls settle() at every absolute multiple of 8192 that follows 8192 zeros
    std::optional<kernels::Isa> isa = {};  ///< absent: the chosen one, whichever set `kind` is of
};

/// One Planar per strip, of the input's length plus the tail, lined up with the input.
std::vector<Planar> run_processor(const kernels::ProcessorKind& kind, const std::vector<StripRun>& strips,
                                  const RunOptions& options = {});

/// One strip.
Planar run_processor(const kernels::ProcessorKind& kind, const StripRun& strip, const RunOptions& options = {});

}  // namespace dubplate::test
