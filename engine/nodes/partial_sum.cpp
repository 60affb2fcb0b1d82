#include "engine/nodes/partial_sum.h"

#include <algorithm>
#include <array>

#include "kernels/processors/processor.h"

namespace dubplate::nodes {
namespace {

constexpr std::size_t kFanIn = 16;

}  // namespace

bool PartialSum::is_silent(FrameCount start, int frames) const {
    return std::all_of(partials_.begin(), partials_.end(),
                       [&](const Stream* partial) { return partial->is_silent(start, frames); });
}

void PartialSum::read(FrameCount start, int frames, int channel, float* out) const {
    if (partials_.empty())
        std::fill_n(out, frames, 0.0f);
    else
        add(0, partials_.size(), start, frames, channel, out);
}

void PartialSum::add(std::size_t first, std::size_t last, FrameCount start, int frames, int channel, float* out) const {
    if (last - first == 1) return partials_[first]->read(start, frames, channel, out);
    // Each of up to sixteen children covers a power of sixteen of leaves.
    std::size_t leaves = 1;
    while (leaves * kFanIn < last - first) leaves *= kFanIn;
    std::array<double, kernels::kMaxBlockFrames> sum;
    std::array<float, kernels::kMaxBlockFrames> child;
    std::fill_n(sum.begin(), frames, 0.0);
    for (std::size_t begin = first; begin < last; begin += leaves) {
        add(begin, std::min(begin + leaves, last), start, frames, channel, child.data());
        for (int f = 0; f < frames; ++f)
            sum[static_cast<std::size_t>(f)] += static_cast<double>(child[static_cast<std::size_t>(f)]);
    }
    for (int f = 0; f < frames; ++f) out[f] = static_cast<float>(sum[static_cast<std::size_t>(f)]);
}

}  // namespace dubplate::nodes
