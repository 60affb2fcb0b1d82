#include "engine/regions/device_rates.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>

#include "engine/regions/commands.h"
#include "engine/regions/device.h"

namespace dubplate::regions {
namespace {

using Clock = std::chrono::steady_clock;
using device::Complex;
using device::Direction;
using device::Queue;

constexpr int kPoints = 8192;  // of the partitions of long responses
constexpr std::size_t kNumbers = kPoints;
constexpr int kRuns = 3;                 // of which the best counts, after one that does not
constexpr double kEnoughSeconds = 0.06;  // of runs of one kind
constexpr std::size_t kMostBytes = std::size_t{64} << 20, kLeastBytes = std::size_t{4} << 20;
constexpr std::array<std::size_t, 4> kCopyBytes = {std::size_t{64} << 10, std::size_t{1} << 20, std::size_t{8} << 20,
                                                   kMostBytes};
constexpr std::array<std::size_t, 4> kWorkspaces = {std::size_t{1} << 17, std::size_t{1} << 19, std::size_t{1} << 21,
                                                    std::size_t{1} << 23};
constexpr std::size_t kChannels = 8, kBlocks = 8, kPartitions = 16;
constexpr int kFewLaunches = 16, kManyLaunches = 144;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// No clock tells less than this apart.
double at_least_a_nanosecond(double seconds) { return std::max(seconds, 1e-9); }

/// On the device's thread. What is allocated goes with the device.
class Measurement {
public:
    Measurement(Device& device, DeviceRates& rates) : device_(device), table_(device.table()), rates_(rates) {}
    ~Measurement() {
        for (device::Event* event : events_)
            if (event) table_.destroy_event(device_.context(), event);
    }

    Result<void> all() {
        for (device::Event*& event : events_)
            if (auto ok = check(table_.create_event(device_.context(), &event)); !ok) return ok;
        if (auto ok = check(table_.free_memory(device_.context(), &rates_.memory_left)); !ok) return ok;
        if (auto ok = allocate(); !ok) return ok;
        if (auto ok = copies(); !ok) return ok;
        if (auto ok = launches(); !ok) return ok;
        if (auto ok = turns(); !ok) return ok;
        if (auto ok = transforms(); !ok) return ok;
        return multiplies();
    }

private:
    Result<void> check(device::Status status) const { return device_.check(status); }

    /// As much as there is, up to what is worth measuring. `memory` holds the largest workspace and what batches run over.
    Result<void> allocate() {
        padding_ = static_cast<std::size_t>(table_.transform_batch(kPoints)) * kNumbers * sizeof(Complex);
        for (bytes_ = kMostBytes;; bytes_ /= 2) {
            const auto begin = Clock::now();
            auto up = device_.allocate_pinned(bytes_);
            rates_.pinned_seconds = at_least_a_nanosecond(seconds_since(begin)) / static_cast<double>(bytes_);
            auto down = up ? device_.allocate_pinned(bytes_) : up;
            auto memory = down ? device_.allocate(bytes_ + padding_) : down;
            auto other = memory ? device_.allocate(bytes_) : memory;
            if (other) {
                up_ = *up;
                down_ = *down;
                memory_ = *memory;
                other_ = *other;
                break;
            }
            if (memory) device_.release(*memory);
            if (down) device_.release_pinned(*down);
            if (up) device_.release_pinned(*up);
            if (other.error().code != ErrorCode::out_of_memory || bytes_ == kLeastBytes) return fail(other.error());
        }
        // Noise: transforms of zeros would be too good to be true.
        auto* const noise = reinterpret_cast<float*>(up_);
        std::uint32_t state = 1;
        for (std::size_t n = 0; n < bytes_ / sizeof(float); ++n) {
            state = state * 1664525u + 1013904223u;
            noise[n] = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-40f;
        }
        return check(table_.clear(device_.context(), Queue::compute, other_, bytes_));
    }

    Result<void> record(std::size_t event, Queue queue) {
        return check(table_.record(device_.context(), events_[event], queue));
    }
    Result<double> between(std::size_t from, std::size_t to) {
        float milliseconds = 0.0f;
        if (auto ok = check(table_.elapsed(device_.context(), events_[from], events_[to], &milliseconds)); !ok)
            return fail(ok.error());
        return at_least_a_nanosecond(1e-3 * static_cast<double>(milliseconds));
    }
    Result<void> synchronise() { return check(table_.synchronise(device_.context())); }

