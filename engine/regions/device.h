#pragma once

/// A device opened for renders, and the one thread that talks to it.
///
/// Everything that is asked of a device is asked on that thread, in order: post() from anywhere, the rest only there.
/// Errors: ErrorCode::device once the device is lost or cannot be used, out_of_memory where less may be asked for.
/// Memory: what was allocated and not released goes with the device.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/base/result.h"
#include "kernels/device/backend.h"

namespace dubplate::regions {

class Device {
public:
    static Result<std::unique_ptr<Device>> open(const device::Backend& backend, int index);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    void post(std::function<void()> work);
    /// Posts and waits.
    Result<void> ask(const std::function<Result<void>()>& work);

    /// The rest is for the device's thread.

    const device::Backend& table() const { return backend_; }
    device::Context* context() const { return context_; }
    Result<void> check(device::Status status) const;

    Result<std::byte*> allocate(std::size_t bytes);
    Result<std::byte*> allocate_pinned(std::size_t bytes);
    void release(std::byte* memory);
    void release_pinned(std::byte* memory);
    /// `function` with the result of all that was put into the queue until now: from any thread, exactly once.
    void when_done(device::Queue queue, std::function<void(Result<void>)> function);

private:
    Device(const device::Backend& backend, device::Context* context);
    void work();

    const device::Backend& backend_;
    device::Context* context_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> posted_;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace dubplate::regions
