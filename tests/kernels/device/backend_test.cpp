// What backend.h promises of every backend, on the one under test (tests/support/device_run.h).

#include "kernels/device/backend.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"
#include "tests/support/device_run.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using device::Backend;
using device::Complex;
using device::Direction;
using device::Event;
using device::Kernel;
using device::Queue;
using device::Status;

constexpr std::array kQueues{Queue::up, Queue::compute, Queue::down};
constexpr std::size_t kMoreThanThereIs = std::size_t{1} << 50;

class DeviceBackend : public testing::Test {
protected:
    DeviceRun run;
    const Backend& backend = run.backend();
    device::Context* const context = run.context();

    /// to = gain from, put into a queue.
    void scale(Queue queue, float* from, float* to, std::size_t count, double gain) {
        const auto frames = static_cast<std::int64_t>(count);
        const device::MixParams params{run.up(std::vector{device::MixEntry{0, 1, to, nullptr}}),
                                       run.up(std::vector{device::MixSource{{from, 0, frames}, gain, nullptr}}), 1,
                                       frames};
        run.must(backend.launch(context, queue, Kernel::mix, &params, sizeof params));
    }
};

TEST_F(DeviceBackend, SaysWhatItIsAndWhatIsNotThere) {
    EXPECT_EQ(backend.abi, device::kBackendAbi);
    EXPECT_EQ(backend.size, sizeof(Backend));
    char why[256] = "";
    const std::int32_t count = backend.count(why, sizeof why);
    ASSERT_GE(count, 1) << why;
    device::DeviceFacts facts{};
    ASSERT_EQ(backend.describe(0, &facts, why, sizeof why), Status::ok) << why;
    EXPECT_STRNE(facts.name, "");
    EXPECT_GT(facts.memory_bytes, 0u);
    EXPECT_EQ(backend.describe(count, &facts, why, sizeof why), Status::unavailable);
    EXPECT_STRNE(why, "");
    device::Context* none = nullptr;
    EXPECT_EQ(backend.open(count, &none, why, sizeof why), Status::unavailable);
    EXPECT_EQ(none, nullptr);
    std::uint64_t bytes = 0;
    run.must(backend.free_memory(context, &bytes));
    EXPECT_GT(bytes, 0u);
}

TEST_F(DeviceBackend, GivesMemoryOn256Bytes) {
    for (std::size_t bytes = 1; bytes < 1000; bytes = 3 * bytes + 1) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(run.room<char>(bytes)) % 256, 0u);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(run.pinned<char>(bytes)) % 256, 0u);
    }
}

TEST_F(DeviceBackend, GoesOnWhenItIsOutOfMemory) {
    for (const auto allocate : {backend.allocate, backend.allocate_pinned}) {
        void* memory = nullptr;
        EXPECT_EQ(allocate(context, kMoreThanThereIs, &memory), Status::out_of_memory);
        EXPECT_EQ(memory, nullptr);
        EXPECT_STRNE(backend.message(context), "");
        const Signal signal = noise(100, 1);
        EXPECT_EQ(run.down(run.up(signal), signal.size()), signal);
    }
}

TEST_F(DeviceBackend, TakesMemoryBackOrReleasesItWhenItIsClosed) {
    void* memory = nullptr;
    run.must(backend.allocate(context, 1000, &memory));
    run.must(backend.release(context, memory));
    DeviceRun another(backend);
    for (int k = 0; k < 100; ++k) another.room<float>(1000);
    another.must(backend.clear(another.context(), Queue::up, another.room<float>(1 << 20), 4 << 20));
    // Which is closed with that in its queue.
}

TEST_F(DeviceBackend, CopiesAndClearsInEachQueue) {
    for (const Queue queue : kQueues) {
        const Signal signal = noise(1000, static_cast<std::uint64_t>(queue));
        float *const from = run.pinned<float>(1000), *const to = run.pinned<float>(1000),
                     *const memory = run.room<float>(1000);
        std::copy(signal.begin(), signal.end(), from);
        run.must(backend.copy_up(context, queue, memory, from, 4000));
        run.must(backend.clear(context, queue, memory + 100, 400));
        run.must(backend.copy_down(context, queue, to, memory, 4000));
        run.must(backend.synchronise(context));
        Signal expected = signal;
        std::fill_n(expected.begin() + 100, 100, 0.0f);
        EXPECT_EQ(Signal(to, to + 1000), expected);
    }
}