    /// The least time that one of some runs takes, each in seconds.
    template <class Run>
    Result<double> best(const Run& run) {
        double least = 0.0, sum = 0.0;
        for (int number = 0; number <= kRuns; ++number) {
            const Result<double> seconds = run();
            if (!seconds) return seconds;
            sum += *seconds;
            // The first one finds caches, clocks and plans cold.
            if (number > 0) least = number == 1 ? *seconds : std::min(least, *seconds);
            if (number > 0 && sum > kEnoughSeconds) break;
        }
        return least;
    }

    /// `enqueue` in one queue, timed by the device.
    template <class Enqueue>
    Result<double> timed(Queue queue, const Enqueue& enqueue) {
        auto ok = record(0, queue);
        if (ok) ok = enqueue();
        if (ok) ok = record(1, queue);
        if (ok) ok = synchronise();
        if (!ok) return fail(ok.error());
        return between(0, 1);
    }

    Result<void> copy_up(std::size_t bytes, int times) {
        Result<void> ok;
        for (int n = 0; ok && n < times; ++n)
            ok = check(table_.copy_up(device_.context(), Queue::up, memory_, up_, bytes));
        return ok;
    }
    Result<void> copy_down(std::size_t bytes, int times) {
        Result<void> ok;
        for (int n = 0; ok && n < times; ++n)
            ok = check(table_.copy_down(device_.context(), Queue::down, down_, other_, bytes));
        return ok;
    }

    Result<double> copy_both(std::size_t bytes, int times) {
        auto ok = record(0, Queue::up);
        if (ok) ok = check(table_.wait(device_.context(), events_[0], Queue::down));
        if (ok) ok = copy_up(bytes, times);
        if (ok) ok = copy_down(bytes, times);
        if (ok) ok = record(1, Queue::up);
        if (ok) ok = record(2, Queue::down);
        if (ok) ok = synchronise();
        if (!ok) return fail(ok.error());
        const auto up = between(0, 1), down = between(0, 2);
        if (!up || !down) return up ? down : up;
        return std::max(*up, *down);
    }

    Result<void> copies() {
        for (const std::size_t bytes : kCopyBytes) {
            if (bytes > bytes_) break;
            const int times = bytes >= (std::size_t{8} << 20) ? 2 : 16;
            const auto up = best([&] { return timed(Queue::up, [&] { return copy_up(bytes, times); }); });
            if (!up) return fail(up.error());
            const auto down = best([&] { return timed(Queue::down, [&] { return copy_down(bytes, times); }); });
            if (!down) return fail(down.error());
            const auto both = best([&] { return copy_both(bytes, times); });
            if (!both) return fail(both.error());
            const double moved = static_cast<double>(bytes) * times;
            rates_.copies.push_back({bytes, moved / *up, moved / *down, moved / *both});
        }
        return {};
    }

    /// A kernel with next to nothing to do.
    Result<double> launch(int times) {
        Commands commands(device_);
        const device::RetainEntry entry{numbers(memory_), numbers(other_)};
        const auto* const table = commands.add_table(std::span(&entry, 1));
        for (int n = 0; n < times; ++n) commands.launch(device::Kernel::retain, device::RetainParams{table, 1, 64});
        return best([&] { return timed(Queue::compute, [&] { return commands.submit(Queue::compute); }); });
    }
    Result<void> launches() {
        const auto few = launch(kFewLaunches), many = launch(kManyLaunches);
        if (!few || !many) return fail(few ? many.error() : few.error());
        rates_.launch_seconds = at_least_a_nanosecond((*many - *few) / (kManyLaunches - kFewLaunches));
        return {};
    }

    Result<void> turns() {
        const auto seconds = best([&]() -> Result<double> {
            const auto begin = Clock::now();
            // Shared: who answers may still be at it when who asked goes on.
            const auto answer = std::make_shared<std::promise<double>>();
            auto answered = answer->get_future();
            device_.when_done(Queue::compute,
                              [answer, begin](const Result<void>&) { answer->set_value(seconds_since(begin)); });
            return answered.get();
        });
        if (!seconds) return fail(seconds.error());
        rates_.turn_seconds = at_least_a_nanosecond(*seconds);
        return {};
    }

