#pragma once

/// One convolving insert of one strip as a device keeps it: what went in, what came out, and the spectra it looks back on.
///
/// Audio lies in rings by absolute frame, one plane a channel. Given the frames [s, s + C) of its input, a stage of latency
/// L gives [s - L, s - L + C): the dry part of the input there, and of what was convolved the frames from s - delay on.
/// Blocks of P frames lie on the absolute grid and are convolved as they become complete.

#include <vector>

#include "engine/nodes/strip_setup.h"
#include "kernels/device/kernels.h"
#include "kernels/processors/fixed_convolution.h"

namespace dubplate::regions {

/// Blocks [first, first + count) of P frames.
struct BlockRange {
    FrameCount first = 0;
    int count = 0;
};

struct Stage {
    /// `insert` runs on devices (graph::runs_on_device) and outlives the stage.
    Stage(const nodes::InsertSetup& insert, int strip_channels, double sample_rate, FrameCount chunk_frames);

    /// The blocks that become complete with the input [start, start + frames).
    BlockRange blocks(FrameCount start, FrameCount frames) const;
    std::size_t input_floats() const { return static_cast<std::size_t>(channels * input_capacity); }
    std::size_t wet_floats() const { return static_cast<std::size_t>(channels * wet_capacity); }
    std::size_t kept_numbers() const { return static_cast<std::size_t>(channels * kept_slots * points); }
    device::Plane input_plane(int channel, FrameCount frame) const;
    device::Plane wet_plane(int channel, FrameCount frame) const;

    int channels = 0, points = 0;
    FrameCount latency = 0, delay = 0;
    FrameCount partitions = 0, kept_slots = 0;  ///< slots: at least partitions - 1
    FrameCount input_capacity = 0, wet_capacity = 0;
    kernels::FixedConvolution convolution;
    /// What goes in comes out beside what was convolved.
    bool has_dry = false;
    float constant_mix = 100.0f, constant_gain = 0.0f;
    const nodes::Curve* mix = nullptr;  ///< null: the constants
    const nodes::Curve* gain = nullptr;

    /// On the device, once it is there.
    float* input = nullptr;                         ///< [channel][input_capacity]
    float* wet = nullptr;                           ///< [channel][wet_capacity]
    device::Complex* kept = nullptr;                ///< [channel][slot][P]
    const device::Complex* turns = nullptr;         ///< [P]
    std::vector<const device::Complex*> responses;  ///< [response channel] of [partition][P]
};

/// A ring's plane and the place in it of a frame.
device::Plane plane_at(float* plane, FrameCount capacity, FrameCount frame);

}  // namespace dubplate::regions
