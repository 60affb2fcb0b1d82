#include "kernels/device/twin/twin.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernels/cpu/fft.h"
#include "kernels/device/twin/context.h"
#include "kernels/device/twin/operations.h"

namespace dubplate::device {
namespace {

std::mutex& faults_lock() {
    static std::mutex lock;
    return lock;
}
TwinFaults& faults_of_new_contexts() {
    static TwinFaults faults;
    return faults;
}
TwinFaults current_faults() {
    const std::lock_guard guard(faults_lock());
    return faults_of_new_contexts();
}

thread_local bool in_notified_function = false;

/// Stands for a caller for as long as it is in the table.
class Caller {
public:
    explicit Caller(Context* context) : context_(context) {
        [[maybe_unused]] const bool alone = !context->called.test_and_set();
        assert(alone && "one caller at a time");
        assert(!in_notified_function && "what is notified does not call the table");
    }
    ~Caller() { context_->called.clear(); }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

private:
    Context* context_;
};

void say(std::string_view words, char* to, std::size_t size) {
    if (size == 0) return;
    const std::size_t length = std::min(words.size(), size - 1);
    std::copy_n(words.data(), length, to);
    to[length] = '\0';
}

Status find_device(std::int32_t index, const TwinFaults& faults, char* why, std::size_t why_size) {
    if (index == 0 && !faults.absent) return Status::ok;
    say(faults.absent ? "the twin was asked not to be there" : "there is one twin, number 0", why, why_size);
    return Status::unavailable;
}

std::int32_t count(char* why, std::size_t why_size) {
    return find_device(0, current_faults(), why, why_size) == Status::ok ? 1 : 0;
}

Status describe(std::int32_t index, DeviceFacts* facts, char* why, std::size_t why_size) {
    const TwinFaults faults = current_faults();
    if (const Status status = find_device(index, faults, why, why_size); status != Status::ok) return status;
    say("threads of the host", facts->name, sizeof facts->name);
    say(kernels::fft_library(), facts->detail, sizeof facts->detail);
    facts->memory_bytes = faults.memory_bytes;
    return Status::ok;
}

Status open(std::int32_t index, Context** context, char* why, std::size_t why_size) {
    const TwinFaults faults = current_faults();
    if (const Status status = find_device(index, faults, why, why_size); status != Status::ok) return status;
    try {
        *context = std::make_unique<Context>(faults).release();
    } catch (const std::exception& error) {
        say(error.what(), why, why_size);
        return Status::unavailable;
    }
    return Status::ok;
}

void close(Context* context) {
    assert(!in_notified_function && "what is notified does not call the table");
    context->wait_for_all();
    const std::unique_ptr<Context> owned(context);
}

const char* message(const Context* context) { return context->message(); }

Status free_memory(Context* context, std::uint64_t* bytes) {
    const Caller caller(context);
    *bytes = context->memory.free_bytes();
    return context->status();
}

Status allocate_from(Context* context, twin::Memory& kind, std::size_t bytes, void** memory) {
    const Caller caller(context);
    if (context->status() != Status::ok) return context->status();
    *memory = kind.allocate(bytes);
    if (*memory != nullptr) return Status::ok;
    return context->fail(Status::out_of_memory, std::to_string(bytes) + " bytes were asked for, " +
                                                    std::to_string(kind.free_bytes()) + " are free");
}

Status release_to(Context* context, twin::Memory& kind, void* memory) {
    const Caller caller(context);
    if (context->status() != Status::ok) return context->status();
    return kind.release(memory) ? Status::ok : context->lose("memory was released that was never given");
}

Status allocate(Context* context, std::size_t bytes, void** memory) {
    return allocate_from(context, context->memory, bytes, memory);
}
Status release(Context* context, void* memory) { return release_to(context, context->memory, memory); }
Status allocate_pinned(Context* context, std::size_t bytes, void** memory) {
    return allocate_from(context, context->pinned, bytes, memory);
}
Status release_pinned(Context* context, void* memory) { return release_to(context, context->pinned, memory); }

Status copy_up(Context* context, Queue queue, void* to, const void* from, std::size_t bytes) {
    const Caller caller(context);
    return context->put(queue, [=]() -> Context::Wrong {
        if (!context->pinned.holds(from, bytes)) return "a copy up reads what is not pinned memory";
        if (!context->memory.holds(to, bytes)) return "a copy up writes what is not the device's memory";
        std::memcpy(to, from, bytes);
        return {};
    });
}

Status copy_down(Context* context, Queue queue, void* to, const void* from, std::size_t bytes) {
    const Caller caller(context);
    return context->put(queue, [=]() -> Context::Wrong {
        if (!context->memory.holds(from, bytes)) return "a copy down reads what is not the device's memory";
        if (!context->pinned.holds(to, bytes)) return "a copy down writes what is not pinned memory";
        std::memcpy(to, from, bytes);
        return {};
    });
}

Status clear(Context* context, Queue queue, void* memory, std::size_t bytes) {
    const Caller caller(context);
    return context->put(queue, [=]() -> Context::Wrong {
        if (!context->memory.holds(memory, bytes)) return "what is cleared is not the device's memory";
        std::memset(memory, 0, bytes);
        return {};
    });
}

Status launch(Context* context, Queue queue, Kernel kernel, const void* params, std::size_t size) {
    const Caller caller(context);
    const auto* const first = static_cast<const std::byte*>(params);
    return context->put(queue, [=, copy = std::vector<std::byte>(first, first + size)] {
        return twin::run_kernel(context->memory, kernel, copy);
    });
}

std::int32_t transform_batch(std::int32_t) { return twin::kTransformBatch; }

Status transform(Context* context, Queue queue, std::int32_t points, Direction direction, void* memory,
                 std::int32_t transforms) {
    const Caller caller(context);
    return context->put(queue, [=] {
        return twin::run_transform(context->memory, points, direction, static_cast<float*>(memory), transforms);
    });
}

Status create_event(Context* context, Event** event) {
    const Caller caller(context);
    if (context->status() != Status::ok) return context->status();
    auto made = std::make_unique<Event>();
    *event = made.get();
    context->events.emplace(*event, std::move(made));
    return Status::ok;
}

Status destroy_event(Context* context, Event* event) {
    const Caller caller(context);
    if (context->status() != Status::ok) return context->status();
    return context->events.erase(event) == 1 ? Status::ok : context->lose("an event was destroyed that never was");
}

Status record(Context* context, Event* event, Queue queue) {
    const Caller caller(context);
    if (context->status() != Status::ok) return context->status();
    const auto occurrence = std::make_shared<twin::Occurrence>();
    event->last = occurrence;
    // Also of a lost device: another queue may wait.
    context->put_always(queue, [occurrence] { occurrence->happen(); });
    return Status::ok;
}

Status wait(Context* context, Event* event, Queue queue) {
    const Caller caller(context);
    if (event->last == nullptr) return context->status();
    return context->put(queue, [occurrence = event->last]() -> Context::Wrong {
        occurrence->wait();
        return {};
    });
}

Status elapsed(Context* context, Event* from, Event* to, float* milliseconds) {
    const Caller caller(context);
    if (context->status() != Status::ok) return context->status();
    for (const Event* event : {from, to})
        if (event->last == nullptr || !event->last->happened())
            return context->lose("time was asked for between events of which one has not happened");
    *milliseconds = std::chrono::duration<float, std::milli>(to->last->time() - from->last->time()).count();
    return Status::ok;
}

Status notify(Context* context, Queue queue, void (*function)(void* user, Status status), void* user) {
    const Caller caller(context);
    context->put_call(queue, [=](Status status) {
        in_notified_function = true;
        function(user, status);
        in_notified_function = false;
    });
    return Status::ok;
}

Status synchronise(Context* context) {
    const Caller caller(context);
    context->wait_for_all();
    return context->status();
}

constexpr Backend kTwin{
    .abi = kBackendAbi,
    .size = sizeof(Backend),
    .name = "hosttwin",
    .count = count,
    .describe = describe,
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
    .transform = transform,
    .create_event = create_event,
    .destroy_event = destroy_event,
    .record = record,
    .wait = wait,
    .elapsed = elapsed,
    .notify = notify,
    .synchronise = synchronise,
};

}  // namespace

const Backend* twin_backend() { return &kTwin; }

InjectedTwinFaults::InjectedTwinFaults(const TwinFaults& faults) {
    const std::lock_guard guard(faults_lock());
    faults_of_new_contexts() = faults;
}

InjectedTwinFaults::~InjectedTwinFaults() {
    const std::lock_guard guard(faults_lock());
    faults_of_new_contexts() = TwinFaults();
}

TwinHold::TwinHold(Context* context, Queue queue) {
    context->put_always(queue, [free = let_go_.get_future().share()] { free.wait(); });
}

TwinHold::~TwinHold() {
    if (!gone_) let_go();
}

void TwinHold::let_go() {
    gone_ = true;
    let_go_.set_value();
}

}  // namespace dubplate::device
