#pragma once

/// All kernels (kernels/device/bodies.h) on a stream. Threads: as CUDA's.

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/device/kernels.h"

namespace dubplate::device {

/// Puts a kernel into a stream, one thread for each item. `params` are copied.
cudaError_t launch_kernel(Kernel kernel, const void* params, std::size_t size, cudaStream_t stream);

/// cudaErrorNoKernelImageForDevice where the module holds no code for the current device.
cudaError_t look_for_code();

}  // namespace dubplate::device