    /// Fills the beginning of `memory` with noise.
    Result<void> fill(std::size_t bytes) {
        Result<void> ok;
        for (std::size_t done = 0; ok && done < bytes; done += bytes_)
            ok = check(
                table_.copy_up(device_.context(), Queue::compute, memory_ + done, up_, std::min(bytes_, bytes - done)));
        return ok;
    }

    Result<void> transforms() {
        for (const std::size_t numbers_of : kWorkspaces) {
            const std::size_t bytes = numbers_of * sizeof(Complex);
            if (bytes > bytes_) break;
            const auto count = static_cast<std::int32_t>(numbers_of / kNumbers);
            // There and back multiplies by the size: a few times are far from the largest float.
            const int times = numbers_of <= kWorkspaces[1] ? 3 : 1;
            const auto seconds = best([&]() -> Result<double> {
                if (auto ok = fill(bytes); !ok) return fail(ok.error());
                return timed(Queue::compute, [&] {
                    Result<void> ok;
                    for (int n = 0; ok && n < 2 * times; ++n)
                        ok = check(table_.transform(device_.context(), Queue::compute, kPoints,
                                                    n % 2 == 0 ? Direction::forward : Direction::backward, memory_,
                                                    count));
                    return ok;
                });
            });
            if (!seconds) return fail(seconds.error());
            rates_.transforms.push_back({numbers_of, 2.0 * times * static_cast<double>(numbers_of) / *seconds});
        }
        return {};
    }

    /// As a region multiplies: each channel's blocks and those it looks back on with a response of its own.
    Result<void> multiplies() {
        constexpr std::size_t kFresh = kBlocks * kNumbers, kKept = (kPartitions - 1) * kNumbers,
                              kResponse = kPartitions * kNumbers;
        std::size_t channels = kChannels;
        while (channels > 1 && channels * (kFresh + kKept + kResponse) * sizeof(Complex) > bytes_) channels /= 2;
        const std::size_t bytes = channels * (kFresh + kKept + kResponse) * sizeof(Complex);
        if (auto ok = fill(bytes); !ok) return ok;
        Commands commands(device_);
        std::vector<device::MultiplyPath> paths;
        std::vector<device::MultiplyEntry> sums;
        for (std::size_t c = 0; c < channels; ++c) {
            const Complex* const fresh = numbers(memory_) + c * (kFresh + kKept + kResponse);
            paths.push_back({fresh, fresh + kFresh, fresh + kFresh + kKept});
            sums.push_back({static_cast<std::int32_t>(c), 1, numbers(other_) + c * kFresh});
        }
        device::MultiplyParams params;
        params.entries = commands.add_table(std::span<const device::MultiplyEntry>(sums));
        params.paths = commands.add_table(std::span<const device::MultiplyPath>(paths));
        params.count = static_cast<std::int32_t>(channels);
        params.points = kPoints;
        params.blocks = kBlocks;
        params.partitions = kPartitions;
        params.kept_slots = kPartitions - 1;
        commands.launch(device::Kernel::multiply, params);
        const auto seconds =
            best([&] { return timed(Queue::compute, [&] { return commands.submit(Queue::compute); }); });
        if (!seconds) return fail(seconds.error());
        rates_.multiply_rate = static_cast<double>(channels * kPartitions * kFresh) / *seconds;
        return {};
    }

    static Complex* numbers(std::byte* memory) { return reinterpret_cast<Complex*>(memory); }

    Device& device_;
    const device::Backend& table_;
    DeviceRates& rates_;
    std::array<device::Event*, 3> events_{};
    std::size_t bytes_ = 0, padding_ = 0;
    std::byte *up_ = nullptr, *down_ = nullptr;       // pinned
    std::byte *memory_ = nullptr, *other_ = nullptr;  // the device's
};

}  // namespace

Result<DeviceRates> measure_rates(const device::Backend& backend, int index) {
    DeviceRates rates;
    const auto begin = Clock::now();
    auto device = Device::open(backend, index);
    if (!device) return fail(device.error());
    rates.open_seconds = at_least_a_nanosecond(seconds_since(begin));
    if (auto ok = (*device)->ask([&] { return Measurement(**device, rates).all(); }); !ok) {
        ok.error().code = ErrorCode::device;
        return fail(std::move(ok.error()));
    }
    return rates;
}

}  // namespace dubplate::regions
