#include "kernels/cpu/partitioned_convolver.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <mutex>
#include <utility>

#include "kernels/cpu/bin_products.h"
#include "kernels/cpu/zeros.h"

namespace dubplate::kernels {
namespace {

constexpr FrameCount kSmallestPartition = 1024;
constexpr FrameCount kMiddlePartition = 8192, kLargestPartition = 16384;
constexpr int kBatchBlocks = 4;  // as many as AVX2 has registers for

constexpr int kSilent = -1;

/// Stands for a part of every block of zeros.
alignas(kCacheLine) constexpr float kZeroRow[2 * kLargestPartition] = {};

std::size_t index(FrameCount number) { return static_cast<std::size_t>(number); }

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
      stride_(transform_.part_floats() + kCacheLine / sizeof(float)) {
    const std::size_t frames = index(partitioning_.partition_frames), partitions = index(partitioning_.partitions);
    rows_.resize(channels.size() * index(transform_.parts()) * partitions * stride_);
    UninitialisedVector<double> scratch;
    for (int channel = 0; channel < channels_; ++channel) {
        const std::vector<float>& taps = channels[index(channel)];
        assert(taps.size() == channels[0].size() && !taps.empty());
        float* const spectra = rows_.data() + (rows(channel, 0) - rows_.data());
        for (std::size_t k = 0; k < partitions; ++k) {
            const std::span<const float> part(taps.data() + k * frames, std::min(frames, taps.size() - k * frames));
            // The transforms' scale goes into the response; a power of two, so nothing is rounded.
            transform_.precise(part, 1.0 / static_cast<double>(frames), spectra + k * stride_, partitions * stride_,
                               scratch);
        }
    }
}

const float* ResponseSpectra::rows(int channel, int part) const {
    return rows_.data() + index((channel * transform_.parts() + part) * partitioning_.partitions) * stride_;
}

PartitionedConvolver::PartitionedConvolver(std::shared_ptr<const ResponseSpectra> response, int channels,
                                           std::vector<ConvolutionPath> paths)
    : response_(std::move(response)),
      paths_(std::move(paths)),
      channels_(channels),
      kept_blocks_(std::max<FrameCount>(partitioning().partitions - 1, partitioning().blocks)) {
    const std::size_t rows = index(channels * kept_blocks_ * response_->transform().parts());
    kept_.resize(rows * response_->row_stride());
    before_.resize(index(channels) * index(partitioning().partition_frames));
    fresh_source_.resize(index(channels) * index(partitioning().blocks), kSilent);
    source_.resize(index(channels) * index(kept_blocks_), kSilent);
}

std::size_t PartitionedConvolver::row_of(FrameCount age) const {
    const FrameCount block = newest_ - age;
    return index(block - floor_div(block, kept_blocks_) * kept_blocks_);
}

float* PartitionedConvolver::kept(int channel, std::size_t part, FrameCount age) {
    const std::size_t parts = index(response_->transform().parts());
    return kept_.data() +
           ((index(channel) * parts + part) * index(kept_blocks_) + row_of(age)) * response_->row_stride();
}

/// Tells which blocks of the batch are silent, which equal those of the channel before.
void PartitionedConvolver::listen(std::span<float* const> audio) {
    const std::size_t frames = index(partitioning().partition_frames), blocks = index(partitioning().blocks);
    const auto block_of = [&](std::size_t channel, std::size_t block) {
        return block == 0 ? before_.data() + channel * frames : audio[channel] + (block - 1) * frames;
    };
    for (std::size_t channel = 0; channel < audio.size(); ++channel) {
        bool silent_before = false, equal_before = false;
        for (std::size_t block = 0; block <= blocks; ++block) {
            const float* const at = block_of(channel, block);
            const bool silent = all_zero({at, frames});
            const bool equal =
                channel > 0 && std::memcmp(at, block_of(channel - 1, block), frames * sizeof(float)) == 0;
            if (block > 0) {
                const std::size_t place = channel * blocks + block - 1;
                fresh_source_[place] = silent_before && silent ? kSilent
                                       : equal_before && equal ? fresh_source_[place - blocks]
                                                               : static_cast<int>(channel);
            }
            silent_before = silent, equal_before = equal;
        }
    }
}

int PartitionedConvolver::source(int channel, FrameCount age) const {
    const FrameCount blocks = partitioning().blocks;
    return age < blocks ? fresh_source_[index(channel * blocks + blocks - 1 - age)]
                        : source_[index(channel * kept_blocks_) + row_of(age)];
}

/// Whether it or one behind it has to do with one before it.
bool PartitionedConvolver::tied(int channel) const {
    for (const ConvolutionPath& path : paths_)
        if (std::min(path.in, path.out) < channel && std::max(path.in, path.out) >= channel) return true;
    for (int other = channel; other < channels_; ++other)
        for (FrameCount age = 0; age < ages(); ++age)
            if (const int found = source(other, age); found != kSilent && found < channel) return true;
    return false;
}

bool PartitionedConvolver::rests() const {
    return std::all_of(source_.begin(), source_.end(), [](int source) { return source == kSilent; });
}

bool PartitionedConvolver::convolve(std::span<float* const> audio) {
    assert(static_cast<int>(audio.size()) == channels_);
    const FrameCount blocks = partitioning().blocks;
    newest_ += blocks;
    listen(audio);
    bool sounds = false;
    for (int first = 0, last = 0; first < channels_; first = last) {
        for (last = first + 1; last < channels_ && tied(last);) ++last;
        sounds |= convolve(first, last, audio);
    }
    for (int channel = 0; channel < channels_; ++channel)
        for (FrameCount age = 0; age < blocks; ++age)
            source_[index(channel * kept_blocks_) + row_of(age)] = source(channel, age);
    return sounds;
}

namespace {

/// What a batch is convolved in; holds nothing before and after. As many are kept as batches were convolved at a time,
/// which are fewer than threads where threads are many.
class Scratch {
public:
    explicit Scratch(std::size_t size) {
        {
            const std::lock_guard guard(idle().lock);
            if (!idle().all.empty()) {
                floats_ = std::move(idle().all.back());
                idle().all.pop_back();
            }
        }
        if (floats_.size() < size) floats_ = UninitialisedVector<float>(size);
    }
    ~Scratch() {
        const std::lock_guard guard(idle().lock);
        idle().all.push_back(std::move(floats_));
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    float* data() { return floats_.data(); }

private:
    struct Idle {
        std::mutex lock;
        std::vector<UninitialisedVector<float>> all;
    };
    static Idle& idle() {
        static auto& idle = *new Idle;  // kept for the process's life
        return idle;
    }

    UninitialisedVector<float> floats_;
};

}  // namespace

/// Channels that have to do with each other, and where they are convolved.
struct PartitionedConvolver::Group {
    /// An input that is heard through a response: partitions [from, to) meet something else than zeros.
    struct Heard {
        const ConvolutionPath* path;
        FrameCount from, to;
    };

