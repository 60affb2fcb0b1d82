#pragma once

/// Tells when a queue has come so far: one thread that waits for one event after another, and calls.
///
/// cudaLaunchHostFunc would do with less, but calls nothing once the device has failed, and a call that never comes would
/// hold up for ever who waits for it.
/// Threads: add() and wait() from one thread at a time. The destructor makes all calls that are left first.

#include <cuda_runtime_api.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "kernels/device/backend.h"

namespace dubplate::device {

class Notifier {
public:
    using Function = void (*)(void* user, Status status);

    explicit Notifier(int device);
    ~Notifier();

    /// Takes the event, which was recorded, and destroys it. Null: the device had failed already.
    void add(cudaEvent_t event, Function function, void* user);
    /// Until all calls have returned.
    void wait();

private:
    struct Call {
        cudaEvent_t event;
        Function function;
        void* user;
    };
    void run(int device);

    std::mutex mutex_;
    std::condition_variable added_, emptied_;
    std::deque<Call> calls_;  // the first may be in hand
    bool ends_ = false;
    std::thread thread_;  // last: uses the others
};

}  // namespace dubplate::device
