#pragma once

/// A device that is threads of the host: the table of backend.h, so that all that happens around a device can be tested,
/// and rendered with, where there is none.
///
/// It is asynchronous as a device is: each queue has a thread and another one for what it notifies, copies read when they run
/// and not when they are asked for, and nothing runs in the caller's thread. Its memory is the host's, apart from pinned memory and full of NaN (bytes of
/// 0xFF) when it is new. Transforms are FFTW's, and what lies behind them up to a whole batch is made NaN.
/// What no device would forgive loses the context, with words: copies, kernels and transforms that touch what does not lie
/// in memory of their kind or was released before it was their turn, entries of one launch of which one writes what another
/// one touches, parameters of another size. Two callers at once, and calls
/// from notified functions, are assertions.
/// Faults: a device that is slow, small or breaks is had with InjectedTwinFaults.

#include <cstdint>
#include <future>

#include "kernels/device/backend.h"

namespace dubplate::device {

/// The table "hosttwin".
const Backend* twin_backend();

inline constexpr std::uint64_t kTwinMemoryBytes = std::uint64_t{2} << 30;

struct TwinFaults {
    bool absent = false;                            ///< there is no device
    std::uint64_t memory_bytes = kTwinMemoryBytes;  ///< more cannot be allocated
    std::uint64_t pinned_bytes = kTwinMemoryBytes;
    Queue lost_queue = Queue::compute;
    std::int64_t lost_at = 0;        ///< which operation of that queue breaks the device, from 1; 0: none
    std::int32_t most_delay_us = 0;  ///< operations wait up to so long before they run
    std::uint64_t seed = 0;          ///< of the delays
};

/// As long as it lives, contexts are opened with these faults, which they keep. Threads: one at a time in a process.
class InjectedTwinFaults {
public:
    explicit InjectedTwinFaults(const TwinFaults& faults);
    ~InjectedTwinFaults();
    InjectedTwinFaults(const InjectedTwinFaults&) = delete;
    InjectedTwinFaults& operator=(const InjectedTwinFaults&) = delete;
};

/// A queue of a twin that stands still from its next operation on, until it is let go.
class TwinHold {
public:
    TwinHold(Context* context, Queue queue);
    ~TwinHold();
    TwinHold(const TwinHold&) = delete;
    TwinHold& operator=(const TwinHold&) = delete;
    void let_go();

private:
    std::promise<void> let_go_;
    bool gone_ = false;
};

}  // namespace dubplate::device
