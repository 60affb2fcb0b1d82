#include "engine/nodes/lane_zeros.h"

#include <array>
#include <bit>
#include <cstdint>

#include "kernels/processors/processor.h"

namespace dubplate::nodes {
namespace {

template <class Action>
void for_bits(unsigned bits, Action action) {
    for (; bits; bits &= bits - 1) action(std::countr_zero(bits));
}

}  // namespace

void zeros_from(FrameCount start, int frames, int width, const float* audio, unsigned open, FrameCount* zeros) {
    for_bits(open, [&](int lane) { zeros[lane] = kNeverZero; });
    constexpr int kGranule = static_cast<int>(kControlFrames);
    for (int granule = frames - kGranule; granule >= 0; granule -= kGranule) {
        const float* const at = audio + granule * width;
        // From the end: sounding audio is recognised by its last frame.
        const float* const last = at + (kGranule - 1) * width;
        for_bits(open, [&](int lane) { open &= last[lane] != 0.0f ? ~(1u << lane) : ~0u; });
        if (!open) return;
        std::array<std::uint32_t, kernels::kMaxLanes> bits{};
        for (int frame = 0; frame < kGranule; ++frame)
            for (int lane = 0; lane < width; ++lane)
                bits[static_cast<std::size_t>(lane)] |= std::bit_cast<std::uint32_t>(at[frame * width + lane]);
        for_bits(open, [&](int lane) {
            const bool zero = (bits[static_cast<std::size_t>(lane)] & 0x7fffffffu) == 0;  // of either sign
            zero ? void(zeros[lane] = start + granule) : void(open &= ~(1u << lane));
        });
    }
}

}  // namespace dubplate::nodes
