#pragma once

/// Uniformly partitioned convolution by overlap-save, several blocks at a time.
///
/// A response is cut into partitions of P frames whose spectra (size 2 P) are kept; the input is cut into blocks of P
/// frames on the caller's grid. A batch is B blocks: each loaded response bin meets B input blocks, which is what makes
/// long responses cheap. docs/convolution.md has the figures.
///
/// Shapes: input of a batch per channel [P + B P] (the block before the batch, then the batch), output [B P].
/// Latency: none of its own: the output covers the frames of the batch.
/// Memory: (partitions + B - 1) spectra of 8 P bytes per channel, and the response's own, shared.
/// Threads: ResponseSpectra is immutable; one caller at a time per PartitionedConvolver.
/// Determinism: partitions are summed in order; P and B follow from the response's length alone. Blocks of exact zeros
/// are known and passed over.

#include <memory>
#include <span>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"

namespace dubplate::kernels {

/// How a response of some length is cut.
struct Partitioning {
    int partition_frames = 0;  ///< P: a power of two, 1024..8192
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
    /// Floats from one row (partition) to the next; bins are [re, im], zeros behind the last.
    std::size_t row_stride() const { return stride_; }
    /// [partition][row_stride]
    const float* rows(int channel) const {
        return rows_.data() +
               static_cast<std::size_t>(channel) * static_cast<std::size_t>(partitioning_.partitions) * stride_;
    }

private:
    Partitioning partitioning_;
    int channels_ = 0;
    std::size_t stride_ = 0;
    AlignedVector<float> rows_;  // [channel][partition][stride]
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

    /// A batch: begin_batch(), then take() for every input channel, then give() for every output channel.
    void begin_batch();
    /// `input` [P + B P] on a cache line.
    void take(int channel, const float* input);
    /// `output` [B P]. False, and `output` untouched, if everything that reaches it is exactly zero.
    bool give(int channel, float* output) const;

    /// True if nothing but zeros is held of any channel.
    bool rests() const;

private:
    std::size_t row_index(FrameCount block) const;

    std::shared_ptr<const ResponseSpectra> response_;
    std::vector<ConvolutionPath> paths_;
    int channels_;
    FrameCount rows_per_channel_;  // partitions + B - 1, a ring
    FrameCount newest_ = -1;       // number of the newest block
    AlignedVector<float> rows_;    // [channel][row][stride]
    std::vector<char> silent_;     // [channel][row]
};

}  // namespace dubplate::kernels
