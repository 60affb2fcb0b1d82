// The module: the table of kernels/device/backend.h for CUDA devices. Nothing of CUDA is called when it is loaded.

#include <exception>

#include "kernels/device/backend.h"
#include "kernels/device/cuda/context.h"
#include "kernels/device/cuda/kernels.h"
#include "kernels/device/cuda/probe.h"
#include "kernels/device/cuda/transforms.h"

namespace dubplate::device {
namespace {

void close(Context* context) noexcept {
    cudaSetDevice(context->device);
    for (cudaStream_t stream : context->streams)
        if (stream != nullptr) cudaStreamSynchronize(stream);
    for (auto& notifier : context->notifiers) notifier.reset();
    for (Event* event : context->events) {
        cudaEventDestroy(event->event);
        delete event;
    }
    release_transforms(*context);
    for (void* memory : context->memory) cudaFree(memory);
    for (void* memory : context->pinned) cudaFreeHost(memory);
    for (cudaStream_t stream : context->streams)
        if (stream != nullptr) cudaStreamDestroy(stream);
    cudaGetLastError();
    delete context;
}

Status start(Context& context) {
    if (!context.use()) return Status::unavailable;
    // Who waits sleeps: the processor has other work. If it cannot be had, that is no reason to do without the device.
    cudaSetDeviceFlags(cudaDeviceScheduleBlockingSync);
    cudaGetLastError();
    Status status = Status::ok;
    for (cudaStream_t& stream : context.streams)
        if (status == Status::ok)
            status = context.answer(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
    if (status == Status::ok)
        for (auto& notifier : context.notifiers) notifier = std::make_unique<Notifier>(context.device);
    return status;
}

Status open(std::int32_t index, Context** opened, char* why, std::size_t why_size) noexcept {
    DeviceFacts facts{};
    if (const Status status = describe_device(index, &facts, why, why_size); status != Status::ok) return status;
    auto* const context = new Context(index);
    Status status = Status::unavailable;
    try {
        status = start(*context);
    } catch (const std::exception& exception) {  // no more threads
        context->message = exception.what();
    }
    if (status == Status::ok) {
        *opened = context;
        return status;
    }
    std::snprintf(why, why_size, "%s", context->message.c_str());
    close(context);
    return status == Status::out_of_memory ? status : Status::unavailable;
}

const char* message(const Context* context) noexcept { return context->message.c_str(); }

Status free_memory(Context* context, std::uint64_t* bytes) noexcept {
    if (!context->use()) return Status::lost;
    std::size_t available = 0, total = 0;
    const Status status = context->answer(cudaMemGetInfo(&available, &total), "asking for free memory");
    *bytes = available;
    return status;
}

Status allocate(Context* context, std::size_t bytes, void** memory) noexcept {
    *memory = nullptr;
    if (!context->use()) return Status::lost;
    const Status status = context->answer(cudaMalloc(memory, bytes), "memory of the device");
    if (status == Status::ok) context->memory.insert(*memory);
    return status;
}

Status release(Context* context, void* memory) noexcept {
    if (!context->use()) return Status::lost;
    context->memory.erase(memory);
    return context->answer(cudaFree(memory), "releasing memory of the device");
}

Status allocate_pinned(Context* context, std::size_t bytes, void** memory) noexcept {
    *memory = nullptr;
    if (!context->use()) return Status::lost;
    const Status status = context->answer(cudaHostAlloc(memory, bytes, cudaHostAllocDefault), "pinned memory");
    if (status == Status::ok) context->pinned.insert(*memory);
    return status;
}

Status release_pinned(Context* context, void* memory) noexcept {
    if (!context->use()) return Status::lost;
    context->pinned.erase(memory);
    return context->answer(cudaFreeHost(memory), "releasing pinned memory");
}

Status copy_up(Context* context, Queue queue, void* to, const void* from, std::size_t bytes) noexcept {
    if (!context->use()) return Status::lost;
    return context->answer(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, context->stream(queue)),
                           "copying to the device");
}

Status copy_down(Context* context, Queue queue, void* to, const void* from, std::size_t bytes) noexcept {
    if (!context->use()) return Status::lost;
    return context->answer(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, context->stream(queue)),
                           "copying from the device");
}

Status clear(Context* context, Queue queue, void* memory, std::size_t bytes) noexcept {
    if (!context->use()) return Status::lost;
    return context->answer(cudaMemsetAsync(memory, 0, bytes, context->stream(queue)), "clearing memory");
}

Status launch(Context* context, Queue queue, Kernel kernel, const void* params, std::size_t size) noexcept {
    if (!context->use()) return Status::lost;
    constexpr const char* kNames[kKernels] = {"unpack", "enter", "multiply", "combine", "leave",  "retain",
                                              "blend",  "mix",   "pack",     "weigh",   "overlap"};
    const std::string what = std::string("kernel ") + kNames[static_cast<std::size_t>(kernel)];
    return context->answer(launch_kernel(kernel, params, size, context->stream(queue)), what.c_str());
}

Status run_transform(Context* context, Queue queue, std::int32_t points, Direction direction, void* memory,
                     std::int32_t count) noexcept {
    if (!context->use()) return Status::lost;
    return transform(*context, queue, points, direction, memory, count);
}

Status create_event(Context* context, Event** event) noexcept {
    *event = nullptr;
    if (!context->use()) return Status::lost;
    cudaEvent_t made = nullptr;
    const Status status = context->answer(cudaEventCreateWithFlags(&made, cudaEventBlockingSync), "making an event");
    if (status == Status::ok) context->events.insert(*event = new Event{made});
    return status;
}

Status destroy_event(Context* context, Event* event) noexcept {
    if (!context->use()) return Status::lost;
    const Status status = context->answer(cudaEventDestroy(event->event), "destroying an event");
    context->events.erase(event);
    delete event;
    return status;
}

Status record(Context* context, Event* event, Queue queue) noexcept {
    if (!context->use()) return Status::lost;
    return context->answer(cudaEventRecord(event->event, context->stream(queue)), "recording an event");
}

Status wait(Context* context, Event* event, Queue queue) noexcept {
    if (!context->use()) return Status::lost;
    return context->answer(cudaStreamWaitEvent(context->stream(queue), event->event, 0), "waiting for an event");
}

Status elapsed(Context* context, Event* from, Event* to, float* milliseconds) noexcept {
    if (!context->use()) return Status::lost;
    return context->answer(cudaEventElapsedTime(milliseconds, from->event, to->event), "timing");
}

Status notify(Context* context, Queue queue, void (*function)(void*, Status), void* user) noexcept {
    cudaEvent_t event = nullptr;
    const bool recorded =
        context->use() &&
        context->answer(cudaEventCreateWithFlags(&event, cudaEventBlockingSync | cudaEventDisableTiming),
                        "making an event") == Status::ok &&
        context->answer(cudaEventRecord(event, context->stream(queue)), "recording an event") == Status::ok;
    if (!recorded) {
        context->lost = true;  // which the function is told
        if (event != nullptr) cudaEventDestroy(event);
    }
    context->notifiers[static_cast<std::size_t>(queue)]->add(recorded ? event : nullptr, function, user);
    return Status::ok;
}

Status synchronise(Context* context) noexcept {
    for (cudaStream_t stream : context->streams)
        if (context->use()) context->answer(cudaStreamSynchronize(stream), "waiting for the device");
    for (const auto& notifier : context->notifiers) notifier->wait();
    return context->lost ? Status::lost : Status::ok;
}

constexpr Backend kCuda = {
    .abi = kBackendAbi,
    .size = sizeof(Backend),
    .name = "cuda",
    .count = count_devices,
    .describe = describe_device,
    .open = open,
    .close = close,
    .message = message,
    .free_memory = free_memory,
    .allocate = allocate,
    .release = release,
    .allocate_pinned = allocate_pinned,
    .release_pinned = release_pinned,
    .copy_up = copy_up,
    .copy_down = copy_down,
    .clear = clear,
    .launch = launch,
    .transform_batch = transform_batch,
    .transform = run_transform,
    .create_event = create_event,
    .destroy_event = destroy_event,
    .record = record,
    .wait = wait,
    .elapsed = elapsed,
    .notify = notify,
    .synchronise = synchronise,
};

}  // namespace
}  // namespace dubplate::device

extern "C" __attribute__((visibility("default"))) const dubplate::device::Backend* dubplate_backend() {
    return &dubplate::device::kCuda;
}
