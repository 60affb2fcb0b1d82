#include <array>

#include "kernels/kernel_set.h"
#include "kernels/processors/compressor.h"
#include "kernels/processors/convolution.h"
#include "kernels/processors/delay.h"
#include "kernels/processors/eq.h"
#include "kernels/processors/limiter.h"
#include "kernels/processors/linear_eq.h"
#include "kernels/processors/pan.h"
#include "kernels/processors/trim.h"

namespace dubplate::kernels {
namespace {

constexpr std::array kKinds = {
    &kTrim, &kPan, &kEq, &kLinearEq, &kCompressor, &kLimiter, &kConvolution, &kDelay,
};

}  // namespace

// kKernelsV3 or kKernelsV4, as the build says for the set that is being compiled.
constinit const KernelSet DUBPLATE_KERNEL_SET{.processors = kKinds, .blocks = &kBlockFunctions};

}  // namespace dubplate::kernels
