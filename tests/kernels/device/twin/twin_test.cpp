#include "kernels/device/twin/twin.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <future>
#include <thread>

#include "tests/support/device_run.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using device::Backend;
using device::Event;
using device::Queue;
using device::Status;
using device::TwinHold;

constexpr std::array kQueues{Queue::up, Queue::compute, Queue::down};

class Twin : public testing::Test {
protected:
    DeviceRun run{*device::twin_backend()};
    const Backend& backend = run.backend();
    device::Context* const context = run.context();

    void notify(Queue queue, void (*function)(void*, Status), void* user) {
        run.must(backend.notify(context, queue, function, user));
    }
};

TEST_F(Twin, SaysWhatItIs) {
    EXPECT_STREQ(backend.name, "hosttwin");
    EXPECT_EQ(backend.abi, device::kBackendAbi);
    EXPECT_EQ(backend.size, sizeof(Backend));
    EXPECT_EQ(backend.count(nullptr, 0), 1);
    device::DeviceFacts facts{};
    EXPECT_EQ(backend.describe(0, &facts, nullptr, 0), Status::ok);
    EXPECT_STREQ(facts.name, "threads of the host");
    EXPECT_EQ(facts.memory_bytes, device::kTwinMemoryBytes);
    char why[8] = "";
    EXPECT_EQ(backend.describe(1, &facts, why, sizeof why), Status::unavailable);
    EXPECT_STREQ(why, "there i");  // as much of the reason as there is room for
    device::Context* other = nullptr;
    EXPECT_EQ(backend.open(1, &other, why, sizeof why), Status::unavailable);
}

TEST_F(Twin, GivesMemoryThatHoldsNoNumbers) {
    EXPECT_TRUE(std::isnan(run.down(run.room<float>(100), 100)[99]));
    EXPECT_TRUE(std::isnan(*run.pinned<float>(1)));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(run.room<char>(3)) % 256, 0u);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(run.pinned<char>(3)) % 256, 0u);
}

TEST_F(Twin, CopiesWhenItIsACopysTurnAndNotWhenItIsAskedFor) {
    int* const source = run.pinned<int>(1);
    int* const memory = run.room<int>(1);
    *source = 1;
    TwinHold hold(context, Queue::up);
    run.must(backend.copy_up(context, Queue::up, memory, source, sizeof(int)));
    *source = 2;
    hold.let_go();
    run.must(backend.synchronise(context));
    EXPECT_EQ(run.down(memory, 1)[0], 2);
}

TEST_F(Twin, TakesParametersWhenAKernelIsAskedFor) {
    float* const ring = run.room<float>(4);
    std::vector<device::UnpackEntry> entries(1);
    entries[0].to = {ring, 0, 4};
    entries[0].frames = 3;
    device::UnpackParams params{run.up(entries), 1, 3};
    TwinHold hold(context, Queue::compute);
    run.launch(device::Kernel::unpack, params);
    params = {};
    hold.let_go();
    EXPECT_EQ(bits_of(run.down(ring, 4)), (std::vector<std::uint32_t>{0, 0, 0, kUntouched}));
}

TEST_F(Twin, NotifiesOnAThreadOfItsOwnForEachQueue) {
    std::array<std::thread::id, 3> threads;
    for (std::size_t k = 0; k < kQueues.size(); ++k)
        notify(
            kQueues[k], [](void* user, Status) { *static_cast<std::thread::id*>(user) = std::this_thread::get_id(); },
            &threads[k]);
    run.must(backend.synchronise(context));
    for (const std::thread::id thread : threads) EXPECT_NE(thread, std::thread::id());
    for (const std::thread::id thread : threads) EXPECT_NE(thread, std::this_thread::get_id());
    EXPECT_NE(threads[0], threads[1]);
    EXPECT_NE(threads[1], threads[2]);
    EXPECT_NE(threads[0], threads[2]);
}

TEST_F(Twin, GoesOnWithAQueueWhileWhatItNotifiedRuns) {
    std::promise<void> free;
    notify(
        Queue::up, [](void* user, Status) { static_cast<std::promise<void>*>(user)->get_future().wait(); }, &free);
    Event* const later = run.event();
    run.must(backend.record(context, later, Queue::up));
    run.must(backend.wait(context, later, Queue::down));
    std::promise<void> went_on;
    notify(
        Queue::down, [](void* user, Status) { static_cast<std::promise<void>*>(user)->set_value(); }, &went_on);
    went_on.get_future().wait();
    free.set_value();
    run.must(backend.synchronise(context));  // whoever was notified is done with the promises
}

