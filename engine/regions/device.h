#pragma once

/// A device opened for renders, and the one thread that talks to it.
///
/// Everything that is asked of a device is asked on that thread, in order: post() from anywhere, the rest only there.
/// Errors: ErrorCode::device once the device is lost or cannot be used, out_of_memory where less may be asked for.
/// Memory: what was allocated and not released goes with the device. Pinned memory that was released is kept, to be given to
/// who asks for as much: the system takes its time over it.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

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

    /// Where there is not enough `make_room` is asked, as long as it can release something.
    void make_room_with(std::function<bool()> make_room) { make_room_ = std::move(make_room); }
    Result<std::byte*> allocate(std::size_t bytes);
    Result<std::byte*> allocate_pinned(std::size_t bytes);
    void release(std::byte* memory);
    void release_pinned(std::byte* memory);
    /// Gives back what was released and nobody has asked for since.
    void drop_spare_pinned();
    Result<void> copy_up(device::Queue queue, void* to, const std::byte* from_pinned, std::size_t bytes);
    /// Threads: any.
    std::uint64_t copied_up_bytes() const { return copied_up_; }
    /// `function` with the result of all that was put into the queue until now: from any thread, exactly once.
    void when_done(device::Queue queue, std::function<void(Result<void>)> function);

private:
    Device(const device::Backend& backend, device::Context* context);
    void work();

    const device::Backend& backend_;
    device::Context* context_;
    std::function<bool()> make_room_;
    std::unordered_map<std::byte*, std::size_t> pinned_bytes_;
    std::multimap<std::size_t, std::byte*> spare_pinned_;  // by bytes
    std::atomic<std::uint64_t> copied_up_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> posted_;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace dubplate::regions
