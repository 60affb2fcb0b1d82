#include "kernels/cpu/partitioned_convolver.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "kernels/cpu/pack.h"

namespace dubplate::kernels {
namespace {

constexpr FrameCount kSmallestPartition = 1024;
constexpr FrameCount kLargestPartition = 8192;  // FFTs of 2^14, the largest that estimated plans do well
constexpr int kBatchBlocks = 4;                 // as many as AVX2 has registers for
constexpr std::size_t kFloatsPerLine = kCacheLine / sizeof(float);
/// Some forty rows are read side by side, more streams than the hardware foresees: lines are asked for this many floats
/// ahead. 3 s at 48 kHz take 15 % less time for it, 10 s 40 %; half and twice the distance are no better.
constexpr std::size_t kFetchAhead = 64;

/// Stands for every block of zeros.
alignas(kCacheLine) constexpr float kZeroRow[2 * kLargestPartition + kFloatsPerLine] = {};

/// Buffers that hold nothing between calls.
struct Scratch {
    AlignedVector<float> bins;  // [block][stride]
    AlignedVector<float> time;  // [2 P]
};

Scratch& scratch_of_thread(std::size_t bins, std::size_t time) {
    static thread_local Scratch scratch;
    if (scratch.bins.size() < bins) scratch.bins.resize(bins);
    if (scratch.time.size() < time) scratch.time.resize(time);
    return scratch;
}

bool all_zero(const float* values, std::size_t count) {
    // By lines without a branch in between, so that it costs next to nothing on sound and little on silence.
    for (std::size_t line = 0; line < count; line += kFloatsPerLine) {
        const __m256 low = _mm256_loadu_ps(values + line), high = _mm256_loadu_ps(values + line + 8);
        const __m256 any = _mm256_or_ps(low, high);
        if (!_mm256_testz_si256(_mm256_slli_epi32(_mm256_castps_si256(any), 1), _mm256_set1_epi32(-1))) return false;
    }
    return true;
}

}  // namespace

Partitioning partitioning_of(FrameCount response_frames) {
    Partitioning cut;
    const auto length = static_cast<std::uint64_t>(std::clamp(response_frames, kSmallestPartition, kLargestPartition));
    cut.partition_frames = static_cast<int>(std::bit_ceil(length));
    cut.partitions = std::max<FrameCount>(1, (response_frames + cut.partition_frames - 1) / cut.partition_frames);
    cut.blocks = cut.partitions >= kBatchBlocks ? kBatchBlocks : 1;
    return cut;
}

ResponseSpectra::ResponseSpectra(std::span<const std::vector<float>> channels)
    : partitioning_(partitioning_of(static_cast<FrameCount>(channels[0].size()))),
      channels_(static_cast<int>(channels.size())) {
    const auto frames = static_cast<std::size_t>(partitioning_.partition_frames);
    const auto partitions = static_cast<std::size_t>(partitioning_.partitions);
    stride_ = 2 * frames + kFloatsPerLine;  // P + 1 bins, and off the power of two that would crowd one cache set
    rows_.resize(channels.size() * partitions * stride_, 0.0f);
    float* row = rows_.data();
    for (const std::vector<float>& channel : channels) {
        assert(channel.size() == channels[0].size() && !channel.empty());
        for (std::size_t first = 0; first < partitions * frames; first += frames, row += stride_) {
            const std::span<const float> part(channel.data() + first, std::min(frames, channel.size() - first));
            // The transforms' scale goes into the response; a power of two, so nothing is rounded.
            precise_spectrum(part, static_cast<int>(2 * frames), 0.5 / static_cast<double>(frames), row);
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
    rows_.resize(rows * response_->row_stride(), 0.0f);
    silent_.resize(rows, 1);
}

std::size_t PartitionedConvolver::row_index(FrameCount block) const {
    return static_cast<std::size_t>((block + rows_per_channel_) % rows_per_channel_);
}

void PartitionedConvolver::begin_batch() { newest_ = (newest_ + partitioning().blocks) % rows_per_channel_; }

void PartitionedConvolver::take(int channel, const float* input) {
    const auto frames = static_cast<std::size_t>(partitioning().partition_frames);
    const Fft& fft = real_fft(static_cast<int>(2 * frames));
    const auto first_row = static_cast<std::size_t>(channel) * static_cast<std::size_t>(rows_per_channel_);
    bool silent_before = all_zero(input, frames);
    for (int block = 0; block < partitioning().blocks; ++block) {
        const float* at = input + static_cast<std::size_t>(block) * frames;
        const bool silent = all_zero(at + frames, frames);
        const std::size_t row = first_row + row_index(newest_ - partitioning().blocks + 1 + block);
        silent_[row] = silent && silent_before;
        if (!silent_[row]) fft.forward(at, rows_.data() + row * response_->row_stride());
        silent_before = silent;
    }
}

bool PartitionedConvolver::rests() const {
    return std::all_of(silent_.begin(), silent_.end(), [](char silent) { return silent != 0; });
}

namespace {

/// One path of one batch. Partition k meets, in block t, the input row inputs[k + B - 1 - t]; partitions before `first`
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
/// once, and with the eight sums they fill the registers. out [4][stride].
void sum_four_blocks(std::span<const Term> terms, std::size_t stride, float* out) {
    for (std::size_t bin = 0; bin < stride; bin += kBinFloats) {
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
        store(out + stride + bin, sum1.product());
        store(out + 2 * stride + bin, sum2.product());
        store(out + 3 * stride + bin, sum3.product());
    }
}

/// One block: short responses only, so the loads, not the sums, set the pace. out [stride].
void sum_one_block(std::span<const Term> terms, std::size_t stride, float* out) {
    for (std::size_t bin = 0; bin < stride; bin += 16) {
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

bool PartitionedConvolver::give(int channel, float* output) const {
    const auto [partition_frames, blocks, partitions] = partitioning();
    const std::size_t stride = response_->row_stride(), frames = static_cast<std::size_t>(partition_frames);
    std::vector<const float*> inputs;  // [path][row], newest first
    inputs.reserve(paths_.size() * static_cast<std::size_t>(rows_per_channel_));
    std::vector<Term> terms;
    for (const ConvolutionPath& path : paths_) {
        if (path.out != channel) continue;
        const std::size_t first_row = static_cast<std::size_t>(path.in) * static_cast<std::size_t>(rows_per_channel_);
        FrameCount first_heard = rows_per_channel_, last_heard = -1;
        Term term{.response = response_->rows(path.response), .inputs = inputs.data() + inputs.size()};
        for (FrameCount age = 0; age < rows_per_channel_; ++age) {
            const std::size_t row = first_row + row_index(newest_ - age);
            inputs.push_back(silent_[row] ? kZeroRow : rows_.data() + row * stride);
            if (silent_[row]) continue;
            first_heard = std::min(first_heard, age);
            last_heard = age;
        }
        term.first = std::max<FrameCount>(0, first_heard - blocks + 1);
        term.last = std::min(partitions, last_heard + 1);
        if (term.first < term.last) terms.push_back(term);
    }
    if (terms.empty()) return false;

    Scratch& scratch = scratch_of_thread(static_cast<std::size_t>(blocks) * stride, 2 * frames);
    if (blocks == 1) {
        sum_one_block(terms, stride, scratch.bins.data());
    } else {
        sum_four_blocks(terms, stride, scratch.bins.data());
    }
    const Fft& fft = real_fft(static_cast<int>(2 * frames));
    for (std::size_t block = 0; block < static_cast<std::size_t>(blocks); ++block) {
        fft.inverse(scratch.bins.data() + block * stride, scratch.time.data());
        std::copy_n(scratch.time.data() + frames, frames, output + block * frames);  // the first half wraps around
    }
    return true;
}

}  // namespace dubplate::kernels