TEST_F(Twin, RunsQueuesAtOnceAndWaitsForEventsOnly) {
    TwinHold hold(context, Queue::compute);
    Event* const done = run.event();
    run.must(backend.record(context, done, Queue::compute));
    std::promise<void> went_on;
    const auto say = [](void* user, Status) { static_cast<std::promise<void>*>(user)->set_value(); };
    notify(Queue::up, say, &went_on);
    went_on.get_future().wait();  // though compute is held

    run.must(backend.wait(context, done, Queue::down));
    std::promise<void> waited;
    std::future<void> waits = waited.get_future();
    notify(Queue::down, say, &waited);
    EXPECT_EQ(waits.wait_for(std::chrono::milliseconds(2)), std::future_status::timeout);
    hold.let_go();
    waits.wait();
    run.must(backend.synchronise(context));
}

TEST_F(Twin, TakesAnEventNeverRecordedForOneThatHappened) {
    run.must(backend.wait(context, run.event(), Queue::up));
    run.must(backend.synchronise(context));
}

TEST_F(Twin, WaitsForTheLastRecordingBeforeTheWait) {
    Event* const event_of_two = run.event();
    run.must(backend.record(context, event_of_two, Queue::up));
    run.must(backend.wait(context, event_of_two, Queue::down));
    TwinHold hold(context, Queue::up);
    run.must(backend.record(context, event_of_two, Queue::up));  // which the wait above does not wait for
    std::promise<void> went_on;
    notify(
        Queue::down, [](void* user, Status) { static_cast<std::promise<void>*>(user)->set_value(); }, &went_on);
    run.must(backend.destroy_event(context, event_of_two));
    went_on.get_future().wait();
    hold.let_go();
    run.must(backend.synchronise(context));
}

TEST_F(Twin, MeasuresTheTimeBetweenEvents) {
    Event *const from = run.event(), *const to = run.event();
    run.must(backend.record(context, from, Queue::compute));
    run.must(backend.synchronise(context));
    TwinHold hold(context, Queue::compute);
    run.must(backend.record(context, to, Queue::compute));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    hold.let_go();
    run.must(backend.synchronise(context));
    float milliseconds = 0.0f;
    run.must(backend.elapsed(context, from, to, &milliseconds));
    EXPECT_GE(milliseconds, 3.0f);
}

TEST_F(Twin, MakesWhatLiesBehindTransformsUpToAWholeBatchNaN) {
    for (const std::size_t count : {1u, 3u, 4u, 5u}) {
        const std::size_t whole = run.whole_batches(16, count);
        float* const memory = run.zeros<float>(32 * whole);
        run.transform(16, device::Direction::forward, memory, count);
        const Signal made = run.down(memory, 32 * whole);
        for (std::size_t k = 0; k < made.size(); ++k) ASSERT_EQ(std::isnan(made[k]), k >= 32 * count) << k;
    }
}

TEST_F(Twin, TransformsThereAndBackTimesTheNumberOfPoints) {
    for (std::int32_t points = 16; points <= 65536; points *= 4) {
        const auto floats = 2 * static_cast<std::size_t>(points);
        const Signal signal = noise(4 * floats, static_cast<std::uint64_t>(points));
        float* const memory = run.up(signal);
        run.transform(points, device::Direction::forward, memory, 4);
        run.transform(points, device::Direction::backward, memory, 4);
        Signal expected = signal;
        for (float& value : expected) value *= static_cast<float>(points);
        EXPECT_LE(error_db(run.down(memory, 4 * floats), expected), -120.0) << points;
    }
}

/// A program of copies, kernels and transforms on all queues, ordered by events where it has to be, against the same
/// steps one after the other.
class Program {
public:
    static constexpr std::size_t kBuffers = 6, kFloats = 128;  // four transforms of 16 points

    explicit Program(std::uint64_t seed) : seed_(seed), run_(*device::twin_backend()) {
        for (std::size_t k = 0; k < kBuffers; ++k) {
            expected_.push_back(noise(kFloats, seed + k));
            buffers_.push_back(run_.up(expected_.back()));
        }
        for (Event*& event : done_) run_.must(backend().create_event(run_.context(), &event));
    }

