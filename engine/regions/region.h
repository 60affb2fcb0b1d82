#pragma once

/// Blocks of strips that run on a device together: from what their clips or streams hold, through inserts that convolve, to
/// the sums they are part of.
///
/// In each chunk a region is five kinds of steps. Each of its blocks gathers, on the CPU, the audio and the moving values of
/// the chunk into pinned memory; that goes up; the device computes; what the blocks' destinations get comes down; each block
/// spreads it over its streams, and each sum of partials that the device adds over its own. Up, compute and down are asynchronous and of different chunks at once, as many as the
/// schedule keeps in flight; the memory of each exists that many times.
/// What the strips carry from chunk to chunk stays on the device. Their spectra are worked on in waves, as large as the
/// device's memory lets them be; that changes no bit.
/// Numbers: partials are nodes::StripBlock's bit for bit, of inputs that are, and sums nodes::PartialSum's; transforms are the
/// device's own, and where several strips share one on their way back, so are their partials (merged_sums.h).
/// Threads: steps as the schedule runs them; made and destroyed anywhere, while none of them runs.
/// Errors: device, of create() also where not even one strip fits into its memory; of steps, what StripBlock says besides.

#include <functional>
#include <memory>
#include <vector>

#include "engine/nodes/strip_block.h"
#include "engine/regions/device.h"
#include "engine/regions/residents.h"

namespace dubplate::regions {

struct RegionOutput {
    nodes::Stream* stream = nullptr;  ///< null: sums alone read it
    int channels = 0;
    std::vector<nodes::BlockSource> sources;  ///< in session order
    bool is_stem_tap = false;                 ///< nothing but a stem hears it, out of the mix's strips
};

struct RegionBlock {
    std::vector<nodes::BlockStrip> strips;  ///< their inserts run on devices (graph::runs_on_device); no keys, no gains
    std::vector<RegionOutput> outputs;      ///< stems' taps behind all others
    FrameCount lead = 0;
};

/// Partials that are added as nodes::PartialSum adds them.
struct RegionSum {
    struct Partial {
        std::size_t block = 0, output = 0;
    };
    nodes::Stream* stream = nullptr;
    std::vector<Partial> partials;  ///< in order, at least 2, of as many channels as the stream
    FrameCount lead = 0;            ///< at most that of any partial's block
};

struct RegionSettings {
    Residents* residents = nullptr;  ///< what renders before left on the device; null: nothing stays there
    double sample_rate = 48000.0;
    FrameCount chunk_frames = 0;
    FrameCount run_start = 0;
    int in_flight = 2;
    std::size_t wave_numbers = 0;  ///< complex numbers a wave should have; 0: all there are. Memory may ask for less
    /// Runs function(0) .. function(count - 1), at once if it can, and waits: for what is computed before the first chunk.
    std::function<void(std::size_t count, const std::function<void(std::size_t)>& function)> for_each;
};

class Region {
public:
    static Result<std::unique_ptr<Region>> create(Device& device, std::vector<RegionBlock> blocks,
                                                  const std::vector<RegionSum>& sums, const RegionSettings& settings);
    ~Region();

    /// Steps, in an order in which each comes after what it needs: all gather steps, up, compute, down, all others.
    nodes::Step& gather(std::size_t block);
    nodes::AsyncStep& up();
    nodes::AsyncStep& compute();
    nodes::AsyncStep& down();
    /// For blocks of which anything comes down.
    nodes::Step& spread(std::size_t block);
    nodes::Step& spread_sum(std::size_t sum);

private:
    struct Parts;
    explicit Region(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace dubplate::regions
