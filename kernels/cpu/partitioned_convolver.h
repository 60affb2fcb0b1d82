#pragma once

/// Uniformly partitioned convolution by overlap-save, several blocks at a time.
///
/// A response is cut into partitions of P frames whose spectra (size 2 P) are kept; the input is cut into blocks of P
/// frames on the caller's grid. A batch is B blocks: each loaded response bin meets B input blocks, which is what makes
/// long responses cheap. docs/convolution.md has the figures.
///
/// Shapes: a block and the one before it per channel [P] each, output [B P]. Spectra are cut as block_transform.h says, and
/// what is multiplied together, one part of all rows, lies together.
/// Latency: none of its own: the output covers the frames of the batch.
/// Memory: (partitions + B - 1) spectra of 8 P bytes per channel that sounds, and the response's own, shared.
/// Threads: ResponseSpectra is immutable; one caller at a time per PartitionedConvolver.
/// Determinism: partitions are summed in order; P and B follow from the response's length alone. Blocks of exact zeros
/// are known and passed over, and channels that are exactly equal share their spectra.

#include <memory>
#include <span>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/block_transform.h"

namespace dubplate::kernels {

/// How a response of some length is cut.
struct Partitioning {
    int partition_frames = 0;  ///< P: a power of two, 1024..16384
    int blocks = 0;            ///< B: 1 or 4
    FrameCount partitions = 0;

    FrameCount batch_frames() const { return static_cast<FrameCount>(partition_frames) * blocks; }
};
Partitioning partitioning_of(FrameCount response_frames);

/// The spectra of a response's partitions.
class ResponseSpectra {
public:
    /// `channels` are equally long, at least one frame each.
    explicit ResponseSpectra(std::span<const std::vector<float>> channels);

    const Partitioning& partitioning() const { return partitioning_; }
    int channels() const { return channels_; }
    const BlockTransform& transform() const { return transform_; }
    /// Floats from one row (partition) of a part to the next.
    std::size_t row_stride() const { return stride_; }
    /// [partition][row_stride]
    const float* rows(int channel, int part) const { return rows_.data() + first_row(channel, part) * stride_; }

private:
    std::size_t first_row(int channel, int part) const {
        return static_cast<std::size_t>((channel * transform_.parts() + part) * partitioning_.partitions);
    }

    Partitioning partitioning_;
    BlockTransform transform_;
    int channels_ = 0;
    std::size_t stride_ = 0;
    UninitialisedVector<float> rows_;  // [channel][part][partition][stride]
};

/// One product of a convolution: input channel `in`, through response channel `response`, added to output `out`.
struct ConvolutionPath {
    int in = 0, out = 0, response = 0;
};

/// What a channel of input adds.
struct ConvolverInput {
    const float* before = nullptr;  ///< [P], the block before
    const float* block = nullptr;   ///< [P]
};

class PartitionedConvolver {
public:
    /// `paths` are summed in their order.
    PartitionedConvolver(std::shared_ptr<const ResponseSpectra> response, int channels,
                         std::vector<ConvolutionPath> paths);

    const Partitioning& partitioning() const { return response_->partitioning(); }

    /// The next block, [channel].
    void take(std::span<const ConvolverInput> input);
    /// The batch whose B blocks have been taken, for one channel of output, [B P]. False, and `output` untouched, if
    /// everything that reaches it is exactly zero.
    bool give(int channel, float* output) const;

    /// True if nothing but zeros is held of any channel.
    bool rests() const;

private:
    struct Heard;
    std::size_t row_of(FrameCount age) const;
    Heard heard(const ConvolutionPath& path) const;

    std::shared_ptr<const ResponseSpectra> response_;
    std::vector<ConvolutionPath> paths_;
    int channels_;
    FrameCount rows_per_channel_;      // partitions + B - 1, a ring
    FrameCount newest_ = -1;           // number of the newest block
    UninitialisedVector<float> rows_;  // [channel][part][row][stride]
    std::vector<int> source_;          // [channel][row]: the channel that holds it, kSilent
};

}  // namespace dubplate::kernels
