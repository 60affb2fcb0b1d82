#pragma once

/// Blocks cut where an absolute grid of frames is reached: for bodies that collect input for transforms.

#include <algorithm>

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

/// `run(first, frames)` gets every piece of the block, which lies within one step of the grid; `reach(end)` follows where a
/// piece ends on the grid.
template <class Run, class Reach>
void for_grid_pieces(const LaneBlock& block, FrameCount grid, Run run, Reach reach) {
    for (int done = 0; done < block.frames;) {
        const FrameCount at = block.start + done, end = (floor_div(at, grid) + 1) * grid;
        const int frames = static_cast<int>(std::min<FrameCount>(block.frames - done, end - at));
        run(done, frames);
        done += frames;
        if (at + frames == end) reach(end);
    }
}

}  // namespace dubplate::kernels
