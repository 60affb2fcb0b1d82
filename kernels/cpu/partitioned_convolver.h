#pragma once

/// Uniformly partitioned convolution by overlap-save, several blocks at a time.
///
/// A response is cut into partitions of P frames whose spectra (size 2 P) are kept; the input is cut into blocks of P
/// frames on the caller's grid. A batch is B blocks: each loaded response bin meets B input blocks, which is what makes
/// long responses cheap. docs/convolution.md has the figures.
///
/// Shapes: a batch per channel, [B P]. Spectra are cut as block_transform.h says, and a batch is convolved part by part:
/// what is multiplied together, one part of all rows, lies together.
/// Latency: none of its own: the output covers the frames of the batch.
/// Memory: partitions - 1 spectra (at least B) of 8 P bytes per channel that sounds, 4 P bytes of input, and the response's
/// spectra, shared. While a batch is convolved, some 8 B P bytes for each channel that is tied to others.
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
    const float* rows(int channel, int part) const;

private:
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

class PartitionedConvolver {
public:
    /// `paths` are summed in their order.
    PartitionedConvolver(std::shared_ptr<const ResponseSpectra> response, int channels,
                         std::vector<ConvolutionPath> paths);

    const Partitioning& partitioning() const { return response_->partitioning(); }

    /// The next batch, [channel] of [B P], each on a cache line: what comes out takes the place of what comes in. False if
    /// all of it is exactly zero.
    bool convolve(std::span<float* const> audio);

    /// True if nothing but zeros is held of any channel.
    bool rests() const;

private:
    struct Group;
    void listen(std::span<float* const> audio);
    int source(int channel, FrameCount age) const;
    bool is_own(int channel, std::size_t block) const;
    bool tied(int channel) const;
    Group group_of(int first, int last) const;
    bool convolve(int first, int last, std::span<float* const> audio);
    void convolve(Group& group, std::size_t part);
    std::size_t row_of(FrameCount age) const;
    float* kept(int channel, std::size_t part, FrameCount age);
    /// How many blocks a batch meets: its own and those that are kept.
    FrameCount ages() const { return partitioning().blocks + partitioning().partitions - 1; }

    std::shared_ptr<const ResponseSpectra> response_;
    std::vector<ConvolutionPath> paths_;
    int channels_;
    FrameCount kept_blocks_;           // of each channel, a ring
    FrameCount newest_ = -1;           // number of the newest block
    UninitialisedVector<float> kept_;  // [channel][part][row][stride]
    AlignedVector<float> before_;      // [channel][P], the block before the batch
    std::vector<int> fresh_source_;    // [channel][block of the batch]: as source_
    std::vector<int> source_;          // [channel][row]: the channel that holds it, kSilent
};

}  // namespace dubplate::kernels
