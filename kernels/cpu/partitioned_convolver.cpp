#include "kernels/cpu/partitioned_convolver.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "kernels/cpu/pack.h"
#include "kernels/cpu/zeros.h"

namespace dubplate::kernels {
namespace {

constexpr FrameCount kSmallestPartition = 1024;
constexpr FrameCount kMiddlePartition = 8192, kLargestPartition = 16384;
constexpr int kBatchBlocks = 4;  // as many as AVX2 has registers for
constexpr std::size_t kFloatsPerLine = kCacheLine / sizeof(float);
/// Some forty rows are read side by side, more streams than the hardware foresees: lines are asked for this many floats
/// ahead. 3 s at 48 kHz take 15 % less time for it, 10 s 40 %; half and twice the distance are no better.
constexpr std::size_t kFetchAhead = 64;

constexpr int kSilent = -1;

/// Stands for a part of every block of zeros.
alignas(kCacheLine) constexpr float kZeroRow[2 * kLargestPartition] = {};

/// Buffers that hold nothing between calls.
struct Scratch {
    AlignedVector<float> bins;    // [block][bin][re, im], of one part
    AlignedVector<float> points;  // [block][part][bin][re, im]
};

Scratch& scratch_of_thread(std::size_t bins, std::size_t points) {
    static thread_local Scratch scratch;
    if (scratch.bins.size() < bins) scratch.bins.resize(bins);
    if (scratch.points.size() < points) scratch.points.resize(points);
    return scratch;
}

}  // namespace

Partitioning partitioning_of(FrameCount response_frames) {
    // A batch may wait for about as long as the response lasts.
    const auto cut = [&](FrameCount partition, int blocks) {
        return Partitioning{static_cast<int>(partition), blocks, (response_frames + partition - 1) / partition};
    };
    if (response_frames > 3 * kLargestPartition) return cut(kLargestPartition, kBatchBlocks);
    if (response_frames > 3 * kMiddlePartition) return cut(kMiddlePartition, kBatchBlocks);
    const auto length = static_cast<std::uint64_t>(std::clamp(response_frames, kSmallestPartition, kMiddlePartition));
    return cut(static_cast<FrameCount>(std::bit_ceil(length)), 1);
}

ResponseSpectra::ResponseSpectra(std::span<const std::vector<float>> channels)
    : partitioning_(partitioning_of(static_cast<FrameCount>(channels[0].size()))),
      transform_(partitioning_.partition_frames),
      channels_(static_cast<int>(channels.size())),
      // Off the power of two that would crowd one cache set.
      stride_(transform_.part_floats() + kFloatsPerLine) {
    const auto frames = static_cast<std::size_t>(partitioning_.partition_frames);
    const auto partitions = static_cast<std::size_t>(partitioning_.partitions);
    const std::size_t part_stride = partitions * stride_;
    rows_.resize(channels.size() * static_cast<std::size_t>(transform_.parts()) * part_stride);
    for (int channel = 0; channel < channels_; ++channel) {
        const std::vector<float>& taps = channels[static_cast<std::size_t>(channel)];
        assert(taps.size() == channels[0].size() && !taps.empty());
        for (std::size_t k = 0; k < partitions; ++k) {
            const std::span<const float> part(taps.data() + k * frames, std::min(frames, taps.size() - k * frames));
            // The transforms' scale goes into the response; a power of two, so nothing is rounded.
            transform_.precise(part, 1.0 / static_cast<double>(frames),
                               rows_.data() + first_row(channel, 0) * stride_ + k * stride_, part_stride);
        }
    }
}

PartitionedConvolver::PartitionedConvolver(std::shared_ptr<const ResponseSpectra> response, int channels,
                                           std::vector<ConvolutionPath> paths)
    : response_(std::move(response)),
      paths_(std::move(paths)),
      channels_(channels),
      rows_per_channel_(partitioning().partitions + partitioning().blocks - 1) {
    const auto rows = static_cast<std::size_t>(channels) * static_cast<std::size_t>(rows_per_channel_);
    rows_.resize(rows * static_cast<std::size_t>(response_->transform().parts()) * response_->row_stride());
    source_.resize(rows, kSilent);
}

std::size_t PartitionedConvolver::row_of(FrameCount age) const {
    return static_cast<std::size_t>((newest_ - age + 2 * rows_per_channel_) % rows_per_channel_);
}

void PartitionedConvolver::take(std::span<const ConvolverInput> input) {
    assert(static_cast<int>(input.size()) == channels_);
    newest_ = (newest_ + 1) % rows_per_channel_;
    const auto frames = static_cast<std::size_t>(partitioning().partition_frames);
    const auto rows = static_cast<std::size_t>(rows_per_channel_);
    const BlockTransform& transform = response_->transform();
    const std::size_t part_stride = rows * response_->row_stride();
    const auto equal = [&](const float* a, const float* b) { return std::memcmp(a, b, frames * sizeof(float)) == 0; };
    for (std::size_t channel = 0; channel < input.size(); ++channel) {
        const auto [before, block] = input[channel];
        int& source = source_[channel * rows + row_of(0)];
        if (all_zero({block, frames}) && all_zero({before, frames})) {
            source = kSilent;
        } else if (channel > 0 && equal(block, input[channel - 1].block) && equal(before, input[channel - 1].before)) {
            source = source_[(channel - 1) * rows + row_of(0)];
        } else {
            source = static_cast<int>(channel);
            float* const row = rows_.data() + channel * static_cast<std::size_t>(transform.parts()) * part_stride +
                               row_of(0) * response_->row_stride();
            transform.forward(before, block, row, part_stride);
        }
    }
}

bool PartitionedConvolver::rests() const {
    return std::all_of(source_.begin(), source_.end(), [](int source) { return source == kSilent; });
}

namespace {

/// One path of one batch in one part. Partition k meets, in block t, the input row inputs[k + B - 1 - t]; partitions before `first`
/// and from `last` on meet nothing but zeros.
struct Term {
    const float* response = nullptr;       // [partition][stride]
    const float* const* inputs = nullptr;  // newest block first, each [stride]
    FrameCount first = 0, last = 0;
};

/// One register of bins.
constexpr int kBinFloats = Pack<float, 16>::kPerRegister;
using Bins = Pack<float, kBinFloats>;

/// Complex products of interleaved (re, im): a sums x * re(h), b sums x * im(h), and one shuffle at the end makes the
/// product of them, so that each costs two fma as split storage would.
struct Accumulator {
    Bins a{0.0f}, b{0.0f};

