#include "engine/nodes/partial_sum.h"

#include <algorithm>
#include <array>

#include "engine/nodes/scratch.h"
#include "kernels/cpu/block_functions.h"

namespace dubplate::nodes {
namespace {

constexpr std::size_t kFanIn = kernels::kMaxLanes;

}  // namespace

bool PartialSum::is_silent(FrameCount start, int frames) const {
    return std::all_of(partials_.begin(), partials_.end(),
                       [&](const Stream* partial) { return partial->is_silent(start, frames); });
}

const float* PartialSum::read(FrameCount start, int frames, int channel, float* spare) const {
    if (!partials_.empty()) return add(0, partials_.size(), start, frames, channel, spare);
    std::fill_n(spare, frames, 0.0f);
    return spare;
}

const float* PartialSum::add(std::size_t first, std::size_t last, FrameCount start, int frames, int channel,
                             float* spare) const {
    if (last - first == 1) return partials_[first]->read(start, frames, channel, spare);
    // Each of up to sixteen children covers a power of sixteen of leaves.
    std::size_t leaves = 1;
    while (leaves * kFanIn < last - first) leaves *= kFanIn;
    Planar spares(static_cast<int>(kFanIn));
    std::array<const float*, kFanIn> children;
    std::size_t count = 0;
    for (std::size_t begin = first; begin < last; begin += leaves, ++count)
        children[count] = add(begin, std::min(begin + leaves, last), start, frames, channel, spares.rows[count]);
    kernels::block_functions().sum_planes(std::span(children).first(count), frames, spare);
    return spare;
}

}  // namespace dubplate::nodes
