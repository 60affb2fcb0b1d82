#include "kernels/cpu/block_functions.h"

#include "kernels/cpu/transpose.h"
#include "kernels/kernel_set.h"

namespace dubplate::kernels {

const BlockFunctions kBlockFunctions{
    .mix = mix,
    .sum_planes = sum_planes,
    .planes_to_lanes = planes_to_lanes,
    .lanes_to_planes = lanes_to_planes,
};

}  // namespace dubplate::kernels