TEST_F(DeviceBackend, WaitsForEventsOfAnotherQueue) {
    constexpr std::size_t kFrames = 1 << 18;
    constexpr int kSteps = 60;
    float *const a = run.up(Signal(kFrames, 1.0f)), *const b = run.room<float>(kFrames);
    float* const to = run.pinned<float>(kFrames);
    Event* const done = run.event();
    run.must(backend.wait(context, done, Queue::down));  // never recorded: it has happened
    for (int step = 0; step < kSteps; ++step)
        scale(Queue::compute, step % 2 == 0 ? a : b, step % 2 == 0 ? b : a, kFrames, 0.5);
    run.must(backend.record(context, done, Queue::compute));
    run.must(backend.wait(context, done, Queue::down));
    run.must(backend.copy_down(context, Queue::down, to, a, kFrames * sizeof(float)));
    run.must(backend.synchronise(context));
    EXPECT_EQ(Signal(to, to + kFrames), Signal(kFrames, 0x1p-60f));
}

TEST_F(DeviceBackend, MeasuresTheTimeBetweenEvents) {
    Event *const from = run.event(), *const to = run.event();
    float* const memory = run.room<float>(1 << 22);
    run.must(backend.record(context, from, Queue::compute));
    for (int k = 0; k < 10; ++k) run.must(backend.clear(context, Queue::compute, memory, 4 << 22));
    run.must(backend.record(context, to, Queue::compute));
    run.must(backend.synchronise(context));
    float milliseconds = -1.0f;
    run.must(backend.elapsed(context, from, to, &milliseconds));
    EXPECT_GT(milliseconds, 0.0f);
    EXPECT_LT(milliseconds, 60000.0f);
    run.must(backend.destroy_event(context, from));
}

/// What a function that is notified was told, of as many as there were.
struct Calls {
    std::vector<int> numbers;
    std::vector<Status> statuses;
};
struct Call {
    Calls* calls;
    int number;
    static void take(void* user, Status status) {
        const auto* const call = static_cast<const Call*>(user);
        call->calls->numbers.push_back(call->number);
        call->calls->statuses.push_back(status);
    }
};

TEST_F(DeviceBackend, NotifiesOnceEachInTheOrderOfTheQueue) {
    constexpr int kCalls = 100;
    std::array<Calls, 3> calls;
    std::vector<Call> all;
    all.reserve(3 * kCalls);
    std::vector<int> expected;
    float* const memory = run.room<float>(3000);
    for (int number = 0; number < kCalls; ++number) {
        expected.push_back(number);
        for (std::size_t queue = 0; queue < kQueues.size(); ++queue) {
            all.push_back({&calls[queue], number});
            run.must(backend.clear(context, kQueues[queue], memory + 1000 * queue, 4000));
            run.must(backend.notify(context, kQueues[queue], Call::take, &all.back()));
        }
    }
    run.must(backend.synchronise(context));
    for (const Calls& of_queue : calls) {
        EXPECT_EQ(of_queue.numbers, expected);
        EXPECT_EQ(of_queue.statuses, std::vector<Status>(kCalls, Status::ok));
    }
}

TEST_F(DeviceBackend, RunsKernelsOverMoreEntriesThanAGridHasRows) {
    constexpr std::size_t kEntries = 70001;
    std::vector<Complex> bins(kEntries);
    for (std::size_t k = 0; k < kEntries; ++k) bins[k] = {static_cast<float>(k), -1.0f};
    const Complex* const from = run.up(bins);
    Complex* const to = run.room<Complex>(kEntries);
    std::vector<device::RetainEntry> entries;
    for (std::size_t k = 0; k < kEntries; ++k) entries.push_back({from + k, to + k});
    run.launch(Kernel::retain, device::RetainParams{run.up(entries), static_cast<std::int32_t>(kEntries), 1});
    const auto made = run.down(to, kEntries);
    for (std::size_t k = 0; k < kEntries; ++k) ASSERT_EQ(made[k].re, static_cast<float>(k));
}

Signal in_float64(const Signal& signal, std::size_t points, bool forward) {
    kernels::AlignedVector<double> from(2 * points), to(2 * points);
    // Backward: forward of the conjugate, conjugated.
    for (std::size_t k = 0; k < 2 * points; ++k) from[k] = !forward && k % 2 == 1 ? -signal[k] : signal[k];
    kernels::precise_fft(static_cast<int>(points), from.data(), to.data());
    Signal made(2 * points);
    for (std::size_t k = 0; k < 2 * points; ++k) made[k] = static_cast<float>(!forward && k % 2 == 1 ? -to[k] : to[k]);
    return made;
}

