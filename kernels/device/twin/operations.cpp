#include "kernels/device/twin/operations.h"

#include <bit>
#include <cstring>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"
#include "kernels/device/bodies.h"
#include "kernels/device/twin/checks.h"
#include "kernels/device/twin/touches.h"

namespace dubplate::device::twin {
namespace {

constexpr std::int32_t kSmallestTransform = 16;

template <class Body>
void run_items(const typename Body::Params& params) {
    const std::int64_t elements = Body::elements(params);
    for (std::int32_t entry = 0; entry < Body::entries(params); ++entry)
        for (std::int64_t element = 0; element < elements; ++element) Body::run(params, entry, element);
}

template <class Body>
std::string run_body(const Memory& memory, std::span<const std::byte> bytes) {
    typename Body::Params params;
    if (bytes.size() != sizeof params)
        return "kernel " + name_of(Body::kKernel) + " takes " + std::to_string(sizeof params) +
               " bytes of parameters, not " + std::to_string(bytes.size());
    std::memcpy(&params, bytes.data(), sizeof params);
    std::string wrong = check(memory, params);
    if (wrong.empty()) run_items<Body>(params);
    return wrong;
}

}  // namespace

std::string run_kernel(const Memory& memory, Kernel kernel, std::span<const std::byte> params) {
    std::string wrong;
    if (!with_body(kernel, [&](auto body) { wrong = run_body<decltype(body)>(memory, params); }))
        return "there is no kernel " + name_of(kernel);
    return wrong;
}

std::string run_transform(const Memory& memory, std::int32_t points, Direction direction, float* at,
                          std::int32_t count) {
    if (points < kSmallestTransform || points > kernels::kLargestFft ||
        !std::has_single_bit(static_cast<std::uint32_t>(points)))
        return "there is no transform of " + std::to_string(points) + " points";
    if (count <= 0) return {};
    const auto size = 2 * static_cast<std::size_t>(points);
    const auto wanted = static_cast<std::size_t>(count);
    const std::size_t whole = (wanted + kTransformBatch - 1) / kTransformBatch * kTransformBatch;
    if (!memory.holds(at, whole * size * sizeof(float)))
        return "transforms in whole batches of " + std::to_string(kTransformBatch) +
               " do not lie in the device's memory";
    if (reinterpret_cast<std::uintptr_t>(at) % kernels::kCacheLine != 0)
        return "transforms do not lie on " + std::to_string(kernels::kCacheLine) + " bytes";
    count_touched(2 * wanted * size * sizeof(float));
    const kernels::Fft& fft = kernels::complex_fft(points);
    kernels::AlignedVector<float> made(size);
    for (std::size_t k = 0; k < wanted; ++k) {
        float* const one = at + k * size;
        direction == Direction::forward ? fft.forward(one, made.data()) : fft.backward(one, made.data());
        std::memcpy(one, made.data(), size * sizeof(float));
    }
    std::memset(at + wanted * size, 0xff, (whole - wanted) * size * sizeof(float));
    return {};
}

}  // namespace dubplate::device::twin
