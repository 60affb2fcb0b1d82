#pragma once

/// What the engine asks of a device, as a table of plain C functions. The table is made by a module that is loaded where
/// there may be a device (kernels/device/cuda), and by the twin, on threads of the host (kernels/device/twin), which is how
/// all that happens around a device is tested where there is none.
///
/// Queues: a context is one device, opened. It has three queues. What is put into one runs in order; what is put into two
/// runs at once, unless one waits for an event of the other. Nothing that is put into a queue waits for it.
/// Memory: what allocate() gives belongs to the device, holds anything at first, and is for copies and kernels alone; what
/// allocate_pinned() gives is the host's, and copies go from and to there only. Both on 256 bytes.
/// Threads: one caller at a time for each context; notify() calls its function on a thread of the backend, which must not
/// call the table.
/// Determinism: kernels are functions of what they read (kernels/device/kernels.h); a transform gives the same bits wherever
/// it stands in a batch and however many are asked for, as all run in batches of one size.
/// Errors: by status; message() says the last one in words. After `lost` nothing works but notify() and close(), and what
/// was put into queues still notifies, with `lost`.

#include <cstddef>
#include <cstdint>

#include "kernels/device/kernels.h"

namespace dubplate::device {

inline constexpr std::uint32_t kBackendAbi = 3;

enum class Status : std::int32_t {
    ok,
    out_of_memory,  ///< the context goes on; less may be asked for
    unavailable,    ///< there is no such device, or it cannot be used
    lost,           ///< the device failed: its memory and all queues are gone
};

enum class Queue : std::int32_t { up, compute, down };
inline constexpr int kQueues = 3;

enum class Direction : std::int32_t { forward, backward };

struct Context;  // the backend's own
struct Event;

struct DeviceFacts {
    char name[128];    ///< "NVIDIA H200"
    char detail[128];  ///< "compute capability 9.0, driver 580.159"
    std::uint64_t memory_bytes;
};

struct Backend {
    std::uint32_t abi;   ///< kBackendAbi
    std::uint32_t size;  ///< sizeof(Backend)
    const char* name;    ///< "cuda", "hosttwin"

    /// How many devices there are; where there is none, `why` says the reason in one line.
    std::int32_t (*count)(char* why, std::size_t why_size);
    /// What device `index` is, or (unavailable) why it cannot be used. Tries to allocate on it.
    Status (*describe)(std::int32_t index, DeviceFacts* facts, char* why, std::size_t why_size);

    Status (*open)(std::int32_t index, Context** context, char* why, std::size_t why_size);
    /// Waits for all queues and releases all memory and events.
    void (*close)(Context* context);
    /// In words, of the last status that was not ok; until the next call.
    const char* (*message)(const Context* context);

    Status (*free_memory)(Context* context, std::uint64_t* bytes);
    Status (*allocate)(Context* context, std::size_t bytes, void** memory);
    Status (*release)(Context* context, void* memory);  ///< of which nothing in a queue makes use any more
    Status (*allocate_pinned)(Context* context, std::size_t bytes, void** memory);
    Status (*release_pinned)(Context* context, void* memory);

    Status (*copy_up)(Context* context, Queue queue, void* to, const void* from_pinned, std::size_t bytes);
    Status (*copy_down)(Context* context, Queue queue, void* to_pinned, const void* from, std::size_t bytes);
    Status (*clear)(Context* context, Queue queue, void* memory, std::size_t bytes);  ///< to bytes of 0

    /// Runs a kernel over all its items. `params` are the kernel's own, `size` bytes, and are copied.
    Status (*launch)(Context* context, Queue queue, Kernel kernel, const void* params, std::size_t size);

    /// How many transforms of `points` run at a time: buffers, on 64 bytes, are as long as a multiple of it.
    std::int32_t (*transform_batch)(std::int32_t points);
    /// `count` complex transforms of `points` (a power of two, 16 to 65536) in place, [transform][point][re, im]; neither
    /// direction scales. What lies behind them up to a whole batch is overwritten.
    Status (*transform)(Context* context, Queue queue, std::int32_t points, Direction direction, void* memory,
                        std::int32_t count);

    Status (*create_event)(Context* context, Event** event);
    Status (*destroy_event)(Context* context, Event* event);
    /// The event happens once all that is in the queue now is done; a later record() replaces it.
    Status (*record)(Context* context, Event* event, Queue queue);
    /// What comes into the queue from now on runs after the event. One never recorded has happened.
    Status (*wait)(Context* context, Event* event, Queue queue);
    /// Of two recorded events that have happened: the milliseconds between them.
    Status (*elapsed)(Context* context, Event* from, Event* to, float* milliseconds);
    /// Calls function(user, status) once all that is in the queue now is done, exactly once. Is ok also after `lost`, which
    /// the function then gets. The queue does not wait for the function.
    Status (*notify)(Context* context, Queue queue, void (*function)(void* user, Status status), void* user);
    /// Waits for all queues, and for what they notify.
    Status (*synchronise)(Context* context);
};

/// What a module exports, by this name: its table. `abi` and `size` stand first in every version of it.
using GetBackend = const Backend* (*)();
inline constexpr const char* kGetBackendName = "dubplate_backend";

}  // namespace dubplate::device
