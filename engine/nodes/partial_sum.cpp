#include "engine/nodes/partial_sum.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/nodes/scratch.h"
#include "engine/nodes/sum_tree.h"
#include "kernels/cpu/block_functions.h"

namespace dubplate::nodes {

PartialSum::PartialSum(std::vector<const Stream*> partials)
    : PartialSum(partials, std::vector<std::size_t>(partials.size(), 1)) {}

PartialSum::PartialSum(std::vector<const Stream*> partials, const std::vector<std::size_t>& leaves)
    : partials_(std::move(partials)), first_leaf_{0} {
    assert(partials_.size() == leaves.size());
    for (const std::size_t count : leaves) first_leaf_.push_back(first_leaf_.back() + count);
}

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
    const std::size_t leaves = leaves_of_child(first_leaf_[last] - first_leaf_[first]);
    Planar spares(static_cast<int>(kFanIn));
    std::array<const float*, kFanIn> children;
    std::size_t count = 0;
    for (std::size_t begin = first, end; begin < last; begin = end, ++count) {
        for (end = begin + 1; end < last && first_leaf_[end] - first_leaf_[begin] < leaves;) ++end;
        children[count] = add(begin, end, start, frames, channel, spares.rows[count]);
    }
    kernels::block_functions().sum_planes(std::span(children).first(count), frames, spare);
    return spare;
}

}  // namespace dubplate::nodes
