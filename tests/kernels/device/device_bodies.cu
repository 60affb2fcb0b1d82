// Compiled, not run: every kernel's body is code for a device as it stands, one item a thread.

#include "kernels/device/bodies.h"

namespace dubplate::device {

template <class Body>
__global__ void items(typename Body::Params params) {
    const std::int64_t element = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
    if (element < Body::elements(params)) Body::run(params, static_cast<std::int32_t>(blockIdx.y), element);
}

template __global__ void items<Unpack>(UnpackParams);
template __global__ void items<Enter>(EnterParams);
template __global__ void items<Multiply>(MultiplyParams);
template __global__ void items<Combine>(CombineParams);
template __global__ void items<Leave>(LeaveParams);
template __global__ void items<Retain>(RetainParams);
template __global__ void items<Blend>(BlendParams);
template __global__ void items<Mix>(MixParams);
template __global__ void items<Pack>(PackParams);
template __global__ void items<Weigh>(WeighParams);
template __global__ void items<Overlap>(OverlapParams);

}  // namespace dubplate::device
