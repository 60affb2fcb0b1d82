#pragma once

/// One device, opened: its streams, and all that is to be released with it.
///
/// Every call of CUDA goes through answer() or answer_fft(), which keep what went wrong in words. Once the device has failed
/// nothing is asked of it any more.
/// Threads: one at a time; each function begins with use(), as CUDA's current device is a thread's own.

#include <cuda_runtime_api.h>
#include <cufft.h>

#include <array>
#include <memory>
#include <source_location>
#include <string>
#include <unordered_set>

#include "kernels/device/cuda/notifier.h"

namespace dubplate::device {

struct Event {
    cudaEvent_t event = nullptr;
};

struct Context {
    explicit Context(int index) : device(index) {}

    /// False where the device has failed.
    bool use();
    /// Out of memory leaves the context as it is, any other error loses the device. `what`: "copying down".
    Status answer(cudaError_t error, const char* what, std::source_location at = std::source_location::current());
    Status answer_fft(cufftResult error, const char* what, std::source_location at = std::source_location::current());
    cudaStream_t stream(Queue queue) const { return streams[static_cast<std::size_t>(queue)]; }

    int device;
    bool lost = false;
    std::string message;
    std::array<cudaStream_t, kQueues> streams{};
    std::array<std::unique_ptr<Notifier>, kQueues> notifiers;
    std::unordered_set<void*> memory, pinned;
    std::unordered_set<Event*> events;

    /// Of transforms (transforms.h): plans by the binary logarithm of their points, one work area for each queue.
    static constexpr int kPlans = 17;
    std::array<cufftHandle, kPlans> plans{};
    std::array<bool, kPlans> has_plan{};
    std::array<std::size_t, kPlans> work_bytes{};
    std::array<void*, kQueues> work_areas{};
    std::array<std::size_t, kQueues> work_area_bytes{};
};

}  // namespace dubplate::device
