#pragma once

/// How long chunks and how large waves a measured device is given: by what a render's share of it would take.
///
/// A model, and a plain one: per chunk what goes up, is computed and comes down overlaps with that of other chunks, but for
/// the first and the last; what a chunk costs however short it is speaks for long ones, filling and emptying and the
/// pinned memory for short ones. No bit depends on the answers: chunks and waves change none (engine/regions/region.h).
/// Threads: plain functions.

#include <functional>

#include "engine/graph/plan.h"
#include "engine/regions/device_rates.h"

namespace dubplate::render {

/// What a plan gives a device to do, about; rates are a frame's.
struct DeviceWork {
    double up_bytes = 0.0, down_bytes = 0.0;
    double kept_bytes = 0.0;     ///< of the device's memory, beside those of chunks in flight
    double numbers = 0.0;        ///< complex numbers through transforms, and through what touches samples beside them
    double multiplies = 0.0;     ///< complex
    double chunk_numbers = 0.0;  ///< of a chunk, however short: spectra that are read once for all its blocks
    int strips = 0;              ///< copied one by one
    int stages = 0;              ///< of which each is launched for itself

    bool nothing() const { return strips == 0; }
};
DeviceWork device_work(const graph::Plan& plan, const session::Session& session,
                       const std::vector<nodes::StripSetup>& setups);

/// Seconds that a device takes for `frames` in chunks of so many.
double seconds_in_chunks(const regions::DeviceRates& rates, const DeviceWork& work, FrameCount frames,
                         FrameCount chunk_frames, int in_flight);

/// The best chunk of 2 to 8 s, a multiple of kSettleFrames, of those that `fits` lets pass and that take no more than a
/// quarter of the device's memory; 0: none is.
FrameCount calibrated_chunk(const regions::DeviceRates& rates, const DeviceWork& work, FrameCount frames,
                            int sample_rate, int in_flight, const std::function<bool(FrameCount)>& fits);

/// How many complex numbers a wave should have: those that are transformed fastest; 0: as many as there are.
std::size_t calibrated_wave(const regions::DeviceRates& rates);

}  // namespace dubplate::render
