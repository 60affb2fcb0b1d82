#include "kernels/device/cuda/transforms.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace dubplate::device {
namespace {

constexpr std::int32_t kFewestPoints = 16, kMostPoints = 65536;
constexpr std::int32_t kBatchPoints = 1 << 20;  // 8 MiB: what a device needs to have enough to do

Status make_plan(Context& context, std::size_t at, std::int32_t points) {
    cufftHandle plan = 0;
    if (const Status status = context.answer_fft(cufftCreate(&plan), "planning a transform"); status != Status::ok)
        return status;
    int length = points;
    std::size_t bytes = 0;
    cufftResult made = cufftSetAutoAllocation(plan, 0);
    if (made == CUFFT_SUCCESS)
        made = cufftMakePlanMany(plan, 1, &length, nullptr, 1, points, nullptr, 1, points, CUFFT_C2C,
                                 transform_batch(points), &bytes);
    if (const Status status = context.answer_fft(made, "planning a transform"); status != Status::ok) {
        cufftDestroy(plan);
        return status;
    }
    context.plans[at] = plan;
    context.work_bytes[at] = bytes;
    context.has_plan[at] = true;
    return Status::ok;
}

/// What lies behind the last transform up to a whole batch is transformed with it: to zeros, so that nothing is read that
/// nobody wrote, which is a mistake anywhere else. It costs less than its transform does.
Status clear_rest(Context& context, Queue queue, std::int32_t points, cufftComplex* data, std::int32_t count) {
    const std::int32_t over = count % transform_batch(points);
    if (over == 0) return Status::ok;
    const auto rest = static_cast<std::size_t>(transform_batch(points) - over) * static_cast<std::size_t>(points);
    cufftComplex* const first = data + static_cast<std::ptrdiff_t>(count) * points;
    return context.answer(cudaMemsetAsync(first, 0, rest * sizeof *data, context.stream(queue)),
                          "clearing behind transforms");
}

/// Makes the work area of a queue as large as `bytes`.
Status grow_work_area(Context& context, Queue queue, std::size_t bytes) {
    const auto number = static_cast<std::size_t>(queue);
    void*& area = context.work_areas[number];
    if (bytes <= context.work_area_bytes[number]) return Status::ok;
    if (area != nullptr) {
        // cudaFree waits for what works with it.
        const Status status = context.answer(cudaFree(area), "releasing memory of transforms");
        area = nullptr;
        context.work_area_bytes[number] = 0;
        if (status != Status::ok) return status;
    }
    const Status status = context.answer(cudaMalloc(&area, bytes), "memory for transforms");
    if (status == Status::ok) context.work_area_bytes[number] = bytes;
    return status;
}

}  // namespace

std::int32_t transform_batch(std::int32_t points) { return std::max(1, kBatchPoints / points); }

Status transform(Context& context, Queue queue, std::int32_t points, Direction direction, void* memory,
                 std::int32_t count) {
    assert(points >= kFewestPoints && points <= kMostPoints && std::has_single_bit(static_cast<std::uint32_t>(points)));
    const auto at = static_cast<std::size_t>(std::countr_zero(static_cast<std::uint32_t>(points)));
    if (!context.has_plan[at])
        if (const Status status = make_plan(context, at, points); status != Status::ok) return status;
    if (const Status status = grow_work_area(context, queue, context.work_bytes[at]); status != Status::ok)
        return status;
    auto* data = static_cast<cufftComplex*>(memory);
    if (const Status status = clear_rest(context, queue, points, data, count); status != Status::ok) return status;
    const cufftHandle plan = context.plans[at];
    cufftResult result = cufftSetStream(plan, context.stream(queue));
    if (result == CUFFT_SUCCESS && context.work_bytes[at] > 0)
        result = cufftSetWorkArea(plan, context.work_areas[static_cast<std::size_t>(queue)]);
    const std::int32_t batch = transform_batch(points);
    const int sign = direction == Direction::forward ? CUFFT_FORWARD : CUFFT_INVERSE;
    for (std::int32_t done = 0; done < count && result == CUFFT_SUCCESS; done += batch) {
        result = cufftExecC2C(plan, data, data, sign);
        data += static_cast<std::ptrdiff_t>(batch) * points;
    }
    return context.answer_fft(result, "a transform");
}

void release_transforms(Context& context) {
    for (std::size_t at = 0; at < context.plans.size(); ++at)
        if (context.has_plan[at]) cufftDestroy(context.plans[at]);
    for (void* area : context.work_areas)
        if (area != nullptr) cudaFree(area);
}

}  // namespace dubplate::device
