#pragma once

/// What a queue's thread runs: kernels, transforms. Each says what is wrong with what it was asked, or nothing (empty).

#include <cstddef>
#include <span>
#include <string>

#include "kernels/device/backend.h"
#include "kernels/device/twin/memory.h"

namespace dubplate::device::twin {

inline constexpr std::int32_t kTransformBatch = 4;

std::string run_kernel(const Memory& memory, Kernel kernel, std::span<const std::byte> params);
std::string run_transform(const Memory& memory, std::int32_t points, Direction direction, float* at,
                          std::int32_t count);

}  // namespace dubplate::device::twin
