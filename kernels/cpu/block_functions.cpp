#include "kernels/cpu/block_functions.h"

#include "kernels/cpu/packed_samples.h"
#include "kernels/cpu/quantise.h"
#include "kernels/cpu/transpose.h"
#include "kernels/kernel_set.h"

namespace dubplate::kernels {

const BlockFunctions kBlockFunctions{
    .mix = mix,
    .sum_planes = sum_planes,
    .subtract_planes = subtract_planes,
    .planes_to_lanes = planes_to_lanes,
    .lanes_to_planes = lanes_to_planes,
    .unpack_to_lanes = unpack_to_lanes,
    .unpack_16 = unpack_16,
    .unpack_24 = unpack_24,
    .unpack_32 = unpack_32,
    .pack_16 = pack_16,
    .pack_24 = pack_24,
    .pack_24_pairs = pack_24_pairs,
    .dither_words = dither_words,
    .quantise = quantise,
    .add_squares = add_squares,
};

}  // namespace dubplate::kernels
