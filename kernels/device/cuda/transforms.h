#pragma once

/// Transforms by cuFFT: one plan for each number of points, made when it is first asked for, all of one fixed batch. What a
/// plan needs to work with is shared by all that run in the same queue.

#include "kernels/device/cuda/context.h"

namespace dubplate::device {

std::int32_t transform_batch(std::int32_t points);

Status transform(Context& context, Queue queue, std::int32_t points, Direction direction, void* memory,
                 std::int32_t count);

/// Waits for nothing: the queues have ended.
void release_transforms(Context& context);

}  // namespace dubplate::device
