// One kernel for each body; the only source that nvcc compiles. budgets.txt bounds the registers of each.

#include <algorithm>
#include <cstring>

#include "kernels/device/bodies.h"
#include "kernels/device/cuda/kernels.h"

namespace dubplate::device {
namespace {

constexpr int kThreads = 256;
constexpr std::int32_t kMostRows = 65535;  // of a grid

/// Elements along x, entries along y.
template <class Body>
__global__ void __launch_bounds__(kThreads) run(const __grid_constant__ typename Body::Params params) {
    const std::int64_t element = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    if (element >= Body::elements(params)) return;
    const std::int32_t entries = Body::entries(params);
    for (auto entry = static_cast<std::int32_t>(blockIdx.y); entry < entries;
         entry += static_cast<std::int32_t>(gridDim.y))
        Body::run(params, entry, element);
}

template <class Body>
cudaError_t launch(const void* bytes, std::size_t size, cudaStream_t stream) {
    typename Body::Params params;
    if (size != sizeof params) return cudaErrorInvalidValue;
    std::memcpy(&params, bytes, sizeof params);
    const std::int32_t entries = Body::entries(params);
    const std::int64_t elements = Body::elements(params);
    if (entries <= 0 || elements <= 0) return cudaSuccess;
    const dim3 grid(static_cast<unsigned>((elements + kThreads - 1) / kThreads),
                    static_cast<unsigned>(std::min(entries, kMostRows)));
    run<Body><<<grid, kThreads, 0, stream>>>(params);
    return cudaGetLastError();
}

}  // namespace

cudaError_t launch_kernel(Kernel kernel, const void* params, std::size_t size, cudaStream_t stream) {
    cudaError_t error = cudaErrorInvalidValue;
    with_body(kernel, [&](auto body) { error = launch<decltype(body)>(params, size, stream); });
    return error;
}

cudaError_t look_for_code() {
    cudaFuncAttributes attributes;
    return cudaFuncGetAttributes(&attributes, run<Retain>);
}

}  // namespace dubplate::device