TEST_F(DeviceBackend, TransformsAsFloat64DoesInBothDirections) {
    for (std::int32_t points = 16; points <= 65536; points *= 2) {
        const auto floats = 2 * static_cast<std::size_t>(points);
        const Signal signal = noise(floats, static_cast<std::uint64_t>(points));
        for (const Direction direction : {Direction::forward, Direction::backward}) {
            float* const memory = run.room<float>(floats * run.whole_batches(points, 1));
            run.put(memory, std::span<const float>(signal));
            run.transform(points, direction, memory, 1);
            const Signal made = run.down(memory, floats);
            EXPECT_LE(error_db(made, in_float64(signal, floats / 2, direction == Direction::forward)), -125.0)
                << points;
        }
    }
}

TEST_F(DeviceBackend, TransformsGiveTheSameBitsWhereverTheyStandAndEveryTime) {
    for (std::int32_t points = 16; points <= 65536; points *= 8) {
        const auto floats = 2 * static_cast<std::size_t>(points);
        const auto batch = static_cast<std::size_t>(backend.transform_batch(points));
        const Signal signal = noise(floats, static_cast<std::uint64_t>(points));
        std::vector<std::uint32_t> expected;
        for (const std::size_t count : {std::size_t{1}, std::size_t{3}, batch, batch + 1}) {
            Signal many;
            for (std::size_t k = 0; k < count; ++k) many.insert(many.end(), signal.begin(), signal.end());
            float* const memory = run.room<float>(floats * run.whole_batches(points, count));
            run.put(memory, std::span<const float>(many));
            run.transform(points, Direction::forward, memory, count);
            const auto made = bits_of(run.down(memory, many.size()));
            if (expected.empty()) expected.assign(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(floats));
            for (std::size_t k = 0; k < count; ++k)
                ASSERT_EQ(std::memcmp(made.data() + k * floats, expected.data(), floats * sizeof(float)), 0)
                    << points << " points, " << k << " of " << count;
            run.must(backend.release(context, memory));
        }
    }
}

/// Ends the process, with 0 if all was as it should be: a device that was lost stays lost for its process.
[[noreturn]] void lose_the_device() {
    DeviceRun run;
    const Backend& backend = run.backend();
    device::Context* const context = run.context();
    const auto must = [](bool is_so, const char* what) {
        if (is_so) return;
        std::fputs(what, stderr);
        std::_Exit(1);
    };
    float* const memory = run.room<float>(100);
    Event* event = nullptr;
    run.must(backend.create_event(context, &event));
    Calls before, after;
    Call first{&before, 1}, second{&after, 2};

    // A table that lies nowhere.
    const device::RetainParams params{reinterpret_cast<const device::RetainEntry*>(16), 1, 16};
    const Status launched = backend.launch(context, Queue::compute, Kernel::retain, &params, sizeof params);
    must(launched == Status::ok || launched == Status::lost, "the launch is neither ok nor lost");
    must(backend.notify(context, Queue::compute, Call::take, &first) == Status::ok, "cannot be notified");
    must(backend.synchronise(context) == Status::lost, "the device is not lost");
    must(before.statuses == std::vector{Status::lost}, "was not notified of the loss");
    must(*backend.message(context) != '\0', "does not say what happened");

    void* more = nullptr;
    must(backend.allocate(context, 100, &more) == Status::lost, "gives memory");
    must(backend.clear(context, Queue::up, memory, 400) == Status::lost, "clears");
    must(backend.record(context, event, Queue::up) == Status::lost, "records");
    must(backend.transform(context, Queue::compute, 16, Direction::forward, memory, 1) == Status::lost, "transforms");
    must(backend.notify(context, Queue::down, Call::take, &second) == Status::ok, "cannot be notified any more");
    must(backend.synchronise(context) == Status::lost, "is there again");
    must(after.statuses == std::vector{Status::lost}, "was not notified afterwards");
    run.~DeviceRun();  // closes it
    std::_Exit(0);
}

TEST(DeviceLossDeathTest, IsToldToAllWhoWaitAndAsk) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(lose_the_device(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace dubplate