    void step(std::size_t number) {
        const auto choice = [&](std::size_t most, std::uint64_t which) {
            return static_cast<std::size_t>((random_at(seed_ + 1000, 8 * number + which) + 1.0) / 2.0 *
                                            static_cast<double>(most));
        };
        const std::size_t queue = choice(3, 0), a = choice(kBuffers, 1), b = choice(kBuffers, 2);
        const Queue on = kQueues[queue];
        // Behind all that touched these on other queues.
        for (std::size_t other = 0; other < kQueues.size(); ++other)
            if (other != queue && (touched_[other][a] || touched_[other][b])) {
                run_.must(backend().wait(run_.context(), done_[other], on));
            }
        touched_[queue][a] = touched_[queue][b] = true;
        switch (choice(5, 3)) {
            case 0: {  // new values up
                const Signal values = noise(kFloats, seed_ + 77 * number);
                run_.must(backend().copy_up(run_.context(), on, buffers_[a], pinned(values), kFloats * sizeof(float)));
                expected_[a] = values;
                break;
            }
            case 1: {  // values down
                float* const to = pinned(Signal(kFloats));
                run_.must(backend().copy_down(run_.context(), on, to, buffers_[a], kFloats * sizeof(float)));
                came_down_.push_back({to, expected_[a]});
                break;
            }
            case 2:
                run_.must(backend().clear(run_.context(), on, buffers_[a], kFloats * sizeof(float)));
                expected_[a].assign(kFloats, 0.0f);
                break;
            case 3: {  // b = 0.5 a
                if (a == b) break;
                const device::MixSource source{{buffers_[a], 0, kFloats}, 0.5, nullptr};
                const device::MixEntry entry{0, 1, buffers_[b], nullptr};
                const device::MixParams params{table(entry, on), table(source, on), 1, kFloats};
                run_.must(backend().launch(run_.context(), on, device::Kernel::mix, &params, sizeof params));
                for (std::size_t n = 0; n < kFloats; ++n) expected_[b][n] = 0.5f * expected_[a][n] + 0.0f;
                break;
            }
            default: {  // a transform of zeros but for the first value, which all bins become
                run_.must(backend().clear(run_.context(), on, buffers_[a], kFloats * sizeof(float)));
                const Signal one{1.0f + static_cast<float>(number)};
                run_.must(backend().copy_up(run_.context(), on, buffers_[a], pinned(one), sizeof(float)));
                run_.must(backend().transform(run_.context(), on, 16, device::Direction::forward, buffers_[a], 4));
                expected_[a].assign(kFloats, 0.0f);
                for (std::size_t bin = 0; bin < 16; ++bin) expected_[a][2 * bin] = one[0];
                break;
            }
        }
        run_.must(backend().record(run_.context(), done_[queue], on));
    }

    void expect_what_one_after_the_other_gives() {
        run_.must(backend().synchronise(run_.context()));
        for (const auto& [memory, values] : came_down_) EXPECT_EQ(Signal(memory, memory + kFloats), values);
        for (std::size_t k = 0; k < kBuffers; ++k) EXPECT_EQ(run_.down(buffers_[k], kFloats), expected_[k]);
    }

private:
    const Backend& backend() const { return run_.backend(); }
    float* pinned(const Signal& values) {
        void* memory = nullptr;
        run_.must(backend().allocate_pinned(run_.context(), values.size() * sizeof(float), &memory));
        return std::copy(values.begin(), values.end(), static_cast<float*>(memory)) - values.size();
    }
    /// An entry up, without waiting for it.
    template <class T>
    const T* table(const T& entry, Queue on) {
        void* memory = nullptr;
        run_.must(backend().allocate_pinned(run_.context(), sizeof entry, &memory));
        *static_cast<T*>(memory) = entry;
        T* const made = run_.room<T>(1);
        run_.must(backend().copy_up(run_.context(), on, made, memory, sizeof entry));
        return made;
    }

    std::uint64_t seed_;
    DeviceRun run_;
    std::vector<float*> buffers_;
    std::vector<Signal> expected_;
    std::array<std::array<bool, kBuffers>, 3> touched_{};
    std::array<Event*, 3> done_{};  // all of a queue so far, recorded anew after every step
    std::vector<std::pair<const float*, Signal>> came_down_;
};

TEST(TwinPrograms, GiveWithAnyDelaysWhatTheirStepsGiveInOrder) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const device::InjectedTwinFaults slow({.most_delay_us = seed % 4 == 0 ? 0 : 100, .seed = seed});
        Program program(seed);
        for (std::size_t step = 0; step < 40; ++step) program.step(step);
        SCOPED_TRACE(seed);
        program.expect_what_one_after_the_other_gives();
    }
}

}  // namespace
}  // namespace dubplate