    DUBPLATE_HD void add(const Bins& x, const Bins& h_re, const Bins& h_im) {
        a = fma(x, h_re, a);
        b = fma(x, h_im, b);
    }
    DUBPLATE_HD Bins product() const { return subtract_add(a, exchange_pairs(b)); }
};

/// Four blocks: the four input bins that a partition meets slide by one from partition to partition, so each is loaded
/// once, and with the eight sums they fill the registers. out [4][size].
void sum_four_blocks(std::span<const Term> terms, std::size_t stride, std::size_t size, float* out) {
    for (std::size_t bin = 0; bin < size; bin += kBinFloats) {
        Accumulator sum0, sum1, sum2, sum3;
        for (const Term& term : terms) {
            const float* const* next = term.inputs + term.first;
            const float* h = term.response + static_cast<std::size_t>(term.first) * stride + bin;
            Bins x3 = load<Bins>(*next++ + bin);
            Bins x2 = load<Bins>(*next++ + bin);
            Bins x1 = load<Bins>(*next++ + bin);
            const auto fetch = [&]() __attribute__((always_inline)) {
                const float* at = *next++ + bin;
                _mm_prefetch(reinterpret_cast<const char*>(at + kFetchAhead), _MM_HINT_T0);
                return load<Bins>(at);
            };
            const auto meet = [&](const Bins& t0, const Bins& t1, const Bins& t2, const Bins& t3)
                __attribute__((always_inline)) {
                const Bins bins = load<Bins>(h);
                _mm_prefetch(reinterpret_cast<const char*>(h + kFetchAhead), _MM_HINT_T0);
                const Bins re = even_twice(bins), im = odd_twice(bins);
                sum0.add(t0, re, im);
                sum1.add(t1, re, im);
                sum2.add(t2, re, im);
                sum3.add(t3, re, im);
                h += stride;
            };
            FrameCount k = term.first;
            for (; k + 4 <= term.last; k += 4) {
                const Bins x0 = fetch();
                meet(x0, x1, x2, x3);
                x3 = fetch();
                meet(x3, x0, x1, x2);
                x2 = fetch();
                meet(x2, x3, x0, x1);
                x1 = fetch();
                meet(x1, x2, x3, x0);
            }
            for (; k < term.last; ++k) {
                const Bins x0 = fetch();
                meet(x0, x1, x2, x3);
                x3 = x2, x2 = x1, x1 = x0;
            }
        }
        store(out + bin, sum0.product());
        store(out + size + bin, sum1.product());
        store(out + 2 * size + bin, sum2.product());
        store(out + 3 * size + bin, sum3.product());
    }
}

/// One block: short responses only, so the loads, not the sums, set the pace. out [size].
void sum_one_block(std::span<const Term> terms, std::size_t stride, std::size_t size, float* out) {
    for (std::size_t bin = 0; bin < size; bin += 16) {
        constexpr int kParts = 16 / kBinFloats;
        Accumulator sums[kParts];
        for (const Term& term : terms)
            for (FrameCount k = term.first; k < term.last; ++k) {
                const float* h = term.response + static_cast<std::size_t>(k) * stride + bin;
                const float* x = term.inputs[k] + bin;
                for (int part = 0; part < kParts; ++part) {
                    const Bins bins = load<Bins>(h + part * kBinFloats);
                    sums[part].add(load<Bins>(x + part * kBinFloats), even_twice(bins), odd_twice(bins));
                }
            }
        for (int part = 0; part < kParts; ++part) store(out + bin + part * kBinFloats, sums[part].product());
    }
}

}  // namespace

/// Which ages of a path's input are heard, and the partitions they meet.
struct PartitionedConvolver::Heard {
    const ConvolutionPath* path;
    FrameCount first, last;  // of partitions
};

PartitionedConvolver::Heard PartitionedConvolver::heard(const ConvolutionPath& path) const {
    FrameCount youngest = rows_per_channel_, oldest = -1;
    for (FrameCount age = 0; age < rows_per_channel_; ++age) {
        if (source_[static_cast<std::size_t>(path.in * rows_per_channel_) + row_of(age)] == kSilent) continue;
        youngest = std::min(youngest, age);
        oldest = age;
    }
    return {&path, std::max<FrameCount>(0, youngest - partitioning().blocks + 1),
            std::min(partitioning().partitions, oldest + 1)};
}

bool PartitionedConvolver::give(int channel, float* output) const {
    std::vector<Heard> paths;
    for (const ConvolutionPath& path : paths_)
        if (path.out == channel)
            if (const Heard found = heard(path); found.first < found.last) paths.push_back(found);
    if (paths.empty()) return false;

    const BlockTransform& transform = response_->transform();
    const auto parts = static_cast<std::size_t>(transform.parts()), rows = static_cast<std::size_t>(rows_per_channel_);
    const auto frames = static_cast<std::size_t>(partitioning().partition_frames);
    const auto blocks = static_cast<std::size_t>(partitioning().blocks);
    const std::size_t stride = response_->row_stride(), size = transform.part_floats();
    Scratch& scratch = scratch_of_thread(blocks * size, blocks * parts * size);
    std::vector<const float*> inputs(paths.size() * rows);  // [path][age]
    std::vector<Term> terms(paths.size());
    for (std::size_t part = 0; part < parts; ++part) {
        for (std::size_t p = 0; p < paths.size(); ++p) {
            const auto [path, first, last] = paths[p];
            terms[p] = {response_->rows(path->response, static_cast<int>(part)), inputs.data() + p * rows, first, last};
            for (std::size_t age = 0; age < rows; ++age) {
                const std::size_t row = row_of(static_cast<FrameCount>(age));
                const int source = source_[static_cast<std::size_t>(path->in) * rows + row];
                inputs[p * rows + age] =
                    source == kSilent
                        ? kZeroRow
                        : rows_.data() + ((static_cast<std::size_t>(source) * parts + part) * rows + row) * stride;
            }
        }
        if (blocks == 1) {
            sum_one_block(terms, stride, size, scratch.bins.data());
        } else {
            sum_four_blocks(terms, stride, size, scratch.bins.data());
        }
        for (std::size_t block = 0; block < blocks; ++block)
            transform.back(scratch.bins.data() + block * size, scratch.points.data() + (block * parts + part) * size);
    }
    for (std::size_t block = 0; block < blocks; ++block)
        transform.join(scratch.points.data() + block * parts * size, output + block * frames);
    return true;
}

}  // namespace dubplate::kernels