    int first, last;           // channels
    std::vector<Heard> paths;  // by output
    std::vector<int> outputs;  // that are heard
    BinProducts products;
    std::size_t parts, stride, blocks;
    float *points, *fresh, *sums;

    std::size_t rows() const { return static_cast<std::size_t>(last - first) * blocks; }
    std::size_t row(int channel, std::size_t block) const {
        return static_cast<std::size_t>(channel - first) * blocks + block;
    }
    /// [part][stride]: on their way to spectra and back
    float* points_of(int channel, std::size_t block) const { return points + row(channel, block) * parts * stride; }
    /// Of the part at work: the spectrum of a block of the batch, and of the sum of products for one.
    float* fresh_of(int channel, std::size_t block) const { return fresh + row(channel, block) * stride; }
    float* sum_of(std::size_t output, std::size_t block) const { return sums + (output * blocks + block) * stride; }
};

/// Which paths of the channels are heard in this batch.
PartitionedConvolver::Group PartitionedConvolver::group_of(int first, int last) const {
    const BlockTransform& transform = response_->transform();
    Group group{.first = first,
                .last = last,
                .paths = {},
                .outputs = {},
                .products = {.floats = transform.part_floats(),
                             .stride = response_->row_stride(),
                             .inputs = {},
                             .terms = {},
                             .sums = {}},
                .parts = index(transform.parts()),
                .stride = response_->row_stride(),
                .blocks = index(partitioning().blocks),
                .points = nullptr,
                .fresh = nullptr,
                .sums = nullptr};
    for (int out = first; out < last; ++out) {
        const std::size_t before = group.paths.size();
        for (const ConvolutionPath& path : paths_) {
            if (path.out != out) continue;
            FrameCount youngest = ages(), oldest = -1;
            for (FrameCount age = 0; age < ages(); ++age) {
                if (source(path.in, age) == kSilent) continue;
                youngest = std::min(youngest, age);
                oldest = age;
            }
            const FrameCount from = std::max<FrameCount>(0, youngest - partitioning().blocks + 1);
            const FrameCount to = std::min(partitioning().partitions, oldest + 1);
            if (from < to) group.paths.push_back({&path, from, to});
        }
        if (group.paths.size() == before) continue;
        group.outputs.push_back(out);
        group.products.sums.push_back({before, group.paths.size()});
    }
    return group;
}

bool PartitionedConvolver::is_own(int channel, std::size_t block) const {
    return fresh_source_[index(channel) * index(partitioning().blocks) + block] == channel;
}

/// Channels [first, last), which have nothing to do with others.
bool PartitionedConvolver::convolve(int first, int last, std::span<float* const> audio) {
    const BlockTransform& transform = response_->transform();
    const std::size_t frames = index(partitioning().partition_frames);
    Group group = group_of(first, last);
    const std::size_t blocks = group.blocks, rows = group.rows();
    Scratch scratch(group.outputs.empty() ? 0 : rows * (group.parts + 2) * group.stride);
    group.points = scratch.data();
    group.fresh = group.points + rows * group.parts * group.stride;
    group.sums = group.fresh + rows * group.stride;
    for (int channel = first; channel < last; ++channel) {
        float* const before = before_.data() + index(channel) * frames;
        const float* const batch = audio[index(channel)];
        for (std::size_t block = 0; block < blocks && !group.outputs.empty(); ++block)
            if (is_own(channel, block))
                transform.split(block == 0 ? before : batch + (block - 1) * frames, batch + block * frames,
                                group.points_of(channel, block), group.stride);
        std::copy_n(batch + (blocks - 1) * frames, frames, before);
    }
    for (std::size_t part = 0; part < group.parts && !group.outputs.empty(); ++part) convolve(group, part);
    for (int channel = first; channel < last; ++channel) {
        float* const batch = audio[index(channel)];
        const bool heard = std::find(group.outputs.begin(), group.outputs.end(), channel) != group.outputs.end();
        if (!heard) std::fill_n(batch, blocks * frames, 0.0f);
        for (std::size_t block = 0; block < blocks && heard; ++block)
            transform.join(group.points_of(channel, block), group.stride, batch + block * frames);
    }
    return !group.outputs.empty();
}

/// One part of a batch: to spectra, products, and back.
void PartitionedConvolver::convolve(Group& group, std::size_t part) {
    const BlockTransform& transform = response_->transform();
    const std::size_t blocks = group.blocks;
    BinProducts& products = group.products;
    products.inputs.clear();
    products.terms.clear();
    for (int channel = group.first; channel < group.last; ++channel) {
        for (std::size_t block = 0; block < blocks; ++block)
            if (is_own(channel, block))
                transform.forward(group.points_of(channel, block) + part * group.stride,
                                  group.fresh_of(channel, block));
        for (FrameCount age = 0; age < ages(); ++age) {
            const int found = source(channel, age);
            products.inputs.push_back(found == kSilent      ? kZeroRow
                                      : index(age) < blocks ? group.fresh_of(found, blocks - 1 - index(age))
                                                            : kept(found, part, age));
        }
    }
    for (const auto& [path, from, to] : group.paths)
        products.terms.push_back({index((path->in - group.first) * ages()),
                                  response_->rows(path->response, static_cast<int>(part)), index(from), index(to)});
    for (std::size_t output = 0; output < group.outputs.size(); ++output)
        products.sums[output].to = group.sum_of(output, 0);
    multiply(products, partitioning().blocks);
    // Only now, as they take the places of the oldest.
    for (int channel = group.first; channel < group.last && partitioning().partitions > 1; ++channel)
        for (std::size_t block = 0; block < blocks; ++block)
            if (is_own(channel, block))
                std::copy_n(group.fresh_of(channel, block), products.floats,
                            kept(channel, part, static_cast<FrameCount>(blocks - 1 - block)));
    for (std::size_t output = 0; output < group.outputs.size(); ++output)
        for (std::size_t block = 0; block < blocks; ++block)
            transform.back(group.sum_of(output, block),
                           group.points_of(group.outputs[output], block) + part * group.stride);
}

}  // namespace dubplate::kernels
