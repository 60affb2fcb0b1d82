#pragma once

/// A device in a test: its memory as vectors, its errors as exceptions. What is put up or down is waited for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kernels/device/backend.h"
#include "kernels/device/loader.h"
#include "kernels/device/twin/twin.h"
#include "tests/support/signals.h"

namespace dubplate::test {

/// The twin, or what DUBPLATE_TEST_DEVICE names: tests of kernels run on a device with "cuda".
inline const device::Backend& backend_under_test() {
    const char* const name = std::getenv("DUBPLATE_TEST_DEVICE");
    if (name == nullptr || std::string_view(name) == "hosttwin") return *device::twin_backend();
    if (std::string_view(name) != "cuda") throw std::runtime_error("no such device: " + std::string(name));
    const device::Module& module = device::cuda_module();
    if (module.backend == nullptr) throw std::runtime_error(module.why_not);
    return *module.backend;
}

class DeviceRun {
public:
    explicit DeviceRun(const device::Backend& backend = backend_under_test()) : backend_(backend) {
        char why[256] = "";
        if (backend.open(0, &context_, why, sizeof why) != device::Status::ok) throw std::runtime_error(why);
    }
    ~DeviceRun() { backend_.close(context_); }
    DeviceRun(const DeviceRun&) = delete;
    DeviceRun& operator=(const DeviceRun&) = delete;

    device::Context* context() const { return context_; }
    const device::Backend& backend() const { return backend_; }

    void must(device::Status status) const {
        if (status != device::Status::ok) throw std::runtime_error(backend_.message(context_));
    }

    /// Until the end of the run.
    template <class T>
    T* room(std::size_t count) {
        void* memory = nullptr;
        must(backend_.allocate(context_, count * sizeof(T), &memory));
        return static_cast<T*>(memory);
    }
    /// Of bytes of 0xff: floats of it are NaN.
    template <class T>
    T* untouched(std::size_t count) {
        T* const memory = room<T>(count);
        put(reinterpret_cast<std::byte*>(memory),
            std::span<const std::byte>(std::vector<std::byte>(count * sizeof(T), std::byte{0xff})));
        return memory;
    }
    template <class T>
    T* zeros(std::size_t count) {
        T* const memory = room<T>(count);
        must(backend_.clear(context_, device::Queue::compute, memory, count * sizeof(T)));
        return memory;
    }
    template <class T>
    void put(T* to, std::span<const T> values) {
        if (values.empty()) return;
        void* const pinned = pinned_room(values.size_bytes());
        std::copy(values.begin(), values.end(), static_cast<T*>(pinned));
        must(backend_.copy_up(context_, device::Queue::compute, to, pinned, values.size_bytes()));
        must(backend_.synchronise(context_));
        must(backend_.release_pinned(context_, pinned));
    }
    template <class T>
    T* up(const std::vector<T>& values) {
        T* const memory = room<T>(std::max<std::size_t>(values.size(), 1));
        put(memory, std::span<const T>(values));
        return memory;
    }
    template <class T>
    std::vector<std::remove_const_t<T>> down(const T* from, std::size_t count) {
        std::vector<std::remove_const_t<T>> values(count);
        if (count == 0) return values;
        void* const pinned = pinned_room(count * sizeof(T));
        must(backend_.copy_down(context_, device::Queue::compute, pinned, from, count * sizeof(T)));
        must(backend_.synchronise(context_));
        std::copy_n(static_cast<const T*>(pinned), count, values.begin());
        must(backend_.release_pinned(context_, pinned));
        return values;
    }

    template <class T>
    T* pinned(std::size_t count) const {
        return static_cast<T*>(pinned_room(count * sizeof(T)));
    }
    device::Event* event() const {
        device::Event* made = nullptr;
        must(backend_.create_event(context_, &made));
        return made;
    }

    template <class Params>
    void launch(device::Kernel kernel, const Params& params) {
        must(backend_.launch(context_, device::Queue::compute, kernel, &params, sizeof params));
    }
    void transform(std::int32_t points, device::Direction direction, void* memory, std::size_t count) {
        must(backend_.transform(context_, device::Queue::compute, points, direction, memory,
                                static_cast<std::int32_t>(count)));
    }
    /// `count` made a whole number of batches.
    std::size_t whole_batches(std::int32_t points, std::size_t count) const {
        const auto batch = static_cast<std::size_t>(backend_.transform_batch(points));
        return (count + batch - 1) / batch * batch;
    }

private:
    void* pinned_room(std::size_t bytes) const {
        void* memory = nullptr;
        must(backend_.allocate_pinned(context_, bytes, &memory));
        return memory;
    }

    const device::Backend& backend_;
    device::Context* context_ = nullptr;
};

/// Evenly spread over the square of +-1.
inline std::vector<device::Complex> random_bins(std::size_t count, std::uint64_t seed) {
    std::vector<device::Complex> bins(count);
    for (std::size_t k = 0; k < count; ++k)
        bins[k] = {static_cast<float>(random_at(seed, 2 * k)), static_cast<float>(random_at(seed, 2 * k + 1))};
    return bins;
}

/// Floats as bits: equal only where signs of zeros and NaNs are.
inline std::vector<std::uint32_t> bits_of(std::span<const float> values) {
    std::vector<std::uint32_t> bits(values.size());
    std::transform(values.begin(), values.end(), bits.begin(),
                   [](float value) { return __builtin_bit_cast(std::uint32_t, value); });
    return bits;
}

inline constexpr std::uint32_t kUntouched = 0xffffffffu;  ///< bits of memory that nobody wrote to

}  // namespace dubplate::test
