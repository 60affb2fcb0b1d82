#include "kernels/device/cuda/notifier.h"

namespace dubplate::device {

Notifier::Notifier(int device) : thread_([this, device] { run(device); }) {}

Notifier::~Notifier() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    added_.notify_one();
    thread_.join();
}

void Notifier::add(cudaEvent_t event, Function function, void* user) {
    {
        const std::lock_guard lock(mutex_);
        calls_.push_back({event, function, user});
    }
    added_.notify_one();
}

void Notifier::wait() {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [this] { return calls_.empty(); });
}

void Notifier::run(int device) {
    cudaSetDevice(device);
    for (std::unique_lock lock(mutex_);;) {
        added_.wait(lock, [this] { return ends_ || !calls_.empty(); });
        if (calls_.empty()) return;
        const Call call = calls_.front();
        lock.unlock();
        Status status = Status::lost;
        if (call.event != nullptr) {
            if (cudaEventSynchronize(call.event) == cudaSuccess) status = Status::ok;
            cudaEventDestroy(call.event);
        }
        call.function(call.user, status);
        lock.lock();
        calls_.pop_front();
        if (calls_.empty()) emptied_.notify_all();
    }
}

}  // namespace dubplate::device
