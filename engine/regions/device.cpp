#include "engine/regions/device.h"

#include <fmt/format.h>

#include <future>
#include <utility>

namespace dubplate::regions {

using device::Status;

Result<std::unique_ptr<Device>> Device::open(const device::Backend& backend, int index) {
    char why[256] = "";
    device::Context* context = nullptr;
    if (backend.open(index, &context, why, sizeof why) != Status::ok)
        return fail(ErrorCode::device, fmt::format("{}:{} cannot be used: {}", backend.name, index, why));
    return std::unique_ptr<Device>(new Device(backend, context));
}

Device::Device(const device::Backend& backend, device::Context* context)
    : backend_(backend), context_(context), thread_([this] { work(); }) {}

Device::~Device() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Device::post(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(work));
    }
    changed_.notify_one();
}

Result<void> Device::ask(const std::function<Result<void>()>& work) {
    // Shared: who answers may still be at it when who asked goes on.
    const auto answer = std::make_shared<std::promise<Result<void>>>();
    auto answered = answer->get_future();
    post([answer, &work] {
        try {
            answer->set_value(work());
        } catch (...) {
            answer->set_exception(std::current_exception());
        }
    });
    return answered.get();
}

/// What is posted while the last works is still done: those who wait for it wait for no one else.
void Device::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return closing_ || !posted_.empty(); });
        if (posted_.empty()) break;
        std::function<void()> next = std::move(posted_.front());
        posted_.pop_front();
        lock.unlock();
        next();
        next = nullptr;
        lock.lock();
    }
    lock.unlock();
    backend_.close(context_);
}

Result<void> Device::check(Status status) const {
    if (status == Status::ok) return {};
    const ErrorCode code = status == Status::out_of_memory ? ErrorCode::out_of_memory : ErrorCode::device;
    return fail(code, fmt::format("{}: {}", backend_.name, backend_.message(context_)));
}

Result<std::byte*> Device::allocate(std::size_t bytes) {
    void* memory = nullptr;
    Status status;
    do {
        status = backend_.allocate(context_, bytes, &memory);
    } while (status == Status::out_of_memory && make_room_ && make_room_());
    if (auto ok = check(status); !ok) return fail(ok.error());
    return static_cast<std::byte*>(memory);
}

Result<std::byte*> Device::allocate_pinned(std::size_t bytes) {
    if (const auto spare = spare_pinned_.find(bytes); spare != spare_pinned_.end()) {
        std::byte* const memory = spare->second;
        spare_pinned_.erase(spare);
        return memory;
    }
    void* memory = nullptr;
    Status status = backend_.allocate_pinned(context_, bytes, &memory);
    if (status == Status::out_of_memory && !spare_pinned_.empty()) {
        drop_spare_pinned();
        status = backend_.allocate_pinned(context_, bytes, &memory);
    }
    if (auto ok = check(status); !ok) return fail(ok.error());
    auto* const pinned = static_cast<std::byte*>(memory);
    pinned_bytes_[pinned] = bytes;
    return pinned;
}

void Device::release(std::byte* memory) { backend_.release(context_, memory); }

void Device::release_pinned(std::byte* memory) { spare_pinned_.emplace(pinned_bytes_.at(memory), memory); }

void Device::drop_spare_pinned() {
    for (const auto& [bytes, memory] : std::exchange(spare_pinned_, {})) {
        pinned_bytes_.erase(memory);
        backend_.release_pinned(context_, memory);
    }
}

Result<void> Device::copy_up(device::Queue queue, void* to, const std::byte* from_pinned, std::size_t bytes) {
    copied_up_ += bytes;
    return check(backend_.copy_up(context_, queue, to, from_pinned, bytes));
}

void Device::when_done(device::Queue queue, std::function<void(Result<void>)> function) {
    struct Call {
        Device* device;
        std::function<void(Result<void>)> function;
    };
    auto call = std::make_unique<Call>(Call{this, std::move(function)});
    const auto notified = [](void* user, Status status) {
        const std::unique_ptr<Call> done(static_cast<Call*>(user));
        if (status == Status::ok) return done->function({});
        // The device's words can only be asked for on its thread.
        Device* const device = done->device;
        device->post([device, status, say = std::move(done->function)] { say(device->check(status)); });
    };
    const Status status = backend_.notify(context_, queue, notified, call.get());
    if (status == Status::ok)
        call.release();
    else
        call->function(check(status));
}

}  // namespace dubplate::regions
